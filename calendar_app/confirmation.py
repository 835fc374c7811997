"""What someone must have read before a meeting is saved: that it shares its day, or is on a day off.

Neither is forbidden: in 2017 the Nyckeltalsdag was held on the day of a committee meeting, in the same town.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, time

from calendar_app.occasion import Occasion
from calendar_app.rules import BodyRule
from calendar_app.rules.dates import clashes, days_to_avoid


def warnings_of(
    occasion: Occasion,
    others: Iterable[Occasion],
    bodies: Sequence[BodyRule],
    names: Mapping[str, str],
    off_days: Mapping[date, str] | None = None,
) -> list[str]:
    """A sentence for each other occasion on one of its days, and for days to avoid, as the rules word it."""
    found = [*days_to_avoid([occasion], off_days or {})]
    for other in others:
        pair = sorted([occasion, other], key=_beginning)
        found += clashes(pair, bodies, names)
    return [finding.sentence for finding in found]


def _beginning(occasion: Occasion) -> tuple[date, time, str]:
    """As `check_calendar` orders them, so that its sentences are the same."""
    return occasion.starts_on, occasion.start_time or time.max, occasion.title


def confirmation_of(warnings: Iterable[str]) -> str:
    """What a form sends when someone has read these warnings and goes on anyway; empty without any."""
    text = "\n".join(warnings)
    return hashlib.sha256(text.encode()).hexdigest()[:16] if text else ""
