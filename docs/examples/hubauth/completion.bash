# Completes the arguments of `hubauth` in bash:
#
#   . docs/examples/hubauth/completion.bash

_hubauth() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
  local command='' options='--help --service --root --verbose' each
  for each in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $each in login | status | header | logout) command=$each ;; esac
  done

  case $before in
    --service) options='hub platform' ;;
    --root) options='' ;;
    --cookies) mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
    *)
      case $command in
        login) options+=' --with-key --cookies' ;;
        status) options+=' --check --json' ;;
        header) options+=' --cookies' ;;
        '') options+=' login status header logout' ;;
      esac
      ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
}
complete -o filenames -F _hubauth hubauth
