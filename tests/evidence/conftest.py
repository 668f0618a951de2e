import os
from functools import lru_cache
from pathlib import Path

import pytest

from closedsky.cases import load_case
from closedsky.evidence import digest_of
from closedsky.futures.results import ALL_OUTCOMES

DATA = Path(__file__).parents[1] / "data"
TINY, GAZETTE = DATA / "tiny", DATA / "gazette"

DOCUMENTS = "CLOSEDSKY_DOCUMENTS"
ARTICLE = "article.txt"

load_once = lru_cache(load_case)


@pytest.fixture(scope="session")
def outcomes():
    return {key: each.label for key, each in ALL_OUTCOMES.items()}


@pytest.fixture(scope="session")
def shipped():
    return load_once("ukraine-2022")


@pytest.fixture(scope="session")
def gazette():
    return (GAZETTE / "gazette.txt").read_text("utf-8")


def folder_with_claims(folder, old="", new=""):
    """The tiny case with the claims of the invented article, a piece of its evidence replaced."""
    text = (GAZETTE / "gazette.txt").read_text("utf-8")
    about = "title: An invented article, link: null, publisher: Nobody, file: gazette.txt"
    entry = f"gazette: {{{about}, digest: {digest_of(text)}}}"
    evidence = (TINY / "evidence.yaml").read_text("utf-8").replace("documents:\n", f"documents:\n  {entry}\n", 1)
    evidence += (GAZETTE / "claims.yaml").read_text("utf-8")
    assert old in evidence
    folder.mkdir(exist_ok=True)
    (folder / "case.yaml").write_text((TINY / "case.yaml").read_text("utf-8"), "utf-8")
    (folder / "evidence.yaml").write_text(evidence.replace(old, new, 1), "utf-8")
    return folder


@pytest.fixture(scope="session")
def tiny(tmp_path_factory):
    return load_case(folder_with_claims(tmp_path_factory.mktemp("tiny")), complete=False)


@pytest.fixture(scope="session")
def real_article():
    """The article that the shipped case is about, where a folder holds it; the project ships no such text."""
    folder = os.environ.get(DOCUMENTS)
    if not folder or not (Path(folder) / ARTICLE).is_file():
        pytest.skip(f"{DOCUMENTS} names no folder that holds {ARTICLE}")
    return Path(folder) / ARTICLE
