import functools
from crawl import shape, tour
from harness import AXE, EVERYBODY, RULES, WIDTHS, Journey, browser, choose_password, invite, unattended


# What scripts act on. A button alone only learns not to be pressed twice.
SCRIPTED = "main [data-module]:not([data-module=govuk-button]), [data-app-map], [data-app-draw], [data-app-live], [data-app-search], [data-app-shortcut-setting]"


class Accessibility(Journey):
    """Every kind of page that somebody can reach: on a desk and on a phone, with and without JavaScript."""

    def pages(self, email=None):
        """The two browsers: one runs the site's scripts; the other is given empty ones, so that axe itself, which is
        a script, can look at what those without JavaScript have."""
        plain = self.open(email)
        plain.context.route("**/assets/*.js*", lambda route: route.fulfill(content_type="text/javascript", body=""))
        return ("with scripts", self.open(email)), ("without", plain)

    def faults(self, page):
        """What is wrong with the page as it stands."""
        wrong = []
        width = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        if width[0] > width[1]:
            widest = page.evaluate("""() => [...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right >
                document.documentElement.clientWidth + 1).slice(0, 3).map(e => e.tagName + '.' + e.className)""")
            wrong.append(f"wider than the screen: {width[0]} px of {width[1]} px, by {widest}")
        if not page.evaluate("'axe' in window"):
            page.evaluate(AXE)
        found = page.evaluate("rules => axe.run({runOnly: rules, resultTypes: ['violations']})", RULES)
        for violation in found["violations"]:
            wrong.append(f"{violation['id']}: {violation['help']}: " + "; ".join(node["html"][:160] for node in violation["nodes"][:3]))
        return wrong

    def look_everywhere(self, email, addresses):
        changed = set()
        for js, page in self.pages(email):
            # Loaded at the width that comes first, which is the phone's for every second page, and looked at in both.
            for place, address in enumerate(addresses):
                # A page on which no script does anything is the same page without them.
                if js == "without" and address not in changed:
                    continue
                widths = list(WIDTHS.items())[:: 1 if place % 2 else -1]
                with self.subTest(page=address, js=js, who=email):
                    page.set_viewport_size({"width": widths[0][1], "height": 900})
                    page.goto(address)
                    if page.locator(SCRIPTED).count():
                        changed.add(address)
                    for name, width in widths:
                        with self.subTest(width=name):
                            page.set_viewport_size({"width": width, "height": 900})
                            self.assertEqual([], self.faults(page))

    def everywhere(self, email):
        """One page of each kind, and the second of those that carry data."""
        seen = _seen()
        addresses = []
        for address, status, text in tour(email):
            # What each role sees in its navigation is looked at for each; the pages behind, once.
            key = shape(address) if shape(address).count("/") > 1 else (email, shape(address))
            if text and status == 200 and key not in seen:
                seen.add(key)
                addresses.append(address)
        self.assertTrue(addresses)
        self.look_everywhere(email, addresses)

    def test_strangers(self):
        """Pages of somebody who has not signed in"""
        self.look_everywhere(None, ["/sign-in", "/accessibility", "/privacy", "/welcome/nothing", "/nowhere"])

    def test_welcome_and_second_step(self):
        """Choosing a password and setting up the second step"""
        for _, page in self.pages():
            _, link = invite("Orla Finch")
            page.goto(link)
            self.assertEqual([], self.faults(page))
            page.get_by_label("New password").fill("short")
            page.get_by_role("button", name="Continue").click()
            self.assertEqual([], self.faults(page))
            choose_password(page, link, later=False)
            for width in WIDTHS.values():
                page.set_viewport_size({"width": width, "height": 900})
                self.assertEqual([], self.faults(page))

    def test_forms_sent_back(self):
        """Forms that come back with errors, and the counter's strip"""
        driver = unattended()
        for js, page in self.pages(EVERYBODY[1]):
            for width in WIDTHS.values():
                page.set_viewport_size({"width": width, "height": 900})
                page.goto(f"/counter?find={driver['badge']}")
                self.assertEqual([], self.faults(page))
                for part, button in (("restriction", None), ("renewal", "Renew"), ("issues/new", "Record"), ("training/new", None)):
                    with self.subTest(form=part, js=js, width=width):
                        page.goto(f"/licences/{driver['id']}/{part}")
                        for box in page.locator("main form input[type=text], main form textarea").all():
                            if box.is_visible():
                                box.fill("")
                        submit = page.locator("main form").get_by_role("button", name=button) if button else page.locator("main form button").first
                        submit.first.click()
                        self.assert_says(page, "There is a problem")
                        self.assertEqual([], self.faults(page))


@functools.cache
def _seen():
    return set()


def _add(email):
    def test(self):
        self.everywhere(email)

    test.__doc__ = f"Every kind of page that {email.split('@')[0]} reaches"
    setattr(Accessibility, "test_pages_of_" + email.split("@")[0].replace(".", "_"), test)


for _email in EVERYBODY:
    _add(_email)
