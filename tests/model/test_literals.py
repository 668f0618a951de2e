"""No number hides in the model: it is mathematics, an argument, or a named constant with its source."""

import ast
from pathlib import Path

import pytest

import closedsky.model

FILES = sorted(Path(closedsky.model.__file__).parent.rglob("*.py"))
MATHEMATICAL = {0, 1, 2, 3, 0.5}
MARK = "# source:"


def numbers_without_a_source(text: str) -> list[str]:
    """Line and value of each numeric literal that is neither mathematical nor the value of a sourced constant."""
    lines = text.splitlines()
    tree = ast.parse(text)
    sourced = set()
    for node in tree.body:
        if not isinstance(node, (ast.Assign, ast.AnnAssign)):
            continue
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        named = all(isinstance(target, ast.Name) and target.id == target.id.upper() for target in targets)
        # The comment stands where a reader looks for it: on the first line, or on the last of a long value.
        if named and MARK in lines[node.lineno - 1] + lines[node.end_lineno - 1]:
            sourced |= {id(inner) for inner in ast.walk(node)}
    return [
        f"line {node.lineno}: {node.value!r}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, (int, float, complex))
        and not isinstance(node.value, bool)
        and node.value not in MATHEMATICAL
        and id(node) not in sourced
    ]


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_every_number_is_mathematical_or_has_a_source(path):
    assert numbers_without_a_source(path.read_text(encoding="utf-8")) == []


def test_the_walk_sees_every_relation():
    assert {"patrol", "escalation", "luck", "tempo", "harm"} <= {path.stem for path in FILES}


@pytest.mark.parametrize(
    "text",
    [
        "x = 7",
        "LIMIT = 7",
        "limit = 7  # source: somewhere",
        "def f(x):\n    LIMIT = 7  # source: inside a function it is no module constant\n    return x",
        "def f(x, y=0.7):  # source: a default is not a constant\n    return x",
        "def f(x):\n    return -4 * x",
        "LIMIT = 1\nOTHER = 4  # a comment that names nothing",
    ],
)
def test_a_number_without_a_source_is_found(text):
    assert len(numbers_without_a_source(text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "LIMIT = 7  # source: someone (1999)",
        "LIMIT: float = 7.5  # source: someone (1999)",
        "PAIR = (  # source: someone (1999)\n    7,\n    8,\n)",
        "def f(x):\n    return 0.5 * x**2 - x / 3 + -1",
        'def f(x: int) -> bool:\n    """Seven is 7."""\n    return x > 0 and True',
    ],
)
def test_mathematics_and_sourced_constants_pass(text):
    assert numbers_without_a_source(text) == []
