"""Outcomes under both views: what is set beside what, and in which words."""

import dataclasses
import json

import numpy as np
import pytest

from closedsky.futures.results import Estimate
from closedsky.model.outcomes import OUTCOMES
from closedsky.reading.both_views import KEPT, both_views, less
from closedsky.reading.measures import FATES, LENGTH, LIVES

FUTURES = 64
PATHS = ("contest", "engagement")


@pytest.fixture
def outcomes(invented):
    """Results of the views then and now, by path: by option, (change then, change now), and what else both have."""

    def build(given, **more):
        luck = np.random.default_rng(4).normal(size=FUTURES)
        luck -= luck.mean()
        found = []
        for number, view in enumerate(("then", "now")):
            on = {"ending": np.zeros(FUTURES), "end_day": np.full(FUTURES, 1096.0)}
            data = {"refuse": {LIVES: np.zeros(FUTURES)}}
            data |= {name: {LIVES: change[number] + luck} | on | more for name, change in given.items()}
            by_path = {path: invented(data, path=path) for path in PATHS}
            found.append({path: dataclasses.replace(each, view=view) for path, each in by_path.items()})
        return found

    return build


def test_the_sentence_says_both_views_and_swapped_options_swap_it(outcomes, case):
    a, b = case.options["full-zone"].label, case.options["corridors"].label

    def sentence(first, second):
        return both_views(case, *outcomes({first: (-3000.0, -1000.0), second: (-100.0, 400.0)})).sentence()

    text, mirrored = sentence("full-zone", "corridors"), sentence("corridors", "full-zone")
    assert text == (
        f"the mean change in civilians killed while both wars run, against {case.options['refuse'].label}, lies "
        f"between 1,000 fewer ({a}, contest path) and 400 more ({b}, contest path) now (over other ranges, and wars "
        f"that last), and lay between 3,000 fewer ({a}, contest path) and 100 fewer ({b}, contest path) as seen then"
    )
    assert mirrored == text.replace(a, "?").replace(b, a).replace("?", b)


def test_what_else_sets_the_views_apart_is_said_only_where_it_does(outcomes, case):
    def apart(**given):
        return both_views(dataclasses.replace(case, **given), *outcomes({"corridors": (0.0, 0.0)})).apart

    same = {key: entry.model_copy(update={"now": entry.then}) for key, entry in case.assumptions.items()}
    ended = {key: entry for key, entry in case.recorded.items() if entry.quantity != "on"}
    assert apart(assumptions=same) == "wars that last" and apart(recorded=ended) == "over other ranges"
    assert apart(assumptions=same, recorded=ended) == ""
    unasked = dataclasses.replace(case, assumptions=same, recorded=ended)
    assert "now, and lay" in both_views(unasked, *outcomes({"corridors": (0.0, 0.0)})).sentence()


def test_opposite_changes_are_said_in_opposite_words(outcomes, case):
    fewer, more = (both_views(case, *outcomes({"corridors": (s, 2 * s)})).sentence() for s in (-1000.0, 1000.0))
    assert fewer.replace("fewer", "more") == more


def test_without_another_option_there_is_nothing_to_say(outcomes, case):
    assert both_views(case, *outcomes({})).sentence() == ""


def test_each_option_has_its_outcomes_under_both_views(outcomes, case):
    given = outcomes({"corridors": (-300.0, -100.0)}, fate=np.arange(FUTURES) % 4, direct_combat=np.ones(FUTURES))
    found = both_views(case, *given)
    (option,) = found.others
    assert option.then["contest"].lives.mean.value == pytest.approx(-300.0)
    assert option.now["engagement"].lives.mean.value == pytest.approx(-100.0)
    assert option.now["contest"].kept.count == FUTURES // 2
    assert option.now["contest"].direct_combat.count == FUTURES
    reference = found.options[0]
    assert reference.id == found.reference and reference.now["contest"].kept is None
    plain = option.to_dict()["paths"]["contest"]
    assert plain["change_of_mean"]["value"] == pytest.approx(200.0)
    assert plain["change_of_mean"]["error"] == pytest.approx(np.sqrt(2.0) * plain["then"][LIVES]["error"])


def test_nothing_of_general_war_is_among_them(outcomes, case):
    given = outcomes({"corridors": (0.0, 0.0)}, war_hazard=np.full(FUTURES, 0.5))
    text = json.dumps(both_views(case, *given).to_dict(), allow_nan=False)
    assert "war_hazard" not in text and "general_war" not in text and "risk" not in text


def test_codes_of_a_zone_that_was_kept_are_those_of_the_model():
    assert [FATES[code] for code in KEPT] == ["in force to the end", "adversary keeps out"]
    assert "1 in force, 2 adversary keeps out" in OUTCOMES["fate"].label


def test_lengths_are_read_from_the_longer_run_with_the_wars_still_on_beside_them(outcomes, case):
    then, now = outcomes({"corridors": (0.0, 0.0)})
    end_day = np.repeat([900.0, 1500.0, 1826.0, 1826.0], FUTURES // 4)
    about = {"ending": (end_day < 1826.0).astype(float), "end_day": end_day, LENGTH: np.full(FUTURES, 7.0)}
    far = dataclasses.replace(case, horizon=1826)
    longer = {
        path: dataclasses.replace(each, case=far)
        for path, each in outcomes({"corridors": (0.0, 0.0)}, **about)[1].items()
    }
    found = both_views(case, then, now, longer)
    length = found.others[0].length["contest"]
    assert (found.horizon, found.later) == (1096, 1826)
    assert (length.still_on.count, length.on_later.count, length.lives.median) == (48, 32, 7.0)


def test_lengths_need_a_run_to_the_horizon_of_the_view_now(outcomes, case):
    then, now = outcomes({"corridors": (0.0, 0.0)})
    assert both_views(case, then, now).others[0].length == {}
    near = dataclasses.replace(case, now_horizon=case.horizon)
    found = both_views(near, then, now)
    assert found.others[0].length["contest"].still_on.count == FUTURES and found.later == found.horizon


def test_results_that_do_not_belong_together_are_refused(outcomes, case):
    then, now = outcomes({"corridors": (0.0, 0.0)})
    other, _ = outcomes({"full-zone": (0.0, 0.0)})
    foreign = {path: dataclasses.replace(each, case=dataclasses.replace(case, id="x")) for path, each in now.items()}
    for given, why in (
        ((then, then), "now holds results of the view 'then', not 'now'"),
        ((now, now), "then holds results of the view 'now', not 'then'"),
        ((then, now, then), "longer holds results of the view 'then', not 'now'"),
        ((other, now), "then holds other options, or another reference, than now"),
        (({"contest": then["contest"]}, now), "then has the paths contest, and now has contest, engagement"),
        (({}, {}), "then has the paths none, and now has none"),
        ((then, foreign), "now holds results of x, not of ukraine-2022"),
    ):
        with pytest.raises(ValueError, match=f"^{why}$"):
            both_views(case, *given)


def test_errors_of_futures_that_share_nothing_add_up():
    assert less(Estimate(1.0, 0.3), Estimate(2.0, 0.4)).error == pytest.approx(0.5)
