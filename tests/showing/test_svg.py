import copy
import itertools
import json
import os
import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from closedsky.reading.backtest import backtest
from closedsky.showing.charts import backtest_strip
from closedsky.showing.charts.chart import frame
from closedsky.showing.charts.scale import choose_scale
from closedsky.showing.drawing import draw
from closedsky.showing.drawing.axis import GAP, Axis
from closedsky.showing.drawing.callouts import Callout, lanes_for
from closedsky.showing.svg import LEADING, PALETTE, SIZES, clean, spans_width, text_width, wrap, write_svg

SVG = "{http://www.w3.org/2000/svg}"
WIDTHS = [320, 390, 700, 960, 1440]

MARKS = {
    "record": "on record",
    "most": "9 in 10 futures",
    "middle": "half of the futures",
    "median": "median future",
    "naive": "naive forecaster, 9 in 10",
    "naive_median": "its median",
    "share": "Of 1,000 futures, so many agree with the record",
    "naive_share": "naive forecaster",
}


def number(name, record, band_90, band_50, median, naive=None, form="value", miss=None):
    low, high = record
    text = f"{low:g}" if low == high else f"{low:g} to {high:g}"
    predicted = f"predicted {median:g}, {band_90[0]:g} to {band_90[1]:g}"
    return {
        "id": name,
        "label": name,
        "name": name,
        "unit": "sorties",
        "form": "number",
        "derived": False,
        "miss": miss,
        "record": {"form": form, "low": low, "high": high, "text": text},
        "predicted": {"median": median, "band_50": band_50, "band_90": band_90},
        "naive": naive and {"median": naive[1], "band_50": list(naive[::2]), "band_90": list(naive[::2])},
        "sentence": [[f"recorded {text}; ", "record"], [predicted, "futures"]],
        "scale": choose_scale([low, high, *band_90, *band_50], [x for x in naive or () if x is not None]),
    }


def share(name, value, naive=None, **interval):
    return {
        "id": name,
        "label": name,
        "name": name,
        "unit": "",
        "form": "share",
        "derived": False,
        "miss": None,
        "record": {"form": "event", "text": "yes"},
        "predicted": {"share": value} | interval,
        "naive": None if naive is None else {"share": naive},
        "sentence": [["recorded yes; ", "record"], [f"so in {1000 * value:g} of 1,000 futures", "futures"]],
        "scale": None,
    }


def panel(name, rows, scale=None):
    unit = "sorties" if scale else ""
    return {"id": name, "title": f"Campaign {name}", "subtitle": "Counts.", "unit": unit, "scale": scale, "rows": rows}


def chart_of(panels, **words):
    said = {"title": "A title that says what the data say", "caption": "A caption. " * 8, "alternative": "Range bars."}
    made = frame("backtest-strip", view="then", columns=[], rows=[], **(said | words))
    return made | {"notes": ["A note. " * 20, "Another."], "futures": 512, "marks": MARKS, "panels": panels}


def sample():
    """Every mark there is: values, ranges and bounds, zeros, cut ends, narrow bands, shares with intervals."""
    ends, half = [10, 800], [60, 300]
    first = [
        number("Sorties, all of them", (1990, 1990), [620, 1900], [900, 1300], 1100, (300, 900, 9000), miss="above"),
        number("Losses", (0, 0), [0, 16], [0, 4], 2, (0, 2, 5)),
        number("Kills", (3, 7), [0, 54], [2, 12], 6, (1, 4, 1e12), form="range"),
        number("Violations", (150, 150), ends, half, 120, (1e-9, 5, None), form="floor"),
        number("Firings", (500, 500), ends, half, 120, form="ceiling"),
        share("It stopped", 0.42, 0.9),
        share("It went on", 1.0, 0.1, low=0.99, high=1.0),
    ]
    narrow = number("Days", (3, 3), [12, 12], [12, 12], 12, miss="below")
    years = [number(f"Year {k}", (k, k + 1), [k / 2, 9 * k], [k, 4 * k], 2 * k, form="range") for k in (10, 20, 30)]
    return chart_of(
        [
            panel("one", first),
            panel("two", [narrow, share("Kept up", 0.002, low=0.0, high=0.007)]),
            panel("three", years, choose_scale([5, 270])),
            panel("empty", []),
        ]
    )


def texts(svg):
    """Every line of text: its box (left, top, right, bottom) by the widest font, and what it says."""
    found = []
    for element in ET.fromstring(svg).iter(f"{SVG}text"):
        pieces = [(element.text or "", element.get("class"))]
        pieces += [(child.text or "", child.get("class")) for child in element]
        size = element.get("class").split()[0]
        room, x, y = spans_width(pieces, size), float(element.get("x")), float(element.get("y"))
        left = x - {"start": 0.0, "middle": room / 2.0, "end": room}[element.get("text-anchor", "start")]
        found.append(
            ((left, y - 0.76 * SIZES[size], left + room, y + 0.24 * SIZES[size]), "".join(p for p, _ in pieces))
        )
    return found


def together(svg):
    return re.sub(r"\s", "", "".join(words for _, words in texts(svg)))


@pytest.fixture(scope="module")
def real(case):
    """The chart of a shipped case, with numbers around its record in place of a run."""
    rng, values = np.random.default_rng(0), {}
    for key, entry in case.recorded.items():
        if entry.quantity is not None:
            stated = next(each for each in (entry.value, entry.low, entry.high) if each is not None)
            values[key] = np.where(entry.yes_or_no, rng.random(64) < 0.5, stated * np.exp(rng.normal(size=64)))
    return backtest_strip(backtest(case, values, {key: rng.random(64) < 0.9 for key in values}, view="now", seed=0))


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("made_up", [True, False])
def test_no_text_touches_another_or_leaves_the_page(width, made_up, real):
    svg = draw(sample() if made_up else real, width)
    height = float(ET.fromstring(svg).get("height"))
    found = texts(svg)
    for (left, top, right, bottom), words in found:
        assert left >= 0.0 and right <= width + 0.01 and top >= 0.0 and bottom <= height, words
    for (a, one), (b, two) in itertools.combinations(found, 2):
        apart = a[2] <= b[0] + 0.01 or b[2] <= a[0] + 0.01 or a[3] <= b[1] or b[3] <= a[1]
        assert apart, f"{one!r} touches {two!r}"


@pytest.mark.parametrize("width", WIDTHS)
def test_every_record_every_miss_and_every_caution_is_text(width):
    chart = sample()
    said = together(draw(chart, width))
    for each in chart["panels"]:
        assert re.sub(r"\s", "", each["title"]) in said
        for row in each["rows"]:
            assert re.sub(r"\s", "", f"recorded {row['record']['text']}") in said
            assert re.sub(r"\s", "", row["sentence"][1][0]) in said
            label = re.sub(r"\s", "", row["label"])
            unit = ",sorties" if row["unit"] and "sorties" not in label.lower() else ""
            assert label + unit + (f"(missed:{row['miss']})" if row["miss"] else "recorded") in said
    assert said.count("missed:") == sum(row["miss"] is not None for each in chart["panels"] for row in each["rows"])
    for words in ("title", "caption", "disclaimer", "view_words", "version"):
        assert re.sub(r"\s", "", chart[words]) in said
    for words in chart["notes"]:
        assert re.sub(r"\s", "", words) in said


@pytest.mark.parametrize("width", WIDTHS)
def test_marks_stay_in_the_page(width):
    root = ET.fromstring(draw(sample(), width))
    for rect in root.iter(f"{SVG}rect"):
        x, room = float(rect.get("x")), float(rect.get("width"))
        assert x >= 0.0 and x + room <= width and float(rect.get("height")) > 0.0 and room > 0.0
    for path in root.iter(f"{SVG}path"):
        for x, _ in re.findall(r"(-?[\d.]+) (-?[\d.]+)", path.get("d")):
            assert 0.0 <= float(x) <= width


def test_the_marks_of_the_first_row_are_named_once():
    svg = draw(sample(), 960)
    said = [words for _, words in texts(svg)]
    for name, words in MARKS.items():
        if name == "share":
            assert said.count(words) == 2  # over the shares of either panel
        else:
            assert said.count(words) == 1, name


def test_columns_are_one_or_two_in_reading_order():
    def lefts(width):
        boxes = {words: box for box, words in texts(draw(sample(), width))}
        return [boxes[f"Campaign {name}"][0] for name in ("one", "two", "empty")]

    assert len(set(lefts(390))) == 1 and len(set(lefts(700))) == 1
    first, *others = lefts(960)
    assert min(others) >= first and max(others) > first


HOSTILE = '<script>alert("1")</script>&\'\x00\x1b]]>\u202e‮￾ <!-- &#x41; ${x}'


def test_text_of_a_case_is_never_markup():
    chart = sample()
    for each in chart["panels"]:
        each["title"] = each["subtitle"] = each["id"] = HOSTILE
        for row in each["rows"]:
            row["label"] = row["unit"] = row["record"]["text"] = HOSTILE
            row["sentence"][0][0] = HOSTILE
    chart |= {"title": HOSTILE, "caption": HOSTILE, "alternative": HOSTILE, "notes": [HOSTILE]}
    for width in WIDTHS:
        svg = draw(chart, width)
        root = ET.fromstring(svg)
        names = {element.tag.removeprefix(SVG) for element in root.iter()}
        assert names <= {"svg", "title", "desc", "style", "rect", "path", "circle", "text", "tspan"}
        assert re.sub(r"\s", "", clean(HOSTILE)) in together(svg)
        assert "<script" not in svg and "\u202e" not in svg and "\x00" not in svg


def test_nothing_is_fetched_or_run():
    svg = draw(sample())
    assert not re.search(r"<script|<foreignObject|<image|<use|href|url\(|@import|\bon\w+=|<!", svg)
    assert re.findall(r"https?://[^\"]*", svg) == ["http://www.w3.org/2000/svg"]


def test_a_reader_who_cannot_see_gets_title_and_description():
    chart = sample()
    root = ET.fromstring(draw(chart))
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert root.get("role") == "img" and root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert title.text == chart["title"]
    for words in (chart["alternative"], chart["caption"].strip(), chart["disclaimer"], chart["view_words"]):
        assert words in description.text
    other = ET.fromstring(draw(chart | {"caption": "Other."})).find(f"{SVG}title").get("id")
    assert other != title.get("id"), "two charts on a page have ids of their own"


def test_the_same_chart_gives_the_same_file_and_is_left_as_it_was():
    chart = sample()
    before = copy.deepcopy(chart)
    shuffled = json.loads(json.dumps(chart, sort_keys=True))
    assert draw(chart) == draw(shuffled) == draw(chart)
    assert chart == before


@pytest.mark.parametrize("theme", ["auto", "light", "dark"])
def test_themes(theme):
    sheet = ET.fromstring(draw(sample(), theme=theme)).find(f"{SVG}style").text
    assert ("prefers-color-scheme:dark" in sheet) == (theme == "auto")
    for light, dark in PALETTE.values():
        assert (light in sheet) == (theme != "dark") and (dark in sheet) == (theme != "light")
    assert all(line.startswith((".closedsky-chart", "@media", "}")) for line in sheet.splitlines())


def luminance(colour):
    parts = [int(colour[k : k + 2], 16) / 255.0 for k in (1, 3, 5)]
    linear = [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


OTHERS = ("engagement", "says", "denies", "missile", "shelling", "replaced")


@pytest.mark.parametrize("column", [0, 1])
@pytest.mark.parametrize(
    ("name", "least"),
    [("ink", 7.0), ("quiet", 4.5), ("futures", 4.5), ("naive", 3.0), *((name, 4.5) for name in OTHERS)],
)
def test_contrast(name, least, column):
    """Of text at least 4.5, of marks at least 3 (WCAG 2.2, 1.4.3 and 1.4.11, level AA)."""
    one, two = sorted((luminance(PALETTE[name][column]), luminance(PALETTE["paper"][column])))
    assert (two + 0.05) / (one + 0.05) >= least


@pytest.mark.parametrize("change", [{"schema": "closedsky-chart/9"}, {"schema": None}, {"kind": "pie"}])
def test_another_chart_is_refused(change):
    with pytest.raises(ValueError, match=r"schema is|no drawing"):
        draw(sample() | change)


@pytest.mark.parametrize("width", [0, 319, 2401, float("nan")])
def test_a_width_that_nobody_has_is_refused(width):
    with pytest.raises(ValueError, match="320 to 2400 pixels wide"):
        draw(sample(), width)


# text -------------------------------------------------------------------------------------------------------------

any_text = st.text(st.characters(codec="utf-8"), max_size=60)


@given(st.lists(st.tuples(any_text, st.sampled_from(["ink", "ink strong"])), max_size=3), st.floats(30.0, 400.0))
def test_wrapping_loses_nothing_and_overflows_nowhere(spans, width):
    wrapped = wrap(spans, "body", width)
    squeezed = "".join(piece for line in wrapped for piece, _ in line).replace(" ", "")
    assert squeezed == "".join(clean(piece) for piece, _ in spans).replace(" ", "")
    for line in wrapped:
        assert spans_width(line, "body") <= width or sum(len(piece) for piece, _ in line) == 1


def test_widths_of_text_grow_with_it():
    assert text_width("ab", 10.0) > text_width("a", 10.0) > 0.0
    assert text_width("a", 10.0, strong=True) > text_width("a", 10.0)
    assert text_width("型", 10.0) == 10.0 and text_width("́", 10.0) == 0.0
    assert text_width("\N{NO-BREAK SPACE}", 10.0) == text_width(" ", 10.0)


def test_one_type_scale_with_room_between_lines():
    assert list(SIZES) == list(LEADING) and all(LEADING[name] >= 1.2 * size for name, size in SIZES.items())
    assert min(SIZES.values()) >= 11.0


# axes and names ---------------------------------------------------------------------------------------------------


@given(st.lists(st.floats(0.0, 1e9), min_size=1, max_size=5), st.floats(120.0, 900.0))
def test_labels_of_an_axis_keep_apart_and_inside(needed, width):
    axis = Axis(choose_scale(needed), 0.0, width)
    labels = [(middle, text_width(words, SIZES["small"])) for _, words, middle in axis.ticks]
    assert labels
    assert all(middle - room / 2.0 >= -0.01 and middle + room / 2.0 <= width + 0.01 for middle, room in labels)
    for (a, one), (b, two) in itertools.pairwise(labels):
        assert b - a - (one + two) / 2.0 >= GAP - 0.01


@settings(deadline=None)
@given(st.lists(st.floats(6.0, 294.0), min_size=1, max_size=4), st.floats(300.0, 700.0))
def test_names_find_places_that_touch_nothing(places, width):
    words = list(MARKS.values())[:4]
    callouts = [Callout(name, "ink", ((x, 5.0),)) for name, x in zip(words, places, strict=False)]
    found = lanes_for(callouts, 0.0, width)
    assert found and all(each.start >= 0.0 and each.end <= width for each in found)
    for one, two in itertools.combinations(found, 2):
        assert one.lane != two.lane or one.end < two.start or two.end < one.start
        for leader, label in ((one, two), (two, one)):
            assert leader.lane <= label.lane or not label.start < leader.point[0] < label.end


# files ------------------------------------------------------------------------------------------------------------


def test_a_file_is_written_as_a_whole(tmp_path):
    path = tmp_path / "strip.svg"
    path.write_text("old")
    write_svg(path, "ü\n")
    assert path.read_bytes() == b"\xc3\xbc\n" and os.listdir(tmp_path) == ["strip.svg"]


@pytest.mark.parametrize("where", ["none/strip.svg", "."])
def test_what_cannot_be_written_is_named_and_leaves_nothing(tmp_path, where):
    with pytest.raises(OSError) as error:
        write_svg(tmp_path / where, "x")
    assert error.value.filename == str(tmp_path / where) and not os.listdir(tmp_path)


def test_a_link_is_followed(tmp_path):
    (tmp_path / "real.svg").write_text("old")
    (tmp_path / "link.svg").symlink_to("real.svg")
    write_svg(tmp_path / "link.svg", "new")
    assert (tmp_path / "link.svg").is_symlink() and (tmp_path / "real.svg").read_text() == "new"
