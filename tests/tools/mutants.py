#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Changes the headers in small ways, one at a time, and counts how many of the changes the tests notice.

  tests/tools/mutants.py                               all headers in which a sign-in is decided
  tests/tools/mutants.py include/hubauth/credential/credential_cache.hpp ...  these
  tests/tools/mutants.py --sample 50 --seed 7          a quick look

A mutant is killed when a static_assert, a test, a model, or the time that a test takes tells it from the original. Not
counted is one that does not compile for another reason, and one that tests/tools/mutants.equivalent lists, a line each:

  path:text of the line => its text in the mutant # why no test needs to tell the two apart

Prints the survivors and a score for each header. Fails with 1 when less than 95 % are killed, and with 2 when the tests
fail on the headers as they are or a line of that list fits no mutant.
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

DEFAULT = ["api_key", "basic_auth", "flow/diagram", "flow/login", "flow/run", "flow/sign_in", "flow/sound", "flow/steps",
           "flow/table", "resolve_url", "session", "wire/body", "wire/json_stream", "wire/check_response", "wire/sanitize",
           "wire/response", "wire/request", "wire/retry_after", "wire/root", "wire/status"]


# What is changed

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
    path: str     # below ROOT
    line: int
    before: str   # the changed line, or the dropped statement
    after: str
    text: str = dataclasses.field(repr=False)  # of the whole header

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
    """A header's tokens without comments, texts and directives, and the changes that they allow."""

    def __init__(self, path, enums):
        self.path = path
        self.text = (ROOT / path).read_text()
        self.enums = enums
        self.tokens = [token for token in TOKEN.finditer(self.text) if token.lastgroup not in ("comment", "directive")]
        self.words = [token[0] for token in self.tokens] + [""]  # the end is a word too, and one that nothing equals

    def behind(self, at):
        """The token behind the bracket that closes the one at `at`."""
        depth = 0
        while at < len(self.tokens):
            depth += self.words[at] in CLOSING
            depth -= self.words[at] in CLOSING.values()
            at += 1
            if depth == 0:
                break
        return at

    def spaced(self, at):
        """True for an operator: a bracket of a template, a reference and the like stand close to something."""
        token = self.tokens[at]
        return self.text[token.start() - 1].isspace() and self.text[token.end()].isspace()

    def behind_template(self, at):
        """The token behind the template's arguments at `at`; `at` when none are there."""
        if self.words[at] != "<" or self.spaced(at):
            return at
        depth = 0
        while self.words[at] not in (";", ""):
            depth += {"<": 1, ">": -1}.get(self.words[at], 0)
            at += 1
            if depth == 0:
                break
        return at

    def behind_statement(self, at):
        """The token behind the statement that begins at `at`: a call, an assignment, or an `if`, `for` or `while` whose
        body has no braces; `at` when no such statement begins there."""
        begin = at
        if self.words[at] in ("if", "for", "while"):
            at = self.behind(at + 1 + (self.words[at + 1] == "constexpr"))
            if self.words[at] in ("if", "for", "while"):
                behind = self.behind_statement(at)
                return begin if behind == at else behind
            if self.words[at] == "{":
                return begin
        elif self.words[at] in ("++", "--"):
            at += 1
        else:
            if self.words[at] in NO_STATEMENT or not re.fullmatch(r"[a-z_]\w*", self.words[at]):
                return begin
            at += 1
            while self.words[at] in ("::", ".", "->", "(", "["):
                at = self.behind(at) if self.words[at] in CLOSING else at + 2
                at = self.behind_template(at)
            assigns = re.fullmatch(r"=|\+\+|--|[-+*/%&|^]=", self.words[at])
            if not assigns and not (self.words[at] == ";" and self.words[at - 1] == ")"):
                return begin
        while self.words[at] not in (";", "", *CLOSING.values()):
            at = self.behind(at)
        return at + 1 if self.words[at] == ";" else begin

    def begins_statement(self, at):
        if self.words[at - 1] == ":":  # behind a `case`, or of a list or a `?`
            line = self.text[self.text.rfind("\n", 0, self.tokens[at].start()) + 1:self.tokens[at].start()]
            return line.lstrip().startswith("case ")
        return at > 0 and self.words[at - 1] in (";", "{", "}", "else")

    def condition(self, at):
        """Where the plain condition of the `if` or `while` at `at` begins and ends; None for one that has operators,
        which are flipped instead, or declares something."""
        begin = at + 1 + (self.words[at + 1] == "constexpr")
        end = self.behind(begin) - 1
        begin += 1
        if ";" in self.words[begin:end]:
            begin = end - self.words[begin:end][::-1].index(";")
        if any(word in FLIPS or word in ("=", "!") for word in self.words[begin:end]):
            return None
        return self.tokens[begin].start(), self.tokens[end - 1].end()

    def changes(self):
        """Every change, as the range of text that it replaces and what stands there instead."""
        at = behind_head = 0
        while at < len(self.tokens):
            word, token = self.words[at], self.tokens[at]
            begin, end = token.span()
            if word == "static_assert":
                at = self.behind(at + 1)
                continue
            if word == "for":
                behind_head = self.behind(at + 1)  # what is between its semicolons is no statement
            if (word == "for" or at >= behind_head) and self.begins_statement(at):
                if (behind := self.behind_statement(at)) != at:
                    yield begin, self.tokens[behind - 1].end(), ";"
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
                value = int(number[0].replace("'", ""), 0)
                for other in (value + 1, value - 1):
                    yield begin, end, (f"{other:#x}" if word.startswith("0x") else str(other))
            at += 1

    def mutants(self):
        seen = {self.text}
        for begin, end, instead in self.changes():
            text = self.text[:begin] + instead + self.text[end:]
            if text in seen:
                continue
            seen.add(text)
            if instead == ";":
                before, after = self.text[begin:end], ";"
            else:
                start, stop = self.text.rfind("\n", 0, begin) + 1, self.text.find("\n", end)
                before, after = self.text[start:stop], self.text[start:begin] + instead + self.text[end:stop]
            before, after = (" ".join(re.sub(r"\s//.*", "", one).split()) for one in (before, after))
            yield Mutant(self.path, self.text.count("\n", 0, begin) + 1, before, after, text)


# Who notices

@dataclasses.dataclass(frozen=True)
class Program:
    """A test program: its file, what it is compiled and linked with, and called with."""
    source: str
    flags: tuple = ("-O0", "main.o", "-lfmt")
    arguments: tuple = ()


@dataclasses.dataclass(frozen=True)
class WrongProgram:
    """A program that must not compile, and of which the compiler must say why."""
    source: str


def replays():
    """The fuzz targets, each on its corpus."""
    return [Program(f"fuzz/{directory.name}.cpp", ("-O0", "replay.o"), (f"fuzz/corpus/{directory.name}",))
            for directory in sorted((ROOT / "fuzz/corpus").iterdir())]


# Each is asked about the headers that it includes, at whatever depth; the cheapest first.
SYSTEM = [
    Program("tests/unit/flow/sound.cpp"),
    *replays(),
    Program("tests/unit/login/fault_injection.cpp"),
    Program("tests/unit/basic_auth.cpp"),
    Program("tests/unit/login/exhaustive.cpp", ("-O1", "main.o", "-lfmt")),
    Program("tests/system/programs/conformance.cpp", ("-O0", "-lfmt", "-lcpp-httplib", "-lcurl")),
]


def asked_about(path):
    """Who may notice a mutant of that header: the test that mirrors it, the wrong programs about it, the system."""
    include = pathlib.PurePath(path).relative_to("include")
    mirror = pathlib.PurePath("tests", *include.parts[1:]).with_suffix(".cpp")
    own = [Program(str(mirror))] if (ROOT / mirror).exists() else []
    wrong = [WrongProgram(str(one.relative_to(ROOT))) for one in sorted((ROOT / "tests/compile_fail").glob("*.cpp"))
             if f'#include "{include}"' in one.read_text()]
    return own + wrong + [program for program in SYSTEM if program not in own]


COMPILER = os.environ.get("CXX", "g++")
COMPILE = [COMPILER, "-std=c++20", "-w", "-fmax-errors=1", "-Itests", '-DHUBAUTH_TESTS="tests"',
           '-DHUBAUTH_DOCS="docs"']
# Whatever a mutant does, it fills neither memory nor disk.
LIMITED = ["sh", "-c", 'ulimit -c 0; ulimit -v 6000000; ulimit -f 500000; exec "$@"', "sh"]
NOTICED_BY_COMPILER = re.compile(r"error: (static assertion|non-constant condition)|constant expression|'constexpr' ")


class Laboratory:
    """A copy of the sources, and in it a directory for each mutant that is tried at the same time."""

    def __init__(self, directory, workers):
        self.directory = pathlib.Path(directory)
        for part in ("include", "tests", "fuzz", "docs"):
            shutil.copytree(ROOT / part, self.directory / part)
        self.free = queue.SimpleQueue()
        for number in range(workers):
            self.free.put(self.directory / f"worker{number}")
        self.seconds = {}   # that a program's commands take on the headers as they are
        self.includes = {}  # the files that a program includes

    def run(self, command, seconds, scratch):
        """Gives the exit code, or None when it took too long; and what it wrote."""
        environment = dict(os.environ, TMPDIR=str(scratch), CCACHE_DISABLE="1", LC_ALL="C")
        with open(scratch / "output", "w+", errors="replace") as output:
            process = subprocess.Popen(LIMITED + command, cwd=self.directory, env=environment, stdin=subprocess.DEVNULL,
                                       stdout=output, stderr=output, start_new_session=True)
            try:
                code = process.wait(seconds)
            except subprocess.TimeoutExpired:
                code = None
            finally:
                try:
                    os.killpg(process.pid, signal.SIGKILL)  # and whatever it has started
                except ProcessLookupError:
                    pass
                process.wait()
            output.seek(0)
            return code, output.read(20000)

    def commands(self, program, scratch):
        """What is to be done with the program, with the headers in `scratch` before all others."""
        if isinstance(program, WrongProgram):
            kind = "GNU" if COMPILER.rpartition("/")[2].startswith("g++") else "Clang"
            return [["cmake", f"-DFILE={program.source}", f"-DCOMPILER={COMPILER}", f"-DCOMPILER_ID={kind}",
                     f"-DINCLUDES={scratch}/include;include", "-P", "tests/compile_fail/check.cmake"]]
        return [[*COMPILE, f"-I{scratch}/include", "-Iinclude", program.source, *program.flags, "-o",
                 f"{scratch}/program"],
                [f"{scratch}/program", *program.arguments]]

    def prepare(self, programs):
        """Builds what several programs share, and tries each on the headers as they are; says which of them fail."""
        scratch = self.directory / "original"
        scratch.mkdir()
        for source, made in (("tests/main.cpp", "main.o"), ("fuzz/replay.cpp", "replay.o")):
            self.run([*COMPILE, "-c", source, "-o", made], None, scratch)
        failing = False
        for program in programs:
            self.seconds[program] = []
            for command in self.commands(program, scratch):
                start = time.monotonic()
                code, said = self.run(command, None, scratch)
                self.seconds[program].append(time.monotonic() - start)
                if code != 0:
                    print(f"{said}{program.source}: fails on the headers as they are")
                    failing = True
                    break
            self.includes[program] = self.run([*COMPILE, "-Iinclude", "-MM", program.source], None, scratch)[1].split()
        return not failing

    def fate(self, mutant, programs):
        """Who killed it, or "time"; nothing when it survives; "invalid" when it does not compile."""
        scratch = self.free.get()
        try:
            header = scratch / mutant.path
            header.parent.mkdir(parents=True)
            header.write_text(mutant.text)
            for program in programs:
                for command, seconds in zip(self.commands(program, scratch), self.seconds[program]):
                    code, said = self.run(command, 5 + 5 * seconds, scratch)
                    if code == 0:
                        continue
                    if code is None:
                        return "time"
                    compiling = command[0] == COMPILER
                    return "invalid" if compiling and not NOTICED_BY_COMPILER.search(said) else program.source
            return ""
        finally:
            shutil.rmtree(scratch)
            self.free.put(scratch)


def listed_as_equivalent(path):
    """The entries of the list, as (header, line, mutant), with the number of each one's line."""
    entries = {}
    for number, line in enumerate(path.read_text().splitlines() if path.exists() else [], 1):
        if not line or line.startswith("#"):
            continue
        entry = re.fullmatch(r"([^:]+):(.+?) => (.*?) # (.+)", line)
        if not entry:
            print(f"{path}:{number}: not of the form `path:text => text # reason`")
            sys.exit(2)
        entries[entry[1], entry[2], entry[3]] = number
    return entries


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("headers", nargs="*", help="below include/hubauth (default: those that decide a sign-in)")
    arguments.add_argument("--sample", type=int, metavar="N", help="try only N mutants, taken at random")
    arguments.add_argument("--seed", type=int, default=0, metavar="S", help="for --sample")
    chosen = arguments.parse_args()
    start = time.monotonic()

    paths = [str(pathlib.Path(header).resolve().relative_to(ROOT)) for header in chosen.headers]
    paths = paths or [f"include/hubauth/{name}.hpp" for name in DEFAULT]
    enums = enumerators(sorted((ROOT / "include").rglob("*.hpp")))
    mutants = [mutant for path in paths for mutant in Source(path, enums).mutants()]

    list_path = ROOT / "tests" / "tools/mutants.equivalent"
    entries = listed_as_equivalent(list_path)
    made = {(mutant.path, mutant.before, mutant.after) for mutant in mutants}
    rotten = sorted(number for entry, number in entries.items() if entry[0] in paths and entry not in made)
    for number in rotten:
        print(f"{list_path}:{number}: fits no mutant")
    if rotten:
        sys.exit(2)
    equivalent = [mutant for mutant in mutants if (mutant.path, mutant.before, mutant.after) in entries]
    mutants = [mutant for mutant in mutants if (mutant.path, mutant.before, mutant.after) not in entries]
    if chosen.sample is not None and chosen.sample < len(mutants):
        picked = sorted(random.Random(chosen.seed).sample(range(len(mutants)), chosen.sample))
        mutants = [mutants[at] for at in picked]

    workers = len(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory(prefix="mutants-") as directory:
        laboratory = Laboratory(directory, workers)
        if not laboratory.prepare(dict.fromkeys(program for path in paths for program in asked_about(path))):
            sys.exit(2)
        asked = {path: [program for program in asked_about(path) if path in laboratory.includes[program]]
                 for path in paths}
        with concurrent.futures.ThreadPoolExecutor(workers) as pool:
            fates = []
            for mutant, fate in zip(mutants, pool.map(lambda one: laboratory.fate(one, asked[one.path]), mutants)):
                fates.append(fate)
                if not fate:
                    print(f"survived: {mutant}", flush=True)

    def score(title, path_is_meant, more=""):
        counted = [fate for mutant, fate in zip(mutants, fates) if path_is_meant(mutant.path) and fate != "invalid"]
        killed = sum(fate != "" for fate in counted)
        percent = 100 * killed / len(counted) if counted else 100
        left_out = sum(path_is_meant(mutant.path) for mutant in equivalent)
        print(f"{title}: {killed} / {len(counted)} killed ({percent:.1f} %), {left_out} equivalent{more}")
        return percent

    for path in paths:
        score(path, path.__eq__)
    minutes = (time.monotonic() - start) / 60
    total = score("all", lambda _: True, f", {fates.count('invalid')} did not compile; "
                  f"{fates.count('time')} were killed by the time they took; in {minutes:.0f} min")
    sys.exit(0 if total >= WANTED else 1)


if __name__ == "__main__":
    main()
