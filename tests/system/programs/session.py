#!/usr/bin/env python3
"""Runs the command line program on a terminal, against a hub on this machine, and prints the session.

    tests/system/programs/session.py HUBAUTH LOCAL_HUB          prints it
    tests/system/programs/session.py HUBAUTH LOCAL_HUB PAGE     fails when PAGE does not quote it as it is

A page quotes it in a ```console block behind the line `<!-- tests/system/programs/session.py -->`. The hub's port, another one each
time, is shown as PORT.
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
PATIENCE = 20  # seconds after which a program that says nothing is given up

# Each command, and what a person does there: types the second when the first is shown.
SESSION = [
    ("hubauth login", [(": ", "shut-sesame"), (": ", KEY)]),
    ("hubauth status", []),
    ('curl -w "\\n" -H "$(hubauth header)" $ULTRALYTICS_HUB_API/v1/models', []),
    ("hubauth status --check --json", []),
    ("hubauth logout", []),
]


def on_terminal(command, answers, variables):
    """What a terminal shows of this command."""
    child, terminal = pty.fork()
    if child == 0:
        os.execve("/bin/sh", ["sh", "-c", command], variables)
    shown, seen = "", 0
    try:
        while select.select([terminal], [], [], PATIENCE)[0]:
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
            sys.exit(f"{command}: says nothing more, after:\n{shown}")
    except OSError:  # how Linux tells that the last program has left the terminal
        pass
    os.waitpid(child, 0)
    os.close(terminal)
    if answers:
        sys.exit(f"{command}: never shows {answers[0][0]!r}, but:\n{shown}")
    return shown.replace("\r\n", "\n")


def session(hubauth, local_hub):
    """The whole session as text."""
    with tempfile.TemporaryDirectory() as home:
        hub = subprocess.Popen([local_hub, "--key", KEY], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            root = hub.stdout.readline().strip()
            variables = {
                "HOME": home,
                "NO_COLOR": "1",
                "PATH": f"{pathlib.Path(hubauth).resolve().parent}:{os.environ['PATH']}",
                "ULTRALYTICS_HUB_API": root,
                "ULTRALYTICS_HUB_WEB": root,
                "no_proxy": "*",
            }
            lines = [f"$ {command}\n{on_terminal(command, answers, variables)}" for command, answers in SESSION]
        finally:
            hub.communicate()  # it ends with its standard input
    text = re.sub(" +$", "", "".join(lines).replace(root.rsplit(":", 1)[1], "PORT"), flags=re.MULTILINE)
    assert KEY not in text and "shut-sesame" not in text, "a key is shown"
    return text


def main():
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    text = session(*sys.argv[1:3])
    if len(sys.argv) == 3:
        print(text, end="")
        return
    page = pathlib.Path(sys.argv[3])
    quoted = re.search(r"^<!-- tests/system/programs/session.py -->\n```console\n(.*?)^```$", page.read_text(), re.DOTALL | re.MULTILINE)
    if not quoted:
        sys.exit(f"{page} quotes no session")
    if quoted.group(1) != text:
        pair = (quoted.group(1).splitlines(True), text.splitlines(True))
        sys.stderr.writelines(difflib.unified_diff(*pair, "quoted", "seen"))
        sys.exit(f"{page} does not quote the session as it is")
    print(f"the session, {len(SESSION)} commands, is quoted as it is")


if __name__ == "__main__":
    main()
