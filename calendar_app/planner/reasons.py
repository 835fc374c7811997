"""Why the planner chose as it did, and what it could not do, in Swedish sentences."""

from collections.abc import Sequence
from datetime import date

from calendar_app.occasion import Occasion
from calendar_app.planner.brief import Brief, Place, Series, Turns, days_of
from calendar_app.planner.search import Slot, candidate_days, needs_preparation, preparing_days, too_near
from calendar_app.rules import LEAD_DAYS
from sodertorn.dates import EN_DASH, NO_BREAK_SPACE, month_name, month_text, weekday_name

NUMBERS = ("", "en", "två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio", "tio", "elva", "tolv")
MOST_REASONS = 3


def meeting(
    occasion: Occasion, preparing: Occasion | None, slot: Slot, brief: Brief, new: Sequence[Occasion]
) -> str:
    """Why the meeting is on its days."""
    day = occasion.starts_on
    nearer = [each for each in candidate_days(slot, brief) if abs(each - slot.ideal) < abs(day - slot.ideal)]
    text = f"{_capital(_weekdays(occasion))} i vecka{NO_BREAK_SPACE}{_week(day)}"
    if slot.place:
        text += f", {_compared(day, slot)}"
    if slot.replaces:
        text += f", i {month_text(slot.replaces.starts_on)} som utlovat"
    if nearer:
        text += f": {_obstacles(nearer, slot, brief, new)}"
    if preparing and slot.series.prepared_by:
        lead = (day - preparing.starts_on).days
        text += f". {slot.series.prepared_by.body_name} möts {_day(preparing.starts_on)}, {lead} dagar innan"
    return f"{text}."


def preparing(occasion: Occasion, meeting: Occasion) -> str:
    lead = (meeting.starts_on - occasion.starts_on).days
    return f"{lead} dagar före {meeting.title} {_day(meeting.starts_on)}, som mötet förbereder."


def promised(month: Occasion) -> str:
    return f"I {month_text(month.starts_on)} som utlovat."


def left_out(slot: Slot, brief: Brief, new: Sequence[Occasion]) -> str:
    if slot.replaces:
        when = f"i {month_text(slot.replaces.starts_on)}"
        title = slot.replaces.title
    else:
        when = f"kring vecka{NO_BREAK_SPACE}{_week(slot.ideal)}"
        title = slot.series.title
    days = candidate_days(slot, brief)
    return f"{title} {when} har inte fått någon dag: {_obstacles(days, slot, brief, new)}."


def not_prepared(meeting: Occasion, series: Series, brief: Brief, new: Sequence[Occasion]) -> str:
    text = (
        f"{series.body_name} kan inte mötas {LEAD_DAYS[0]}{EN_DASH}{LEAD_DAYS[-1]} dagar före "
        f"{meeting.title} {_day(meeting.starts_on)}"
    )
    days = preparing_days(meeting, series, brief).values()
    reasons = [f"{_day(day)} går inte ({why})" for day in days if (why := _obstacle(day, brief, new))]
    return f"{text}: {', '.join(reasons)}." if reasons else f"{text}: de dagarna ligger i {brief.year - 1}."


def left_alone(occasion: Occasion) -> str:
    return (
        f"{occasion.title} i {month_text(occasion.starts_on)} saknar dag men är redan fastställt, "
        "och ändras därför inte här."
    )


def host_kept(occasion: Occasion, brief: Brief) -> str:
    names = " och ".join(brief.names.get(host, host) for host in occasion.hosts)
    return f"Värd som utlovat: {names}."


def host_in_turn(turns: Turns, number: int, brief: Brief) -> str:
    name = brief.names.get(turns.coming[number], turns.coming[number])
    if number < turns.promised:
        return f"{name} är utlovad värdskapet {brief.year}."
    return f"{name} står på tur som värd."


def no_turns(occasion: Occasion) -> str:
    return f"Ingen turordning säger vem som är värd för {occasion.title}: välj värdkommun i tabellen."


def _compared(day: date, slot: Slot) -> str:
    """How the week compares to the usual one."""
    place = slot.place or Place(_week(day))
    as_usual = f"samma vecka som {place.like}" if place.like else "som önskat"
    weeks = abs(day - slot.ideal).days // 7
    if day == slot.ideal and _week(day) == place.week:
        return as_usual
    usual = f"vecka{NO_BREAK_SPACE}{place.week}" + (f" som {place.like}" if place.like else "")
    number = NUMBERS[weeks] if weeks < len(NUMBERS) else str(weeks)
    direction = "senare" if day > slot.ideal else "tidigare"
    return (
        f"{number} {'vecka' if weeks == 1 else 'veckor'} {direction} än {usual}" if weeks else f"nära {usual}"
    )


def _obstacles(days: Sequence[date], slot: Slot, brief: Brief, new: Sequence[Occasion]) -> str:
    """Why none of the days was chosen, the nearest first."""
    reasons = [f"{_day(day)} går inte ({_why_not(day, slot, brief, new)})" for day in days[:MOST_REASONS]]
    if len(days) > MOST_REASONS:
        reasons.append("och så vidare")
    return ", ".join(reasons) or "inga dagar i kalendern passar"


def _why_not(first_day: date, slot: Slot, brief: Brief, new: Sequence[Occasion]) -> str:
    series = slot.series
    occasion = series.on(first_day)
    for day in days_of(occasion):
        if why := _obstacle(day, brief, new):
            return why if day == first_day else f"{_day(day)} är {why}"
    if near := too_near(first_day, series, [*brief.standing, *new]):
        return f"för nära {_day(near.starts_on)}"
    if series.prepared_by and needs_preparation(occasion, series, brief.standing):
        days = preparing_days(occasion, series.prepared_by, brief).values()
        if all(_obstacle(day, brief, new) for day in days):
            return f"{series.prepared_by.body_name} kan inte mötas i tid innan"
    return "går inte att förena med det övriga"


def _obstacle(day: date, brief: Brief, new: Sequence[Occasion]) -> str:
    return brief.obstacle(day) or next((each.title for each in new if day in days_of(each)), "")


def _weekdays(occasion: Occasion) -> str:
    first, last = weekday_name(occasion.starts_on), weekday_name(occasion.ends_on)
    return first if occasion.starts_on == occasion.ends_on else f"{first}{EN_DASH}{last}"


def _week(day: date) -> int:
    return day.isocalendar().week


def _day(day: date) -> str:
    """As in "fredag 9 mars"."""
    return f"{weekday_name(day)} {day.day}{NO_BREAK_SPACE}{month_name(day)}"


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
