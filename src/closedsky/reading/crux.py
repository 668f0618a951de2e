"""What two people really disagree about: one option or two, facts or values, and what would end it.

It takes no side: every sentence about the first person is, with the names exchanged, the sentence about the second.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from closedsky.cases.schema import Case
from closedsky.cases.shown import Shown
from closedsky.futures.results import Estimate
from closedsky.reading.agreement import LARGEST, Agreed, Agreement
from closedsky.reading.held import Held
from closedsky.reading.observation import Observed
from closedsky.reading.preference import STRUCTURE, VALUES, Gap, Preference, told
from closedsky.reading.record import Chance
from closedsky.reading.stamp import stamp
from closedsky.reading.words import figure, listed
from closedsky.reading.worth import Weights
from closedsky.reading.zones import Zones

if TYPE_CHECKING:
    import pandas as pd

SCHEMA = "closedsky-crux/1"
MATRIX_SCHEMA = "closedsky-crux-matrix/1"

LEAST_SCALE: Mapping[str, float] = {"counted": 1.0, "scored": 0.1}
"""Least score that others are divided by: one of what is counted (an aircraft), or a tenth of a logarithm."""


@dataclass(frozen=True)
class Side:
    """One of the people.

    Attributes:
        name: the owner of the position.
        invented: whether there is no such person.
        date: of the position, as written in its file.
        digest: of what it says.
        sealed: day of the seal; None where it is not sealed.
        weights: what other outcomes count for.
        ranges: own ranges by assumption.
        switches: own switches.
        cut: under the view now, assumptions whose range had to be cut at the case's.
        effective: under the view now, independent futures that the reweighted ones are worth.
    """

    name: str
    invented: bool
    date: str
    digest: str
    sealed: str | None
    weights: Weights
    ranges: Mapping[str, tuple[float, float]]
    switches: Mapping[str, str]
    cut: tuple[str, ...] = ()
    effective: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "owner": self.name,
            "invented": self.invented,
            "date": self.date,
            "digest": self.digest,
            "sealed": self.sealed,
            "weights": self.weights.to_dict(),
            "assumptions": {name: list(ends) for name, ends in self.ranges.items()},
            "switches": dict(self.switches),
            "cut_at_the_case": list(self.cut),
            "effective_number": self.effective,
        }


@dataclass(frozen=True)
class Skill:
    """Which of two sealed positions did better on the zones' record.

    Attributes:
        difference: mean over campaigns of the first's skill less the second's, with its error from their spread.
        a, b: mean skill of either: 1 is perfect, 0 no better than a naive forecaster.
        campaigns: by title, the first's skill less the second's, over the items that both speak of.
    """

    difference: Estimate
    a: Estimate
    b: Estimate
    campaigns: Mapping[str, float]

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "difference": self.difference.to_dict(),
            "a": self.a.to_dict(),
            "b": self.b.to_dict(),
            "campaigns": dict(self.campaigns),
        }


@dataclass(frozen=True)
class PathCrux:
    """Two people under one path to general war.

    Attributes:
        a, b: what either prefers.
        gap: how far they are apart, and what that is made of.
        agreement: what would end it.
        observed: what could be recorded, the most telling first; None under the view now, which has used the record.
    """

    a: Preference
    b: Preference
    gap: Gap
    agreement: Agreement
    observed: tuple[Observed, ...] | None

    @property
    def apart(self) -> bool:
        """Whether they prefer different options."""
        return self.a.best != self.b.best

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "prefer_different_options": self.apart,
            "a": self.a.to_dict(),
            "b": self.b.to_dict(),
            "gap": self.gap.to_dict(),
            "agreement": self.agreement.to_dict(),
            "observations": None if self.observed is None else [each.to_dict() for each in self.observed],
        }


AS_BEFORE = "their preferences are what they are on the first"
"""Said of a path on which each person prefers the same option as on the one before."""


@dataclass(frozen=True)
class Crux(Shown):
    """What two people really disagree about, in one view.

    Attributes:
        case: the case.
        view, futures, seed: of the run.
        a, b: the people.
        paths: by path to general war.
        skill: on the zones' record; None where it was not scored.
        unscored: why not; empty where it was.
    """

    case: Case
    view: str
    futures: int
    seed: int
    a: Side
    b: Side
    paths: Mapping[str, PathCrux]
    skill: Skill | None
    unscored: str

    def label(self, option: str) -> str:
        """What people call an option."""
        return f"“{self.case.options[option].label}”"

    def item(self, name: str) -> str:
        """What people call a thing that two people can differ in."""
        if name == VALUES:
            return "how many lives other things count for"
        if name == STRUCTURE:
            return "the choice between ways of modelling"
        return f"“{self.case.assumptions[name].label}”"

    def summary(self) -> str:
        """Say in one sentence whether they differ, what the gap is made of and what would end it."""
        (path, first), *others = self.paths.items()
        said = f"on the {path} path {self.preferences(first)}; {self.parts(first.gap)}"
        if first.apart:
            said += f"; {self.ending(first.agreement)}"
        for name, other in others:
            same = (other.a.best, other.b.best) == (first.a.best, first.b.best)
            said += f"; on the {name} path {AS_BEFORE if same else self.preferences(other)}; {self.parts(other.gap)}"
        invented = [each.name for each in (self.a, self.b) if each.invented]
        about = f" ({listed(invented)}: invented, no real person)" if invented else ""
        return f"{said[0].upper()}{said[1:]}.{about}"

    def preferences(self, found: PathCrux) -> str:
        """Say what either prefers."""
        a, b = found.a, found.b
        if not found.apart:
            unsure = [
                f"for {side.name}{close(of, self).replace(' (', ' ').removesuffix(')')}"
                for side, of in ((self.a, a), (self.b, b))
                if not of.told
            ]
            about = f" ({'; '.join(unsure)})" if unsure else ""
            return f"{self.a.name} and {self.b.name} both prefer {self.label(a.best)}{about}"
        return (
            f"{self.a.name} prefers {self.label(a.best)}{close(a, self)} and {self.b.name} prefers "
            f"{self.label(b.best)}{close(b, self)}"
        )

    def parts(self, gap: Gap) -> str:
        """Say how much of a gap is fact and how much value."""
        about = f"over {self.label(gap.x)} against {self.label(gap.y)} they are {lives(gap.whole)} apart"
        if gap.whole.value and not told(gap.whole):
            about += ", which cannot be told from nothing"
        kinds = [("facts", gap.facts), ("ways of modelling", gap.structure), ("values", gap.values)]
        held = [(name, of) for name, of in kinds if of.value or of.error]
        if not held:
            return f"{about}, and differ in nothing"
        if len(held) == 1:
            return f"{about}, all of it {held[0][0]}"
        return f"{about}: {listed([f'{signed_lives(of)} from {name}' for name, of in held])}"

    def ending(self, found: Agreement) -> str:
        """Say what would end a disagreement."""
        if not found.smallest:
            return f"no set of up to {LARGEST} things that they differ in would end it if agreed"
        sets = found.smallest
        if found.both_ways:
            return f"agreeing on {self.either(sets)} would end it, whoever gives way"
        return f"no set of up to {LARGEST} things ends it whoever gives way; it would end with {self.one_way(sets)}"

    def either(self, sets: Sequence[Agreed]) -> str:
        """Name sets that would each do."""
        return ", or on ".join(listed([self.item(name) for name in each.items]) for each in sets)

    def one_way(self, sets: Sequence[Agreed]) -> str:
        """Name sets that would do if one of them gives way, and who."""
        said = []
        for each in sets:
            who = f"{self.b.name} taking {self.a.name}'s" if each.ends_as_a else f"{self.a.name} taking {self.b.name}'s"
            said.append(f"{who} view of {listed([self.item(name) for name in each.items])}")
        return ", or with ".join(said)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain JSON values."""
        return {
            **stamp(SCHEMA, self.summary()),
            "case": self.case.id,
            "title": self.case.title,
            "case_digest": self.case.digest(),
            "view": self.view,
            "futures": self.futures,
            "seed": self.seed,
            "a": self.a.to_dict(),
            "b": self.b.to_dict(),
            "options": {name: option.label for name, option in self.case.options.items()},
            "paths": {path: each.to_dict() for path, each in self.paths.items()},
            "zones": self.skill.to_dict() if self.skill else None,
            "zones_not_scored": self.unscored or None,
        }

    def to_pandas(self) -> pd.DataFrame:
        """Return one row for each path and share of the gap, in lives."""
        import pandas as pd

        rows = [
            {"war_path": path, "share": each.name, "lives": each.amount.value, "error": each.amount.error}
            for path, found in self.paths.items()
            for each in found.gap.shares
        ]
        return pd.DataFrame(rows, columns=["war_path", "share", "lives", "error"]).set_index(["war_path", "share"])


@dataclass(frozen=True)
class Matrix:
    """More than two people, pair by pair, in one view."""

    pairs: tuple[Crux, ...]

    def summary(self) -> str:
        """Say how many pairs prefer different options, on the first path."""
        differ = sum(next(iter(each.paths.values())).apart for each in self.pairs)
        path = next(iter(self.pairs[0].paths))
        return f"On the {path} path {differ} of {len(self.pairs)} pairs prefer different options."

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain JSON values."""
        first = self.pairs[0]
        return {
            **stamp(MATRIX_SCHEMA, self.summary()),
            "case": first.case.id,
            "case_digest": first.case.digest(),
            "view": first.view,
            "futures": first.futures,
            "seed": first.seed,
            "pairs": [each.to_dict() for each in self.pairs],
        }

    def to_pandas(self) -> pd.DataFrame:
        """Return one row for each pair and path."""
        import pandas as pd

        rows = [
            {
                "war_path": path, "a": each.a.name, "b": each.b.name, "prefer_different_options": found.apart,
                "gap": found.gap.whole.value, "facts": found.gap.facts.value, "structure": found.gap.structure.value,
                "values": found.gap.values.value,
            }
            for each in self.pairs
            for path, found in each.paths.items()
        ]  # fmt: skip
        return pd.DataFrame(rows).set_index(["war_path", "a", "b"])


def skill_of(a: Zones, b: Zones) -> Skill:
    """Set two positions against each other on the zones' record.

    Scores of different units are averaged over the naive forecaster's, as a skill: 1 less their ratio. Where it was
    all but perfect (nobody was lost, and it said so) one item would outweigh all the others, so what is divided by is
    never less than `LEAST_SCALE`; neither position moves it, so the scores stay proper. Campaigns are clusters: what is
    averaged within one counts once.

    Raises:
        ValueError: no campaign has an item that both positions and the naive forecaster speak of.
    """
    theirs = {each.backtest.case: {held.item.id: _skill(held) for held in each.counted} for each in b.campaigns}
    mine, others, apart = [], [], {}
    for campaign in a.campaigns:
        known = theirs.get(campaign.backtest.case, {})
        pairs = [
            (skill, other)
            for held in campaign.counted
            if (skill := _skill(held)) is not None and (other := known.get(held.item.id)) is not None
        ]
        if pairs:
            first, second = (float(np.mean([pair[place] for pair in pairs])) for place in (0, 1))
            mine.append(first)
            others.append(second)
            apart[campaign.backtest.title] = first - second
    if not apart:
        raise ValueError("no campaign has an item that can be scored for both positions")
    return Skill(_clusters(list(apart.values())), _clusters(mine), _clusters(others), apart)


def _skill(held: Held) -> float | None:
    if held.score is None or held.foreseen is None or not math.isfinite(held.foreseen.score):
        return None
    counted = held.foreseen.floor is None and not isinstance(held.reading, Chance)
    return 1.0 - held.score / max(held.foreseen.score, LEAST_SCALE["counted" if counted else "scored"])


def _clusters(values: Sequence[float]) -> Estimate:
    error = float(np.std(values, ddof=1)) / math.sqrt(len(values)) if len(values) > 1 else math.nan
    return Estimate(float(np.mean(values)), error)


def close(of: Preference, found: Crux) -> str:
    """Say that a preference cannot be told from its runner-up; nothing where it can."""
    return "" if of.told else f" (not told apart from {found.label(of.second)})"


def lives(of: Estimate) -> str:
    """Write a number of lives without its sign, with its standard error.

    >>> lives(Estimate(-1264.0, 38.0)), lives(Estimate(0.0, 0.0))
    ('1,300 ± 40 lives', '0 lives')
    """
    return f"{figure(abs(of.value))}{_error(of)} lives"


def signed_lives(of: Estimate) -> str:
    """The same with its sign.

    >>> signed_lives(Estimate(-1264.0, 38.0))
    '-1,300 ± 40 lives'
    """
    return f"{'+' if of.value > 0 else ''}{figure(of.value)}{_error(of)} lives"


def lower(label: str) -> str:
    """A label as it reads inside a sentence."""
    return label[:1].lower() + label[1:] if label[1:2].islower() else label


def _error(of: Estimate) -> str:
    return f" ± {figure(of.error, 1)}" if math.isfinite(of.error) and of.error > 0 else ""
