# shellcheck shell=bash
# Suggestions, places of a hot spot and the map's data, each against the bare query of the same rows on the same server.
items=${2:-100000}
places=${3:-145000}
ask="$scratch/ask.sql"
rule=$(python3 -c 'import json, sys; print(json.dumps(json.load(open(sys.argv[1]))["suggestions"]).replace(chr(39), chr(39) * 2))' "$root/Config/policy.json")
# least RUNS SQL: milliseconds of the best run after one that warms, as the web asks: its role, row level security on.
least() {
  { printf '%s\n' '\timing on' "begin read only; select account_id from sec.enter('\\x01');"; for _ in $(seq 0 "$1"); do echo "$2;"; done; } >"$ask"
  psql -Xq -v ON_ERROR_STOP=1 -d "$DATABASE_URL user=lantern_app" -o /dev/null -f "$ask" | awk '/^Time:/ {print $2}' | tail -n +4 | sort -g | head -1
}
# bare RUNS SQL: the same as the owner of everything, whom no policy concerns.
bare() {
  { echo '\timing on'; for _ in $(seq 0 "$1"); do echo "$2;"; done; } >"$ask"
  psql -Xq -v ON_ERROR_STOP=1 -d "$DATABASE_URL" -o /dev/null -f "$ask" | awk '/^Time:/ {print $2}' | tail -n +2 | sort -g | head -1
}
# county NAME: a database with the county, and its manager as an analyst who sees every item.
county() {
  database "$1"
  sql -f "$root/Tests/Volume/county.sql" >/dev/null
  sql -c "INSERT INTO sec.role_grant (account_id, role, scope, scope_id) VALUES ('00000000-0000-0000-0000-000000000001', 'csp_analyst', 'organisation', 1)" >/dev/null
}
clustering="SELECT count(DISTINCT c) FROM (SELECT st_clusterdbscan(point, 250, 3) OVER (PARTITION BY csp_id) AS c FROM intelligence_item"

county lantern_suggestions
say "Filling $items items"
sql -c "SET lantern.items = '$items'" -f "$root/Tests/Volume/intelligence.sql" -c "VACUUM ANALYZE" >/dev/null
floor=$(bare 3 "$clustering WHERE received_on >= current_date - 180 AND information_grade IS DISTINCT FROM 'E') x")
took=$(least 3 "SELECT * FROM sec.hot_spot_suggestions('$rule'::jsonb, current_date)")
echo "suggestions over $items items: $took ms, the bare ST_ClusterDBSCAN of the same items $floor ms: $(ratio "$took" "$floor") times (1.3 or less)"

county lantern_places
say "Filling $places places"
sql -c "SET lantern.places = '$places'" -f "$root/Tests/Volume/places.sql" -c "VACUUM ANALYZE" >/dev/null
spot=$(sql -c "SELECT h.id FROM hot_spot h JOIN location l ON st_dwithin(l.point, h.area, 250) GROUP BY h.id ORDER BY count(*) DESC, h.id LIMIT 1")
floor=$(bare 20 "SELECT l.id, l.name, l.address, l.postcode, l.easting, l.northing, string_agg(DISTINCT k.register, ','), st_distance(l.point, h.area), bool_or(c.issued),
                        bool_or(c.acknowledged)
                   FROM hot_spot h JOIN location l ON st_dwithin(l.point, h.area, 250) JOIN registration r ON r.location_id = l.id
                   JOIN sec.stretch s ON s.registration_id = r.id AND s.starts_on <= current_date AND s.ends_before > current_date
                   JOIN licence_kind k ON k.number = s.kind LEFT JOIN sec.cover_on(current_date) c ON c.id = s.cover
                  WHERE h.id = '$spot' GROUP BY l.id, h.id ORDER BY 8, l.name")
points=$(bare 20 "SELECT l.id FROM hot_spot h JOIN location l ON st_dwithin(l.point, h.area, 250) WHERE h.id = '$spot'")
took=$(least 20 "SELECT * FROM sec.hot_spot_places('$spot', 250, current_date)")
found=$(sql -c "SELECT count(*) FROM hot_spot h JOIN location l ON st_dwithin(l.point, h.area, 250) WHERE h.id = '$spot'")
echo "places of a hot spot ($found of $places) with their guidance: $took ms, the bare query of the same $floor ms: $(ratio "$took" "$floor") times (1.5 or less); their points alone $points ms"

# A county of a county's size: every place in and around its hot spots is sent.
county lantern_map
say "Filling 8000 places"
sql -c "SET lantern.places = '8000'" -f "$root/Tests/Volume/places.sql" -c "VACUUM ANALYZE" >/dev/null
token=BENCHBENCHBENCHBENCHBENCHBENCH12
sql -c "INSERT INTO sec.session (token_hash, account_id, stage, ends_at, last_seen_at)
        VALUES (sha256('$token'), '00000000-0000-0000-0000-000000000001', 'full', now() + interval '8 hours', now())" >/dev/null
cookie=$(printf %s "$token" | base64 | tr '+/' '-_' | tr -d '=')
free=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
"$lantern" serve --port "$free" >"$scratch/serve.log" 2>&1 &
service=$!
until grep -q "Lantern is at" "$scratch/serve.log"; do kill -0 "$service" || stop "$(cat "$scratch/serve.log")"; read -rt 0.05 <> <(:) || true; done
map="http://127.0.0.1:$free/hot-spots/map/data"
fetch() { curl -sf -H "Cookie: lantern=$cookie" -o "$scratch/map.json" -w '%{time_total} %{size_download}\n' "$map"; }
fetch >/dev/null || stop "The map's data were refused."
for _ in $(seq 20); do fetch; done >"$scratch/map.txt"
read -r took bytes < <(sort -g "$scratch/map.txt" | head -1)
took=$(awk -v s="$took" 'BEGIN { printf "%.1f", s * 1000 }')
states="ARRAY['suggested', 'proposed', 'designated', 'under_response', 'monitoring']"
floor=$(least 20 "SELECT p.name, p.registers, p.issued, p.acknowledged, p.distance, st_asgeojson(st_transform(p.point, 4326), 5), h.reference, st_asgeojson(st_transform(st_simplify(h.area, 4), 4326), 5)
                    FROM sec.hot_spot_map(250, current_date, $states) p JOIN hot_spot h ON h.id = p.hot_spot_id")
sent=$(python3 -c 'import json, sys; print(sum(f["properties"]["t"] == "place" for f in json.load(open(sys.argv[1]))["features"]))' "$scratch/map.json")
echo "the map's data, 40 hot spots and $sent places: $((bytes / 1000)) kB (under 300); $took ms by the web, its query $floor ms: $(ratio "$took" "$floor") times (3 or less)"

# Real incidents, for load alone: in a database of their own, with nothing invented beside them.
incidents=$root/../shared/data/police
if [ -d "$incidents" ]; then
  county lantern_incidents
  sql -c "CREATE TABLE street (n bigserial, longitude double precision, latitude double precision, month text)" >/dev/null
  python3 - "$incidents" <<'PY' | sql -c "COPY street (longitude, latitude, month) FROM STDIN"
import csv, pathlib, sys
for file in sorted(pathlib.Path(sys.argv[1]).glob("*-street.csv")):
    for row in csv.DictReader(file.open()):
        if row["Longitude"]:
            print(row["Longitude"], row["Latitude"], row["Month"], sep="\t")
PY
  sql -c "INSERT INTO intelligence_item (id, reference, csp_id, theme, point, received_on, review_by, kind, handling, author, ciphertext, nonce, wrapped_key)
          SELECT gen_random_uuid(), 'L-' || n, 1, 'other', st_transform(st_setsrid(st_makepoint(longitude, latitude), 4326), 27700), (month || '-15')::date, (month || '-15')::date + 42, 'submission', 'P',
                 ('00000000-0000-0000-0000-00000000000' || n % 3 + 1)::uuid, '\\x00', '\\x00', '\\x00' FROM street" -c "VACUUM ANALYZE" >/dev/null
  sql -c "INSERT INTO plan_colleague (account_id, organisation_id, named_by, named_on) VALUES ('00000000-0000-0000-0000-000000000002', 9, '00000000-0000-0000-0000-000000000001', current_date)" >/dev/null
  placed=$(sql -c "SELECT count(*) FROM intelligence_item")
  floor=$(bare 3 "$clustering) x")
  took=$(least 3 "SELECT * FROM sec.hot_spot_suggestions('$rule'::jsonb, '2019-03-01')")
  echo "load alone, $placed real street incidents: $took ms, the bare clustering $floor ms: $(ratio "$took" "$floor") times"
else
  echo "load alone: skipped, there is no ../shared/data/police beside the project"
fi
