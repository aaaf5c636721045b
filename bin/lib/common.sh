# shellcheck shell=bash
# Shared by the commands of bin/. Speaks like a colleague: what is wrong, and what mends it.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

say() { printf '%s\n' "$*" >&2; }
stop() { say "$*"; exit 1; }

# Where the data, keys, uploads and the private database live.
lantern_home() {
  local home=${LANTERN_HOME:-$root/.lantern}
  # Others may pass through (the database's own user does), not look.
  [ -d "$home" ] || { mkdir -p "$home" && chmod 711 "$home"; } ||
    stop "LANTERN_HOME=$home cannot be made. Choose a directory you may write to."
  (cd "$home" && pwd)
}
