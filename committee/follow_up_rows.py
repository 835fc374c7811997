"""Reading the rows that `committee.follow_up` reckons with: so many queries, however many rows."""

import datetime

from committee.follow_up import FollowedPlace, followed_up
from committee.models import (
    ActionPlan,
    Activity,
    Direction,
    Evaluation,
    FollowUp,
    OperationalPlan,
)
from sodertorn.publishing import Audience


def followed_up_plan(plan: OperationalPlan, audience: Audience, on: datetime.date) -> list[FollowedPlace]:
    """The plan's target areas and sections as they stand on a day, by what the audience may read."""
    activities = Activity.objects.for_plan(plan).visible_to(audience)
    directions = list(
        Direction.objects.for_plan(plan)
        .in_document_order()
        .select_related("issue__target_area__progress_override")
    )
    action_plans = list(
        ActionPlan.objects.for_plan(plan)
        .visible_to(audience)
        .select_related(
            "issue__target_area__area__plan",
            "issue__target_area__progress_override",
            "section__plan",
            "document",
        )
        .order_by("issue__position", "section__position", "pk")
    )
    issues = {each.issue for each in directions} | {each.issue for each in action_plans}
    target_areas = {issue.target_area for issue in issues if issue}
    return followed_up(
        plan.year,
        directions,
        action_plans,
        list(activities.select_related("responsible_body", "responsible_municipality")),
        FollowUp.objects.for_plan(plan).visible_to(audience).select_related("document"),
        [area.progress_override for area in target_areas if hasattr(area, "progress_override")],
        on,
    )


def evaluation_of(plan: OperationalPlan, audience: Audience) -> Evaluation | None:
    """The plan's evaluation, if there is one that the audience may read."""
    found = Evaluation.objects.visible_to(audience).filter(plan=plan)
    return found.select_related("document", "plan").first()
