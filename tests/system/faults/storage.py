#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Saves keys on storage that fails: size limits, a full or read-only disk, a file that is a mount point, a file of
another user.

  tests/system/faults/storage.py BUILD/settings_writer

A save that fails reports a path and a reason; the file is unchanged and readable, and no temporary file is left. The
mounts need root, and use a mount namespace of their own; where that is not possible, they are skipped, and listed. Exit
code: 1 if a check failed.
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


def mount(*arguments):
    subprocess.run(["mount", *map(str, arguments)], check=True)


class Fixture:
    """A directory that contains a settings file."""

    def __init__(self, program, directory, long=0):
        self.program = program
        self.directory = directory
        self.file = directory / "settings.json"
        self.changes = {"data_folder": "d" * long}
        self.failures = []
        self.saves = self.refused = 0
        directory.mkdir(exist_ok=True)
        self.put("old")

    def text(self, key):
        return RELEASE.text(key, **self.changes)

    def put(self, key):
        self.file.write_text(self.text(key), encoding="utf-8")

    def run(self, *operation, unprivileged=False, **options):
        command = [self.program, str(self.directory), *operation]
        if unprivileged:
            command = demoted(command)
        return subprocess.run(command, capture_output=True, text=True, check=False, **options)

    def check(self, holds, message):
        if not holds:
            self.failures.append(message)

    def temporary_files(self):
        return [path for path in self.directory.iterdir() if path.name.endswith(".hubauth-tmp")]

    def expect_saved(self, key="new", **options):
        """Saves a key, which must succeed."""
        run = self.run("save", key, **options)
        self.saves += 1
        self.check(run.stdout == "done\n", f"not saved: {run.stdout}")
        self.check(self.file.read_text(encoding="utf-8") == self.text(key), "the file does not have the expected text")

    def expect_refused(self, reason, key="old", **options):
        """Saves a key, which must fail, and leave the old key."""
        run = self.run("save", "new", **options)
        self.saves += 1
        self.refused += 1
        self.check(run.stdout.startswith("store_unwritable ") and str(self.directory) in run.stdout and
                   run.stdout.endswith(f": {reason}\n"), f"expected: {reason}; printed: {run.stdout}")
        self.expect_unchanged(key, **options)
        self.check(not self.temporary_files(), "a temporary file is left")

    def expect_unchanged(self, key="old", unprivileged=False, **_):
        self.check(self.file.read_text(encoding="utf-8") == self.text(key), "the file has changed")
        loaded = self.run("load", unprivileged=unprivileged).stdout
        self.check(loaded == f"key {key}\n", f"the key cannot be loaded: {loaded}")


# The cases. The docstring is the name of the case.

def limit_as_error(fixture):
    """a limit for the size of files, with its signal ignored"""
    size = len(fixture.text("new").encode())
    for limit in [*range(0, size, size // 20), size - 1]:
        fixture.expect_refused("File too large", preexec_fn=lambda size=limit: limited(size, signal.SIG_IGN))
    fixture.expect_saved(preexec_fn=lambda: limited(size, signal.SIG_IGN))


def limit_as_signal(fixture):
    """a limit for the size of files, with its signal"""
    size = len(fixture.text("new").encode())
    for limit in [*range(1, size, size // 20), size - 1]:
        run = fixture.run("save", "new", preexec_fn=lambda size=limit: limited(size, signal.SIG_DFL))
        fixture.saves += 1
        fixture.refused += 1
        fixture.check(run.returncode == -signal.SIGXFSZ, f"the exit code is {run.returncode}")
        fixture.expect_unchanged()
    fixture.expect_saved()


def limited(size, on_signal):
    signal.signal(signal.SIGXFSZ, on_signal)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def full_disk(fixture):
    """a full disk"""
    mount("-t", "tmpfs", "-o", f"size={16 * PAGE}", "none", fixture.directory)
    fixture.put("old")
    filler = fixture.directory / "filler"
    pages = len(fixture.text("new").encode()) // PAGE + 1
    with open(filler, "wb", buffering=0) as file:
        try:
            while file.write(b"." * PAGE) == PAGE:
                pass
        except OSError:
            pass
        full = file.tell() // PAGE
    for free in range(pages):
        os.truncate(filler, (full - free) * PAGE)
        fixture.expect_refused("No space left on device")
    os.truncate(filler, (full - pages) * PAGE)
    fixture.expect_saved()


def no_inodes(fixture):
    """a disk without space for one more file"""
    mount("-t", "tmpfs", "-o", "nr_inodes=3", "none", fixture.directory)
    fixture.put("old")
    (fixture.directory / "last").touch()
    fixture.expect_refused("No space left on device")  # for the lock
    (fixture.directory / "last").unlink()
    fixture.expect_refused("No space left on device")  # for the temporary file
    mount("-o", "remount,nr_inodes=4", fixture.directory)
    fixture.expect_saved()


def read_only(fixture):
    """a read-only disk"""
    mount("-t", "tmpfs", "none", fixture.directory)
    fixture.put("old")
    mount("-o", "remount,ro", fixture.directory)
    fixture.expect_refused("Read-only file system")
    fixture.expect_saved("old")  # it is saved already
    mount("-o", "remount,rw", fixture.directory)
    fixture.expect_saved()


def own_mount(fixture):
    """a file that is a mount point"""
    real = fixture.directory / "real.json"
    real.write_text(fixture.text("old"), encoding="utf-8")
    mount("--bind", real, fixture.file)
    fixture.expect_refused("it is a mount point, which cannot be replaced")
    fixture.expect_saved("old")
    mount("-o", "remount,bind,ro", fixture.file)
    fixture.expect_refused("it is a mount point, which cannot be replaced")


def owner_stays(fixture):
    """a file of another user, saved by root"""
    os.chown(fixture.file, NOBODY, OTHER_GROUP)
    fixture.file.chmod(0o644)
    fixture.expect_saved()
    found = fixture.file.stat()
    fixture.check((found.st_uid, found.st_gid) == (NOBODY, OTHER_GROUP), "it has the wrong owner")
    fixture.check(stat.S_IMODE(found.st_mode) == 0o600, "other users may read it")


def mode_tightens(fixture):
    """a file that all users may read"""
    for mask in (0o000, 0o022, 0o077):
        fixture.put("old")
        fixture.file.chmod(0o644)
        fixture.expect_saved(preexec_fn=lambda umask=mask: os.umask(umask))
        mode = stat.S_IMODE(fixture.file.stat().st_mode)
        fixture.check(mode == 0o600, f"other users may read it, with umask {mask:03o}")


def unprivileged_saves(fixture):
    """a file of the same user, without privileges"""
    os.chown(fixture.directory, NOBODY, NOBODY)
    for mask in (0o000, 0o022, 0o077):
        fixture.put("old")
        os.chown(fixture.file, NOBODY, OTHER_GROUP)  # a group that cannot be kept
        fixture.file.chmod(0o664)
        fixture.expect_saved(unprivileged=True, preexec_fn=lambda umask=mask: os.umask(umask))
        found = fixture.file.stat()
        fixture.check((found.st_uid, found.st_gid) == (NOBODY, NOBODY), "it has the wrong owner")
        fixture.check(stat.S_IMODE(found.st_mode) == 0o600, f"other users may read it, with umask {mask:03o}")


def unprivileged_refused(fixture):
    """a file or directory of another user, without privileges"""
    fixture.file.chmod(0o644)
    fixture.expect_refused("Permission denied", unprivileged=True)  # for the lock
    os.chown(fixture.directory, NOBODY, NOBODY)
    fixture.expect_refused("Operation not permitted", unprivileged=True)  # to keep the owner
    fixture.expect_saved("old", unprivileged=True)


CASES = [limit_as_error, limit_as_signal, mode_tightens]
ROOT_CASES = [owner_stays, unprivileged_saves, unprivileged_refused]
MOUNT_CASES = [full_disk, no_inodes, read_only, own_mount]


def runnable_cases():
    """The cases that can run here, and those that cannot."""
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

    cases, skipped = runnable_cases()
    failures = 0
    with tempfile.TemporaryDirectory(prefix="hubauth.") as name:
        directory = pathlib.Path(name)
        directory.chmod(0o755)  # other users may enter
        program = shutil.copy(sys.argv[1], directory / "settings_writer")
        for case in cases:
            fixture = Fixture(program, directory / case.__name__, 2 * PAGE if case is full_disk else 0)
            case(fixture)
            print(f"{case.__doc__}: {fixture.saves} saves, {fixture.refused} refused")
            for failure in fixture.failures:
                print("failed:", failure)
            failures += len(fixture.failures)
            if case in MOUNT_CASES:
                subprocess.run(["umount", fixture.file if case is own_mount else fixture.directory], check=True)
    print(f"cases: {len(cases)}, skipped: {len(skipped)}, failures: {failures}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
