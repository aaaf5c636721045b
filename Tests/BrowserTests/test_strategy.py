import datetime, re
from harness import BOARD, Journey, choose_password, invite


class Strategy(Journey):
    """A Board reader follows one action from its rating to the places behind it, asks how it stood, and opens the same pack twice."""

    def test_from_a_rating_to_the_places_behind_it(self):
        page = self.open(BOARD)
        page.goto("/strategy")
        self.look(page)
        page.locator("a[href='/strategy/actions/3.3.5']").first.click()
        self.assert_says(page, "By the rule")
        self.look(page)
        behind = page.get_by_role("link", name=re.compile("without guidance$"))
        said = int(re.search(r"See the ([\d,]+)", behind.inner_text())[1].replace(",", ""))
        behind.click()
        self.look(page)
        shown = page.locator("tbody tr").count()
        self.assertTrue(shown == said or (shown == 50 and said > 50), f"{said} are said to lack guidance, {shown} are shown")

        # As it stood three months ago: asked by the form, and kept in the way on.
        past = datetime.date.today() - datetime.timedelta(days=91)
        page.goto("/strategy/actions/3.3.5")
        for name, part in (("Day", past.day), ("Month", past.month), ("Year", past.year)):
            page.get_by_label(name, exact=True).fill(str(part))
        page.get_by_role("button", name="Show").click()
        self.assert_says(page, f"As of {past.day} {past:%B %Y}")
        self.look(page)

    def test_a_day_to_come_is_refused_in_a_sentence(self):
        page = self.open(BOARD)
        answer = page.goto("/strategy?on=2999-01-01")
        self.assertEqual(422, answer.status)
        self.assert_says(page, "nothing is known of days to come")
        self.look(page)

    def test_two_openings_of_a_pack_are_the_same(self):
        _, link = invite("Isolde Marchant", "business_support")
        clerk = self.open()
        choose_password(clerk, link)
        clerk.goto("/packs")
        clerk.get_by_role("button", name="Make the pack").click()
        self.assert_says(clerk, "The pack is made and kept")
        self.look(clerk)
        address = "/packs/" + clerk.url.rsplit("/", 1)[1]

        reader = self.open(BOARD)
        reader.goto("/packs")
        reader.locator(f"a[href='{address}']").click()
        self.assert_says(reader, "Fingerprint (SHA-256)")
        for part in ("", "/actions.csv", "/pack.xlsx"):
            once, again = (reader.request.get(address + part) for _ in range(2))
            self.assertEqual(200, once.status, part)
            if part:
                self.assertEqual(once.body(), again.body(), part)
            else:
                words = [re.sub(r'nonce="[^"]*"|value="[^"]*"|reference [\w-]+', "", one.text()) for one in (once, again)]
                self.assertEqual(words[0].split("<main")[1].split("</main")[0], words[1].split("<main")[1].split("</main")[0])
        self.assertEqual(0, reader.get_by_role("button", name="Make the pack").count(), "a reader makes no packs")
