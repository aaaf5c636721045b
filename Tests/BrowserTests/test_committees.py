import datetime, pathlib, re
from harness import CHAIR, DEMOCRATIC, MEMBER, Journey, sql


def working(day):
    """The day itself, or the next that is neither a weekend nor a bank holiday that the demonstration could meet."""
    import json
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
        self.assert_says(page, "DUPLICATE_MEMBER")
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
