"""An article held against a ledger: exact, altered, unknown, and never a guess."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from closedsky.evidence import EvidenceError, fold, read_article
from closedsky.evidence.article import UNKNOWN


@pytest.fixture(scope="module")
def reading(tiny, gazette, outcomes):
    return read_article(gazette, tiny, "tiny", outcomes)


def test_every_sentence_of_the_invented_article(reading):
    found = [
        (each.status, each.standing, [one.id for one in (*each.claims, *each.remarks)]) for each in reading.sentences
    ]
    assert found == [
        ("exact", "computed", ["R1"]),
        ("exact", "computed", ["C1", "R2"]),
        ("exact", "computed", ["C2", "C3"]),
        ("exact", "computed", ["C4"]),
        ("unknown", "unknown", []),
    ]
    assert reading.document == "gazette"
    assert reading.sentences[4].reasons == (UNKNOWN,)
    assert reading.sentences[1].reasons == ("A judgement of history.",)
    assert reading.sentences[2].reasons == ("A judgement of a plan.",)


def test_quotations_carry_what_the_ledger_checked(reading):
    long, short = reading.sentences[2].quotations
    assert (long.status, long.claim, long.checked) == (
        "exact",
        "C2",
        "trade the calm of the whole coast for one valley",
    )
    assert (short.text, short.status, short.claim) == ("brave and costly.", "exact", "C3")


def test_the_doubt_about_a_claim_is_wherever_its_words_are(reading, tiny):
    document = reading.to_dict()
    for sentence in document["sentences"]:
        assert sentence["status"] in ("exact", "altered", "unknown")
        for each in sentence["claims"]:
            assert each["corroboration"] == tiny.evidence.claims[each["id"]].corroboration
        for each in sentence["quotations"]:
            assert (each["corroboration"] is None) == (each["claim"] is None)
    assert document["sentences"][0]["remarks"][0]["corroboration"] == "confirmed"
    assert document["counts"]["quotations_by_corroboration"] == {"not found": 1, "contradicted": 1}
    assert reading.summary() == (
        "Of 5 sentences, 4 bear on something that is computed, 0 on what is on record, 0 cannot be tested here and 1 "
        "hold no words of the ledger; of 2 quotations the ledger holds 2, 1 of them in no source that was found and 1 "
        "contradicted."
    )


def test_what_a_sentence_bears_on_comes_with_its_command(reading):
    lines = {each.kind: each.command for each in reading.sentences[1].bears_on}
    assert lines == {
        "assumption": "closedsky evidence tiny --assumption reach_km",
        "outcome": "closedsky run tiny --option full-zone",
        "option": "closedsky run tiny --option full-zone",
        "quantity": "closedsky evidence tiny --quantity patrol_reach",
    }
    [lever] = reading.sentences[2].bears_on
    assert (lever.command, lever.value) == ("closedsky run tiny --set refuse.deep_in=1 --option refuse", 1)
    lines = {each.kind: each.command for each in reading.sentences[3].bears_on}
    assert lines["switch"] == "closedsky run tiny --set length_effect=shorter"
    assert lines["reading"] == "closedsky evidence tiny --claim C4 --compute"


ALTERED = [
    ("would never reach the northern valleys in time", "would always reach the northern valleys in time",
     "C1", "patrols would [-never-] {+always+} reach the northern valleys in time"),
    ("the refusal lets", "a refusal lets", "C4", "[-the-] {+a+} refusal lets shelling of the valleys go on"),
    ("'brave and costly.'", "'brave but costly.'", "C3", "brave [-and-] {+but+} costly"),
    ("trade the calm of the whole coast", "trade the calm of our whole coast", "C2",
     "trade the calm of [-the-] {+our+} whole coast for one valley"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "claim", "difference"), ALTERED)
def test_altered_words_are_shown_with_what_was_altered(tiny, gazette, outcomes, old, new, claim, difference):
    assert old in gazette
    found = read_article(gazette.replace(old, new), tiny, "tiny", outcomes)
    [sentence] = [each for each in found.sentences if each.status == "altered"]
    [altered] = [each for each in sentence.claims if each.status == "altered"]
    assert (altered.id, altered.difference) == (claim, difference)
    assert found.document is None


STRANGE = [
    "Patrols seldom arrived anywhere in the north.",
    "The plan was costly.",
    "It was brave and costly to swim.",  # three words of anybody's, not between marks
    "The calm of the coast pleased one and all.",
    "Shelling of the valleys went on for years.",
    "'Never,' he said.",
    "“The geese fly at noon,” she wrote.",
]


@pytest.mark.parametrize("sentence", STRANGE)
def test_a_claim_in_other_words_is_not_guessed(tiny, outcomes, sentence):
    [read] = read_article(sentence, tiny, "tiny", outcomes).sentences
    assert (read.status, read.standing, read.claims) == ("unknown", "unknown", ())


def test_a_quotation_that_nobody_checked_is_unknown(tiny, outcomes):
    [read] = read_article("“The geese fly at noon,” she wrote.", tiny, "tiny", outcomes).sentences
    [quotation] = read.quotations
    assert (quotation.status, quotation.claim) == ("unknown", None)


@given(st.text(max_size=300))
def test_any_text_is_read(tiny, outcomes, text):
    found = read_article(text, tiny, "tiny", outcomes)
    assert fold(" ".join(each.text for each in found.sentences)) == fold(text)
    assert isinstance(found.summary(), str)


def test_an_article_without_end_is_refused(tiny, outcomes):
    with pytest.raises(EvidenceError, match="holds 5,001 sentences; at most 5,000"):
        read_article("So. " * 5_001, tiny, "tiny", outcomes)


def test_a_case_without_a_ledger_knows_nothing(tiny, gazette, outcomes):
    from dataclasses import replace

    found = read_article(gazette, replace(tiny, evidence=None), "tiny", outcomes)
    assert {each.standing for each in found.sentences} == {"unknown"}


def test_an_outcome_that_the_model_does_not_have_is_refused(tiny, gazette):
    with pytest.raises(EvidenceError, match=r"claims\.C1\.bears_on: killed is not an outcome .* did you mean kild\?"):
        read_article(gazette, tiny, "tiny", {"kild": "x"})


def test_the_real_article_is_mapped_or_has_a_reason(real_article, shipped, outcomes):
    found = read_article(real_article.read_text("utf-8"), shipped, "ukraine-2022", outcomes)
    assert found.document == "article"
    assert len(found.sentences) == 23
    for each in found.sentences:
        assert each.status == "exact", each.text
        assert each.bears_on or each.reasons, each.text
        assert each.standing != "unknown"
    claims = [one.id for each in found.sentences for one in each.claims]
    assert claims == [f"C{n:02}" for n in range(1, 36)]  # each once, in the order of the article
    assert {one.id for each in found.sentences for one in each.remarks} == set(shipped.evidence.remarks)
    assert [q.status for each in found.sentences for q in each.quotations] == ["exact"] * 6
    phrases = {"pivotal moment": 2, "delicate balance": 10}
    for phrase, number in phrases.items():
        sentence = found.sentences[number - 1]
        assert phrase in sentence.text
        assert any(phrase in shipped.evidence.remarks[one.id].quote for one in sentence.remarks)
    owed = {
        "impractical": "closedsky evidence ukraine-2022 --claim C05 --compute",
        "destabilized the entire region": "closedsky run ukraine-2022 --option full-zone",
        "military reforms": "closedsky run ukraine-2022 --set refuse.reforms=1 --option refuse",
        "territorial concessions": "closedsky run ukraine-2022 --set refuse.concessions=1 --option refuse",
        "alliance's patience": "closedsky run ukraine-2022 --set refuse.push=1 --option refuse",
        "pushing too hard": "closedsky run ukraine-2022 --set refuse.push=1 --option refuse",
    }
    for words, command in owed.items():
        [sentence] = [each for each in found.sentences if words in each.text]
        assert command in [each.command for each in sentence.bears_on]
