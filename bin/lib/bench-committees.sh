# shellcheck shell=bash
# The training matrix and the forecast of a committee with many members, against their cost where one page holds everybody.
many=${2:-5000}
ask="$scratch/ask.sql"
day=$(date +%F)
# least SQL: milliseconds of the best of nine, as the web asks: its role, row level security on.
least() {
  { printf '%s\n' '\timing on' "begin read only; select account_id from sec.enter('\\x01');"; for _ in 1 2 3 4 5 6 7 8 9; do echo "$1;"; done; echo 'commit;'; } >"$ask"
  psql -Xq -d "$DATABASE_URL user=lantern_app" -o /dev/null -f "$ask" 2>&1 | awk '/^Time:/ {print $2}' | tail -n +3 | head -n 9 | sort -g | head -1
}
# page ADDRESS: milliseconds of the best of nine answers of the service.
page() {
  for _ in 1 2 3 4 5 6 7 8 9; do curl -s -o /dev/null -w '%{http_code} %{time_total}\n' -H "Cookie: lantern=$cookie" "http://127.0.0.1:$free$1"; done |
    awk '$1 != 200 { print "no page: " $1 > "/dev/stderr"; exit 1 } { print $2 * 1000 }' | sort -g | head -1
}
matrix="SELECT p.id, t.* FROM (SELECT m.id, m.sort_name FROM member m
   WHERE EXISTS (SELECT FROM appointment a WHERE a.member_id = m.id AND a.starts_on <= '$day' AND (a.ends_before IS NULL OR a.ends_before > '$day') OFFSET 0) ORDER BY m.sort_name, m.id LIMIT 51) p
  LEFT JOIN LATERAL (SELECT * FROM training_matrix('$day') x WHERE x.member_id = p.id OFFSET 0) t ON true ORDER BY p.sort_name, p.id, t.course_id"
declare -A took
for size in 50 "$many"; do
  database "lantern_members_$size"
  sql -f "$root/Tests/Volume/county.sql" >/dev/null
  sql -c "SET lantern.members = '$size'" -f "$root/Tests/Volume/committees.sql" >/dev/null
  sql -c "VACUUM ANALYZE" >/dev/null
  committee=$(sql -c "SELECT id FROM committee WHERE regime = 'la2003' AND authority_id = 1 ORDER BY name LIMIT 1")
  took[matrix-$size]=$(least "$matrix")
  took[forecast-$size]=$(least "SELECT * FROM committee_strength(ARRAY['$committee']::uuid[], '$day', 90)")
  token=BENCHBENCHBENCHBENCHBENCHBENCH12
  sql -c "INSERT INTO sec.session (token_hash, account_id, stage, ends_at, last_seen_at)
          VALUES (sha256('$token'), '00000000-0000-0000-0000-000000000001', 'full', now() + interval '8 hours', now())" >/dev/null
  cookie=$(printf %s "$token" | base64 | tr '+/' '-_' | tr -d '=')
  free=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  "$lantern" serve --port "$free" >"$scratch/serve.log" 2>&1 &
  service=$!
  until grep -q "Lantern is at" "$scratch/serve.log"; do kill -0 "$service" || stop "$(cat "$scratch/serve.log")"; read -rt 0.05 <> <(:) || true; done
  took[matrixpage-$size]=$(page /training)
  took[committeepage-$size]=$(page "/committees/$committee")
  end_process "$service"
  service=
done
tell() { echo "$2: ${took[$1-$many]} ms at $many members, ${took[$1-50]} ms at 50: $(ratio "${took[$1-$many]}" "${took[$1-50]}") times (1.5 or less)"; }
tell matrix "matrix, 51 members: its query"
tell forecast "forecast of a committee, 90 days: its query"
tell matrixpage "page of the matrix"
tell committeepage "page of a committee, with its forecast"
