"""What `closedsky crux` prints: what two people prefer, what stands between them, and what would end it."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence

from closedsky.cases.schema import Case
from closedsky.reading.agreement import LARGEST, Agreed
from closedsky.reading.crux import Crux, PathCrux, Side, lives, lower, signed_lives
from closedsky.reading.observation import Observed, apart, together
from closedsky.reading.preference import OTHERS, STRUCTURE, VALUES, Share
from closedsky.reading.words import listed
from closedsky.reading.worth import WEIGHT_WORDS
from closedsky.showing.numbers import NOTHING, by_path, figure, signed, within
from closedsky.showing.terminal import (
    Screen,
    how_errors,
    opening,
    path_facts,
    view_words,
)

MOST_OBSERVED = 8
"""Recordable things that are shown."""

COLUMN = 20
"""Columns of an option's name in a table."""

NAME = 17
"""Columns of a person's name in a heading."""


def show_cruxes(
    screen: Screen, found: Mapping[str, Sequence[Crux]], refused: Mapping[str, str], command: str, name: str
) -> None:
    """Print what people disagree about, one view after the other.

    Args:
        screen: where.
        found: by view, every pair of people.
        refused: by view, why it cannot be had.
        command: line that gives the same numbers again.
        name: how the person named the case.
    """
    first = next(iter(found.values()))[0]
    opening(screen, first.case, name)
    screen.print()
    screen.say(
        "This takes no side: it says what two people would have to settle, not who is right, and what it computes "
        "holds only as far as the model does. Whatever it says of one person it would say of the other."
    )
    for view, pairs in found.items():
        if len(pairs) > 1:
            _matrix(screen, pairs)
        else:
            _pair(screen, pairs[0])
        screen.heading("How to read the errors")
        screen.say(how_errors(pairs[0].futures, view))
    for view, why in refused.items():
        screen.heading(f"View {view}: not to be had of these positions")
        screen.say(why)
    screen.heading("The same numbers again")
    screen.command(command)


def _pair(screen: Screen, found: Crux) -> None:
    screen.heading(f"View {found.view}")
    _asked(screen, found, (found.a, found.b))
    screen.print()
    screen.say(found.summary(), "bold")
    _held(screen, found)
    _preferred(screen, found)
    _gap(screen, found)
    _ending(screen, found)
    _observed(screen, found)
    if found.view == "then":
        _zones(screen, found)


def _asked(screen: Screen, found: Crux, people: Sequence[Side]) -> None:
    number = f"{found.futures:,}, seed {found.seed}"
    if found.view == "now":
        number = (
            f"{found.futures:,} that agree with the record, seed {found.seed}, reweighted to each person's ranges as "
            "far as the case's own reach"
        )
    screen.facts(
        [
            ("View", view_words(found.case, found.view)),
            ("Futures", f"{number}; every mixture of two positions meets the same ones with the same luck"),
            *[(each.name, _who(each, found.case)) for each in people],
            ("Preferred", "worth most on average, if adopted on the first possible day: fewer civilians killed while "
                          "both wars run, less what the rest counts for to that person, in lives"),
            ("General war", "is no part of it but through what a future with direct combat counts for"),
            *path_facts(found.case, list(found.paths)),
        ]
    )  # fmt: skip


def _who(side: Side, case: Case) -> str:
    said = "invented, no real person; " if side.invented else ""
    said += f"signed {side.date}, {f'sealed {side.sealed}' if side.sealed else 'not sealed'}, digest {side.digest[:12]}"
    if side.effective is not None:
        said += f"; the futures are worth about {figure(side.effective)} for these ranges"
    if side.cut:
        said += f"; cut where the case ends: {listed([lower(case.assumptions[name].label) for name in side.cut])}"
    return said


def _names(found: Crux) -> list[str]:
    return [textwrap.fill(each.name, NAME) for each in (found.a, found.b)]


def _held(screen: Screen, found: Crux) -> None:
    rows = []
    for name, entry in found.case.assumptions.items():
        usual = entry.then if found.view == "then" else entry.now
        mine, theirs = found.a.ranges.get(name), found.b.ranges.get(name)
        if (mine or usual) == (theirs or usual):
            continue
        as_case = "as the case" if entry.distribution == "beta" else _range(usual)
        cells = [_range(ends) if ends else as_case for ends in (mine, theirs)]
        rows.append([f"{entry.label}, {entry.unit}", *cells])
    for name, words in WEIGHT_WORDS.items():
        one, other = (getattr(each.weights, name) for each in (found.a, found.b))
        if one != other:
            rows.append([_capital(words), f"{one:,g}", f"{other:,g}"])
    for name, switch in found.case.switches.items():
        one, other = (each.switches.get(name, switch.default) for each in (found.a, found.b))
        if name != "war_path" and one != other:
            rows.append([switch.label or "Way of modelling", one, other])
    screen.heading("Where they differ", "Ranges as they stated them; everything else is as the case has it for both.")
    if not rows:
        screen.say("Nowhere.")
        return
    screen.rows(["", *_names(found)], rows)


def _range(ends: tuple[float, float]) -> str:
    return f"{ends[0]:g}" if ends[0] == ends[1] else f"{ends[0]:g} to {ends[1]:g}"


def _preferred(screen: Screen, found: Crux) -> None:
    screen.heading(
        "What each prefers",
        "By own ranges and values. The lead over the runner-up is in lives; where its error is over half of it the two "
        "cannot be told apart.",
    )
    rows = []
    for path, each in found.paths.items():
        for side, of in ((found.a, each.a), (found.b, each.b)):
            lead = within(of.lead) + ("" if of.told else "\nnot told apart")
            best, second = (textwrap.fill(_option(found, name), COLUMN) for name in (of.best, of.second))
            rows.append([f"{side.name}, {path} path", best, second, lead])
    screen.rows(["", "Prefers", "Runner-up", "Lead, lives"], rows)


def _gap(screen: Screen, found: Crux) -> None:
    screen.heading(
        "Facts or values",
        "How much more the one option is worth to the first person than to the second, against the other option, in "
        "lives; and what each thing that they differ in adds to that or takes from it (Shapley values: the average "
        "over every order of exchanging the second person's view for the first's, group by group; they add up).",
    )
    for path, each in found.paths.items():
        gap = each.gap
        why = {
            "preferred": "the two that they prefer",
            "taken": "both prefer the first; the other was really taken",
            "runner-up": "both prefer the first, which was really taken; the other comes next for both together",
        }[gap.how]
        screen.print()
        screen.say(f"{path.capitalize()} path: {found.label(gap.x)}, against {found.label(gap.y)} ({why}).")
        rows = [[_share(found, share), signed_lives(share.amount).removesuffix(" lives")] for share in gap.shares]
        rows.append(["In all", signed_lives(gap.whole).removesuffix(" lives")])
        screen.rows(["", "Lives"], rows)
        screen.say(
            f"It is worth {signed_lives(gap.a)} to {found.a.name} and {signed_lives(gap.b)} to {found.b.name}. "
            f"{_capital(found.parts(gap))}."
        )
        if gap.against:
            screen.say("Some of these pull against others, so none of them is a part of the whole: do not read shares.")


def _share(found: Crux, share: Share) -> str:
    if share.name == VALUES:
        return "Values: what other things count for"
    if share.name == STRUCTURE:
        return "Ways of modelling"
    about = "Several small groups" if share.name == OTHERS else share.name.replace("_", " ").capitalize()
    labels = "; ".join(lower(found.case.assumptions[name].label) for name in share.items if name != STRUCTURE)
    return f"{about}: {labels}"


def _ending(screen: Screen, found: Crux) -> None:
    screen.heading(
        "What would end it",
        f"Sets of up to {LARGEST} things on which, if they agreed, both would prefer the same option: whichever of the "
        "two gives way. Nobody has to be right for that.",
    )
    for path, each in found.paths.items():
        agreement = each.agreement
        if not each.apart:
            screen.say(f"{path.capitalize()} path: they prefer the same option; there is nothing to end.")
            continue
        said = found.ending(agreement)
        screen.say(f"{path.capitalize()} path: {said}.{_loosely(agreement.smallest)}")
        if agreement.skipped:
            screen.say(
                f"{agreement.skipped:,} mixtures could not be tried: too few accepted futures are left for them."
            )
    apart_on = {path: each for path, each in found.paths.items() if each.apart}
    if not apart_on:
        return
    screen.print()
    screen.say("One thing at a time:")
    items = [each.items for each in next(iter(apart_on.values())).agreement.singles]
    rows = []
    for chosen in items:
        cells: list[list[str]] = [[], []]
        for each in apart_on.values():
            known = {single.items: single for single in each.agreement.singles}
            single = known.get(chosen)
            cells[0].append(_then(found, each, single, True))
            cells[1].append(_then(found, each, single, False))
        about = listed([_thing(found, name) for name in chosen])
        rows.append([about, *(by_path(lines) for lines in cells)])
    screen.listing(
        [
            "Agreed",
            f"As {found.a.name} has it: {found.b.name} prefers",
            f"As {found.b.name} has it: {found.a.name} prefers",
        ],
        [[textwrap.fill(row[0], COLUMN), *row[1:]] for row in rows],
    )


def _thing(found: Crux, name: str) -> str:
    return found.case.assumptions[name].label if name in found.case.assumptions else _capital(found.item(name))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _then(found: Crux, path: PathCrux, single: Agreed | None, as_a: bool) -> str:
    if single is None:
        return NOTHING
    option, before = (single.as_a, path.b.best) if as_a else (single.as_b, path.a.best)
    ends = single.ends_as_a if as_a else single.ends_as_b
    if ends:
        return f"{_option(found, option)}: ended"
    return "the same as before" if option == before else _option(found, option)


def _option(found: Crux, name: str) -> str:
    return found.case.options[name].label


def _loosely(sets: Sequence[Agreed]) -> str:
    if sets and all(each.close for each in sets):
        return " One of them would then prefer it by less than can be told."
    return ""


def _observed(screen: Screen, found: Crux) -> None:
    screen.heading("What could be recorded")
    if all(each.observed is None for each in found.paths.values()):
        used = "the record has been used already, in accepting these futures; see the view then."
        screen.say(f"Under the view now {used}" if found.view == "now" else "The case has nothing on record.")
        return
    screen.say(
        "From simulated records, not the real one. Bits: what one look would tell of whose position it was drawn from "
        "(0 nothing, 1 everything). Lives: how far it should move the two apart (+) or together (-) once each has "
        "learnt it. What chance alone gives is taken off both."
    )
    shown = [each.observed or () for each in found.paths.values()]
    by_key = [{each.key: each for each in of} for of in shown]
    rows = []
    for each in shown[0][:MOST_OBSERVED]:
        of = [known[each.key] for known in by_key if each.key in known]
        rows.append(
            [
                found.case.recorded[each.key].label,
                by_path(within(one.bits) for one in of),
                by_path(_moved(one) for one in of),
            ]
        )
    screen.rows(["", "Bits", "Lives"], rows)
    for path, of_path in zip(found.paths, shown, strict=True):
        screen.say(f"{path.capitalize()} path: {_most(found, tuple(of_path))}")


def _moved(one: Observed) -> str:
    return signed(one.moved.value) + (f" ± {figure(one.moved.error, 1)}" if one.moved.error > 0 else "")


def _most(found: Crux, observed: tuple[Observed, ...]) -> str:
    said = []
    for most, words in ((together(observed), "together"), (apart(observed), "apart")):
        if most is not None:
            label = found.case.recorded[most.key].label
            said.append(f"“{label}” would bring them {words} most, by {lives(most.moved)}")
    if not said:
        return "nothing that can be recorded would move them by more than chance."
    return f"{'; '.join(said).replace('bring them apart', 'move them apart')}."


def _zones(screen: Screen, found: Crux) -> None:
    screen.heading("On the record of past zones")
    skill = found.skill
    if skill is None:
        screen.say(f"Not scored: {found.unscored}.")
        return
    screen.say(
        "Both were sealed before this. Their ranges were put into the past air campaigns and scored on what happened "
        "there (1 perfect, 0 no better than a naive forecaster, below 0 worse; each campaign counts once). "
        "What the campaigns do not ask about, and values, are no part of it. That record is public: a seal keeps a "
        "position from being fitted to its score, not its owner from knowing history."
    )
    screen.rows(
        ["", *_names(found), "Difference"],
        [["Skill", within(skill.a), within(skill.b), within(skill.difference)]],
    )
    better, worse = (found.a, found.b) if skill.difference.value > 0 else (found.b, found.a)
    ahead = sum(each > 0 for each in skill.campaigns.values())
    of = len(skill.campaigns)
    count = ahead if better is found.a else sum(each < 0 for each in skill.campaigns.values())
    if abs(skill.difference.value) > 2.0 * skill.difference.error:
        screen.say(f"{better.name} did better than {worse.name}, in {count} of {of} campaigns.")
    else:
        screen.say(
            f"The campaigns do not tell {found.a.name} from {found.b.name}: {better.name} did better in {count} of "
            f"{of}, by less than they differ among themselves."
        )


def _matrix(screen: Screen, pairs: Sequence[Crux]) -> None:
    first = pairs[0]
    screen.heading(f"View {first.view}: every pair")
    people = {side.name: side for each in pairs for side in (each.a, each.b)}
    _asked(screen, first, list(people.values()))
    screen.print()
    screen.say(
        "Facts and values: what each adds to how far two people are apart about the two options that they prefer, in "
        "lives (Shapley values; they may pull against each other). Two lines in a cell: one for each path to general "
        "war where they differ. What could be recorded, and past zones, are shown for two positions at a time."
    )
    rows = []
    for each in pairs:
        found = list(each.paths.values())
        rows.append(
            [
                f"{each.a.name} and {each.b.name}",
                by_path("no" if one.apart else "yes" for one in found),
                by_path(signed(one.gap.facts.value + one.gap.structure.value) for one in found),
                by_path(signed(one.gap.values.value) for one in found),
                by_path(_size(one) for one in found),
            ]
        )
    screen.rows(["", "Same\noption", "Facts", "Values", "Things to\nagree on"], rows)
    for each in pairs:
        screen.print()
        screen.say(each.summary())


def _size(found: PathCrux) -> str:
    if not found.apart:
        return NOTHING
    smallest = found.agreement.smallest
    if not smallest:
        return f"over {LARGEST}"
    return f"{len(smallest[0].items)}{'' if found.agreement.both_ways else ' (one way)'}"
