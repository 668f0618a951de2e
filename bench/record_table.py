"""The tables of docs/validation.md, to be pasted there when the model or the case has changed.

Run with: python bench/record_table.py [FUTURES]
"""

from __future__ import annotations

import sys

from closedsky import load_case
from closedsky.futures.recorded import predict
from closedsky.reading.backtest import RATIO, Backtest, Item, backtest
from closedsky.reading.record import Chance, Number
from closedsky.reading.words import figure, per_thousand
from closedsky.showing.numbers import range_of
from closedsky.showing.record_words import band_of, recorded, shown, when

SHORT = {
    "killed": "killed", "killed_by_air": "by aircraft, %,", "flown": "sorties a day,",
    "adversary_lost": "aircraft lost by", "held": "held, %,", "aid": "aid, billion EUR, by",
}  # fmt: skip


def number(item: Item, on: Number, every: Number) -> str:
    """One line of the table of numbers."""
    entry, still_on = item.entry, item.still_on
    name = entry.label if entry.quantity == RATIO else f"{SHORT[entry.quantity or '']} {when(entry)}"
    below = [range_of(*(per_thousand(each) for each in found.place)) for found in (on, every)]
    cells = [
        name,
        recorded(entry),
        per_thousand(still_on.value.value) if still_on else "-",
        f"{shown(item, on.median.value)} [{band_of(item, on.middle)}] [{band_of(item, on.most)}]",
        below[0],
        f"**{on.verdict}**" if on.missed else on.verdict,
        f"{shown(item, every.median.value)} [{band_of(item, every.most)}]",
        below[1],
    ]
    return f"| {' | '.join(cells)} |"


def chance(item: Item, every: Chance) -> str:
    """One line of the table of events and bounds."""
    on = item.war_on if isinstance(item.war_on, Chance) else None
    shares = [per_thousand(found.share.value.value) if found else "-" for found in (on, every)]
    score = figure((on or every).log_score)
    return f"| {' | '.join([item.entry.label, recorded(item.entry), *shares, score])} |"


def main(futures: int) -> Backtest:
    """Print both tables and the sentence that goes with them."""
    case = load_case("ukraine-2022")
    predicted = predict(case, futures)
    found = backtest(case, predicted.values, predicted.on, view=predicted.view, seed=predicted.seed)
    for item in found.compared:
        if isinstance(item.war_on, Number) and isinstance(item.over_all, Number):
            print(number(item, item.war_on, item.over_all))
    print()
    for item in found.compared:
        if isinstance(item.over_all, Chance):
            print(chance(item, item.over_all))
    print()
    print(found.summary())
    for name in found.quantities:
        print(name, found.coverage(quantity=name))
    return found


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 16_384)
