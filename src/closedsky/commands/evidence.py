"""`closedsky evidence`: the ledger of a case, one entry of it, its quotations checked, or a claim computed."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from closedsky.commands.common import (
    BAD_DATA,
    Fault,
    count_of,
    count_words,
    progress,
    require_count,
    say,
    write_json,
)
from closedsky.futures.defaults import FEWER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from closedsky.cases.schema import Case
    from closedsky.evidence.campaigns import Drawn
    from closedsky.evidence.report import Selection
    from closedsky.futures.conditioned import Conditioned
    from closedsky.futures.results import Results
    from closedsky.reading.answers import Answer, Course
    from closedsky.reading.practicality import Practicality

PATHS = 2
QUANTILES = (0.5, 0.05, 0.95)  # median, and the band that holds 9 in 10
SEVERAL = "--claim, --assumption, --quantity and --verify are given one at a time"


@dataclass(frozen=True)
class Asked:
    """What `evidence` is asked for; at most one of the first four."""

    claim: str | None = None
    assumption: str | None = None
    quantity: str | None = None
    verify: str | None = None
    compute: bool = False
    futures: int | None = None
    seed: int = 0
    view: str = "then"
    accepted: int | None = None

    def __post_init__(self) -> None:
        require_count(self.view, self.futures, self.accepted)

    @property
    def count(self) -> int:
        """Futures of each run."""
        return count_of(self.view, self.futures, self.accepted, FEWER)


def evidence_command(name: str, asked: Asked, as_json: bool) -> None:
    """Print the ledger of a case, or what is asked of it."""
    from closedsky.cases import load_case
    from closedsky.evidence import EvidenceError
    from closedsky.evidence.report import UnknownEntry, select

    if sum(each is not None for each in (asked.claim, asked.assumption, asked.quantity, asked.verify)) > 1:
        raise Fault(SEVERAL)
    if asked.compute and asked.claim is None:
        raise Fault("--compute goes with --claim; name the claim, for example --claim C01")
    case = load_case(name)
    try:
        if asked.verify is not None:
            _verify(case, asked.verify, as_json)
            return
        chosen = select(case, asked.claim, asked.assumption, asked.quantity)
        if asked.compute and asked.claim is not None:
            _compute(case, name, asked, as_json)
        elif as_json:
            write_json(_report(case, name, chosen))
        else:
            _show(case, name, asked)
    except UnknownEntry as error:
        raise Fault(str(error)) from None
    except EvidenceError as error:
        raise Fault(str(error), BAD_DATA) from None


def outcome_labels() -> dict[str, str]:
    """Label of every outcome of the model."""
    from closedsky.futures.results import ALL_OUTCOMES

    return {key: each.label for key, each in ALL_OUTCOMES.items()}


def _report(case: Case, name: str, chosen: Selection) -> dict[str, Any]:
    from closedsky.evidence.report import report
    from closedsky.futures.results import NOT_A_FORECAST

    drawn = {key: each for key in chosen.assumptions if (each := drawn_from_others(case, key))}
    return report(case, name, outcome_labels(), chosen, drawn) | {"caution": NOT_A_FORECAST}


def drawn_from_others(case: Case, key: str) -> Drawn | None:
    """How an assumption is distributed that is drawn from other campaigns' records; None where it is not."""
    if key not in case.pooled:
        return None
    from closedsky.evidence.campaigns import Drawn
    from closedsky.futures.sampling import past

    return Drawn(*past(case.pooled[key]).quantile(QUANTILES).tolist())


def _show(case: Case, name: str, asked: Asked) -> None:
    from closedsky.showing import ledger_screen
    from closedsky.showing.terminal import Screen

    screen = Screen()
    if asked.claim is not None:
        ledger_screen.show_claim(screen, case, name, asked.claim, outcome_labels())
    elif asked.assumption is not None:
        ledger_screen.show_assumption(screen, case, name, asked.assumption, drawn_from_others(case, asked.assumption))
    elif asked.quantity is not None:
        ledger_screen.show_quantity(screen, case, name, asked.quantity)
    else:
        ledger_screen.show_ledger(screen, case, name)


def _verify(case: Case, folder: str, as_json: bool) -> None:
    from closedsky.evidence import verify
    from closedsky.evidence.report import select
    from closedsky.showing.ledger_screen import show_verification
    from closedsky.showing.terminal import Screen

    found = verify(case, folder)
    if as_json:
        write_json(_report(case, case.id, select(case)) | {"verification": found.to_dict()})
    else:
        show_verification(Screen(), found, case)
    faults = found.faults()
    if faults:
        more = f"; and {len(faults) - 1} more" if len(faults) > 1 else ""
        raise Fault(f"{faults[0]}{more}", BAD_DATA)


def _compute(case: Case, name: str, asked: Asked, as_json: bool) -> None:
    from closedsky.evidence.report import select

    claim = str(asked.claim)
    answers, practical, risk, base = compute(case, claim, asked, name)
    words = ["closedsky", "evidence", name, "--claim", claim, "--compute"]
    words += [*count_words(asked.view, asked.count), "--seed", str(asked.seed)]
    command = shlex.join([*words, "--view", asked.view])
    if as_json:
        computed = {
            "view": asked.view,
            "futures": asked.count,
            "effective_number": base[0].effective_number,
            "seed": asked.seed,
            "answers": [each.to_dict() for each in answers],
            "practicality": practical.to_dict() if practical else None,
            "break_even": {
                option: {path: [each.to_dict() for each in of] for path, of in paths.items()}
                for option, paths in risk.items()
            },
            "command": command,
        }
        write_json(_report(case, name, select(case, claim=claim)) | {"computed": computed})
        return
    from closedsky.showing.answers_screen import show_computed
    from closedsky.showing.terminal import Screen

    show_computed(Screen(), case, claim, answers, practical, risk, base, command)


def compute(
    case: Case, claim: str, asked: Asked, name: str | None = None
) -> tuple[list[Answer], Practicality | None, dict[str, dict[str, Any]], tuple[Results, Results | None]]:
    """Compute what a claim bears on: outcomes, levers, switches and readings, over the same futures.

    Args:
        case: the case.
        claim: id of the claim.
        asked: how many futures, the seed and the view.
        name: how the person named the case, for what a fault tells to do.

    Returns:
        Answers; the reading of practicality where it is asked for; break-evens by option and path, where asked for;
        the run they rest on, of the first path, and the same followed further where it is.

    Raises:
        Fault: the claim bears on nothing that is computed, or on what the case does not ask about.
    """
    from closedsky.commands.run import require_asked
    from closedsky.evidence.ledger import ledger_of
    from closedsky.reading.answers import MOVED, Course

    links = ledger_of(case).claims[claim].bears_on
    named = [link.option for link in links if link.option]
    readings = {link.reading for link in links if link.reading}
    outcomes = [link.outcome for link in links if link.outcome]
    outcomes += ["adopted", "days_to_adopt"] if "feasibility" in readings else []
    levers = [(link.lever, link.value) for link in links if link.lever]
    switches = [link.switch for link in links if link.switch]
    if not (outcomes or named or readings or levers or switches):
        raise Fault(f"{claim} bears on nothing that is computed; closedsky evidence {case.id} --claim {claim} says why")
    shown = [*outcomes, *(MOVED if levers or switches or not (outcomes or readings) else ())]
    require_asked(case, name or case.id, [*shown, *(["killed"] if "break-even" in readings else [])])
    wanted = named if named or not readings else list(case.options)
    options = tuple(key for key in case.options if key in {case.taken, *wanted})
    variants: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {}
    for lever, value in levers:
        text = f"{case.levers[str(lever)].label}: {value:g}"
        variants[text] = ({f"{case.taken}.{lever}": value}, (case.taken,))
    for key in switches:
        switch = case.switches[str(key)]
        for choice in switch.values:
            if choice != switch.default:
                variants[switch.values[choice]] = ({str(key): choice}, options)
    runs = [(options, {}), *((chosen, changes) for changes, chosen in variants.values())]
    accepted: list[dict[str, Conditioned] | None] = [None] * len(runs)
    followed: list[Mapping[str, Results] | None] = [None] * len(runs)
    if asked.view == "now":  # levers are tried on the same accepted futures, switches ask for others
        from closedsky.commands.condition import follow, search_paths

        accepted = [search_paths(case, asked.accepted, asked.seed, changes) for _, changes in runs]
    with progress(case.id, PATHS * len(runs)) as advance:
        base, *others = (
            _run(case, asked, chosen, changes, found, advance)
            for (chosen, changes), found in zip(runs, accepted, strict=True)
        )
    for i, found in enumerate(accepted):
        if found is not None:
            followed[i] = follow(case, found, runs[i][1], options=runs[i][0], notify=say)
    courses = [Course(case.options[option].label, base, option, followed[0]) for option in options]
    moved = list(courses)
    for (text, (_, chosen)), results, beyond in zip(variants.items(), others, followed[1:], strict=True):
        for option in chosen:
            label = text if len(chosen) == 1 else f"{case.options[option].label}; {text}"
            moved.append(Course(label, results, option, beyond))
    answers, practical, risk = _answers(list(dict.fromkeys(shown)), moved if variants else courses, readings, base)
    first, far = (next(iter(each.values())) if each else None for each in (base, followed[0]))
    assert first is not None
    return answers, practical, risk, (first, far)


def _answers(
    outcomes: list[str],
    courses: list[Course],
    readings: set[Any],
    base: Mapping[str, Results],
) -> tuple[list[Answer], Practicality | None, dict[str, dict[str, Any]]]:
    from closedsky.reading.answers import answer
    from closedsky.reading.practicality import practicality
    from closedsky.reading.summary import summarise

    found = [each for name in outcomes for each in answer(name, courses)]
    first = next(iter(base.values()))
    practical = practicality(first) if "practicality" in readings else None
    risk: dict[str, dict[str, Any]] = {}
    if "break-even" in readings:
        for entry in summarise(base).options:
            if entry.id != first.reference:
                risk[entry.label] = {path: of.break_even for path, of in entry.paths.items()}
    return found, practical, risk


def _run(
    case: Case,
    asked: Asked,
    options: tuple[str, ...],
    changes: dict[str, Any],
    accepted: dict[str, Conditioned] | None,
    advance: Any,
) -> dict[str, Results]:
    from closedsky.futures.run import run_paths

    then = asked.view == "then"
    return run_paths(
        case,
        asked.count if then else None,
        changes,
        conditioned=accepted,
        view=asked.view,
        seed=asked.seed,
        options=options,
        progress=advance,
        notify=say,
    )
