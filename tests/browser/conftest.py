"""A real report and a real server of few futures in a real browser: one of each for all tests."""

import json
import os
import shutil
import socket
import threading
import time
from dataclasses import replace
from functools import partial
from urllib.parse import parse_qs

import pytest
import uvicorn

import closedsky.showing.report as module
from closedsky.commands.readings import Request
from closedsky.commands.report import report_command
from closedsky.serving import stages
from closedsky.serving.app import make_app

FUTURES = 512
PATIENCE = 120_000  # milliseconds; a machine that is busy is slow and not wrong
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


def absent(why):
    """Skip, or fail where a browser was promised."""
    if os.environ.get("CLOSEDSKY_BROWSER") == "required":
        pytest.fail(why)
    pytest.skip(why)


@pytest.fixture(scope="session")
def browser():
    try:
        from playwright.sync_api import expect, sync_playwright
    except ImportError:
        absent("playwright is not installed: pip install 'closedsky[dev]'")
    found = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if found is None:
        absent(f"none of {', '.join(CHROMIUM)} is installed")
    expect.set_options(timeout=PATIENCE)
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


SLOW = ("debate", "deciding")
"""Stages that take seconds with any number of futures: worked out for the first state only."""

RESTS = 500
"""Milliseconds after which a page that was touched has asked for all of it, and has written its address."""

LEFT_OUT = "Left out of this test."


class Quick(stages.Work):
    """Stages of few futures, each worked out once for all pages that ask for it."""

    def __init__(self, case, unwanted, option, made):
        super().__init__(case, unwanted, option)
        self.made = made
        for stage in stages.STAGES:
            setattr(self, f"_{stage}", partial(self._once, stage, getattr(self, f"_{stage}")))

    def accepted(self):
        raise AssertionError("a test of the page looks for no futures of the view now: that takes minutes")

    def _shown(self, state):
        return {}  # run where it is needed

    def _once(self, stage, work, _, state):
        key = (self.case.digest(), json.dumps(state.to_dict(), sort_keys=True), stage)
        if key not in self.made:
            # futures of the view now are minutes away, and the page may ask for more after a test has ended
            left_out = state.view == "now" or (stage in SLOW and (state.sets or state.seed))
            found = {"note": LEFT_OUT} if left_out else work(super()._shown(state), state)
            self.made[key] = found, self._at.basis
        found, basis = self.made[key]
        self._at = stages._Kept({}, None, basis)
        return dict(found)


class Server:
    """A real server in a thread, on a port that it keeps."""

    def __init__(self, live):
        self._app_of, self._port, self._thread = live, 0, None
        self.start()

    def start(self):
        listening = socket.socket()
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", self._port))
        listening.listen(16)
        self._port = listening.getsockname()[1]
        app = make_app(self._app_of, {"127.0.0.1", "localhost"})
        config = uvicorn.Config(app, log_level="error", access_log=False, timeout_graceful_shutdown=1)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [listening]}, daemon=True)
        self._thread.start()

    def stop(self):
        self._server.should_exit = True
        self._thread.join()

    @property
    def address(self):
        return f"http://127.0.0.1:{self._port}/"


@pytest.fixture(scope="session")
def worked_out():
    """Stages that were worked out already, by case, state and stage."""
    return {}


@pytest.fixture(scope="module")
def served(browser, live, worked_out):
    """The live case behind a real port."""
    before = stages.SETTLED, stages.READ, stages._WORK
    stages.SETTLED, stages.READ = 512, 320
    stages._WORK = Quick(live.case, lambda job: live._unwanted.value == job, live.option, worked_out)
    server = Server(live)
    yield server
    server.stop()
    stages.SETTLED, stages.READ, stages._WORK = before


def _says(text, value):
    """Whether a text of an address stands for a value."""
    if isinstance(value, list):
        return [float(each) for each in text.split("..")] == value
    return text == value if isinstance(value, str) else float(text) == value


class Visit:
    """A page that is open, with all that went over its socket and all that its browser complained about."""

    def __init__(self, context, address):
        self.page = context.new_page()
        self.complaints, self.asked, self.sent, self.heard = [], [], [], []
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("websocket", self._listen)
        self.address = address

    def _listen(self, line):
        self.asked.append(line.url)
        line.on("framesent", lambda text: self.sent.append(json.loads(text)))
        line.on("framereceived", lambda text: self.heard.append(json.loads(text)))

    def until(self, what, seconds=120.0):
        """Wait until something holds; return it."""
        end = time.monotonic() + seconds
        while not (found := what()):
            assert time.monotonic() < end, "it did not come"
            self.page.wait_for_timeout(20)
        self.page.evaluate("new Promise(requestAnimationFrame)")  # by then what was heard is on the screen
        return found

    def answer(self, stage="quick", **state):
        """Wait for a stage of what the page has set once it rests; what is named must be as given."""

        def found():
            if not self.sent or not self.sent[-1]["rest"] or not self._is_set(self.sent[-1]["state"]):
                return None
            if any(self.sent[-1]["state"][name] != value for name, value in state.items()):
                return None
            named = (each for each in self.heard if each.get("id") == self.sent[-1]["id"])
            return next((each for each in named if each.get("stage") == stage), None)

        self.page.wait_for_timeout(RESTS)
        return self.until(found)

    @property
    def sets(self):
        """What was asked for last sets."""
        return self.sent[-1]["state"]["sets"]

    def _is_set(self, state):
        """Whether a state that was asked for is the one that the page's address holds."""
        held = parse_qs(self.page.evaluate("location.search").removeprefix("?"))
        if "model" not in held:
            return True
        sets = dict(each.split("=", 1) for each in held.pop("set", ()))
        usual = {"view": "then", "adoption": "effect", "path": "both", "weight": "0", "seed": "0"}
        written = usual | {name: values[0] for name, values in held.items() if name != "model"}
        return set(sets) == set(state["sets"]) and all(
            _says(text, of[name])
            for texts, of in ((written, state), (sets, state["sets"]))
            for name, text in texts.items()
        )

    def assume(self, name, place):
        """Put a slider, wherever it stands, at a place from 0 to 200."""
        self.page.locator(f"#slide-{name}").evaluate(
            """(each, place) => { each.value = place;
                for (const kind of ["input", "change"]) each.dispatchEvent(new Event(kind, { bubbles: true })); }""",
            str(place),
        )

    def figure(self, name):
        return self.page.locator(f"figure[data-chart={name}]")

    def chart(self, name):
        """The last that was sent of a chart."""
        return next(each["charts"][name] for each in reversed(self.heard) if name in each.get("charts", ()))

    def notices(self):
        return self.page.locator("#notices .notice").all_text_contents()


@pytest.fixture
def visit(browser, served):
    """Open the page: `visit(search, width=..., color_scheme=...)`; none of them may complain or ask anybody else."""
    contexts, visits = [], []

    def open_page(search="", width=1280, height=900, stage="base", server=served, **more):
        context = browser.new_context(viewport={"width": width, "height": height}, **more)
        contexts.append(context)
        made = Visit(context, server.address)
        visits.append(made)
        made.page.goto(server.address + search)
        if stage and more.get("java_script_enabled", True):
            made.answer(stage)
        return made

    yield open_page
    for context in contexts:
        context.close()
    for each in visits:
        assert each.complaints == []
        home = (each.address, each.address.replace("http:", "ws:"), "data:", "blob:")
        assert [url for url in each.asked if not url.startswith(home)] == []
