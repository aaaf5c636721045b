import re, time
from harness import AUDITOR, BOARD, DISTRICT_OFFICER, OFFICER, WIDTHS, Journey, sql


class Campaigns(Journey):
    def draw_up(self, page, name, channel="Letter", kind="Hostels", district="Worcester City", guidance="Behind the door"):
        page.goto("/campaigns/new")
        page.get_by_label("Name of the campaign").fill(name)
        version = page.locator("select[name=version] option").filter(has_text=guidance).first.get_attribute("value")
        page.locator("select[name=version]").select_option(version)
        page.get_by_label(channel, exact=True).check()
        page.get_by_role("group", name="Districts").get_by_label(district).check()
        page.get_by_role("group", name="Kinds of licence").get_by_label(kind, exact=True).check()
        page.get_by_label("All who do not have this version").check()
        page.get_by_role("button", name="See who would be reached").click()
        self.heading(page, name)

    def number(self, page, label):
        """The figure above a label at the head of the page."""
        figure = page.locator(".app-figure").filter(has_text=label)
        return int(re.sub(r"\D", "", figure.locator(".app-figure__number").inner_text()))

    def drive(self, js, width, district):
        page = self.open(OFFICER, js=js, width=width)
        name = f"Private hire {district} {'with' if js else 'without'}"
        self.draw_up(page, name, kind="Private hire drivers", district=district, guidance="taxi trade")
        self.assert_says(page, "This is a dry run: nothing has gone out")
        would, out = self.number(page, "would be given it"), self.number(page, "would be left out")
        self.assertGreater(would, 3)
        self.assertGreater(out, 0)
        # Each count leads to as many rows.
        page.get_by_role("link", name="would be left out").first.click()
        self.assert_says(page, f"{name}: {out}")
        page.go_back()
        page.get_by_role("link", name="would be given it").first.click()
        self.assert_says(page, f"{name}: {would}")
        page.go_back()
        before = int(sql("SELECT count(*) FROM issuance"))
        page.get_by_role("button", name="Fix this list").click()
        self.assert_says(page, "The list is fixed")
        self.assertEqual(would, self.number(page, "waiting"))
        page.get_by_role("button", name="Run the campaign").click()
        if js:
            page.wait_for_selector("text=Finished")
        else:
            for _ in range(50):
                if page.get_by_text("Finished", exact=True).count():
                    break
                time.sleep(0.2)
                page.reload()
        self.assertEqual(would, self.number(page, "given, and not come back"))
        self.assertEqual(before + would, int(sql("SELECT count(*) FROM issuance")))

        # One letter comes back: the guidance stays given, the recipient is flagged.
        reference = sql(f"SELECT reference FROM campaign_recipient r JOIN campaign c ON c.id = r.campaign_id WHERE c.name = '{name}' AND r.state = 'issued' ORDER BY walk_key LIMIT 1")
        page.get_by_role("link", name="Record mail that came back").click()
        page.get_by_role("button", name="Record", exact=True).click()
        self.assert_says(page, "There is a problem")
        page.get_by_label("Licence references").fill(f"{reference}\nNO-SUCH-1")
        page.get_by_label("Gone away").check()
        page.get_by_role("button", name="Record", exact=True).click()
        self.assert_says(page, "These were not recorded")
        self.assertEqual("NO-SUCH-1", page.get_by_label("Licence references").input_value())
        self.assertEqual(1, page.locator("td[data-label=Reference]").get_by_text(reference, exact=True).count())
        page.get_by_role("link", name="Back to the campaign").click()
        self.assertEqual(1, self.number(page, "came back"))
        self.assertEqual("0", sql(f"SELECT count(*) FROM issuance_void v JOIN campaign_recipient r ON r.issuance_id = v.issuance_id JOIN campaign c ON c.id = r.campaign_id WHERE c.name = '{name}'"))
        page.get_by_role("button", name="Send again").click()
        self.assert_says(page, "wait for another address")

    def test_from_draft_to_report(self):
        """A campaign is drawn up, looked at, run once, and a letter comes back"""
        self.drive(True, WIDTHS["desktop"], "Redditch")

    def test_on_a_phone_without_javascript(self):
        """The same on a phone without JavaScript"""
        self.drive(False, WIDTHS["phone"], "Wychavon")

    def test_by_hand(self):
        """Those who were reached by hand are ticked; the rest is recorded by the work; the worksheet follows the streets"""
        page = self.open(OFFICER)
        self.draw_up(page, "Houses by hand", channel="By hand", kind="HMOs, mandatory licence", district="Malvern Hills")
        many = self.number(page, "would be given it")
        self.assertGreater(many, 2)
        page.get_by_role("button", name="Fix this list").click()
        page.get_by_role("link", name="Worksheet in walking order").click()
        places = page.locator("td[data-label=Postcode]").all_inner_texts()
        self.assertEqual(many, len(places))
        self.assertEqual(sorted(places), places)
        page.go_back()
        page.get_by_role("button", name="Start").click()
        page.get_by_role("button", name="Record who was reached").click()
        page.get_by_role("button", name="Record those ticked").click()
        self.assert_says(page, "Tick those who were given it")
        page.locator("input[name=recipient]").first.check()
        page.get_by_role("button", name="Record those ticked").click()
        self.assert_says(page, "One was recorded")
        page.get_by_text("Everybody who is left was given it").click()
        page.get_by_role("button", name="Record all who are waiting").click()
        page.wait_for_selector("text=Finished")
        self.assertEqual(many, self.number(page, "given, and not come back"))

    def test_paused_resumed_cancelled(self):
        """A campaign waits while it is paused, and one that was cancelled reaches nobody"""
        page = self.open(OFFICER)
        self.draw_up(page, "Clubs in Bromsgrove", channel="With the licence pack", kind="Club premises certificates", district="Bromsgrove")
        page.get_by_text("Cancel this campaign").click()
        page.get_by_role("button", name="Cancel the campaign").click()
        self.assert_says(page, "It was cancelled before anything went out")
        page.get_by_role("button", name="Draw up another like it").click()
        self.assertIn("again", page.get_by_label("Name of the campaign").input_value())

    def test_who_sees_what(self):
        """An officer of one district sees no campaign of others; a board reader and an auditor see none"""
        page = self.open(DISTRICT_OFFICER)
        page.goto("/campaigns")
        self.assertEqual(0, page.get_by_role("link", name="Taxi trade, Malvern Hills, letters").count())
        self.assertEqual(1, page.get_by_role("link", name="Places to stay, Worcester City").count())
        for email in (BOARD, AUDITOR):
            other = self.open(email)
            self.assertEqual(403, other.goto("/campaigns").status)
