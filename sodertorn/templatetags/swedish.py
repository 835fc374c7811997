"""Template filters for Swedish figures, dates and text; built in, so no template loads them.

A missing value (None or "") becomes "": whether to say "uppgift saknas" is the template's choice.
"""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any, Literal, Protocol

from django import template
from django.db.models import Model
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe

from sodertorn import browsers, dates, money
from sodertorn.prose import join_swedish, stretches
from sodertorn.rich_text import sanitise

register = template.Library()

Missing = Literal[""] | None


class Scheduled(Protocol):
    """What `event_when` needs to know of an event."""

    @property
    def starts_on(self) -> date: ...
    @property
    def ends_on(self) -> date | None: ...
    @property
    def start_time(self) -> time | None: ...
    @property
    def end_time(self) -> time | None: ...
    @property
    def is_month_only(self) -> bool: ...


@register.filter
def kronor(amount: money.Exact | Missing, decimals: int | None = None) -> str:
    """`{{ line.amount|kronor }}` → "1 280 000 kr"; `|kronor:2` → "1 280 000,00 kr"."""
    return "" if amount is None or amount == "" else money.kronor(amount, decimals)


@register.filter
def rate(amount: money.Exact | Missing) -> str:
    """A fee per inhabitant, whole or with öre: "4 kr", "2,83 kr"."""
    return kronor(amount)


@register.filter
def number(amount: money.Exact | Missing, decimals: int | None = None) -> str:
    """`{{ population.inhabitants|number }}` → "480 000"."""
    return "" if amount is None or amount == "" else money.number(amount, decimals)


@register.filter(expects_localtime=True)
def long_date(day: date | Missing) -> str:
    """As in "torsdag 2 februari 2017"."""
    return dates.long_date(day) if day else ""


@register.filter(expects_localtime=True)
def date_text(day: date | Missing) -> str:
    """As in "2 februari 2017"."""
    return dates.date_text(day) if day else ""


@register.filter(expects_localtime=True)
def moment_text(moment: datetime | Missing) -> str:
    """As in "2 februari 2017 kl. 12.00"."""
    return dates.moment_text(moment) if moment else ""


@register.filter
def newest_change(rows: Any, others: Any = None) -> datetime | Missing:
    """When the row, or the newest of the rows, was last changed: `{{ plan|newest_change:documents }}`.

    Takes what has been fetched for the page; a moment found so can be given on to the next filter.
    """
    moments = [*_moments_of(rows), *_moments_of(others)]
    return max(moments, default=None)


def _moments_of(rows: Any) -> list[datetime]:
    if isinstance(rows, datetime):
        return [rows]
    each_row = rows if isinstance(rows, Iterable) and not isinstance(rows, str) else [rows]
    found = (getattr(row, "edited_at", None) for row in each_row)
    return [moment for moment in found if moment is not None]


@register.filter
def event_when(event: Scheduled | Missing) -> str:
    """As in "torsdag 2 februari 2017 kl. 12.00–15.00", "januari 2018, dag ej fastställd"."""
    if not event:
        return ""
    return dates.when(
        event.starts_on,
        event.ends_on,
        month_only=event.is_month_only,
        start_time=event.start_time,
        end_time=event.end_time,
    )


register.filter("join_swedish", join_swedish)


@register.filter
def paragraphs(text: str | None) -> SafeString:
    """Escaped `<p>` for each stretch of text between blank lines; a single line break becomes a space.

    The space inside a figure ("480 000") does not break.
    """
    return format_html_join("\n", "<p>{}</p>", ((stretch,) for stretch in stretches(text)))


@register.filter
def rich_text(html: str) -> SafeString:
    """Text with a few formats. Sanitised here too, whatever way it came into the database."""
    return mark_safe(sanitise(html))  # noqa: S308 - that is what makes it safe


@register.filter
def event_days(event: Scheduled) -> str:
    """The event's days without its hours: "torsdag 2 februari 2017", "januari 2018"."""
    return dates.date_span(event.starts_on, event.ends_on, month_only=event.is_month_only)


@register.filter
def event_hours(event: Scheduled) -> str:
    """The event's hours: "kl. 12.00–15.00"; empty when they are not known."""
    return dates.time_span(event.start_time, event.end_time)


@register.filter
def browser(user_agent: str) -> str:
    """As in "Firefox i Windows"."""
    return browsers.browser_name(user_agent)


@register.filter
def admin_url(row: Model) -> str:
    """The address of the row's form in the administration."""
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
