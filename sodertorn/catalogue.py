"""Every data set that anyone may fetch, in the order they are listed. A top.

What a data set holds is stated where its topic is: `committee.datasets`, `calendar_app.datasets` and
`budget.datasets`.
"""

from calendar_app.datasets import EVENTS
from committee.datasets import MUNICIPALITIES, POPULATION
from sodertorn.opendata import PublishedDataset

DATASETS: tuple[PublishedDataset, ...] = (EVENTS, MUNICIPALITIES, POPULATION)

_BY_SLUG = {dataset.slug: dataset for dataset in DATASETS}


def dataset(slug: str) -> PublishedDataset | None:
    """The data set with the slug, if there is one."""
    return _BY_SLUG.get(slug)
