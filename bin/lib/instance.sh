# One Lantern on this machine: its home, its program, its database. Needs common.sh and cluster.sh.
configuration=${LANTERN_CONFIGURATION:-release}
port=${LANTERN_PORT:-8080}
lantern=$root/.build/$configuration/lantern

# instance_build [PRODUCT]: builds what changed; quick when nothing did.
instance_build() {
  local stamp=$root/.build/$configuration/.lantern-built begun
  if [ -x "$lantern" ] && [ -e "$stamp" ] &&
    [ -z "$(find "$root/Sources" "$root/Package.swift" -newer "$stamp" -print -quit)" ]; then return; fi
  [ -x "$lantern" ] || say "Building Lantern for the first time ($configuration). This takes some minutes; the next start takes seconds."
  begun=$(mktemp)
  (cd "$root" && swift build -c "$configuration" --product lantern >&2) || {
    rm -f "$begun"
    stop "Lantern could not be built: the compiler says above why. Lantern was not started."
  }
  cp -p "$begun" "$stamp" 2>/dev/null || true
  rm -f "$begun"
}

# instance_open: sets home, exports LANTERN_HOME, LANTERN_ROOT, DATABASE_URL; starts the private server where
# DATABASE_URL names none. Sets $started to yes where it did.
instance_open() {
  home=$(lantern_home)
  export LANTERN_HOME=$home LANTERN_ROOT=$root
  started=no
  private=no
  if [ -z "${DATABASE_URL:-}" ]; then
    private=yes
    cluster_start "$home" durable
    local there
    there=$(psql -XAtq -d "$server dbname=postgres" -c "SELECT 1 FROM pg_database WHERE datname = 'lantern'") ||
      stop "The private database does not answer; the end of $cluster/log says why."
    [ "$there" = 1 ] || psql -Xq -d "$server dbname=postgres" -c "CREATE DATABASE lantern" >&2
    export DATABASE_URL="$server dbname=lantern"
  fi
}

# instance_close: stops what instance_open started, unless bin/serve runs on this home by now and needs it.
instance_close() {
  if [ "${started:-no}" = yes ] && { [ "${serving:-no}" = yes ] || flock -n "$home/serve.lock" true; }; then cluster_stop "$home"; fi
  started=no
}
