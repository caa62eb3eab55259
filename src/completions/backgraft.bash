# bash completion for backgraft(1), also as "git backgraft".
# shellcheck shell=bash

# __backgraft_complete PROGRAM WORD...: sets COMPREPLY; the last WORD is typed.
__backgraft_complete() {
  local typed=${*: -1} line kind='' word
  local -a lines=()
  COMPREPLY=()
  mapfile -t lines < <("$1" __complete "${@:2}" 2>/dev/null)
  [[ $typed != --*=* ]] || typed=${typed#*=}
  for line in "${lines[@]}"; do
    if [[ -z $kind ]]; then
      kind=$line
      continue
    fi
    word=${line%%$'\t'*}
    COMPREPLY+=("$word")
  done
  case $kind in
    files | directories)
      compopt -o filenames 2>/dev/null
      local action=-f
      [[ $kind == files ]] || action=-d
      mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen "$action" -- "$typed")
      ;;
  esac
}

# The words before the cursor behind the one at INDEX, with "--option", "=" and
# "value", which bash parts, in one.
__backgraft_words() {
  local index
  words=()
  for ((index = $1 + 1; index <= COMP_CWORD; index++)); do
    local word=${COMP_WORDS[index]} last=$((${#words[@]} - 1))
    if [[ $last -ge 0 && ${words[last]} == --* ]] &&
      [[ $word == '=' || ${words[last]} == *= ]]; then
      words[last]+=$word
    else
      words+=("$word")
    fi
  done
}

_backgraft() {
  local -a words
  __backgraft_words 0
  __backgraft_complete "${COMP_WORDS[0]}" "${words[@]}"
}

# What git's own completion calls for "git backgraft".
_git_backgraft() {
  local -a words
  local index
  for ((index = 1; index < COMP_CWORD; index++)); do
    [[ ${COMP_WORDS[index]} != backgraft ]] || break
  done
  __backgraft_words "$index"
  __backgraft_complete backgraft "${words[@]}"
}

complete -F _backgraft backgraft git-backgraft
