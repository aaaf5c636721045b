from harness import ADMIN, Journey, choose_password, invite, PASSWORD


class RoleChange(Journey):
    def test_sessions_end_at_once(self):
        """A new role ends the person's session at once, with the form they were filling in refused, not lost in silence"""
        email, link = invite("Gwen Ashdown", "business_support")
        theirs = self.open()
        choose_password(theirs, link)
        theirs.goto("/drivers")
        self.heading(theirs, "Drivers")
        admin = self.open(ADMIN)
        admin.goto("/accounts")
        admin.get_by_role("row").filter(has_text=email).get_by_role("link").click()
        admin.get_by_label("Role", exact=True).select_option("board_reader")
        admin.get_by_label("Where it applies").select_option("everywhere")
        admin.get_by_role("button", name="Give this role").click()
        theirs.goto("/drivers")
        self.heading(theirs, "Sign in")
        theirs.get_by_label("Email address").fill(email)
        theirs.get_by_label("Password").fill(PASSWORD)
        theirs.get_by_role("button", name="Sign in").click()
        theirs.get_by_role("button", name="Not now").click()
        self.assertIn("/", theirs.url)
        theirs.goto("/account")
        self.heading(theirs, "Your account")

    def test_a_closed_account_is_out(self):
        """Closing an account ends its session and its password"""
        email, link = invite("Perry Noakes")
        theirs = self.open()
        choose_password(theirs, link)
        admin = self.open(ADMIN, js=False)
        admin.goto("/accounts")
        admin.get_by_role("row").filter(has_text=email).get_by_role("link").click()
        admin.get_by_role("button", name="Close the account").click()
        theirs.goto("/drivers")
        self.heading(theirs, "Sign in")
        theirs.get_by_label("Email address").fill(email)
        theirs.get_by_label("Password").fill(PASSWORD)
        theirs.get_by_role("button", name="Sign in").click()
        self.assert_says(theirs, "One of them is not right")

    def test_nobody_changes_their_own_powers(self):
        """An administrator's own account offers no change of role"""
        page = self.open(ADMIN)
        page.goto("/accounts")
        page.get_by_role("row").filter(has_text=ADMIN).get_by_role("link").click()
        self.assertEqual(0, page.get_by_role("button", name="Give this role").count())
