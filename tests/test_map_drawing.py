"""The municipality map: the stored drawing is what the command makes, every name where it belongs."""

import json
import math
import re
from itertools import combinations
from typing import Any

import pytest
from django.core.management import call_command
from django.template.loader import render_to_string

from sodertorn import map_drawing
from sodertorn.management.commands import draw_map
from sodertorn.municipality_map import municipality_map

COUNTY: dict[str, Any] = json.loads(draw_map.SOURCE.read_text("utf-8"))
DRAWING: dict[str, Any] = json.loads(draw_map.DRAWING.read_text("utf-8"))
MEMBERS = {
    feature["properties"]["code"]: feature
    for feature in COUNTY["features"]
    if feature["properties"]["member"]
}
NAMES = {code: feature["properties"]["name"] for code, feature in MEMBERS.items()}


class Municipality:
    def __init__(self, code: str, name: str) -> None:
        self.code, self.name = code, name

    def get_absolute_url(self) -> str:
        return f"/kommuner/{self.code}/"


def test_stored_drawing_is_what_the_command_makes(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(draw_map, "DRAWING", tmp_path / "map.json")

    call_command("draw_map")

    assert (tmp_path / "map.json").read_text("utf-8") == (draw_map.DATA / "municipality_map.json").read_text(
        "utf-8"
    )
    assert capsys.readouterr().out.startswith("Kartan är ritad: map.json, ")


def test_drawing_holds_the_eight_municipalities():
    assert [shape["code"] for shape in DRAWING["shapes"]] == [
        "0126",
        "0127",
        "0128",
        "0136",
        "0138",
        "0140",
        "0181",
        "0192",
    ]


@pytest.mark.parametrize(
    ("position", "east", "north"),
    [
        ((18, 59), 150000.0, 6542669.085),
        ((17.2, 59.4), 104554.887, 6587501.610),
        ((18.5, 59), 178737.479, 6542776.567),
    ],
)
def test_projection_agrees_with_sweref_99_18_00(position, east, north):
    x, y = map_drawing.project(position)

    assert math.isclose(x + 150000, east, abs_tol=0.05)
    assert math.isclose(y, north, abs_tol=0.05)


@pytest.mark.parametrize("code", NAMES)
def test_name_or_its_leader_line_is_in_its_own_municipality(code):
    label = map_drawing.LABELS[code]
    point = map_drawing.to_point(label.leader_to or label.at)

    assert [
        other for other, feature in MEMBERS.items() if map_drawing.contains(map_drawing.rings(feature), point)
    ] == [code]


def test_names_do_not_overlap_at_their_largest():
    boxes = {
        shape["code"]: map_drawing.label_box(NAMES[shape["code"]], shape["x"], shape["y"])
        for shape in DRAWING["shapes"]
    }

    assert [
        (NAMES[one], NAMES[other])
        for (one, a), (other, b) in combinations(boxes.items(), 2)
        if a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
    ] == []


def test_names_stay_within_the_map():
    for shape in DRAWING["shapes"]:
        left, top, right, bottom = map_drawing.label_box(NAMES[shape["code"]], shape["x"], shape["y"])
        assert (left > 0, top > 0) == (True, True)
        assert (right < map_drawing.WIDTH, bottom < map_drawing.HEIGHT) == (True, True)


def test_label_size_is_the_largest_in_the_style_sheet(settings):
    css = (settings.BASE_DIR / "static/css/components.css").read_text("utf-8")
    sizes = [int(size) for size in re.findall(r"\.map__name \{[^}]*?font-size: (\d+)px", css)]

    assert max(sizes) == map_drawing.LABEL_SIZE


def test_corners_shared_in_the_source_are_shared_in_the_drawing():
    def corners(feature: dict[str, Any]) -> set[tuple[float, float]]:
        return {tuple(p) for polygon in feature["geometry"]["coordinates"] for ring in polygon for p in ring}

    shared = corners(MEMBERS["0126"]) & corners(MEMBERS["0127"])
    drawn = [{p for ring in map_drawing.rings(MEMBERS[code]) for p in ring} for code in ("0126", "0127")]

    assert len(shared) > 5
    assert {map_drawing.to_point(p) for p in shared} <= drawn[0] & drawn[1]


def test_clip_cuts_at_the_edge_and_drops_what_is_outside():
    box = (0, 0, 10, 10)

    assert map_drawing.clip([(-5, 2), (5, 2), (5, 8), (-5, 8)], box) == [(0, 2), (5, 2), (5, 8), (0, 8)]
    assert map_drawing.clip([(20, 20), (30, 20), (30, 30)], box) == []


def test_path_data_is_relative_and_closed():
    assert map_drawing.path_data([[(1, 2), (4, 2), (4, 1)], [(9, 9), (8, 9), (8, 8)]]) == (
        "M1 2l3 0 0-1zM9 9l-1 0 0-1z"
    )


def test_municipality_map_joins_drawing_and_municipalities_in_their_order():
    context = municipality_map(
        [Municipality("0192", "Nynäshamn"), Municipality("9999", "Annan"), Municipality("0127", "Botkyrka")],
        notes={"0192": "27 752 inv."},
        class_names={"0127": "map__land--3"},
    )

    assert [
        (shape["code"], shape["name"], shape["url"], shape["note"], shape["class_name"])
        for shape in context["shapes"]
    ] == [
        ("0192", "Nynäshamn", "/kommuner/0192/", "27 752 inv.", ""),
        ("0127", "Botkyrka", "/kommuner/0127/", "", "map__land--3"),
    ]


def test_map_is_small_and_every_municipality_a_named_link():
    municipalities = [Municipality(code, name) for code, name in NAMES.items()]
    html = render_to_string("includes/map.html", {"map": municipality_map(municipalities)})

    assert re.findall(r'<a class="map__link" href="/kommuner/(\d+)/">', html) == list(NAMES)
    assert [name for name in NAMES.values() if f">{name}</text>" not in html] == []
    assert len(html.encode()) < 15_000
    assert "style=" not in html
