import re
from crawl import tour
from harness import EVERYBODY, Journey


class Links(Journey):
    def test_every_link_leads_somewhere(self):
        """Every link that anybody is offered leads to a page with one heading and a title of its own"""
        for email in EVERYBODY:
            for address, status, text in tour(email):
                with self.subTest(email=email, address=address):
                    self.assertLess(status, 400)
                    if text:
                        # A name may look like a template, where another journey gave it to a driver: it is a name all the same.
                        text = text.replace("{{{title}}}{{#a}}{{constructor.constructor(", "")
                        headings = re.findall(r"<h1\b[^>]*>(.*?)</h1>", text, re.S)
                        self.assertEqual(1, len(headings), "one h1 a page")
                        self.assertTrue(re.sub(r"<[^>]*>|\s", "", headings[0]), "the h1 says something")
                        self.assertRegex(text, r"<title>[^<]+ – Lantern</title>")
                        self.assertIn('<html lang="en-GB"', text)
                        self.assertNotRegex(text, r"\{\{|Optional\(|\bnil\b|<[^>]+\sstyle=")
