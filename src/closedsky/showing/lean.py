"""Fewer characters for a drawing that stands in a page of HTML: the same picture, to less than half a pixel.

Each point of a path is told from the one before, in tenths of a pixel; steps are taken between points that were rounded
first, so that errors do not add up. Points that lie so near to the line between their neighbours that no eye can tell
are left out. Outlines that a map draws several times are told once. Values of attributes lose their quotation marks,
which HTML does not need.
"""

from __future__ import annotations

import re

TOLERANCE = 4.0
"""Tenths of a pixel by which a line may pass a point that is left out."""

MANY = 12
"""Points of a line from which some may be left out: borders and bands, no drawn sign."""

D = re.compile(r' d="([^"]*)"')
TOKENS = re.compile(r"[A-Za-z]|-?(?:\d+\.?\d*|\.\d+)")
KNOWN = re.compile(r"[MLCHVZhvlcz\d.,\s-]*")
ARGUMENTS = {"M": 2, "L": 2, "C": 6, "H": 1, "V": 1, "Z": 0}

QUOTED = re.compile(r'( [a-z][\w-]*=)"([\w.,#-]+)"(?=[ />])')
TAG = re.compile(r"<[a-z][^>]*>")
ALONE = re.compile(r"<g( data-r=[^>]*)><(\w+)([^<>]*)/></g>")
"""A group of one element, which can say by itself what it stands for."""

PATH = re.compile(r'<path((?: [^<>]*)?) d="([^"]*)"([^<>]*)/>')
AGAIN = 300
"""Characters from which on a path that is drawn again is only named."""

Point = tuple[int, int]
Step = tuple[str, tuple[Point, ...]]
"""A command of a path, in capitals, and its points in tenths of a pixel from the corner."""


def lean(svg: str, name: str) -> str:
    """Write an SVG element in fewer characters.

    Args:
        svg: as `closedsky.showing.compact.compact` writes it.
        name: beginning of ids, unique on the page.

    >>> lean('<path class="c1" d="M100.5 20L101.5 20L103.2 19.5L103.2 25Z"/>', "a")
    '<path class=c1 d=M100.5,20h1l1.7-.5v5.5z />'
    >>> lean('<g data-r="1 2" data-c="3"><circle cx="1" r="2"/></g>', "a")
    '<circle data-r="1 2" data-c=3 cx=1 r=2 />'
    """
    svg = D.sub(lambda found: f' d="{_shorter(found.group(1))}"', svg)
    svg = _told_once(ALONE.sub(r"<\2\1\3/>", svg), name).replace('<text x="0"', "<text")  # where it is if none is given
    return TAG.sub(_unquoted, svg)


def _unquoted(found: re.Match[str]) -> str:
    tag = QUOTED.sub(r"\1\2", found.group(0))
    # after a value without marks a slash would be part of it
    return f"{tag[:-2]} />" if tag.endswith("/>") and tag[-3] != '"' else tag


def _told_once(svg: str, name: str) -> str:
    """Name long paths that are drawn again, alone or one after the other."""
    long = sorted({found.group(2) for found in PATH.finditer(svg) if len(found.group(2)) >= AGAIN}, key=len)
    atoms: list[str] = []
    parts: dict[str, list[str]] = {}
    for path in long:
        parts[path] = _parts(path, atoms)
        if parts[path] == [path]:
            atoms.append(path)

    def named(found: re.Match[str]) -> list[str]:
        before, path, after = found.groups()
        told = parts.get(path, [])
        # where two parts of what is seen through meet, it would be darker than as one
        return [] if len(told) > 1 and "opacity" in before + after else told

    drawn = [part for found in PATH.finditer(svg) for part in named(found)]
    ids = {atom: f"{name}-{i}" for i, atom in enumerate(each for each in atoms if drawn.count(each) > 1)}

    def used(found: re.Match[str]) -> str:
        before, _, after = found.groups()
        told = named(found)
        if not told or not ids.keys() >= set(told):
            return found.group(0)
        return "".join(f'<use href="#{ids[part]}"{before}{after}/>' for part in told)

    if not ids:
        return svg
    held = "".join(f'<path id="{key}" d="{path}"/>' for path, key in ids.items())
    start = svg.index(">") + 1
    return f"{svg[:start]}<defs>{held}</defs>{PATH.sub(used, svg[start:])}"


def _parts(path: str, atoms: list[str]) -> list[str]:
    """A path as others one after the other, where that is what it is."""
    found, rest = [], path
    while rest:
        begins = [atom for atom in atoms if rest.startswith(atom)]
        if not begins:
            return [path]
        found.append(max(begins, key=len))
        rest = rest[len(found[-1]) :]
    return found


def _shorter(path: str) -> str:
    return _written(_thinned(_steps(path))) if KNOWN.fullmatch(path) else path


def _steps(path: str) -> list[Step]:
    """Read a path."""
    tokens = TOKENS.findall(path)
    steps: list[Step] = []
    at, start, place, command = (0, 0), (0, 0), 0, ""
    while place < len(tokens):
        if tokens[place].isalpha():
            command = tokens[place]
            place += 1
        name = command.upper()
        given = [round(float(each) * 10) for each in tokens[place : place + ARGUMENTS[name]]]
        place += ARGUMENTS[name]
        x, y = at if command.islower() else (0, 0)
        if name == "Z":
            points: tuple[Point, ...] = (start,)
        elif name == "H":
            points = ((given[0] + x, at[1]),)
        elif name == "V":
            points = ((at[0], given[0] + y),)
        else:
            points = tuple((left + x, down + y) for left, down in zip(given[::2], given[1::2], strict=True))
        at = points[-1]
        if name == "M":
            start, command = at, "l" if command.islower() else "L"
        steps.append(("L" if name in "HV" else name, points))
    return steps


def _thinned(steps: list[Step]) -> list[Step]:
    """Leave out points of long lines that are nearly on the line between others."""
    kept: list[Step] = []
    place = 0
    while place < len(steps):
        end = place
        while end < len(steps) and steps[end][0] == "L":
            end += 1
        if end - place >= MANY and kept:
            line = [kept[-1][1][-1], *(points[0] for _, points in steps[place:end])]
            kept += [("L", (point,)) for point in _simple(line)[1:]]
            place = end
        else:
            kept += steps[place : end + 1]
            place = end + 1
    return kept


def _simple(line: list[Point]) -> list[Point]:
    """Douglas and Peucker (1973): of a stretch the farthest point stays, if it is far enough."""
    stay = {0, len(line) - 1}
    open_stretches = [(0, len(line) - 1)]
    while open_stretches:
        first, last = open_stretches.pop()
        away, place = max(
            ((_away(line[i], line[first], line[last]), i) for i in range(first + 1, last)), default=(0, 0)
        )
        if away > TOLERANCE:
            stay.add(place)
            open_stretches += [(first, place), (place, last)]
    return [point for place, point in enumerate(line) if place in stay]


def _away(point: Point, one: Point, other: Point) -> float:
    """Distance of a point from the stretch between two others."""
    dx, dy = other[0] - one[0], other[1] - one[1]
    length = dx * dx + dy * dy
    along = max(0.0, min(1.0, ((point[0] - one[0]) * dx + (point[1] - one[1]) * dy) / length)) if length else 0.0
    return float(((point[0] - one[0] - along * dx) ** 2 + (point[1] - one[1] - along * dy) ** 2) ** 0.5)


def _written(steps: list[Step]) -> str:
    text, last, at = "", "", (0, 0)
    for name, points in steps:
        if name == "Z":
            text, last, at = text + "z", "z", points[0]
            continue
        if name == "M":
            text, last, at = text + "M" + _joined(points[0]), "M", points[0]
            continue
        moved = [each - base for point in points for each, base in zip(point, at, strict=True)]
        command = "c" if name == "C" else "h" if moved[1] == 0 else "v" if moved[0] == 0 else "l"
        said = _joined(moved if command in "cl" else [moved[0] if command == "h" else moved[1]])
        glued = said[0] == "-" or (said[0] == "." and "." in re.split(r"[a-zA-Z,\-]", text)[-1])
        text += command + said if command != last else said if glued else "," + said
        last, at = command, points[-1]
    return text


def _joined(tenths: list[int] | Point) -> str:
    text = ""
    for value in tenths:
        said = _tenths(value)
        glued = not text or said[0] == "-" or (said[0] == "." and "." in re.split(r"[,\-]", text)[-1])
        text += said if glued else "," + said
    return text


def _tenths(value: int) -> str:
    whole, rest = divmod(abs(value), 10)
    return f"{'-' if value < 0 else ''}{whole if whole or not rest else ''}{f'.{rest}' if rest else ''}"
