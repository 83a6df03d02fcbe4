#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Looks whether docs/security.md speaks of every promise once, and cites only tests that there are.

  tests/tools/cited.py
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
WANTED = [f"S-{kind}{number}" for kind, last in (("T", 5), ("F", 10), ("H", 8), ("M", 5), ("C", 4))
          for number in range(1, last + 1)]
NOT_THERE = {"S-H8"}


def main():
    names = set()
    for source in (ROOT / "tests").rglob("*.cpp"):
        names.update(re.findall(r'TEST_CASE\("((?:[^"\\]|\\.)*)"', source.read_text()))
    rows = re.findall(r"^\| (S-\w+) \| (.*) \| (.*) \|$", (ROOT / "docs/security.md").read_text(), re.MULTILINE)
    faults = []
    if [row[0] for row in rows] != WANTED:
        faults.append(f"the table has {[row[0] for row in rows]}, not {WANTED}")
    cited = 0
    for promise, _, tests in rows:
        found = re.findall(r"`([^`]*)`", tests)
        cited += len(found)
        if not found and promise not in NOT_THERE:
            faults.append(f"{promise}: no test is cited")
        faults += [f"{promise}: no such test: {one}" for one in found
                   if one not in names and not (re.match("(tests|fuzz)/", one) and (ROOT / one).is_file())]
    print("\n".join([*faults, f"{len(rows)} promises, {cited} tests cited, {len(faults)} faults"]))
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
