# shellcheck shell=bash
# A campaign to 10,000 recipients as the service runs it, against the bare INSERT ... SELECT of the same rows with the same log.
recipients=${2:-10000}
database lantern_campaign
fill "$((recipients * 2))"
sql -c "SET lantern.recipients = '$recipients'" -f "$root/Tests/Volume/campaign.sql" >/dev/null
there=$(sql -c "SELECT count(*) FROM campaign_recipient")
[ "$there" = "$recipients" ] || stop "Only $there of $recipients recipients could be listed: fill more licences."
sql -c "VACUUM ANALYZE" >/dev/null
psql -Xq -d "$server dbname=postgres" -c "CREATE DATABASE lantern_floor TEMPLATE lantern_campaign"

# The floor: one transaction, no row level security, the same rows in the same tables (their triggers derive what coverage counts),
# and as many entries of the log with the same subjects.
floor_once() {
  psql -Xq -v ON_ERROR_STOP=1 -d "$server dbname=lantern_floor" -o /dev/null <<'PSQL'
BEGIN;
SELECT sec.enter_operator('bench') AS me \gset
WITH given AS (
  INSERT INTO issuance (registration_id, authority_id, kind, version_id, occasion, channel, issued_on, covers_before, recorded_by)
  SELECT g.id, g.authority_id, g.kind, c.version_id, c.occasion, c.channel, current_date, cycle_end(g.anchor_on, current_date), :'me'
    FROM campaign c JOIN campaign_recipient r ON r.campaign_id = c.id JOIN registration g ON g.id = r.registration_id WHERE r.state = 'planned'
  RETURNING id, registration_id)
UPDATE campaign_recipient r SET state = 'issued', issuance_id = g.id, issued_on = current_date FROM given g WHERE r.registration_id = g.registration_id;
SELECT audit.append(array_agg(body), array_agg(NULL::text), array_agg(NULL::text), array_agg(subjects))
  FROM (SELECT jsonb_build_object('by', :'me', 'verb', 'issueCampaign', 'subjects', jsonb_agg(registration_id))::text AS body,
               string_agg(registration_id || ':' || authority_id, ' ') AS subjects
          FROM (SELECT *, (row_number() OVER (ORDER BY walk_key, registration_id) - 1) / 500 AS batch FROM campaign_recipient) x
         GROUP BY batch, authority_id ORDER BY batch, authority_id) y;
COMMIT;
PSQL
}
began=$(date +%s%N)
floor_once
floor=$(awk -v a="$began" -v b="$(date +%s%N)" 'BEGIN { printf "%.2f", (b - a) / 1e9 }')

free=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
"$lantern" serve --port "$free" >"$scratch/serve.log" 2>&1 &
service=$!
until grep -q "Lantern is at" "$scratch/serve.log"; do kill -0 "$service" || stop "$(cat "$scratch/serve.log")"; read -rt 0.05 <> <(:) || true; done
sql -c "UPDATE campaign SET state = 'running', started_at = now()"
for _ in $(seq 600); do
  [ "$(sql -c "SELECT state FROM campaign")" != running ] && break
  read -rt 0.2 <> <(:) || true
done
[ "$(sql -c "SELECT state FROM campaign")" = finished ] || stop "It did not finish in two minutes. $(tail -n 3 "$scratch/serve.log")"
took=$(sql -c "SELECT round(extract(epoch FROM ended_at - (SELECT min(recorded_at) FROM issuance WHERE version_id = c.version_id))::numeric, 2) FROM campaign c")
given=$(sql -c "SELECT count(DISTINCT registration_id) || ' of ' || count(*) FROM issuance WHERE version_id = (SELECT version_id FROM campaign)")
[ "$given" = "$recipients of $recipients" ] || stop "It gave $given: that is not once each."
echo "campaign, $recipients recipients, among $((recipients * 2)) licences"
echo "  one INSERT ... SELECT of the same rows and their log, by psql: $floor s"
echo "  as the service runs it, 500 a transaction, from the first to the last: $took s, $(ratio "$took" "$floor") times that (1.5 or less)"
