"""What it would be worth to know before deciding: expected value of perfect and of partial perfect information.

``EVPI = E_theta[max_a E_luck U] - max_a E U`` (Raiffa & Schlaifer 1961): the luck is averaged before anything is
maximised, or two identical options would seem worth telling apart. A future has one luck, so the mean over luck is
estimated by regression on what is assumed (Strong, Oakley & Brennan 2014), and what comes of it is a bracket: a rule
that was learned in other nets of the design and is paid what really happens in these earns no more than the truth, and
the greatest fitted worth overstates it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from closedsky.cases.schema import Case
from closedsky.cases.shown import Shown
from closedsky.futures.results import Estimate, Inputs, Results
from closedsky.reading.conditions import inside
from closedsky.reading.coordinate_words import relation_words
from closedsky.reading.regression import FITTED, Matrix, Scored, cross_fit, sound_rows
from closedsky.reading.stamp import stamp
from closedsky.reading.statistics import Values, joint
from closedsky.reading.words import figure
from closedsky.reading.worth import Weights, worth

if TYPE_CHECKING:
    import pandas as pd

SCHEMA = "closedsky-information/1"

LOOKED_AT = 24
"""Assumptions that are looked at one by one: those that explain most of what options are worth against each other."""

TOLD_APART = 3.0
"""Errors by which a value must lie above nothing to be worth a study: dozens are tried."""


@dataclass(frozen=True)
class Worth:
    """What it is worth to know something, in lives for each decision.

    Attributes:
        least: earned by a rule learned out of fold, with its paired error; may fall below 0 where there is nothing.
        most: what the fit promises; where it promises less than the rule earned, the rule was lucky.
    """

    least: Estimate
    most: float

    @property
    def told(self) -> bool:
        """Whether it is above nothing by more than sampling."""
        return self.least.value > TOLD_APART * self.least.error

    def to_dict(self) -> dict[str, Any]:
        """Return plain numbers."""
        return {"least": self.least.to_dict(), "most": self.most}


@dataclass(frozen=True)
class PathInformation:
    """What is worth knowing on one path to general war.

    Attributes:
        prefers: the option of greatest mean worth.
        perfect: of knowing every assumption.
        ceiling: of knowing the luck as well, which no study could give.
        one: by assumption, those looked at, most first.
        groups: by relation.
    """

    prefers: str
    perfect: Worth
    ceiling: Estimate
    one: Mapping[str, Worth]
    groups: Mapping[str, Worth]

    def to_dict(self) -> dict[str, Any]:
        """Return plain numbers."""
        return {
            "prefers": self.prefers,
            "perfect": self.perfect.to_dict(),
            "ceiling_with_luck": self.ceiling.to_dict(),
            "one": {name: each.to_dict() for name, each in self.one.items()},
            "groups": {name: each.to_dict() for name, each in self.groups.items()},
        }


@dataclass(frozen=True)
class Information(Shown):
    """What is worth knowing for somebody with these weights.

    Attributes:
        case: whose labels are used.
        view, seed: of the run; futures: how many of it were used.
        weights: the person's.
        options: among which is decided.
        paths: by path to general war.
    """

    case: Case
    view: str
    seed: int
    futures: int
    weights: Weights
    options: tuple[str, ...]
    paths: Mapping[str, PathInformation]

    def first(self, path: str) -> str | None:
        """The assumption that is worth a study first; None where no single one is told apart from nothing."""
        return next((name for name, each in self.paths[path].one.items() if each.told), None)

    def summary(self) -> str:
        """Say which study is worth doing first."""
        said = []
        for path, found in self.paths.items():
            name = self.first(path)
            whole = found.perfect
            total = "knowing every assumption is worth " + (
                _words(whole) if whole.told else "nothing that is told apart"
            )
            if name is None:
                said.append(f"on the {path} path {total}, and no single one is worth a study by itself")
                continue
            each, entry = found.one[name], self.case.assumptions[name]
            said.append(
                f"on the {path} path {total}, and the study worth doing first is of {inside(entry.label)} "
                f"({entry.basis}), worth {_words(each)}"
            )
        text = "; ".join(said)
        return f"{text[:1].upper()}{text[1:]}, to a decider with these weights."

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain JSON values."""
        return {
            **stamp(SCHEMA, self.summary()),
            "case": self.case.id,
            "case_digest": self.case.digest(),
            "view": self.view,
            "seed": self.seed,
            "futures": self.futures,
            "weights": self.weights.to_dict(),
            "options": list(self.options),
            "paths": {path: each.to_dict() for path, each in self.paths.items()},
        }

    def to_pandas(self) -> pd.DataFrame:
        """Return one row for each path and assumption."""
        import pandas as pd

        rows = [
            {"war_path": path, "assumption": name, "least": each.least.value, "error": each.least.error,
             "most": each.most}
            for path, found in self.paths.items()
            for name, each in found.one.items()
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=["war_path", "assumption", "least", "error", "most"]).set_index(
            ["war_path", "assumption"]
        )


def _words(each: Worth) -> str:
    error = f" (± {figure(each.least.error, 1)})" if np.isfinite(each.least.error) else ""
    return f"at least {figure(max(each.least.value, 0.0))}{error} lives"


def information(
    results: Mapping[str, Results], inputs: Inputs, weights: Weights, options: Sequence[str] | None = None
) -> Information:
    """Say what it would be worth to know each assumption before deciding.

    Args:
        results: by path to general war, runs of the options.
        inputs: what their futures drew.
        weights: what the decider counts other outcomes for, in lives.
        options: among which is decided; None for all that were run.

    Raises:
        ValueError: fewer than two options.
        KeyError: an option that was not run.
        TooFew: too few futures gave numbers.
    """
    first = next(iter(results.values()))
    chosen = tuple(options) if options is not None else first.options
    for name in chosen:
        if name not in first.options:
            raise KeyError(name)
    if len(set(chosen)) < 2:
        raise ValueError("a decision needs two options at least")
    scored = Scored(inputs.values[:FITTED], inputs.names)
    paths = {}
    for path, each in results.items():
        worths = np.stack([worth(each, name, weights)[:FITTED] for name in chosen], axis=1)
        paths[path] = _on_path(first.case, scored, worths, chosen)
    return Information(first.case, first.view, first.seed, len(scored), weights, chosen, paths)


def _on_path(case: Case, scored: Scored, worths: Values, options: Sequence[str]) -> PathInformation:
    sound = sound_rows(worths)
    filled = np.where(sound[:, None], worths, worths[sound].mean(axis=0))
    best = int(np.argmax(filled.mean(axis=0)))
    gains = filled - filled[:, [best]]
    shares = scored.first_order(gains).max(axis=1)
    looked = [int(i) for i in np.argsort(shares)[::-1][:LOOKED_AT] if scored.varies[i]]
    one = {scored.names[i]: partial(gains, scored.features[:, i]) for i in looked}
    relations: dict[str, list[int]] = {}
    for i, name in enumerate(scored.names):
        if scored.varies[i]:
            relations.setdefault(case.assumptions[name].relation, []).append(i)
    n = len(gains)
    groups = {
        relation_words(name): partial(gains, scored.features[:, at].reshape(n, -1)) for name, at in relations.items()
    }
    whole = _worth(gains, scored.surface(gains))
    ceiling = joint(lambda *columns: _ceiling(np.stack(columns, axis=1)), *gains.T)
    return PathInformation(
        prefers=options[best],
        perfect=_whole([whole, *groups.values(), *one.values()], ceiling.value),
        ceiling=ceiling,
        one=dict(sorted(one.items(), key=lambda item: -item[1].least.value)),
        groups=dict(sorted(groups.items(), key=lambda item: -item[1].least.value)),
    )


def partial(gains: Values, features: Matrix) -> Worth:
    """Worth of knowing what some features say, before a decision.

    Args:
        gains: worth of each option in each future, shape (future, option); identical options give 0.
        features: of what would be known, shape (future, feature), without a constant.
    """
    ones = np.ones((len(gains), 1), np.float32)
    return _worth(gains, cross_fit(np.concatenate([ones, features], axis=1), gains))


def perfect(gains: Values, values: Values) -> Worth:
    """Worth of knowing all inputs before a decision.

    Args:
        gains: worth of each option in each future, shape (future, option).
        values: inputs, shape (future, input).

    >>> rng = np.random.default_rng(0)
    >>> x = rng.normal([0.2, 0.3], [1.0, 2.0], (16384, 2))
    >>> found = perfect(np.stack([np.zeros(16384), x.sum(axis=1)], axis=1), x)
    >>> abs(found.least.value - 0.664) < 0.03
    True
    """
    return _worth(gains, Scored(values, [str(i) for i in range(values.shape[1])]).surface(gains))


def _worth(gains: Values, fitted: Values) -> Worth:
    """What a rule earns that takes the option of greatest fitted worth, over the best option everywhere."""
    rule = np.argmax(fitted, axis=1)
    best = int(np.argmax(gains.mean(axis=0)))
    earned = np.take_along_axis(gains, rule[:, None], axis=1)[:, 0] - gains[:, best]
    least = joint(np.nanmean, earned)
    promised = float(np.max(fitted, axis=1).mean() - fitted.mean(axis=0).max())
    return Worth(least, max(promised, 0.0))


def _whole(found: Sequence[Worth], ceiling: float) -> Worth:
    """Worth of knowing everything: no less than the best rule of all, and no more than the ceiling."""
    told = [each.least for each in found if each.told]
    least = max(told, key=lambda each: each.value) if told else found[0].least
    return Worth(least, min(max(each.most for each in found), ceiling))


def _ceiling(gains: Values) -> float:
    return float(gains.max(axis=1).mean() - gains.mean(axis=0).max())
