#!/usr/bin/env python3
"""Runs the command line program on a terminal, with a local hub, and prints the session.

    tests/system/programs/session.py HUBAUTH LOCAL_HUB          prints it
    tests/system/programs/session.py HUBAUTH LOCAL_HUB PAGE     fails if PAGE quotes another session

A page quotes it in a ```console block after the line `<!-- tests/system/programs/session.py -->`. PORT replaces the hub's
port, which differs each time.
"""

import difflib
import os
import pathlib
import pty
import re
import select
import subprocess
import sys
import tempfile

KEY = "open-sesame"
TIMEOUT = 20  # seconds without output after which the test fails

# Each command, and the input: when the first text is shown, the second is typed.
SESSION = [
    ("hubauth login", [(": ", "shut-sesame"), (": ", KEY)]),
    ("hubauth status", []),
    ('hubauth header | curl -w "\\n" -H @- $ULTRALYTICS_HUB_API/v1/models', []),
    ("hubauth status --check --json", []),
    ("hubauth logout", []),
]


def on_terminal(command, answers, variables):
    """The output of this command on a terminal."""
    child, terminal = pty.fork()
    if child == 0:
        os.execve("/bin/sh", ["sh", "-c", command], variables)
    shown, seen = "", 0
    try:
        while select.select([terminal], [], [], TIMEOUT)[0]:
            some = os.read(terminal, 4096).decode()
            if not some:
                break
            shown += some
            if answers and answers[0][0] in shown[seen:]:
                seen = len(shown)
                os.write(terminal, answers[0][1].encode() + b"\n")
                answers = answers[1:]
        else:
            os.kill(child, 9)
            sys.exit(f"{command}: no output in time, after:\n{shown}")
    except OSError:  # on Linux: the last program has closed the terminal
        pass
    os.waitpid(child, 0)
    os.close(terminal)
    if answers:
        sys.exit(f"{command}: does not show {answers[0][0]!r}, but:\n{shown}")
    return shown.replace("\r\n", "\n")


def session(hubauth, local_hub):
    """The session as text."""
    with tempfile.TemporaryDirectory() as home:
        hub = subprocess.Popen([local_hub, "--key", KEY], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            url = hub.stdout.readline().strip()
            variables = {
                "HOME": home,
                "NO_COLOR": "1",
                "PATH": f"{pathlib.Path(hubauth).resolve().parent}:{os.environ['PATH']}",
                "ULTRALYTICS_HUB_API": url,
                "ULTRALYTICS_HUB_WEB": url,
                "no_proxy": "*",
            }
            lines = [f"$ {command}\n{on_terminal(command, answers, variables)}" for command, answers in SESSION]
        finally:
            hub.communicate()  # the hub ends with its standard input
    text = re.sub(" +$", "", "".join(lines).replace(url.rsplit(":", 1)[1], "PORT"), flags=re.MULTILINE)
    assert KEY not in text and "shut-sesame" not in text, "the session contains a key"
    return text


def main():
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    text = session(*sys.argv[1:3])
    if len(sys.argv) == 3:
        print(text, end="")
        return
    page = pathlib.Path(sys.argv[3])
    quoted = re.search(r"^<!-- tests/system/programs/session.py -->\n```console\n(.*?)^```$", page.read_text(),
                       re.DOTALL | re.MULTILINE)
    if not quoted:
        sys.exit(f"{page} quotes no session")
    if quoted.group(1) != text:
        pair = (quoted.group(1).splitlines(True), text.splitlines(True))
        sys.stderr.writelines(difflib.unified_diff(*pair, "quoted", "actual"))
        sys.exit(f"{page} quotes another session")
    print(f"the quoted session of {len(SESSION)} commands is up to date")


if __name__ == "__main__":
    main()
