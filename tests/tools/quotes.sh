#!/bin/sh
# Fails when a program shown in a page is not a compiled example, or differs from it.
#
#   tests/tools/quotes.sh            looks at README.md and all pages below docs/
#   tests/tools/quotes.sh PAGE...    looks at these
#
# Every ```cpp block stands behind a line that says what it quotes:
#
#   <!-- docs/examples/x.cpp -->         the whole file but for its first line, the licence
#   <!-- docs/examples/x.cpp part -->    what stands between its two lines `// [part]`, less their indentation
#
# In a whole file, too, the lines `// [part]` are not quoted.
set -eu
CDPATH='' cd -- "$(dirname -- "$0")/.."

temporary=$(mktemp -d)
trap 'rm -rf "$temporary"' EXIT

# The blocks of page $1, each into a file $2/NUMBER, with the comment's text, or nothing, into $2/NUMBER.of.
blocks_of() {
  awk -v directory="$2" '
    /^ *(```|~~~)/ && inside { close(file); inside = 0; next }
    inside { if (shown) print >file; next }
    /^ *(```|~~~)/ {
      inside = 1
      shown = tolower($0) ~ /^ *(```+|~~~+) *(cpp|c\+\+|cxx|cc|hpp|h)([^a-z+].*)?$/
      if (shown) {
        file = directory "/" ++blocks
        printf "" >file
        print of >(file ".of")
        close(file ".of")
      }
      of = ""
      next
    }
    /[^ ]/ { of = $0 ~ /^<!-- .* -->$/ ? substr($0, 6, length($0) - 9) : "" }
    END { if (inside) { print FILENAME ": a block without an end" >"/dev/stderr"; exit 1 } }' "$1"
}

# Example $1, or its part $2; fails when the part does not stand between two marks.
compiled() {
  awk -v part="${2-}" '
    NR == 1 { next }
    /^ *\/\/ \[[a-z_]+\]$/ {
      if ($0 ~ "// \\[" part "\\]$") { marks++; indent = index($0, "/") }
      next
    }
    part == "" { print; next }
    marks == 1 { print substr($0, indent) }
    END { exit part != "" && marks != 2 }' "$1"
}

# shellcheck disable=SC2046  # no page has a whitespace in its name
[ $# -gt 0 ] || set -- README.md $(find docs -name '*.md' | LC_ALL=C sort)
quotes=0
faults=0
for page; do
  directory=$temporary/$quotes.$faults.$(basename "$page")
  mkdir "$directory"
  blocks_of "$page" "$directory"
  number=1
  while [ -e "$directory/$number" ]; do
    read -r example part <"$directory/$number.of" || true
    case $example in
      docs/examples/*.cpp) ;;
      *) example= ;;
    esac
    if [ -z "$example" ]; then
      echo "$page: its block $number of C++ names no example that it quotes" >&2
      faults=$((faults + 1))
    elif ! compiled "$example" "$part" >"$temporary/compiled"; then
      echo "$page: there is no $example${part:+ $part}" >&2
      faults=$((faults + 1))
    elif ! diff "$temporary/compiled" "$directory/$number" >&2; then
      echo "$page does not quote $example${part:+ $part} as it is" >&2
      faults=$((faults + 1))
    fi
    quotes=$((quotes + 1))
    number=$((number + 1))
  done
done
for example in docs/examples/*.cpp; do
  name=$(basename "$example")
  grep -q "[( ]${name%.cpp}\.cpp[) ]" docs/examples/CMakeLists.txt || {
    echo "docs/examples/CMakeLists.txt does not compile $name" >&2
    faults=$((faults + 1))
  }
done
[ "$quotes" -gt 0 ] || { echo "nothing is quoted" >&2; exit 1; }
echo "$quotes blocks of C++, $faults faults"
[ "$faults" -eq 0 ]
