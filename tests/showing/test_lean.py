"""A drawing in fewer characters is the same drawing, to less than half a pixel."""

import math
import re

from hypothesis import given
from hypothesis import strategies as st

from closedsky.showing.lean import AGAIN, MANY, TOLERANCE, lean

tenths = st.integers(-9_999, 9_999)
points = st.lists(st.tuples(tenths, tenths), min_size=2, max_size=60)


def written(line, close=False):
    return "M" + "L".join(f"{x / 10:g} {y / 10:g}" for x, y in line) + ("Z" if close else "")


def path(d):
    return f'<svg><path d="{d}"/></svg>'


def read(d):
    """Points in tenths of a pixel, by following a path of steps."""
    at, found, command = (0, 0), [], ""
    tokens = re.findall(r"[a-zA-Z]|-?(?:\d+\.?\d*|\.\d+)", d)
    while tokens:
        if tokens[0].isalpha():
            command = tokens.pop(0)
            if command == "z":
                continue
        if command == "h":
            at = (at[0] + round(float(tokens.pop(0)) * 10), at[1])
        elif command == "v":
            at = (at[0], at[1] + round(float(tokens.pop(0)) * 10))
        else:
            x, y = (round(float(tokens.pop(0)) * 10) for _ in range(2))
            at = (x, y) if command == "M" else (at[0] + x, at[1] + y)
        found.append(at)
    return found


def of(svg):
    (d,) = re.findall(r' d="?([^" >]*)', svg)
    return d


@given(points)
def test_short_lines_keep_every_point(line):
    line = line[:MANY]
    assert read(of(lean(path(written(line)), "n"))) == line


@given(points)
def test_of_long_lines_no_point_moves_and_none_that_is_left_out_was_far(line):
    made = read(of(lean(path(written(line, close=True)), "n")))
    assert made[0] == line[0] and made[-1] == line[-1]
    left = iter(line)
    assert all(point in left for point in made)  # in the same order
    for point in line:
        assert min(distance(point, *pair) for pair in zip(made, made[1:] or made, strict=False)) <= TOLERANCE


def distance(point, one, other):
    dx, dy = other[0] - one[0], other[1] - one[1]
    size = dx * dx + dy * dy
    along = max(0, min(1, ((point[0] - one[0]) * dx + (point[1] - one[1]) * dy) / size)) if size else 0
    return math.dist(point, (one[0] + along * dx, one[1] + along * dy))


def test_what_is_not_understood_stays():
    assert lean('<svg><path d="M0 0A5 5 0 0 1 3 4"/></svg>', "n") == '<svg><path d="M0 0A5 5 0 0 1 3 4"/></svg>'
    assert lean("<text>a class=\"b\" x='1'</text>", "n") == "<text>a class=\"b\" x='1'</text>"


def test_values_lose_quotation_marks_only_where_html_allows():
    made = lean('<g class="c1" data-r="1 2"><text x="0" y="2.5" class="c2">x="0"</text><circle r="3"/></g>', "n")
    assert made == '<g class=c1 data-r="1 2"><text y=2.5 class=c2>x="0"</text><circle r=3 /></g>'


def test_outlines_that_come_again_are_told_once():
    one, other = (written([(i * 10 + k, (i * i * 37) % 900) for i in range(90)], close=True) for k in (0, 5))
    parts = [f'<path class="c1" d="{one}"/>', f'<path class="c2" d="{other}"/>', f'<path class="c3" d="{one}{other}"/>']
    made = lean(f"<svg>{''.join(parts)}</svg>", "n")
    assert min(len(one), len(other)) > AGAIN and len(re.findall(r" d=", made)) == 2
    assert re.findall(r'<use href="?#(n-\d)"? class="?(c\d)', made) == [
        ("n-0", "c1"), ("n-1", "c2"), ("n-0", "c3"), ("n-1", "c3"),
    ]  # fmt: skip
    thin = lean(f'<svg>{parts[0]}{parts[1]}<path stroke-opacity="0.5" d="{one}{other}"/></svg>', "n")
    assert "<use" not in thin  # what is see-through would be darker where two parts meet
