"""From the county's municipality borders to the drawing on the start page: pure functions, no Django.

Projection: SWEREF 99 18 00, the transverse Mercator zone that Stockholm county's own municipalities survey
in. It is true to shape, north is straight up along 18° E through the middle of Södertörn, and the scale is
off by less than one part in 30 000. One unit of the drawing is 100 metres, and every corner is rounded to a
whole unit: two municipalities that share a corner in the source share it in the drawing, so no gap can open
along a border.
"""

import math
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

Position = tuple[float, float]  # longitude, latitude in degrees
Point = tuple[int, int]  # x to the right, y downwards, in units of 100 metres
Box = tuple[float, float, float, float]  # left, top, right, bottom

METRES_PER_UNIT = 100
WIDTH, HEIGHT = 750, 650  # an odd number of steps each way: the frame then has a filled step in every corner
NORTH_WEST: Position = (17.204, 59.357)  # the upper left corner of the map
FRAME = 12  # the width of the graduated frame around the map
MARGIN = 20  # how far outside the map its neighbours are cut off, so that the cut lies under the frame
VIEW: Box = (-MARGIN, -MARGIN, WIDTH + MARGIN, HEIGHT + MARGIN)

# The largest size, in units, that the style sheet gives the names (on a phone, where a unit is smallest), and
# a generous average width of a letter in relation to it. Both serve only to judge whether names collide.
LABEL_SIZE = 32
LETTER_WIDTH = 0.56


class Label(NamedTuple):
    """Where the middle of a name stands, and for an outside name the place its leader line points at."""

    at: Position
    leader_to: Position | None = None


# Set by hand. The point furthest from every border suits few of them: Botkyrka and Nynäshamn are long and
# narrow with room for a name at one height only, Haninge's lies best on the mainland, and Salem is too small
# to hold its name.
LABELS = {
    "0126": Label((17.990, 59.217)),  # Huddinge
    "0127": Label((17.839, 59.178)),  # Botkyrka
    "0128": Label((17.625, 59.325), leader_to=(17.700, 59.262)),  # Salem
    "0136": Label((18.105, 59.120)),  # Haninge
    "0138": Label((18.262, 59.226)),  # Tyresö
    "0140": Label((17.425, 59.195)),  # Nykvarn
    "0181": Label((17.470, 59.060)),  # Södertälje
    "0192": Label((17.868, 59.042)),  # Nynäshamn
}

# For finding one's way; they are not links.
PLACES = (
    ("Stockholm", "land", (18.045, 59.315)),
    ("Mälaren", "water", (17.283, 59.315)),
    ("Östersjön", "water", (18.200, 58.850)),
)

# West of Nykvarn and Södertälje lies Södermanland, which the county's file leaves out. A chart leaves what it
# has not surveyed blank, and so does this one: the patch is drawn under the municipalities, and its coast is
# only a straight line from the county border past Trosa.
BEYOND_THE_COUNTY: Sequence[Position] = (
    (17.00, 59.246), (17.27, 59.232), (17.35, 59.150), (17.45, 59.050), (17.60, 58.980),
    (17.617, 58.906), (17.545, 58.860), (17.420, 58.760), (17.00, 58.600),
)  # fmt: skip


def project(position: Position) -> tuple[float, float]:
    """Metres east of 18° E and north of the equator: Gauss's conformal projection of the GRS 80 ellipsoid."""
    longitude, latitude = math.radians(position[0] - 18), math.radians(position[1])
    flattening = 1 / 298.257222101
    n = flattening / (2 - flattening)
    e = math.sqrt(flattening * (2 - flattening))
    tangent = math.sinh(math.asinh(math.tan(latitude)) - e * math.atanh(e * math.sin(latitude)))
    xi, eta = (
        math.atan2(tangent, math.cos(longitude)),
        math.asinh(math.sin(longitude) / math.hypot(tangent, math.cos(longitude))),
    )
    # Two terms of each series: what is left out moves a corner by two centimetres.
    series = (n / 2 - 2 * n**2 / 3, 13 * n**2 / 48)
    north = xi + sum(b * math.sin(2 * k * xi) * math.cosh(2 * k * eta) for k, b in enumerate(series, 1))
    east = eta + sum(b * math.cos(2 * k * xi) * math.sinh(2 * k * eta) for k, b in enumerate(series, 1))
    radius = 6378137.0 / (1 + n) * (1 + n**2 / 4)
    return radius * east, radius * north


def to_point(position: Position) -> Point:
    """The corner of the drawing's grid nearest to a position."""
    (east, north), (west, top) = project(position), project(NORTH_WEST)
    return round((east - west) / METRES_PER_UNIT), round((top - north) / METRES_PER_UNIT)


def to_ring(positions: Iterable[Sequence[float]]) -> list[Point]:
    """A border on the grid, without the repeated first corner and those that fell on the one before."""
    ring: list[Point] = []
    for longitude, latitude, *_ in positions:
        point = to_point((longitude, latitude))
        if not ring or ring[-1] != point:
            ring.append(point)
    return ring[:-1] if len(ring) > 1 and ring[0] == ring[-1] else ring


def rings(feature: dict[str, Any]) -> list[list[Point]]:
    """All borders of a GeoJSON feature, one ring for each piece of land (and each hole)."""
    geometry = feature["geometry"]
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return [ring for polygon in polygons for border in polygon if len(ring := to_ring(border)) > 2]


def clip(ring: Sequence[Point], box: Box = VIEW) -> list[Point]:
    """The part of a ring inside a box, one side of the box at a time (Sutherland and Hodgman)."""
    left, top, right, bottom = box
    corners = [(float(x), float(y)) for x, y in ring]
    for axis, limit, sign in ((0, left, 1), (1, top, 1), (0, right, -1), (1, bottom, -1)):
        kept: list[tuple[float, float]] = []
        for before, here in zip(corners[-1:] + corners[:-1], corners, strict=True):
            gap_before, gap_here = sign * (before[axis] - limit), sign * (here[axis] - limit)
            if (gap_before < 0) != (gap_here < 0):
                share = gap_before / (gap_before - gap_here)
                step = here[0] - before[0], here[1] - before[1]
                kept.append((before[0] + share * step[0], before[1] + share * step[1]))
            if gap_here >= 0:
                kept.append(here)
        corners = kept
    return [(round(x), round(y)) for x, y in corners]


def path_data(rings_: Iterable[Sequence[Point]]) -> str:
    """The shortest plain path of closed rings: absolute starts, relative steps."""
    parts = []
    for ring in rings_:
        (x, y), *rest = ring
        parts.append(f"M{x} {y}l")
        steps = []
        for next_x, next_y in rest:
            steps.append(f"{next_x - x} {next_y - y}")
            x, y = next_x, next_y
        parts.append(" ".join(steps).replace(" -", "-") + "z")
    return "".join(parts)


def contains(rings_: Iterable[Sequence[Point]], point: Point) -> bool:
    """Whether a point lies within the rings, by counting the borders to the right of it."""
    x, y = point
    inside = False
    for ring in rings_:
        for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
            if (y1 > y) != (y2 > y) and x < x1 + (y - y1) * (x2 - x1) / (y2 - y1):
                inside = not inside
    return inside


def label_box(name: str, x: int, y: int, size: float = LABEL_SIZE) -> Box:
    """The rectangle a centred name takes up."""
    half = len(name) * LETTER_WIDTH * size / 2
    return x - half, y - size / 2, x + half, y + size / 2


def leader(name: str, label: Label) -> str | None:
    """The line from just below an outside name to its municipality."""
    if label.leader_to is None:
        return None
    x, y = to_point(label.at)
    end_x, end_y = to_point(label.leader_to)
    return f"M{x + round(len(name) * 4)} {y + LABEL_SIZE // 2 + 2}L{end_x} {end_y}"


def frame() -> dict[str, str]:
    """The view, the band around the map, and the lines along the band, dashed every five kilometres."""
    right, bottom, middle, edge = WIDTH + FRAME, HEIGHT + FRAME, FRAME // 2, FRAME + 1
    sides = (f"M0-{middle}H{WIDTH}", f"M0 {HEIGHT + middle}H{WIDTH}", f"M-{middle} 0V{HEIGHT}")
    return {
        "view_box": f"-{edge} -{edge} {WIDTH + 2 * edge} {HEIGHT + 2 * edge}",
        "frame_path": f"M-{FRAME}-{FRAME}H{right}V{bottom}H-{FRAME}zM0 0H{WIDTH}V{HEIGHT}H0z",
        "scale_path": "".join(sides) + f"M{WIDTH + middle} 0V{HEIGHT}",
        "scale_step": str(5000 // METRES_PER_UNIT),
    }


def draw(county: dict[str, Any]) -> dict[str, Any]:
    """The whole drawing, from a GeoJSON collection with `code`, `name` and `member` on each municipality."""
    neighbours: list[list[Point]] = []
    shapes = []
    for feature in sorted(county["features"], key=lambda feature: feature["properties"]["code"]):
        properties = feature["properties"]
        if not properties["member"]:
            neighbours += [part for ring in rings(feature) if (part := clip(ring))]
            continue
        label = LABELS[properties["code"]]
        x, y = to_point(label.at)
        shapes.append(
            {
                "code": properties["code"],
                "d": path_data(rings(feature)),
                "x": x,
                "y": y,
                "anchor": "middle",
                "leader": leader(properties["name"], label),
            }
        )
    places = [(name, kind, to_point(at)) for name, kind, at in PLACES]
    return {
        **frame(),
        "context_path": path_data(neighbours),
        "beyond_path": path_data([clip([to_point(position) for position in BEYOND_THE_COUNTY])]),
        "places": [{"name": name, "kind": kind, "x": x, "y": y} for name, kind, (x, y) in places],
        "shapes": shapes,
    }
