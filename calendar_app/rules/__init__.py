"""Whether a year's calendar keeps the rules of the house (sections 6 and 7 of the plan).

Reads occasions, stored or only proposed, and answers in sentences; knows neither the database nor the clock.
`calendar_app.stored_rules` makes the rules of the database's rows.
"""

from collections.abc import Mapping, Sequence
from datetime import date, time

from calendar_app.occasion import Occasion
from calendar_app.rules.dates import LEAD_DAYS, clashes, days_to_avoid, preparation
from calendar_app.rules.meetings import minimum_of_meetings, usual_hours, usual_weekday, what_is_missing
from calendar_app.rules.terms import BodyRule, Finding, RotationRule, Severity, StoredTurn
from calendar_app.rules.turns import hosts_in_turn

__all__ = [
    "LEAD_DAYS",
    "BodyRule",
    "Finding",
    "RotationRule",
    "Severity",
    "StoredTurn",
    "check_calendar",
    "gravest_first",
]


def check_calendar(
    occasions: Sequence[Occasion],
    bodies: Sequence[BodyRule],
    year: int,
    *,
    rotations: Sequence[RotationRule] = (),
    off_days: Mapping[date, str] | None = None,
    municipality_names: Mapping[str, str] | None = None,
) -> list[Finding]:
    """What there is to say of the year's occasions: errors first, then warnings, then notes.

    Occasions before the year only count as what the year's first meetings are prepared by. `off_days` are
    days to avoid, with the reason. Municipalities are called by `municipality_names`, else by their slugs.
    """
    occasions = sorted(occasions, key=lambda each: (each.starts_on, each.start_time or time.max, each.title))
    of_year = [occasion for occasion in occasions if occasion.starts_on.year == year]
    names = municipality_names or {}
    found: list[Finding] = []
    for body in bodies:
        found += minimum_of_meetings(of_year, body, year)
        found += usual_weekday(of_year, body)
        found += usual_hours(of_year, body)
        found += preparation(occasions, body, bodies, year)
    found += clashes(of_year, bodies, names)
    found += days_to_avoid(of_year, off_days or {})
    found += what_is_missing(of_year, bodies, rotations)
    for rotation in rotations:
        found += hosts_in_turn(of_year, rotation, year, names)
    return gravest_first(found)


def gravest_first(findings: Sequence[Finding]) -> list[Finding]:
    severities = list(Severity)
    return sorted(findings, key=lambda finding: severities.index(finding.severity))
