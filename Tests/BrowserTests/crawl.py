"""Every page that somebody can reach by links: whatever is added to the site later is found by itself."""
import contextlib, functools, html, re, urllib.parse
from harness import ORIGIN, browser, signed_in

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# An action of the plan by its number, a measure by its name: one page each.
OF_PLAN = re.compile(r"(?<=/strategy/actions/)\d+(\.\d+)+|(?<=/strategy/measures/)[a-z_]+")
MOST = 150


def shape(path):
    """Pages of one template look alike: /licences/ID, a list whatever its filter."""
    return OF_PLAN.sub("ID", UUID.sub("ID", path.split("?")[0]))


def links(document):
    for found in re.findall(r"<a\b[^>]*?\shref=\"([^\"]*)\"", document):
        address = urllib.parse.urljoin(ORIGIN, html.unescape(found).split("#")[0])
        if address.startswith(ORIGIN + "/"):
            yield address.removeprefix(ORIGIN)


@functools.cache
def tour(email):
    """Follows every link from where somebody lands and from their account, once a run, few of a kind: (address, status, text) of each page.
    Kinds not seen yet come first, so that the bound never cuts off a kind of page."""
    with contextlib.closing(browser().new_context(base_url=ORIGIN, storage_state=signed_in(email))) as context:
        return list(walk(context))


def walk(context):
    waiting = ["/sign-in", "/account"]
    known, of_shape = set(waiting), {}
    visited = 0
    while waiting and visited < MOST:
        waiting.sort(key=lambda address: of_shape.get(shape(address), 0))
        address = waiting.pop(0)
        kind = shape(address)
        of_shape[kind] = of_shape.get(kind, 0) + 1
        visited += 1
        answer = context.request.get(address, headers={"Accept": "text/html"})
        text = answer.text() if "text/html" in answer.headers.get("content-type", "") else ""
        yield address, answer.status, text
        for next in links(text):
            if next not in known and of_shape.get(shape(next), 0) < 8:
                known.add(next)
                waiting.append(next)
