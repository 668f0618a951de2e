"""The case that the page is tested with; what answers for it (`live`) is shared with the tests in a browser."""

import pytest

from closedsky.cases import load_case


@pytest.fixture(scope="session")
def case():
    return load_case("ukraine-2022")
