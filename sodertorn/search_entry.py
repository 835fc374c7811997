"""What search looks in: one entry for each row that anyone may read. A leaf.

Entries are derived: `search_index` writes them, and `manage.py update_search` makes them anew.
"""

from typing import Any

from django.db import models
from modelsearch.index import FilterField, Indexed, SearchField

HEADING_WEIGHT = 8.0
"""How many times more a word tells in a heading than in the text."""


class SearchEntry(Indexed, models.Model):
    """A public row as search shows it, with its words as `swedish_words` makes them."""

    class Kind(models.TextChoices):
        """The groups of a page of results, in the order of the portal's menu."""

        EVENT = "moten", "Möten"
        PLAN = "plan", "Verksamhetsplan"
        BUDGET = "budget", "Budget"
        BODY = "organ", "Organ"
        MUNICIPALITY = "kommuner", "Kommuner"
        INDICATOR = "nyckeltal", "Nyckeltal"
        DOCUMENT = "dokument", "Dokument"
        NEWS = "nyheter", "Nyheter"
        PAGE = "sidor", "Sidor"

    kind = models.CharField("slag", max_length=15, choices=Kind, editable=False)
    model = models.CharField("modell", max_length=50, editable=False)
    key = models.PositiveBigIntegerField("rad", editable=False)
    title = models.TextField("rubrik", editable=False)
    place = models.CharField("var den finns", max_length=500, editable=False)
    text = models.TextField("text", editable=False)
    address = models.CharField("adress", max_length=500, editable=False)
    date = models.DateField("datum", null=True, editable=False)
    year = models.PositiveSmallIntegerField("år", null=True, editable=False, db_index=True)
    file_checksum = models.CharField("filens kontrollsumma", max_length=64, editable=False)
    heading_words = models.TextField("rubrikens sökord", editable=False)
    text_words = models.TextField("textens sökord", editable=False)

    is_content = False
    """It changes with the rows that it is derived from, and they tell of it."""

    search_fields = [
        SearchField("heading_words", boost=HEADING_WEIGHT),
        SearchField("text_words"),
        FilterField("kind"),
        FilterField("year"),
    ]

    class Meta:
        verbose_name = "sökpost"
        verbose_name_plural = "sökposter"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["model", "key"], name="search_entry_once_per_row")]

    def __str__(self) -> str:
        return self.title


class SearchWord(models.Model):
    """A word as it is written somewhere in what search looks in, for telling what a misspelt one may be."""

    word = models.CharField("ord", max_length=60, unique=True, editable=False)

    is_content = False

    class Meta:
        verbose_name = "ord i sökningen"
        verbose_name_plural = "ord i sökningen"
        ordering = ["word"]

    def __str__(self) -> str:
        return self.word


def municipality_word(code: str) -> str:
    """The term that an entry has for a municipality that it concerns: no word of a text is like it."""
    return f"kommunkod{code}"


SHOWN = ("kind", "title", "place", "text", "address")
"""The fields that a page of results needs."""


def values_of(entry: SearchEntry) -> dict[str, Any]:
    """All that an entry says but its key in the table, to compare it with another."""
    fields = entry._meta.concrete_fields
    return {field.name: getattr(entry, field.name) for field in fields if not field.primary_key}
