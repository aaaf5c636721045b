import json
import re

from harness import ANALYST, OFFICER, SCREENER, SOUTH_CHAIR, Journey, sql


class Map(Journey):
    """Hot spots on a map and in tables that say the same; an area drawn, by mouse and by keyboard; items that suggest a place."""

    def ready(self, page, selector="[data-app-map]"):
        page.wait_for_selector(f"{selector}[data-ready=yes]", timeout=10_000)

    def test_the_map_and_its_tables_say_the_same(self):
        page = self.open(ANALYST)
        page.goto("/hot-spots")
        page.get_by_role("link", name="Map with places").click()
        self.heading(page, "Map of hot spots")
        self.ready(page)
        data = page.evaluate("fetch(document.querySelector('[data-app-map]').dataset.source).then((answer) => answer.json())")
        features = [feature["properties"] for feature in data["features"]]
        spots = {p["r"]: p for p in features if p["t"] == "spot"}
        places = sorted(p["n"] for p in features if p["t"] == "place")
        tables = page.locator("table")
        listed = {re.search(r"HS-\d+", row)[0]: row for row in tables.nth(0).locator("tbody tr").all_inner_texts()}
        self.assertEqual(set(spots), set(listed))
        rows = tables.nth(1).locator("tbody tr").all_inner_texts()
        self.assertEqual(len(places), len(rows))
        self.assertEqual(places, sorted(re.match(r"[^,\t\n]+", row.removeprefix("Place").strip())[0] for row in rows))
        self.assertTrue(any("perator’s base" in row for row in rows), "no operator's base is in or around a hot spot")
        # Every state that is on the map bears its name on it.
        words = page.locator(".app-leaflet__canvas").inner_text()
        for reference in spots:
            self.assertIn(reference, words)
        self.look(page)

        # By keyboard: a hot spot is shown, its popup takes the cursor, Escape gives it back.
        first = page.locator(".app-leaflet__go button").first
        first.focus()
        page.keyboard.press("Enter")
        self.focus(page, ".app-leaflet__popup a")
        page.wait_for_timeout(300)
        self.look(page)
        page.keyboard.press("Escape")
        self.focus(page, ".app-leaflet__go button")
        canvas = page.locator(".app-leaflet__canvas")
        canvas.focus()
        before = page.locator(".leaflet-map-pane").get_attribute("style")
        page.keyboard.press("ArrowRight")
        page.wait_for_function("before => document.querySelector('.leaflet-map-pane').getAttribute('style') !== before", arg=before)
        # Marks and groups of marks are reached with Tab and opened with Enter, and say in words what their shape says.
        mark = page.locator(".app-leaflet__mark, .app-leaflet__group").first
        mark.focus()
        self.assertRegex((mark.get_attribute("title") or "") + mark.inner_text(), r"guidance")
        page.keyboard.press("Enter")

        # Narrowed, both alike.
        page.get_by_label("Places", exact=True).select_option(label="Operators’ bases")
        page.get_by_role("button", name="Apply filter").click()
        self.ready(page)
        bases = page.evaluate("fetch(document.querySelector('[data-app-map]').dataset.source).then((answer) => answer.json())")
        count = sum(feature["properties"]["t"] == "place" for feature in bases["features"])
        self.assertEqual(count, page.locator("table").nth(1).locator("tbody tr").count())
        self.assertGreater(count, 0)
        page.emulate_media(media="print")
        self.assertTrue(page.locator(".app-leaflet__canvas").is_visible() and page.locator("table").nth(1).is_visible())
        self.assertFalse(page.locator(".leaflet-control-zoom").is_visible())

    def test_without_scripts_the_drawing_stands(self):
        page = self.open(SOUTH_CHAIR, js=False)
        page.goto("/hot-spots/map")
        self.assertTrue(page.locator(".app-leaflet__still svg").is_visible())
        self.assertEqual(0, page.locator(".app-leaflet__canvas").count())
        self.assertGreater(page.locator("table").nth(1).locator("tbody tr").count(), 0)
        self.assertNotIn("Spindle Row", page.locator("main").inner_text())

    def propose(self, page, name, reason="Young people gather at the steps."):
        page.get_by_label("Name of the place").fill(name)
        page.get_by_label("District").select_option(label="Worcester City")
        page.get_by_label("Park or open space", exact=True).first.check()
        page.locator("input[name=reasons][value=park_open_space]").check()
        page.get_by_label("Why should tasking look at it?").fill(reason)

    def test_an_area_is_drawn_with_the_mouse_and_with_the_keyboard(self):
        page = self.open(ANALYST)
        page.goto("/hot-spots/new")
        self.ready(page, "[data-app-draw]")
        self.propose(page, "Ferry steps and green")
        page.get_by_label("An area drawn on a map, or GeoJSON").check()
        canvas = page.locator(".app-leaflet__canvas")
        canvas.scroll_into_view_if_needed()
        # To the middle of Worcester, where the demonstration is.
        field = page.locator("textarea[name=geojson]")
        field.fill(json.dumps({"type": "Polygon", "coordinates": [[[-2.221, 52.191], [-2.219, 52.191], [-2.219, 52.193], [-2.221, 52.191]]]}))
        page.get_by_role("button", name="Propose", exact=True).click()
        self.assert_says(page, "Ferry steps and green")
        shown = page.url
        page.goto("/hot-spots/new")
        self.ready(page, "[data-app-draw]")
        page.get_by_label("An area drawn on a map, or GeoJSON").check()
        canvas = page.locator(".app-leaflet__canvas")
        canvas.scroll_into_view_if_needed()
        for _ in range(9):
            page.get_by_role("button", name="Zoom in").click()
            page.wait_for_timeout(60)
        box = canvas.bounding_box()
        for x, y in ((0.3, 0.3), (0.7, 0.3), (0.7, 0.7)):
            page.mouse.click(box["x"] + box["width"] * x, box["y"] + box["height"] * y)
        self.assert_says(page, "3 corners, about")
        three = json.loads(field.input_value())["coordinates"][0]
        self.assertEqual(4, len(three))
        # The fourth by keyboard: the map moves under the cross, Enter adds, arrows move the corner, Delete takes it away.
        canvas.focus()
        page.keyboard.press("ArrowLeft")
        page.wait_for_timeout(400)
        page.keyboard.press("Enter")
        self.assert_says(page, "4 corners, about")
        corner = page.locator(".app-leaflet__corner").last
        corner.focus()
        before = field.input_value()
        page.keyboard.press("ArrowDown")
        self.assertNotEqual(before, field.input_value())
        self.look(page)
        corner.focus()
        page.keyboard.press("Delete")
        self.assert_says(page, "3 corners, about")
        self.assertEqual(three, json.loads(field.input_value())["coordinates"][0])
        # What is wrong is said at the field, and what was drawn stays drawn.
        page.get_by_role("button", name="Propose", exact=True).click()
        self.assert_says(page, "There is a problem")
        self.ready(page, "[data-app-draw]")
        self.assertEqual(3, page.locator(".app-leaflet__corner").count())
        self.assertEqual(three, json.loads(page.locator("textarea[name=geojson]").input_value())["coordinates"][0])
        self.look(page)
        self.assertNotEqual(shown, page.url)

    def test_items_near_one_another_become_a_proposal_or_are_set_aside(self):
        page = self.open(SCREENER)
        page.goto("/hot-spots")
        self.assert_says(page, "suggested by items near one another")
        page.get_by_role("link", name="See why").click()
        self.assert_says(page, "at least 3 items within 250 metres of one another, from 2 or more agencies, in the last 180 days")
        self.look(page)
        page.locator("table").first.locator("tbody a").first.click()
        self.assert_says(page, "The rule asks for at least 3")
        self.assert_says(page, "What the items say is not shown here")
        for content in ("takeaways", "kiosk", "Door staff", "upstairs"):
            self.assertNotIn(content, page.locator("body").inner_text())
        self.look(page)
        address = page.url
        page.get_by_role("button", name="Set aside").click()
        page.get_by_role("button", name="Set aside").click()
        self.assert_says(page, "There is a problem")
        self.look(page)
        page.goto(address)
        page.get_by_role("button", name="Propose as a hot spot").click()
        self.assertTrue(page.get_by_label("A middle and a radius").is_checked())
        self.ready(page, "[data-app-draw]")
        self.look(page)
        page.get_by_label("Name of the place").fill("Angel Place arcade")
        # The demonstration has no outlines of districts, so that which one it is in is asked.
        page.get_by_label("District").select_option(label="Worcester City")
        page.get_by_label("Station, rank or services").check()
        page.get_by_role("button", name="Propose", exact=True).click()
        self.assert_says(page, "The hot spot is proposed")
        self.assert_says(page, "items of information near each other")
        self.look(page)
        page.goto("/hot-spots/suggestions")
        self.assert_says(page, "Nothing is suggested")
        # Whoever reads hot spots and no intelligence is told nothing of it.
        officer = self.open(OFFICER)
        officer.goto("/hot-spots")
        self.assertNotIn("suggest", officer.locator("main").inner_text().lower().replace("suggested\n", ""))
        self.assertEqual("1", sql("SELECT count(*) FROM hot_spot_suggestion WHERE outcome = 'proposed'"))
