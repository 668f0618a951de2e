"""`closedsky debate`: both sides of each contested claim, under both views and both paths to general war."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from closedsky.commands.common import BAD_DATA, Fault, progress, write_json
from closedsky.commands.readings import NOW, THEN, Request, accepted_of, load

if TYPE_CHECKING:
    from closedsky.cases.contested import Contested
    from closedsky.cases.schema import Case
    from closedsky.futures.courses import Runs
    from closedsky.futures.results import Inputs
    from closedsky.reading.debate import Debate, Played

Luck = dict[tuple[str, str], Mapping[str, Mapping[str, Any]]]


def debate_command(request: Request, claim: str | None, as_json: bool) -> None:
    """Read what is contested and print it."""
    case = load(request)
    if not case.contested:
        raise Fault(
            f"{request.name}: nothing is contested; docs/cases.md says how to write contested: claims", BAD_DATA
        )
    entries = _chosen(case, claim)
    found = read_debate(case, request, entries)
    command = request.command("debate", *(["--claim", claim] if claim else []))
    if as_json:
        write_json(found.to_dict() | {"command": command})
        return
    from closedsky.showing.debate_screen import show_debate
    from closedsky.showing.terminal import Screen

    show_debate(Screen(), found, case, command, request.name)


def _chosen(case: Case, claim: str | None) -> dict[str, Contested]:
    if claim is None:
        return dict(case.contested)
    entries = {key: entry for key, entry in case.contested.items() if claim in (key, entry.claim)}
    if not entries:
        known = ", ".join(f"{key} ({entry.claim})" for key, entry in case.contested.items())
        raise Fault(f"--claim {claim}: not contested in {case.id}; it has {known}")
    return entries


def read_debate(case: Case, request: Request, entries: Mapping[str, Contested]) -> Debate:
    """Run every course that the entries need, and read them."""
    from closedsky.cases.problems import nearest_name
    from closedsky.futures.results import ALL_OUTCOMES
    from closedsky.reading.debate import debate
    from closedsky.reading.measures import LASTING

    for key, entry in entries.items():
        if entry.outcome not in ALL_OUTCOMES:
            near_name = nearest_name(entry.outcome, ALL_OUTCOMES)
            hint = f"; did you mean {near_name}?" if near_name else ""
            text = f"contested.{key}.outcome: {entry.outcome} is not an outcome of a run{hint}"
            raise Fault(text, BAD_DATA)
    played: dict[str, dict[str, dict[str, Played]]] = {}
    inputs: dict[str, Inputs] = {}
    effective, notes = None, []
    switched: dict[str, dict[str, dict[str, Played]]] = {}
    for view in request.views:
        kept = {key: entry for key, entry in entries.items() if entry.view in ("both", view)}
        if not kept:
            continue
        near = _runs(case, request, view, [(entry, {}) for entry in kept.values()])
        first = next(iter(next(iter(near.results.values())).values()))
        notes += list(first.notes)
        inputs[view] = _inputs(near)
        lasting = {key: entry for key, entry in kept.items() if entry.outcome in LASTING}
        far = (
            _runs(case, request, view, [(entry, {}) for entry in lasting.values()], far=True)
            if lasting and view == NOW
            else None
        )
        played[view] = _played(case, kept, near, far)
        if view == NOW:
            effective = first.effective_number
        else:
            for name in dict.fromkeys(name for entry in kept.values() for name in entry.switches):
                switch = case.switches[name]
                some = {key: entry for key, entry in kept.items() if name in entry.switches}
                for value, words in switch.values.items():
                    if value != request.overrides.get(name, switch.default):
                        runs = _runs(case, request, view, [(entry, {name: value}) for entry in some.values()])
                        switched[words] = _played(case, some, runs, None, {name: value})
    if not played:
        raise Fault(f"nothing chosen is asked under the view {request.view}")
    return debate(
        case, played, inputs, switched, seed=request.seed, effective=effective, notes=tuple(dict.fromkeys(notes))
    )


def _runs(
    case: Case, request: Request, view: str, asked: list[tuple[Contested, dict[str, Any]]], far: bool = False
) -> Runs:
    """Run the courses of some entries, to the horizon of the view now where asked."""
    from closedsky.cases.contested import Course
    from closedsky.cases.grid import longer
    from closedsky.futures.courses import run_courses
    from closedsky.futures.run import run_paths

    followed = longer(case) if far else case
    courses = [(Course(option=case.taken), switches) for _, switches in asked[:1]]
    for entry, switches in asked:
        courses += [(course, switches) for course in (entry.of, entry.against) if course is not None]

    with progress(f"{case.id}, view {view}", 2) as advance:

        def run(options: tuple[str, ...], changes: dict[str, Any]) -> Any:
            given = {**request.overrides, **changes}
            found = accepted_of(case, request, changes) if view == NOW else None
            return run_paths(
                followed,
                None if view == NOW else request.count(THEN),
                given,
                seed=request.seed,
                view=view,
                conditioned=found,
                options=options,
                progress=advance,
                notify=request.notify,
            )

        return run_courses(followed, courses, run)


def _inputs(runs: Runs) -> Inputs:
    from closedsky.futures.inputs import inputs_of

    plain = next(iter(runs.results.values()))
    return inputs_of(next(iter(plain.values())))


def _played(
    case: Case,
    entries: Mapping[str, Contested],
    near: Runs,
    far: Runs | None,
    switches: Mapping[str, Any] | None = None,
) -> dict[str, dict[str, Played]]:
    """By path and entry, what was run for it; the other course once more with luck of its own."""
    from closedsky.cases.contested import Course
    from closedsky.futures.courses import changes_of, key_of
    from closedsky.futures.inputs import with_other_luck
    from closedsky.reading.debate import RISK, Played
    from closedsky.reading.measures import LASTING

    found: dict[str, dict[str, Played]] = {}
    once: Luck = {}
    outcomes = tuple(dict.fromkeys(entry.outcome for entry in entries.values()))
    taken = Course(option=case.taken)
    for path in next(iter(near.results.values())):
        once.clear()
        for key, entry in entries.items():
            runs = far if far is not None and entry.outcome in LASTING else near
            of = runs.of(entry.of, switches)[path]
            if entry.against is None:
                found.setdefault(path, {})[key] = Played(of)
                continue
            against = runs.of(entry.against, switches)[path]
            start = runs.of(taken, switches)[path]
            apart: list[Mapping[str, Mapping[str, Any]]] = [{}, {}]
            if entry.outcome != RISK:
                for i, (course, results) in enumerate(((entry.against, against), (taken, start))):
                    which = (key_of(changes_of(course, switches)), str(runs is far))
                    if i and entry.part == 1.0:
                        continue
                    if which not in once:
                        once[which] = with_other_luck(results, results.options, outcomes)
                    apart[i] = once[which]
            beside = (near.of(entry.of, switches)[path], near.of(entry.against, switches)[path])
            found.setdefault(path, {})[key] = Played(
                of, against, start, apart[0], apart[1], beside if runs is not near else None
            )
    return found
