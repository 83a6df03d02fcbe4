#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Searches the output of all tests, passed or failed, for the secrets that they sign in with.

  tests/tools/outputs.py BUILD     after a run of ctest in that directory

Searches for each secret as plain text, in hexadecimal, and in base64 at each of the three alignments.
"""

import base64
import pathlib
import sys

# Parts of the keys and tokens that the tests and the examples use.
SECRETS = ["Sesame", "sesame", "CanarySaysNothing", "canary0sings0to0nobody", "made-up.key", "made-up.token"]


def spellings(secret):
    text = secret.encode()
    yield text
    yield text.hex().encode()
    yield text.hex().upper().encode()
    for before in range(3):
        first = (before * 8 + 5) // 6                # the digits without bits of the bytes before
        last = (before + len(text)) * 8 // 6         # or after the secret
        yield base64.b64encode(bytes(before) + text)[first:last]


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    log = pathlib.Path(sys.argv[1], "Testing/Temporary/LastTest.log").read_bytes()
    tests = log.count(b"\nTest Passed.\n") + log.count(b"\nTest Failed.\n")
    found = [secret for secret in SECRETS if any(spelling in log for spelling in spellings(secret))]
    for secret in found:
        print(f"the output of a test contains {secret[:2]}...{secret[-2:]}")
    print(f"{len(log)} bytes of the output of {tests} tests contain {len(found)} of {len(SECRETS)} secrets")
    sys.exit(1 if found or tests == 0 else 0)


if __name__ == "__main__":
    main()
