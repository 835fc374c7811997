"""Every change to a row is kept: who, when, and what the row was like then. A leaf."""

from typing import Any, ClassVar

from django.db import models
from django.db.models.signals import post_delete, post_save
from django.utils import timezone
from simple_history.models import HistoricalRecords


class Tracked(models.Model):
    """A row whose every version is kept as `history`, also after it is deleted.

    `belongs_to` names the foreign keys, if any, to the row on whose page it is shown: a change to an agenda
    item is a change to its event. The first that is set counts.
    """

    history = HistoricalRecords(
        inherit=True,
        verbose_name="tidigare version",
        verbose_name_plural="tidigare versioner",
        history_change_reason_field=models.CharField(max_length=250, null=True),
    )
    belongs_to: ClassVar[tuple[str, ...]] = ()

    class Meta:
        abstract = True

    @property
    def owner(self) -> "Tracked | None":
        """The row that this one belongs to, if any."""
        owners = (getattr(self, name) for name in self.belongs_to)
        return next((owner for owner in owners if owner is not None), None)


class Dated(Tracked):
    """A row with a page of its own, which says when it or anything that belongs to it was last changed."""

    edited_at = models.DateTimeField("senast ändrad", default=timezone.now, editable=False)

    class Meta:
        abstract = True


def connect() -> None:
    """Keep `Dated.edited_at` true."""
    post_save.connect(_date_page)
    post_delete.connect(_date_page)


def _date_page(instance: models.Model, *, raw: bool = False, **kwargs: Any) -> None:
    """Date the page that shows the row: its own, or that of the row it belongs to in the end."""
    if raw or not isinstance(instance, Tracked):
        return
    row: Tracked | None = instance
    while row is not None and not isinstance(row, Dated):
        row = row.owner
    if row is not None:
        type(row)._default_manager.filter(pk=row.pk).update(edited_at=timezone.now())
