"""What the live page shows: evidence, numbers, words for who cannot see, and room on a telephone."""

import csv
import io
from pathlib import Path

import pytest
from playwright.sync_api import expect

from closedsky.cases.schema import BASIS_MEANING
from closedsky.evidence.ledger import claims_on, given_to, ledger_of, mark
from closedsky.serving.page import SECTIONS
from closedsky.showing.charts.chart import to_csv

pytestmark = pytest.mark.browser

PHONE, DESK = (390, 844), (1280, 900)
CHARTS = [name for _, _, charts in SECTIONS for name in charts]
MOST_FILES = 8  # that a browser lets one page save without asking


def opened(seen, case, name):
    """Open what an assumption rests on, from its button."""
    row = seen.page.locator(f".slider[data-assumption={name}]")
    row.evaluate("each => { const group = each.closest('details'); if (group) group.open = true; }")
    row.get_by_role("button", name=f"What “{case.assumptions[name].label}” rests on").click()
    drawer = seen.page.locator("dialog#drawer")
    expect(drawer).to_be_visible()
    return drawer


def plain(text):
    return " ".join(text.split())


def value(text):
    """A cell of a CSV file: a number as a number, however it is spelt."""
    try:
        return float(text)
    except ValueError:
        return text


def test_the_evidence_shown_is_that_of_the_assumption(visit, live):
    seen, case = visit(), live.case
    ledger = ledger_of(case)
    marks = {}
    for name in case.assumptions:
        for key in claims_on(case, "assumption", name):
            marks.setdefault(mark(ledger.claims[key]), name)
    assert {"NOT FOUND", "CONTRADICTED", "confirmed"} <= set(marks)
    silent = next(name for name in case.assumptions if not claims_on(case, "assumption", name))
    for name in (*marks.values(), silent):
        drawer, entry = opened(seen, case, name), case.assumptions[name]
        said = plain(drawer.text_content())
        assert drawer.get_by_role("heading", level=2).text_content() == entry.label
        assert plain(entry.reason) in said and f"{entry.basis}: {plain(BASIS_MEANING[entry.basis])}" in said
        claims = [ledger.claims[key] for key in claims_on(case, "assumption", name)]
        assert drawer.locator("blockquote").all_text_contents() == [f"“{each.quote}”" for each in claims]
        assert drawer.locator(".mark").all_text_contents() == [mark(each) for each in claims]
        for claim in claims:
            assert plain(given_to(claim)) in said and plain(ledger.documents[claim.document].title) in said
        for key in {*entry.evidence.then, *entry.evidence.now} & set(ledger.quantities):
            assert key in said
            for source in ledger.quantities[key].sources:
                assert plain(ledger.documents[source].title) in said
        for link in drawer.locator("a").all():
            assert link.get_attribute("href").startswith(("http://", "https://"))
            assert "noopener" in link.get_attribute("rel")
        seen.page.keyboard.press("Escape")
        expect(drawer).not_to_be_visible()
        back = seen.page.locator(f".slider[data-assumption={name}] .under button").first
        expect(back).to_be_focused()


def test_words_are_those_that_were_sent(visit):
    seen = visit(stage="place")
    for name in CHARTS:
        sent, figure = seen.chart(name), seen.figure(name)
        for part in ("title", "caption"):
            expect(figure.locator(f".{part}")).to_have_text(sent[part])
        assert figure.locator(".notes p").all_text_contents() == sent["notes"]
        about = figure.locator(".about").text_content()
        for words in (sent["view_words"], sent["version"], sent["disclaimer"], "Of the spread of lives saved"):
            assert words in about
        # the picture says the same to who cannot see it
        drawing = figure.locator("[data-picture] svg")
        assert drawing.get_attribute("role") == "img"
        named = [seen.page.locator(f"[id='{each}']") for each in drawing.get_attribute("aria-labelledby").split()]
        heading, description = [plain(each.text_content()) for each in named]
        assert heading == plain(sent["title"]) and plain(sent["alternative"]) in description
        assert figure.locator("[data-picture]").get_attribute("aria-label") == sent["title"]
        expect(seen.page.get_by_role("figure", name=sent["title"], exact=True)).to_have_count(1)
    for stage, place in (("debate", "debate"), ("record", "record"), ("past", "past"), ("deciding", "decides")):
        sent = next(each["words"] for each in seen.heard if each.get("stage") == stage)
        assert seen.page.locator(f"[data-words={place}] p").all_text_contents() == sent


def test_what_is_found_is_read_aloud_once_it_rests(visit, live):
    seen = visit()
    aloud = seen.page.locator("[aria-live=polite]", has_text=seen.answer("base")["summary"])
    expect(aloud).to_have_count(1)
    seen.page.evaluate(
        """() => {
            const [place, said] = [document.querySelector("#aloud"), (window.said = [])];
            const hear = new MutationObserver(() => said.push(place.textContent));
            hear.observe(place, { childList: true, characterData: true, subtree: true });
        }"""
    )
    seen.assume("declared_threat", 200)
    after = seen.answer("base")["summary"]
    expect(seen.page.locator("#aloud")).to_have_text(after)
    expect(seen.page.locator("#summary")).to_have_text(after)
    assert set(seen.page.evaluate("window.said")) == {after}  # and nothing while it moved


@pytest.mark.parametrize("part", range((len(CHARTS) + MOST_FILES - 1) // MOST_FILES))
def test_the_numbers_are_kept_as_the_same_csv(visit, part):
    seen = visit(stage="place")
    for name in CHARTS[part * MOST_FILES : (part + 1) * MOST_FILES]:
        with seen.page.expect_download() as kept:
            seen.figure(name).get_by_role("button", name="Keep as CSV").click()
        found, wanted = [
            [[value(cell) for cell in row] for row in csv.reader(io.StringIO(text))]
            for text in (Path(kept.value.path()).read_bytes().decode(), to_csv(seen.chart(name)))
        ]
        assert found == wanted and len(found) > 1, name
        figure = seen.figure(name)
        figure.locator("details.numbers summary").click()
        expect(figure.locator("tbody tr")).to_have_count(len(found) - 1)
        expect(figure.locator("thead th")).to_have_count(len(found[0]) - 3)


def test_every_copy_says_what_it_is_not(visit, live):
    seen = visit("?view=then&weight=5", permissions=["clipboard-read", "clipboard-write"])
    page = seen.page
    seen.assume("declared_threat", 150)
    found = seen.answer("base")
    quick = next(each for each in reversed(seen.heard) if "command" in each)
    sent = seen.chart("options")
    (disclaimer,) = {sent["disclaimer"]}
    for button, words in (
        ("Copy link", page.evaluate("location.href")),
        ("Copy command", quick["command"]),
        ("Copy Python", quick["python"]),
        ("Copy citation", quick["citation"]),
    ):
        page.get_by_role("button", name=button, exact=True).click()
        page.get_by_role("button", name="Copied").wait_for()
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied.startswith(words)
        assert "iew then" in copied and sent["version"] in copied and disclaimer in copied
        assert found["basis"] in copied
        page.get_by_role("button", name=button, exact=True).wait_for()
    compile(quick["python"], "copied", "exec")
    figure = seen.figure("options")
    figure.get_by_role("button", name="Copy what this says").click()
    figure.get_by_role("button", name="Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    for words in (sent["title"], sent["caption"], sent["view_words"], sent["version"], found["basis"], disclaimer):
        assert plain(words) in copied


def test_the_first_link_holds_the_model_too(visit, live):
    seen = visit(permissions=["clipboard-read", "clipboard-write"])
    seen.page.get_by_role("button", name="Copy link", exact=True).click()
    seen.page.get_by_role("button", name="Copied").wait_for()
    copied = seen.page.evaluate("navigator.clipboard.readText()").splitlines()[0]
    assert "model=" in copied and "seed=0" in copied and "view=then" in copied


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(visit, live, size, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    seen = visit(
        "?model=0123456789ab",
        *size,
        stage="place",
        color_scheme=scheme,
        bypass_csp=True,
        reduced_motion="reduce",
    )
    page = seen.page
    if page.locator("#sheet").is_visible():
        page.locator("#sheet").click()
    page.locator("#panel details").evaluate_all("all => all.forEach(each => { each.open = true; })")
    page.locator("details.numbers").first.evaluate("each => { each.open = true; }")
    found = axe.run(page)
    assert found.violations_count == 0, found.generate_report()
    opened(seen, live.case, "tolerance")
    found = axe.run(page, context="#drawer")
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("width", [320, 390])
def test_a_telephone_need_not_be_moved_sideways(visit, live, width):
    seen = visit("", width, 844, stage="place")
    page = seen.page
    fits = "document.documentElement.scrollWidth <= window.innerWidth"
    assert page.evaluate(fits)
    page.locator("#sheet").click()
    page.locator("details").evaluate_all("all => all.forEach(each => { each.open = true; })")
    assert page.evaluate(fits)
    assert page.evaluate("(each => each.scrollWidth <= each.clientWidth)(document.getElementById('panel'))")
    drawer = opened(seen, live.case, "tolerance")
    assert page.evaluate(fits) and drawer.evaluate("each => each.scrollWidth <= each.clientWidth")


def test_a_telephone_shows_what_was_found_and_hides_the_assumptions(visit, live):
    seen = visit("", *PHONE)
    page, slider = seen.page, seen.page.locator("#slide-resolve")
    assert page.locator("#summary").is_visible() and not slider.is_visible()
    show = page.get_by_role("button", name="Show the assumptions")
    assert show.get_attribute("aria-expanded") == "false"
    show.click()
    hide = page.get_by_role("button", name="Hide the assumptions")
    assert hide.get_attribute("aria-expanded") == "true" and slider.is_visible()
    # what follows the slider can be seen beside it
    seen.figure("options").evaluate("each => each.scrollIntoView()")
    slider.scroll_into_view_if_needed()
    slider.press("ArrowRight")
    seen.answer()
    assert set(seen.sets) == {"resolve"} and "options" in seen.sent[-1]["shown"]
    hide.click()
    assert not slider.is_visible()


def test_keys_are_enough(visit, live):
    seen = visit()
    page = seen.page

    def focused():
        return page.evaluate("document.activeElement.id || document.activeElement.textContent")

    def tab_to(what, most=60):
        for _ in range(most):
            page.keyboard.press("Tab")
            if what(focused()):
                return focused()
        raise AssertionError("it cannot be reached by keys")

    page.keyboard.press("Tab")
    assert focused() == "To what was found"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "found"
    page.reload()
    seen.answer()
    name = tab_to(lambda each: each.startswith("slide-")).removeprefix("slide-")
    before = page.locator(f".slider[data-assumption={name}] .value").text_content()
    for key in ("ArrowRight", "ArrowRight", "PageUp", "ArrowLeft"):
        page.keyboard.press(key)
    seen.answer()
    assert set(seen.sets) == {name}
    slider = page.locator(f"#slide-{name}")
    after = page.locator(f".slider[data-assumption={name}] .value").text_content()
    assert after != before and slider.get_attribute("aria-valuetext") == after
    page.keyboard.press("End")
    seen.answer()
    assert seen.sets[name] == live.sliders[name].high
    page.keyboard.press("Tab")
    assert focused() == "What it rests on"
    page.keyboard.press("Enter")
    drawer = page.locator("dialog#drawer")
    expect(drawer).to_be_visible()
    assert drawer.evaluate("each => each.contains(document.activeElement)")
    page.keyboard.press("Escape")
    expect(drawer).not_to_be_visible()
    assert focused() == "What it rests on"
    page.keyboard.press("Tab")
    assert focused() == "Back to its range"
    page.keyboard.press("Enter")
    seen.answer(sets={})
    # a key that takes its own button away loses no one: the next is where one was
    page.keyboard.press("Tab")
    assert focused() != "To what was found"


def test_marks_of_a_picture_are_walked_through(visit):
    seen = visit()
    figure = seen.figure("options")
    picture = figure.locator("[data-picture]")
    picture.focus()
    live = figure.locator("[aria-live=polite]")
    expect(live).to_contain_text("marks; arrow keys walk through them")
    seen.page.keyboard.press("ArrowRight")
    first = live.text_content()
    rows = seen.chart("options")["rows"]
    assert str(rows[0][0]) in first or str(rows[0][1]) in first
    seen.page.keyboard.press("ArrowDown")
    assert live.text_content() not in ("", first)


def test_without_a_script_it_says_what_to_do_instead(visit):
    seen = visit(java_script_enabled=False)
    page = seen.page
    assert page.locator("header .notice").is_visible()
    assert "closedsky report" in page.locator("header .notice").text_content()
    assert "Not a forecast" in page.locator("header .caution").text_content()
    assert page.locator("button:visible, select:visible, input:visible").count() == 0
    assert page.get_by_text("Being worked out").first.is_hidden()  # nothing is
