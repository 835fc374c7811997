"""What a clerk is told after saving a meeting: that it was moved, and what the rules say now."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.http import HttpRequest

from calendar_app.models import Event
from calendar_app.stored_findings import arisen, faults_of
from sodertorn.dates import long_date


@dataclass(frozen=True)
class Before:
    """What was wrong in the years that a meeting was in and comes to be in, and which status it had."""

    years: frozenset[int]
    faults: tuple[str, ...]
    status: str = ""

    @classmethod
    def of(cls, event: Event, stored: tuple[date, str] | None) -> "Before":
        """Before `event` is saved; `stored` is its first day and status so far, None for a new one."""
        years = frozenset({event.starts_on.year} | ({stored[0].year} if stored else set()))
        return cls(years, tuple(faults_of(years)), stored[1] if stored else "")


def tell(request: HttpRequest, event: Event, before: Before, *, read: Collection[str]) -> None:
    """Warn of what is wrong since the meeting was saved, but for the warnings that were read before."""
    if event.status == Event.Status.MOVED != before.status and event.original_starts_on:
        messages.info(request, f"Mötet är nu märkt som flyttat från {long_date(event.original_starts_on)}.")
    for sentence in arisen(before.faults, faults_of(before.years)):
        if sentence not in read:
            messages.warning(request, sentence)
