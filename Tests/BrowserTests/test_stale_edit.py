from harness import MANAGER, OFFICER, Journey, unattended


class StaleEdit(Journey):
    def test_both_versions_are_shown(self):
        """Two people change one record: the second is shown both versions and decides"""
        for js in (True, False):
            with self.subTest(js=js):
                driver = unattended()
                first, second = self.open(OFFICER, js=js), self.open(MANAGER, js=js)
                for page, phone in ((first, "01905 000111"), (second, "01905 000222")):
                    page.goto(f"/licences/{driver['id']}/edit")
                    page.get_by_label("Telephone").fill(phone)
                first.get_by_role("button", name="Save").click()
                self.assert_says(first, "were changed")
                second.get_by_role("button", name="Save").click()
                self.assert_says(second, "Nothing was saved")
                table = second.locator("main table").inner_text()
                self.assertIn("01905 000111", table)
                self.assertIn("01905 000222", table)

                second.locator("main").get_by_role("button", name="Save").click()
                self.assert_says(second, "were changed")
                self.assert_says(second, "01905 000222")
