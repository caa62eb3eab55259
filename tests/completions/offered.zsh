# usage: zsh -f offered.zsh LINE
# Prints what zsh would offer for LINE, a word a line. zsh completes only where
# keys are pressed, so a pseudo-terminal of its own presses them; what is handed
# to compadd there is what it offers.
zmodload zsh/zpty

inner=$HOME/inner.zsh
offered=$HOME/offered
rm -f $offered
cat >$inner <<END
fpath=($scripts \$fpath)
autoload -Uz compinit
compinit -u -d $HOME/.zcompdump
zstyle ':completion:*' list-prompt ''
compadd() {
  local -a found
  builtin compadd -O found "\$@"
  print -rl -- \$found >>$offered
  builtin compadd "\$@"
}
complete-and-leave() {
  zle complete-word
  : >>$offered
  print >$offered.done
}
zle -N complete-and-leave
bindkey '^I' complete-and-leave
PS1=
: >$HOME/ready
END

# The terminal is that of the tests where there is one; the size is not to be.
rm -f $HOME/ready $offered.done
zpty shell "TERM=dumb zsh -f -i"
zpty -w shell "source $inner"
repeat 200 { [[ ! -e $HOME/ready ]] || break; sleep 0.05 }
zpty -w -n shell "$1"$'\t'
repeat 200 { [[ ! -e $offered.done ]] || break; zpty -rt shell ignored; sleep 0.05 }
zpty -d shell
cat $offered
