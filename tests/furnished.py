"""Rows beside the loaded plan that let every kind of page show all that it can: each state of a meeting and
of a follow-up, papers, news, reports on the budget, a target, and another year to compare with.

For a test's own database, and for a running portal:

    portal.manage("shell", "--command", "from tests.furnished import furnish; furnish()")
"""

import datetime

from budget.models import Outcome
from calendar_app.models import AgendaItem, Event, EventDocument, EventLink
from committee.models import Body, Direction, Indicator, Municipality, OperationalPlan
from committee.plan_copying import copy_to_new_year
from tests import factories

NEWS = "/nyheter/2017/03/23/sodertorn-vaxer/"
CANCELLED = "/kalender/2017/04/05/installt-mote/"
MOVED = "/kalender/2017/05/04/flyttat-mote/"
COMPARISON = "/verksamhetsplan/2017/jamfor/2016/"

TEXT = """
<h2>Vad är nytt?</h2><p>Åtta kommuner med <strong>över</strong> en halv miljon <em>invånare</em>.</p>
<ul><li>Bostäder</li><li>Järnvägar</li></ul><ol><li>Först</li><li>Sedan</li></ol><blockquote>
<p>Vi vill mer.</p></blockquote><p><a href="/kalender/">Se kalendern</a></p>
"""


def furnish() -> None:
    """Add the rows. The plan, its pages, indicators and population must be loaded."""
    plan = OperationalPlan.objects.get(year=2017)
    meetings()
    words(plan)
    follow_up(plan)
    figures(plan)
    earlier = factories.make_plan(2016, is_draft=True, vision=plan.vision, vision_year=plan.vision_year)
    copy_to_new_year(plan, earlier)
    earlier.status = OperationalPlan.Status.ADOPTED
    earlier.save()
    Direction.objects.for_plan(earlier)[0].delete()


def meetings() -> None:
    """A meeting of each status, one of two days with papers, and one that is to come."""
    body, host = Body.objects.get(slug="samarbetskommitten"), Municipality.objects.get(slug="haninge")
    day = datetime.date
    factories.make_event(day(2017, 4, 5), title="Inställt möte", status=Event.Status.CANCELLED, body=body)
    factories.make_event(
        day(2017, 5, 4),
        title="Flyttat möte",
        status="moved",
        original_starts_on=day(2017, 5, 3),
        hosts=(host,),
    )
    full = Event.objects.filter(body=body, starts_on__year=2017, status=Event.Status.CONFIRMED)[0]
    AgendaItem.objects.create(event=full, title="Val av justerare")
    EventLink.objects.create(event=full, kind="paper", title="Underlag", url="https://www.example.se/")
    EventDocument.objects.create(event=full, document=factories.make_document("Kallelse", body=body))
    soon = datetime.date.today() + datetime.timedelta(30)  # noqa: DTZ011 - any day to come
    factories.make_event(soon, title="Rundabordssamtal om infrastruktur", status=Event.Status.PRELIMINARY)


def words(plan: OperationalPlan) -> None:
    factories.make_news("Södertörn växer", text=TEXT)
    factories.make_document("Verksamhetsberättelse med ett namn som är ganska långt", plan=plan)


def follow_up(plan: OperationalPlan) -> None:
    """A direction in each state, an action plan with an activity that costs, and the year's evaluation."""
    directions = list(Direction.objects.for_plan(plan).in_document_order())
    for direction, (status, percent) in zip(
        directions,
        [
            ("late", 20),
            ("dropped", None),
            ("resting", None),
            ("done", None),
            ("not_started", None),
            ("on_track", 40),
        ],
        strict=False,
    ):
        factories.make_follow_up(direction, status, percent=percent)
    issue = next(direction.issue for direction in directions if direction.issue)
    activity = factories.make_activity(issue, "Klimatdag", direction=issue.directions.all()[0])
    factories.make_activity_cost(activity, plan.budget.lines.filter(side="cost")[0])
    factories.make_evaluation(plan)


def figures(plan: OperationalPlan) -> None:
    """An interim report, and a key figure of which a value is lacking and that has a target."""
    for line in plan.budget.lines.all():
        Outcome.objects.create(
            line=line, report="interim", as_of=datetime.date(2017, 6, 30), amount=line.amount / 3
        )
    indicator = Indicator.objects.filter(slug="eftergymnasial-utbildning").first()
    indicator = indicator or factories.make_indicator()
    for place, municipality in enumerate(Municipality.objects.all()):
        for year in (2014, 2015, 2016):
            value = None if (place, year) == (1, 2016) else 30 + place + (year - 2014) * 1.5
            factories.make_indicator_value(indicator, municipality, year, value)
    factories.make_indicator_target(indicator)
