"""One claim: how it is counted, that its reverse is counted alike, and on what it rests."""

import json
from dataclasses import replace

import numpy as np
import pytest

from closedsky.cases.contested import Contested
from closedsky.futures.results import Inputs
from closedsky.reading.argument import BASES, LEAST_FUTURES, LUCK, TOGETHER, Reader, Sides, count
from closedsky.reading.debate import Claim
from closedsky.reading.regression import TooFew

N = 8192
NAMES = ("substitutable", "tolerance", "harm_deep", "intercept")
FLIPS = 0.62
ANOTHER = 3.0 * np.sqrt(2.0 * 0.25 / N)
"""Three standard errors of how two samples of one share differ; other luck is another sample."""
ENTRY = {
    "claim": "C31", "says": "It was more.", "denies": "It was less.", "outcome": "killed",
    "of": {"option": "refuse"}, "against": {"option": "full-zone"}, "asks": "more", "margin": 5.0, "reason": "A test.",
}  # fmt: skip


@pytest.fixture(scope="module")
def inputs():
    luck = np.random.default_rng(1)
    return Inputs(NAMES, luck.uniform(size=(N, len(NAMES))), ("end", "consent"), luck.exponential(size=(N, 2)))


@pytest.fixture(scope="module")
def drawn(inputs):
    """Two courses with two lucks each: what is between them turns with the first assumption."""
    x, rng = inputs.values, np.random.default_rng(2)
    luck = rng.normal(0.0, 20.0, (2, N))
    against = 500.0 + 100.0 * x[:, 3] + luck
    return against + 200.0 * (x[:, 0] - FLIPS) + 20.0 * (x[:, 2] - 0.5), against


@pytest.fixture(scope="module")
def asked(drawn):
    (of, _), (against, other) = drawn
    return Sides(of, against, other, 5.0, 1.0)


@pytest.fixture(scope="module")
def reader(case, inputs):
    return Reader(case, inputs)


@pytest.fixture(scope="module")
def found(reader, asked):
    return reader.read({"it": asked})["it"]


def claim(argument, **more):
    entry = Contested.model_validate(ENTRY | more)
    return Claim("it", entry, "", "", "", "one", "other", "killed", "persons", {"then": {"contest": argument}}, {})


# Counting


def test_counts_of_few_futures_by_hand():
    of = np.array([10.0, 10.0, 10.0, np.nan, 4.0])
    against = np.array([8.0, 9.0, 10.0, 0.0, 9.0])
    other = np.array([np.nan, 12.0, 8.0, 0.0, 0.0])
    found = count(Sides(of, against, other, 1.5, 1.0))
    assert (found.shared.count, found.shared.of) == (1, 4)  # 2 is beyond the margin, 1 is not
    assert (found.independent.count, found.independent.of) == (2, 3)
    assert found.range == pytest.approx((1 / 4, 2 / 3))
    # Of 4, 10, 10, 10 against 0, 8, 9, 9, 10: 0 is sure to be passed by more than 1.5, and only 0 and 8 can be. With
    # other luck, against 0, 0, 8, 12, all but one can be.
    alone = count(Sides(of, against, None, 1.5, 1.0))
    assert (alone.bounds.low, alone.bounds.high) == pytest.approx((0.2, 0.4))
    assert (found.bounds.low, found.bounds.high) == pytest.approx((0.2, 0.75))
    reverse = count(Sides(of, against, other, 1.5, 1.0).swapped())
    assert (reverse.shared.count, reverse.independent.count) == (1, 1)


def test_exactly_the_margin_is_neither():
    sides = Sides(np.array([1.0, 0.0, 2.0, 5.0]), np.array([0.0, 1.0, 0.0, 5.0]), None, 1.0, 1.0)
    assert count(sides).shared.count == 1 and count(sides.swapped()).shared.count == 0
    assert count(sides).independent is None and count(sides).range == (0.25, 0.25)


def test_only_futures_that_are_kept_are_counted(asked):
    kept = np.arange(N) % 2 == 0
    assert count(asked, kept) == count(
        replace(asked, of=asked.of[kept], against=asked.against[kept], other=asked.other[kept])
    )


def test_a_count_lies_within_its_bounds(asked):
    for sides in (asked, asked.swapped()):
        counted = count(sides)
        low, high = counted.range
        assert counted.bounds.low <= low <= high <= counted.bounds.high


def test_one_course_is_held_against_a_level():
    sides = Sides(np.array([0.0, 1.0, 1.0, np.nan, 0.5]), None, None, 0.5, -1.0)
    found, reverse = count(sides), count(sides.swapped())
    assert (found.shared.count, found.shared.of, reverse.shared.count) == (1, 4, 2)
    assert found.independent is None and found.bounds is None
    assert found.to_dict()["bounds"] is None


# Neither side's wording is built in


def mirrored(found, swapped):
    assert swapped.holds.shared == found.reverse.shared and swapped.reverse.shared == found.holds.shared
    for one, two in ((swapped.holds, found.reverse), (swapped.reverse, found.holds)):
        assert (one.bounds.low, one.bounds.high) == pytest.approx((two.bounds.low, two.bounds.high), abs=ANOTHER)
        assert one.independent.value.value == pytest.approx(two.independent.value.value, abs=ANOTHER)
    assert swapped.mean.value == pytest.approx(-found.mean.value)
    assert swapped.mean.error == pytest.approx(found.mean.error)
    assert swapped.medians.value == pytest.approx(-found.medians.value)
    assert (swapped.of, swapped.against) == (found.against, found.of)
    for one, two in ((swapped.when, found.when_not), (swapped.when_not, found.when)):
        assert one[0].limits == two[0].limits and one[0].mass == two[0].mass
        assert np.array_equal(one[0].kept, two[0].kept)
        assert one[1].shared == two[1].shared


def test_exchanged_courses_give_the_exchanged_answer(reader, drawn, found):
    (of, of_other), (against, _) = drawn
    swapped = reader.read({"it": Sides(against, of, of_other, 5.0, 1.0)})["it"]
    mirrored(found, swapped)
    alone = [Sides(of, against, None, 5.0, 1.0), Sides(against, of, None, 5.0, 1.0)]
    assert count(alone[0]) == count(alone[1].swapped()) and count(alone[1]) == count(alone[0].swapped())


def test_exchanged_words_and_a_claim_of_less_are_the_same_answer(reader, drawn, asked, found):
    (of, _), (against, other) = drawn
    swapped = reader.read({"it": Sides(of, against, other, 5.0, -1.0)})["it"]
    assert (swapped.holds, swapped.reverse) == (found.reverse, found.holds)
    assert (swapped.mean, swapped.medians) == (found.mean, found.medians)  # the courses are where they were
    assert swapped.when[0].limits == found.when_not[0].limits
    assert asked.swapped().swapped().sign == asked.sign


def test_the_sentence_of_a_claim_is_that_of_its_reverse_exchanged(reader, drawn, found):
    (of, _), (against, _) = drawn
    plain = reader.read({"it": Sides(of, against, None, 5.0, 1.0)})["it"]
    swapped = reader.read({"it": Sides(against, of, None, 5.0, 1.0)})["it"]
    one = claim(plain).sentence("then", "contest")
    two = claim(swapped, says=ENTRY["denies"], denies=ENTRY["says"]).sentence("then", "contest")
    first, second, end = one.partition("; in the rest")[0].partition(ENTRY["denies"])
    assert first.startswith(ENTRY["says"]) and second and end
    assert two.partition("; in the rest")[0] == f"{second}{end}. {first.rstrip(' .')}"
    assert claim(found).sentence("then", "contest").endswith("; in the rest neither by the margin.")


def test_exchanged_courses_rest_on_the_same_where_neither_is_by_the_margin(reader, drawn):
    (of, _), (against, _) = drawn
    one = reader.read({"it": Sides(of, against, None, 0.0, 1.0)})["it"]
    two = reader.read({"it": Sides(against, of, None, 0.0, 1.0)})["it"]
    assert two.decides.name == one.decides.name and two.decides.share == pytest.approx(one.decides.share, abs=1e-4)
    assert two.decides.turns == pytest.approx(one.decides.turns)
    assert two.rests == pytest.approx(one.rests, abs=1e-4)


# On what an answer rests


def test_an_assumption_that_explains_over_half_is_the_answer(case, found):
    assert found.decides.name == "substitutable" and found.decides.share > 0.5
    flips = FLIPS + 5.0 / 200.0  # where the difference is the margin
    assert found.decides.turns == pytest.approx(flips, abs=0.02)
    entry = case.assumptions["substitutable"]
    text = claim(found).answer_is(case, "then", "contest")
    assert text.startswith("This answer is that assumption (") and f"; {entry.basis}): it flips at " in text
    said = float(text.rpartition("it flips at ")[2].split()[0].rstrip("."))
    assert said / (100.0 if entry.unit == "share" else 1.0) == pytest.approx(flips, abs=0.03)


def test_an_answer_of_luck_is_no_assumption(case, reader, asked):
    luck = np.random.default_rng(3).normal(size=N)
    found = reader.read({"it": replace(asked, of=asked.against + 50.0 * luck, other=None)})["it"]
    assert claim(found).answer_is(case, "then", "contest") == ""
    assert found.decides is None or found.decides.share < 0.01
    assert found.when is None and found.when_not is None
    assert sum(found.rests.values()) == pytest.approx(1.0)
    assert found.rests[TOGETHER] > 0.9  # this luck is in no envelope


def test_luck_in_an_envelope_is_told_as_luck(reader, inputs, asked):
    found = reader.read({"it": replace(asked, of=asked.against + 100.0 * (inputs.luck[:, 0] - 0.7), other=None)})["it"]
    assert found.rests[LUCK] > 0.5
    assert found.decides is None or found.decides.share < 0.01


def test_what_it_rests_on_sums_to_one_by_basis(case, found):
    assert list(found.rests) == [*BASES, LUCK, TOGETHER]
    assert sum(found.rests.values()) == pytest.approx(1.0)
    assert found.rests[case.assumptions["substitutable"].basis] > 0.5


def test_conditions_are_found_and_counted_over_couplings(found):
    [limit, *_] = [each for each in found.when[0].limits if each.name == "substitutable"]
    assert limit.above and limit.value > FLIPS
    [limit, *_] = [each for each in found.when_not[0].limits if each.name == "substitutable"]
    assert not limit.above and limit.value < FLIPS
    for (_, counted), anyway in ((found.when, found.holds), (found.when_not, found.reverse)):
        assert counted.shared.value.value > anyway.shared.value.value
        assert counted.independent is not None and counted.bounds is not None


def test_what_holds_always_has_no_reasons(reader, asked):
    found = reader.read({"it": replace(asked, of=asked.against + 1000.0)})["it"]
    assert found.holds.shared.value.value == 1.0 and found.reverse.shared.count == 0
    assert found.decides is None and found.rests == {} and found.when is None and found.when_not is None


# A risk, one course, few futures, failed futures


def risk_of(asked, added, saved=300.0):
    rng = np.random.default_rng(4)
    risk = 0.001 + added * rng.uniform(size=N)
    return replace(
        asked, of=risk, against=np.full(N, 0.001), other=None, margin=0.0, risk=True,
        lives=-saved + rng.normal(0.0, 50.0, N),
    )  # fmt: skip


def test_a_risk_is_weighed_and_never_counted(case, reader, asked):
    found = reader.read({"it": risk_of(asked, 0.04)})["it"]
    assert found.holds is None and found.reverse is None and found.when is None and found.when_not is None
    assert found.even.value == pytest.approx(300.0 / 0.02, rel=0.05)
    assert found.lives.value == pytest.approx(-300.0, rel=0.02)
    document = found.to_dict()
    assert all(document[name] is None for name in ("of", "against", "mean", "medians", "holds", "reverse"))
    said = claim(found, outcome="war_hazard")
    assert "if a general war cost fewer than 15,000 lives, if this path held" in said.sentence("then", "contest")
    assert said.answer_is(case, "then", "contest") == ""


@pytest.mark.parametrize(("added", "saved"), [(0.0, 300.0), (0.04, -300.0), (0.04, 0.0), (-0.0005, 300.0)])
def test_a_risk_that_is_not_added_or_saves_nobody_has_no_break_even(reader, asked, added, saved):
    found = reader.read({"it": risk_of(asked, added, saved)})["it"]
    assert found.even is None
    assert "too few to weigh" in claim(found, outcome="war_hazard").sentence("then", "contest")


def test_one_course_has_a_count_a_mean_and_reasons(reader, inputs):
    agreed = (inputs.values[:, 1] > 0.7).astype(float)
    found = reader.read({"it": Sides(agreed, None, None, 0.5, -1.0)})["it"]
    assert found.holds.shared.value.value + found.reverse.shared.value.value == 1.0
    assert found.mean.value == pytest.approx(agreed.mean()) and found.medians is None and found.against is None
    assert found.decides.name == "tolerance" and found.decides.turns == pytest.approx(0.7, abs=0.02)
    text = claim(found, against=None, asks="less", margin=0.5).sentence("then", "contest")
    assert text.startswith("It was more. In 690 of 1,000 futures. It was less. In 310 of") and "neither" not in text


def test_few_futures_are_counted_without_reasons(case, inputs, asked):
    few = LEAST_FUTURES - 16
    found = Reader(case, inputs.first(few)).read({"it": asked.first(few)})["it"]
    assert found.holds == count(asked.first(few)) and found.holds.shared.of == few
    assert found.decides is None and found.rests == {} and found.when is None
    assert np.isfinite(found.mean.error)


@pytest.mark.parametrize("futures", [N, 64])
def test_no_number_at_all_is_one_line(case, inputs, asked, futures):
    with pytest.raises(TooFew, match=r"^it: no future gave a number") as fault:
        Reader(case, inputs.first(futures)).read({"it": replace(asked, of=np.full(N, np.nan)).first(futures)})
    assert "\n" not in str(fault.value)


def test_failed_futures_are_left_out_and_change_no_reason(reader, asked, found):
    of = asked.of.copy()
    of[::50] = np.nan
    spoiled = reader.read({"it": replace(asked, of=of)})["it"]
    assert spoiled.holds.shared.of == N - len(of[::50])
    assert spoiled.mean.value == pytest.approx(found.mean.value, abs=4.0 * found.mean.error)
    assert spoiled.decides.name == found.decides.name
    assert spoiled.decides.share == pytest.approx(found.decides.share, abs=0.05)
    json.dumps(spoiled.to_dict(), allow_nan=False)


def test_claims_read_together_are_what_each_is_alone(reader, asked, found):
    together = reader.read({"it": asked, "other": asked.swapped()})
    assert together["it"].holds == found.holds
    assert together["it"].rests == pytest.approx(found.rests, abs=1e-5)
    assert together["other"].holds == found.reverse
