#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Checks which headers of hubauth may include which others, and which libraries.

  tests/tools/includes.py
"""

import pathlib
import re
import sys

INCLUDE = pathlib.Path(__file__).resolve().parents[2] / "include"
POSIX = r"<(sys/)?[a-z0-9_]+\.h>"

# The start of headers' paths, what these headers must not include, and which of them may nevertheless.
DIRECT = [
    ("fsm/", r"hubauth/(?!fsm/)", ""),
    ("(?!testing/)", r"hubauth/testing/", ""),
    ("(?!fmt.hpp)", r"<fmt/", ""),
    ("(?!fsm/)", r"<boost/hana", ""),
    ("(?!json/)", r"<rapidjson/", ""),
    ("(?!curl/)", r"<curl/", ""),
    ("(?!testing/)", r"<(doctest/|httplib\.h|trompeloeil\.hpp)", ""),
    ("(?!testing/)", r"<(fstream|iostream|ostream|regex|sstream)>", ""),  # expensive to compile, and not needed
    ("credential/", POSIX, "credential/secure_pool.hpp"),
]

# The same, also for the headers that these include. The core uses POSIX for the pages of secrets only.
TRANSITIVE = [
    ("(http|login|protocol|service|text)/", r"hubauth/policy/|<curl/|" + POSIX, "credential/secure_pool.hpp"),
    ("basic_auth.hpp",
     r"hubauth/(curl|environment|posix|settings|terminal)/|<(curl|fmt|rapidjson)/|<filesystem>|" + POSIX,
     "credential/secure_pool.hpp"),
    ("policy/", r"<(boost|rapidjson)/", ""),
]


def includes_of(path):
    """What a header includes: "hubauth/...", or <...> of others."""
    text = (INCLUDE / "hubauth" / path).read_text()
    return [own or other for own, other in re.findall(r'^ *# *include (?:"([^"]+)"|(<[^>]+>))', text, re.MULTILINE)]


def main():
    headers = {str(path.relative_to(INCLUDE / "hubauth")) for path in INCLUDE.rglob("*.[hi]pp")}
    direct = {header: includes_of(header) for header in headers}
    errors = [f"{header}: includes {one}, which does not exist" for header in headers for one in direct[header]
              if not one.startswith("<") and one.removeprefix("hubauth/") not in headers]

    def reachable(header):
        """The headers that a header includes in turn, itself among them."""
        found, new = set(), [header]
        while new:
            one = new.pop()
            if one in found or one not in headers:
                continue
            found.add(one)
            new += [include.removeprefix("hubauth/") for include in direct[one] if not include.startswith("<")]
        return found

    for rules, reached in ((DIRECT, lambda header: {header}), (TRANSITIVE, reachable)):
        for start, forbidden, exception in rules:
            matching = [header for header in headers if re.match(start, header)]
            if not matching:
                errors.append(f"no header matches the rule for {start}")
            for header in matching:
                errors += [f"{header}: must not include {include}" + (f", as {one} does" if one != header else "")
                           for one in reached(header) - {exception} for include in direct[one]
                           if re.match(forbidden, include)]

    print("\n".join([*sorted(errors), f"{len(headers)} headers, {len(errors)} errors"]))
    sys.exit(1 if errors or not headers else 0)


if __name__ == "__main__":
    main()
