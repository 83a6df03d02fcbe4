#!/bin/sh
# Fails when a program quoted in a page differs from the compiled example that its comment names.
#
#   tests/quotes.sh PAGE...
#
# A quote is a ```cpp block behind a line `<!-- path -->`; the example's first line, its licence, is not quoted.
set -eu
CDPATH='' cd -- "$(dirname -- "$0")/.."

temporary=$(mktemp -d)
trap 'rm -rf "$temporary"' EXIT
quotes=0
for page; do
  for example in $(sed -n 's/^<!-- \(docs\/examples\/.*\) -->$/\1/p' "$page"); do
    awk -v mark="<!-- $example -->" '
      $0 == mark { waiting = 1 }
      /^```$/ { inside = 0 }
      inside { print }
      waiting && /^```cpp$/ { inside = 1; waiting = 0 }' "$page" >"$temporary/quoted"
    sed 1d "$example" >"$temporary/compiled"
    diff "$temporary/compiled" "$temporary/quoted" >&2 || { echo "$page does not quote $example as it is" >&2; exit 1; }
    quotes=$((quotes + 1))
  done
done
[ "$quotes" -gt 0 ] || { echo "nothing is quoted" >&2; exit 1; }
echo "$quotes quotes are as they are compiled"
