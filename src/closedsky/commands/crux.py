"""`closedsky crux`: what two people, or each pair of more, really disagree about."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

from closedsky.commands.cli_positions import FUTURES
from closedsky.commands.common import NOT_CONVERGED, Fault, require_count, say, write_json
from closedsky.futures.defaults import ACCEPTED

if TYPE_CHECKING:
    from closedsky.cases.position import Position
    from closedsky.cases.schema import Case
    from closedsky.futures.mixtures import Held, Reweighted, Simulated
    from closedsky.futures.results import Results
    from closedsky.reading.crux import Crux, PathCrux, Side, Skill
    from closedsky.reading.zones import Zones

COARSE = 512
"""Futures on which sets of two and three things are tried before what they find is checked on all."""

ZONES_FUTURES = 2048
"""Futures of each past campaign."""

APART = "past zones are scored for two positions at a time"

VIEWS = ("then", "now")

SCHEMA = "closedsky-cruxes/1"


@dataclass(frozen=True)
class Request:
    """What a crux is asked for.

    Attributes:
        files: positions.
        futures: of each mixture, under the view then; the usual number where None.
        seed: of design, luck and search.
        view: then or now; both where None.
        accepted: futures under the view now; the usual number where None.
    """

    files: tuple[Path, ...]
    futures: int | None
    seed: int
    view: str | None
    accepted: int | None

    def __post_init__(self) -> None:
        if self.view is not None:
            require_count(self.view, self.futures, self.accepted)
        if len(self.files) < 2:
            raise Fault("a crux needs at least two positions; closedsky position new begins one")
        for file in self.files:
            if self.files.count(file) > 1:
                raise Fault(f"{file} is named twice; name another position")

    def command(self) -> str:
        """The line that gives the same numbers again."""
        parts = ["closedsky", "crux", *map(str, self.files)]
        if self.view != "now":
            parts += ["-n", str(self.futures or FUTURES)]
        if self.view != "then":
            parts += ["--accepted", str(self.accepted or ACCEPTED)]
        parts += ["--seed", str(self.seed), *(["--view", self.view] if self.view else [])]
        return shlex.join(parts)


def crux_command(request: Request, as_json: bool) -> None:
    """Compare positions pair by pair and print what comes of it."""
    from closedsky.commands.run import require_asked
    from closedsky.futures.conditioning import NotConditioned

    positions, case, name = _read(request.files)
    require_asked(case, name)
    work = _Work(case, positions, request)
    found: dict[str, list[Crux]] = {}
    refused: dict[str, str] = {}
    for view in VIEWS if request.view is None else (request.view,):
        try:
            found[view] = [work.pair(view, a, b) for a, b in combinations(range(len(positions)), 2)]
        except ValueError as error:  # the view now cannot be had of these positions; then can
            if view == "then":
                raise Fault(str(error)) from None
            refused[view] = str(error)
        except NotConditioned as error:
            refused[view] = str(error)
    if not found:
        raise Fault(refused["now"], NOT_CONVERGED)
    if as_json:
        write_json(_document(found, refused) | {"command": request.command()})
        return
    from closedsky.showing.crux_screen import show_cruxes
    from closedsky.showing.terminal import Screen

    show_cruxes(Screen(), found, refused, request.command(), name)


def crux_of(request: Request) -> Crux:
    """Compare the first two positions of a request under its view, without printing.

    Raises:
        ValueError, NotConditioned: the view now cannot be had of these positions.
    """
    positions, case, _ = _read(request.files)
    return _Work(case, positions, request).pair(request.view or "then", 0, 1)


def _read(files: Sequence[Path]) -> tuple[list[tuple[str, Position]], Case, str]:
    """Positions under the names by which they are told apart, and the case that they are about."""
    from closedsky.cases.position import read_position

    read = [read_position(file) for file in files]
    case = read[0][1]
    for file, (_, other) in zip(files, read, strict=True):
        if other != case:
            raise Fault(f"{file} is about {other.id}, {files[0]} about {case.id}; a crux needs positions on one case")
    owners = [position.owner for position, _ in read]
    names = [
        owner if owners.count(owner) == 1 else f"{owner} ({file})" for owner, file in zip(owners, files, strict=True)
    ]
    shown = str(case.path.parent) if case.path and not _shipped(case) else case.id
    return list(zip(names, (position for position, _ in read), strict=True)), case, shown


def _shipped(case: Case) -> bool:
    from closedsky.cases import list_cases

    return case.id in list_cases()


def _document(found: Mapping[str, Sequence[Crux]], refused: Mapping[str, str]) -> dict[str, Any]:
    from closedsky.reading.crux import Matrix

    views: dict[str, Any] = {
        view: pairs[0].to_dict() if len(pairs) == 1 else Matrix(tuple(pairs)).to_dict() for view, pairs in found.items()
    }
    if len(views) == 1 and not refused:
        found_view: dict[str, Any] = next(iter(views.values()))
        return found_view
    from closedsky.reading.stamp import stamp

    first: dict[str, Any] = next(iter(views.values()))
    return {**stamp(SCHEMA, first["summary"]), "views": views, "refused": dict(refused)}


class _Work:
    """What several pairs of positions share: the accepted futures, and each position on the zones' record."""

    def __init__(self, case: Case, positions: Sequence[tuple[str, Position]], request: Request) -> None:
        from closedsky.futures.mixtures import Held

        self.case, self.request = case, request
        self.positions = [position for _, position in positions]
        self.held = [Held(name, position.ranges, position.switches) for name, position in positions]
        self.full = len(positions) == 2
        self._now: dict[str, Results] = {}
        self._zones: dict[int, Zones] = {}

    def pair(self, view: str, a: int, b: int) -> Crux:
        from closedsky.model.names import SWITCHES
        from closedsky.reading.crux import Crux

        mixtures: dict[str, Simulated | Reweighted] = {}
        for path in SWITCHES["war_path"]:
            mixtures[path] = self._mixtures(view, path, self.held[a], self.held[b])
        first = next(iter(mixtures.values()))
        paths = {path: self._path(each, a, b) for path, each in mixtures.items()}
        skill, unscored = self._skill(a, b) if self.full else (None, APART)
        sides = [self._side(index, place, first) for place, index in enumerate((a, b))]
        return Crux(self.case, view, first.futures, first.seed, sides[0], sides[1], paths, skill, unscored)

    def _mixtures(self, view: str, path: str, a: Held, b: Held) -> Simulated | Reweighted:
        from closedsky.futures.mixtures import Reweighted, Simulated
        from closedsky.reading.worth import COMPONENTS, SCALES

        parts = [(outcome, SCALES.get(name, 1.0)) for name, outcome in COMPONENTS.items()]
        if view == "then":
            count = FUTURES if self.request.futures is None else self.request.futures
            return Simulated(self.case, a, b, path, parts, count, self.request.seed, notify=say)
        return Reweighted(self._accepted()[path], a, b, parts)

    def _accepted(self) -> dict[str, Results]:
        if not self._now:
            from closedsky.commands.condition import search_paths
            from closedsky.futures.mixtures import require_switches
            from closedsky.futures.run import run_paths

            shared = {
                name: value
                for name, value in self.held[0].switches.items()
                if all(each.switches.get(name) == value for each in self.held)
            }
            switches = {name: switch.default for name, switch in self.case.switches.items()} | shared
            for each in self.held:  # before a search that takes minutes, not after it
                require_switches(self.case, each, switches)
            found = search_paths(self.case, self.request.accepted, self.request.seed, shared)
            self._now = run_paths(self.case, None, shared, view="now", conditioned=found, notify=say)
        return self._now

    def _path(self, mixtures: Simulated | Reweighted, a: int, b: int) -> PathCrux:
        from closedsky.reading.agreement import agree
        from closedsky.reading.crux import PathCrux
        from closedsky.reading.preference import options_apart, prefer, share_out

        case, options, items = self.case, tuple(self.case.options), mixtures.items
        weights = self._weights(a), self._weights(b)
        everything = frozenset(items)
        whole = mixtures.means(everything, options), mixtures.means(frozenset(), options)
        first, second = (prefer(each, options, kept) for each, kept in zip(whole, weights, strict=True))
        apart = options_apart(first, second, case.taken)
        gap = share_out(mixtures.means, _groups(case, items), weights, apart)
        coarse = None
        if mixtures.view == "then" and mixtures.futures > COARSE:

            def coarse(at_a: frozenset[str], chosen: Sequence[str]) -> Any:
                return mixtures.means(at_a, chosen, COARSE)

        agreement = agree(mixtures.means, options, items, weights, (first, second), coarse)
        observed = self._observed(mixtures, apart[:2], a, b) if self.full else None
        return PathCrux(first, second, gap, agreement, observed)

    def _observed(self, mixtures: Simulated | Reweighted, apart: tuple[str, ...], a: int, b: int) -> Any:
        from closedsky.futures.mixtures import Simulated
        from closedsky.futures.recorded import predict
        from closedsky.reading.observation import observe
        from closedsky.reading.preference import worth_of

        if not isinstance(mixtures, Simulated) or not any(each.quantity for each in self.case.recorded.values()):
            return None
        said = [
            predict(self.case, mixtures.futures, mixtures.seed, mixtures.overrides(ours), notify=say)
            for ours in (True, False)
        ]
        worth = []
        for at_a, index in ((frozenset(mixtures.items), a), (frozenset[str](), b)):
            each = worth_of(mixtures.futures_of(at_a, apart), self._weights(index))
            worth.append(each[0] - each[1])
        values = {key: (said[0].values[key], said[1].values[key]) for key in said[0].values}
        return observe(values, worth[0], worth[1], mixtures.seed)

    def _weights(self, index: int) -> Any:
        from closedsky.reading.worth import Weights

        return Weights(**self.positions[index].lives())

    def _side(self, index: int, place: int, mixtures: Simulated | Reweighted) -> Side:
        from closedsky.reading.crux import Side

        position = self.positions[index]
        return Side(
            name=self.held[index].name,
            invented=position.invented,
            date=position.date.isoformat(),
            digest=position.digest,
            sealed=position.sealed.date.isoformat() if position.sealed else None,
            weights=self._weights(index),
            ranges=position.ranges,
            switches=position.switches,
            cut=mixtures.cut[place],
            effective=mixtures.worth[place] if mixtures.worth else None,
        )

    def _skill(self, a: int, b: int) -> tuple[Skill | None, str]:
        from closedsky.futures.zones import asked
        from closedsky.reading.crux import skill_of

        for index in (a, b):
            if self.positions[index].sealed is None:
                seal = shlex.join(["closedsky", "position", "seal", str(self.request.files[index])])
                return None, (
                    f"{self.held[index].name} has to be sealed before it is scored: {seal}; its digest would be "
                    f"{self.positions[index].digest}"
                )
        if not asked() & {*self.held[a].ranges, *self.held[b].ranges}:
            return None, "neither has an assumption that the past air campaigns ask about"
        try:
            return skill_of(self._on_record(a), self._on_record(b)), ""
        except ValueError as error:
            return None, str(error)

    def _on_record(self, index: int) -> Zones:
        if index not in self._zones:
            from closedsky.futures.zones import asked, campaigns, strip
            from closedsky.reading.zones import Campaign, hold_zones

            given = {name: ends for name, ends in self.held[index].ranges.items() if name in asked()}
            found = strip(given, futures=ZONES_FUTURES, seed=self.request.seed, notify=say)
            held = [
                Campaign(case, said.values, said.on, factors, said.fates)
                for case, said, factors in zip(found.cases, found.predicted, found.factors, strict=True)
            ]
            self._zones[index] = hold_zones(
                held, campaigns(), futures=ZONES_FUTURES, seed=self.request.seed, view="then"
            )
        return self._zones[index]


def _groups(case: Case, items: Sequence[str]) -> dict[str, list[str]]:
    """What two positions differ in by relation of the case; switches by themselves."""
    groups: dict[str, list[str]] = {}
    for name in items:
        groups.setdefault(case.assumptions[name].relation if name in case.assumptions else name, []).append(name)
    return groups
