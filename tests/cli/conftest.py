import os
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

import pytest

import closedsky.cases
from closedsky.cases.library import load_case
from closedsky.cli import main

SOURCES = str(Path(closedsky.__file__).parents[1])
CASE = Path(closedsky.cases.__file__).parent / "ukraine-2022"


load_once = lru_cache(load_case)
SIGNALLED = (
    "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "from closedsky.cli import main; sys.exit(main(sys.argv[1:]))"
)
"""The tool as a terminal starts it: what runs in the background is often started deaf to Ctrl-C."""


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch):
    """No setting of the person who runs the tests, and each case parsed once."""
    for name in list(os.environ):
        if name.startswith("CLOSEDSKY_") and name not in ("CLOSEDSKY_CACHE", "CLOSEDSKY_DEVICES"):
            monkeypatch.delenv(name)
    monkeypatch.setattr(closedsky.cases, "load_case", load_once)


@pytest.fixture
def tool(capsys):
    """Run the command line in this process: exit code, stdout, lines of stderr."""

    def call(*words):
        capsys.readouterr()
        code = main([str(word) for word in words])
        out, err = capsys.readouterr()
        return code, out, [line for line in err.splitlines() if "compiling" not in line]

    return call


@pytest.fixture
def start():
    """Start the command line as a process of its own."""
    begun = []

    def call(*words, **settings):
        environment = {**os.environ, "PYTHONPATH": SOURCES, **settings.pop("environment", {})}
        words = [sys.executable, "-c", SIGNALLED, *map(str, words)]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        process = subprocess.Popen(words, text=True, env=environment, **pipes | settings)
        begun.append(process)
        return process

    yield call
    for process in begun:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.fixture
def shipped():
    """Folder of the shipped case."""
    return CASE
