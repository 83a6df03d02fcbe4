#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Looks through all that the tests have printed, passing or not, for the secrets that they sign in with.

  tests/tools/outputs.py BUILD     behind a run of ctest in that directory

Looks for each as it is, in hexadecimal, and in base64 wherever a group of three begins.
"""

import base64
import pathlib
import sys

# Parts of the keys and tokens of the command line program's tests, the mocks', the transport's and the examples'.
SECRETS = ["Sesame", "sesame", "CanarySaysNothing", "canary0sings0to0nobody", "made-up.key", "made-up.token"]


def spellings(secret):
    text = secret.encode()
    yield text
    yield text.hex().encode()
    yield text.hex().upper().encode()
    for before in range(3):
        first = (before * 8 + 5) // 6                # of the digits that hold nothing of what stands before
        last = (before + len(text)) * 8 // 6         # likewise behind
        yield base64.b64encode(bytes(before) + text)[first:last]


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    log = pathlib.Path(sys.argv[1], "Testing/Temporary/LastTest.log").read_bytes()
    tests = log.count(b"\nTest Passed.\n") + log.count(b"\nTest Failed.\n")
    found = [secret for secret in SECRETS if any(spelling in log for spelling in spellings(secret))]
    for secret in found:
        print(f"the output of a test holds {secret[:2]}...{secret[-2:]}")
    print(f"{len(log)} bytes of the output of {tests} tests hold {len(found)} of {len(SECRETS)} secrets")
    sys.exit(1 if found or tests == 0 else 0)


if __name__ == "__main__":
    main()
