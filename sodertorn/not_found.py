"""What may have been meant by an address that is not there. A top.

The page is asked for by whoever guesses addresses too, so it asks the database twice at most besides what
every page does, and compares with some hundred words.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from django.db.models import F, QuerySet, Value
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from rapidfuzz import fuzz, process

from budget.models import Budget
from calendar_app.models import Event
from calendar_app.selection import calendar_span
from committee.models import Body, Indicator, Municipality, NewsItem, OperationalPlan, Page
from sodertorn.dates import date_span

LONGEST_PATH = 200
"""More of a path is not read."""

CLOSE_ENOUGH = 72
"""From 0 to 100: "kalnder" is 92 from "kalender", "botkyrk" 93 from "botkyrka"."""

MOST = 5
"""How many pages are suggested."""


@dataclass(frozen=True)
class Suggestion:
    """A page that is there."""

    name: str
    address: str


PAGES = {
    "kalender": ("Kalendern", "calendar_app:event-list"),
    "prenumerera": ("Prenumerera på kalendern", "calendar_app:subscribe"),
    "tidigare": ("Tidigare möten", "calendar_app:event-past"),
    "moten": ("Kalendern", "calendar_app:event-list"),
    "vardskap": ("Värdskap", "calendar_app:rotation-list"),
    "samverkan": ("Samverkan", "committee:cooperation"),
    "verksamhetsplan": ("Verksamhetsplanen", "plan-latest"),
    "budget": ("Budget", "budget:budget-list"),
    "avgifter": ("Budget", "budget:budget-list"),
    "kalkyl": ("Pröva en avgift", "budget:what-if"),
    "organisation": ("Organisation", "committee:body-list"),
    "kommuner": ("Kommunerna", "committee:municipality-list"),
    "nyckeltal": ("Nyckeltal", "committee:indicator-list"),
    "nyheter": ("Nyheter", "committee:newsitem-list"),
    "dokument": ("Dokument", "committee:document-list"),
    "protokoll": ("Dokument", "committee:document-list"),
    "kontakt": ("Kontakt", "contact"),
    "sok": ("Sök", "search"),
    "oppna-data": ("Öppna data", "open-data"),
    "datasets": ("Öppna data", "open-data"),
    "api": ("Öppna data för program", "api"),
    "tillganglighet": ("Tillgänglighetsredogörelse", "committee:accessibility"),
    "tillganglighetsredogorelse": ("Tillgänglighetsredogörelse", "committee:accessibility"),
    "anmal-brist": ("Anmäl en brist", "committee:problem-report"),
    "om": ("Om samarbetet", "about"),
}
"""The portal's own pages by the words that their addresses have, or that one may try."""

DETAILS = {
    "kommuner": "committee:municipality-detail",
    "organisation": "committee:body-detail",
    "nyckeltal": "committee:indicator-detail",
    "": "committee:page-detail",
}
"""Pages of rows, by the first part of their addresses."""

YEARS = {
    "kalender": ("Kalender", "calendar_app:event-year"),
    "verksamhetsplan": ("Verksamhetsplan", "plan-detail"),
    "budget": ("Budget", "budget:budget-detail"),
}
"""Pages of years, by the first part of their addresses."""


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page that says that there is none, with what may have been meant; always 404."""
    path = request.path[:LONGEST_PATH]
    context = {
        "suggestions": suggestions(path),
        "query": words_of(path),
    }
    return render(request, "404.html", context, status=404)


def words_of(path: str) -> str:
    """The path as one might search for it: "/kommuner/botkyrk/" is "kommuner botkyrk"."""
    parts = _parts(path)
    return " ".join(" ".join(parts).replace("-", " ").replace("_", " ").replace(".", " ").split())


def suggestions(path: str) -> list[Suggestion]:
    """The nearest public pages, the likeliest first; none if nothing is alike."""
    parts = _parts(path)
    if not parts:
        return []
    section = _nearest(parts[0], PAGES)
    rest = parts[1:] if section else parts
    found = [*_of_years(section, rest), *_of_rows(section, rest)]
    if section:
        name, route = PAGES[section]
        found.append(Suggestion(name, reverse(route)))
    return list(dict.fromkeys(found))[:MOST]


def _parts(path: str) -> list[str]:
    """The parts of a path as their words are written in addresses: small letters, without å, ä and ö."""
    folded = unquote(path).lower().translate(str.maketrans("åäöé", "aaoe"))
    return [part for part in folded.replace("\0", "").split("/") if part]


def _nearest(word: str, words: dict[str, tuple[str, str]]) -> str:
    """The word that is the most alike, or ""."""
    bare = word.partition(".")[0]
    found = process.extractOne(bare, words.keys(), scorer=fuzz.ratio, score_cutoff=CLOSE_ENOUGH)
    return found[0] if found else ""


def _of_years(section: str, rest: list[str]) -> list[Suggestion]:
    """The years that have such a page, the one nearest to the year in the address first."""
    year = next((part[:4] for part in rest if part[:4].isascii() and part[:4].isdigit()), "")
    if section not in YEARS or len(year) != 4:
        return []
    name, route = YEARS[section]
    years = {
        "kalender": lambda: calendar_span(Event.objects.public()).event_years,
        "verksamhetsplan": lambda: OperationalPlan.objects.public().values_list("year", flat=True),
        "budget": lambda: Budget.objects.public().values_list("plan__year", flat=True),
    }[section]()
    nearest = sorted(years, key=lambda each: (abs(each - int(year)), -each))
    return [Suggestion(f"{name} {each}", reverse(route, args=[each])) for each in nearest[: MOST - 2]]


def _of_rows(section: str, rest: list[str]) -> list[Suggestion]:
    """Municipalities, bodies, key figures, pages, meetings and news with such a name."""
    if not rest:
        return []
    if section == "kalender":
        events = Event.objects.public().filter(slug=rest[-1].partition(".")[0]).order_by("-starts_on")
        return [Suggestion(_meeting(event), event.get_absolute_url()) for event in events[: MOST - 2]]
    if section == "nyheter":
        news = NewsItem.objects.public().filter(slug=rest[-1])[: MOST - 2]
        return [Suggestion(item.title, item.get_absolute_url()) for item in news]
    rows = _named_rows()
    slugs = {key: key[1] for key in rows if section in (key[0], "")}
    word = rest[0].partition(".")[0]
    alike = process.extract(word, slugs, scorer=fuzz.ratio, score_cutoff=CLOSE_ENOUGH, limit=MOST - 2)
    return [Suggestion(rows[key], reverse(DETAILS[key[0]], args=[key[1]])) for _, _, key in alike]


def _meeting(event: Event) -> str:
    return f"{event.title}, {date_span(event.starts_on, event.ends_on, month_only=event.is_month_only)}"


def _named_rows() -> dict[tuple[str, str], str]:
    """What has a page by its name: the name by the first part and the last of its address. One query."""
    named: list[tuple[str, QuerySet[Any], str]] = [
        ("kommuner", Municipality.objects.all(), "name"),
        ("organisation", Body.objects.all(), "name"),
        ("nyckeltal", Indicator.objects.public(), "name"),
        ("", Page.objects.with_own_address().public(), "title"),
    ]
    first, *others = (
        rows.order_by().values_list(Value(section), "slug", F(column)) for section, rows, column in named
    )
    return {(section, slug): name for section, slug, name in first.union(*others)}
