#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Lets a model of the Python package rewrite the shared settings file while settings_writer reads and writes it.

  tests/system/faults/python_interleave.py BUILD/settings_writer

1. Each release accepts what we have written: it never resets the file.
2. Step by step: settings_writer is stopped after each of its system calls, and the file is rewritten completely or by
   half (the second half follows when settings_writer waits for it, or has ended). A saved key is always found; what the
   other program has changed stays; a key that it has overwritten is reported.
3. At random: two loops rewrite the file while keys are saved and loaded.

Exit code: 1 if a check failed. Needs strace, as system_calls.py does.
"""

import collections
import concurrent.futures
import fcntl
import itertools
import json
import multiprocessing
import os
import pathlib
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
import settings_model
import traced

ROUNDS = 60
MAX_REWRITES = 20  # of a loop in a round
OPERATIONS = (("save", "new"), ("erase",), ("load",))
SAVE_OUTCOMES = ("done", "store_locked", "store_conflict", "store_unreadable")


def read(path):
    return path.read_text(encoding="utf-8")


class Checks:
    def __init__(self, program, directory):
        self.program = program
        self.directory = directory
        self.failures = []

    def check(self, holds, message):
        if not holds:
            self.failures.append(message)

    def output_of(self, directory, *operation):
        run = subprocess.run([self.program, str(directory), *operation], capture_output=True, text=True, check=False)
        self.check(run.returncode in (0, 1), f"the exit code of {operation} is {run.returncode}")
        return run.stdout.rstrip("\n")

    # 1. Each release accepts what we have written

    def check_releases(self):
        for number, release in enumerate(settings_model.RELEASES):
            directory = pathlib.Path(self.directory, f"release{number}")
            directory.mkdir()
            file = directory / "settings.json"
            for before, operation, after in (("", ("save", "new"), "new"), ("old", ("save", "ul_0a"), "ul_0a"),
                                             ("old", ("erase",), "")):
                settings_model.rewrite(file, release.text(before))
                self.check(self.output_of(directory, *operation) == "done", f"{release.name}: {operation} failed")
                self.check(release.expects(read(file)), f"{release.name}: it would reset the file after {operation}")
                self.check(read(file) == release.text(after), f"{release.name}: {operation} changed more than the key")
                self.check(not any(other.expects(read(file)) for other in settings_model.RELEASES if other != release),
                           "the model accepts any text")
        print(f"accepted: {len(settings_model.RELEASES)} releases, 3 operations each")

    # 2. Step by step

    def steps(self, release):
        tally = collections.Counter()
        for operation in OPERATIONS:
            with tempfile.TemporaryDirectory(dir=self.directory) as name:
                settings_model.rewrite(pathlib.Path(name, "settings.json"), release.text("old"))
                calls = traced.plan([self.program, name, *operation])
            trials = itertools.product((False, True), (False, True), range(len(calls)))
            with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
                results = pool.map(lambda trial: self.step(release, operation, calls, *trial), trials)
                for waited, output, failures in results:
                    tally[f"{operation[0]}: {output}{', after waiting' * waited}"] += 1
                    self.failures += failures
        print(f"step by step, {release.name}: {tally.total()} rewrites after a system call")
        for outcome, times in sorted(tally.items()):
            print(f"  {outcome}: {times} times")

    def step(self, release, operation, calls, torn, stale, at):
        """Rewrites the file after the call with the index `at`, with another setting changed, too. If `stale`, the key
        is the one from before settings_writer was started, as in a program that read the file then; otherwise the
        current one. If `torn`, the file is half written at first."""
        with tempfile.TemporaryDirectory(dir=self.directory) as name:
            path = pathlib.Path(name, "settings.json")
            settings_model.rewrite(path, release.text("old"))
            halves = []

            def on_stop():
                if halves:
                    halves.pop().finish()  # settings_writer waits
                    return
                key = "old" if stale else json.loads(read(path))["api_key"]
                other = settings_model.InPlaceWriter(path, release.text(key, share_statistics=False))
                if torn:
                    other.write_half()
                    halves.append(other)
                else:
                    other.finish()

            call = calls[at]
            run = traced.run([self.program, name, *operation], f"{call.name}:signal=STOP:when={call.ordinal}",
                             "clock_nanosleep,nanosleep:signal=STOP:when=1", on_stop=on_stop)
            while halves:
                halves.pop().finish()
            where = (f"{operation[0]}, {'stale' if stale else 'current'}{', torn' * torn}, after {call}: "
                     f"printed: {run.output or 'nothing'}; ")
            failures = [where + failure
                        for failure in self.step_failures(release, operation, calls, stale, at, run, path)]
            return run.stops > 1, run.output.split(" ")[0], failures

    @staticmethod
    def step_failures(release, operation, calls, stale, at, run, path):
        if run.stops == 0 or run.exit_code not in (0, 1):
            yield f"it was stopped {run.stops} times, and the exit code is {run.exit_code}"
        text = read(path)
        if not release.expects(text):
            yield "the release would reset the file"
            return
        if operation == ("load",):
            if run.output != "key old":
                yield "a key was saved"
            return

        reads = [i for i, call in enumerate(calls)
                 if call.reads("settings.json") and not calls[i - 1].reads("settings.json")]
        renamed = next(i for i, call in enumerate(calls) if call.name.startswith("rename"))
        last_read = max(i for i in reads if i < renamed)  # a change between it and the rename cannot be noticed
        verified = min((i for i in reads if i > renamed), default=len(calls))  # a change after it comes after the save
        stored = json.loads(text)["api_key"] == ("new" if operation[0] == "save" else "")
        if not stored and run.output == "done" and at < verified:
            yield "the key was overwritten, which was not reported"
        if not stored and not stale:
            yield "the key was lost"
        if stored and run.output != "done":
            yield "the key was saved"
        if run.output != "done" and run.output.split(" ")[0] != "store_conflict":
            yield "the error has the wrong code"
        if json.loads(text)["share_statistics"] and not last_read <= at < renamed:
            yield "the change of the other program was lost"

    # 3. At random

    def at_random(self, release):
        directory = pathlib.Path(self.directory, release.name)
        directory.mkdir()
        path = directory / "settings.json"
        settings_model.rewrite(path, release.text("first"))
        together = multiprocessing.Barrier(3)
        loops = []
        for _ in range(2):
            here, there = multiprocessing.Pipe(duplex=False)
            multiprocessing.Process(target=rewrite_loop, args=(path, release, together, there), daemon=True).start()
            loops.append(here)

        tally, saves, keys = collections.Counter(), [], {"key first"}
        for number in range(ROUNDS):
            key = f"key{number}"
            keys.add("key " + key)
            together.wait()
            begin = time.monotonic_ns()
            outcome = self.output_of(directory, "save", key).split(" ")[0]
            saves.append((begin, time.monotonic_ns(), key if outcome == "done" else None))
            loaded = self.output_of(directory, "load")
            kind = loaded.split(" ")[0]
            self.check(outcome in SAVE_OUTCOMES, f"save printed {outcome}")
            self.check(kind == "store_unreadable" or loaded in keys, f"load printed {loaded}")
            tally["save: " + outcome] += 1
            tally["load: " + kind] += 1
        rewrites = sorted(rewrite for loop in loops for rewrite in loop.recv())

        self.check(release.expects(read(path)), "the file is not complete at the end")
        self.check(all(rewrite.key is not None for rewrite in rewrites), "a release would have reset the file")
        overwritten_later = self.explain(saves, rewrites)
        print(f"at random, {release.name}: {ROUNDS} saves and loads, {len(rewrites)} rewrites, keys overwritten after "
              f"they were saved: {overwritten_later}")
        for outcome, times in sorted(tally.items()):
            print(f"  {outcome}: {times} times")

    def explain(self, saves, rewrites):
        """Checks that each saved key stays until a program overwrites it that had read the file before the save ended.
        Returns how many keys were overwritten."""
        overwritten = 0
        for number, (begin, end, key) in enumerate(saves):
            until = saves[number + 1][0] if number + 1 < len(saves) else end
            if key is None or all(rewrite.key == key for rewrite in rewrites if end < rewrite.read_at < until):
                continue
            overwritten += 1
            self.check(any(rewrite.read_at < end and rewrite.written_at > begin and rewrite.key != key
                           for rewrite in rewrites), f"{key} was saved, no program has overwritten it, but it is lost")
        return overwritten


Rewrite = collections.namedtuple("Rewrite", "read_at written_at key")


def rewrite_loop(path, release, together, results):
    """Does what the package does on import, several times in each round. Two such loops lock each other out, so that a
    text that is not expected can only be ours."""
    rewrites = []
    for number in range(ROUNDS):
        together.wait()
        for _ in range(number % MAX_REWRITES + 1):
            with open(path.with_suffix(".python-lock"), "w", encoding="utf-8") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                read_at = time.monotonic_ns()
                text = read(path)
                key = json.loads(text)["api_key"] if release.expects(text) else None
                changed = release.text(key or "", share_statistics=len(rewrites) % 2 == 0)
                other = settings_model.InPlaceWriter(path, changed)
                other.write_half()
                other.finish()
                rewrites.append(Rewrite(read_at, time.monotonic_ns(), key))
    results.send(rewrites)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    with tempfile.TemporaryDirectory(prefix="hubauth.") as directory:
        checks = Checks(os.path.abspath(sys.argv[1]), directory)
        checks.check_releases()
        checks.steps(settings_model.RELEASES[0])
        for release in settings_model.RELEASES:
            checks.at_random(release)
    for failure in checks.failures:
        print("failed:", failure)
    return 1 if checks.failures else 0


if __name__ == "__main__":
    sys.exit(main())
