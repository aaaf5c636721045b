import re, time
from harness import ORIGIN, PASSWORD, Journey, choose_password, code, invite, sql


class SignIn(Journey):
    def test_link_password_and_second_step(self):
        """A one-time link leads to a password and a second step; then both are asked, and the link is spent"""
        email, link = invite("Tamsin Rowe")
        page = self.open()
        page.goto(link)
        page.get_by_label("New password").fill("short")
        page.get_by_role("button", name="Continue").click()
        self.assert_says(page, "14 characters or more")
        page.get_by_label("New password").fill(PASSWORD)
        page.get_by_role("button", name="Continue").click()
        self.heading(page, "Set up two-step verification")
        key = page.locator(".app-key code").inner_text()
        page.get_by_label("Six-digit code").fill("000000" if code(key) != "000000" else "111111")
        page.get_by_role("button", name="Continue", exact=True).click()
        self.heading(page, "Set up two-step verification")
        key = page.locator(".app-key code").inner_text()
        used = code(key)
        page.get_by_label("Six-digit code").fill(used)
        page.get_by_role("button", name="Continue", exact=True).click()
        page.goto("/account")
        self.assert_says(page, "Two-step verification On")

        page.get_by_role("button", name="Sign out").click()
        self.heading(page, "Sign in")
        page.goto("/drivers")
        self.heading(page, "Sign in")
        page.get_by_label("Email address").fill(email)
        page.get_by_label("Password").fill("not the right one at all")
        page.get_by_role("button", name="Sign in").click()
        self.assert_says(page, "One of them is not right")
        page.get_by_label("Email address").fill(email)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        self.heading(page, "Enter your code")
        page.goto("/drivers")
        self.heading(page, "Sign in")
        page.goto("/sign-in/code")
        page.get_by_label("Six-digit code").fill(used)
        page.get_by_role("button", name="Continue").click()
        self.assert_says(page, "A code works once")
        # A code of the next half minute is accepted too, so nobody waits.
        page.get_by_label("Six-digit code").fill(code(key, time.time() + 30))
        page.get_by_role("button", name="Continue").click()
        page.goto("/account")
        self.assert_says(page, email)

        stranger = self.open()
        response = stranger.goto(link)
        self.assertEqual(0, stranger.get_by_label("New password").count())
        self.assertGreaterEqual(response.status, 400)

    def test_a_session_that_ended(self):
        """Whoever was away for half an hour is told so, and signing in leads back to the page they asked for"""
        for js in (True, False):
            email, link = invite("Una Marsh")
            page = self.open(js=js)
            choose_password(page, link)
            sql(f"UPDATE sec.session SET last_seen_at = now() - interval '31 minutes' WHERE account_id = (SELECT id FROM sec.account WHERE email = '{email}')")
            page.goto("/drivers?district=redditch")
            self.heading(page, "Sign in")
            self.assert_says(page, "You were signed out")
            self.look(page, js)
            page.get_by_label("Email address").fill(email)
            page.get_by_label("Password").fill(PASSWORD)
            page.get_by_role("button", name="Sign in").click()
            page.get_by_role("button", name="Not now").click()
            self.heading(page, "Drivers")
            self.assertTrue(page.url.endswith("/drivers?district=redditch"), page.url)
            # Whoever signs out by themselves is not told that they were.
            page.goto("/account")
            page.get_by_role("button", name="Sign out").click()
            self.assertEqual(0, page.get_by_text("You were signed out").count())

    def test_session_cookie(self):
        """The session's cookie is out of reach of scripts and of other sites"""
        page = self.open("ros.hartley@example.org")
        page.goto("/account")
        self.assertEqual("", page.evaluate("document.cookie"))
        for cookie in page.context.cookies(ORIGIN):
            self.assertTrue(cookie["httpOnly"], cookie["name"])
            self.assertRegex(cookie["sameSite"], re.compile("Lax|Strict"))
