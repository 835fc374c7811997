"""Key figures from Kolada, asked of a service on the loopback address, and the one that is shipped."""

import socket
from collections.abc import Callable, Iterator
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from committee.models import Indicator, IndicatorValue
from sodertorn.kolada import ADDRESS, Client, KoladaError, KoladaValue
from sodertorn.management.commands import import_indicators
from sodertorn.models import LoadedRow
from tests import factories
from tests.services.kolada import Kolada, line, running
from tests.services.pxweb import Answer, json_answer

TODAY = timezone.localdate().isoformat()
SOURCE = f"Kolada, N01982, hämtad {TODAY}"


@pytest.fixture
def service() -> Iterator[Kolada]:
    data = {
        ("N01982", "0127", 2024): [line(31.2), line(29.1, "M"), line(33.4, "K")],
        ("N01982", "0127", 2025): [line(31.987654321)],
        ("N01982", "0128", 2024): [line(0.0)],
        ("N01982", "0128", 2025): [line(None)],
        ("N03937", "0127", 2025): [line(7)],
    }
    titles = {
        "N01982": "Invånare 25–64 år med eftergymnasial utbildning, andel (%)",
        "N03937": "Öppet arbetslösa",
    }
    with running(Kolada(titles, data)) as service:
        yield service


@pytest.fixture
def indicators(db: None) -> list[Indicator]:
    factories.make_municipality("Botkyrka", "0127", position=1)
    factories.make_municipality("Salem", "0128", position=2)
    return [
        factories.make_indicator("Utbildning", kolada_id="N01982"),
        factories.make_indicator("Öppet arbetslösa", kolada_id="N03937"),
        factories.make_indicator("Eget"),
        factories.make_indicator("Invånare", kolada_id="N01951", from_population=True),
    ]


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long the command would have slept, each time."""
    waits: list[float] = []

    def quick(address: str, tell: Callable[[str], None]) -> Client:
        return Client(address, tell, timeout=0.5, sleep=waits.append)

    monkeypatch.setattr(import_indicators, "make_client", quick)
    return waits


def run(service: Kolada, **options: Any) -> list[str]:
    """The lines that the command writes, with ordinary spaces."""
    out = StringIO()
    call_command("import_indicators", url=service.url, stdout=out, **options)
    return out.getvalue().replace("\xa0", " ").splitlines()


def refused(service: Kolada, **options: Any) -> str:
    """What the command says when it gives up."""
    with pytest.raises(CommandError) as error:
        run(service, **options)
    return str(error.value)


def stored() -> dict[tuple[str, str, int], Decimal | None]:
    rows = IndicatorValue.objects.select_related("indicator", "municipality")
    return {(row.indicator.name, row.municipality.code, row.year): row.value for row in rows}


def education() -> dict[tuple[str, int], Decimal | None]:
    return {(code, year): value for (name, code, year), value in stored().items() if name == "Utbildning"}


FETCHED = {
    ("0127", 2024): Decimal("31.2000"),
    ("0127", 2025): Decimal("31.9877"),
    ("0128", 2024): Decimal("0.0000"),
    ("0128", 2025): None,
}


@pytest.mark.usefixtures("indicators")
class TestImport:
    def test_every_indicator_is_fetched_and_reported(self, service: Kolada) -> None:
        assert run(service) == [
            "Hämtar 1 av 2: Utbildning …",
            "N01982: Invånare 25–64 år med eftergymnasial utbildning, andel (%)",
            "Utbildning: 4 nya, 0 ändrade, 0 oförändrade, 0 lämnade.",
            "  Kolada saknar uppgift för 1 av dem.",
            "Hämtar 2 av 2: Öppet arbetslösa …",
            "N03937: Öppet arbetslösa",
            "Öppet arbetslösa: 1 nya, 0 ändrade, 0 oförändrade, 0 lämnade.",
        ]
        assert education() == FETCHED
        row = IndicatorValue.objects.get(indicator__name="Utbildning", municipality__code="0128", year=2025)
        assert (row.value, row.missing, row.source) == (None, "saknas i Kolada", SOURCE)
        assert {path for path, _ in service.calls} == {
            "/v3/kpi/N01982",
            "/v3/data/kpi/N01982/municipality/0127,0128",
            "/v3/kpi/N03937",
            "/v3/data/kpi/N03937/municipality/0127,0128",
        }

    def test_only_what_is_asked_for_is_fetched(self, service: Kolada) -> None:
        run(service, kolada_ids=["N01982"], years=[2025, 2025])

        assert service.calls[-1][0] == "/v3/data/kpi/N01982/municipality/0127,0128/year/2025"
        assert sorted(stored()) == [("Utbildning", "0127", 2025), ("Utbildning", "0128", 2025)]

    def test_dry_run_tells_and_changes_nothing(self, service: Kolada) -> None:
        lines = run(service, kolada_ids=["N01982"], dry_run=True)

        assert lines[2] == "Utbildning (provkörning): 4 nya, 0 ändrade, 0 oförändrade, 0 lämnade."
        assert lines[-1] == "Provkörning: inget ändrades."
        assert (IndicatorValue.objects.count(), LoadedRow.objects.count()) == (0, 0)

    def test_again_changes_nothing_and_keeps_the_day_of_the_first_time(self, service: Kolada) -> None:
        run(service)
        IndicatorValue.objects.update(source="Kolada, N01982, hämtad 2020-01-01")
        for row in LoadedRow.objects.all():
            LoadedRow.objects.filter(pk=row.pk).update(
                values={**row.values, "source": "Kolada, N01982, hämtad 2020-01-01"}
            )
        before = list(IndicatorValue.objects.values())

        assert run(service)[2] == "Utbildning: 0 nya, 0 ändrade, 4 oförändrade, 0 lämnade."
        assert list(IndicatorValue.objects.values()) == before

    def test_changed_figure_is_told_and_has_a_new_source(self, service: Kolada) -> None:
        run(service, kolada_ids=["N01982"])
        service.data["N01982", "0127", 2024] = [line(32.5)]
        service.data["N01982", "0128", 2025] = [line(1.5)]
        lines = run(service, kolada_ids=["N01982"])

        assert lines[2:] == [
            "Utbildning: 0 nya, 2 ändrade, 2 oförändrade, 0 lämnade.",
            "  Utbildning, Botkyrka 2024: 31,2 → 32,5",
            "  Utbildning, Salem 2025: uppgift saknas → 1,5",
        ]
        assert education()["0128", 2025] == Decimal("1.5")

    def test_what_staff_have_edited_is_left_and_told(self, service: Kolada) -> None:
        run(service, kolada_ids=["N01982"])
        row = IndicatorValue.objects.get(municipality__code="0127", year=2024)
        row.value = Decimal(40)
        row.save()

        assert run(service, kolada_ids=["N01982"])[2:4] == [
            "Utbildning: 0 nya, 0 ändrade, 3 oförändrade, 1 lämnade.",
            "  Lämnad: Utbildning, Botkyrka 2024: ändrad i administrationen (värde).",
        ]
        assert education()["0127", 2024] == 40
        run(service, kolada_ids=["N01982"], overwrite=True)
        assert education() == FETCHED

    def test_figures_that_kolada_takes_back_stay_and_are_told(self, service: Kolada) -> None:
        run(service, kolada_ids=["N01982"])
        service.data["N01982", "0127", 2024] = [line(31.2, isdeleted=True)]

        lines = run(service, kolada_ids=["N01982"])
        assert lines[-1] == "  Finns här men inte längre i Kolada (kommun och år): 0127/2024"
        assert education() == FETCHED

    def test_failure_keeps_the_indicators_before_it_whole(self, service: Kolada) -> None:
        del service.titles["N03937"]

        assert refused(service) == (
            "Kolada har inget nyckeltal N03937. Kontrollera numret. Det som hämtades före felet är sparat: "
            "N01982. Kör kommandot igen för resten."
        )
        assert education() == FETCHED
        assert len(stored()) == 4

    def test_failure_on_a_later_page_stores_nothing_of_the_indicator(self, service: Kolada) -> None:
        service.per_page = 2
        service.change = lambda document: (
            {**document, "values": "trasigt"} if document["previous_url"] else document
        )

        assert refused(service, kolada_ids=["N01982"]) == (
            "Svaret från Kolada har inte den väntade formen. Inget ändrades."
        )
        assert stored() == {}

    @pytest.mark.parametrize(
        ("asked", "told"),
        [
            (
                "N99999",
                "Inget nyckeltal här har numret N99999 i Kolada. Lägg upp det i administrationen först.",
            ),
            ("N01951", "N01951 (Invånare) visar folkmängden. Hämta den med import_population i stället."),
        ],
    )
    def test_indicator_that_can_not_be_fetched_is_refused(
        self, service: Kolada, asked: str, told: str
    ) -> None:
        assert refused(service, kolada_ids=[asked]) == f"{told} Inget ändrades."
        assert service.calls == []

    def test_empty_answer_is_told(self, service: Kolada) -> None:
        assert refused(service, kolada_ids=["N01982"], years=[1990]) == (
            "N01982: Kolada har inga värden för kommunerna för 1990. Inget ändrades."
        )

    def test_value_that_can_not_be_stored_is_told_with_its_place(self, service: Kolada) -> None:
        service.data["N01982", "0127", 2024] = [line(10**13)]

        assert refused(service, kolada_ids=["N01982"]).startswith("Utbildning, Botkyrka 2024: värde: ")
        assert stored() == {}

    def test_progress_tells_of_waiting(self, service: Kolada, waits: list[float]) -> None:
        service.next_answers = [json_answer({}, 429)]
        service.next_answers[0].headers["Retry-After"] = "7"

        assert run(service, kolada_ids=["N01982"])[1] == "för många anrop (429); nytt försök om 7 s (2 av 4)."
        assert waits == [7.0]


# --- The client ---------------------------------------------------------------------------------------------


def client(service: Kolada, **options: Any) -> Client:
    return Client(service.url, **{"timeout": 0.5, "sleep": lambda _: None, **options})


def test_pages_are_followed_to_the_last(service: Kolada) -> None:
    service.per_page = 1
    found = client(service).values("N01982", ["0127", "0128"], [])

    assert found == [
        KoladaValue("0127", 2024, Decimal("31.2"), ""),
        KoladaValue("0127", 2025, Decimal("31.987654321"), ""),
        KoladaValue("0128", 2024, Decimal("0.0"), ""),
        KoladaValue("0128", 2025, None, "Missing"),
    ]
    assert [parameters.get("page") for _, parameters in service.calls] == [None, ["2"], ["3"], ["4"]]


def test_ids_are_asked_for_twenty_at_a_time(service: Kolada) -> None:
    codes = [f"{number:04}" for number in range(100, 141)]
    client(service).values("N01982", codes, list(range(2000, 2026)))

    asked = [path.split("/") for path, _ in service.calls]
    assert [(len(words[6].split(",")), len(words[8].split(","))) for words in asked] == [
        *((20, 20), (20, 6), (20, 20), (20, 6), (1, 20), (1, 6))
    ]


def next_url(url: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda document: {**document, "next_url": url}


def row_with(**fields: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    row = {"kpi": "N01982", "municipality": "0127", "period": 2025, "values": [line(1)]}
    return lambda document: {**document, "values": [{**row, **fields}], "next_url": None}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (next_url("https://kolada.example/v3/data"), "annan adress: https://kolada.example/v3/data"),
        (next_url("file:///etc/passwd"), "annan adress: file:///etc/passwd"),
        (next_url("?per_page=5000"), "om och om igen"),
        (row_with(municipality="1280"), "något annat än det som frågades efter"),
        (row_with(kpi="N00001"), "något annat än det som frågades efter"),
        (row_with(period="2025"), "något annat än det som frågades efter"),
        (row_with(values=None), "något annat än det som frågades efter"),
        (row_with(values=[1]), "inte den väntade formen"),
        (row_with(values=[line("12,5")]), "Värdet för 0127 2025 av N01982 är inte ett tal."),
        (row_with(values=[line(float("nan"))]), "Värdet för 0127 2025 av N01982 är inte ett tal."),
        (row_with(values=[line(True)]), "Värdet för 0127 2025 av N01982 är inte ett tal."),
        (row_with(values=[line(1), line(2)]), "flera värden av N01982 för samma kommun och år"),
        (lambda document: [document], "inte den väntade formen"),
        (lambda document: {"detail": "?"}, "inte den väntade formen"),
    ],
)
def test_answer_that_can_not_be_right_is_refused(
    service: Kolada, change: Callable[[dict[str, Any]], Any], told: str
) -> None:
    service.change = change

    with pytest.raises(KoladaError, match=told.replace("?", r"\?")):
        client(service).values("N01982", ["0127", "0128"], [])


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (json_answer({"detail": "Gone"}, 410), "har stängts (410). Portalen behöver uppdateras."),
        (json_answer({"detail": "Not Found"}, 404), "avvisade frågan (404: Not Found)"),
        (Answer(b"<html>", 403), "avvisade frågan (403): "),
        (Answer(b"<!DOCTYPE html>"), "en webbsida och inte nyckeltal"),
        (Answer("å".encode("latin-1")), "inte text i UTF-8"),
    ],
)
def test_refusal_is_final(service: Kolada, answer: Answer, told: str) -> None:
    service.next_answers = [answer]

    with pytest.raises(KoladaError) as error:
        client(service).title("N01982")
    assert told in str(error.value)
    assert len(service.calls) == 1


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (lambda: json_answer({}, 429), "för många anrop (429)"),
        (lambda: json_answer({}, 503), "fel hos tjänsten (503)"),
        (lambda: Answer(b'{"values": ['), "inte giltig JSON"),
        (lambda: Answer(b'{"values": []}', missing_bytes=9), "förbindelsen bröts"),
        (lambda: Answer(b'{"values": []}', pause=0.3, pieces=3), "svaret dröjde mer än 0.5 s"),
    ],
)
def test_what_may_pass_is_tried_four_times(
    service: Kolada, waits: list[float], answer: Callable[[], Answer], told: str
) -> None:
    service.next_answers = [answer() for _ in range(4)]
    with pytest.raises(KoladaError) as error:
        client(service, sleep=waits.append).title("N01982")

    assert told in str(error.value)
    assert waits == [1.0, 2.0, 4.0]
    service.next_answers = [answer()]
    assert client(service).title("N03937") == "Öppet arbetslösa"


def test_service_that_asks_for_a_long_wait_is_left_alone(service: Kolada, waits: list[float]) -> None:
    answer = json_answer({}, 429)
    answer.headers["Retry-After"] = "3600"
    service.next_answers = [answer]

    with pytest.raises(KoladaError, match="för många anrop"):
        client(service, sleep=waits.append).title("N01982")
    assert waits == []


def test_address_that_nobody_answers_at_is_told() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        nobody = Client(f"http://127.0.0.1:{taken.getsockname()[1]}", sleep=lambda _: None, timeout=0.5)
        with pytest.raises(KoladaError, match="gav inget svar"):
            nobody.title("N01982")


@pytest.mark.parametrize("address", ["ftp://kolada.example", "kolada.example", "https://"])
def test_address_must_be_of_the_web(address: str) -> None:
    with pytest.raises(KoladaError, match="ska börja med https"):
        Client(address)


def test_public_address_is_version_three() -> None:
    assert ADDRESS == "https://api.kolada.se/v3"


# --- What comes with the portal -----------------------------------------------------------------------------


def test_the_number_of_inhabitants_comes_with_the_portal_and_has_no_values_of_its_own(db: None) -> None:
    call_command("load_indicators", verbosity=0, stdout=StringIO())
    row = Indicator.objects.get()

    assert (row.name, row.kolada_id, row.unit, row.whole) == ("Invånare", "N01951", "antal", "sum")
    assert (row.from_population, row.is_draft) == (True, False)
    assert not IndicatorValue.objects.exists()
    out = StringIO()
    call_command("load_indicators", stdout=out)
    assert out.getvalue() == "Nyckeltal: 0 nya, 0 ändrade, 1 oförändrade, 0 lämnade.\n"
