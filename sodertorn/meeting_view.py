"""Any page as it is shown at a meeting: in large type, with nothing of the site around it. A leaf."""

from django.http import HttpRequest

AT_MEETING = "mote"
"""`?visning=mote` at the end of any page's address."""


def for_meeting(request: HttpRequest) -> dict[str, bool]:
    """For templates: whether the page is asked for as it is shown at a meeting."""
    return {"for_meeting": request.GET.get("visning") == AT_MEETING}
