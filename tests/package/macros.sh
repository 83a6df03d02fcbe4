#!/bin/sh
# Fails when a header below include/hubauth leaves a macro behind, of any name, or a header of others has one that begins
# with HUBAUTH.
#
#   tests/package/no_macros.sh COMPILER FLAGS
set -eu
CDPATH='' cd -- "$(dirname -- "$0")/../../include"

directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
sh ../tests/package/all_headers.sh >"$directory/all_headers.cpp"

# shellcheck disable=SC2046,SC2086  # words, to be split
"$1" -std=c++20 $2 -I. -dD -E $(pkg-config --cflags RapidJSON libcurl fmt) "$directory/all_headers.cpp" >"$directory/expanded"
awk '
  $1 == "#" && $2 ~ /^[0-9]+$/ { ours = $3 ~ /^"\.\/hubauth\//; if (ours) seen[$3] }
  $1 == "#define" && (ours || $2 ~ /^HUBAUTH/) { left[$2] }
  $1 == "#undef" { delete left[$2] }
  END {
    for (file in seen) files++
    for (name in left) { macros++; print "a macro is left behind: " name | "cat >&2" }
    if (macros || !files) exit 1
    print files " headers leave no macro behind"
  }' "$directory/expanded"
