"""From the plan's file to rows: atomic, validated, counted, and safe to run again."""

import datetime
import uuid
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Generic, TypeVar

from django.db import models, transaction
from django.utils.text import slugify

from budget.models import Budget, BudgetLine, FeeRate
from calendar_app.models import Event, EventHost, HostRotation, HostTurn, RotationPlace
from committee.models import (
    Body,
    CooperationArea,
    DevelopmentIssue,
    Direction,
    GoverningDocument,
    Municipality,
    OperationalPlan,
    PartnerOrganisation,
    PlanSection,
    Principle,
    Seat,
    SourceNote,
    TargetArea,
)
from sodertorn import search_index
from sodertorn.file_entry import Entry
from sodertorn.loaded_rows import LeftDeleted, LoadFailed, LoadReport, RowWriter, read_toml
from sodertorn.publishing import Publication

M = TypeVar("M", bound=models.Model)

# The identity of a loaded event follows from its id in the file, so that it is the same in every database.
EVENT_NAMESPACE = uuid.UUID("5a1f2d0e-6c1b-5f0e-9d7a-2b6f8a0c4e11")


@transaction.atomic
@search_index.postponed()
def load_plan(path: Path, *, overwrite: bool = False) -> tuple[int, LoadReport]:
    """Load a plan file into the database, all or nothing, and return the plan's year and what was done.

    Rows that staff have edited or deleted since they were loaded are left alone and named in the report,
    unless `overwrite`. Raises `LoadFailed` with every fault of the file, each naming its section and entry.
    """
    loader = _PlanLoader(RowWriter(overwrite=overwrite))
    year = loader.load(read_toml(path))
    # A plan that staff have deleted says nothing of which of its rows the file still has.
    prefixes = ("register/", f"{year}/") if loader.has_plan else ("register/",)
    report = loader.writer.finish(prefixes)
    loader.publish_budget()
    return year, report


class _Named(Generic[M]):
    """Rows of a model that entries may refer to, by the name the file uses.

    A row can be absent: staff have deleted it, or its own entry is faulty, which has been told already. What
    refers to it then does without it, or is passed over if it can't.
    """

    def __init__(self, writer: RowWriter, model: type[M]) -> None:
        self._writer = writer
        self._model = model
        self._rows: dict[str, M] = {}
        self._absent: set[str] = set()

    def announce(self, entry: Entry, field: str) -> str:
        """Read the entry's name from the field; until it is put, the row is absent."""
        reference = entry.text(field)
        self._absent.add(reference)
        return reference

    def put(self, reference: str, key: str, where: str, match: dict[str, Any], /, **values: Any) -> M:
        """Write the row as `RowWriter.put` does, for later entries to find."""
        row = self._rows[reference] = self._writer.put(self._model, key, where, match, **values)
        self._absent.discard(reference)
        return row

    def all(self) -> list[M]:
        return list(self._rows.values())

    def find(self, entry: Entry, reference: str) -> M:
        if reference in self._absent:
            raise LeftDeleted
        if reference not in self._rows:
            like = get_close_matches(reference, self._rows, cutoff=0)
            raise entry.fail(f"{reference} är okänd. Mest lik: {', '.join(like) or 'inget är inläst'}.")
        return self._rows[reference]

    def find_each(self, entry: Entry, references: list[str]) -> list[M]:
        return [self.find(entry, reference) for reference in references if reference not in self._absent]

    def find_if_given(self, entry: Entry, field: str) -> M | None:
        """What the field refers to; None if the entry does not have the field, or the row is absent."""
        found = self.find_each(entry, [entry.text(field)] if field in entry else [])
        return found[0] if found else None


class _PlanLoader:
    """One run over one file."""

    def __init__(self, writer: RowWriter) -> None:
        self.writer = writer
        self.has_plan = False
        self.budget: Budget | None = None
        self.budget_status: str | None = None
        self.municipalities = _Named(writer, Municipality)
        self.partners = _Named(writer, PartnerOrganisation)
        self.bodies = _Named(writer, Body)
        self.documents = _Named(writer, GoverningDocument)
        self.areas = _Named(writer, CooperationArea)
        self.events = _Named(writer, Event)
        # Turns name events that come later in the document, so rotations wait until every event is known.
        self.rotations: list[Entry] = []

    def load(self, file: Entry) -> int:
        """Load the file and return the plan's year: 0 if the file lacks one, a fault that `finish` raises."""
        year = 0
        with self.writer.collecting_faults(), file:
            with self.writer.collecting_faults(), file.entry("register", "registret") as register:
                self._load_register(register)
            with file.entry("plan", "omslaget") as cover:
                year = cover.number("year")
                plan = self._load_cover(cover, year)
            self.has_plan = True
            for position, section in enumerate(file.entries("section", "avsnitt"), start=1):
                with self.writer.collecting_faults(), section:
                    self._load_section(plan, section, position)
            for rotation in self.rotations:
                with self.writer.collecting_faults(), rotation:
                    self._load_rotation(plan, rotation)
        return year

    def publish_budget(self) -> None:
        """Publish a new budget now that it has its lines; one that was there before keeps its status.

        Raises `LoadFailed` if a new budget must not be published. What is wrong with one that was published
        before is only told: staff have edited it.
        """
        if self.budget is None:
            return
        self.budget.status = self.budget_status or Budget.Status.PUBLISHED
        if self.budget.status == Budget.Status.PUBLISHED:
            obstacles = self.budget.publication_obstacles(self.budget.lines.all())
            told = [f"{self.budget}: {obstacle}" for obstacle in obstacles]
            if told and self.budget_status is None:
                raise LoadFailed(told)
            self.writer.report.left += told
        self.budget.save(update_fields=["status"])

    def _load_register(self, register: Entry) -> None:
        for position, entry in enumerate(register.entries("municipality", "kommun"), start=1):
            with self.writer.collecting_faults(), entry:
                name = self.municipalities.announce(entry, "name")
                self.municipalities.put(
                    name,
                    f"register/kommun/{slugify(name)}",
                    entry.where,
                    {"code": entry.text("code")},
                    name=name,
                    formal_name=entry.text("formal_name"),
                    slug=slugify(name),
                    website=entry.text("website"),
                    position=position,
                )
        for position, entry in enumerate(register.entries("partner", "samverkanspart"), start=1):
            with self.writer.collecting_faults(), entry:
                name = self.partners.announce(entry, "name")
                self.partners.put(
                    name,
                    f"register/part/{slugify(name)}",
                    entry.where,
                    {"slug": slugify(name)},
                    name=name,
                    kind=entry.text("kind"),
                    note=entry.text("note", ""),
                    position=position,
                )
        for position, entry in enumerate(register.entries("governing_document", "styrdokument"), start=1):
            with self.writer.collecting_faults(), entry:
                title = self.documents.announce(entry, "title")
                self.documents.put(
                    title,
                    f"register/styrdokument/{slugify(title)}",
                    entry.where,
                    {"title": title},
                    adopted=entry.text("adopted", ""),
                    position=position,
                )
        for position, entry in enumerate(register.entries("body", "organ"), start=1):
            with self.writer.collecting_faults(), entry:
                self._load_body(entry, position)

    def _load_body(self, entry: Entry, position: int) -> None:
        slug = self.bodies.announce(entry, "slug")
        body = self.bodies.put(
            slug,
            f"register/organ/{slug}",
            entry.where,
            {"slug": slug},
            kind=entry.text("kind"),
            name=entry.text("name"),
            short_name=entry.text("short_name"),
            purpose=entry.text("purpose"),
            located_at=self.municipalities.find_if_given(entry, "located_at"),
            prepares=self.bodies.find_if_given(entry, "prepares"),
            position=position,
            **entry.given(int, "min_meetings_per_year", "usual_weekday"),
            **entry.given(datetime.time, "usual_start", "usual_end"),
        )
        seat_number = 0
        for seat in entry.entries("seats", "plats"):
            with self.writer.collecting_faults(), seat:
                role, participation = seat.text("role"), seat.text("participation", Seat.Participation.MEMBER)
                for holder in self._seat_holders(seat):
                    seat_number += 1
                    with self.writer.collecting_faults():
                        self.writer.put(
                            Seat,
                            f"register/organ/{slug}/plats/{slugify(role)}/{slugify(str(holder))}",
                            f"{seat.where}, {holder}",
                            {
                                "body": body,
                                "municipality": holder if isinstance(holder, Municipality) else None,
                                "partner": holder if isinstance(holder, PartnerOrganisation) else None,
                                "role": role,
                            },
                            participation=participation,
                            position=seat_number,
                        )

    def _seat_holders(self, seat: Entry) -> list[Municipality] | list[PartnerOrganisation]:
        """Whose the seats are: `from` is "municipalities", or a list of partner organisations."""
        if seat.is_text("from"):
            if seat.text("from") != "municipalities":
                raise seat.fail('fältet from ska vara "municipalities" eller en lista med samverkansparter.')
            return self.municipalities.all()
        return self.partners.find_each(seat, seat.texts("from"))

    def _load_cover(self, cover: Entry, year: int) -> OperationalPlan:
        return self.writer.put(
            OperationalPlan,
            f"{year}/plan",
            cover.where,
            {"year": year, "working_copy_of": None},
            issuer=cover.text("issuer"),
            status=OperationalPlan.Status.ADOPTED,
            decided_on=cover.date("decided_on"),
            vision=cover.text("vision"),
            **cover.given(int, "vision_year", "stated_inhabitants"),
        )

    def _load_section(self, plan: OperationalPlan, entry: Entry, position: int) -> None:
        heading, chapter = entry.text("heading"), entry.number("chapter")
        slug = entry.text("slug", slugify(heading))
        entry.where = f"avsnitt {chapter}, {heading}"
        key = f"{plan.year}/avsnitt/{slug}"
        section: PlanSection | None = None
        # What stands under a heading goes on without it, unless it belongs to the heading itself.
        with self.writer.collecting_faults():
            section = self.writer.put(
                PlanSection,
                key,
                entry.where,
                {"plan": plan, "slug": slug},
                chapter=chapter,
                level=entry.number("level", 1),
                heading=heading,
                text=entry.text("text", ""),
                content=entry.text("content", ""),
                about_body=self.bodies.find_if_given(entry, "about_body"),
                position=position,
            )
        for number, text in enumerate(entry.texts("principles"), start=1):
            with self.writer.collecting_faults():
                self.writer.put(
                    Principle,
                    f"{plan.year}/forhallningssatt/{number}",
                    f"{entry.where}, förhållningssätt {number}",
                    {"plan": plan, "position": number},
                    text=text,
                )
        for number, area in enumerate(entry.entries("area", "samverkansområde"), start=1):
            with self.writer.collecting_faults(), area:
                self._load_area(plan, area, number)
        for number, target_area in enumerate(entry.entries("target_area", "målområde"), start=1):
            with self.writer.collecting_faults(), target_area:
                self._load_target_area(plan, target_area, number)
        event_defaults = entry.table("event_defaults")
        for event in entry.entries("events", "möte", event_defaults):
            with self.writer.collecting_faults(), event:
                self._load_event(plan, section, event)
        if "rotation" in entry:
            self.rotations.append(entry.entry("rotation", "värdskapsordning"))
        if "budget" in entry:
            with self.writer.collecting_faults(), entry.entry("budget", "budget") as budget:
                self._load_budget(plan, budget)
        if section is None:
            raise LeftDeleted
        self._load_directions(plan, entry, section=section)
        for number, note in enumerate(entry.entries("source_notes", "anmärkning"), start=1):
            with self.writer.collecting_faults(), note:
                quote = note.text("quote")
                self.writer.put(
                    SourceNote,
                    f"{key}/anmarkning/{slugify(quote)}",
                    note.where,
                    {"section": section, "quote": quote},
                    explanation=note.text("explanation"),
                    position=number,
                )

    def _load_area(self, plan: OperationalPlan, entry: Entry, position: int) -> None:
        name = self.areas.announce(entry, "name")
        documents = self.documents.find_each(entry, entry.texts("governing_documents"))
        self.areas.put(
            name,
            f"{plan.year}/samverkansomrade/{slugify(name)}",
            entry.where,
            {"plan": plan, "slug": slugify(name)},
            related={"governing_documents": documents},
            name=name,
            purpose=entry.text("purpose"),
            position=position,
        )

    def _load_target_area(self, plan: OperationalPlan, entry: Entry, position: int) -> None:
        name = entry.text("name")
        target_area = self.writer.put(
            TargetArea,
            f"{plan.year}/malomrade/{slugify(name)}",
            entry.where,
            {"area": self.areas.find(entry, entry.text("area")), "slug": slugify(name)},
            name=name,
            position=position,
        )
        for number, issue_entry in enumerate(entry.entries("issue", "utvecklingsfråga"), start=1):
            with self.writer.collecting_faults(), issue_entry:
                issue_name = issue_entry.text("name")
                issue = self.writer.put(
                    DevelopmentIssue,
                    f"{plan.year}/utvecklingsfraga/{slugify(issue_name)}",
                    issue_entry.where,
                    {"target_area": target_area, "name": issue_name},
                    priority_statement=issue_entry.text("priority_statement", ""),
                    ambition=issue_entry.text("ambition", ""),
                    position=number,
                )
                self._load_directions(plan, issue_entry, issue=issue)

    def _load_directions(
        self,
        plan: OperationalPlan,
        entry: Entry,
        issue: DevelopmentIssue | None = None,
        section: PlanSection | None = None,
    ) -> None:
        for number, direction in enumerate(entry.entries("directions", "inriktning"), start=1):
            with self.writer.collecting_faults(), direction:
                text = direction.text("text")
                self.writer.put(
                    Direction,
                    f"{plan.year}/inriktning/{direction.text('id')}",
                    direction.where,
                    {"issue": issue, "section": section, "text": text},
                    is_priority=direction.flag("is_priority"),
                    position=number,
                )

    def _load_event(self, plan: OperationalPlan, section: PlanSection | None, entry: Entry) -> None:
        name = self.events.announce(entry, "id")
        key = f"{plan.year}/mote/{name}"
        starts_on, ends_on, precision = self._event_days(entry)
        single_day = precision == Event.DatePrecision.DAY and starts_on == ends_on
        times = entry.given(datetime.time, "start_time", "end_time")
        title = entry.text("title")
        event = self.events.put(
            name,
            key,
            entry.where,
            {"uid": uuid.uuid5(EVENT_NAMESPACE, key)},
            kind=entry.text("kind"),
            title=title,
            slug=entry.text("slug", slugify(title)),
            body=self.bodies.find_if_given(entry, "body"),
            plan_section=section,
            date_precision=precision,
            starts_on=starts_on,
            ends_on=ends_on,
            # The body's usual hours in the heading hold for its single days only, not for conferences.
            start_time=times.get("start_time") if single_day else None,
            end_time=times.get("end_time") if single_day else None,
            status=entry.text("status", Event.Status.CONFIRMED),
            publication=Publication.PUBLISHED,
        )
        for number, municipality in enumerate(
            self.municipalities.find_each(entry, entry.texts("hosts")), start=1
        ):
            with self.writer.collecting_faults():
                self.writer.put(
                    EventHost,
                    f"{key}/vard/{municipality.slug}",
                    f"{entry.where}, värd {municipality}",
                    {"event": event, "municipality": municipality},
                    position=number,
                )

    def _event_days(self, entry: Entry) -> tuple[datetime.date, datetime.date, Event.DatePrecision]:
        """From `on` and perhaps `until`, or from `month` ("2018-01") when the day is not known."""
        if "month" not in entry:
            starts_on = entry.date("on")
            return starts_on, entry.date("until", starts_on), Event.DatePrecision.DAY
        month = entry.text("month")
        try:
            first = datetime.date.fromisoformat(f"{month}-01")
        except ValueError as error:
            raise entry.fail(
                f'fältet month ska vara år och månad, till exempel "2018-01", inte {month!r}.'
            ) from error
        return first, first, Event.DatePrecision.MONTH

    def _load_rotation(self, plan: OperationalPlan, entry: Entry) -> None:
        slug = entry.text("slug")
        key = f"{plan.year}/vardskap/{slug}"
        rotation = self.writer.put(
            HostRotation,
            key,
            entry.where,
            {"slug": slug},
            name=entry.text("name"),
            body=self.bodies.find(entry, entry.text("body")),
            counts_planning_conferences=entry.flag("counts_planning_conferences"),
            description=entry.text("description", ""),
        )
        for position, municipality in enumerate(
            self.municipalities.find_each(entry, entry.texts("order")), start=1
        ):
            with self.writer.collecting_faults():
                self.writer.put(
                    RotationPlace,
                    f"{key}/plats/{municipality.slug}",
                    f"{entry.where}, plats {position} {municipality}",
                    {"rotation": rotation, "municipality": municipality},
                    exchanged="position",
                    position=position,
                )
        for number, turn in enumerate(entry.entries("turns", "tur"), start=1):
            with self.writer.collecting_faults(), turn:
                self.writer.put(
                    HostTurn,
                    f"{key}/tur/{number}",
                    turn.where,
                    {"rotation": rotation, "number": number},
                    exchanged="event",
                    year=turn.number("year"),
                    municipality=self.municipalities.find(turn, turn.text("host")),
                    event=self.events.find_if_given(turn, "event"),
                )

    def _load_budget(self, plan: OperationalPlan, entry: Entry) -> None:
        for rate in entry.entries("rates", "avgift"):
            with self.writer.collecting_faults(), rate:
                valid_from = rate.date("valid_from")
                self.writer.put(
                    FeeRate,
                    f"{plan.year}/avgift/{valid_from}",
                    f"{rate.where.rpartition(' ')[0]} {valid_from}",
                    {"valid_from": valid_from},
                    amount_per_inhabitant=rate.text("amount"),
                    note=rate.text("note", ""),
                )
        # A draft while it is written, so that no row is judged before the others are there.
        stored = Budget.objects.filter(plan=plan)
        self.budget_status = stored.values_list("status", flat=True).first()
        stored.update(status=Budget.Status.DRAFT)
        budget = self.budget = self.writer.put(
            Budget,
            f"{plan.year}/budget",
            entry.where,
            {"plan": plan},
            proration=entry.text("proration"),
            population_date=entry.date("population_date"),
            reconciliation_comment=entry.text("reconciliation_comment", ""),
            note=entry.text("note", ""),
        )
        for name, side in (("revenue", BudgetLine.Side.REVENUE), ("costs", BudgetLine.Side.COST)):
            for position, line in enumerate(entry.entries(name, "budgetrad"), start=1):
                with self.writer.collecting_faults(), line:
                    self.writer.put(
                        BudgetLine,
                        f"{plan.year}/budget/{line.text('id')}",
                        line.where,
                        {"budget": budget, "side": side, "title": line.text("title")},
                        amount=line.text("amount"),
                        is_fee=line.flag("is_fee"),
                        position=position,
                    )
