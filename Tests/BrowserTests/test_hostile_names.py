import csv, io
from harness import MANAGER, OFFICER, Journey, browser

# Among them letters joined to a combining mark or a joiner, which an escaper that walks over graphemes lets through.
PAYLOADS = [
    'x"\u0301 onmouseover=alert(1) y="',
    "x'\u0301 onfocus=alert(2) autofocus y='",
    "<script\u200d>alert(3)</script>",
    "<\u0301script>alert(4)</script>",
    "</title><script>alert(5)</script>",
    '"><img src=x onerror=alert(6)>',
    "<svg/onload=alert(7)>",
    "{{{title}}}{{#a}}{{constructor.constructor('alert(8)')()}}",
    "=HYPERLINK(\"javascript:alert(9)\",\"x\")",
    "&lt;img src=x onerror=alert(10)&gt;",
]
EVENTS = "Array.from(document.querySelectorAll('*')).flatMap(e => Array.from(e.attributes)).filter(a => /^on/i.test(a.name)).map(a => a.name)"


class HostileNames(Journey):
    def test_nothing_fires(self):
        """Names that try to become script stay names: on the form, the record, the list, the search, the counter, the history"""
        page = self.open(MANAGER)
        for number, payload in enumerate(PAYLOADS):
            with self.subTest(payload=payload):
                name = payload[:150]
                page.goto("/licences/new?register=drivers")
                page.locator("[name=authority]").select_option(index=1) if page.locator("select[name=authority]").count() else page.locator("[name=authority]").first.check()
                kind = page.locator("[name=kind]")
                kind.select_option(index=1) if page.locator("select[name=kind]").count() else kind.first.check()
                page.get_by_label("Licence reference").fill(f"XSS-{number}")
                page.get_by_label("Family name").fill(name)
                page.get_by_label("Given names").fill("Canary")
                page.get_by_label("Address", exact=False).last.fill(name)
                for part, value in (("day", "1"), ("month", "10"), ("year", "2026")):
                    page.locator(f"[name='from-{part}'], [name='from.{part}'], [name='from_{part}']").fill(value)
                page.locator("[name=months]").first.check()
                page.locator("main form button").first.click()
                self.assert_says(page, "was added")
                record = page.url
                self.probe(page)
                self.assertIn(name, page.locator("h1").inner_text())
                for address in (record + "/edit", record + "/renewal", "/drivers?sort=name", f"/search?q=XSS{number}", "/search?q=Canary",
                                f"/counter?find=XSS-{number}", "/counter?find=Canary", "/"):
                    page.goto(address)
                    self.probe(page)
        for address in ("/search", "/counter", "/drivers"):
            for payload in PAYLOADS:
                page.goto(address + "?" + _query(q=payload, find=payload, district=payload, kind=payload, sort=payload, name=payload))
                self.probe(page)

        # In the export each name is one cell of text, and no formula.
        body = page.request.get("/drivers.csv").body().decode("utf-8-sig")
        cells = [cell for row in csv.reader(io.StringIO(body)) for cell in row]
        for payload in PAYLOADS:
            self.assertTrue(any(payload in cell for cell in cells), payload)
        self.assertFalse([cell for cell in cells if cell[:1] in "=+@\t\r" and cell])

    def probe(self, page):
        """Nothing fired by itself, and nothing waits to be hovered over or focused."""
        self.assertEqual([], page.evaluate(EVENTS))
        self.assertEqual(0, page.locator("main script, main img[src=x], main svg[onload]").count())
        self.assertEqual([], page.watch.dialogs)
        # A refusal by the content security policy would mean that the escaping had failed first.
        self.assertEqual([], page.watch.complaints)

    def test_the_watch_sees(self):
        """The same payloads in a page without protection do fire: the watch is not blind"""
        context = browser().new_context()
        fired = []
        context.on("dialog", lambda dialog: (fired.append(dialog.message), dialog.dismiss()))
        page = context.new_page()
        page.set_content('<img src=x onerror="alert(6)"><p title="x"\u0301 onmouseover=alert(1) y="">hover</p>')
        page.hover("p")
        page.wait_for_timeout(300)
        self.assertEqual({"1", "6"}, set(fired))
        self.assertIn("onmouseover", page.evaluate(EVENTS))
        context.close()


def _query(**values):
    import urllib.parse
    return urllib.parse.urlencode(values)
