"""What the printed plan depends on, told by a handful of light queries instead of by reading it all.

Each row with a page of its own carries the moment when it, or anything that belongs to it, was last changed
(`Dated.edited_at`), written under the lock of that row: two changes never leave the same moment behind. Rows
without such a moment are few and stand here with what they say.
"""

from collections.abc import Hashable
from functools import lru_cache

from django.db.models import Q

from budget.models import Budget, FeeRate
from calendar_app.models import Event, HostTurn
from committee.models import GoverningDocument, Municipality, OperationalPlan
from sodertorn.plan_document import plan_document
from sodertorn.plan_print import plan_pdf
from sodertorn.publishing import VISITOR

KEPT = 16
"""How many printed plans are kept."""


def public_plan_pdf(plan: OperationalPlan) -> bytes:
    """The plan as visitors get it, printed anew only when something that it says has changed."""
    return _printed(plan.pk, plan_state(plan))


def plan_state(plan: OperationalPlan) -> Hashable:
    """Another value whenever visitors would get another document; read before the document itself."""
    listed = Q(plan_section__plan=plan) | Q(plan_section__copies__plan=plan) | Q(adoptions__plan=plan)
    turns = HostTurn.objects.visible_to(VISITOR)
    return (
        plan.edited_at,
        tuple(Budget.objects.order_by("pk").values_list("pk", "edited_at", "status", "plan__status")),
        tuple(FeeRate.objects.order_by("pk").values_list("pk", "valid_from", "amount_per_inhabitant")),
        tuple(Municipality.objects.order_by("pk").values_list("pk", "edited_at")),
        tuple(GoverningDocument.objects.order_by("pk").values_list("pk", "title", "position")),
        tuple(turns.order_by("rotation", "number").values_list("rotation", "year", "municipality")),
        tuple(Event.objects.public().filter(listed).order_by("pk").distinct().values_list("pk", "edited_at")),
    )


@lru_cache(maxsize=KEPT)
def _printed(plan_key: int, state: Hashable) -> bytes:
    """The state is there to tell one document from another."""
    return plan_pdf(plan_document(OperationalPlan.objects.get(pk=plan_key), VISITOR))
