"""The live page in a real browser: from a key to the redrawn chart, first charts, bytes, requests, settled stages.

    python bench/page.py [--case ukraine-2022] [--moves 50] [--held 3] [--settle 240]

Starts `closedsky serve` as a person would and moves the most influential slider with its keys: each key after the
answer to the one before, then as fast as a key that is held down. Times are taken inside the page, from the key's own
time stamp to after the frame in which the new drawing is painted, with every option on both paths. What the engine
alone takes for as many lanes is measured in the same run, so that numbers of a slow machine mean something. Needs
playwright (extra `dev`) and an installed Chromium.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
SERVE = "import sys; from closedsky.cli import main; sys.argv[0] = 'closedsky'; main()"

REDRAWN_MS, FIRST_MS = 100.0, 1000.0
"""Goals: from key to chart at the ninetieth percentile, and the first chart of a second visit."""

A_SECOND = 30
"""How often a key that is held down repeats."""

MOST_MS = 60_000
"""Milliseconds after which a page that draws nothing is given up."""

LET_GO = 10.0
"""Seconds that the server has to end by itself."""

WATCH = """(() => {
  const bench = (window.bench = { keys: [], asked: {}, came: {}, drawn: [], first: null, heard: 0, sent: 0 });
  let waiting = () => {};
  const isStill = () => bench.drawn.length > 0 && bench.sent === bench.heard && bench.sent === bench.drawn.at(-1)[0];
  window.still = () => new Promise((done) => { waiting = () => isStill() && done(true); waiting(); });
  let answered = 0;
  const Native = window.WebSocket;
  window.WebSocket = class extends Native {
    constructor(...given) {
      super(...given);
      this.addEventListener("message", ({ data }) => {
        const [, id, stage] = /^\\{"id":(\\d+),"stage":"(\\w+)"/.exec(data.slice(0, 80)) ?? [];
        if (stage === "quick") { answered = bench.heard = Number(id); bench.came[id] = performance.now(); }
      });
    }
    send(text) {
      bench.sent = Number(/"id":(\\d+)/.exec(text)[1]);
      bench.asked[bench.sent] = performance.now();
      super.send(text);
    }
  };
  addEventListener("keydown", (event) => bench.keys.push(event.timeStamp), true);
  const painted = (act) => requestAnimationFrame(() => {
    const after = new MessageChannel();
    after.port1.onmessage = () => act(performance.now());
    after.port2.postMessage(0);
  });
  const look = new MutationObserver((changes) => {
    const isNew = changes.some(({ addedNodes }) => [...addedNodes].some((each) => each.localName === "svg"));
    if (!isNew) return;
    const id = answered;
    painted((at) => { bench.first ??= at; bench.drawn.push([id, at]); waiting(); });
  });
  addEventListener("DOMContentLoaded", () => {
    const picture = document.querySelector("figure[data-chart=options] [data-picture]");
    look.observe(picture, { childList: true });
  });
})();"""
"""What is watched inside the page before its own script begins."""


def quantile(values: list[float], share: float) -> float:
    """The value below which a share of the values lies, between the two nearest."""
    ordered = sorted(values)
    at = share * (len(ordered) - 1)
    low = int(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (at - low) * (ordered[high] - ordered[low])


@contextlib.contextmanager
def served(case: str) -> Iterator[tuple[str, float]]:
    """A server in a process of its own; its address, and the seconds until it was printed."""
    begun = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE, "serve", case, "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    try:
        assert process.stdout is not None
        address = process.stdout.readline().decode().strip()
        if not address:
            raise SystemExit(f"closedsky serve {case} ended before it gave an address")
        yield address, time.perf_counter() - begun
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(LET_GO)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class Watched:
    """One page, with what it asked for and what went over its socket."""

    def __init__(self, context: Any, address: str) -> None:
        self.page = context.new_page()
        self.page.add_init_script(WATCH)
        self.asked: list[str] = []
        self.answers: list[dict[str, Any]] = []
        self.sizes: list[int] = []
        self.loaded = 0
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("websocket", self._listen)
        network = context.new_cdp_session(self.page)
        network.on("Network.loadingFinished", self._finished)
        network.send("Network.enable")
        self.page.goto(address)

    def _listen(self, line: Any) -> None:
        self.asked.append(line.url)
        line.on("framereceived", self._take)

    def _take(self, text: str) -> None:
        self.sizes.append(len(text.encode()))
        self.answers.append(json.loads(text))

    def _finished(self, event: dict[str, Any]) -> None:
        self.loaded += int(event["encodedDataLength"])

    def until(self, what: Callable[[], Any], seconds: float = 60.0) -> Any:
        """Wait until something holds and return it; None if it never does."""
        end = time.monotonic() + seconds
        while not (found := what()):
            if time.monotonic() > end:
                return None
            self.page.wait_for_timeout(5)
        return found

    def bench(self) -> dict[str, Any]:
        """What was seen inside the page."""
        found: dict[str, Any] = self.page.evaluate("bench")
        return found

    def first(self) -> float:
        """Milliseconds from the start of the visit to the first chart."""
        found = self.until(lambda: self.bench()["first"])
        if found is None:
            raise SystemExit("no chart came")
        return float(found)

    def still(self) -> None:
        """Wait until every question has its answer, and the last is drawn; inside the page, for asking costs time."""
        if not self.page.evaluate(f"Promise.race([still(), new Promise((end) => setTimeout(end, {MOST_MS}))])"):
            raise SystemExit(f"nothing was drawn for {MOST_MS / 1000:.0f} s")


def waits(seen: dict[str, Any], since: float) -> list[float]:
    """Milliseconds from each key to the first drawing of what was asked after it."""
    found = []
    for key in seen["keys"]:
        if key < since:
            continue
        after = [at for id, at in seen["drawn"] if seen["asked"][str(id)] >= key]
        if after:
            found.append(after[0] - key)
    return found


def engine_alone(case_name: str, futures: int, repeats: int = 10) -> tuple[int, float]:
    """Lanes of one path, and the milliseconds that the engine alone takes for both: the median of some calls."""
    import numpy as np

    from closedsky.cases import load_case
    from closedsky.futures.engine import pack_luck, start_jax, step_of_lanes
    from closedsky.futures.overrides import parse_overrides
    from closedsky.futures.sampling import Design, model_columns
    from closedsky.futures.simulate import Simulator
    from closedsky.model.luck import envelopes
    from closedsky.model.names import SWITCHES

    start_jax()  # before anything else starts it: this sets one device for each core
    case = load_case(case_name)
    lanes = -(-futures * len(case.options) // step_of_lanes()) * step_of_lanes()
    columns = model_columns(case, Design(case, 0).rows(0, futures))
    luck = pack_luck(envelopes(0, np.arange(futures)))
    paths = [
        Simulator(case, None, parse_overrides(case, {"war_path": path}), lanes=lanes) for path in SWITCHES["war_path"]
    ]
    spent = []
    for _ in range(repeats + 1):
        begun = time.perf_counter()
        for simulator in paths:
            simulator.block(columns, luck)
        spent.append(1000 * (time.perf_counter() - begun))
    return lanes, statistics.median(spent[1:])  # the first one loads the program


def row(what: str, measured: str, goal: str = "", ratio: str = "") -> None:
    """Print one line of the table."""
    print(f"| {what} | {measured} | {goal} | {ratio} |", flush=True)


def move(seen: Watched, moves: int, held: float) -> None:
    """Move the most influential slider by its keys and print how long its charts took."""
    page = seen.page
    slider = page.locator(".assumptions details.group[open] .slider input").first
    page.locator("figure[data-chart=options]").evaluate("each => each.scrollIntoView({ block: 'start' })")
    slider.focus()
    page.keyboard.press("Home")  # room to the right for all that follows
    page.wait_for_timeout(200)
    seen.still()

    since = page.evaluate("performance.now()")
    for _ in range(moves):
        page.keyboard.press("ArrowRight")
        seen.still()
    found = seen.bench()
    told(f"{moves} moves, each after the answer before", waits(found, since))
    drawn = [(str(id), at) for id, at in found["drawn"] if found["asked"][str(id)] >= since]
    answered = statistics.median(found["came"][id] - found["asked"][id] for id, _ in drawn)
    shown = statistics.median(at - found["came"][id] for id, at in drawn)
    row("of it the server's answer, and the browser's drawing: p50", f"{answered:.0f}, {shown:.0f} ms")
    sizes = [size for size, each in zip(seen.sizes, seen.answers, strict=True) if each.get("stage") == "quick"][-moves:]
    row("bytes of an answer while it moves", f"{statistics.mean(sizes) / 1024:.0f} KiB")

    page.keyboard.press("Home")
    page.wait_for_timeout(200)
    seen.still()
    since, begun, pressed = page.evaluate("performance.now()"), time.monotonic(), 0
    while pressed < held * A_SECOND:
        page.keyboard.press("ArrowRight")
        pressed += 1
        page.wait_for_timeout(max(0.0, 1000 * (begun + pressed / A_SECOND - time.monotonic())))
    rate = pressed / (time.monotonic() - begun)
    seen.still()
    told(f"{pressed} keys held down, {rate:.0f} a second", waits(seen.bench(), since))
    drawn = [at for _, at in seen.bench()["drawn"] if at >= since]
    row("charts redrawn a second meanwhile", f"{(len(drawn) - 1) / (drawn[-1] - drawn[0]) * 1000:.1f}")


def told(what: str, found: list[float]) -> None:
    """Print how long redrawing took."""
    p90 = quantile(found, 0.9)
    row(
        f"key to redrawn chart, {what}: p50, p90, max",
        f"{quantile(found, 0.5):.0f}, {p90:.0f}, {max(found):.0f} ms",
        f"p90 {REDRAWN_MS:.0f} ms",
        f"{p90 / REDRAWN_MS:.2f}",
    )


def settle(seen: Watched, seconds: float) -> None:
    """Print how long after the last move the larger run and the last stage came."""
    begun = time.monotonic()

    def stage(name: str) -> dict[str, Any] | None:
        at = seen.bench()["sent"]
        return next((each for each in seen.answers if each.get("id") == at and each.get("stage") == name), None)

    base = seen.until(lambda: stage("base"), seconds)
    row(
        f"at rest to {base['futures']:,} futures" if base else "at rest to all futures",
        f"{time.monotonic() - begun:.1f} s" if base else f"not within {seconds:.0f} s",
    )
    last = seen.until(lambda: stage("place"), max(0.0, seconds - (time.monotonic() - begun)))
    row("at rest to the last stage", f"{time.monotonic() - begun:.1f} s" if last else f"not within {seconds:.0f} s")


def measure(browser: Any, address: str, asked: argparse.Namespace) -> int:
    """Print what one browser sees; return how many futures a drag has."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    cold = Watched(context, address)
    row("first chart, first visit", f"{cold.first():.0f} ms", f"{FIRST_MS:.0f} ms", f"{cold.first() / FIRST_MS:.2f}")
    cold.still()
    loaded, many = cold.loaded, len(cold.asked)
    cold.page.close()
    warm = Watched(context, address)
    row("first chart, second visit", f"{warm.first():.0f} ms", f"{FIRST_MS:.0f} ms", f"{warm.first() / FIRST_MS:.2f}")
    warm.still()
    row("requests of a visit, socket included", f"{many}, {loaded / 1024:.0f} KiB and {warm.sizes[0] / 1024:.0f} KiB")
    move(warm, asked.moves, asked.held)
    quick = next(each for each in warm.answers if each.get("stage") == "quick")
    row("futures of every option while it moves, on both paths", f"{quick['futures']}")
    settle(warm, asked.settle)
    home = urlsplit(address).netloc
    elsewhere = [url for each in (cold, warm) for url in each.asked if _goes(url, home)]
    row("requests to anything else", str(len(elsewhere)), "0")
    context.close()
    return int(quick["futures"])


def _goes(url: str, home: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme not in ("data", "blob") and parts.netloc != home


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--case", default="ukraine-2022")
    parser.add_argument("--moves", type=int, default=50, help="keys, each after the answer to the one before")
    parser.add_argument("--held", type=float, default=3.0, help="seconds for which a key is held down")
    parser.add_argument("--settle", type=float, default=240.0, help="most seconds to wait for the last stage")
    asked = parser.parse_args()
    if importlib.util.find_spec("playwright") is None:
        print("playwright is not installed (pip install 'closedsky[dev]'): nothing to measure")
        return
    found = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if found is None:
        print(f"none of {', '.join(CHROMIUM)} is installed: nothing to measure")
        return
    from playwright.sync_api import sync_playwright

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the server is ended, too
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    print(f"{os.cpu_count()} processors{load}\n\n| what | measured | goal | measured / goal |\n|---|---|---|---|")
    with served(asked.case) as (address, seconds), sync_playwright() as playwright:
        row("command to printed address", f"{seconds:.1f} s")
        # the sandbox of a browser can't be had by root
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"] if root else [])
        futures = measure(browser, address, asked)
        browser.close()
    lanes, bare = engine_alone(asked.case, futures)
    row(f"engine alone, both paths, {lanes:,} lanes each", f"{bare:.0f} ms")


if __name__ == "__main__":
    main()
