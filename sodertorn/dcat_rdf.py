"""A catalogue of open data as RDF/XML, by DCAT-AP-SE 3.0.1. A leaf.

Import it when it is needed: the library takes 20 MB of memory.
"""

import re
from collections.abc import Generator, Iterator
from typing import Any
from urllib.parse import quote

from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCAT, DCTERMS, FOAF, RDF, XSD
from rdflib.term import Node

from sodertorn.dcat import Catalogue, Contact, DatasetEntry, Distribution, Publisher, Service

DCATAP = Namespace("http://data.europa.eu/r5r/")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
EU = Namespace("http://publications.europa.eu/resource/authority/")
LOCAL_AUTHORITY = URIRef("http://purl.org/adms/publishertype/LocalAuthority")

NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""Signs that XML can't hold, such as what Word puts where a line breaks."""

Statement = tuple[URIRef, URIRef, Node]


class _Ordered(Graph):
    """Written in the same order each time, so that what has not changed gives the same bytes."""

    def subjects(self, *args: Any, **kwargs: Any) -> Generator[Node, None, None]:
        yield from sorted(super().subjects(*args, **kwargs), key=str)


def rdf_xml(catalogue: Catalogue) -> bytes:
    """The catalogue in UTF-8. The same catalogue gives the same bytes."""
    graph = _Ordered()
    for prefix, namespace in {"dcatap": DCATAP, "vcard": VCARD}.items():
        graph.bind(prefix, namespace)
    for statement in _statements(catalogue):
        graph.add(statement)
    return graph.serialize(format="xml", encoding="utf-8")


def _statements(catalogue: Catalogue) -> Iterator[Statement]:
    yield from _catalogue(catalogue)
    yield from _publisher(catalogue.publisher)
    if catalogue.contact:
        yield from _contact(catalogue.contact)
    yield from _service(catalogue)
    for dataset in catalogue.datasets:
        yield from _dataset(catalogue, dataset)
        for distribution in dataset.distributions:
            yield from _distribution(catalogue, dataset, distribution)


def _catalogue(catalogue: Catalogue) -> Iterator[Statement]:
    iri = URIRef(catalogue.iri)
    yield iri, RDF.type, DCAT.Catalog
    yield iri, DCTERMS.title, _swedish(catalogue.title)
    yield iri, DCTERMS.description, _swedish(catalogue.description)
    yield iri, DCTERMS.publisher, URIRef(catalogue.publisher.iri)
    yield iri, DCTERMS.license, URIRef(catalogue.licence)
    yield iri, DCTERMS.language, EU["language/SWE"]
    yield iri, FOAF.homepage, URIRef(catalogue.homepage)
    yield iri, DCAT.themeTaxonomy, EU["data-theme"]
    if catalogue.changed_at:
        yield iri, DCTERMS.modified, Literal(catalogue.changed_at)
    for dataset in catalogue.datasets:
        yield iri, DCAT.dataset, URIRef(dataset.iri)


def _publisher(publisher: Publisher) -> Iterator[Statement]:
    iri = URIRef(publisher.iri)
    yield iri, RDF.type, FOAF.Agent
    yield iri, FOAF.name, _swedish(publisher.name)
    yield iri, DCTERMS.type, LOCAL_AUTHORITY
    yield iri, FOAF.homepage, URIRef(publisher.homepage)


def _contact(contact: Contact) -> Iterator[Statement]:
    iri = URIRef(contact.iri)
    yield iri, RDF.type, VCARD.Organization
    yield iri, VCARD.fn, Literal(_plain(contact.name))
    yield iri, VCARD.hasEmail, URIRef(f"mailto:{quote(contact.email, safe='@')}")
    yield iri, VCARD.hasURL, URIRef(contact.page)
    if contact.phone:
        phone = URIRef(f"{contact.iri}-telefon")
        yield iri, VCARD.hasTelephone, phone
        yield phone, RDF.type, VCARD.Voice
        yield phone, VCARD.hasValue, URIRef(f"tel:{contact.phone}")


def _service(catalogue: Catalogue) -> Iterator[Statement]:
    """Distributions lead to the service, so the catalogue does not list it besides."""
    service: Service = catalogue.service
    iri = URIRef(service.iri)
    yield iri, RDF.type, DCAT.DataService
    yield iri, DCTERMS.title, _swedish(service.title)
    yield iri, DCTERMS.description, _swedish(service.description)
    yield iri, DCAT.endpointURL, URIRef(service.endpoint)
    yield iri, DCAT.endpointDescription, URIRef(service.endpoint_description)
    yield iri, DCTERMS["format"], Literal(service.media_type)
    yield iri, DCAT.landingPage, URIRef(service.page)
    yield iri, DCTERMS.accessRights, EU["access-right/PUBLIC"]
    yield iri, DCTERMS.publisher, URIRef(catalogue.publisher.iri)
    if catalogue.contact:
        yield iri, DCAT.contactPoint, URIRef(catalogue.contact.iri)
    for dataset in catalogue.datasets:
        yield iri, DCAT.servesDataset, URIRef(dataset.iri)


def _dataset(catalogue: Catalogue, dataset: DatasetEntry) -> Iterator[Statement]:
    iri = URIRef(dataset.iri)
    yield iri, RDF.type, DCAT.Dataset
    yield iri, DCTERMS.title, _swedish(dataset.title)
    yield iri, DCTERMS.description, _swedish(dataset.description)
    yield iri, DCTERMS.publisher, URIRef(catalogue.publisher.iri)
    if catalogue.contact:
        yield iri, DCAT.contactPoint, URIRef(catalogue.contact.iri)
    for keyword in dataset.keywords:
        yield iri, DCAT.keyword, _swedish(keyword)
    yield iri, DCAT.theme, EU[f"data-theme/{dataset.theme}"]
    yield iri, DCTERMS.accrualPeriodicity, EU[f"frequency/{dataset.frequency}"]
    yield iri, DCTERMS.accessRights, EU["access-right/PUBLIC"]
    yield iri, DCTERMS.language, EU["language/SWE"]
    yield iri, DCAT.landingPage, URIRef(dataset.page)
    if dataset.changed_at:
        yield iri, DCTERMS.modified, Literal(dataset.changed_at)
    origin = URIRef(f"{dataset.iri}-ursprung")
    yield iri, DCTERMS.provenance, origin
    yield origin, RDF.type, DCTERMS.ProvenanceStatement
    yield origin, DCTERMS.description, _swedish(f"Källa: {dataset.source}")
    if dataset.temporal:
        first, last = dataset.temporal
        period = URIRef(f"{dataset.iri}-period")
        yield iri, DCTERMS.temporal, period
        yield period, RDF.type, DCTERMS.PeriodOfTime
        yield period, DCAT.startDate, Literal(first.isoformat(), datatype=XSD.date)
        yield period, DCAT.endDate, Literal(last.isoformat(), datatype=XSD.date)
    for distribution in dataset.distributions:
        yield iri, DCAT.distribution, URIRef(distribution.iri)


def _distribution(
    catalogue: Catalogue, dataset: DatasetEntry, distribution: Distribution
) -> Iterator[Statement]:
    iri = URIRef(distribution.iri)
    yield iri, RDF.type, DCAT.Distribution
    yield iri, DCTERMS.title, _swedish(distribution.title)
    yield iri, DCTERMS.description, _swedish(distribution.description)
    yield iri, DCTERMS["format"], Literal(distribution.media_type)
    yield iri, DCAT.accessURL, URIRef(distribution.access)
    if distribution.download:
        yield iri, DCAT.downloadURL, URIRef(distribution.download)
    if distribution.is_through_service:
        yield iri, DCAT.accessService, URIRef(catalogue.service.iri)
    yield iri, DCTERMS.license, URIRef(dataset.licence)
    yield iri, DCTERMS.language, EU["language/SWE"]
    yield iri, DCATAP.availability, EU["planned-availability/STABLE"]
    if dataset.changed_at:
        yield iri, DCTERMS.modified, Literal(dataset.changed_at)


def _swedish(text: str) -> Literal:
    return Literal(_plain(text), lang="sv")


def _plain(text: str) -> str:
    return NOT_IN_XML.sub(" ", text)
