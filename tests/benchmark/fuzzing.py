# SPDX-License-Identifier: BSL-1.0
"""An execution of the fuzz target `login`, against one of a target that does nothing.

By processor time over so many executions, and not by libFuzzer's own count per second, which a busy machine lowers.
"""

import tempfile

import measure
from measure import Row

FUZZ = measure.ROOT / "fuzz"
CORPUS = sorted((FUZZ / "corpus" / "login").iterdir())


def built(source):
    out = measure.BUILD / "fuzzing" / source.stem
    out.parent.mkdir(parents=True, exist_ok=True)
    coverage = ["-fno-sanitize-coverage=trace-cmp", f"-fsanitize-coverage-allowlist={FUZZ / 'login.coverage'}"]
    flags = ["-std=c++20", "-O1", "-g", "-fsanitize=address,fuzzer", *coverage]
    measure.run(["clang++-19", *flags, f"-I{measure.ROOT / 'include'}", source, "-o", out])
    return out


def microseconds(target_and_times):
    """The processor time of an execution, as a fuzzer that begins with the corpus and keeps in memory what it finds."""
    target, times = target_and_times
    seeds = ",".join(map(str, CORPUS))
    with tempfile.TemporaryDirectory() as directory:
        command = [target, f"-runs={times}", "-seed=1", f"-seed_inputs={seeds}", "-verbosity=0"]
        return measure.cpu_seconds(command, cwd=directory) / times * 1e6


def rows(wanted):
    if not wanted("P13"):
        return
    login = built(measure.HERE / "mocked_login_target.cpp" if measure.SLOW else FUZZ / "login.cpp")
    empty = built(measure.HERE / "empty_target.cpp")
    ours, yardstick = measure.in_turn(2, microseconds, (login, 100_000), (empty, 10_000_000))
    note = "an execution plays up to 8 calls on one object and compares each with the model"
    yield Row("P13", "an execution of the fuzz target login / of an empty one", "us", ours, yardstick, 4.0, 2.9, note)
