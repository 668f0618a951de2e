"""What must hold of every future, whatever is assumed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from closedsky.futures.run import run
from closedsky.futures.sampling import Design, model_columns
from closedsky.futures.simulate import Simulator
from closedsky.model import campaign, outcomes
from closedsky.model.lane import prepare
from closedsky.model.luck import envelopes
from closedsky.model.names import LEVERS, NUMBERS, SWITCHES, Assumptions, Levers, Numbers, Switches

PARTS = ("killed_by_air", "killed_by_missile", "killed_by_shelling", "killed_by_replacement")


def by_hand(case, columns, luck_numbers, option, switches):
    """The same campaign, step by step in NumPy float64: no compiler, no tiles, no padding."""
    n = len(luck_numbers)
    numbers = Numbers(*(case.numbers[name].value for name in NUMBERS))
    levers = Levers(*(np.full(n, case.options[option].levers[name]) for name in LEVERS))
    chosen = Switches(*(SWITCHES[name][switches.get(name, next(iter(SWITCHES[name])))] for name in SWITCHES))
    luck = {name: values.astype(float) for name, values in envelopes(0, luck_numbers).items()}
    lane = prepare(Assumptions(*columns), levers, numbers, chosen, luck, np.ones(n), case.decision_day, case.horizon)
    state = campaign.begin(lane)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        for start, length in zip(case.start, case.length, strict=True):
            state, _ = campaign.step(state, start, length, lane)
        return outcomes.finish(state, lane)


@pytest.mark.parametrize("path", ["contest", "engagement"])
def test_compiled_float64_agrees_with_numpy(case, columns, path):
    from closedsky.futures.overrides import parse_overrides

    options = ["refuse", "corridors", "standoff", "full-zone-strikes", "bluff", "hands-off"]
    luck = np.arange(48)
    overrides = parse_overrides(case, {"war_path": path})
    block = Simulator(case, options, overrides, precision="float64").block(columns[:, :48], luck)
    for i, option in enumerate(options):
        slow = by_hand(case, columns[:, :48], luck, option, {"war_path": path})
        for name, values in slow.items():
            np.testing.assert_allclose(
                block.outcomes[name][i], values, rtol=1e-8, atol=1e-9, err_msg=f"{option} {name}"
            )


def test_single_precision_is_enough(case, columns):
    """float32 against float64: nearly every future agrees to a thousandth, and means to far less than their error."""
    luck = np.arange(512)
    single, double = (Simulator(case, precision=p).block(columns, luck).outcomes for p in ("float32", "float64"))
    for name in ("killed", "held", "coalition_lost", "end_day", "war_hazard"):
        a, b = single[name], double[name]
        close = np.isclose(a, b, rtol=1e-3, atol=1e-4)
        assert close.mean() > 0.99, (name, close.mean())


@settings(max_examples=6, deadline=None)
@given(
    seed=st.integers(0, 2**64 - 1),
    path=st.sampled_from(["contest", "engagement"]),
    length=st.sampled_from(["none", "shorter", "longer"]),
    effect=st.sampled_from(["effect", "proposed"]),
)
def test_invariants_of_every_future(case, seed, path, length, effect):
    r = run(case, 128, seed=seed, overrides={"war_path": path, "length_effect": length}, adoption=effect)
    assert r.failures == ()
    o = {name: r.outcomes[name].values.astype(float) for name in r.outcomes}
    rows = Design(case, seed).rows(0, 128)
    drawn = {name: rows[:, i] for i, name in enumerate(case.assumptions)}
    years = case.horizon / 365.25
    number = {name: entry.value for name, entry in case.numbers.items()}
    # harm adds up
    np.testing.assert_allclose(sum(o[part] for part in PARTS), o["killed_fighting"], rtol=1e-4, atol=1e-2)
    np.testing.assert_allclose(o["killed_fighting"] + o["killed_by_occupation"], o["killed"], rtol=1e-4, atol=1e-2)
    reference = o["killed"][r.options.index("refuse")]
    np.testing.assert_allclose(
        o["lives_rate_effect"] + o["lives_length_effect"], o["killed"] - reference, rtol=1e-3, atol=1.0
    )
    # nothing is negative, nothing exceeds its stock
    for name, values in o.items():
        if not name.startswith("lives_") and name != "consent_limit":
            assert np.nanmin(values) >= -1e-3, name
    assert (o["adversary_lost"] <= number["fleet"] + number["fleet_replacement"] * years + 1e-2).all()
    assert (o["held"] <= 1).all() and (o["batteries_left"] <= 1 + 1e-5).all()
    assert (o["coalition_lost"] <= drawn["tolerate_loss"] * (1 + 1e-4) + 1e-3).all()
    assert (np.nan_to_num(o["coverage"]) <= 1 + 1e-5).all()
    assert (o["zone_days"] <= case.horizon - case.decision_day + 1e-2).all()
    # events in order
    assert (o["end_day"] <= case.horizon).all()
    assert ((o["ending"] == 0) == np.isnan(o["war_days"])).all()
    assert (o["held"][o["ending"] == 2] == 1).all() and (o["held"][o["ending"] == 3] == 0).all()
    assert ((o["peak_rung"] >= 1) & (o["peak_rung"] <= 4)).all()
    # a side can give way only in a contest
    if path == "engagement":
        assert not np.isin(o["fate"], (2, 3)).any()


def test_what_cannot_matter_does_not(case):
    """No draw in one relation moves another, and general war is never drawn."""
    options = ["refuse", "full-zone", "bluff"]
    base = run(case, 256, options=options)
    for change, free in (
        ({"q_episode": 0.5, "q_soil": 0.5}, set()),  # read only in the path of engagements
        ({"cost_sortie": 0.2}, {"cost"}),
        ({"occupation": 5000.0}, {"killed", "killed_by_occupation", "lives_length_effect"}),
        ({"flight": 2.0}, {"displaced"}),
    ):
        other = run(case, 256, options=options, overrides=change)
        for name in base.outcomes:
            if name not in free:
                assert np.array_equal(base.outcomes[name], other.outcomes[name], equal_nan=True), (change, name)
    shots = run(case, 256, options=["refuse"], overrides={"background_shots": 5.0})
    for name in ("killed", "end_day", "held", "adversary_lost"):
        assert np.array_equal(base.values(name, "refuse"), shots.values(name, "refuse")), name
    assert shots.mean("direct_combat", "refuse").value > base.mean("direct_combat", "refuse").value


def test_paths_differ_only_where_force_was_repeated(case):
    contest, engagement = (run(case, 512, overrides={"war_path": path}) for path in SWITCHES["war_path"])
    for name in ("killed", "held", "end_day", "direct_combat"):
        for option in ("refuse", "hands-off", "aircraft", "refuse-surge"):
            assert np.array_equal(contest.values(name, option), engagement.values(name, option)), (name, option)
    calm = contest.values("peak_rung", "full-zone") < 3
    assert np.array_equal(contest.values("killed", "full-zone")[calm], engagement.values("killed", "full-zone")[calm])


@pytest.mark.parametrize("option", ["full-zone", "full-zone-strikes", "west-zone", "standoff", "bluff"])
def test_a_zone_averts_no_more_than_its_means_carried(case, option):
    """Over the days both wars run: at most what aircraft and missiles did under refusal; all of it only if nothing
    replaces them. The ground war is held out of it (its one channel from the air is set to 1)."""
    fixed = {"air_mult": 1.0, "adaptation": 1e-9}
    replaced = {}
    for share in (0.0, 0.5, 1.0):
        r = run(case, 512, options=["refuse", option], overrides=fixed | {"substitutable": share})
        carried = r.values("killed_by_air", "refuse") + r.values("killed_by_missile", "refuse")
        saved = -r.values("lives_rate_effect", option)
        assert (saved <= carried * (1 + 1e-3) + 1e-1).all(), share
        replaced[share] = saved.mean()
    assert replaced[0.0] > replaced[0.5] > replaced[1.0]


@pytest.mark.parametrize(
    "option", ["refuse-surge", "aircraft", "corridors", "west-zone", "full-zone", "full-zone-strikes"]
)
def test_less_flying_never_adds_to_what_aircraft_and_their_replacement_do(case, option):
    """In wars of one length: what replaces a sortie is the same share of it whether it was deterred or its aircraft was
    lost, so an adversary that keeps out, and keeps its aircraft, has no more to replace than one that flew and lost
    them."""
    for share in (0.25, 1.0):
        fixed = {"air_mult": 1.0, "substitutable": share, "standoff_share": 0.0, "loss_deep": 0.05}
        r = run(case, 512, options=["refuse", option], overrides=fixed)
        alike = r.values("end_day", option) == r.values("end_day", "refuse")
        air = (r.values("killed_by_air", option) - r.values("killed_by_air", "refuse"))[alike]
        instead = (r.values("killed_by_replacement", option) - r.values("killed_by_replacement", "refuse"))[alike]
        assert alike.sum() > 100 and (air < 0).any()
        rounding = 1e-4 * (r.values("killed", "refuse")[alike] + 1)
        assert (np.abs(instead + share * air) <= rounding).all(), share


def test_directions(case):
    """Signs that follow from the relations, on means over the same futures."""

    def mean(option, outcome="lives_rate_effect", **overrides):
        return run(case, 1024, options=[option], overrides=overrides).mean(outcome, option).value

    assert mean("full-zone", intercept=0.6) < mean("full-zone", intercept=0.05)
    assert mean("full-zone", resolve=10.0) < mean("full-zone", resolve=0.1)  # the coalition is expected to hold
    assert mean("refuse-surge", "killed") <= mean("refuse", "killed")
    assert mean("hands-off", "held") > mean("refuse", "held")
    assert mean("full-zone", "zone_days", tolerate_loss=20.0) < mean("full-zone", "zone_days", tolerate_loss=400.0)
    longer, shorter = (mean("full-zone", "end_day", length_effect=v, length_size=0.8) for v in ("longer", "shorter"))
    assert longer > mean("full-zone", "end_day") > shorter


def test_alliance_and_lane_agree_on_adoption(case):
    """Feasibility read off the course of the option taken equals deliberation inside each lane."""
    r = run(case, 1024, adoption="proposed")
    for option in r.options:
        day = r.values("adopted_day", option) - case.decision_day
        expected = r.values("days_to_adopt", option)
        differ = ~np.isclose(day, expected, equal_nan=True)
        # A lane that splits the sky in two sums in another order; on an edge that can move agreement by a step.
        assert differ.mean() < 0.002, option


def test_model_and_case_agree_on_names(case):
    assert set(Assumptions._fields) | {latent.strength for latent in case.latents.values()} == set(case.assumptions)
    rows = np.zeros((1, len(case.assumptions)))
    assert model_columns(case, rows).shape == (len(Assumptions._fields), 1)
