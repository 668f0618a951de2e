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

    case = load_case("ukraine-2022")
    before = stages.SETTLED, stages.READ, stages.PAST, stages._WORK
    stages.SETTLED, stages.READ, stages.PAST = 1024, 512, 64
    made = Live(case, case.id, "full-zone", settle=ThreadPoolExecutor(1))
    stages._WORK = stages.Work(case, lambda job: made._unwanted.value == job, "full-zone")
    made.warm()
    yield made
    made.close()
    stages.SETTLED, stages.READ, stages.PAST, stages._WORK = before


def pytest_collection_modifyitems(items):
    """Keep the tests of one file in one process, for what they share is made once a process."""
    for item in items:
        if item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(item.nodeid.split("::")[0]))
