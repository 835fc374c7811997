"""From a brief to a draft: the days that the search chose, hosts in turn, and why."""

from collections.abc import Sequence
from dataclasses import replace

from calendar_app.occasion import Occasion
from calendar_app.planner import reasons
from calendar_app.planner.brief import Brief, Proposal, Proposed, Series
from calendar_app.planner.search import Option, Slot, choose, slots_of


def propose_year(brief: Brief) -> Proposal:
    """Propose what the year's calendar lacks. The same brief always gives the same draft."""
    proposed, unsatisfied = _days(brief)
    rest = _rest_of_the_months(brief, proposed)
    more, still_unsatisfied = _days(rest)
    hosted, without_host = _hosts([*proposed, *more], brief)
    confirmed = [reasons.left_alone(each) for each in brief.standing if each.is_month_only]
    return Proposal(brief.year, tuple(hosted), (*unsatisfied, *still_unsatisfied, *confirmed, *without_host))


def _days(brief: Brief) -> tuple[list[Proposed], list[str]]:
    """What the search finds days for, and what it could not satisfy."""
    slots = slots_of(brief)
    chosen = choose(slots)
    new = [each for option in chosen for each in (option.meeting, option.preparing) if each]
    months = list(brief.without_day)
    proposed, unsatisfied = [], []
    for slot, option in zip(slots, chosen, strict=True):
        meeting = slot.standing or option.meeting
        if option.meeting:
            why = reasons.meeting(option.meeting, option.preparing, slot, brief, new)
            proposed.append(Proposed(option.meeting, why, slot.replaces))
        if meeting and option.preparing and slot.series.prepared_by:
            proposed.append(_preparing(option.preparing, meeting, slot.series.prepared_by, months))
        if sentence := _shortcoming(slot, option, brief, new):
            unsatisfied.append(sentence)
    return proposed, unsatisfied


def _preparing(preparing: Occasion, meeting: Occasion, series: Series, months: list[Occasion]) -> Proposed:
    """The preparing meeting; if one is promised for its month it is that one, which `months` then lacks."""
    why = reasons.preparing(preparing, meeting)
    for month in months:
        is_same = (month.body, month.kind) == series.key
        if is_same and month.starts_on <= preparing.starts_on <= month.ends_on:
            months.remove(month)
            return Proposed(series.on(preparing.starts_on, month), f"{why} {reasons.promised(month)}", month)
    return Proposed(preparing, why)


def _shortcoming(slot: Slot, option: Option, brief: Brief, new: Sequence[Occasion]) -> str:
    meeting = slot.standing or option.meeting
    if meeting is None:
        return reasons.left_out(slot, brief, new)
    if slot.series.prepared_by and not option.is_prepared:
        return reasons.not_prepared(meeting, slot.series.prepared_by, brief, new)
    return ""


def _rest_of_the_months(brief: Brief, proposed: Sequence[Proposed]) -> Brief:
    """What remains: preparing meetings that are promised for a month in which none was needed."""
    series = [each.prepared_by for each in brief.series if each.prepared_by]
    keys = {each.key for each in series}
    done = {each.replaces for each in proposed}
    kept = (each for each in brief.existing if each not in done)
    kept_months = {each for each in brief.without_day if (each.body, each.kind) in keys}
    existing = [each for each in kept if each not in brief.without_day or each in kept_months]
    # The series have no places of their own, so the only slots are the months.
    return replace(
        brief,
        series=tuple(replace(each, places=(), prepared_by=None) for each in series),
        existing=(*existing, *(each.occasion for each in proposed)),
    )


def _hosts(proposed: Sequence[Proposed], brief: Brief) -> tuple[list[Proposed], list[str]]:
    """The draft in order of days, each with its host, and which have none though others of their kind did."""
    hosted, without_host = [], []
    used = dict.fromkeys((turns.body for turns in brief.turns), 0)
    has_hosts = {series.key for series in brief.series if series.has_hosts}
    for each in sorted(proposed, key=lambda each: (each.occasion.starts_on, each.occasion.title)):
        occasion = each.occasion
        turns = next((turns for turns in brief.turns if turns.consumes(occasion)), None)
        if occasion.hosts:
            why = reasons.host_kept(occasion, brief)
        elif turns and used[turns.body] < len(turns.coming):
            number = used[turns.body]
            used[turns.body] += 1
            occasion = replace(occasion, hosts=(turns.coming[number],))
            why = reasons.host_in_turn(turns, number, brief)
        else:
            why = ""
            if (occasion.body, occasion.kind) in has_hosts:
                without_host.append(reasons.no_turns(occasion))
        hosted.append(replace(each, occasion=occasion, explanation=f"{each.explanation} {why}".strip()))
    return hosted, without_host
