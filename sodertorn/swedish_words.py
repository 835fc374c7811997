"""Words as search compares them: inflected forms alike, and å, ä, ö with and without their marks. A leaf.

Every index gets the same words, made here, and takes them literally: SQLite, PostgreSQL and OpenSearch then
find the same. A word is one term without marks ("södertälje" and "sodertalje" are both `sodertalj`); one that
has å, ä or ö is also a term that tells them ("sjö" is `sjo` and `sjo0`), by which what is spelled as it was
asked for comes first.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import snowballstemmer

LONGEST_WORD = 60
"""Characters of a word that count: what is longer is no word that anyone searches for."""

SHORTEST_WITH_ARTICLE = 6
"""Letters of a word whose "et" is taken for an article; in "paket" it is not."""

WORD = re.compile(r"[^\W_]+")
MARKED = {"å": "a0", "ä": "a1", "ö": "o0"}
"""How a term tells å, ä and ö with the letters that every index keeps apart."""

FUNCTION_WORDS = frozenset(
    re.findall(
        r"\w+",
        """
        alla att av de dem den denna det detta du där eller en ett finns från för ha har hos hur i in inte kan
        man med men mot ni nu när och om på samt sin sina ska skall som till under ut vad var vara vem vi vid
        vilka vilken vilket är å än åt över
        """,
    )
)
"""Words that say nothing of what is looked for. They count only when there is nothing else."""

_OTHER_LETTERS = {"æ": "a", "ø": "o", "œ": "o", "ß": "s", "đ": "d", "ð": "d", "ł": "l", "þ": "t", "ı": "i"}


def _without_marks() -> dict[int, str]:
    """Each accented Latin letter, as one letter without the accent: a text keeps its length."""
    table = {}
    for code in range(0x00C0, 0x0250):
        letter = chr(code)
        base = unicodedata.normalize("NFKD", letter)[0]
        small = _OTHER_LETTERS.get(letter.lower(), base.lower())
        if len(small) == 1:
            table[code] = small
    return table


_WITHOUT_MARKS = _without_marks()
_stemmer = snowballstemmer.stemmer("swedish")


@dataclass(frozen=True)
class Term:
    """A word of a question: what it is looked for as, and `exact` if it was typed with å, ä or ö."""

    word: str
    plain: str
    exact: str = ""


def composed(text: str) -> str:
    """Without NUL, and with each letter as one character, as all the rest here counts on."""
    return unicodedata.normalize("NFC", text.replace("\x00", " "))


def fold(text: str) -> str:
    """A composed text in small letters without marks, of the same length: "Årsta kök" is "arsta kok"."""
    return text.translate(_WITHOUT_MARKS).lower()


@lru_cache(maxsize=100_000)
def plain_term(word: str) -> str:
    """The stem of a word without marks; empty for what has no letter a–z and no digit."""
    letters = re.sub(r"[^a-z0-9]", "", fold(word))[:LONGEST_WORD]
    return _stem(letters)


@lru_cache(maxsize=100_000)
def exact_term(word: str) -> str:
    """The stem of a word with its å, ä and ö told; empty for a word without."""
    small = word.lower()
    if not any(letter in small for letter in MARKED):
        return ""
    stem = _stem(small[:LONGEST_WORD])
    told = "".join(MARKED.get(letter) or fold(letter) for letter in stem)
    return re.sub(r"[^a-z0-9]", "", told)


def _stem(word: str) -> str:
    """The stem that all forms of a word come to: stemmed until nothing more goes.

    One round takes one ending, and so leaves "klimat" and "klimatet" apart. The library lets most neuters
    keep their article, as in "protokollet", and their ending, as in "hållbart" and "kommunalt".
    """
    shorter = _stemmer.stemWord(word) if word else ""
    if shorter.endswith("et") and len(shorter) >= SHORTEST_WITH_ARTICLE:
        shorter = shorter[:-2]
    elif shorter.endswith(("bart", "nalt")):
        shorter = shorter[:-1]
    return word if shorter == word else _stem(shorter)


def words_in(text: str) -> list[str]:
    """The words of a text, as they are written in it."""
    return WORD.findall(composed(text))


def index_terms(text: str) -> str:
    """The terms of a text in its order, with spaces between, as an index is to keep them."""
    return " ".join(_terms_of(words_in(text)))


def _terms_of(words: list[str]) -> Iterator[str]:
    for word in words:
        if plain := plain_term(word):
            yield plain
        if exact := exact_term(word):
            yield exact


def question_terms(text: str) -> list[Term]:
    """What to look for, each word once, without function words unless there is nothing else."""
    found: dict[str, Term] = {}
    for word in words_in(text):
        if plain := plain_term(word):
            exact = exact_term(word)
            found.setdefault(exact or plain, Term(word, plain, exact))
    telling = [term for term in found.values() if term.word.lower() not in FUNCTION_WORDS]
    return telling or list(found.values())
