# SPDX-License-Identifier: BSL-1.0
"""What the rows of the benchmark are made of, and how their figures are taken."""

import dataclasses
import os
import pathlib
import re
import resource
import subprocess
import tempfile
from typing import Optional

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SLOW = "HUBAUTH_BENCHMARK_SLOW" in os.environ  # with the slow variants, to see the verdicts turn
BUILD = ROOT / "build" / ("benchmark-slow" if SLOW else "benchmark")


@dataclasses.dataclass
class Row:
    """One comparison: ours over the yardstick's, or, where `yardstick` is None, ours alone."""

    id: str
    what: str
    unit: str
    ours: float
    yardstick: Optional[float]
    at_most: float
    aim: Optional[float] = None
    note: str = ""  # what the reader must know to trust it

    @property
    def figure(self):
        """What the goals are about."""
        return self.ours if self.yardstick is None else self.ours / self.yardstick

    @property
    def verdict(self):
        if self.figure > self.at_most:
            return "over"
        return "aim" if self.aim is None or self.figure <= self.aim else "ok"


def program(name):
    """A program of the benchmark's build."""
    return BUILD / "tests" / "benchmark" / name


def run(command, may_fail=False, **options):
    """Runs a command, which must succeed unless it may fail; gives what it printed."""
    command = [str(word) for word in command]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)
    if done.returncode and not may_fail:
        raise SystemExit(f"{' '.join(command)}\nended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def cpu_seconds(command, **options):
    """The processor time that a command and its children take."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run(command, **options)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def in_turn(rounds, take, *subjects, convinced=lambda least: True):
    """The least of `rounds` figures of each subject, taken in turn, so that a busy machine is busy for all of them.

    Noise only adds to a figure: as long as the least ones do not convince, up to four times as many are taken.
    """
    figures = [[] for _ in subjects]
    for taken in range(4 * rounds):
        if taken >= rounds and convinced([min(seen) for seen in figures]):
            break
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
    """The instructions of one call of a subject (see subjects.hpp), less the loop around it."""

    def all_of(one):
        return instructions([program(name), "--count", one, str(times)], "--collect-atstart=no")

    return (all_of(subject) - all_of("nothing")) / times
