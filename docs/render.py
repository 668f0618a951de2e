"""Draw the pictures of docs/, and put the first table of `closedsky run ukraine-2022` into README.md.

    python docs/render.py [saved output]

Run it after anything that changes the numbers; the picture uses the reader's own fonts and asks no one for them.
"""

from __future__ import annotations

import html
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
COMMAND = "closedsky run ukraine-2022"
CHARACTER, LINE, MARGIN, SIZE = 8.43, 19, 18, 14
BEGIN, END = "<!-- table: begin -->", "<!-- table: end -->"
TABLE = "If adopted on the first possible day"


def printed() -> list[str]:
    """Lines of the command's output at a width of 100."""
    if len(sys.argv) > 1:
        return Path(sys.argv[1]).read_text("utf-8").splitlines()
    done = subprocess.run(
        [sys.executable, "-m", "closedsky.cli", *COMMAND.split()[1:]],
        check=True,
        capture_output=True,
        text=True,
        env=os.environ | {"COLUMNS": "100", "NO_COLOR": "1"},
    )
    return done.stdout.splitlines()


def picture(lines: list[str]) -> str:
    """An SVG of a terminal."""
    width = round(100 * CHARACTER + 2 * MARGIN)
    height = (len(lines) + 2) * LINE + 2 * MARGIN
    rows = []
    for i, line in enumerate(["$ " + COMMAND, "", *lines]):
        y = MARGIN + LINE * (i + 0.75)
        bold = i == 0 or line.startswith((TABLE, "A no-fly zone"))
        weight = ' font-weight="bold" fill="#ffffff"' if bold else ""
        rows.append(f'<text x="{MARGIN}" y="{y}" xml:space="preserve"{weight}>{html.escape(line)}</text>')
    body = "\n".join(rows)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" aria-label="Terminal output of {COMMAND}">\n'
        f'<rect width="{width}" height="{height}" rx="8" fill="#1b1f24"/>\n'
        f'<g font-family="ui-monospace, \'DejaVu Sans Mono\', Menlo, Consolas, monospace" font-size="{SIZE}" '
        f'fill="#d7dde4">\n{body}\n</g>\n</svg>\n'
    )


def charts() -> None:
    """Draw two charts of the same run: every option at a glance, and the exchange rates."""
    from closedsky.futures.defaults import FUTURES
    from closedsky.futures.inputs import inputs_of
    from closedsky.futures.run import run_paths
    from closedsky.reading import summarise
    from closedsky.reading.choice import choice
    from closedsky.reading.worth import Weights
    from closedsky.showing.charts.exchange_chart import exchange_chart
    from closedsky.showing.charts.options_chart import options_chart
    from closedsky.showing.drawing import draw
    from closedsky.showing.svg import write_svg

    results = run_paths("ukraine-2022", FUTURES)
    found = choice(results, inputs_of(next(iter(results.values()))), [Weights()])
    for name, chart in (("options", options_chart(summarise(results))), ("exchange", exchange_chart(found))):
        write_svg(ROOT / "docs" / f"{name}.svg", draw(chart))


def main() -> None:
    """Write the pictures and the table."""
    charts()
    lines = printed()
    first = next(i for i, line in enumerate(lines) if line.startswith(TABLE))
    last = next(i for i, line in enumerate(lines) if line.startswith("How the war ends"))
    begin = next(i for i, line in enumerate(lines) if line.startswith("A no-fly zone"))
    (ROOT / "docs" / "run.svg").write_text(picture([lines[0], "", *lines[begin : last - 1]]), "utf-8")
    readme = ROOT / "README.md"
    text = readme.read_text("utf-8")
    head, tail = text.split(BEGIN)[0], text.split(END)[1]
    table = "\n".join(line.rstrip() for line in lines[first : last - 1])
    plot = ["backtest", "--plot", str(ROOT / "docs" / "campaigns.svg")]
    subprocess.run([sys.executable, "-m", "closedsky.cli", *plot], check=True, stdout=subprocess.DEVNULL)
    readme.write_text(f"{head}{BEGIN}\n```\n{table}\n```\n{END}{tail}", "utf-8")


if __name__ == "__main__":
    main()
