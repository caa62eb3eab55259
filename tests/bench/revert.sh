# shellcheck shell=bash disable=SC2154  # `common` sets what is not set here
# Undo a range at the tip, a range that later commits built upon, and go back
# across 10, 100 and 1,000 commits.

# A stream for git fast-import: 100 files of 60 lines each on master, and `count`
# commits, each of which changes a line of three of the first `files` of them.
# shellcheck disable=SC2016  # awk expands it
revert_commits='
  function content(file,   text, i) {
    text = ""
    for (i = 1; i <= 60; i++)
      text = text "file " file " line " i " is " (lines[file, i] + 0) "\n"
    return text
  }
  function put(file,   text) {
    text = content(file)
    printf "M 100644 inline wp-content/plugins/p%d/inc/f%d.php\ndata %d\n%s\n", \
      file % 10, file, length(text), text
  }
  function head(title) {
    printf "commit refs/heads/master\n"
    printf "committer Bench <bench@example.com> %d +0000\n", ++clock
    printf "data %d\n%s\n", length(title), title
    if (!begun++) printf "from refs/heads/master^0\n"
  }
  BEGIN {
    clock = 1750000000
    head("Files")
    for (f = 0; f < 100; f++) put(f)
    for (c = 1; c <= count; c++) {
      head("Change " c)
      for (i = 0; i < 3; i++) {
        f = files < 100 ? (c * 3 + i) % files : (c * 7 + i * 31) % 100
        lines[f, 5] = c
        put(f)
      }
    }
    # Lines that stay, so that nothing before can be undone as it was.
    if (later) {
      head("Later")
      for (f = 0; f < 100; f++) { lines[f, 50] = 1; put(f) }
    }
  }'

# revert_template DIR COUNT LATER FILES
revert_template() {
  git clone -q --no-local "$(data wp)" "$1"
  git -C "$1" config gc.auto 0
  git -C "$1" checkout -q -B master
  awk -v count="$2" -v later="$3" -v files="$4" "$revert_commits" |
    git -C "$1" fast-import --quiet
  git -C "$1" reset -q --hard
}

# In memory where git can (`replay --revert`), and the files after it; else as
# by hand. $1: repository, $2: range.
# shellcheck disable=SC2016  # the inner bash expands it
revert_by_newest='set -e
  cd "$1"
  if git replay -h 2>&1 | grep -q -e --revert; then
    before=$(git rev-parse HEAD)
    git replay --revert=master "$2"
    git read-tree -m -u "$before" HEAD
  else
    git revert --no-edit "$2"
  fi'

# revert_job KEY TEMPLATE RANGE RATIO
revert_job() {
  local key=$1 tree repo run
  for ((run = 1; run <= runs; run++)); do
    printf '%s: run %d of %d\n' "$key" "$run" "$runs"
    repo=$(fresh hand)
    cp -a -- "$2" "$repo"
    git -C "$repo" update-index -q --refresh
    sample "$key hand" git -C "$repo" revert --no-edit "$3"
    tree=$(git -C "$repo" rev-parse 'HEAD^{tree}')

    if [[ -n $newest ]]; then
      repo=$(fresh newest)
      cp -a -- "$2" "$repo"
      git -C "$repo" update-index -q --refresh
      PATH=$newest_path sample "$key newest" bash -c "$revert_by_newest" newest \
        "$repo" "$3"
      same_tree "$key, git $newest" "$repo" "$tree"
    fi

    repo=$(fresh ours)
    cp -a -- "$2" "$repo"
    git -C "$repo" update-index -q --refresh
    sample "$key ours" "$backgraft" -C "$repo" --progress never revert "$3"
    same_tree "$key" "$repo" "$tree"
    clean "$key" "$repo"
  done
  faster "$key" "$key ours" 'git revert' "$key hand" "$4"
  [[ -z $newest ]] ||
    faster "$key" "$key ours" "git $newest, replay" "$key newest" 1
  memory "$key" "$key ours" 256
}

template=$(fresh template)
revert_template "$template" 1000 0 100
revert_job 'revert 1,000 at the tip' "$template" HEAD~1000..HEAD 80

# Every ten commits change the same 30 files, so that nothing but the number of
# commits differs. By hand: the tree of the old commit, checked out and
# committed.
template=$(fresh template)
revert_template "$template" 1000 0 30
for across in 10 100 1000; do
  git -C "$template" tag "back-$across" "HEAD~$across"
done
for ((run = 1; run <= runs; run++)); do
  for across in 10 100 1000; do
    key="revert --to across $across"
    tree=$(git -C "$template" rev-parse "back-$across^{tree}")
    repo=$(fresh hand)
    cp -a -- "$template" "$repo"
    git -C "$repo" update-index -q --refresh
    sample "$key hand" bash -c 'set -e
      git -C "$1" read-tree -m -u HEAD "$2"
      git -C "$1" commit -q -m "Go back"' hand "$repo" "back-$across"
    same_tree "$key" "$repo" "$tree"
    files=$(git -C "$repo" diff --name-only HEAD^ HEAD | wc -l)
    [[ $files == 30 ]] || fail "$key: $files files differ, not 30"

    repo=$(fresh ours)
    cp -a -- "$template" "$repo"
    git -C "$repo" update-index -q --refresh
    sample "$key ours" "$backgraft" -C "$repo" --progress never \
      revert --to "back-$across"
    same_tree "$key" "$repo" "$tree"
    clean "$key" "$repo"
  done
done
for across in 10 100 1000; do
  key="revert --to across $across"
  faster "$key" "$key ours" 'git by hand' "$key hand" 1
done
# Across 1,000 takes no more than a quarter longer than across 10.
faster 'revert --to across 1000' 'revert --to across 1000 ours' \
  'ours across 10' 'revert --to across 10 ours' 0.8

template=$(fresh template)
revert_template "$template" 300 1 100
revert_job 'revert 300 with content merges' "$template" HEAD~301..HEAD~1 15
