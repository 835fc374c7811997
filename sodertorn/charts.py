"""Bar charts as plain geometry, for `includes/chart_bars.html` to draw. A leaf: it knows no app and no HTML.

Bars lie down, one under the other, with their words above them and their figures to the right. Lengths are
per cent of the chart's width and heights are in ems, so that a chart fills any page while its text stays as
large as the reader has chosen. Every bar has its exact value; only its length is rounded.
"""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from sodertorn.money import Exact

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
    low: int
    high: int


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


def shade_of(value: int, scale: Sequence[Shade]) -> Shade:
    """The step that holds the value: from its low limit up to, but not including, its high one."""
    return next(shade for shade in scale if shade.low <= value < shade.high)


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
