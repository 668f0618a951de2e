"""One fair queue: everybody in turn, the newest of what a person asks, and no error stops it."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from closedsky.serving.queue import Queue, Replaced


def played(script):
    """Run a script with a queue whose work waits until it is let go; return the order of what was done."""
    done: list = []
    gate = threading.Event()

    def work(name):
        gate.wait(10)
        done.append(name)
        return name

    async def run():
        queue = Queue(ThreadPoolExecutor(1))
        return await script(queue, lambda name: partial(work, name), gate), done

    with ThreadPoolExecutor(1) as alone:  # a browser, where this process has one, keeps a loop in this thread
        return alone.submit(asyncio.run, run()).result()


def test_the_newest_of_a_person_counts_and_the_older_is_told_so():
    async def script(queue, work, gate):
        first = asyncio.ensure_future(queue.ask("a", work("a1")))
        await asyncio.sleep(0.01)
        second = asyncio.ensure_future(queue.ask("a", work("a2")))
        await asyncio.sleep(0)
        third = asyncio.ensure_future(queue.ask("a", work("a3")))
        await asyncio.sleep(0)
        gate.set()
        return await asyncio.gather(first, second, third, return_exceptions=True)

    (first, second, third), done = played(script)
    assert (first, third, done) == ("a1", "a3", ["a1", "a3"])
    assert isinstance(second, Replaced)


def test_a_person_who_asks_much_does_not_hold_up_another():
    async def script(queue, work, gate):
        tasks = [asyncio.ensure_future(queue.ask("a", work("a1")))]
        await asyncio.sleep(0.01)
        for name in ("a2", "b1", "a3", "a4"):
            tasks.append(asyncio.ensure_future(queue.ask(name[0], work(name))))
            await asyncio.sleep(0)
        gate.set()
        return await asyncio.gather(*tasks, return_exceptions=True)

    _, done = played(script)
    assert done == ["a1", "a4", "b1"]  # a kept its place before b, and had one turn


def test_an_error_is_its_own_and_the_next_is_answered():
    def fail():
        raise ValueError("no")

    async def script(queue, work, gate):
        gate.set()
        return await asyncio.gather(queue.ask("a", fail), queue.ask("b", work("b1")), return_exceptions=True)

    (first, second), _ = played(script)
    assert isinstance(first, ValueError) and second == "b1"


def test_who_leaves_gives_up_the_place_and_what_is_running():
    stopped = []

    async def script(queue, work, gate):
        queue._stop = lambda doing: stopped.append(doing.args[0])
        first = asyncio.ensure_future(queue.ask("a", work("a1")))
        await asyncio.sleep(0.01)
        second = asyncio.ensure_future(queue.ask("a", work("a2")))
        await asyncio.sleep(0)
        queue.leave("a")
        gate.set()
        return await asyncio.gather(first, second, return_exceptions=True)

    (first, second), done = played(script)
    assert stopped == ["a1"] and done == ["a1"] and first == "a1" and isinstance(second, Replaced)


@pytest.mark.parametrize("many", [1, 5])
def test_nobody_waiting_is_nothing_left(many):
    async def script(queue, work, gate):
        gate.set()
        found = await asyncio.gather(*(queue.ask(i, work(i)) for i in range(many)))
        return found, queue.length, queue.running

    (found, length, running), _ = played(script)
    assert found == list(range(many)) and length == 0 and running is None
