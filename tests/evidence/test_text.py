"""Folding, finding and comparing words: what may be changed in silence (white space) and what may not (all else)."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from closedsky.evidence.sentences import quotations, sentences
from closedsky.evidence.text import (
    EvidenceError,
    difference,
    digest_of,
    fold,
    holds,
    nearest,
    printable,
    read_text,
    shared,
)

WORDS = st.lists(st.text("abcdeXYZ'.,", min_size=1, max_size=6), min_size=1, max_size=30)


@given(WORDS, st.sampled_from([" ", "\n", "\t ", "\r\n", "  "]))
def test_white_space_is_all_that_folding_changes(words, blank):
    assert fold(blank.join(words)) == " ".join(words)
    assert digest_of(blank.join(words)) == digest_of(" ".join(words))
    assert digest_of(" ".join([*words, "more"])) != digest_of(" ".join(words))


@given(WORDS, st.data())
def test_a_verbatim_passage_is_its_own_nearest(words, data):
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first + 1, len(words)))
    quote = " ".join(words[first:last])
    assert nearest(quote, " ".join(words)).ratio == 1.0


@given(WORDS, WORDS)
def test_no_passage_is_more_like_than_its_words_allow(quote, text):
    quote, text = " ".join(quote), " ".join(text)
    near = nearest(quote, text)
    assert 0 <= near.ratio <= 1
    if shared(quote, text) == 0:
        assert near.ratio == 0


@pytest.mark.parametrize(
    ("quote", "text", "passage"),
    [
        ("brave and costly", "It was both 'daring and costly.' Then", "daring and costly"),
        ("was not made lightly", "that it was made lightly by all", "was made lightly"),
        ("the calm of the whole coast", "for the calm of a whole long coast,", "the calm of a whole long coast"),
        ("a b", "", ""),
    ],
)
def test_the_nearest_passage(quote, text, passage):
    assert nearest(quote, text).text == passage


def test_a_difference_shows_both_texts():
    assert difference("a b c", "a c d") == "a [-b-] c {+d+}"
    assert difference("same words", "same words") == "same words"


def test_a_quotation_is_whole_words():
    assert holds("in the war.", "the war")
    assert not holds("in the warring", "the war")
    assert not holds("The war", "the war")
    assert holds("the warring, the war", "the war")


def test_what_steers_a_terminal_is_not_printed():
    assert "\x1b" not in printable("a\x1b]0;title\x07b")


def test_files_that_cannot_be_read_are_one_line_each(tmp_path):
    def refused(path, most=100):
        with pytest.raises(EvidenceError) as raised:
            read_text(path, most)
        line = str(raised.value)
        assert "\n" not in line
        return line

    path = tmp_path / "a.txt"
    assert "no such file" in refused(path)
    assert "not a file" in refused(tmp_path)
    path.write_bytes(b"caf\xe9")
    assert "not text in UTF-8 (byte 4)" in refused(path)
    path.write_bytes("naïve".encode("utf-16"))
    assert "not text in UTF-8" in refused(path)
    path.write_bytes(b"a\0b")
    assert "zero byte" in refused(path)
    path.write_bytes(b"x" * 101)
    assert "larger than 100 bytes" in refused(path)
    path.write_bytes("\ufeffok".encode())
    assert read_text(path, 100) == "ok"
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        assert "not a file" in refused(tmp_path / "pipe")  # and does not wait for a writer


SPLITS = [
    ("One. Two! Three? Four… Five", ["One.", "Two!", "Three?", "Four…", "Five"]),
    ("He met Gen. Smith of the U.S. Army. It rained.", ["He met Gen. Smith of the U.S. Army.", "It rained."]),
    ("It cost 3.5 million. 'Too much,' he said.", ["It cost 3.5 million.", "'Too much,' he said."]),
    ('"Yes." She left.', ['"Yes."', "She left."]),
    ("He said it... and left.", ["He said it... and left."]),
    ("A headline\nA line.\nA line more.", ["A headline", "A line.", "A line more."]),
    ("Broken at\nthe end of\na line. And\nmore of\nthem.", ["Broken at the end of a line.", "And more of them."]),
    ("Title\n\nText with\nbreaks in\nit here.", ["Title", "Text with breaks in it here."]),
    ("By J. Doe in Kyiv. Then more.", ["By J. Doe in Kyiv.", "Then more."]),
    ("One.\r\n\r\nTwo.\r\n", ["One.", "Two."]),
    ("", []),
    (" \n\n ", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), SPLITS)
def test_sentences(text, expected):
    assert list(sentences(text)) == expected


@given(st.text("ab. \n'\"A!", max_size=200))
def test_splitting_loses_and_adds_no_word(text):
    assert fold(" ".join(sentences(text))) == fold(text)


QUOTED = [
    ("the talks were 'long and hard,' he said", ["long and hard,"]),
    ("Kyiv's aim and Moscow's aim", []),
    ('"A," he said, "and B."', ["A,", "and B."]),
    ("“curly” and ‘single’ and «angled»", ["curly", "single", "angled"]),
    ("don't say 'don't do it' again", ["don't do it"]),
    ("an open 'mark stays open", []),
    ("the '90s were long", []),
    ("5' tall and 6\" wide", []),
    ("''", []),
]


@pytest.mark.parametrize(("sentence", "expected"), QUOTED)
def test_quotations(sentence, expected):
    assert list(quotations(sentence)) == expected
