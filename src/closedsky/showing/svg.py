"""Static SVG: elements, text that is measured before it is set, one theme, and a file that is whole or not there.

No script, no outside reference, no embedded HTML; every text is escaped, because a case file may hold anything.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Literal
from xml.sax.saxutils import escape, quoteattr

from closedsky.showing.widths import BLANK as BLANK
from closedsky.showing.widths import FIRM as FIRM
from closedsky.showing.widths import text_width as text_width

Theme = Literal["auto", "light", "dark"]
Span = tuple[str, str]
"""A piece of text and the classes it is set in."""

ROOT = "closedsky-chart"
"""Class of every chart: the style reaches nothing outside it."""

FONT = "system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif"

SIZES: Mapping[str, float] = {"title": 21.0, "head": 16.0, "body": 13.0, "small": 11.0}
"""The type scale, in pixels."""

LEADING: Mapping[str, float] = {"title": 26.0, "head": 21.0, "body": 18.0, "small": 14.0}
"""From one line to the next."""

PALETTE: Mapping[str, tuple[str, str]] = {
    "paper": ("#ffffff", "#14181c"),
    "ink": ("#16191d", "#f1f3f5"),
    "quiet": ("#555c64", "#adb5bd"),
    "hair": ("#d5d9de", "#3a424a"),
    "futures": ("#0072b2", "#56b4e9"),
    "naive": ("#8b9198", "#7d868f"),
    "engagement": ("#a8550f", "#f0a35e"),
    "says": ("#6a3d9a", "#c3a6e8"),
    "denies": ("#00735c", "#4cc9a9"),
    "missile": ("#a8550f", "#f0a35e"),
    "shelling": ("#6b7280", "#9aa3ad"),
    "replaced": ("#8f3f71", "#d98cc0"),
    "land": ("#e9ecef", "#2a3138"),
}
"""What each colour means, on light and on dark; blue and sky blue are those of Okabe & Ito (2008).

`futures` are modelled, `ink` is on record, `naive` is the naive forecaster, `quiet` and `hair` carry words and lines
that are no data, `paper` is behind everything. Where the two paths to general war are told apart, the contest is drawn
as `futures` are and the engagement in its own colour; of a contested claim `says` is one side and `denies` the other;
of weapons aircraft are drawn as `futures` are, and `replaced` is what replaces deterred sorties. `land` is no data.
"""

STRONG = 600
"""Weight of what is emphasised."""

WORD = re.compile(r"[^ ]+ *| +")
"""A word with the blanks that follow it."""

REPLACED = "�"


def clean(text: str) -> str:
    r"""Make a text fit for XML and for one line: no control character, no lone surrogate, nothing that turns it round.

    >>> clean("a\x00b\nc\u202ed")
    'a�b cd'
    """
    return text if text.isascii() and text.isprintable() else _cleaned(text)


@lru_cache(maxsize=8192)
def _cleaned(text: str) -> str:
    kept = []
    for char in text:
        category, bidi = unicodedata.category(char), unicodedata.bidirectional(char)
        if char in "\t\n\r" or category in ("Zl", "Zp"):
            kept.append(" ")
        elif bidi in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"):
            continue
        else:
            kept.append(REPLACED if category in ("Cc", "Cs") or (ord(char) & 0xFFFE) == 0xFFFE else char)
    return "".join(kept)


def spans_width(spans: Iterable[Span], size: str) -> float:
    """Return the most room that pieces of text take, set one after another in one size of the type scale."""
    return sum(text_width(text, SIZES[size], "strong" in kind.split()) for text, kind in spans)


def wrap(spans: Iterable[Span], size: str, width: float) -> list[list[Span]]:
    """Break pieces of text into lines no wider than `width`, at blanks, or inside a word that is wider than a line.

    Args:
        spans: the text.
        size: of the type scale.
        width: in pixels; at least one character is set on every line.

    Returns:
        Lines, each a list of pieces; none for no text.

    >>> wrap([("recorded 1,990; ", "ink"), ("predicted 2,300", "futures")], "body", 130.0)
    [[('recorded 1,990;', 'ink')], [('predicted 2,300', 'futures')]]
    """
    return [list(line) for line in _wrapped(tuple(spans), size, width)]


@lru_cache(maxsize=4096)
def _wrapped(spans: tuple[Span, ...], size: str, width: float) -> list[list[Span]]:
    """Lines: a page that is drawn anew says most of what it said before."""
    lines: list[list[Span]] = []
    line: list[Span] = []
    for word, kind in _words(spans, size, width):
        if line and spans_width([*line, (word.rstrip(), kind)], size) > width:
            lines.append(line)
            line = []
        line.append((word, kind))
    return [_joined(each) for each in ([*lines, line] if line else lines)]


def balanced(spans: Sequence[Span], size: str, width: float) -> list[list[Span]]:
    """Break text as `wrap` does, into as few lines, of which none is much shorter than the others.

    >>> [line[0][0] for line in balanced([("a title of two lines", "ink")], "body", 110.0)]
    ['a title of', 'two lines']
    """
    best = wrap(spans, size, width)
    low, high = width / 2.0, width
    while best and high - low > 1.0:
        middle = (low + high) / 2.0
        tried = wrap(spans, size, middle)
        if len(tried) == len(best):
            best, high = tried, middle
        else:
            low = middle
    return best


def _words(spans: Iterable[Span], size: str, width: float) -> Iterable[Span]:
    """Words, each with the blanks that follow it; words wider than a line in parts."""
    for text, kind in spans:
        for token in WORD.findall(clean(text)):
            if spans_width([(token.rstrip(), kind)], size) <= width:
                yield token, kind
            else:
                yield from _parts(token, kind, size, width)


def _parts(token: str, kind: str, size: str, width: float) -> Iterable[Span]:
    """A word that is wider than a line, in parts that are not."""
    word = ""
    for char in token:
        grown = word + char
        whole = word.endswith(BLANK) or spans_width([(grown, kind)], size) > width
        if word and char != BLANK and whole:
            yield word, kind
            word = char
        else:
            word = grown
    yield word, kind


def _joined(line: Sequence[Span]) -> list[Span]:
    joined: list[Span] = []
    for text, kind in line:
        if joined and joined[-1][1] == kind:
            joined[-1] = (joined[-1][0] + text, kind)
        else:
            joined.append((text, kind))
    joined[-1] = (joined[-1][0].rstrip(), joined[-1][1])
    return [each for each in joined if each[0]]


@lru_cache(maxsize=16_384)
def number(value: float) -> str:
    """Write a coordinate: two decimals at most, the same on every machine.

    >>> number(12.0), number(0.126), number(-0.001)
    ('12', '0.13', '0')
    """
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def element(name: str, attributes: Mapping[str, str | float], *children: str) -> str:
    """Write an element; the children are elements already.

    >>> element("rect", {"x": 1.0, "class": "ink"})
    '<rect x="1" class="ink"/>'
    """
    given = "".join(
        f" {key}={_quoted(value)}" if isinstance(value, str) else f' {key}="{number(value)}"'
        for key, value in attributes.items()
    )
    return f"<{name}{given}>{''.join(children)}</{name}>" if children else f"<{name}{given}/>"


@lru_cache(maxsize=8192)
def _quoted(value: str) -> str:
    """An attribute's value: few are different, and most are classes."""
    return quoteattr(clean(value))


def text(x: float, y: float, spans: Sequence[Span], size: str, anchor: str = "start") -> str:
    """Set one line of text; `y` is its baseline.

    >>> text(1, 2, [("a < b", "ink")], "body")
    '<text x="1" y="2" class="body ink">a &lt; b</text>'
    >>> text(1, 2, [("a", "ink"), (" b", "quiet")], "body", "end")
    '<text x="1" y="2" class="body ink" text-anchor="end">a<tspan class="quiet"> b</tspan></text>'
    """
    (first, kind), *others = spans
    attributes: dict[str, str | float] = {"x": x, "y": y, "class": f"{size} {kind}"}
    if anchor != "start":
        attributes["text-anchor"] = anchor
    pieces = (element("tspan", {"class": kind}, escape(clean(piece))) for piece, kind in others)
    return element("text", attributes, escape(clean(first)), *pieces)


def lines(x: float, top: float, wrapped: Sequence[Sequence[Span]], size: str) -> tuple[list[str], float]:
    """Set lines under each other from `top` on; return them and where the next thing may begin."""
    leading = LEADING[size]
    base = top + (leading + 0.7 * SIZES[size]) / 2.0
    parts = [text(x, base + leading * count, line, size) for count, line in enumerate(wrapped)]
    return parts, top + leading * len(wrapped)


def rect(kind: str, x: float, y: float, width: float, height: float) -> str:
    """Draw a filled rectangle."""
    return element("rect", {"class": kind, "x": x, "y": y, "width": width, "height": height})


def stroke(kind: str, *points: tuple[float, float], width: float = 1.0) -> str:
    """Draw a line through points."""
    path = "L".join(f"{number(x)} {number(y)}" for x, y in points)
    return element("path", {"class": f"line {kind}", "d": f"M{path}", "stroke-width": width})


def marked(parts: Iterable[str], rows: Iterable[int], columns: Iterable[int] = ()) -> list[str]:
    r"""Group elements that stand for rows of a chart's numbers table, so that a page can show what the table says.

    Args:
        parts: elements.
        rows: indexes from 0; where there are none, the elements stay as they are.
        columns: indexes of the columns that the elements stand for, from 0; none for all.

    Returns:
        One group, or the elements.

    >>> marked([rect("ink", 1, 2, 3, 4)], [7, 3, 4, 5], [0, 1])
    ['<g data-r="3-5 7" data-c="0 1">\n<rect class="ink" x="1" y="2" width="3" height="4"/>\n</g>']
    """
    parts, named = list(parts), _runs(rows)
    if not parts or not named:
        return parts
    only = _runs(columns)
    given = {"data-r": named} | ({"data-c": only} if only else {})
    return [element("g", given, "\n", *(f"{part}\n" for part in parts))]


def _runs(numbers: Iterable[int]) -> str:
    """Write numbers in order, more than two that follow each other by the first and the last.

    >>> _runs([2, 1, 9, 4, 5, 6])
    '1 2 4-6 9'
    """
    runs: list[list[int]] = []
    for each in sorted(set(numbers)):
        if runs and each == runs[-1][-1] + 1:
            runs[-1].append(each)
        else:
            runs.append([each])
    return " ".join(f"{run[0]}-{run[-1]}" if len(run) > 2 else " ".join(map(str, run)) for run in runs)


def style(theme: Theme) -> str:
    """Return the style sheet: light, dark, or whichever the reader's machine asks for."""
    base = [
        f".{ROOT}{{font-family:{FONT};font-variant-numeric:tabular-nums}}",
        *(f".{ROOT} .{name}{{font-size:{number(size)}px}}" for name, size in SIZES.items()),
        f".{ROOT} tspan{{font-weight:normal}}",
        f".{ROOT} .strong{{font-weight:{STRONG}}}",
        f".{ROOT} .line{{stroke-linecap:round;stroke-linejoin:round}}",
        f".{ROOT} .hit{{fill:none;pointer-events:all}}",
    ]
    light, dark = (_colours(column) for column in (0, 1))
    if theme == "auto":
        return "\n".join([*base, *light, "@media (prefers-color-scheme:dark){", *dark, "}"])
    return "\n".join([*base, *(dark if theme == "dark" else light)])


def _colours(column: int) -> list[str]:
    rules = []
    for name, pair in PALETTE.items():
        rules.append(f".{ROOT} .{name}{{fill:{pair[column]}}}")
        rules.append(f".{ROOT} .line.{name}{{fill:none;stroke:{pair[column]}}}")
    return rules


def document(
    parts: Iterable[str],
    width: float,
    height: float,
    *,
    name: str,
    title: str,
    description: str,
    theme: Theme,
    styled: bool = True,
) -> str:
    """Put parts into an SVG document.

    Args:
        parts: elements, from the back to the front.
        width: in pixels.
        height: in pixels.
        name: beginning of the ids of title and description: ids are unique in a page that holds several charts.
        title: what the chart says, for who cannot see it.
        description: the rest of it.
        theme: see `style`.
        styled: whether it brings its own style sheet and background; a page that has the one needs neither.

    Returns:
        The text of an SVG file.
    """
    attributes: dict[str, str | float] = {
        "xmlns": "http://www.w3.org/2000/svg",
        "class": ROOT,
        "xml:space": "preserve",
        "width": width,
        "height": height,
        "viewBox": f"0 0 {number(width)} {number(height)}",
        "role": "img",
        "aria-labelledby": f"{name}-title {name}-description",
    }
    children = [
        element("title", {"id": f"{name}-title"}, escape(clean(title))),
        element("desc", {"id": f"{name}-description"}, escape(clean(description))),
        *([element("style", {}, escape(style(theme))), rect("paper", 0.0, 0.0, width, height)] if styled else []),
        *parts,
    ]
    return element("svg", attributes, "\n", *(f"{child}\n" for child in children)) + "\n"


def write_svg(path: Path, content: str) -> None:
    """Write a file that is there as a whole or not at all.

    Args:
        path: where; an existing file is replaced.
        content: of the file.

    Raises:
        OSError: it cannot be written; the error names `path`.
    """
    target = path.resolve()
    partial = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        try:
            partial.write_text(content, "utf-8", newline="\n")
            os.replace(partial, target)
        finally:
            partial.unlink(missing_ok=True)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error
