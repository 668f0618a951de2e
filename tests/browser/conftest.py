"""A real report of few futures in a real browser: one browser and one report for all tests."""

import os
import shutil
from dataclasses import replace

import pytest

import closedsky.showing.report as module
from closedsky.commands.readings import Request
from closedsky.commands.report import report_command

FUTURES = 512
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


def absent(why):
    """Skip, or fail where a browser was promised."""
    if os.environ.get("CLOSEDSKY_BROWSER") == "required":
        pytest.fail(why)
    pytest.skip(why)


@pytest.fixture(scope="session")
def browser():
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        absent("playwright is not installed: pip install 'closedsky[dev]'")
    found = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if found is None:
        absent(f"none of {', '.join(CHROMIUM)} is installed")
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    with sync_playwright() as playwright:
        # the sandbox of a browser can't be had by root
        started = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"] if root else [])
        yield started
        started.close()


@pytest.fixture(scope="session")
def report(browser, tmp_path_factory):
    """What a report holds. Its view now is the view then by another name: a search for futures takes minutes."""
    made = []

    def keep(given):
        made.append(given)
        return ""

    patch = pytest.MonkeyPatch()
    patch.setattr(module, "render", keep)
    request = Request("ukraine-2022", FUTURES, None, 0, "then", ())
    report_command(request, tmp_path_factory.mktemp("report") / "report.html", None, True)
    patch.undo()
    (given,) = made
    (then,) = given.parts
    sections = tuple(
        replace(each, charts=tuple(chart | {"view": "now"} for chart in each.charts)) for each in then.sections
    )
    return replace(given, parts=(then, replace(then, view="now", sections=sections)))


@pytest.fixture(scope="session")
def address(report, tmp_path_factory):
    """Of the file."""
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(module.render(report), "utf-8")
    return path.as_uri()


@pytest.fixture
def opened(browser, address):
    """Open the report: `opened(width=..., color_scheme=...)` gives a page that is alive."""
    contexts = []

    def open_page(width=1280, height=900, **more):
        context = browser.new_context(viewport={"width": width, "height": height}, **more)
        contexts.append(context)
        page = context.new_page()
        page.said, page.asked = [], []
        page.on("console", lambda message: page.said.append(message.text))
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.on("request", lambda request: page.asked.append(request.url))
        page.goto(address)
        if more.get("java_script_enabled", True):
            page.wait_for_selector("html[data-alive]")
        return page

    yield open_page
    for context in contexts:
        context.close()
