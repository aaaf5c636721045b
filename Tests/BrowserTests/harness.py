"""What the journeys share: one browser, people who are signed in, and a watch on everything that a page must not do."""
import base64, contextlib, functools, hmac, json, os, pathlib, re, struct, subprocess, sys, time, unittest
import axe_playwright_python
from playwright.sync_api import sync_playwright

ORIGIN = os.environ["LANTERN_ORIGIN"]
LINKS = json.loads(pathlib.Path(os.environ["LANTERN_LINKS"]).read_text())
PASSWORD = "three random lanterns glow"
AXE = pathlib.Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

# The demonstration's people.
OFFICER = "ros.hartley@example.org"
MANAGER = "idris.vaughan@example.org"
DISTRICT_OFFICER = "maud.pemberton@example.org"
BOARD = "bettina.okoro@example.org"
AUDITOR = "silas.crane@example.org"
ADMIN = "ada.winterbourne@example.org"
DEMOCRATIC = "winifred.ashe@example.org"
CHAIR = "hugo.tranter@example.org"
MEMBER = "petra.lindley@example.org"
ANALYST = "ambrose.kettle@example.org"
NORTH_CHAIR = "barnaby.quill@example.org"
SOUTH_CHAIR = "leonora.fitch@example.org"
SCREENER = "thaddeus.moss@example.org"
PARTNER = "cordelia.nash@example.org"
CLERK = "harriet.lowe@example.org"
RETURNER = "desmond.pike@example.org"
HOUSING = "tobias.wren@example.org"
EVERYBODY = [
    OFFICER, MANAGER, DISTRICT_OFFICER, BOARD, AUDITOR, ADMIN, DEMOCRATIC, CHAIR, MEMBER, ANALYST, NORTH_CHAIR, SOUTH_CHAIR, SCREENER, PARTNER, CLERK, RETURNER, HOUSING,
]

WIDTHS = {"desktop": 1280, "phone": 390}


@functools.cache
def playwright():
    return sync_playwright().start()


@functools.cache
def browser():
    return playwright().chromium.launch(executable_path="/usr/bin/chromium")


def close():
    if browser.cache_info().currsize:
        browser().close()
    if playwright.cache_info().currsize:
        playwright().stop()


class Watch:
    """Everything a page did that it must not: script errors, refusals by the content security policy, dialogs, faults."""

    def __init__(self, context):
        self.complaints, self.dialogs = [], []
        context.on("console", self.console)
        context.on("weberror", lambda error: self.complaints.append(f"script error: {error.error}"))
        context.on("dialog", self.dialog)
        context.on("response", lambda r: r.status >= 500 and self.complaints.append(f"{r.status} at {r.url}"))

    def console(self, message):
        if message.type not in ("error", "warning"):
            return
        # The browser notes each page that a refusal came with (a form to correct, a record of somebody else's).
        if re.match(r"Failed to load resource: the server responded with a status of 4\d\d", message.text):
            if not re.search(r"/assets/|favicon", message.location.get("url", "")):
                return
        self.complaints.append(f"console {message.type}: {message.text}")

    def dialog(self, dialog):
        self.dialogs.append(dialog.message)
        dialog.dismiss()


class Journey(unittest.TestCase):
    """A test in the browser. Whatever it opens is watched, closed at its end, and must not have complained."""

    maxDiff = None

    def open(self, email=None, *, js=True, width=1280, state=None):
        """A page of a browser of its own: nobody's, or with somebody signed in."""
        context = browser().new_context(
            base_url=ORIGIN, java_script_enabled=js, viewport={"width": width, "height": 900},
            storage_state=state or (signed_in(email) if email else None))
        context.set_default_timeout(10_000)
        watch = Watch(context)

        def finish():
            failed = any(error for _, error in getattr(self._outcome, "errors", []) or []) or not self._outcome.success
            if failed and not page.is_closed():
                print(f"\n    {page.url} said: " + re.sub(r"\s+", " ", page.locator("main").inner_text())[:600], file=sys.stderr)
            context.close()
            self.assertEqual([], watch.complaints)
            self.assertEqual([], watch.dialogs)

        self.addCleanup(finish)
        page = context.new_page()
        page.watch = watch
        return page

    def look(self, page, js=True):
        """axe, and nothing wider than the screen, at both widths. axe is a script: without scripts only the widths are set."""
        if js and not page.evaluate("'axe' in window"):
            page.evaluate(AXE)
        for width in WIDTHS.values():
            page.set_viewport_size({"width": width, "height": 900})
            if js:
                self.assertLessEqual(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"), 0, page.url)
                found = page.evaluate("rules => axe.run({runOnly: rules, resultTypes: ['violations']})", RULES)
                self.assertEqual([], [f"{v['id']}: {v['nodes'][0]['html'][:150]}" for v in found["violations"]], page.url)
        page.set_viewport_size({"width": 1280, "height": 900})

    def focus(self, page, selector):
        """Waits until the cursor is where the page puts it: autofocus comes after the load."""
        page.wait_for_function("s => document.activeElement.matches(s)", arg=selector, timeout=5_000)

    def heading(self, page, text):
        self.assertEqual(text, page.locator("h1").inner_text())

    def assert_says(self, page, text):
        """The page's own words, white space as a reader sees it."""
        words = re.sub(r"\s+", " ", page.locator("body").inner_text())
        self.assertIn(text, words)


def choose_password(page, link, later=True):
    """Opens a one-time link, chooses the password, and puts off the second step."""
    page.goto(link)
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    if later:
        page.get_by_role("button", name="Not now").click()


_sessions = {}


def signed_in(email):
    """The cookies of a session of one of the demonstration's people: begun by their link, and by their password once it has ended.

    A session ends after half an hour without use, and a whole run takes longer, so it is asked for before it is lent.
    """
    if email not in _sessions or not _lasts(_sessions[email]):
        with contextlib.closing(browser().new_context(base_url=ORIGIN)) as context:
            page = context.new_page()
            if email not in _sessions:
                choose_password(page, LINKS[email])
            else:
                page.goto("/sign-in")
                page.get_by_label("Email address").fill(email)
                page.get_by_label("Password").fill(PASSWORD)
                page.get_by_role("button", name="Sign in").click()
                page.get_by_role("button", name="Not now").click()
            assert "/sign-in" not in page.url and "/welcome" not in page.url, f"{email} is at {page.url}, not signed in"
            _sessions[email] = context.storage_state()
    return _sessions[email]


def _lasts(state):
    with contextlib.closing(browser().new_context(base_url=ORIGIN, storage_state=state)) as context:
        return context.request.get("/account", max_redirects=0).status == 200


_count = 0


def invite(name, role="regulatory_officer", scope="organisation:1"):
    """Somebody new, invited by the administrator in the browser. Gives their address and one-time link."""
    global _count
    _count += 1
    email = f"{re.sub('[^a-z]+', '.', name.lower())}.{_count}@example.org"
    with contextlib.closing(browser().new_context(base_url=ORIGIN, storage_state=signed_in(ADMIN))) as context:
        page = context.new_page()
        page.goto("/accounts/new")
        page.get_by_label("Name", exact=True).fill(name)
        page.get_by_label("Email address").fill(email)
        page.get_by_label("Role", exact=True).select_option(role)
        page.get_by_label("Where it applies").select_option(scope)
        page.get_by_role("button", name="Invite").click()
        return email, page.locator(".app-key code").inner_text().strip()


def code(secret, at=None):
    """The six digits an authenticator app shows for a base-32 key (RFC 6238)."""
    secret = secret.replace(" ", "").upper()
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    mac = hmac.new(key, struct.pack(">Q", int(at or time.time()) // 30), "sha1").digest()
    start = mac[-1] & 15
    return f"{(struct.unpack('>I', mac[start:start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


def sql(query):
    """One value straight from the database, to arrange a test or to look behind the pages."""
    done = subprocess.run(["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", os.environ["DATABASE_URL"], "-c", query],
                          check=True, capture_output=True, text=True)
    return done.stdout.strip()


def unattended():
    """A current driver of the officer's districts who is owed guidance: fair game for a test. Each is given out once."""
    while True:
        driver = _owed().pop()
        # Another journey, such as a campaign, may have reached them since the list was made.
        if sql(f"SELECT count(*) FROM issuance WHERE registration_id = '{driver['id']}' AND covers_before > current_date") == "0":
            return driver


@functools.cache
def _owed():
    return json.loads(sql(f"SELECT json_agg(x) FROM ({OWED}) x"))


OWED = """
  SELECT r.id, r.reference, r.badge, p.name, p.family_name AS family, p.given_names AS given, r.authority_id AS authority
    FROM registration r JOIN party p ON p.id = r.party_id
   WHERE r.badge IS NOT NULL AND r.kind NOT LIKE '%operator%' AND r.authority_id IN (SELECT authority_id FROM organisation_authority WHERE organisation_id = 1)
     AND EXISTS (SELECT FROM term t WHERE t.registration_id = r.id AND t.starts_on <= current_date AND t.ends_before > current_date AND t.ends_before < current_date + 150)
     AND NOT EXISTS (SELECT FROM restriction x WHERE x.registration_id = r.id)
     AND NOT EXISTS (SELECT FROM issuance i WHERE i.registration_id = r.id AND i.covers_before > current_date)
     AND (SELECT count(*) FROM registration o WHERE o.badge = r.badge) = 1 AND length(p.family_name) > 5
   ORDER BY r.id
"""
