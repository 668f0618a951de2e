"""Find cases, shipped or your own, and load them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import (
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from closedsky.cases import schema as form
from closedsky.cases.grid import build_grid, default_grid
from closedsky.cases.parsing import Draft, parse_case, parse_shared, take_over
from closedsky.cases.problems import CaseError, Problem, nearest_name, quote
from closedsky.cases.rules import apply_rules, model_names
from closedsky.cases.shared import SHARED_FILE, shared_folder, shared_sets
from closedsky.cases.yaml_file import MOST_BYTES, Source, read_yaml

CASE_FILE = "case.yaml"
EVIDENCE_FILE = "evidence.yaml"


@dataclass(frozen=True)
class Heading:
    """What a list of cases shows of one."""

    id: str
    title: str
    question: str


@dataclass(frozen=True)
class Located:
    """A case file that exists, the folder in which its evidence may lie, and its name for messages."""

    file: Path | Traversable
    folder: Path | Traversable
    shown: str

    @property
    def evidence(self) -> Path | Traversable | None:
        """The evidence file beside the case, if there is one."""
        beside = self.folder / EVIDENCE_FILE
        return beside if beside.is_file() else None


def list_cases() -> tuple[str, ...]:
    """The ids of the cases that come with the package, sorted.

    >>> isinstance(list_cases(), tuple)
    True
    """
    folders = resources.files("closedsky.cases").iterdir()
    return tuple(sorted(each.name for each in folders if each.is_dir() and (each / CASE_FILE).is_file()))


def uses(case_id: str) -> dict[str, str]:
    """The shared sets that a shipped case takes over, and how, without loading all of it."""
    found: dict[str, str] = {}
    for path, value in _fields(case_id):
        if path[0] == "uses" and len(path) == 2:
            found[path[1]] = value
        elif found:
            break
    return found


def headings() -> tuple[Heading, ...]:
    """Id, title and question of every shipped case, without loading any of them."""
    return tuple(_heading(each) for each in list_cases())


def _heading(case_id: str) -> Heading:
    found = {"title": "", "question": ""}
    for path, value in _fields(case_id):
        if len(path) == 1 and path[0] in found:
            found[path[0]] = value
        if all(found.values()):
            break
    return Heading(case_id, found["title"], found["question"])


def _fields(case_id: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every field of a shipped case that holds one value, with its path, as far as somebody reads on."""
    with (resources.files("closedsky.cases") / case_id / CASE_FILE).open("rb") as file:
        text = file.read(MOST_BYTES).decode("utf-8", errors="replace")
    path: list[str | None] = []  # of each level that is open its present key; None where none was read, or in a list
    lists: list[bool] = []
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            if isinstance(event, MappingStartEvent | SequenceStartEvent):
                path.append(None)
                lists.append(isinstance(event, SequenceStartEvent))
            elif isinstance(event, MappingEndEvent | SequenceEndEvent):
                path.pop()
                lists.pop()
                if path:
                    path[-1] = None
            elif isinstance(event, ScalarEvent) and path and not lists[-1]:
                if path[-1] is None:
                    path[-1] = event.value
                else:
                    yield tuple(key or "" for key in path), event.value
                    path[-1] = None
    except YAMLError:
        pass  # a list goes on; `check` says what is wrong with the file


def locate(name_or_path: str | Path) -> Located:
    """Find a case by the id of a shipped one, by its file, or by the folder that holds its `case.yaml`.

    A bare id always means the shipped case; write `./ukraine-2022` for a folder of that name.

    Raises:
        CaseError: there is no such case.
    """
    name = str(name_or_path)
    shipped = list_cases()
    if name in shipped:
        folder = resources.files("closedsky.cases") / name
        return Located(folder / CASE_FILE, folder, f"{name}/{CASE_FILE}")
    path = Path(name)
    try:
        if path.is_dir():
            path = path / CASE_FILE
        if path.is_file():
            return Located(path, path.parent, str(path))
    except (OSError, ValueError):
        pass  # a name too long or too odd for this file system is no file
    allowed = "a file, a folder with case.yaml, or a shipped case: " + ", ".join(shipped)
    raise CaseError([Problem(quote(name), "", "no such case", allowed, nearest_name(name, shipped))])


def examine(place: Located, complete: bool = True) -> tuple[Draft, list[Problem]]:
    """Read a case and try every rule on it; `complete` also asks for every name that the model reads."""
    source = read_yaml(place.file, place.shown)
    beside = place.evidence
    evidence: Source | None = None
    if beside is not None:
        evidence = read_yaml(beside, place.shown.removesuffix(place.file.name) + EVIDENCE_FILE)
    draft = parse_case(source, evidence)
    joined = _take_over(draft, source, evidence)
    if isinstance(source.data, dict) and draft.uses is not None:  # without its sets, everything would seem missing
        apply_rules(draft, source, evidence, model_names() if complete else None)
    found = [each.problems for each in (source, evidence, *joined) if each is not None]
    return draft, [problem for each in found for problem in sorted(each, key=lambda problem: problem.line)]


def _take_over(draft: Draft, source: Source, evidence: Source | None) -> list[Source]:
    """Add the shared sets that a case names; return their files, with what is wrong in them."""
    files: list[Source] = []
    known, named = shared_sets(), draft.uses or {}
    for name, how in named.items():
        if name not in known:
            near = nearest_name(name, known)
            allowed = "" if near else "allowed: " + ", ".join(known)
            source.report(("uses", name), "is not a shared set", allowed, near)
            draft.uses = None
            continue
        theirs, shared = _shared(name)
        files += theirs
        take_over(draft, name, shared, how, source, evidence)
    return files


@lru_cache(maxsize=8)
def _shared(name: str) -> tuple[list[Source], Draft]:
    """A shared set and its files, read once: they come with the package, and many cases take them over."""
    folder = shared_folder(name)
    present = [each for each in (SHARED_FILE, EVIDENCE_FILE) if (folder / each).is_file()]
    files = [read_yaml(folder / each, f"shared/{name}/{each}") for each in present]
    return files, parse_shared(files[0], files[1] if len(files) > 1 else None)


def load_case(name_or_path: str | Path, complete: bool = True) -> form.Case:
    """Load a case, shipped or your own, after every rule of `closedsky check` holds for it.

    Args:
        name_or_path: the id of a shipped case, a case file, or a folder that holds `case.yaml`.
        complete: refuse a case that lacks, or adds to, the names that the model reads.

    Raises:
        CaseError: no such case, or something is wrong with it; one line for each fault.
    """
    place = locate(name_or_path)
    draft, problems = examine(place, complete)
    if problems:
        raise CaseError(problems)
    return build_case(draft, Path(str(place.file)))


def build_case(draft: Draft, path: Path | None = None) -> form.Case:
    """Make a case of a draft in which no problem was found."""
    heading = draft.heading
    if heading is None:
        raise ValueError("a draft without its heading cannot become a case")
    start, length = build_grid(heading.grid) if heading.grid is not None else default_grid(heading.horizon)
    neutral = {key: lever.neutral for key, lever in draft.levers.items()}
    options = {
        key: form.Option(
            id=key,
            label=entry.label,
            description=entry.description,
            proposer=entry.proposer,
            legal_basis=entry.legal_basis,
            levers={**neutral, **{lever: setting.value for lever, setting in entry.levers.items()}},
            settings=entry.levers,
        )
        for key, entry in draft.options.items()
    }
    pooled = {key: each for key, each in draft.pooled.items() if draft.inherited.get(key) == "leave-one-out"}
    own = {key: [each for each in entry.campaigns if each.case == heading.id] for key, entry in pooled.items()}
    return form.Case(
        id=heading.id,
        title=heading.title,
        question=heading.question,
        summary=heading.summary,
        reference_day=heading.reference_day,
        decision_day=heading.decision_day,
        horizon=heading.horizon,
        now_horizon=heading.horizon if heading.now_horizon is None else heading.now_horizon,
        start=start,
        length=length,
        taken=heading.taken,
        options=options,
        assumptions=draft.assumptions,
        numbers=draft.numbers,
        levers=draft.levers,
        latents=draft.latents,
        switches=draft.switches,
        evidence=draft.ledger,
        recorded=draft.recorded,
        fixed=draft.fixed,
        pooled={key: entry.without(heading.id, *heading.without) for key, entry in pooled.items()},
        left_out={key: found[0] for key, found in own.items() if found},
        uses=heading.uses,
        without=heading.without,
        contested=draft.contested,
        path=path,
    )
