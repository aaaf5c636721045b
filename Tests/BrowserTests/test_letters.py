import io, re
import pikepdf
from harness import OFFICER, Journey, sql


class Tags:
    """What a PDF file tells somebody who has it read aloud: its structure, walked as a reader walks it."""

    def __init__(self, content):
        self.file = pikepdf.open(io.BytesIO(content))
        self.root = self.file.Root
        self.marked = {}
        for page in self.file.pages:
            self.marked[page.objgen] = self.ids(page)

    def ids(self, page):
        """The numbers of what is marked on a page, and whether anything is drawn outside all marks."""
        found, depth, loose = set(), 0, []
        for operands, operator in pikepdf.parse_content_stream(page):
            name = str(operator)
            if name in ("BDC", "BMC"):
                depth += 1
                if name == "BDC" and isinstance(operands[1], pikepdf.Dictionary) and "/MCID" in operands[1]:
                    found.add(int(operands[1].MCID))
            elif name == "EMC":
                depth -= 1
            elif name in ("Tj", "TJ", "Do") and depth == 0:
                loose.append(name)
        assert not loose, f"drawn outside every mark: {loose}"
        return found

    def walk(self, element=None, page=None):
        """(name, element, how many marks it holds itself), in reading order."""
        element = self.root.StructTreeRoot if element is None else element
        page = element.get("/Pg", page)
        kids = element.get("/K", [])
        kids = kids if isinstance(kids, pikepdf.Array) else [kids]
        own = 0
        for kid in kids:
            if isinstance(kid, int) or not isinstance(kid, pikepdf.Dictionary) or kid.get("/Type") == "/MCR":
                on, number = (kid.get("/Pg", page), int(kid.MCID)) if isinstance(kid, pikepdf.Dictionary) else (page, int(kid))
                assert number in self.marked[on.objgen], f"the structure names mark {number}, which is on no page"
                self.marked[on.objgen].discard(number)
                own += 1
        if "/S" in element:
            yield str(element.S)[1:], element, own
        for kid in kids:
            if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
                yield from self.walk(kid, page)

    def check(self, title, language="en-GB"):
        """What PDF/UA asks of every document; gives the names of its elements in reading order."""
        assert self.root.MarkInfo.Marked, "it is not marked as tagged"
        assert str(self.root.Lang) == language, self.root.Lang
        assert self.root.ViewerPreferences.DisplayDocTitle, "a reader would be told the file's name"
        with self.file.open_metadata() as words:
            assert words["pdfuaid:part"] == "1", "it does not call itself PDF/UA"
            assert title in words["dc:title"], words["dc:title"]
        names = []
        for name, element, own in self.walk():
            names.append(name)
            if name == "Figure":
                assert str(element.get("/Alt", "")), "a picture without words"
            if name == "TH":
                assert "/Scope" in str(element.get("/A", "")) or "/Headers" in str(element.get("/A", "")) or "/ID" in element, "a heading of no cell"
        left = sum(len(numbers) for numbers in self.marked.values())
        assert left == 0, f"{left} marks are in no structure: they would not be read"
        levels = [int(name[1]) for name in names if re.fullmatch("H[1-6]", name)]
        assert levels and levels[0] == 1, levels
        assert all(after <= before + 1 for before, after in zip(levels, levels[1:])), f"a level of headings is left out: {levels}"
        return names


class Letters(Journey):
    def test_files_with_posting_lists(self):
        """Letters are made into tagged files by the work; each has a page, an address in the window and a line of the posting list"""
        page = self.open(OFFICER)
        campaign = sql("SELECT id FROM campaign WHERE name = 'Taxi trade, Malvern Hills, letters'")
        many = int(sql(f"SELECT count(*) FROM campaign_recipient WHERE campaign_id = '{campaign}' AND state = 'issued'"))
        self.assertGreater(many, 3)
        page.goto(f"/campaigns/{campaign}")
        page.get_by_role("link", name="The letters").click()
        self.look(page)
        page.get_by_role("button", name=f"Make PDF files of {many} letters").click()
        page.get_by_role("link", name="File 1 (PDF)").wait_for(timeout=60_000)
        self.look(page)
        self.assertEqual(0, page.get_by_role("button", name="Make PDF files").count())

        answer = page.request.get(page.get_by_role("link", name="File 1 (PDF)").get_attribute("href"))
        self.assertEqual((200, "application/pdf"), (answer.status, answer.headers["content-type"]))
        tags = Tags(answer.body())
        names = tags.check("Taxi trade, Malvern Hills, letters: letters")
        self.assertEqual(many, names.count("H1"))
        self.assertGreaterEqual(len(tags.file.pages), many)
        posting = page.request.get(page.get_by_role("link", name="Posting list 1 (CSV)").get_attribute("href")).text()
        self.assertEqual(many + 2, len(posting.split("\r\n")))
        self.assertEqual("2", sql("SELECT count(*) FROM audit.detail WHERE detail LIKE '%Malvern Hills, letters, file 1%'"))

        # Lost, it is made again.
        page.get_by_role("button", name="Make again file 1").click()
        self.assert_says(page, "File 1 is being made again")
        page.get_by_role("link", name="File 1 (PDF)").wait_for(timeout=60_000)

        page.get_by_role("link", name="Print them from the browser").click()
        self.assertEqual(many, page.locator("article.app-letter").count())
        self.look(page)
