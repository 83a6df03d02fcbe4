# SPDX-License-Identifier: BSL-1.0
"""Runs settings_writer under strace: lists the system calls of its operation, and makes one of them go wrong."""

import collections
import dataclasses
import os
import re
import signal
import shutil
import subprocess
import sys

CALL = re.compile(r"^(?P<pid>\d+) +(?P<name>\w+)\((?P<arguments>.*)\) += (?P<answer>.*)$")


@dataclasses.dataclass(frozen=True)
class Call:
    """The n-th call of that name since the program's start, which is how strace counts."""
    name: str
    ordinal: int
    arguments: str
    answer: str

    def __str__(self):
        return f"{self.name} {self.ordinal}"


@dataclasses.dataclass
class Run:
    calls: list         # of the operation: between its two marks, without the start of the program
    code: int           # -9 when it was killed
    said: str           # its line
    injected: int       # how many of the calls failed because they were told to
    killed: bool
    stops: int


def run(command, *injections, on_stop=None):
    """Runs the command; an injection is `error=EIO:when=2` with a name before it, as strace has them. Whenever it is
    stopped, `on_stop` is called; then it goes on."""
    if not shutil.which("strace"):
        sys.exit("there is no strace here")
    reading, writing = os.pipe()
    options = [word for injection in injections for word in ("-e", "inject=" + injection)]
    process = subprocess.Popen(["strace", "-f", "-y", "-o", f"/dev/fd/{writing}", *options, "--", *command],
                               pass_fds=[writing], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True)
    os.close(writing)
    counts = collections.Counter()
    found = Run([], 0, "", 0, False, 0)
    inside = False
    with open(reading, encoding="utf-8", errors="replace") as trace:
        for line in trace:
            if "--- stopped by SIGSTOP ---" in line:
                found.stops += 1
                if on_stop:
                    on_stop()
                os.kill(int(line.split()[0]), signal.SIGCONT)
            found.killed |= "+++ killed by SIGKILL +++" in line
            if not (call := CALL.match(line)):
                continue
            counts[call["name"]] += 1
            if '"mark: begin"' in line:
                inside = True
            elif '"mark: end"' in line:
                inside = False
            elif inside:
                found.calls.append(Call(call["name"], counts[call["name"]], call["arguments"], call["answer"]))
                found.injected += "(INJECTED)" in call["answer"]
    said, complaint = process.communicate()
    found.code, found.said = process.returncode, said.rstrip("\n")
    if not counts:
        sys.exit(f"strace can't trace here (is ptrace permitted?): {complaint.strip()}")
    return found


def plan(command):
    """The calls of an operation, each of which can be made to go wrong."""
    calls = run(command).calls
    if not calls:
        sys.exit(f"no system calls between the marks of {command}")
    return calls
