from calendar_app.models.event import (
    AgendaItem,
    Event,
    EventDocument,
    EventHost,
    EventLink,
    EventQuerySet,
    FormerAddress,
    fetch_hosts,
    share_days,
)
from calendar_app.models.hosting import HostRotation, HostSwap, HostTurn, RotationPlace
from calendar_app.models.planning import NoGoPeriod

__all__ = [
    "AgendaItem",
    "Event",
    "EventDocument",
    "EventHost",
    "EventLink",
    "EventQuerySet",
    "FormerAddress",
    "HostRotation",
    "HostSwap",
    "HostTurn",
    "NoGoPeriod",
    "RotationPlace",
    "fetch_hosts",
    "share_days",
]
