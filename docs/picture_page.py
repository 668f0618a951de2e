"""Draw the pictures of the live page: `python docs/picture_page.py` needs playwright and an installed Chromium.

They are of the page as it answers: a server is started, one assumption moved, and what has settled is photographed.
"""

import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

HERE = Path(__file__).parent
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
WAIT = 300_000
"""Milliseconds that a first run may take on a slow machine."""

TELEPHONE = 900
"""Pixels below which the assumptions lie under the charts."""

MOVED = "?view=then&option=full-zone&seed=0&set=substitutable%3D0.9"
"""A state in which one assumption is moved."""


def main() -> int:
    """Start the server, take both pictures, stop it."""
    found = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if found is None:
        print(f"none of {', '.join(CHROMIUM)} is installed", file=sys.stderr)
        return 1
    command = [sys.executable, "-m", "closedsky.cli", "serve", "ukraine-2022", "--port", "0"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        address = server.stdout.readline().strip()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
            for name, width, height, scheme in (("page", 1280, 1000, "light"), ("page-phone", 390, 844, "dark")):
                page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
                page.goto(address + MOVED)
                page.wait_for_selector("html[data-stage=changes]", timeout=WAIT)
                if width > TELEPHONE:
                    slider = page.locator("[data-assumption=substitutable]")
                    slider.evaluate("each => each.closest('details').open = true")
                    slider.scroll_into_view_if_needed()
                page.locator("#options").evaluate("each => each.scrollIntoView()")
                page.wait_for_timeout(300)
                page.screenshot(path=str(HERE / f"{name}.png"))
                page.close()
            browser.close()
    finally:
        server.terminate()
        server.wait(timeout=20)
    return 0


if __name__ == "__main__":
    sys.exit(main())
