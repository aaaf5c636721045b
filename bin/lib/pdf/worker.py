"""Turns pages into tagged PDF files for the service, until its input ends or nothing is asked for a minute.

    worker.py MEGABYTES DIRECTORY...

A question is eight bytes of length and as much HTML; an answer is one byte (0: made, 1: refused), eight bytes of length, and the file or a
sentence. The first answer comes unasked, when it is ready: empty, or why it never will be. The page has a title and a language, and names nothing but files of the directories, as asset:NAME. Beside the fetcher that
sees to that stands a second wall: once everything is loaded, this process opens no socket, starts no program, writes no file and reads
none outside Python's own and those directories.
"""
import os, pathlib, re, resource, select, struct, sys

REST = 60  # seconds without a question, after which it ends: the service starts another when one is needed
MOST = 64 << 20  # bytes of a page

directories = [pathlib.Path(name).resolve() for name in sys.argv[2:]]
limit = int(sys.argv[1]) << 20
for what, value in ((resource.RLIMIT_AS, limit), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_NOFILE, 64), (resource.RLIMIT_CORE, 0)):
    resource.setrlimit(what, (value, value))

# Answers have a descriptor of their own: whatever prints by mistake prints to nowhere.
answers = os.dup(1)
os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


class Refused(Exception):
    """Why a page cannot be made, in words for whoever asked for it."""


def answer(status, content):
    rest = memoryview(struct.pack(">BQ", status, len(content)) + content)
    while rest:
        rest = rest[os.write(answers, rest):]


def question():
    """The next page; None when there are no more."""
    if not select.select([0], [], [], REST)[0]:
        return None
    head = read(8)
    if head is None:
        return None
    many = struct.unpack(">Q", head)[0]
    if many > MOST:
        sys.exit(1)
    return read(many)


def read(many):
    parts = []
    while many:
        part = os.read(0, min(many, 1 << 20))
        if not part:
            return None
        parts.append(part)
        many -= len(part)
    return b"".join(parts)


def second_wall():
    readable = [pathlib.Path(path).resolve() for path in (sys.prefix, sys.base_prefix + "/lib/python3", os.path.dirname(os.__file__))] + directories
    # "socket" stands for socket.connect, socket.getaddrinfo and all its kin.
    closed = {"socket", "subprocess", "ctypes", "urllib", "shutil", "ftplib", "http", "webbrowser", "pty"}
    changes = {"exec", "fork", "forkpty", "posix_spawn", "spawn", "startfile", "system", "remove", "rename", "mkdir", "rmdir", "link", "symlink", "truncate", "chmod", "chown", "kill"}

    def guard(event, arguments):
        family, _, act = event.partition(".")
        if family in closed or (family == "os" and act in changes):
            raise PermissionError(f"{event} is not for this process")
        if event == "open" and not isinstance(arguments[0], int):
            if (arguments[2] or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT) or (isinstance(arguments[1], str) and set(arguments[1]) & set("wax+")):
                raise PermissionError("this process writes no file")
            path = pathlib.Path(os.path.realpath(os.fsdecode(arguments[0])))
            if not any(path.is_relative_to(place) for place in readable):
                raise PermissionError("this file is not for this process")

    sys.addaudithook(guard)


try:
    import logging, mimetypes
    from weasyprint import HTML
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    logging.getLogger("weasyprint").addHandler(logging.NullHandler())
    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
    mimetypes.init([])
    fonts = FontConfiguration()
    options = {"pdf_variant": "pdf/ua-1"}

    class Assets(URLFetcher):
        """Gives files of the directories by their name; whatever else is asked for ends the page."""

        def __init__(self):
            super().__init__(fail_on_errors=True)

        def fetch(self, url, headers=None):
            name = re.fullmatch(r"asset:(?:/*)([A-Za-z0-9_-][A-Za-z0-9._-]*)", url)
            for directory in directories if name else ():
                path = (directory / name[1]).resolve()
                if path.is_relative_to(directory) and path.is_file():
                    return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": mimetypes.guess_type(name[1])[0] or "application/octet-stream"})
            raise Refused(f"The page asks for {url[:100]}, which is no file of its own.")

    def make(page):
        document = HTML(string=page.decode(), base_url="asset:", url_fetcher=Assets()).render(font_config=fonts, **options)
        if not document.metadata.title or not document.metadata.lang:
            raise Refused("The page has no title or no language, which a document that is read aloud needs.")
        return document.write_pdf(**options)

    # Loads what is loaded late, and finds the fonts, before the wall goes up.
    make("<!DOCTYPE html><html lang=en><title>x</title><style>p{font:bold 9pt arial;position:absolute}</style><h1>x</h1><p>x</p><ul><li>x</ul><table><tr><th>x</table>".encode())
    second_wall()
    answer(0, b"")
except Exception as error:  # noqa: BLE001: told to whoever started it
    answer(1, f"The program that makes PDF files does not start: {type(error).__name__}: {error}".encode())
    sys.exit(1)

while (page := question()) is not None:
    try:
        answer(0, make(page))
    except Refused as why:
        answer(1, str(why).encode())
    except FatalURLFetchingError as error:
        answer(1, str(error.__cause__).encode())
    except MemoryError:
        answer(1, b"The page is too large to be made into one PDF file.")
        break
    except Exception as error:  # noqa: BLE001
        answer(1, f"The page could not be made into a PDF file: {type(error).__name__}.".encode())
    # What one large page took is given back by ending.
    if resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10 > limit // 2:
        break
