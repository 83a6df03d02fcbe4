#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""What does hubauth cost? Builds the benchmark (installs missing packages), measures every figure next to its yardstick
in the same run, and prints a table. Exit code 1 if a counted figure is over its limit. Figures that depend on the load of
the machine are printed, but have no limit that fails."""

import argparse
import datetime
import json
import pathlib
import re
import sys
import tempfile

import cold_login
import measure
from measure import Row, counted, program, run

PAGE = measure.ROOT / "docs" / "performance.md"
PACKAGES = """g++ clang-19 libbenchmark-dev libboost-context-dev nlohmann-json3-dev valgrind openssl ca-certificates
    python3-requests""".split()
COMPILERS = {"g++ 12": "g++", "clang 19": "clang++-19"}
YARDSTICK = "#include <string>\n#include <vector>\n"


def compile_rows():
    """Processor time of a compiler at -O0, in turn with the yardstick: the least of several, since load only adds."""
    example = (measure.ROOT / "docs" / "examples" / "login.cpp").read_text()
    goals = {"g++ 12": (3.3, 2.5, 4, 3, 9, 6), "clang 19": (3.3, 2.5, 4, 3, 5.5, 4)}
    for name, compiler in COMPILERS.items():

        def seconds(source):
            with tempfile.TemporaryDirectory() as directory:
                file = pathlib.Path(directory) / "source.cpp"
                file.write_text(source)
                include = f"-I{measure.ROOT / 'include'}"
                return measure.cpu_seconds([compiler, "-std=c++20", "-O0", include, "-c", file, "-o", file.with_suffix(".o")])

        core, everything = "#include <hubauth/basic_auth.hpp>\n", "#include <hubauth/hubauth.hpp>\n"
        yardstick, *ours = measure.in_turn(5, seconds, YARDSTICK, core, everything, example)
        what = "include basic_auth.hpp", "include hubauth.hpp", "compile the README's program"
        for number, (row_id, text) in enumerate(zip(("P1", "P18", "P16"), what)):
            at_most, aim = goals[name][2 * number], goals[name][2 * number + 1]
            yield Row(row_id, f"{text} / string and vector, {name}", "s", ours[number], yardstick, at_most, aim, timed=True)


def process_rows():
    header = counted("header", "ours"), counted("header", "provider")
    yield Row("P4", "header for a request / from a virtual provider", "instructions", *header, 0.03, 0.02)
    splice = counted("splice", "ours"), counted("splice", "nlohmann")
    yield Row("P8", "splice of a key into settings / nlohmann parse and dump", "instructions", *splice, 0.3, 0.15)
    allocations, peak, for_headers = map(int, run([program("heap")]).split())
    yield Row("P4", "allocations for 1,000 headers", "allocations", for_headers, None, 0, 0)
    yield Row("P15", "allocations of a login in memory", "allocations", allocations, None, 12, 6)
    yield Row("P15", "peak heap of a login in memory", "bytes", peak, None, 4096, 1024)
    objects = counted("many_objects", "1000 objects", 100), counted("many_objects", "20 objects", 100)
    yield Row("P21", "a sign-in with 1,000 objects alive / with 20", "instructions", *objects, 1.5, 1.1)
    read = json.loads(run([program("shared_read")]))
    (one, _), (two, atomic) = read["alone"], read["beside another"]
    yield Row("P14", "shared header read by 2 threads / by 1", "ns", two, one, 1.1, 1.05, timed=True)
    yield Row("P14", "shared header read / atomic<shared_ptr>", "ns", two, atomic, 0.25, 0.01, timed=True)


LAYOUT = "{:5} {:58} {:>22} {:>10} {:>8} {:>8} {:>6}  {}"
HEAD = "id", "ours / yardstick", "ours", "yardstick", "figure", "at most", "aim", ""


def cells(row):
    def short(value):
        return "" if value is None else f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"

    return (row.id, row.what, f"{short(row.ours)} {row.unit}", short(row.yardstick), short(row.figure), short(row.at_most),
            short(row.aim), row.verdict)  # fmt: skip


def build():
    measure.run(["sh", measure.ROOT / "tests" / "tools" / "packages.sh"])
    measure.run(["sh", measure.ROOT / "tests" / "tools" / "packages.sh", *PACKAGES])
    measure.run(["cmake", "--preset", "benchmark"], cwd=measure.ROOT)
    measure.run(["cmake", "--build", measure.BUILD])


def write(rows):
    """Replaces the table of docs/performance.md."""
    lines = ["| " + " | ".join(HEAD) + " |", "|" + "---|" * len(HEAD)]
    lines += ["| " + " | ".join(cells(row)) + " |" for row in rows]
    table = f"Measured on {datetime.date.today()}:\n\n" + "\n".join(lines)
    page = re.sub(r"(?<=<!-- table -->\n).*(?=<!-- end of table -->)", lambda _: table + "\n", PAGE.read_text(), flags=re.S)
    PAGE.write_text(page)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--counted", action="store_true", help="only figures that do not depend on the machine's load")
    parser.add_argument("--write", action="store_true", help="write the table into docs/performance.md")
    options = parser.parse_args()
    print("building", file=sys.stderr)
    build()
    print(LAYOUT.format(*HEAD))
    rows = []
    for source in compile_rows, process_rows, cold_login.rows:
        if options.counted and source is compile_rows:
            continue
        for row in source(options.counted) if source is cold_login.rows else source():
            if options.counted and row.timed:
                continue
            rows.append(row)
            print(LAYOUT.format(*cells(row)).rstrip(), flush=True)
    if options.write:
        write(rows)
    over = [f"{row.id} ({row.what})" for row in rows if row.verdict == "over" and not row.timed]
    print(f"counted figures over their limit: {', '.join(over) or 'none'}", file=sys.stderr)
    return bool(over)


sys.exit(main())
