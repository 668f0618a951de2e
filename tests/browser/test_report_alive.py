"""The report in a browser: what is pointed at says what the table says, nothing leaves, and all is there without it."""

import csv
import io
import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest

from closedsky.showing.charts.chart import to_csv
from closedsky.showing.report_figures import cell, numeric, rounded

pytestmark = pytest.mark.browser

PHONE, DESK = (390, 844), (1280, 900)
MOST, MOST_EACH, MOST_ROWS = 10, 6, 3
MOST_FILES = 8  # that a browser lets one page save without asking
OF_THE_ROW = ("the row's", "unit of the row")


def charts(report):
    sections = [*report.first, *(each for part in report.parts for each in part.sections), *report.common]
    return [chart for section in sections for chart in section.charts]


def options_in(report):
    names = [[column["name"] for column in chart["columns"]] for chart in charts(report)]
    found = [
        row[have.index("option")]
        for chart, have in zip(charts(report), names, strict=True)
        if "option" in have
        for row in chart["rows"]
    ]
    return list(dict.fromkeys(found))


def indexes(text):
    found = []
    for part in text.split():
        first, _, last = part.partition("-")
        found += range(int(first), int(last or first) + 1)
    return found


def words_of(chart, rows, columns):
    """What a panel must say of a mark: (what all rows are about, what each is about, (label, unit, values))."""
    names = [column["name"] for column in chart["columns"]]
    cells = [[cell(value) for value in rounded(chart)["rows"][row]] for row in rows]
    numbers = [each - 1 for each in numeric(chart)]
    unit = names.index("unit") if "unit" in names else None
    borrowed = any(column["unit"] in OF_THE_ROW for column in chart["columns"])
    lead = [i for i in range(numbers[0] if numbers else len(names)) if not (borrowed and i == unit)]
    lead.sort(key=lambda i: names[i] == "path")
    common = [i for i in lead if len({each[i] for each in cells}) == 1]
    head = [cells[0][i] for i in common if cells[0][i]]
    if len(rows) > MOST_ROWS:
        return head, [], [("Rows of the table", "", [str(len(rows))])]
    heads = [", ".join(each[i] for i in lead if i not in common and each[i]) for each in cells]
    pairs = []
    for i in numbers if columns is None else columns:
        values = [each[i] for each in cells]
        if any(values) and not (numbers and i < numbers[0]):
            given = chart["columns"][i]["unit"]
            given = cells[0][unit] if given in OF_THE_ROW else given
            pairs.append((chart["columns"][i]["label"], given if i in numbers and given != "share" else "", values))
    return head, heads if len(rows) > 1 else [], pairs[: MOST_EACH if len(rows) > 1 else MOST]


def printed(head, heads, pairs):
    """The same as lines of cells."""
    lines = [[each] for each in ([head[0]] if head else []) + ([" · ".join(head[1:])] if head[1:] else [])]
    lines += [["", *heads]] if any(heads) else []
    for label, unit, values in pairs:
        alone = len(values) == 1
        lines.append(
            [label, f"{values[0]} {unit}".strip()] if alone else [f"{label}, {unit}" if unit else label, *values]
        )
    return lines


def heard_words(head, heads, pairs):
    """The same as it is read aloud."""
    rows = heads or [""]
    told = []
    for place, own in enumerate(rows):
        values = [f"{label}: {each[place]} {unit}".strip() for label, unit, each in pairs if each[place]]
        told.append((f"{own}: " if own else "") + "; ".join(values) + ".")
    return " ".join([", ".join(head) + ".", *told])


def shown_words(figure):
    """Lines of cells of the panel of a figure."""
    return figure.locator(".panel").evaluate(
        """panel => [...panel.querySelectorAll('p, tr')].map(
            each => each.tagName === 'P' ? [each.textContent] : [...each.cells].map(cell => cell.textContent))"""
    )


def marks_of(figure):
    """(rows, columns, number) of some marks of the picture that is shown."""
    found = figure.evaluate(
        """figure => { const picture = [...figure.querySelectorAll('[data-picture]')]
            .find(each => each.getClientRects().length);
            return [...picture.querySelectorAll('[data-r]')].map(each => [each.dataset.r, each.dataset.c ?? null]); }"""
    )
    return [(indexes(rows), None if columns is None else indexes(columns)) for rows, columns in found]


def figure_of(page, report, kind):
    place = next(i for i, chart in enumerate(charts(report)) if chart["kind"] == kind)
    return page.locator("figure").nth(place), charts(report)[place]


def test_nothing_leaves_and_nothing_is_wrong(opened):
    page = opened()
    page.locator("details").evaluate_all("all => all.forEach(each => { each.open = true; })")
    assert page.said == []
    assert page.asked and all(url.startswith(("file:", "data:", "blob:")) for url in page.asked)


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(opened, size, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = opened(*size, color_scheme=scheme, bypass_csp=True, reduced_motion="reduce")
    page.locator("details").evaluate_all("all => all.forEach(each => { each.open = true; })")
    page.locator("select").select_option(index=3)
    picture = page.locator("[data-picture]:visible").nth(2)
    picture.focus()
    page.keyboard.press("ArrowRight")
    assert page.locator(".panel:visible").count() == 1
    found = axe.run(page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("scripted", [True, False])
def test_a_telephone_need_not_be_moved_sideways(opened, scripted):
    page = opened(*PHONE, java_script_enabled=scripted)
    if scripted:
        page.locator("details").evaluate_all("all => all.forEach(each => { each.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_marks_say_what_the_table_says(opened, report):
    page = opened()
    told = set()
    for place, chart in enumerate(charts(report)):
        figure = page.locator("figure").nth(place)
        marks = marks_of(figure)
        for number in sorted({0, len(marks) // 2, len(marks) - 1} if marks else ()):
            rows, columns = marks[number]
            figure.locator("[data-picture]:visible [data-r]").nth(number).dispatch_event(
                "pointermove", {"bubbles": True, "pointerType": "mouse"}
            )
            assert shown_words(figure) == printed(*words_of(chart, rows, columns))
            told.add(chart["kind"])
        page.keyboard.press("Escape")
    assert told == {chart["kind"] for chart in charts(report)}


def test_a_pointer_and_a_finger_find_marks_and_the_panel_stays_in_sight(opened, report):
    for size, more in ((DESK, {}), (PHONE, {"has_touch": True, "is_mobile": True})):
        page = opened(*size, **more)
        figure, _ = figure_of(page, report, "options-at-a-glance")
        for number in (0, 5, 9):
            mark = figure.locator("[data-picture]:visible [data-r]").nth(number)
            mark.evaluate("each => each.scrollIntoView({ block: 'center' })")
            box = mark.evaluate("each => (each.lastElementChild ?? each).getBoundingClientRect().toJSON()")
            x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
            if more:
                page.touchscreen.tap(x, y)
            else:
                page.mouse.move(x, y)
            panel = figure.locator(".panel").bounding_box()
            assert panel["x"] >= 0 and panel["x"] + panel["width"] <= size[0]
            assert panel["y"] >= 0 and panel["y"] + panel["height"] <= size[1]
            assert figure.locator("[data-picture]:visible .on").count() >= 1
        if more:
            page.touchscreen.tap(5, 5)
        else:
            page.keyboard.press("Escape")
            page.mouse.move(5, 5)
        assert not figure.locator(".panel").is_visible() and figure.locator(".on").count() == 0


def test_keys_walk_through_the_marks_and_are_heard(opened, report):
    page = opened()
    for kind in ("options-at-a-glance", "fan", "ladder"):
        figure, chart = figure_of(page, report, kind)
        picture = figure.locator("[data-picture]:visible")
        assert picture.get_attribute("tabindex") == "0"
        picture.focus()
        live = figure.locator("[aria-live=polite]")
        many = int(re.match(r"(\d+) marks", live.text_content()).group(1))
        assert many > 1
        firsts = []
        page.keyboard.press("Home")
        for step in range(min(many, 12)):
            rows = indexes(figure.locator("[data-picture]:visible .on").first.get_attribute("data-r"))
            firsts.append(rows[0])
            assert live.text_content() == heard_words(*words_of(chart, rows, columns_of(figure)))
            page.keyboard.press("ArrowRight" if step % 2 else "ArrowDown")
        assert firsts == sorted(firsts)
        page.keyboard.press("End")
        last = live.text_content()
        page.keyboard.press("ArrowRight")
        assert live.text_content() == last
        page.keyboard.press("Escape")
        assert not figure.locator(".panel").is_visible() and live.text_content() == ""


def columns_of(figure):
    given = figure.locator("[data-picture]:visible .on").first.get_attribute("data-c")
    return None if given is None else indexes(given)


def test_rows_and_marks_point_at_each_other(opened, report):
    page = opened()
    figure, _ = figure_of(page, report, "options-at-a-glance")
    figure.locator("summary").click()
    mark = figure.locator("[data-picture]:visible [data-r]").first
    rows = indexes(mark.get_attribute("data-r"))
    mark.dispatch_event("pointermove", {"bubbles": True, "pointerType": "mouse"})
    assert figure.locator("tbody tr.on").count() == len(rows)
    figure.locator("tbody tr").nth(2).focus()
    page.keyboard.press("ArrowDown")
    on = figure.locator("[data-picture]:visible .on")
    assert figure.locator("tbody tr").nth(3).evaluate("row => row.classList.contains('on')")
    assert on.count() and all(3 in indexes(each.get_attribute("data-r")) for each in on.all())


def test_the_numbers_are_kept_as_the_same_csv(opened, report):
    for place, chart in enumerate(charts(report)):
        if place % MOST_FILES == 0:
            page = opened()
        figure = page.locator("figure").nth(place)
        with page.expect_download() as kept:
            figure.get_by_role("button", name="Keep as CSV").click()
        assert kept.value.suggested_filename == f"{chart['kind']}-{chart['view'].replace(' ', '-')}.csv"
        assert Path(kept.value.path()).read_bytes().decode() == to_csv(rounded(chart))


def test_all_rows_are_shown_in_the_words_of_the_first(opened, report):
    page = opened()
    figure, chart = figure_of(page, report, "deciding")
    figure.locator("summary").click()
    figure.get_by_role("button", name=f"Show all {len(chart['rows'])} rows").click()
    shown = figure.locator("tbody").evaluate(
        "body => [...body.rows].map(row => [...row.cells].map(each => each.textContent.trim()))"
    )
    assert shown == [[cell(value) for value in row] for row in rounded(chart)["rows"]]
    figure.get_by_role("button", name="Show the first").click()
    assert figure.locator("tbody tr").count() < len(shown)


def test_one_option_is_followed_through_all_pictures(opened, report):
    page = opened()
    names = options_in(report)
    listed = page.get_by_label("Follow an option").locator("option").all_text_contents()
    assert listed == ["none", *names]
    chosen = names[4]
    page.get_by_label("Follow an option").select_option(chosen)
    followed = 0
    for place, chart in enumerate(charts(report)):
        figure = page.locator("figure").nth(place)
        others = {i for i, column in enumerate(chart["columns"]) if column["name"] in ("against", "dominated_by")}
        about = {
            place
            for place, row in enumerate(chart["rows"])
            if any(value == chosen for i, value in enumerate(row) if i not in others)
        }
        states = figure.locator("[data-picture]:visible [data-r]").evaluate_all(
            "all => all.map(each => [each.dataset.r, each.classList.contains('off')])"
        )
        held = any(about & set(indexes(rows)) for rows, _ in states)
        followed += held
        for rows, off in states:
            assert off == (held and not about & set(indexes(rows)))
    assert followed >= 2
    page.get_by_label("Follow an option").select_option("none")
    assert page.locator(".off").count() == 0


def test_one_view_is_shown_alone(opened):
    page = opened()
    page.get_by_label("now", exact=True).check()
    assert page.locator("section.part:visible").count() == 1
    assert page.locator("header .view:visible").all_text_contents() == ["now"]
    assert page.locator("nav a[href='#then']:visible").count() == 0
    page.get_by_label("both", exact=True).check()
    assert page.locator("section.part:visible").count() == 2


def test_a_picture_is_kept_with_its_words(opened, report):
    for place, kind in enumerate(sorted({chart["kind"] for chart in charts(report)})):
        if place % MOST_FILES == 0:
            page = opened(color_scheme="dark")
        figure, chart = figure_of(page, report, kind)
        with page.expect_download() as kept:
            figure.get_by_role("button", name="Save picture").click()
        assert kept.value.suggested_filename.endswith(".svg")
        root = ElementTree.fromstring(Path(kept.value.path()).read_text("utf-8"))
        assert root.tag == "{http://www.w3.org/2000/svg}svg"
        said = " ".join(" ".join(root.itertext()).split())
        for words in (chart["title"], chart["alternative"], chart["disclaimer"], chart["version"]):
            assert " ".join(words.split()) in said
        bottom = " ".join("".join(each.itertext()) for each in root.findall("{*}text"))
        assert "Not a forecast" in bottom and f"View {chart['view_words']}" in bottom


def test_words_are_copied_with_what_they_are_not(opened, report):
    page = opened(permissions=["clipboard-read", "clipboard-write"])
    figure, chart = figure_of(page, report, "fan")
    figure.get_by_role("button", name="Copy what this says").click()
    figure.get_by_role("button", name="Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    for words in (chart["title"], chart["caption"], chart["view_words"], chart["version"], chart["disclaimer"]):
        assert " ".join(words.split()) in copied


def test_without_a_script_all_is_there_and_nothing_is_dead(opened, report):
    page = opened(java_script_enabled=False)
    assert page.locator("button, select, input").count() == 0
    assert page.locator("figure").count() == len(charts(report))
    assert page.locator("figure svg[role=img]:visible").count() == len(charts(report))
    assert page.locator("a[download$='.zip']").count() == len(charts(report))
    said = " ".join(page.locator("body").text_content().split())
    for chart in charts(report):
        assert " ".join(chart["title"].split()) in said and " ".join(chart["caption"].split()) in said


def test_the_zip_holds_the_file(opened, report, tmp_path):
    page = opened(java_script_enabled=False, accept_downloads=True)
    figure, chart = figure_of(page, report, "region")
    figure.locator("summary").click()
    with page.expect_download() as kept:
        figure.locator("a[download]").click()
    archive = zipfile.ZipFile(kept.value.path())
    (name,) = archive.namelist()
    rows = list(csv.reader(io.StringIO(archive.read(name).decode())))
    assert len(rows) == len(chart["rows"]) + 1 and all("Not a forecast" in row[-1] for row in rows[1:])


def test_it_is_printed_without_its_controls(opened):
    page = opened()
    made = page.pdf(format="A4")
    assert made.startswith(b"%PDF") and len(made) > 100_000
    page.emulate_media(media="print")
    assert page.locator("button:visible, select:visible, input:visible").count() == 0
