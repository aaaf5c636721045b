import datetime, pathlib, re
import axe_playwright_python
from harness import CHAIR, DEMOCRATIC, MEMBER, WIDTHS, Journey, sql

AXE = pathlib.Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def working(day):
    """The day itself, or the next that is neither a weekend nor a bank holiday that the demonstration could meet."""
    import json
    holidays = json.loads((pathlib.Path(__file__).parents[2] / "Config/bank-holidays.json").read_text())["holidays"]
    while day.weekday() > 4 or day.isoformat() in holidays:
        day += datetime.timedelta(days=1)
    return day


class Committees(Journey):
    """Democratic services, from the May turnover to the certificate of a hearing."""

    def look(self, page, js):
        """axe, and nothing wider than the screen, at both widths."""
        for width in WIDTHS.values():
            page.set_viewport_size({"width": width, "height": 900})
            self.assertLessEqual(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"), 0, page.url) if js else None
            if js:
                page.evaluate(AXE)
                found = page.evaluate("rules => axe.run({runOnly: rules, resultTypes: ['violations']})", RULES)
                self.assertEqual([], [f"{v['id']}: {v['nodes'][0]['html'][:150]}" for v in found["violations"]], page.url)
        page.set_viewport_size({"width": 1280, "height": 900})

    def date(self, page, legend, day):
        box = page.get_by_role("group", name=legend, exact=True)
        for part, value in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
            box.get_by_label(part, exact=True).fill(str(value))

    def walk(self, district, code, js):
        page = self.open(DEMOCRATIC, js=js)
        page.goto("/")
        self.heading(page, "Hearings")
        self.assert_says(page, "Panels that may not sit")
        self.look(page, js)

        # The committee turns over: one of its members leaves office, two are newly elected.
        page.get_by_role("link", name="Committees", exact=True).first.click()
        page.get_by_role("row").filter(has_text=district).get_by_role("link", name="Licensing Committee", exact=True).click()
        self.look(page, js)
        page.get_by_role("button", name="May turnover").click()
        self.look(page, js)
        meeting = datetime.date.today() + datetime.timedelta(days=1)
        self.date(page, "Day of the annual meeting", meeting)
        page.get_by_label(re.compile("Salter’s Bridge$")).select_option(label="No longer a councillor")
        page.get_by_label("Newly elected and on this committee").fill(f"Wilfred Amberley {code}, Quayside\nOlive Thornbury")
        page.get_by_role("button", name="Turn it over").click()
        self.assert_says(page, "There is a problem")
        self.look(page, js)
        page.get_by_label("Newly elected and on this committee").fill(f"Wilfred Amberley {code}, Quayside\nOlive Thornbury {code}, Pear Hill")
        page.get_by_role("button", name="Turn it over").click()
        self.assert_says(page, "2 of them newly elected")
        self.assert_says(page, f"Olive Thornbury {code}")

        # A hearing without a panel: three are found, looked at, and fixed.
        page.goto("/hearings")
        page.get_by_role("row").filter(has_text=f"{code}/LA/044").get_by_role("link").first.click()
        page.get_by_role("link", name="Find me a panel").first.click()
        self.assert_says(page, "What the check finds")
        self.look(page, js)
        page.get_by_role("button", name="Fix this panel").click()
        self.assert_says(page, "The panel is")

        # The panel that may sit on its day is moved past the end of one member's training.
        page.goto("/hearings")
        page.get_by_role("row").filter(has_text=f"{code}/LA/041").get_by_role("link").first.click()
        address = page.url
        self.assert_says(page, "May sit;")
        self.look(page, js)
        held = datetime.date.fromisoformat(sql(f"SELECT held_on FROM hearing WHERE reference = '{code}/LA/041'"))
        page.get_by_role("button", name="Move it").click()
        self.date(page, "New day", working(held + datetime.timedelta(days=7)))
        page.get_by_role("button", name="Move it").click()
        page.get_by_label("Why", exact=True).fill("The room is needed for the count")
        page.get_by_role("button", name="Move it").click()
        self.assert_says(page, "Its panel may not sit that day")
        self.assert_says(page, "CSE_TRAINING_NOT_VALID_ON_H")
        self.assert_says(page, "Days on which this panel may sit")
        self.look(page, js)
        page.goto("/hearings")
        self.assertEqual(1, page.get_by_role("table", name="Panels that may not sit").get_by_text(f"{code}/LA/041").count())

        # Mended from the ranked list.
        page.goto(address)
        page.get_by_role("table", name="Who else can sit").get_by_role("button").first.click()
        self.assert_says(page, "The panel is")
        self.assertEqual(0, page.get_by_text("This panel may not sit").count())
        self.look(page, js)

        # The certificate: who, trained when, signed, and the entry of the audit log. One page of paper.
        page.locator("main").get_by_role("button", name="Certificate").click()
        self.assert_says(page, "Nothing forbids this panel to sit")
        self.assertRegex(page.locator("main").inner_text(), r"[0-9a-f]{64}")
        self.look(page, js)
        paper = page.pdf(format="A4")
        self.assertEqual(1, len(re.findall(rb"/Type\s*/Page\b", paper)), "the certificate is longer than a page")

    def test_turnover_panel_broken_mended_certified(self):
        """The May turnover, a panel found, one broken by a moved hearing, mended from the list, and its certificate"""
        self.walk("Redditch", "RE", js=True)

    def test_a_member_on_a_phone(self):
        """A member signs and books on a phone; without JavaScript too"""
        for js in (True, False):
            with self.subTest(js=js):
                page = self.open(MEMBER, js=js, width=390)
                page.goto("/")
                self.heading(page, "My training")
                if js:
                    self.look(page, js)
                    page.set_viewport_size({"width": 390, "height": 900})
                    page.get_by_role("link", name=re.compile("^Sign")).first.click()
                    page.get_by_role("button", name="Sign", exact=True).click()
                    self.assert_says(page, "Type your full name")
                    page.get_by_label("Your full name").fill("Petra Lindley")
                    page.get_by_label(re.compile("I completed this training")).check()
                    page.get_by_role("button", name="Sign", exact=True).click()
                    self.assert_says(page, "You signed for")
                page.get_by_role("button", name="Book a place").first.click()
                self.assert_says(page, "You have a place on")
                page.get_by_role("button", name="Give my place back").first.click()
                self.assert_says(page, "is given back")

    def test_a_chair_reads_the_matrix_and_the_forecast(self):
        """A chair lands on the matrix with the forecast of the committees, and changes nothing"""
        page = self.open(CHAIR)
        page.goto("/")
        self.heading(page, "Members’ training")
        self.assert_says(page, "Members able to sit, next 90 days")
        self.look(page, True)
        with page.expect_download() as download:
            page.get_by_role("link", name="Download this list (CSV)").click()
        text = pathlib.Path(download.value.path()).read_text("utf-8-sig")
        self.assertIn("Hugo Tranter", text)
        self.assertEqual(403, page.request.get("/committees/new").status)

    def test_reminders_and_sessions(self):
        """What runs out by month and by name, and a session whose sheet is entered"""
        page = self.open(DEMOCRATIC)
        page.goto("/training/reminders")
        self.look(page, True)
        self.assert_says(page, "By month")
        page.goto("/training/sessions")
        self.look(page, True)
        page.get_by_role("table", name="Sessions of the last 60 days").get_by_role("link").first.click()
        page.get_by_role("button", name="Record who came").click()
        self.assert_says(page, "Say whether everybody signed the sheet")
        self.look(page, True)
        page.get_by_label("Yes, all of them").check()
        page.get_by_role("button", name="Record who came").click()
        self.assert_says(page, "completions were recorded")
