"""The days on which no meeting should be held, each with a reason in Swedish.

Four kinds: weekends; public holidays with the eves on which nobody works (midsommarafton, julafton,
nyårsafton); the day before any of these holidays, since most workplaces close early (skärtorsdag,
trettondagsafton, valborg, the days before Kristi himmelsfärdsdag, nationaldagen, midsommarafton, alla
helgons dag and so on); and bridge days. Holidays come from the `holidays` package. It knows one bridge day
only, so they are computed here: a single working day between two days off. Periods to avoid, such as school
breaks, are added by the caller: each municipality sets its own.

Weeks 27–31 are left free too: the statutory summer leave is four weeks in June–August (semesterlagen, 12
§), and the plan for 2017 has nothing between 1 June and 16 August.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sodertorn.dates import weekday_name

ONE_DAY = timedelta(days=1)
SUMMER_WEEKS = range(27, 32)
SPELLED = {"allahelgonsafton": "allhelgonaafton"}  # as the package has it, and as it is written


@dataclass(frozen=True)
class NoGo:
    """Days to avoid, both ends included."""

    first_day: date
    last_day: date
    reason: str


def days_off(year: int, periods: Iterable[NoGo] = ()) -> dict[date, str]:
    """Every day of the year to avoid and why. The weightiest reason wins: a holiday is no mere Sunday."""
    free = _free_days(year)
    eves = _known_eves(year)
    reasons: dict[date, str] = {}
    for period in periods:
        for day in _each_day(
            max(period.first_day, date(year, 1, 1)), min(period.last_day, date(year, 12, 31))
        ):
            reasons.setdefault(day, period.reason)
    for day in _each_day(date(year, 1, 1), date(year, 12, 31)):
        if reason := free.get(day) or _eve(day, free, eves) or _bridge(day, free):
            reasons[day] = reason
        elif day.isoweekday() > 5:
            reasons[day] = weekday_name(day)
        elif day.isocalendar().week in SUMMER_WEEKS:
            reasons.setdefault(day, "semesterveckor (vecka 27–31)")
    return reasons


def _each_day(first: date, last: date) -> list[date]:
    return [first + n * ONE_DAY for n in range((last - first).days + 1)]


def _free_days(year: int) -> dict[date, str]:
    """Holidays of the year and its neighbours, so that New Year's Eve knows what follows."""
    return _holidays(year, "public", "de_facto")


def _known_eves(year: int) -> dict[date, str]:
    """Names of eves, such as skärtorsdagen; the package says from which hour they are kept."""
    named = _holidays(year, "optional")
    names = {day: name.split(" (")[0] for day, name in named.items() if name != "klämdag"}
    return {day: SPELLED.get(name, name) for day, name in names.items()}


def _holidays(year: int, *categories: str) -> dict[date, str]:
    years = range(year - 1, year + 2)
    import holidays

    found = holidays.country_holidays("SE", years=years, language="sv", categories=categories)
    return {day: _lower_first(name) for day, name in found.items()}


def _lower_first(name: str) -> str:
    """Holidays are common nouns in Swedish, apart from Kristus."""
    return name if name.startswith("Kristi") else name[0].lower() + name[1:]


def _eve(day: date, free: dict[date, str], eves: dict[date, str]) -> str:
    holiday = free.get(day + ONE_DAY)
    return eves.get(day, f"dag före {holiday}") if holiday else ""


def _bridge(day: date, free: dict[date, str]) -> str:
    before, after = day - ONE_DAY, day + ONE_DAY
    if day.isoweekday() > 5 or not all(near in free or near.isoweekday() > 5 for near in (before, after)):
        return ""
    return f"klämdag efter {free[before]}" if before in free else f"klämdag före {free[after]}"
