# shellcheck shell=bash
# The strategy's page with every measure counted live, against its own queries in one pipeline.
database lantern_strategy
fill "${2:-100000}"
say "Adding 20,000 premises, hot spots with 2,000 actions, committees and reports"
plan=$(python3 -c 'import json, sys; d = json.load(open(sys.argv[1])); print(d["slug"]); print(",".join(a["ref"] for a in d["actions"]))' "$root/Config/strategies/worcestershire-2015.json")
sql -c "SET lantern.plan = '$(head -1 <<<"$plan")'" -c "SET lantern.refs = '$(tail -1 <<<"$plan")'" -f "$root/Tests/Volume/strategy.sql" >/dev/null
sql -c "VACUUM ANALYZE" >/dev/null
token=BENCHBENCHBENCHBENCHBENCHBENCH12
sql -c "INSERT INTO sec.session (token_hash, account_id, stage, ends_at, last_seen_at)
        VALUES (sha256('$token'), '00000000-0000-0000-0000-000000000003', 'full', now() + interval '8 hours', now())" >/dev/null
cookie=$(printf %s "$token" | base64 | tr '+/' '-_' | tr -d '=')
free=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
"$lantern" serve --port "$free" >"$scratch/serve.log" 2>&1 &
service=$!
until grep -q "Lantern is at" "$scratch/serve.log"; do kill -0 "$service" || stop "$(cat "$scratch/serve.log")"; read -rt 0.05 <> <(:) || true; done

# One reader at a time: what a page takes, and what its queries take. Turn about, so that both meet the same machine.
ms() { awk -v t="$1" 'BEGIN { v = t + 0; if (t ~ /us$/) v /= 1000; else if (t !~ /ms$/) v *= 1000; print v }'; }
page() {
  local result
  result=$(wrk -t1 -c1 -d"$1" --timeout 30s --latency -H "Cookie: lantern=$cookie" "http://127.0.0.1:$free/strategy")
  grep -q "Non-2xx" <<<"$result" && stop "Some answers were no pages: $(grep Non-2xx <<<"$result")"
  ms "$(awk '$1 == "50%" {print $2}' <<<"$result")"
}
queries() { PGOPTIONS="" pgbench -n -M prepared -h "$socket" -U lantern_app -c 1 -T "$1" -f "$root/Tests/Volume/strategy-page.sql" lantern_strategy 2>/dev/null | sed -n 's/^latency average = \([0-9.]*\) ms$/\1/p'; }
page 3s >/dev/null
queries 3 >/dev/null
first=$(queries 8)
shown=$(page 15s)
second=$(queries 8)
floor=$(awk -v a="$first" -v b="$second" 'BEGIN { print (a + b) / 2 }')
echo "strategy, ${2:-100000} licences, 20,000 premises, 2,000 actions"
echo "  its queries in one pipeline: $first and $second ms (under 500)"
echo "  the page: $shown ms, $(ratio "$shown" "$floor") times that (1.5 or less)"
