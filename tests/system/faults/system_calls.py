#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Makes every system call go wrong that the settings file's functions make, one at a time, and looks what is left.

  tests/system/faults/system_calls.py BUILD/settings_writer

Each call fails once with some errors that it may have, then from there on with one of them; and the program is killed
right before it. After each the file is as it was or as it should become, byte for byte; who was told "done" has the new
one; a error_info names a path and leaves nothing behind; and the next save works. Then the order of the calls is checked,
and that nothing is written where nothing changes.

Needs strace, and a kernel that permits ptrace: fails where it can't inject. Fails with 1 when anything is bad.
"""

import concurrent.futures
import dataclasses
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable

sys.dont_write_bytecode = True
import settings_model
import traced

# What a call may fail with; never an error that means something (no such file, no link). Not `retval=`: that makes
# strace skip the call and lie about it, as if a disk had lost what it said it has.
ERRORS = {
    "close": ["EIO"],
    "fchown": ["EPERM", "EIO"],
    "flock": ["EINTR", "EAGAIN", "ENOLCK"],
    "fsync": ["EINTR", "EIO", "ENOSPC"],
    "getdents64": ["EIO"],
    "getrandom": ["EINTR", "ENOSYS"],
    "mkdir": ["EACCES", "ENOSPC", "EROFS"],
    "openat": ["EINTR", "EACCES", "EIO", "EMFILE", "ENOSPC", "EROFS"],
    "pread64": ["EINTR", "EIO"],
    "readlink": ["EACCES", "EIO"],
    "rename": ["EACCES", "EBUSY", "EIO", "ENOSPC", "EROFS"],
    "write": ["EINTR", "EDQUOT", "EIO", "ENOSPC"],
}
OTHERWISE = ["EIO"]
RETRIED = ["EINTR", "EAGAIN"]  # once; it is never done from there on, which would only be waited for
NEVER_FAILS = ["geteuid"]
WRITING = re.compile("p?write|rename|unlink|link|symlink|mkdir|mknod|fsync|fdatasync|f?truncate|fallocate|f?chmod"
                     "|[fl]?chown|utime|flock")
TEMPORARY = r"\.[0-9a-f]{16}\.hubauth-tmp"
STEPS = {  # the calls that there should be, each in a word
    "directory": r'mkdir\("[^"]*", 0700\) = .*',
    "open-lock": r'openat\([^"]*"[^"]*\.lock", O_RDWR\|O_CREAT\|O_NONBLOCK\|O_NOFOLLOW\|O_CLOEXEC, 0600\) = .*',
    "lock": r'flock\(\d+<[^>]*\.lock>, LOCK_EX\|LOCK_NB\) = 0',
    "create": rf'openat\([^"]*"[^"]*{TEMPORARY}", O_WRONLY\|O_CREAT\|O_EXCL\|O_NOFOLLOW\|O_CLOEXEC, 0600\) = .*',
    "write": rf'write\(\d+<[^>]*{TEMPORARY}>, .*, (\d+)\) = \1',
    "sync": rf'fsync\(\d+<[^>]*{TEMPORARY}>\) = 0',
    "rename": rf'rename\w*\([^"]*"([^"]*){TEMPORARY}", [^"]*"\1"(, 0)?\) = 0',
    "sync-directory": r'fsync\(\d+<[^>]*/(settings|real)>\) = 0',
    "unlock": r'flock\(\d+<[^>]*\.lock>, LOCK_UN\) = 0',
}
IN_ORDER = "open-lock lock create write sync rename sync-directory unlock"


@dataclasses.dataclass(frozen=True)
class File:
    path: str
    with_key: Callable  # a key -> the file's text
    old_key: str | None  # none: it is not there
    new_key: str

    @property
    def old(self):
        return None if self.old_key is None else self.with_key(self.old_key)

    @property
    def new(self):
        return self.with_key(self.new_key)


@dataclasses.dataclass(frozen=True)
class Situation:
    name: str
    operation: tuple
    files: tuple
    links: tuple = ()

    def prepare(self, directory):
        for path, aim in self.links:
            (directory / path).parent.mkdir(exist_ok=True)
            (directory / path).symlink_to(aim)
        for file in self.files:
            if file.old is not None:
                (directory / file.path).parent.mkdir(exist_ok=True)
                (directory / file.path).write_text(file.old, encoding="utf-8")

    def changes(self):
        return any(file.old != file.new for file in self.files)


def own(key):
    return f'{{"api_key": "{key}"}}\n'


def situations():
    shared = settings_model.RELEASES[1].text
    save, erase, load = ("save", "new"), ("erase",), ("load",)
    at, beside = "settings/settings.json", "settings/hubauth.json"
    return [
        Situation("save, shared", save, (File(at, shared, "old", "new"),)),
        Situation("save, shared behind a link", save, (File("real/target", shared, "old", "new"),),
                  ((at, "../real/target"),)),
        Situation("save, own", save, (File(beside, own, "old", "new"),)),
        Situation("save, own, the first", save, (File(beside, own, None, "new"),)),
        Situation("erase, shared and own", erase, (File(at, shared, "old", ""), File(beside, own, "older", ""))),
        Situation("load, shared", load, (File(at, shared, "old", "old"),)),
        Situation("load, own", load, (File(beside, own, "old", "old"),)),
        Situation("save, the same", ("save", "old"), (File(at, shared, "old", "old"),)),
        Situation("erase, nothing there", erase, (File(at, shared, "", ""), File(beside, own, "", ""))),
    ]


class Bench:
    """Runs a situation in a directory of its own, and judges what is left."""

    def __init__(self, program, directory):
        self.program = program
        self.directory = directory
        self.bad = []
        self.faults = 0
        self.crashes = 0
        self.temporaries = 0
        self.ordered = 0

    def command(self, directory, operation):
        return [self.program, str(directory / "settings"), *operation]

    def planned(self, situation):
        with tempfile.TemporaryDirectory(dir=self.directory) as name:
            directory = pathlib.Path(name)
            situation.prepare(directory)
            before = self.status(directory, situation)
            calls = traced.plan(self.command(directory, situation.operation))
            self.check_order(situation, calls)
            if not situation.changes() and (self.status(directory, situation) != before or
                                            len(list(directory.rglob("*"))) != 1 + len(situation.files)):
                self.bad.append(f"{situation.name}: something was written")
            return calls

    @staticmethod
    def status(directory, situation):
        return [os.stat(directory / file.path)[:2] + (os.stat(directory / file.path).st_mtime_ns,)
                for file in situation.files if file.old is not None]

    def inject(self, situation, call, how):
        """`how` is strace's: `error=EIO:when=1`, `signal=KILL:when=1`."""
        with tempfile.TemporaryDirectory(dir=self.directory) as name:
            directory = pathlib.Path(name)
            situation.prepare(directory)
            run = traced.run(self.command(directory, situation.operation), f"{call.name}:{how}")
            left = self.left_behind(situation, directory)
            faults = self.faults_of(situation, directory, run, how, left)
            words = [f"{situation.name}, {call.name}:{how}: {fault} (it said: {run.said})" for fault in faults]
            return run, len(left), words

    @staticmethod
    def left_behind(situation, directory):
        wanted = {pathlib.Path(file.path).name for file in situation.files}
        wanted |= {name + ".lock" for name in wanted} | {pathlib.Path(link).name for link, _ in situation.links}
        return [path.name for path in directory.rglob("*") if not path.is_dir() and path.name not in wanted]

    def faults_of(self, situation, directory, run, how, left):
        kill = how.startswith("signal")
        if run.killed != kill or (not kill and run.injected == 0):
            yield "nothing was injected"
        if not kill and run.code not in (0, 1):
            yield f"it ended with {run.code}"

        texts = [self.text(directory / file.path) for file in situation.files]
        for file, text in zip(situation.files, texts):
            if text not in (file.old, file.new):
                yield f"{file.path} is neither the old nor the new one"
            if not self.key(text) in (self.key(file.old), self.key(file.new)):
                yield f"{file.path} has lost its key"
        became_new = all(text == file.new for file, text in zip(situation.files, texts))
        if not kill:
            yield from self.lies(situation, directory, run.said, became_new, how)

        if left and not kill:
            yield f"{left} is left"

        after = subprocess.run(self.command(directory, ("save", "next")), capture_output=True, text=True, check=False)
        first = situation.files[0]
        if after.stdout != "done\n" or self.text(directory / first.path) != first.with_key("next"):
            yield f"the next save: {after.stdout}"

    def lies(self, situation, directory, said, became_new, how):
        """What is wrong with the program's words."""
        kind = said.split(" ")[0]
        if any(f"error={error}:" in how and "+" not in how for error in RETRIED) and kind not in ("done", "key"):
            yield "it did not try again"
        if kind in ("done", "key"):
            wanted = f"key {situation.files[0].old_key}" if situation.operation == ("load",) else "done"
            if not became_new or said != wanted:
                yield "that is not so"
        elif kind == "store_conflict":  # written, but it can't be read to make sure
            if not became_new:
                yield "that is not so"
        elif kind not in ("store_unreadable", "store_unwritable", "store_locked"):
            yield "no kind of error for that"
        elif situation.changes() and became_new:
            yield "it was written all the same"
        if kind.startswith("store_") and str(directory) not in said:
            yield "without a path"

    def check_order(self, situation, calls):
        """The new content is whole and on the disk before it takes the old one's place; then the directory is."""
        writing = [call for call in calls if WRITING.match(call.name) or
                   (call.name.startswith("open") and re.search(r"O_CREAT|O_WRONLY|O_RDWR|O_TRUNC", call.arguments))]
        if not situation.changes():
            self.bad += [f"{situation.name}: {call.name}({call.arguments}) where nothing changes" for call in writing]
            return
        steps = " ".join(self.step(call) for call in writing)
        changing = sum(file.old != file.new for file in situation.files)
        if not re.fullmatch("(directory )*" + " ".join([IN_ORDER] * changing), steps):
            self.bad.append(f"{situation.name}: the order is {steps}")
        self.ordered += changing

    @staticmethod
    def step(call):
        text = f"{call.name}({call.arguments}) = {call.answer}"
        return next((word for word, shape in STEPS.items() if re.fullmatch(shape, text)), text)

    @staticmethod
    def text(path):
        return path.read_text(encoding="utf-8") if path.exists() else None

    @staticmethod
    def key(text):
        try:
            return text and json.loads(text)["api_key"]
        except ValueError:
            return ...

    def all_of(self, situation):
        calls = self.planned(situation)
        trials = []
        for call in calls:
            errors = [] if call.name in NEVER_FAILS else ERRORS.get(call.name, OTHERWISE)
            trials += [(call, f"error={error}:when={call.ordinal}") for error in errors]
            if call.name != "write":  # the program's own words would fail too
                trials += [(call, f"error={error}:when={call.ordinal}+") for error in errors[-1:]]
            trials += [(call, f"signal=KILL:when={call.ordinal}")]
        with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
            for run, left, bad in pool.map(lambda trial: self.inject(situation, *trial), trials):
                self.faults += run.injected
                self.crashes += run.killed
                self.temporaries += left
                self.bad += bad
        print(f"{situation.name}: {len(calls)} system calls, {len(trials)} trials")


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    with tempfile.TemporaryDirectory(prefix="hubauth.") as directory:
        bench = Bench(os.path.abspath(sys.argv[1]), directory)
        for situation in situations():
            bench.all_of(situation)
    for fault in bench.bad:
        print("bad:", fault)
    lost = sum("has lost its key" in fault for fault in bench.bad)
    print(f"replacements in order: {bench.ordered}, faults injected: {bench.faults}, crash points: {bench.crashes}, "
          f"temporaries that crashes left: {bench.temporaries}, bad outcomes: {len(bench.bad)}, keys lost: {lost}")
    return 0 if not bench.bad and bench.ordered and bench.faults and bench.crashes else 1


if __name__ == "__main__":
    sys.exit(main())
