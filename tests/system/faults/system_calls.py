#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Injects a fault into every system call that the functions of settings_file make, one at a time.

  tests/system/faults/system_calls.py BUILD/settings_writer

Each call fails once with several errors, then from there on with one of them; and the program is killed right before
the call. After each fault, the file has its old or its new text, byte for byte; after "done" it has the new text; an
error names a path and leaves no temporary file; and the next save succeeds. The order of the calls is checked, and that
nothing is written if nothing changes.

Needs strace, and a kernel that permits ptrace. Exit code: 1 if a check failed, or no fault could be injected.
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

# The errors of each call, except those with a meaning of their own (no such file, not a link). Injecting `retval=`
# would be no fault: strace skips the call, as if a disk had lost what it confirmed.
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
OTHER_CALLS = ["EIO"]
RETRIED = ["EINTR", "EAGAIN"]  # after one such error, the call is repeated
NEVER_FAILS = ["geteuid"]
WRITING = re.compile("p?write|rename|unlink|link|symlink|mkdir|mknod|fsync|fdatasync|f?truncate|fallocate|f?chmod"
                     "|[fl]?chown|utime|flock")
TEMPORARY = r"\.[0-9a-f]{16}\.hubauth-tmp"
STEPS = {  # the expected calls, and their names
    "directory": r'mkdir(?:at)?\("[^"]*", 0700\) = .*',
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
    old_key: str | None  # None: the file does not exist
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
        for path, target in self.links:
            (directory / path).parent.mkdir(exist_ok=True)
            (directory / path).symlink_to(target)
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
    shared_file, own_file = "settings/settings.json", "settings/hubauth.json"
    return [
        Situation("save, shared", save, (File(shared_file, shared, "old", "new"),)),
        Situation("save, a link to a shared file", save, (File("real/target", shared, "old", "new"),),
                  ((shared_file, "../real/target"),)),
        Situation("save, own", save, (File(own_file, own, "old", "new"),)),
        Situation("save, own, a new file", save, (File(own_file, own, None, "new"),)),
        Situation("erase, shared and own", erase,
                  (File(shared_file, shared, "old", ""), File(own_file, own, "older", ""))),
        Situation("load, shared", load, (File(shared_file, shared, "old", "old"),)),
        Situation("load, own", load, (File(own_file, own, "old", "old"),)),
        Situation("save, the same", ("save", "old"), (File(shared_file, shared, "old", "old"),)),
        Situation("erase, no key", erase, (File(shared_file, shared, "", ""), File(own_file, own, "", ""))),
    ]


class Checks:
    """Runs each situation in a directory of its own, and checks the result."""

    def __init__(self, program, directory):
        self.program = program
        self.directory = directory
        self.failures = []
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
                self.failures.append(f"{situation.name}: something was written")
            return calls

    @staticmethod
    def status(directory, situation):
        return [os.stat(directory / file.path)[:2] + (os.stat(directory / file.path).st_mtime_ns,)
                for file in situation.files if file.old is not None]

    def inject(self, situation, call, fault):
        """`fault` has strace's form: `error=EIO:when=1`, `signal=KILL:when=1`."""
        with tempfile.TemporaryDirectory(dir=self.directory) as name:
            directory = pathlib.Path(name)
            situation.prepare(directory)
            run = traced.run(self.command(directory, situation.operation), f"{call.name}:{fault}")
            left = self.files_left(situation, directory)
            failures = [f"{situation.name}, {call.name}:{fault}: {failure} (printed: {run.output})"
                        for failure in self.failures_of(situation, directory, run, fault, left)]
            return run, len(left), failures

    @staticmethod
    def files_left(situation, directory):
        expected = {pathlib.Path(file.path).name for file in situation.files}
        expected |= {name + ".lock" for name in expected} | {pathlib.Path(link).name for link, _ in situation.links}
        return [path.name for path in directory.rglob("*") if not path.is_dir() and path.name not in expected]

    def failures_of(self, situation, directory, run, fault, left):
        kill = fault.startswith("signal")
        if run.killed != kill or (not kill and run.injected == 0):
            yield "no fault was injected"
        if not kill and run.exit_code not in (0, 1):
            yield f"the exit code is {run.exit_code}"

        texts = [self.text(directory / file.path) for file in situation.files]
        for file, text in zip(situation.files, texts):
            if text not in (file.old, file.new):
                yield f"{file.path} has neither the old nor the new text"
            if not self.key(text) in (self.key(file.old), self.key(file.new)):
                yield f"{file.path} has lost its key"
        became_new = all(text == file.new for file, text in zip(situation.files, texts))
        if not kill:
            yield from self.false_reports(situation, directory, run.output, became_new, fault)

        if left and not kill:
            yield f"{left} is left"

        after = subprocess.run(self.command(directory, ("save", "next")), capture_output=True, text=True, check=False)
        first = situation.files[0]
        if after.stdout != "done\n" or self.text(directory / first.path) != first.with_key("next"):
            yield f"the next save: {after.stdout}"

    def false_reports(self, situation, directory, output, became_new, fault):
        """What is wrong with the program's output."""
        name = output.split(" ")[0]
        if any(f"error={error}:" in fault and "+" not in fault for error in RETRIED) and name not in ("done", "key"):
            yield "the call was not repeated"
        if name in ("done", "key"):
            expected = f"key {situation.files[0].old_key}" if situation.operation == ("load",) else "done"
            if not became_new or output != expected:
                yield "the output is wrong"
        elif name == "store_conflict":  # written, but the file cannot be read to verify it
            if not became_new:
                yield "the output is wrong"
        elif name not in ("store_unreadable", "store_unwritable", "store_locked"):
            yield "the error has the wrong code"
        elif situation.changes() and became_new:
            yield "it was written in spite of the error"
        if name.startswith("store_") and str(directory) not in output:
            yield "the error names no path"

    def check_order(self, situation, calls):
        """The new content is complete and on the disk before it replaces the old one; then the directory is flushed."""
        writing = [call for call in calls if WRITING.match(call.name) or
                   (call.name.startswith("open") and re.search(r"O_CREAT|O_WRONLY|O_RDWR|O_TRUNC", call.arguments))]
        if not situation.changes():
            self.failures += [f"{situation.name}: {call.name}({call.arguments}) though nothing changes"
                              for call in writing]
            return
        steps = " ".join(self.step(call) for call in writing)
        changing = sum(file.old != file.new for file in situation.files)
        if not re.fullmatch("(directory )*" + " ".join([IN_ORDER] * changing), steps):
            self.failures.append(f"{situation.name}: the order is {steps}")
        self.ordered += changing

    @staticmethod
    def step(call):
        text = f"{call.name}({call.arguments}) = {call.returned}"
        return next((name for name, pattern in STEPS.items() if re.fullmatch(pattern, text)), text)

    @staticmethod
    def text(path):
        return path.read_text(encoding="utf-8") if path.exists() else None

    @staticmethod
    def key(text):
        try:
            return text and json.loads(text)["api_key"]
        except ValueError:
            return ...

    def run_all(self, situation):
        calls = self.planned(situation)
        trials = []
        for call in calls:
            errors = [] if call.name in NEVER_FAILS else ERRORS.get(call.name, OTHER_CALLS)
            trials += [(call, f"error={error}:when={call.ordinal}") for error in errors]
            if call.name != "write":  # printing the result would fail, too
                trials += [(call, f"error={error}:when={call.ordinal}+") for error in errors[-1:]]
            trials += [(call, f"signal=KILL:when={call.ordinal}")]
        with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
            for run, left, failures in pool.map(lambda trial: self.inject(situation, *trial), trials):
                self.faults += run.injected
                self.crashes += run.killed
                self.temporaries += left
                self.failures += failures
        print(f"{situation.name}: {len(calls)} system calls, {len(trials)} trials")


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    with tempfile.TemporaryDirectory(prefix="hubauth.") as directory:
        checks = Checks(os.path.abspath(sys.argv[1]), directory)
        for situation in situations():
            checks.run_all(situation)
    for failure in checks.failures:
        print("failed:", failure)
    lost = sum("has lost its key" in failure for failure in checks.failures)
    print(f"replacements in order: {checks.ordered}, faults injected: {checks.faults}, crash points: {checks.crashes}, "
          f"temporaries that crashes left: {checks.temporaries}, failures: {len(checks.failures)}, keys lost: {lost}")
    return 0 if not checks.failures and checks.ordered and checks.faults and checks.crashes else 1


if __name__ == "__main__":
    sys.exit(main())
