"""Any page as it is shown at a meeting: in large type, with nothing of the site around it. A leaf."""

from django.http import HttpRequest

AT_MEETING = "visning=mote"
"""What any page's address asks it with."""


def for_meeting(request: HttpRequest) -> dict[str, bool]:
    """For templates: whether the page is asked for as it is shown at a meeting."""
    # Not `request.GET`, which refuses too many parameters: the page that says so is made here too.
    return {"for_meeting": AT_MEETING in request.META.get("QUERY_STRING", "").split("&")}
