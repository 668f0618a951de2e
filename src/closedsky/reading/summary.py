"""Every option of one run on one page: effect and feasibility, endings, combat, what it takes, break-even."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from closedsky.cases.asked import HEADLINE, unasked
from closedsky.cases.shown import Shown
from closedsky.futures.results import Estimate, Results, estimate
from closedsky.reading.accepted_items import one_sided
from closedsky.reading.measures import (
    ENDINGS,
    FATES,
    LIVES,
    MEASURES,
    RUNGS,
    has_zone,
    label,
    needs_agreement,
)
from closedsky.reading.option_summary import Feasibility, OptionSummary, PathSummary
from closedsky.reading.risk import IS_REFERENCE, LOSSES, NO_REFERENCE, BreakEven, break_even
from closedsky.reading.stamp import stamp
from closedsky.reading.statistics import Share, flag, share, spread, spreads
from closedsky.reading.words import change, figure, listed, per_thousand, percent, than

if TYPE_CHECKING:
    import pandas as pd

SCHEMA = "closedsky-run/1"


@dataclass(frozen=True)
class RunSummary(Shown):
    """What a run says of every option, in the order of the case.

    Attributes:
        case, title, digest: which case it was.
        view, seed, futures, reference, adoption, precision: as asked.
        switches: structural choices but the path to general war, which is shown both ways.
        changed: overrides as asked.
        options: one summary each.
        measures: label and unit of every outcome.
        losses: lives lost in a general war for which break-evens are stated.
        notes: sentences that belong under the tables.
        horizon: last day.
        effective: number of futures that the accepted ones are worth at least, under the view now.
        beyond: the same run followed to a later horizon, from which lengths are read.
        misses: numbers that accepted futures lie to one side of, under the view now.
        unasked: what options are compared by that the case does not ask about, in words.
    """

    case: str
    title: str
    digest: str
    view: str
    seed: int
    futures: int
    reference: str
    adoption: str
    precision: str
    switches: Mapping[str, str]
    changed: Mapping[str, Any]
    options: tuple[OptionSummary, ...]
    measures: Mapping[str, tuple[str, str]]
    losses: tuple[float, ...]
    notes: tuple[str, ...]
    horizon: int
    effective: float | None = None
    beyond: RunSummary | None = None
    misses: tuple[str, ...] = ()
    unasked: tuple[str, ...] = ()

    @property
    def paths(self) -> tuple[str, ...]:
        """Paths to general war, in the order in which they were run."""
        return tuple(self.options[0].paths)

    def option(self, name: str) -> OptionSummary:
        """Return one option's summary.

        Raises:
            KeyError: it was not run.
        """
        for entry in self.options:
            if entry.id == name:
                return entry
        raise KeyError(name)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain JSON values."""
        return {
            **stamp(SCHEMA, self.summary()),
            "case": self.case,
            "title": self.title,
            "case_digest": self.digest,
            "view": self.view,
            "seed": self.seed,
            "futures": self.futures,
            "reference": self.reference,
            "adoption": self.adoption,
            "precision": self.precision,
            "switches": dict(self.switches),
            "changed": {key: list(v) if isinstance(v, tuple) else v for key, v in self.changed.items()},
            "losses": list(self.losses),
            "outcomes": {name: {"label": text, "unit": unit} for name, (text, unit) in self.measures.items()},
            "options": [entry.to_dict() for entry in self.options],
            "notes": list(self.notes),
            "horizon": self.horizon,
            "effective_number": self.effective,
            "misses": list(self.misses),
            **({"beyond": self.beyond.to_dict()} if self.beyond else {}),
        }

    def to_pandas(self) -> pd.DataFrame:
        """Return one row for each option and path; columns name the outcome and the statistic."""
        import pandas as pd

        rows: list[dict[str, Any]] = []
        for entry in self.options:
            for path, of in entry.paths.items():
                row: dict[str, Any] = {"option": entry.id, "war_path": path}
                if entry.feasibility:
                    row["agree"] = entry.feasibility.agree.value.value
                    row["days_to_agree"] = entry.feasibility.days.median
                for name, values in of.spreads.items():
                    row |= {f"{name}_{statistic}": value for statistic, value in values.to_dict().items()}
                row["direct_combat"] = of.direct_combat.value.value
                row["direct_combat_error"] = of.direct_combat.value.error
                groups = {"rung": of.rungs, "fate": of.fates, "ending": of.endings}
                for group, shares in groups.items():
                    row |= {f"{group}: {name}": each.value.value for name, each in shares.items()}
                row["war_risk_if_path_held"] = of.war_risk.value
                for one in of.break_even:
                    row[f"break_even_{one.loss:g}"] = one.chance.value if one.chance else np.nan
                rows.append(row)
        return pd.DataFrame(rows).set_index(["option", "war_path"])

    def summary(self) -> str:
        """Say in one sentence how far the options differ from the reference, whichever way."""
        if self.unasked:
            combat = [of.direct_combat.value.value for entry in self.options for of in entry.paths.values()]
            ends = " to ".join(dict.fromkeys(per_thousand(find(combat)) for find in (min, max)))
            return (
                f"{self.title} does not ask about {listed(self.unasked)}; direct combat follows in {ends} of 1,000 "
                "futures, by option and path."
            )
        others = [entry for entry in self.options if entry.id != self.reference]
        known = {entry.id: entry for entry in self.options}
        if self.reference not in known or not others:
            return self._alone(self.options[0])
        reference = known[self.reference]
        if len(others) == 1:
            return contrast(others[0], reference)
        return self._range(others, reference)

    def _alone(self, entry: OptionSummary) -> str:
        path, of = next(iter(entry.paths.items()))
        killed, held = of.spreads["killed"], of.spreads["held"]
        return (
            f"{entry.label}: {figure(killed.low)} to {figure(killed.high)} civilians killed to the horizon in 9 of 10 "
            f"futures, {figure(killed.median)} in the middle one, with a median {percent(held.median)} of the country "
            f"held by the adversary, on the {path} path."
        )

    def _range(self, others: Sequence[OptionSummary], reference: OptionSummary) -> str:
        """Name both ends of what the options change, with the ground held there."""
        cells = [
            (of.spreads[LIVES].mean.value, index, entry, path)
            for index, entry in enumerate(others)
            for path, of in entry.paths.items()
        ]
        ends = []
        for value, _, entry, path in (min(cells, key=lambda c: c[:2]), max(cells, key=lambda c: c[:2])):
            held = percent(entry.paths[path].spreads["held"].median)
            ends.append(f"{change(value)} ({entry.label}, {path} path; {held} held)")
        combat = [of.direct_combat.value.value for entry in others for of in entry.paths.values()]
        base = next(iter(reference.paths.values()))
        return (
            f"Against {reference.label}, where the adversary holds a median {percent(base.spreads['held'].median)} of "
            f"the country at the horizon, mean civilians killed while both wars run change by between {ends[0]} and "
            f"{ends[1]}, and direct combat follows in {per_thousand(min(combat))} to {per_thousand(max(combat))} of "
            f"1,000 futures instead of {per_thousand(base.direct_combat.value.value)}."
        )


def contrast(a: OptionSummary, b: OptionSummary) -> str:
    """Say how one option differs from another under each path; swapped options give the mirrored sentence.

    Args:
        a: the option, with its effect on lives measured against `b`.
        b: the other option.
    """
    clauses: list[str] = []
    for path, of in a.paths.items():
        other = b.paths[path]
        lives = of.spreads[LIVES].mean
        held, base = percent(of.spreads["held"].median), percent(other.spreads["held"].median)
        combat, rather = per_thousand(of.direct_combat.value.value), per_thousand(other.direct_combat.value.value)
        who = f"On the {path} path {a.label} has" if not clauses else f"on the {path} path it has"
        clauses.append(
            f"{who} {than(lives.value, lives.error, b.label)} on average while both wars run, the adversary holds a "
            f"median {held} of the country rather than {base}, and direct combat follows in {combat} of 1,000 futures "
            f"rather than {rather}"
        )
    return "; ".join(clauses) + "."


GLANCE = (LIVES, "held", "cost")
"""Outcomes that stand beside direct combat and agreement where every option is looked at together."""


def glance(results: Mapping[str, Results]) -> RunSummary:
    """Read off a run only what is looked at together: `GLANCE`, direct combat and agreement; some ten times faster.

    Args:
        results: as for `summarise`.

    Returns:
        A summary without rungs, fates, endings and break-evens.
    """
    return _whole(results, (), None, GLANCE)


def summarise(
    results: Mapping[str, Results], losses: Sequence[float] = LOSSES, beyond: Mapping[str, Results] | None = None
) -> RunSummary:
    """Read a run off its results.

    Args:
        results: by path to general war, runs that differ in nothing else (`closedsky.futures.run.run_paths`).
        losses: lives lost in a general war for which break-evens are stated.
        beyond: the same futures followed to a later horizon, where there is one.

    Returns:
        One summary of every option under every path.

    Raises:
        ValueError: no results, results of different runs, or a loss that is not above 0.
    """
    return _whole(results, losses, beyond, None)


def _whole(
    results: Mapping[str, Results],
    losses: Sequence[float],
    beyond: Mapping[str, Results] | None,
    only: Sequence[str] | None,
) -> RunSummary:
    if not results:
        raise ValueError("no results to summarise")
    first = next(iter(results.values()))
    for other in results.values():
        if (other.options, other.seed, other.futures) != (first.options, first.seed, first.futures):
            raise ValueError("results of different runs cannot be summarised together")
    return RunSummary(
        case=first.case.id,
        title=first.case.title,
        digest=first.case.digest(),
        view=first.view,
        seed=first.seed,
        futures=first.futures,
        reference=first.reference,
        adoption=first.adoption,
        precision=first.precision,
        switches={name: value for name, value in first.switches.items() if name != "war_path"},
        changed={key: value for key, value in first.overrides.items() if key != "war_path"},
        options=_options(results, losses, only),
        measures={str(name): (str(v.attrs["long_name"]), str(v.attrs["units"])) for name, v in first.outcomes.items()},
        losses=tuple(float(loss) for loss in losses),
        notes=tuple(dict.fromkeys(note for each in results.values() for note in each.notes)),
        horizon=first.case.horizon,
        effective=min((each.effective_number for each in results.values() if each.effective_number), default=None),
        beyond=summarise(beyond, losses) if beyond else None,
        misses=one_sided(first.conditioned) if first.conditioned else (),
        unasked=tuple(each.words for each in unasked(first.case, HEADLINE)),
    )


def summarise_option(results: Mapping[str, Results], option: str, losses: Sequence[float] = LOSSES) -> OptionSummary:
    """Return one option's summary; arguments as for `summarise`."""
    return _option(results, option, {path: _under_path(each, option, losses) for path, each in results.items()})


def _options(
    results: Mapping[str, Results], losses: Sequence[float], only: Sequence[str] | None
) -> tuple[OptionSummary, ...]:
    options = next(iter(results.values())).options
    if only is None:
        return tuple(summarise_option(results, option, losses) for option in options)
    read = {path: _at_a_glance(each, only) for path, each in results.items()}
    return tuple(
        _option(results, option, {path: of[i] for path, of in read.items()}) for i, option in enumerate(options)
    )


def _option(results: Mapping[str, Results], option: str, paths: Mapping[str, PathSummary]) -> OptionSummary:
    first = next(iter(results.values()))
    feasible = None
    if needs_agreement(first, option):
        agree = share(first.values("adopted", option))
        feasible = Feasibility(agree, spread(first.values("days_to_adopt", option)))
    return OptionSummary(
        id=option, label=label(first, option), zone=has_zone(first, option), feasibility=feasible, paths=paths
    )


def _at_a_glance(results: Results, only: Sequence[str]) -> list[PathSummary]:
    """What every option gives under one path, all options at once."""
    nan = float("nan")
    columns = [np.stack([results.values(name, option) for option in results.options]) for name in only]
    read = [spreads(table) for table in columns]
    return [
        PathSummary(
            spreads={name: of[i] for name, of in zip(only, read, strict=True)},
            direct_combat=share(results.values("direct_combat", option)),
            rungs={},
            fates={},
            endings={},
            war_risk=Estimate(nan, nan),
            break_even=(),
        )
        for i, option in enumerate(results.options)
    ]


def _under_path(results: Results, option: str, losses: Sequence[float]) -> PathSummary:
    combat = results.values("direct_combat", option)
    if option == results.reference or results.reference not in results.options:
        reason = IS_REFERENCE if option == results.reference else NO_REFERENCE
        even = tuple(BreakEven(float(loss), None, reason) for loss in losses)
    else:
        base = results.values("direct_combat", results.reference)
        even = break_even(results.values(LIVES, option), combat, base, losses)
    return PathSummary(
        spreads={name: spread(results.values(name, option)) for name in MEASURES},
        direct_combat=share(combat),
        rungs=_by_code(results, "peak_rung", option, RUNGS),
        fates=_by_code(results, "fate", option, FATES) if has_zone(results, option) else {},
        endings=_by_code(results, "ending", option, ENDINGS),
        war_risk=_war_risk(results, option),
        break_even=even,
    )


def _by_code(results: Results, outcome: str, option: str, names: Mapping[int, str]) -> dict[str, Share]:
    """Shares of futures by the code of an outcome, in the order in which the names are read."""
    values = results.values(outcome, option)
    return {text: share(flag(values, values == code)) for code, text in names.items()}


def _war_risk(results: Results, option: str) -> Estimate:
    """As `Results.war_risk`, over the futures that did not fail."""
    return estimate(results.values("war_hazard", option), lambda x: -np.nanmean(np.expm1(-x)))
