"""Where in the administration something is mended, and who may go there."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlencode

from django.db.models import Model
from django.urls import reverse

Query = tuple[tuple[str, str | int], ...]


class HasPermissions(Protocol):
    """A person, as far as this module needs to know one."""

    def has_perm(self, perm: str) -> bool: ...


@dataclass(frozen=True)
class Place:
    """A row's form, or without `pk` a model's list, or its empty form when a row is to be added.

    `part` is the field or table on the form to go to, by its element's id. `query` narrows the list, or fills
    in the empty form.
    """

    model: type[Model]
    pk: int | None = None
    part: str = ""
    query: Query = ()
    adds: bool = False


def place_of(rows: Sequence[Model]) -> Place:
    """Where rows of one model, at least one, are mended: the form of one, the list of several."""
    if len(rows) == 1:
        return Place(type(rows[0]), rows[0].pk)
    return Place(type(rows[0]), query=(("id__in", ",".join(str(row.pk) for row in rows)),))


def admin_address(place: Place, user: HasPermissions) -> str:
    """The address of the place in the administration; empty for someone who may do nothing there."""
    actions = ("add",) if place.adds else ("change", "view")
    label, name = place.model._meta.app_label, place.model._meta.model_name
    if not any(user.has_perm(f"{label}.{action}_{name}") for action in actions):
        return ""
    page = "add" if place.adds else "change" if place.pk else "changelist"
    address = reverse(f"admin:{label}_{name}_{page}", args=[place.pk] if place.pk else [])
    query = f"?{urlencode(place.query)}" if place.query else ""
    return f"{address}{query}{f'#{place.part}' if place.part else ''}"
