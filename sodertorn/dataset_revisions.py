"""When the rows behind a table last changed, told by the versions that are kept of them. A leaf."""

from typing import Any

from django.db.models import Count, Max, QuerySet

from sodertorn.opendata import Revision


def revision_of(*histories: QuerySet[Any]) -> Revision:
    """The state of the rows that the versions are of. Takes a query for each history.

    Every change adds a version, also a deletion: the number of them tells also what two people change in the
    same moment apart. Versions of drafts are to be left out, so that nobody can tell that there is one.
    """
    counted = [
        history.order_by().aggregate(versions=Count("history_id"), changed_at=Max("history_date"))
        for history in histories
    ]
    moments = [each["changed_at"] for each in counted if each["changed_at"]]
    return Revision(sum(each["versions"] for each in counted), max(moments, default=None))
