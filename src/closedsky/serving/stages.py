"""What is worked out once a slider rests: stage after stage, in a process of its own that never holds up a drag.

Every stage is the code of a command; a stage that is no longer wanted is broken off at the next look (`watching`).
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from closedsky.serving.state import BOTH, State, read_state, set_words

if TYPE_CHECKING:
    from closedsky.cases.schema import Case
    from closedsky.futures.conditioned import Conditioned
    from closedsky.futures.results import Inputs, Results

STAGES = ("base", "changes", "record", "past", "debate", "deciding", "place")
"""In the order in which they are worked out."""

SETTLED = 16_384
"""Futures once a slider rests, under the view then."""

READ = 4096
"""Futures of the readings that make many runs of their own."""

PAST = 1024
"""Futures of each past campaign."""

LOOKS = 1.0
"""Seconds from one look at whether the server is still there to the next."""

WARMED = 16
"""Futures of a run whose numbers nobody looks at."""

KEPT = 3
"""States whose runs are kept."""

NICE = 10
"""How far the process stands back behind the one that answers a drag."""


class Superseded(Exception):
    """The person has moved on."""


@dataclass
class _Kept:
    """Runs of one state, what their futures drew, and how much rests on which basis, once that was read."""

    results: dict[str, Results]
    inputs: Inputs | None = None
    basis: str = ""


class Work:
    """One case, with the runs of the last states kept between stages: two people take turns at them.

    Args:
        case: the case.
        unwanted: says whether a job is no longer wanted.
        option: that is looked into where a state names none.
    """

    def __init__(self, case: Case, unwanted: Any, option: str) -> None:
        self.case = case
        self._unwanted, self._option = unwanted, option
        self._kept: OrderedDict[tuple[Any, ...], _Kept] = OrderedDict()
        self._accepted: dict[str, Conditioned] = {}
        self._at = _Kept({})
        self._job = 0

    def answer(self, job: int, given: Mapping[str, Any], stage: str, width: float) -> dict[str, Any]:
        """Work one stage out.

        Args:
            job: number of the job.
            given: the state, as JSON.
            stage: of `STAGES`.
            width: of the page's column, in pixels.

        Returns:
            `charts` by name, and what else the stage has to say.

        Raises:
            Superseded: it is no longer wanted.
        """
        self._job = job
        state = read_state(self.case, given, self._option)
        from closedsky.futures.watching import watched
        from closedsky.serving.answers import picture
        from closedsky.showing.charts.chart import resting_on

        with watched(self._look):
            made: dict[str, Any] = getattr(self, f"_{stage}")(self._shown(state), state)
        about = ". ".join(filter(None, (set_words(state), self._at.basis)))
        charts = {name: resting_on(chart, about) for name, chart in made.get("charts", {}).items()}
        made["charts"] = {name: picture(chart, width, name) for name, chart in charts.items()}
        return made

    def warm(self) -> None:
        """Run a few futures, so that the first person does not wait for the program to be loaded."""
        from closedsky.futures.run import run_paths

        run_paths(self.case, WARMED)

    def _look(self) -> None:
        if self._unwanted(self._job):
            raise Superseded

    def _shown(self, state: State) -> dict[str, Results]:
        """Every option under the state; on the paths that are shown."""
        if state.key not in self._kept:
            made = self._then(state) if state.view == "then" else self._now(state)
            self._kept[state.key] = _Kept(made)  # only once it is whole
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(state.key)
        self._at = self._kept[state.key]
        return {path: each for path, each in self._at.results.items() if state.path in (BOTH, path)}

    def _then(self, state: State) -> dict[str, Results]:
        from closedsky.futures.run import run_paths

        return run_paths(self.case, SETTLED, {**state.sets}, seed=state.seed, adoption=state.adoption)

    def _now(self, state: State) -> dict[str, Results]:
        """Accepted futures, drawn by the weights of the sliders, and every option run on them."""
        from closedsky.futures.run import run_paths
        from closedsky.serving.sliders import sliders
        from closedsky.serving.weighing import drawn, weighed, weights

        found = self.accepted()
        first = next(iter(found.values()))
        if state.sets:
            scales = sliders(self.case, "now", first.accepted.assumptions)
            values = {name: float(value) for name, value in state.sets.items()}  # type: ignore[arg-type]
            found = {path: weighed(each, drawn(weights(each, values, scales))) for path, each in found.items()}
        return run_paths(self.case, view="now", conditioned=found, adoption=state.adoption)

    def accepted(self) -> dict[str, Conditioned]:
        """Accepted futures by path; looked for once, minutes the first time on a machine."""
        from closedsky.futures.run import condition_paths

        if not self._accepted:
            self._accepted = condition_paths(self.case)
        return self._accepted

    def _drew(self) -> Inputs:
        from closedsky.futures.inputs import inputs_of

        if self._at.inputs is None:
            self._at.inputs = inputs_of(next(iter(self._at.results.values())))
        return self._at.inputs

    def _base(self, results: dict[str, Results], state: State) -> dict[str, Any]:
        from closedsky.reading.influence import basis_words, influence
        from closedsky.reading.summary import glance
        from closedsky.serving.answers import PROMPT, choice_charts, prompt_charts

        read = glance(results)
        charts = prompt_charts(results, state.option, PROMPT, read)
        self._look()
        choice = choice_charts(results, self._drew(), state.weight)
        told = influence(results, self._drew().values)
        self._at.basis = basis_words(self.case, told)
        return {
            **choice,
            "charts": charts | choice["charts"],
            "summary": read.summary(),
            "influence": {name: round(share, 5) for name, share in told.items()},
            "basis": self._at.basis,
            "futures": next(iter(results.values())).futures,
        }

    def _changes(self, results: dict[str, Results], state: State) -> dict[str, Any]:
        """The smallest change of one assumption, and of two, that turns a preference."""
        from closedsky.commands.choose import checked
        from closedsky.reading.flips import flips
        from closedsky.reading.worth import Weights
        from closedsky.showing.flips_screen import flip_words

        if state.option == self.case.taken:
            return {"words": []}
        weights = [Weights(state.weight)]
        found = flips(results, self._drew(), weights, [state.option], self.case.taken)
        if state.view == "then":
            found = checked(self.case, self._request(state), found, state.adoption)
        said = [
            {"path": path, "words": flip_words(found, each[0], self.case, state.option), "names": _named(each[0])}
            for path, of in found.paths.items()
            for each in (of[state.option],)
        ]
        return {"words": said}

    def _record(self, results: dict[str, Results], state: State) -> dict[str, Any]:
        from closedsky.commands.report_sections import held

        if state.adoption != "effect":
            return {"note": "The record is held against options as they were taken; switch to effect to see it."}
        sections = held(self.case, self._request(state), state.view, results, state.option)
        names = {"harm-by-weapon": "harm", "backtest-strip": "record"}
        return {
            "charts": {names[chart["kind"]]: chart for section in sections for chart in section.charts},
            "words": [words for section in sections for words in section.words],
        }

    def _past(self, results: dict[str, Results], state: State) -> dict[str, Any]:
        """These very assumptions in past campaigns."""
        from closedsky.commands.report_sections import past
        from closedsky.futures.zones import asked

        given = {name: value for name, value in state.sets.items() if name in asked()}
        sections = past(PAST, state.seed, given)
        return {
            "charts": {"past": sections[0].charts[0]},
            "words": [words for section in sections for words in section.words],
            "given": sorted(given),
        }

    def _debate(self, results: dict[str, Results], state: State) -> dict[str, Any]:
        from closedsky.commands.debate import read_debate
        from closedsky.showing.charts.debate_chart import debate_chart

        if not self.case.contested:
            return {"note": f"Nothing is contested in {self.case.id}."}
        if state.view == "now" and state.sets:
            return {"note": "Under the view now the debate needs runs that weighing cannot make; reset the sliders."}
        entries = {key: entry for key, entry in self.case.contested.items() if entry.view in ("both", state.view)}
        found = read_debate(self.case, self._request(state), entries)
        return {"charts": {"debate": debate_chart(found, self.case)}, "words": [found.summary()]}

    def _deciding(self, results: dict[str, Results], state: State) -> dict[str, Any]:
        from closedsky.commands.explore import Asked, explored
        from closedsky.futures.run import run_paths
        from closedsky.showing.charts.deciding_chart import deciding_chart
        from closedsky.showing.charts.explore_chart import explore_chart

        if state.option == self.case.taken:
            return {"note": "Choose an option other than the one really taken to see where it does better."}
        if state.view == "now" and state.sets:
            return {"note": "Under the view now this needs runs that weighing cannot make; reset the sliders."}
        if state.view == "then":
            results = run_paths(self.case, READ, {**state.sets}, seed=state.seed, adoption=state.adoption)
        found = explored(self.case, results, Asked(option=state.option))
        return {
            "charts": {"explore": explore_chart(found), "deciding": deciding_chart(found)},
            "words": [found.summary()],
        }

    def _place(self, results: dict[str, Results], state: State) -> dict[str, Any]:
        from closedsky.futures.overrides import parse_overrides
        from closedsky.showing.charts.map_chart import map_chart

        given = parse_overrides(self.case, next(iter(results.values())).overrides)  # none where sliders only weigh
        chart = map_chart(self.case, state.view, given.ranges, given.levers)
        return {"note": "This case has no borders."} if chart is None else {"charts": {"map": chart}}

    def _request(self, state: State) -> Any:
        from closedsky.commands.readings import Request
        from closedsky.futures.overrides import written

        then = state.view == "then"
        sets = tuple(written(state.sets)) if then else ()
        return Request(self.case.id, futures=READ if then else None, seed=state.seed, view=state.view, sets=sets)


def _named(flip: Any) -> list[str]:
    moves = [*([flip.one] if flip.one else []), *(flip.two or ())]
    return list(dict.fromkeys(move.name for move in moves))


_WORK: Work | None = None


def begin(name: str, option: str, unwanted: Any) -> None:
    """Make the process ready: called once when it starts.

    Args:
        name: of the case, or its path.
        option: that is looked into where a state names none.
        unwanted: a shared number: the job that is no longer wanted.
    """
    global _WORK
    if hasattr(os, "nice"):
        os.nice(NICE)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which ends this process
    threading.Thread(target=_leave_with, args=(os.getppid(),), daemon=True).start()
    sys.stderr = open(os.devnull, "w")  # noqa: SIM115 - progress of runs belongs to nobody here
    from closedsky.cases import load_case

    _WORK = Work(load_case(name), lambda job: unwanted.value == job, option)


def _leave_with(server: int) -> None:
    """End this process once the server is no longer there, even if it was killed and could end nothing."""
    while os.getppid() == server:
        time.sleep(LOOKS)
    os._exit(0)


def answer(job: int, given: Mapping[str, Any], stage: str, width: float) -> dict[str, Any]:
    """Work one stage out in this process (`Work.answer`); an error that a person can act on comes back as `error`."""
    from closedsky.commands.common import explain
    from closedsky.reading.regression import TooFew
    from closedsky.serving.answers import why

    if _WORK is None:
        raise RuntimeError("the process was not made ready")
    try:
        return _WORK.answer(job, given, stage, width)
    except Superseded:
        return {"superseded": True}
    except TooFew as error:
        return {"note": why(error)}
    except Exception as error:
        return {"error": explain(error)[0]}


def warm() -> None:
    """Get ready for the first state: read the case, load the compiled program."""
    if _WORK is not None:
        _WORK.warm()


def prepare() -> dict[str, Any]:
    """Look for the accepted futures of the view now, so that they lie on the disk; `error` says why not."""
    from closedsky.commands.common import explain

    if _WORK is None:
        raise RuntimeError("the process was not made ready")
    try:
        _WORK.accepted()
    except Exception as error:
        return {"error": explain(error)[0]}
    return {}


def crux(texts: tuple[str, str], view: str) -> dict[str, Any]:
    """Say what two positions really disagree about; `error` where they cannot be compared.

    Args:
        texts: two positions, as their files hold them.
        view: then or now.
    """
    import tempfile
    from pathlib import Path

    from closedsky.commands.common import explain
    from closedsky.commands.crux import Request, crux_of

    with tempfile.TemporaryDirectory(prefix="closedsky-") as folder:
        files = tuple(Path(folder) / f"{which}.yaml" for which in ("first", "second"))

        def bare(text: str) -> str:
            """Without the place of the files, which are gone at once."""
            return text.replace(f"{folder}{os.sep}", "")

        for file, text in zip(files, texts, strict=True):
            file.write_text(text, "utf-8")
        try:
            found = crux_of(Request(files, READ if view == "then" else None, 0, view, None))
        except Exception as error:
            return {"error": bare(explain(error)[0])}
    said = []
    for path, each in found.paths.items():
        words = f"{found.preferences(each)}; {found.parts(each.gap)}"
        if each.apart:
            words += f"; {found.ending(each.agreement)}"
        said.append({"path": path, "words": bare(f"{words}.")})
    return {
        "view": view,
        "summary": bare(found.summary()),
        "paths": said,
        "zones": bare(found.unscored),
        "futures": found.futures,
    }
