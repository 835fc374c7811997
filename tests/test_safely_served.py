"""What the running portal tells browsers and lets people see: behind https, and with its page cache.

The portal is asked as the proxy in front of it would ask.
"""

import http.client
import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPMessage
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.reading import Element, parse
from tests.services.portal import Portal, running_portal
from tests.test_permissions import PEOPLE, expected, label_of, letters, registered

SESSION = "__Host-sessionid"
HEADLINE = "Kvastfening"
SECONDS_UNTIL_SEEN = 2
"""What another program changes is seen after a second at most; a busy machine gets one more."""
PUBLIC = [
    "/",
    "/kalender/",
    "/kalender/2017/",
    "/budget/2017/",
    "/verksamhetsplan/2017/",
    "/nyheter/",
    "/kontakt/",
]

MAKE_PEOPLE = """
import json
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from tests.signing_in import sign_in
from tests.test_permissions import PEOPLE, make_people

make_people()
sessions = {}
for user in User.objects.all():
    Authenticator.objects.create(user=user, type="totp", data={"secret": "x"})
    client = Client()
    sign_in(client, user)
    sessions[user.username] = client.cookies[settings.SESSION_COOKIE_NAME].value
print(json.dumps(sessions))
"""
MAKE_DRAFT = """
from django.utils import timezone
from committee.models import NewsItem
from sodertorn.previews import share
from django.contrib.auth.models import User
from tests.factories import make_news

item = make_news("Kvastfening", published_on=timezone.localdate(), publication="draft")
link = share(item, 30, User.objects.get(username="sekretariat"), timezone.now())
print(item.get_absolute_url(), link.token)
"""


@dataclass
class Got:
    status: int
    headers: HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def page(self) -> Element:
        return parse(self.text)


@dataclass
class Person:
    """Someone who asks through the proxy, with the cookies that they have been given."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Got:
        sent = {"Host": "localhost", "X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.1"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request(method, path, body, sent)
        response = connection.getresponse()
        got = Got(response.status, response.headers, response.read())
        connection.close()
        return got

    def get(self, path: str, **headers: str) -> Got:
        return self.ask("GET", path, None, **headers)

    def post(self, path: str, **fields: str) -> Got:
        """Send the form on the page with the address, its token filled in."""
        shown = self.get(path)
        for cookie in shown.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        token = shown.page.all("input", name="csrfmiddlewaretoken")[0].attributes["value"]
        body = urlencode({"csrfmiddlewaretoken": token, **fields}).encode()
        kind = "application/x-www-form-urlencoded"
        return self.ask("POST", path, body, Content_Type=kind, Referer=f"https://localhost{path}")


@dataclass
class Place:
    """The running portal, and how each person is signed in."""

    portal: Portal
    sessions: dict[str, str]

    def person(self, name: str) -> Person:
        cookies = {} if name == "visitor" else {SESSION: self.sessions[name]}
        return Person(int(self.portal.environment["PORT"]), cookies)

    def run(self, code: str) -> str:
        return self.portal.manage("shell", "--no-imports", "--command", code).strip()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with running_portal(tmp_path_factory.mktemp("served"), HTTPS="true", RATE_LIMITS="true") as portal:
        made = portal.manage("shell", "--no-imports", "--command", MAKE_PEOPLE)
        yield Place(portal, json.loads(made))


@pytest.fixture
def visitor(place: Place) -> Person:
    return place.person("visitor")


# --- Headers ------------------------------------------------------------------------------------------------

EVERY_ANSWER = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000",
}
POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "upgrade-insecure-requests",
}
ANSWERS = [
    ("GET", "/", 200),
    ("HEAD", "/", 200),
    ("OPTIONS", "/", 405),
    ("GET", "/kalender", 301),
    ("GET", "/finns-inte/", 404),
    ("POST", "/kontakt/", 403),
    ("GET", "/kalender/2017/?" + "&".join("a" * 1100), 400),
    ("GET", "/sok/?q=budget", 200),
    ("GET", "/verksamhetsplan/2017.pdf", 200),
    ("GET", "/kalender/kalender.ics", 200),
    ("GET", "/oppna-data/kommuner.csv", 200),
    ("GET", "/oppna-data/kommuner.xlsx", 200),
    ("GET", "/api/v1/kommuner", 200),
    ("GET", "/api/v1/finns-inte", 404),
    ("OPTIONS", "/api/v1/kommuner", 204),
    ("GET", "/datasets/dcat", 200),
    ("GET", "/nyheter/atom.xml", 200),
    ("GET", "/sitemap.xml", 200),
    ("GET", "/robots.txt", 200),
    ("GET", "/konto/logga-in/", 200),
    ("GET", "/admin/", 302),
    ("GET", "/static/css/base.css", 200),
    ("GET", "/static/finns-inte.css", 404),
]
FROM_ANYWHERE = ("/oppna-data/", "/api/", "/datasets/", "/static/")
"""What other sites' pages may load: open data, and drawings and typefaces."""


def assert_safe(got: Got) -> None:
    assert {name: got.headers.get_all(name) for name in EVERY_ANSWER} == {
        name: [value] for name, value in EVERY_ANSWER.items()
    }
    assert set(got.headers["Content-Security-Policy"].split("; ")) == POLICY
    permissions = got.headers["Permissions-Policy"]
    assert "camera=()" in permissions
    assert set(re.findall(r"=(\S+?)(?:,|$)", permissions)) == {"()", "(self)"}
    assert got.headers["X-Powered-By"] is None
    assert not re.search(r"[0-9]", got.headers["Server"] or "")


@pytest.mark.parametrize(("method", "path", "status"), ANSWERS, ids=[f"{m} {p[:40]}" for m, p, _ in ANSWERS])
def test_every_kind_of_answer_carries_the_headers(
    visitor: Person, method: str, path: str, status: int
) -> None:
    for _ in range(2):  # the second may be kept from the first
        got = visitor.ask(method, path)

        assert got.status == status
        assert_safe(got)
        is_open = got.headers["Access-Control-Allow-Origin"] == "*"
        assert got.headers["Cross-Origin-Resource-Policy"] == ("cross-origin" if is_open else "same-origin")
        assert is_open == (path.startswith(FROM_ANYWHERE) and (status != 404 or path.startswith("/api/")))


@pytest.mark.parametrize(
    "path", ["/", "/kalender/kalender.ics", "/oppna-data/kommuner.csv", "/api/v1/kommuner"]
)
def test_answer_that_nothing_has_changed_carries_the_headers(visitor: Person, path: str) -> None:
    etag = visitor.get(path).headers["ETag"]
    got = visitor.get(path, If_None_Match=etag)

    assert (got.status, got.body) == (304, b"")
    assert_safe(got)


def test_static_file_that_has_not_changed_carries_the_headers(visitor: Person) -> None:
    changed = visitor.get("/static/css/base.css").headers["Last-Modified"]
    got = visitor.get("/static/css/base.css", If_Modified_Since=changed)

    assert got.status == 304
    assert_safe(got)


@pytest.mark.parametrize(
    "path", ["/admin/", "/admin/committee/page/add/", "/admin/calendar_app/event/", "/konto/"]
)
def test_back_office_has_the_same_policy(place: Place, path: str) -> None:
    got = place.person("superuser").get(path)

    assert got.status == 200
    assert_safe(got)
    assert {"private", "no-store"} <= set(got.headers["Cache-Control"].replace(" ", "").split(","))


def test_plain_http_leads_to_https(visitor: Person) -> None:
    got = visitor.get("/budget/?x=1", X_Forwarded_Proto="http")

    assert (got.status, got.headers["Location"]) == (301, "https://localhost/budget/?x=1")


def test_unknown_host_learns_nothing(visitor: Person) -> None:
    got = visitor.get("/", Host="evil.example")

    assert got.status == 400
    assert "evil" not in got.text
    assert_safe(got)


def test_cookies_are_for_this_host_https_and_no_script(visitor: Person) -> None:
    got = visitor.get("/konto/logga-in/")
    (cookie,) = got.headers.get_all("Set-Cookie", [])
    parts = [part.strip() for part in cookie.split(";")]

    assert parts[0].startswith("__Host-csrftoken=")
    assert {"HttpOnly", "Path=/", "SameSite=Lax", "Secure"} <= set(parts)
    assert not [part for part in parts if part.startswith("Domain")]


def test_visitors_get_no_cookie(visitor: Person) -> None:
    assert {path: visitor.get(path).headers["Set-Cookie"] for path in PUBLIC} == dict.fromkeys(PUBLIC)


# --- What is too much ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [{"X_Long": "x" * 9000}, {f"X_{number}": "x" for number in range(200)}],
    ids=["long", "many"],
)
def test_server_refuses_too_large_headers(visitor: Person, headers: dict[str, str]) -> None:
    assert 400 <= visitor.get("/", **headers).status < 500


def test_server_refuses_too_long_address(visitor: Person) -> None:
    assert 400 <= visitor.get("/sok/?q=" + "x" * 9000).status < 500


def test_portal_refuses_too_large_body_before_it_is_sent(visitor: Person) -> None:
    got = visitor.ask("POST", "/tillganglighet/anmal-brist/", Content_Length=str(10**12))

    assert got.status == 413
    assert_safe(got)


def test_answers_of_the_cache_are_not_counted(place: Place) -> None:
    reader = place.person("visitor")

    assert {reader.get("/kalender/2017.csv").status for _ in range(310)} == {200}


# --- Who sees what ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PEOPLE)
def test_lists_open_for_whom_the_table_says(place: Place, name: str) -> None:
    person = place.person(name)
    told, found = {}, {}
    for model in registered():
        path = f"/admin/{label_of(model, '/')}/"
        told[path] = expected(name, may="v" in letters(name, model))
        got = person.get(path)
        leads_to = got.headers["Location"] or ""
        found[path] = "in" if got.status == 200 else "sign in" if "/admin/login/" in leads_to else "no"

    assert {path: found[path] for path in told if found[path] != told[path]} == {}


@pytest.mark.parametrize("name", PEOPLE)
def test_public_pages_open_for_all(place: Place, name: str) -> None:
    person = place.person(name)
    is_staff = name not in ("visitor", "member")
    for path in PUBLIC:
        got = person.get(path)

        assert got.status == 200
        assert ("no-store" in (got.headers["Cache-Control"] or "")) == is_staff, path


@pytest.fixture(scope="module")
def draft(place: Place) -> tuple[str, str]:
    """The address of an item of news that is a draft, and where its preview link leads."""
    address, token = place.run(MAKE_DRAFT).split()
    return address, f"/forhandsgranskning/{token}/"


def test_draft_is_never_handed_on(place: Place, draft: tuple[str, str]) -> None:
    """Whoever comes first, whatever has just been kept: staff see it, others don't."""
    address, preview = draft
    people = {name: place.person(name) for name in PEOPLE}
    sees = {*PEOPLE} - {"visitor", "member", "staff without a role"}
    for query in ("", "?x=1", "?visa=utkast"):
        for order in (list(people), list(reversed(people)), list(people)):
            shown = {name: HEADLINE in people[name].get(f"/nyheter/{query}").text for name in order}
            found = {name: people[name].get(address + query).status for name in order}

            assert {name for name in people if shown[name]} == sees
            assert {name for name in people if found[name] == 200} == sees
            assert {found[name] for name in people if name not in sees} == {404}
    # The link opens for whoever has it, and leaves nothing behind.
    held = people["visitor"].get(preview)
    assert (held.status, HEADLINE in held.text) == (200, True)
    assert "no-store" in held.headers["Cache-Control"]
    assert people["visitor"].get(address).status == 404
    assert HEADLINE not in people["visitor"].get("/nyheter/").text


def test_staff_who_look_as_visitors_leave_nothing_behind(place: Place, draft: tuple[str, str]) -> None:
    address, _ = draft
    clerk, visitor = place.person("läsare"), place.person("visitor")

    assert clerk.get(f"{address}?visa=besokare").status == 404
    as_visitor = clerk.get("/nyheter/")
    assert (HEADLINE in as_visitor.text, "no-store" in as_visitor.headers["Cache-Control"]) == (False, True)
    kept = visitor.get("/nyheter/")
    assert kept.text != as_visitor.text
    assert "no-store" not in kept.headers["Cache-Control"]
    assert clerk.get(f"{address}?visa=utkast").status == 200
    assert visitor.get(address).status == 404


def test_draft_published_in_place_is_seen_and_gone_again(place: Place, draft: tuple[str, str]) -> None:
    address, _ = draft
    visitor = place.person("visitor")
    assert visitor.get(address).status == 404
    item = "from committee.models import NewsItem; item = NewsItem.objects.get(title='Kvastfening');"
    for publication, status in (("published", 200), ("draft", 404)):
        place.run(f"{item} item.publication = '{publication}'; item.save()")
        # Another program's change: each worker notices it by itself, within a second.
        time.sleep(SECONDS_UNTIL_SEEN)

        assert visitor.get(address).status == status
        assert (HEADLINE in visitor.get("/nyheter/").text) == (status == 200)


def test_whoever_has_logged_out_is_a_visitor(place: Place, draft: tuple[str, str]) -> None:
    address, _ = draft
    clerk = place.person("redaktör")
    old = dict(clerk.cookies)
    assert clerk.get(address).status == 200

    assert clerk.post("/konto/logga-ut/").headers["Location"] == "/"
    clerk.cookies = old
    assert clerk.get(address).status == 404
    assert clerk.get("/nyheter/").text == place.person("visitor").get("/nyheter/").text
    assert clerk.get("/admin/").status == 302


# --- Where one is led ---------------------------------------------------------------------------------------

ELSEWHERE = [
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example",
    "///evil.example",
    "javascript:alert(1)",
    "https:evil.example",
    "\thttps://evil.example",
    "https://localhost@evil.example/",
]


@pytest.mark.parametrize("where", ELSEWHERE)
def test_nobody_is_led_elsewhere(place: Place, where: str) -> None:
    question = urlencode({"next": where})
    for name in ("visitor", "ekonom"):
        person = place.person(name)
        for path in (
            "/konto/logga-in/",
            "/konto/logga-ut/",
            "/admin/login/",
            "/konto/bekrafta/",
            "/konto/losenord/",
        ):
            location = person.get(f"{path}?{question}").headers["Location"] or "/"

            assert re.match(r"/(?![/\\])", location), (path, location)
            assert not location.startswith(where)


@pytest.mark.parametrize(
    "path", ["//evil.example", "//evil.example/x", "/\\evil.example", "/%2f%2fevil.example"]
)
def test_address_without_its_last_slash_leads_nobody_elsewhere(visitor: Person, path: str) -> None:
    location = visitor.get(path).headers["Location"] or "/"

    assert re.match(r"/(?![/\\])", location)


# --- What is kept quiet -------------------------------------------------------------------------------------


def test_log_tells_no_secret(place: Place) -> None:
    log = (Path(place.portal.environment["DATA_DIR"]) / "serve.log").read_text()

    assert "Traceback" not in log
    assert place.portal.environment["SECRET_KEY"] not in log
    assert [name for name, session in place.sessions.items() if session in log] == []
