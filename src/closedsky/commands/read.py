"""`closedsky read`: a person's own article, held against the ledger of a case sentence by sentence."""

from __future__ import annotations

from pathlib import Path

from closedsky.commands.common import BAD_DATA, Fault, write_json

SCHEMA = "closedsky-read/1"


def read_command(file: str, name: str, as_json: bool) -> None:
    """Print an article sentence by sentence: whose words they are, and what is computed for them."""
    from closedsky.cases import load_case
    from closedsky.commands.evidence import outcome_labels
    from closedsky.evidence import EvidenceError, read_article
    from closedsky.evidence.article import MOST_BYTES
    from closedsky.evidence.text import read_text

    case = load_case(name)
    try:
        found = read_article(read_text(Path(file), MOST_BYTES), case, name, outcome_labels())
    except EvidenceError as error:
        raise Fault(str(error), BAD_DATA) from None
    if not found.sentences:
        raise Fault(f"{file}: holds no sentence", BAD_DATA)
    if as_json:
        from closedsky.futures.results import NOT_A_FORECAST
        from closedsky.version import __version__

        about = {"schema": SCHEMA, "version": __version__, "caution": NOT_A_FORECAST}
        write_json({**about, "case": case.id, "case_digest": case.digest(), "file": file, **found.to_dict()})
        return
    from closedsky.showing.article_screen import show_article
    from closedsky.showing.terminal import Screen

    show_article(Screen(), found, case, file, name)
