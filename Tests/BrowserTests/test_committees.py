import datetime, json, os, pathlib, re, subprocess, time, unittest
from harness import CHAIR, DEMOCRATIC, MANAGER, MEMBER, Journey, sql

COUNCILS = pathlib.Path(__file__).resolve().parents[3] / "shared" / "data" / "members" / "worcestershire_seven_councils_2019.csv"


def working(day):
    """The day itself, or the next that is neither a weekend nor a bank holiday that the demonstration could meet."""
    holidays = json.loads((pathlib.Path(__file__).parents[2] / "Config/bank-holidays.json").read_text())["holidays"]
    while day.weekday() > 4 or day.isoformat() in holidays:
        day += datetime.timedelta(days=1)
    return day


class Committees(Journey):
    """Democratic services, from the May turnover to the certificate of a hearing."""

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
        self.assert_says(page, ", before the hearing")
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

    def test_the_record_of_a_member(self):
        """A member is added and appointed, trained with a paper, decided on, rejected, and leaves: each form once wrong, once right"""
        page = self.open(DEMOCRATIC)
        page.goto("/members/new")
        page.get_by_role("button", name="Add", exact=True).click()
        self.assert_says(page, "Enter the name")
        self.look(page, True)
        page.get_by_label("District").select_option("worcester")
        page.get_by_label("Name", exact=True).fill("Ottilie Marchbank")
        page.get_by_label("Ward").fill("Quayside")
        page.get_by_role("button", name="Add", exact=True).click()
        self.heading(page, "Ottilie Marchbank")
        member = page.url
        page.goto("/committees")
        row = page.get_by_role("row").filter(has_text="Worcester City")
        row.get_by_role("link", name="Taxi and General Licensing Committee").click()
        committee = page.url
        page.get_by_role("button", name="Appoint a member").click()
        page.get_by_role("button", name="Appoint", exact=True).click()
        self.assert_says(page, "Choose the member")
        self.look(page, True)
        page.get_by_label("Member", exact=True).first.select_option(label="Ottilie Marchbank (Quayside)")
        page.get_by_role("button", name="Appoint", exact=True).click()
        self.assert_says(page, "Ottilie Marchbank is member from")

        page.goto(member)
        self.assert_says(page, "Due by")
        page.get_by_role("button", name="Record training").click()
        page.get_by_role("button", name="Record", exact=True).click()
        self.assert_says(page, "Choose the course")
        self.look(page, True)
        page.get_by_label("Course").select_option("cse_awareness")
        page.get_by_label("Evidence as a file").set_input_files({"name": "c.txt", "mimeType": "text/plain", "buffer": b"no paper"})
        page.get_by_label("The member signed for it on paper").check()
        page.get_by_role("button", name="Record", exact=True).click()
        self.assert_says(page, "Choose a PDF, PNG or JPEG file")
        page.get_by_label("Evidence as a file").set_input_files({"name": "c.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 a certificate"})
        page.get_by_role("button", name="Record", exact=True).click()
        self.assert_says(page, "It counts to")
        with page.expect_download() as download:
            page.get_by_role("link", name="Open the evidence").click()
        self.assertEqual(b"%PDF-1.4 a certificate", pathlib.Path(download.value.path()).read_bytes())

        page.get_by_role("button", name="Decide on equivalence or dispensation").click()
        page.get_by_role("button", name="Record the decision").click()
        self.assert_says(page, "Choose what was decided")
        self.look(page, True)
        page.get_by_label("Training elsewhere is as good").check()
        page.get_by_label("Course").select_option("licensing_procedure")
        page.get_by_label("Who decided").fill("Monitoring officer")
        page.get_by_label("Reason").fill("Trained by the county next door")
        page.get_by_role("button", name="Record the decision").click()
        self.assert_says(page, "The decision on Licensing procedure is recorded")
        self.look(page, True)

        page.get_by_role("link", name="Reject this evidence").first.click()
        page.get_by_role("button", name="Reject it").click()
        self.assert_says(page, "Enter what is wrong with it")
        self.look(page, True)
        page.get_by_label("What is wrong with it?").fill("Of somebody else")
        page.get_by_role("button", name="Reject it").click()
        self.assert_says(page, "no longer counts")

        page.goto(committee)
        page.get_by_role("link", name="End the appointment of Ottilie Marchbank").click()
        page.get_by_role("button", name="End it").click()
        self.assert_says(page, "Enter why it ends")
        self.look(page, True)
        page.get_by_label("Why", exact=True).fill("Resigned")
        page.get_by_role("button", name="End it").click()
        self.assert_says(page, "The appointment of Ottilie Marchbank ends with")

    def test_a_hearing_from_its_arrangement_to_its_panel(self):
        """A hearing is arranged, an interest declared, a panel checked, refused and fixed, and the hearing cancelled"""
        page = self.open(DEMOCRATIC)
        page.goto("/committees")
        page.get_by_role("row").filter(has_text="Bromsgrove").get_by_role("link", name="Licensing Committee", exact=True).click()
        page.get_by_role("button", name="Arrange a hearing").click()
        page.get_by_role("button", name="Arrange it").click()
        self.assert_says(page, "Choose what is heard")
        self.look(page, True)
        page.get_by_label("What is heard?").select_option("grant")
        page.get_by_label("Reference of the case").fill("BR/LA/099")
        page.get_by_label("Premises or driver").fill("The Paper Moon, Perry Pear Lane")
        self.date(page, "Day of the hearing", working(datetime.date.today() + datetime.timedelta(days=12)))
        page.get_by_role("button", name="Arrange it").click()
        self.assert_says(page, "Hearing BR/LA/099 is on")
        self.look(page, True)
        hearing = page.url
        member = page.get_by_label("Member", exact=True).first
        member.select_option(index=2)
        page.get_by_label("What it is").fill("Owns the shop next door")
        page.get_by_role("button", name="Record the interest").click()
        self.assert_says(page, "Owns the shop next door")
        page.goto(hearing + "/panel")
        page.get_by_role("button", name="Fix this panel").click()
        self.assert_says(page, "There is a problem")
        self.look(page, True)
        page.get_by_label("Presides").select_option(index=1)
        page.get_by_label("Member 2").select_option(index=2)
        page.get_by_label("Member 3").select_option(index=2)
        page.get_by_role("button", name="Check only").click()
        self.assert_says(page, "is on the panel more than once")
        self.look(page, True)
        page.get_by_label("Member 3").select_option(index=3)
        page.get_by_role("button", name="Fix this panel").click()
        self.assert_says(page, "The panel is")
        page.get_by_label("It was cancelled").check()
        page.get_by_role("button", name="Record", exact=True).click()
        self.assert_says(page, "Hearing BR/LA/099 was cancelled")
        self.look(page, True)

    def test_requirements_and_councillors_from_a_file(self):
        """A new version of a requirement is previewed and set; councillors come in from a file after every line was seen"""
        page = self.open(DEMOCRATIC)
        page.goto("/training/requirements/new")
        page.get_by_label("District").select_option("worcester")
        page.get_by_label("Course").select_option("natural_justice")
        page.get_by_role("button", name="See what it would change").click()
        self.assert_says(page, "would not be in order")
        self.look(page, True)
        page.get_by_label("a warning is given").check()
        page.get_by_role("button", name="Set it").click()
        self.assert_says(page, "What is asked of Natural justice and fair hearings changes on")
        page.goto("/members/import")
        page.get_by_role("button", name="Check the file").click()
        self.assert_says(page, "Choose a file, CSV or JSON")
        self.look(page, True)
        text = "Council,Councillor,Ward,Committee,Role\nWyre Forest,Cllr Jem Tolladine,Riverside,,\nWyre Forest,Vacancy,Hop Market,,\nElsewhere,Nobody Here,Nowhere,,\n"
        page.get_by_label("File", exact=True).set_input_files({"name": "councillors.csv", "mimeType": "text/csv", "buffer": text.encode()})
        page.get_by_role("button", name="Check the file").click()
        self.assert_says(page, "1 new member, 0 held already, 0 memberships, 2 lines left out")
        self.look(page, True)
        page.get_by_role("button", name="Bring them in").click()
        self.assert_says(page, "Brought in: 1 new member")

    def test_days_away_and_reminders_on_a_phone(self):
        """A member says on a phone which days they cannot sit, and switches reminders off; with and without JavaScript"""
        for js in (True, False):
            with self.subTest(js=js):
                page = self.open(MEMBER, js=js, width=390)
                page.goto("/my-training")
                page.get_by_role("link", name="Add days").click()
                self.look(page, js)
                page.set_viewport_size({"width": 390, "height": 900})
                page.get_by_role("button", name="Note it").click()
                self.assert_says(page, "There is a problem")
                self.look(page, js)
                page.set_viewport_size({"width": 390, "height": 900})
                day = datetime.date.today() + datetime.timedelta(days=200)
                self.date(page, "First day", day)
                page.get_by_role("button", name="Note it").click()
                self.assert_says(page, "Noted: you cannot sit")
                self.look(page, js)
                page.set_viewport_size({"width": 390, "height": 900})
                page.get_by_role("button", name=re.compile("^Take back")).first.click()
                self.assert_says(page, "Taken back")
                page.get_by_role("button", name="Switch reminders off").click()
                self.assert_says(page, "Reminders are switched off.")
                page.get_by_role("button", name="Switch reminders on").click()
                self.assert_says(page, "Reminders are switched on.")

    def test_completions_come_in_from_a_file(self):
        """A learning system's file: its columns are said once, a misspelt member is decided on, what is certain is recorded"""
        page = self.open(DEMOCRATIC)
        page.goto("/training")
        page.get_by_role("button", name="Completions from a file").click()
        self.look(page, True)
        page.get_by_role("button", name="Check the file").click()
        self.assert_says(page, "Choose a CSV file")
        self.look(page, True)
        names = sql("SELECT string_agg(name, '|' ORDER BY sort_name) FROM member WHERE authority_id = 4 AND kind = 'councillor' AND office_before IS NULL").split("|")
        yesterday = datetime.date.today() - datetime.timedelta(days=1)
        lines = [f"{names[0]},Fair hearings,{yesterday:%d/%m/%Y},77", f"{names[1][:-1]}x,Fair hearings,{yesterday:%d/%m/%Y},81", f"Nobody Known,Fair hearings,{yesterday:%d/%m/%Y},90"]
        text = "Who,Which,When,Mark\n" + "\n".join(lines) + "\n"
        page.get_by_label("District whose members they are").select_option("worcester")
        page.get_by_label("File", exact=True).set_input_files({"name": "learning.csv", "mimeType": "text/csv", "buffer": text.encode()})
        page.get_by_role("button", name="Check the file").click()
        self.assert_says(page, "What are the columns?")
        self.look(page, True)
        page.get_by_role("button", name="Read it so").click()
        self.assert_says(page, "Say which column")
        for heading, field in (("Who", "Name, in one"), ("Which", "Course"), ("When", "Day it was completed"), ("Mark", "Score")):
            page.get_by_label(heading, exact=True).select_option(label=field)
        page.get_by_role("button", name="Read it so").click()
        self.assert_says(page, "Which courses are these?")
        page.get_by_label("“Fair hearings”").select_option(label="Natural justice and fair hearings")
        page.get_by_role("button", name="Keep these answers").click()
        self.assert_says(page, "Whom do these lines mean?")
        self.look(page, True)
        page.get_by_label(re.compile("^Line 3")).select_option(label=next(o for o in page.get_by_label(re.compile("^Line 3")).locator("option").all_inner_texts() if o.startswith(names[1])))
        page.get_by_label(re.compile("^Line 4")).select_option("-")
        page.get_by_role("button", name="Keep these decisions").click()
        self.assert_says(page, "2 lines were decided.")
        page.get_by_role("button", name="Record 2 completions").click()
        self.assert_says(page, "2 completions were recorded.")
        self.assert_says(page, "Everything in this file is recorded")
        self.look(page, True)

    def test_the_proof_of_a_licence(self):
        """What a licence's challenge asks for, on paper: guidance, terms, visits, and the panels that decided"""
        page = self.open(MANAGER)
        licence = sql("SELECT registration_id FROM hearing WHERE reference = 'BR/LA/032'")
        page.goto(f"/licences/{licence}")
        page.get_by_role("link", name="Proof for a challenge").click()
        self.assert_says(page, "Hearing BR/LA/032")
        self.assert_says(page, "minutes LSC 32")
        self.assertRegex(page.locator("main").inner_text(), r"sha256 of what it says: [0-9a-f]{64}")
        self.look(page, True)
        self.assertLessEqual(len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))), 6)
        driver = sql("SELECT registration_id FROM hearing WHERE reference = 'RE/TX/117'")
        page.goto(f"/licences/{driver}/proof")
        self.assert_says(page, "Safeguarding training")
        self.assert_says(page, "Hearing RE/TX/117")
        self.look(page, True)

    def test_what_a_shorter_validity_would_do(self):
        """Before a rule changes: who runs out, in which week, which hearings lose a member"""
        page = self.open(DEMOCRATIC)
        page.goto("/training/requirements/new")
        page.get_by_label("District").select_option(label="All of them")
        page.get_by_label("Course").select_option("cse_awareness")
        page.get_by_label("Months a completion counts").fill("12")
        page.get_by_label("Ends by this version too").check()
        page.get_by_label("a member may not sit").check()
        page.get_by_role("button", name="See what it would change").click()
        self.assert_says(page, "Nothing is changed yet")
        self.assertGreater(page.get_by_role("table", name="By district and week").get_by_role("row").count(), 3)
        self.assertGreater(page.get_by_role("table", name="Hearings that would lose a member").get_by_role("row").count(), 1)
        self.look(page, True)

    def test_everybody_on_one_page_for_an_agenda(self):
        """The matrix for an agenda pack: all rows, printable, and the heat-map with its table"""
        page = self.open(DEMOCRATIC)
        page.goto("/training")
        page.get_by_role("link", name="All on one page, for an agenda pack").click()
        self.assert_says(page, "Everybody on one page")
        self.look(page, True)
        page.goto("/training/reminders")
        self.assertEqual(1, page.locator("svg[aria-labelledby^=heat]").count())
        page.get_by_text("The figures as a table").first.click()
        page.get_by_role("table", name="Training that runs out, by course and month").get_by_role("link").first.click()
        self.assert_says(page, "that runs out in")
        self.look(page, True)


@unittest.skipUnless(COUNCILS.is_file(), "the county's councils are not beside the checkout")
class TheCountysCouncils(Journey):
    """Democratic services with the county's own councillors, and training that is invented."""

    date = Committees.date

    def come_in(self, page):
        """The councillors of the seven councils, once."""
        if int(sql("SELECT count(*) FROM member WHERE authority_id IN (5, 6)")) > 20:
            return
        page.goto("/members/import")
        page.get_by_label("File", exact=True).set_input_files(COUNCILS)
        page.get_by_role("button", name="Check the file").click()
        self.assert_says(page, "Nothing has been changed yet")
        page.get_by_role("button", name="Bring them in").click()
        self.assert_says(page, "Brought in:")

    def ask(self, page, slug, course, signed):
        page.goto("/training/requirements/new")
        page.get_by_label("District").select_option(slug)
        page.get_by_label("Course").select_option(course)
        self.date(page, "First day of this version", datetime.date(2020, 1, 1))
        if not signed:
            page.get_by_label("It counts only when the member has signed for it").uncheck()
        page.get_by_role("button", name="Set it").click()
        self.assert_says(page, "changes on")

    def train(self, page, slug, dates):
        """Completions by file: {name: {course: day}}."""
        lines = [f'"{name}","{ward}",{course},{day:%Y-%m-%d}' for (name, ward), courses in dates.items() for course, day in courses.items()]
        page.goto("/training/imports")
        page.get_by_label("District whose members they are").select_option(slug)
        page.get_by_label("File", exact=True).set_input_files({"name": f"{slug}.csv", "mimeType": "text/csv", "buffer": ("Name,Ward,Course,Date\n" + "\n".join(lines) + "\n").encode()})
        page.get_by_role("button", name="Check the file").click()
        page.get_by_role("button", name=f"Record {len(lines)} completions").click()
        self.assert_says(page, f"{len(lines)} completions were recorded.")

    def walk(self, authority, slug, district, js):
        page = self.open(DEMOCRATIC, js=js)
        self.come_in(page)
        page.goto("/committees/new")
        page.get_by_label("District").select_option(slug)
        page.get_by_label("Name", exact=True).fill("Licensing Committee")
        page.get_by_label("Licensing Act 2003", exact=True).check()
        page.get_by_role("button", name="Set it up").click()
        self.assert_says(page, "was set up")
        for course in ("cse_awareness", "licensing_procedure"):
            self.ask(page, slug, course, signed=False)
        rows = sql(f"SELECT string_agg(name || '|' || ward, '~' ORDER BY sort_name) FROM member WHERE authority_id = {authority} AND kind = 'councillor' AND office_before IS NULL")
        people = [tuple(row.split("|")) for row in rows.split("~")]
        self.assertGreater(len(people), 25)
        panel_day = working(datetime.date.today() + datetime.timedelta(days=20))
        three_years = lambda day: day.replace(year=day.year - 3, day=min(day.day, 28))
        soon = three_years(panel_day + datetime.timedelta(days=5))  # never before the day itself, however short the month
        recent = datetime.date.today() - datetime.timedelta(days=90)
        self.train(page, slug, {person: {"cse_awareness": soon if n == 0 else recent + datetime.timedelta(days=n), "licensing_procedure": recent} for n, person in enumerate(people[:11])})

        # The May turnover of the district in one step, looked at first; a slip in it is told at its field.
        page.goto(f"/committees/turnover?district={slug}")
        self.look(page, js)
        meeting = datetime.date.today() + datetime.timedelta(days=1)
        self.date(page, "Day of the annual meeting", meeting)
        roles = ["chair"] + ["member"] * 10
        joins = [f"{name}; {ward}; Licensing Committee; {role}" for (name, ward), role in zip(people, roles)] + [f"Olive Thornbury {slug}; Pear Hill; Licensing Committee; member"]
        page.get_by_label("Newly elected, or new to a committee").fill("\n".join(joins).replace("Licensing Committee", "Planning Committee", 1))
        page.get_by_role("button", name="See what it would change").click()
        self.assert_says(page, "No committee of this district is called")
        self.look(page, js)
        page.get_by_label("Newly elected, or new to a committee").fill("\n".join(joins))
        page.get_by_label(re.compile("^" + re.escape(people[-1][0]))).check()
        page.get_by_role("button", name="See what it would change").click()
        self.assert_says(page, "Nothing is changed yet")
        self.assert_says(page, f"Olive Thornbury {slug} (Pear Hill)")
        self.look(page, js)
        page.get_by_role("button", name="Turn it over").click()
        self.assert_says(page, f"The committees of {district} turn over on")
        self.assert_says(page, "1 newly elected, 1 left office")
        self.look(page, js)
        # Taken back, and done again.
        page.get_by_role("button", name=re.compile(f"^Take it back.*{district}$")).click()
        self.assert_says(page, "is taken back")
        self.assertEqual("0", sql(f"SELECT count(*) FROM appointment WHERE authority_id = {authority}"))
        page.goto(f"/committees/turnover?district={slug}")
        self.date(page, "Day of the annual meeting", meeting)
        page.get_by_label("Newly elected, or new to a committee").fill("\n".join(joins))
        page.get_by_role("button", name="See what it would change").click()
        page.get_by_role("button", name="Turn it over").click()
        self.assert_says(page, "turn over on")

        # A panel of three is found for a day.
        page.get_by_role("row").filter(has_text=district).get_by_role("link", name="Licensing Committee", exact=True).click()
        page.get_by_role("button", name="Arrange a hearing").click()
        page.get_by_label("What is heard?").select_option("review")
        reference = f"{slug.upper()}/1"
        page.get_by_label("Reference of the case").fill(reference)
        page.get_by_label("Premises or driver").fill("The Paper Moon, Perry Pear Lane")
        page.get_by_label("Ward").fill(people[3][1])
        self.date(page, "Day of the hearing", panel_day)
        page.get_by_role("button", name="Arrange it").click()
        hearing = page.url
        page.get_by_role("link", name="Find me a panel").first.click()
        self.look(page, js)
        page.get_by_role("button", name="Fix this panel").click()
        self.assert_says(page, "The panel is")
        self.assert_says(page, people[0][0])
        self.assertEqual(0, page.get_by_text("This panel may not sit").count())
        # It stays lawful only until the chair's training runs out: moved a week, it may not sit.
        page.get_by_role("button", name="Move it").click()
        self.date(page, "New day", working(panel_day + datetime.timedelta(days=7)))
        page.get_by_label("Why", exact=True).fill("The room is needed for the count")
        page.get_by_role("button", name="Move it").click()
        self.assert_says(page, "Its panel may not sit that day")
        self.assert_says(page, ", before the hearing")
        self.look(page, js)
        self.same_by_command(page, authority, slug, reference)
        # Whoever keeps committees is told by e-mail, once.
        for _ in range(45):
            page.goto("/training/sent")
            if page.get_by_role("row").filter(has_text=reference).count():
                break
            time.sleep(2)
        self.look(page, js)
        self.assertEqual(1, page.get_by_role("row").filter(has_text=reference).filter(has_text="Winifred Ashe").count())
        page.get_by_role("row").filter(has_text=reference).get_by_role("link").first.click()
        self.assert_says(page, "may not sit as it stands")
        self.look(page, js)
        # Mended from the ranked list, and certified.
        page.goto(hearing)
        page.get_by_role("table", name="Who else can sit").get_by_role("button").first.click()
        self.assert_says(page, "The panel is")
        self.assertEqual(0, page.get_by_text("This panel may not sit").count())
        self.look(page, js)
        self.same_by_command(page, authority, slug, reference)
        page.locator("main").get_by_role("button", name="Certificate").click()
        self.assert_says(page, "Nothing forbids this panel to sit")
        self.look(page, js)
        if js:
            self.assertEqual(1, len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))), "the certificate is longer than a page")

    def same_by_command(self, page, authority, slug, reference):
        """`lantern empanel` finds what the page finds."""
        members = sql(f"SELECT string_agg(s.member_id::text, ',' ORDER BY s.seat) FROM panel_seat s JOIN panel p ON p.id = s.panel_id JOIN hearing h ON h.id = p.hearing_id WHERE h.reference = '{reference}' AND p.number = (SELECT max(number) FROM panel x WHERE x.hearing_id = h.id)")
        day = sql(f"SELECT held_on FROM hearing WHERE reference = '{reference}'")
        done = subprocess.run(
            [os.environ["LANTERN_BINARY"], "empanel", "--committee", f"Licensing Committee@{slug}", "--hearing-date", day, "--members", members, "--premises", reference, "--json"],
            capture_output=True, text=True, env=os.environ)
        said = json.loads(done.stdout)
        words = {"BLOCK_STATUTORY": "Unlawful", "BLOCK_POLICY": "Against local rule", "WARN": "Advice"}
        table = page.get_by_role("table", name="What the check finds")
        rows = [tuple(cell.strip() for cell in row.locator("th, td").all_inner_texts()) for row in table.get_by_role("row").all()[1:]] if table.count() else []
        self.assertEqual([(words[f["severity"]], f["text"]) for f in said["findings"]], [tuple(r[:2]) for r in rows])
        self.assertEqual(0 if said["lawful"] else 1, done.returncode)

    def test_the_countys_councils(self):
        """The county's councillors: the May turnover, a panel of three, broken by a moved hearing, told of, mended, certified"""
        self.walk(5, "wychavon", "Wychavon", js=True)

    def test_the_countys_councils_without_javascript(self):
        """The same without JavaScript"""
        self.walk(6, "wyre-forest", "Wyre Forest", js=False)
