"""`manage.py draw_map`: redraw the municipality map, after a change in its source or in `map_drawing`."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from sodertorn.map_drawing import draw

DATA = Path(__file__).resolve().parents[2] / "data"
SOURCE = DATA / "stockholm-county.geojson"
DRAWING = DATA / "municipality_map.json"


def drawing_text(source: Path = SOURCE) -> str:
    """The drawing as it is stored: one municipality a line, so that a change can be read in a comparison."""
    drawing = draw(json.loads(source.read_text("utf-8")))
    shapes = ",\n".join("  " + json.dumps(shape, ensure_ascii=False) for shape in drawing.pop("shapes"))
    rest = "".join(f' "{key}": {json.dumps(value, ensure_ascii=False)},\n' for key, value in drawing.items())
    return f'{{\n{rest} "shapes": [\n{shapes}\n ]\n}}\n'


class Command(BaseCommand):
    help = "Ritar om kartan över de åtta kommunerna från länets kommungränser."

    def handle(self, *args: Any, **options: Any) -> None:
        text = drawing_text()
        DRAWING.write_text(text, "utf-8")
        self.stdout.write(f"Kartan är ritad: {DRAWING.name}, {len(text.encode())} byte.")
