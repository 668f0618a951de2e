"""Are the quotations of a ledger in the documents that they are said to come from? White space is folded, no more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from closedsky.cases.problems import nearest_name
from closedsky.cases.schema import Case, Document
from closedsky.evidence.ledger import ledger_of, quoted_documents, quoted_entries
from closedsky.evidence.text import EvidenceError, digest_of, fold, nearest, read_text

MOST_BYTES = 5_000_000
MOST_FILES = 2_000
"""Files of a folder that are looked at for a digest."""


@dataclass(frozen=True)
class Checked:
    """One quotation held against its document.

    Attributes:
        id: of the claim or remark.
        quote: its words.
        found: whether they stand there verbatim, white space folded.
        nearest: where not, the passage most like them.
        ratio: how like, from 0 to 1.
    """

    id: str
    quote: str
    found: bool
    nearest: str = ""
    ratio: float = 1.0


@dataclass(frozen=True)
class CheckedDocument:
    """One document that carries quotations.

    Attributes:
        id, title: of the document.
        file: name of the file that was taken for it; None where none was found.
        by: how it was found.
        unaltered: whether its digest is the one in the ledger; None where the ledger has none.
        quotations: each held against it; none of them found where it is missing.
        fault: why it could not be read; empty otherwise.
    """

    id: str
    title: str
    file: str | None
    by: Literal["name", "digest"] | None
    unaltered: bool | None
    quotations: tuple[Checked, ...]
    fault: str = ""


@dataclass(frozen=True)
class Verification:
    """Every document that carries quotations, held against a folder."""

    folder: str
    documents: tuple[CheckedDocument, ...]

    @property
    def sound(self) -> bool:
        """Whether every document is there and unaltered, and every quotation stands in it."""
        return not self.faults()

    @property
    def checked(self) -> int:
        """Quotations in all."""
        return sum(len(each.quotations) for each in self.documents)

    def faults(self) -> tuple[str, ...]:
        """What is wrong, one line each."""
        return tuple(line for each in self.documents for line in _faults(each))

    def summary(self) -> str:
        """Say in one sentence how many quotations stand where they should."""
        stand = sum(each.found for document in self.documents for each in document.quotations)
        lost = sum(each.file is None or bool(each.fault) for each in self.documents)
        changed = sum(each.unaltered is False for each in self.documents)
        return (
            f"{stand:,} of {self.checked:,} quotations stand verbatim in the documents they are from; of "
            f"{len(self.documents):,} such document{'' if len(self.documents) == 1 else 's'} {lost} missing, "
            f"{changed} altered."
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "summary": self.summary(),
            "sound": self.sound,
            "faults": list(self.faults()),
            "documents": [
                {
                    **{name: getattr(each, name) for name in ("id", "title", "file", "by", "unaltered", "fault")},
                    "quotations": [vars(one) for one in each.quotations],
                }
                for each in self.documents
            ],
        }


def verify(case: Case, folder: str | Path) -> Verification:
    """Hold every quotation of a case against the documents in a folder.

    Args:
        case: the case with its ledger.
        folder: where the documents lie, under the names in the ledger or under any name if their digest is known.
            Documents that carry no quotation need not be there.

    Raises:
        EvidenceError: the folder cannot be read.
    """
    folder = Path(folder)
    try:
        names = sorted(each.name for each in folder.iterdir() if each.is_file())
    except OSError as error:
        raise EvidenceError(f"{folder}: is not a folder that can be read ({error.strerror})") from None
    ledger = ledger_of(case)
    found = (_check(case, key, ledger.documents[key], folder, names) for key in quoted_documents(ledger))
    return Verification(str(folder), tuple(found))


def _check(case: Case, key: str, document: Document, folder: Path, names: list[str]) -> CheckedDocument:
    quotes = [(each, entry.quote) for each, entry in quoted_entries(ledger_of(case)) if entry.document == key]
    lost = tuple(Checked(each, quote, False, ratio=0.0) for each, quote in quotes)
    by: Literal["name", "digest"] = "name" if document.file in names else "digest"
    if by == "name":
        name = str(document.file)
        try:
            text = read_text(folder / name, MOST_BYTES)
        except EvidenceError as error:
            return CheckedDocument(key, document.title, name, by, None, lost, str(error))
    else:
        match = next(_with_digest(folder, names, document.digest), None)
        if match is None:
            near = nearest_name(document.file or document.title, names)
            fault = f"no file {document.file or 'of its digest'} in {folder}" + (f"; nearest: {near}" if near else "")
            return CheckedDocument(key, document.title, None, None, None, lost, fault)
        name, text = match
    folded = fold(text)
    unaltered = None if document.digest is None else digest_of(text) == document.digest
    checked = tuple(_held(each, quote, folded) for each, quote in quotes)
    return CheckedDocument(key, document.title, name, by, unaltered, checked)


def _held(key: str, quote: str, text: str) -> Checked:
    if fold(quote) in text:
        return Checked(key, quote, True)
    near = nearest(fold(quote), text)
    return Checked(key, quote, False, near.text, round(max(near.ratio, 0.0), 2))


def _with_digest(folder: Path, names: list[str], digest: str | None) -> Iterator[tuple[str, str]]:
    for name in names[:MOST_FILES] if digest else ():
        try:
            text = read_text(folder / name, MOST_BYTES)
        except EvidenceError:
            continue  # not a text, so not the document
        if digest_of(text) == digest:
            yield name, text


def _faults(document: CheckedDocument) -> list[str]:
    if document.fault:
        return [f"{document.id}: {document.fault}; {len(document.quotations)} quotations could not be checked"]
    lines = []
    gone = [each for each in document.quotations if not each.found]
    if document.unaltered is False:
        stand = len(document.quotations) - len(gone)
        lines.append(
            f"{document.id}: {document.file} is not the text that was quoted (its digest is another); {stand} of "
            f"{len(document.quotations)} quotations stand in it"
        )
    for each in gone:
        lines.append(
            f"{document.id}: {each.id}: “{each.quote}” does not stand in {document.file}; nearest: “{each.nearest}”"
        )
    return lines
