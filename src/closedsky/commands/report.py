"""`closedsky report`: everything that was found, in one HTML file."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from closedsky.commands import explore, report_sections
from closedsky.commands.common import BAD_DATA, NOT_WRITTEN, Fault, say
from closedsky.commands.readings import NOW, THEN, Request, load, run_view

if TYPE_CHECKING:
    from closedsky.cases.schema import Case
    from closedsky.futures.results import Results
    from closedsky.showing.report import Part


def report_command(request: Request, out: Path, option: str | None, replaced: bool) -> None:
    """Write a report.

    Args:
        request: the case or run folder, futures, seed, views and overrides.
        out: file to write.
        option: that is looked into; the one that most contested claims are about where None.
        replaced: whether a file that is there already may be replaced.
    """
    from closedsky.futures.opened import is_run
    from closedsky.showing.report import Report, render
    from closedsky.showing.svg import write_svg as write_whole

    if out.suffix.lower() not in (".html", ".htm"):
        raise Fault(f"--out {out}: a report is HTML; name a file that ends in .html")
    if not out.parent.is_dir():
        raise Fault(f"--out {out}: there is no folder {out.parent}", NOT_WRITTEN)
    if out.exists() and not replaced:
        raise Fault(f"--out {out}: is there already; choose another name or add --replace", NOT_WRITTEN)
    given = Path(request.name)
    opened: dict[str, Mapping[str, Results]] = {}
    if is_run(given):
        case, results = explore.opened(given, request)
        first = next(iter(results.values()))
        opened[first.view] = results
        request = _of_run(request, case, first)
    else:
        case = load(request)
    chosen = explore.option_of(case, option)
    parts = tuple(_part(case, request, view, chosen, opened.get(view), bool(opened)) for view in request.views)
    command = _command(request, given, out, option)
    name = case.id if is_run(given) else request.name
    before = (*report_sections.place(case, request), *report_sections.both_sides(case, request))
    past = tuple(report_sections.past(request.count(THEN), request.seed))
    write_whole(out, render(Report(case, before, parts, past, command, name)))
    say(f"{out}: {out.stat().st_size / 1e3:,.0f} kB")


def _of_run(request: Request, case: Case, first: Results) -> Request:
    """The request that gives the other view beside a run."""
    from closedsky.futures.overrides import written

    overrides = {name: value for name, value in first.overrides.items() if name != "war_path"}
    sets = tuple(written(overrides))
    views = request.view
    if views not in (None, first.view):
        raise Fault(f"--view {views}: the run has the view {first.view}; leave it out to have both")
    futures = first.futures if first.view == THEN else None
    accepted = first.futures if first.view == NOW else None
    return replace(request, name=case.id, futures=futures, accepted=accepted, seed=first.seed, sets=sets)


def _part(
    case: Case, request: Request, view: str, option: str, given: Mapping[str, Results] | None, beside: bool
) -> Part:
    """Everything under one view."""
    from closedsky.reading import summarise
    from closedsky.showing.report import Part
    from closedsky.showing.terminal import changed_facts, futures_words, switch_facts

    say(f"{case.id}, view {view}: every option")
    results = given if given is not None else run_view(case, request, view)
    first = next(iter(results.values()))
    if set(case.options) - set(first.options):
        raise Fault("the run has not every option of its case; run it again without --option", BAD_DATA)
    summary = summarise(results)
    facts = [("Futures", futures_words(first.futures, first.seed, first.effective_number))]
    facts += switch_facts(case, summary.switches) + changed_facts(case, summary.changed)
    found = report_sections.of_view(case, request, view, results, summary, option)
    return Part(
        view, first.futures, first.seed, (summary.summary(),), tuple(facts), tuple(found), beside and given is None
    )


def _command(request: Request, given: Path, out: Path, option: str | None) -> str:
    from closedsky.futures.opened import is_run

    words = ["closedsky", "report", str(given)]
    if not is_run(given):
        if THEN in request.views:
            words += ["-n", str(request.count(THEN))]
        if NOW in request.views:
            words += ["--accepted", str(request.count(NOW))]
        words += ["--seed", str(request.seed)]
        for each in request.sets:
            words += ["--set", each]
    words += ["--view", request.view] if request.view else []
    words += ["--option", option] if option else []
    return shlex.join([*words, "--out", out.name])
