#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""What does hubauth cost? Builds the benchmark (installs what is missing), takes every figure beside its yardstick's,
and prints a table. Ends with 1 when a figure is over what it may be at most, or, where that is known and explained in
docs/performance.md, when it has grown."""

import argparse
import dataclasses
import json
import os
import sys

parser = argparse.ArgumentParser(description=__doc__, epilog="example: tests/benchmark/run.py --only P4,P6")
parser.add_argument("--only", metavar="ROWS", help="these rows alone, as P4,P6")
parser.add_argument("--untimed", action="store_true", help="only the rows that a busy machine can't change")
parser.add_argument("--slow", action="store_true", help="swap in slow variants of ours, to see the verdicts turn")
parser.add_argument("--write", action="store_true", help="put all figures into docs/performance.md; takes longer")
parser.add_argument("--json", action="store_true", help="print JSON, with the notes")
given = parser.parse_args()
if given.slow:
    os.environ["HUBAUTH_BENCHMARK_SLOW"] = "1"

import measure  # noqa: E402: it prompts whether --slow was given
import cold_login  # noqa: E402
import compile_time  # noqa: E402
import fuzzing  # noqa: E402
import in_process  # noqa: E402
import report  # noqa: E402

PACKAGES = """g++ clang-19 libclang-rt-19-dev libbenchmark-dev libboost-context-dev libfmt-dev nlohmann-json3-dev
    libtrompeloeil-cpp-dev valgrind binutils openssl ca-certificates python3-requests""".split()

GOALS = [f"P{number}" for number in range(1, 16)]
TIMED = {"P11", "P12", "P13", "P14", "P14 threads", "P14 atomic"}

KNOWN = {"P13": 60}  # over, and no worse than this

LAYOUT = "{:15}  {:64}  {:>20}  {:>10}  {:>7}  {:>7}  {:>5}  {}"


def wanted(row_id):
    """`--only P12` means every row of P12."""
    if given.untimed and row_id in TIMED:
        return False
    return not given.only or row_id.split()[0] in given.only.split(",")


def build():
    for packages in [], PACKAGES:
        measure.run(["sh", measure.ROOT / "tests" / "tools/packages.sh", *packages])
    slow = f"-DHUBAUTH_BENCHMARK_SLOW={'ON' if measure.SLOW else 'OFF'}"
    measure.run(["cmake", "--preset", "benchmark", "-B", measure.BUILD, slow], cwd=measure.ROOT)
    measure.run(["cmake", "--build", measure.BUILD])


def main():
    if unknown := [row for row in (given.only or "P1").split(",") if row not in GOALS]:
        parser.error(f"there is no row {unknown[0]}: there are P1 to P{len(GOALS)}")
    if given.write and (given.only or given.untimed or given.slow):
        parser.error("--write takes all rows")
    print("building", file=sys.stderr)
    build()
    if not given.json:
        print(LAYOUT.format(*report.HEAD))

    rows = []
    for module in compile_time, in_process, cold_login, fuzzing:
        for row in module.rows(wanted):
            rows.append(row)
            if not given.json:
                print(LAYOUT.format(*report.cells(row)).rstrip(), flush=True)
    if given.json:
        print(json.dumps([dataclasses.asdict(row) | {"figure": row.figure, "verdict": row.verdict} for row in rows], indent=1))
    if given.write:
        report.write(rows)
    over = [row for row in rows if row.verdict == "over"]
    grown = [row.id for row in over if row.figure > KNOWN.get(row.id, row.at_most)]
    print(f"over: {', '.join(row.id for row in over) or 'none'}; of them unknown or grown: {', '.join(grown) or 'none'}", file=sys.stderr)
    return bool(grown)


sys.exit(main())
