"""What the rules say of the calendar as it is stored, and what a change to it has brought about."""

from collections.abc import Iterable, Sequence

from calendar_app.planning import off_days
from calendar_app.rules import Finding, Severity, check_calendar
from calendar_app.stored_rules import body_rules, municipality_names, occasions_around, rotation_rules

WHAT_IS_LEFT_OUT = ("missing", "missing-host")
"""Rules about what is not known yet: their sentences list many meetings, and change with any of them."""


def calendar_findings(year: int) -> list[Finding]:
    """What there is to say of a year's meetings and hosts as stored, the gravest first."""
    return check_calendar(
        occasions_around(year),
        body_rules(),
        year,
        rotations=rotation_rules(),
        off_days=off_days(year),
        municipality_names=municipality_names(),
    )


def faults_of(years: Iterable[int]) -> list[str]:
    """What is wrong, or probably should not be so, with the meetings of the years, as sentences."""
    found = [finding for year in sorted(set(years)) for finding in calendar_findings(year)]
    return [
        finding.sentence
        for finding in found
        if finding.severity != Severity.INFO and finding.rule not in WHAT_IS_LEFT_OUT
    ]


def arisen(before: Sequence[str], after: Sequence[str]) -> list[str]:
    """What a change has brought about: the faults that were not there before it, each once."""
    return [sentence for sentence in dict.fromkeys(after) if sentence not in before]
