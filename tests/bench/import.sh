# shellcheck shell=bash disable=SC2154  # `common` sets what is not set here
# The other two parts of a backup: a database dump into an empty schema of a
# server of our own, and uploaded files into a directory that is not there yet.

# import_here ARGS...: a sample of ours, away from any repository of a person's.
import_here() {
  local key=$1
  shift
  sample "$key" "$backgraft" -C "$outside" --progress never import "$@"
}
outside=$(fresh outside)
repository "$outside"

# --- The database -----------------------------------------------------------

# serve DIR: a server of a copy of the empty data in $empty, on DIR/socket; every
# sample has one of its own, with nothing to write back of the sample before.
serve() {
  cp -a -- "$empty" "$1"
  mkdir "$1/tmp"
  mariadbd --no-defaults --user="$(id -un)" --datadir="$1" --tmpdir="$1/tmp" \
    --socket="$1/socket" --skip-networking --skip-log-bin \
    --max-allowed-packet=64M >"$1/log" 2>&1 &
  server=$!
  client=(mariadb --no-defaults --user=root --socket="$1/socket"
    --default-character-set=utf8mb4)
  local try
  for ((try = 0; try < 300; try++)); do
    if "${client[@]}" -e 'CREATE DATABASE IF NOT EXISTS site' 2>/dev/null; then
      return
    fi
    sleep 0.1
  done
  cat "$1/log" >&2
  fail 'mariadbd does not start'
}

stop_serving() {
  kill "$server"
  wait "$server" || true
  server=
}

# What every table of `site` holds.
checksums() {
  local tables
  tables=$("${client[@]}" -N -e 'SELECT GROUP_CONCAT(TABLE_NAME ORDER BY 1)
    FROM information_schema.TABLES WHERE TABLE_SCHEMA = "site"
    AND TABLE_NAME NOT LIKE "\_\_%"')
  "${client[@]}" -N site -e "CHECKSUM TABLE $tables"
}

# database_dump: prints the path of a dump as mariadb-dump writes it.
database_dump() {
  local dump=$place/data/shop_live_2026-01-15T10-00-00_UTC_database.sql.gz
  if [[ ! -e $dump ]]; then
    local source
    source=$(fresh source)
    serve "$source"
    "$root/tests/bench/site_data" sql | "${client[@]}" site
    mariadb-dump --no-defaults --user=root --socket="$source/socket" site |
      gzip >"$dump.part"
    stop_serving
    mv -- "$dump.part" "$dump"
  fi
  echo "$dump"
}

# What people do today. $1: dump, $2: socket.
# shellcheck disable=SC2016  # the inner bash expands it
load_by_hand='set -eo pipefail
  gunzip -c "$1" |
    mariadb --no-defaults --user=root --socket="$2" --default-character-set=utf8mb4 site'

database_job() {
  local key='import db' dump at run theirs ours
  dump=$(database_dump)
  for ((run = 1; run <= runs; run++)); do
    printf '%s: run %d of %d\n' "$key" "$run" "$runs"

    at=$(fresh server)
    serve "$at"
    sample "$key hand" bash -c "$load_by_hand" hand "$dump" "$at/socket"
    theirs=$(checksums)
    stop_serving

    at=$(fresh server)
    serve "$at"
    import_here "$key ours" db "$dump" \
      --database-url "mysql://root@localhost/site?socket=$at/socket"
    ours=$(checksums)
    stop_serving
    [[ -n $ours && $ours == "$theirs" ]] ||
      fail "$key: the tables are not those that mariadb loads"
  done
  faster "$key" "$key ours" 'gunzip | mariadb' "$key hand" 1.4
  # The largest statement is of mariadb-dump's net_buffer_length, 1 MB.
  memory "$key" "$key ours" 65
}

server=
empty=$(fresh empty)
mariadb-install-db --no-defaults --user="$(id -un)" --datadir="$empty" \
  --skip-test-db --auth-root-authentication-method=normal >"$scratch/install" 2>&1 ||
  { cat "$scratch/install" >&2 && fail 'no database can be made'; }
trap '[[ -z $server ]] || stop_serving; rm -rf -- "$scratch"' EXIT
database_job

# --- Files ------------------------------------------------------------------

# files_backup WHAT: prints the path of an archive of what `site_data WHAT` makes.
files_backup() {
  local archive=$place/data/$1_live_2026-01-15T10-00-00_UTC_files.tar.gz made
  if [[ ! -e $archive ]]; then
    made=$(fresh made)
    "$root/tests/bench/site_data" "$1" "$made/files_live"
    tar czf "$archive.part" --sort=name --owner=0 --group=0 -C "$made" files_live
    mv -- "$archive.part" "$archive"
  fi
  echo "$archive"
}

# files_job KEY WHAT
# files_job WHAT DATA RATIO
files_job() {
  local key=$1 archive theirs ours run
  archive=$(files_backup "$2")
  for ((run = 1; run <= runs; run++)); do
    printf '%s: run %d of %d\n' "$key" "$run" "$runs"

    theirs=$(fresh untar)
    mkdir "$theirs"
    sample "$key tar" tar xzf "$archive" -C "$theirs"

    ours=$(fresh ours)
    import_here "$key ours" files "$archive" "$ours"
    diff -r "$theirs/files_live" "$ours" >&2 ||
      fail "$key: the files are not those that tar writes"
  done
  faster "$key" "$key ours" 'tar xzf' "$key tar" "$3"
  memory "$key" "$key ours" 256
}

files_job 'import files, pictures' uploads 1.5
files_job 'import files, small' small 1
