import re

import pytest

import closedsky
from closedsky.futures.results import Estimate
from closedsky.model.names import ASSUMPTIONS, LEVERS
from closedsky.model.outcomes import OUTCOMES
from closedsky.reading.measures import LIVES
from closedsky.showing.numbers import change_within, percent, within
from closedsky.showing.terminal import view_words

SECTIONS = [
    "Not a forecast and not a targeting tool",
    "A no-fly zone over Ukraine",
    "View",
    "Futures",
    "Contest path",
    "Length of the war",
    "Against Refuse (what happened), where",
    "If adopted on the first possible day (effect)",
    "How the war ends",
    "Through the length of the war",
    "Direct combat between",
    "Highest rung reached",
    "Fate of the zone",
    "What a zone takes",
    "Losses and suppression",
    "General war: where the balance",
    "Conditional results",
    "Notes",
    "The same numbers again",
]


def part(text, heading):
    """One section: from its heading to the next."""
    start = text.index(heading)
    ends = [place for other in SECTIONS if (place := text.find("\n" + other, start + 1)) > 0]
    return text[start : min(ends, default=None)]


def flat(text):
    return " ".join(text.split())


@pytest.mark.parametrize("width", [80, 100])
def test_what_is_printed_comes_in_the_order_of_reading(printed, width):
    text = printed(width)
    places = [text.index(heading) for heading in SECTIONS]
    assert places == sorted(places)


@pytest.mark.parametrize("width", [60, 80, 100, 140])
def test_nothing_is_wider_than_the_page_and_nothing_is_cut(printed, compared, width):
    for text in (printed(width), compared("full-zone", "refuse", width)):
        lines = [line for line in text.splitlines() if not line.startswith("  closedsky")]
        assert max(map(len, lines)) <= min(width, 100)
        assert "…" not in text
        assert not [line for line in lines if line != line.rstrip()]


def test_no_raw_key_is_on_screen(printed, compared, case):
    for text in (printed(), compared("full-zone", "refuse")):
        words = set(re.findall(r"[a-z][a-z0-9-]*[_-][a-z0-9_-]+", text))
        keys = {*case.options, *OUTCOMES, *ASSUMPTIONS, *LEVERS, "lives_rate_effect", "lives_length_effect"}
        assert not words & keys


def test_options_stand_in_the_order_of_the_case(printed, case):
    table = part(printed(140), "How the war ends")
    places = [table.index(" ".join(option.label.split()[:3])) for option in case.options.values()]
    assert places == sorted(places)


def test_the_first_table_has_the_numbers_of_the_summary(printed, summary):
    table = part(printed(), "If adopted on the first possible day")
    for entry in summary.options:
        held = entry.paths["contest"].spreads["held"]
        assert percent(held.median) in table
        if entry.id != summary.reference:
            for of in entry.paths.values():
                assert change_within(of.spreads[LIVES].mean) in table


def test_keeping_out_is_never_shown_without_territory(printed):
    text = printed()
    with_lives = [part(text, heading) for heading in SECTIONS if re.search(r"lives|killed", part(text, heading))]
    assert len(with_lives) >= 3
    for block in with_lives:
        if "Keep out altogether" in block and "no number of lives above" not in " ".join(block.split()):
            assert re.search(r"Adversary\s|held\)", block), block


def test_general_war_is_a_break_even_before_it_is_anything_else(printed, summary):
    text = printed()
    before = text[: text.index("General war: where")]
    assert "general war" not in before.replace("conditional on no general war", "").replace("becomes general war", "")
    entry = summary.option("full-zone").paths["contest"]
    assert within(Estimate(1000 * entry.war_risk.value, 1000 * entry.war_risk.error)) in part(
        text, "Conditional results"
    )
    even = entry.break_even[1].chance
    assert within(Estimate(1000 * even.value, 1000 * even.error)) in part(text, "General war: where")


def test_a_pipe_gets_no_escapes_and_no_color_means_none(printed, monkeypatch):
    assert "\x1b" not in printed()
    assert "\x1b[1m" in printed(terminal=True)
    monkeypatch.setenv("NO_COLOR", "1")
    assert not re.search(r"\x1b\[[0-9;]*[34]\d", printed(terminal=True))


def test_no_winner_and_no_exclamation(printed, compared):
    for text in (printed(), compared("full-zone", "refuse")):
        assert not re.search(r"(?i)\b(best|worst|winner|better|worse|optimal|should be chosen)\b|!", text)


def test_how_errors_are_computed_is_said(printed, summary):
    assert "16 independently scrambled Sobol' nets of 64 futures each" in flat(printed())


def test_a_comparison_has_both_counts_and_their_range(compared):
    text = compared("full-zone", "refuse")
    single = text[text.index("Single futures") : text.index("General war: where")]
    for words in ("same sealed envelopes", "Independent envelopes", "Allowed by the distributions"):
        assert single.count(words) == 2
    assert "does not settle this count" in flat(single)


def test_a_comparison_swapped_is_mirrored(compared):
    there, back = (compared(*names) for names in (("full-zone", "refuse"), ("refuse", "full-zone")))
    shared = [re.findall(r"same sealed envelopes\s+(.+?)\s{2,}(.+)", text) for text in (there, back)]
    assert [pair[::-1] for pair in shared[0]] == shared[1]
    fewer = re.search(r"Civilians killed while both\s+([\d,]+) fewer", there).group(1)
    more = re.search(r"Civilians killed while both\s+([\d,]+) more", back).group(1)
    assert fewer == more


def test_a_view_promises_no_ignorance_of_later_facts_where_later_campaigns_are_used(case):
    assert "no later fact is used" in view_words(case, "then")
    said = view_words(closedsky.load_case("provide-comfort-1991"), "then")
    assert said.startswith("then: what was known before the campaign, up to ")
    assert "the other campaigns' records say, later ones too" in said
    assert "no later fact" not in said
    assert view_words(case, "now") == "now: what the record allows; hindsight, which nobody had on 28 February 2022"
