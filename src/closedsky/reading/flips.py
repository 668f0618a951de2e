"""What would change a preference: the smallest change of one assumption, and of two, that turns it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from closedsky.cases.schema import Case
from closedsky.cases.shown import Shown
from closedsky.futures.results import Estimate, Inputs, Results
from closedsky.reading.conditions import inside
from closedsky.reading.measures import label
from closedsky.reading.regression import FITTED, Scored
from closedsky.reading.stamp import stamp
from closedsky.reading.turns import Flip, Move, turns_of
from closedsky.reading.words import listed
from closedsky.reading.worth import Weights, worth

if TYPE_CHECKING:
    import pandas as pd

SCHEMA = "closedsky-flips/1"


@dataclass(frozen=True)
class Flips(Shown):
    """What would change preferences between options.

    Attributes:
        case: whose labels are used.
        view, seed, futures: of the run.
        against: option that each other one is compared with.
        weights: for which preferences are stated.
        labels: of the options.
        paths: by path, option and place of the weights.
    """

    case: Case
    view: str
    seed: int
    futures: int
    against: str
    weights: tuple[Weights, ...]
    labels: Mapping[str, str]
    paths: Mapping[str, Mapping[str, tuple[Flip, ...]]]

    def summary(self) -> str:
        """Say how many preferences one assumption turns, and which turns most of them."""
        cells = [each for of in self.paths.values() for flips in of.values() for each in flips if each.told]
        turned = [each.one.name for each in cells if each.one and each.borne_out(each.one_run) is not False]
        if not cells:
            return "No preference is told apart from none; ask for more futures with -n."
        tried = any(each.one_run for each in cells)
        found = "a fit finds one assumption that turns it" + (", and a run bears it out," if tried else "")
        text = f"Of {len(cells)} preferences, {found} in {len(turned)}"
        if turned:
            most = max(dict.fromkeys(turned), key=turned.count)
            text += f"; most often it is {inside(self.case.assumptions[most].label)} ({turned.count(most)})"
        return f"{text}."

    def checked(self, run: Callable[[str, str, Weights, Mapping[str, float]], Estimate]) -> Flips:
        """Return the same with each turn tried in a run.

        Args:
            run: gives the mean worth of an option less `against` on a path, for some weights, with assumptions set.
        """

        def one(path: str, option: str, weights: Weights, each: Flip) -> Flip:
            tried = [
                run(path, option, weights, {move.name: move.beyond for move in moves}) if moves else None
                for moves in ((each.one,) if each.one else (), each.two or ())
            ]
            return replace(each, one_run=tried[0], two_run=tried[1])

        paths = {
            path: {
                option: tuple(one(path, option, w, each) for w, each in zip(self.weights, found, strict=True))
                for option, found in of.items()
            }
            for path, of in self.paths.items()
        }
        return replace(self, paths=paths)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain JSON values, with what speaks to each assumption that is named."""
        named = {
            move.name
            for of in self.paths.values()
            for flips in of.values()
            for each in flips
            for move in ([each.one] if each.one else []) + list(each.two or ())
        }
        return {
            **stamp(SCHEMA, self.summary()),
            "case": self.case.id,
            "case_digest": self.case.digest(),
            "view": self.view,
            "seed": self.seed,
            "futures": self.futures,
            "against": self.against,
            "weights": [each.to_dict() for each in self.weights],
            "paths": {
                path: {option: [each.to_dict() for each in flips] for option, flips in of.items()}
                for path, of in self.paths.items()
            },
            "evidence": {
                name: {"basis": self.case.assumptions[name].basis, "reason": self.case.assumptions[name].reason,
                       "evidence": list(speaks(self.case, name, self.view))}
                for name in sorted(named)
            },
        }  # fmt: skip

    def to_pandas(self) -> pd.DataFrame:
        """Return one row for each path, option and weights."""
        import pandas as pd

        rows = [
            {
                "war_path": path, "option": option, "combat": weights.combat, "difference": each.difference.value,
                "error": each.difference.error, "assumption": each.one.name if each.one else None,
                "to": each.one.to if each.one else np.nan, "share_of_range": each.one.share if each.one else np.nan,
            }
            for path, of in self.paths.items()
            for option, flips in of.items()
            for weights, each in zip(self.weights, flips, strict=True)
        ]  # fmt: skip
        return pd.DataFrame(rows).set_index(["war_path", "option", "combat"])


def speaks(case: Case, name: str, view: str) -> tuple[str, ...]:
    """Ids of the evidence behind an assumption's range in a view."""
    found: tuple[str, ...] = getattr(case.assumptions[name].evidence, view)
    return found


def flips(
    results: Mapping[str, Results],
    inputs: Inputs,
    weights: Sequence[Weights],
    options: Sequence[str] | None = None,
    against: str | None = None,
) -> Flips:
    """Find the smallest changes that turn the preference between each option and another.

    Args:
        results: by path to general war, runs of the options.
        inputs: what their futures drew.
        weights: a person's; several to see what they change.
        options: those compared; None for all but `against`.
        against: the other option; None for the reference of the run.

    Raises:
        KeyError: an option that was not run.
        ValueError: nothing to compare.
        TooFew: too few futures gave numbers.
    """
    first = next(iter(results.values()))
    against = first.reference if against is None else against
    chosen = tuple(name for name in (options or first.options) if name != against)
    for name in (against, *chosen):
        if name not in first.options:
            raise KeyError(name)
    if not chosen or not weights:
        raise ValueError("nothing to compare; name an option and weights")
    inputs = inputs.first(FITTED)
    scored = Scored(inputs.values, inputs.names)
    paths = {}
    for path, each in results.items():
        columns = [worth(each, a, w) - worth(each, against, w) for a in chosen for w in weights]
        found = turns_of(scored, inputs, np.stack(columns, axis=1))
        paths[path] = {name: tuple(found[i * len(weights) : (i + 1) * len(weights)]) for i, name in enumerate(chosen)}
    labels = {name: label(first, name) for name in (against, *chosen)}
    return Flips(first.case, first.view, first.seed, first.futures, against, tuple(weights), labels, paths)


def moved_words(case: Case, moves: Sequence[Move]) -> str:
    """Say several moves."""
    return listed([each.words(case) for each in moves])


__all__ = ["Flip", "Flips", "Move", "flips", "moved_words", "speaks"]
