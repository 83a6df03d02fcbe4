#!/bin/sh
# Fails if the headers leave a macro defined, other than the documented ones: HUBAUTH_VERSION, HUBAUTH_VERSION_MAJOR,
# HUBAUTH_VERSION_MINOR and HUBAUTH_VERSION_PATCH.
#
#   tests/package/macros.sh COMPILER FLAGS
set -eu
CDPATH='' cd -- "$(dirname -- "$0")/../../include"

directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
sh ../tests/package/all_headers.sh >"$directory/all_headers.cpp"

# shellcheck disable=SC2046,SC2086  # words, to be split
"$1" -std=c++20 $2 -I. -dD -E $(pkg-config --cflags RapidJSON libcurl fmt) "$directory/all_headers.cpp" >"$directory/expanded"
awk '
  $1 == "#" && $2 ~ /^[0-9]+$/ { ours = $3 ~ /^"\.\/hubauth\//; if (ours) seen[$3] }
  $1 == "#define" && (ours || $2 ~ /^HUBAUTH/) { defined[$2] }
  $1 == "#undef" { delete defined[$2] }
  END {
    for (file in seen) files++
    for (name in defined)
      if (name !~ /^HUBAUTH_VERSION(_MAJOR|_MINOR|_PATCH)?$/) { errors++; print "still defined: " name | "cat >&2" }
    if (errors || !files) exit 1
    print files " headers leave only the documented macros defined"
  }' "$directory/expanded"
