# SPDX-License-Identifier: BSL-1.0
"""A hub on this machine, over HTTP or HTTPS, that keeps connections open and records the requests."""

import contextlib
import socketserver
import ssl
import threading

ACCEPTED = b'{"success": true}'
REJECTED = b'{"success": false, "message": "unknown key"}'


def response(body, status="200 OK", fields=""):
    """The bytes of a response."""
    fields = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n{fields}"
    return f"HTTP/1.1 {status}\r\n{fields}\r\n".encode() + body


class Hub(socketserver.TCPServer):
    """Answers what `script` says, else by the key. One connection after the other."""

    def __init__(self, key, certificate=None):
        super().__init__(("127.0.0.1", 0), Connection)
        self.field = f"x-api-key: {key}\r\n".encode()
        self.tls = None
        if certificate:
            self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.tls.load_cert_chain(certificate)
        self.root = f"{'https' if certificate else 'http'}://127.0.0.1:{self.server_address[1]}"
        self.script = None
        self.asked, self.connections = [], 0
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def __exit__(self, *why):
        self.shutdown()
        self.server_close()

    def process_request(self, request, client_address):
        self.connections += 1
        super().process_request(request, client_address)

    def take(self):
        """What was asked, and through how many connections, since the last call."""
        taken = self.asked, self.connections
        self.asked, self.connections = [], 0
        return taken

    def answer(self, head):
        self.asked.append(head)
        return self.script or response(ACCEPTED if self.field in head else REJECTED)


class Connection(socketserver.StreamRequestHandler):
    """Requests without a body, one after the other; an answer without an end hangs up."""

    disable_nagle_algorithm = True

    def setup(self):
        if self.server.tls:
            self.request = self.server.tls.wrap_socket(self.request, server_side=True)
        super().setup()

    def finish(self):
        super().finish()
        self.request.close()

    def handle(self):
        head = b""
        with contextlib.suppress(ConnectionError):  # a client may hang up too
            while line := self.rfile.readline():
                head += line
                if line != b"\r\n":
                    continue
                answer = self.server.answer(head)
                self.wfile.write(answer)
                if b"\r\n\r\n" not in answer:
                    return
                head = b""
