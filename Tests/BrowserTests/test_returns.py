import datetime, re
from harness import BOARD, CLERK, NORTH_CHAIR, RETURNER, Journey, sql


class Returns(Journey):
    """A return with an error first, a profile registered, a plan copied forward; and the strategy counts them."""

    def fill(self, page, legend, day):
        group = page.get_by_role("group", name=legend)
        for name, part in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
            group.get_by_label(name, exact=True).fill(str(part))

    def figure(self, page, measure):
        """Part and whole of a measure, as the page of its rows says."""
        page.goto(f"/strategy/measures/{measure}")
        words = page.locator("main p.govuk-body").first.inner_text()
        if words.startswith(("Yes", "No")):
            return words.split(" ")[0]
        found = re.match(r"([\d,]+) of ([\d,]+)", words)
        return tuple(int(number.replace(",", "")) for number in found.groups())

    def walk(self, js, organisation, items, plan_of):
        clerk = self.open(CLERK, js=js)
        clerk.goto("/")
        self.heading(clerk, "Returns")
        self.look(clerk, js)
        supplied = self.figure(clerk, "dataset_supplied")

        # What is missing is entered: with an error first, which keeps what was typed.
        clerk.goto("/returns?state=missing&kind=dataset")
        self.look(clerk, js)
        address = clerk.get_by_role("link", name="Download this list (CSV)").get_attribute("href")
        self.assertEqual("/returns.csv?state=missing&kind=dataset", address)
        lines = clerk.request.get(address).text().splitlines()
        self.assertIn("Organisation,Return,For,Due,Came,Items,State", lines[0])
        self.assertEqual(clerk.locator("#owed tbody tr").count(), len(lines) - 1)
        clerk.get_by_role("link", name=re.compile(f"^Enter.*{organisation}")).first.click()
        self.look(clerk, js)
        clerk.get_by_label(items[0], exact=True).fill("a dozen")
        clerk.get_by_role("button", name="Enter the return").click()
        self.assert_says(clerk, "There is a problem")
        self.assert_says(clerk, f"{items[0]}: enter a whole number")
        self.assertEqual("a dozen", clerk.get_by_label(items[0], exact=True).input_value())
        self.look(clerk, js)
        for item in items:
            clerk.get_by_label(item, exact=True).fill("12")
        clerk.get_by_role("button", name="Enter the return").click()
        self.assert_says(clerk, "The return is entered")
        self.look(clerk, js)
        after = self.figure(clerk, "dataset_supplied")
        self.assertEqual((supplied[0] + len(items), supplied[1]), after)
        self.look(clerk, js)

        # A profile is registered and made available.
        today = datetime.date.today()
        clerk.goto("/problem-profiles")
        self.look(clerk, js)
        clerk.get_by_role("button", name="Register a profile").click()
        clerk.get_by_role("button", name="Register it").click()
        self.assert_says(clerk, "Enter the title")
        self.look(clerk, js)
        clerk.get_by_label("Title", exact=True).fill("County CSE problem profile")
        clerk.get_by_label("The county", exact=True).check()
        clerk.get_by_label("Edition", exact=True).fill("Refresh" if js else "Second refresh")
        clerk.get_by_label("Owner", exact=True).fill("Head of Protecting Vulnerable People")
        clerk.get_by_label("Official", exact=True).check()
        clerk.get_by_label("Where the document is").fill("Police file PP/9")
        self.fill(clerk, "First day it covers", today - datetime.timedelta(days=400))
        self.fill(clerk, "Last day it covers", today - datetime.timedelta(days=30))
        clerk.get_by_label("Summary for partners").fill("Late buses, takeaways and a rank share one square.")
        clerk.get_by_role("button", name="Register it").click()
        self.assert_says(clerk, "The profile is registered")
        clerk.get_by_role("link", name="Record that it was made available").first.click()
        self.look(clerk, js)
        clerk.get_by_role("button", name="Record", exact=True).click()
        self.assert_says(clerk, "It is recorded")
        self.look(clerk, js)
        self.assertEqual("Yes", self.figure(clerk, "problem_profile_available"))

        # A plan is copied forward to the next year, by whoever leads the partnership.
        chair = self.open(plan_of, js=js)
        chair.goto("/partnership-plans")
        self.look(chair, js)
        address = sql("SELECT '/partnership-plans/' || id FROM partnership_plan WHERE csp_id = 1 ORDER BY year DESC LIMIT 1")
        chair.goto(address)
        self.look(chair, js)
        chair.get_by_role("button", name=re.compile("^Copy forward")).click()
        self.look(chair, js)
        chair.get_by_role("button", name="Copy forward").click()
        self.assert_says(chair, "on in")
        self.look(chair, js)
        chair.locator("tbody th a").first.click()
        chair.get_by_role("button", name="Record", exact=True).click()
        self.assert_says(chair, "There is a problem")
        self.look(chair, js)
        chair.get_by_role("button", name="Assess the risk").click()
        self.look(chair, js)
        chair.get_by_label("Low", exact=True).check()
        chair.get_by_label("What could make it fail").fill("Staff change; each team names a deputy.")
        chair.get_by_role("button", name="Record", exact=True).click()
        self.assert_says(chair, "The risk is assessed as low")

        # The strategy counts it, from the rating to the rows.
        reader = self.open(BOARD, js=js)
        reader.goto("/strategy/actions/4.2.2")
        self.assert_says(reader, f"{after[0]} of {after[1]}")
        self.look(reader, js)
        reader.get_by_role("link", name="See the rows behind it").nth(1).click()
        self.assert_says(reader, organisation)
        self.look(reader, js)
        reader.goto("/strategy/actions/3.3.3")
        reader.get_by_role("link", name="See the rows behind it").first.click()
        self.assert_says(reader, "CSP North")
        self.look(reader, js)
        reader.goto("/disruption")
        self.assert_says(reader, "withheld")
        self.look(reader, js)

    def test_with_scripts(self):
        self.walk(True, "West Mercia Youth Offending Service", ["Referrals with the screening tool"], NORTH_CHAIR)

    def test_without_scripts(self):
        # The other figure that is missing: the county council replaces a return that left it out.
        page = self.open(CLERK, js=False)
        page.goto("/returns?state=partial")
        page.get_by_role("link", name=re.compile("^Replace.*Worcestershire County Council")).first.click()
        page.get_by_label("Return interviews offered in time", exact=True).fill("9")
        page.get_by_role("button", name="Enter the return").click()
        self.assert_says(page, "3 of 3 items were supplied")
        page.goto("/returns?state=partial")
        self.assert_says(page, "None of this kind")

    def test_the_police_enter_their_own_orders(self):
        page = self.open(RETURNER)
        page.goto("/returns")
        self.assert_says(page, "What West Mercia Police owes")
        self.look(page)
        page.get_by_role("link", name=re.compile("^Replace.*orders and notices")).first.click()
        self.look(page)
        page.get_by_label("Child Abduction Warning Notices, Redditch: obtained, made or served").fill("some")
        page.get_by_role("button", name="Enter the return").click()
        self.assert_says(page, "Child Abduction Warning Notices, Redditch: enter a whole number")
        self.look(page)
        page.get_by_label("Child Abduction Warning Notices, Redditch: obtained, made or served").fill("14")
        page.get_by_role("button", name="Enter the return").click()
        self.assert_says(page, "The return is entered")
        self.look(page)
        clerk = self.open(CLERK)
        clerk.goto(page.url)
        clerk.get_by_role("button", name="Approve the return").click()
        self.assert_says(clerk, "The return is approved")
        clerk.goto("/dataset")
        self.look(clerk)
        clerk.get_by_role("button", name="Begin a draft").click()
        self.assert_says(clerk, "You drew it up")
        self.look(clerk)

    def test_reviews_and_decisions(self):
        page = self.open(CLERK)
        page.goto("/strategy/actions/3.3.8")
        self.look(page)
        page.get_by_role("button", name="Record the decision").click()
        page.get_by_role("button", name="Record", exact=True).click()
        self.assert_says(page, "Choose what was decided")
        self.look(page)
        page.goto("/strategy/review")
        self.look(page)
        page.goto("/strategy")
        self.assert_says(page, "Last reviewed by the")
        self.look(page)
        page.goto("/strategy/actions/3.3.1?on=" + (datetime.date.today() - datetime.timedelta(days=20)).isoformat())
        self.look(page)
