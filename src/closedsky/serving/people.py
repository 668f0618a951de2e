"""Everybody who has the page open, and what is said to each of them."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import time
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from closedsky.commands.common import explain
from closedsky.serving.live import ABSENT, READY, Live
from closedsky.serving.messages import MOST_MESSAGE, BadMessage, names_of, parse, width_of
from closedsky.serving.queue import Replaced
from closedsky.serving.stages import STAGES
from closedsky.serving.state import State, StateError, read_state

BURST, RATE = 60.0, 40.0
"""Messages that one person may send at once, and a second."""

MOST_PEOPLE = 16
"""Sockets that are open at once."""


class People:
    """Everybody who has the page open.

    Args:
        live: what answers.
    """

    def __init__(self, live: Live) -> None:
        self.live = live
        self.numbers = itertools.count(1)
        self.here: set[int] = set()

    async def serve(self, socket: WebSocket) -> None:
        """Talk to one of them until they leave."""
        await socket.accept()
        if len(self.here) >= MOST_PEOPLE:
            await socket.send_json({"error": f"{MOST_PEOPLE} people are here already; try again later"})
            await socket.close(1013)
            return
        who = next(self.numbers)
        self.here.add(who)
        person = Person(self.live, socket, who)
        self.live.now.told.append(person.tell_now)
        if self.live.now.status == READY:
            person.tell_now()  # whoever comes later has its sliders, too
        try:
            await person.listen()
        finally:
            self.here.discard(who)
            self.live.now.told.remove(person.tell_now)
            person.leave()


class Person:
    """One person's socket: reads what is asked, answers it, and drops what is out of date.

    Args:
        live: what answers.
        socket: theirs.
        who: number by which they are told apart.
    """

    def __init__(self, live: Live, socket: WebSocket, who: int) -> None:
        self._live, self._socket, self._who = live, socket, who
        self._tokens, self._at = BURST, time.monotonic()
        self._quick: asyncio.Task[None] | None = None
        self._settling: asyncio.Task[None] | None = None
        self._telling: set[asyncio.Task[None]] = set()
        self._sending = asyncio.Lock()

    async def listen(self) -> None:
        """Read messages until they leave or send too many."""
        while True:
            try:
                message = await self._socket.receive()
            except (WebSocketDisconnect, RuntimeError):
                return
            if message["type"] == "websocket.disconnect":
                return
            if not self._allowed():
                await self._send({"error": f"more than {RATE:.0f} messages a second; the page may be opened anew"})
                await self._socket.close(1008)
                return
            try:
                self._take(message.get("text"))
            except (BadMessage, StateError) as error:
                await self._send({"error": str(error)})

    def leave(self) -> None:
        """Drop everything that is under way."""
        for task in (self._quick, self._settling):
            if task is not None:
                task.cancel()
        self._live.prompt.leave(self._who)
        self._live.settle.leave(self._who)

    def tell_now(self) -> None:
        """Say that the view now is ready, or why it is not."""
        now = self._live.now
        said = {"now": now.status, "sliders": self._live.sliders_now(), "said": now.error}
        task = asyncio.ensure_future(self._send(said))
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    def _allowed(self) -> bool:
        moment = time.monotonic()
        self._tokens = min(BURST, self._tokens + (moment - self._at) * RATE)
        self._at = moment
        self._tokens -= 1.0
        return self._tokens >= 0.0

    def _take(self, text: str | None) -> None:
        """Begin to answer one message."""
        if text is None:
            raise BadMessage("a message is text")
        if len(text) > MOST_MESSAGE:
            raise BadMessage(f"a message has at most {MOST_MESSAGE:,} characters, not {len(text):,}")
        given = parse(text)
        number = given.get("id")
        if not isinstance(number, int) or isinstance(number, bool) or abs(number) > 2**53:
            raise BadMessage("id: is a whole number")
        try:
            state = read_state(self._live.case, given.get("state", {}), self._live.option)
            width, shown = width_of(given), names_of(given)
        except (BadMessage, StateError) as error:
            # With its number, so that the page knows which of its questions had no answer.
            self._spawn(self._send({"id": number, "error": str(error)}))
            return
        if self._settling is not None:
            self._settling.cancel()
            self._live.settle.leave(self._who)
        rest = given.get("rest") is True
        self._quick = asyncio.ensure_future(self._answer(number, state, shown, width, rest))

    def _spawn(self, what: Any) -> None:
        task = asyncio.ensure_future(what)
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    async def _answer(self, number: int, state: State, shown: tuple[str, ...], width: float, rest: bool) -> None:
        live = self._live
        if state.view == "now" and live.now.status == ABSENT:
            self._spawn(live.look_for_now())
            await asyncio.sleep(0)
        try:
            found = await live.ask_quick(self._who, state, shown, width)
        except Replaced:
            await self._send({"id": number, "replaced": True})
            return
        except Exception as error:  # a page that is told nothing would wait for ever
            await self._send({"id": number, "error": explain(error)[0]})
            return
        await self._send({"id": number, "stage": "quick"} | found)
        if rest and "wait" not in found:
            self._settling = asyncio.ensure_future(self._settle(number, state, width))

    async def _settle(self, number: int, state: State, width: float) -> None:
        if state.view == "now" and self._live.now.status != READY:
            return
        for stage in STAGES:
            try:
                found = await self._live.ask_stage(self._who, state, stage, width)
            except Replaced:
                return
            if "superseded" in found:
                return
            await self._send({"id": number, "stage": stage, "last": stage == STAGES[-1]} | found)

    async def _send(self, what: dict[str, Any]) -> None:
        async with self._sending:
            with contextlib.suppress(WebSocketDisconnect, RuntimeError):  # they may have left
                await self._socket.send_text(json.dumps(what, allow_nan=False, separators=(",", ":")))
