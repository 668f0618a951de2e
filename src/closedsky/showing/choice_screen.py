"""What `closedsky compare CASE` prints: exchange rates first, what others dominate, named weights last."""

from __future__ import annotations

from collections.abc import Sequence

from closedsky.cases.schema import Case
from closedsky.reading.choice import Choice, PathChoice, Rate, states_words
from closedsky.showing.numbers import figure, per_thousand, signed, within
from closedsky.showing.terminal import Screen
from closedsky.showing.views import NO_VIEWS, begin, end, weight_words


def show_choice(screen: Screen, found: Sequence[Choice], case: Case, command: str, name: str) -> None:
    """Print all options side by side.

    Args:
        screen: where.
        found: one for each view.
        case: its labels.
        command: line that gives the same numbers again.
        name: how the person named the case.
    """
    views = [(each.view, each.futures, each.seed) for each in found]
    begin(screen, case, name, views, list(found[0].paths))
    for each in found:
        screen.print()
        screen.say(f"{each.view.capitalize()}: {each.summary()}" if len(found) > 1 else each.summary(), "bold")
    for each in found:
        for path, of in each.paths.items():
            _rates(screen, each, path, of)
    for each in found:
        for path, of in each.paths.items():
            _dominated(screen, each, path, of)
            _weights(screen, each, path, of, case)
    end(
        screen,
        views,
        [
            NO_VIEWS,
            "What is maximised are means over luck, never single futures. Territory, aid and cost count for who is "
            "dominated, not for the exchange rate. Conditional on no general war; each option adopted on the first "
            "possible day.",
        ],
        command,
    )


def _rates(screen: Screen, found: Choice, path: str, of: PathChoice) -> None:
    screen.heading(
        f"Exchange rates: {found.view}, {path} path",
        "Fewer civilians are killed under the first option while both wars run. It is preferred to the other while "
        "one future with direct combat counts for fewer lives than stand in the last column.",
    )
    against = [each for each in of.rates if found.reference in (each.fewer, each.other)]
    others = [each for each in of.rates if each not in against]
    rows = [_rate(found, each) for each in sorted(against, key=lambda each: -each.lives.value)]
    screen.rows(["Fewer killed under", "Than under", "Fewer", "Direct combat,\nof 1,000", "Turns at\n(lives)"], rows)
    if others:
        screen.say(f"The other {len(others)} pairs are in --json, and two by themselves: closedsky compare CASE A B.")


def _rate(found: Choice, each: Rate) -> list[str]:
    if not each.told:
        turns = "not told apart"
    elif each.turns is None:
        turns = "at none"
    else:
        turns = within(each.turns)
    combat = signed(1000.0 * each.combat.value)
    return [found.labels[each.fewer], _short(found.labels[each.other]), within(each.lives), combat, turns]


def _short(text: str) -> str:
    words, lines = text.split(), [""]
    for word in words:
        if len(lines[-1]) + len(word) + 1 > 18:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return "\n".join(lines)


def _dominated(screen: Screen, found: Choice, path: str, of: PathChoice) -> None:
    screen.heading(
        f"Dominated: {found.view}, {path} path",
        "An option is dominated by another that is told to be better on average in lives, direct combat, territory, "
        "aid spent or cost of the zone, and told to be worse in none of them.",
    )
    rows = []
    for name, by in of.dominated.items():
        others = ", ".join(found.labels[each] for each in by)
        rows.append([found.labels[name], others or "by none: on the Pareto front"])
    screen.listing(["Option", "Dominated by"], rows)


def _weights(screen: Screen, found: Choice, path: str, of: PathChoice, case: Case) -> None:
    for judged in of.judged:
        screen.heading(
            f"For somebody who weighs {weight_words(judged.weights)}: {found.view}, {path} path",
            f"Worth against {found.labels[found.reference]}, in lives. States: {of.states}, by "
            f"{states_words(case, of.deciding)}; all else is averaged in each. A mean in one state "
            f"is off by up to ± {figure(judged.error, 1)}, so worst states and regrets are overstated.",
        )
        rows = []
        for name, mean in judged.mean.items():
            row = [
                found.labels[name],
                f"{signed(mean.value)}" if mean.value else "0",
                figure(judged.worst[name]) if judged.worst[name] else "0",
                within(judged.regret[name]) if judged.regret[name].value else "0",
                figure(judged.hurwicz[name]) if judged.hurwicz[name] else "0",
                per_thousand(judged.preferred[name]),
            ]
            if judged.does:
                row.append(per_thousand(judged.does[name]))
            rows.append(row)
        heads = ["Option", "Mean", "Worst\nstate", "Greatest\nregret", "Hurwicz", "Preferred,\nof 1,000"]
        screen.rows([*heads, "Does what is\nasked, of 1,000"] if judged.does else heads, rows)
        for name, (condition, often) in judged.regions.items():
            screen.say(
                f"{found.labels[name]} is preferred most often where {condition.words(case)}: in states that hold "
                f"{per_thousand(often)} of 1,000 futures there."
            )
