"""The catalogue of open data in DCAT-AP-SE 3.0.1, held against shapes written from the specification."""

import dataclasses
import os
import subprocess
import sys
from datetime import UTC, date, datetime

import pytest
from django.conf import settings
from django.test import Client
from pyshacl import validate
from rdflib import XSD, BNode, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCAT, DCTERMS, FOAF, RDF
from rdflib.term import Node

from committee.models import Body
from sodertorn.catalogue import DATASETS
from sodertorn.dcat import Catalogue, Contact, DatasetEntry, Distribution, Publisher, Service
from sodertorn.dcat_catalogue import international
from sodertorn.dcat_rdf import rdf_xml
from sodertorn.opendata import CC0
from tests import factories

pytestmark = pytest.mark.django_db

ADDRESS = "/datasets/dcat"
HERE = f"http://testserver{ADDRESS}"
EU = "http://publications.europa.eu/resource/authority"
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
DCATAP = Namespace("http://data.europa.eu/r5r/")
SHAPES = settings.BASE_DIR / "tests" / "data" / "dcat-ap-se-3.0.1.shacl.ttl"
DAY = date(2017, 2, 2)
MOMENT = datetime(2017, 2, 2, 12, 0, 15, tzinfo=UTC)


@pytest.fixture(scope="module")
def shapes() -> Graph:
    return Graph().parse(SHAPES)


def graph_of(client: Client) -> Graph:
    return Graph().parse(data=client.get(ADDRESS).content, format="xml")


def mistakes(graph: Graph, shapes: Graph) -> str:
    """What the shapes say against the graph; nothing when it conforms."""
    conforms, _, text = validate(graph, shacl_graph=shapes)
    return "" if conforms else text


def make_secretariat() -> Body:
    return factories.make_body(
        "sekretariatet", kind=Body.Kind.SECRETARIAT, email="info@portal.example", phone="08-535 300 00"
    )


# --- It conforms, and what lacks anything does not ----------------------------------------------------------


def small() -> Catalogue:
    """A catalogue of one data set that says all that one can say."""
    iri = f"{HERE}#datamangd-moten"
    page, rows = "http://testserver/oppna-data/moten/", "http://testserver/api/v1/moten"
    return Catalogue(
        iri=f"{HERE}#katalog",
        title="Data",
        description="Alla data.",
        licence=CC0,
        homepage="http://testserver/oppna-data/",
        publisher=Publisher(f"{HERE}#utgivare", "Kommittén", "http://testserver/om/"),
        contact=Contact(
            f"{HERE}#kontakt",
            "Sekretariatet",
            "info@portal.example",
            "+4681234567",
            "http://testserver/kontakt/",
        ),
        service=Service(f"{HERE}#api", "API", "JSON.", rows, rows, "application/json", page),
        datasets=(
            DatasetEntry(
                iri=iri,
                title="Möten",
                description="Alla möten.",
                keywords=("möten",),
                theme="GOVE",
                frequency="IRREG",
                source="Kommittén",
                licence=CC0,
                page=page,
                changed_at=MOMENT,
                temporal=(DAY, DAY),
                distributions=(
                    Distribution(f"{iri}-csv", "CSV", "Fil.", "text/csv", page, f"{page}moten.csv"),
                    Distribution(f"{iri}-api", "API", "Rader.", "application/json", rows, None, True),
                ),
            ),
        ),
    )


def small_graph() -> Graph:
    return Graph().parse(data=rdf_xml(small()), format="xml")


def test_catalogue_that_says_everything_conforms(shapes):
    assert mistakes(small_graph(), shapes) == ""


MANDATORY = [
    (DCAT.Catalog, DCTERMS.title),
    (DCAT.Catalog, DCTERMS.description),
    (DCAT.Catalog, DCTERMS.publisher),
    (DCAT.Catalog, DCTERMS.license),
    (DCAT.Catalog, DCAT.dataset),
    (DCAT.Catalog, RDF.type),
    (DCAT.Dataset, DCTERMS.title),
    (DCAT.Dataset, DCTERMS.description),
    (DCAT.Dataset, DCTERMS.publisher),
    (DCAT.Dataset, RDF.type),
    (DCAT.Distribution, DCAT.accessURL),
    (DCAT.Distribution, DCTERMS["format"]),
    (DCAT.Distribution, RDF.type),
    (DCAT.DataService, DCTERMS.title),
    (DCAT.DataService, DCAT.endpointURL),
    (DCAT.DataService, DCTERMS["format"]),
    (DCAT.DataService, RDF.type),
    (FOAF.Agent, FOAF.name),
    (FOAF.Agent, DCTERMS.type),
    (FOAF.Agent, RDF.type),
    (VCARD.Organization, VCARD.fn),
    (VCARD.Organization, VCARD.hasEmail),
    (VCARD.Organization, RDF.type),
]


@pytest.mark.parametrize(
    ("kind", "name"),
    MANDATORY,
    ids=[f"{kind.split('/')[-1]}-{name.split('/')[-1]}" for kind, name in MANDATORY],
)
def test_what_lacks_a_mandatory_property_does_not_conform(shapes, kind, name):
    graph = small_graph()
    subject = sorted(graph.subjects(RDF.type, kind), key=str)[0]
    graph.remove((subject, name, None))

    assert mistakes(graph, shapes)


ONCE = [
    (DCAT.Catalog, DCTERMS.publisher, URIRef(f"{HERE}#katalog")),
    (DCAT.Catalog, DCTERMS.license, URIRef("http://creativecommons.org/licenses/by/4.0/")),
    (DCAT.Dataset, DCTERMS.publisher, URIRef(f"{HERE}#katalog")),
    (DCAT.Distribution, DCAT.accessURL, URIRef("http://testserver/annan/")),
    (DCAT.Distribution, DCTERMS["format"], Literal("text/turtle")),
    (DCAT.DataService, DCTERMS["format"], Literal("text/turtle")),
    (FOAF.Agent, DCTERMS.type, URIRef("http://purl.org/adms/publishertype/Company")),
]


@pytest.mark.parametrize(
    ("kind", "name", "value"),
    ONCE,
    ids=[f"{kind.split('/')[-1]}-{name.split('/')[-1]}" for kind, name, _ in ONCE],
)
def test_what_may_be_said_once_is_not_said_twice(shapes, kind, name, value):
    graph = small_graph()
    graph.add((sorted(graph.subjects(RDF.type, kind), key=str)[0], name, value))

    assert mistakes(graph, shapes)


WRONG: dict[str, tuple[Node, Node, Node]] = {
    "licence with https": (
        DCAT.Catalog,
        DCTERMS.license,
        URIRef("https://creativecommons.org/publicdomain/zero/1.0/"),
    ),
    "licence without slash": (
        DCAT.Catalog,
        DCTERMS.license,
        URIRef("http://creativecommons.org/publicdomain/zero/1.0"),
    ),
    "title without language": (DCAT.Catalog, DCTERMS.title, Literal("Data")),
    "unknown publisher type": (
        FOAF.Agent,
        DCTERMS.type,
        URIRef("http://purl.org/adms/publishertype/Committee"),
    ),
    "format that is no media type": (DCAT.Distribution, DCTERMS["format"], Literal("CSV")),
    "relative address": (DCAT.Distribution, DCAT.accessURL, URIRef("oppna-data/")),
    "blank contact": (DCAT.Dataset, DCAT.contactPoint, BNode()),
    "contact that is the publisher": (DCAT.Dataset, DCAT.contactPoint, URIRef(f"{HERE}#utgivare")),
    "email without mailto": (VCARD.Organization, VCARD.hasEmail, URIRef("info@portal.example")),
    "unknown theme": (DCAT.Dataset, DCAT.theme, URIRef(f"{EU}/data-theme/PLAN")),
    "unknown frequency": (DCAT.Dataset, DCTERMS.accrualPeriodicity, URIRef("http://x.example/ANNUAL")),
    "identifier that is no UUID": (DCAT.Dataset, DCTERMS.identifier, Literal("moten")),
    "size that is no number": (DCAT.Distribution, DCAT.byteSize, Literal("stor")),
    "day that is no day": (DCTERMS.PeriodOfTime, DCAT.startDate, Literal("2017", datatype=XSD.gYear)),
    "period that ends first": (DCTERMS.PeriodOfTime, DCAT.endDate, Literal(date(2001, 1, 1))),
    "unknown availability": (
        DCAT.Distribution,
        DCATAP.availability,
        URIRef(f"{EU}/planned-availability/EVER"),
    ),
}


@pytest.mark.parametrize("named", WRONG)
def test_wrong_value_does_not_conform(shapes, named):
    kind, name, value = WRONG[named]
    graph = small_graph()
    graph.set((sorted(graph.subjects(RDF.type, kind), key=str)[0], name, value))

    assert mistakes(graph, shapes)


# --- What it says -------------------------------------------------------------------------------------------


def test_catalogue_of_an_empty_portal_conforms_and_lists_every_data_set(client, shapes):
    graph = graph_of(client)

    assert mistakes(graph, shapes) == ""
    listed = set(graph.objects(URIRef(f"{HERE}#katalog"), DCAT.dataset))
    assert listed == {URIRef(f"{HERE}#datamangd-{each.slug}") for each in DATASETS}


def test_nothing_is_without_an_address(client):
    make_secretariat()

    assert [node for triple in graph_of(client) for node in triple if isinstance(node, BNode)] == []


def test_contact_is_the_secretariat(client, shapes):
    make_secretariat()
    graph = graph_of(client)
    contact = URIRef(f"{HERE}#kontakt")

    assert mistakes(graph, shapes) == ""
    assert set(graph.objects(None, DCAT.contactPoint)) == {contact}
    assert graph.value(contact, VCARD.fn) == Literal("Sekretariatet")
    assert graph.value(contact, VCARD.hasEmail) == URIRef("mailto:info@portal.example")
    phone = graph.value(contact, VCARD.hasTelephone)
    assert graph.value(phone, VCARD.hasValue) == URIRef("tel:+46853530000")


def test_secretariat_without_email_is_no_contact(client, shapes):
    factories.make_body("sekretariatet", kind=Body.Kind.SECRETARIAT, phone="08-535 300 00")
    graph = graph_of(client)

    assert list(graph.objects(None, DCAT.contactPoint)) == []
    assert mistakes(graph, shapes) == ""


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("08-535 300 00", "+46853530000"),
        ("+46 8 535 300 00", "+46853530000"),
        ("+46 (0)8-535 300 00", "+46853530000"),
        ("0046 8 535 300 00", "+46853530000"),
        ("112", ""),
        ("535 300 00", ""),
        ("ring växeln", ""),
        ("", ""),
    ],
)
def test_number_is_written_as_called_from_anywhere(written, number):
    assert international(written) == number


def test_publisher_is_the_committee_under_an_address_of_the_portal(client):
    graph = graph_of(client)
    publisher = URIRef(f"{HERE}#utgivare")

    assert set(graph.objects(None, DCTERMS.publisher)) == {publisher}
    assert graph.value(publisher, FOAF.name) == Literal("Södertörnskommunernas samarbetskommitté", lang="sv")
    assert graph.value(publisher, DCTERMS.type) == URIRef("http://purl.org/adms/publishertype/LocalAuthority")


def test_data_set_says_what_it_is(client):
    factories.make_event(DAY)
    factories.make_event(date(2018, 5, 4))
    graph = graph_of(client)
    events = URIRef(f"{HERE}#datamangd-moten")
    described = next(each for each in DATASETS if each.slug == "moten")

    assert graph.value(events, DCTERMS.title) == Literal(described.title, lang="sv")
    assert graph.value(events, DCAT.theme) == URIRef(f"{EU}/data-theme/GOVE")
    assert graph.value(events, DCTERMS.accrualPeriodicity) == URIRef(f"{EU}/frequency/IRREG")
    assert graph.value(events, DCTERMS.accessRights) == URIRef(f"{EU}/access-right/PUBLIC")
    assert graph.value(events, DCAT.landingPage) == URIRef("http://testserver/oppna-data/moten/")
    changed_at = described.changed_at()
    assert changed_at
    assert graph.value(events, DCTERMS.modified) == Literal(changed_at.replace(microsecond=0))
    period = graph.value(events, DCTERMS.temporal)
    assert graph.value(period, DCAT.startDate) == Literal(DAY)
    assert graph.value(period, DCAT.endDate) == Literal(date(2018, 5, 4))


def test_distributions_lead_to_files_the_calendar_and_the_api(client):
    graph = graph_of(client)
    found = {
        str(iri).removeprefix(f"{HERE}#datamangd-moten-"): (
            str(graph.value(iri, DCTERMS["format"])),
            str(graph.value(iri, DCAT.downloadURL) or graph.value(iri, DCAT.accessURL)).removeprefix(
                "http://testserver"
            ),
        )
        for iri in graph.objects(URIRef(f"{HERE}#datamangd-moten"), DCAT.distribution)
    }

    assert found == {
        "csv": ("text/csv", "/oppna-data/moten.csv"),
        "json": ("application/json", "/oppna-data/moten.json"),
        "xlsx": (
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "/oppna-data/moten.xlsx",
        ),
        "ics": ("text/calendar", "/kalender/kalender.ics"),
        "api": ("application/json", "/api/v1/moten"),
    }
    assert graph.value(URIRef(f"{HERE}#datamangd-moten-api"), DCAT.accessService) == URIRef(f"{HERE}#api")


def test_every_address_of_the_portal_answers_with_the_format_that_is_said(client):
    graph = graph_of(client)

    for distribution in graph.subjects(RDF.type, DCAT.Distribution):
        media_type = str(graph.value(distribution, DCTERMS["format"]))
        for name in (DCAT.downloadURL, DCAT.accessURL):
            address = graph.value(distribution, name)
            if address is not None:
                response = client.get(str(address).removeprefix("http://testserver"))
                assert response.status_code == 200, address
                if name == DCAT.downloadURL:
                    assert response["Content-Type"].partition(";")[0] == media_type, address
    for service in graph.subjects(RDF.type, DCAT.DataService):
        for name in (DCAT.endpointURL, DCAT.endpointDescription, DCAT.landingPage):
            assert (
                client.get(str(graph.value(service, name)).removeprefix("http://testserver")).status_code
                == 200
            )


def test_each_distribution_has_the_licence_of_its_data(client):
    graph = graph_of(client)

    for each in DATASETS:
        for distribution in graph.objects(URIRef(f"{HERE}#datamangd-{each.slug}"), DCAT.distribution):
            assert graph.value(distribution, DCTERMS.license) == URIRef(each.licence)


def test_signs_that_xml_has_not_are_left_out():
    contact = Contact(f"{HERE}#kontakt", "Sekretariatet\x0bi Huddinge\x00", "info@portal.example", "", HERE)
    graph = Graph().parse(data=rdf_xml(dataclasses.replace(small(), contact=contact)), format="xml")

    assert graph.value(URIRef(f"{HERE}#kontakt"), VCARD.fn) == Literal("Sekretariatet i Huddinge ")


# --- How it is sent -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "accept", ["*/*", "application/rdf+xml", "text/turtle", "text/html", "application/json", ";;"]
)
def test_rdf_xml_is_sent_whatever_is_asked_for(client, accept):
    response = client.get(ADDRESS, headers={"accept": accept})

    assert (response.status_code, response["Content-Type"]) == (200, "application/rdf+xml")
    assert response["Access-Control-Allow-Origin"] == "*"


def test_whoever_has_the_catalogue_is_told_so(client):
    event = factories.make_event(DAY)
    first = client.get(ADDRESS)
    again = client.get(ADDRESS, headers={"if-none-match": first["ETag"]})
    event.title = "Annat"
    event.save()

    assert (again.status_code, again.content) == (304, b"")
    assert client.get(ADDRESS, headers={"if-none-match": "x"}).status_code == 200


def test_new_row_makes_another_catalogue(client):
    first = client.get(ADDRESS)["ETag"]
    factories.make_event(DAY)

    assert client.get(ADDRESS)["ETag"] != first


def test_catalogue_is_only_for_reading(client):
    assert client.post(ADDRESS).status_code == 405


SAME = "from tests.sodertorn.test_dcat import *; sys.stdout.buffer.write(rdf_xml(small()))"


def test_same_catalogue_is_the_same_bytes_in_every_process():
    """Each worker answers with the same ETag."""
    written = {
        subprocess.run(
            [sys.executable, "-c", f"import django; django.setup(); {SAME}"],
            env={**os.environ, "PYTHONHASHSEED": seed, "DJANGO_SETTINGS_MODULE": "tests.settings"},
            cwd=settings.BASE_DIR,
            check=True,
            capture_output=True,
        ).stdout
        for seed in ("1", "2")
    }

    assert written == {rdf_xml(small())}


def test_portal_starts_without_the_library_for_rdf():
    """It takes as much memory as a third of a worker."""
    code = "import django; django.setup(); import sodertorn.urls, sys; sys.exit('rdflib' in sys.modules)"
    subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        cwd=settings.BASE_DIR,
        check=True,
    )
