import os, pathlib, re, subprocess, sys, unittest
from axe_playwright_python.sync_playwright import Axe
from harness import DISTRICT_OFFICER, MANAGER, OFFICER, ORIGIN, Journey, sql

DATA = pathlib.Path(__file__).resolve().parents[3] / "shared" / "data"
ROOT = pathlib.Path(__file__).resolve().parents[2]


def clean(case, page):
    """No accessibility fault, and nothing wider than the screen."""
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
    case.assertEqual([], [v["id"] for v in found.response["violations"]], page.url)
    case.assertLessEqual(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"), 0, page.url)


@unittest.skipUnless(DATA.is_dir(), "the sample registers are not beside the checkout")
class RegistersComeIn(Journey):
    def bring(self, page, file, district, kind=None, words=None, columns=None):
        """Uploads a register, names its columns as they are suggested, explains unknown words, and applies it. Gives the figures."""
        page.goto("/imports")
        page.get_by_label("Whose register is it?").select_option(district)
        page.get_by_label("File", exact=True).set_input_files(DATA / file)
        page.get_by_role("button", name="Upload").click()
        self.heading(page, "What are the columns?")
        clean(self, page)
        for heading, field in (columns or {}).items():
            page.get_by_label(heading, exact=True).select_option(field)
        if kind:
            page.get_by_label("Kind of licence, for rows that do not say").select_option(kind)
        page.get_by_role("button", name="Check what would change").click()
        self.wait(page, "Ready to apply")
        for word, meaning in (words or {}).items():
            page.get_by_label(re.compile(f"“{word}”")).select_option(meaning)
        if words:
            clean(self, page)
            page.get_by_role("button", name="Check again with these answers").click()
            self.wait(page, "Ready to apply")
        clean(self, page)
        figures = self.figures(page)
        if figures["new"] + figures["changed"]:
            page.get_by_role("button", name="Apply", exact=True).click()
            self.wait(page, "Applied")
        return figures

    def wait(self, page, state):
        """The page looks again by itself; without a script one looks again."""
        for _ in range(120):
            if page.locator(".app-heading__line .govuk-tag", has_text=state).count():
                return
            page.wait_for_timeout(500)
            page.goto(page.url)
        self.fail(f"{page.url} never said “{state}”")

    def figures(self, page):
        words = re.sub(r"\s+", " ", page.locator("main").inner_text())
        found = {}
        for name, label in [("new", "new"), ("changed", "changed"), ("unchanged", "unchanged"), ("rejected", "rejected"), ("missing", "held, and not in the file")]:
            found[name] = int(re.search(rf"([\d,]+) {label}", words).group(1).replace(",", ""))
        return found

    def test_a_drivers_register(self):
        """A real register of drivers comes in by the browser; a driver is found by a misspelt name; the second time nothing changes"""
        page = self.open(MANAGER)
        first = self.bring(page, "taxi/chicago_chauffeurs.csv", "malvern-hills", kind="private_hire_driver", words={"PEDICAB": "leave-out"}
                           if self.unknown_kinds("taxi/chicago_chauffeurs.csv") else None)
        self.assertGreater(first["new"], 24_000)
        name = sql("SELECT p.name FROM registration r JOIN party p ON p.id = r.party_id WHERE r.import_run_id IS NOT NULL AND length(p.family_name) > 7 "
                   "AND p.given_names <> '' ORDER BY r.id LIMIT 1")
        wrong = name[:-3] + name[-2] + name[-3] + name[-1]
        page.goto("/search?q=" + wrong.replace(" ", "+"))
        self.assert_says(page, name)
        clean(self, page)
        again = self.bring(page, "taxi/chicago_chauffeurs.csv", "malvern-hills", kind="private_hire_driver")
        self.assertEqual((0, 0), (again["new"], again["changed"]))

    def unknown_kinds(self, file):
        return "PEDICAB" in (DATA / file).read_text(errors="replace")[:4_000_000]

    def test_places(self):
        """Registers of premises and places to stay come in; a campaign reaches a district's hotels; one acknowledges on a phone, one letter comes back"""
        manager = self.open(MANAGER)
        # Where postcodes are, and the outlines of districts.
        for what in (["postcodes", DATA / "geography/worcestershire_postcodes_onspd_2025-11.csv"], ["boundaries", DATA / "geography/districts.geojson"]):
            subprocess.run([os.environ["LANTERN_BINARY"], "import", *map(str, what)], check=True, capture_output=True, cwd=ROOT)
        hotels = self.bring(manager, "premises/worcestershire_fhrs_2020-08.csv", "wychavon")
        self.assertGreater(hotels["new"], 20)
        self.assert_says(manager, "rows are left out")
        bath = self.bring(manager, "premises/bath_premises_licences_2014-09.csv", "wyre-forest", words={"New": "PENDING"})
        self.assertGreater(bath["new"], 850)
        before = self.bring(manager, "hmo/sheffield_hmo_2024-09-09.csv", "bromsgrove", kind="hmo_mandatory")
        after = self.bring(manager, "hmo/sheffield_hmo_2025-01-28.csv", "bromsgrove", kind="hmo_mandatory")
        self.assertGreater(before["new"], 1_700)
        self.assertTrue(after["new"] > 0 and after["missing"] > 200 and after["unchanged"] > 1_400, after)
        # From one snapshot to the next: who lapsed and who still runs adds up to who is not in the file.
        words = manager.locator("main").inner_text()
        lapsed, running = map(lambda n: int(n.replace(",", "")), re.search(r"([\d,]+) (?:has|have) lapsed and ([\d,]+) still", words).groups())
        self.assertEqual(after["missing"], lapsed + running)
        import_page = manager.url
        manager.get_by_role("link", name=re.compile("lapsed$")).click()
        self.heading(manager, "Lapsed since")
        self.assertEqual(min(50, lapsed), manager.locator("main tbody tr").count())
        clean(self, manager)
        manager.goto(import_page)
        manager.get_by_role("link", name=re.compile("still running$")).click()
        self.assertEqual(min(50, running), manager.locator("main tbody tr").count())
        manager.goto("/premises/anniversaries?within=90&district=wyre-forest")
        self.assertGreater(manager.locator("main tbody tr").count(), 50)
        clean(self, manager)
        manager.goto("/locations/unlicensed?district=wychavon")
        self.assertGreater(manager.locator("main tbody tr").count(), 20)
        clean(self, manager)

        manager.goto("/accommodation?district=wychavon")
        clean(self, manager)
        manager.goto("/locations?district=wychavon")
        clean(self, manager)
        was = self.coverage(manager)
        lodgings = "kind IN ('hotel', 'guest_house', 'hostel', 'short_let') AND authority_id = 5"
        owed = int(sql(f"SELECT count(*) FROM registration_lights(current_date) l JOIN registration r ON r.id = l.registration_id WHERE r.{lodgings.replace(' AND ', ' AND r.')} "
                       "AND l.status = 'current' AND l.guidance <> 'held'"))
        self.assertGreater(owed, 20)

        # A campaign by letter to those who are owed it: looked at first, then fixed, then run.
        manager.goto("/campaigns/new")
        manager.get_by_label("Name of the campaign").fill("Places to stay, Wychavon")
        guidance = manager.get_by_label("Guidance", exact=True)
        guidance.select_option(guidance.locator("option", has_text="Behind the door").get_attribute("value"))
        manager.get_by_label("Letter", exact=True).check()
        manager.get_by_label("Wychavon", exact=True).check()
        for kind in ["Hotels", "Guest houses and B&Bs", "Hostels", "Short lets"]:
            manager.get_by_label(kind, exact=True).check()
        manager.get_by_role("button", name="See who would be reached").click()
        clean(self, manager)
        self.press(manager, "Fix this list")
        self.press(manager, "Run the campaign")
        for _ in range(60):
            if manager.locator("main", has_text="Finished").count():
                break
            manager.wait_for_timeout(500)
            manager.goto(manager.url)
        clean(self, manager)
        campaign = manager.url.split("/campaigns/")[1].split("?")[0].split("/")[0]
        mine = f"campaign_id = '{campaign}'"
        given = int(sql(f"SELECT count(*) FROM campaign_recipient WHERE {mine} AND state = 'issued'"))
        self.assertGreater(given, 0)
        self.assertEqual(owed, given + int(sql(f"SELECT count(*) FROM campaign_recipient WHERE {mine} AND state = 'excluded' AND reason = 'no_address'")))
        now = self.coverage(manager)
        # Of places at one address each is given its letter, and they count once.
        places = int(sql(f"""
          SELECT count(DISTINCT r.location_id) FROM campaign_recipient c JOIN registration r ON r.id = c.registration_id
           WHERE c.{mine} AND c.state = 'issued' AND NOT EXISTS (
             SELECT FROM registration o JOIN licence_kind k ON k.code = o.kind AND k.register = 'accommodation' JOIN issuance i ON i.registration_id = o.id
              WHERE o.location_id = r.location_id AND i.covers_before > current_date
                AND NOT EXISTS (SELECT FROM campaign_recipient x WHERE x.{mine} AND x.issuance_id = i.id))"""))
        self.assertEqual(was[1] + places, now[1])

        # One reads and signs on a phone.
        licence = sql(f"SELECT registration_id FROM campaign_recipient WHERE {mine} AND state = 'issued' ORDER BY walk_key LIMIT 1")
        officer = self.open(OFFICER)
        officer.goto(f"/licences/{licence}")
        officer.get_by_role("button", name="Make a link to acknowledge by").click()
        link = re.search(re.escape(ORIGIN) + r"/a/[\w-]+", officer.content()).group(0)
        # axe is a script: another browser, with scripts, looks first; opening the page does not use the link up.
        with_scripts = self.open(width=390)
        with_scripts.goto(link)
        clean(self, with_scripts)
        phone = self.open(js=False, width=390)
        phone.goto(link)
        self.assertIn("Behind the door", phone.locator("h1").inner_text())
        phone.get_by_label("Your full name").fill("A. Keeper")
        phone.get_by_label("I have read this guidance and understand it").check()
        phone.get_by_role("button", name="Acknowledge").click()
        self.heading(phone, "Thank you")
        self.assertEqual((now[0], now[1], now[2] + 1), self.coverage(manager))

        # One letter comes back.
        other = sql(f"SELECT reference FROM campaign_recipient WHERE {mine} AND state = 'issued' ORDER BY walk_key DESC LIMIT 1")
        manager.goto(f"/campaigns/{campaign}/returns")
        clean(self, manager)
        manager.locator("main textarea").fill(other)
        manager.get_by_label("Gone away").check()
        manager.locator("main form button.govuk-button").first.click()
        self.assertEqual("1", sql(f"SELECT count(*) FROM campaign_recipient WHERE {mine} AND state = 'returned'"))
        # The guidance stays given; the page says what came back.
        self.assertEqual((now[0], now[1], now[2] + 1), self.coverage(manager))
        manager.goto(f"/campaigns/{campaign}")
        self.assert_says(manager, "came back")

    def press(self, page, name):
        page.get_by_role("button", name=re.compile(name)).first.click()

    def coverage(self, page):
        """Current, given and acknowledged of the district's places to stay, each counted once."""
        page.goto("/coverage?district=wychavon")
        row = page.locator("tr", has_text="Accommodation").filter(has_text="Wychavon").first.inner_text()
        return tuple(int(n.replace(",", "")) for n in re.findall(r"(?<![\d%])([\d,]+)(?![\d%,])", row))
