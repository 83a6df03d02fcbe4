#!/bin/sh
# Fails if a block of C++ in a page is not a compiled example, or differs from it.
#
#   tests/tools/quotes.sh            checks README.md and all pages in docs/
#   tests/tools/quotes.sh PAGE...    checks these pages
#
# The line before every ```cpp block names what the block quotes:
#
#   <!-- docs/examples/x.cpp -->         the file without its first line, the license
#   <!-- docs/examples/x.cpp part -->    the lines between its two lines `// [part]`, without their indentation
#
# The lines `// [part]` themselves are never quoted.
set -eu
CDPATH='' cd -- "$(dirname -- "$0")/../.."

temporary=$(mktemp -d)
trap 'rm -rf "$temporary"' EXIT

# Writes the blocks of page $1 to files $2/NUMBER, and the text of the comment before each to $2/NUMBER.of.
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
    END { if (inside) { print FILENAME ": a block has no end" >"/dev/stderr"; exit 1 } }' "$1"
}

# Prints example $1, or its part $2; fails if the part is not between two marks.
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

# shellcheck disable=SC2046  # no page's name has whitespace
[ $# -gt 0 ] || set -- README.md $(find docs -name '*.md' | LC_ALL=C sort)
quotes=0
errors=0
for page; do
  directory=$temporary/$quotes.$errors.$(basename "$page")
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
      echo "$page: block $number of C++ does not name the example that it quotes" >&2
      errors=$((errors + 1))
    elif ! compiled "$example" "$part" >"$temporary/compiled"; then
      echo "$page: $example${part:+ $part} does not exist" >&2
      errors=$((errors + 1))
    elif ! diff "$temporary/compiled" "$directory/$number" >&2; then
      echo "$page: the block differs from $example${part:+ $part}" >&2
      errors=$((errors + 1))
    fi
    quotes=$((quotes + 1))
    number=$((number + 1))
  done
done
[ "$quotes" -gt 0 ] || { echo "the pages quote no example" >&2; exit 1; }
echo "$quotes blocks of C++, $errors errors"
[ "$errors" -eq 0 ]
