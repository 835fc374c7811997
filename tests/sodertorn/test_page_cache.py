"""Whole answers kept for everyone, asked as a server asks: without Django's test client."""

import gzip
import io
import threading
import time
from datetime import UTC, datetime, timedelta

import brotli
import pytest
from django.core.cache import caches
from django.core.cache.backends.locmem import LocMemCache
from django.core.wsgi import get_wsgi_application
from django.utils import timezone
from django.utils.http import http_date
from hypothesis import given
from hypothesis import strategies as st

from committee.models import NewsItem
from sodertorn import caches as caches_module
from sodertorn import page_store
from sodertorn.caches import NodeCache
from sodertorn.generation import Generation, KnownGeneration, stored_generation
from sodertorn.page_cache import FOR_BROWSERS, FOR_PROXIES, LARGEST, PageCache, is_for_everyone
from sodertorn.page_store import PageStore, chosen_encoding

PAGE = "<p>Torsdag 2 februari 2017, Haninge</p>" * 50
HTML = ("Content-Type", "text/html; charset=utf-8")


class Site:
    """An application that counts how often it is asked, and what it is asked."""

    def __init__(self) -> None:
        self.environs: list[dict[str, str]] = []
        self.status = "200 OK"
        self.headers = [HTML]
        self.parts = [PAGE.encode()]
        self.closed = 0
        self.seconds = 0.0

    @property
    def asked(self) -> int:
        return len(self.environs)

    def __call__(self, environ, start_response):
        self.environs.append(environ)
        time.sleep(self.seconds)
        start_response(self.status, list(self.headers))
        return Body(self)


class Body:
    def __init__(self, site: Site) -> None:
        self.site = site

    def __iter__(self):
        yield from self.site.parts

    def close(self) -> None:
        self.site.closed += 1


class Content:
    """The generation, as a test wants it."""

    def __init__(self) -> None:
        self.number = 1
        self.changed_at = datetime(2017, 2, 2, 11, 0, 0, 500, tzinfo=UTC)
        self.told = 0
        self.is_unknown = False

    def current(self):
        return None if self.is_unknown else Generation(self.number, self.changed_at)

    def tell(self) -> None:
        self.told += 1


class Got:
    def __init__(self, status: str, headers: list[tuple[str, str]], body: bytes) -> None:
        self.status = int(status.split()[0])
        self.headers = dict(headers)
        assert len(self.headers) == len(headers)
        self.body = body


class Visitor:
    """Asks as gunicorn would."""

    def __init__(self, application) -> None:
        self.application = application

    def get(self, path: str = "/budget/2017/", method: str = "GET", query: str = "", **headers: str) -> Got:
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(),
            "SERVER_NAME": "portal.example",
            "SERVER_PORT": "80",
            "HTTP_HOST": "portal.example",
            **{f"HTTP_{name.upper()}": value for name, value in headers.items()},
        }
        told: list = []
        body = self.application(environ, lambda *status: told.extend(status))
        content = b"".join(body)
        if hasattr(body, "close"):
            body.close()
        return Got(told[0], told[1], content)


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.fixture
def content() -> Content:
    return Content()


@pytest.fixture
def shared(tmp_path) -> NodeCache:
    return NodeCache(str(tmp_path / "pages"), {})


@pytest.fixture
def visitor(site, content, shared) -> Visitor:
    return Visitor(PageCache(site, PageStore(shared), content))


@pytest.fixture
def other_process(site, content, shared) -> Visitor:
    return Visitor(PageCache(site, PageStore(shared), content))


def test_page_is_built_once_for_a_generation(visitor, site, content):
    assert [visitor.get().body for _ in range(3)] == [PAGE.encode()] * 3
    assert site.asked == 1

    site.parts, content.number = [b"<p>Nytt</p>"], 2

    assert visitor.get().body == b"<p>Nytt</p>"
    assert (site.asked, site.closed) == (2, 2)


def test_page_is_built_once_for_all_processes(visitor, other_process, site):
    assert visitor.get().headers == other_process.get().headers
    assert site.asked == 1


def test_page_is_built_once_however_many_ask_at_the_same_time(visitor, other_process, site):
    site.seconds = 0.2
    got = []
    askers = [
        threading.Thread(target=lambda each=each: got.append(each.get().body))
        for each in (visitor, other_process) * 4
    ]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()

    assert got == [PAGE.encode()] * 8
    assert site.asked == 1


def test_page_is_built_anew_on_another_day(visitor, site, monkeypatch):
    visitor.get()
    monkeypatch.setattr(timezone, "localdate", lambda: datetime(2017, 2, 3).date())  # noqa: DTZ001

    visitor.get()

    assert site.asked == 2


@pytest.mark.parametrize(
    "asked",
    [
        {"path": "/budget/"},
        {"query": "ar=2017"},
        {"host": "other.example"},
        {"x_forwarded_proto": "https"},
    ],
    ids=["path", "query", "host", "scheme"],
)
def test_addresses_are_told_apart(visitor, site, asked):
    visitor.get()
    visitor.get(**asked)

    assert site.asked == 2


def test_answer_says_who_may_keep_it(visitor):
    headers = visitor.get().headers

    assert headers["Cache-Control"] == FOR_BROWSERS
    assert headers["CDN-Cache-Control"] == FOR_PROXIES
    assert headers["Vary"] == "Accept-Encoding, Cookie"
    assert headers["Content-Length"] == str(len(PAGE))


def test_last_modified_is_when_the_content_changed(visitor, content):
    content.changed_at = datetime.now(UTC) - timedelta(seconds=5)

    expected = max(content.changed_at, timezone.localtime().replace(hour=0, minute=0, second=0))
    assert visitor.get().headers["Last-Modified"] == http_date(expected.timestamp())


def test_last_modified_is_not_told_while_the_second_lasts(visitor, content):
    content.changed_at = datetime.now(UTC)

    assert "Last-Modified" not in visitor.get().headers


def test_answer_that_says_itself_how_it_is_kept_is_left_so(visitor, site):
    date = "Thu, 02 Feb 2017 11:00:00 GMT"
    site.headers += [("Cache-Control", "no-cache"), ("ETag", '"abc"'), ("Last-Modified", date)]

    headers = visitor.get().headers

    assert headers["Cache-Control"] == "no-cache"
    assert "CDN-Cache-Control" not in headers
    assert headers["ETag"] == '"abc"'
    assert headers["Last-Modified"] == date


def test_head_has_the_headers_and_no_body(visitor, site):
    head = visitor.get(method="HEAD")
    full = visitor.get()

    assert (head.status, head.body, head.headers) == (200, b"", full.headers)
    assert site.asked == 1
    assert site.environs[0]["REQUEST_METHOD"] == "GET"


@pytest.mark.parametrize(
    ("accepted", "encoding", "decode"),
    [
        ("gzip, deflate, br, zstd", "br", brotli.decompress),
        ("gzip, deflate", "gzip", gzip.decompress),
        ("identity", None, bytes),
        ("", None, bytes),
        ("br;q=0, gzip;q=0.5", "gzip", gzip.decompress),
        ("*", "br", brotli.decompress),
    ],
)
def test_page_is_sent_in_the_smallest_encoding_that_is_accepted(visitor, accepted, encoding, decode):
    got = visitor.get(accept_encoding=accepted)

    assert got.headers.get("Content-Encoding") == encoding
    assert decode(got.body) == PAGE.encode()
    assert got.headers["Content-Length"] == str(len(got.body))


def test_each_encoding_has_an_etag_of_its_own(visitor):
    etags = {visitor.get(accept_encoding=each).headers["ETag"] for each in ("br", "gzip", "")}

    assert len(etags) == 3
    assert not any(etag.startswith("W/") for etag in etags)


def test_what_is_small_or_packed_already_is_not_compressed(visitor, site):
    site.parts = [b"<p>Kort</p>"]
    assert "Content-Encoding" not in visitor.get("/kort/", accept_encoding="br").headers

    site.parts, site.headers = [PAGE.encode()], [("Content-Type", "application/pdf")]
    assert "Content-Encoding" not in visitor.get("/plan.pdf", accept_encoding="br").headers


def test_unchanged_page_is_told_by_etag(visitor, site):
    etag = visitor.get(accept_encoding="br").headers["ETag"]

    got = visitor.get(accept_encoding="br", if_none_match=f'"other", W/{etag}')

    assert (got.status, got.body) == (304, b"")
    assert set(got.headers) == {"ETag", "Cache-Control", "CDN-Cache-Control", "Vary", "Last-Modified"}
    assert visitor.get(accept_encoding="gzip", if_none_match=etag).status == 200
    assert visitor.get(if_none_match="*").status == 304
    assert site.asked == 1


def test_same_page_of_a_new_generation_is_still_unchanged(visitor, content):
    etag = visitor.get().headers["ETag"]
    content.number = 2

    assert visitor.get(if_none_match=etag).status == 304


def test_unchanged_page_is_told_by_date(visitor):
    date = visitor.get().headers["Last-Modified"]

    assert visitor.get(if_modified_since=date).status == 304
    assert visitor.get(if_modified_since="Thu, 01 Jan 1970 00:00:00 GMT").status == 200
    assert visitor.get(if_modified_since=date, if_none_match='"other"').status == 200


def test_date_that_the_application_gives_decides_nothing(visitor, site):
    site.headers.append(("Last-Modified", "Thu, 02 Feb 2017 11:00:00 GMT"))

    assert visitor.get(if_modified_since="Thu, 02 Feb 2017 11:00:00 GMT").status == 200


@pytest.mark.parametrize(
    "name", ["if_none_match", "if_modified_since", "if_match", "if_unmodified_since", "range"]
)
@pytest.mark.parametrize("value", ["", '"', "W/", "\x00", "å", "Thu, 99 Feb 2017", '"' * 5000, "bytes=5-2"])
def test_broken_conditions_are_none(visitor, name, value):
    assert visitor.get(**{name: value}).status == 200
    assert visitor.get(**{name: value}).body == PAGE.encode()


def test_application_is_asked_without_conditions(visitor, site):
    visitor.get(if_none_match='"x"', if_modified_since="Thu, 02 Feb 2017 11:00:00 GMT")

    assert not [name for name in site.environs[0] if name.startswith("HTTP_IF")]


@pytest.mark.parametrize(
    "header",
    [
        ("Cache-Control", "private, no-store"),
        ("Cache-Control", "no-store"),
        ("Set-Cookie", "a=b"),
        ("Vary", "Accept"),
        ("Content-Length", str(LARGEST + 1)),
    ],
)
def test_answer_that_is_not_for_everyone_is_never_kept(visitor, other_process, site, header):
    site.headers.append(header)

    for each in (visitor, visitor, other_process):
        got = each.get()
        assert (got.status, got.body) == (200, PAGE.encode())
        assert got.headers[header[0]] == header[1]

    assert site.asked == 3


@pytest.mark.parametrize("status", ["404 Not Found", "302 Found", "400 Bad Request"])
def test_only_what_is_found_is_kept(visitor, site, status):
    site.status = status

    assert [visitor.get().status for _ in range(2)] == [int(status[:3])] * 2
    assert site.asked == 2


def test_failure_is_forgotten_at_once(visitor, site):
    site.status = "503 Service Unavailable"
    assert visitor.get().status == 503

    site.status = "200 OK"
    visitor.get()
    visitor.get()

    assert site.asked == 2


def test_crash_of_the_application_is_forgotten_at_once(visitor, site):
    site.parts = None
    with pytest.raises(TypeError):
        visitor.get()

    site.parts = [PAGE.encode()]
    assert visitor.get().status == 200


@pytest.mark.parametrize(
    "asked",
    [
        {"cookie": "a=b; sessionid=x"},
        {"cookie": "messages=x"},
        {"authorization": "Bearer x"},
        {"path": "/static/css/base.css"},
    ],
)
def test_whoever_may_be_someone_is_answered_by_the_application(visitor, site, asked):
    visitor.get(
        **({"path": "/budget/2017/"} | {name: value for name, value in asked.items() if name == "path"})
    )
    before = site.asked

    got = visitor.get(**asked)

    assert site.asked == before + 1
    assert "CDN-Cache-Control" not in got.headers


def test_other_cookies_than_ours_change_nothing(visitor, site):
    visitor.get()
    visitor.get(cookie="_ga=GA1.2.3; csrftoken=x")

    assert site.asked == 1


def test_large_answer_is_sent_as_it_comes(visitor, site):
    site.parts = [b"x" * LARGEST, b"y", b"z"]

    assert visitor.get().body == b"x" * LARGEST + b"yz"
    assert visitor.get().body == b"x" * LARGEST + b"yz"
    assert (site.asked, site.closed) == (2, 2)


def test_writing_tells_the_machine(visitor, site, content):
    for method in ("GET", "HEAD", "OPTIONS"):
        visitor.get(method=method)
    assert content.told == 0

    for method in ("POST", "PUT", "DELETE", "PATCH"):
        visitor.get(method=method)
    assert content.told == 4


def test_nothing_is_kept_before_the_generation_is_known(visitor, site, content):
    content.is_unknown = True

    visitor.get()
    visitor.get()

    assert site.asked == 2


def test_what_a_process_keeps_is_bounded(site, content, monkeypatch):
    monkeypatch.setattr(page_store, "KEPT_BYTES", 20_000)
    store = PageStore(LocMemCache("bounded", {"max_entries": 1}))
    visitor = Visitor(PageCache(site, store, content))

    for number in range(100):
        visitor.get(f"/{number}/")

    assert store._size <= 20_000
    assert store._size == sum(map(page_store._size, store._kept.values()))
    assert list(store._kept)
    before = site.asked
    visitor.get("/99/")
    assert site.asked == before


def test_pages_of_random_queries_do_not_fill_the_disk(site, content, tmp_path, monkeypatch):
    monkeypatch.setattr(caches_module, "SETS_BETWEEN_COUNTS", 5)
    cache = NodeCache(str(tmp_path / "pages"), {"OPTIONS": {"MAX_ENTRIES": 30}})
    visitor = Visitor(PageCache(site, PageStore(cache), content))

    for number in range(100):
        visitor.get(query=f"x={number}")

    assert len(list((tmp_path / "pages").glob("*.djcache"))) <= 36


def test_cache_folder_that_can_not_be_written_to_hurts_nobody(site, content, tmp_path, caplog):
    cache = NodeCache(str(tmp_path / "pages"), {})
    (tmp_path / "pages").rmdir()
    (tmp_path / "pages").write_text("")
    visitor = Visitor(PageCache(site, PageStore(cache), content))

    assert [visitor.get().body for _ in range(2)] == [PAGE.encode()] * 2
    assert site.asked == 1
    assert [record.levelname for record in caplog.records] == ["WARNING"]


def test_answer_that_never_comes_does_not_hold_others_for_ever(visitor, site, shared, monkeypatch):
    monkeypatch.setattr(page_store, "BUILDING_SECONDS", 0.1)
    shared.add = lambda *arguments: False  # another process has taken the task and died

    assert visitor.get().status == 200


@given(st.text(alphabet="brgzip, ;q=0.19*-x", max_size=60))
def test_any_accept_encoding_is_understood_somehow(accepted):
    assert chosen_encoding(accepted) in ("br", "gzip", "")


def test_strange_vary_is_not_for_everyone():
    assert is_for_everyone("200 OK", [("Vary", "Cookie, accept-encoding")])
    assert not is_for_everyone("200 OK", [("Vary", "*")])
    assert not is_for_everyone("206 Partial Content", [])


@pytest.mark.django_db(transaction=True)
def test_pages_of_the_portal_are_kept_until_something_changes(tmp_path):
    known = KnownGeneration(tmp_path / "changed", stored_generation)
    store = PageStore(LocMemCache("portal", {}))
    visitor = Visitor(PageCache(get_wsgi_application(), store, known))
    ask = {"host": "testserver"}
    first = visitor.get("/nyheter/", **ask)
    assert first.status == 200
    assert visitor.get("/nyheter/", if_none_match=first.headers["ETag"], **ask).status == 304

    NewsItem.objects.create(title="Rådslaget flyttas", slug="radslaget", publication="published")
    known.tell()

    assert "Rådslaget flyttas" in visitor.get("/nyheter/", **ask).body.decode()


def test_settings_say_where_pages_are_kept():
    assert isinstance(caches["pages"], NodeCache)
