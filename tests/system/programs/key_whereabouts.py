#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Looks at every system call of the command line program while it signs in, for the key.

  tests/system/programs/key_whereabouts.py PROGRAM

The key may be read where it comes from, written into the settings, and sent to the service; no other call may see it:
no file's name, no URL, no argument, no variable of another program, and no other program is started. Needs strace.
"""

import http.server
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import threading

CANARY = "ul_canary0sings0to0nobody0but0the0service"
# The call, and the file that it may do that with, as strace shows them.
ALLOWED = re.compile(r"""
      read\(0<                                                     # standard input
    | (pread64|read)\(\d+<[^>]*/(settings|hubauth)\.json>          # the settings, read
    | write\(\d+<[^>]*/(settings|hubauth)\.json\.\w+\.hubauth-tmp> # the settings, written
    | (send|sendto|write)\(\d+<TCP:\[127\.0\.0\.1:                 # the service
    """, re.VERBOSE)
TO_STANDARD_OUTPUT = re.compile(r"write\(1<")


class Hub(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        known = self.headers.get("x-api-key") == CANARY
        body = b'{"success": true}' if known else b'{"success": false}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    program = os.path.abspath(sys.argv[1])
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    calls = seen = bad = 0
    with tempfile.TemporaryDirectory() as home:
        settings = pathlib.Path(home, ".config", "Ultralytics", "settings.json")
        settings.parent.mkdir(parents=True)
        settings.write_text('{"api_key": "", "sync": true}')
        environment = {"HOME": home, "ULTRALYTICS_HUB_API": f"http://127.0.0.1:{server.server_port}"}
        log = pathlib.Path(home, "calls")
        for arguments, given, may_print in (
                (["login", "--with-key"], CANARY + "\n", False),
                (["login"], "", False),
                (["status"], "", False),
                (["header"], "", True),
                (["logout"], "", False)):
            command = ["strace", "-f", "-qq", "-yy", "-s", "100000", "-o", log, program, *arguments]
            run = subprocess.run(command, input=given, env=environment, capture_output=True, text=True)
            if run.returncode != 0:
                sys.exit(f"{' '.join(arguments)}: ended with {run.returncode}: {run.stderr}")
            lines = log.read_text(errors="replace").splitlines()
            calls += len(lines)
            if sum("execve(" in line for line in lines) != 1:
                bad += 1
                print(f"{arguments[0]}: starts another program")
            for line in lines:
                if CANARY not in line:
                    continue
                seen += 1
                call = line.split(maxsplit=1)[1]
                if not ALLOWED.match(call) and not (may_print and TO_STANDARD_OUTPUT.match(call)):
                    bad += 1
                    print(f"{arguments[0]}: {call.replace(CANARY, '[the key]')}")
    print(f"system calls: {calls} looked at, {seen} of them with the key, {bad} where it must not be")
    sys.exit(1 if bad or not seen else 0)


if __name__ == "__main__":
    main()
