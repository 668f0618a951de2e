"""The tables of the view now in docs: the record before and after conditioning, and options under both views.

Run with: python bench/now_table.py [ACCEPTED]
"""

from __future__ import annotations

import sys

from closedsky import condition, load_case
from closedsky.futures.defaults import ACCEPTED, FEWER
from closedsky.futures.run import run_paths
from closedsky.reading.backtest import RATIO, backtest
from closedsky.reading.measures import LIVES
from closedsky.reading.record import Number
from closedsky.reading.statistics import spread
from closedsky.showing.numbers import change_within, signed_band, signed_middle
from closedsky.showing.record_words import band_of, recorded, shown, when
from record_table import SHORT

COMPARED = ("full-zone", "full-zone-strikes", "corridors", "refuse-surge")


def main(accepted: int) -> None:
    """Print both tables as Markdown."""
    case = load_case("ukraine-2022")
    found = condition(case, accepted)
    before, now = (
        backtest(case, drawn.values, drawn.on, view="now", seed=found.seed, effective=found.effective_number)
        for drawn in (found.before, found.accepted)
    )
    print("| quantity | record | before | now | lies now | |\n|---|---|---|---|---|---|")
    for old, new in zip(before.compared, now.compared, strict=True):
        entry, first, then = new.entry, new.war_on, old.war_on
        if not isinstance(first, Number) or not isinstance(then, Number):
            continue
        name = entry.label if entry.quantity == RATIO else f"{SHORT[entry.quantity or '']} {when(entry)}"
        cells = [f"{shown(new, each.median.value)} [{band_of(new, each.most)}]" for each in (then, first)]
        use = "accepts" if new.accepts else "input" if new.is_input else ""
        verdict = f"**{first.verdict}**" if first.missed else first.verdict
        print(f"| {' | '.join([name, recorded(entry), *cells, verdict, use])} |")
    print(f"\n{now.summary()}\n")
    options = (case.taken, *COMPARED)
    runs = {
        "then": run_paths(case, FEWER, options=options),
        "now": run_paths(
            case, view="now", options=options, conditioned=dict.fromkeys(("contest", "engagement"), found)
        ),
    }
    print("| option | path | then | now |\n|---|---|---|---|")
    for option in COMPARED:
        for path in ("contest", "engagement"):
            cells = []
            for results in runs.values():
                each = spread(results[path].values(LIVES, option))
                cells.append(f"{change_within(each.mean)}; median {signed_middle(each)} [{signed_band(each)}]")
            print(f"| {' | '.join([option, path, *cells])} |")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ACCEPTED)
