"""News as an Atom feed (RFC 4287), for readers of feeds and for other sites."""

import datetime
import re
import uuid

from django.contrib.syndication.views import Feed
from django.db.models import QuerySet
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape

from committee.models import NewsItem

NEWEST = 20
"""How many pieces of news the feed holds."""
NAMESPACE = uuid.UUID("0b7a9f6e-2f0d-5c0b-8f3e-6f1c8f2f7d11")
"""Identities follow from the rows' keys, and so stay when an address, a host name or a title is changed."""
NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def _identity(name: str) -> str:
    return uuid.uuid5(NAMESPACE, name).urn


def _text(text: str) -> str:
    """What an XML file can hold; text pasted from elsewhere can have more."""
    return NOT_IN_XML.sub(" ", text)


class NewsFeed(Feed):
    """The newest published news; a draft is never in it, whoever asks."""

    feed_type = Atom1Feed
    title = "Nyheter från Södertörnskommunernas samarbetskommitté"
    link = reverse_lazy("committee:newsitem-list")
    feed_guid = _identity("nyheter")
    author_name = "Södertörnskommunernas samarbetskommitté"
    language = "sv"

    def items(self) -> QuerySet[NewsItem]:
        return NewsItem.objects.public()[:NEWEST]

    def item_title(self, item: NewsItem) -> str:
        return _text(item.title)

    def item_description(self, item: NewsItem) -> str:
        """The summary, which Atom holds as HTML."""
        return escape(_text(item.lead))

    def item_guid(self, item: NewsItem) -> str:
        return _identity(f"nyheter/{item.pk}")

    def item_pubdate(self, item: NewsItem) -> datetime.datetime:
        return timezone.make_aware(datetime.datetime.combine(item.published_on, datetime.time()))

    def item_updateddate(self, item: NewsItem) -> datetime.datetime:
        return item.edited_at
