"""Population figures from Statistics Sweden, asked of a service on the loopback address, and from files."""

import datetime
import socket
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from committee.models import Municipality, Population
from sodertorn.management.commands import import_population
from sodertorn.models import LoadedRow
from sodertorn.statistics_sweden import ADDRESS, Client, StatisticsError
from tests import factories
from tests.services.pxweb import Answer, PxTable, PxWeb, json_answer, problem, running

REGIONS = {"00": "Riket", "0126": "Huddinge", "0127": "Botkyrka", "0138": "Tyresö"}
SOURCE = "SCB, tabell TAB638, BE0101N1 Folkmängd, uppdaterad 2025-02-21"


def old_table(**kwargs: Any) -> PxTable:
    """BefolkningNy: sex and civil status may be left out, age has a total."""
    cells = {
        (region, str(year)): 1000 * place + year - 2000
        for place, region in enumerate(REGIONS)
        for year in range(2014, 2025)
    }
    table = {
        "name": "TAB638",
        "label": "Folkmängden efter region, civilstånd, ålder, kön, tabellinnehåll och år",
        "updated": "2025-02-21T07:00:00Z",
        "content": {"BE0101N1": "Folkmängd", "BE0101N2": "Folkökning"},
        "totals": {
            "Civilstand": {"OG": "ogifta", "G": "gifta"},
            "Alder": {"0": "0 år", "100+": "100+ år", "tot": "totalt ålder"},
            "Kon": {"1": "män", "2": "kvinnor"},
        },
        "left_out": ("Region", "Civilstand", "Alder", "Kon"),
        "regions": REGIONS,
        "cells": cells,
    }
    return PxTable(**{**table, **kwargs})


def new_table(**kwargs: Any) -> PxTable:
    """BefolkningCKM: other codes, and totals that must be chosen."""
    table = {
        "name": "TAB5557",
        "label": "Folkmängden efter region, civilstånd, ålder, kön, tabellinnehåll och år",
        "updated": "2026-02-20T07:00:00Z",
        "content": {"000007ME": "Folkmängd", "000007MG": "Folkökning"},
        "totals": {
            "Civilstand": {"OG": "ogifta", "SC": "totalt, samtliga civilstånd"},
            "Alder": {"0": "0 år", "100+1": "100+ år", "TotSA": "Totalt, samtliga åldrar"},
            "Kon": {"1": "män", "2": "kvinnor", "TotSa": "totalt"},
        },
        "regions": REGIONS,
        "cells": {(region, "2025"): 5000 + place for place, region in enumerate(REGIONS)},
    }
    return PxTable(**{**table, **kwargs})


@pytest.fixture
def service() -> Iterator[PxWeb]:
    with running(PxWeb({"TAB638": old_table(), "TAB5557": new_table()})) as service:
        yield service


@pytest.fixture
def municipalities(db: None) -> list[Municipality]:
    codes = {"Botkyrka": "0127", "Huddinge": "0126", "Tyresö": "0138"}
    return [
        factories.make_municipality(name, code, position=place)
        for place, (name, code) in enumerate(codes.items())
    ]


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long the command would have slept, each time."""
    waits: list[float] = []

    def quick(address: str, tell: Callable[[str], None]) -> Client:
        return Client(address, tell, timeout=0.5, sleep=waits.append)

    monkeypatch.setattr(import_population, "make_client", quick)
    return waits


def run(service: PxWeb | None = None, *args: str, **options: Any) -> list[str]:
    """The lines that the command writes, with ordinary spaces."""
    out = StringIO()
    if service is not None:
        options["url"] = service.url
    call_command("import_population", *args, stdout=out, **options)
    return out.getvalue().replace("\xa0", " ").splitlines()


def refused(*args: Any, **options: Any) -> str:
    """What the command says when it gives up; nothing stored has changed."""
    before = [list(model.objects.order_by("pk").values()) for model in (Population, LoadedRow)]
    with pytest.raises(CommandError) as error:
        run(*args, **options)
    assert [list(model.objects.order_by("pk").values()) for model in (Population, LoadedRow)] == before
    return str(error.value)


def stored() -> dict[tuple[str, int], int]:
    return {
        (row.municipality.code, row.reference_date.year): row.inhabitants for row in Population.objects.all()
    }


@pytest.mark.usefixtures("waits")
class TestFromTheService:
    def test_every_year_is_fetched_and_reported(
        self, service: PxWeb, municipalities: list[Municipality]
    ) -> None:
        lines = run(service)

        assert lines[:5] == [
            "Läser vad tabellen TAB638 innehåller …",
            "Hämtar 10 år ur TAB638: 2015–2024 …",
            "Läser vad tabellen TAB5557 innehåller …",
            "Hämtar 1 år ur TAB5557: 2025 …",
            "Folkmängd: 33 nya, 0 ändrade, 0 oförändrade, 0 lämnade.",
        ]
        assert lines[5:7] == ["  Botkyrka 2015: ny, 2 015", "  Botkyrka 2016: ny, 2 016"]
        assert len(lines) == 5 + 33
        assert stored()["0127", 2024] == 2024
        assert stored()["0126", 2025] == 5001
        assert Population.objects.get(municipality__code="0138", reference_date="2016-12-31").source == SOURCE
        assert Population.objects.get(municipality__code="0138", reference_date="2025-12-31").source == (
            "SCB, tabell TAB5557, 000007ME Folkmängd, uppdaterad 2026-02-20"
        )

    def test_totals_and_contents_are_found_in_the_metadata(
        self, service: PxWeb, municipalities: list[Municipality]
    ) -> None:
        run(service, years=[2024, 2025])

        asked = [parameters for path, parameters in service.calls if path.endswith("/data")]
        chosen = {"valueCodes[Region]": ["0127,0126,0138"], "lang": ["sv"], "outputFormat": ["json-stat2"]}
        assert asked == [
            {
                **chosen,
                "valueCodes[ContentsCode]": ["BE0101N1"],
                "valueCodes[Tid]": ["2024"],
                "valueCodes[Alder]": ["tot"],
            },
            {
                **chosen,
                "valueCodes[ContentsCode]": ["000007ME"],
                "valueCodes[Tid]": ["2025"],
                "valueCodes[Civilstand]": ["SC"],
                "valueCodes[Alder]": ["TotSA"],
                "valueCodes[Kon]": ["TotSa"],
            },
        ]

    def test_totals_are_found_by_code_when_names_say_nothing(
        self, service: PxWeb, municipalities: list[Municipality]
    ) -> None:
        for labels in service.tables["TAB5557"].totals.values():
            labels |= {code: code for code in labels}
        run(service, years=[2025])

        assert service.calls[-1][1]["valueCodes[Civilstand]"] == ["SC"]
        assert stored() == {("0127", 2025): 5002, ("0126", 2025): 5001, ("0138", 2025): 5003}

    @pytest.mark.parametrize("shape", [{"reverse": True}, {"index_as_list": True}])
    def test_figures_follow_the_index_and_not_the_order_of_keys(
        self, shape: dict[str, bool], municipalities: list[Municipality]
    ) -> None:
        with running(PxWeb({"TAB638": old_table(**shape), "TAB5557": new_table(**shape)})) as service:
            run(service, years=[2016])

        assert stored() == {("0127", 2016): 2016, ("0126", 2016): 1016, ("0138", 2016): 3016}

    def test_byte_order_mark_is_passed_over(self, service: PxWeb, municipalities: list[Municipality]) -> None:
        service.bom = True
        assert len(run(service, years=[2016])) == 3 + 3

    def test_values_may_be_an_object_without_the_missing(
        self, service: PxWeb, municipalities: list[Municipality]
    ) -> None:
        def sparse(document: dict[str, Any]) -> dict[str, Any]:
            if "value" in document:
                document["value"] = {str(place): value for place, value in enumerate(document["value"])}
            return document

        service.change = sparse
        run(service, years=[2016])
        assert stored()["0138", 2016] == 3016

    def test_second_import_changes_nothing(self, service: PxWeb, municipalities: list[Municipality]) -> None:
        run(service, years=[2016])

        assert run(service, years=[2016])[-1] == "Folkmängd: 0 nya, 0 ändrade, 3 oförändrade, 0 lämnade."

    def test_changes_are_told_by_municipality(
        self, service: PxWeb, municipalities: list[Municipality]
    ) -> None:
        run(service, years=[2016])
        table = service.tables["TAB638"]
        table.cells |= {("0127", "2016"): 2116, ("0126", "2016"): 1015}

        assert run(service, years=[2016])[2:] == [
            "Folkmängd: 0 nya, 2 ändrade, 1 oförändrade, 0 lämnade.",
            "  Botkyrka 2016: 2 016 → 2 116 (+100)",
            "  Huddinge 2016: 1 016 → 1 015 (−1)",
        ]

    def test_what_staff_have_edited_is_left_alone(
        self, service: PxWeb, municipalities: list[Municipality]
    ) -> None:
        run(service, years=[2016])
        Population.objects.filter(municipality__code="0126").update(inhabitants=7)
        factories.make_population(municipalities[0], 2017, 8)
        lines = run(service, years=[2016, 2017])

        assert lines[2:5] == [
            "Folkmängd: 2 nya, 0 ändrade, 2 oförändrade, 2 lämnade.",
            "  Lämnad: TAB638, Huddinge 2016: ändrad i administrationen (antal invånare).",
            "  Lämnad: TAB638, Botkyrka 2017: ändrad i administrationen (antal invånare, källa).",
        ]
        assert (stored()["0126", 2016], stored()["0127", 2017]) == (7, 8)
        run(service, years=[2016], overwrite=True)
        assert stored()["0126", 2016] == 1016

    def test_dry_run_tells_and_changes_nothing(
        self, service: PxWeb, municipalities: list[Municipality]
    ) -> None:
        lines = run(service, years=[2016], dry_run=True)

        assert lines[2:4] == [
            "Folkmängd (provkörning): 3 nya, 0 ändrade, 0 oförändrade, 0 lämnade.",
            "  Botkyrka 2016: ny, 2 016",
        ]
        assert lines[-1] == "Provkörning: inget ändrades."
        assert (Population.objects.count(), LoadedRow.objects.count()) == (0, 0)

    def test_year_with_a_missing_figure_is_passed_over_with_the_status(
        self, service: PxWeb, municipalities: list[Municipality]
    ) -> None:
        service.tables["TAB638"].cells["0138", "2017"] = None
        lines = run(service, years=[2016, 2017])

        assert "  Hoppade över 2017: siffra saknas för Tyresö (SCB anger ”..”)." in lines
        assert {year for _, year in stored()} == {2016}

    def test_year_that_no_table_has_is_refused(
        self, service: PxWeb, municipalities: list[Municipality]
    ) -> None:
        assert refused(service, years=[2016, 2031]) == (
            "Inget ändrades. Det här går inte att läsa in:\n"
            "  Folkmängd för 2031 finns inte: TAB638 har 2014–2024; TAB5557 har 2025–2025."
        )

    @pytest.mark.parametrize("value", [-5, 0, 12.5, 10_000_001, True, "90675", float("nan"), [1]])
    def test_impossible_figure_is_refused(
        self, service: PxWeb, municipalities: list[Municipality], value: Any
    ) -> None:
        service.tables["TAB638"].cells["0127", "2016"] = value

        assert refused(service, years=[2016]).startswith(
            "Inget ändrades. Det här går inte att läsa in:\n  TAB638"
        )

    def test_unknown_municipality_is_refused(
        self, service: PxWeb, municipalities: list[Municipality]
    ) -> None:
        factories.make_municipality("Nyköping", "0480")

        assert "TAB638: Tabellen saknar region 0480." in refused(service, years=[2016])

    def test_dimension_without_a_total_is_refused(
        self, service: PxWeb, municipalities: list[Municipality]
    ) -> None:
        service.tables["TAB5557"].totals["Kon"] = {"1": "män", "2": "kvinnor"}

        assert "vilken kategori som är summan av kon (1 män, 2 kvinnor)" in refused(service, years=[2025])

    def test_table_without_the_content_is_refused(
        self, service: PxWeb, municipalities: list[Municipality]
    ) -> None:
        service.tables["TAB638"].content = {"X": "Folkökning"}

        assert "ska ha innehållet folkmängd, men har tabellinnehåll (X Folkökning)" in refused(service)

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"class": "collection"}, "inte en tabell i formatet json-stat2"),
            ({"id": ["Region", "Nonsens"]}, "inte formen json-stat2"),
            ({"dimension": None}, "inte formen json-stat2"),
            ({"size": [99, 1, 1, 1]}, "storlek stämmer inte"),
            ({"value": [1, 2]}, "ska ha 3 värden men har 2"),
            ({"role": {}}, "rollen time"),
        ],
    )
    def test_answer_of_another_shape_is_refused(
        self, service: PxWeb, municipalities: list[Municipality], change: dict[str, Any], message: str
    ) -> None:
        service.change = lambda document: {**document, **change}

        assert message in refused(service, years=[2016])


class TestTheWayThere:
    """What goes wrong between here and the service."""

    @pytest.mark.parametrize(
        ("answer", "told"),
        [
            (problem(429, "Too many requests", Retry_After="7"), ("för många anrop (429)", 7)),
            (problem(429, "Too many requests"), ("för många anrop (429)", 1)),
            (problem(503, "Down"), ("fel hos tjänsten (503)", 1)),
            (Answer(b"<html>", 500, {"Content-Type": "text/html"}), ("fel hos tjänsten (500)", 1)),
            (json_answer({"class": "dataset"}, missing_bytes=50), ("förbindelsen bröts", 1)),
            (Answer(b'{"class": "data'), ("svaret är avbrutet eller inte giltig JSON", 1)),
            (json_answer({}, pause=1.0), ("svaret dröjde mer än 0.5 s", 1)),
            (json_answer({"a": "b" * 50}, pause=0.15, pieces=20), ("svaret dröjde mer än 0.5 s", 1)),
        ],
        ids=["429-wait", "429", "503", "500-html", "cut", "half-json", "silent", "dribble"],
    )
    def test_passing_fault_is_tried_again(
        self,
        service: PxWeb,
        municipalities: list[Municipality],
        waits: list[float],
        answer: Answer,
        told: tuple[str, int],
    ) -> None:
        service.next_answers = [answer]
        lines = run(service, years=[2016])

        assert lines[1] == f"{told[0]}; nytt försök om {told[1]} s (2 av 4)."
        assert waits == [told[1]]
        assert len(stored()) == 3

    def test_wait_until_a_moment_is_honoured(
        self, service: PxWeb, municipalities: list[Municipality], waits: list[float]
    ) -> None:
        moment = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=20)
        service.next_answers = [problem(429, "", Retry_After=f"{moment:%a, %d %b %Y %H:%M:%S GMT}")]
        run(service, years=[2016])

        assert 15 < waits[0] <= 20

    def test_lasting_fault_is_given_up_after_longer_and_longer_waits(
        self, service: PxWeb, municipalities: list[Municipality], waits: list[float]
    ) -> None:
        service.next_answers = [problem(503, "Down")] * 4

        assert refused(service) == f"{service.url} gav inget svar: fel hos tjänsten (503). Inget ändrades."
        assert waits == [1, 2, 4]

    def test_very_long_wait_is_not_begun(
        self, service: PxWeb, municipalities: list[Municipality], waits: list[float]
    ) -> None:
        service.next_answers = [problem(429, "", Retry_After="3600")]

        assert "för många anrop (429)" in refused(service)
        assert waits == []

    def test_fault_in_the_second_table_undoes_the_first(
        self, service: PxWeb, municipalities: list[Municipality], waits: list[float]
    ) -> None:
        del service.tables["TAB5557"]

        assert refused(service) == (
            "Tjänsten avvisade frågan (404: Non-existent table): "
            f"{service.url}/tables/TAB5557/metadata?lang=sv Inget ändrades."
        )
        assert waits == []

    def test_web_page_instead_of_statistics_is_named(
        self, service: PxWeb, municipalities: list[Municipality], waits: list[float]
    ) -> None:
        service.next_answers = [Answer(b"\n<!DOCTYPE html><title>Underh\xc3\xa5ll</title>")]

        assert refused(service) == (
            "Svaret är en webbsida och inte statistik. Stämmer adressen? Inget ändrades."
        )

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            (b"\xff\xfe", "inte text i UTF-8"),
            (b"[1, 2]", "inte den väntade formen"),
            (b"[" * 100_000, "inte giltig JSON"),
        ],
    )
    def test_answer_that_is_no_object_is_refused(
        self,
        service: PxWeb,
        municipalities: list[Municipality],
        waits: list[float],
        content: bytes,
        message: str,
    ) -> None:
        service.next_answers = [Answer(content)] * 4

        assert message in refused(service)

    def test_address_that_nobody_answers_is_told_and_data_left(
        self, municipalities: list[Municipality], waits: list[float]
    ) -> None:
        factories.make_population(municipalities[0])
        with socket.create_server(("127.0.0.1", 0)) as taken:
            address = f"http://127.0.0.1:{taken.getsockname()[1]}"
        message = refused(url=address)

        assert message.startswith(f"{address} gav inget svar: adressen kan inte nås (")
        assert message.endswith("Inget ändrades.")
        assert waits == [1, 2, 4]

    @pytest.mark.parametrize("address", ["ftp://127.0.0.1/", "statistik", "file:///etc/passwd", ""])
    def test_address_of_another_kind_is_refused(
        self, municipalities: list[Municipality], waits: list[float], address: str
    ) -> None:
        assert (
            refused(url=address)
            == f"Adressen {address.rstrip('/')} ska börja med https:// eller http://. Inget ändrades."
        )

    def test_thirty_calls_in_ten_seconds_are_not_exceeded(self, service: PxWeb) -> None:
        now = [0.0]
        client = Client(
            service.url, sleep=lambda wait: now.__setitem__(0, now[0] + wait), clock=lambda: now[0]
        )
        moments = []
        for _ in range(65):
            client.metadata("TAB638")
            moments.append(now[0])

        assert moments == [0.0] * 30 + [10.0] * 30 + [20.0] * 5

    def test_public_address_is_the_default(self) -> None:
        assert Client().address == ADDRESS == "https://statistikdatabasen.scb.se/api/v2"

    def test_endless_answer_is_cut_off(self, service: PxWeb, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("sodertorn.json_service.LARGEST_ANSWER", 1000)
        with pytest.raises(StatisticsError, match="orimligt stort"):
            Client(service.url).metadata("TAB638")


class TestFromAFile:
    HEAD = "code,name,year,population,source\n"

    def write(self, folder: Path, *rows: str, head: str = HEAD) -> Path:
        path = folder / "folkmangd.csv"
        path.write_text(head + "\n".join(rows), encoding="utf-8")
        return path

    def test_same_report_as_from_the_service(
        self, tmp_path: Path, municipalities: list[Municipality]
    ) -> None:
        rows = [
            "0127,Botkyrka,2016,90 675,SCB",
            "0126,Huddinge,2016,107\u202f538,SCB",
            "138,Tyresö,2016,47\xa0103,SCB",
        ]

        assert run(csv=self.write(tmp_path, *rows)) == [
            "Folkmängd: 3 nya, 0 ändrade, 0 oförändrade, 0 lämnade.",
            "  Botkyrka 2016: ny, 90 675",
            "  Huddinge 2016: ny, 107 538",
            "  Tyresö 2016: ny, 47 103",
        ]
        assert stored() == {("0127", 2016): 90675, ("0126", 2016): 107538, ("0138", 2016): 47103}

    def test_semicolons_and_a_byte_order_mark_are_read(
        self, tmp_path: Path, municipalities: list[Municipality]
    ) -> None:
        rows = [f"{code};Namn;2016;1280000,0;SCB" for code in ("0127", "0126", "0138")]
        run(csv=self.write(tmp_path, *rows, "", head="\ufeff" + self.HEAD.replace(",", ";")))

        assert set(stored().values()) == {1_280_000}

    def test_one_figure_of_a_complete_year_is_corrected(
        self, tmp_path: Path, service: PxWeb, municipalities: list[Municipality], waits: list[float]
    ) -> None:
        run(service, years=[2016])

        assert run(csv=self.write(tmp_path, "0127,Botkyrka,2016,5,Rättad")) == [
            "Folkmängd: 0 nya, 1 ändrade, 0 oförändrade, 0 lämnade.",
            "  Botkyrka 2016: 2 016 → 5 (−2 011)",
        ]

    def test_incomplete_year_is_passed_over(self, tmp_path: Path, municipalities: list[Municipality]) -> None:
        assert run(csv=self.write(tmp_path, "0127,Botkyrka,2016,5,SCB")) == [
            "Folkmängd: 0 nya, 0 ändrade, 0 oförändrade, 0 lämnade.",
            "  Hoppade över 2016: siffra saknas för Huddinge, Tyresö.",
        ]

    def test_only_the_years_asked_for_are_read(
        self, tmp_path: Path, municipalities: list[Municipality]
    ) -> None:
        rows = [f"{code},Namn,{year},5,SCB" for code in ("0127", "0126", "0138") for year in (2016, 2017)]
        run(years=[2017], csv=self.write(tmp_path, *rows))

        assert {year for _, year in stored()} == {2017}

    @pytest.mark.parametrize(
        ("row", "reason"),
        [
            ('0127,B,2016,"2,83",SCB', "kolumnen population: ”2,83” är inte ett heltal."),
            ("0127,B,2016,\u22125,SCB", "kolumnen population: −5 är orimligt."),
            ("0127,B,2016,0,SCB", "kolumnen population: 0 är orimligt."),
            ("0127,B,2016,10000001,SCB", "kolumnen population: 10 000 001 är orimligt."),
            ("0127,B,2016,1.280,SCB", "kolumnen population: ”1.280” kan läsas på två sätt"),
            ('0127,B,2016,"1,280",SCB', "kolumnen population: ”1,280” kan läsas på två sätt"),
            ("0127,B,2016,1 28 000,SCB", "kolumnen population: ”1 28 000” är inte ett tal."),
            ("0127,B,2016,1e5,SCB", "kolumnen population: ”1e5” är inte ett tal."),
            ("0127,B,2016,٣٤,SCB", "kolumnen population: ”٣٤” är inte ett tal."),
            ("0127,B,2016,=1+1,SCB", "kolumnen population: ”=1+1” är inte ett tal."),
            ("0127,B,2016,,SCB", "kolumnen population: talet saknas."),
            ("0127,B,i fjol,5,SCB", "kolumnen year: ”i fjol” är inte ett tal."),
            ("0127,B,20160,5,SCB", "kolumnen year: 20 160 är orimligt."),
            ("0999,B,2016,5,SCB", "kolumnen code: kommunkoden ”0999” är okänd."),
            ("0127,B,2016,5, ", "kolumnen source: ange källan, med högst 250 tecken."),
            ("0127,B,2016,5", "raden ska ha 5 kolumner men har 4."),
            ("0127,B,2016,5,SCB,x", "raden ska ha 5 kolumner men har 6."),
        ],
    )
    def test_fault_is_told_with_row_column_and_reason(
        self, tmp_path: Path, municipalities: list[Municipality], row: str, reason: str
    ) -> None:
        message = refused(csv=self.write(tmp_path, "0126,Huddinge,2016,5,SCB", row)).replace("\xa0", " ")

        assert f"\n  rad 3: {reason}" in message

    def test_every_fault_is_told(self, tmp_path: Path, municipalities: list[Municipality]) -> None:
        message = refused(
            csv=self.write(tmp_path, "0127,B,x,5,SCB", "0126,H,2016,5,SCB", "0126,H,2016,6,SCB")
        )

        assert message.splitlines()[1:] == [
            "  rad 2: kolumnen year: ”x” är inte ett tal.",
            "  rad 4: kommunen 0126 står redan för 2016, rad 3.",
        ]

    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            (b"code,name\n", "första raden ska vara code,name,year,population,source."),
            (b"", "första raden ska vara code,name,year,population,source."),
            (b"\xff\xfe", "filen är inte UTF-8 (byte 0)."),
            (HEAD.encode() + b'0127,"B"x,2016,5,SCB', "filen är inte giltig CSV"),
        ],
    )
    def test_file_of_another_kind_is_refused(
        self, tmp_path: Path, municipalities: list[Municipality], content: bytes, reason: str
    ) -> None:
        path = tmp_path / "x.csv"
        path.write_bytes(content)

        assert reason in refused(csv=path)

    def test_file_that_is_not_there_is_told(self, tmp_path: Path, municipalities: list[Municipality]) -> None:
        assert "filen kan inte läsas (No such file or directory)" in refused(csv=tmp_path / "x.csv")

    def test_nothing_is_imported_before_the_municipalities(self, db: None) -> None:
        assert refused() == "Inga kommuner är inlästa. Kör load_plan först. Inget ändrades."


def test_what_is_imported_takes_over_from_the_loader(
    tmp_path: Path, service: PxWeb, municipalities: list[Municipality], waits: list[float]
) -> None:
    file = tmp_path / "folkmangd.csv"
    rows = [f"{code},Namn,2016,5,Avskrift" for code in ("0127", "0126", "0138")]
    file.write_text("\n".join(["code,name,year,population,source", *rows]), encoding="utf-8")
    call_command("load_population", str(file), verbosity=0, stdout=StringIO())
    Population.objects.filter(municipality__code="0138").update(inhabitants=6)
    lines = run(service, years=[2016])

    assert lines[2:] == [
        "Folkmängd: 0 nya, 2 ändrade, 0 oförändrade, 1 lämnade.",
        "  Lämnad: TAB638, Tyresö 2016: ändrad i administrationen (antal invånare, källa).",
        "  Botkyrka 2016: 5 → 2 016 (+2 011)",
        "  Huddinge 2016: 5 → 1 016 (+1 011)",
    ]
    out = StringIO()
    call_command("load_population", str(file), stdout=out)
    assert out.getvalue() == "Folkmängd: 0 nya, 0 ändrade, 0 oförändrade, 0 lämnade.\n"
    assert stored() == {("0127", 2016): 2016, ("0126", 2016): 1016, ("0138", 2016): 6}
