#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Mutation test: changes the headers in small ways, one at a time, and counts the changes that the tests detect.

  tests/tools/mutants.py                        all headers that decide a sign-in
  tests/tools/mutants.py include/hubauth/...    these headers
  tests/tools/mutants.py --sample 50 --seed 7   a random sample

A mutant is killed if a static_assert, a test or a model fails, or if a test takes much longer. Not counted are mutants that
do not compile for another reason, and those that tests/tools/mutants.equivalent lists, one in each line:

  path:text of the line => its text in the mutant # why no test needs to distinguish them

Prints the survivors and a score for each header. The exit code is 1 if less than 95 % are killed, and 2 if the tests fail on
the unchanged headers or a line of that list matches no mutant.
"""

import argparse
import concurrent.futures
import dataclasses
import os
import pathlib
import queue
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
WANTED = 95

# The directories and headers of include/hubauth that decide a sign-in.
DEFAULT = ["basic_auth.hpp", "session.hpp", "credential", "fsm", "http", "json", "login", "protocol", "text"]


# The changes

TOKEN = re.compile(r"""
    (?P<comment> //[^\n]* | /\*.*?\*/ )
  | (?P<directive> ^[ \t]*\#[^\n]* )
  | (?P<text> R"(?P<mark>[^\s()\\]*)\(.*?\)(?P=mark)" | "(?:[^"\\\n]|\\.)*" | '(?:[^'\\\n]|\\.)+' )
  | (?P<number> \d(?:'?\w|\.)* )
  | (?P<name> [A-Za-z_]\w* )
  | (?P<sign> <=> | \.\.\. | :: | -> | \+\+ | -- | [-+*/%&|^<>=!]= | && | \|\| | \S )
  """, re.VERBOSE | re.DOTALL | re.MULTILINE)

FLIPS = {"==": ["!="], "!=": ["=="], "<": ["<=", ">="], ">": [">=", "<="], "<=": ["<", ">"], ">=": [">", "<"],
         "&&": ["||"], "||": ["&&"], "true": ["false"], "false": ["true"]}
ENUM = re.compile(r"enum class (\w+)[^{;]*\{(.*?)\};", re.DOTALL)
CLOSING = {"(": ")", "[": "]", "{": "}"}
NO_STATEMENT = {"delete", "return", "static_assert", "using"}


@dataclasses.dataclass(frozen=True)
class Mutant:
    path: str     # relative to ROOT
    line: int
    before: str   # the changed line, or the dropped statement
    after: str
    text: str = dataclasses.field(repr=False)  # the text of the header

    def __str__(self):
        return f"{self.path}:{self.line}: {self.before}  =>  {self.after}"


def enumerators(headers):
    """The enumerators of every scoped enumeration in the headers, by its name."""
    found = {}
    for header in headers:
        for name, body in ENUM.findall(re.sub(r"//[^\n]*", "", header.read_text())):
            found[name] = re.findall(r"(\w+)(?:\s*=\s*\w+)?\s*(?:,|$)", body.strip())
    return found


class Source:
    """The tokens of a header without comments and directives, and the changes that they allow."""

    def __init__(self, path, enums):
        self.path = path
        self.text = (ROOT / path).read_text()
        self.enums = enums
        self.tokens = [token for token in TOKEN.finditer(self.text) if token.lastgroup not in ("comment", "directive")]
        self.words = [token[0] for token in self.tokens] + [""]  # the end is a word that differs from all others

    def after(self, at):
        """The token after the bracket that closes the one at `at`."""
        depth = 0
        while at < len(self.tokens):
            depth += self.words[at] in CLOSING
            depth -= self.words[at] in CLOSING.values()
            at += 1
            if depth == 0:
                break
        return at

    def spaced(self, at):
        """True for a binary operator; false for the brackets of a template, a reference and the like."""
        token = self.tokens[at]
        return self.text[token.start() - 1].isspace() and self.text[token.end()].isspace()

    def after_template(self, at):
        """The token after the template arguments at `at`; `at` if there are none."""
        if self.words[at] != "<" or self.spaced(at):
            return at
        depth = 0
        while self.words[at] not in (";", ""):
            depth += {"<": 1, ">": -1}.get(self.words[at], 0)
            at += 1
            if depth == 0:
                break
        return at

    def after_statement(self, at):
        """The token after the statement that begins at `at`: a call, an assignment, or an `if`, `for` or `while` whose body
        has no braces; `at` if no such statement begins there."""
        begin = at
        if self.words[at] in ("if", "for", "while"):
            at = self.after(at + 1 + (self.words[at + 1] == "constexpr"))
            if self.words[at] in ("if", "for", "while"):
                after = self.after_statement(at)
                return begin if after == at else after
            if self.words[at] == "{":
                return begin
        elif self.words[at] in ("++", "--"):
            at += 1
        else:
            if self.words[at] in NO_STATEMENT or not re.fullmatch(r"[a-z_]\w*", self.words[at]):
                return begin
            at += 1
            while self.words[at] in ("::", ".", "->", "(", "["):
                at = self.after(at) if self.words[at] in CLOSING else at + 2
                at = self.after_template(at)
            assigns = re.fullmatch(r"=|\+\+|--|[-+*/%&|^]=", self.words[at])
            if not assigns and not (self.words[at] == ";" and self.words[at - 1] == ")"):
                return begin
        while self.words[at] not in (";", "", *CLOSING.values()):
            at = self.after(at)
        return at + 1 if self.words[at] == ";" else begin

    def begins_statement(self, at):
        if self.words[at - 1] == ":":  # after a `case`, or part of a list or a `?`
            line = self.text[self.text.rfind("\n", 0, self.tokens[at].start()) + 1:self.tokens[at].start()]
            return line.lstrip().startswith("case ")
        return at > 0 and self.words[at - 1] in (";", "{", "}", "else")

    def condition(self, at):
        """The range of the condition of the `if` or `while` at `at`; None if it has operators, which are changed instead, or
        declares something."""
        begin = at + 1 + (self.words[at + 1] == "constexpr")
        end = self.after(begin) - 1
        begin += 1
        if ";" in self.words[begin:end]:
            begin = end - self.words[begin:end][::-1].index(";")
        if any(word in FLIPS or word in ("=", "!") for word in self.words[begin:end]):
            return None
        return self.tokens[begin].start(), self.tokens[end - 1].end()

    def changes(self):
        """Every change: the range of text that it replaces, and the new text."""
        at = after_head = 0
        while at < len(self.tokens):
            word, token = self.words[at], self.tokens[at]
            begin, end = token.span()
            if word == "static_assert":
                at = self.after(at + 1)
                continue
            if word == "for":
                after_head = self.after(at + 1)  # the parts between its semicolons are not statements
            if (word == "for" or at >= after_head) and self.begins_statement(at):
                if (after := self.after_statement(at)) != at:
                    yield begin, self.tokens[after - 1].end(), ";"
            if word in ("if", "while") and (where := self.condition(at)):
                yield *where, f"!({self.text[where[0]:where[1]]})"
            if word in FLIPS and self.words[at - 1] != "operator" and (word.isalpha() or self.spaced(at)):
                for other in FLIPS[word]:
                    yield begin, end, other
            if word == "!" and self.words[at - 1] != "operator":
                yield begin, end, ""
            if word in self.enums and self.words[at + 1] == "::" and self.words[at - 1] != "case":
                others = self.enums[word]
                if self.words[at + 2] in others:
                    other = others[(others.index(self.words[at + 2]) + 1) % len(others)]
                    yield self.tokens[at + 2].start(), self.tokens[at + 2].end(), other
            if number := re.fullmatch(r"(0x[0-9a-fA-F']+|\d[\d']*)", word):
                digits = number[0].replace("'", "")
                value = int(digits, 8 if re.fullmatch("0[0-7]+", digits) else 0)
                for other in (value + 1, value - 1):
                    yield begin, end, (f"{other:#x}" if word.startswith("0x") else str(other))
            at += 1

    def mutants(self):
        seen = {self.text}
        for begin, end, replacement in self.changes():
            text = self.text[:begin] + replacement + self.text[end:]
            if text in seen:
                continue
            seen.add(text)
            if replacement == ";":
                before, after = self.text[begin:end], ";"
            else:
                start, stop = self.text.rfind("\n", 0, begin) + 1, self.text.find("\n", end)
                before, after = self.text[start:stop], self.text[start:begin] + replacement + self.text[end:stop]
            before, after = (" ".join(re.sub(r"\s//.*", "", one).split()) for one in (before, after))
            yield Mutant(self.path, self.text.count("\n", 0, begin) + 1, before, after, text)


# The tests

@dataclasses.dataclass(frozen=True)
class Program:
    """A test program: its source file, the options to compile and link it, and its arguments."""
    source: str
    flags: tuple = ("-O0", "main.o", "-lfmt")
    arguments: tuple = ()


@dataclasses.dataclass(frozen=True)
class InvalidProgram:
    """A program that must fail to compile with certain messages."""
    source: str


def replays():
    """The fuzz targets, each on its corpus."""
    return [Program(f"fuzz/{directory.name}.cpp", ("-O0", "replay.o"), (f"fuzz/corpus/{directory.name}",))
            for directory in sorted((ROOT / "fuzz/corpus").iterdir())]


# Each is run for the headers that it includes, directly or not; the cheapest first.
SYSTEM = [
    Program("tests/unit/fsm/well_formed.cpp"),
    *replays(),
    Program("tests/unit/login/fault_injection.cpp"),
    Program("tests/unit/basic_auth.cpp"),
    Program("tests/unit/login/exhaustive.cpp", ("-O1", "main.o", "-lfmt")),
    Program("tests/system/programs/conformance.cpp", ("-O0", "-lfmt", "-lcpp-httplib", "-lcurl")),
]


def tests_of(path):
    """The programs that may detect a mutant of that header: its unit test, the invalid programs that include it, SYSTEM."""
    include = pathlib.PurePath(path).relative_to("include")
    mirror = pathlib.PurePath("tests", "unit", *include.parts[1:]).with_suffix(".cpp")
    own = [Program(str(mirror))] if (ROOT / mirror).exists() else []
    invalid = [InvalidProgram(str(one.relative_to(ROOT))) for one in sorted((ROOT / "tests/compile_fail").glob("*.cpp"))
               if f'#include "{include}"' in one.read_text()]
    return own + invalid + [program for program in SYSTEM if program not in own]


COMPILER = os.environ.get("CXX", "g++")
COMPILE = [COMPILER, "-std=c++20", "-w", "-fmax-errors=1", "-Itests", '-DHUBAUTH_TESTS="tests/system/programs"',
           '-DHUBAUTH_DOCS="docs"']
# Limits, so that no mutant fills the memory or the disk.
WITH_LIMITS = ["sh", "-c", 'ulimit -c 0; ulimit -v 6000000; ulimit -f 500000; exec "$@"', "sh"]
DETECTED_BY_COMPILER = re.compile(r"error: (static assertion|non-constant condition)|constant expression|'constexpr' ")


class Laboratory:
    """A copy of the sources, with a directory for each mutant that is tested at the same time."""

    def __init__(self, directory, workers):
        self.directory = pathlib.Path(directory)
        for part in ("include", "tests", "fuzz", "docs"):
            shutil.copytree(ROOT / part, self.directory / part)
        self.free = queue.SimpleQueue()
        for number in range(workers):
            self.free.put(self.directory / f"worker{number}")
        self.seconds = {}   # that the commands of a program take with the unchanged headers
        self.includes = {}  # the files that a program includes

    def run(self, command, seconds, scratch):
        """Returns the exit code, or None after a timeout, and the output."""
        environment = dict(os.environ, TMPDIR=str(scratch), CCACHE_DISABLE="1", LC_ALL="C")
        with open(scratch / "output", "w+", errors="replace") as output:
            process = subprocess.Popen(WITH_LIMITS + command, cwd=self.directory, env=environment, stdin=subprocess.DEVNULL,
                                       stdout=output, stderr=output, start_new_session=True)
            try:
                code = process.wait(seconds)
            except subprocess.TimeoutExpired:
                code = None
            finally:
                try:
                    os.killpg(process.pid, signal.SIGKILL)  # with the processes that it has started
                except ProcessLookupError:
                    pass
                process.wait()
            output.seek(0)
            return code, output.read(20000)

    def commands(self, program, scratch):
        """The commands that test the program, with the headers in `scratch` before all others."""
        if isinstance(program, InvalidProgram):
            kind = "GNU" if COMPILER.rpartition("/")[2].startswith("g++") else "Clang"
            return [["cmake", f"-DFILE={program.source}", f"-DCOMPILER={COMPILER}", f"-DCOMPILER_ID={kind}",
                     f"-DINCLUDES={scratch}/include;include", "-P", "tests/compile_fail/check.cmake"]]
        return [[*COMPILE, f"-I{scratch}/include", "-Iinclude", program.source, *program.flags, "-o",
                 f"{scratch}/program"],
                [f"{scratch}/program", *program.arguments]]

    def prepare(self, programs):
        """Builds what the programs share, and runs each with the unchanged headers; prints which of them fail."""
        scratch = self.directory / "original"
        scratch.mkdir()
        for source, made in (("tests/main.cpp", "main.o"), ("fuzz/replay.cpp", "replay.o")):
            self.run([*COMPILE, "-c", source, "-o", made], None, scratch)
        failing = False
        for program in programs:
            self.seconds[program] = []
            for command in self.commands(program, scratch):
                start = time.monotonic()
                code, output = self.run(command, None, scratch)
                self.seconds[program].append(time.monotonic() - start)
                if code != 0:
                    print(f"{output}{program.source}: fails with the unchanged headers")
                    failing = True
                    break
            self.includes[program] = self.run([*COMPILE, "-Iinclude", "-MM", program.source], None, scratch)[1].split()
        return not failing

    def outcome(self, mutant, programs):
        """What killed it, or "time"; empty if it survives; "invalid" if it does not compile."""
        scratch = self.free.get()
        try:
            header = scratch / mutant.path
            header.parent.mkdir(parents=True)
            header.write_text(mutant.text)
            for program in programs:
                for command, seconds in zip(self.commands(program, scratch), self.seconds[program]):
                    code, output = self.run(command, 5 + 5 * seconds, scratch)
                    if code == 0:
                        continue
                    if code is None:
                        return "time"
                    compiling = command[0] == COMPILER
                    return "invalid" if compiling and not DETECTED_BY_COMPILER.search(output) else program.source
            return ""
        finally:
            shutil.rmtree(scratch)
            self.free.put(scratch)


def listed_as_equivalent(path):
    """The entries of the list, as (header, line, mutant), with their line numbers."""
    entries = {}
    for number, line in enumerate(path.read_text().splitlines() if path.exists() else [], 1):
        if not line or line.startswith("#"):
            continue
        entry = re.fullmatch(r"([^:]+):(.+?) => (.*?) # (.+)", line)
        if not entry:
            print(f"{path}:{number}: not `path:text => text # reason`")
            sys.exit(2)
        entries[entry[1], entry[2], entry[3]] = number
    return entries


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("headers", nargs="*", help="in include/hubauth (default: those that decide a sign-in)")
    arguments.add_argument("--sample", type=int, metavar="N", help="test only N mutants, chosen at random")
    arguments.add_argument("--seed", type=int, default=0, metavar="S", help="for --sample")
    chosen = arguments.parse_args()
    start = time.monotonic()

    paths = [str(pathlib.Path(header).resolve().relative_to(ROOT)) for header in chosen.headers]
    headers = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "include").rglob("*.?pp"))
    decisive = tuple(f"include/hubauth/{name}" for name in DEFAULT)
    paths = paths or [path for path in headers if path.startswith(decisive)]
    enums = enumerators([ROOT / path for path in headers])
    mutants = [mutant for path in paths for mutant in Source(path, enums).mutants()]

    list_path = ROOT / "tests" / "tools/mutants.equivalent"
    entries = listed_as_equivalent(list_path)
    made = {(mutant.path, mutant.before, mutant.after) for mutant in mutants}
    outdated = sorted(number for entry, number in entries.items() if entry[0] in paths and entry not in made)
    for number in outdated:
        print(f"{list_path}:{number}: matches no mutant")
    if outdated:
        sys.exit(2)
    equivalent = [mutant for mutant in mutants if (mutant.path, mutant.before, mutant.after) in entries]
    mutants = [mutant for mutant in mutants if (mutant.path, mutant.before, mutant.after) not in entries]
    if chosen.sample is not None and chosen.sample < len(mutants):
        picked = sorted(random.Random(chosen.seed).sample(range(len(mutants)), chosen.sample))
        mutants = [mutants[at] for at in picked]

    workers = len(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory(prefix="mutants-") as directory:
        laboratory = Laboratory(directory, workers)
        if not laboratory.prepare(dict.fromkeys(program for path in paths for program in tests_of(path))):
            sys.exit(2)
        tests = {path: [program for program in tests_of(path) if path in laboratory.includes[program]]
                 for path in paths}
        with concurrent.futures.ThreadPoolExecutor(workers) as pool:
            outcomes = []
            for mutant, outcome in zip(mutants, pool.map(lambda one: laboratory.outcome(one, tests[one.path]), mutants)):
                outcomes.append(outcome)
                if not outcome:
                    print(f"survived: {mutant}", flush=True)

    def score(title, matches, more=""):
        counted = [outcome for mutant, outcome in zip(mutants, outcomes) if matches(mutant.path) and outcome != "invalid"]
        killed = sum(outcome != "" for outcome in counted)
        percent = 100 * killed / len(counted) if counted else 100
        excluded = sum(matches(mutant.path) for mutant in equivalent)
        print(f"{title}: {killed} / {len(counted)} killed ({percent:.1f} %), {excluded} equivalent{more}")
        return percent

    for path in paths:
        score(path, path.__eq__)
    minutes = (time.monotonic() - start) / 60
    total = score("all", lambda _: True, f", {outcomes.count('invalid')} did not compile; "
                  f"{outcomes.count('time')} were killed by the time they took; in {minutes:.0f} min")
    sys.exit(0 if total >= WANTED else 1)


if __name__ == "__main__":
    main()
