"""The screen of the view now, over invented accepted futures and real outcomes of the options."""

import dataclasses
import io
import re
from functools import lru_cache

import numpy as np
import pytest

import closedsky
from closedsky.cases.acceptance import Acceptance
from closedsky.futures.conditioned import Conditioned, Drawn
from closedsky.futures.run import run_paths
from closedsky.model.luck import ENVELOPES
from closedsky.reading.hindsight import hindsight
from closedsky.showing.hindsight_screen import MOST, show_hindsight
from closedsky.showing.terminal import Screen

FUTURES, BEFORE = 512, 1024
ACCEPTING = ("killed_mar_2022", "killed_2024", "lost_dec_2022", "held_28_mar_2022", "on_day_1000")
SILENT = ("reach_km", "patrol_share", "fleet_rate", "intercept", "cost_sortie", "stake_adversary", "luck: pivotal")
ASIDE = ("fleet_rate", "luck: pivotal")
SECTIONS = (
    "Not a forecast and not a targeting tool",
    "A no-fly zone over Ukraine",
    "View",
    "The entries that accept say nothing of 5",
    "1. What the record did not move",
    "2. How far the search can be relied on",
    "3. Acceptance and conflicts by item",
    "4. Where accepted futures pile up",
    "5. The record against what was kept aside",
    "In-sample: the items by which futures were accepted",
    "6. What the record moved",
    "7. What the view changes in each option's outcomes",
    "Now: through the length of the war",
    "Notes",
    "The same numbers again",
)


@lru_cache
def _case():
    case = closedsky.load_case("ukraine-2022")
    accept = Acceptance(discrepancy=0.2, reason="A test.")
    recorded = {
        key: entry.model_copy(update={"accept": accept if key in ACCEPTING else None})
        for key, entry in case.recorded.items()
    }
    return dataclasses.replace(case, recorded=recorded)


def _drawn(case, names, items, luck, count, moved):
    z = luck.standard_normal((count, len(names)))
    for name, shift in moved.items():
        z[:, names.index(name)] += shift
    values = {}
    for key, entry in items.items():
        given = [each for each in (entry.low, entry.value, entry.high) if each is not None]
        noise = np.exp((0.0 if entry.yes_or_no else 0.2) * luck.standard_normal(count))
        values[key] = np.mean(given) * noise
    scores = -0.5 * luck.standard_normal((count, len(ACCEPTING))) ** 2
    scores[:, 1] = np.where(scores[:, 0] < -0.2, scores[:, 1], -20.0)  # the first two conflict
    first, second = len(case.assumptions), len(case.assumptions) + len(case.latents)
    on = {key: np.ones(count, bool) for key in items}
    return Drawn(z[:, :first], z[:, second:].T.astype(np.float32), z, values, on, scores)


@lru_cache
def _accepted(moved=("luck: end", "adversary_resolve", "shelling", "stake_adversary")):
    case, luck = _case(), np.random.default_rng(1)
    names = (*case.assumptions, *case.latents, *ENVELOPES)
    items = {key: entry for key, entry in case.recorded.items() if entry.quantity is not None}
    before = _drawn(case, names, items, luck, BEFORE, {})
    accepted = _drawn(case, names, items, luck, FUTURES, {name: 1.5 for name in moved})
    accepted.values["lost_dec_2022"][:] = 290.0
    return Conditioned(
        case=case,
        seed=0,
        overrides={"shelling": (1.0, 3.0)},
        switches={"war_path": "contest", "length_effect": "none"},
        names=names,
        items=items,
        accepting=ACCEPTING,
        accepted=accepted,
        other_envelopes=accepted.envelopes,
        before=before,
        idle=SILENT,
        aside=ASIDE,
        evidence=np.log(np.linspace(4e-9, 6e-9, 16)),
        ancestors=400,
        levels=(0.1, 1.0),
        sweeps=(504, 480),
    )


@lru_cache
def _views():
    case = _case()
    then = run_paths(case, 128)
    now = {path: dataclasses.replace(each, view="now") for path, each in then.items()}
    far = dataclasses.replace(case, horizon=case.now_horizon)
    return then, now, {path: dataclasses.replace(each, case=far) for path, each in now.items()}


@lru_cache
def _read(whole=True):
    return hindsight(_accepted(), *(_views() if whole else ()))


def _printed(found, width=100):
    file = io.StringIO()
    show_hindsight(Screen(file, width, False), found, _case(), "closedsky condition x", "ukraine-2022")
    return file.getvalue()


def flat(text):
    return " ".join(text.split())


def section(text, heading):
    """One section: from its heading to the next."""
    start = text.index(heading)
    ends = [place for other in SECTIONS if (place := text.find("\n" + other, start + 1)) > 0]
    return text[start : min(ends, default=None)]


@pytest.mark.parametrize("width", [60, 80, 120])
def test_it_fits_the_page_and_comes_in_the_order_of_reading(width):
    text = _printed(_read(), width)
    lines = [line for line in text.splitlines() if not line.startswith("  closedsky")]
    assert max(map(len, lines)) <= min(width, 100)
    assert not [line for line in lines if line != line.rstrip()] and "…" not in text
    places, at = [], 0
    for heading in SECTIONS:
        at = text.index(heading, at)
        places.append(at)
    assert places == sorted(places)


def test_no_table_is_cut_in_two_at_eighty_columns():
    parts = (
        ("4. Where", "Above"),
        ("5. The record", "lies"),
        ("6. What the record moved", "%"),
        ("Now: through", "to"),
    )
    for heading, last in parts:
        table = section(_printed(_read(), 80), heading).split("──")[0].splitlines()
        assert last in " ".join(table[-3:]), heading


def test_it_begins_with_the_view_and_what_the_record_did_not_move():
    text = flat(_printed(_read()))
    assert "now: what the record" in text and "hindsight" in text.split("1. What the record")[0]
    assert (
        f"{FUTURES:,} futures in which it goes as the record says, as far as the declared discrepancies allow, seed 0"
        in text
    )
    assert "Set by you" in text and "1..3 (killed/day)" in text
    said = (
        "The entries that accept say nothing of 5 of 92 assumptions (on 1 of which only entries kept aside depend), "
        "among them all 5 on patrols"
    )
    assert text.index(said) < text.index("1. ") and "Accepted on" not in text


def test_what_it_says_nothing_of_is_listed_by_relation_and_luck():
    text = _printed(_read())
    table = section(text, "1. What the record did not move")
    first = next(line for line in table.splitlines() if line.startswith("Patrols"))
    assert first.split()[-5:] == ["5", "5", "1", "0", "0"]
    nothing, aside = table.index("accept say nothing of these, and no other"), table.index("Only entries kept aside")
    assert nothing < table.index("Chance that an intruding sortie") < aside
    assert (
        aside < table.index("Sorties a fleet flies") < table.index("Luck      ") < table.index("Entries that accept d")
    )
    assert re.search(r"^Luck +whether the pivotal member takes part$", text, re.M)
    assert "record says nothing" not in flat(text)
    assert 'No entry that accepts depends on "What keeping its aircraft in the sky is worth to the adversary' in flat(
        text
    )
    assert "(common cause: how much the adversary cares)" in flat(text)


def test_the_search_is_explained_in_words():
    text = flat(section(_printed(_read()), "2. How far"))
    assert "16 searches that never exchanged futures, but shared the way there; 1 is best" in text
    assert "separate" not in text and "sets of those sealed envelopes that the record bears on" in text
    assert "about one in 200 million plain draws" in text and "(one in 170 million to 250 million by" in text
    assert "how many independent futures they are worth" in text and "descended from 400 first draws" in text


def test_conflicts_stand_with_what_chance_would_give():
    text = section(_printed(_read()), "3. Acceptance")
    assert re.search(r"^Civilians killed, Mar 2022 / +[\d.,]+ +[\d.,]+ +0\.\d+ ± 0\.\d+ +\d+$", text, re.M)
    assert re.search(r"^War on at day 1,000 +\d+ ± \d+ +- +", text, re.M), "no future contradicts a yes or no"
    loose = dataclasses.replace(_read(), conflicts=dataclasses.replace(_read().conflicts, pairs=(), unknown=3))
    text = flat(_printed(loose))
    assert "None that plain draws show." in text and "too few plain draws speak of both items: 3 of the 10" in text


def test_pile_up_names_the_items_and_the_side():
    text = flat(section(_printed(_read()), "4. Where"))
    assert "Aircraft lost by 31 Dec 2022 67.0 to 283 0 0 0 0 1,000" in text
    assert re.search(r"end of the window included, for: [^.]*Aircraft lost by 31 Dec 2022 \(high end\)[^.]*\.", text)
    assert re.search(r"Civilians killed a day by +highest tenth +\d+", section(_printed(_read()), "4. Where"))


def test_what_was_kept_aside_stands_apart_from_what_accepted():
    found = _read()
    text = _printed(found)
    aside, used = section(text, "5. The record"), section(text, "In-sample")
    count = found.count(accepts=False)
    assert f"Of {count.of} recorded numbers by which nothing was accepted {count.after} lie in" in flat(aside)
    assert "Civilians killed, 2023" in aside and "Civilians killed, 2023" not in used
    assert "Civilians killed, 2024" in used and "Civilians killed, 2024" not in aside
    ratios = found.ratios
    assert f"before), and {ratios.missed} of {ratios.of} ratios of recorded numbers miss it;" in flat(text)
    assert f"before: {count.before}), and {ratios.missed} of {ratios.of} ratios" in flat(aside)
    assert "no test" in used and "All items are of one war" in flat(aside)
    assert aside.index("Killed, Apr over Mar 2022") > aside.index("Made of other numbers of the record")


def test_inputs_and_choices_after_a_look_are_owned_up_to():
    found = _read(False)
    changed = []
    for each in found.checks:
        entry = each.item.entry
        if each.accepts:
            entry = entry.model_copy(update={"accept": entry.accept.model_copy(update={"after_look": True})})
        is_input = each.item.id in ("killed_2023", "held_31_dec_2023")
        changed.append(dataclasses.replace(each, item=dataclasses.replace(each.item, entry=entry, is_input=is_input)))
    text = flat(section(_printed(dataclasses.replace(found, checks=tuple(changed))), "5. The record"))
    assert "range of the view now: Civilians killed, 2023; Country held, 31 Dec 2023." in text
    assert f"{len(ACCEPTING)} of the entries that accept were chosen after a look at what earlier choices kept" in text
    plain = [dataclasses.replace(each, item=dataclasses.replace(each.item, is_input=False)) for each in found.checks]
    text = _printed(dataclasses.replace(found, checks=tuple(plain)))
    assert "Not counted, because" not in text and "after a look" not in text


def test_the_path_on_which_futures_were_accepted_is_named_where_the_record_feels_it():
    text = flat(_printed(dataclasses.replace(_read(False), path="engagement")))
    assert "Accepted on the engagement path, which the zone really declared can feel" in text
    assert "Engagement path Every episode" in text and "Contest path" not in text


def test_no_more_moves_are_shown_than_can_be_read():
    names = list(_case().assumptions)[:30]
    text = _printed(hindsight(_accepted(tuple(names))))
    assert f"The {MOST} that moved most of {len(names)}" in flat(text)
    shown = section(text, "6. What the record moved")
    assert len(re.findall(r" \+1\.\d+ ± 0\.\d+ ", shown)) == MOST


def test_luck_and_causes_moved_in_words():
    shown = section(_printed(_read()), "6. What the record moved")
    assert re.search(r"^Luck of when a settlement +later +\+1\.\d ± ", shown, re.M)
    assert re.search(r"^How much the adversary cares +more ", shown, re.M)


def test_outcomes_are_the_rate_effect_conditional_on_no_general_war_with_length_apart():
    text = _printed(_read())
    shown = flat(section(text, "7. What the view changes"))
    assert "killed while both wars run" in shown and "conditional on no general war" in shown
    assert "Read with it: most accepted futures miss on one side" in shown
    assert "Aircraft lost by 31 Dec 2022: 1,000 of 1,000 above the record" in shown
    assert "not by the record alone" in shown and shown.count("general war") == 1
    length = flat(section(text, "Now: through the length of the war"))
    assert "followed to day 1,826 here" in length and "never its headline" in length
    assert "On at day On at day Length effect" in length


def test_without_outcomes_the_last_part_is_left_out():
    text = _printed(_read(False))
    assert "7. What the view changes" not in text and "Contest path" not in text
    assert "6. What the record moved" in text and text.rstrip().endswith("closedsky condition x")


def test_where_nothing_is_found_it_says_so():
    text = _printed(hindsight(_accepted(())))
    assert flat(section(text, "6. What the record moved")).endswith("Nothing.")
    assert "Ranges that may stop too early" in text and re.search(r"^None\.$", text, re.M)
    plain = dataclasses.replace(_read(False), windows=())
    assert "No accepting item bounds the truth on both sides." in _printed(plain)
