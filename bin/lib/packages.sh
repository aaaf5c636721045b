# shellcheck shell=bash
# The Debian packages that Lantern stands on, and why. README.md says it again for readers; this is what is installed.
# For whom ("serve" is needed by the tests also), package, reason.
packages() {
  cat <<'LIST'
serve  postgresql-15            the database server, run privately by bin/serve
serve  postgresql-15-postgis-3  places and distances in the database
serve  libpq-dev                the database's own client library, which the program is built on
serve  libargon2-dev            hashes passwords
serve  zlib1g-dev               header that the network library is built with
serve  xlsx2csv                 reads spreadsheets that are imported
serve  msmtp                    speaks to a mail server, where one is configured
serve  curl                     speaks to GOV.UK Notify, where a key is configured
serve  pkg-config               tells the Swift compiler where those libraries are
serve  git                      fetches the Swift packages
serve  ca-certificates          so that what is fetched comes from whom it should
serve  python3                  fetches and checks the front-end files
serve  python3-pip              the same
serve  python3-venv             keeps what makes PDF files apart, and the Python packages of the browser tests
serve  libpangoft2-1.0-0        lays out the text of PDF files
serve  libharfbuzz-subset0      puts into PDF files only the letters they use
serve  fonts-liberation         letters as wide as Arial's: those of PDF files, and pages measure the same everywhere
test   chromium                 the browser of the browser tests
bench  wrk                      asks for pages as fast as they come
LIST
}

# packages_missing serve|test|bench: those not installed, on one line.
packages_missing() {
  local wanted=() present
  while read -r whom name _; do
    if [ "$whom" = serve ] || [ "$whom" = "$1" ]; then wanted+=("$name"); fi
  done < <(packages)
  # Fails where one of them was never heard of, which is no failure here.
  present=$(dpkg-query -W -f='${db:Status-Status} ${Package}\n' "${wanted[@]}" 2>/dev/null | sed -n 's/^installed //p' || true)
  for name in "${wanted[@]}"; do
    grep -qxF -- "$name" <<<"$present" || printf '%s ' "$name"
  done
}

# packages_install NAME...: by apt, as root or through sudo. Says what it does, since it changes the machine.
packages_install() {
  local become=() log
  local install=(apt-get install -y --no-install-recommends "$@")
  if [ "$(id -u)" != 0 ]; then
    # Without a terminal nobody could answer sudo's question.
    if ! command -v sudo >/dev/null || { [ ! -t 0 ] && ! sudo -n true 2>/dev/null; }; then
      stop "These Debian packages are missing, and only root may install them: $*
As root, run
  apt-get update && ${install[*]}
and then this again."
    fi
    become=(sudo)
  fi
  say "Installing from Debian: $*"
  # A server of Debian's own, on its port, is not wanted: ours is private.
  if [ ! -e /etc/postgresql-common/createcluster.conf ] && [[ " $* " == *" postgresql-15 "* ]]; then
    "${become[@]}" sh -c 'mkdir -p /etc/postgresql-common && echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf'
  fi
  become+=(env DEBIAN_FRONTEND=noninteractive)
  install+=(-o DPkg::Lock::Timeout=300)
  log=$(mktemp)
  # Lists of yesterday may name versions that are gone; a repository of somebody else's that fails need not stop us.
  if [ -z "$(find /var/lib/apt/lists -maxdepth 1 -name '*_Packages*' -mmin -720 -print -quit 2>/dev/null)" ]; then
    "${become[@]}" apt-get update >"$log" 2>&1 || true
  fi
  "${become[@]}" "${install[@]}" >>"$log" 2>&1 || {
    "${become[@]}" apt-get update >>"$log" 2>&1 || true
    "${become[@]}" "${install[@]}" >>"$log" 2>&1 || {
      grep -E '^(E|W):' "$log" | sort -u >&2 || tail -n 5 "$log" >&2
      stop "apt could not install them; it says why above, and all it said is in $log.
Once that is mended, run this again. By hand it is: apt-get update && apt-get install -y --no-install-recommends $*"
    }
  }
  rm -f "$log"
}
