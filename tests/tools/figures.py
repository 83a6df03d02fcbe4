#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Runs the commands that measure the tests, and writes their output into docs/design.md.

  tests/tools/figures.py     run tests/run.sh first, which installs the packages; coverage.sh and mutants.py print
                             figures of their own

Changes nothing if one of the commands fails.
"""

import datetime
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/design.md"
BEGIN, END = "<!-- figures -->\n", "<!-- end of figures -->\n"

# Each command, and a regular expression for the lines to show.
COMMANDS = [
    ("build/gcc/tests/exhaustive", "exhaustive:"),
    ("build/gcc/tests/fault_injection", "fault injection:"),
    ("build/gcc/tests/conformance", r"\d+ (agree|passed)"),
    ("build/gcc/tests/conformance --wire", r"\d+ passed"),
    ("build/gcc/fuzz/replay_login fuzz/corpus/login", r"\d+ (inputs|of)"),
    ("python3 tests/system/faults/system_calls.py build/gcc/tests/settings_writer", "replacements"),
    ("python3 tests/system/faults/storage.py build/gcc/tests/settings_writer", "cases:"),
    ("build/gcc/tests/lost_update", "a (counter|key):|the counter"),
    ("build/gcc/tests/readpassphrase", r"readpassphrase: \d+"),
    ("build/gcc/tests/memory", "memory:"),
    ("python3 tests/system/programs/key_whereabouts.py build/gcc/docs/examples/hubauth", "system calls:"),
]


def main():
    if len(sys.argv) != 1:
        sys.exit(__doc__)
    subprocess.run(["cmake", "--build", "--preset", "gcc"], cwd=ROOT, check=True)
    shown = []
    for command, wanted in COMMANDS:
        run = subprocess.run(command.split(), cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
        lines = [line.rstrip() for line in run.stdout.splitlines() if re.match(wanted, line)]
        if not lines:
            sys.exit(f"{command}: no line of the output begins with {wanted}")
        shown += [f"$ {command}", *lines, ""]
        print("\n".join(shown[-len(lines) - 2:]), flush=True)
    page = PAGE.read_text()
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    today = datetime.date.today().isoformat()
    PAGE.write_text(before + BEGIN + f"Written by `tests/tools/figures.py` on {today}:\n\n```\n" + "\n".join(shown).rstrip() +
                    "\n```\n" + END + after)


if __name__ == "__main__":
    main()
