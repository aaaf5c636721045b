import json, re
from harness import BOARD, HOUSING, MANAGER, OFFICER, WIDTHS, Journey, sql

PDF = {"name": "certificate.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n% a certificate\n"}


class DriverTraining(Journey):
    def drive(self, js, width, district):
        page = self.open(MANAGER, js=js, width=width)
        page.goto("/driver-training/rules")
        page.get_by_role("button", name="Ask for training").click()
        page.get_by_role("button", name="See what it would do").click()
        self.assert_says(page, "There is a problem")
        page.get_by_label(district).check()
        page.get_by_label("Hackney carriage drivers").check()
        page.get_by_label("Pass mark").fill("70")
        page.get_by_label("Attempts allowed").fill("3")
        page.get_by_label("Providers whose training is accepted").fill("County training team\nRedditch College")
        page.get_by_label("No renewal without it").check()
        for name, day in (("from", "current_date - 1"), ("grace", "current_date")):
            for part, value in zip(("day", "month", "year"), sql(f"SELECT to_char({day}, 'DD MM YYYY')").split()):
                page.locator(f"input[name={name}-{part}]").fill(value)
        page.get_by_role("button", name="See what it would do").click()
        self.assert_says(page, "Nothing is saved yet")
        # By district and week: the rows of the table add up.
        weekly = page.get_by_role("table", name="Who becomes overdue, by district and week").locator("tbody tr")
        many = sum(int(re.sub(r"\D", "", row.locator("td").last.inner_text())) for row in weekly.all())
        if js:
            self.look(page)
        would, of = map(int, re.search(r"(\d+) of (\d+) drivers would be overdue", page.locator("main").inner_text()).groups())
        self.assertTrue(0 < would < of)
        self.assertEqual(would, many)
        page.get_by_role("button", name="Save the rule").click()
        self.assert_says(page, "The rule is saved.")
        # What was foretold has come, and the rows are as many.
        slug = district.lower().replace(" ", "-")
        self.assertEqual(would, int(sql(
            "SELECT count(*) FROM driver_training_owed(current_date) o JOIN authority a ON a.id = o.authority_id"
            f" WHERE o.kind = 'hackney_driver' AND o.state = 'overdue' AND a.name = '{district}'")))
        page.goto(f"/driver-training?district={slug}&kind=hackney_driver")
        self.assertEqual(min(50, would), page.locator("main table tbody tr").count())

    def test_looked_at_then_saved(self):
        """A rule says whom it would concern before it is saved, and the list says the same after"""
        self.drive(True, WIDTHS["desktop"], "Bromsgrove")

    def test_on_a_phone_without_javascript(self):
        """The same on a phone without JavaScript"""
        self.drive(False, WIDTHS["phone"], "Wychavon")

    def drivers(self, many, offset=0):
        """Current drivers of Malvern Hills, where no rule is in force, whose badges are theirs alone and of whom no training is recorded."""
        return json.loads(sql(f"""
            SELECT json_agg(x) FROM (SELECT r.id, r.reference, r.badge, p.name FROM registration r JOIN party p ON p.id = r.party_id JOIN registration_standing(current_date) s ON s.registration_id = r.id
              WHERE r.authority_id = 2 AND r.kind = 'private_hire_driver' AND s.status = 'current' AND (SELECT count(*) FROM registration o WHERE o.badge_key = r.badge_key) = 1
                AND NOT EXISTS (SELECT FROM training_attempt a WHERE a.registration_id = r.id) AND NOT EXISTS (SELECT FROM training_completion c WHERE c.registration_id = r.id)
              ORDER BY r.reference LIMIT {many} OFFSET {offset}) x"""))

    def test_a_certificate_is_reviewed(self):
        """A certificate is uploaded, waits on This week, is looked at, rejected with a reason, and accepted after all"""
        page = self.open(OFFICER)
        driver = self.drivers(1)[0]
        page.goto(f"/licences/{driver['id']}")
        page.get_by_role("link", name="Record training").click()
        page.get_by_label("No, it is to be reviewed").check()
        page.get_by_role("button", name="Record", exact=True).click()
        self.assert_says(page, "Choose the certificate that is to be reviewed")
        self.look(page)
        page.get_by_label("Provider").fill("Redditch College")
        page.get_by_label("Score").fill("82")
        page.get_by_label("Certificate", exact=True).set_input_files(PDF)
        page.get_by_role("button", name="Record", exact=True).click()
        self.assert_says(page, "The certificate is recorded and awaits review.")
        self.look(page)
        page.goto("/")
        page.get_by_role("link", name=re.compile("certificates? awaits? review")).first.click()
        self.heading(page, "Certificates that await review")
        self.look(page)
        row = page.locator("tr", has_text=driver["reference"])
        with page.expect_download() as download:
            row.get_by_role("link", name=re.compile("^Certificate")).click()
        self.assertEqual(PDF["buffer"], download.value.path().read_bytes())
        row.get_by_role("link", name=re.compile("^Reject")).click()
        page.get_by_role("button", name="Reject").click()
        self.assert_says(page, "There is a problem")
        page.get_by_label("Why is it rejected?").fill("It is for another course")
        page.get_by_role("button", name="Reject").click()
        self.assert_says(page, "is rejected and does not count")
        page.goto(f"/licences/{driver['id']}")
        self.assert_says(page, "It is for another course")
        self.look(page)
        page.get_by_role("button", name=re.compile("^Accept")).click()
        self.assert_says(page, "is accepted and counts from that day")
        self.assertEqual("1", sql(f"SELECT count(*) FROM training_completion WHERE registration_id = '{driver['id']}'"))

    def bring(self, js, width, offset):
        page = self.open(MANAGER, js=js, width=width)
        one, two, three = self.drivers(3, offset)
        day = sql("SELECT to_char(current_date - 9, 'DD/MM/YYYY')")
        lines = [f"{one['badge']},\"{one['name']}\",{day},88,Passed", f"{two['badge']},Somebody Else,{day},91,Passed", f",\"{three['name']}\",{day},77,Passed", f"{one['badge']},,someday,1,Passed"]
        file = {"name": f"college-{offset}.csv", "mimeType": "text/csv", "buffer": ("Badge,Driver,Date completed,Score,Result\n" + "\n".join(lines) + "\n").encode()}
        page.goto("/driver-training")
        page.get_by_role("link", name="Bring in completions from a file").click()
        page.get_by_role("button", name="Upload").click()
        self.assert_says(page, "Choose a file, CSV or .xlsx")
        page.locator("input[type=file]").set_input_files(file)
        page.get_by_role("button", name="Upload").click()
        self.heading(page, "What are the columns?")
        if js:
            self.look(page)
        page.get_by_label("Provider, where no column says it").fill("Redditch College")
        page.get_by_label("Keep these choices under a name").fill(f"College {offset}")
        page.get_by_role("button", name="Match the lines").click()
        self.assert_says(page, "Nothing has been recorded yet")
        if js:
            self.look(page)
        # Who else has the name may be found as well: each line is decided on by what it says.
        page.get_by_label("Or the reference or badge of another driver, line 3").fill("NO-SUCH-BADGE")
        page.get_by_role("button", name="Keep these decisions").click()
        self.assert_says(page, "There is a problem")
        if js:
            self.look(page)
        page.get_by_label("Or the reference or badge of another driver, line 3").fill("")
        page.get_by_label("Whose is line 3?").select_option("leave")
        page.get_by_label("Or the reference or badge of another driver, line 4").fill(three["reference"])
        page.get_by_role("button", name="Keep these decisions").click()
        page.get_by_role("button", name="Record 2 completions").click()
        self.assert_says(page, "are recorded")
        ids = f"('{one['id']}', '{two['id']}', '{three['id']}')"
        self.assertEqual("2", sql(f"SELECT count(*) FROM training_completion WHERE registration_id IN {ids}"))
        # The same file again is known, and its columns are.
        page.goto("/driver-training/imports")
        page.locator("input[type=file]").set_input_files(file)
        page.get_by_role("button", name="Upload").click()
        self.assert_says(page, "Read as kept under")
        page.get_by_role("button", name="Match the lines").click()
        page.get_by_role("button", name="Leave out all that are still in doubt").click()
        self.assert_says(page, "There is nothing to record")
        self.assertEqual("2", sql(f"SELECT count(*) FROM training_completion WHERE registration_id IN {ids}"))

    def test_completions_come_in(self):
        """A provider's file: lines are matched, those in doubt decided by a person, recorded once"""
        self.bring(True, WIDTHS["desktop"], 10)

    def test_completions_come_in_on_a_phone(self):
        """The same on a phone without JavaScript"""
        self.bring(False, WIDTHS["phone"], 20)

    def test_the_schedule(self):
        """The schedule for committee has those who are suspended already apart"""
        page = self.open(OFFICER)
        page.goto("/driver-training")
        page.get_by_role("link", name="Schedule for committee").click()
        page.get_by_role("link", name="Worcester City").click()
        self.assert_says(page, "Suspended already")
        self.look(page)
        overdue = int(sql("SELECT count(*) FROM driver_training_owed(current_date) WHERE authority_id = 4 AND state = 'overdue' AND status = 'current'"))
        self.assertEqual(overdue, page.locator("#overdue tbody tr").count())
        with page.expect_download() as download:
            page.get_by_role("link", name="Take it away as CSV").click()
        self.assertGreater(len(download.value.path().read_text().splitlines()), overdue)

    def test_who_may(self):
        """An officer sees the list and sets no rules; a board reader sees nothing of it"""
        officer = self.open(OFFICER)
        self.assertEqual(200, officer.goto("/driver-training").status)
        self.assertEqual(403, officer.goto("/driver-training/rules/new").status)
        for email in (BOARD, HOUSING):
            self.assertEqual(403, self.open(email).goto("/driver-training").status)
