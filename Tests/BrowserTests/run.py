"""Runs the browser tests of this directory, or those whose file or test the argument matches (a regular expression), and counts them."""
import pathlib, re, sys, time, unittest

here = pathlib.Path(__file__).parent
sys.path.insert(0, str(here))
import harness  # noqa: E402


class Result(unittest.TextTestResult):
    """One line a test, with its time, as it goes."""

    def startTest(self, test):
        self.began = time.monotonic()
        super().startTest(test)

    def getDescription(self, test):
        case = getattr(test, "test_case", test)  # of a part of a test, the test
        part = f" {test._subDescription()}" if case is not test else ""
        return f"{case.shortDescription() or case.id()} ({type(case).__module__}.{case._testMethodName}){part}"

    def stopTest(self, test):
        self.stream.writeln(f"    {time.monotonic() - self.began:.1f} s")
        super().stopTest(test)


def flatten(suite):
    for item in suite:
        if isinstance(item, unittest.TestSuite):
            yield from flatten(item)
        else:
            yield item


def main():
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    tests = [t for t in flatten(unittest.defaultTestLoader.discover(str(here), "test_*.py")) if re.search(wanted, t.id())]
    if not tests:
        sys.exit(f"No browser test is named like “{wanted}”.")
    try:
        outcome = unittest.TextTestRunner(verbosity=2, resultclass=Result).run(unittest.TestSuite(tests))
    finally:
        harness.close()
    failed = len({getattr(t, "test_case", t).id() for t, _ in outcome.failures + outcome.errors}) + len(outcome.unexpectedSuccesses)
    for test, why in outcome.skipped:
        print(f"skipped: {test.id()}: {why}")
    print(f"{outcome.testsRun - failed - len(outcome.skipped)} passed, {failed} failed")
    sys.exit(1 if failed or outcome.testsRun == len(outcome.skipped) else 0)


main()
