"""Quotations checked in the documents: found by name or digest, verbatim or named with the nearest text."""

import shutil

import pytest

from closedsky.evidence import EvidenceError, verify

from .conftest import GAZETTE


@pytest.fixture
def folder(tmp_path):
    shutil.copy(GAZETTE / "gazette.txt", tmp_path)
    return tmp_path


def test_every_quotation_stands(tiny, folder):
    found = verify(tiny, folder)
    assert (found.sound, found.checked, found.faults()) == (True, 6, ())
    [document] = found.documents  # `speech` and `handbook` carry no quotation and need not be there
    assert (document.id, document.by, document.unaltered) == ("gazette", "name", True)
    assert found.summary() == (
        "6 of 6 quotations stand verbatim in the documents they are from; of 1 such document 0 missing, 0 altered."
    )


def test_a_document_of_another_name_is_found_by_its_digest(tiny, folder):
    (folder / "gazette.txt").rename(folder / "copy of it.txt")
    (folder / "another.bin").write_bytes(b"\xff\xfe\0")
    found = verify(tiny, folder)
    assert (found.sound, found.documents[0].by, found.documents[0].file) == (True, "digest", "copy of it.txt")


def test_white_space_does_not_count(tiny, folder):
    text = (folder / "gazette.txt").read_text("utf-8")
    (folder / "gazette.txt").write_text("\r\n".join(text.split()) + "\n\n", "utf-8")
    assert verify(tiny, folder).sound


@pytest.mark.parametrize("old", ["Minister", "long", "in time", "—"])
def test_an_altered_document_is_named(tiny, folder, old):
    text = (folder / "gazette.txt").read_text("utf-8")
    (folder / "gazette.txt").write_text(text.replace(old, old + "x"), "utf-8")
    found = verify(tiny, folder)
    assert not found.sound
    assert "gazette: gazette.txt is not the text that was quoted" in found.faults()[0]


def test_a_missing_quotation_is_named_with_the_nearest_text(tiny, folder):
    text = (folder / "gazette.txt").read_text("utf-8")
    (folder / "gazette.txt").write_text(text.replace("brave and costly", "bold and costly"), "utf-8")
    line = verify(tiny, folder).faults()[-1]
    assert line == "gazette: C3: “brave and costly” does not stand in gazette.txt; nearest: “bold and costly”"


def test_capitals_and_marks_count(tiny, folder):
    text = (folder / "gazette.txt").read_text("utf-8")
    (folder / "gazette.txt").write_text(text.replace("Rules Out", "rules out"), "utf-8")
    assert [each.id for each in verify(tiny, folder).documents[0].quotations if not each.found] == ["R1"]


def test_a_missing_document_is_named(tiny, tmp_path):
    (tmp_path / "gazete.txt").write_text("another text", "utf-8")
    found = verify(tiny, tmp_path)
    assert found.documents[0].file is None
    [line] = found.faults()
    assert line.endswith("; nearest: gazete.txt; 6 quotations could not be checked")
    assert not any(each.found for each in found.documents[0].quotations)


def test_a_document_that_is_no_text_is_named(tiny, tmp_path):
    (tmp_path / "gazette.txt").write_bytes(b"\xff")
    [line] = verify(tiny, tmp_path).faults()
    assert "is not text in UTF-8 (byte 1)" in line


def test_a_folder_that_is_none(tiny, tmp_path):
    with pytest.raises(EvidenceError, match="is not a folder that can be read"):
        verify(tiny, tmp_path / "none")


def test_the_real_documents_hold_every_quotation(real_article, shipped):
    found = verify(shipped, real_article.parent)
    assert found.faults() == ()
    assert found.checked == len(shipped.evidence.claims) + len(shipped.evidence.remarks)
