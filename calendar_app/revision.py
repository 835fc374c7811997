"""When an event has changed in a way that subscribers' calendars must notice (RFC 5546, section 2.1.4).

SEQUENCE and LAST-MODIFIED rise with each real change and only then: saving an event again without a change,
or writing its agenda, leaves them as they are. They never fall, whatever copy of the event is saved.
"""

import hashlib
import json
from typing import Any

from django.db.models import F
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_save
from django.utils import timezone

from calendar_app.models import Event, EventHost
from committee.models import Body, Municipality


def content_digest(event: Event) -> str:
    """A checksum of all that a calendar entry shows of the event."""
    shown = [
        *(event.kind, event.title, event.slug, event.date_precision, event.starts_on, event.ends_on),
        *(
            event.start_time,
            event.end_time,
            event.status,
            event.original_starts_on,
            event.location,
            event.note,
        ),
        event.body.name if event.body else None,
        [event_host.municipality.name for event_host in event.event_hosts.select_related("municipality")],
    ]
    return hashlib.sha256(json.dumps(shown, default=str).encode()).hexdigest()


def stamp_revision(event: Event, *, is_new: bool = False) -> None:
    """Raise the event's revision if what it shows has changed since it was last stamped; new ones have 0."""
    # What was just set may be of another type than what the database holds, such as a date as text.
    event = Event.objects.select_related("body").get(pk=event.pk)
    digest = content_digest(event)
    if digest == event.content_digest:
        return
    Event.objects.filter(pk=event.pk).update(
        content_digest=digest,
        changed_at=timezone.now(),
        sequence=F("sequence") if is_new else F("sequence") + 1,
    )


def connect() -> None:
    """Stamp events whenever they, their hosts, or the names they show are saved."""
    pre_save.connect(_keep_stored_revision, sender=Event)
    post_save.connect(_event_saved, sender=Event)
    post_save.connect(_host_changed, sender=EventHost)
    post_delete.connect(_host_changed, sender=EventHost)
    m2m_changed.connect(_hosts_set, sender=EventHost)
    post_save.connect(_body_saved, sender=Body)
    post_save.connect(_municipality_saved, sender=Municipality)


def _keep_stored_revision(instance: Event, *, raw: bool, **kwargs: Any) -> None:
    """The copy may have been read before the last stamp: saving it must not turn the revision back."""
    if raw or not instance.pk:
        return
    stored = Event.objects.select_for_update().filter(pk=instance.pk)
    for values in stored.values("sequence", "changed_at", "content_digest"):
        for name, value in values.items():
            setattr(instance, name, value)


def _event_saved(instance: Event, *, created: bool, raw: bool, **kwargs: Any) -> None:
    if not raw:
        stamp_revision(instance, is_new=created)


def _host_changed(instance: EventHost, *, raw: bool = False, **kwargs: Any) -> None:
    event = Event.objects.filter(pk=instance.event_id).first()
    if event is not None and not raw:
        stamp_revision(event)


def _hosts_set(
    instance: Event | Municipality, *, action: str, reverse: bool, pk_set: set[int] | None, **kwargs: Any
) -> None:
    """Hosts were added or removed through the relation, which saves no `EventHost` that signals."""
    if not action.startswith("post_"):
        return
    events = Event.objects.filter(pk__in=pk_set or ()) if reverse else Event.objects.filter(pk=instance.pk)
    for event in events:
        stamp_revision(event)


def _body_saved(instance: Body, *, created: bool, **kwargs: Any) -> None:
    if not created:
        for event in Event.objects.for_body(instance):
            stamp_revision(event)


def _municipality_saved(instance: Municipality, *, created: bool, **kwargs: Any) -> None:
    if not created:
        for event in Event.objects.hosted_by(instance):
            stamp_revision(event)
