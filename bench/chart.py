"""A chart as SVG: panels of lines on logarithmic axes, readable on light and on dark pages."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 360, 260  # of a panel
COLUMNS = 2
LEFT, RIGHT, TOP, BOTTOM = 48, 34, 34, 40  # around what is drawn in it
COLORS = ("#4477aa", "#cc6677", "#228833", "#aa7700", "#aa3377")  # told apart by the colour-blind, too
STYLE = """\
.page { fill: #ffffff } .frame { fill: none; stroke: #8b949e } .grid { stroke: #8b949e; stroke-opacity: .25 }
.slope { stroke: #8b949e; stroke-dasharray: 3 4 } .line { fill: none; stroke-width: 2 }
text { fill: #24292f; font: 11px system-ui, sans-serif } .title { font-weight: 600; font-size: 13px }
@media (prefers-color-scheme: dark) { .page { fill: #0d1117 } text { fill: #e6edf3 } }"""


@dataclass(frozen=True, kw_only=True)
class Line:
    """A series of points, all of them above 0."""

    name: str
    points: Sequence[tuple[float, float]]


@dataclass(frozen=True, kw_only=True)
class Panel:
    """Lines on one pair of axes."""

    title: str
    lines: Sequence[Line]


def chart(panels: Sequence[Panel], *, title: str) -> str:
    """All panels that have points, side by side. A dashed line rises in proportion."""
    drawn = [panel for panel in panels if any(line.points for line in panel.lines)]
    width, height = COLUMNS * WIDTH, math.ceil(len(drawn) / COLUMNS) * HEIGHT
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">',
        f"<title>{escape(title)}</title>",
        f"<style>{STYLE}</style>",
        f'<rect class="page" width="{width}" height="{height}"/>',
    ]
    for number, each in enumerate(drawn):
        x, y = number % COLUMNS * WIDTH, number // COLUMNS * HEIGHT
        parts += [f'<g transform="translate({x} {y})">', *panel(each), "</g>"]
    return "\n".join([*parts, "</svg>", ""])


def panel(each: Panel) -> Iterator[str]:
    """The axes, with whole powers of ten, and the lines, with their names in the upper left corner."""
    across = Axis([x for line in each.lines for x, _y in line.points], LEFT, WIDTH - RIGHT)
    up = Axis([y for line in each.lines for _x, y in line.points], HEIGHT - BOTTOM, TOP)
    yield f'<text class="title" x="{LEFT}" y="20">{escape(each.title)}</text>'
    yield from grid(across, up)
    for number, line in enumerate(each.lines):
        color = COLORS[number % len(COLORS)]
        points = [(across.at(x), up.at(y)) for x, y in line.points]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        yield f'<polyline class="line" stroke="{color}" points="{path}"/>'
        yield from (f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{color}"/>' for x, y in points)
        name_at = TOP + 16 + 15 * number
        yield f'<circle cx="{LEFT + 12}" cy="{name_at - 4}" r="4" fill="{color}"/>'
        yield f'<text x="{LEFT + 22}" y="{name_at}">{escape(line.name)}</text>'


class Axis:
    """A logarithmic scale from whole powers of ten to pixels."""

    def __init__(self, values: Sequence[float], first: float, last: float) -> None:
        self.low = math.floor(math.log10(min(values)))
        self.high = max(math.ceil(math.log10(max(values))), self.low + 1)
        self._first, self._last = first, last

    @property
    def powers(self) -> range:
        """The exponents that are labelled."""
        return range(self.low, self.high + 1)

    def at(self, value: float) -> float:
        """Where a value stands."""
        share = (math.log10(value) - self.low) / (self.high - self.low)
        return self._first + share * (self._last - self._first)


def grid(across: Axis, up: Axis) -> Iterator[str]:
    """The frame, a line and a label at each power of ten, and the slope of what grows in proportion."""
    left, right, top, bottom = LEFT, WIDTH - RIGHT, TOP, HEIGHT - BOTTOM
    for power in across.powers:
        x = across.at(10.0**power)
        yield f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{top}" y2="{bottom}"/>'
        yield f'<text x="{x:.1f}" y="{bottom + 16}" text-anchor="middle">{10**power:,}</text>'
    for power in up.powers:
        y = up.at(10.0**power)
        yield f'<line class="grid" x1="{left}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield f'<text x="{left - 6}" y="{y + 4:.1f}" text-anchor="end">{10.0**power:g} s</text>'
    steps = min(across.high - across.low, up.high - up.low)
    ends = across.at(10.0 ** (across.high - steps)), up.at(10.0**up.low), right, up.at(10.0 ** (up.low + steps))
    yield '<line class="slope" x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}"/>'.format(*ends)
    yield f'<rect class="frame" x="{left}" y="{top}" width="{right - left}" height="{bottom - top}"/>'
