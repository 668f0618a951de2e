import numpy as np
import pytest

import closedsky
from closedsky.futures.sampling import Design, model_columns


@pytest.fixture(scope="session")
def case():
    return closedsky.load_case("ukraine-2022")


@pytest.fixture(scope="session")
def small(case):
    """One run that many tests read."""
    return closedsky.run(case, 2048)


@pytest.fixture(scope="session")
def columns(case):
    design = Design(case, 0)
    return model_columns(case, design.rows(0, 512))


def same(a, b):
    """Equal to the last bit, NaN where NaN."""
    return a.dtype == b.dtype and a.shape == b.shape and np.array_equal(a.view(np.uint32), b.view(np.uint32))
