from harness import ANALYST, OFFICER, SOUTH_CHAIR, Journey


class HotSpots(Journey):
    """From a proposal through the logged consultation to a designation by a second person, and the campaign for its gap."""

    def walk(self, name, js):
        page = self.open(ANALYST, js=js)
        page.goto("/hot-spots")
        self.assert_says(page, "Lantern Street and the bus station")
        self.look(page, js)
        page.get_by_role("button", name="Propose a hot spot").click()
        page.get_by_role("button", name="Propose", exact=True).click()
        self.assert_says(page, "There is a problem")
        self.look(page, js)
        page.get_by_label("Name of the place").fill(name)
        page.get_by_label("District").select_option(label="Worcester City")
        page.get_by_label("Station, rank or services").check()
        page.get_by_label("A middle and a radius").check()
        page.get_by_label("Easting").fill("385400")
        page.get_by_label("Northing").fill("255200")
        page.locator("input[name=radius]").fill("700")
        page.get_by_label("Transport hub").check()
        page.get_by_label("Why should tasking look at it?").fill("Three agencies are concerned about the square.")
        page.get_by_role("button", name="Propose", exact=True).click()
        self.assert_says(page, "The hot spot is proposed")
        self.look(page, js)
        address = page.url
        for answer in (False, True):
            page.get_by_role("button", name="Record the group’s answer" if answer else "Record that the group was asked").click()
            self.look(page, js)
            if answer:
                page.get_by_label("Supports it", exact=True).check()
            page.get_by_role("button", name="Record", exact=True).click()
        self.assert_says(page, "The group’s answer is recorded")

        chair = self.open(SOUTH_CHAIR, js=js)
        chair.goto(address)
        chair.get_by_role("button", name="Designate", exact=True).click()
        self.look(chair, js)
        chair.get_by_label("Reasons").fill("Tasking agrees.")
        chair.get_by_role("button", name="Designate", exact=True).click()
        self.assert_says(chair, "was designated")
        self.look(chair, js)

        officer = self.open(OFFICER, js=js)
        officer.goto(address)
        officer.get_by_role("button", name="Make a campaign for places without guidance").click()
        # One for each guidance that is owed there: the operators' bases have their own.
        self.assert_says(officer, "drawn up")
        self.look(officer, js)
        if "/campaigns/" not in officer.url:
            officer.locator("#guidance ~ * a[href^='/campaigns/']").first.click()
        self.assert_says(officer, "only places in a hot spot or within 250 metres of it")

    def test_with_and_without_scripts(self):
        self.walk("Ferry steps", True)
        self.walk("Copper Square", False)
