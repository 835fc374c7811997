"""How it goes, as open data: activities, reports and evaluations."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from committee.datasets import URL
from committee.follow_up_tables import joined_places
from committee.models import (
    ActionPlan,
    Activity,
    Body,
    DevelopmentIssue,
    Evaluation,
    FollowUp,
    Municipality,
    PlanSection,
    TargetArea,
)
from committee.plan_datasets import PLAN_YEAR, directions, plans
from sodertorn.dataset_queries import day_span, matching, revision_of, year_span
from sodertorn.opendata import COMMITTEE, Column, Dataset, PublishedDataset, Revision, Row

COLUMNS = (
    PLAN_YEAR,
    Column(
        "heading", "Målområde eller avsnitt", "Rubriken i planen som inriktningen eller aktiviteten hör till."
    ),
    Column("issue", "Utvecklingsfråga", "Tomt för det som står direkt under ett avsnitt."),
    Column("subject_kind", "Gäller", "direction = inriktning, activity = aktivitet"),
    Column("subject", "Inriktning eller aktivitet", "Det som rapporten gäller, som det står i planen."),
    Column("reported_on", "Per den", "Dagen som rapporten beskriver.", kind="date"),
    Column(
        "status",
        "Läge",
        "; ".join(f"{status.value} = {status.label.lower()}" for status in FollowUp.Status),
    ),
    Column("percent", "Kommit till", "Anges för det som pågår, annars tomt.", "procent", "integer"),
    Column("assessment", "Bedömning", "Hur det går och varför."),
    Column("evidence", "Underlag", "Vad bedömningen bygger på."),
    Column("reporter_role", "Rapporterat av", "En roll, inte en person."),
)


ABOUT_REPORTS = "Varje rapport om hur planens inriktningar och aktiviteter går. Den senaste gäller."


def reports_dataset(year: int, reports: Iterable[FollowUp]) -> Dataset:
    """A year's reports, which come with what they are about and its place in the plan."""
    return Dataset(
        f"uppfoljning-{year}",
        f"Uppföljning av verksamhetsplan {year}",
        COLUMNS,
        [_row(year, report) for report in reports],
        description=ABOUT_REPORTS,
        source=COMMITTEE,
    )


def _row(year: int, report: FollowUp) -> Row:
    place, subject = report.place, report.subject
    return (
        year,
        _heading(place),
        _issue(place),
        "activity" if isinstance(subject, Activity) else "direction",
        str(subject),
        report.reported_on,
        report.status,
        report.percent,
        report.assessment,
        report.evidence or None,
        report.reporter_role,
    )


def _newest_follow_up() -> str | None:
    """The page of the newest plan's follow-up: each plan has its own."""
    plan = plans().order_by("-year").first()
    return reverse("follow-up", args=[plan.year]) if plan else None


def _heading(place: DevelopmentIssue | PlanSection) -> str:
    return place.heading if isinstance(place, PlanSection) else place.target_area.name


def _issue(place: DevelopmentIssue | PlanSection) -> str | None:
    return None if isinstance(place, PlanSection) else place.name


def _public_reports() -> QuerySet[FollowUp]:
    """What anyone may read on what stands in plans that anyone may read, up to today."""
    reports = FollowUp.objects.public().filter(reported_on__lte=timezone.localdate())
    return reports.filter(
        Q(direction__in=directions().order_by()) | Q(activity__in=public_activities().order_by())
    )


def _reports_by_year() -> QuerySet[Any]:
    about = (*joined_places("direction__"), *joined_places("activity__action_plan__"))
    year = Coalesce(
        "direction__issue__target_area__area__plan__year",
        "direction__section__plan__year",
        "activity__action_plan__issue__target_area__area__plan__year",
        "activity__action_plan__section__plan__year",
    )
    rows = _public_reports().select_related(*about).annotate(year=year)
    return rows.order_by("-year", "reported_on", "pk")


def _report_revision() -> Revision:
    return revision_of(
        _public_reports(), directions(), public_activities(), _public_action_plans(), *_places(), plans()
    )


def _places() -> tuple[QuerySet[Any], ...]:
    """What names the places in the plans."""
    return (
        DevelopmentIssue.objects.filter(target_area__area__plan__in=plans()),
        TargetArea.objects.filter(area__plan__in=plans()),
        PlanSection.objects.filter(plan__in=plans()),
    )


REPORTS = PublishedDataset(
    slug="uppfoljning",
    title="Uppföljning",
    description=ABOUT_REPORTS,
    columns=COLUMNS,
    items=_reports_by_year,
    as_row=lambda report, base_url: _row(report.year, report),
    revision=_report_revision,
    keywords=("uppföljning", "måluppfyllelse", "rapporter"),
    page=_newest_follow_up,
    temporal=lambda: day_span(_public_reports(), "reported_on"),
    filters=(
        matching("year", "Verksamhetsplanens år", "year", "integer"),
        matching("status", "Läge", "status", choices=tuple(FollowUp.Status.values)),
    ),
)


# --- Activities ---------------------------------------------------------------------------------------------


def _public_action_plans() -> QuerySet[ActionPlan]:
    return ActionPlan.objects.public().filter(
        Q(issue__target_area__area__plan__in=plans()) | Q(section__plan__in=plans())
    )


def public_activities() -> QuerySet[Activity]:
    """Those of published action plans for plans that anyone may read."""
    return Activity.objects.filter(action_plan__in=_public_action_plans().order_by())


def _activities_by_year() -> QuerySet[Any]:
    year = Coalesce("action_plan__issue__target_area__area__plan__year", "action_plan__section__plan__year")
    rows = public_activities().select_related(
        *joined_places("action_plan__"), "direction", "responsible_body", "responsible_municipality"
    )
    return rows.annotate(year=year).order_by("-year", "action_plan_id", "position", "pk")


def _activity_row(row: Any, base_url: str) -> Row:
    return (
        row.year,
        _heading(row.action_plan.place),
        _issue(row.action_plan.place),
        row.direction.text if row.direction else None,
        row.title,
        row.description or None,
        row.responsible_body.name if row.responsible_body else None,
        row.responsible_municipality.name if row.responsible_municipality else None,
        row.starts_on,
        row.ends_on,
        f"{base_url}{row.action_plan.get_absolute_url()}",
    )


ACTIVITIES = PublishedDataset(
    slug="aktiviteter",
    title="Aktiviteter",
    description="Det som ska göras enligt handlingsplanerna: vem som ansvarar och när det ska vara klart.",
    columns=(
        PLAN_YEAR,
        *COLUMNS[1:3],
        Column("direction", "Inriktning", "Inriktningen som aktiviteten bidrar till. Tomt om ingen anges."),
        Column("title", "Aktivitet", "Det som ska göras."),
        Column("description", "Beskrivning", "Tomt när det inte finns någon."),
        Column("responsible_body", "Ansvarigt organ", "Tomt när inget är utsett."),
        Column("responsible_municipality", "Ansvarig kommun", "Tomt när ingen är utsedd."),
        Column("starts_on", "Börjar", "Tomt när dagen inte är bestämd.", kind="date"),
        Column("ends_on", "Ska vara klar", "Tomt när dagen inte är bestämd.", kind="date"),
        URL,
    ),
    items=_activities_by_year,
    as_row=_activity_row,
    revision=lambda: revision_of(
        public_activities(),
        _public_action_plans(),
        directions(),
        *_places(),
        plans(),
        Body.objects.all(),
        Municipality.objects.all(),
    ),
    keywords=("handlingsplaner", "aktiviteter", "genomförande"),
    page=_newest_follow_up,
    temporal=lambda: day_span(public_activities(), "starts_on", "ends_on"),
    filters=(matching("year", "Verksamhetsplanens år", "year", "integer"),),
)


# --- Evaluations --------------------------------------------------------------------------------------------


def _evaluations() -> QuerySet[Evaluation]:
    return Evaluation.objects.public().filter(plan__in=plans())


def _evaluation_row(row: Evaluation, base_url: str) -> Row:
    return (
        row.plan.year,
        row.evaluated_on,
        row.summary,
        row.text or None,
        row.lessons or None,
        f"{base_url}{row.get_absolute_url()}",
    )


EVALUATIONS = PublishedDataset(
    slug="utvarderingar",
    title="Utvärderingar",
    description="Hur varje år blev, enligt den utvärdering som görs när året är slut.",
    columns=(
        PLAN_YEAR,
        Column("evaluated_on", "Utvärderad", "Dagen som utvärderingen gjordes.", kind="date"),
        Column("summary", "Sammanfattning", "Två eller tre meningar."),
        Column("text", "Utvärdering", "Hela texten. Stycken skiljs åt av en tom rad."),
        Column("lessons", "Lärdomar", "Vad som bör göras annorlunda nästa år."),
        URL,
    ),
    items=lambda: _evaluations().select_related("plan").order_by("-plan__year", "pk"),
    as_row=_evaluation_row,
    revision=lambda: revision_of(_evaluations(), plans()),
    keywords=("utvärdering", "lärdomar"),
    page=_newest_follow_up,
    temporal=lambda: year_span(_evaluations(), "plan__year"),
    frequency="ANNUAL",
    filters=(matching("year", "Verksamhetsplanens år", "plan__year", "integer"),),
)
