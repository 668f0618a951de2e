"""Smaller SVG for a page that holds many: fewer characters, the same picture.

Coordinates get one decimal, classes short names, and neighbours of one class share an element. Only what our own
drawing functions write is understood; a picture is left as it is where it holds anything else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from closedsky.showing.svg import ROOT

CLASS = re.compile(r'class="([^"]*)"')
DECIMALS = re.compile(r"(?<![\d.#])(\d+\.\d)\d+(?=[ CLMZ\"])")
ATTRIBUTES = re.compile(r"<(?:path|rect|circle|text|tspan)\b[^>]*>")
PATHS = re.compile(
    r'<path class="([^"]*)" d="([^"]*)" stroke-width="1"/>\n(?:<path class="\1" d="([^"]*)" stroke-width="1"/>\n)+'
)
D = re.compile(r' d="([^"]*)"')


def compact(svg: str, names: dict[str, str]) -> str:
    """Return a smaller SVG element.

    Args:
        svg: as `closedsky.showing.svg.document` writes it, without a style sheet.
        names: short names of classes by their long ones, to which new ones are added; `sheet_of` writes their rules.
    """
    svg = PATHS.sub(_merged, svg)
    svg = ATTRIBUTES.sub(lambda found: DECIMALS.sub(r"\1", found.group(0)), svg)
    return CLASS.sub(lambda found: f'class="{_short(found.group(1), names)}"', svg).replace(">\n<", "><")


def sheet_of(sheet: str, names: dict[str, str]) -> str:
    """Return a style sheet in which every rule holds for the short names, too.

    Args:
        sheet: rules of `closedsky.showing.svg.style`, one a line.
        names: short names of combinations of classes by the long ones.
    """
    lines = []
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


def _merged(found: re.Match[str]) -> str:
    return f'<path class="{found.group(1)}" d="{"".join(D.findall(found.group(0)))}" stroke-width="1"/>\n'


def _short(classes: str, names: dict[str, str]) -> str:
    if classes == ROOT:  # by which the style sheet knows a chart
        return classes
    if classes not in names:
        names[classes] = f"c{len(names)}"
    return names[classes]


def all_short(svgs: Iterable[str]) -> bool:
    """Whether no long class is left, for tests.

    >>> all_short(['<rect class="c0"/>']), all_short(['<rect class="line hair"/>'])
    (True, False)
    """
    return all(name == ROOT or re.fullmatch(r"c\d+", name) for svg in svgs for name in CLASS.findall(svg))
