#!/usr/bin/env bash
# Fails when bash does not complete the words of `hubauth` as its own help has them.
#
#   tests/system/programs/completion.sh HUBAUTH
set -euo pipefail
program=$1
# shellcheck source=../docs/examples/hubauth.bash
. "$(dirname -- "$0")/../docs/examples/hubauth.bash"

# What is offered behind these words, the last of them as far as it was typed.
offered() {
  COMP_WORDS=(hubauth "$@")
  COMP_CWORD=$#
  COMPREPLY=()
  _hubauth
  if [ ${#COMPREPLY[@]} -gt 0 ]; then printf '%s\n' "${COMPREPLY[@]}" | sort; fi
}

# The options in the help of these words.
options() { "$program" "$@" --help | sed -nE 's/^  (-h,)?(--[a-z-]+).*/\2/p'; }

commands() { "$program" --help | sed -n '/^Subcommands:/,/^$/s/^  \([a-z]*\) .*/\1/p'; }

compare() {  # what is there, behind: the words
  local there=$1
  shift
  diff <(printf '%s' "${there:+$there$'\n'}") <(offered "$@") >&2 || { echo "above: < in the help, > offered behind: hubauth $*" >&2; exit 1; }
  count=$((count + 1))
}

count=0
compare "$({ options; commands; } | sort -u)" ''
for command in $(commands); do
  compare "$({ options; options "$command"; } | sort -u)" "$command" ''
  compare "$({ options; options "$command"; } | sort -u)" --verbose "$command" --verbose ''
done
compare "$(printf 'login\nlogout')" lo
compare "$("$program" --help | sed -nE 's/.*--service .*\{(.*)\}.*/\1/p' | tr , '\n')" --service ''
compare '' login --root ''
compare "$0" login --cookies "${0%.sh}.s"
[ "$count" -gt 4 ] || { echo "the help names no command" >&2; exit 1; }
echo "$count completions are as the help has them"
