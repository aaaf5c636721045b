import json
import re
from harness import BOARD, HOUSING, OFFICER, WIDTHS, Journey, sql


class Fieldwork(Journey):
    def place(self, offset):
        """A current place of the officer's districts that nothing was recorded about, and that the offset tells apart."""
        return json.loads(sql(f"""
            SELECT to_json(x) FROM (
              SELECT r.id, r.reference, r.trading_name AS name FROM registration r JOIN registration_standing(current_date) s ON s.registration_id = r.id
               WHERE r.kind IN ('hotel', 'guest_house', 'premises_licence') AND s.status = 'current'
                 AND r.authority_id IN (SELECT authority_id FROM organisation_authority WHERE organisation_id = 1)
                 AND NOT EXISTS (SELECT FROM fieldwork_visit v WHERE v.registration_id = r.id)
                 AND NOT EXISTS (SELECT FROM challenge_test c WHERE c.registration_id = r.id)
               ORDER BY r.reference DESC OFFSET {offset} LIMIT 1) x"""))

    def drive(self, js, width, offset):
        page = self.open(OFFICER, js=js, width=width)
        place = self.place(offset)
        page.goto(f"/licences/{place['id']}")
        page.get_by_role("main").get_by_role("link", name="Visits and tests").click()
        self.assert_says(page, "No visit is recorded")

        # A visit, with guidance, that is to be followed up.
        page.get_by_role("link", name="Record a visit").click()
        page.get_by_role("button", name="Record the visit").click()
        self.assert_says(page, "There is a problem")
        page.get_by_label("What was found?").fill("No poster behind the bar; staff knew whom to call.")
        page.get_by_role("group", name="Was there a concern?").get_by_label("Yes").check()
        page.locator("select[name=version]").select_option(index=1)
        again = page.get_by_role("group", name="Is there to be a follow-up?")
        again.get_by_label("Yes").check()
        for part, value in zip(("day", "month", "year"), sql("SELECT to_char(current_date + 10, 'DD MM YYYY')").split()):
            page.locator(f"input[name=follow-up-{part}]").fill(value)
        page.get_by_role("button", name="Record the visit").click()
        self.assert_says(page, "The visit is recorded, and the guidance given on it.")
        self.assertEqual("visit hand", sql(f"SELECT occasion || ' ' || channel FROM issuance WHERE registration_id = '{place['id']}' ORDER BY recorded_at DESC LIMIT 1"))

        # A challenge test that was failed.
        page.get_by_role("link", name="Record a challenge test").click()
        page.get_by_label("Walk-in booking of a room").check()
        page.get_by_label("Failed: nobody challenged it").check()
        page.get_by_role("button", name="Record the test").click()
        self.assert_says(page, "The challenge test is recorded.")

        # Evidence is asked for, and comes.
        page.get_by_role("link", name="Ask for evidence").click()
        page.get_by_label("Training of their staff").check()
        page.get_by_role("group", name="Is the holder written to?").get_by_label("No").check()
        page.get_by_role("button", name="Record the request").click()
        self.assert_says(page, "The request is recorded.")
        page.get_by_role("button", name="Received today").click()
        self.assert_says(page, "The evidence is recorded as received today.")

        # The lists know them.
        page.goto("/fieldwork?show=due")
        self.assertEqual(1, page.get_by_role("link", name=place["name"]).count())
        page.get_by_role("link", name="Challenge tests").click()
        page.goto("/fieldwork/tests?show=failed")
        page.get_by_role("link", name=place["name"]).click()
        page.get_by_role("button", name="Followed up").click()
        self.assert_says(page, "The follow-up is done.")

    def test_visit_test_and_request(self):
        """A place is visited and tested, evidence is asked for, and the lists say what is due"""
        self.drive(True, WIDTHS["desktop"], 0)

    def test_on_a_phone_without_javascript(self):
        """The same on a phone without JavaScript"""
        self.drive(False, WIDTHS["phone"], 1)

    def test_a_place_without_a_licence(self):
        """A place that no register holds is visited, a file is kept with the visit, and the sheet of a licence is printed"""
        page = self.open(OFFICER)
        page.goto("/fieldwork")
        page.get_by_role("button", name="Record a visit to another place").click()
        page.get_by_label("What was found?").fill("A girl called Jamie sat in the back")
        page.get_by_role("button", name="Record the visit").click()
        self.assert_says(page, "Take out the name of the child or young person")
        self.look(page)
        page.locator("select[name=district]").select_option("redditch")
        page.get_by_label("Name of the place").fill("Late Night Kebab")
        page.get_by_label("Address").fill("3 High Street")
        page.get_by_label("What was found?").fill("Staff did not know whom to call. Poster given.")
        page.get_by_role("button", name="Record the visit").click()
        self.heading(page, "Visit to Late Night Kebab")
        self.look(page)
        page.get_by_role("button", name="Keep the file").click()
        self.assert_says(page, "Choose a file")
        page.locator("input[type=file]").set_input_files({"name": "poster.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 poster"})
        page.get_by_role("button", name="Keep the file").click()
        self.assert_says(page, "The file is kept with the visit.")
        self.look(page)
        with page.expect_download() as download:
            page.get_by_role("link", name="poster.pdf").click()
        self.assertEqual(b"%PDF-1.4 poster", download.value.path().read_bytes())
        page.get_by_role("button", name=re.compile("^Destroy")).click()
        self.assert_says(page, "poster.pdf, destroyed")
        page.goto("/fieldwork")
        self.assertEqual(1, page.get_by_role("link", name="Late Night Kebab").count())
        self.look(page)
        place = self.place(2)
        page.goto(f"/licences/{place['id']}/fieldwork")
        page.get_by_role("link", name="Sheet to take along").click()
        self.assert_says(page, "Never write down the name of a child")
        self.look(page)

    def test_reminders(self):
        """Who was asked for evidence and is late is reminded by a message in the outbox, once"""
        page = self.open(OFFICER)
        late = int(sql("SELECT count(*) FROM evidence_chase(current_date, '{-7,1,14}') c JOIN registration_contact k USING (registration_id) WHERE c.rung > c.reminded AND k.email IS NOT NULL"))
        self.assertGreater(late, 0)
        page.goto("/fieldwork/requests")
        self.look(page)
        page.get_by_role("button", name="Send by e-mail now").click()
        self.assert_says(page, "on the way")
        self.assertEqual(str(late), sql("SELECT count(*) FROM delivery WHERE purpose = 'evidence_reminder'"))
        page.goto("/fieldwork/requests")
        self.assertEqual(0, page.get_by_role("button", name="Send by e-mail now").count())

    def test_accommodation_alone(self):
        """A housing officer finds places to stay and no driver, and reaches no page of other registers"""
        page = self.open(HOUSING)
        page.goto("/")
        self.look(page)
        page.get_by_role("navigation").first.get_by_role("link", name="Registers").click()
        words = page.locator("nav").all_inner_texts()
        self.assertTrue(any("Accommodation" in line for line in words), words)
        self.assertFalse(any("Drivers" in line or "Premises" in line for line in words), words)
        page.goto("/accommodation")
        self.assertGreater(page.locator("main tbody tr").count(), 0)
        driver = sql("SELECT r.id || ' ' || r.reference FROM registration r WHERE r.authority_id = 4 AND r.kind = 'private_hire_driver' ORDER BY r.reference LIMIT 1").split(" ", 1)
        self.assertEqual(404, page.goto(f"/licences/{driver[0]}").status)
        page.goto(f"/search?q={driver[1]}")
        self.assertEqual(0, page.locator(f"main a[href='/licences/{driver[0]}']").count())
        for path in ("/drivers", "/operators", "/premises", "/driver-training"):
            self.assertEqual(403, page.goto(path).status)

    def test_who_sees_what(self):
        """A board reader sees none of it"""
        page = self.open(BOARD)
        for path in ("/fieldwork", "/fieldwork/tests", "/fieldwork/requests"):
            self.assertEqual(403, page.goto(path).status)
