import re
from harness import OFFICER, ORIGIN, Journey, unattended


class Counter(Journey):
    def test_by_keyboard_alone(self):
        """Two holders at the counter by keyboard alone: badge, Enter, Enter, next; and a slip is undone"""
        first, second = unattended(), unattended()
        page = self.open(OFFICER)
        page.goto("/counter")
        self.focus(page, "#find")
        for driver in (first, second):
            page.keyboard.type(driver["badge"])
            page.keyboard.press("Enter")
            page.wait_for_url(re.compile(r"find="))
            self.assertEqual(driver["name"], page.locator("#strip-holder").inner_text())
            self.assert_says(page, "Guidance is owed")
            self.focus(page, "button[name=action]")
            self.assertRegex(page.locator(":focus").inner_text(), "by hand, signed for")
            page.keyboard.press("Enter")
            page.wait_for_url("**/counter")
            self.assert_says(page, f"{driver['name']} ({driver['reference']}) has")
            self.to_find(page)

        # Undo is on the record, one link from the sentence.
        page.get_by_role("link", name="See the record or undo").click()
        self.heading(page, second["name"])
        page.get_by_role("button", name="Undo this issue").click()
        self.assert_says(page, "was undone")
        self.assertEqual(0, page.get_by_role("button", name="Undo this issue").count())
        self.assertEqual(1, page.get_by_role("table", name="Guidance given").get_by_text("Undone").count())

        page.goto(f"/licences/{first['id']}")
        self.assertEqual(1, page.get_by_role("button", name="Undo this issue").count())

    def to_find(self, page):
        """The cursor is in the box for the next badge, or a few Tabs away: as many as it takes a person with a keyboard."""
        page.wait_for_function("document.readyState === 'complete'")
        for _ in range(30):
            if page.evaluate("document.activeElement.name") == "find":
                return
            page.keyboard.press("Tab")
        self.fail("the keyboard does not reach the box for the next badge")

    def test_next_holder_needs_no_tab(self):
        """After giving guidance the next badge can be typed at once"""
        driver = unattended()
        page = self.open(OFFICER)
        page.goto("/counter")
        self.focus(page, "#find")
        page.keyboard.type(driver["badge"])
        page.keyboard.press("Enter")
        self.focus(page, "button[name=action]")
        page.keyboard.press("Enter")
        page.wait_for_url("**/counter")
        page.wait_for_load_state("networkidle")
        self.focus(page, "#find")

    def test_sent_twice_counts_once(self):
        """A form sent twice counts once"""
        driver = unattended()
        page = self.open(OFFICER, js=False)
        page.goto(f"/counter?find={driver['badge']}")
        form = page.locator(".app-strip form")
        fields = {field.get_attribute("name"): field.get_attribute("value") for field in form.locator("input").all()}
        for _ in range(2):
            answer = page.request.post(form.get_attribute("action"), form=fields | {"action": "acknowledged"}, headers={"Origin": ORIGIN})
            self.assertTrue(answer.ok)
        self.assertIn("That was recorded already", answer.text())
        page.goto(f"/licences/{driver['id']}")
        self.assertEqual(1, page.get_by_role("button", name="Undo this issue").count())
