"""The drawing of a debate: bars from the middle outwards, a claim on the left and its opposite on the right."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from closedsky.showing.drawing.panels import Drawn
from closedsky.showing.svg import (
    LEADING,
    SIZES,
    Span,
    balanced,
    element,
    lines,
    marked,
    rect,
    stroke,
    text,
    text_width,
    wrap,
)

BAR = 10.0
"""Height of a bar."""

PALE = 0.35
"""How much of its colour the part of a bar has that hangs on luck."""

BRACKET = 3.0
"""From a bar to the bracket below it, and the height of its ends."""

ROW = 10.0
"""Between two rows of a claim."""

BETWEEN = 26.0
"""Between two claims."""

PAD = 8.0
"""Between the middle and either side."""

MIDDLE = 0.4
"""Share of the room that the middle takes at most."""

INLINE = 0.25
"""Share of the room up to which the middle is made wide enough for units beside the means."""

AXIS = 170.0
"""Length of a side from which its axis says what it counts."""

WIDE = 600.0
"""Room from which sentences stand over their own bars alone; on a narrow page they take all of their half."""

MEASURE = 720.0
"""Width beyond which prose is not set."""

TICKS = 110.0
"""Length of a side from which half of its axis has a label."""

MEAN = "mean difference"
"""What stands between the two sides."""

UNIT = 5.0
"""What a unit below a mean adds to the height of a row."""

LEAST = 1.5
"""Width that a bar of something that happens keeps."""


def draw_debate_chart(chart: Mapping[str, Any], left: float, top: float, width: float) -> Drawn:
    """Draw all claims under each other.

    Args:
        chart: the chart's JSON.
        left: of the room, in pixels.
        top: of the room, in pixels.
        width: of the room, in pixels.

    Returns:
        Elements, and the bottom of the lowest.
    """
    middle = _middle(chart["claims"], width)
    parts: list[str] = []
    first = True
    for claim in chart["claims"]:
        more, top = _claim(claim, left, top, width, middle, first and bool(claim["rows"]))
        parts += more
        first = first and not claim["rows"]
        top += BETWEEN
    return parts, top - BETWEEN if chart["claims"] else top


def _middle(claims: Sequence[Mapping[str, Any]], width: float) -> float:
    """Room between the two sides: for means with their units where that leaves enough for bars, else without."""
    size = SIZES["small"]
    rows = [row for claim in claims for row in claim["rows"]]
    least = [MEAN, *(row["label"] for row in rows)]
    plain = [text_width(words, size) for words in least]
    whole = [means for claim in claims for means in _means(claim, math.inf)]
    for words in (whole, [[row["mean"]] for row in rows]):
        needed = max([*plain, *(_mean_width(each[0]) for each in words)]) + 2.0 * PAD
        if needed <= INLINE * width:
            break
    return min(needed, MIDDLE * width)


def _means(claim: Mapping[str, Any], room: float) -> list[list[str]]:
    """The mean of each row with its unit, all on one line where there is room, else all on two."""
    whole = [f"{row['mean']} {claim['unit']}".strip() if row["mean"] else "" for row in claim["rows"]]
    if all(_mean_width(each) <= room for each in whole):
        return [[each] for each in whole]
    return [[row["mean"], claim["unit"]] if row["mean"] else [""] for row in claim["rows"]]


def _mean_width(words: str) -> float:
    """Room of a mean, the same whichever sign it has, so that exchanged courses give the mirrored picture."""
    return text_width(words.replace("-", "+"), SIZES["small"], True)


def _claim(claim: Mapping[str, Any], left: float, top: float, width: float, middle: float, named: bool) -> Drawn:
    parts = [rect("ink", left, top, width, 1.0)]
    centre = left + width / 2.0
    more, top = lines(left, top + 6.0, wrap(_on_record(claim), "small", min(width, MEASURE)), "small")
    parts += more
    gap = middle / 2.0 if width >= WIDE else PAD
    room = width / 2.0 - gap
    sides = [balanced([(claim[key], f"{key} strong")], "body", room) for key in ("says", "denies")]
    more, end = _ended(centre - gap, top + 6.0, sides[0], "body")
    other, bottom = lines(centre + gap, top + 6.0, sides[1], "body")
    parts += more + other
    top = max(end, bottom)
    more, top = _centred(centre, top + 4.0, [(claim["compared"], "quiet")], min(width, MEASURE))
    parts += more
    if claim["rows"]:
        more, top = _rows(claim, left, top + 8.0, width, middle, named)
        parts += more
    for words, rows in zip(claim["even"], claim.get("even_rows", [()] * len(claim["even"])), strict=True):
        more, top = _centred(centre, top + 6.0, [(words, "ink")], min(width, MEASURE), "body")
        parts += marked(more, rows)
    for kind, sentences in (("ink", claim["remarks"]), ("quiet", [claim["note"]])):
        for words in filter(None, sentences):
            more, top = _centred(centre, top + 8.0, [(words, kind)], min(width, MEASURE))
            parts += more
    return parts, top


def _on_record(claim: Mapping[str, Any]) -> list[Span]:
    """The id in the ledger, whose words they are, and the mark that a quotation carries."""
    if claim["quote"]:
        words = f"  “{claim['quote']}” ({claim['speaker']})" if claim["speaker"] else f"  “{claim['quote']}”"
    else:
        words = f"  {claim['speaker'][:1].upper()}{claim['speaker'][1:]}" if claim["speaker"] else ""
    mark = f"  {claim['mark']}." if claim["mark"] else ""
    spans = [(claim["ledger"], "ink strong"), (mark, "ink strong"), (words, "quiet")]
    return [span for span in spans if span[0]]


def _rows(claim: Mapping[str, Any], left: float, top: float, width: float, middle: float, named: bool) -> Drawn:
    """All rows of a claim, with hair lines at half of the futures and at all of them behind them."""
    centre, half = left + width / 2.0, (width - middle) / 2.0
    zero = {-1.0: centre - middle / 2.0, 1.0: centre + middle / 2.0}
    parts: list[str] = []
    if named:
        base = top + LEADING["small"] - 4.0
        for way in (-1.0, 1.0):
            if half >= TICKS:
                parts.append(text(zero[way] + way * half / 2.0, base, [("500", "quiet")], "small", "middle"))
            words, anchor = "1,000 futures" if half >= AXIS else "1,000", "start" if way < 0 else "end"
            parts.append(text(zero[way] + way * half, base, [(words, "quiet")], "small", anchor))
        parts.append(text(centre, base, [(MEAN, "quiet")], "small", "middle"))
        top += LEADING["small"] + 2.0
    drawn: list[str] = []
    group = ""
    spans: list[tuple[float, float]] = [(top, top)]
    means = _means(claim, middle - 2.0 * PAD)
    for row, mean in zip(claim["rows"], means, strict=True):
        if row["if"] != group:
            group = row["if"]
            words = f"If {group[:1].lower()}{group[1:]}"
            more, top = _centred(centre, top + ROW / 2.0, [(words, "quiet")], min(width, MEASURE))
            drawn += more
            spans.append((top, top))
        more, top = _row(row, mean, zero, half, top + 4.0)
        drawn += marked(more, row.get("rows", ()))
        spans[-1] = (spans[-1][0], top)
        top += ROW
    for low, high in spans:
        for way in (-1.0, 1.0):
            for share in (0.5, 1.0):
                x = zero[way] + way * half * share
                parts.append(stroke("hair", (x, low), (x, high)))
    return [*parts, *drawn], top - ROW


def _row(row: Mapping[str, Any], mean: Sequence[str], zero: Mapping[float, float], half: float, top: float) -> Drawn:
    """Numbers beside the middle, bars below them; label and mean in the middle."""
    base, bar = top + 10.0, top + LEADING["small"] + 1.0
    centre = sum(zero.values()) / 2.0
    parts = [text(centre, base, [(row["label"], "quiet")], "small", "middle")]
    if mean[0]:
        parts.append(text(centre, bar + BAR - 1.0, [(mean[0], "ink strong")], "small", "middle"))
    for words in mean[1:]:
        parts.append(text(centre, bar + BAR - 1.0 + LEADING["small"] - 2.0, [(words, "quiet")], "small", "middle"))
    for way, key, kind in ((-1.0, "holds", "says"), (1.0, "opposite", "denies")):
        side = row[key]
        anchor = "end" if way < 0 else "start"
        parts.append(text(zero[way] + 2.0 * way, base, [(side["words"], "ink")], "small", anchor))
        parts.append(rect("quiet", zero[way] - 0.5, bar - 1.0, 1.0, BAR + 2.0))
        low, high = (max(side[end] * half, LEAST if side[end] else 0.0) for end in ("low", "high"))
        if low:
            parts.append(rect(kind, min(zero[way], zero[way] + way * low), bar, low, BAR))
        if high > low:
            ends = zero[way] + way * low, zero[way] + way * high
            given = {"x": min(ends), "y": bar, "width": abs(ends[1] - ends[0]), "height": BAR, "fill-opacity": PALE}
            parts.append(element("rect", {"class": kind, **given}))
        if side["bounds"]:
            a, b = (zero[way] + way * half * end for end in side["bounds"])
            y = bar + BAR + BRACKET
            parts.append(stroke("ink", (a, y), (a, y + BRACKET), (b, y + BRACKET), (b, y)))
    return parts, bar + BAR + 2.0 * BRACKET + (UNIT if len(mean) > 1 else 0.0)


def _ended(x: float, top: float, wrapped: Sequence[Sequence[Span]], size: str) -> Drawn:
    """Lines that end at a place, mirrored to those that begin at one."""
    return _anchored(x, top, wrapped, size, "end")


def _centred(x: float, top: float, spans: Sequence[Span], width: float, size: str = "small") -> Drawn:
    return _anchored(x, top, balanced(spans, size, width), size, "middle")


def _anchored(x: float, top: float, wrapped: Sequence[Sequence[Span]], size: str, anchor: str) -> Drawn:
    base = top + (LEADING[size] + 0.7 * SIZES[size]) / 2.0
    parts = [text(x, base + LEADING[size] * count, line, size, anchor) for count, line in enumerate(wrapped)]
    return parts, top + LEADING[size] * len(wrapped)
