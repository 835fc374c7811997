"""The reports of a plan as a table of open data."""

from collections.abc import Iterable

from committee.models import Activity, FollowUp, PlanSection
from sodertorn.opendata import Column, Dataset, Row

COLUMNS = (
    Column("year", "År", "Verksamhetsplanens år."),
    Column(
        "heading", "Målområde eller avsnitt", "Rubriken i planen som inriktningen eller aktiviteten hör till."
    ),
    Column("issue", "Utvecklingsfråga", "Tomt för det som står direkt under ett avsnitt."),
    Column("subject_kind", "Gäller", "direction = inriktning, activity = aktivitet"),
    Column("subject", "Inriktning eller aktivitet"),
    Column("reported_on", "Per den", "Dagen som rapporten beskriver."),
    Column(
        "status",
        "Läge",
        "; ".join(f"{status.value} = {status.label.lower()}" for status in FollowUp.Status),
    ),
    Column("percent", "Kommit till", "Anges för det som pågår, annars tomt.", unit="procent"),
    Column("assessment", "Bedömning"),
    Column("evidence", "Underlag", "Vad bedömningen bygger på."),
    Column("reporter_role", "Rapporterat av", "En roll, inte en person."),
)


def reports_dataset(year: int, reports: Iterable[FollowUp]) -> Dataset:
    """A year's reports, which come with what they are about and its place in the plan."""
    return Dataset(
        f"uppfoljning-{year}",
        f"Uppföljning av verksamhetsplan {year}",
        COLUMNS,
        [_row(year, report) for report in reports],
        description="Varje rapport om hur planens inriktningar och aktiviteter går. Den senaste gäller.",
        source="Södertörnskommunernas samarbetskommitté",
    )


def _row(year: int, report: FollowUp) -> Row:
    place, subject = report.place, report.subject
    is_section = isinstance(place, PlanSection)
    return (
        year,
        place.heading if isinstance(place, PlanSection) else place.target_area.name,
        None if is_section else str(place),
        "activity" if isinstance(subject, Activity) else "direction",
        str(subject),
        report.reported_on,
        report.status,
        report.percent,
        report.assessment,
        report.evidence or None,
        report.reporter_role,
    )
