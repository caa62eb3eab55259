# shellcheck shell=bash disable=SC2154,SC2034
# What is swept: for each scenario a function <name>_make, which builds the
# directory it is run in (./repo and ./backup), and the array <name>_command.
# $backgraft and $inject are the programs.

# kill_at CALL PATTERN ARGS...: kills a run in ./repo before the last such call
# whose line in inject's list matches.
kill_at() {
  local call=$1 pattern=$2 point
  shift 2
  cp -a repo probe
  "$inject" --only "$call" --list calls -- "$backgraft" -C probe "$@" >&2
  point=$(grep "$pattern" calls | tail -1 | cut -d' ' -f1)
  rm -rf probe calls
  "$inject" --only "$call" --at "$point" --kill -- \
    "$backgraft" -C repo "$@" >&2 || true
  compgen -G 'repo/.git/backgraft/ops/*.open' >&2
}

base_make() {
  git init -q -b main repo
  mkdir -p repo/keep repo/gone/deep
  echo one >repo/file
  echo kept >repo/keep/kept
  echo gone >repo/gone/deep/gone
  echo swap >repo/swap
  printf '#!/bin/sh\n' >repo/run
  chmod 755 repo/run
  ln -s file repo/link
  git -C repo add -A
  git -C repo commit -qm 'one'
  echo two >repo/file
  git -C repo commit -qam 'two'
  git -C repo tag pantheon_live_1
  echo three >repo/file
  echo more >repo/more
  git -C repo add -A
  git -C repo commit -qm 'three'
  git -C repo tag pantheon_live_2
  # Permissions that no object holds.
  chmod 600 repo/keep/kept repo/file
  mkdir -p backup/keep backup/swap
  echo new >backup/file
  echo kept >backup/keep/kept
  echo below >backup/swap/below
  ln -s run backup/link
}

flatten_make() { base_make; }
flatten_command=(flatten ../backup)

# Everything that --force overwrites: a staged file, a changed one, untracked
# ones, one where a directory goes.
force_make() {
  base_make
  echo edited >repo/file
  echo staged >repo/swap
  git -C repo add swap
  echo 'edited again' >repo/swap
  mkdir -p backup/untracked
  echo theirs >backup/untracked/x
  echo mine >repo/untracked
  chmod 640 repo/untracked
  echo '*.ign' >repo/.git/info/exclude
  echo ignored >repo/a.ign
  echo theirs >backup/a.ign
}
force_command=(flatten --force ../backup)

revert_make() { base_make; }
revert_command=(revert 'HEAD~2..HEAD')

to_make() { base_make; }
to_command=(revert --to 'HEAD~2')

# A backup with history of its own; `restore` of each relation.
history_make() {
  base_make
  rm -rf backup
  git clone -q --no-local repo backup
}

graft_make() {
  base_make
  rm -rf backup
  git init -q -b main backup
  echo other >backup/other
  git -C backup add -A
  git -C backup commit -qm 'Other'
  git -C backup tag -a -m 'a tag' v1
}
graft_command=(graft --refs all ../backup)

conflict_make() {
  base_make
  rm -rf backup
  git init -q -b main backup
  echo other >backup/file
  git -C backup add -A
  git -C backup commit -qm 'Other'
}
conflict_command=(graft --tree merge --conflicts leave ../backup)

ahead_make() {
  history_make
  echo ahead >backup/ahead
  git -C backup add -A
  git -C backup commit -qm 'Ahead'
}
ahead_command=(restore ../backup)

behind_make() {
  history_make
  git -C backup reset -q --hard HEAD~1
  echo uncommitted >backup/uncommitted
}
behind_command=(restore ../backup)

diverged_make() {
  ahead_make
  echo ours >repo/ours
  git -C repo add -A
  git -C repo commit -qm 'Ours'
  chmod 600 repo/keep/kept
}
diverged_command=(restore ../backup)

unrelated_make() { graft_make; }
unrelated_command=(restore --as flatten ../backup)

unborn_make() {
  graft_make
  rm -rf repo
  git init -q -b main repo
}
unborn_command=(restore ../backup)

rebuild_make() {
  mkdir a b
  echo one >a/file
  echo two >b/file
  touch -d 2020-01-01 a/file
  touch -d 2021-01-01 b/file
  "$backgraft" rebuild repo a >/dev/null
  ln -s ../b backup
}
rebuild_command=(rebuild --tag . ../b)

undo_make() {
  force_make
  "$backgraft" -C repo flatten --force ../backup >/dev/null 2>&1
}
undo_command=(undo)

# Over what was changed since, with permissions of its own.
undo_force_make() {
  undo_make
  echo 'edited since' >repo/file
  chmod 604 repo/file
  rm -r repo/swap
  echo 'a file again' >repo/swap
  git -C repo add file
}
undo_force_command=(undo --force)

redo_make() {
  undo_make
  "$backgraft" -C repo undo >/dev/null
}
redo_command=(redo)

undo_unborn_make() {
  unborn_make
  "$backgraft" -C repo restore ../backup >/dev/null
  git -C repo pack-refs --all
}
undo_unborn_command=(undo)

# Uploaded files, beside a repository, in whose journal they are.
uploads_make() {
  base_make
  mkdir -p uploads/files_live/d site/files/d
  echo new >uploads/files_live/a
  echo deep >uploads/files_live/d/b
  ln uploads/files_live/a uploads/files_live/hard
  ln -s a uploads/files_live/link
  tar cf uploads.tar -C uploads files_live
  echo old >site/files/a
  echo kept >site/files/d/old
  chmod 600 site/files/d/old
}

import_new_make() { uploads_make; }
import_new_command=(import files ../uploads.tar ../site/new)

import_files_make() { uploads_make; }
import_files_command=(import files ../uploads.tar ../site/files)

import_overlay_make() { uploads_make; }
import_overlay_command=(import files --mode overlay ../uploads.tar ../site/files)

import_undo_make() {
  uploads_make
  "$backgraft" -C repo import files ../uploads.tar ../site/files >/dev/null
}
import_undo_command=(undo)

import_redo_make() {
  import_undo_make
  "$backgraft" -C repo undo >/dev/null
}
import_redo_command=(redo)

import_undo_new_make() {
  uploads_make
  "$backgraft" -C repo import files ../uploads.tar ../site/new >/dev/null
}
import_undo_new_command=(undo)

import_redo_new_make() {
  import_undo_new_make
  "$backgraft" -C repo undo >/dev/null
}
import_redo_new_command=(redo)

# The recovery itself: an operation is killed before its last steps, and after
# the index is published.
recover_make() {
  force_make
  kill_at rename '/index$' flatten --force ../backup
}
recover_command=(recover)

recover_late_make() {
  force_make
  kill_at rename 'ops/1$' flatten --force ../backup
}
recover_late_command=(recover)

recover_undo_make() {
  undo_make
  kill_at rename '/index$' undo
}
recover_undo_command=(recover)
