import datetime

from harness import ANALYST, PARTNER, SCREENER, SOUTH_CHAIR, Journey, sql


def fill(page, name, day):
    for part, value in (("day", day.day), ("month", day.month), ("year", day.year)):
        page.locator(f"input[name={name}-{part}]").fill(str(value))


class Tasking(Journey):
    """From a proposal through consultation, meeting and designation to a plan of two agencies, verified, minuted and printed."""

    def walk(self, place, ago, js):
        today = datetime.date.today()
        held = today - datetime.timedelta(days=ago)

        analyst = self.open(ANALYST, js=js)
        analyst.goto("/tasking")
        self.heading(analyst, "Tasking")
        self.assert_says(analyst, "Lantern Street and the bus station")
        self.assert_says(analyst, "No: there is no plan")
        self.look(analyst, js)

        # Proposed, and the group is asked and answers. The proposal is older than the meeting that decides on it.
        analyst.goto("/hot-spots/new")
        analyst.get_by_label("Name of the place").fill(place)
        analyst.get_by_label("District").select_option(label="Worcester City")
        analyst.get_by_label("Station, rank or services").check()
        analyst.get_by_label("A middle and a radius").check()
        analyst.get_by_label("Easting").fill("384600")
        analyst.get_by_label("Northing").fill("255600")
        analyst.locator("input[name=radius]").fill("300")
        analyst.get_by_label("Transport hub").check()
        analyst.get_by_label("Why should tasking look at it?").fill("Several organisations are concerned about the square.")
        analyst.get_by_role("button", name="Propose", exact=True).click()
        spot = analyst.url
        for answer in (False, True):
            analyst.get_by_role("button", name="Record the group’s answer" if answer else "Record that the group was asked").click()
            if answer:
                analyst.get_by_label("Supports it", exact=True).check()
            analyst.get_by_role("button", name="Record", exact=True).click()
        identity = spot.rsplit("/", 1)[-1]
        sql(f"UPDATE hot_spot SET proposed_on = current_date - 20 WHERE id = '{identity}'")
        sql(f"UPDATE hot_spot_consultation SET asked_on = current_date - 19, answered_on = current_date - 18 WHERE hot_spot_id = '{identity}'")

        # A meeting; its agenda has the proposal.
        analyst.goto("/tasking")
        analyst.get_by_role("button", name="Plan a meeting").click()
        analyst.get_by_role("button", name="Plan the meeting").click()
        self.assert_says(analyst, "There is a problem")
        self.look(analyst, js)
        analyst.get_by_label("CSP South").check()
        fill(analyst, "on", held)
        analyst.get_by_label("Where", exact=True).fill("Guildhall")
        analyst.get_by_role("button", name="Plan the meeting").click()
        self.assert_says(analyst, "The meeting is planned")
        self.assert_says(analyst, place)
        self.look(analyst, js)
        meeting = analyst.url
        analyst.get_by_role("button", name="Take the minutes").click()
        self.look(analyst, js)
        analyst.get_by_role("button", name="Record", exact=True).click()
        self.assert_says(analyst, "Choose the organisation that was there")
        self.look(analyst, js)
        for organisation in ("West Mercia Police", "Worcester City Council"):
            analyst.get_by_label("Organisation", exact=True).select_option(label=organisation)
            analyst.get_by_label("How many were there").fill("1")
            analyst.get_by_role("button", name="Record", exact=True).click()
            self.assert_says(analyst, f"{organisation} is recorded as present")

        # The chair decides, and the decision is minuted.
        chair = self.open(SOUTH_CHAIR, js=js)
        chair.goto(meeting + "/minutes")
        chair.get_by_role("link", name=f"Designate: {place}").click()
        self.look(chair, js)
        chair.get_by_role("button", name="Designate", exact=True).click()
        self.assert_says(chair, "Enter the reasons, as they were decided")
        self.look(chair, js)
        chair.get_by_label("Reasons").fill("The meeting agrees with the group.")
        chair.get_by_role("button", name="Designate", exact=True).click()
        self.assert_says(chair, f"{place} was designated")
        self.look(chair, js)

        # The plan, begun by one and approved by the other; each agency has a task.
        analyst.goto(spot)
        self.assert_says(analyst, "This hot spot has no multi-agency plan: there is no plan.")
        self.look(analyst, js)
        analyst.get_by_role("button", name="Begin a plan").click()
        analyst.get_by_label("Objective").fill("A boy called Sam, aged 14, is no longer seen there")
        analyst.get_by_role("button", name="Begin the plan").click()
        self.assert_says(analyst, "Nothing was kept")
        self.look(analyst, js)
        analyst.get_by_label("Objective").fill("By the spring nobody waits there unseen.")
        analyst.get_by_label("Street Pastors").check()
        analyst.get_by_role("button", name="Begin the plan").click()
        self.assert_says(analyst, "The plan is begun")
        self.look(analyst, js)
        plan = analyst.url
        for organisation, what in (("Worcester City Council", f"Marshals for {place}"), ("West Mercia Police", f"Patrols for {place}")):
            analyst.goto(meeting + "/minutes")
            analyst.get_by_role("link", name=f"Give a task: {place}").click()
            self.look(analyst, js)
            analyst.get_by_label("What is to be done?").fill(what)
            analyst.get_by_label("Organisation that takes it").select_option(label=organisation)
            analyst.get_by_label("Who leads it there").fill("Duty lead")
            fill(analyst, "due", today + datetime.timedelta(days=30))
            analyst.get_by_label("Prevent", exact=True).check()
            analyst.get_by_role("button", name="Give the task").click()
            self.assert_says(analyst, f"The task is given to {organisation}")
        chair.goto(plan)
        self.assert_says(chair, "It is not a multi-agency plan yet: the plan is not approved.")
        chair.get_by_role("button", name="Approve it").click()
        self.look(chair, js)
        chair.get_by_role("button", name="Approve the plan").click()
        self.assert_says(chair, "It passes the test of a multi-agency plan.")
        self.look(chair, js)

        # The council says how its task goes on, in one line, and it is done.
        partner = self.open(PARTNER, js=js)
        partner.goto("/agency")
        self.heading(partner, "My organisation’s actions")
        self.assert_says(partner, f"Marshals for {place}")
        self.assertNotIn(f"Patrols for {place}", partner.locator("main").inner_text())
        self.look(partner, js)
        section = partner.locator("section", has=partner.get_by_role("heading", name=f"Marshals for {place}"))
        section.get_by_label("What was done?").fill("Two marshals stood there for three weekends.")
        section.get_by_label("Where it stands").select_option(label="Done, to be verified")
        section.get_by_role("button", name="Record").click()
        self.assert_says(partner, "The action is now done, to be verified")
        self.heading(partner, "My organisation’s actions")

        # What another agency wrote stays with it.
        police = self.open(SCREENER, js=js)
        police.goto("/agency")
        section = police.locator("section", has=police.get_by_role("heading", name=f"Patrols for {place}"))
        section.get_by_label("What was done?").fill("CANARY-3317 on two nights")
        section.get_by_role("button", name="Record").click()
        partner.goto("/plan-actions?organisation=any")
        partner.get_by_role("link", name=f"Patrols for {place}").click()
        self.assert_says(partner, "What was done is told to West Mercia Police")
        self.assertNotIn("CANARY-3317", partner.content())
        self.look(partner, js)

        # Verified by somebody of another organisation.
        chair.goto("/plan-actions?state=done_pending_verification&organisation=any")
        self.look(chair, js)
        chair.get_by_role("link", name=f"Marshals for {place}").click()
        chair.get_by_label("Verified", exact=True).check()
        chair.get_by_label("What was done?").fill("Seen on two evenings.")
        chair.get_by_role("button", name="Record", exact=True).click()
        self.assert_says(chair, "The action is now verified")
        self.look(chair, js)
        chair.goto(spot)
        self.assert_says(chair, "This hot spot has a multi-agency plan.")
        self.look(chair, js)
        chair.goto("/hot-spots")
        self.look(chair, js)

        # The minutes are closed; they and the council's paper print.
        chair.goto(meeting + "/minutes")
        chair.get_by_role("button", name="Close the minutes").click()
        self.look(chair, js)
        chair.get_by_role("button", name="Close the minutes").click()
        self.assert_says(chair, "Closed by Leonora Fitch")
        for words in ("Designated, to be looked at again by", "Task for Worcester City Council", "Task for West Mercia Police"):
            self.assert_says(chair, words)
        self.look(chair, js)
        self.prints(chair, [f"Marshals for {place}", "Present"], js)
        chair.get_by_role("button", name="Correct them").click()
        chair.get_by_label("What is right").fill("The paper goes out on Monday.")
        self.look(chair, js)
        chair.get_by_role("button", name="Add the correction").click()
        self.assert_says(chair, "The paper goes out on Monday.")
        chair.get_by_role("button", name="Papers for organisations").click()
        self.look(chair, js)
        chair.get_by_label("Organisation", exact=True).select_option(label="Worcester City Council")
        chair.get_by_role("button", name="Show its paper").click()
        self.heading(chair, "Tasking paper for Worcester City Council")
        for words in (f"Marshals for {place}", "Seen on two evenings.", f"Patrols for {place}", "Information from partners and police is never printed."):
            self.assert_says(chair, words)
        self.assertNotIn("CANARY-3317", chair.content())
        self.look(chair, js)
        self.prints(chair, [f"Marshals for {place}", "Left out"], js)

        # The daily e-mail can be turned off.
        partner.goto("/digest")
        partner.get_by_label("No", exact=True).check()
        self.look(partner, js)
        partner.get_by_role("button", name="Save").click()
        self.assert_says(partner, "You get no daily e-mail any more")

    def prints(self, page, words, js):
        """As print lays it out: the words are there, what is for the screen is not."""
        page.emulate_media(media="print")
        for text in words:
            self.assertTrue(page.get_by_text(text, exact=False).first.is_visible(), text)
        self.assertFalse(page.locator(".app-nav").first.is_visible())
        self.assertGreater(len(page.pdf(format="A4")), 5_000)
        page.emulate_media(media="screen")

    def test_with_scripts(self):
        self.walk("Ferry Lane steps", 2, True)

    def test_without_scripts(self):
        self.walk("Copper Row square", 1, False)
