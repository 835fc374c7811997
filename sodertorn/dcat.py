"""What a catalogue of open data says, with the words of DCAT-AP-SE 3.0.1. A leaf.

Each thing has an address of its own (`iri`), since Sveriges dataportal takes nothing without one.
"""

import datetime
from dataclasses import dataclass


@dataclass(frozen=True)
class Publisher:
    """Who answers for the data. Its address is of our own making, since the committee has no organisation
    number for Sveriges dataportal to know it by.
    """

    iri: str
    name: str
    homepage: str


@dataclass(frozen=True)
class Contact:
    """Whom to ask about the data. `phone` is "+" and digits, or empty."""

    iri: str
    name: str
    email: str
    phone: str
    page: str


@dataclass(frozen=True)
class Service:
    """An API: its address, its description for programs, and the page about it for people."""

    iri: str
    title: str
    description: str
    endpoint: str
    endpoint_description: str
    media_type: str
    page: str


@dataclass(frozen=True)
class Distribution:
    """One way to get a data set: a file at `download`, or through the API."""

    iri: str
    title: str
    description: str
    media_type: str
    access: str
    download: str | None
    is_through_service: bool = False


@dataclass(frozen=True)
class DatasetEntry:
    """`theme` and `frequency` are codes of the EU's lists; `temporal` is the first and last day."""

    iri: str
    title: str
    description: str
    keywords: tuple[str, ...]
    theme: str
    frequency: str
    source: str
    licence: str
    page: str
    changed_at: datetime.datetime | None
    temporal: tuple[datetime.date, datetime.date] | None
    distributions: tuple[Distribution, ...]


@dataclass(frozen=True)
class Catalogue:
    iri: str
    title: str
    description: str
    licence: str
    homepage: str
    publisher: Publisher
    contact: Contact | None
    service: Service
    datasets: tuple[DatasetEntry, ...]

    @property
    def changed_at(self) -> datetime.datetime | None:
        """When any of the data last changed."""
        return max((each.changed_at for each in self.datasets if each.changed_at), default=None)
