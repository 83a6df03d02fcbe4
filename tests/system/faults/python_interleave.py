#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Lets a model of the Python package rewrite the shared settings while settings_writer reads and writes them.

  tests/system/faults/python_interleave.py BUILD/settings_writer

1. What we have written is what either release expects: it never resets the file.
2. Step by step: settings_writer is stopped behind each of its system calls, the file is rewritten there, wholly or by
   half (the other half once settings_writer waits for it, or has ended), and it goes on. A stored key is read, never
   missed; what the other program changed stays; a key that it has overwritten is reported.
3. At random: two loops rewrite the file while keys are saved and loaded, for some rounds.

Fails with 1 when anything is bad. Needs strace, as system_calls.py does.
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
MOST_REWRITES = 20  # of each loop in a round
OPERATIONS = (("save", "new"), ("erase",), ("load",))
SAVED_OR_NOT = ("done", "store_locked", "store_conflict", "store_unreadable")


def read(path):
    return path.read_text(encoding="utf-8")


class Bench:
    def __init__(self, program, directory):
        self.program = program
        self.directory = directory
        self.bad = []

    def check(self, holds, words):
        if not holds:
            self.bad.append(words)

    def say(self, directory, *operation):
        run = subprocess.run([self.program, str(directory), *operation], capture_output=True, text=True, check=False)
        self.check(run.returncode in (0, 1), f"{operation} ended with {run.returncode}")
        return run.stdout.rstrip("\n")

    # 1. What we have written

    def releases_keep_it(self):
        for number, release in enumerate(settings_model.RELEASES):
            directory = pathlib.Path(self.directory, f"key_saved{number}")
            directory.mkdir()
            file = directory / "settings.json"
            for before, operation, after in (("", ("save", "new"), "new"), ("old", ("save", "ul_0a"), "ul_0a"),
                                             ("old", ("erase",), "")):
                settings_model.rewrite(file, release.text(before))
                self.check(self.say(directory, *operation) == "done", f"{release.name}: {operation} failed")
                self.check(release.expects(read(file)), f"{release.name}: {operation} would be reset")
                self.check(read(file) == release.text(after), f"{release.name}: {operation} changed more than the key")
                self.check(not any(other.expects(read(file)) for other in settings_model.RELEASES if other != release),
                           "the model takes anything")
        print(f"written and key_saved: {len(settings_model.RELEASES)} releases, 3 operations each")

    # 2. Step by step

    def steps(self, release):
        tally = collections.Counter()
        for operation in OPERATIONS:
            with tempfile.TemporaryDirectory(dir=self.directory) as name:
                settings_model.rewrite(pathlib.Path(name, "settings.json"), release.text("old"))
                calls = traced.plan([self.program, name, *operation])
            trials = itertools.product((False, True), (False, True), range(len(calls)))
            with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
                for waited, said, bad in pool.map(lambda trial: self.step(release, operation, calls, *trial), trials):
                    tally[f"{operation[0]}: {said}{', having waited' * waited}"] += 1
                    self.bad += bad
        print(f"step by step, {release.name}: {tally.total()} rewrites behind a system call")
        for words, times in sorted(tally.items()):
            print(f"  {words}: {times} times")

    def step(self, release, operation, calls, torn, stale, at):
        """Rewrites the file behind call `at`; `stale`: with what was there before settings_writer was started, as a
        program does that has read it then; else with what is there now. Another setting changes too."""
        with tempfile.TemporaryDirectory(dir=self.directory) as name:
            path = pathlib.Path(name, "settings.json")
            settings_model.rewrite(path, release.text("old"))
            halves = []

            def on_stop():
                if halves:
                    halves.pop().finish()  # settings_writer has waited
                    return
                key = "old" if stale else json.loads(read(path))["api_key"]
                other = settings_model.Rewriting(path, release.text(key, share_statistics=False))
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
            where = (f"{operation[0]}, {'stale' if stale else 'fresh'}{', torn' * torn}, behind {call}: "
                     f"it said {run.said or 'nothing'}; ")
            bad = [where + fault for fault in self.step_faults(release, operation, calls, stale, at, run, path)]
            return run.stops > 1, run.said.split(" ")[0], bad

    @staticmethod
    def step_faults(release, operation, calls, stale, at, run, path):
        if run.stops == 0 or run.code not in (0, 1):
            yield f"it was stopped {run.stops} times and ended with {run.code}"
        text = read(path)
        if not release.expects(text):
            yield "the release would reset the file"
            return
        if operation == ("load",):
            if run.said != "key old":
                yield "a key was there"
            return

        reads = [i for i, made in enumerate(calls) if made.name == "pread64" and made.arguments.endswith(", 0")]
        renamed = next(i for i, made in enumerate(calls) if made.name.startswith("rename"))
        last_look = max(i for i in reads if i < renamed)  # what is written between it and the rename nobody sees
        confirmed = min((i for i in reads if i > renamed), default=len(calls))  # what is behind it comes after the save
        stored = json.loads(text)["api_key"] == ("new" if operation[0] == "save" else "")
        if not stored and run.said == "done" and at < confirmed:
            yield "the key was overwritten, and that was hidden"
        if not stored and not stale:
            yield "the key was lost"
        if stored and run.said != "done":
            yield "the key is there"
        if run.said != "done" and run.said.split(" ")[0] != "store_conflict":
            yield "no kind of error for that"
        if json.loads(text)["share_statistics"] and not last_look <= at < renamed:
            yield "what the other program changed was lost"

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

        said, saves, keys = collections.Counter(), [], {"key first"}
        for number in range(ROUNDS):
            key = f"key{number}"
            keys.add("key " + key)
            together.wait()
            begin = time.monotonic_ns()
            outcome = self.say(directory, "save", key).split(" ")[0]
            saves.append((begin, time.monotonic_ns(), key if outcome == "done" else None))
            loaded = self.say(directory, "load")
            kind = loaded.split(" ")[0]
            self.check(outcome in SAVED_OR_NOT, f"save said {outcome}")
            self.check(kind == "store_unreadable" or loaded in keys, f"load said {loaded}")
            said["save: " + outcome] += 1
            said["load: " + kind] += 1
        rewrites = sorted(rewrite for loop in loops for rewrite in loop.recv())

        self.check(release.expects(read(path)), "the file is not whole in the end")
        self.check(all(rewrite.key is not None for rewrite in rewrites), "a release would have reset the file")
        overwritten_later = self.explain(saves, rewrites)
        print(f"at random, {release.name}: {ROUNDS} saves and loads, {len(rewrites)} rewrites, keys overwritten after "
              f"they were saved: {overwritten_later}")
        for words, times in sorted(said.items()):
            print(f"  {words}: {times} times")

    def explain(self, saves, rewrites):
        """A key that was saved is there until somebody has overwritten it who had read before the save was over."""
        gone = 0
        for number, (begin, end, key) in enumerate(saves):
            until = saves[number + 1][0] if number + 1 < len(saves) else end
            if key is None or all(rewrite.key == key for rewrite in rewrites if end < rewrite.read_at < until):
                continue
            gone += 1
            self.check(any(rewrite.read_at < end and rewrite.written_at > begin and rewrite.key != key
                           for rewrite in rewrites), f"{key} was saved, and nobody has overwritten it, but it is gone")
        return gone


Rewrite = collections.namedtuple("Rewrite", "read_at written_at key")


def rewrite_loop(path, release, together, answer):
    """What the package does whenever it is imported, some times in each round. Two of these never see each other's
    halves, so that what is not expected can only be ours."""
    rewrites = []
    for number in range(ROUNDS):
        together.wait()
        for _ in range(number % MOST_REWRITES + 1):
            with open(path.with_suffix(".python-lock"), "w", encoding="utf-8") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                read_at = time.monotonic_ns()
                text = read(path)
                key = json.loads(text)["api_key"] if release.expects(text) else None
                other = settings_model.Rewriting(path, release.text(key or "", share_statistics=len(rewrites) % 2 == 0))
                other.write_half()
                other.finish()
                rewrites.append(Rewrite(read_at, time.monotonic_ns(), key))
    answer.send(rewrites)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    with tempfile.TemporaryDirectory(prefix="hubauth.") as directory:
        bench = Bench(os.path.abspath(sys.argv[1]), directory)
        bench.releases_keep_it()
        bench.steps(settings_model.RELEASES[0])
        for release in settings_model.RELEASES:
            bench.at_random(release)
    for fault in bench.bad:
        print("bad:", fault)
    return 1 if bench.bad else 0


if __name__ == "__main__":
    sys.exit(main())
