# shellcheck shell=bash
# Part of ./dev: daemons on this machine's loopback, started and stopped by process id.
#
# A cluster's folder: tandem.toml, catalogue.db, and for each node K: nodeK/ (its data), nodeK.log, nodeK.pid.

readonly bin=$source_dir/build/release/bin

# The id of node K's daemon if it runs. A number left in the file by an earlier life is not believed.
daemon_pid() {
  local folder=$1 number=$2 pid
  pid=$(cat "$folder/node$number.pid" 2>/dev/null) || return 1
  [[ $pid && -r /proc/$pid/cmdline ]] || return 1
  { tr '\0' ' ' <"/proc/$pid/cmdline"; } 2>/dev/null | grep -qF -- "--root $folder/node$number " || return 1
  printf '%s' "$pid"
}

port_answers() {
  (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# start_daemon FOLDER NUMBER PORT: in a session of its own, so that Ctrl-C in a shell does not reach it.
start_daemon() {
  local folder=$1 number=$2 port=$3 waited
  if port_answers "$port"; then
    say "port $port is taken by another program"
    return 1
  fi
  setsid "$bin/storaged" --root "$folder/node$number" --listen "127.0.0.1:$port" --reserve 64MiB \
    </dev/null >>"$folder/node$number.log" 2>&1 &
  echo "$!" >"$folder/node$number.pid"
  disown "$!"  # no word from bash when it is killed
  for ((waited = 0; waited < 100; ++waited)); do
    if port_answers "$port"; then return 0; fi
    kill -0 "$!" 2>/dev/null || break
    sleep 0.1
  done
  tail -n 5 "$folder/node$number.log" >&2
  say "node $number did not start on port $port; its log is $folder/node$number.log"
  return 1
}

# stop_daemon FOLDER NUMBER
stop_daemon() {
  local pid waited
  pid=$(daemon_pid "$1" "$2") || return 0
  kill -CONT "$pid" 2>/dev/null || true
  kill -TERM "$pid" 2>/dev/null || true
  for ((waited = 0; waited < 100; ++waited)); do
    daemon_pid "$1" "$2" >/dev/null || break
    sleep 0.1
  done
  kill -KILL "$pid" 2>/dev/null || true
  rm -f "$1/node$2.pid"
}

# write_config FOLDER NODES PORT: pairs of neighbours, n1+n2, n3+n4, ...
write_config() {
  local folder=$1 nodes=$2 port=$3 pair
  {
    printf '[cluster]\nname = "local"\ncatalogue = "sqlite:catalogue.db"\n'
    for ((pair = 0; pair < nodes / 2; ++pair)); do
      printf '\n[[pair]]\nname = "p%d"\nmembers = ["127.0.0.1:%d", "127.0.0.1:%d"]\n' \
        $((pair + 1)) $((port + 2 * pair)) $((port + 2 * pair + 1))
    done
    printf '\n[limits]\nreserve = "64MiB"\n'
  } >"$folder/tandem.toml"
}

# The ports a cluster's configuration names, in the order of its nodes.
ports_of() {
  grep -o '127\.0\.0\.1:[0-9]*' "$1/tandem.toml" | cut -d: -f2
}

# Starts what is missing; where that fails, what it has started is stopped again.
start_cluster() {
  local folder=$1 number=0 port started=()
  for port in $(ports_of "$folder"); do
    number=$((number + 1))
    if daemon_pid "$folder" "$number" >/dev/null; then continue; fi
    started+=("$number")
    start_daemon "$folder" "$number" "$port" && continue
    for number in "${started[@]}"; do stop_daemon "$folder" "$number"; done
    return 1
  done
}

stop_cluster() {
  local file
  for file in "$1"/node*.pid; do
    [[ -e $file ]] || continue
    file=${file##*/node}
    stop_daemon "$1" "${file%.pid}"
  done
}

# refuse_differing FOLDER NODES PORT: a cluster keeps the nodes and ports it was made with; empty is not asked for.
refuse_differing() {
  local folder=$1 ports there from
  mapfile -t ports < <(ports_of "$folder")
  there=${#ports[@]} from=${ports[0]:-none}
  if [[ ${2:-$there} == "$there" && ${3:-$from} == "$from" ]]; then return; fi
  usage_error "cluster: $folder has $there nodes from port $from, not ${2:-$there} from port ${3:-$from}: leave" \
    "--nodes and --port out, or stop it (./dev cluster down --dir ${folder@Q}) and make another with another --dir"
}

cluster_up() {
  local folder=$1 nodes=$2 port=$3 written=''
  build
  mkdir -p "$folder"
  if [[ ! -e $folder/tandem.toml ]]; then
    write_config "$folder" "$nodes" "$port"
    written=$folder/tandem.toml
  fi
  if ! start_cluster "$folder"; then
    if [[ $written ]]; then rm -f "$written"; fi  # another try may ask for other ports
    die "the cluster in $folder was not started; nothing was left running that did not run before"
  fi
  if [[ ! -e $folder/catalogue.db ]]; then "$bin/tandem" --config "$folder/tandem.toml" init; fi
  say "the cluster in $folder is up; use it with:"
  printf 'export TANDEM_CONFIG=%q PATH=%q:"$PATH"\n' "$folder/tandem.toml" "$bin"
}

cluster_down() {
  stop_cluster "$1"
  say "the cluster in $1 is down; its data is kept"
}

cluster_status() {
  local folder=$1 number=0 port pid
  for port in $(ports_of "$folder"); do
    number=$((number + 1))
    if pid=$(daemon_pid "$folder" "$number"); then
      echo "node $number  127.0.0.1:$port  process $pid"
    else
      echo "node $number  127.0.0.1:$port  not running"
    fi
  done
  "$bin/tandem" --config "$folder/tandem.toml" status
}

cluster() {
  local action=${1:-} nodes='' folder=$source_dir/build/cluster port=''
  shift || true
  while (($#)); do
    case $1 in
      --nodes) nodes=${2:?--nodes needs a number}; shift 2 ;;
      --dir) folder=$(realpath -m -- "${2:?--dir needs a folder}"); shift 2 ;;
      --port) port=${2:?--port needs a number}; shift 2 ;;
      *) usage_error "cluster: unknown argument $1" ;;
    esac
  done
  if [[ -e $folder/tandem.toml ]]; then refuse_differing "$folder" "$nodes" "$port"; fi
  nodes=${nodes:-4} port=${port:-7001}
  [[ $nodes =~ ^[1-9][0-9]*$ ]] && ((nodes % 2 == 0)) || usage_error "cluster: --nodes must be even"
  [[ $port =~ ^[1-9][0-9]*$ ]] && ((port + nodes <= 65536)) || usage_error "cluster: --port is not a port"
  case $action in
    up) cluster_up "$folder" "$nodes" "$port" ;;
    down | status)
      # Daemons whose configuration was deleted can still be stopped.
      [[ -e $folder/tandem.toml ]] || { [[ $action == down ]] && compgen -G "$folder/node*.pid" >/dev/null; } ||
        die "there is no cluster in $folder (./dev cluster up makes one)"
      "cluster_$action" "$folder"
      ;;
    *) usage_error "cluster: up, down or status" ;;
  esac
}
