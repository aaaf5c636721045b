from harness import BOARD, OFFICER, WIDTHS, Journey, sql


class Events(Journey):
    def attend(self, js, width, title):
        page = self.open(OFFICER, js=js, width=width)
        page.goto("/events/new")
        page.get_by_role("button", name="Record the event").click()
        self.assert_says(page, "There is a problem")
        page.get_by_label("Taxi forum", exact=True).check()
        page.locator("select[name=district]").select_option("wyre-forest")
        page.get_by_label("Title").fill(title)
        page.get_by_label("Agenda item on exploitation").fill("4. What drivers see")
        page.get_by_label("Guidance was given to everybody there").check()
        version = page.locator("select[name=version] option").filter(has_text="taxi trade").first.get_attribute("value")
        page.locator("select[name=version]").select_option(version)
        page.get_by_role("button", name="Record the event").click()
        self.heading(page, title)

        drivers = sql("SELECT string_agg(reference, E'\\n') FROM (SELECT reference FROM registration WHERE authority_id = 6 AND kind = 'hackney_driver' ORDER BY reference LIMIT 3) x").split("\n")
        before = int(sql("SELECT count(*) FROM issuance"))
        page.get_by_label("References or badge numbers").fill("\n".join(drivers + ["WF-NO-1"]))
        page.get_by_role("region", name="Paste numbers").get_by_role("button", name="Record as present").first.click()
        self.assert_says(page, "3 were recorded as present; 1 could not be placed and waits below")
        # The same sheet again changes nothing.
        page.get_by_label("References or badge numbers").fill("\n".join(drivers))
        page.get_by_role("region", name="Paste numbers").get_by_role("button", name="Record as present").first.click()
        self.assert_says(page, "0 were recorded as present; 3 had been before")
        self.assertEqual(before + 3, int(sql("SELECT count(*) FROM issuance")))

        # A file of the same sheet, too.
        page.get_by_label("Or a file of the attendance sheet").set_input_files({"name": "sheet.csv", "mimeType": "text/csv", "buffer": ("Name,Licence number\n" + "".join(f"Somebody,{d}\n" for d in drivers)).encode()})
        page.get_by_role("region", name="Paste numbers").get_by_role("button", name="Record as present").last.click()
        self.assert_says(page, "0 were recorded as present; 3 had been before")

        page.get_by_label("Reference or badge instead of WF-NO-1").fill("WF-NO-2")
        page.get_by_role("button", name="Place WF-NO-1").click()
        self.assert_says(page, "“WF-NO-2” names no licence either")
        page.get_by_role("button", name="Leave out WF-NO-1").click()
        self.assertEqual(0, page.get_by_text("Could not be placed").count())

        other = sql("SELECT reference FROM registration WHERE authority_id = 6 AND kind = 'dual_driver' ORDER BY reference LIMIT 1")
        page.get_by_label("Name, reference or badge").fill(other)
        page.get_by_role("button", name="Find").click()
        page.get_by_role("region", name="Pick from the register").get_by_role("button", name="Record as present").click()
        self.assert_says(page, "Tick those who were there")
        page.locator("input[name=licence]").first.check()
        page.get_by_role("region", name="Pick from the register").get_by_role("button", name="Record as present").click()
        self.assert_says(page, "One was recorded as present")
        self.assert_says(page, "4 licence holders were there")
        page.get_by_role("button", name=f"Was not there {other}").click()
        self.assert_says(page, f"{other} is no longer recorded as present")
        self.assert_says(page, "3 licence holders were there")

    def test_a_forum_is_recorded(self):
        """A taxi forum: its sheet is pasted, what cannot be placed is corrected, a slip is taken back"""
        self.attend(True, WIDTHS["desktop"], "Kidderminster forum")

    def test_on_a_phone_without_javascript(self):
        """The same on a phone without JavaScript"""
        self.attend(False, WIDTHS["phone"], "Stourport forum")

    def test_reach_is_counted(self):
        """A board reader sees how many were reached, and nobody's name; drivers licensed elsewhere by who licensed them"""
        page = self.open(OFFICER)
        page.goto("/events/contacts")
        page.get_by_label("Which authority licensed them?").fill("Dudley")
        page.locator("select[name=district]").select_option("wyre-forest")
        page.get_by_label("How many were they?").fill("2")
        page.get_by_role("button", name="Record").click()
        self.assert_says(page, "2 contacts were noted")
        board = self.open(BOARD)
        board.goto("/events/reach")
        self.assertEqual(1, board.get_by_role("table", name="Drivers licensed elsewhere").get_by_text("Dudley").count())
        self.assertEqual(0, board.locator("main a[href^='/events?'], main a[href^='/licences']").count())
        self.assertEqual(403, board.goto("/events").status)
