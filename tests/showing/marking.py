"""Charts of every kind, and what their drawings say that they stand for: used by the tests of marks."""

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from xml.etree import ElementTree

import numpy as np

import closedsky
from closedsky.commands.debate import read_debate
from closedsky.commands.readings import Request
from closedsky.futures.inputs import inputs_of
from closedsky.futures.recorded import predict
from closedsky.futures.run import run_paths
from closedsky.futures.zones import campaigns
from closedsky.reading.backtest import backtest
from closedsky.reading.choice import choice
from closedsky.reading.held import Campaign
from closedsky.reading.worth import Weights
from closedsky.reading.zones import hold_zones
from closedsky.showing.charts import backtest_strip
from closedsky.showing.charts.debate_chart import debate_chart
from closedsky.showing.charts.deciding_chart import deciding_chart
from closedsky.showing.charts.dots_chart import dots_chart
from closedsky.showing.charts.exchange_chart import exchange_chart
from closedsky.showing.charts.explore_chart import explore_chart
from closedsky.showing.charts.fan_chart import fan_chart
from closedsky.showing.charts.harm_chart import harm_chart
from closedsky.showing.charts.ladder_chart import ladder_chart
from closedsky.showing.charts.map_chart import map_chart
from closedsky.showing.charts.options_chart import options_chart
from closedsky.showing.charts.region_chart import region_chart
from closedsky.showing.charts.regret_chart import regret_chart
from closedsky.showing.drawing import draw_bare

SVG = "{http://www.w3.org/2000/svg}"
FUTURES = 512
WIDTHS = [358.0, 900.0, 1440.0]


@lru_cache
def case_of():
    return closedsky.load_case("ukraine-2022")


@lru_cache
def _run():
    return run_paths(case_of(), FUTURES, options=("refuse", "refuse-surge", "corridors", "full-zone", "bluff"))


@lru_cache
def _zones():
    rng, ran = np.random.default_rng(0), []
    for case in campaigns()[:3]:
        values = {}
        for key, entry in case.recorded.items():
            if entry.quantity is not None:
                stated = next(each for each in (entry.value, entry.low, entry.high) if each is not None)
                values[key] = np.where(entry.yes_or_no, rng.random(64) < 0.5, stated * np.exp(rng.normal(size=64)))
                values[key] = np.minimum(values[key], 1.0) if entry.unit == "share" else values[key]
        ran.append(Campaign(case, values, {key: rng.random(64) < 0.7 for key in values}, {}))
    return hold_zones(ran, campaigns()[:3], futures=64, seed=0, view="then")


def make_charts(summary, explored):
    """Charts of every kind, each also as it is where both paths to general war give the same."""
    case, run = case_of(), _run()
    found = choice(run, inputs_of(run["contest"]), [Weights(), Weights(1000.0), Weights(10_000.0)])
    alike = replace(found, paths=dict.fromkeys(found.paths, found.paths["contest"]))
    same = replace(explored, paths=dict.fromkeys(explored.paths, explored.paths["contest"]))
    predicted = predict(case, FUTURES)
    held = backtest(case, predicted.values, predicted.on, view="then", seed=0)
    contested = {key: case.contested[key] for key in ("raised-deaths", "direct-combat", "general-war", "blocked")}
    debated = read_debate(replace(case, contested=contested), Request(case.id, futures=FUTURES, view="then"), contested)
    claim = debated.claim("raised-deaths")
    views = replace(
        claim,
        views={"then": claim.views["then"], "now": dict.fromkeys(claim.views["then"], claim.views["then"]["contest"])},
    )
    return {
        "options-at-a-glance": [options_chart(summary)],
        "exchange-rates": [exchange_chart(found), exchange_chart(alike)],
        "region": [region_chart(found), region_chart(alike)],
        "regret": [regret_chart(found, Weights()), regret_chart(alike, Weights(1000.0))],
        "quantile-dots": [dots_chart(run, "full-zone"), dots_chart(run, "refuse", ["killed", "lives_rate_effect"])],
        "fan": [fan_chart(run, ["full-zone"]), fan_chart(run)],
        "ladder": [ladder_chart(run, "full-zone"), ladder_chart(run, "refuse")],
        "exploration": [explore_chart(explored)],
        "deciding": [deciding_chart(explored), deciding_chart(explored, "size"), deciding_chart(same)],
        "debate": [
            debate_chart(debated, case),
            debate_chart(replace(debated, claims=(views,), futures={"then": FUTURES, "now": 100}), case),
        ],
        "harm-by-weapon": [harm_chart(run, held, ["full-zone"]), harm_chart(run, None, ["full-zone"])],
        "backtest-strip": [backtest_strip(held), backtest_strip(_zones())],
        "theatre": [map_chart(case)],
    }


@dataclass(frozen=True)
class Mark:
    """Rows and columns that a group names, the words in it, and those before it; blanks are left out."""

    rows: list
    columns: list
    words: str
    before: str
    element: ElementTree.Element

    def all(self, name):
        return list(self.element.iter(f"{SVG}{name}"))


def indexes(text):
    runs = [[int(end) for end in run.split("-")] for run in (text or "").split()]
    return [index for run in runs for index in range(run[0], run[-1] + 1)]


def squeezed(text):
    return re.sub(r"\s", "", text)


def marks_of(svg):
    found, before = [], ""
    for each in ElementTree.fromstring(svg).iter():
        if each.get("data-r") is not None:
            words = squeezed("".join("".join(one.itertext()) for one in each.iter(f"{SVG}text")))
            found.append(Mark(indexes(each.get("data-r")), indexes(each.get("data-c")), words, before, each))
        if each.tag == f"{SVG}text":
            before += squeezed("".join(each.itertext()))
    return found


def cells(chart, row):
    return dict(zip([column["name"] for column in chart["columns"]], chart["rows"][row], strict=True))


def drawn(charts, kind):
    return [(chart, width, marks_of(draw_bare(chart, width, "a"))) for chart in charts[kind] for width in WIDTHS]


def last_of(before, names):
    """Which of some headings stands last in what was said before."""
    return max(names, key=lambda name: before.rfind(squeezed(name)))
