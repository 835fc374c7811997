"""Pages that the portal always has, such as lists and forms, by the words that one may look for them with.

They are no rows, so search does not have them among its entries. A leaf.
"""

from dataclasses import dataclass
from functools import cache

from django.urls import reverse

from sodertorn.swedish_words import Term, index_terms

MOST = 3
"""How many pages are shown for a question."""


@dataclass(frozen=True)
class OwnPage:
    """A page by the name of its route. `words` are those that it is found by besides its own name."""

    name: str
    route: str
    words: str = ""

    @property
    def address(self) -> str:
        return reverse(self.route)


PAGES = (
    OwnPage("Kalender", "calendar_app:event-list", "möten sammanträden kommande datum"),
    OwnPage("Prenumerera på kalendern", "calendar_app:subscribe", "prenumeration ics Outlook Google"),
    OwnPage("Tidigare möten", "calendar_app:event-past", "sammanträden"),
    OwnPage("Värdskap", "calendar_app:rotation-list", "värd värdkommun turordning"),
    OwnPage("Budget", "budget:budget-list", "avgifter medlemsavgift kostnader ekonomi pengar"),
    OwnPage("Pröva en avgift", "budget:what-if", "kalkyl räkna"),
    OwnPage("Organisation", "committee:body-list", "organ nätverk"),
    OwnPage("Kommuner", "committee:municipality-list"),
    OwnPage("Nyckeltal", "committee:indicator-list", "statistik"),
    OwnPage("Nyheter", "committee:newsitem-list"),
    OwnPage("Dokument", "committee:document-list", "handlingar protokoll kallelser"),
    OwnPage("Öppna data", "open-data", "datamängder hämta csv excel json dcat licens"),
    OwnPage("Öppna data för program", "api", "api programmeringsgränssnitt openapi json"),
    OwnPage("Tillgänglighetsredogörelse", "committee:accessibility", "tillgänglighet tillgänglig wcag"),
    OwnPage("Anmäl en brist", "committee:problem-report", "anmälan tillgänglighet problem synpunkter"),
    OwnPage("Anmäl en säkerhetsbrist", "security-policy", "säkerhet sårbarhet anmälan"),
)


def pages_for(terms: list[Term]) -> list[OwnPage]:
    """The pages that have all the words in their names or among those that they are found by.

    Those whose names have them come first.
    """
    wanted = {term.plain for term in terms}
    if not wanted:
        return []
    found = [page for page in PAGES if wanted <= _terms(page.name) | _terms(page.words)]
    return sorted(found, key=lambda page: not wanted <= _terms(page.name))[:MOST]


@cache
def _terms(words: str) -> frozenset[str]:
    return frozenset(index_terms(words).split())
