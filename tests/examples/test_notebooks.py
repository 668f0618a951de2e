"""The example notebooks: made from their sources, small, without a trace of a machine, and the same when run again."""

import importlib.util
import json
import math
import re
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
NOTEBOOKS = sorted(EXAMPLES.glob("*.ipynb"))
LARGEST = 300_000
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?(?:e[+-]?\d+)?")

each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


@pytest.fixture(scope="module")
def builder():
    """The program that makes them."""
    for name in ("nbclient", "nbformat", "ipykernel"):
        pytest.importorskip(name, reason=f"{name} is not installed: the notebooks are not executed")
    spec = importlib.util.spec_from_file_location("build_notebooks", EXAMPLES / "build_notebooks.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def joined(text):
    return text if isinstance(text, str) else "".join(text)


def cells(path, kind):
    return [cell for cell in json.loads(path.read_text("utf-8"))["cells"] if cell["cell_type"] == kind]


def said(outputs):
    """Outputs as text, with the formats in which each is there; HTML and pictures hold the same numbers again."""
    found = []
    for each in outputs:
        data = each.get("data", {})
        found.append((sorted(data), joined(each.get("text") or data.get("text/plain", ""))))
    return found


def step(text):
    """One unit of the second significant digit of a number, or of its last where it shows fewer."""
    value = float(text.replace(",", ""))
    if not value:
        return 0.0
    digits = len(re.sub(r"[^\d]|e.*", "", text).strip("0")) or 1
    return 10.0 ** (math.floor(math.log10(value)) - (digits > 1))


def near(a, b):
    """Whether two numbers are the same to about two significant digits."""
    apart = abs(float(a.replace(",", "")) - float(b.replace(",", "")))
    return apart <= 1.001 * max(step(a), step(b)) or apart < 1.0 > min(len(a), len(b))


def skeleton(text):
    """A text without its numbers and without the blanks that line up columns and break lines."""
    return " ".join(NUMBER.sub("#", text).split())


def test_there_are_notebooks():
    assert {path.stem for path in NOTEBOOKS} == {path.stem for path in (EXAMPLES / "sources").glob("*.md")} != set()


@each_notebook
def test_it_gives_the_same_again(builder, path):
    """Words must be the same; numbers to two digits.

    On one machine and library version a run is the same to the last bit. Another processor or compiler may round a
    float32 the other way, which moves a future across a limit here and there, and so the last digit of a count.
    """
    again = builder.execute(builder.read(EXAMPLES / "sources" / f"{path.stem}.md"))
    fresh = [cell for cell in again.cells if cell.cell_type == "code"]
    for number, (old, new) in enumerate(zip(cells(path, "code"), fresh, strict=True), 1):
        before, after = said(old["outputs"]), said(new["outputs"])
        assert [kinds for kinds, _ in before] == [kinds for kinds, _ in after], f"cell {number}"
        for (_, was), (_, now) in zip(before, after, strict=True):
            assert skeleton(was) == skeleton(now), f"cell {number}"
            pairs = zip(NUMBER.findall(was), NUMBER.findall(now), strict=True)
            assert [pair for pair in pairs if not near(*pair)] == [], f"cell {number}"


@each_notebook
def test_it_was_made_from_its_source(builder, path):
    source = builder.read(EXAMPLES / "sources" / f"{path.stem}.md")
    made = json.loads(path.read_text("utf-8"))["cells"]
    assert [(cell["cell_type"], joined(cell["source"])) for cell in made] == [
        (cell.cell_type, cell.source) for cell in source.cells
    ], "run: python examples/build_notebooks.py"


@each_notebook
def test_it_is_small_and_names_no_machine(path):
    text = path.read_text("utf-8")
    assert len(text.encode()) < LARGEST
    assert not re.search(r"iopub|\"execution\"|/tmp/|/home/|\.venv|0x[0-9a-f]{8}|stderr|Traceback", text)
    assert "Not a forecast" in text and "not a targeting tool" in text.lower().replace("**", "")


@each_notebook
def test_pictures_are_there_without_html(path):
    kinds = {kind for cell in cells(path, "code") for kinds, _ in said(cell["outputs"]) for kind in kinds}
    assert "image/svg+xml" in kinds
    for cell in cells(path, "code"):
        for output in cell["outputs"]:
            assert output["output_type"] == "stream" or joined(output["data"]["text/plain"]).strip()


@each_notebook
def test_text_states_no_number_that_no_cell_shows(path):
    shown = " ".join(
        joined(cell["source"]) + " ".join(text for _, text in said(cell["outputs"])) for cell in cells(path, "code")
    )
    known = set(NUMBER.findall(shown))
    for cell in cells(path, "markdown"):
        text = joined(cell["source"])
        text = re.sub(r"(?m)^(#|\|).*$", "", text)  # headings and the plan of the hour
        text = re.sub(r"(?i)`[^`]*`|\bpart \d|\d+ minutes", "", text)
        assert set(NUMBER.findall(text)) <= known, text


@each_notebook
def test_both_paths_stand_side_by_side(path):
    outputs = " ".join(text for cell in cells(path, "code") for _, text in said(cell["outputs"]))
    assert outputs.lower().count("contest") >= 5 and outputs.lower().count("engagement") >= 5


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("3,300", "3,400", True),
        ("3,300", "3,500", False),
        ("40", "50", True),
        ("0.29", "0.30", True),
        ("0.29", "0.32", False),
        ("1,000", "1,000", True),
        ("994", "991", True),
        ("0", "5.1", False),
    ],
)
def test_two_digits_are_compared(a, b, same):
    assert near(a, b) == near(b, a) == same
