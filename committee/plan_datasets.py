"""What we want, as open data: the yearly plans with their sections, remarks and directions."""

from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse

from committee.datasets import URL
from committee.models import (
    CooperationArea,
    DevelopmentIssue,
    Direction,
    OperationalPlan,
    PlanSection,
    SourceNote,
    TargetArea,
)
from sodertorn.dataset_queries import matching, revision_of, year_span
from sodertorn.opendata import Column, PublishedDataset, Revision, Row

PLAN_YEAR = Column("year", "År", "Verksamhetsplanens år.", kind="integer")


def plans() -> QuerySet[OperationalPlan]:
    return OperationalPlan.objects.public()


def directions() -> QuerySet[Direction]:
    """Those of plans that anyone may read."""
    return Direction.objects.filter(
        Q(issue__target_area__area__plan__in=plans()) | Q(section__plan__in=plans())
    )


def _plan_row(row: OperationalPlan, base_url: str) -> Row:
    return (
        row.year,
        row.issuer,
        row.decided_on,
        row.vision or None,
        row.vision_year,
        row.stated_inhabitants,
        f"{base_url}{row.get_absolute_url()}",
    )


PLANS = PublishedDataset(
    slug="verksamhetsplaner",
    title="Verksamhetsplaner",
    description="De beslutade verksamhetsplanerna: när de beslutades, visionen, och hur många invånare de "
    "räknar med.",
    columns=(
        PLAN_YEAR,
        Column("issuer", "Utgivare", "Som på dokumentets omslag."),
        Column("decided_on", "Beslutad", "Dagen då planen beslutades.", kind="date"),
        Column("vision", "Vision", "Visionen som planen anger. Tomt om den inte har någon."),
        Column("vision_year", "Visionens år", "Året som visionen gäller.", kind="integer"),
        Column(
            "stated_inhabitants",
            "Invånare enligt planen",
            "Det ungefärliga antal som planen anger. Den verkliga folkmängden finns i datamängden Folkmängd.",
            "personer",
            "integer",
        ),
        URL,
    ),
    items=lambda: plans().order_by("-year", "pk"),
    as_row=_plan_row,
    revision=lambda: revision_of(plans()),
    keywords=("verksamhetsplan", "vision", "mål"),
    page=lambda: reverse("plan-latest"),
    temporal=lambda: year_span(plans()),
    frequency="ANNUAL",
)


# --- Sections -----------------------------------------------------------------------------------------------


def _sections() -> QuerySet[PlanSection]:
    return PlanSection.objects.filter(plan__in=plans())


def _section_row(row: PlanSection, base_url: str) -> Row:
    return (
        row.plan.year,
        row.chapter,
        row.level,
        row.heading,
        row.text or None,
        f"{base_url}{row.get_absolute_url()}",
    )


SECTIONS = PublishedDataset(
    slug="planavsnitt",
    title="Avsnitt i planerna",
    description="Rubriker och text i varje beslutad verksamhetsplan, i planens ordning.",
    columns=(
        PLAN_YEAR,
        Column("chapter", "Kapitel", "Kapitlets nummer i planen.", kind="integer"),
        Column("level", "Rubriknivå", "1 är en kapitelrubrik, 2 en rubrik under den.", kind="integer"),
        Column("heading", "Rubrik", "Som den står i planen."),
        Column("text", "Text", "Stycken skiljs åt av en tom rad. Tomt när rubriken inte har egen text."),
        URL,
    ),
    items=lambda: _sections().select_related("plan").order_by("-plan__year", "position", "pk"),
    as_row=_section_row,
    revision=lambda: revision_of(_sections(), plans()),
    keywords=("verksamhetsplan", "text"),
    page=lambda: reverse("plan-latest"),
    temporal=lambda: year_span(plans()),
    frequency="ANNUAL",
    filters=(
        matching("year", "Verksamhetsplanens år", "plan__year", "integer"),
        matching("chapter", "Kapitel", "chapter", "integer"),
    ),
)


def _notes() -> QuerySet[SourceNote]:
    return SourceNote.objects.filter(section__in=_sections())


def _note_row(row: SourceNote, base_url: str) -> Row:
    section = row.section
    return (
        section.plan.year,
        section.chapter,
        section.heading,
        row.quote,
        row.explanation,
        f"{base_url}{row.get_absolute_url()}",
    )


SOURCE_NOTES = PublishedDataset(
    slug="anmarkningar",
    title="Anmärkningar till planerna",
    description="Fel och motsägelser i de beslutade planerna. De rättas inte, utan står kvar med en "
    "förklaring.",
    columns=(
        PLAN_YEAR,
        Column("chapter", "Kapitel", "Kapitlets nummer i planen.", kind="integer"),
        Column("heading", "Rubrik", "Avsnittet som anmärkningen gäller."),
        Column("quote", "Så står det", "Ordagrant ur planen."),
        Column("explanation", "Anmärkning", "Vad som är fel eller oklart."),
        URL,
    ),
    items=lambda: (
        _notes()
        .select_related("section__plan")
        .order_by("-section__plan__year", "section__position", "position", "pk")
    ),
    as_row=_note_row,
    revision=lambda: revision_of(_notes(), _sections(), plans()),
    keywords=("verksamhetsplan", "rättelser", "källkritik"),
    page=lambda: reverse("plan-latest"),
    temporal=lambda: year_span(plans()),
    filters=(matching("year", "Verksamhetsplanens år", "section__plan__year", "integer"),),
)


# --- Directions ---------------------------------------------------------------------------------------------


def _directions_in_order() -> QuerySet[Direction]:
    year = Coalesce("issue__target_area__area__plan__year", "section__plan__year")
    rows: Any = directions().in_document_order().annotate(year=year)  # type: ignore[attr-defined]
    return rows.order_by("-year", *rows.query.order_by, "pk")


def _direction_row(row: Any, base_url: str) -> Row:
    area = row.issue.target_area.area.name if row.issue else None
    target_area = row.issue.target_area.name if row.issue else None
    return (
        row.year,
        area,
        target_area,
        row.issue.name if row.issue else None,
        row.section.heading if row.section else None,
        row.text,
        row.is_priority,
        f"{base_url}{row.get_absolute_url()}",
    )


def _direction_revision() -> Revision:
    return revision_of(
        directions(),
        DevelopmentIssue.objects.filter(target_area__area__plan__in=plans()),
        TargetArea.objects.filter(area__plan__in=plans()),
        CooperationArea.objects.filter(plan__in=plans()),
        _sections(),
        plans(),
    )


DIRECTIONS = PublishedDataset(
    slug="inriktningar",
    title="Inriktningar",
    description="Vad kommunerna har bestämt att göra tillsammans, mening för mening, och vad som går först "
    "under året.",
    columns=(
        PLAN_YEAR,
        Column("area", "Samverkansområde", "Tomt för det som står direkt under ett avsnitt."),
        Column("target_area", "Målområde", "Tomt för det som står direkt under ett avsnitt."),
        Column("issue", "Utvecklingsfråga", "Tomt för det som står direkt under ett avsnitt."),
        Column("section", "Avsnitt", "Avsnittet i planen, för det som inte hör till en utvecklingsfråga."),
        Column("text", "Inriktning", "Som den står i planen."),
        Column("is_priority", "Prioriterad", "Om den är prioriterad under planens år.", kind="boolean"),
        URL,
    ),
    items=_directions_in_order,
    as_row=_direction_row,
    revision=_direction_revision,
    keywords=("mål", "inriktningar", "regional utveckling"),
    page=lambda: reverse("committee:cooperation"),
    temporal=lambda: year_span(plans()),
    frequency="ANNUAL",
    filters=(
        matching("year", "Verksamhetsplanens år", "year", "integer"),
        matching("target_area", "Målområdets adressdel", "issue__target_area__slug"),
        matching("priority", "Prioriterad under året", "is_priority", "boolean"),
    ),
)
