"""What a report holds of each chart: its drawings, its table and its numbers as a file, in few bytes."""

from __future__ import annotations

import base64
import io
import re
import zipfile
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Context
from typing import Any

from markupsafe import Markup

from closedsky.showing.charts.chart import to_csv
from closedsky.showing.compact import compact
from closedsky.showing.drawing import draw_bare
from closedsky.showing.lean import lean

WIDE, NARROW = 900.0, 358.0
"""Widths in pixels in which charts are drawn: of a page, and of a telephone less its margins."""

ROWS, FEW = 10, 8
"""Rows of a numbers table up to which it is printed whole, and how many of a longer one; the file has all."""

MOST_DIGITS = 5
"""Significant digits of numbers in a file."""

DIGITS = 4
"""Significant digits of numbers in a table."""

SHORT = Context(prec=DIGITS, rounding=ROUND_HALF_UP)
"""Rounds as the script does: a half away from zero."""

PAGE, LONG = 1000.0, 1500.0
"""Heights of a drawing, in its own pixels, above which it is smaller on paper, and above which it may be broken."""

HEIGHT = re.compile(r'height="?([\d.]+)')

OPENING = re.compile(r"<svg\b[^>]*>\s*<title.*?</desc>", re.DOTALL)
"""The beginning of a drawing with its own words, which a figure has once for both of its drawings."""

NEEDLESS = re.compile(r' (?:xmlns|xml:space|aria-labelledby)="[^"]*"')

NEVER_SIDEWAYS = ("debate",)
"""Charts that a telephone must not show in part: one side of a debate alone would be taking it."""

LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The date in every zip file: the first that the format knows, so that the same numbers give the same file."""


class Figures:
    """Turns charts into what the template needs, each with a name of its own on the page.

    Attributes:
        classes: short names of the classes that the drawings use.
        most_columns: columns of the widest table.
    """

    def __init__(self, charts: Iterable[dict[str, Any]]) -> None:
        self.classes: dict[str, str] = {}
        made = [(chart, self._make(chart, number)) for number, chart in enumerate(charts, 1)]
        self._made = {id(chart): each for chart, each in made}
        self.most_columns = max((len(chart["columns"]) for chart, _ in made), default=0)

    def of(self, chart: dict[str, Any]) -> dict[str, Any]:
        """What was made of a chart."""
        return self._made[id(chart)]

    def drop_largest(self, many: int) -> bool:
        """Leave out narrow drawings, the largest first, until so many bytes are saved; say whether there were any."""
        left = [each for each in self._made.values() if each["narrow"] and each["kind"] not in NEVER_SIDEWAYS]
        left.sort(key=lambda each: -len(each["narrow"]))
        saved = 0
        for each in left:
            if saved >= many:
                break
            saved += len(each["narrow"].encode())
            each["narrow"] = None
        return bool(left)

    def _make(self, chart: dict[str, Any], number: int) -> dict[str, Any]:
        name = f"figure-{number}"
        wide, narrow = (self._drawn(chart, width, name, shape) for width, shape in ((WIDE, "wide"), (NARROW, "narrow")))
        height = float(HEIGHT.findall(wide)[0])
        rows = rounded(chart)["rows"]
        file = f"{chart['kind']}-{chart['view'].replace(' ', '-')}"
        return {
            "name": name,
            "kind": chart["kind"],
            "says": f"{chart['alternative']} View {chart['view_words']}.",
            "wide": wide,
            "narrow": narrow,
            "paper": "long" if height > LONG else "tall" if height > PAGE else "",
            "rows": rows if len(rows) <= ROWS else rows[:FEW],
            "left_out": len(rows) - FEW if len(rows) > ROWS else 0,
            "align": " ".join(f"n{each}" for each in numeric(chart)),
            "numbers": zipped(f"{file}.csv", to_csv(rounded(chart))),
            "file": f"{file}.zip",
        }

    def _drawn(self, chart: dict[str, Any], width: float, name: str, shape: str) -> Markup:
        svg = compact(draw_bare(chart, width, name), self.classes)
        svg = OPENING.sub(lambda found: _named(found.group(0), name), svg, count=1)
        return Markup(lean(svg, f"{name}-{shape}").strip())


def _named(opening: str, name: str) -> str:
    """A drawing's beginning without words of its own: those of its figure name it."""
    tag = NEEDLESS.sub("", opening[: opening.index(">")])
    return f'{tag} aria-labelledby="{name}-words {name}-says">'


def rounded(chart: dict[str, Any]) -> dict[str, Any]:
    """A chart with no more digits than a file of numbers needs."""
    rows = [[float(f"{v:.{MOST_DIGITS}g}") if isinstance(v, float) else v for v in row] for row in chart["rows"]]
    return chart | {"rows": rows}


def numeric(chart: dict[str, Any]) -> list[int]:
    """Columns, counted from 1, that hold numbers and nothing else.

    >>> numeric({"columns": [{}, {}, {}], "rows": [["a", 1, None], ["b", 0.5, None]]})
    [2]
    """
    found = []
    for place in range(len(chart["columns"])):
        cells = [row[place] for row in chart["rows"] if row[place] is not None]
        if cells and all(isinstance(each, int | float) and not isinstance(each, bool) for each in cells):
            found.append(place + 1)
    return found


def zipped(name: str, text: str) -> str:
    """A data address of a zip file that holds one text file; the same for the same text.

    >>> zipped("a.csv", "a,b").startswith("data:application/zip;base64,UEsDB")
    True
    """
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        entry = zipfile.ZipInfo(name, LONG_AGO)
        entry.create_system = 0  # whatever this machine is
        archive.writestr(entry, text.encode(), zipfile.ZIP_DEFLATED, 9)
    return "data:application/zip;base64," + base64.b64encode(file.getvalue()).decode()


def cell(value: Any) -> str:
    """A cell of a numbers table; `web/src/words.ts` writes the same.

    >>> cell(None), cell(0.123456), cell(1234567.0), cell("text"), cell(True)
    ('', '0.1235', '1,235,000', 'text', 'yes')
    >>> cell(1234), cell(1234.0), cell(-0.0), cell(0.00001), cell(0.28125)
    ('1,234', '1,234', '0', '1e-05', '0.2813')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        short = float(SHORT.create_decimal_from_float(value)) + 0.0  # no minus before a zero
        return f"{short:,.0f}" if abs(short) >= 10 ** (DIGITS - 1) else f"{short:.{DIGITS}g}"
    return str(value)
