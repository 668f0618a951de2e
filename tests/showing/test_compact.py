"""A smaller picture is the same picture."""

import re
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from closedsky.showing.compact import all_short, compact, sheet_of
from closedsky.showing.drawing.pointing import HIT, strips
from closedsky.showing.svg import ROOT, document, element, rect, stroke, style, text

SVG = "{http://www.w3.org/2000/svg}"
words = st.text(st.characters(codec="utf-8"), max_size=30)


def made(said):
    parts = [
        rect("paper", 1.234, 2.0, 3.999, 40.126),
        stroke("hair", (1.25, 2.0), (3.0, 4.567)),
        stroke("hair", (5.0, 6.0), (7.0, 8.0)),
        stroke("hair", (5.0, 6.0), (7.0, 8.0), width=2.0),
        stroke("quiet", (5.0, 6.0), (7.0, 8.0)),
        text(12.34, 56.78, [(said, "ink strong"), (" 1.234", "quiet")], "body", "middle"),
        element("circle", {"class": "futures", "cx": 1.119, "cy": 2.0, "r": 3.0}),
    ]
    return document(parts, 100.0, 50.0, name="n", title=said, description=said, theme="auto", styled=False)


@given(words)
def test_words_stay_and_it_stays_xml(said):
    before, after = made(said), compact(made(said), {})
    one, two = ElementTree.fromstring(before), ElementTree.fromstring(after)
    assert [each.strip() for each in one.itertext() if each.strip()] == [
        each.strip() for each in two.itertext() if each.strip()
    ]
    assert all_short([after]) and len(after) < len(before)


def test_words_that_look_like_attributes_stay():
    said = 'class="ink" stroke-width="1" class="hair" text-anchor="end" 1.2345'
    assert ElementTree.fromstring(compact(made(said), {})).findtext(f"{SVG}text") == said


def test_marks_stay_where_they_are():
    names = {}
    found = ElementTree.fromstring(compact(made("a"), names))
    assert found.get("class") == ROOT
    paths = [each for each in found if each.tag.endswith("path")]
    assert [each.get("d") for each in paths] == [
        "M1.2 2h4v40.1h-4Z", "M1.2 2L3 4.5M5 6L7 8", "M5 6L7 8", "M5 6L7 8",
    ]  # fmt: skip
    assert [each.get("stroke-width") for each in paths] == [None, None, "2", None]
    assert paths[1].get("class") == paths[2].get("class") != paths[3].get("class")
    (words,) = [each for each in found if each.tag.endswith("text")]
    assert words.get("text-anchor") is None
    assert f".closedsky-chart .{words.get('class')}{{text-anchor:middle}}" in sheet_of(style("light"), names)
    (circle,) = [each for each in found if each.tag.endswith("circle")]
    assert (circle.get("cx"), circle.get("r")) == ("1.1", "3")
    assert names["line hair"] == paths[1].get("class")


def test_every_rule_holds_for_the_short_names():
    names = {}
    compact(made("a"), names)
    sheet = style("auto")
    short = sheet_of(sheet, names)
    for line in sheet.splitlines():
        found = re.fullmatch(r"\.closedsky-chart ((?:\.[\w-]+)+)\{(.*)\}", line)
        if found is None:
            continue
        needed = set(found.group(1).strip(".").split("."))
        for long, name in names.items():
            rules = [each for each in short.splitlines() if each.endswith("{" + found.group(2) + "}")]
            held = any(f".closedsky-chart .{name}" in each.partition("{")[0].split(",") for each in rules)
            if needed <= set(long.split()):
                assert held, (line, long)
    assert short.count("prefers-color-scheme") == 1


def test_the_order_of_rules_stays():
    """A later rule of the same weight wins: `.line.hair` after `.hair`, dark after light."""
    names = {"line hair": "c0"}
    lines = [line for line in sheet_of(style("auto"), names).splitlines() if ".c0" in line]
    assert [re.sub(r"#\w+", "#", line.partition("{")[2]) for line in lines] == [
        "stroke-linecap:round;stroke-linejoin:round}",
        *("fill:#}", "fill:none;stroke:#}"),
        *("fill:#}", "fill:none;stroke:#}"),
    ]


def test_places_to_point_at_keep_their_class():
    names = {}
    svg = document(
        strips([(10.0, [3])], (0.0, 20.0), 0.0, 50.0), 100.0, 50.0, name="n", title="a", description="a",
        theme="auto", styled=False,
    )  # fmt: skip
    assert f'class="{HIT}"' in compact(svg, names) and f".{ROOT} .{HIT}{{fill:none" in sheet_of(style("light"), names)
