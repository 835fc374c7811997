"""Who uses a portal while it is broken: readers, and a clerk who saves. What each was answered is kept.

A page is asked for again, over a new connection, when the old one broke, as browsers do. What is sent to be
saved is not sent again.
"""

import http.client
import os
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Self

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.utils.text import slugify

from tests.document_files import PNG
from tests.services.stack import Got, Visitor

PAGES = ("/", "/verksamhetsplan/2017/", "/kalender/", "/nyheter/", "/dokument/")
ADDING = "/admin/committee/newsitem/add/"
ADDING_DOCUMENT = "/admin/committee/document/add/"
CLERK = ("sekreteraren", "sammanträde-i-huddinge-2017")
TRIES = 6
"""How often a page is asked for: each process that is killed may take one try with it."""
PNG_END = 12
"""Bytes of the chunk that ends every PNG file."""
BROKEN = (http.client.HTTPException, OSError)
NO_ANSWER = 0
"""Instead of a status: nobody listened, or the connection broke."""


def until(happened: Callable[[], bool], what: str, seconds: float = 30) -> float:
    """Wait for something; how many seconds that took. It not happening in time fails the test."""
    started = time.monotonic()
    while not happened():
        assert time.monotonic() - started < seconds, f"Not within {seconds} s: {what}"
        time.sleep(0.02)
    return time.monotonic() - started


def is_orderly(got: Got) -> bool:
    """Whether a 503 says in Swedish what to do, and when to ask again."""
    return (
        got.status == 503
        and 0 < int(got.headers.get("Retry-After", 0)) <= 60
        and got.headers["Cache-Control"] == "no-store"
        and "Portalen är tillfälligt otillgänglig" in got.text
    )


def visitor(url: str) -> Visitor:
    return Visitor(url, None, {})


@dataclass(frozen=True)
class Asked:
    """A question and its answer; `at` is when it was asked, by `time.monotonic`."""

    path: str
    at: float
    seconds: float
    status: int


@dataclass
class Crowd:
    """Readers who ask for the same pages again and again, `pause` seconds between two.

    If they ask anew, every other address is one that nobody has asked for before.
    """

    url: str
    size: int = 3
    pages: tuple[str, ...] = PAGES
    pause: float = 0.01
    asks_anew: bool = False
    asked: list[Asked] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    _stopped: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def __enter__(self) -> Self:
        for number in range(self.size):
            thread = threading.Thread(target=self._read, args=(number,), daemon=True)
            self._threads.append(thread)
            thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stopped.set()
        for thread in self._threads:
            thread.join(90)

    def since(self, moment: float) -> list[Asked]:
        """Those that have been asked since a moment."""
        return [asked for asked in list(self.asked) if moment <= asked.at]

    def read_all_since(self, moment: float) -> bool:
        """Whether each page has been answered 200, so often that each process has answered it."""
        read = [asked.path for asked in self.since(moment) if asked.status == 200]
        return all(read.count(page) >= 10 for page in self.pages)

    def _read(self, number: int) -> None:
        reader, turn = visitor(self.url), number
        while not self._stopped.wait(self.pause):
            page = self.pages[turn % len(self.pages)]
            turn += 1
            if self.asks_anew and turn % 2:
                page += f"{'&' if '?' in page else '?'}{number}-{turn}"
            started = time.monotonic()
            status = self._ask(reader, page)
            self.asked.append(Asked(page, started, time.monotonic() - started, status))
        reader.close()

    def _ask(self, reader: Visitor, page: str) -> int:
        for _ in range(TRIES):
            try:
                got = reader.get(page)
            except BROKEN:
                continue
            if got.status != 200 and not is_orderly(got):
                self.problems.append(f"{page}: {got.status} {got.body[:200]!r}")
            return got.status
        return NO_ANSWER


@dataclass
class Clerk:
    """Someone signed in who adds one piece of news after the other.

    `saved` are the titles that the portal said were saved, `refused` those that it said were not, and
    `unknown` those that got no answer.
    """

    url: str
    name: str
    pause: float = 0.02
    saved: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    _working: threading.Event = field(default_factory=threading.Event)
    _stopped: threading.Event = field(default_factory=threading.Event)
    _idle: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        self.browser = visitor(self.url)
        assert self.browser.sign_in(*CLERK).status == 302
        self.form = self.browser.fields_of(ADDING, "newsitem_form") | {"publication": "published"}
        self._working.set()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stopped.set()
        self._working.set()
        assert self._thread
        self._thread.join(90)
        self.browser.close()

    def rest(self) -> None:
        """Finish what is being saved, and save nothing until `work`."""
        self._working.clear()
        assert self._idle.wait(60)

    def work(self) -> None:
        self._idle.clear()
        self._working.set()

    def saves_more(self, number: int = 3, seconds: float = 30) -> float:
        """Wait until so many more have been saved; how many seconds that took."""
        goal = len(self.saved) + number
        return until(lambda: len(self.saved) >= goal or bool(self.problems), f"{number} more saved", seconds)

    def is_refused(self, seconds: float = 30) -> float:
        """Wait until one more is answered 503; how many seconds that took."""
        goal = len(self.refused) + 1
        return until(lambda: len(self.refused) >= goal or bool(self.problems), "one more refused", seconds)

    def save(self, title: str) -> Got:
        """Add a piece of news, now."""
        self.browser.cookies.pop("messages", None)  # what it said of the last one has been read
        fields = {"title": title, "slug": slugify(title), "lead": "Kort."}
        return self.browser.post(ADDING, self.form | fields)

    def _work(self) -> None:
        number = 0
        while not self._stopped.wait(self.pause):
            if not self._working.is_set():
                self._idle.set()
                self._working.wait()
                continue
            number += 1
            self._save_and_note(f"{self.name} {number}")

    def _save_and_note(self, title: str) -> None:
        try:
            got = self.save(title)
        except BROKEN:
            self.unknown.append(title)
            return
        if got.status == 302 and "/konto/" not in got.headers["Location"]:
            self.saved.append(title)
        elif is_orderly(got):
            self.refused.append(title)
        else:
            self.problems.append(f"{title}: {got.status} {got.body[:200]!r}")


class Uploader:
    """Someone signed in who adds documents, each a picture of so many bytes."""

    def __init__(self, url: str) -> None:
        self.browser = visitor(url)
        assert self.browser.sign_in(*CLERK).status == 302
        self.form = self.browser.fields_of(ADDING_DOCUMENT, "document_form")

    def upload(self, title: str, size: int) -> Got:
        self.browser.cookies.pop("messages", None)
        start, end = PNG[:-PNG_END], PNG[-PNG_END:]
        picture = SimpleUploadedFile(f"{title}.png", start + os.urandom(size - len(PNG)) + end, "image/png")
        fields = {"title": title, "kind": "minutes", "dated_on": "2017-02-02", "publication": "published"}
        body = encode_multipart(BOUNDARY, self.form | fields | {"file": picture})
        return self.browser.ask("POST", ADDING_DOCUMENT, body, {"Content-Type": MULTIPART_CONTENT})


def statuses(asked: Iterable[Asked]) -> set[int]:
    return {each.status for each in asked}
