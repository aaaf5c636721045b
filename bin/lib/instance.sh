# shellcheck shell=bash
# shellcheck disable=SC2034 # used by those who read this
# One Lantern on this machine: its home, its program, its database. Needs common.sh and cluster.sh.
configuration=${LANTERN_CONFIGURATION:-release}
port=${LANTERN_PORT:-8080}
lantern=$root/.build/$configuration/lantern

# instance_build: builds what changed; quick when nothing did.
instance_build() {
  # Beside the directory of the configuration, which the build lays anew as a link.
  local stamp=$root/.build/.lantern-built-$configuration
  if [ -x "$lantern" ] && [ -e "$stamp" ] &&
    [ -z "$(find "$root/Sources" "$root/Package.swift" -newer "$stamp" -print -quit)" ]; then return; fi
  [ -x "$lantern" ] || say "Building Lantern for the first time ($configuration): about nine minutes on two cores. The next start takes seconds."
  # Dated before the build, so that what is edited meanwhile is built the next time.
  mkdir -p "$(dirname "$stamp")"
  touch "$stamp.new"
  interruptible swift build --package-path "$root" -c "$configuration" --product lantern >&2 ||
    stop "Lantern could not be built: the compiler says above why."
  mv "$stamp.new" "$stamp"
}

# instance_open: sets home and private, exports LANTERN_HOME, LANTERN_ROOT, DATABASE_URL; starts the private server where
# DATABASE_URL names none. Whoever uses the server holds a share of one lock, so that who leaves last stops it.
instance_open() {
  home=$(lantern_home)
  export LANTERN_HOME=$home LANTERN_ROOT=$root
  private=no
  [ -z "${DATABASE_URL:-}" ] || return 0
  private=yes
  exec 8>"$home/in-use.lock" || stop "$home cannot be written to. Choose another LANTERN_HOME."
  flock -s 8
  at_exit instance_close
  cluster_start "$home" durable
  local there
  there=$(psql -XAtq -d "$server dbname=postgres" -c "SELECT 1 FROM pg_database WHERE datname = 'lantern'") ||
    stop "The private database does not answer; the end of $cluster/log says why."
  [ "$there" = 1 ] || psql -Xq -d "$server dbname=postgres" -c "CREATE DATABASE lantern" >&2
  export DATABASE_URL="$server dbname=lantern"
}

instance_close() {
  if flock -n -x 8; then cluster_stop "$home"; fi
  exec 8>&-
}
