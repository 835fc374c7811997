"""Changes to the calendar as an Atom feed (RFC 4287): new, moved and cancelled meetings, hosts and papers."""

from datetime import datetime

from django.contrib.syndication.views import Feed
from django.urls import reverse_lazy
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape

from calendar_app.announcements import Announcement, announcements
from sodertorn.atom import identity, xml_text
from sodertorn.jsonld import COMMITTEE

NEWEST = 50
"""How many changes the feed holds."""


class AnnouncementFeed(Feed):
    """What anyone may know; a draft is never in it, whoever asks."""

    feed_type = Atom1Feed
    title = "Ändringar i Södertörnskommunernas kalender"
    subtitle = "Nya, flyttade och inställda möten, nya värdar, lokaler och handlingar."
    link = reverse_lazy("calendar_app:event-list")
    feed_guid = identity("kalender")
    author_name = COMMITTEE
    language = "sv"

    def items(self) -> list[Announcement]:
        return announcements(NEWEST)

    def item_title(self, item: Announcement) -> str:
        return xml_text(item.title)

    def item_description(self, item: Announcement) -> str:
        """The sentences, which Atom holds as HTML."""
        return "".join(f"<p>{escape(xml_text(sentence))}</p>" for sentence in item.sentences)

    def item_link(self, item: Announcement) -> str:
        return item.event.get_absolute_url()

    def item_guid(self, item: Announcement) -> str:
        return identity(f"kalender/{item.key}")

    def item_pubdate(self, item: Announcement) -> datetime:
        return item.first_at

    def item_updateddate(self, item: Announcement) -> datetime:
        return item.changed_at
