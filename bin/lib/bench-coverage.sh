# shellcheck shell=bash
# Coverage, list and search at a size against a tenth (and a hundredth) of it.
many=${2:-1000000}
ask="$scratch/ask.sql"
# least LABEL SQL: milliseconds of the best of seven, as the web asks: its role, row level security on.
least() {
  { printf '%s\n' '\timing on' "begin read only; select account_id from sec.enter('\\x01');"; for _ in 1 2 3 4 5 6 7; do echo "$1;"; done; echo 'commit;'; } >"$ask"
  psql -Xq -d "$DATABASE_URL user=lantern_app" -o /dev/null -f "$ask" 2>&1 | awk '/^Time:/ {print $2}' | tail -n +3 | head -n 7 | sort -g | head -1
}
list="SELECT * FROM (SELECT r.id, r.sort_name FROM registration r WHERE r.kind = ANY (ARRAY['hackney_driver', 'private_hire_driver', 'dual_driver']) ORDER BY r.sort_name, r.id LIMIT 51) r CROSS JOIN LATERAL (SELECT * FROM registration_lights(current_date) x WHERE x.registration_id = r.id) l"
declare -A took
for size in $((many / 100)) $((many / 10)) "$many"; do
  database "lantern_$size"
  fill "$size"
  psql -Xq -d "$DATABASE_URL" -o /dev/null -c "SELECT count(*) FROM registration" # warm
  took[coverage-$size]=$(least "SELECT * FROM sec.coverage(current_date)" coverage)
  took[list-$size]=$(least "$list" list)
  took[search-$size]=$(least "SELECT * FROM sec.search_registrations('piotr kowalsky', 50)" search)
done
echo "coverage of the county: ${took[coverage-$many]} ms at $many licences (under 1000), ${took[coverage-$((many / 10))]} ms at $((many / 10)): $(ratio "$(ratio "${took[coverage-$many]}" 10)" "${took[coverage-$((many / 10))]}") times (3 or less)"
echo "list page's query: ${took[list-$many]} ms at $many, ${took[list-$((many / 100))]} ms at $((many / 100)): $(ratio "${took[list-$many]}" "${took[list-$((many / 100))]}") times (1.5 or less)"
echo "search, misspelt: ${took[search-$many]} ms at $many, ${took[search-$((many / 100))]} ms at $((many / 100)): $(ratio "${took[search-$many]}" "${took[search-$((many / 100))]}") times (1.5 or less)"
