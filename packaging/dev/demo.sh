# shellcheck shell=bash
# Part of ./dev: the main job, from import to a killed daemon and back to health, on real files.

readonly demo_files_wanted=3000
demo_folder=

step() { printf '[%3d s] %s\n' "$((SECONDS - demo_started))" "$*"; }

demo_tandem() { "$bin/tandem" --config "$demo_folder/tandem.toml" "$@"; }

demo_clean_up() {
  local status=$?
  trap - EXIT
  [[ $demo_folder ]] || exit "$status"
  stop_cluster "$demo_folder"
  if ((status)) && [[ ! -t 1 ]]; then tail -n 20 "$demo_folder"/node*.log >&2 || true; fi
  rm -rf "$demo_folder"
  exit "$status"
}

# A folder whose file system keeps user attributes, which the nodes need.
make_demo_folder() {
  local candidate
  for candidate in "${TMPDIR:-/tmp}" "$source_dir/build"; do
    demo_folder=$(mktemp -d "$candidate/tandem-demo.XXXXXX") || continue
    if setfattr -n user.tandem.probe -v 1 "$demo_folder" 2>/dev/null; then return; fi
    rmdir "$demo_folder"
    demo_folder=
  done
  die "neither ${TMPDIR:-/tmp} nor build/ keeps user attributes; set TMPDIR to a folder that does"
}

# Four neighbouring ports nobody uses, below the range the system hands out by itself.
start_demo_daemons() {
  local attempt port
  for attempt in 1 2 3 4 5; do
    port=$((15000 + (RANDOM % 4000) * 4))
    write_config "$demo_folder" 4 "$port"
    if start_cluster "$demo_folder"; then return; fi
    rm -rf "$demo_folder"/node*
    say "attempt $attempt: trying other ports"
  done
  die "no free ports found"
}

# copy_some FROM TO: whole folders of FROM until TO holds enough files.
copy_some() {
  local folders already
  mkdir -p "$2"
  already=$(find "$2" -type f | wc -l)
  mapfile -t folders < <(cd "$1" && find . -mindepth 2 -type f -printf '%P\n' | cut -d/ -f1 | sort | uniq -c |
    awk -v total="$already" -v wanted="$demo_files_wanted" 'total < wanted { total += $1; print $2 }')
  if ((${#folders[@]})); then
    (cd "$1" && cp -r --no-dereference --preserve=mode,timestamps -- "${folders[@]}" "$2/")
  fi
}

# import/sources: this project. import/machine: real folders of this machine, some thousand files; symbolic
# links are left behind.
collect_import() {
  local import=$1 folder
  mkdir -p "$import/sources"
  tar --exclude=./build --exclude=./.git -cf - . | tar -C "$import/sources" -xf -
  for folder in /usr/share/doc /usr/share/zoneinfo /usr/include; do
    if [[ -d $folder ]]; then copy_some "$folder" "$import/machine"; fi
  done
  find "$import" ! -type f ! -type d -delete
}

checksums_of() {
  (cd "$1" && find . -type f -print0 | sort -z | xargs -0 sha256sum)
}

# read_everything_back WHEN: every file out of the store, its checksum held against the original's.
read_everything_back() {
  rm -rf "$demo_folder/back"
  mkdir "$demo_folder/back"
  demo_tandem get -r /import "$demo_folder/back"
  (cd "$demo_folder/back/import" && sha256sum --quiet -c "$demo_folder/sums") || die "a file differs $1"
  diff -r "$demo_folder/import" "$demo_folder/back/import" || die "the trees differ $1"
  step "read back $(wc -l <"$demo_folder/sums") files: every checksum is right"
}

# The same changes to the store and, with ordinary commands, to the original.
change_both() {
  local import=$demo_folder/import
  demo_tandem run - <<'SCRIPT'
mkdir /import/while-down
write /import/while-down/note <<END
written while one member was gone
END
write /import/sources/README.md --append "one more line"
mv /import/sources/gateway /import/while-down/gateway-moved
mv /import/sources/LICENSE /import/while-down/licence
rm /import/sources/CHANGELOG.md
rm -r /import/sources/docs
SCRIPT
  mkdir "$import/while-down"
  printf 'written while one member was gone\n' >"$import/while-down/note"
  printf 'one more line' >>"$import/sources/README.md"
  mv "$import/sources/gateway" "$import/while-down/gateway-moved"
  mv "$import/sources/LICENSE" "$import/while-down/licence"
  rm "$import/sources/CHANGELOG.md"
  rm -r "$import/sources/docs"
  cp -r "$import/sources/protocol" "$demo_folder/protocol-again"
  demo_tandem put -r "$demo_folder/protocol-again" /import/while-down
  mv "$demo_folder/protocol-again" "$import/while-down/"
  checksums_of "$import" >"$demo_folder/sums"
}

demo() {
  local pid
  (($# == 0)) || usage_error "demo takes no argument"
  setup demo
  build
  demo_started=$SECONDS
  make_demo_folder
  trap demo_clean_up EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  start_demo_daemons
  step "four daemons run: $(ports_of "$demo_folder" | tr '\n' ' ')"
  demo_tandem init
  collect_import "$demo_folder/import"
  checksums_of "$demo_folder/import" >"$demo_folder/sums"
  step "importing $(wc -l <"$demo_folder/sums") files in $(find "$demo_folder/import" -type d | wc -l) folders," \
    "$(du -sh "$demo_folder/import" | cut -f1)"
  demo_tandem put -r "$demo_folder/import" /
  # A machine that is busy with other things may have let a daemon miss something: first have two copies of all.
  demo_tandem heal
  step "imported"

  pid=$(daemon_pid "$demo_folder" 2) || die "node 2 is not running"
  kill -KILL "$pid"
  step "killed node 2 (process $pid) with SIGKILL"
  read_everything_back "while node 2 is gone"
  change_both
  step "wrote, moved and removed more while node 2 is gone"
  demo_tandem status || step "status: not healthy, as it should be"

  start_daemon "$demo_folder" 2 "$(ports_of "$demo_folder" | sed -n 2p)" || die "node 2 did not come back"
  step "node 2 runs again; healing"
  demo_tandem heal
  demo_tandem status || die "the cluster is not healthy after healing"
  diff -r "$demo_folder/node1/tree" "$demo_folder/node2/tree" || die "the members of p1 differ"
  diff -r "$demo_folder/node3/tree" "$demo_folder/node4/tree" || die "the members of p2 differ"
  step "healthy; both members of each pair hold the same $(find "$demo_folder"/node[13]/tree -type f | wc -l) files"
  read_everything_back "after healing"

  if [[ -t 0 && -t 1 ]]; then
    step "this is the shell of that cluster; 'help' lists the commands, 'exit' ends it and cleans up"
    demo_tandem shell
  else
    step "done"
  fi
}
