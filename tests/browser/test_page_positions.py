"""Positions on the live page: loaded, saved, and what two of them really disagree about."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from closedsky.serving import stages
from closedsky.serving.positions import read_text

pytestmark = pytest.mark.browser

POSITIONS = Path(__file__).parents[2] / "examples"


def test_positions_are_loaded_and_saved(visit, live):
    seen = visit()
    page = seen.page
    page.get_by_text("Positions: load, save, and the crux of two").click()
    text = (POSITIONS / "analyst-a.yaml").read_text("utf-8")
    position = read_text(live.case, text)
    page.get_by_label("Load a position").set_input_files(POSITIONS / "analyst-a.yaml")
    lives = position.lives()["combat"]
    seen.answer(weight=lives)
    sets = seen.sets
    for name, each in position.assumptions.items():
        assert sets[name] == list(each.range)
        assert page.locator(f".slider[data-assumption={name}]").get_attribute("class") == "slider set"
    assert any("Analyst A (invented)" in each for each in seen.notices())
    page.get_by_role("button", name="Save as a position").click()
    expect(page.get_by_text("a position is signed by its owner; write a name")).to_be_visible()
    seen.complaints.clear()  # a browser complains of whatever is refused
    page.get_by_label("Signed by").fill('A. "Nobody"')
    with page.expect_download() as kept:
        page.get_by_role("button", name="Save as a position").click()
    again = read_text(live.case, Path(kept.value.path()).read_text("utf-8"))
    assert again.owner == 'A. "Nobody"' and again.lives()["combat"] == lives
    assert {name: each.range for name, each in again.assumptions.items()} == {
        name: each.range for name, each in position.assumptions.items()
    }


def test_the_crux_of_two_positions_is_found(visit, monkeypatch):
    given = []

    def crux(texts, view):
        given.append((texts, view))
        return {"view": view, "paths": [{"path": "contest", "words": "They <i>agree</i>."}], "zones": ""}

    monkeypatch.setattr(stages, "crux", crux)
    seen = visit(stage="place")
    page = seen.page
    page.get_by_text("Positions: load, save, and the crux of two").click()
    page.get_by_role("button", name="Find the crux").click()
    expect(page.get_by_text("Choose two positions first.")).to_be_visible()
    files = [POSITIONS / f"analyst-{each}.yaml" for each in "ab"]
    page.get_by_label("First position").set_input_files(files[0])
    page.get_by_label("Second position").set_input_files(files[1])
    page.get_by_role("button", name="Find the crux").click()
    expect(page.get_by_text("View then, contest path: They <i>agree</i>.")).to_be_visible()
    assert given == [(tuple(each.read_text("utf-8") for each in files), "then")]
