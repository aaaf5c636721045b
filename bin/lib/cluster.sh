# A private PostgreSQL 15 with PostGIS: one directory, a unix socket, no port. Works as root (the server then runs as
# the user postgres, since it refuses to run as root) and as a normal user.
pg_bin=/usr/lib/postgresql/15/bin

# cluster_as COMMAND...: as the user that owns the server.
cluster_as() {
  if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi
}

# cluster_paths HOME: sets $cluster (data) and $socket. A socket's path must stay under 107 bytes and every parent must
# be open to the server's user; where the home is not, both go below /var/tmp under a stable name.
cluster_paths() {
  local home=$1
  cluster=$home/postgres
  if [ "$(id -u)" = 0 ] && ! runuser -u postgres -- test -x "$home"; then
    cluster=/var/tmp/lantern-$(printf %s "$home" | sha256sum | cut -c1-12)
  fi
  socket=$cluster
  if [ ${#socket} -gt 80 ]; then
    socket=/tmp/lantern-$(printf %s "$home" | sha256sum | cut -c1-12)
  fi
}

# cluster_start HOME durable|throwaway: starts it if it is not running; sets $started to yes or no, exports DATABASE_URL.
cluster_start() {
  local home=$1 kind=$2 tuning
  cluster_paths "$home"
  started=no
  mkdir -p "$cluster" "$socket"
  chmod 700 "$cluster" "$socket"
  if [ "$(id -u)" = 0 ]; then chown postgres "$cluster" "$socket"; fi
  if [ ! -s "$cluster/data/PG_VERSION" ]; then
    cluster_as "$pg_bin/initdb" -D "$cluster/data" -U postgres -A trust --locale=C.UTF-8 -E UTF8 --no-instructions \
      $([ "$kind" = throwaway ] && echo --no-sync) >"$home/initdb.log" 2>&1 ||
      stop "The database could not be made; $home/initdb.log says why."
  fi
  tuning="-c listen_addresses='' -c unix_socket_directories='$socket' -c unix_socket_permissions=0700 -c max_connections=300
    -c shared_buffers=${LANTERN_SHARED_BUFFERS:-256MB} -c work_mem=32MB -c maintenance_work_mem=128MB -c effective_cache_size=1GB -c random_page_cost=1.1
    -c jit=off -c max_parallel_workers_per_gather=2 -c timezone=UTC -c log_statement=none -c log_min_error_statement=panic"
  if [ "$kind" = throwaway ]; then tuning="$tuning -c fsync=off -c synchronous_commit=off -c full_page_writes=off"; fi
  if ! cluster_as "$pg_bin/pg_ctl" -D "$cluster/data" status >/dev/null 2>&1; then
    cluster_as "$pg_bin/pg_ctl" -D "$cluster/data" -w -t 60 -l "$cluster/log" start -o "$(echo $tuning)" >/dev/null ||
      stop "The database did not start; the end of $cluster/log says why: $(tail -n 2 "$cluster/log" 2>/dev/null)"
    started=yes
  fi
  server="host=$socket user=postgres"
}

# cluster_stop HOME: quickly but cleanly.
cluster_stop() {
  cluster_paths "$1"
  cluster_as "$pg_bin/pg_ctl" -D "$cluster/data" -m fast -w stop >/dev/null 2>&1 || true
}
