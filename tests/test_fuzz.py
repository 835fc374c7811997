"""Every address, asked in odd ways: whatever comes, the portal answers, and answers soon.

What is odd is drawn from a seed: what broke once breaks again, and the failure names the request.
"""

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse

from tests.signing_in import sign_in
from tests.test_leaks import ADDRESSES, routes
from tests.test_permissions import SUPERUSER, world
from tests.test_permissions import addresses as admin_addresses

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
__all__ = ["world"]

SEED = 20170202
EACH = 2
"""How many requests each address gets from each person."""
EXAMPLES = 3
"""How many of a kind of address are asked, of all that its rows give."""
LONGEST = 8.0
"""Seconds of work that no answer may take, on a slow machine."""

METHODS = ["GET"] * 10 + ["POST"] * 6 + ["HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "ÅÄÖ"]
TEXTS: list[str | bytes] = [
    "",
    "0",
    "-1",
    "1",
    "2017",
    "9" * 30,
    "1e999",
    "NaN",
    "Infinity",
    "1,5",
    "٣",
    "2017-02-30",
    "0000-00-00",
    "99999-01-01",
    "25:61",
    "on",
    "null",
    "\x00",
    "a\x00b",
    "\ud800".encode("utf-8", "surrogatepass"),
    b"\xff\xfe",
    "\r\nX-Injected: 1",
    "' OR 1=1 --",
    '"><script>alert(1)</script>',
    "{{ 7*7 }}{% now %}",
    "../../../etc/passwd",
    "//evil.example/",
    "javascript:alert(1)",
    "%",
    "*",
    "(",
    "[",
    "\\",
    '"',
    "å" * 3000,
    "x y " * 500,
    "🙂\u202e\u0301\ufeff",
    "samarbetskommitten",
    "besokare",
    "arbetsversion",
    "change",
    "delete_selected",
]
NAMES = [
    *("q", "sida", "ar", "typ", "organ", "vard", "slag", "visa", "version", "next", "belopp", "avgift"),
    *("fran", "folkmangd", "limit", "offset", "year", "municipality", "fields", "token", "problem"),
    *("address", "vy", "o", "e", "p", "all", "_popup", "_to_field", "_changelist_filters", "action"),
    *(
        "_selected_action",
        "index",
        "id__exact",
        "id__in",
        "year__gte",
        "publication__exact",
        "edited_at__gte",
    ),
    *("plan__year", "drf__x", "term", "app_label", "model_name", "field_name", "name", "title", "slug"),
    *("text", "login", "password", "code", "starts_on", "amount", "file", "format", "input_format"),
    *(
        "resource",
        "export_items",
        "import_file_name",
        "form-TOTAL_FORMS",
        "form-INITIAL_FORMS",
        "hosts-TOTAL_FORMS",
    ),
    *(
        "csrfmiddlewaretoken",
        "å",
        "a[b]",
    ),
]
HEADERS = {
    "accept": ["", "application/json", "text/csv;q=x", "\xff", "*/*;q=0", "image/" + "x" * 900],
    "accept-encoding": ["br;q=0,gzip;q=x,*", "identity;q=0", "zstd"],
    "accept-language": ["xx-YY;q=nonsense,,,", "en"],
    "authorization": ["Basic \xff", "Bearer x", "Basic " + "A" * 500],
    "content-type": [
        "",
        "multipart/form-data",
        "multipart/form-data; boundary=\xff",
        "application/json",
        "a/b;c=\x01",
    ],
    "cookie": ["messages=\x01[[", "csrftoken=x; =; ;;", "a" * 3000, "__Host-sessionid=x"],
    "if-match": ["*", '"x"', "nonsense"],
    "if-modified-since": ["nonsense", "Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT"],
    "if-none-match": ["*", '"x', "W/", ","],
    "if-unmodified-since": ["nonsense", "Thu, 01 Jan 1970 00:00:00 GMT"],
    "origin": ["null", "https://evil.example", "\xff"],
    "range": ["bytes=5-1", "bytes=-0", "lines=1-2", "bytes=0-,1-,2-"],
    "referer": ["javascript:x", "//[", "https://[::1"],
    "transfer-encoding": ["chunked", "gzip"],
    "user-agent": ["", "\xff" * 50],
    "x-forwarded-for": ["", ",", "nonsense", "1.2.3.4, [::1]:5"],
    "x-forwarded-host": ["evil.example"],
    "x-forwarded-proto": ["https", "gopher"],
    "x-http-method-override": ["DELETE"],
    "x-request-id": ["\xff", "x" * 1000],
    "x-requested-with": ["XMLHttpRequest"],
}


@dataclass(frozen=True)
class Asked:
    """A request; shown when its answer is wrong."""

    method: str
    path: str
    query: str
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = ""
    body: bytes = b""


def every_path(chance: random.Random) -> list[str]:
    """Some addresses of each kind that the portal has, the back office's and the account's too."""
    found = []
    for name, arguments in ADDRESSES.items():
        given = list(arguments())
        found += [reverse(name, args=each) for each in chance.sample(given, min(EXAMPLES, len(given)))]
    for name in routes(get_resolver().url_patterns):
        if name not in ADDRESSES:
            found += _of_accounts(name)
    return found + [address.url() for address in admin_addresses()]


def _of_accounts(name: str) -> list[str]:
    for given in ((), (1,), ("x", "y"), ("x",)):
        try:
            return [reverse(name, args=given)]
        except NoReverseMatch:  # it takes something else
            continue
    raise AssertionError(f"{name} takes none of this")


def odd_pairs(chance: random.Random, most: int) -> str:
    pairs = [(chance.choice(NAMES), chance.choice(TEXTS)) for _ in range(chance.randint(0, most))]
    return urlencode(pairs)


def odd_body(chance: random.Random) -> tuple[str, bytes]:
    """The type and the content of what is sent."""
    kind = chance.randrange(5)
    if kind == 0:
        return "application/x-www-form-urlencoded", odd_pairs(chance, 30).encode()
    if kind == 1:
        return "application/x-www-form-urlencoded", "&".join(["a=b"] * 1100).encode()
    if kind == 2:
        return "application/json", chance.choice([b"{", b"[" * 2000, b"\xff", b'{"a": 1e999}'])
    if kind == 3:
        name = f'form-data; name="{chance.choice(NAMES)}"; filename="../a\x00.pdf"'
        rest = chance.choice([b"", b"\r\n%PDF-1.7\r\n--x--\r\n"])
        part = f"--x\r\nContent-Disposition: {name}\r\n".encode() + rest
        return "multipart/form-data; boundary=x", part
    return chance.choice(["", "text/plain", "image/svg+xml"]), chance.randbytes(chance.randint(0, 3000))


def odd_requests(chance: random.Random, path: str) -> Iterator[Asked]:
    for _ in range(EACH):
        method = chance.choice(METHODS)
        names = chance.sample(sorted(HEADERS), chance.randint(0, 4))
        headers = {name: chance.choice(HEADERS[name]) for name in names}
        content_type, body = odd_body(chance) if method not in ("GET", "HEAD") else ("", b"")
        where = path if chance.random() < 0.8 else path + urlencode([("", chance.choice(TEXTS))])[1:]
        yield Asked(method, where, odd_pairs(chance, 5), headers, content_type, body)


def ask(client: Client, asked: Asked) -> tuple[int, float]:
    """The status of the answer, read to its end, and the seconds of work; what it did is undone."""
    started = time.process_time()
    named: dict[str, Any] = {
        f"HTTP_{name.upper().replace('-', '_')}": value for name, value in asked.headers.items()
    }
    if "content-type" in asked.headers:
        named["CONTENT_TYPE"] = asked.headers["content-type"]
    with transaction.atomic():
        response = client.generic(
            asked.method,
            asked.path,
            asked.body,
            asked.content_type,
            QUERY_STRING=asked.query,
            **named,
        )
        _ = response.getvalue()
        transaction.set_rollback(True)
    return response.status_code, time.process_time() - started


@pytest.mark.parametrize("person", ["visitor", SUPERUSER])
def test_odd_requests_are_answered_at_every_address(person: str) -> None:
    chance = random.Random(SEED)  # noqa: S311 - not for secrets
    client: Any = Client(raise_request_exception=False)
    if person == SUPERUSER:
        sign_in(client, User.objects.get(username=SUPERUSER))
    session = client.cookies.get(settings.SESSION_COOKIE_NAME)
    broken = []
    for path in every_path(chance):
        for asked in odd_requests(chance, path):
            client.cookies.clear()
            if session:
                client.cookies[settings.SESSION_COOKIE_NAME] = session.value
            status, seconds = ask(client, asked)
            if status >= 500 or seconds > LONGEST:
                broken.append((status, round(seconds, 1), asked))

    assert broken == []
