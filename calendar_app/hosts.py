"""Who may host a meeting, and making municipalities its hosts."""

from collections.abc import Iterable, Sequence

from calendar_app.models import Event, EventHost
from committee.models import Body, Municipality


def non_members(body: Body | None, hosts: Iterable[Municipality]) -> list[Municipality]:
    """Those who can't host the body's meetings, having no seat in it; any can where no seats are given."""
    seats = set(body.seats.values_list("municipality", flat=True)) - {None} if body else set()
    return [host for host in hosts if seats and host.pk not in seats]


def refusal_of_hosts(body: Body | None, hosts: Iterable[Municipality]) -> str:
    """Why these can't host the body's meetings; empty if they can."""
    strangers = non_members(body, hosts)
    return f"{strangers[0]} har ingen plats i organet och kan inte vara värd." if strangers else ""


def keep_hosts(event: Event, hosts: Sequence[Municipality]) -> None:
    """Make these the event's hosts, in order.

    A row that one municipality leaves is taken over by another, so that the change is one change to those who
    subscribe to the calendar and in the meeting's history.
    """
    wanted = [municipality.pk for municipality in hosts]
    stored = {host.municipality_id: host for host in EventHost.objects.filter(event=event)}
    if list(stored) == wanted:
        return
    leaving = [host for key, host in stored.items() if key not in wanted]
    for position, municipality in enumerate(hosts):
        host = stored.get(municipality.pk)
        if host is None:
            host = leaving.pop(0) if leaving else EventHost(event=event)
        if (host.municipality_id, host.position) != (municipality.pk, position):
            host.municipality, host.position = municipality, position
            host.save()
    for host in leaving:
        host.delete()
