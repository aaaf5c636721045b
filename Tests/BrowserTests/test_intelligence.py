import re

from harness import ADMIN, PARTNER, SCREENER, WIDTHS, Journey, sql

WORDS = "Cars wait behind the marigold takeaway every Friday after eleven."


class Intelligence(Journey):
    def tell(self, js, width):
        page = self.open(PARTNER, js=js, width=width)
        page.goto("/submissions")
        page.get_by_role("button", name="Tell us what you know").click()
        page.get_by_role("button", name="Continue").click()
        self.assert_says(page, "Choose which of these it is")
        before = int(sql("SELECT coalesce(sum(many), 0) FROM intelligence_count WHERE code = 'child'"))
        items = int(sql("SELECT count(*) FROM intelligence_item"))
        page.get_by_label("A child may be at risk of harm").check()
        page.get_by_role("button", name="Continue").click()
        self.heading(page, "Call the Family Front Door now")
        self.assertEqual(before + 1, int(sql("SELECT sum(many) FROM intelligence_count WHERE code = 'child'")))
        page.get_by_role("link", name="Back to the question").click()
        page.get_by_label("None of these").check()
        page.get_by_role("button", name="Continue").click()
        self.heading(page, "Tell us what you know")
        page.get_by_label("Takeaways and shops").check()
        page.get_by_label("Grid reference").fill("SO 8501 5482")
        page.get_by_label("What do you know?").fill("A girl called Tansy, 15, was there.")
        page.get_by_role("button", name="Send").click()
        self.assert_says(page, "Take out the name of the child or young person")
        self.assertEqual(items, int(sql("SELECT count(*) FROM intelligence_item")))
        self.assertEqual("SO 8501 5482", page.get_by_label("Grid reference").input_value())
        page.get_by_label("What do you know?").fill(WORDS)
        page.get_by_role("button", name="Send").click()
        self.assert_says(page, "It was sent and sealed")
        reference = page.locator("h1").inner_text()
        self.assertTrue(re.fullmatch(r"S-\d\d-\d{4}", reference), reference)
        self.assertNotIn("marigold", page.content())

        screener = self.open(SCREENER, js=js, width=width)
        screener.goto("/intelligence")
        screener.get_by_role("link", name=reference).click()
        self.assertNotIn("marigold", screener.content())
        item = screener.url.rsplit("/", 1)[1]
        screener.get_by_role("button", name="Open and log that I did").click()
        self.assert_says(screener, WORDS)
        self.assertEqual("1", sql(f"SELECT count(*) FROM intelligence_reading WHERE item_id = '{item}'"))
        screener.get_by_role("link", name="Say what became of it").click()
        screener.get_by_role("button", name="Save").click()
        self.assert_says(screener, "Choose what became of it")
        screener.get_by_label("Added to police intelligence").check()
        screener.get_by_role("button", name="Save").click()
        self.assert_says(screener, "Whoever sent it can see that")

        page.goto(f"/submissions/{item}")
        self.assert_says(page, "Added to police intelligence")
        page.get_by_role("link", name="Recall it").click()
        page.get_by_role("button", name="Recall it").click()
        self.assert_says(page, "Confirm that its text is to be destroyed")
        page.get_by_label("Destroy it").check()
        page.get_by_role("button", name="Recall it").click()
        self.assert_says(page, "You recalled it. Its text was destroyed.")
        screener.goto(f"/intelligence/{item}")
        self.assertEqual(0, screener.get_by_role("button", name="Open and log that I did").count())

    def test_a_partner_tells_and_is_told(self):
        """A partner is asked first, cannot name a child, sends, is told what became of it, and recalls it"""
        self.tell(True, WIDTHS["desktop"])

    def test_on_a_phone_without_javascript(self):
        """The same on a phone without JavaScript"""
        self.tell(False, WIDTHS["phone"])

    def test_a_police_item_has_conditions(self):
        """A police item under conditions opens only after they are acknowledged; an administrator reaches none of it"""
        page = self.open(SCREENER)
        page.goto("/intelligence/police")
        page.get_by_role("button", name="Record the item").click()
        self.assert_says(page, "Choose how reliable the source is")
        page.locator("select[name=partnership]").select_option(label="CSP South")
        page.get_by_label("Taxis, stations and bus stops").check()
        page.get_by_label("What do you know?").fill(WORDS)
        page.get_by_label("1: Reliable").check()
        page.get_by_label("B: Known indirectly to the source but corroborated").check()
        page.get_by_label("C: Lawful sharing permitted with conditions").check()
        page.get_by_label("Cordelia Nash").check()
        page.get_by_role("button", name="Record the item").click()
        self.assert_says(page, "Enter the conditions that readers must keep")
        page.get_by_label("Conditions", exact=True).fill("Patrol planning only.")
        page.get_by_role("button", name="Record the item").click()
        self.assert_says(page, "The item is recorded and sealed")
        item = page.url.rsplit("/", 1)[1]
        reader = self.open(PARTNER)
        reader.goto(f"/intelligence/{item}")
        reader.get_by_role("button", name="Open and log that I did").click()
        self.assert_says(reader, "Confirm that you have read the conditions")
        reader.get_by_label("I have read the conditions").check()
        reader.get_by_role("button", name="Open and log that I did").click()
        self.assert_says(reader, WORDS)
        admin = self.open(ADMIN)
        self.assertEqual(403, admin.goto("/intelligence").status)
        self.assertEqual(403, admin.goto(f"/intelligence/{item}").status)
