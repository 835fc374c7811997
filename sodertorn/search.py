"""A question to the portal and its answer: hits by kind, best first, with the words marked, or what one may
have meant.
"""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Max, Min, QuerySet
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from modelsearch.backends.base import BaseSearchBackend
from rapidfuzz import fuzz, process

from sodertorn.search_backends import DatabaseBackend, opensearch_at, opensearch_failures, query_for
from sodertorn.search_entry import SHOWN, SearchEntry, SearchWord, municipality_word
from sodertorn.swedish_words import Term, composed, fold, plain_term, question_terms

LONGEST_QUESTION = 200
"""Characters. Nobody types more to find something, and each word costs."""
CONSIDERED = 100
"""How many of the best hits are divided by kind on the first page."""
IN_GROUP = 5
"""How many hits of each kind the first page shows."""
PER_PAGE = 20
EXCERPT = 220
"""Characters of a text that are shown with a hit."""
LIKE_ENOUGH = 70
"""How alike a word must be to be suggested, of 100."""
SHORTEST_BEGINNING = 3
"""Letters of a word that may be the beginning of another."""
MOST_SUGGESTIONS = 3


@dataclass(frozen=True)
class Question:
    """What is looked for and among what; every limit may be empty. `municipality` is a code."""

    text: str = ""
    kind: str = ""
    year: int | None = None
    municipality: str = ""

    @cached_property
    def terms(self) -> list[Term]:
        return question_terms(self.text)


@dataclass(frozen=True)
class Hit:
    """An entry as it is shown, with the words of the question marked."""

    address: str
    title: SafeString
    place: SafeString
    excerpt: SafeString


@dataclass(frozen=True)
class Group:
    """Hits of one kind: how many there are, and the best of them."""

    kind: SearchEntry.Kind
    number: int
    hits: list[Hit]


class Answer:
    """What is found for a question: asked once, whichever part of the page needs it."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self._found = _Found(question)

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many hits there are of each kind, whichever kind is asked for."""
        return self._found.counts() if self.question.terms else {}

    @cached_property
    def total(self) -> int:
        """How many hits there are of the kind that is asked for, or of all."""
        kind = self.question.kind
        return self.counts.get(kind, 0) if kind else sum(self.counts.values())

    def groups(self) -> list[Group]:
        """The best of each kind, the kind with the best hit first; then those whose hits are all poorer."""
        if not self.total:
            return []
        best: dict[str, list[int]] = {}
        for entry in self._found.entries(0, CONSIDERED, "kind"):
            best.setdefault(entry.kind, []).append(entry.pk)
        wanted = [key for keys in best.values() for key in keys[:IN_GROUP]]
        shown = SearchEntry.objects.only(*SHOWN).in_bulk(wanted)
        poorer = [kind for kind in SearchEntry.Kind.values if kind in self.counts and kind not in best]
        groups = []
        for kind in [*best, *poorer]:
            hits = [self._hit(shown[key]) for key in best.get(kind, [])[:IN_GROUP] if key in shown]
            groups.append(Group(SearchEntry.Kind(kind), self.counts.get(kind, len(hits)), hits))
        return groups

    def paginator(self) -> Paginator:
        """The hits of the kind that is asked for, a page at a time."""
        return Paginator(_Hits(self), PER_PAGE)  # type: ignore[arg-type]

    def hits(self, start: int, stop: int) -> list[Hit]:
        return [self._hit(entry) for entry in self._found.entries(start, stop, *SHOWN)]

    def _hit(self, entry: SearchEntry) -> Hit:
        terms = self.question.terms
        text = excerpt(entry.text, terms) if entry.text != entry.title else ""
        return Hit(entry.address, *(marked(part, terms) for part in (entry.title, entry.place, text)))

    @cached_property
    def suggestions(self) -> list[str]:
        """Questions with words that exist, where this has some that don't: such as have hits, best first."""
        if self.total or not self.question.terms:
            return []
        alternatives = corrected(self.question.text)
        found = [(_Found(Question(text)).number(), text) for text in alternatives]
        return [text for number, text in found if number]


class _Hits:
    """The hits as a paginator wants them."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __len__(self) -> int:
        return self.answer.total

    def __getitem__(self, part: slice) -> list[Hit]:
        return self.answer.hits(part.start, part.stop)


class _Found:
    """What a back end finds. When OpenSearch does not answer, the portal's own database does."""

    def __init__(self, question: Question) -> None:
        self.question = question
        also = [municipality_word(question.municipality)] if question.municipality else []
        self.query = query_for(question.terms, also=also) if question.terms else None
        entries = SearchEntry.objects.all()
        self.of_any_kind = entries.filter(year=question.year) if question.year else entries
        self.of_the_kind = self.of_any_kind.filter(kind=question.kind) if question.kind else self.of_any_kind

    def entries(self, start: int, stop: int, *fields: str) -> list[SearchEntry]:
        """Some of the hits, with these fields."""
        entries = self.of_the_kind.only(*fields)
        return self._ask(lambda backend: list(self._search(backend, entries)[start:stop]))

    def counts(self) -> dict[str, int]:
        return self._ask(lambda backend: dict(self._search(backend, self.of_any_kind).facet("kind")))

    def number(self) -> int:
        return self._ask(lambda backend: self._search(backend, self.of_the_kind).count())

    def _search(self, backend: BaseSearchBackend, entries: QuerySet[SearchEntry]) -> Any:
        return backend.search(self.query, entries)

    def _ask(self, ask: Any) -> Any:
        if settings.SEARCH_URL:
            try:
                return ask(opensearch_at(settings.SEARCH_URL))
            except opensearch_failures():
                pass
        return ask(DatabaseBackend({}))


def years() -> list[int]:
    """The years that something is from, newest first, without gaps."""
    span = SearchEntry.objects.aggregate(first=Min("year"), last=Max("year"))
    return list(range(span["last"], span["first"] - 1, -1)) if span["first"] else []


# --- What is shown of a hit ---------------------------------------------------------------------------------


def _places(text: str, terms: list[Term]) -> list[tuple[int, int]]:
    """Where in a composed text the words are, in any form."""
    wanted = {term.plain for term in terms}
    if not wanted:
        return []
    beginnings = "|".join(re.escape(stem) for stem in sorted(wanted, key=len, reverse=True))
    words = re.finditer(rf"(?<![^\W_])(?:{beginnings})[^\W_]*", fold(text))
    spans = (word.span() for word in words)
    return [(start, end) for start, end in spans if plain_term(text[start:end]) in wanted]


def excerpt(text: str, terms: list[Term]) -> str:
    """The part of a text around the first word that is asked for, or its beginning, cut between words."""
    places = _places(text, terms)
    first = places[0][0] if places else 0
    start = max(0, first - EXCERPT // 4)
    if start:
        start = text.find(" ", start, first) + 1 or first
    end = start + EXCERPT
    if end < len(text):
        end = max(text.rfind(" ", start, end), start + EXCERPT // 2)
    part = " ".join(text[start:end].split())
    return f"{'… ' if start else ''}{part}{' …' if end < len(text) else ''}"


def marked(text: str, terms: list[Term]) -> SafeString:
    """The text as HTML, with each of the words in a `mark`."""
    parts: list[tuple[str, str]] = []
    last = 0
    for start, end in _places(text, terms):
        parts.append((text[last:start], text[start:end]))
        last = end
    return format_html("{}{}", format_html_join("", "{}<mark>{}</mark>", parts), text[last:])


# --- What one may have meant --------------------------------------------------------------------------------


def corrected(text: str) -> list[str]:
    """The question with each word that is nowhere in what search looks in put right, in up to three ways.

    The ways differ in the first such word, for which alone there are several.
    """
    known = {word: fold(word) for word in SearchWord.objects.values_list("word", flat=True)}
    stems = {plain_term(word) for word in known}
    versions = [""]
    for term in question_terms(composed(text)):
        alternatives = [term.word] if term.plain in stems else _alike(fold(term.word), known)
        if not alternatives:
            continue
        if len(versions) > 1:
            alternatives = alternatives[:1]
        versions = [f"{version} {word}".strip() for version in versions for word in alternatives]
    asked = " ".join(term.word for term in question_terms(text)).lower()
    return [version for version in dict.fromkeys(versions) if version and version.lower() != asked]


def _alike(word: str, known: dict[str, str]) -> list[str]:
    """The known words that begin with the word, the shortest first; if there are none, those most like it.

    One of each stem: "infra" may be the beginning of "infrastruktur", rather than "inför" misspelt.
    """
    found = [each for each, folded in known.items() if folded.startswith(word)]
    found.sort(key=lambda each: (len(each), each))
    if len(word) < SHORTEST_BEGINNING or not found:
        alike = process.extract(
            word, known, scorer=fuzz.ratio, limit=3 * MOST_SUGGESTIONS, score_cutoff=LIKE_ENOUGH
        )
        found = [each for _, _, each in alike]
    by_stem: dict[str, str] = {}
    for each in found:
        by_stem.setdefault(plain_term(each), each)
    return list(by_stem.values())[:MOST_SUGGESTIONS]
