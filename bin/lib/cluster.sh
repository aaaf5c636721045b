# shellcheck shell=bash
# A private PostgreSQL 15 with PostGIS: one directory, a unix socket, no port. Works as root (the server then runs as
# the user postgres, since it refuses to run as root) and as a normal user. Needs common.sh.
# Whoever reaches the socket is trusted, so it stands in a directory that only the server's user and root may enter.
pg_bin=/usr/lib/postgresql/15/bin

# cluster_as COMMAND...: as the user that owns the server. Of the locks a command holds, the server inherits none: it
# outlives the command.
cluster_as() {
  if [ "$(id -u)" = 0 ]; then (cd / && exec runuser -u "$server_user" -- "$@") 8>&- 9>&-; else "$@" 8>&- 9>&-; fi
}

# cluster_paths HOME: sets $server_user, $cluster (data) and $socket. Every parent must be open to the server's user,
# and a socket's path must stay under 107 bytes and be plain enough for a connection string; where the home will not do,
# another place with a name that stays takes over.
cluster_paths() {
  local home=$1 mark LC_ALL=C
  mark=$(printf %s "$home" | sha256sum | cut -c1-12)
  server_user=$(id -un)
  cluster=$home/postgres
  if [ "$(id -u)" = 0 ]; then
    server_user=postgres
    # What was begun in one place, by one user, stays there and that user's.
    if [ -d "$home/postgres/data" ]; then :
    elif [ -d "/var/lib/lantern/$mark/data" ] || ! runuser -u postgres -- test -x "$home"; then cluster=/var/lib/lantern/$mark; fi
    if [ -d "$cluster/data" ]; then server_user=$(stat -c %U "$cluster/data"); fi
  fi
  socket=$cluster
  if [ ${#socket} -gt 90 ] || [[ $socket == *[!A-Za-z0-9/._-]* ]]; then socket=/tmp/lantern-$server_user-$mark; fi
}

# cluster_own DIRECTORY: makes it for the server's user alone, and refuses one that somebody else laid there: below
# /tmp anybody may, and whoever owns the directory would be trusted.
cluster_own() {
  if [ ! -e "$1" ] && [ ! -L "$1" ]; then
    # shellcheck disable=SC2174 # the parents are anybody's
    mkdir -m 700 -p "$1" || stop "$1 cannot be made: check who owns the directories above it, or choose another LANTERN_HOME."
    if [ "$(id -u)" = 0 ]; then chown -h "$server_user" "$1"; fi
  fi
  if [ -L "$1" ] || [ ! -d "$1" ] || [ "$(stat -c %U "$1")" != "$server_user" ]; then
    stop "$1 should be a directory of the user $server_user, and is not: $(stat -c 'it is a %F of %U' "$1").
Run this as the user who made it, or choose another LANTERN_HOME."
  fi
  chmod 700 "$1"
}

# cluster_running: whether the server of $cluster runs. After a power cut its pid file stays, and by now the pid may be
# another program's, which pg_ctl would take for the server.
cluster_running() {
  local pid
  pid=$(head -n 1 "$cluster/data/postmaster.pid" 2>/dev/null) || return 1
  [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = postgres ] && [ "$(readlink "/proc/$pid/cwd")" = "$(readlink -f "$cluster/data")" ] && return 0
  rm -f "$cluster/data/postmaster.pid" "$socket"/.s.PGSQL.*
  return 1
}

# cluster_start HOME durable|throwaway: starts it if it is not running; sets $server, the connection of its superuser.
cluster_start() {
  local home=$1 kind=$2 lock options=(
    listen_addresses='' unix_socket_permissions=0700 max_connections=300
    shared_buffers="${LANTERN_SHARED_BUFFERS:-256MB}" work_mem=32MB maintenance_work_mem=128MB effective_cache_size=1GB
    random_page_cost=1.1 jit=off max_parallel_workers_per_gather=2 timezone=UTC
    # Its log may be read by those who may not read the register.
    log_statement=none log_min_error_statement=panic)
  cluster_paths "$home"
  if [[ $cluster == /var/lib/lantern/* ]]; then
    mkdir -p /var/lib/lantern
    chmod 711 /var/lib/lantern
    [ -d "$cluster" ] || [ "$kind" = throwaway ] ||
      say "The database's user, postgres, may not enter $home, so the database is kept in $cluster."
  fi
  cluster_own "$cluster"
  cluster_own "$socket"
  server="host=$socket user=postgres"
  options+=("unix_socket_directories=$socket")
  if [ "$kind" = throwaway ]; then options+=(fsync=off synchronous_commit=off full_page_writes=off); fi
  # Containers give little of the shared memory that parallel queries take by default.
  if [ "$(df --output=size -k /dev/shm 2>/dev/null | tail -n 1)" -lt 262144 ] 2>/dev/null; then options+=(dynamic_shared_memory_type=sysv); fi

  # Two commands at once: the second finds what the first began.
  exec {lock}>"$home/postgres.lock" || stop "$home cannot be written to. Choose another LANTERN_HOME."
  flock "$lock"
  if [ ! -s "$cluster/data/PG_VERSION" ]; then
    # Under another name until it is whole.
    rm -rf "$cluster/data.new"
    # shellcheck disable=SC2046 # one word or none
    cluster_as "$pg_bin/initdb" -D "$cluster/data.new" -U postgres --auth-local=trust --auth-host=reject --locale=C.UTF-8 -E UTF8 \
      --no-instructions $([ "$kind" = durable ] || echo --no-sync) >"$home/initdb.log" 2>&1 {lock}>&- ||
      stop "The database could not be made: $(tail -n 1 "$home/initdb.log")
All that was said is in $home/initdb.log."
    mv -T "$cluster/data.new" "$cluster/data"
  fi
  [ "$(cat "$cluster/data/PG_VERSION")" = 15 ] ||
    stop "The data in $cluster are of PostgreSQL $(cat "$cluster/data/PG_VERSION"), and Lantern runs PostgreSQL 15. Choose another LANTERN_HOME."
  if ! cluster_running; then
    local words=
    for option in "${options[@]}"; do words+="-c ${option%%=*}='${option#*=}' "; done
    # Parts of a server that was killed take a moment to notice; the second try finds them gone.
    cluster_as "$pg_bin/pg_ctl" -D "$cluster/data" -w -t 120 -l "$cluster/log" start -o "$words" >/dev/null 2>&1 {lock}>&- ||
      { sleep 2; cluster_as "$pg_bin/pg_ctl" -D "$cluster/data" -w -t 120 -l "$cluster/log" start -o "$words" >/dev/null {lock}>&-; } ||
      stop "The database did not start: $(grep -E 'FATAL|PANIC|HINT' "$cluster/log" | tail -n 2)
All that was said is in $cluster/log."
  fi
  exec {lock}>&-
}

# cluster_stop HOME [MODE]: quickly but cleanly.
cluster_stop() {
  cluster_paths "$1"
  cluster_as "$pg_bin/pg_ctl" -D "$cluster/data" -m "${2:-fast}" -t 60 -w stop >/dev/null 2>&1 || true
}

# cluster_remove HOME: stops a throw-away server and leaves nothing of it.
cluster_remove() {
  cluster_stop "$1" immediate
  rm -rf -- "$cluster" "$socket" "$1"
}
