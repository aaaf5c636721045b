import re
from harness import DISTRICT_OFFICER, Journey


class Lists(Journey):
    def test_every_row_once(self):
        """Turning the pages of a list, in each order, shows every row once; turning back shows the same again"""
        page = self.open(DISTRICT_OFFICER, js=False)
        for order in ("", "?sort=-name", "?sort=reference", "?sort=-expiry"):
            with self.subTest(order=order):
                page.goto("/drivers" + order)
                count = int(re.search(r"[\d,]+", page.locator(".app-sentence strong").inner_text()).group().replace(",", ""))
                pages = [self.rows(page)]
                while page.locator("a[rel=next]").count():
                    self.turn(page, "next")
                    pages.append(self.rows(page))
                rows = [row for rows in pages for row in rows]
                self.assertEqual(len(rows), len(set(rows)))
                if "expiry" not in order:  # those that never expire have no place in that order
                    self.assertEqual(count, len(rows))
                for expected in reversed(pages[:-1]):
                    self.turn(page, "prev")
                    self.assertEqual(expected, self.rows(page))

    def turn(self, page, way):
        """To the neighbouring page, and until it is all there."""
        page.locator(f"a[rel={way}]").click()
        page.wait_for_load_state()

    def rows(self, page):
        return page.locator("main tbody th a").evaluate_all("links => links.map(link => link.getAttribute('href'))")
