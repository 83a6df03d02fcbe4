#!/bin/sh
# Prints a line `#include "..."` for each header in include/hubauth, except those for tests.
#
#   tests/package/all_headers.sh
set -eu
CDPATH='' cd -- "$(dirname -- "$0")/../../include"

find hubauth -path hubauth/testing -prune -o -name '*.hpp' -print | LC_ALL=C sort | sed 's/.*/#include "&"/'
