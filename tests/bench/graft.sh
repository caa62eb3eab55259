# shellcheck shell=bash disable=SC2154  # `common` sets what is not set here
# Graft a code backup with its whole history into a repository of the same
# site's older code, which shares no commit with it; every object is verified.

# What people do today. $1: archive, $2: repository, $3: where to unpack. The
# merge takes the backup's tree, as ours does.
# shellcheck disable=SC2016  # the inner bash expands it
graft_by_hand='set -e
  mkdir "$3"
  tar xzf "$1" -C "$3"
  git -C "$2" remote add backup "$3/live_code"
  git -C "$2" fetch -q --no-tags backup HEAD
  git -C "$2" merge -q --allow-unrelated-histories -s ours --no-commit FETCH_HEAD
  git -C "$2" read-tree -m -u HEAD FETCH_HEAD
  git -C "$2" commit -q -m "Graft the backup"'

# Who knows git well: unpacks the history only, and copies its packs.
# shellcheck disable=SC2016  # the inner bash expands it
graft_expertly='set -e
  mkdir "$3"
  tar xzf "$1" -C "$3" --wildcards "*/.git/*"
  git -C "$2" -c fetch.fsckObjects=true -c core.fsync=none -c gc.auto=0 \
    fetch -q --no-tags "file://$3/live_code/.git" HEAD
  git -C "$2" read-tree -m -u HEAD FETCH_HEAD
  git -C "$2" update-ref refs/heads/master "$(git -C "$2" commit-tree \
    -p HEAD -p FETCH_HEAD -m "Graft the backup" FETCH_HEAD^{tree})"'

# graft_job KEY NAME TEMPLATE: TEMPLATE is the repository before.
graft_job() {
  local key=$1 archive tip tree repo ours pack run
  archive=$(backup "$2")
  tip=$(git -C "$(data "$2")" rev-parse HEAD)
  tree=$(git -C "$(data "$2")" rev-parse 'HEAD^{tree}')

  # The very pack that is in the archive, verified by git alone.
  pack=$(fresh pack)
  mkdir "$pack"
  tar xzf "$archive" -C "$pack" --wildcards --strip-components=4 \
    '*/.git/objects/pack/*.pack'
  # By hand deletes, when it merges: what does not comes first.
  settle
  for ((run = 1; run <= runs; run++)); do
    printf '%s, ours: run %d of %d\n' "$key" "$run" "$runs"
    sample "$key index-pack" git index-pack -o "$(fresh idx).idx" "$pack"/*.pack

    ours=$(fresh ours)
    copy_repository "$3" "$ours"
    sample "$key ours" "$backgraft" -C "$ours" --progress never graft \
      "$archive"
    same_tree "$key" "$ours" "$tree"
    clean "$key" "$ours"
    [[ $(git -C "$ours" rev-parse 'HEAD^2') == "$tip" ]] ||
      fail "$key: the second parent is not the backup's tip"
  done
  for ((run = 1; run <= runs; run++)); do
    printf '%s, by hand: run %d of %d\n' "$key" "$run" "$runs"
    repo=$(fresh hand)
    copy_repository "$3" "$repo"
    sample "$key hand" bash -c "$graft_by_hand" hand \
      "$archive" "$repo" "$(fresh unpacked)"
    same_tree "$key" "$repo" "$tree"

    repo=$(fresh expert)
    copy_repository "$3" "$repo"
    sample "$key expert" bash -c "$graft_expertly" expert \
      "$archive" "$repo" "$(fresh unpacked)"
    same_tree "$key, expertly" "$repo" "$tree"

    if [[ -n $newest ]]; then
      repo=$(fresh newest)
      copy_repository "$3" "$repo"
      PATH=$newest_path sample "$key newest" bash -c "$graft_by_hand" hand \
        "$archive" "$repo" "$(fresh unpacked)"
      same_tree "$key, git $newest" "$repo" "$tree"
    fi
  done
  # Once, because it takes as long as the rest.
  git -C "$ours" fsck --strict --full --no-dangling >"$scratch/out" 2>&1 || {
    cat "$scratch/out" >&2
    fail "$key: git fsck finds errors"
  }
  faster "$key" "$key ours" 'git by hand' "$key hand" 4
  faster "$key" "$key ours" 'git, expertly' "$key expert" 1
  faster_than_newest "$key" "$key ours" "$key newest" 1
  faster "$key" "$key ours" 'git index-pack alone' "$key index-pack" 2.5
  # 100 bytes an object on top.
  memory "$key" "$key ours" "$((256 + $(objects_of "$2") / 10000))"
}

# objects_of NAME: how many objects its packs hold.
objects_of() {
  git -C "$(data "$1")" count-objects -v | awk '$1 == "in-pack:" { print $2 }'
}

template=$(fresh template)
older=$(git -C "$(data wp)" rev-parse -q --verify 'HEAD~20') || older=HEAD
repository "$template" wp "$older"
graft_job 'graft wp' wp "$template"

if has d8; then
  template=$(fresh template)
  repository "$template" d8 old
  graft_job 'graft d8' d8 "$template"
else
  note 'graft d8' 'no data, see tests/bench/README.md'
fi
