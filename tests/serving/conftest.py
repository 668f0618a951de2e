"""One live case for all tests of the page: few futures, and stages in a thread of this process."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from closedsky.cases import load_case
from closedsky.serving import stages
from closedsky.serving.live import Live


@pytest.fixture(scope="session")
def case():
    return load_case("ukraine-2022")


@pytest.fixture(scope="session")
def live(case):
    """Answers with 1,024 futures where a person's machine would have thousands."""
    before = stages.SETTLED, stages.READ, stages.PAST, stages._WORK
    stages.SETTLED, stages.READ, stages.PAST = 1024, 512, 64
    made = Live(case, case.id, "full-zone", settle=ThreadPoolExecutor(1))
    stages._WORK = stages.Work(case, lambda job: made._unwanted.value == job, "full-zone")
    made.warm()
    yield made
    made.close()
    stages.SETTLED, stages.READ, stages.PAST, stages._WORK = before
