"""How long the search for futures that agree with the record takes, and what it finds: one run, printed.

Run with: python bench/conditioning.py [ACCEPTED] [SEED]
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from closedsky.cases import load_case
from closedsky.futures.candidates import Candidates
from closedsky.futures.conditioning import condition, problems
from closedsky.futures.defaults import ACCEPTED
from closedsky.futures.overrides import parse_overrides
from closedsky.reading.searched import one_in, search


def main(accepted: int, seed: int) -> None:
    """Time a score of as many futures as are accepted, then a whole search in an empty folder."""
    case = load_case("ukraine-2022")
    candidates = Candidates(case, parse_overrides(case, None))
    z = np.random.default_rng(seed).standard_normal((accepted, len(candidates.names)))
    candidates.score(z)
    seconds = []
    for _ in range(10):
        began = time.perf_counter()
        candidates.score(z)
        seconds.append(time.perf_counter() - began)
    print(f"score of {accepted:,} futures: best {min(seconds):.3f} s, middle {np.median(seconds):.3f} s")
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        found = condition(case, accepted, seed, strict=False, folder=Path(folder))
        whole = time.perf_counter() - began
        began = time.perf_counter()
        condition(case, accepted, seed, strict=False, folder=Path(folder))
        again = time.perf_counter() - began
    about = search(found)
    print(f"search: {whole:.0f} s; read again from its folder: {again:.1f} s")
    print(f"sweeps {about.sweeps[0]} in {len(about.levels)} levels, {about.sweeps[1]} of them at full power")
    print(f"effective number: least {about.effective:,.0f} ({about.fewest}), middle {about.effective_middle:,.0f}")
    print(f"R-hat at most {about.rhat:.3f}; first draws {about.ancestors}; distinct {about.distinct:,}")
    print(f"one in {one_in(about.share)} plain draws (islands: {', '.join(map(one_in, about.share_ends))})")
    print("; ".join(problems(found)) or "no problem found")


if __name__ == "__main__":
    given = [int(each) for each in sys.argv[1:]]
    main(given[0] if given else ACCEPTED, given[1] if len(given) > 1 else 0)
