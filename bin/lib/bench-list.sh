# shellcheck shell=bash
# The drivers list under load, against pgbench of the same SQL.
database lantern_bench
fill "${2:-100000}"
token=BENCHBENCHBENCHBENCHBENCHBENCH12
sql -c "INSERT INTO sec.session (token_hash, account_id, stage, ends_at, last_seen_at)
        VALUES (sha256('$token'), '00000000-0000-0000-0000-000000000001', 'full', now() + interval '8 hours', now())" >/dev/null
cookie=$(printf %s "$token" | base64 | tr '+/' '-_' | tr -d '=')

free=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
began=$(date +%s%N)
"$lantern" serve --port "$free" >"$scratch/serve.log" 2>&1 &
service=$!
until grep -q "Lantern is at" "$scratch/serve.log"; do kill -0 "$service" || stop "$(cat "$scratch/serve.log")"; read -rt 0.01 <> <(:) || true; done
cold=$((($(date +%s%N) - began) / 1000000))

load() { wrk -t2 -c16 -d"$1" --latency -H "Cookie: lantern=$cookie" "http://127.0.0.1:$free/drivers"; }
floor() { PGOPTIONS="" pgbench -n -M prepared -h "$socket" -U lantern_app -c 16 -j 2 -T 10 -f "$root/Tests/Volume/list.sql" lantern_bench 2>/dev/null | sed -n 's/^tps = \([0-9.]*\).*/\1/p'; }
load 3s >/dev/null
first=$(floor)
result=$(load 15s)
second=$(floor)
rate=$(sed -n 's/^Requests\/sec: *//p' <<<"$result")
median=$(awk '$1 == "50%" {print $2}' <<<"$result")
tail=$(awk '$1 == "99%" {print $2}' <<<"$result")
ms() { awk -v t="$1" 'BEGIN { v = t + 0; if (t ~ /us$/) v /= 1000; else if (t !~ /ms$/) v *= 1000; print v }'; }
rss=$(awk '/^VmRSS/ {print int($2 / 1024)}' "/proc/$service/status")
grep -q "Non-2xx" <<<"$result" && stop "Some answers were no pages: $(grep Non-2xx <<<"$result")"
floor=$(awk -v a="$first" -v b="$second" 'BEGIN { print (a + b) / 2 }')
echo "list, ${2:-100000} licences, 16 connections"
echo "  pgbench of the same SQL: $first and $second a second"
echo "  pages: $rate a second, $(ratio "$rate" "$floor") of that (0.35 or more)"
echo "  median $median, 99th of a hundred $tail: $(ratio "$(ms "$tail")" "$(ms "$median")") times (5 or less)"
echo "  cold start: $cold ms (under 1000); memory afterwards: $rss MiB (under 150)"
