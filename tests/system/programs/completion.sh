#!/usr/bin/env bash
# Fails if bash completes other options and commands of `hubauth` than its help lists.
#
#   tests/system/programs/completion.sh HUBAUTH
set -euo pipefail
program=$1
# shellcheck source=../../../docs/examples/hubauth/completion.bash
. "$(dirname -- "$0")/../../../docs/examples/hubauth/completion.bash"

# The completions after these words, the last of which may be incomplete.
completions() {
  COMP_WORDS=(hubauth "$@")
  COMP_CWORD=$#
  COMPREPLY=()
  _hubauth
  if [ ${#COMPREPLY[@]} -gt 0 ]; then printf '%s\n' "${COMPREPLY[@]}" | sort; fi
}

# The options in the help of this command.
options() { "$program" "$@" --help | sed -nE 's/^  (-h,)?(--[a-z-]+).*/\2/p'; }

commands() { "$program" --help | sed -n '/^Subcommands:/,/^$/s/^  \([a-z]*\) .*/\1/p'; }

compare() {  # EXPECTED WORD...
  local expected=$1
  shift
  diff <(printf '%s' "${expected:+$expected$'\n'}") <(completions "$@") >&2 || {
    echo "above: < expected, > completed after: hubauth $*" >&2
    exit 1
  }
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
[ "$count" -gt 4 ] || { echo "the help lists no command" >&2; exit 1; }
echo "$count completions agree with the help"
