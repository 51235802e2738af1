"""Bar charts as numbers for a template: whole pixels, so that no language writes them with a comma."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

HEIGHT, WIDTH, LEFT, TOP, BOTTOM = 200, 680, 44, 16, 36
MOST_LABELS = 6


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar; `kind` is the class of its series."""

    x: int
    y: int
    width: int
    height: int
    kind: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A line across with its number, or a word under the bars at `x`."""

    place: int
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """What the template draws; the box is `0 0 width height`."""

    bars: list[Bar]
    across: list[Tick]
    below: list[Tick]
    width: int = WIDTH
    height: int = TOP + HEIGHT + BOTTOM
    left: int = LEFT
    text_y: int = TOP + HEIGHT + 22


def bar_chart(labels: Sequence[str], series: Sequence[tuple[str, Sequence[int]]]) -> Chart:
    """Return bars side by side, one group for each label.

    Args:
        labels: what stands under each group; of many only some are written.
        series: (kind, one number for each label).
    """
    top = round_top(max([1, *(number for _kind, numbers in series for number in numbers)]))
    group = (WIDTH - LEFT) / max(1, len(labels))
    thick = max(2, int(group * 0.7 / max(1, len(series))))
    bars = []
    for place, (kind, numbers) in enumerate(series):
        for index, number in enumerate(numbers):
            high = round(number / top * HEIGHT) if number <= 0 else max(1, round(number / top * HEIGHT))
            left = LEFT + int(group * index + group * 0.15) + place * thick
            bars.append(Bar(left, TOP + HEIGHT - high, thick - 1, high, kind))
    across = [Tick(TOP + HEIGHT - round(part * HEIGHT / 4), f"{top * part // 4}") for part in (0, 1, 2, 3, 4)]
    step = -(-len(labels) // MOST_LABELS)
    below = [
        Tick(LEFT + int(group * (at + 0.5)), label)
        for at, label in enumerate(labels)
        if (len(labels) - 1 - at) % step == 0
    ]
    return Chart(bars, across, below)


def round_top(highest: int) -> int:
    """Return the end of the scale: a round number over the highest one that can be parted by four."""
    size = 4
    while size < highest:
        for factor in (4, 8, 12, 20, 40):
            if size * factor // 4 >= highest:
                return size * factor // 4
        size *= 10
    return size
