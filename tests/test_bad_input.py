"""Bad input on public pages: what is asked for wrongly is not found, or said to be wrong.

The test client raises what a view raises, so an answer of any kind means that no view broke down.
"""

from urllib.parse import quote

import pytest
from django.test import Client
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.reading import Element, parse, read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plan_2017")]

EVENT = "/kalender/2017/02/02/samarbetskommitten/"
MONTH_EVENT = "/kalender/2018/01/samarbetskommitten/"
FILTER_FIELDS = ["organ", "vard", "typ"]

# One address of each kind of page.
PAGES = [
    "/",
    "/om/",
    "/kontakt/",
    "/verksamhetsplan/2017/",
    "/samverkan/",
    "/samverkan/2017/klimat/",
    "/organisation/",
    "/organisation/samarbetskommitten/",
    "/kommuner/",
    "/kommuner/botkyrka/",
    "/kalender/",
    "/kalender/tidigare/",
    "/kalender/2017/",
    "/kalender/2017/10/",
    "/kalender/2017/v43/",
    EVENT,
    MONTH_EVENT,
    "/vardskap/",
    "/budget/",
    "/budget/2017/",
    "/nyheter/",
    "/lattlast/",
]


def assert_not_found(client: Client, address: str) -> Element:
    """The address gives the portal's own page in Swedish, whose links lead on."""
    response = client.get(address)
    page = parse(response.content.decode())

    assert response.status_code == 404, address
    assert page.one("html").attributes["lang"] == "sv"
    assert page.one("h1").text == "Sidan finns inte"
    assert "/" in page.one("main").links()
    return page


# --- Addresses ----------------------------------------------------------------------------------------------

YEARS = [
    "0000",
    "1899",
    "1999",
    "2016",
    "2199",
    "9999",
    "17",
    "20170",
    "-2017",
    "2017.0",
    "tjugohundra",
    "２０１７",
]


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("pattern", ["/verksamhetsplan/{}/", "/budget/{}/", "/kalender/{}/"])
def test_year_without_anything_is_not_found(client, pattern, year):
    assert_not_found(client, pattern.format(quote(year)))


@pytest.mark.parametrize("year", YEARS)
def test_target_area_of_another_year_is_not_found(client, year):
    assert_not_found(client, f"/samverkan/{quote(year)}/klimat/")


@pytest.mark.parametrize(
    "day",
    [
        "0000/02/02",
        "1899/02/02",
        "2016/02/02",
        "9999/02/02",
        "2017/00/02",
        "2017/13/02",
        "2017/99/02",
        "2017/2/2",
        "2017/02/00",
        "2017/02/29",
        "2017/02/30",
        "2017/02/32",
        "2017/02/99",
        "2017/02/03",
        "2017/02/002",
        "2017-02-02",
        "2017/02/-2",
    ],
)
def test_event_on_a_day_that_is_none_or_has_none_is_not_found(client, day):
    assert_not_found(client, f"/kalender/{day}/samarbetskommitten/")


@pytest.mark.parametrize(
    "month", ["1899/01", "2018/00", "2018/13", "2018/99", "2018/1", "2018/02", "9999/01"]
)
def test_event_in_a_month_that_is_none_or_has_none_is_not_found(client, month):
    assert_not_found(client, f"/kalender/{month}/samarbetskommitten/")


def test_event_of_a_month_has_no_address_with_a_day(client):
    assert client.get(MONTH_EVENT).status_code == 200
    assert_not_found(client, "/kalender/2018/01/00/samarbetskommitten/")
    assert_not_found(client, "/kalender/2018/01/01/samarbetskommitten/")


def test_event_of_a_day_has_no_address_without_it(client):
    assert client.get(EVENT).status_code == 200
    assert_not_found(client, "/kalender/2017/02/samarbetskommitten/")


SLUGS = [
    "finns-inte",
    "BOTKYRKA",
    "å",
    "a b",
    "botkyrka'--",
    "../admin",
    "botkyrka;x",
    "%",
    "a" * 5000,
    "🙂",
    "_",
]


@pytest.mark.parametrize(
    "pattern",
    [
        "/kommuner/{}/",
        "/organisation/{}/",
        "/samverkan/2017/{}/",
        "/kalender/2017/02/02/{}/",
        "/kalender/2018/01/{}/",
        "/{}/",
    ],
)
@pytest.mark.parametrize("slug", SLUGS, ids=range(len(SLUGS)))
def test_unknown_or_odd_name_in_an_address_is_not_found(client, pattern, slug):
    assert_not_found(client, pattern.format(quote(slug, safe="")))


@pytest.mark.parametrize(
    "address",
    [
        "/%00/",
        "/kommuner/%00/",
        "/kommuner/botkyrka%00/",
        "/organisation/samarbets%00kommitten/",
        "/kalender/2017%00/",
        "/kalender/2017/02/02/%00/",
        "/verksamhetsplan/2017%00/",
        "/%FF/",
        "/kommuner/%FF%FE/",
        "/kommuner/nyn%E4shamn/",  # Latin-1, as an old browser or a paper would have it
        "/kalender/%C3%28/",
        "/kalender/2017/02/02/%ED%A0%80/",
        "/%0D%0AX-Fel:1/",
    ],
)
def test_address_with_bytes_that_are_no_text_is_not_found(client, address):
    assert_not_found(client, address)


def test_not_found_page_repeats_nothing_of_the_address(client):
    page = assert_not_found(client, "/%3Cscript%3Ealert(1)%3C/script%3E/")

    assert "alert" not in page.text


@pytest.mark.parametrize("address", [page for page in PAGES if page != "/"])
def test_address_without_its_last_slash_leads_to_the_page(client, address):
    response = client.get(address.rstrip("/"))

    assert (response.status_code, response["Location"]) == (301, address)


@given(path=st.text(st.characters(codec="utf-8"), max_size=60))
@example(path="kalender/2017/02/30/samarbetskommitten/")
@settings(max_examples=150, deadline=None)
def test_whatever_path_never_breaks_a_page(path):
    response = Client().get("/" + quote(path, safe="/"))

    assert response.status_code in (200, 301, 302, 404)


@given(
    year=st.integers(1900, 2199),
    month=st.integers(0, 99),
    day=st.none() | st.integers(0, 99),
    slug=st.sampled_from(["samarbetskommitten", "nyckeltalsdag", "x"]),
)
@example(year=2017, month=2, day=0, slug="samarbetskommitten")
@example(year=2018, month=1, day=0, slug="samarbetskommitten")
@settings(max_examples=150, deadline=None)
def test_whatever_day_is_a_meeting_of_that_day_or_not_found(year, month, day, slug):
    days = f"{year}/{month:02}" if day is None else f"{year}/{month:02}/{day:02}"
    address = f"/kalender/{days}/{slug}/"
    response = Client().get(address)

    assert response.status_code in (200, 404)
    if response.status_code == 200:
        assert response.context["event"].get_absolute_url() == address


@pytest.mark.parametrize("suffix", ["/", ".ics", ".csv", ".json"])
@pytest.mark.parametrize(
    "period",
    [
        *(f"{year}/{part}" for year in ("0000", "1899", "2015", "2199", "9999") for part in ("01", "v01")),
        *(f"2017/{month}" for month in ("00", "13", "99", "1", "010", "-1", "oktober")),
        *(f"2017/{week}" for week in ("v00", "v53", "v54", "v99", "v1", "v001", "V43", "w43", "v", "v-1")),
        "2016/v51",  # The year before the first event, but for its last week, which has a day in 2017.
        "2016/12",
        "2020",  # Two years after the last event.
        "2020/01",
        "2020/v02",
    ],
)
def test_month_or_week_that_is_none_or_is_out_of_bounds_is_not_found(client, period, suffix):
    assert_not_found(client, f"/kalender/{period}{suffix}")


@pytest.mark.parametrize(
    "address",
    [
        "/kalender/2017.pdf",
        "/kalender/2017.ICS",
        "/kalender/2017.ics/",
        "/kalender/2017.",
        "/kalender/2017/10.xml",
        "/kalender/kommande.html",
        "/kalender/kommande",
        "/kalender/2017/02/02/samarbetskommitten.csv",
    ],
)
def test_format_that_a_page_does_not_have_is_not_found(client, address):
    assert_not_found(client, address)


@pytest.mark.parametrize("page", ["0", "-1", "2", "99999999999999999999", "1.5", "x", "%00", "٣", ""])
def test_page_number_that_is_none_is_not_found(client, page):
    assert_not_found(client, f"/kalender/tidigare/?sida={page}")


@given(year=st.integers(0, 9999), number=st.integers(0, 99), is_week=st.booleans())
@example(year=2016, number=52, is_week=True)
@example(year=2020, number=1, is_week=True)
@settings(max_examples=100, deadline=None)
def test_whatever_month_or_week_is_a_page_or_not_found(year, number, is_week):
    part = f"v{number:02}" if is_week else f"{number:02}"

    assert Client().get(f"/kalender/{year:04}/{part}/").status_code in (200, 404)


# --- Filters ------------------------------------------------------------------------------------------------

CALENDAR_PAGES = [
    "/kalender/",
    "/kalender/tidigare/",
    "/kalender/2017/",
    "/kalender/2017/10/",
    "/kalender/2017/v43/",
]

ERRORS = {
    "organ": "Organet i adressen finns inte. Välj ett i listan.",
    "vard": "Kommunen i adressen finns inte. Välj en i listan.",
    "typ": "Typen i adressen finns inte. Välj en i listan.",
}
BAD_VALUES = [
    "finns-inte",
    "1",
    "%FF",
    "%C3%28",
    "' OR 1=1 --",
    "å" * 10_000,
    "%",
    "%ED%A0%80",
]


@pytest.mark.parametrize("address", CALENDAR_PAGES)
@pytest.mark.parametrize("field", FILTER_FIELDS)
@pytest.mark.parametrize("value", BAD_VALUES, ids=range(len(BAD_VALUES)))
def test_unknown_filter_value_is_explained_above_an_empty_list(client, address, field, value):
    page = read(client, f"{address}?{field}={value}")

    assert ERRORS[field] in page.texts("p", "notice--warning")
    assert page.one("h2", "empty__title").text == "Inga möten passar filtret"
    assert page.all("li", "event") == []
    assert page.all("ul", "chips") == []


@pytest.mark.parametrize("field", FILTER_FIELDS)
@pytest.mark.parametrize("value", ["%00", "samarbets%00kommitten"])
def test_null_byte_in_a_filter_is_explained_above_an_empty_list(client, field, value):
    page = read(client, f"/kalender/2017/?{field}={value}")

    assert page.texts("p", "notice--warning") == [ERRORS[field]]
    assert page.all("li", "event") == []


@pytest.mark.parametrize("value", ["%00", "x" * 10_000, "%22%3E%3Cscript%3E"], ids=["null", "long", "script"])
@pytest.mark.parametrize("address", CALENDAR_PAGES)
def test_unknown_value_is_not_repeated_in_any_link(client, address, value):
    page = read(client, f"{address}?organ={value}&typ=meeting")

    assert [link for link in page.links() if "organ=" in link] == []


@pytest.mark.parametrize("query", ["organ=x", "organ=ledningsgruppen&vard=%00", "typ=" + "x" * 10_000])
@pytest.mark.parametrize("stem", ["kommande", "tidigare", "2017", "2017/10", "2017/v43"])
@pytest.mark.parametrize("suffix", ["ics", "csv", "json"])
def test_unknown_filter_value_gives_no_file_that_seems_empty(client, stem, suffix, query):
    assert_not_found(client, f"/kalender/{stem}.{suffix}?{query}")


def test_unknown_value_beside_good_ones_gives_an_empty_list_too(client):
    page = read(client, "/kalender/2017/?organ=ledningsgruppen&typ=fel")

    assert page.texts("p", "notice--warning") == [ERRORS["typ"]]
    assert page.all("li", "event") == []


def test_repeated_parameter_counts_once_as_the_last(client):
    page = read(client, "/kalender/2017/?organ=finns-inte&organ=sodertorns-radslag")

    assert page.texts("h3", "event__title") == ["Södertörns rådslag"]
    assert page.all("p", "notice--warning") == []


def test_empty_parameters_are_no_filter(client):
    assert len(read(client, "/kalender/2017/?organ=&vard=&typ=").all("li", "event")) == 17


@pytest.mark.parametrize(
    "query",
    [
        "a=" + "x" * 10_000,
        "%00",
        "%00=%00",
        "%FF=%FF",
        "&&&",
        "=",
        "organ",
        "a=1;b=2",
        "csrfmiddlewaretoken=x",
    ],
)
@pytest.mark.parametrize("address", PAGES)
def test_query_that_means_nothing_is_passed_over(client, address, query):
    assert client.get(f"{address}?{query}").status_code == 200


def test_ten_thousand_parameters_are_too_many(client):
    query = "&".join(f"organ{number}=x" for number in range(10_000))

    response = client.get(f"/kalender/2017/?{query}")

    assert response.status_code == 400
    assert "Förfrågan gick inte att förstå" in response.content.decode()


def test_filter_value_is_shown_as_text_only(client):
    address = "/kalender/2017/?organ=%22%3E%3Cscript%3Ealert(1)%3C/script%3E"
    response = client.get(address)

    assert b"<script>alert" not in response.content
    scripts = parse(response.content.decode()).all("script")
    assert [script.attributes for script in scripts] == [{"type": "application/ld+json"}]


@given(query=st.dictionaries(st.sampled_from([*FILTER_FIELDS, "x"]), st.text(max_size=40), max_size=4))
@settings(max_examples=100, deadline=None)
def test_whatever_filter_gives_a_page(query):
    response = Client().get("/kalender/2017/", query)

    assert response.status_code == 200


# --- Methods ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", [*PAGES, "/verksamhetsplan/"])
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_page_is_only_read(client, address, method):
    assert getattr(client, method)(address).status_code == 405


@pytest.mark.parametrize("address", PAGES)
def test_posting_from_elsewhere_is_refused_in_swedish(address):
    response = Client(enforce_csrf_checks=True).post(address, {"x": "y"})

    assert response.status_code == 403
    assert parse(response.content.decode()).one("h1").text == "Formuläret kunde inte tas emot"


@pytest.mark.parametrize("address", PAGES)
def test_head_answers_as_get_without_a_body(client, address):
    response = client.head(address)

    assert (response.status_code, response.content) == (200, b"")


@pytest.mark.parametrize("host", ["", "x" * 300, "evil.example", "å.se", "a b"])
def test_foreign_host_name_is_refused(client, host):
    assert client.get("/", headers={"host": host}).status_code == 400


@pytest.mark.parametrize(
    "headers",
    [
        {"cookie": "sessionid=' OR 1=1; csrftoken=\x01"},
        {"cookie": "sessionid=" + "x" * 5000},
        {"accept-language": "xx-YY;q=nonsense,,,"},
        {"accept": "\xff\xfe"},
        {"if-modified-since": "nonsense"},
        {"range": "bytes=5-1"},
    ],
)
def test_nonsense_in_headers_is_passed_over(client, headers):
    response = client.get("/", headers=headers)

    assert response.status_code == 200
    assert parse(response.content.decode()).one("html").attributes["lang"] == "sv"
