#!/bin/sh
# Prints a line `#include "..."` for each header below include/hubauth but those for tests: what a program that takes
# everything would write.
#
#   tests/package/all_headers.sh
set -eu
CDPATH='' cd -- "$(dirname -- "$0")/../../include"

find hubauth -path hubauth/testing -prune -o -name '*.hpp' -print | LC_ALL=C sort | sed 's/.*/#include "&"/'
