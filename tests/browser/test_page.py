"""The live page in a browser: every control changes what is said, and the address holds all that was set."""

import re
import threading

import pytest
from playwright.sync_api import expect

from closedsky.serving.state import State, model_of
from closedsky.showing.charts.options_chart import options_chart

pytestmark = pytest.mark.browser


def told(answer):
    """What the charts say that follow a slider: their numbers."""
    return [answer["charts"][name]["rows"] for name in ("options", "dots", "fan", "ladder")]


def first_assumption(live):
    return max(live.ranked, key=live.ranked.get)


def address(seen):
    return seen.page.evaluate("location.search")


def test_the_first_answer_stands_without_a_touch(visit, live):
    seen = visit(stage="place")
    assert [each["rest"] for each in seen.sent] == [False, True]  # the first chart alone, then all that there is
    assert all(each["state"] == State("then", live.option).to_dict() for each in seen.sent)
    assert not any("error" in each or "replaced" in each for each in seen.heard)
    assert seen.page.locator("figure.empty, figure.stale").count() == 0
    assert seen.notices() == []


def test_every_switch_changes_what_is_said_and_is_undone(visit, live):
    seen = visit()
    page = seen.page
    first = seen.sent[-1]["state"]
    before = told(seen.answer())
    ways = live.case.switches
    chosen = [("adoption", "proposed"), *(("path", value) for value in ways["war_path"].values)]
    chosen += [(name, value) for name, each in ways.items() for value in each.values if name != "war_path"]
    for name, value in chosen:
        if name in ways and value == ways[name].default:
            continue
        page.locator(f"input[name={name}][value={value}]").check()
        state = {"sets": {name: value}} if name in ways else {name: value}
        assert told(seen.answer(**state)) != before, (name, value)
        assert f"{name}={value}" in address(seen).replace("set=", "").replace("%3D", "=")
        page.get_by_role("button", name="Undo").click()
        seen.answer(**first)
        assert page.locator(f"input[name={name}][value={value}]:checked").count() == 0
        assert page.get_by_role("button", name="Undo").is_disabled()
    assert seen.sent[-1]["state"] == first


def test_another_option_is_looked_into(visit, live):
    seen = visit()
    before = told(seen.answer())
    for name in ("corridors", live.case.taken):
        seen.page.get_by_label("Option that is looked into").select_option(name)
        after = told(seen.answer(option=name))
        assert all(after[i] != before[i] for i in (1, 2, 3))
        expect(seen.figure("dots").locator(".title")).to_have_text(seen.chart("dots")["title"])
        before = after
    seen.answer("deciding")
    assert "Choose an option other than" in seen.figure("explore").locator(".caption").text_content()


def test_a_preset_sets_what_its_claim_takes_for_granted(visit, live):
    if not live.presets:
        pytest.skip("the case has none")
    seen = visit()
    preset = live.presets[0]
    seen.page.locator("#preset").select_option(preset.label)
    seen.answer(view="then")
    sent = seen.sets
    assert {name: tuple(each) if isinstance(each, list) else each for name, each in sent.items()} == dict(preset.sets)
    assert preset.reason in seen.page.locator("#panel").text_content()
    seen.page.locator("#preset").select_option("none")
    seen.answer(sets={})


def test_lives_for_a_clash_change_what_is_preferred(visit):
    seen = visit()
    before = seen.chart("region")["rows"], seen.chart("exchange")["rows"]
    weight = seen.page.get_by_label("Lives that one future with direct combat counts for")
    weight.fill("250000")
    weight.press("Enter")
    found = seen.answer("base", weight=250000)
    assert (found["charts"]["region"]["rows"], found["charts"]["exchange"]["rows"]) != before
    expect(seen.page.locator("[data-words=preferred]")).to_have_text(found["preferred"])
    weight.fill("-5")
    weight.press("Enter")
    assert seen.sent[-1]["state"]["weight"] == 250000


def test_a_slider_is_dragged(visit, live):
    seen = visit()
    name = first_assumption(live)
    slider = seen.page.locator(f"#slide-{name}")
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    before = told(seen.answer())
    asked = len(seen.sent)
    y = box["y"] + box["height"] / 2
    seen.page.mouse.move(box["x"] + box["width"] / 2, y)
    seen.page.mouse.down()
    for step in range(6):
        seen.page.mouse.move(box["x"] + box["width"] * (0.55 + 0.05 * step), y)
        seen.page.wait_for_timeout(30)
    seen.page.mouse.up()
    found = seen.answer()
    value = seen.sets[name]
    ends = live.sliders[name]
    assert 0.7 < ends.place(value) < 0.9
    assert found["futures"] == live.desk.futures and told(found) != before
    seen.answer("base")
    # one question at a time: none was sent before the one before it had its answer
    order = [each["id"] for each in seen.sent[asked:]]
    assert order == list(range(asked + 1, asked + 1 + len(order)))
    assert f"{name}=" in address(seen).replace("%3D", "=")
    seen.page.get_by_role("button", name="Undo").click()  # the whole drag is one step
    seen.answer(sets={})


def test_a_key_held_down_asks_once_each_and_writes_the_address_once(visit, live):
    seen = visit()
    page, name = seen.page, first_assumption(live)
    page.evaluate(
        """() => { const plain = history.replaceState.bind(history);
            window.written = 0;
            history.replaceState = (...given) => { window.written += 1; plain(...given); }; }"""
    )
    before = len(seen.sent)
    slider = page.locator(f"#slide-{name}")
    slider.press("Home")
    for _ in range(40):
        page.keyboard.press("ArrowRight")
    found = seen.answer()
    asked = seen.sent[before:]
    assert len(asked) <= 42 and [each["rest"] for each in asked].count(True) == page.evaluate("written") <= 3
    assert found["id"] == asked[-1]["id"] and live.sliders[name].place(seen.sets[name]) == pytest.approx(0.2, abs=0.01)
    moves = [repr(each["state"]) for each in asked if not each["rest"]]
    assert len(moves) - len(set(moves)) <= 1  # a figure that comes into sight may ask again


def test_a_slider_goes_back_to_its_range_and_all_go_back_together(visit, live):
    seen = visit()
    page, (one, two) = seen.page, sorted(live.ranked, key=live.ranked.get, reverse=True)[:2]
    before = told(seen.answer())
    labels = [live.case.assumptions[name].label for name in (one, two)]
    back = [page.get_by_role("button", name=f"Back to the range of “{label}”") for label in labels]
    assert not back[0].is_visible()
    seen.assume(one, 180)
    seen.assume(two, 20)
    seen.answer()
    assert set(seen.sets) == {one, two}
    words = [row.locator(".value").text_content() for row in page.locator(".slider.set").all()]
    assert len(words) == 2 and not any(" to " in each for each in words)
    back[0].click()
    seen.answer()
    assert set(seen.sets) == {two}
    page.locator("input[name=adoption][value=proposed]").check()
    page.get_by_role("button", name="Reset").click()
    assert told(seen.answer(sets={}, adoption="effect")) == before
    assert page.locator(".slider.set").count() == 0
    assert page.get_by_role("button", name="Reset").is_disabled()


def test_the_most_influential_come_first_and_can_be_found(visit, live):
    seen = visit()
    page = seen.page
    expect(page.locator("details.group[open] .slider").first).to_be_visible()
    shown = page.locator(".assumptions .slider").evaluate_all("all => all.map(each => each.dataset.assumption)")
    pinned = page.locator("#panel > .slider").evaluate_all("all => all.map(each => each.dataset.assumption)")
    assert set(shown) | set(pinned) == set(live.case.assumptions) and not set(shown) & set(pinned)
    influence = seen.answer("base")["influence"]
    relations = [live.case.assumptions[name].relation for name in shown]
    best = {each: max(influence[n] for n, r in zip(shown, relations, strict=True) if r == each) for each in relations}
    assert list(best.values()) == sorted(best.values(), reverse=True)
    for relation in best:
        of = [influence[name] for name, each in zip(shown, relations, strict=True) if each == relation]
        assert of == sorted(of, reverse=True)
    name = shown[-1]
    page.get_by_label("Find an assumption").fill(live.case.assumptions[name].label)
    expect(page.locator(f".assumptions .slider[data-assumption={name}]")).to_be_visible()
    assert page.locator(".assumptions .slider:visible").count() < 6
    page.get_by_label("Find an assumption").fill("no such thing")
    assert page.locator(".assumptions .slider:visible, .assumptions details.group:visible").count() == 0
    page.get_by_label("Find an assumption").fill("")
    assert page.locator(".assumptions details.group:visible").count() == len(best)


def test_what_is_said_is_what_a_run_says(visit, live):
    seen = visit()
    name = first_assumption(live)
    seen.assume(name, 150)
    found = seen.answer()
    given = seen.sent[-1]["state"]
    expect(seen.figure("options").locator(".title")).to_have_text(found["charts"]["options"]["title"])
    settled = seen.answer("base")["charts"]["options"]
    from closedsky.futures.run import run_paths
    from closedsky.reading.summary import glance

    for sent, futures in ((found["charts"]["options"], live.desk.futures), (settled, 512)):
        made = options_chart(glance(run_paths(live.case, futures, given["sets"])))
        assert [sent[key] for key in ("title", "caption", "alternative", "rows")] == [
            made[key] for key in ("title", "caption", "alternative", "rows")
        ]
    expect(seen.figure("options").locator(".title")).to_have_text(settled["title"])
    expect(seen.figure("options").locator(".caption")).to_have_text(settled["caption"])


def test_an_address_brings_the_same_page_back(visit, live):
    one, two = sorted(live.ranked, key=live.ranked.get, reverse=True)[:2]
    seen = visit()
    page = seen.page
    seen.assume(one, 150)
    seen.assume(two, 20)
    page.get_by_label("Option that is looked into").select_option("corridors")
    page.locator("input[name=adoption][value=proposed]").check()
    page.locator("input[name=path][value=engagement]").check()
    page.locator("input[name=length_effect][value=shorter]").check()
    page.locator("#weight").fill("1234")
    page.locator("#weight").press("Enter")
    seen.answer(weight=1234)
    given = seen.sent[-1]["state"]
    search = address(seen)
    assert f"model={model_of(live.case)}" in search and "seed=0" in search
    other = visit(search)
    assert other.sent[0]["state"] == given and other.notices() == []
    seen.answer("base")
    for name in ("options", "dots", "fan", "ladder", "exchange", "region", "regret"):
        assert seen.chart(name) == other.chart(name)
        for each in (seen, other):
            expect(each.figure(name).locator(".title")).to_have_text(seen.chart(name)["title"])
    of = [
        each.page.locator("#panel input, #panel select").evaluate_all(
            "all => all.filter(each => each.type !== 'file').map(each => [each.id || each.name + each.value, "
            "each.type === 'radio' ? each.checked : each.value])"
        )
        for each in (seen, other)
    ]
    assert sorted(of[0]) == sorted(of[1])


def test_an_address_of_another_model_says_so(visit):
    seen = visit("?view=then&seed=0&model=0123456789ab")
    (said,) = seen.notices()
    assert said.startswith("This link was made with another version of the model") and "0123456789ab" in said
    assert visit("?view=then&seed=0").notices() == []


@pytest.mark.parametrize(
    "search",
    [
        "?view=tomorrow",
        "?option=nothing",
        "?set=nothing=5",
        "?set=sorties=-5",
        "?set=sorties=5..1",
        "?seed=1e99",
        "?weight=-1",
        "?weight=many",
        "?seed=x",
        "?set=sorties",
        "?adoption=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E",
        "?set=length_effect=%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
    ],
)
def test_an_address_of_nonsense_has_one_line_and_the_page_lives(visit, search):
    seen = visit(search, stage=None)
    expect(seen.page.locator("#notices .notice")).to_have_count(1)
    (said,) = seen.notices()
    assert said and "\n" not in said and len(said) < 400
    assert seen.page.locator("#found img, #found script, #panel img").count() == 0
    seen.page.get_by_role("button", name="Reset").click()
    seen.answer()
    expect(seen.figure("options").locator("svg")).to_be_visible()
    assert seen.notices() == []


def test_a_page_opened_anew_during_a_run_comes_to_rest(visit, live):
    seen = visit()
    name = first_assumption(live)
    seen.assume(name, 120)
    seen.answer()
    value = seen.sets[name]
    seen.sent.clear(), seen.heard.clear()
    seen.page.reload()
    found = seen.answer("place")
    assert seen.sent[0]["state"]["sets"] == {name: value} and found["last"]
    expect(seen.page.locator("html[data-stage=done]")).to_have_count(1)
    assert seen.page.locator("figure.stale, figure.empty").count() == 0 and seen.notices() == []


def test_another_width_shows_what_was_worked_out_and_not_less(visit, live, monkeypatch):
    from closedsky.serving import stages

    seen = visit()
    page, before = seen.page, seen.answer("base")
    status, rows = page.locator("#status"), seen.figure("options").locator("details.numbers")
    expect(status).to_contain_text(f"{before['futures']:,} futures.")
    rows.locator("summary").click()
    shown, many = rows.text_content(), len(seen.sent)
    assert rows.locator("tbody tr").count() > len(live.case.options)
    plain, gate = stages._WORK._base, threading.Event()

    def late(*given):
        gate.wait(60)
        return plain(*given)

    monkeypatch.setattr(stages._WORK, "_base", late)
    page.set_viewport_size({"width": 800, "height": 900})
    seen.until(lambda: len(seen.sent) > many)
    seen.answer()  # of the futures of a drag: not shown
    assert seen.sent[-1]["state"] == seen.sent[many - 1]["state"]
    expect(status).to_contain_text(f"{before['futures']:,} futures.")
    assert rows.text_content() == shown
    gate.set()
    seen.answer("base")
    box = seen.figure("options").locator("svg").get_attribute("viewBox")
    assert box == re.search(r'viewBox="([^"]+)"', seen.chart("options")["svg"]).group(1)
    assert seen.sent[-1]["width"] != seen.sent[many - 1]["width"]


def test_what_would_change_ones_mind_leads_to_the_slider(visit, served, worked_out, live):
    name, other = sorted(live.ranked, key=live.ranked.get)[:2]
    state = State("then", live.option, seed=17)
    seen = visit("?seed=17", stage=None)
    from closedsky.serving import stages

    plain = stages._WORK._changes
    said = [{"path": "contest", "words": "It turns if <b>this</b> is low.", "names": [name, other]}]
    stages._WORK._changes = lambda results, state: {"words": said}
    try:
        seen.answer("changes", seed=state.seed)
    finally:
        stages._WORK._changes = plain
    turns = seen.page.locator("#turns")
    expect(turns).to_contain_text("On the contest path: It turns if <b>this</b> is low.")
    turns.get_by_role("button", name=f"Show {other.replace('_', ' ')}").click()
    expect(seen.page.locator(f"#slide-{other}")).to_be_focused()
    expect(seen.page.locator(f"#slide-{other}")).to_be_in_viewport()
    seen.page.keyboard.press("ArrowRight")
    seen.answer()
    assert set(seen.sets) == {other}
    seen.answer("changes")
    expect(turns).not_to_contain_text("It turns if")  # it was about what is no longer set


def test_what_would_change_ones_mind_is_worked_out(visit):
    seen = visit("?weight=30000")
    found = seen.answer("changes")
    said = seen.page.locator("#turns .turn")
    expect(said).to_have_count(len(found["words"]))
    for each, words in zip(said.all(), found["words"], strict=True):
        expect(each.locator("p")).to_have_text(f"On the {words['path']} path: {words['words']}")
        assert each.get_by_role("button").count() == len(words["names"])
