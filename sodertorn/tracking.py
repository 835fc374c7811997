"""Every change to a row is kept: who, when, why, and what the row was like then. A leaf."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, ClassVar, Self

from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.db.models.signals import post_delete, pre_delete
from django.utils import timezone
from simple_history.models import HistoricalRecords
from simple_history.signals import post_create_historical_record

LONGEST_REASON = 250
DELETED_AT = "_deleted_at"
VERSION_AT = "_history_date"
"""Where simple_history looks for another moment than the present."""

_reason: ContextVar[str | None] = ContextVar("reason", default=None)


@contextmanager
def because(reason: str) -> Iterator[None]:
    """Give every change made meanwhile its reason, such as "Inläst ur verksamhetsplan_2017.toml"."""
    token = _reason.set(reason[:LONGEST_REASON])
    try:
        yield
    finally:
        _reason.reset(token)


class Versions(HistoricalRecords):
    """Versions that know why they came about, if whoever made the change has said so with `because`.

    Saving a row as it is makes no version.
    """

    def post_save(self, instance: "Tracked", created: bool, using: Any = None, **kwargs: Any) -> None:  # noqa: FBT001 - the library's signature
        if created or kwargs.get("raw") or not _is_as_before(instance):
            super().post_save(instance, created, using=using, **kwargs)

    def get_change_reason_for_object(self, instance: models.Model, history_type: str, using: Any) -> Any:
        return _reason.get()


def _is_as_before(row: "Tracked") -> bool:
    """Whether the row says what its newest version does, which costs one query."""
    columns = [
        field.attname
        for field in row._meta.concrete_fields
        if field.name not in row.not_a_change and not isinstance(field, models.GeneratedField)
    ]
    versions = row.history.order_by("-history_id")
    newest = versions.values_list(*columns).first()
    return newest is not None and newest == tuple(getattr(row, column) for column in columns)


class Tracked(models.Model):
    """A row whose every version is kept as `history`, also after it is deleted.

    `belongs_to` names the foreign keys, if any, to the row on whose page it is shown: a change to an agenda
    item is a change to its event. The first that is set counts. `not_a_change` names stamps that follow from
    the rest. `kept_when_restored` names what an old version does not bring back: whether the row is published
    is decided elsewhere.
    """

    history = Versions(
        inherit=True,
        verbose_name="tidigare version",
        verbose_name_plural="tidigare versioner",
        history_change_reason_field=models.CharField(max_length=LONGEST_REASON, null=True),
    )
    belongs_to: ClassVar[tuple[str, ...]] = ()
    not_a_change: ClassVar[tuple[str, ...]] = ("edited_at",)
    kept_when_restored: ClassVar[tuple[str, ...]] = ("publication",)
    stored_owner: tuple[str, Any] | None = None
    """As `owner_key` when the row was last read or written."""

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, db: str | None, field_names: Any, values: Any, **kwargs: Any) -> Self:
        """Remember which row it belonged to, so that the page it may be moved from is dated too."""
        row = super().from_db(db, field_names, values, **kwargs)
        row.stored_owner = row.owner_key(given=set(field_names))
        return row

    @property
    def owner(self) -> "Tracked | None":
        """The row that this one belongs to, if any."""
        owners = (getattr(self, name) for name in self.belongs_to)
        return next((owner for owner in owners if owner is not None), None)

    @property
    def is_shown_on_owner(self) -> bool:
        """Whether visitors to the owner's page see anything of the row."""
        return True

    def owner_key(self, given: set[str] | None = None) -> tuple[str, Any] | None:
        """The foreign key to the owner and its value, among the fields that have been read."""
        for name in self.belongs_to:
            column = self._meta.get_field(name).attname  # type: ignore[union-attr]
            if (given is None or column in given) and getattr(self, column) is not None:
                return name, getattr(self, column)
        return None


class Dated(Tracked):
    """A row with a page of its own, which says when it or anything that belongs to it was last changed."""

    edited_at = models.DateTimeField("senast ändrad", default=timezone.now, editable=False)

    class Meta:
        abstract = True


def connect() -> None:
    """Keep `Dated.edited_at` true, and the versions complete where a row is deleted."""
    post_create_historical_record.connect(_date_page)
    pre_delete.connect(_keep_versions_of_deletion)
    post_delete.connect(_forget_moment)


def _date_page(instance: Tracked, **kwargs: Any) -> None:
    """Date the page that shows the row: its own, or that of the row it belongs to in the end.

    Takes one query to write, besides those that find a row further up which has not been read yet. A row that
    has moved dates the page it left too.
    """
    left, belongs = instance.stored_owner, instance.owner_key()
    instance.stored_owner = belongs
    if left and left != belongs:
        name, key = left
        model: Any = instance._meta.get_field(name).related_model
        _date_upwards(model._default_manager.filter(pk=key).first())
    _date_upwards(instance)


def _date_upwards(row: Tracked | None) -> None:
    try:
        while row is not None and not isinstance(row, Dated):
            row = row.owner if row.is_shown_on_owner else None
    except ObjectDoesNotExist:
        return  # its owner went in the same deletion, and dates the page itself
    if row is not None:
        type(row)._default_manager.filter(pk=row.pk).update(edited_at=timezone.now())


def _keep_versions_of_deletion(instance: models.Model, *, origin: Any = None, **kwargs: Any) -> None:
    """Give all that goes in one deletion the same moment, and rows that lose a reference a version each.

    By the moment it is known what to bring back together. Django empties the references (`SET_NULL`) with a
    query that no signal tells of.
    """
    if not isinstance(instance, Tracked):
        return
    if origin is not None:
        moment = vars(origin).setdefault(DELETED_AT, timezone.now())
        vars(instance)[VERSION_AT] = moment
    for relation in instance._meta.related_objects:
        model, field = relation.related_model, relation.field
        if field.name == "origin" or relation.on_delete is not models.SET_NULL:
            continue
        if isinstance(model, type) and issubclass(model, Tracked):
            for row in model._default_manager.filter(**{field.name: instance}):
                setattr(row, field.name, None)
                row.save(update_fields=[field.name])


def _forget_moment(instance: models.Model, *, origin: Any = None, **kwargs: Any) -> None:
    """A later deletion of the same objects has its own moment."""
    vars(instance).pop(VERSION_AT, None)
    if origin is not None:
        vars(origin).pop(DELETED_AT, None)
