"""The live page and others: two people at once, a server that goes away, the view now, a hostile case."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from playwright.sync_api import expect

from closedsky.evidence.ledger import ledger_of
from closedsky.futures.inputs import inputs_of
from closedsky.futures.run import run_paths
from closedsky.serving import stages
from closedsky.serving.desk_now import AcceptedDesk
from closedsky.serving.live import LOOKING, READY, WAIT, Live, Now

pytestmark = pytest.mark.browser

EVIL = "<script>document.title='evil'</script> & \"quoted\" '<img src=x onerror=\"document.title='evil'\">"
FUTURES = 1024


def test_two_people_see_their_own_numbers(visit):
    first, second = visit(), visit()
    first.assume("declared_threat", 0)
    second.assume("declared_threat", 200)
    answers = first.answer("base"), second.answer("base")
    rows = [each["charts"]["options"]["rows"] for each in answers]
    assert rows[0] != rows[1]
    for seen, answer in ((first, answers[0]), (second, answers[1])):
        chart = answer["charts"]["options"]
        expect(seen.figure("options").locator(".title")).to_have_text(chart["title"])
        expect(seen.page.locator("#summary")).to_have_text(answer["summary"])
        value = seen.sets["declared_threat"]
        assert f"declared_threat={value}" in next(e["command"] for e in reversed(seen.heard) if "command" in e)
    # one of them goes on and the other's page stays as it is
    words = second.page.locator("#summary").text_content()
    first.page.get_by_role("button", name="Reset").click()
    first.answer("base", sets={})
    assert second.page.locator("#summary").text_content() == words


def test_a_server_that_comes_back_is_found_again(visit, served):
    seen = visit()
    before = len(seen.sent)
    served.stop()
    lost = seen.page.locator("#notices", has_text="The server cannot be reached")
    expect(lost).to_be_visible()
    seen.assume("declared_threat", 200)  # nobody hears it yet
    seen.page.locator(".slider .under button").first.click()
    drawer = seen.page.locator("dialog#drawer")
    expect(drawer).to_contain_text("The server cannot be reached.")
    seen.page.keyboard.press("Escape")
    assert len(seen.sent) == before
    served.start()
    expect(lost).to_have_count(0, timeout=120_000)
    seen.answer("base")
    assert set(seen.sets) == {"declared_threat"}
    expect(seen.figure("options").locator(".title")).to_have_text(seen.chart("options")["title"])
    # that it could not be reached is all that the browser has to say
    assert all("ERR_CONNECTION" in each or "WebSocket" in each for each in seen.complaints)
    seen.complaints.clear()


def test_a_question_that_fails_is_told_and_the_next_is_answered(visit, live, monkeypatch):
    seen = visit()
    plain = live.quick

    def broken(*_):
        raise RuntimeError("it broke <b>here</b>")

    monkeypatch.setattr(live, "quick", broken)
    seen.assume("declared_threat", 200)
    expect(seen.page.locator("#notices")).to_contain_text("it broke <b>here</b>")
    monkeypatch.setattr(live, "quick", plain)
    seen.assume("declared_threat", 100)
    seen.answer("base")
    assert seen.notices() == []


def test_the_error_of_what_was_asked_before_is_not_told(visit, live, monkeypatch):
    seen = visit()
    plain, gate = live.quick, threading.Event()

    def late(state, *given):
        if state.sets:
            gate.wait(60)
            raise RuntimeError("too late")
        return plain(state, *given)

    monkeypatch.setattr(live, "quick", late)
    seen.assume("declared_threat", 200)
    seen.until(lambda: seen.sets)
    seen.page.get_by_role("button", name="Reset").click()
    gate.set()
    seen.answer("base")
    assert any("too late" in each.get("error", "") for each in seen.heard) and seen.notices() == []


@pytest.fixture
def now(live, monkeypatch):
    """The view now with futures of the view then in place of those that a search would take minutes to find.

    Asked for before `visit`, so that no page is open any more when the real view now is back.
    """
    monkeypatch.setattr(live, "now", Now(told=live.now.told))
    results = run_paths(live.case, FUTURES)
    values = inputs_of(next(iter(results.values()))).values
    envelopes = np.zeros((1, FUTURES), np.float32)
    accepted = SimpleNamespace(assumptions=values, envelopes=envelopes)
    found = {path: SimpleNamespace(case=live.case, futures=FUTURES, seed=0, accepted=accepted) for path in results}
    desk = AcceptedDesk(live.case, found)
    desk._runs["effect"] = {path: _as_now(each) for path, each in results.items()}
    monkeypatch.setattr(desk, "_course", lambda base, path, option, adoption: _course(live.case))

    async def look():
        live.now.status = LOOKING

    monkeypatch.setattr(live, "look_for_now", look)
    return desk


def _as_now(results):
    outcomes = results.outcomes.copy()
    outcomes.attrs = results.outcomes.attrs | {"view": "now"}
    return replace(results, outcomes=outcomes, view="now")


def _course(case):
    steps = len(case.start)
    return {name: np.zeros((steps, FUTURES), np.float32) for name in ("killed", "held")}


def test_the_view_now_is_looked_for_and_then_waited_for(now, live, visit):
    seen = visit()
    seen.assume("declared_threat", 100)
    seen.answer()
    seen.page.locator("input[name=length_effect][value=shorter]").check()
    seen.page.locator("input[name=view][value=now]").check()
    expect(seen.page.locator("#notices")).to_contain_text(WAIT)
    # what cannot be weighed is left behind, what can is taken over; the past stays shown as what it is
    assert set(seen.sets) == {"declared_threat"}
    left = live.case.switches["length_effect"].label
    expect(seen.page.locator("#notices")).to_contain_text(
        f"Left out under the view now, which runs nothing anew: {left}."
    )
    expect(seen.page.locator("figure.stale[data-chart=options]")).to_have_count(1)
    assert seen.figure("options").locator(".about").text_content().startswith("View then")
    # one goes on under the view then meanwhile
    seen.page.locator("input[name=view][value=then]").check()
    seen.answer()
    assert seen.notices() == []


def test_under_the_view_now_a_slider_weighs(now, live, visit):
    live.now.desk, live.now.status = now, READY
    seen = visit("?view=now", stage=None)
    found = seen.answer(view="now")
    assert found["effective"] == {path: FUTURES for path in found["effective"]}
    expect(seen.figure("options").locator(".about")).to_contain_text("View now")
    status = seen.page.locator("#status")
    expect(status).to_contain_text(f"{FUTURES:,} accepted futures, worth {FUTURES}")
    before = seen.chart("options")["rows"]
    seen.assume("declared_threat", 150)
    found = seen.answer(view="now")
    worth = min(found["effective"].values())
    assert 64 <= worth < FUTURES and found["charts"]["options"]["rows"] != before
    expect(status).to_contain_text(f"worth {worth:.0f} near these sliders")
    assert "--view now" in found["command"] and "accepted=" in found["python"]
    expect(seen.page.locator("input[name=length_effect]").first).to_be_disabled()
    # too far from what was accepted nothing is shown but why
    for name in ("tolerance", "substitutable", "harm_deep", "harm_missile"):
        seen.assume(name, 200)
    expect(seen.page.locator("#notices")).to_contain_text("64 are needed")
    expect(seen.page.locator("figure.stale[data-chart=options]")).to_have_count(1)
    seen.page.get_by_role("button", name="Reset").click()
    seen.answer(view="now", sets={})
    assert seen.notices() == []


def test_the_view_now_has_one_seed(now, live, visit):
    live.now.desk, live.now.status = now, READY
    seen = visit("?view=now&seed=3", stage=None)
    expect(seen.page.locator("#notices")).to_contain_text("closedsky run --view now --seed 3 finds others")
    seen.page.get_by_role("button", name="Reset").click()
    seen.answer(view="now", seed=0)
    assert seen.notices() == []
    # where one switches to it, the seed is left behind and named
    seen.page.get_by_role("button", name="Undo").click()
    seen.page.locator("input[name=view][value=then]").check()
    seen.answer(view="then", seed=3)
    seen.page.locator("input[name=view][value=now]").check()
    seen.answer(view="now", seed=0)
    expect(seen.page.locator("#notices")).to_contain_text("runs nothing anew: seed 3.")


def test_sliders_of_the_view_now_are_those_of_its_futures(now, live, visit):
    name = "declared_threat"
    place = list(live.case.assumptions).index(name)
    first = next(iter(now.found.values())).accepted.assumptions
    first[:, place] = np.sort(first[:, place])[0]  # what was accepted stands at the low end
    desk = AcceptedDesk(live.case, now.found)
    desk._runs = now._runs
    live.now.desk, live.now.status = desk, READY
    seen = visit("?view=now", stage=None)
    seen.answer(view="now")

    def bars():
        found = seen.page.locator(f".slider[data-assumption={name}] svg rect")
        return found.evaluate_all("all => all.map(each => Number(each.getAttribute('height')))")

    seen.until(lambda: sum(bars()) == 1)
    seen.page.locator("input[name=view][value=then]").check()
    seen.answer(view="then")
    assert sum(bars()) > 10


@pytest.fixture
def hostile(live, served, monkeypatch):
    """A case whose every text would like to be a script."""
    case = live.case
    ledger = ledger_of(case)
    evil = replace(
        case,
        title=EVIL,
        question=EVIL,
        assumptions={
            name: each.model_copy(update={"label": f"{name} {EVIL}", "reason": EVIL, "unit": EVIL[:20]})
            for name, each in case.assumptions.items()
        },
        options={name: replace(each, label=f"{name} {EVIL}", description=EVIL) for name, each in case.options.items()},
        evidence=replace(
            ledger,
            claims={
                key: each.model_copy(update={"quote": EVIL, "speaker": EVIL}) for key, each in ledger.claims.items()
            },
            documents={
                key: each.model_copy(
                    update={"title": EVIL, "publisher": EVIL, "link": "javascript:document.title='evil'"}
                )
                for key, each in ledger.documents.items()
            },
        ),
    )
    made = Live(evil, case.id, live.option, settle=ThreadPoolExecutor(1))
    made.warm()
    work = type(stages._WORK)(evil, lambda job: made._unwanted.value == job, live.option, {})
    monkeypatch.setattr(stages, "_WORK", work)
    for name in ("debate", "deciding"):
        monkeypatch.setattr(work, f"_{name}", lambda results, state: {"note": EVIL})
    monkeypatch.setattr(
        work, "_changes", lambda *_: {"words": [{"path": "contest", "words": EVIL, "names": ["resolve"]}]}
    )
    server = type(served)(made)
    yield server
    server.stop()
    made.close()


def test_no_text_of_a_case_becomes_part_of_the_page(hostile, visit):
    seen = visit(stage="place", server=hostile)
    page = seen.page
    assert page.title() == f"{EVIL} - Closed Sky"
    assert page.locator("h1").text_content() == EVIL
    page.locator("details").evaluate_all("all => all.forEach(each => { each.open = true; })")
    row = page.locator(".slider[data-assumption=tolerance]")
    assert row.locator("label").text_content() == f"tolerance {EVIL}"
    row.get_by_role("button").first.click()
    drawer = page.locator("dialog#drawer")
    expect(drawer).to_be_visible()
    assert drawer.locator("blockquote").first.text_content() == f"“{EVIL}”"
    assert drawer.locator("a").count() == 0
    page.keyboard.press("Escape")
    assert EVIL in page.locator("#turns").text_content()
    assert f"full-zone {EVIL}" in page.locator("#option").text_content()
    assert page.locator("script").evaluate_all("all => all.map(each => each.id || each.getAttribute('src'))") == [
        "start",
        "page.js",
    ]
    assert page.locator("img, iframe, object, foreignObject, [onerror], [onload], [onclick]").count() == 0
    assert (
        seen.figure("options").locator("[data-picture]").get_attribute("aria-label") == seen.chart("options")["title"]
    )
    marks = seen.figure("options").locator("[data-picture] [data-r]")
    marks.first.dispatch_event("pointermove", {"bubbles": True, "pointerType": "mouse"})
    assert seen.figure("options").locator(".panel").is_visible()
    assert page.title() == f"{EVIL} - Closed Sky"
