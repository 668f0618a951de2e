"""The tables of docs/validation.md about the six air campaigns, to be pasted there when model, cases or record change.

Run with: python bench/campaign_tables.py [FUTURES]
"""

from __future__ import annotations

import dataclasses
import sys

import numpy as np

from closedsky.futures.zones import campaigns, strip
from closedsky.reading.held import Held
from closedsky.reading.record import Chance, Number
from closedsky.reading.words import figure, per_thousand
from closedsky.reading.zones import Campaign, Zones, hold_zones, share_within
from closedsky.showing.record_words import band_of, recorded, shown
from closedsky.showing.zones_words import FATES


def read(futures: int, **given: str) -> Zones:
    """Run and hold all campaigns."""
    found = strip(given, futures=futures)
    held = [
        Campaign(case, predicted.values, predicted.on, factors, predicted.fates)
        for case, predicted, factors in zip(found.cases, found.predicted, found.factors, strict=True)
    ]
    return hold_zones(held, campaigns(), futures=futures, seed=0, view="then")


def skill(value: float | None) -> str:
    """Skill with two digits."""
    return "-" if value is None else "<-99" if value < -99 else f"{value:+.2g}"


def row(held: Held) -> str:
    """One line of the table of a campaign."""
    item, found, naive = held.item, held.reading, held.naive
    entry = item.entry
    again = " (the same fact)" if held.again else ""
    if isinstance(found, Number):
        said = f"{shown(item, found.median.value)} [{band_of(item, found.middle)}] [{band_of(item, found.most)}]"
        known = band_of(item, naive.most) if isinstance(naive, Number) else "-"
    else:
        assert isinstance(found, Chance)
        said = f"so in {per_thousand(found.share.value.value)}"
        known = f"so in {per_thousand(naive.share.value.value)}" if isinstance(naive, Chance) else "-"
    verdict = f"**{found.verdict}**" if found.missed else found.verdict
    cells = [f"{entry.label} ({entry.unit}){again}", recorded(entry), said, known, verdict, skill(held.skill)]
    return f"| {' | '.join(cells)} |"


def sensitivity(futures: int) -> None:
    """Print what hangs on the middles of priors that hardly any record informs."""
    (case,) = (each for each in campaigns() if each.options[each.taken].levers["suppress"] and each.horizon > 30)
    for name in ("sam_kill", "exchange", "loss_sortie"):
        for times in (0.1, 1.0, 10.0):
            prior = case.pooled[name].model_copy(update={"centre": case.pooled[name].centre * times})
            changed = dataclasses.replace(case, pooled={**case.pooled, name: prior})
            (found,) = strip(cases=[changed], futures=futures).predicted
            lost = np.nanmedian(found.values["coalition_lost"])
            suppressed = found.values["suppressed"].mean()
            print(f"{case.id}: {name} centre x {times:g}: lost {lost:.2g}, suppressed {suppressed:.2g}")


def main(futures: int) -> None:
    """Print everything."""
    found = read(futures)
    for campaign in found.campaigns:
        kept = campaign.kept
        print(f"\n**{campaign.backtest.title}** (kept in {per_thousand(kept.value.value) if kept else '-'} of 1,000)\n")
        print("| quantity | record | futures: median [half] [9 in 10] | naive 9 in 10 | lies | skill |")
        print("|---|---|---|---|---|---|")
        for each in campaign.held:
            if each.reading is not None:
                print(row(each))
    print("\n| factor | campaign | median from the others [9 in 10] | recorded here | lies |\n|---|---|---|---|---|")
    for campaign in found.campaigns:
        for factor in campaign.factors:
            if factor.own is not None:
                own = factor.own
                value = figure(own.value) if own.events is None else f"{own.events:g} of {own.exposure:,g}"
                band = " to ".join(figure(end) for end in factor.most)
                cells = [
                    factor.name,
                    campaign.backtest.case,
                    f"{figure(factor.median)} [{band}]",
                    value,
                    factor.verdict,
                ]
                print(f"| {' | '.join(cells)} |")
    print("\n| pattern | record | futures | |\n|---|---|---|---|")
    for each in found.patterns:
        print(f"| {each.name} | {each.record} | {each.futures} | {each.verdict} |")
    cover = found.coverage
    print(f"\ncoverage by campaign: half {share_within(cover.middle)}, 9 in 10 {share_within(cover.most)}")
    print("better than naive, of: numbers", found.better(Number), "yes or no and bounds", found.better(Chance))
    print("worst:", *((case, each.item.id, figure(each.excess)) for case, each in found.worst(5)), sep="\n  ")
    print("\nskill on sorties told of the aircraft:", found.told)
    print("\n| path | campaign | contested | keeps out | gives way | losses |\n|---|---|---|---|---|---|")
    for path in ("contest", "engagement"):
        other = read(futures, war_path=path)
        for campaign in other.campaigns:
            cells = [per_thousand(campaign.fates[name]) for name in FATES]
            print(f"| {path} | {campaign.backtest.case} | {' | '.join(cells)} |")
        print(f"\n{path}: {other.summary()}\n")
    sensitivity(futures)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 16_384)
