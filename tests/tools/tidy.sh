#!/bin/sh
# Runs clang-tidy 14, with the checks of .clang-tidy, on all headers.
#
#   tests/tools/tidy.sh
set -eu
CDPATH='' cd -- "$(dirname -- "$0")/../.."

directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
(cd include && find hubauth -name '*.hpp' | LC_ALL=C sort | sed 's/.*/#include "&"/') >"$directory/all_headers.cpp"

# shellcheck disable=SC2046  # words, to be split
clang-tidy-14 --quiet --config-file=.clang-tidy "$directory/all_headers.cpp" -- -std=c++20 -Iinclude \
  $(pkg-config --cflags RapidJSON libcurl fmt cpp-httplib) || { echo "clang-tidy reports errors" >&2; exit 1; }
echo "clang-tidy reports no errors"
