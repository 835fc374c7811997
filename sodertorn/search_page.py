"""What the page of search shows: the form, the hits, and the addresses that lead on from them. A top."""

from dataclasses import dataclass
from functools import cached_property

from django.core.paginator import InvalidPage, Page

from sodertorn.own_pages import OwnPage, pages_for
from sodertorn.search import Answer, Group, Question
from sodertorn.search_entry import SearchEntry
from sodertorn.search_form import SearchForm

Kind = SearchEntry.Kind


@dataclass(frozen=True)
class Choice:
    """A link to the same search for something else. `number` is how many hits it has."""

    label: str
    address: str
    number: int = 0
    is_current: bool = False


class SearchPage:
    """A page of results. `number` is the page's, as it stands in the address."""

    def __init__(self, form: SearchForm, number: str) -> None:
        self.form = form
        self.question: Question = form.question
        self.answer = Answer(self.question)
        self._number = number

    @property
    def status(self) -> int:
        """400 when the question can't be, 404 when the page is beyond the last."""
        if not self.form.is_valid():
            return 400
        return 404 if self.is_beyond else 200

    @property
    def kind(self) -> Kind | None:
        """The kind that is asked for, if any."""
        return Kind(self.question.kind) if self.question.kind else None

    @cached_property
    def hits(self) -> Page | None:
        """A page of the hits of one kind; None when no kind is asked for, there are none, or it is beyond."""
        if not self.kind or not self.answer.total:
            return None
        try:
            return self.answer.paginator().page(self._number)
        except InvalidPage:
            return None

    @property
    def is_beyond(self) -> bool:
        return bool(self.kind and self.answer.total and self.hits is None)

    @cached_property
    def groups(self) -> list[tuple[Group, Choice | None]]:
        """Where hits of all kinds are shown: each kind, and where its other hits are."""
        if self.kind:
            return []
        return [
            (group, self._choice(group.kind) if group.number > len(group.hits) else None)
            for group in self.answer.groups()
        ]

    def kinds(self) -> list[Choice]:
        """Each kind that has hits, after all of them together; none where there is nothing to choose."""
        counts = self.answer.counts
        if not counts or (len(counts) < 2 and not self.kind):
            return []
        everything = Choice("Allt", self._address(typ=""), sum(counts.values()), not self.kind)
        return [everything, *(self._choice(kind) for kind in Kind if kind in counts or kind == self.kind)]

    def _choice(self, kind: Kind) -> Choice:
        number = self.answer.counts.get(kind, 0)
        return Choice(kind.label, self._address(typ=kind.value), number, kind == self.kind)

    @cached_property
    def own_pages(self) -> list[OwnPage]:
        """Pages of the portal that may be what is looked for, where everything is searched."""
        return [] if self.form.is_limited else pages_for(self.question.terms)

    def suggestions(self) -> list[Choice]:
        """What one may have meant."""
        return [Choice(text, self._address(q=text)) for text in self.answer.suggestions]

    @property
    def unlimited(self) -> str:
        """The same words among everything."""
        return self._address(typ="", ar="", kommun="")

    @property
    def first(self) -> str:
        return self._address()

    @property
    def previous(self) -> str:
        """The page with better hits; empty on the first."""
        return self._to(self.hits.number - 1) if self.hits and self.hits.has_previous() else ""

    @property
    def next(self) -> str:
        """The page with poorer hits; empty on the last."""
        return self._to(self.hits.number + 1) if self.hits and self.hits.has_next() else ""

    def _to(self, number: int) -> str:
        return self._address(sida=number if number > 1 else "")

    def _address(self, **other: object) -> str:
        return self.form.query_with(**other)
