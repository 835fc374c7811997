"""The calendars that one can subscribe to: what each is called, and where its file and its page are."""

import datetime
from dataclasses import dataclass

from django.urls import reverse

from calendar_app.models import Event
from committee.models import Body, Municipality

PAST_YEARS = 10
"""Whole years before the present one that a subscription holds, so that no one's calendar loses its past."""

NAME = "Södertörnskommunernas kalender"
PREFIX = "Södertörnskommunerna"

KIND_SLUGS = {
    "sammantraden": Event.Kind.MEETING,
    "planeringskonferenser": Event.Kind.PLANNING_CONFERENCE,
    "sodertornskonferensen": Event.Kind.REGIONAL_CONFERENCE,
    "radslag": Event.Kind.CONSULTATION,
    "nyckeltalsdagar": Event.Kind.KEY_FIGURES_DAY,
}


@dataclass(frozen=True)
class Subscription:
    """`label` tells it from others of its sort; `name` is what it is called among the reader's calendars."""

    label: str
    name: str
    path: str
    page_path: str


def subscription_starts(today: datetime.date) -> datetime.date:
    """The first day that a subscription holds. It moves once a year, and the file is the same in between."""
    return datetime.date(today.year - PAST_YEARS, 1, 1)


def whole_calendar(query: str = "", chosen: tuple[str, ...] = ()) -> Subscription:
    """The whole calendar, or what a filter leaves of it: its query and what it has chosen, in words."""
    return Subscription(
        label="Hela kalendern",
        name=f"{PREFIX}: {', '.join(chosen)}" if chosen else NAME,
        path=reverse("calendar_app:calendar-feed") + query,
        page_path=reverse("calendar_app:event-list") + query,
    )


def of_body(body: Body) -> Subscription:
    return Subscription(
        label=body.name,
        name=f"{PREFIX}: {body.short_name}",
        path=reverse("calendar_app:body-feed", args=[body.slug]),
        page_path=body.get_absolute_url(),
    )


def of_host(municipality: Municipality) -> Subscription:
    return Subscription(
        label=municipality.name,
        name=f"{PREFIX}: {municipality.name} är värd",
        path=reverse("calendar_app:municipality-feed", args=[municipality.slug]),
        page_path=municipality.get_absolute_url(),
    )


def of_kind(slug: str) -> Subscription:
    """The kind by its name in addresses; KeyError if there is none."""
    kind = KIND_SLUGS[slug]
    return Subscription(
        label=kind.label,
        name=f"{PREFIX}: {kind.label}",
        path=reverse("calendar_app:kind-feed", args=[slug]),
        page_path=f"{reverse('calendar_app:event-list')}?typ={kind}",
    )
