# Shared by the commands of bin/. Speaks like a colleague: what is wrong, and what mends it.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

say() { printf '%s\n' "$*" >&2; }
stop() { say "$*"; exit 1; }

# Where the data, keys, uploads and the private database live.
lantern_home() {
  local home=${LANTERN_HOME:-$root/.lantern}
  mkdir -p "$home" || stop "LANTERN_HOME=$home cannot be made. Choose a directory you may write to."
  (cd "$home" && pwd)
}

# Runs a command as root: as it is, or by sudo.
as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else stop "This needs root: $*
Run it as root, or install sudo, and try again."; fi
}
