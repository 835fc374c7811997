"""News as an Atom feed (RFC 4287), for readers of feeds and for other sites."""

import datetime

from django.contrib.syndication.views import Feed
from django.db.models import QuerySet
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape

from committee.models import NewsItem
from sodertorn.atom import identity, xml_text

NEWEST = 20
"""How many pieces of news the feed holds."""


class NewsFeed(Feed):
    """The newest published news; a draft is never in it, whoever asks."""

    feed_type = Atom1Feed
    title = "Nyheter från Södertörnskommunernas samarbetskommitté"
    link = reverse_lazy("committee:newsitem-list")
    feed_guid = identity("nyheter")
    author_name = "Södertörnskommunernas samarbetskommitté"
    language = "sv"

    def items(self) -> QuerySet[NewsItem]:
        return NewsItem.objects.public()[:NEWEST]

    def item_title(self, item: NewsItem) -> str:
        return xml_text(item.title)

    def item_description(self, item: NewsItem) -> str:
        """The summary, which Atom holds as HTML."""
        return escape(xml_text(item.lead))

    def item_guid(self, item: NewsItem) -> str:
        return identity(f"nyheter/{item.pk}")

    def item_pubdate(self, item: NewsItem) -> datetime.datetime:
        return timezone.make_aware(datetime.datetime.combine(item.published_on, datetime.time()))

    def item_updateddate(self, item: NewsItem) -> datetime.datetime:
        return item.edited_at
