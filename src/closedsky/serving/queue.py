"""One fair queue for the compute: everybody has one place in it, and only the newest of what a person asks counts."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any


class Replaced(Exception):
    """The same person has asked for something newer."""


@dataclass
class _Waiting:
    work: Callable[[], Any]
    done: asyncio.Future[Any]


class Queue:
    """Runs one thing at a time, everybody in turn.

    Args:
        executor: where it is run: a thread or a process.
        stop: called with work that is being done and no longer wanted; may break it off.
    """

    def __init__(self, executor: Executor, stop: Callable[[Callable[[], Any]], None] | None = None) -> None:
        self._executor, self._stop = executor, stop
        self._waiting: OrderedDict[Hashable, _Waiting] = OrderedDict()
        self._running: Hashable | None = None
        self._doing: Callable[[], Any] | None = None
        self._pump: asyncio.Task[None] | None = None

    @property
    def length(self) -> int:
        """How many are waiting."""
        return len(self._waiting)

    @property
    def running(self) -> Hashable | None:
        """Whose work is being done."""
        return self._running

    async def ask(self, who: Hashable, work: Callable[[], Any]) -> Any:
        """Wait for one's turn and for the work.

        Whoever has a place keeps it when asking anew, so that moving a slider does not send anyone to the end.

        Args:
            who: the person.
            work: what is to be done; picklable where the executor is a process.

        Returns:
            What the work returned.

        Raises:
            Replaced: the same person asked for something newer before this one's turn.
        """
        done = asyncio.get_running_loop().create_future()
        old = self._waiting.get(who)
        self._waiting[who] = _Waiting(work, done)
        if old is not None and not old.done.done():
            old.done.set_exception(Replaced())
        if self._pump is None or self._pump.done():
            self._pump = asyncio.create_task(self._work())
        return await done

    def leave(self, who: Hashable) -> None:
        """Give up one's place, and what is running."""
        old = self._waiting.pop(who, None)
        if old is not None and not old.done.done():
            old.done.set_exception(Replaced())
        if self._running == who and self._stop is not None and self._doing is not None:
            self._stop(self._doing)

    async def _work(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            self._running, one = self._waiting.popitem(last=False)
            self._doing = one.work
            try:
                found = await loop.run_in_executor(self._executor, one.work)
            except asyncio.CancelledError:
                raise
            except Exception as error:
                if not one.done.done():
                    one.done.set_exception(error)
            else:
                if not one.done.done():
                    one.done.set_result(found)
            finally:
                self._running = self._doing = None
