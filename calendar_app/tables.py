"""The calendar and whose turn it is, as tables that can be edited and taken in again."""

from collections.abc import Mapping
from copy import copy
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.text import slugify
from import_export.fields import Field

from calendar_app.hosts import keep_hosts, refusal_of_hosts
from calendar_app.models import (
    AgendaItem,
    Event,
    EventLink,
    HostRotation,
    HostSwap,
    HostTurn,
    NoGoPeriod,
    RotationPlace,
)
from calendar_app.moving import standing_after
from committee.models import Municipality, PlanSection
from committee.tables import body_cell, called, municipality_cell, position_column, publication_column
from sodertorn.round_trip_cells import (
    ChoiceCell,
    DateCell,
    RelatedCell,
    SeveralCell,
    SeveralField,
    SlugCell,
    TextCell,
    TimeCell,
    WholeCell,
    yes_or_no,
)
from sodertorn.round_trip_tables import TableOptions, TableResource, number_column
from sodertorn.table_files import Cell

# --- When and where we meet ---------------------------------------------------------------------------------


def _section(section: PlanSection) -> str:
    """As in "2017 kalendarium-ledningsgruppen"."""
    return f"{called(section.plan)} {section.slug}"


def _sections() -> QuerySet[PlanSection]:
    return PlanSection.objects.select_related("plan")


class EventTable(TableResource):
    """By number, or for a meeting without a number by its address: day and last part.

    Another day does what it does in the form: a meeting whose day people may count on becomes moved.
    """

    number = number_column()
    title = Field("title", "rubrik", widget=TextCell())
    kind = Field("kind", "slag", widget=ChoiceCell(dict(Event.Kind.choices)))
    body = Field("body", "organ", widget=body_cell(may_be_empty=True))
    date_precision = Field(
        "date_precision",
        "datum anges med",
        widget=ChoiceCell({Event.DatePrecision.DAY: "dag", Event.DatePrecision.MONTH: "månad"}),
    )
    starts_on = Field("starts_on", "första dag", widget=DateCell())
    ends_on = Field("ends_on", "sista dag", widget=DateCell(may_be_empty=True))
    start_time = Field("start_time", "börjar kl.", widget=TimeCell())
    end_time = Field("end_time", "slutar kl.", widget=TimeCell())
    status = Field("status", "status", widget=ChoiceCell(dict(Event.Status.choices)))
    original_starts_on = Field("original_starts_on", "ursprunglig dag", widget=DateCell(may_be_empty=True))
    hosts = SeveralField(
        "host_list", "värdkommuner", widget=SeveralCell(Municipality.objects.all, "name", "slug", "code")
    )
    location = Field("location", "lokal", widget=TextCell())
    note = Field("note", "upplysning", widget=TextCell())
    publication = publication_column()
    slug = Field("slug", "adressdel", widget=SlugCell())
    plan_section = Field(
        "plan_section",
        "rubrik i planens kalendarium",
        widget=RelatedCell(_sections, _section, may_be_empty=True),
    )

    joined = ("body", "plan_section__plan")
    prefetched = ("event_hosts__municipality",)

    class Meta(TableOptions):
        model = Event
        fields = (
            *("number", "title", "kind", "body", "date_precision", "starts_on", "ends_on", "start_time"),
            *("end_time", "status", "original_starts_on", "hosts", "location", "note", "publication"),
            *("slug", "plan_section"),
        )

    def find(self, row: Mapping[str, Cell]) -> Any:
        if self.cell(row, "number") is not None:
            return super().find(row)
        starts_on, precision = self.cell(row, "starts_on"), self.cell(row, "date_precision")
        if precision == Event.DatePrecision.MONTH:
            starts_on = starts_on.replace(day=1)
        slug = self.cell(row, "slug") or slugify(self.cell(row, "title"))[:60].strip("-")
        events = Event.objects.filter(starts_on=starts_on, date_precision=precision, slug=slug)
        return self.fetched(events).first()

    def import_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        before = copy(instance)
        super().import_instance(instance, row, **kwargs)
        if before.pk is None or before.starts_on == instance.starts_on:
            return
        if before.ends_on == before.starts_on and instance.ends_on == before.ends_on:
            instance.ends_on = instance.starts_on
        if (before.status, before.original_starts_on) == (instance.status, instance.original_starts_on):
            standing = standing_after(before, instance.starts_on, month_only=instance.is_month_only)
            instance.status, instance.original_starts_on = standing.status, standing.original_starts_on

    def validate_instance(self, instance: Any, *args: Any, **kwargs: Any) -> None:
        super().validate_instance(instance, *args, **kwargs)
        hosts = self.fields["hosts"].said(instance)
        if hosts and (refusal := refusal_of_hosts(instance.body, hosts)):
            raise ValidationError({"hosts": refusal})

    def store_several(self, instance: Any, name: str, said: list[Any]) -> None:
        keep_hosts(instance, said)


def _event(event: Event) -> str:
    """As in "2017-02-02 samarbetskommitten", "2018-01 samarbetskommitten": no two are the same."""
    day = f"{event.starts_on:%Y-%m}" if event.is_month_only else f"{event.starts_on:%Y-%m-%d}"
    return f"{day} {event.slug}"


def event_cell(*, may_be_empty: bool = False) -> RelatedCell[Event]:
    return RelatedCell(Event.objects.all, _event, may_be_empty=may_be_empty)


class AgendaTable(TableResource):
    """By number, or for a point without a number by meeting and title."""

    number = number_column()
    event = Field("event", "möte", widget=event_cell())
    title = Field("title", "punkt", widget=TextCell())
    note = Field("note", "beskrivning", widget=TextCell())
    position = position_column()

    key = ("title", "event")
    joined = ("event",)

    class Meta(TableOptions):
        model = AgendaItem
        fields = ("number", "event", "title", "note", "position")


class LinkTable(TableResource):
    """By number, or for a link without a number by meeting and address."""

    number = number_column()
    event = Field("event", "möte", widget=event_cell())
    kind = Field("kind", "slag", widget=ChoiceCell(dict(EventLink.Kind.choices)))
    title = Field("title", "titel", widget=TextCell())
    url = Field("url", "webbadress", widget=TextCell())
    position = position_column()

    key = ("url", "event")
    joined = ("event",)

    class Meta(TableOptions):
        model = EventLink
        fields = ("number", "event", "kind", "title", "url", "position")


class NoGoTable(TableResource):
    """By number, or for a period without a number by its days and reason."""

    number = number_column()
    reason = Field("reason", "skäl", widget=TextCell())
    first_day = Field("first_day", "första dag", widget=DateCell())
    last_day = Field("last_day", "sista dag", widget=DateCell())

    key = ("reason", "first_day", "last_day")

    class Meta(TableOptions):
        model = NoGoPeriod
        fields = ("number", "reason", "first_day", "last_day")


# --- Whose turn it is ---------------------------------------------------------------------------------------


def rotation_cell() -> RelatedCell[HostRotation]:
    return RelatedCell(HostRotation.objects.all, "name", "slug")


class RotationTable(TableResource):
    """By number, or for a rotation without a number by name."""

    number = number_column()
    name = Field("name", "namn", widget=TextCell())
    slug = Field("slug", "adressdel", widget=SlugCell())
    body = Field("body", "organ", widget=body_cell())
    counts_planning_conferences = Field(
        "counts_planning_conferences", "planeringskonferenser tar en tur", widget=yes_or_no()
    )
    first_turn = Field("first_turn", "ordningen börjar med tur nummer", widget=WholeCell())
    description = Field("description", "beskrivning", widget=TextCell())

    key = ("name",)
    slug_from = "name"
    joined = ("body",)

    class Meta(TableOptions):
        model = HostRotation
        fields = (
            *("number", "name", "slug", "body", "counts_planning_conferences", "first_turn"),
            "description",
        )


class PlaceTable(TableResource):
    """By rotation and municipality. Two may change places in one file."""

    rotation = Field("rotation", "värdskapsordning", widget=rotation_cell())
    municipality = Field("municipality", "kommun", widget=municipality_cell())
    position = Field("position", "plats i ordningen", widget=WholeCell())

    key = ("municipality", "rotation")
    exchanged = ("position",)
    joined = ("rotation", "municipality")

    class Meta(TableOptions):
        model = RotationPlace
        fields = ("rotation", "municipality", "position")


class TurnTable(TableResource):
    """By rotation and number. Two may change meetings in one file."""

    rotation = Field("rotation", "värdskapsordning", widget=rotation_cell())
    turn = Field("number", "tur nummer", widget=WholeCell())
    year = Field("year", "år", widget=WholeCell())
    municipality = Field("municipality", "kommun", widget=municipality_cell())
    event = Field("event", "möte", widget=event_cell(may_be_empty=True))

    key = ("turn", "rotation")
    exchanged = ("event",)
    joined = ("rotation", "municipality", "event")

    class Meta(TableOptions):
        model = HostTurn
        fields = ("rotation", "turn", "year", "municipality", "event")


class SwapTable(TableResource):
    """Swaps to take out. Making one has effects on turns and meetings, so they are made one by one."""

    rotation = Field("rotation__name", "värdskapsordning", widget=TextCell())
    first_turn = Field("first_turn__number", "tur", widget=WholeCell())
    second_turn = Field("second_turn__number", "byter med tur", widget=WholeCell())
    reason = Field("reason", "skäl", widget=TextCell())
    decided_on = Field("decided_on", "bestämt", widget=DateCell())

    joined = ("rotation", "first_turn", "second_turn")

    class Meta(TableOptions):
        model = HostSwap
        fields = ("rotation", "first_turn", "second_turn", "reason", "decided_on")
