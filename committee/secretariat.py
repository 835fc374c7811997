"""Whom to turn to: the body that does the committee's office work."""

from committee.models import Body


def secretariat() -> Body | None:
    """The secretariat with the municipality that it is located at, if it has been written in."""
    return Body.objects.filter(kind=Body.Kind.SECRETARIAT).select_related("located_at").first()
