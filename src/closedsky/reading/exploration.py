"""Where something holds: scenario discovery and sensitivity of one question about one option, on both paths."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from closedsky.cases.schema import Case
from closedsky.cases.shown import Shown
from closedsky.reading.conditions import amount, inside
from closedsky.reading.coordinate_words import relation_words
from closedsky.reading.discovery import Discovery
from closedsky.reading.limits import Limit
from closedsky.reading.shapley import Effects
from closedsky.reading.sobol import Indices
from closedsky.reading.stamp import stamp
from closedsky.reading.trees import Tree
from closedsky.reading.where_words import where_words
from closedsky.reading.words import listed, per_thousand, percent

if TYPE_CHECKING:
    import pandas as pd

SCHEMA = "closedsky-explore/1"

GROUP = "all of "
"""Before the name of a whole group among the inputs of an analysis."""

LUCK = f"{GROUP}luck"
"""All envelopes."""

TOLD = 3.0
"""Errors by which a share must lie above nothing to be told."""

WHY_NO_SOBOL = (
    "under the view now the record ties assumptions to each other, so that first-order and total indices do not split "
    "the variance; Shapley effects are given instead"
)
"""Why Sobol' indices are refused under the view now."""


@dataclass(frozen=True, eq=False)
class PathExploration:
    """What was found on one path to general war.

    Attributes:
        found: the box.
        tree: beside it; None where scikit-learn is not installed or it was not asked for.
        whether: what decides whether it happens; None where it was not asked for, or nothing varies.
        size: what decides the outcome; None likewise, or where no outcome was named.
        drawn: share of the futures drawn for Shapley effects in which it happens, where they stand for accepted ones;
            None otherwise.
    """

    found: Discovery
    tree: Tree | None = None
    whether: Indices | Effects | None = None
    size: Indices | Effects | None = None
    drawn: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "discovery": self.found.to_dict(),
            "tree": self.tree.to_dict() if self.tree else None,
            "whether_it_happens": self.whether.to_dict() if self.whether else None,
            "outcome": self.size.to_dict() if self.size else None,
            "happens_in_draws": self.drawn,
        }


@dataclass(frozen=True, eq=False)
class Exploration(Shown):
    """Where something holds.

    Attributes:
        case: whose labels are used.
        view, futures, seed: of the run.
        option: that is asked about.
        outcome: whose size is explained; None where none was named.
        where: what is asked, as a person wrote it.
        paths: by path to general war.
        reference: id of the option that effects on lives are measured against.
    """

    case: Case
    view: str
    futures: int
    seed: int
    option: str
    outcome: str | None
    where: str
    paths: Mapping[str, PathExploration]
    reference: str | None = None

    @property
    def asked(self) -> str:
        """What is asked, in words."""
        return where_words(self.where, self.option, self.case, self.reference)

    def summary(self) -> str:
        """Say how often it happens, where most, and how much of it is luck."""
        label = self.case.options[self.option].label
        said = {
            path: f"{self.found_words(each.found)} {luck_words(each.whether)}".strip()
            for path, each in self.paths.items()
        }
        return f"{label}: {self.asked}. {' '.join(by_path(said))}"

    def found_words(self, found: Discovery) -> str:
        """Say what a box tells."""
        happens = f"it happens in {over(found.happens)} of 1,000 futures"
        if found.left_out:
            happens += f" in which that is defined (in {found.left_out:,} of {self.futures:,} it is not)"
        if found.step is None and found.by_hand:
            return f"{happens}; the box that was named limits nothing."
        if found.step is None or found.density is None or found.coverage is None:
            return f"{happens}; this search found no limits that hold up."
        where = listed([self.limit_words(each) for each in found.limits])
        told = "" if found.told or found.null is None else ", which the same search finds in noise, too"
        return (
            f"{happens}, and in {over(found.dense)} of 1,000 of those with {where} "
            f"({percent(found.step.mass)} of all, and {percent(found.coverage.value)} of those in which it "
            f"happens){told}."
        )

    def limit_words(self, limit: Limit) -> str:
        """Say a limit by the label of its assumption."""
        return f"{inside(self.case.assumptions[limit.name].label)} {self.ends_words(limit)}"

    def ends_words(self, limit: Limit) -> str:
        """Say the ends of a limit with their unit."""
        unit = self.case.assumptions[limit.name].unit
        ends = (("above", limit.above), ("below", limit.below))
        return " and ".join(f"{word} {amount(value, unit)}" for word, value in ends if value is not None)

    def to_pandas(self) -> pd.DataFrame:
        """Every index or effect, one row for each path, question and input; trajectories are in `Discovery`."""
        import pandas as pd

        rows = []
        for path, each in self.paths.items():
            for about, of in (("whether", each.whether), ("outcome", each.size)):
                for row in of_rows(of):
                    rows.append({"path": path, "about": about, **row})
        return pd.DataFrame(rows)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            **stamp(SCHEMA, self.summary()),
            "case": self.case.id,
            "view": self.view,
            "futures": self.futures,
            "seed": self.seed,
            "option": self.option,
            "outcome": self.outcome,
            "where": self.where,
            "asked": self.asked,
            "paths": {name: each.to_dict() for name, each in self.paths.items()},
        }


def over(ends: tuple[float, float]) -> str:
    """Of 1,000 futures, over ways in which luck carries over.

    >>> over((0.481, 0.584)), over((0.58, 0.5801))
    ('480 to 580', '580')
    """
    return " to ".join(dict.fromkeys(per_thousand(end) for end in ends))


def by_path(said: Mapping[str, str]) -> list[str]:
    """Say what holds on each path, once where it is the same on all.

    >>> by_path({"contest": "so.", "engagement": "so."}), by_path({"contest": "so.", "engagement": "other."})
    (['On both paths so.'], ['Contest path: so.', 'Engagement path: other.'])
    """
    if len(said) > 1 and len(set(said.values())) == 1:
        return [f"On both paths {next(iter(said.values()))}"]
    return [f"{path.capitalize()} path: {words}" for path, words in said.items()]


def of_rows(of: Indices | Effects | None) -> list[dict[str, Any]]:
    """Inputs of an analysis with what each explains, one row each."""
    if of is None:
        return []
    if isinstance(of, Effects):
        return [
            {"input": name, "share": float(of.share[i]), "share_error": float(of.error[i])}
            for i, name in enumerate(of.names)
        ]
    return [
        {
            "input": name,
            "first": float(of.first[i]),
            "first_error": float(of.first_error[i]),
            "total": float(of.total[i]),
            "total_error": float(of.total_error[i]),
        }
        for i, name in enumerate(of.names)
    ]


def luck_words(of: Indices | Effects | None) -> str:
    """Say how much of whether it happens is luck."""
    if isinstance(of, Indices) and of.luck is not None:
        share, error = of.luck
        return f"{100 * share:.0f} ± {100 * error:.0f} % of whether it happens is luck, which no study could remove."
    if isinstance(of, Effects) and LUCK in of.names:
        place = of.names.index(LUCK)
        share, error = float(of.share[place]), float(of.error[place])
        if share < TOLD * error:
            return f"The share of luck in it is not told from nothing ({100 * share:.0f} ± {100 * error:.0f} %)."
        return f"{100 * share:.0f} ± {100 * error:.0f} % of whether it happens is luck."
    return ""


def input_words(case: Case, name: str) -> str:
    """Say what an input of an analysis is: an assumption, a common cause, or all of a relation.

    Args:
        case: its labels.
        name: of the input.
    """
    if name in case.assumptions:
        return case.assumptions[name].label
    if name in case.latents:
        return f"Common cause: {inside(case.latents[name].label)}"
    group = name.removeprefix(GROUP)
    words = "luck" if group == "luck" else relation_words(group)
    return words[:1].upper() + words[1:]


def ordered(indices: Indices, groups: bool) -> list[int]:
    """Places of inputs, or of groups, by their total index, most first."""
    chosen = [i for i, name in enumerate(indices.names) if name.startswith(GROUP) == groups]
    return sorted(chosen, key=lambda i: -float(np.nan_to_num(indices.total[i])))
