#!/bin/sh
# Installs the missing packages, builds everything with g++ and runs all tests. Works from any directory.
set -eu
CDPATH='' cd -- "$(dirname -- "$0")/.."

sh tests/tools/packages.sh
if command -v ccache >/dev/null; then export CMAKE_CXX_COMPILER_LAUNCHER="${CMAKE_CXX_COMPILER_LAUNCHER-ccache}"; fi

cmake --workflow --preset gcc  # in build/gcc
python3 tests/tools/outputs.py build/gcc
