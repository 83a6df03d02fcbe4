#!/bin/sh
# Links two files that both include every header. Fails if a header defines something that is not inline.
#
#   tests/package/linked_twice.sh COMPILER FLAGS
set -eu
CDPATH='' cd -- "$(dirname -- "$0")/../../include"

directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
libraries=$(pkg-config --cflags --libs RapidJSON libcurl fmt)
sh ../tests/package/all_headers.sh | tee "$directory/one.cpp" >"$directory/other.cpp"
echo 'int main() {}' >>"$directory/one.cpp"

# shellcheck disable=SC2086  # words, to be split
"$1" -std=c++20 $2 -I. "$directory/one.cpp" "$directory/other.cpp" -o "$directory/program" $libraries -pthread
"$directory/program"
echo "$(grep -c . "$directory/other.cpp") headers are linked twice"
