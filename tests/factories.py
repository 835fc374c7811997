"""Rows for tests: a small complete world, and single rows that may be many. Nothing is random.

Rows are validated as the admin would, so that no test runs on what the portal refuses to store.
"""

import datetime
from typing import Any

from django.utils.text import slugify

from budget.models import ActivityCost, Budget, BudgetLine, FeeRate
from calendar_app.models import Event, EventHost, HostRotation, HostSwap, HostTurn, RotationPlace
from committee.documents import checked_file
from committee.documents_storage import new_files
from committee.models import (
    AccessibilityStatement,
    ActionPlan,
    Activity,
    Body,
    CooperationArea,
    DevelopmentIssue,
    Direction,
    Document,
    Evaluation,
    FollowUp,
    InaccessibleContent,
    Indicator,
    IndicatorTarget,
    IndicatorValue,
    Municipality,
    NewsItem,
    OperationalPlan,
    Page,
    PlanSection,
    Population,
    Principle,
    ProblemReport,
    Seat,
    SourceNote,
    TargetArea,
)
from sodertorn.publishing import Publication
from tests.document_files import pdf, uploaded

DAY = datetime.date(2017, 3, 23)
"""A day for what needs one, whichever it is."""


def _saved(row: Any) -> Any:
    row.full_clean()
    row.save()
    return row


def make_municipality(name: str = "Botkyrka", code: str = "0127", **fields: Any) -> Municipality:
    """A municipality; "Botkyrka" by default."""
    slug = fields.pop("slug", slugify(name))
    defaults = {"formal_name": f"{name} kommun", "website": f"https://{slug}.example"}
    return _saved(Municipality(name=name, code=code, slug=slug, **{**defaults, **fields}))


def make_population(municipality: Municipality, year: int = 2016, inhabitants: int = 1000) -> Population:
    """The population on the last day of a year."""
    row = Population(
        municipality=municipality,
        reference_date=datetime.date(year, 12, 31),
        inhabitants=inhabitants,
        source="SCB",
    )
    return _saved(row)


def make_body(slug: str = "samarbetskommitten", **fields: Any) -> Body:
    """A body named by its slug, of the committee's kind and without usual times."""
    name = slug.capitalize()
    defaults = {"kind": Body.Kind.COMMITTEE, "name": name, "short_name": name, "purpose": f"{name} möts."}
    return _saved(Body(slug=slug, **{**defaults, **fields}))


def make_seat(body: Body, municipality: Municipality, role: str = "Ordförande") -> Seat:
    return _saved(Seat(body=body, municipality=municipality, role=role))


def make_event(
    starts_on: datetime.date, *, hosts: tuple[Municipality, ...] = (), title: str = "Möte", **fields: Any
) -> Event:
    """A published and confirmed event of one day, without time, body or host."""
    defaults = {"publication": Publication.PUBLISHED}
    event = _saved(Event(title=title, starts_on=starts_on, **{**defaults, **fields}))
    for position, municipality in enumerate(hosts):
        EventHost.objects.create(event=event, municipality=municipality, position=position)
    return event


def make_plan(year: int = 2017, *, is_draft: bool = False, **fields: Any) -> OperationalPlan:
    """An adopted plan without contents, decided on 2 February of its year."""
    status = OperationalPlan.Status.DRAFT if is_draft else OperationalPlan.Status.ADOPTED
    defaults = {"issuer": "Kommittén", "decided_on": datetime.date(year, 2, 2), "status": status}
    return _saved(OperationalPlan(year=year, **{**defaults, **fields}))


def make_document(title: str = "Protokoll", *, content: bytes | None = None, **fields: Any) -> Document:
    """A published PDF, stored as an uploaded one is; `file_name` is that of the upload."""
    name = fields.pop("file_name", f"{title}.pdf")
    defaults = {"kind": Document.Kind.MINUTES, "publication": Publication.PUBLISHED, "dated_on": DAY}
    document = Document(title=title, **{**defaults, **fields})
    with new_files() as stored:
        stored.add(document, checked_file(uploaded(pdf() if content is None else content, name)))
        return _saved(document)


def make_indicator(name: str = "Eftergymnasial utbildning", **fields: Any) -> Indicator:
    """A published key figure in per cent, of which more is better, with a weighted mean and no values."""
    defaults = {
        "slug": slugify(name),
        "area": "Utbildning",
        "definition": "Hur stor del som har det.",
        "unit": "procent",
        "decimals": 1,
        "better": Indicator.Better.HIGHER,
        "whole": Indicator.Whole.WEIGHTED_MEAN,
        "source": "SCB",
        "publication": Publication.PUBLISHED,
    }
    return _saved(Indicator(name=name, **{**defaults, **fields}))


def make_indicator_value(
    indicator: Indicator, municipality: Municipality, year: int, value: Any, **fields: Any
) -> IndicatorValue:
    """A value, or None for one that the source lacks."""
    about = {"indicator": indicator, "municipality": municipality, "year": year}
    return _saved(IndicatorValue(**about, value=value, **{"source": "SCB", **fields}))


def make_indicator_target(indicator: Indicator, year: int = 2030, value: Any = 50, **fields: Any) -> Any:
    """A target for all together, unless a municipality is given."""
    row = IndicatorTarget(indicator=indicator, year=year, value=value, **{"source": "Vision", **fields})
    return _saved(row)


def make_section(plan: OperationalPlan, chapter: int, heading: str, **fields: Any) -> PlanSection:
    """A section of a plan, after those it has."""
    defaults = {"slug": slugify(heading), "position": plan.sections.count()}
    return _saved(PlanSection(plan=plan, chapter=chapter, heading=heading, **{**defaults, **fields}))


def make_source_note(section: PlanSection, quote: str = "så") -> SourceNote:
    return _saved(SourceNote(section=section, quote=quote, explanation="Skrivfel."))


def make_target_area(plan: OperationalPlan, name: str = "Klimat") -> TargetArea:
    """A target area with one issue and no directions, in the plan's own cooperation area."""
    area = plan.areas.first() or _saved(
        CooperationArea(plan=plan, name="Regionala frågor", slug="regionala", purpose="Att utveckla")
    )
    target_area = TargetArea(area=area, name=name, slug=slugify(name), position=area.target_areas.count())
    _saved(target_area)
    _saved(DevelopmentIssue(target_area=target_area, name=f"Ställa om {name}"))
    return target_area


def make_direction(place: DevelopmentIssue | PlanSection, text: str = "Vi ställer om.") -> Direction:
    """A direction under an issue or straight under a section."""
    if isinstance(place, DevelopmentIssue):
        return _saved(Direction(issue=place, text=text))
    return _saved(Direction(section=place, text=text))


def make_activity(
    place: DevelopmentIssue | PlanSection, title: str = "Klimatnätverk", **fields: Any
) -> Activity:
    """An activity in the published action plan of an issue or a section."""
    of_issue = isinstance(place, DevelopmentIssue)
    action_plan = ActionPlan.objects.filter(**{"issue" if of_issue else "section": place}).first()
    if action_plan is None:
        owner: dict[str, Any] = {"issue": place} if of_issue else {"section": place}
        action_plan = _saved(ActionPlan(**owner, publication=Publication.PUBLISHED))
    return _saved(Activity(action_plan=action_plan, title=title, **fields))


def make_follow_up(
    subject: Direction | Activity, status: str = "done", day: datetime.date = DAY, **fields: Any
) -> FollowUp:
    """A published report on a direction or an activity."""
    about: dict[str, Any] = {"direction" if isinstance(subject, Direction) else "activity": subject}
    defaults = {
        "assessment": "Det går bra.",
        "reporter_role": "utvecklingsledare",
        "publication": Publication.PUBLISHED,
    }
    return _saved(FollowUp(**about, status=status, reported_on=day, **{**defaults, **fields}))


def make_evaluation(plan: OperationalPlan, summary: str = "Året gick bra.", **fields: Any) -> Evaluation:
    """A published evaluation of a plan."""
    defaults = {"publication": Publication.PUBLISHED, "evaluated_on": datetime.date(plan.year + 1, 2, 1)}
    return _saved(Evaluation(plan=plan, summary=summary, **{**defaults, **fields}))


def make_activity_cost(activity: Activity, line: BudgetLine, amount: int = 500) -> ActivityCost:
    return _saved(ActivityCost(activity=activity, line=line, amount=amount))


def make_rate(amount: int = 2, valid_from: datetime.date = datetime.date(2017, 1, 1)) -> FeeRate:
    return _saved(FeeRate(amount_per_inhabitant=amount, valid_from=valid_from))


def make_budget(plan: OperationalPlan, lines: int = 1) -> Budget:
    """A published budget with so many lines of 1000 kronor on each side, for last year's population."""
    budget = _saved(Budget(plan=plan, population_date=datetime.date(plan.year - 1, 12, 31)))
    for position in range(lines):
        for side in BudgetLine.Side:
            _saved(BudgetLine(budget=budget, side=side, title=f"Rad {position}", amount=1000))
    # Past what must hold for publication, which has its own tests: most tests want less than a whole budget.
    budget.status = Budget.Status.PUBLISHED
    budget.save()
    return budget


def make_rotation(
    body: Body, order: list[Municipality], turns: int = 0, first_year: int = 2017
) -> HostRotation:
    """A rotation with one turn a year, in order."""
    rotation = _saved(HostRotation(name=f"Värdskap för {body}", slug=body.slug, body=body))
    for position, municipality in enumerate(order, start=1):
        _saved(RotationPlace(rotation=rotation, municipality=municipality, position=position))
    for number in range(turns):
        host = order[number % len(order)]
        _saved(HostTurn(rotation=rotation, number=number + 1, year=first_year + number, municipality=host))
    return rotation


def record_swap(
    first_turn: HostTurn, second_turn: HostTurn, reason: str, decided_on: datetime.date
) -> HostSwap:
    """Two turns that change hosts with each other, as the back office records it."""
    return _saved(
        HostSwap(
            rotation=first_turn.rotation,
            first_turn=first_turn,
            second_turn=second_turn,
            reason=reason,
            decided_on=decided_on,
        )
    )


def make_news(title: str = "Nyhet", **fields: Any) -> NewsItem:
    """A published piece of news of `DAY`."""
    defaults = {
        "slug": slugify(title),
        "published_on": DAY,
        "lead": f"{title} i korthet.",
        "publication": Publication.PUBLISHED,
    }
    return _saved(NewsItem(title=title, **{**defaults, **fields}))


def make_page(title: str = "Sida", **fields: Any) -> Page:
    """A published page that the secretariat has written."""
    defaults = {"slug": slugify(title), "publication": Publication.PUBLISHED}
    return _saved(Page(title=title, **{**defaults, **fields}))


def make_statement(**fields: Any) -> AccessibilityStatement:
    """An accessibility statement in force, of a portal that has no shortcomings."""
    defaults = {
        "actor": "Kommittén",
        "service": "Portalen",
        "conformance": "full",
        "summary": "Den går att använda.",
        "method": "Vi har provat.",
        "assessed_on": DAY,
        "updated_on": DAY,
        "publication": Publication.PUBLISHED,
    }
    return _saved(AccessibilityStatement(**{**defaults, **fields}))


def make_inaccessible(statement: AccessibilityStatement, **fields: Any) -> InaccessibleContent:
    """A shortcoming, which no day is set for."""
    defaults = {"what": "En karta.", "requirement": "WCAG 1.1.1", "why": "Texten saknas."}
    return _saved(InaccessibleContent(statement=statement, **{**defaults, **fields}))


def make_problem_report(problem: str = "Knappen syns inte.", **fields: Any) -> ProblemReport:
    """A report from someone who wants an answer, mailed to the secretariat and not answered yet."""
    number = ProblemReport.objects.count()
    defaults = {
        "address": "/kalender/",
        "name": "Kim Ek",
        "email": "kim@example.se",
        "is_mailed": True,
        "submission": f"{number:064}",
    }
    return _saved(ProblemReport(problem=problem, **{**defaults, **fields}))


def make_ready_draft(year: int = 2018) -> OperationalPlan:
    """A draft that lacks nothing: one of each text, and a draft budget that one municipality pays for."""
    plan = make_plan(year, is_draft=True, decided_on=None, vision="Vi vill.", vision_year=2030)
    make_section(plan, 1, "Inledning", text="Vi samverkar.")
    _saved(Principle(plan=plan, text="Respekt"))
    direction = make_direction(make_target_area(plan).issues.get())
    direction.is_priority = True
    direction.save()
    make_population(make_municipality(), year - 1)
    make_rate(2, datetime.date(year, 1, 1))
    budget = make_budget(plan)
    budget.status = Budget.Status.DRAFT
    budget.save()
    return plan


def make_full_draft(year: int, text: str) -> OperationalPlan:
    """A draft that says `text` wherever a plan can say anything, with one public event named "Öppet möte"."""
    plan = make_plan(year, is_draft=True, issuer=text, vision=text, vision_year=2030)
    body = Body.objects.first() or make_body()
    for chapter in (1, 2, 5, 6, 7):
        section = make_section(plan, chapter, f"{text} {chapter}", text=text, about_body=body)
        make_direction(section, text)
        make_source_note(section, text)
    for slug in ("arbetsformer", "samarbetsformer"):
        make_section(plan, 6, text, slug=slug, text=text)
    make_direction(make_target_area(plan, text).issues.get(), text)
    budget = make_budget(plan)
    budget.lines.update(title=text)
    make_event(datetime.date(year, 3, 1), plan_section=section, body=body, title="Öppet möte")
    return plan
