# shellcheck shell=bash
# Letters of a campaign made into PDF files as the service makes them, against the bare WeasyPrint of the very same pages in one process.
many=${2:-1000}
[ -x "$root/.venv-pdf/bin/python" ] || stop "What makes PDF files is not installed: bin/setup says why."
database lantern_letters
fill "$((many * 2))"
sql -c "SET lantern.recipients = '$many'" -f "$root/Tests/Volume/campaign.sql" >/dev/null
sql >/dev/null <<'PSQL'
INSERT INTO guidance_text (version_id, language, form, content_hash, body) SELECT version_id, 'en', 'text', sha256('bench'), repeat('Exploitation can happen to any young person. You may be the one who sees it. Look for young people with much older adults, for rooms paid in cash for one night, for a young person who seems frightened, confused or will not speak for themselves. Write down what you see, when, and whom.' || E'\n\n', 5) FROM campaign;
BEGIN;
SELECT sec.enter_operator('bench') AS me \gset
WITH given AS (
  INSERT INTO issuance (registration_id, authority_id, kind, version_id, occasion, channel, issued_on, covers_before, recorded_by)
  SELECT g.id, g.authority_id, g.kind, c.version_id, c.occasion, c.channel, current_date, cycle_end(g.anchor_on, current_date), :'me'
    FROM campaign c JOIN campaign_recipient r ON r.campaign_id = c.id JOIN registration g ON g.id = r.registration_id
  RETURNING id, registration_id)
UPDATE campaign_recipient r SET state = 'issued', issuance_id = g.id, issued_on = current_date FROM given g WHERE r.registration_id = g.registration_id;
COMMIT;
VACUUM ANALYZE;
PSQL

# What the service asks of the program is kept, to be asked of the bare one.
rm "$scratch/root/.venv-pdf"
mkdir -p "$scratch/root/.venv-pdf/bin" "$scratch/pages"
printf '#!/bin/sh\ntee "%s/pages/$$" | exec "%s" "$@"\n' "$scratch" "$root/.venv-pdf/bin/python" >"$scratch/root/.venv-pdf/bin/python"
chmod +x "$scratch/root/.venv-pdf/bin/python"
free=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
"$lantern" serve --port "$free" >"$scratch/serve.log" 2>&1 &
service=$!
until grep -q "Lantern is at" "$scratch/serve.log"; do kill -0 "$service" || stop "$(cat "$scratch/serve.log")"; read -rt 0.05 <> <(:) || true; done
sql >/dev/null <<'PSQL'
BEGIN;
SELECT sec.enter_operator('bench');
SELECT ask_for_letters(id, 250, clock_timestamp()) FROM campaign;
UPDATE letter_batch SET asked_by = '00000000-0000-0000-0000-000000000001';
COMMIT;
PSQL
for _ in $(seq 600); do
  [ "$(sql -c "SELECT count(*) FROM letter_batch WHERE state = 'waiting'")" = 0 ] && break
  read -rt 0.5 <> <(:) || true
done
state=$(sql -c "SELECT string_agg(DISTINCT state || coalesce(': ' || failure, ''), ', ') FROM letter_batch")
[ "$state" = made ] || stop "Not every file was made: $state. $(tail -n 3 "$scratch/serve.log")"
took=$(sql -c "SELECT round(extract(epoch FROM max(made_at) - min(asked_at))::numeric, 2) FROM letter_batch")
files=$(sql -c "SELECT count(*) || ' files, ' || pg_size_pretty(sum(bytes)) FROM letter_batch")
end_process "$service"
service=

floor=$("$root/.venv-pdf/bin/python" - "$root/Templates/assets" "$scratch/pages"/* <<'PY'
import pathlib, struct, sys, time
from weasyprint import HTML
from weasyprint.urls import URLFetcher, URLFetcherResponse
class Assets(URLFetcher):
    def fetch(self, url, headers=None):
        return URLFetcherResponse(url, pathlib.Path(sys.argv[1], url.removeprefix("asset:").lstrip("/")).read_bytes(), {"Content-Type": "text/css"})
began, pages = time.monotonic(), 0
for name in sys.argv[2:]:
    content = pathlib.Path(name).read_bytes()
    while content:
        size = struct.unpack(">Q", content[:8])[0]
        HTML(string=content[8:8 + size].decode(), base_url="asset:", url_fetcher=Assets()).write_pdf(pdf_variant="pdf/ua-1")
        content, pages = content[8 + size:], pages + 1
print(f"{time.monotonic() - began:.2f} {pages}")
PY
)
each() { awk -v a="$1" -v b="$many" 'BEGIN { printf "%.3f", a / b }'; }
echo "letters, $many of them, 250 a file, tagged (PDF/UA)"
echo "  bare WeasyPrint of the same ${floor#* } pages of HTML, one after another in one process: ${floor% *} s, $(each "${floor% *}") s a letter"
echo "  as the service makes them, two processes, from the asking to the last file: $took s ($files), $(each "$took") s a letter (under 0.05), $(ratio "$took" "${floor% *}") times that"
