#!/bin/sh
# Checks that hubauth works in a program that is built in a way of its own: builds the core with policies of one's own,
# and all of hubauth with a hub beside it, with these options; both must sign in.
#
#   tests/package/portable.sh COMPILER FLAGS OPTION...
#
# OPTION: -fno-rtti, -fno-exceptions; "-include hostile_macros.hpp" takes the names of that file away from hubauth.
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
# What hubauth includes of others, to be included before a macro can break it.
grep -rhoE '^# *include <[^>]+>' "$include" --include='*.hpp' --exclude-dir=testing | LC_ALL=C sort -u \
  >"$directory/headers_of_others.hpp"

# shellcheck disable=SC2046,SC2086  # words, to be split
{
  "$compiler" $flags "$@" -I"$directory" -I. -I"$include" $flags_of_others core.cpp -o "$directory/core" $libraries
  "$compiler" $flags "$@" -I"$directory" -I. -I"$include" $flags_of_others -c person.cpp -o "$directory/person.o"
  "$compiler" $flags -I"$include" $(pkg-config --cflags cpp-httplib) -c hub.cpp -o "$directory/hub.o"
  "$compiler" $flags "$directory/person.o" "$directory/hub.o" -o "$directory/person" \
    $libraries $(pkg-config --libs cpp-httplib) -pthread
}
[ "$("$directory/core")" = "signed in: x-api-key" ] || { echo "the core alone does not sign in" >&2; exit 1; }
[ "$("$directory/person")" = "signed in: x-api-key" ] || { echo "all of hubauth does not sign in" >&2; exit 1; }
echo "signs in, the core alone and all of hubauth"
