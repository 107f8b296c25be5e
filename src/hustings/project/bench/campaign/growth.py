"""`hustings bench growth`: the figures of `bench campaign` at several sizes, as a table and a plot in a page of the
manual. Each size is measured by that command in a database of its own; what was measured before is kept in a file
beside the page, so that the sizes need not be measured on one day. A size that was not measured has no column."""

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

BEGIN, END = "<!-- growth: written by `hustings bench growth` -->", "<!-- growth ends -->"
KEPT, PLOT = "benchmarks-growth.json", "benchmarks-growth.svg"
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 720, 360, 60, 190, 24, 44
COLOURS = ("#1f5fa8", "#b3541e", "#2f7d4f", "#7a4fa0", "#a8324a", "#5f6b76", "#008080", "#8a6d00", "#333333")
TICKS = (10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000)


class NoMarks(Exception):
    """The page has no place for the table."""


def write(page: Path, answers: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Keep these answers beside those that were kept, and write table and plot; all that stand there now, the smallest
    first. Raises NoMarks, and writes nothing, when the page has no place for them."""
    text = page.read_text()
    before, begin, rest = text.partition(BEGIN)
    _old, end, after = rest.partition(END)
    if not begin or not end:
        raise NoMarks(f"{page} has no lines “{BEGIN}” and “{END}” for the table to stand between. Nothing was written.")
    kept = page.with_name(KEPT)
    found = {one["scale"]: one for one in (json.loads(kept.read_text()) if kept.exists() else [])}
    found.update({one["scale"]: one for one in answers})
    rows = [found[scale] for scale in sorted(found)]
    kept.write_text(json.dumps(rows, indent=1) + "\n")
    page.with_name(PLOT).write_text(plot(rows))
    picture = f"![p95 of each page by size, both axes logarithmic]({PLOT})"
    page.write_text(f"{before}{BEGIN}\n\n{table(rows)}\n\n{picture}\n\n{END}{after}")
    return rows


def table(answers: Sequence[dict[str, Any]]) -> str:
    """A column a size."""
    lines: list[tuple[str, list[str]]] = [
        ("inquiries", [f"{one['inquiries']:,}" for one in answers]),
        ("people", [f"{one['people']:,}" for one in answers]),
        ("letters", [f"{one['letters']:,}" for one in answers]),
        ("made and taken in, minutes", [f"{one['load_minutes']:.1f}" for one in answers]),
        ("what jobs they left, minutes", [_minutes(one.get("jobs_minutes")) for one in answers]),
        ("letters a second", [f"{one['letters_per_second']:,}" for one in answers]),
        ("on disk, GB", [_gb(one["disk_bytes"]["database"]) for one in answers]),
        ("memory while loading, GB", [_gb(one["memory_loading_bytes"]) for one in answers]),
        ("memory while serving, GB", [_gb(one["memory_serving_bytes"]) for one in answers]),
        ("others at work (load)", [f"{one['load']:.1f} on {one['processors']}" for one in answers]),
    ]
    for name in _pages(answers):
        lines.append((f"{name.replace('_', ' ')}: p50 / p95 ms", [_times(one, name) for one in answers]))
        lines.append((f"{name.replace('_', ' ')}: processor ms, web + database", [_cost(one, name) for one in answers]))
    sizes = [f"{one['scale']:.4g} of the campaign" for one in answers]
    head = f"| | {' | '.join(sizes)} |"
    rule = f"| --- | {' | '.join('---:' for _one in answers)} |"
    return "\n".join([head, rule, *(f"| {name} | {' | '.join(cells)} |" for name, cells in lines)])


def plot(answers: Sequence[dict[str, Any]]) -> str:
    """p95 of each kind of page by the number of inquiries, both axes logarithmic: an SVG of our own."""
    names = _pages(answers)
    values = [one["pages"][name]["p95_ms"] for one in answers for name in names if name in one["pages"]]
    low, high = min(values, default=10.0), max(values, default=1000.0)
    sizes = [one["inquiries"] for one in answers]
    across = _Axis(min(sizes) / 1.5, max(sizes) * 1.5, LEFT, WIDTH - RIGHT)
    up = _Axis(low / 1.5, high * 1.5, HEIGHT - BOTTOM, TOP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif"',
        ' font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
    ]
    for tick in (tick for tick in TICKS if low / 1.5 <= tick <= high * 1.5):
        y = up.at(tick)
        parts.append(f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="#d9dee3"/>')
        parts.append(f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end" fill="#333">{tick} ms</text>')
    for size in sizes:
        x = across.at(size)
        parts.append(f'<text x="{x:.1f}" y="{HEIGHT - 18}" text-anchor="middle" fill="#333">{size:,}</text>')
    for name, colour in zip(names, COLOURS, strict=False):
        points = [(across.at(one["inquiries"]), up.at(one["pages"][name]["p95_ms"]))
                  for one in answers if name in one["pages"]]  # fmt: skip
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in points]
        y = TOP + 12 + 18 * names.index(name)
        label = escape(name.replace("_", " "))
        parts.append(f'<path d="M{WIDTH - RIGHT + 16} {y - 4}h16" stroke="{colour}" stroke-width="2"/>')
        parts.append(f'<text x="{WIDTH - RIGHT + 38}" y="{y}" fill="#333">{label}</text>')
    parts.append(f'<text x="{LEFT}" y="{HEIGHT - 4}" fill="#333">inquiries</text></svg>')
    return "\n".join(parts) + "\n"


class _Axis:
    def __init__(self, low: float, high: float, start: float, end: float) -> None:
        self._low, self._span, self._start, self._length = low, high / low, start, end - start

    def at(self, value: float) -> float:
        return self._start + self._length * math.log(value / self._low) / math.log(self._span)


def _pages(answers: Sequence[dict[str, Any]]) -> list[str]:
    return list(dict.fromkeys(name for one in answers for name in one["pages"]))


def _minutes(minutes: float | None) -> str:
    return "" if minutes is None else f"{minutes:.1f}"


def _gb(size: float) -> str:
    return f"{size / 1024**3:.2f}"


def _times(answer: dict[str, Any], name: str) -> str:
    page = answer["pages"].get(name)
    return f"{page['p50_ms']:.0f} / {page['p95_ms']:.0f}" if page else ""


def _cost(answer: dict[str, Any], name: str) -> str:
    page = answer["pages"].get(name)
    return " + ".join(f"{value:.0f}" for value in page["cpu_ms"].values()) if page else ""
