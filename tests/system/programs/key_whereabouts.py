#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Searches every system call of the command line program for the key while it signs in.

  tests/system/programs/key_whereabouts.py PROGRAM

Only these calls may contain the key: reading it from its source, writing it to the settings, and sending it to the service.
No file name, URL or argument may contain it, and no other program may be started. Needs strace.
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
# The allowed calls with their files, as strace prints them.
ALLOWED = re.compile(r"""
      read\(0<                                                     # standard input
    | (pread64|read)\(\d+<[^>]*/(settings|hubauth)\.json>          # the settings, read
    | write\(\d+<[^>]*/(settings|hubauth)\.json\.\w+\.hubauth-tmp> # the settings, written
    | (send|sendto|write)\(\d+<TCP:\[127\.0\.0\.1:                 # the service
    """, re.VERBOSE)
TO_STANDARD_OUTPUT = re.compile(r"write\(1<")


class Hub(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        accepted = self.headers.get("x-api-key") == CANARY
        body = b'{"success": true}' if accepted else b'{"success": false}'
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
    calls = found = violations = 0
    with tempfile.TemporaryDirectory() as home:
        settings = pathlib.Path(home, ".config", "Ultralytics", "settings.json")
        settings.parent.mkdir(parents=True)
        settings.write_text('{"api_key": "", "sync": true}')
        environment = {"HOME": home, "ULTRALYTICS_HUB_API": f"http://127.0.0.1:{server.server_port}"}
        log = pathlib.Path(home, "calls")
        for arguments, standard_input, may_print in (
                (["login", "--with-key"], CANARY + "\n", False),
                (["login"], "", False),
                (["status"], "", False),
                (["header"], "", True),
                (["logout"], "", False)):
            command = ["strace", "-f", "-qq", "-yy", "-s", "100000", "-o", log, program, *arguments]
            run = subprocess.run(command, input=standard_input, env=environment, capture_output=True, text=True)
            if run.returncode != 0:
                sys.exit(f"{' '.join(arguments)}: ended with {run.returncode}: {run.stderr}")
            lines = log.read_text(errors="replace").splitlines()
            calls += len(lines)
            if sum("execve(" in line for line in lines) != 1:
                violations += 1
                print(f"{arguments[0]}: started another program")
            for line in lines:
                if CANARY not in line:
                    continue
                found += 1
                call = line.split(maxsplit=1)[1]
                if not ALLOWED.match(call) and not (may_print and TO_STANDARD_OUTPUT.match(call)):
                    violations += 1
                    print(f"{arguments[0]}: {call.replace(CANARY, '[the key]')}")
    print(f"system calls: {calls} searched, {found} of them with the key, {violations} not allowed")
    sys.exit(1 if violations or not found else 0)


if __name__ == "__main__":
    main()
