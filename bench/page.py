"""How long the live page takes in a real browser: from key press to redrawn chart, to the first chart, to everything.

Every option on both paths, one assumption moved by the arrow key fifty times. Times of a slow machine say little, so
beside them stands what bare calls of the compiled program take for as many lanes, measured in the same run.

    python bench/page.py
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import time
from typing import Any

CASE = "ukraine-2022"
MOVES = 50
WAIT = 300_000
GOALS = {"p90": 100.0, "first": 1000.0}
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")

WATCH = """() => {
  const figure = document.querySelector('figure[data-chart=options] [data-picture]');
  window.__moves = [];
  let pressed = 0;
  document.addEventListener('keydown', () => { pressed = performance.now(); }, true);
  new MutationObserver(() => {
    if (!pressed) return;
    const from = pressed;
    pressed = 0;
    requestAnimationFrame(() => requestAnimationFrame(() => window.__moves.push(performance.now() - from)));
  }).observe(figure, { childList: true });
}"""


def bare(futures: int) -> float:
    """Milliseconds of one call of the compiled program for every option of so many futures, on both paths."""
    import numpy as np

    from closedsky.cases import load_case
    from closedsky.futures.engine import ROWS, Engine, step_of_lanes
    from closedsky.futures.overrides import parse_overrides
    from closedsky.futures.simulate import setting_of

    case = load_case(CASE)
    lanes = -(-futures * len(case.options) // step_of_lanes()) * step_of_lanes()
    engine = Engine([setting_of(case, parse_overrides(case, None).switches)])
    rows = np.full((ROWS, lanes), 0.5, np.float32)
    spent = []
    for _ in range(12):
        begun = time.perf_counter()
        engine.jax.block_until_ready(engine.call(rows))
        spent.append(time.perf_counter() - begun)
    return 2000.0 * statistics.median(spent[2:])


def main() -> int:
    found = next(filter(None, map(shutil.which, CHROMIUM)), None)
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        found = None
    if found is None:
        print("skipped: playwright and a Chromium are needed")
        return 0
    begun = time.perf_counter()
    command = [sys.executable, "-m", "closedsky.cli", "serve", CASE, "--port", "0"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert server.stdout is not None
        address = server.stdout.readline().strip()
        started = time.perf_counter() - begun
        with sync_playwright() as playwright:
            root = hasattr(os, "geteuid") and os.geteuid() == 0
            browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"] if root else [])
            measured = measure(browser, address)
            browser.close()
    finally:
        server.terminate()
        server.wait(timeout=30)
    compute = bare(measured["futures"])
    moves = sorted(measured["moves"])
    p50, p90 = statistics.median(moves), moves[int(0.9 * len(moves))]
    rows = [
        ("server started, address printed", f"{started:.1f} s", ""),
        ("first chart, first visit", f"{measured['cold']:.0f} ms", ""),
        ("first chart, second visit", f"{measured['warm']:.0f} ms", f"goal {GOALS['first']:.0f} ms"),
        ("futures while a slider moves", f"{measured['futures']}", "of about 512"),
        (f"key press to redrawn chart, p50 of {len(moves)} moves", f"{p50:.0f} ms", ""),
        ("p90", f"{p90:.0f} ms", f"goal {GOALS['p90']:.0f} ms: {p90 / GOALS['p90']:.2f} of it"),
        ("longest", f"{moves[-1]:.0f} ms", ""),
        ("bare compiled calls for as many lanes", f"{compute:.0f} ms", f"p50 is {p50 / compute:.1f} times that"),
        ("held key, 30 a second: charts drawn", f"{measured['held']:.1f} a second", ""),
        ("rest to 16,384 futures", f"{measured['base']:.1f} s", ""),
        ("rest to everything", f"{measured['done']:.1f} s", ""),
        ("requests; of them to other machines", f"{measured['requests']}; {measured['away']}", "goal 0 away"),
        ("bytes of page, script and sheet", f"{measured['bytes'] / 1e3:.0f} kB", ""),
        ("bytes of one answer while moving", f"{measured['answer'] / 1e3:.0f} kB", ""),
    ]
    wide = max(len(name) for name, _, _ in rows)
    for name, value, goal in rows:
        print(f"{name:<{wide}}  {value:>16}  {goal}".rstrip())
    return 0


def measure(browser: Any, address: str) -> dict[str, Any]:
    found: dict[str, Any] = {"requests": 0, "away": 0, "bytes": 0}
    context = browser.new_context(viewport={"width": 1440, "height": 1000}, bypass_csp=True)

    def visit():
        page = context.new_page()
        begun = time.perf_counter()
        page.goto(address)
        page.wait_for_selector("figure[data-chart=options] svg", timeout=WAIT)
        return page, 1000.0 * (time.perf_counter() - begun)

    def asked(request):
        found["requests"] += 1
        found["away"] += not request.url.startswith((address, address.replace("http", "ws"), "data:", "blob:"))

    context.on("request", asked)
    context.on("response", lambda answer: found.__setitem__("bytes", found["bytes"] + len(answer.body() or b"")))
    first, found["cold"] = visit()
    first.close()
    page, found["warm"] = visit()
    page.on("websocket", lambda _: None)
    page.wait_for_selector("html[data-stage=done]", timeout=WAIT)
    name = page.evaluate("document.querySelector('.assumptions .slider').dataset.assumption")
    slider = page.locator(f"[data-assumption={name}] input[type=range]")
    page.locator("#options").evaluate("each => each.scrollIntoView()")
    slider.evaluate("each => { each.closest('details').open = true; each.focus({ preventScroll: true }); }")
    page.evaluate(WATCH)
    for _ in range(MOVES):
        before = page.evaluate("window.__moves.length")
        page.keyboard.press("ArrowRight")
        while page.evaluate("window.__moves.length") == before:
            page.wait_for_timeout(5)
        page.wait_for_timeout(60)
    found["moves"] = page.evaluate("window.__moves")
    words = page.inner_text("#status")
    found["futures"] = int(words.split(" ")[0].replace(",", "")) if "while a slider moves" in words else 0
    page.evaluate("window.__moves = []")
    begun = time.perf_counter()
    for _ in range(60):
        page.keyboard.press("ArrowLeft")
        page.wait_for_timeout(33)
    found["held"] = page.evaluate("window.__moves.length") / (time.perf_counter() - begun)
    begun = time.perf_counter()
    page.wait_for_selector("html[data-stage=base]", timeout=WAIT)
    found["base"] = time.perf_counter() - begun
    page.wait_for_selector("html[data-stage=done]", timeout=WAIT)
    found["done"] = time.perf_counter() - begun
    found["answer"] = page.evaluate("document.querySelector('figure[data-chart=options] svg').outerHTML.length")
    return found


if __name__ == "__main__":
    sys.exit(main())
