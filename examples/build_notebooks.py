"""Make the example notebooks from their sources: `python examples/build_notebooks.py` executes and rewrites them.

A source is a Markdown file in `sources/`. Its fenced blocks marked `python` become cells of code, whatever stands
between them cells of text. What is kept of a run is what a second run gives again: no times, no messages of progress.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from pathlib import Path

import nbformat
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbformat import NotebookNode, v4

HERE = Path(__file__).parent
SOURCES = HERE / "sources"
CODE = re.compile(r"(?ms)^```python\n(.*?)^```\n")

PATIENCE = 600
"""Seconds that one cell may take."""


class HereManager(KernelSpecManager):
    """Knows one kernel: the interpreter that this program runs in, whatever else is installed."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """Return that kernel under any name."""
        argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}", "--log-level=ERROR"]
        return KernelSpec(argv=argv, display_name="Python 3", language="python")


def read(source: Path) -> NotebookNode:
    """Make a notebook that was not executed yet out of its source."""
    parts = CODE.split(source.read_text("utf-8"))
    cells = []
    for number, part in enumerate(parts):
        if text := part.strip():
            cells.append(v4.new_code_cell(text) if number % 2 else v4.new_markdown_cell(text))
            cells[-1]["id"] = f"cell-{len(cells):02}"
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return v4.new_notebook(cells=cells, metadata={"kernelspec": kernel, "language_info": {"name": "python"}})


def execute(notebook: NotebookNode) -> NotebookNode:
    """Execute a notebook in this interpreter, in an empty folder and without a person's own settings of IPython."""
    path = os.pathsep.join(filter(None, [str(HERE.parent / "src"), os.environ.get("PYTHONPATH")]))
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        env = {**os.environ, "PYTHONPATH": path, "IPYTHONDIR": folder}
        manager = AsyncKernelManager(kernel_name="python3", kernel_spec_manager=HereManager())
        client = NotebookClient(
            notebook, km=manager, timeout=PATIENCE, record_timing=False, resources={"metadata": {"path": folder}}
        )
        client.execute(env=env)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = _kept(cell.outputs)
    return notebook


def _kept(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Outputs without what depends on the machine: messages of progress, and where a stream was cut in pieces."""
    kept: list[NotebookNode] = []
    for each in outputs:
        if each.output_type == "stream" and each.name == "stderr":
            continue
        if each.output_type == "stream" and kept and kept[-1].output_type == "stream":
            kept[-1].text += each.text
        else:
            kept.append(each)
    return kept


def main() -> None:
    """Execute every source and write its notebook beside this program."""
    for source in sorted(SOURCES.glob("*.md")):
        made = HERE / f"{source.stem}.ipynb"
        nbformat.write(execute(read(source)), made)
        print(f"{made.name}: {made.stat().st_size / 1e3:,.0f} kB")


if __name__ == "__main__":
    main()
