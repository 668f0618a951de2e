"""Read a YAML file that somebody else wrote: safely, within bounds, and with the line of every field.

The text is composed into nodes and only then made into plain values, so that every duplicate key is
reported (not the first one), each with its line, and nothing in the file can name a Python object.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from closedsky.cases.problems import Problem, Where, dotted, quote

#: Bounds on one file: bytes, values once every alias is written out, levels of nesting, letters of a value.
MOST_BYTES = 5_000_000
MOST_VALUES = 200_000
MOST_LEVELS = 20
MOST_LETTERS = 20_000

_PLAIN = ("map", "seq", "str", "int", "float", "bool", "null", "timestamp")
_TAGS = frozenset(f"tag:yaml.org,2002:{name}" for name in _PLAIN)
#: What ruamel.yaml raises on malformed input: its own errors, and a few plain ones that it lets through.
_NOT_YAML = (YAMLError, RecursionError, UnicodeDecodeError, ValueError, AttributeError, IndexError, KeyError)


@dataclass
class Source:
    """One parsed file: its values, the line of every field, and what was wrong with it as YAML.

    Attributes:
        name: the file as it is shown to a person.
        data: the values; None when the file could not be parsed.
        lines: line, counted from 1, of each field.
        problems: faults of the file as YAML; rules about its content add theirs here.
    """

    name: str
    data: Any = None
    lines: dict[Where, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def report(self, where: Where, found: str, allowed: str = "", nearest: str = "") -> None:
        """Add a problem at a field, or at the nearest field above it that the file has."""
        known = where
        while known and known not in self.lines:
            known = known[:-1]
        line = self.lines.get(known, 0)
        self.problems.append(Problem(self.name, dotted(where), found, allowed, nearest, line))


def read_yaml(path: Path | Traversable, name: str) -> Source:
    """Read and parse one file; whatever is wrong with it becomes a problem of the result, never an exception.

    Args:
        path: the file.
        name: the file as it is to be named in messages.
    """
    source = Source(name)
    try:
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
    except OSError as error:
        source.report((), f"cannot be read ({error.strerror or type(error).__name__})")
        return source
    if len(raw) > MOST_BYTES:
        source.report((), f"is larger than {MOST_BYTES:,} bytes")
        return source
    return parse_yaml(raw, source)


def parse_yaml(raw: bytes, source: Source) -> Source:
    """Parse the text of a file into `source`."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        source.problems.append(Problem(source.name, "", "is not YAML: not text in UTF-8; save it as UTF-8", line=line))
        return source
    try:
        yaml = YAML(typ="safe", pure=True)
        node = yaml.compose(text)
        if node is None:
            source.report((), "is empty")
        else:
            source.data = _Maker(yaml, source).make(node, ())
    except _TooMuchError as error:
        source.data = None
        source.report((), str(error))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = quote(error.problem or error.context or "not YAML")
        line = mark.line + 1 if mark else 0
        source.problems.append(Problem(source.name, "", f"is not YAML: {what}", line=line))
    except _NOT_YAML as error:
        source.data = None
        source.report((), f"is not YAML: {quote(str(error) or type(error).__name__)}")
    return source


class _TooMuchError(Exception):
    """The file is deeper or, with its aliases written out, larger than a case ever is."""


class _Maker:
    """Makes plain values of composed nodes, counting them, so that an alias cannot blow up."""

    def __init__(self, yaml: YAML, source: Source) -> None:
        self.yaml = yaml
        self.source = source
        self.count = 0

    def make(self, node: Node, where: Where) -> Any:
        self.count += 1
        if self.count > MOST_VALUES:
            raise _TooMuchError(f"holds more than {MOST_VALUES:,} values")
        if len(where) > MOST_LEVELS:
            raise _TooMuchError(f"is nested more than {MOST_LEVELS} levels deep")
        self.source.lines.setdefault(where, node.start_mark.line + 1)
        if str(node.tag) not in _TAGS:
            self.source.report(where, f"carries the tag {quote(str(node.tag))}", "plain values only")
            return None
        if isinstance(node, MappingNode):
            return self._mapping(node, where)
        if isinstance(node, SequenceNode):
            return [self.make(each, (*where, place)) for place, each in enumerate(node.value)]
        return self._scalar(node, where)

    def _mapping(self, node: MappingNode, where: Where) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, ScalarNode) or not isinstance(key_node.value, str):
                self._at(line, where, "has a key that is not a word")
                continue
            key = key_node.value
            if key in made:
                self._at(line, (*where, key), "stands here twice")
                continue
            self.source.lines[(*where, key)] = line
            made[key] = self.make(value_node, (*where, key))
        return made

    def _scalar(self, node: Node, where: Where) -> Any:
        if len(node.value) > MOST_LETTERS:
            self.source.report(where, f"is longer than {MOST_LETTERS:,} letters")
            return None
        try:
            return self.yaml.constructor.construct_object(node)
        except (YAMLError, ValueError, OverflowError, TypeError):
            what = "cannot be read" + (" as a day" if str(node.tag).endswith("timestamp") else "")
            self.source.report(where, f"{quote(node.value)} {what}")
            return None

    def _at(self, line: int, where: Where, found: str) -> None:
        self.source.problems.append(Problem(self.source.name, dotted(where), found, line=line))
