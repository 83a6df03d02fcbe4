#!/bin/sh
# Links two files that both include every header: fails when one defines something that is not inline.
#
#   tests/package/linked_twice.sh COMPILER FLAGS
set -eu
CDPATH='' cd -- "$(dirname -- "$0")/../../include"

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
libraries=$(pkg-config --cflags --libs RapidJSON libcurl fmt)
sh ../tests/package/all_headers.sh | tee "$folder/one.cpp" >"$folder/other.cpp"
echo 'int main() {}' >>"$folder/one.cpp"

# shellcheck disable=SC2086  # words, to be split
"$1" -std=c++20 $2 -I. "$folder/one.cpp" "$folder/other.cpp" -o "$folder/program" $libraries -pthread
"$folder/program"
echo "$(grep -c . "$folder/other.cpp") headers are linked twice"
