"""How far the search for futures that agree with the record can be relied on, and how rare such futures are."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import special

from closedsky.futures.conditioned import Conditioned
from closedsky.reading.moved import label_of
from closedsky.reading.statistics import SCRAMBLES, plain
from closedsky.reading.words import figure

WORDS = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))
"""Numbers that are easier to read as a word."""

COUNTLESS = 1e15
"""A number that no word is known for."""


@dataclass(frozen=True)
class Search:
    """How far the search for futures that agree with the record can be relied on.

    Attributes:
        accepted, before: how many futures were accepted, and drawn before the record was looked at.
        distinct: accepted futures that differ in some envelope that the record bears on.
        ancestors: first draws from which the accepted futures descend.
        effective, fewest: least effective number of any watched quantity, and which quantity that is.
        effective_middle: the middle one.
        rhat, apart: greatest R-hat between islands, and of what; 1 is agreement.
        islands: searches that never exchanged futures, but shared the way there: powers, lengths of steps, fitted law.
        levels: powers of the acceptance probability that were gone through.
        sweeps: steps proposed to each future, in all and at full power.
        share: logarithm of the share of plain draws that would have been accepted: of the mean over islands, as each
            of them gives that share, and not its logarithm, without bias (Del Moral, Doucet & Jasra 2006).
        share_error: standard error of that, from the spread of the islands' logarithms.
        share_ends: least and greatest of the islands.
    """

    accepted: int
    before: int
    distinct: int
    ancestors: int
    effective: float
    fewest: str
    effective_middle: float
    rhat: float
    apart: str
    islands: int
    levels: tuple[float, ...]
    sweeps: tuple[int, int]
    share: float
    share_error: float
    share_ends: tuple[float, float]

    def to_dict(self) -> dict[str, Any]:
        """Return plain numbers."""
        return {
            "distinct": self.distinct,
            "ancestors": self.ancestors,
            "effective_number": plain(self.effective),
            "least_effective": self.fewest,
            "effective_number_median": plain(self.effective_middle),
            "rhat": plain(self.rhat),
            "least_agreed": self.apart,
            "islands": self.islands,
            "levels": list(self.levels),
            "sweeps": list(self.sweeps),
            "log_share_accepted": plain(self.share),
            "log_share_accepted_error": plain(self.share_error),
            "log_share_accepted_islands": [plain(each) for each in self.share_ends],
            "share_accepted": f"one in {one_in(self.share)}",
        }


def one_in(log_share: float) -> str:
    """Say how rare a share is, by its logarithm: one in so many.

    Example:
        >>> one_in(math.log(5.2e-9)), one_in(math.log(1 / 340)), one_in(-200.0)
        ('190 million', '340', '10^87')
    """
    if -log_share > math.log(COUNTLESS):
        return f"10^{-log_share / math.log(10.0):.0f}"
    number = math.exp(-log_share)
    for size, word in WORDS:
        if number >= size:
            return f"{figure(number / size)} {word}"
    return figure(number)


def search(found: Conditioned) -> Search:
    """Read the diagnostics of a search off what it found.

    Args:
        found: what the record allows.
    """
    case = found.case
    effective, rhats = found.effective_numbers(), found.rhats()
    fewest, apart = min(effective, key=lambda name: effective[name]), max(rhats, key=lambda name: rhats[name])
    shares = found.evidence
    return Search(
        accepted=found.futures,
        before=len(found.before.assumptions),
        distinct=found.distinct,
        ancestors=found.ancestors,
        effective=effective[fewest],
        fewest=label_of(case, fewest),
        effective_middle=float(np.median(list(effective.values()))),
        rhat=rhats[apart],
        apart=label_of(case, apart),
        islands=SCRAMBLES,
        levels=tuple(found.levels),
        sweeps=found.sweeps,
        share=float(special.logsumexp(shares) - np.log(len(shares))),
        share_error=float(np.std(shares, ddof=1) / np.sqrt(len(shares))) if len(shares) > 1 else float("nan"),
        share_ends=(float(np.min(shares)), float(np.max(shares))),
    )
