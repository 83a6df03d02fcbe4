#!/bin/sh
# Fails when a header below include/ is not in exactly one FILE_SET of CMakeLists.txt, or one there is not a header here:
# it would not be installed.
#
#   tests/package/headers_listed.sh
set -eu
CDPATH='' cd -- "$(dirname -- "$0")/../.."

directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
find include -type f | LC_ALL=C sort >"$directory/there"
awk '/FILE_SET HEADERS/ { inside = 1 } inside && $1 ~ /^include\// { print $1 } /\)$/ { inside = 0 }' CMakeLists.txt |
  LC_ALL=C sort >"$directory/listed"
diff "$directory/there" "$directory/listed" >&2 || { echo "above: < below include/, > in CMakeLists.txt" >&2; exit 1; }
echo "$(grep -c . "$directory/there") headers are installed"
