"""The layout that house.md promises: who may import whom, how long a module may be, what no file may name."""

import ast
import re
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "closedsky"
MODULES = sorted(PACKAGE.rglob("*.py"))
LONGEST = 400

#: What each floor may import of ours. Data flows down once: case, futures, results, reading, showing.
ALLOWED = {
    "model": {"model"},
    "cases": {"cases", "model.names"},
    "evidence": {"evidence", "cases"},
    "futures": {"futures", "model", "cases"},
    "reading": {"reading", "futures.results", "futures.conditioned", "cases"},
    "showing": {"showing", "reading", "evidence", "futures.results", "cases"},
    "serving": {"serving", "commands", "showing", "reading", "evidence", "futures", "cases", "model"},
}

#: Patterns that would tie a file to one machine or one registry, spelled so that this file holds none.
FORBIDDEN = [
    re.compile(r"(?<![\w./-])/(?:work|root|home|Users)/" + r"\w"),
    re.compile(r'"resolved"\s*:\s*"' + "http"),
    re.compile(r"(?m)^\s*registry\s*" + "="),
    re.compile("(?:py" + r"pi\.org|python" + "hosted|--(?:extra-)?index" + "-url)"),
]


def name_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


NAMES = {name_of(path): path for path in MODULES}


def imports(path: Path, everywhere: bool) -> set[str]:
    """The modules of ours that a file imports: at import time only, or everywhere in it."""
    tree = ast.parse(path.read_text("utf-8"))
    package = name_of(path) if path.name == "__init__.py" else name_of(path).rpartition(".")[0]
    found = set()
    for node in walk(tree, everywhere):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, base] if base else above)
            for alias in node.names:
                inner = f"{base}.{alias.name}"
                found.add(inner if inner in NAMES else base)
    return {name for name in found if name.split(".")[0] == "closedsky"}


def walk(tree: ast.AST, everywhere: bool):
    for node in ast.iter_child_nodes(tree):
        if not everywhere and (
            isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            or (isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test))
        ):
            continue
        yield node
        yield from walk(node, everywhere)


def tracked() -> list[Path]:
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        run = subprocess.run(listing, cwd=ROOT, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    return [ROOT / name for name in run.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_floor_imports_only_the_floors_below(path):
    floor = path.relative_to(PACKAGE).parts[0]
    allowed = ALLOWED.get(floor)
    if allowed is None:
        return  # the public names and the command line see everything
    for name in imports(path, everywhere=True):
        inner = name.removeprefix("closedsky").removeprefix(".")
        assert any(inner == each or inner.startswith(each + ".") for each in allowed | {"version"}), (
            f"{path} imports {name}"
        )


def test_no_module_imports_itself_by_a_detour():
    graph = {name: imports(path, everywhere=False) - {name} for name, path in NAMES.items()}
    tuple(TopologicalSorter(graph).static_order())  # raises CycleError, naming the cycle


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_can_be_read_in_one_sitting(path):
    assert len(path.read_text("utf-8").splitlines()) <= LONGEST


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_no_string_is_run_as_code(path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in {"eval", "exec", "compile", "__import__"}, f"{path}:{node.lineno}"


def test_no_file_names_a_machine_or_a_registry():
    for path in tracked():
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue
        for pattern in FORBIDDEN:
            match = pattern.search(text)
            assert match is None, f"{path.relative_to(ROOT)} holds {match and match.group()!r}"


def test_the_lock_names_versions_only():
    for line in (ROOT / "requirements.lock").read_text("utf-8").splitlines():
        assert re.fullmatch(r"[a-z0-9.-]+==[0-9a-z.+]+( ; [^#@]+)?", line), line


def test_the_lock_has_every_requirement():
    tomllib = pytest.importorskip("tomllib")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = project["dependencies"] + project["optional-dependencies"]["dev"]
    locked = {line.split("==")[0].replace(".", "-") for line in (ROOT / "requirements.lock").open()}
    for requirement in wanted:
        name = re.split(r"[<>=!~\[; ]", requirement)[0]
        assert name.lower().replace(".", "-").replace("_", "-") in locked, requirement


def test_reading_a_case_waits_for_no_compiler():
    program = "import sys, closedsky.cases; sys.exit('jax' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], env=environment()).returncode == 0


def environment() -> dict[str, str]:
    import os

    return {**os.environ, "PYTHONPATH": str(PACKAGE.parent)}
