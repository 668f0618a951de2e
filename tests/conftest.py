"""Settings that every test shares: property tests draw the same examples on every machine."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("gate", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("gate")


@pytest.fixture(scope="session")
def live():
    """One live case for all tests of the page: few futures, and stages in a thread of this process."""
    from closedsky.cases import load_case
    from closedsky.serving import stages
    from closedsky.serving.live import Live

    class Searchless(stages.Work):
        def accepted(self):
            raise AssertionError("a test of the page looks for no futures of the view now: that takes minutes")

    case = load_case("ukraine-2022")
    before = stages.SETTLED, stages.READ, stages.PAST, stages._WORK
    stages.SETTLED, stages.READ, stages.PAST = 1024, 512, 64
    made = Live(case, case.id, "full-zone", settle=ThreadPoolExecutor(1))
    stages._WORK = Searchless(case, lambda job: made._unwanted.value == job, "full-zone")
    made.warm()
    yield made
    made.close()
    stages.SETTLED, stages.READ, stages.PAST, stages._WORK = before


TOGETHER = ("tests/browser/", "tests/serving/")
"""Folders whose tests share what takes long to make: a report, a live case."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Share tests out by files, and those that belong together as one: what they share is made once a process."""
    from xdist.scheduler import LoadFileScheduling

    class Together(LoadFileScheduling):
        def _split_scope(self, nodeid):
            return "together" if nodeid.startswith(TOGETHER) else super()._split_scope(nodeid)

    return Together(config, log) if config.getvalue("dist") == "loadfile" else None
