"""A new case to begin from: another case's file under a new id, with a guide to every part, and evidence to fill in."""

from __future__ import annotations

import re
import tempfile
from importlib.resources.abc import Traversable
from pathlib import Path

from closedsky.cases.library import CASE_FILE, EVIDENCE_FILE, locate
from closedsky.cases.problems import CaseError
from closedsky.cases.yaml_file import read_yaml

GUIDE = {
    "id": ("The name of the case: small letters, digits and -. Title, question and summary are what readers see.",),
    "reference_day": (
        "Day 0, the days from it to the decision, and the length in days. A past zone: its first day, 0, its length.",
        "Without `grid:` 72 steps are laid out, short ones first.",
    ),
    "taken": ("The option that was really taken: the record below is held against this one.",),
    "uses": (
        "Shared sets; leave them. planning-factors: levers, switches and assumptions about air power, for all cases.",
        "leave-one-out: made of the other campaigns on record, never of a campaign with this id.",
        "air-campaign: neutral values for what a case about a zone alone does not ask (aid, ground war, harm).",
        "without: [deny-flight-1993] leaves out a campaign that yours overlaps.",
        "An entry of your own below replaces the shared one of the same name: copy it and give it another range.",
    ),
    "numbers": (
        "Two numbers of this theatre. Each number here and below says its basis (measured, derived, expert, judged,",
        "disputed or structural), and the evidence for it or a reason. measured asks for evidence: ids of",
        "evidence.yaml or of the shared sets. Write 51200, without a comma.",
    ),
    "options": (
        "What was decided, lever by lever; never what came of it. Replace label, description, legal_basis, area_km2,",
        "base_km, force, suppressors and build_d; the others where yours was another kind of zone.",
        "A lever that is left out is 0 or neutral: a zone without force flies nothing.",
    ),
    "assumptions": (
        "What was uncertain beforehand about this adversary: replace the ranges. then: what could be known on the day;",
        "now: wide enough for what followed. Evidence under then is about days up to the decision, or timeless, and",
        "is no evidence of the record below: `closedsky check` refuses both.",
    ),
    "recorded": (
        "What happened, only ever compared. Replace every entry by your record, and delete those that you have none",
        "for: one is enough. kind: floor (at least), ceiling (at most), between (low and high), estimate (value). from",
        "and to: whole days, both counted. quantity, unit and statistic: the table in docs/cases.md; quantity null,",
        "with a reason, for what the model does not predict. evidence: ids of evidence.yaml.",
        "accept: how widely the view now accepts futures by an entry; replace it with the entry, or delete it, and the",
        "entry is kept aside to check what the others accepted. Leave a third or more aside. For a number:",
        "  accept: {discrepancy: 0.3, error: 0.05, reason: What is too simple in the model.}",
        "discrepancy: what the model would still miss, as a share; error: that of the count, for kind: estimate only,",
        "and not for counts below 10. Of a yes or no: the chance that the record is wrong, 0 where it is certain.",
    ),
}
"""What stands above each part of a new case."""

EVIDENCE = """# Evidence of this case: what was published, and the numbers read in it. The ids are yours.
# Delete {} and the marks # of the lines that you fill in. One quantity for each number that you cite.
# Evidence of the shared sets can be cited too: `closedsky evidence CASE --json` lists everything.
schema: closedsky-evidence/1
documents: {}
#  my_report:
#    title: Title as printed
#    link: https://example.org/report    # null where none is known
#    publisher: Who published it
quantities: {}
#  my_sorties_total:
#    low: 900                            # low and high where the source has them
#    value: 1000
#    high: 1200
#    unit: sorties
#    date: 2011-03-19/2011-03-31         # as the source says it
#    from: 2011-03-19                    # the days that it is about; or, of an area or a distance, timeless: true
#    to: 2011-03-31
#    sources: [my_report]
#    tags: [published]                   # or derived
#    note: How it was read, in your words.
"""


def write_starter(case_id: str, source: str, folder: Path) -> tuple[Path, ...]:
    """Write a new case, all of it or nothing.

    Args:
        case_id: the new case's id.
        source: the case that it begins from: a shipped one, a file or a folder.
        folder: made anew.

    Returns:
        The files written.

    Raises:
        CaseError: no such case to begin from, or one that is not YAML.
        FileExistsError: the folder is there already.
        OSError: it could not be written.
    """
    place = locate(source)
    files = {CASE_FILE: _renamed(_text(place.file, place.shown), case_id, source, folder)}
    beside = place.evidence
    files[EVIDENCE_FILE] = _text(beside, str(beside)) if beside is not None else EVIDENCE
    if folder.exists():
        raise FileExistsError(17, "is there already; name another folder with --out", str(folder))
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".closedsky-") as held:
        made = Path(held) / folder.name
        made.mkdir()
        for name, text in files.items():
            (made / name).write_text(text, "utf-8")
        made.rename(folder)
    return tuple(folder / name for name in files)


def _text(file: Path | Traversable, shown: str) -> str:
    if problems := read_yaml(file, shown).problems:
        raise CaseError(problems)
    return file.read_text("utf-8-sig")


def _renamed(text: str, case_id: str, source: str, folder: Path) -> str:
    """The text of a case under another id, its own opening comment replaced, with the guide above each part."""
    first = re.search(r"(?m)^[a-z]", text)
    body = text[first.start() :] if first else text
    body = re.sub(r"(?m)^id:.*$", f"id: {case_id}", body, count=1)
    for key, lines in GUIDE.items():
        found = re.search(rf"(?m)^{key}:", body)
        if found is not None:
            above = "".join(f"# {line}\n" for line in lines)
            if not body[: found.start()].endswith(above):  # a starter may be begun from another
                body = body[: found.start()] + above + body[found.start() :]
    opening = f"# A new case, begun from {source}: replace what is particular to it, then\n"
    opening += f"#   closedsky check {folder}        every fault, one line each\n"
    opening += f"#   closedsky backtest {folder}     what it predicts of the record below\n"
    return opening + body
