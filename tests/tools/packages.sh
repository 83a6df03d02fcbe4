#!/bin/sh
# Installs the Debian packages that are missing. Prints nothing if there are none.
#
#   tests/tools/packages.sh            what the build and the tests need
#   tests/tools/packages.sh --try      what docs/try.sh needs
#   tests/tools/packages.sh NAME...    these packages
set -eu

try='g++ cmake ninja-build pkg-config libboost-dev rapidjson-dev libcurl4-openssl-dev libcpp-httplib-dev libcli11-dev
  libfmt-dev nlohmann-json3-dev curl'
tests='libssl-dev libbsd-dev doctest-dev libtrompeloeil-cpp-dev libgtest-dev catch2 python3 strace util-linux mount'

# shellcheck disable=SC2086  # the lists are words
case ${1-} in
  '') set -- $try $tests ;;
  --try) set -- $try ;;
esac

missing=
for package; do
  # shellcheck disable=SC2016  # dpkg-query's own field, not the shell's
  state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) || state=unknown
  [ "$state" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

as_root=
if [ "$(id -u)" -ne 0 ]; then as_root='sudo -n'; fi
if ! command -v apt-get >/dev/null || ! $as_root true 2>/dev/null; then
  echo "These packages are missing. To install them: sudo apt-get install$missing" >&2
  exit 1
fi

echo "Installing$missing"
$as_root apt-get -q update
# shellcheck disable=SC2086  # words, to be split
$as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install $missing
