# shellcheck shell=bash
# A register's dry run and application, against the bare COPY and INSERT ... SELECT of the same rows.
rows=${2:-100000}
file=$scratch/register.csv
python3 - "$rows" >"$file" <<'PY'
import random, sys
random.seed(7)
given = "Amina Usman Piotr Siobhan Gurpreet Daniel Grace Owen Fiona Rajesh Nadia Kwame Ewa Mihai Leila Minh".split()
family = [a + b for a in "Ban Cor Dal Fen Gar Hol Ken Lan Mar Nor Pen Rad Sal Tor Wil".split() for b in "der ford ley man ton well wick worth by field".split()]
print("Reference,Badge,Forename,Surname,Licence type,Start date,Expiry date,Status,Postcode,Email,Telephone")
for n in range(int(sys.argv[1])):
    year = random.choice([2024, 2025, 2026])
    day, month = random.randint(1, 28), random.randint(1, 12)
    print(f"PH{n:07d},{100000+n},{random.choice(given)},{random.choice(family)},Private Hire Driver,{day:02d}/{month:02d}/{year},"
          f"{day:02d}/{month:02d}/{year+3},Current,WR{n%14+1} {n%10}AB,holder{n}@example.org,07700 9{n%100000:05d}")
PY
now() { date +%s%N; }
took() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", (b - a) / 1e9 }'; }

database lantern_floor
began=$(now)
sql >/dev/null <<PSQL
BEGIN;
CREATE TABLE staging (reference text, badge text, given text, family text, kind text, starts text, ends text, status text, postcode text, email text, phone text);
\copy staging FROM '$file' (FORMAT csv, HEADER)
CREATE TEMP TABLE keyed AS SELECT gen_random_uuid() AS id, gen_random_uuid() AS party, to_date(starts, 'DD/MM/YYYY') AS s, to_date(ends, 'DD/MM/YYYY') + 1 AS e, * FROM staging;
INSERT INTO party (id, authority_id, kind, name, family_name, given_names, email, phone, postcode)
  SELECT party, 3, 'person', given || ' ' || family, family, given, email, phone, postcode FROM keyed;
INSERT INTO registration (id, authority_id, kind, reference, badge, party_id, sort_name, postcode_key, anchor_on, term_ends_before)
  SELECT id, 3, 'private_hire_driver', reference, badge, party, fold_name(family) || ', ' || fold_name(given), replace(postcode, ' ', ''), s, e FROM keyed;
INSERT INTO term (registration_id, authority_id, kind, event, starts_on, ends_before, granted_on) SELECT id, 3, 'private_hire_driver', 'grant', s, e, s FROM keyed;
SELECT index_names(ARRAY(SELECT id FROM keyed));
COMMIT;
PSQL
floor=$(took "$began" "$(now)")

database lantern_import
began=$(now)
"$lantern" import drivers "$file" --authority redditch >"$scratch/dry.txt"
dry=$(took "$began" "$(now)")
began=$(now)
"$lantern" import drivers "$file" --authority redditch --apply >"$scratch/apply.txt"
whole=$(took "$began" "$(now)")
began=$(now)
"$lantern" import drivers "$file" --authority redditch --apply >"$scratch/again.txt"
again=$(took "$began" "$(now)")
echo "import, $rows rows"
echo "  COPY and INSERT ... SELECT of the same rows by psql: $floor s"
echo "  dry run alone: $dry s"
echo "  dry run and application with its audit: $whole s, $(ratio "$whole" "$floor") times that (2.5 or less)"
echo "  the same file again: $again s; $(sed -n 2p "$scratch/again.txt")"
