#!/bin/sh
# Compiles each header as C++17: the first error must say that hubauth needs C++20. (The engine in fsm/ includes no other
# header of hubauth. A header that needs nothing of C++20 may compile.)
#
#   tests/package/old_standard.sh COMPILER FLAGS
set -eu
CDPATH='' cd -- "$(dirname -- "$0")/../../include"

directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
sh ../tests/package/all_headers.sh | grep -v '"hubauth/fsm/' >"$directory/headers"

refused=0
while read -r include; do
  echo "$include" >"$directory/header.cpp"
  # shellcheck disable=SC2086  # words, to be split
  if "$1" $2 -std=c++17 -Wfatal-errors -I. -fsyntax-only "$directory/header.cpp" >"$directory/output" 2>&1; then continue; fi
  if ! grep -m 1 ' error: ' "$directory/output" | grep -q 'hubauth needs C++20: compile with -std=c++20 or later'; then
    cat "$directory/output" >&2
    exit 1
  fi
  refused=$((refused + 1))
done <"$directory/headers"
[ "$refused" -gt 50 ]
echo "$refused headers report that they need C++20"
