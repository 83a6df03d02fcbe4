#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Checks that docs/security.md lists every promise once, and cites only tests that exist.

  tests/tools/cited.py
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROMISES = [f"S-{kind}{number}" for kind, last in (("T", 5), ("F", 10), ("H", 8), ("M", 5), ("C", 4))
          for number in range(1, last + 1)]
WITHOUT_TEST = {"S-H8"}


def main():
    names = set()
    for source in (ROOT / "tests").rglob("*.cpp"):
        names.update(re.findall(r'TEST_CASE\("((?:[^"\\]|\\.)*)"', source.read_text()))
    rows = re.findall(r"^\| (S-\w+) \| (.*) \| (.*) \|$", (ROOT / "docs/security.md").read_text(), re.MULTILINE)
    errors = []
    if [row[0] for row in rows] != PROMISES:
        errors.append(f"the table has {[row[0] for row in rows]}, not {PROMISES}")
    cited = 0
    for promise, _, tests in rows:
        found = re.findall(r"`([^`]*)`", tests)
        cited += len(found)
        if not found and promise not in WITHOUT_TEST:
            errors.append(f"{promise}: no test is cited")
        errors += [f"{promise}: no such test: {one}" for one in found
                   if one not in names and not (re.match("(tests|fuzz)/", one) and (ROOT / one).is_file())]
    print("\n".join([*errors, f"{len(rows)} promises, {cited} tests cited, {len(errors)} errors"]))
    sys.exit(1 if errors else 0)


if __name__ == "__main__":
    main()
