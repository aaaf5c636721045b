import csv, datetime, io, re, subprocess, tempfile
import pikepdf
from harness import BOARD, MANAGER, Journey, choose_password, invite, sql


class Strategy(Journey):
    """A Board reader follows one action from its rating to the places behind it, asks how it stood, and opens the same pack twice."""

    def ask(self, page, day):
        for name, part in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
            page.get_by_label(name, exact=True).fill(str(part))
        page.get_by_role("button", name="Show").click()

    def behind(self, page):
        """Follows the figure to its rows, which are as many. Gives how many."""
        link = page.get_by_role("link", name=re.compile(r"See the .* without guidance$"))
        said = int(re.search(r"See the ([\d,]+)", link.inner_text())[1].replace(",", ""))
        link.click()
        page.wait_for_load_state()
        shown = page.locator("tbody tr").count()
        self.assertTrue(shown == said or (shown == 50 and said > 50), f"{said} are said to lack guidance, {shown} are shown")
        return said

    def test_from_a_rating_to_the_places_behind_it(self):
        page = self.open(BOARD)
        page.goto("/")
        # What a Board reader is for comes first.
        self.assertTrue(page.url.endswith("/strategy"), page.url)
        self.look(page)
        row = page.locator("tr", has=page.locator("a[href='/strategy/actions/3.3.5']")).first
        self.assertIn("Red", row.inner_text())
        page.locator("a[href='/strategy/actions/3.3.5']").first.click()
        self.assert_says(page, "By the rule")
        self.assert_says(page, "Past its due day, 31 December 2015")
        self.look(page)
        now = self.behind(page)
        # Eleven on the demonstration, unless another journey has brought in a register.
        if sql("SELECT count(*) FROM import_run WHERE state = 'applied'") == "0":
            self.assertEqual(11, now)
        self.look(page)

        # As it stood three months ago: asked by the form, and kept in the way on.
        past = datetime.date.today() - datetime.timedelta(days=91)
        page.goto("/strategy/actions/3.3.5")
        self.ask(page, past)
        self.assert_says(page, f"As of {past.day} {past:%B %Y}")
        self.look(page)
        self.assertNotEqual(now, self.behind(page))
        self.assert_says(page, f"On {past.day} {past:%B %Y}")

    def test_a_day_to_come_is_refused_in_a_sentence(self):
        page = self.open(BOARD)
        for path in ("/strategy", "/standing", "/strategy/equity", "/strategy/challenges"):
            answer = page.goto(path + "?on=2999-01-01")
            self.assertEqual(422, answer.status)
            self.assert_says(page, "nothing is known of days to come")
        self.look(page)

    def test_what_the_board_reads_beside_the_plan(self):
        page = self.open(BOARD)
        page.goto("/strategy")
        for link, words in (
            ("Districts side by side", "6 districts by the same rules"), ("Challenge tests", "Guidance held and trained"),
            ("A year’s figures", "for the Board’s annual report"), ("How did it stand on a day?", "Members of licensing committees"),
        ):
            page.goto("/strategy")
            page.get_by_role("main").get_by_role("link", name=link).first.click()
            self.assert_says(page, words)
            self.look(page)
        page.goto("/strategy")
        page.emulate_media(media="print")
        self.assertFalse(page.get_by_role("heading", name="For the Board").is_visible(), "links are not printed: nor is their heading")
        page.emulate_media(media="screen")
        page.goto("/standing")
        past = datetime.date.today() - datetime.timedelta(days=60)
        self.ask(page, past)
        self.assert_says(page, f"On {past.day} {past:%B %Y}")
        self.look(page)
        for path in ("/strategy/challenges.csv", "/strategy/equity.csv", "/strategy/year.csv"):
            answer = page.request.get(path)
            self.assertEqual(200, answer.status, path)
            self.assertGreater(len(list(csv.reader(io.StringIO(answer.text())))), 3, path)
        self.assertEqual(0, page.locator("a[href*='/strategy/challenges/tests']").count())

        # Who reads the register reads the tests.
        manager = self.open(MANAGER)
        manager.goto("/strategy/challenges")
        manager.get_by_role("link", name="Neither", exact=True).first.click()
        self.assert_says(manager, "Challenge tests: neither")
        self.look(manager)

    def test_a_pack_is_the_same_again_and_prints(self):
        _, link = invite("Isolde Marchant", "business_support")
        clerk = self.open()
        choose_password(clerk, link)
        clerk.goto("/packs")
        self.look(clerk)
        quarter = datetime.date.today() - datetime.timedelta(days=92)
        self.fill_day(clerk, quarter)
        clerk.get_by_role("button", name="Make the pack").click()
        self.assert_says(clerk, "The pack is made and kept")
        clerk.goto("/packs")
        clerk.get_by_role("button", name="Make the pack").click()
        self.assert_says(clerk, "The pack is made and kept")
        self.look(clerk)
        address = "/packs/" + clerk.url.rsplit("/", 1)[1]
        clerk.get_by_role("button", name="What changed since the pack before").click()
        self.assert_says(clerk, f"What changed since the pack of {quarter.day} {quarter:%B %Y}")
        self.look(clerk)

        reader = self.open(BOARD)
        reader.goto("/packs")
        reader.locator(f"a[href='{address}']").click()
        for words in ("Fingerprint (SHA-256)", "Exceptions", "Districts side by side", "Challenge rate by what the place had", "Notes"):
            self.assert_says(reader, words)
        self.look(reader)
        for part in ("", "/actions.csv", "/measures.csv", "/pack.xlsx", "/pack.pdf"):
            once, again = (reader.request.get(address + part, timeout=120_000) for _ in range(2))
            self.assertEqual(200, once.status, part)
            if part:
                self.assertEqual(once.body(), again.body(), part)
            else:
                words = [re.sub(r'nonce="[^"]*"|value="[^"]*"|reference [\w-]+', "", one.text()) for one in (once, again)]
                self.assertEqual(words[0].split("<main")[1].split("</main")[0], words[1].split("<main")[1].split("</main")[0])
        self.assertEqual(0, reader.get_by_role("button", name="Make the pack").count(), "a reader makes no packs")
        self.compare(reader, address)
        self.read_aloud(reader.request.get(address + "/pack.pdf", timeout=120_000).body())
        self.print(reader)

    def fill_day(self, page, day):
        for name, part in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
            page.get_by_label(name, exact=True).fill(str(part))

    def compare(self, page, address):
        """The workbook, read by a reader that is not ours, says what the other files say."""
        with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
            file.write(page.request.get(address + "/pack.xlsx").body())
            file.flush()

            def sheet(name):
                text = subprocess.run(["xlsx2csv", "-n", name, file.name], check=True, capture_output=True, text=True).stdout
                return list(csv.reader(io.StringIO(text)))

            def download(name):
                return list(csv.reader(io.StringIO(page.request.get(address + name).body().decode("utf-8-sig"))))

            ours = download("/actions.csv")
            theirs = sheet("Actions")
            self.assertEqual(43, len(theirs))
            self.assertEqual(ours, theirs)
            self.assertEqual([row[:4] for row in download("/measures.csv")], [row[:4] for row in sheet("Measures")])
            self.assertIn("Together", sheet("Districts")[0])
            self.assertTrue(any("Counted from the registers" in row[0] for row in sheet("Notes")))

    def read_aloud(self, file):
        """The PDF file is tagged: its language, its title, headings in order, tables whose heads are heads, and words for every chart."""
        with pikepdf.open(io.BytesIO(file)) as pdf:
            self.assertTrue(bool(pdf.Root.MarkInfo.Marked))
            self.assertEqual("en-GB", str(pdf.Root.Lang))
            self.assertIn("Child Sexual Exploitation Strategy", str(pdf.docinfo.get("/Title", "")) or str(pdf.open_metadata().get("dc:title")))
            self.assertEqual("1", pdf.open_metadata().get("pdfuaid:part"))
            kinds, silent = [], []

            def walk(node):
                if isinstance(node, pikepdf.Array):
                    for part in node:
                        walk(part)
                elif isinstance(node, pikepdf.Dictionary):
                    if "/S" in node:
                        kinds.append(str(node["/S"]))
                        if str(node["/S"]) == "/Figure" and not str(node.get("/Alt", "")).strip():
                            silent.append(node.objgen)
                    if "/K" in node:
                        walk(node["/K"])

            walk(pdf.Root.StructTreeRoot)
            self.assertEqual([], silent, "charts without words")
            self.assertEqual(1, kinds.count("/H1"))
            for kind in ("/H2", "/Table", "/Caption", "/THead", "/TH", "/TD", "/Figure"):
                self.assertIn(kind, kinds)

    def print(self, page):
        """On paper there is no navigation, and every chart's figures are there as a table."""
        page.emulate_media(media="print")
        self.assertFalse(page.get_by_role("navigation").first.is_visible())
        self.assertTrue(page.locator(".app-chart__figures table").first.is_visible())
        paper = page.pdf(format="A4")
        self.assertTrue(paper.startswith(b"%PDF"))
        page.emulate_media(media="screen")
