# SPDX-License-Identifier: BSL-1.0
"""Runs settings_writer under strace: lists the system calls of its operation, and injects faults into them."""

import collections
import dataclasses
import os
import re
import signal
import shutil
import subprocess
import sys

CALL = re.compile(r"^(?P<pid>\d+) +(?P<name>\w+)\((?P<arguments>.*)\) += (?P<returned>.*)$")


@dataclasses.dataclass(frozen=True)
class Call:
    """The n-th call of that name since the start of the program: strace counts so."""
    name: str
    ordinal: int
    arguments: str
    returned: str

    def __str__(self):
        return f"{self.name} {self.ordinal}"

    def reads(self, name):
        """True if the call reads from a file of this name."""
        return self.name in ("read", "pread64") and f"/{name}>" in self.arguments


@dataclasses.dataclass
class Run:
    calls: list         # of the operation, between the two marks
    exit_code: int      # negative: the signal that killed it
    output: str         # the line that it printed
    injected: int       # how many calls strace let fail
    killed: bool
    stops: int


def run(command, *injections, on_stop=None):
    """Runs the command with strace's injections, such as `fsync:error=EIO:when=2`. Whenever the program is stopped,
    `on_stop` is called; then the program is continued."""
    if not shutil.which("strace"):
        sys.exit("strace is not installed")
    reading, writing = os.pipe()
    options = [option for injection in injections for option in ("-e", "inject=" + injection)]
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
                found.calls.append(Call(call["name"], counts[call["name"]], call["arguments"], call["returned"]))
                found.injected += "(INJECTED)" in call["returned"]
    output, errors = process.communicate()
    found.exit_code, found.output = process.returncode, output.rstrip("\n")
    if not counts:
        sys.exit(f"strace cannot trace (is ptrace permitted?): {errors.strip()}")
    return found


def plan(command):
    """The calls of an operation. Each can be given a fault."""
    calls = run(command).calls
    if not calls:
        sys.exit(f"no system calls between the marks of {command}")
    return calls
