"""Two nodes behind nginx: what one saves the other shows, restarts are not noticed, and what nginx keeps."""

import gzip
import re
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import brotli
import pytest

from tests.services.stack import Got, Stack, Visitor
from tests.stack.conftest import CLERK

PAGE = "/om/"
SECONDS_ON_OTHER_NODE = 1.0
SECONDS_OF_NGINX = 1.0
SLACK = 1.0
"""Seconds that a busy machine may take for the request itself."""


@pytest.fixture(scope="module")
def clerk(stack: Stack) -> Visitor:
    """Someone with the role sekretariat, who has signed in through nginx."""
    visitor = stack.visitor()
    assert visitor.sign_in(*CLERK).headers["Location"] == "/admin/"
    return visitor


@dataclass(frozen=True)
class News:
    """A published piece of news: where it is read, and where it is edited."""

    page: str
    form: str


@pytest.fixture(scope="module")
def news(stack: Stack) -> News:
    make = (
        "from committee.models import NewsItem; from sodertorn.publishing import Publication; "
        "row = NewsItem.objects.create(title='Rubriken 0', slug='rubriken', lead='Ingressen.', "
        "publication=Publication.PUBLISHED); print(row.get_absolute_url(), row.pk)"
    )
    page, key = stack.manage("shell", "--no-imports", "--command", make).split()[-2:]
    return News(page, f"/admin/committee/newsitem/{key}/change/")


def heading(got: Got) -> str:
    assert got.status == 200
    return got.page.one("h1").text


def save(clerk: Visitor, address: str, **fields: str) -> None:
    """Change fields of a form in the administration, and save."""
    form = clerk.fields_of(address, "newsitem_form")
    saved = clerk.post(address, {**form, **fields, "_continue": "1"})
    assert saved.status == 302, saved.page.texts(class_name="errorlist")


def seconds_until(found: Callable[[], bool], at_most: float = 10) -> float:
    """How long it took, asked for again and again."""
    started = time.monotonic()
    while not found():
        assert time.monotonic() - started < at_most, "never seen"
        time.sleep(0.02)
    return time.monotonic() - started


class Load:
    """Visitors who ask for pages without a pause, each over a connection of its own, until told to stop."""

    ADDRESSES = ("/", "/budget/2017/", "/kalender/2017/", "/kommuner/nykvarn/", "/sok/", "/admin/login/")

    def __init__(self, stack: Stack, visitors: int) -> None:
        self.answers: Counter[int | str] = Counter()
        self._stack = stack
        self._is_over = threading.Event()
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._ask, args=(number,)) for number in range(visitors)]

    def __enter__(self) -> "Load":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *problem: object) -> None:
        self._is_over.set()
        for thread in self._threads:
            thread.join()

    def _ask(self, number: int) -> None:
        visitor = self._stack.visitor()
        asked = 0
        while not self._is_over.is_set():
            asked += 1
            path = self.ADDRESSES[asked % len(self.ADDRESSES)]
            # Every other address is new, so that it comes all the way to a node.
            path = f"{path}?{number}-{asked}" if asked % 2 else path
            try:
                result: int | str = visitor.get(path).status
            except OSError as error:
                result = repr(error)
            with self._lock:
                self.answers[result] += 1
            time.sleep(0.02)


def test_edit_is_seen_at_once_on_its_node_and_within_a_second_on_the_other(
    stack: Stack, clerk: Visitor, news: News
) -> None:
    here, there = (node.visitor() for node in stack.nodes)
    saver = stack.nodes[0].visitor()
    saver.cookies = clerk.cookies
    slow = []
    for number in (1, 2, 3):
        title = f"Rubriken {number}"
        for visitor in (here, there):
            assert heading(visitor.get(news.page)) != title
        save(saver, news.form, title=title)
        assert heading(here.get(news.page)) == title
        slow.append(seconds_until(lambda: heading(there.get(news.page)) == title))  # noqa: B023
    assert max(slow) <= SECONDS_ON_OTHER_NODE + SLACK, slow


def test_edit_is_seen_through_nginx_a_second_later(stack: Stack, clerk: Visitor, news: News) -> None:
    visitor = stack.visitor()
    visitor.get(news.page)
    save(clerk, news.form, title="Genom nginx")
    taken = seconds_until(lambda: heading(visitor.get(news.page)) == "Genom nginx")
    assert taken <= SECONDS_ON_OTHER_NODE + SECONDS_OF_NGINX + SLACK


def test_page_that_nobody_has_asked_for_in_a_while_is_not_shown_as_it_was(
    stack: Stack, clerk: Visitor, news: News
) -> None:
    visitor = stack.visitor()
    visitor.get(news.page)
    save(clerk, news.form, title="Efter en stund")
    time.sleep(SECONDS_ON_OTHER_NODE + SECONDS_OF_NGINX)
    assert heading(visitor.get(news.page)) == "Efter en stund"


def test_edit_by_a_command_is_seen_on_both_nodes_within_a_second(stack: Stack, news: News) -> None:
    change = "from committee.models import NewsItem; NewsItem.objects.update(title='Från kommandot')"
    stack.manage("shell", "--no-imports", "--command", change)
    for node in stack.nodes:
        visitor = node.visitor()
        taken = seconds_until(lambda: heading(visitor.get(news.page)) == "Från kommandot")  # noqa: B023
        assert taken <= SECONDS_ON_OTHER_NODE + SLACK


def test_rolling_restart_under_load_drops_no_request(stack: Stack) -> None:
    with Load(stack, visitors=4) as load:
        time.sleep(1)
        for node in stack.nodes:
            node.stop()
            time.sleep(1)
            node.start()
    assert set(load.answers) <= {200, 302}, load.answers
    assert sum(load.answers.values()) > 100


def test_signing_in_survives_that_its_node_is_restarted(stack: Stack, clerk: Visitor) -> None:
    for node in stack.nodes:
        node.stop()
        assert clerk.get("/admin/").status == 200
        node.start()


def test_visitor_never_gets_what_staff_were_shown(stack: Stack, clerk: Visitor, news: News) -> None:
    visitor = stack.visitor()
    for path in (PAGE, news.page):
        for _ in range(2):
            assert "staff-link" in clerk.get(path).text
            shown = visitor.get(path)
            assert "staff-link" not in shown.text
            assert "Set-Cookie" not in shown.headers
    assert visitor.cookies == {}


def test_draft_is_neither_kept_nor_shown(stack: Stack, clerk: Visitor, news: News) -> None:
    visitor = stack.visitor()
    assert visitor.get(news.page).status == 200
    save(clerk, news.form, publication="draft", title="Hemligt")
    assert clerk.get(news.page).status == 200
    seconds_until(lambda: visitor.get(news.page).status == 404)
    for _ in range(5):
        assert clerk.get(news.page).status == 200
        got = visitor.get(news.page)
        assert (got.status, "Hemligt" in got.text) == (404, False)
    kept = [path for path in (stack.nginx.folder / "cache").rglob("*") if path.is_file()]
    assert kept
    assert [path for path in kept if b"Hemligt" in path.read_bytes()] == []
    save(clerk, news.form, publication="published")


def test_unchanged_page_is_answered_with_304(stack: Stack) -> None:
    visitor = stack.visitor()
    first = visitor.get(PAGE)
    assert first.headers["Cache-Control"] == "public, no-cache"
    for _ in range(2):
        again = visitor.get(PAGE, if_none_match=first.headers["ETag"])
        assert (again.status, again.body) == (304, b"")
        time.sleep(SECONDS_OF_NGINX + 0.2)
    assert visitor.get(PAGE, if_none_match='"another"').status == 200
    # A page that was built within the second of a change has no date, since that could not tell it apart.
    dated = f"{PAGE}?datum"
    modified = visitor.get(dated).headers["Last-Modified"]
    assert visitor.get(dated, if_modified_since=modified).status == 304
    head = visitor.ask("HEAD", PAGE)
    assert (head.status, head.body, head.headers["ETag"]) == (200, b"", first.headers["ETag"])


def test_each_encoding_is_kept_by_itself(stack: Stack) -> None:
    visitor = stack.visitor()
    plain = visitor.get(PAGE)
    assert "Content-Encoding" not in plain.headers
    for _ in range(2):
        packed = visitor.get(PAGE, accept_encoding="gzip, deflate, br")
        assert (packed.headers["Content-Encoding"], brotli.decompress(packed.body)) == ("br", plain.body)
        zipped = visitor.get(PAGE, accept_encoding="gzip")
        assert (zipped.headers["Content-Encoding"], gzip.decompress(zipped.body)) == ("gzip", plain.body)
        assert visitor.get(PAGE).body == plain.body
    tags = {got.headers["ETag"] for got in (plain, packed, zipped)}
    assert len(tags) == 3


def test_static_files_are_kept_for_good_and_compressed(stack: Stack) -> None:
    visitor = stack.visitor()
    (style,) = re.findall(r'href="(/static/css/site[^"]+)"', visitor.get("/").text)[:1]
    for _ in range(2):
        got = visitor.get(style, accept_encoding="br")
        assert (got.status, got.headers["Content-Encoding"]) == (200, "br")
        assert "immutable" in got.headers["Cache-Control"]
    for node in stack.nodes:
        node.stop()
    try:
        assert visitor.get(style, accept_encoding="br").status == 200
    finally:
        for node in stack.nodes:
            node.start()


def test_readers_keep_the_pages_while_no_node_answers(stack: Stack) -> None:
    visitor = stack.visitor()
    kept = visitor.get(PAGE).body
    for node in stack.nodes:
        node.stop()
    try:
        time.sleep(SECONDS_OF_NGINX + 0.2)
        assert visitor.get(PAGE).body == kept
        away = visitor.get("/vardskap/?ny")
        assert (away.status, away.headers["Retry-After"]) == (503, "30")
        assert away.page.one("h1").text == "Tjänsten är tillfälligt otillgänglig"
    finally:
        for node in stack.nodes:
            node.start()
    seconds_until(lambda: visitor.get("/vardskap/?ny").status == 200, at_most=15)


def test_pages_are_served_and_edits_seen_without_redis(stack: Stack, clerk: Visitor, news: News) -> None:
    visitor = stack.visitor()
    stack.redis.stop()
    try:
        for path in ("/", "/budget/2017/", "/kalender/", f"{PAGE}?utan-redis"):
            assert visitor.get(path).status == 200
        save(clerk, news.form, title="Utan Redis")
        for node in stack.nodes:
            reader = node.visitor()
            taken = seconds_until(lambda: heading(reader.get(news.page)) == "Utan Redis")  # noqa: B023
            assert taken <= SECONDS_ON_OTHER_NODE + SLACK
    finally:
        stack.redis.start()
    readers = [node.visitor() for node in stack.nodes]
    seconds_until(lambda: all(each.get("/readyz").status == 200 for each in readers), at_most=15)
    assert visitor.get(f"{PAGE}?redis-igen").status == 200


def test_attempts_to_sign_in_are_counted_across_nodes(stack: Stack) -> None:
    """Five wrong passwords for a name, whichever node is asked; then not even the right one is tried."""
    stack.make_account("utelast", CLERK[1], role="läsare")
    for number in range(5):
        refused = stack.nodes[number % 2].visitor().sign_in("utelast", "fel-losenord")
        assert refused.status == 200
    for node in stack.nodes:
        visitor = node.visitor()
        assert visitor.sign_in("utelast", CLERK[1]).status != 302
        assert not [name for name in visitor.cookies if "sessionid" in name]


def test_what_a_visitor_says_of_the_way_here_is_not_believed(stack: Stack) -> None:
    visitor = stack.visitor()
    lies = {
        "X-Forwarded-Proto": "http",
        "X-Forwarded-Ssl": "off",
        "X-Forwarded-Host": "elak.example",
        "Forwarded": "for=1.2.3.4;host=elak.example;proto=http",
        "X-Request-ID": "pahittad",
    }
    got = visitor.ask("GET", f"{PAGE}?logn", headers=lies)
    assert got.status == 200
    assert "elak.example" not in got.text
    assert got.headers["X-Request-ID"] != "pahittad"
    # The line is written when the answer has gone.
    seconds_until(lambda: any(got.headers["X-Request-ID"] in line for line in stack.nginx.log()))


def test_operations_addresses_are_closed_from_outside(stack: Stack) -> None:
    visitor = stack.visitor()
    assert visitor.get("/healthz").status == 200
    for path in ("/readyz", "/metrics"):
        assert visitor.get(path).status == 404
    assert [node.visitor().get("/readyz").status for node in stack.nodes] == [200, 200]


def test_http_leads_to_https(stack: Stack) -> None:
    visitor = Visitor(f"http://127.0.0.1:{stack.nginx.http_port}", None, {})
    got = visitor.get("/budget/2017/?a=b")
    assert (got.status, got.headers["Location"]) == (308, "https://127.0.0.1/budget/2017/?a=b")


@pytest.mark.parametrize(
    ("length", "status", "sentence"),
    [
        (7000, 400, "Sökningen är för lång. Skriv högst 200 tecken"),
        (10_000, 414, "Adressen är för lång"),
    ],
)
def test_question_that_is_too_long_is_refused_in_swedish(
    stack: Stack, length: int, status: int, sentence: str
) -> None:
    got = stack.visitor().get(f"/sok/?q={'a' * length}")

    assert got.status == status
    assert sentence in got.page.text


def test_upload_that_is_too_large_is_refused_in_swedish(stack: Stack) -> None:
    visitor = stack.visitor()
    got = visitor.ask("POST", "/konto/logga-in/", b"", {"Content-Length": "251000001"})
    assert got.status == 413
    assert got.page.one("h1").text == "Filen är för stor"
