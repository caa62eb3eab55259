# shellcheck shell=bash disable=SC2154  # `common` sets what is not set here
# Flatten a code backup: into an empty repository, over an older version of the
# same code, and once more with nothing changed.

# What people do today. $1: archive, $2: repository, $3: where to unpack.
# shellcheck disable=SC2016  # the inner bash expands it
flatten_by_hand='set -e
  mkdir "$3"
  tar xzf "$1" -C "$3"
  rm -rf "$3"/live_code/.git
  find "$2" -mindepth 1 -maxdepth 1 ! -name .git -exec rm -rf {} +
  cp -a "$3"/live_code/. "$2"
  git -C "$2" add --all --force
  git -C "$2" commit -q -m "Restore the backup"'

# Who knows git well: unpacks where the files go, and lets git do less.
# shellcheck disable=SC2016  # the inner bash expands it
flatten_expertly='set -e
  git -C "$2" rm -r -q -f --ignore-unmatch .
  tar xzf "$1" -C "$2" --strip-components=1 --exclude=live_code/.git
  git -C "$2" -c core.compression=1 -c core.fsync=none -c core.bigFileThreshold=1m \
    add --all --force
  git -C "$2" -c core.fsync=none commit -q -m "Restore the backup"'

# flatten_job KEY NAME RATIO TEMPLATE: TEMPLATE is the repository before.
flatten_job() {
  local key=$1 archive tree repo last run
  archive=$(backup "$2")
  # By hand deletes: what does not comes first.
  settle
  for ((run = 1; run <= runs; run++)); do
    printf '%s, ours: run %d of %d\n' "$key" "$run" "$runs"
    repo=$(fresh untar)
    mkdir "$repo"
    sample "$key tar" tar xzf "$archive" -C "$repo"

    last=$(fresh ours)
    copy_repository "$4" "$last"
    sample "$key ours" "$backgraft" -C "$last" --progress never flatten \
      --select all "$archive"
    clean "$key" "$last"
  done
  tree=$(git -C "$last" rev-parse 'HEAD^{tree}')
  for ((run = 1; run <= runs; run++)); do
    printf '%s, by hand: run %d of %d\n' "$key" "$run" "$runs"
    repo=$(fresh hand)
    copy_repository "$4" "$repo"
    sample "$key hand" bash -c "$flatten_by_hand" hand \
      "$archive" "$repo" "$(fresh unpacked)"
    same_tree "$key" "$repo" "$tree"

    repo=$(fresh expert)
    copy_repository "$4" "$repo"
    sample "$key expert" bash -c "$flatten_expertly" expert "$archive" "$repo"
    same_tree "$key, expertly" "$repo" "$tree"

    if [[ -n $newest ]]; then
      repo=$(fresh newest)
      copy_repository "$4" "$repo"
      PATH=$newest_path sample "$key newest" bash -c "$flatten_by_hand" hand \
        "$archive" "$repo" "$(fresh unpacked)"
      same_tree "$key, git $newest" "$repo" "$tree"
    fi
  done
  faster "$key" "$key ours" 'git by hand' "$key hand" "$3"
  faster "$key" "$key ours" 'git, expertly' "$key expert" 1
  faster_than_newest "$key" "$key ours" "$key newest" 1
  faster "$key" "$key ours" 'tar xzf alone' "$key tar" 1
  memory "$key" "$key ours" 256

  # The last repository holds the backup already.
  for ((run = 1; run <= runs; run++)); do
    sample "$key read" bash -c 'igzip -dc "$1" | openssl dgst -sha1' read "$archive"
    sample "$key again" "$backgraft" -C "$last" --progress never flatten \
      --select all "$archive"
  done
  same_tree "$key, again" "$last" "$tree"
  # At most 1.3 times as long as reading and hashing.
  faster "$key, again" "$key again" 'igzip | sha1' "$key read" 0.77
}

template=$(fresh template)
repository "$template"
flatten_job 'flatten wp into empty' wp 8 "$template"

if has d8; then
  template=$(fresh template)
  repository "$template" d8 old
  flatten_job 'flatten d8 over old d8' d8 5 "$template"
else
  note 'flatten d8 over old d8' 'no data, see tests/bench/README.md'
fi
