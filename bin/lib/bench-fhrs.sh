# shellcheck shell=bash
# The food hygiene register of the country, every business of it as a place to stay, against the bare COPY and INSERT ... SELECT of the
# same rows into the same tables. LANTERN_FHRS names the register (.csv.gz); without it, rows of the same shape are invented.
rows=${2:-145242}
source=${LANTERN_FHRS:-$root/../shared/data/premises/uk_fhrs_145k.csv.gz}
[ -r "$source" ] || { say "The register $source is not here (LANTERN_FHRS names it): $rows rows of its shape are invented."; source=; }
file=$scratch/fhrs.csv
# Without the columns that would leave rows out: the kind of business, and the district.
python3 - "$source" "$rows" >"$file" <<'PY'
import csv, gzip, itertools, random, sys
source, most = sys.argv[1], int(sys.argv[2])
def invented():
    random.seed(7)
    words = "Swan Crown Rose Oak Lion Bell Star Mill Priory Abbey Castle Bridge Court Lodge Manor Grange".split()
    for n in range(most):
        place = n % 97 != 0
        yield [str(1000000 + n), f"PI/{n:09d}", f"The {random.choice(words)} {random.choice(words)}", f"{n % 190 + 1} {random.choice(words)} Street",
               f"{random.choice(words)}ton", "Worcestershire", "", f"WR{n % 14 + 1} {n % 10}{chr(65 + n % 20)}{chr(65 + n // 20 % 20)}" if place else "",
               str(n % 6), f"20{18 + n % 3}-{n % 12 + 1:02d}-{n % 28 + 1:02d}", f"{-2.2 + n % 1000 / 1000:.6f}" if place else "", f"{52 + n // 1000 % 400 / 1000:.6f}" if place else ""]
head = ["FHRSID", "LocalAuthorityBusinessID", "BusinessName", "AddressLine1", "AddressLine2", "AddressLine3", "AddressLine4", "PostCode", "RatingValue", "RatingDate", "Longitude", "Latitude"]
out = csv.writer(sys.stdout, lineterminator="\n")
out.writerow(head)
if source:
    with gzip.open(source, "rt", encoding="utf-8", newline="") as register:
        for row in itertools.islice(csv.DictReader(register), most):
            out.writerow([row[name] for name in head])
else:
    out.writerows(invented())
PY
now() { date +%s%N; }
took() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", (b - a) / 1e9 }'; }

database lantern_floor
began=$(now)
sql >/dev/null <<PSQL
BEGIN;
CREATE TABLE staging (reference text, badge text, name text, line1 text, line2 text, line3 text, line4 text, postcode text, rating text, rated text, longitude double precision, latitude double precision);
\copy staging FROM '$file' (FORMAT csv, HEADER)
CREATE TEMP TABLE keyed AS
  SELECT gen_random_uuid() AS id, gen_random_uuid() AS party, x.*, location_key(x.name, x.address, x.code) AS match_key, st_transform(st_setsrid(st_makepoint(longitude, latitude), 4326), 27700) AS point
    FROM (SELECT *, concat_ws(E'\n', line1, line2, line3, line4) AS address, upper(postcode) AS code FROM staging) x;
INSERT INTO location (authority_id, name, address, postcode, match_key, easting, northing, placed_by)
  SELECT DISTINCT ON (match_key) 3, name, address, code, match_key, st_x(point)::integer, st_y(point)::integer, CASE WHEN point IS NOT NULL THEN 'register' END
    FROM keyed ORDER BY match_key;
INSERT INTO party (id, authority_id, kind, name, family_name, address, postcode) SELECT party, 3, 'business', name, name, address, code FROM keyed;
INSERT INTO registration (id, authority_id, kind, reference, party_id, trading_name, sort_name, postcode_key, anchor_on, location_id)
  SELECT k.id, 3, 'guest_house', k.reference, k.party, k.name, fold_name(k.name), replace(k.code, ' ', ''), current_date, l.id
    FROM keyed k JOIN location l ON l.authority_id = 3 AND l.match_key = k.match_key;
INSERT INTO term (registration_id, authority_id, kind, event, starts_on, granted_on) SELECT id, 3, 'guest_house', 'grant', current_date, current_date FROM keyed;
SELECT index_names(ARRAY(SELECT id FROM keyed));
COMMIT;
PSQL
floor=$(took "$began" "$(now)")
there=$(sql -c "SELECT count(*) FROM registration")

database lantern_fhrs
began=$(now)
"$lantern" import accommodation "$file" --authority redditch --kind guest_house >"$scratch/dry.txt"
dry=$(took "$began" "$(now)")
began=$(now)
"$lantern" import accommodation "$file" --authority redditch --kind guest_house --apply >"$scratch/apply.txt"
whole=$(took "$began" "$(now)")
in=$(sql -c "SELECT count(*) || ' registrations at ' || (SELECT count(*) FROM location) || ' locations' FROM registration")
began=$(now)
"$lantern" import accommodation "$file" --authority redditch --kind guest_house --apply >"$scratch/again.txt"
again=$(took "$began" "$(now)")
echo "fhrs, $there rows${source:+ of the country’s food hygiene register}; $in came in"
echo "  COPY and INSERT ... SELECT of the same rows by psql: $floor s"
echo "  dry run alone: $dry s"
echo "  dry run and application with its audit: $whole s, $(ratio "$whole" "$floor") times that (2.5 or less)"
echo "  the same file again: $again s; $(sed -n 2p "$scratch/again.txt")"
