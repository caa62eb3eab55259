# shellcheck shell=bash disable=SC2154  # `common` sets what is not set here
# Rebuild a repository from release archives: a commit for each, the last one
# checked out.

# What people do today. $1: repository, $2...: archives.
# shellcheck disable=SC2016  # the inner bash expands it
rebuild_by_hand='set -e
  repo=$1
  shift
  git init -q --initial-branch=main "$repo"
  git -C "$repo" config gc.auto 0
  for archive; do
    find "$repo" -mindepth 1 -maxdepth 1 ! -name .git -exec rm -rf {} +
    tar xzf "$archive" -C "$repo" --strip-components=1
    git -C "$repo" add --all --force
    git -C "$repo" commit -q --allow-empty -m "Add ${archive##*/}"
  done'

# Who knows git well: one stream into git, and the last commit checked out. The
# script is of git's contrib. $1: script, $2: repository, $3...: archives.
# shellcheck disable=SC2016  # the inner bash expands it
rebuild_expertly='set -eo pipefail
  script=$1 repo=$2
  shift 2
  git init -q --initial-branch=main "$repo"
  cd "$repo"
  perl "$script" "$@" | git fast-import --quiet
  git reset -q --hard import-tars'
import_tars=/usr/share/doc/git/contrib/fast-import/import-tars.perl

# releases NAME COUNT: makes that many archives of it, evenly spread over its
# first-parent line, and puts them into `archives`; false where it is too short.
releases() {
  local from commit step index=0
  local -a line
  from=$(data "$1")
  mapfile -t line < <(git -C "$from" rev-list --first-parent --reverse HEAD)
  step=$((${#line[@]} / $2))
  [[ $step -ge 1 ]] || return 1
  mkdir -p "$place/data/releases-$1"
  archives=()
  while [[ $index -lt $2 ]]; do
    commit=${line[$((index * step))]}
    index=$((index + 1))
    archives+=("$place/data/releases-$1/$1-$index.tar.gz")
    [[ -e ${archives[-1]} ]] ||
      git -C "$from" archive --prefix="$1-$index/" --format=tar "$commit" |
      gzip -n >"${archives[-1]}"
  done
}

# same_trees WHAT HAND OURS: every commit holds the tree that git by hand made,
# but for those that changed nothing, which we do not make.
same_trees() {
  local hand ours
  hand=$(git -C "$2" log --reverse --format=%T | uniq)
  ours=$(git -C "$3" log --reverse --format=%T)
  [[ $hand == "$ours" ]] || fail "$1: the trees differ"
  clean "$1" "$3"
}

# pack_sizes WHAT REPOSITORY: a row that compares our pack with all its objects
# compressed one by one, as `git pack-objects` does it without deltas.
pack_sizes() {
  local ours single
  ours=$(stat -c %s "$2"/.git/objects/pack/*.pack)
  single=$(git -C "$2" rev-list --objects --all | cut -d ' ' -f 1 |
    git -C "$2" pack-objects -q --window=0 --no-reuse-delta --no-reuse-object \
      --stdout | wc -c)
  table+=("$(awk -v job="$1" -v o="$ours" -v s="$single" 'BEGIN {
    printf "%s\tpack without deltas\t%d KB\t%d KB\t%.2f\t>= 2\t%s", job,
      s / 1024, o / 1024, s / o, (s >= 2 * o ? "reached" : "MISSED") }')")
}

# rebuild_job NAME COUNT
rebuild_job() {
  local key="rebuild $2 of $1" hand expert tree run
  local -a archives ours=()
  if ! has "$1" || ! releases "$1" "$2"; then
    note "$key" 'no data, see tests/bench/README.md'
    return
  fi
  # By hand deletes files all the time: ours come first.
  settle
  for ((run = 1; run <= runs; run++)); do
    printf '%s, ours: run %d of %d\n' "$key" "$run" "$runs"
    ours+=("$(fresh ours)")
    sample "$key ours" "$backgraft" --progress never rebuild --order given \
      "${ours[-1]}" "${archives[@]}"
  done
  tree=$(git -C "${ours[0]}" rev-parse 'HEAD^{tree}')
  for ((run = 1; run <= runs; run++)); do
    printf '%s, by hand: run %d of %d\n' "$key" "$run" "$runs"
    hand=$(fresh hand)
    sample "$key hand" bash -c "$rebuild_by_hand" hand "$hand" "${archives[@]}"
    same_trees "$key" "$hand" "${ours[run - 1]}"
    if [[ -e $import_tars ]]; then
      expert=$(fresh expert)
      # Prints the name of every file.
      sample "$key expert" bash -c "$rebuild_expertly" expert "$import_tars" \
        "$expert" "${archives[@]}"
      same_tree "$key, import-tars" "$expert" "$tree"
    fi
    if [[ -n $newest ]]; then
      hand=$(fresh newest)
      PATH=$newest_path sample "$key newest" bash -c "$rebuild_by_hand" hand \
        "$hand" "${archives[@]}"
      same_tree "$key, git $newest" "$hand" "$tree"
    fi
  done
  git -C "${ours[0]}" fsck --strict --full --no-dangling --no-progress ||
    fail "$key: git fsck"
  faster "$key" "$key ours" 'git by hand' "$key hand" 15
  if [[ -e $import_tars ]]; then
    faster "$key" "$key ours" 'import-tars | fast-import' "$key expert" 1
  fi
  faster_than_newest "$key" "$key ours" "$key newest" 1
  pack_sizes "$key" "${ours[0]}"
  memory "$key" "$key ours" 256
}

rebuild_job d7 60
rebuild_job wp 24
