"""Every data set that anyone may fetch, in the order they are listed. A top.

What a data set holds is stated where its topic is, in the modules of the apps called `…datasets`.
"""

from budget.budget_datasets import BUDGETS, COSTS, LINES, OUTCOMES
from budget.fee_datasets import FEES, RATES
from calendar_app.datasets import EVENTS
from calendar_app.host_datasets import HOSTS, TURNS
from calendar_app.paper_datasets import AGENDA, DOCUMENTS_OF_EVENTS, LINKS_OF_EVENTS
from committee.datasets import BODIES, MUNICIPALITIES, POPULATION, SEATS
from committee.follow_up_datasets import ACTIVITIES, EVALUATIONS, REPORTS
from committee.indicator_datasets import INDICATORS, TARGETS, VALUES
from committee.plan_datasets import DIRECTIONS, PLANS, SECTIONS, SOURCE_NOTES
from committee.publication_datasets import DOCUMENTS, NEWS
from sodertorn.opendata import PublishedDataset

TOPICS: dict[str, tuple[PublishedDataset, ...]] = {
    "Möten": (EVENTS, AGENDA, DOCUMENTS_OF_EVENTS, LINKS_OF_EVENTS),
    "Värdskap": (HOSTS, TURNS),
    "Pengar": (FEES, RATES, BUDGETS, LINES, OUTCOMES, COSTS),
    "Mål och uppföljning": (
        PLANS,
        SECTIONS,
        SOURCE_NOTES,
        DIRECTIONS,
        ACTIVITIES,
        REPORTS,
        EVALUATIONS,
    ),
    "Nyckeltal": (INDICATORS, VALUES, TARGETS),
    "Kommuner och organisation": (MUNICIPALITIES, POPULATION, BODIES, SEATS),
    "Dokument och nyheter": (DOCUMENTS, NEWS),
}
"""The data sets by what they are about, as the page of open data lists them."""

DATASETS: tuple[PublishedDataset, ...] = tuple(each for topic in TOPICS.values() for each in topic)

_BY_SLUG = {dataset.slug: dataset for dataset in DATASETS}


def dataset(slug: str) -> PublishedDataset | None:
    """The data set with the slug, if there is one."""
    return _BY_SLUG.get(slug)
