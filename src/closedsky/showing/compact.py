"""Smaller SVG for a page that holds many: fewer characters, the same picture.

Coordinates get one decimal, classes short names, and neighbours of one class share an element, never across the groups
that name rows of the numbers table. Only what our own drawing functions write is understood; a picture is left as it is
where it holds anything else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from closedsky.showing.drawing.pointing import HIT
from closedsky.showing.svg import ROOT

CLASS = re.compile(r'class="([^"]*)"')
DECIMALS = re.compile(r"(?<![\d.#])(\d+\.\d)\d+(?=[ CLMZ\"])")
TAG = re.compile(r"<\w[^>]*>")
PLACED = ("<path", "<rect", "<circle", "<text", "<tspan")
"""Elements whose numbers are coordinates."""
ONE = r'<path class="{}" d="[^"]*"(?: stroke-width="1")?/>\n'
PATHS = re.compile(ONE.format('([^"]*)') + "(?:" + ONE.format(r"\1") + ")+")
WHOLE = re.compile(r"(?<=\d)\.0+(?=[ CLMZ\"])")
ANCHORED = re.compile(r'class="([^"]*)" text-anchor="(middle|end)"')
RECTS = re.compile(r'<rect class="([^"]*)" x="([^"]*)" y="([^"]*)" width="([^"]*)" height="([^"]*)"/>\n')
D = re.compile(r' d="([^"]*)"')

ENDS = ("middle", "end")
"""Where a text may stand otherwise than to the right of its place."""


def compact(svg: str, names: dict[str, str]) -> str:
    """Return a smaller SVG element.

    Args:
        svg: as `closedsky.showing.svg.document` writes it, without a style sheet.
        names: short names of classes by their long ones, to which new ones are added; `sheet_of` writes their rules.
    """
    svg = TAG.sub(_rounded, svg)
    svg = RECTS.sub(_outlined, svg)
    svg = PATHS.sub(_merged, svg)
    return TAG.sub(lambda found: _shortened(found.group(0), names), svg).replace(">\n<", "><")


def sheet_of(sheet: str, names: dict[str, str]) -> str:
    """Return a style sheet in which every rule holds for the short names, too.

    Args:
        sheet: rules of `closedsky.showing.svg.style`, one a line.
        names: short names of combinations of classes by the long ones.
    """
    lines = [
        f".{ROOT} .{short}{{text-anchor:{end}}}" for end in ENDS for long, short in names.items() if end in long.split()
    ]
    for line in sheet.splitlines():
        selector, brace, rest = line.partition("{")
        classes = re.fullmatch(r"(\.[\w-]+) ((?:\.[\w-]+)+)", selector)
        if not brace or classes is None:
            lines.append(line)
            continue
        needed = set(classes.group(2).strip(".").split("."))
        held = [short for long, short in names.items() if needed <= set(long.split())]
        if held:
            lines.append(",".join(f"{classes.group(1)} .{short}" for short in held) + brace + rest)
    return "\n".join(lines)


def _rounded(found: re.Match[str]) -> str:
    tag = found.group(0)
    if not tag.startswith(PLACED):
        return tag
    return WHOLE.sub("", DECIMALS.sub(r"\1", tag))


def _shortened(tag: str, names: dict[str, str]) -> str:
    tag = tag.replace(' stroke-width="1"', "")  # as it is where nothing is said
    return CLASS.sub(lambda found: f'class="{_short(found.group(1), names)}"', ANCHORED.sub(r'class="\1 \2"', tag))


def _outlined(found: re.Match[str]) -> str:
    kind, x, y, width, height = found.groups()
    return f'<path class="{kind}" d="M{x} {y}h{width}v{height}h-{width}Z"/>\n'


def _merged(found: re.Match[str]) -> str:
    return f'<path class="{found.group(1)}" d="{"".join(D.findall(found.group(0)))}"/>\n'


def _short(classes: str, names: dict[str, str]) -> str:
    if classes == ROOT:  # by which the style sheet knows a chart
        return classes
    if classes not in names:
        # what a page's script and style sheet look for keeps its name
        names[classes] = classes if classes == HIT else letters(len(names))
    return names[classes]


def letters(number: int) -> str:
    """A short name by its number: capitals, as no class of a page has.

    >>> letters(0), letters(25), letters(26)
    ('A', 'Z', 'AA')
    """
    before, last = divmod(number, 26)
    return (letters(before - 1) if before else "") + chr(ord("A") + last)


def all_short(svgs: Iterable[str]) -> bool:
    """Whether no long class is left, for tests.

    >>> all_short(['<rect class="A"/>']), all_short(['<rect class="line hair"/>'])
    (True, False)
    """
    return all(name in (ROOT, HIT) or re.fullmatch("[A-Z]+", name) for svg in svgs for name in CLASS.findall(svg))
