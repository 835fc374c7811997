"""What is expected of when occasions are, to one another and in the year (section 7)."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta

from calendar_app.occasion import Occasion
from calendar_app.rules.terms import BodyRule, Finding, Severity, name_of, named
from sodertorn.dates import date_text, time_span
from sodertorn.prose import join_swedish

LEAD_DAYS = range(13, 28)
"""How many days before a meeting it is prepared: between 13 and 27 in 2017."""


def preparation(
    occasions: Sequence[Occasion], body: BodyRule, bodies: Sequence[BodyRule], year: int
) -> Iterator[Finding]:
    """Meetings of the year that `body` should prepare but does not, or does too early or too late.

    The management group prepares the committee's meetings (section 6). Conferences need no preparing, though
    what has to be prepared may be so at one.
    """
    prepared = next((other for other in bodies if other.slug == body.prepares), None)
    if prepared is None:
        return
    dated = [occasion for occasion in occasions if not occasion.is_cancelled and not occasion.is_month_only]
    for meeting in dated:
        if meeting.body != prepared.slug or meeting.is_conference or meeting.starts_on.year != year:
            continue
        before = [o.ends_on for o in dated if o.body == body.slug and o.ends_on < meeting.starts_on]
        leads = [(meeting.starts_on - day).days for day in before]
        if any(lead in LEAD_DAYS for lead in leads):
            continue
        span = f"{LEAD_DAYS.start}–{LEAD_DAYS.stop - 1} dagar"
        nearest = f"Det närmaste är {date_text(max(before))}, {_days(min(leads))} före." if before else ""
        sentence = f"{named(meeting)} har inget möte i {body.name} {span} före. {nearest}".rstrip()
        yield Finding(Severity.WARNING, "preparation", sentence, meeting.url)


def clashes(
    occasions: Sequence[Occasion], bodies: Sequence[BodyRule], names: Mapping[str, str]
) -> Iterator[Finding]:
    """Occasions that share a day. Overlapping hours are worst where the same members are expected at both."""
    members = {body.slug: body.members for body in bodies}
    for one, other in _on_one_day(occasions):
        both = f"{_placed(one, names)} och {_placed(other, names)}"
        day = date_text(other.starts_on)
        hours, other_hours = _hours(one), _hours(other)
        if hours is None or other_hours is None:
            lacking = join_swedish(o.title for o in (one, other) if _hours(o) is None)
            sentence = (
                f"{both} är samma dag, {day}. Det går inte att se om de krockar: {lacking} har ingen tid."
            )
            yield Finding(Severity.WARNING, "same-day", sentence, one.url)
            continue
        first, last = max(hours[0], other_hours[0]), min(hours[1], other_hours[1])
        if first >= last:
            sentence = f"{both} är samma dag, {day}, men inte samtidigt."
            yield Finding(Severity.INFO, "same-day", sentence, one.url)
            continue
        is_timed = one.start_time and other.start_time and first.date() == last.date()
        clash = f"{both} krockar {day} {time_span(first.time(), last.time()) if is_timed else ''}".rstrip()
        if one.body and one.body == other.body:
            yield Finding(Severity.ERROR, "clash", f"{clash}. Båda är möten i samma organ.", one.url)
        elif members.get(one.body, frozenset()) & members.get(other.body, frozenset()):
            yield Finding(Severity.ERROR, "clash", f"{clash}. Samma kommuner ska vara med på båda.", one.url)
        else:
            yield Finding(Severity.WARNING, "clash", f"{clash}.", one.url)


def days_to_avoid(occasions: Sequence[Occasion], off_days: Mapping[date, str]) -> Iterator[Finding]:
    """Occasions on public holidays, their eves, bridge days and periods to avoid, as given."""
    for occasion in occasions:
        if occasion.is_cancelled or occasion.is_month_only:
            continue
        held = [
            occasion.starts_on + timedelta(n) for n in range((occasion.ends_on - occasion.starts_on).days + 1)
        ]
        reasons = list(dict.fromkeys(off_days[day] for day in held if day in off_days))
        if reasons:
            sentence = f"{named(occasion)} hålls på en dag att undvika: {join_swedish(reasons)}."
            yield Finding(Severity.WARNING, "off-day", sentence, occasion.url)


def _on_one_day(occasions: Sequence[Occasion]) -> Iterator[tuple[Occasion, Occasion]]:
    """Pairs of occasions, given by when they begin, that share a day."""
    dated = [occasion for occasion in occasions if not occasion.is_cancelled and not occasion.is_month_only]
    for index, one in enumerate(dated):
        for other in dated[index + 1 :]:
            if other.starts_on > one.ends_on:
                break
            yield one, other


def _hours(occasion: Occasion) -> tuple[datetime, datetime] | None:
    """From when to when the occasion takes its members' time; None if it can't be known.

    One of several days takes all of them where it has no hours of its own.
    """
    is_single = occasion.starts_on == occasion.ends_on
    if is_single and (occasion.start_time is None or occasion.end_time is None):
        return None
    first = datetime.combine(occasion.starts_on, occasion.start_time or time.min)
    if occasion.end_time is None:
        return first, datetime.combine(occasion.ends_on + timedelta(1), time.min)
    return first, datetime.combine(occasion.ends_on, occasion.end_time)


def _placed(occasion: Occasion, names: Mapping[str, str]) -> str:
    """As in "Samarbetskommitténs sammanträde i Tyresö"."""
    hosts = join_swedish(name_of(host, names) for host in occasion.hosts)
    return f"{occasion.title} i {hosts}" if hosts else occasion.title


def _days(number: int) -> str:
    return "en dag" if number == 1 else f"{number} dagar"
