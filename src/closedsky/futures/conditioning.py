"""The view *now*: which futures the record of the option really taken leaves (abduction; Pearl 2009).

Assumptions and sealed envelopes are drawn from the ranges of the view now and moved, by degrees, to where the run of
the option really taken agrees with the record as far as the case declares (Wilkinson 2013). What comes of it is run
again under every option by `closedsky.futures.run.run`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from scipy import stats

from closedsky.cases.library import load_case
from closedsky.cases.schema import Case
from closedsky.futures import accepted_store, tempering
from closedsky.futures.acceptance import MISSED
from closedsky.futures.candidates import Candidates
from closedsky.futures.conditioned import Conditioned, Drawn, Values
from closedsky.futures.defaults import ACCEPTED
from closedsky.futures.engine import cache_folder
from closedsky.futures.overrides import Overrides, Value, parse_overrides
from closedsky.futures.sampling import NETS
from closedsky.futures.simulate import Progress
from closedsky.futures.store import canonical
from closedsky.model.luck import ENVELOPES
from closedsky.model.names import SWITCHES
from closedsky.version import __version__

SWEEPS = 720
"""Markov steps proposed to each future at full power: some five times what the slowest quantity of the Ukraine case
needs to be forgotten."""

BEFORE = 8192
"""Futures drawn before the record is looked at, for comparison."""

OTHER_SWEEPS = 120
"""Markov steps by which each accepted future's luck is drawn again, given its assumptions and the record."""

FAR = 4.0
"""Where a coordinate is put to see whether anything feels it, in standard deviations beforehand: some things are felt
far out only."""

TRIED = 256
"""Futures by which it is found out which coordinates the record can't feel: the best of those drawn before."""

FEWEST = 512
"""Accepted futures that sixteen islands need at least: with half as many they share a bias that none of them shows."""

STRANGE = -4.5
"""Logarithm of acceptance at three standard deviations."""

LEAST_EFFECTIVE = 1 / 8
"""Share of the accepted futures that must be effective for every quantity."""

MOST_RHAT = 1.05
"""R-hat above which islands disagree."""

EXPECTED_LEVELS = 20  # for the progress bar only


class NotConditioned(Exception):
    """Too few futures agree with the record, or the search for them did not converge; one line that says why."""


def condition(
    case: Case | str | Path,
    accepted: int = ACCEPTED,
    seed: int = 0,
    overrides: Mapping[str, Value] | None = None,
    *,
    sweeps: int = SWEEPS,
    strict: bool = True,
    folder: Path | None = None,
    progress: Progress | None = None,
    notify: Callable[[str], None] | None = None,
) -> Conditioned:
    """Find futures in which the option really taken went as the record says.

    Args:
        case: a case with `accept:` on items of its record, the id of a shipped one, or the path of a case file.
        accepted: how many futures; a multiple of 32, at least 512.
        seed: of the search; the same seed gives the same futures to the last bit on one machine.
        overrides: as for `run`; levers accept nothing (see `felt`).
        sweeps: steps proposed to each future at full power.
        strict: raise where the result can't be trusted; else return it, and let the caller ask `problems`.
        folder: where accepted futures are kept; those that are there already are not searched for again, and an
            interrupted search goes on. None for the user's cache folder.
        progress: called with (steps proposed, steps in all, roughly).
        notify: called with a line of text when something slow begins.

    Raises:
        CaseError, OverrideError: bad input, in one line each.
        ValueError: a count that can't be, or a case whose record accepts nothing.
        NotConditioned: the record is contradicted, or the search did not converge.
    """
    case = case if isinstance(case, Case) else load_case(case)
    if accepted % (2 * NETS) or accepted < FEWEST:
        near = max(FEWEST, round(accepted / (2 * NETS)) * 2 * NETS)
        raise ValueError(f"accepted must be a multiple of {2 * NETS} from {FEWEST} on, not {accepted}; {near} would be")
    if sweeps < 1:
        raise ValueError(f"sweeps must be at least 1, not {sweeps}")
    if not any(entry.accept for entry in case.recorded.values()):
        raise ValueError(
            f"{case.id}: nothing on its record says what it accepts, so there is no view now; add accept: to entries "
            "of recorded: (docs/cases.md)"
        )
    parsed, kept = felt(case, overrides)
    manifest = _manifest(case, accepted, seed, sweeps, kept)
    key = hashlib.sha256(canonical(manifest).encode()).hexdigest()[:20]
    shelf = accepted_store.Shelf((folder or cache_folder() / "conditioned") / f"{case.id}-{key}", manifest)
    found = shelf.load(case, parsed)
    if found is None:
        found = _search(case, parsed, kept, accepted, seed, sweeps, shelf, progress, notify)
        shelf.save(found)
    if strict and (wrong := problems(found)):
        raise NotConditioned(f"{case.id}: {wrong[0]}")
    return found


def felt(case: Case, overrides: Mapping[str, Value] | None) -> tuple[Overrides, dict[str, Value]]:
    """Keep the overrides that bear on what really happened: of assumptions and switches.

    A lever is what one does, and the record is of what was done: changed levers are run on the accepted futures and
    accept none. Nor does the record feel the path to general war, where the option taken holds no zone.
    """
    given = dict(overrides or {})
    parsed = parse_overrides(case, given)
    kept = {name: value for name, value in given.items() if name in parsed.ranges or name in SWITCHES}
    if case.options[case.taken].levers["zone"] == 0:
        kept.pop("war_path", None)
    return parse_overrides(case, kept), kept


def require_same(found: Conditioned, case: Case, overrides: Mapping[str, Value] | None) -> None:
    """Refuse accepted futures that were found for something else than a run asks for.

    Raises:
        ValueError: another case, or other overrides that the record can feel.
    """
    if (found.case.id, found.case.assumptions, found.case.recorded) != (case.id, case.assumptions, case.recorded):
        raise ValueError(f"futures accepted for {found.case.id} are not those of {case.id}")
    if _plain(felt(case, overrides)[1]) != _plain(found.overrides):
        raise ValueError("futures were accepted under other overrides than the run asks for")


def _plain(overrides: Mapping[str, Any]) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in overrides.items()}


def problems(found: Conditioned) -> list[str]:
    """Say why accepted futures can't be trusted, worst first; empty where they can.

    Each line names an item of the record, and what could be done; nothing is loosened silently.
    """
    lines = []
    scores = found.accepted.scores
    middle = dict(zip(found.accepting, np.median(scores, axis=0), strict=True))
    blamed = min(middle, key=lambda key: middle[key])
    if found.levels[-1] < 1.0:
        lines.append(
            f"the search ran out of levels at the power {found.levels[-1]:.2g} of 1, held back most by {blamed}; look "
            "at its bounds and its declared discrepancy"
        )
    missed = {key: int((scores[:, i] <= MISSED).sum()) for i, key in enumerate(found.accepting)}
    worst = max(missed, key=lambda key: missed[key])
    if missed[worst]:
        lines.append(
            f"too few futures agree with the record: {missed[worst]:,} of {found.futures:,} contradict {worst}; widen "
            "the ranges of the view now that stand in its way, or declare a discrepancy"
        )
    if middle[blamed] < STRANGE:
        lines.append(
            f"the record contradicts the model: in half of the accepted futures {blamed} is more than three standard "
            "deviations off; widen the ranges of the view now that stand in its way, or declare a wider discrepancy "
            "and say why"
        )
    effective, rhats = found.effective_numbers(), found.rhats()
    fewest, apart = min(effective, key=lambda name: effective[name]), max(rhats, key=lambda name: rhats[name])
    for name, bad, how in (
        (fewest, effective[fewest] < LEAST_EFFECTIVE * found.futures, f"is worth {effective[fewest]:,.0f} futures"),
        (apart, rhats[apart] > MOST_RHAT, f"differs between searches (R-hat {rhats[apart]:.2f})"),
    ):
        if bad:
            lines.append(
                f"not converged: of {found.futures:,} accepted futures {name} {how}; ask for more with --accepted, or "
                f"look at {_tied(found, name)}, which hangs on it most"
            )
    return lines


def _tied(found: Conditioned, name: str) -> str:
    """The accepting item whose agreement goes with a quantity most closely, by rank."""
    values = found.watched()[name]
    known = np.isfinite(values)

    def closeness(i: int) -> float:
        of = found.accepted.scores[known, i]
        if np.ptp(of) == 0.0 or np.ptp(values[known]) == 0.0:
            return 0.0
        return abs(float(stats.spearmanr(values[known], of).statistic))

    return found.accepting[max(range(len(found.accepting)), key=closeness)]


def _manifest(case: Case, accepted: int, seed: int, sweeps: int, kept: Mapping[str, Value]) -> dict[str, Any]:
    from importlib.metadata import version

    return {
        "schema": "closedsky-conditioned/1",
        "version": __version__,
        "code": code(),
        "libraries": {name: version(name) for name in ("jax", "jaxlib", "numpy", "scipy")},
        "case": case.id,
        "case_digest": case.digest(),
        "accepted": accepted,
        "seed": seed,
        "sweeps": sweeps,
        "overrides": _plain(kept),
    }


@lru_cache(maxsize=1)
def code() -> str:
    """Digest of what a search computes with: whoever changes a relation gets other futures, not kept ones."""
    here = Path(__file__).parents[1]
    cases = (here / "cases" / f"{name}.py" for name in ("acceptance", "grid", "recorded"))
    files = sorted([*(here / "model").glob("*.py"), *(here / "futures").glob("*.py"), *cases])
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def _search(
    case: Case,
    parsed: Overrides,
    kept: Mapping[str, Value],
    accepted: int,
    seed: int,
    sweeps: int,
    shelf: accepted_store.Shelf,
    progress: Progress | None,
    notify: Callable[[str], None] | None,
) -> Conditioned:
    if notify is not None:
        notify(f"looking for {accepted:,} futures that agree with the record (a minute or more, then kept)")
    candidates = Candidates(case, parsed, notify)
    dimensions = len(candidates.names)
    before = _drawn(candidates, np.random.default_rng([seed, 1, 0]).standard_normal((BEFORE, dimensions)))
    idle, aside = _idle(candidates, before)
    active = np.flatnonzero(~idle)
    # What the record can't feel stays as it is drawn here.
    whole = np.random.default_rng([seed, 2, 0]).standard_normal((accepted, dimensions))

    def at(z: Values) -> Values:
        full = whole.copy()
        full[:, active] = z
        return full

    def score(z: Values) -> Values:
        return candidates.score(at(z))

    redrawn = 0

    def watch(population: tempering.Population) -> None:
        if progress is not None:
            expected = max(EXPECTED_LEVELS, len(population.history)) * tempering.LEVEL_SWEEPS + sweeps
            total = expected if population.power < 1.0 else population.sweep + population.left
            progress((population.sweep + redrawn) * accepted, (total + OTHER_SWEEPS) * accepted)

    def watch_redrawn(population: tempering.Population) -> None:
        nonlocal redrawn
        redrawn += 1
        watch(population)

    population = shelf.resume() or tempering.begin(score, len(active), accepted, NETS, seed, sweeps)
    population = tempering.temper(population, score, NETS, seed, shelf.keep, watch)
    levels = tuple(float(entry["power"]) for entry in population.history)
    lucky = np.flatnonzero([candidates.names[i] in ENVELOPES for i in active])
    again = at(tempering.redraw(population, score, lucky, seed, OTHER_SWEEPS, watch_redrawn))
    unfelt = idle & np.isin(candidates.names, ENVELOPES)
    again[:, unfelt] = np.random.default_rng([seed, 4, 0]).standard_normal((accepted, int(unfelt.sum())))
    return Conditioned(
        case=case,
        seed=seed,
        overrides=_plain(kept),
        switches=parsed.switches,
        names=candidates.names,
        items=candidates.items,
        accepting=candidates.accepting,
        accepted=_drawn(candidates, at(population.z)),
        other_envelopes=candidates.futures(again)[1],
        before=before,
        idle=tuple(name for name, out in zip(candidates.names, idle, strict=True) if out),
        aside=tuple(name for name, out in zip(candidates.names, aside, strict=True) if out),
        evidence=population.evidence,
        ancestors=len(np.unique(population.ancestors)),
        levels=levels,
        sweeps=(population.sweep, sweeps),
        taken=_taken(population),
    )


def _taken(population: tempering.Population) -> dict[str, float]:
    """Share of steps taken by kind, once their lengths were no longer tuned."""
    shares = population.history[-1].get("taken", [])
    settled = shares[len(shares) // 2 :]
    return dict(zip(tempering.KINDS, np.mean(settled, axis=0).tolist(), strict=True)) if settled else {}


def _drawn(candidates: Candidates, z: Values) -> Drawn:
    rows, luck, values, on = candidates.read(z)
    return Drawn(rows, luck, z, values, on, candidates.scores(values))


def _idle(candidates: Candidates, before: Drawn) -> tuple[Any, Any]:
    """Which coordinates change nothing that futures are accepted by, and which of them something kept aside.

    Returns:
        Two flags for each coordinate, shape (dimensions,).
    """
    best = np.argsort(-before.scores.sum(axis=1), kind="stable")[:TRIED]
    base = before.coordinates[best]
    dimensions = base.shape[1]
    tried = np.repeat(base[None], dimensions, axis=0)
    tried[np.arange(dimensions), :, np.arange(dimensions)] = np.where(np.arange(TRIED) % 2, FAR, -FAR)
    _, _, values, _ = candidates.read(tried.reshape(-1, dimensions))

    def silent(keys: Iterable[str]) -> Any:
        """Whether none of some items changes, by coordinate."""
        found = np.ones(dimensions, bool)
        for key in keys:
            said = values[key].reshape(dimensions, TRIED)
            same = (said == before.values[key][best]) | (np.isnan(said) & np.isnan(before.values[key][best]))
            found &= same.all(axis=1)
        return found

    idle = silent(candidates.accepting)
    return idle, idle & ~silent(key for key in candidates.items if key not in candidates.accepting)
