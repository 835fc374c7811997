"""What the map template needs: the stored drawing, joined with the municipalities it links to."""

import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Protocol

DRAWING = Path(__file__).resolve().parent / "data" / "municipality_map.json"


class Place(Protocol):
    """A municipality, as far as the map knows it."""

    code: str
    name: str

    def get_absolute_url(self) -> str: ...


@cache
def _drawing() -> dict[str, Any]:
    drawing: dict[str, Any] = json.loads(DRAWING.read_text("utf-8"))
    drawing["shapes"] = {shape["code"]: shape for shape in drawing["shapes"]}
    return drawing


def municipality_map(
    municipalities: Iterable[Place],
    *,
    notes: Mapping[str, str] | None = None,
    class_names: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The context `map` of `includes/map.html`, its links in the order of the municipalities.

    `notes` (a short line under a name, such as "90 675 inv.") and `class_names` (such as "map__land--3" for a
    shade) go by municipality code. A municipality that is not on the map is left out: there is nowhere to
    draw it.
    """
    drawing = _drawing()
    shapes = [
        {
            **drawing["shapes"][municipality.code],
            "name": municipality.name,
            "url": municipality.get_absolute_url(),
            "note": (notes or {}).get(municipality.code, ""),
            "class_name": (class_names or {}).get(municipality.code, ""),
        }
        for municipality in municipalities
        if municipality.code in drawing["shapes"]
    ]
    return {**drawing, "shapes": shapes}
