# SPDX-License-Identifier: BSL-1.0
"""The rows of the benchmark, and how their figures are measured."""

import dataclasses
import pathlib
import re
import resource
import subprocess
import tempfile
from typing import Optional

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
BUILD = ROOT / "build" / "benchmark"
TOLERANCE = 1.1  # of the limit of a counted figure


@dataclasses.dataclass
class Row:
    """A comparison: ours over the yardstick's, or ours alone."""

    id: str
    what: str
    unit: str
    ours: float
    yardstick: Optional[float]
    at_most: float
    aim: float
    timed: bool = False  # depends on the load of the machine

    @property
    def figure(self):
        return self.ours if self.yardstick is None else self.ours / self.yardstick

    @property
    def verdict(self):
        if self.figure > self.at_most * (1 if self.timed else TOLERANCE):
            return "over"
        return "aim" if self.figure <= self.aim else "ok"


def program(name):
    """A program of the benchmark's build."""
    return BUILD / "tests" / "benchmark" / name


def run(command, **options):
    """Runs a command, which must succeed, and returns what it printed."""
    command = [str(word) for word in command]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}\nexit code {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def cpu_seconds(command, **options):
    """The processor time of a command and its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run(command, **options)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def in_turn(rounds, take, *subjects):
    """The least figure of each subject, measured in turn, so that load affects all of them."""
    figures = [[] for _ in subjects]
    for _ in range(rounds):
        for subject, seen in zip(subjects, figures):
            seen.append(take(subject))
    return [min(seen) for seen in figures]


def instructions(command, *valgrind_options, **options):
    """The instructions that callgrind counts while the command runs."""
    with tempfile.TemporaryDirectory() as directory:
        out = pathlib.Path(directory) / "callgrind.out"
        run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", *valgrind_options, *command], **options)
        return int(re.search(r"^(?:summary|totals): (\d+)", out.read_text(), re.M).group(1))


def counted(name, subject, times=1000):
    """The instructions of one call of a subject (see subjects.hpp), without the loop around it."""

    def total(one):
        return instructions([program(name), "--count", one, str(times)], "--collect-atstart=no")

    return (total(subject) - total("nothing")) / times
