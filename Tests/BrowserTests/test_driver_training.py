import re
from harness import BOARD, MANAGER, OFFICER, WIDTHS, Journey, sql


class DriverTraining(Journey):
    def drive(self, js, width, district):
        page = self.open(MANAGER, js=js, width=width)
        page.goto("/driver-training/rules")
        page.get_by_role("button", name="Ask for training").click()
        page.get_by_role("button", name="See what it would do").click()
        self.assert_says(page, "There is a problem")
        page.get_by_label(district).check()
        page.get_by_label("Hackney carriage drivers").check()
        for name, day in (("from", "current_date - 1"), ("grace", "current_date")):
            for part, value in zip(("day", "month", "year"), sql(f"SELECT to_char({day}, 'DD MM YYYY')").split()):
                page.locator(f"input[name={name}-{part}]").fill(value)
        page.get_by_role("button", name="See what it would do").click()
        self.assert_says(page, "Nothing is saved yet")
        would, of = map(int, re.search(r"(\d+) of (\d+) drivers would be overdue", page.locator("main").inner_text()).groups())
        self.assertTrue(0 < would < of)
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

    def test_who_may(self):
        """An officer sees the list and sets no rules; a board reader sees nothing of it"""
        officer = self.open(OFFICER)
        self.assertEqual(200, officer.goto("/driver-training").status)
        self.assertEqual(403, officer.goto("/driver-training/rules/new").status)
        self.assertEqual(403, self.open(BOARD).goto("/driver-training").status)
