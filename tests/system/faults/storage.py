#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Saves keys where the storage does not play along: size limits, a full or read-only disk, a file that is a mount of
its own, another's file.

  tests/system/faults/storage.py BUILD/settings_writer

What can't be saved is refused with a path and a reason; the file stays as it was, can still be read, and nothing is
left beside it. The mounts need root, and are made in a mount namespace of their own; where that can't be, they are
skipped, and named. Fails with 1 when anything is bad.
"""

import os
import pathlib
import resource
import shutil
import signal
import stat
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
import settings_model

NOBODY, OTHER_GROUP = 65534, 65533
PAGE = resource.getpagesize()
RELEASE = settings_model.RELEASES[1]
IN_NAMESPACE = "--in-namespace"


def demoted(command):
    return ["setpriv", "--reuid", str(NOBODY), "--regid", str(NOBODY), "--clear-groups", *command]


def mount(*words):
    subprocess.run(["mount", *map(str, words)], check=True)


class Place:
    """A directory with a settings file in it."""

    def __init__(self, program, directory, long=0):
        self.program = program
        self.directory = directory
        self.file = directory / "settings.json"
        self.changes = {"data_folder": "d" * long}
        self.bad = []
        self.saves = self.refused = 0
        directory.mkdir(exist_ok=True)
        self.put("old")

    def text(self, key):
        return RELEASE.text(key, **self.changes)

    def put(self, key):
        self.file.write_text(self.text(key), encoding="utf-8")

    def run(self, *operation, nobody=False, **options):
        command = [self.program, str(self.directory), *operation]
        return subprocess.run(demoted(command) if nobody else command, capture_output=True, text=True, check=False,
                              **options)

    def check(self, holds, words):
        if not holds:
            self.bad.append(words)

    def left(self):
        return [path for path in self.directory.iterdir() if path.name.endswith(".hubauth-tmp")]

    def saves_key(self, key="new", **options):
        """It can be saved."""
        run = self.run("save", key, **options)
        self.saves += 1
        self.check(run.stdout == "done\n", f"not saved: {run.stdout}")
        self.check(self.file.read_text(encoding="utf-8") == self.text(key), "the file is not what it should be")

    def refuses(self, reason, key="old", **options):
        """It can't be saved, and the key of before is still there."""
        run = self.run("save", "new", **options)
        self.saves += 1
        self.refused += 1
        self.check(run.stdout.startswith("store_unwritable ") and str(self.directory) in run.stdout and
                   run.stdout.endswith(f": {reason}\n"), f"{reason} is wanted, but it said: {run.stdout}")
        self.intact(key, **options)
        self.check(not self.left(), "a temporary file is left")

    def intact(self, key="old", nobody=False, **_):
        self.check(self.file.read_text(encoding="utf-8") == self.text(key), "the file has changed")
        loaded = self.run("load", nobody=nobody).stdout
        self.check(loaded == f"key {key}\n", f"the key can't be loaded: {loaded}")


# The cases: what is tried in a place. A docstring is the case's name.

def limit_as_error(place):
    """a limit for the size of files, its signal ignored"""
    size = len(place.text("new").encode())
    for limit in [*range(0, size, size // 20), size - 1]:
        place.refuses("File too large", preexec_fn=lambda at=limit: limited(at, signal.SIG_IGN))
    place.saves_key(preexec_fn=lambda: limited(size, signal.SIG_IGN))


def limit_as_signal(place):
    """a limit for the size of files that ends the program"""
    size = len(place.text("new").encode())
    for limit in [*range(1, size, size // 20), size - 1]:
        run = place.run("save", "new", preexec_fn=lambda at=limit: limited(at, signal.SIG_DFL))
        place.saves += 1
        place.refused += 1
        place.check(run.returncode == -signal.SIGXFSZ, f"it ended with {run.returncode}")
        place.intact()
    place.saves_key()


def limited(size, on_signal):
    signal.signal(signal.SIGXFSZ, on_signal)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def full_disk(place):
    """a full disk"""
    mount("-t", "tmpfs", "-o", f"size={16 * PAGE}", "none", place.directory)
    place.put("old")
    filler = place.directory / "filler"
    pages = len(place.text("new").encode()) // PAGE + 1
    with open(filler, "wb", buffering=0) as file:
        try:
            while file.write(b"." * PAGE) == PAGE:
                pass
        except OSError:
            pass
        full = file.tell() // PAGE
    for free in range(pages):
        os.truncate(filler, (full - free) * PAGE)
        place.refuses("No space left on device")
    os.truncate(filler, (full - pages) * PAGE)
    place.saves_key()


def no_inodes(place):
    """a disk without free_space for one more file"""
    mount("-t", "tmpfs", "-o", "nr_inodes=3", "none", place.directory)
    place.put("old")
    (place.directory / "last").touch()
    place.refuses("No space left on device")  # for the lock
    (place.directory / "last").unlink()
    place.refuses("No space left on device")  # for the new content
    mount("-o", "remount,nr_inodes=4", place.directory)
    place.saves_key()


def read_only(place):
    """a read-only disk"""
    mount("-t", "tmpfs", "none", place.directory)
    place.put("old")
    mount("-o", "remount,ro", place.directory)
    place.refuses("Read-only file system")
    place.saves_key("old")  # it is there already
    mount("-o", "remount,rw", place.directory)
    place.saves_key()


def own_mount(place):
    """a file that is a mount of its own"""
    real = place.directory / "real.json"
    real.write_text(place.text("old"), encoding="utf-8")
    mount("--bind", real, place.file)
    place.refuses("it is a mount of its own, which can't be replaced")
    place.saves_key("old")
    mount("-o", "remount,bind,ro", place.file)
    place.refuses("it is a mount of its own, which can't be replaced")


def owner_stays(place):
    """another's file, saved by root"""
    os.chown(place.file, NOBODY, OTHER_GROUP)
    place.file.chmod(0o644)
    place.saves_key()
    found = place.file.stat()
    place.check((found.st_uid, found.st_gid) == (NOBODY, OTHER_GROUP), "it has another owner")
    place.check(stat.S_IMODE(found.st_mode) == 0o600, "others may read it")


def mode_tightens(place):
    """a file that all may read"""
    for mask in (0o000, 0o022, 0o077):
        place.put("old")
        place.file.chmod(0o644)
        place.saves_key(preexec_fn=lambda at=mask: os.umask(at))
        place.check(stat.S_IMODE(place.file.stat().st_mode) == 0o600, f"others may read it, under umask {mask:03o}")


def nobody_saves(place):
    """one's own file, without privileges"""
    os.chown(place.directory, NOBODY, NOBODY)
    for mask in (0o000, 0o022, 0o077):
        place.put("old")
        os.chown(place.file, NOBODY, OTHER_GROUP)  # a group that can't be key_saved
        place.file.chmod(0o664)
        place.saves_key(nobody=True, preexec_fn=lambda at=mask: os.umask(at))
        found = place.file.stat()
        place.check((found.st_uid, found.st_gid) == (NOBODY, NOBODY), "it has another owner")
        place.check(stat.S_IMODE(found.st_mode) == 0o600, f"others may read it, under umask {mask:03o}")


def nobody_refused(place):
    """another's file or directory, without privileges"""
    place.file.chmod(0o644)
    place.refuses("Permission denied", nobody=True)  # for the lock
    os.chown(place.directory, NOBODY, NOBODY)
    place.refuses("Operation not permitted", nobody=True)  # to keep the owner
    place.saves_key("old", nobody=True)


CASES = [limit_as_error, limit_as_signal, mode_tightens]
ROOT_CASES = [owner_stays, nobody_saves, nobody_refused]
MOUNT_CASES = [full_disk, no_inodes, read_only, own_mount]


def unskipped():
    """The cases that can be tried here."""
    cases, skipped = list(CASES), []
    if os.geteuid() == 0:
        cases += ROOT_CASES
    else:
        skipped += ROOT_CASES
    if IN_NAMESPACE in sys.argv:
        cases += MOUNT_CASES
    else:
        skipped += MOUNT_CASES
    for case in skipped:
        print(f"{case.__doc__}: skipped: needs root" + (" that may mount" if case in MOUNT_CASES else ""))
    return cases, skipped


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    mountable = ["unshare", "-m", "--propagation", "private", "--"]
    if len(sys.argv) == 2 and os.geteuid() == 0:
        with tempfile.TemporaryDirectory(prefix="hubauth.") as directory:
            tried = subprocess.run([*mountable, "mount", "-t", "tmpfs", "none", directory], capture_output=True,
                                   check=False)
        if tried.returncode == 0:
            os.execvp("unshare", [*mountable, sys.executable, *sys.argv, IN_NAMESPACE])

    cases, skipped = unskipped()
    bad = 0
    with tempfile.TemporaryDirectory(prefix="hubauth.") as name:
        directory = pathlib.Path(name)
        directory.chmod(0o755)  # nobody passes through
        program = shutil.copy(sys.argv[1], directory / "settings_writer")
        for case in cases:
            place = Place(program, directory / case.__name__, 2 * PAGE if case is full_disk else 0)
            case(place)
            print(f"{case.__doc__}: {place.saves} saves, {place.refused} refused")
            for fault in place.bad:
                print("bad:", fault)
            bad += len(place.bad)
            if case in MOUNT_CASES:
                subprocess.run(["umount", place.file if case is own_mount else place.directory], check=True)
    print(f"cases: {len(cases)}, skipped: {len(skipped)}, bad outcomes: {bad}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
