"""What is expected of each body's own meetings: how many, on which weekday and hours, and nothing missing.

"Gruppen träffas minst sex gånger per år" (section 6); "torsdagar kl. 12.00–15.00", "fredagar kl. 8.30–13.00"
(section 7).
"""

from collections.abc import Iterable, Iterator, Sequence

from calendar_app.models import Event
from calendar_app.occasion import Occasion
from calendar_app.rules.terms import BodyRule, Finding, RotationRule, Severity, days, named
from calendar_app.usual_times import other_weekdays, usually
from sodertorn.dates import time_span
from sodertorn.prose import join_swedish


def minimum_of_meetings(occasions: Sequence[Occasion], body: BodyRule, year: int) -> Iterator[Finding]:
    """Whether the body meets often enough, with and without conferences; cancelled meetings are not counted.

    Also told when there are exactly as many as needed, since none of them can then be cancelled.
    """
    minimum = body.min_meetings
    if not minimum:
        return
    of_body = [occasion for occasion in occasions if occasion.body == body.slug]
    held = [occasion for occasion in of_body if not occasion.is_cancelled]
    conferences = sum(occasion.is_conference for occasion in held)
    meetings = len(held) - conferences
    if meetings > minimum:
        return
    sentence = f"{body.name} har {_number(meetings)} {year}, minst {minimum} krävs"
    if conferences:
        which = "planeringskonferensen" if conferences == 1 else "planeringskonferenserna"
        sentence += f"; med {which} {len(held)}"
    sentence += "."
    if cancelled := len(of_body) - len(held):
        sentence += (
            " Ett inställt är inte räknat." if cancelled == 1 else f" {cancelled} inställda är inte räknade."
        )
    if meetings == minimum:
        margin = "räcker de bara med planeringskonferensen" if conferences else "blir de för få"
        yield Finding(Severity.INFO, "minimum", f"{sentence} Ställs ett in {margin}.")
    elif len(held) >= minimum:
        yield Finding(Severity.WARNING, "minimum", sentence)
    else:
        yield Finding(Severity.ERROR, "minimum", sentence)


def usual_weekday(occasions: Sequence[Occasion], body: BodyRule) -> Iterator[Finding]:
    """Days that are not the body's usual weekday; a conference of several days can hardly keep to it."""
    for occasion in _planned(occasions, body):
        if body.usual_weekday is None or occasion.is_month_only:
            continue
        if held := other_weekdays(occasion.starts_on, occasion.ends_on, body.usual_weekday):
            is_single = not occasion.is_conference and occasion.starts_on == occasion.ends_on
            yield Finding(
                Severity.WARNING if is_single else Severity.INFO,
                "weekday",
                f"{named(occasion)} hålls {held}. {usually(body.name, body.usual_weekday)}",
                occasion.url,
            )


def usual_hours(occasions: Sequence[Occasion], body: BodyRule) -> Iterator[Finding]:
    """Meetings at other hours than the body's usual ones."""
    usual = (body.usual_start, body.usual_end)
    for occasion in _planned(occasions, body):
        hours = (occasion.start_time, occasion.end_time)
        if body.usual_start and occasion.start_time and _is_meeting(occasion) and hours != usual:
            yield Finding(
                Severity.WARNING,
                "hours",
                f"{named(occasion)} hålls {time_span(*hours)}. {body.name} möts annars {time_span(*usual)}.",
                occasion.url,
            )


def what_is_missing(
    occasions: Sequence[Occasion], bodies: Sequence[BodyRule], rotations: Sequence[RotationRule]
) -> Iterator[Finding]:
    """Days, hosts, times and places not known yet, one sentence for each body and what it lacks.

    Only meetings that take a turn need a host; only meetings of a body with usual hours ought to have a time.
    """
    names = {body.slug: body.name for body in bodies}
    with_hours = {body.slug for body in bodies if body.usual_start}

    def ought_to_have_host(occasion: Occasion) -> bool:
        return any(rotation.consumes_turn(occasion) for rotation in rotations)

    def ought_to_have_time(occasion: Occasion) -> bool:
        return occasion.body in with_hours and _is_meeting(occasion)

    planned = [occasion for occasion in occasions if not occasion.is_cancelled]
    dated = [occasion for occasion in planned if not occasion.is_month_only]
    hostless = [occasion for occasion in planned if not occasion.hosts]
    timeless = [occasion for occasion in dated if not occasion.start_time]
    placeless = [occasion for occasion in dated if not occasion.location]
    for what, rule, severity, lacking in [
        ("Dag", "missing-day", Severity.WARNING, [o for o in planned if o.is_month_only]),
        ("Värdkommun", "missing-host", Severity.WARNING, [o for o in hostless if ought_to_have_host(o)]),
        ("Tid", "missing", Severity.WARNING, [o for o in timeless if ought_to_have_time(o)]),
        ("Tid", "missing", Severity.INFO, [o for o in timeless if not ought_to_have_time(o)]),
        (
            "Plats",
            "missing",
            Severity.INFO,
            [o for o in placeless if not o.hosts and not ought_to_have_host(o)],
        ),
        ("Lokal", "missing", Severity.INFO, [o for o in placeless if o.hosts]),
    ]:
        for body in dict.fromkeys(occasion.body for occasion in lacking):
            of_body = [occasion for occasion in lacking if occasion.body == body]
            # Occasions of no body have nothing in common.
            for group in [of_body] if body else [[occasion] for occasion in of_body]:
                yield _missing(what, rule, severity, names.get(body, body), group)


def _missing(what: str, rule: str, severity: Severity, body: str, occasions: Sequence[Occasion]) -> Finding:
    if len(occasions) == 1:
        return Finding(severity, rule, f"{what} saknas för {named(occasions[0])}.", occasions[0].url)
    year = f" {occasions[0].starts_on.year}"
    listed = join_swedish(days(occasion).removesuffix(year) for occasion in occasions)
    return Finding(severity, rule, f"{what} saknas för {len(occasions)} möten i {body}{year}: {listed}.")


def _planned(occasions: Iterable[Occasion], body: BodyRule) -> list[Occasion]:
    return [occasion for occasion in occasions if occasion.body == body.slug and not occasion.is_cancelled]


def _is_meeting(occasion: Occasion) -> bool:
    """Whether the body's usual hours hold for the occasion: they do not for conferences and several days."""
    return occasion.kind == Event.Kind.MEETING and occasion.starts_on == occasion.ends_on


def _number(meetings: int) -> str:
    return {0: "inga möten", 1: "ett möte"}.get(meetings, f"{meetings} möten")
