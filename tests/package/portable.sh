#!/bin/sh
# Checks that hubauth works with compiler options that a program may use: builds the core with policies of its own, and all
# of hubauth with a local hub; both programs must sign in.
#
#   tests/package/portable.sh COMPILER FLAGS OPTION...
#
# OPTION: -fno-rtti, -fno-exceptions, or "-include hostile_macros.hpp", which defines common names as macros.
set -eu
CDPATH='' cd -- "$(dirname -- "$0")"

compiler=$1
flags="-std=c++20 -O0 $2"
shift 2
flags_of_others=$(pkg-config --cflags RapidJSON libcurl fmt)
libraries=$(pkg-config --libs RapidJSON libcurl fmt)

directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
include=$(CDPATH='' cd -- ../../include && pwd)

sh all_headers.sh >"$directory/all_headers.hpp"
# The headers of others that hubauth includes, to be included before the macros are defined.
grep -rhoE '^# *include <[^>]+>' "$include" --include='*.hpp' --include='*.ipp' --exclude-dir=testing | LC_ALL=C sort -u \
  >"$directory/headers_of_others.hpp"

# shellcheck disable=SC2046,SC2086  # words, to be split
{
  "$compiler" $flags "$@" -I"$directory" -I. -I"$include" $flags_of_others core.cpp -o "$directory/core" $libraries
  "$compiler" $flags "$@" -I"$directory" -I. -I"$include" $flags_of_others -c program.cpp -o "$directory/program.o"
  "$compiler" $flags -I"$include" $(pkg-config --cflags cpp-httplib) -c hub.cpp -o "$directory/hub.o"
  "$compiler" $flags "$directory/program.o" "$directory/hub.o" -o "$directory/program" \
    $libraries $(pkg-config --libs cpp-httplib) -pthread
}
[ "$("$directory/core")" = "signed in: x-api-key" ] || { echo "the core alone did not sign in" >&2; exit 1; }
[ "$("$directory/program")" = "signed in: x-api-key" ] || { echo "all of hubauth did not sign in" >&2; exit 1; }
echo "both programs sign in"
