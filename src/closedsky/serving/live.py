"""One case, live: what everybody who has the page open shares, and what each of them is answered."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Hashable, Mapping
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from closedsky.cases.presets import read_presets
from closedsky.cases.schema import BASIS_MEANING, Case
from closedsky.futures.defaults import ACCEPTED
from closedsky.futures.results import NOT_A_FORECAST
from closedsky.reading.coordinate_words import relation_words
from closedsky.reading.influence import influence
from closedsky.reading.summary import glance
from closedsky.serving import stages
from closedsky.serving.answers import PROMPT, picture, prompt_charts
from closedsky.serving.desk import Desk
from closedsky.serving.desk_now import AcceptedDesk
from closedsky.serving.queue import Queue
from closedsky.serving.sliders import Slider, sliders
from closedsky.serving.state import State, as_command, as_python, first_state, model_of, set_words
from closedsky.serving.weighing import TooFar
from closedsky.showing.charts.chart import resting_on
from closedsky.version import __version__

RANKED = 2048
"""Futures by which assumptions are put in order before anything is moved."""

LETS_GO = 3.0
"""Seconds that a process has to end."""

READY, LOOKING, ABSENT = "ready", "looking", "absent"
"""Whether the view now can be shown: its futures are there, are being looked for, or have not been asked for."""

WAIT = (
    "Looking for futures that agree with the record: some minutes the first time on this machine, then kept. Meanwhile "
    "nothing is shown under the view “now”; the view “then” can be used."
)


@dataclass
class Now:
    """The view now, once somebody asks for it."""

    status: str = ABSENT
    error: str = ""
    desk: AcceptedDesk | None = None
    told: list[Callable[[], None]] = field(default_factory=list)


class Live:
    """Answers for one case.

    Args:
        case: the case.
        name: how the person named it: an id or a path.
        option: that is looked into where nothing is said.
        notify: called with a line of text when something slow begins.
        settle: where slow readings are worked out; a process of its own where None.
    """

    def __init__(
        self,
        case: Case,
        name: str,
        option: str,
        notify: Callable[[str], None] | None = None,
        settle: Executor | None = None,
    ) -> None:
        self.case, self.name, self.option = case, name, option
        self._notify = notify
        self.presets = read_presets(case)
        self.desk = Desk(case, notify)
        self.now = Now()
        self.sliders: dict[str, Slider] = {}
        self.ranked: dict[str, float] = {}
        self._unwanted = multiprocessing.get_context("spawn").Value("q", 0)
        self._job = 0
        self._given = settle
        self._process = settle or self._fresh()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="prompt")
        self.prompt = Queue(self._thread)
        self.settle = Queue(self._process, self._stop)

    def warm(self) -> None:
        """Compile, measure how many futures a drag can have, put the assumptions in order."""
        state = first_state(self.case, self.option)
        self.desk.warm(state)
        if self._given is None:
            self._process.submit(stages.warm)  # nobody waits for it: the page is there meanwhile
        results = self.desk.run(state, RANKED)
        self.sliders = sliders(self.case, "then")
        from closedsky.futures.inputs import inputs_of

        self.ranked = influence(results, inputs_of(next(iter(results.values()))).values)
        self.quick(state, PROMPT, 720.0)

    def close(self) -> None:
        """Let everything go."""
        self._thread.shutdown(wait=False, cancel_futures=True)
        self._process.shutdown(wait=False, cancel_futures=True)
        if self._given is None:
            for child in multiprocessing.active_children():  # what they work out is wanted by nobody any more
                child.terminate()
                child.join(LETS_GO)

    def _fresh(self) -> ProcessPoolExecutor:
        context = multiprocessing.get_context("spawn")
        given = (self.name, self.option, self._unwanted)
        return ProcessPoolExecutor(1, mp_context=context, initializer=stages.begin, initargs=given)

    def _stop(self, work: Callable[[], Any]) -> None:
        """Break a stage off; other work is let go on."""
        if isinstance(work, partial) and work.func is stages.answer:
            self._unwanted.value = work.args[0]

    def start(self) -> dict[str, Any]:
        """What the page needs before it asks anything."""
        case = self.case
        groups: dict[str, list[str]] = {}
        for name, entry in case.assumptions.items():
            groups.setdefault(entry.relation, []).append(name)
        return {
            "case": case.id,
            "title": case.title,
            "question": case.question,
            "caution": NOT_A_FORECAST,
            "version": __version__,
            "model": model_of(case),
            "taken": case.taken,
            "state": first_state(case, self.option).to_dict(),
            "quick": self.desk.futures,
            "settled": stages.SETTLED,
            "now": self.now.status if any(entry.accept for entry in case.recorded.values()) else "",
            "options": [
                {"id": each.id, "label": each.label, "description": each.description} for each in case.options.values()
            ],
            "switches": [
                {"id": key, "label": switch.label, "default": switch.default, "values": dict(switch.values)}
                for key, switch in case.switches.items()
            ],
            "bases": dict(BASIS_MEANING),
            "groups": [
                {"id": key, "label": relation_words(key), "assumptions": [self._assumption(name) for name in names]}
                for key, names in groups.items()
            ],
            "influence": self.ranked,
            "presets": [
                {
                    "id": each.id,
                    "label": each.label,
                    "claim": each.claim,
                    "reason": each.reason,
                    "sets": dict(each.sets),
                }
                for each in self.presets
            ],
        }

    def _assumption(self, name: str) -> dict[str, Any]:
        entry = self.case.assumptions[name]
        return {
            "id": name,
            "label": entry.label,
            "unit": entry.unit,
            "basis": entry.basis,
            "slider": self.sliders[name].to_dict(),
        }

    def sliders_now(self) -> dict[str, Any]:
        """Sliders of the view now, once it is ready."""
        desk = self.now.desk
        return {} if desk is None else {name: each.to_dict() for name, each in desk.sliders.items()}

    def quick(self, state: State, shown: tuple[str, ...], width: float) -> dict[str, Any]:
        """Answer while a slider moves.

        Args:
            state: what is asked.
            shown: charts that are on the person's screen.
            width: of the column of charts, in pixels.
        """
        names = [name for name in PROMPT if name in shown]
        courses = tuple(dict.fromkeys((self.case.taken, state.option))) if "fan" in names else ()
        effective: dict[str, float] = {}
        if state.view == "then":
            results = self.desk.run(state, series_of=courses)
        else:
            desk = self.now.desk
            if desk is None:
                return {"wait": self.now.error or WAIT, "charts": {}}
            try:
                results, effective = desk.run(state, courses)
            except TooFar as error:
                return {"wait": str(error), "charts": {}}
        read = glance(results)
        made = prompt_charts(results, state.option, names, read)
        charts = {name: resting_on(chart, set_words(state)) for name, chart in made.items()}
        many = next(iter(results.values())).futures
        return {
            "charts": {name: picture(chart, width, name) for name, chart in charts.items()},
            "summary": read.summary(),
            "futures": many,
            "effective": {path: round(value, 1) for path, value in effective.items()},
        } | self.copies(state)

    def copies(self, state: State) -> dict[str, Any]:
        """A state as a command, as Python and as a citation."""
        many = stages.SETTLED if state.view == "then" else ACCEPTED
        command = as_command(state, self.name, many)
        return {
            "command": command,
            "python": as_python(state, self.name, many),
            "citation": f"Closed Sky {__version__}: “{self.case.title}”, view {state.view}, model and case "
            f"{model_of(self.case)}, by `{command}`. {NOT_A_FORECAST}",
        }

    async def ask_quick(self, who: Hashable, state: State, shown: tuple[str, ...], width: float) -> dict[str, Any]:
        """Wait for one's turn and the answer (`quick`)."""
        found: dict[str, Any] = await self.prompt.ask(who, partial(self.quick, state, shown, width))
        return found

    async def ask_stage(self, who: Hashable, state: State, stage: str, width: float) -> dict[str, Any]:
        """Wait for one's turn and a stage; `superseded` where it was broken off."""
        self._job += 1
        return await self._settled(who, partial(stages.answer, self._job, state.to_dict(), stage, width))

    async def ask_crux(self, who: Hashable, texts: tuple[str, str], view: str) -> dict[str, Any]:
        """Wait for one's turn and what two positions really disagree about under a view."""
        return await self._settled(who, partial(stages.crux, texts, view))

    async def _settled(self, who: Hashable, work: Callable[[], Any]) -> dict[str, Any]:
        try:
            found: dict[str, Any] = await self.settle.ask(who, work)
            return found
        except BrokenProcessPool:
            if self._given is None:
                self._process = self._fresh()
                self.settle = Queue(self._process, self._stop)
            return {"error": "the process that works things out was lost and was started anew; move something"}

    async def look_for_now(self) -> None:
        """Look for the futures of the view now, once, in a process of its own; then run every option on them."""
        if self.now.status != ABSENT:
            return
        import asyncio

        self.now.status = LOOKING
        loop = asyncio.get_running_loop()
        executor = self._given or self._fresh()
        try:
            found: Mapping[str, Any] = await loop.run_in_executor(executor, stages.prepare)
            if "error" in found:
                raise ValueError(found["error"])
            self.now.desk = await loop.run_in_executor(None, self._accepted)
            self.now.status = READY
        except Exception as error:
            self.now.status, self.now.error = ABSENT, f"The view now cannot be shown: {error}"
        finally:
            if executor is not self._given:
                executor.shutdown(wait=False)
        for tell in list(self.now.told):
            tell()

    def _accepted(self) -> AcceptedDesk:
        """Read the accepted futures off the disk, where the search put them, and run every option once."""
        from closedsky.futures.run import condition_paths

        desk = AcceptedDesk(self.case, condition_paths(self.case), self._notify)
        desk.base()
        return desk
