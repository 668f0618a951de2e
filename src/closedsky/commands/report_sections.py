"""The sections of a report: each from runs to readings to charts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from closedsky.commands import explore
from closedsky.commands.backtest import against_record
from closedsky.commands.choose import WEIGHTS
from closedsky.commands.common import BAD_DATA, Fault, say
from closedsky.commands.readings import Request

if TYPE_CHECKING:
    from closedsky.cases.schema import Case
    from closedsky.futures.overrides import Value
    from closedsky.futures.results import Results
    from closedsky.reading.backtest import Backtest
    from closedsky.reading.summary import RunSummary
    from closedsky.showing.report import Section


def both_sides(case: Case, request: Request) -> list[Section]:
    """What is contested, under every view that is asked for."""
    if not case.contested:
        return []
    from closedsky.commands.debate import read_debate
    from closedsky.showing.charts.debate_chart import debate_chart
    from closedsky.showing.report import Section

    say(f"{case.id}: what is contested")
    found = read_debate(case, request, case.contested)
    return [Section("Both sides of what is contested", (found.summary(),), (debate_chart(found, case),))]


def place(case: Case, request: Request) -> list[Section]:
    """Where it is, for a case that has borders, with what a person set."""
    from closedsky.futures.overrides import parse_overrides
    from closedsky.showing.charts.map_chart import map_chart
    from closedsky.showing.report import Section

    given = parse_overrides(case, request.overrides)
    try:
        chart = map_chart(case, request.views[0], given.ranges, given.levers)
    except ValueError as error:
        raise Fault(str(error), BAD_DATA) from None
    return [] if chart is None else [Section("Where it is", (), (chart,))]


def of_view(
    case: Case, request: Request, view: str, results: Mapping[str, Results], summary: RunSummary, option: str
) -> list[Section]:
    """Everything that is shown under one view.

    Args:
        case: the case.
        request: futures, seed and overrides.
        view: then or now.
        results: every option, by path to general war.
        summary: of them.
        option: that is looked into.
    """
    from closedsky.futures.inputs import inputs_of
    from closedsky.reading.influence import basis_words, influence
    from closedsky.showing.charts.chart import resting_on
    from closedsky.showing.charts.dots_chart import dots_chart
    from closedsky.showing.charts.fan_chart import fan_chart
    from closedsky.showing.charts.ladder_chart import ladder_chart
    from closedsky.showing.charts.options_chart import options_chart
    from closedsky.showing.report import Section

    taken = case.options[case.taken].label
    found = [
        Section("Every option at a glance", (), (options_chart(summary),)),
        *_preferred(results),
        Section(
            f"Futures of one option: {case.options[option].label}",
            (f"How far single futures lie apart, beside {taken}.",),
            (dots_chart(results, option), fan_chart(results, (case.taken, option))),
        ),
        Section("How a clash goes on", (), (ladder_chart(results, option),)),
        *_explored(case, results, view, option),
        *held(case, request, view, results, option),
    ]
    words = basis_words(case, influence(results, inputs_of(next(iter(results.values()))).values))
    return [replace(each, charts=tuple(resting_on(chart, words) for chart in each.charts)) for each in found]


def _preferred(results: Mapping[str, Results]) -> list[Section]:
    from closedsky.futures.inputs import inputs_of
    from closedsky.reading.choice import choice
    from closedsky.reading.worth import Weights
    from closedsky.showing.charts.exchange_chart import exchange_chart
    from closedsky.showing.charts.region_chart import region_chart
    from closedsky.showing.report import Section

    found = choice(results, inputs_of(next(iter(results.values()))), [Weights(each) for each in WEIGHTS])
    return [Section("What is preferred by whom", (found.summary(),), (exchange_chart(found), region_chart(found)))]


def _explored(case: Case, results: Mapping[str, Results], view: str, option: str) -> list[Section]:
    from closedsky.showing.charts.deciding_chart import deciding_chart
    from closedsky.showing.charts.explore_chart import explore_chart
    from closedsky.showing.report import Section

    say(f"{case.id}, view {view}: where it holds, and what decides it")
    found = explore.explored(case, results, explore.Asked(option=option))
    return [
        Section(
            "Where it holds, and what decides it", (found.summary(),), (explore_chart(found), deciding_chart(found))
        )
    ]


def held(case: Case, request: Request, view: str, results: Mapping[str, Results], option: str) -> list[Section]:
    """The record beside the futures, where there is one; arguments as for `of_view`."""
    from closedsky.showing.charts.backtest_strip import backtest_strip
    from closedsky.showing.charts.harm_chart import harm_chart
    from closedsky.showing.report import Section

    if not any(entry.quantity for entry in case.recorded.values()):
        return []
    say(f"{case.id}, view {view}: the record")
    found = _backtest(case, request, view, results)
    charts = (harm_chart(results, found, (option,)), backtest_strip(found))
    return [Section("What happened, held against the model", (found.summary(),), charts)]


def _backtest(case: Case, request: Request, view: str, results: Mapping[str, Results]) -> Backtest:
    from closedsky.futures.recorded import predict

    accepted = next(iter(results.values())).conditioned
    predicted = predict(case, request.count(view), request.seed, request.overrides, conditioned=accepted)
    return against_record(case, predicted, accepted)


def past(futures: int, seed: int, given: Mapping[str, Value] | None = None) -> list[Section]:
    """Past campaigns under the same relations.

    Args:
        futures: of each campaign.
        seed: of design and luck.
        given: values of shared assumptions in place of what the other campaigns say of them.
    """
    from closedsky.futures.zones import campaigns, strip
    from closedsky.reading.zones import Campaign, hold_zones
    from closedsky.showing.charts.backtest_strip import backtest_strip
    from closedsky.showing.report import Section

    say("past campaigns")
    found = strip(given or {}, futures=futures, seed=seed, notify=say)
    held = [
        Campaign(case, predicted.values, predicted.on, factors, predicted.fates)
        for case, predicted, factors in zip(found.cases, found.predicted, found.factors, strict=True)
    ]
    zones = hold_zones(held, campaigns(), futures=futures, seed=seed, view="then")
    return [Section("The same relations in past campaigns", (zones.summary(),), (backtest_strip(zones),))]
