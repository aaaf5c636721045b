import json
from harness import BOARD, OFFICER, WIDTHS, Journey, sql


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

    def test_who_sees_what(self):
        """A board reader sees none of it"""
        page = self.open(BOARD)
        for path in ("/fieldwork", "/fieldwork/tests", "/fieldwork/requests"):
            self.assertEqual(403, page.goto(path).status)
