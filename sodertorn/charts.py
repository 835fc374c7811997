"""Charts as plain geometry, for `includes/chart_*.html` to draw. A leaf: it knows no app and no HTML.

Bars lie down, one under the other, with their words above them and their figures to the right. Lengths are
per cent of the chart's width and heights are in ems, so that a chart fills any page while its text stays as
large as the reader has chosen. Every bar has its exact value; only its length is rounded.

Lines run over years in a plot of their own, `PLOT` units wide and high, which the template stretches to the
page; their names stand to the right of it in ems, moved apart where the lines end close together.
"""

import math
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from sodertorn.money import Exact, number

LINE_HEIGHT = Fraction(13, 10)
BAR_HEIGHT = Fraction(1)
BAR_GAP = Fraction(1, 5)
GROUP_GAP = Fraction(3, 5)
BASELINE = Fraction(17, 20)
"""In ems: a line of text, a bar, the space after a bar and after a group, and where its figure stands."""
BAR_SPACE = 68
"""Per cent of the width for the bars; the rest is for their figures."""
LINE_LENGTH = 42
"""Characters of a label on a line, which a phone has room for."""


@dataclass(frozen=True)
class Series:
    """What bars of one kind mean: the `label` of the legend, and the `class_name` of their look."""

    label: str
    class_name: str = ""


@dataclass(frozen=True)
class Datum:
    """A value to draw, as it is written too; None is a value that is not known, and has no bar."""

    value: Exact | None
    text: str


@dataclass(frozen=True)
class Group:
    """One line of the chart: a `label`, and a datum for each of the chart's series."""

    label: str
    data: tuple[Datum, ...]


@dataclass(frozen=True)
class Bar:
    """A drawn value: `x` and `width` in per cent, `y` and `height` in ems, all as SVG writes them.

    `text` is the value as written, on the line `text_y`. A value that is not known has no width.
    """

    x: str
    width: str
    y: str
    height: str
    class_name: str
    value: Exact | None
    text: str
    text_y: str


@dataclass(frozen=True)
class Line:
    """A line of a label."""

    text: str
    y: str


@dataclass(frozen=True)
class DrawnGroup:
    """A group's label, on one line or more, and its bars."""

    lines: tuple[Line, ...]
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Chart:
    """What the template draws. `zero` is where bars begin, in per cent."""

    key: str
    title: str
    description: str
    height: str
    zero: str
    groups: tuple[DrawnGroup, ...]
    legend: tuple[Series, ...]


def bar_chart(
    key: str, title: str, groups: Sequence[Group], series: Sequence[Series] = (Series(""),)
) -> Chart | None:
    """Draw the groups in order; the longest bar and the most negative one together fill the bars' space.

    `key` makes the chart's ids unique on its page. The description reads all values out, as they are
    written. None when there is nothing to draw: no group, or only unknown values.
    Raises ValueError when a group has not one datum per series.
    """
    if any(len(group.data) != len(series) for group in groups):
        raise ValueError("every group needs one datum for each series")
    values = [Fraction(datum.value) for group in groups for datum in group.data if datum.value is not None]
    if not values:
        return None
    lowest, highest = min([*values, Fraction(0)]), max([*values, Fraction(0)])
    reach = (highest - lowest) or Fraction(1)
    drawn, y = [], Fraction(0)
    for group in groups:
        lines = []
        for text in textwrap.wrap(group.label, LINE_LENGTH) or [""]:
            lines.append(Line(text, _em(y + 1)))
            y += LINE_HEIGHT
        bars = []
        for datum, kind in zip(group.data, series, strict=True):
            value = Fraction(datum.value or 0)
            start = (min(value, Fraction(0)) - lowest) / reach
            width, text_y = abs(value) / reach, _em(y + BASELINE)
            bars.append(
                Bar(
                    _percent(start),
                    _percent(width),
                    _em(y),
                    _em(BAR_HEIGHT),
                    kind.class_name,
                    datum.value,
                    datum.text,
                    text_y,
                )
            )
            y += BAR_HEIGHT + BAR_GAP
        drawn.append(DrawnGroup(tuple(lines), tuple(bars)))
        y += GROUP_GAP
    return Chart(
        key=key,
        title=title,
        description=_description(groups, series),
        height=_em(y - GROUP_GAP),
        zero=_percent(-lowest / reach),
        groups=tuple(drawn),
        legend=tuple(kind for kind in series if kind.label),
    )


@dataclass(frozen=True)
class Shade:
    """A step of a choropleth: values from `low` up to `high`, and which of the steps it is, from 1."""

    number: int
    low: int | Fraction
    high: int | Fraction


def shades(values: Sequence[int], steps: int = 4) -> list[Shade]:
    """At most so many equal steps from zero, with round limits, that hold every value.

    The width is 1, 2, 2,5 or 5 times a power of ten. Empty without values; no value may be negative.
    """
    if not values:
        return []
    highest = max(values)
    if min(values) < 0:
        raise ValueError("a shade can't be negative")
    power = 1
    while 10 * power * steps <= highest:
        power *= 10
    widths = [width * power // 2 for width in (2, 4, 5, 10, 20) if width * power % 2 == 0]
    width = next(width for width in widths if width * steps > highest)
    count = highest // width + 1
    return [Shade(number, (number - 1) * width, number * width) for number in range(1, count + 1)]


def shades_around(values: Sequence[Exact], steps: int = 4) -> list[Shade]:
    """At most so many equal steps with round limits that hold every value, negative ones too.

    Unlike those of `shades` they begin near the lowest value, for figures that lie close together.
    """
    if not values:
        return []
    lowest, highest = Fraction(min(values)), Fraction(max(values))
    for width in _round_widths() if lowest < highest else [Fraction(1)]:
        first, last = math.floor(lowest / width), math.floor(highest / width)
        if last - first < steps:
            break
    places = enumerate(range(first, last + 1), start=1)
    return [Shade(step, place * width, (place + 1) * width) for step, place in places]


def shade_of(value: Exact, scale: Sequence[Shade]) -> Shade:
    """The step that holds the value: from its low limit up to, but not including, its high one."""
    exact = Fraction(value)
    return next(shade for shade in scale if shade.low <= exact < shade.high)


# --- Lines over years ---------------------------------------------------------------------------------------

PLOT = 1000
"""Units of the plot, in both directions."""
PLOT_LEFT, PLOT_WIDTH = 18, 52
"""Per cent of the chart's width: before the plot there is room for the scale, after it for names."""
PLOT_TOP = Fraction(1)
PLOT_HEIGHT = Fraction(17)
YEARS_HEIGHT = Fraction(8, 5)
NAME_SPACE = Fraction(5, 4)
"""In ems: above the plot, the plot, the line of years under it, and from one name to the next."""
SCALE_STEPS = 5
MOST_YEARS = 5
"""At most so many steps on the scale, and so many years named under the plot."""


@dataclass(frozen=True)
class YearSeries:
    """A line of a line chart: a value or an unknown one for each year that there is something to say of."""

    label: str
    class_name: str
    data: Mapping[int, Datum]


@dataclass(frozen=True)
class Mark:
    """A word beside the plot, and its place along it: in ems downwards, or in per cent to the right."""

    text: str
    place: str


@dataclass(frozen=True)
class DrawnSeries:
    """A line: its `path` in the plot with a gap where a year is unknown, and a dot for a year by itself.

    From (`end_x`, `end_y`), where it ends, a thin line leads to (`name_x`, `name_y`), where its name stands.
    `points` are the values that are drawn.
    """

    label: str
    class_name: str
    path: str
    dots: str
    end_x: str
    end_y: str
    name_x: str
    name_y: str
    points: tuple[tuple[int, Datum], ...]


@dataclass(frozen=True)
class LineChart:
    """What the template draws."""

    key: str
    title: str
    description: str
    height: str
    plot_x: str
    plot_y: str
    plot_width: str
    plot_height: str
    plot_end: str
    years_y: str
    scale: tuple[Mark, ...]
    years: tuple[Mark, ...]
    lines: tuple[DrawnSeries, ...]


def line_chart(key: str, title: str, series: Sequence[YearSeries]) -> LineChart | None:
    """Draw values over years, each year as wide as the next whether or not there are values for it.

    The scale has round steps around the values; it need not begin at zero. `key` makes the chart's ids
    unique on its page. None when no value is known.
    """
    known = {
        line.label: {year: datum for year, datum in sorted(line.data.items()) if datum.value is not None}
        for line in series
    }
    values = [Fraction(datum.value or 0) for data in known.values() for datum in data.values()]
    if not values:
        return None
    years = sorted({year for data in known.values() for year in data})
    low, high, step = _scale(min(values), max(values))
    lines = [line for line in series if known[line.label]]
    plot_height = max(PLOT_HEIGHT, NAME_SPACE * len(lines))

    def across(year: int) -> Fraction:
        return Fraction(year - years[0], years[-1] - years[0]) if len(years) > 1 else Fraction(1, 2)

    def down(value: Exact) -> Fraction:
        return (high - Fraction(value)) / (high - low)

    ends = [PLOT_TOP + plot_height * down(list(known[line.label].values())[-1].value or 0) for line in lines]
    names = _apart(ends, PLOT_TOP, PLOT_TOP + plot_height)
    drawn = []
    for line, end, name in zip(lines, ends, names, strict=True):
        data = known[line.label]
        path, dots = _path([(year, across(year), down(datum.value or 0)) for year, datum in data.items()])
        end_x = PLOT_LEFT + PLOT_WIDTH * across(list(data)[-1])
        drawn.append(
            DrawnSeries(
                line.label,
                line.class_name,
                path,
                dots,
                f"{float(end_x):.3f}%",
                _em(end),
                f"{PLOT_LEFT + PLOT_WIDTH + 2}%",
                _em(name),
                tuple(data.items()),
            )
        )
    bottom = PLOT_TOP + plot_height
    decimals = next(count for count in range(9) if (step * 10**count).denominator == 1)
    steps = [low + step * place for place in range(int((high - low) / step) + 1)]
    return LineChart(
        key=key,
        title=title,
        description=_courses(lines, known),
        height=_em(bottom + YEARS_HEIGHT),
        plot_x=f"{PLOT_LEFT}%",
        plot_y=_em(PLOT_TOP),
        plot_width=f"{PLOT_WIDTH}%",
        plot_height=_em(plot_height),
        plot_end=f"{PLOT_LEFT + PLOT_WIDTH}%",
        years_y=_em(bottom + YEARS_HEIGHT - Fraction(1, 5)),
        scale=tuple(
            Mark(number(value, decimals), _em(PLOT_TOP + plot_height * down(value))) for value in steps
        ),
        years=_named_years(years, across),
        lines=tuple(drawn),
    )


def _round_widths() -> Iterator[Fraction]:
    """1, 2, 2,5 and 5 times every power of ten, from a millionth."""
    power = Fraction(1, 10**6)
    while True:
        yield from (power, 2 * power, power * 5 / 2, 5 * power)
        power *= 10


def _scale(lowest: Fraction, highest: Fraction) -> tuple[Fraction, Fraction, Fraction]:
    """The ends of a scale around the values, and its step."""
    if lowest == highest:
        margin = abs(lowest) / 10 or Fraction(1)
        lowest, highest = lowest - margin, highest + margin
    for width in _round_widths():
        low, high = math.floor(lowest / width), math.ceil(highest / width)
        if high - low <= SCALE_STEPS:
            return low * width, high * width, width
    raise AssertionError("some width is wide enough")


def _apart(wanted: Sequence[Fraction], top: Fraction, bottom: Fraction) -> list[Fraction]:
    """The places nearest to the wanted ones, in the same order, with room for a name at each."""
    order = sorted(range(len(wanted)), key=lambda place: wanted[place])
    placed = [Fraction(0)] * len(wanted)
    free = top
    for index in order:
        placed[index] = max(wanted[index], free)
        free = placed[index] + NAME_SPACE
    free = bottom
    for index in reversed(order):
        placed[index] = min(placed[index], free)
        free = placed[index] - NAME_SPACE
    return placed


def _path(points: Sequence[tuple[int, Fraction, Fraction]]) -> tuple[str, str]:
    """The line through points of years in a row, and a dot for each that has no neighbour."""
    path, dots = [], []
    have = {year for year, _, _ in points}
    for year, x, y in points:
        place = f"{float(PLOT * x):.1f} {float(PLOT * y):.1f}"
        if not have & {year - 1, year + 1}:
            dots.append(f"M{place}h0")
        elif year - 1 in have:
            path.append(f"L{place}")
        else:
            path.append(f"M{place}")
    return "".join(path), "".join(dots)


def _named_years(years: Sequence[int], across: Callable[[int], Fraction]) -> tuple[Mark, ...]:
    """The first and the last year, and some between them at even distances."""
    first, last = years[0], years[-1]
    step = max(1, -(-(last - first) // (MOST_YEARS - 1)))
    between = [year for year in range(first, last, step) if year == first or last - year >= step]
    return tuple(
        Mark(str(year), f"{float(PLOT_LEFT + PLOT_WIDTH * across(year)):.3f}%")
        for year in dict.fromkeys([*between, last])
    )


def _courses(lines: Sequence[YearSeries], known: Mapping[str, Mapping[int, Datum]]) -> str:
    """As in "Salem: 16 426 år 2015, 17 370 år 2025." A table has every value."""
    sentences = []
    for line in lines:
        data = list(known[line.label].items())
        ends = dict([data[0], data[-1]])
        sentences.append(
            f"{line.label}: " + ", ".join(f"{datum.text} år {year}" for year, datum in ends.items()) + "."
        )
    return " ".join(sentences)


def _description(groups: Sequence[Group], series: Sequence[Series]) -> str:
    """As in "Personal: 605 000 kr. Resor: 5 kr.", or "2017: intäkter 5 kr, kostnader 4 kr." of two series."""
    sentences = []
    for group in groups:
        parts = [
            f"{kind.label.lower()} {datum.text}" if kind.label else datum.text
            for datum, kind in zip(group.data, series, strict=True)
        ]
        sentences.append(f"{group.label}: {', '.join(parts)}.")
    return " ".join(sentences)


def _percent(share: Fraction) -> str:
    """A share of the bars' space."""
    return f"{float(BAR_SPACE * share):.3f}%"


def _em(height: Fraction) -> str:
    return f"{float(height):.2f}em"
