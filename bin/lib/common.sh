# shellcheck shell=bash
# Shared by the commands of bin/. Speaks like a colleague: what is wrong, and what mends it.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

say() { printf '%s\n' "$*" >&2; }
stop() { say "$*"; exit 1; }

# at_exit COMMAND: run at the end, however it comes, the last one named first. The exit status stays what it was.
endings=()
at_exit() { endings=("$1" "${endings[@]}"); }
wind_down() {
  trap '' INT TERM HUP
  local ending
  if [ -n "$under_way" ]; then end_process "-$under_way"; fi
  for ending in "${endings[@]}"; do $ending || true; done
}
trap wind_down EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# interruptible COMMAND...: what takes long. A plain command would keep a signal to this script waiting until it ends;
# this one is ended, with all that it started.
under_way=
interruptible() {
  local status=0
  set -m # a process group of its own
  "$@" </dev/null &
  set +m
  under_way=$!
  wait "$under_way" || status=$?
  under_way=
  return "$status"
}

# end_process PID: asks it to end, waits ten seconds, then insists. -PID is a process group.
end_process() {
  kill -TERM -- "$1" 2>/dev/null || return 0
  for _ in $(seq 100); do
    kill -0 -- "$1" 2>/dev/null || break
    sleep 0.1
  done
  kill -KILL -- "$1" 2>/dev/null || true
  wait "${1#-}" 2>/dev/null || true
}

# Where the data, keys, uploads and the private database live.
lantern_home() {
  local home=${LANTERN_HOME:-$root/.lantern}
  # Others may pass through (the database's own user does), not look.
  [ -d "$home" ] || { mkdir -p "$home" && chmod 711 "$home"; } ||
    stop "LANTERN_HOME=$home cannot be made. Choose a directory you may write to."
  (cd "$home" && pwd)
}
