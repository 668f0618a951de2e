"""A terminal's page: prose no wider than can be read, tables that fit 80 columns, no colour that carries meaning."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import IO, Any

from rich import box
from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from closedsky.cases.schema import Case
from closedsky.futures.results import NOT_A_FORECAST
from closedsky.reading.statistics import SCRAMBLES
from closedsky.reading.words import figure

WIDEST = 100
"""Columns beyond which nothing is set: long lines are hard to read, and tables drift apart."""

LABEL = 17
"""Columns that the name of a row keeps at least."""

LONGEST = 30
"""Columns that the name of a row takes at most."""

GAP = 2
"""Blanks between columns."""

OTHERS = "for factors that campaigns share, what the other campaigns' records say, later ones too"
"""What the view then holds besides, where a case leaves its own campaign out."""

RULED = box.Box("    \n    \n ── \n    \n    \n    \n    \n    \n")
"""A rule below the headings and nothing else."""


class Screen(Console):
    """A console without markup, highlighting or emoji; a reader who has gone away is the caller's business."""

    def __init__(self, file: IO[str] | None = None, width: int | None = None, terminal: bool | None = None) -> None:
        plain = {"markup": False, "highlight": False, "emoji": False}
        probe = Console(file=file or sys.stdout, width=width, force_terminal=terminal)
        super().__init__(
            file=file or sys.stdout,
            width=min(probe.width, WIDEST),
            force_terminal=terminal,
            **plain,  # type: ignore[arg-type]
        )

        self._blank = True

    def print(self, *objects: Any, **options: Any) -> None:
        """Print as a console does, and remember whether the last line is blank."""
        super().print(*objects, **options)
        self._blank = not objects

    def space(self) -> None:
        """Print a blank line unless the last line is one."""
        if not self._blank:
            self.print()

    def on_broken_pipe(self) -> None:
        """Leave a broken pipe to the command, which ends quietly."""
        raise BrokenPipeError

    def show(self, what: RenderableType) -> None:
        """Print without the blanks that fill lines up, which nobody wants in a file."""
        with self.capture() as held:
            self.print(what)
        lines = [line.rstrip() for line in held.get().split("\n")[:-1]]
        self.print(Text.from_ansi("\n".join(lines)), soft_wrap=True)

    def say(self, text: str, style: str = "") -> None:
        """Print a paragraph."""
        self.show(Text(text, style=style))

    def heading(self, text: str, below: str = "") -> None:
        """Print the heading of a section and what has to be known to read it."""
        self.space()
        self.say(text, "bold")
        if below:
            self.say(below)

    def command(self, text: str) -> None:
        """Print a command on one line, however long, so that it can be copied."""
        self.print(Text(f"  {text}"), soft_wrap=True)

    def facts(self, rows: Sequence[tuple[str, str]]) -> None:
        """Print names and what they are, in two columns."""
        table = Table(box=None, show_header=False, padding=(0, 2, 0, 0), pad_edge=False)
        table.add_column(style="bold", no_wrap=True)
        table.add_column(overflow="fold")
        for row in rows:
            table.add_row(*row)
        self.show(table)

    def rows(self, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Print a table: a name, then numbers. What is too wide for the page goes on in another table below.

        Args:
            columns: headings; a line break starts another line.
            rows: cells; a line break in a cell starts its second line.
        """
        widths = [max(_width(row[i]) for row in (columns, *rows)) for i in range(len(columns))]
        first = 1
        self.space()
        while first < len(columns):
            last, used = first, LABEL
            while last < len(columns) and (last == first or used + GAP + widths[last] <= self.width):
                used += GAP + widths[last]
                last += 1
            if first > 1:
                self.print()
            self._table(columns, rows, widths, range(first, last))
            first = last

    def listing(self, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Print a table of words: the first column as wide as it needs, the others sharing what is left."""
        self.space()
        table = Table(box=RULED, show_edge=False, padding=(0, GAP - 1, 0, 0), pad_edge=False, header_style="")
        for index, name in enumerate(columns):
            table.add_column(name, overflow="fold", no_wrap=index == 0)
        for row in rows:
            table.add_row(*row)
        self.show(table)

    def _table(
        self, columns: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[int], shown: range
    ) -> None:
        room = self.width - sum(GAP + widths[i] for i in shown)
        table = Table(box=RULED, show_edge=False, padding=(0, GAP - 1, 0, 0), pad_edge=False, header_style="")
        table.add_column(columns[0], width=max(1, min(widths[0], room, LONGEST)), overflow="fold")
        for i in shown:
            table.add_column(columns[i], width=widths[i], justify="right", no_wrap=True)
        for row in rows:
            table.add_row(row[0], *(row[i] for i in shown))
        self.show(table)


def opening(screen: Screen, case: Case, name: str) -> None:
    """Say what this is not, and where to contest it; then what was asked."""
    screen.say(NOT_A_FORECAST, "bold")
    screen.say(
        f"Each of its {len(case.assumptions)} assumptions is a range with a reason, and can be set otherwise with "
        "--set. To see them:"
    )
    screen.command(f"closedsky cases {name}")
    screen.heading(case.title, case.question)


def view_words(case: Case, view: str) -> str:
    """Say what a view means; a campaign whose shared factors are those of the others knows later ones too."""
    if view == "then" and "leave-one-out" in case.uses.values():
        return f"then: what was known before the campaign, up to {_date(case)}; and {OTHERS}"
    if view == "then":
        return f"then: what could be known on {_date(case)}; no later fact is used"
    return f"now: what the record allows; hindsight, which nobody had on {_date(case)}"


def futures_words(futures: int, seed: int, effective: float | None) -> str:
    """Say how many futures were run, and under the view now what they are worth."""
    if effective is None:
        return f"{futures:,}, seed {seed}"
    return (
        f"{futures:,} that agree with the record as far as the declared discrepancies allow, seed {seed}; worth about "
        f"{figure(effective)} independent ones for the quantity known least"
    )


def path_facts(case: Case, paths: Sequence[str]) -> list[tuple[str, str]]:
    """Say what each path to general war supposes, in the words of the case."""
    switch = case.switches.get("war_path")
    return [(f"{path.capitalize()} path", switch.values.get(path, "") if switch else "") for path in paths]


def switch_facts(case: Case, switches: Mapping[str, str]) -> list[tuple[str, str]]:
    """Say how each other structural switch stands, in the words of the case."""
    rows = []
    for name, value in switches.items():
        switch = case.switches.get(name)
        text = switch.values.get(value, value) if switch else value
        about = f" ({_inside(switch.label)})" if switch and switch.label else ""
        rows.append(("Length of the war" if name == "length_effect" else "Switch", f"{text}{about}"))
    return rows


def changed_facts(case: Case, changed: Mapping[str, object]) -> list[tuple[str, str]]:
    """Say what a person changed for this run, by label."""
    rows = []
    for key, value in changed.items():
        text = f"{value[0]:g}..{value[1]:g}" if isinstance(value, tuple | list) else str(value)
        if key in case.assumptions:
            entry = case.assumptions[key]
            rows.append(("Set by you", f"{entry.label}: {text} ({entry.unit})"))
        elif "." in key:
            option, lever = key.split(".", 1)
            rows.append(("Set by you", f"{case.options[option].label}, {_inside(case.levers[lever].label)}: {text}"))
    return rows


def how_errors(futures: int, view: str = "then") -> str:
    """Say how errors are computed."""
    if view == "now":
        return (
            f"± is one standard error, from the spread between {SCRAMBLES} searches for futures that agree with the "
            f"record, {futures // SCRAMBLES:,} futures each, that never exchanged any. It is the error of sampling "
            "only: what the record leaves open is in the 9-in-10 bands, and what the model leaves out is in neither."
        )
    if futures < 2 * SCRAMBLES:
        return f"No errors: they need at least {2 * SCRAMBLES} futures, two for each of {SCRAMBLES} scrambled nets."
    return (
        f"± is one standard error, from the spread between {SCRAMBLES} independently scrambled Sobol' nets of "
        f"{futures // SCRAMBLES:,} futures each. It is the error of sampling only: what the assumptions leave open is "
        "in the 9-in-10 bands, and what the model leaves out is in neither."
    )


def _date(case: Case) -> str:
    day = case.decided
    return f"{day.day} {day:%B} {day.year}"


def _inside(label: str) -> str:
    """A label as it reads inside a sentence: no capital unless the word has more of them."""
    return label[:1].lower() + label[1:] if label[1:2].islower() else label


def _width(cell: str) -> int:
    return max(cell_len(line) for line in cell.split("\n"))
