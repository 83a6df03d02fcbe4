#!/bin/sh
# Fails if a header is not in exactly one FILE_SET of CMakeLists.txt, so that it would not be installed, or if a test or an
# example is not compiled.
#
#   tests/tools/files_listed.sh
set -eu
CDPATH='' cd -- "$(dirname -- "$0")/../.."

directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
errors=0

# compare WHAT: compares the lines of $directory/found and $directory/listed.
compare() {
  LC_ALL=C sort -o "$directory/found" "$directory/found"
  LC_ALL=C sort -o "$directory/listed" "$directory/listed"
  if ! diff "$directory/found" "$directory/listed" >&2; then
    echo "above: < $1 that no CMakeLists.txt lists, > listed, but not found" >&2
    errors=1
  fi
  echo "$(grep -c . "$directory/listed") $1 are listed"
}

find include -type f >"$directory/found"
awk '/FILE_SET HEADERS/ { inside = 1 } inside && $1 ~ /^include\// { print $1 } /\)$/ { inside = 0 }' CMakeLists.txt \
  >"$directory/listed"
compare headers

(cd tests && find unit system support -name '*.cpp') >"$directory/found"
grep -oE '\b(unit|system|support)/[a-z0-9_/]+\.cpp' tests/CMakeLists.txt | LC_ALL=C sort -u >"$directory/listed"
compare tests

(cd docs/examples && find . -name '*.cpp' | sed 's|^\./||') >"$directory/found"
sed -nE 's/^ *hubauth_example\(([a-z0-9_]+) .*/\1.cpp/p; s/^add_executable\([^ ]+ ([a-z0-9_/]+\.cpp)\)/\1/p' \
  docs/examples/CMakeLists.txt >"$directory/listed"
compare examples

[ "$errors" -eq 0 ]
