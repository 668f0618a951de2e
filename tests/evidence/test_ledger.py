"""The ledger: counts, marks, the way from a number to its evidence and back, and what its file may not say."""

import pytest

from closedsky.cases import check
from closedsky.cases.schema import BASIS_MEANING
from closedsky.evidence import basis_of, bearings, counts, dating, uses, with_mark
from closedsky.evidence.ledger import claims_on
from closedsky.evidence.report import UnknownEntry, report, select

from .conftest import folder_with_claims

LONGEST_QUOTE = 13
"""Words of a ledger quotation: about twelve."""


def test_every_claim_of_the_article_is_there(shipped, outcomes):
    claims = shipped.evidence.claims
    assert list(claims) == [f"C{n:02}" for n in range(1, 36)]
    for key, claim in claims.items():
        assert len(claim.quote.split()) <= LONGEST_QUOTE, key
        assert claim.bears_on or claim.untested, key
        assert claim.note, key
        bearings(shipped, key, "ukraine-2022", outcomes)
    doubted = {key for key, claim in claims.items() if claim.corroboration in ("not found", "contradicted")}
    assert {"C09", "C19", "C20", "C23", "C27", "C29", "C33"} <= doubted
    for key in doubted:
        assert with_mark(claims[key]).startswith(("[NOT FOUND] ", "[CONTRADICTED] "))


def test_what_the_article_owes_has_its_levers_and_outcomes(shipped):
    assert {"C15", "C18", "C19"} <= set(claims_on(shipped, "lever", "push"))
    assert claims_on(shipped, "lever", "concessions") == claims_on(shipped, "lever", "reforms") == ("C27",)
    assert shipped.evidence.claims["C27"].corroboration == "not found"
    assert "C11" in claims_on(shipped, "outcome", "belligerents")
    assert "C11" in claims_on(shipped, "outcome", "displaced")
    assert claims_on(shipped, "reading", "practicality") == ("C05",)


def test_counts_add_up(shipped):
    found = counts(shipped)
    quantities, claims = found["quantities"], found["claims"]
    assert sum(quantities["by_basis"].values()) == quantities["in_all"] == len(shipped.evidence.quantities)
    assert sum(quantities["by_date"].values()) == quantities["in_all"]
    assert sum(claims["by_corroboration"].values()) == sum(claims["by_kind"].values()) == claims["in_all"] == 35
    assert sum(found["assumptions"]["by_basis"].values()) == len(shipped.assumptions)
    assert set(quantities["by_basis"]) <= {*BASIS_MEANING, "not found"}


def test_each_number_is_reached_from_its_evidence_and_back(shipped):
    used = uses(shipped)
    for key, assumption in shipped.assumptions.items():
        for view in ("then", "now"):
            for each in getattr(assumption.evidence, view):
                assert key in getattr(used[each], view)
        chosen = select(shipped, assumption=key)
        assert {*assumption.evidence.then, *assumption.evidence.now} == set(chosen.quantities)
        for each in chosen.quantities:
            assert set(shipped.evidence.quantities[each].sources) <= set(chosen.documents)
    for each, where in used.items():
        assert {*where.then, *where.now} <= set(select(shipped, quantity=each).assumptions)
        for key in where.then:
            assert each in shipped.assumptions[key].evidence.then
        for key in where.numbers:
            assert each in shipped.numbers[key].evidence
        for name in where.levers:
            option, lever = name.split(".")
            assert each in shipped.options[option].settings[lever].evidence


def test_then_is_the_day_of_the_decision_or_earlier(shipped):
    for key, assumption in shipped.assumptions.items():
        for each in assumption.evidence.then:
            assert dating(shipped.evidence.quantities[each], shipped.decided) == "then", (key, each)


def test_the_weakest_tag_is_the_basis(tiny):
    quantity = tiny.evidence.quantities["plea"]
    assert basis_of(quantity) == "measured"
    tags_of = {
        "derived": ("published", "derived"),
        "disputed": ("derived", "belligerent claim"),
        "expert": ("expert forecast",),
        "not found": ("not found",),
        "measured": ("secondary copy",),
    }
    for basis, tags in tags_of.items():
        assert basis_of(quantity.model_copy(update={"tags": tags})) == basis


def test_a_report_has_what_was_chosen_and_its_documents(tiny, outcomes):
    everything = report(tiny, "tiny", outcomes, select(tiny))
    assert everything["schema"] == "closedsky-evidence-report/1"
    assert [each["id"] for each in everything["claims"]] == ["C1", "C2", "C3", "C4"]
    assert all(each["corroboration"] for each in everything["claims"])
    assert [each["id"] for each in everything["remarks"]] == ["R1", "R2"]
    one = report(tiny, "tiny", outcomes, select(tiny, claim="C3"))
    assert [each["id"] for each in one["claims"]] == ["C3"]
    assert {each["id"] for each in one["documents"]} == {"gazette", "handbook", "speech"}
    one = report(tiny, "tiny", outcomes, select(tiny, quantity="patrol_reach"))
    [quantity] = one["quantities"]
    assert quantity["used_by"]["then"] == quantity["used_by"]["now"] == ["reach_km"]
    assert quantity["used_by"]["claims"] == ["C1"]


def test_a_wrong_name_is_told_with_the_nearest(tiny):
    with pytest.raises(UnknownEntry, match="no assumption 'sheling' in the evidence; did you mean shelling"):
        select(tiny, assumption="sheling")
    with pytest.raises(UnknownEntry, match="no claim"):
        select(tiny, claim="zzz")


NAMED = "is not among the"
FAULTS = [
    ("document: gazette", "document: gazete", f"claims.C1.document: gazete {NAMED} documents; did you mean gazette"),
    ("    sources: [speech]", "    sources: [spech]", f"claims.C1.sources: spech {NAMED} documents; did"),
    ("    sources: [speech]", "    sources: []", "claims.C1.sources: is empty; the id of a document, unless not found"),
    ("{assumption: reach_km}", "{assumption: reach}", f"claims.C1.bears_on[0].assumption: reach {NAMED} assumptions"),
    ("{option: full-zone}", "{option: full}", f"claims.C1.bears_on[2].option: full {NAMED} options"),
    ("{quantity: patrol_reach}", "{quantity: reach}", f"bears_on[3].quantity: reach {NAMED} quantities"),
    ("{lever: deep_in, value", "{lever: deep, value", f"claims.C2.bears_on[0].lever: deep {NAMED} levers"),
    ("{lever: deep_in, value: 1}", "{lever: deep_in}", "claims.C2.bears_on[0]: a value goes with a lever"),
    ("deep_in, value: 1}", "deep_in, value: 2}", "claims.C2.bears_on[0].value: 2; from 0 to 1, for a share"),
    ("{switch: length_effect}", "{switch: length_efect}", "did you mean length_effect?"),
    ("{reading: practicality}", "{reading: practical}", "did you mean practicality?"),
    ("{assumption: shelling}", "{assumption: shelling, option: refuse}", "names assumption, option; one of"),
    ("{assumption: shelling}", "{}", "claims.C4.bears_on[2]: names nothing; one of"),
    ("untested: A judgement", "note: A judgement", "claims.C3: has neither bears_on nor untested; one of the two"),
    ("corroboration: not found", "corroboration: notfound", "claims.C2.corroboration: notfound; allowed: "),
    ("kind: direct quote", "kind: quote", "claims.C2.kind: quote; allowed: "),
    ("repeats: C1", "repeats: C9", f"remarks.R1.repeats: C9 {NAMED} claims"),
    ("quote: brave and costly", "qoute: brave", "claims.C3.qoute: is not a field here; did you mean quote?"),
    ("file: gazette.txt", "file: ../gazette.txt", "documents.gazette.file: ../gazette.txt"),
    ("digest: ", "digest: 0", "documents.gazette.digest: "),
    ("document: gazette", "document: speech", "speech is quoted, but has neither file nor digest to find it by"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "expected"), FAULTS)
def test_a_fault_in_a_claim_is_told(tmp_path, old, new, expected):
    lines = [str(each) for each in check(folder_with_claims(tmp_path / "case", old, new), complete=False)]
    assert any(expected in line for line in lines), lines


def test_the_claims_are_content_of_the_case(tiny, tmp_path):
    from closedsky.cases import load_case

    changed = load_case(folder_with_claims(tmp_path / "case", "twice", "once"), complete=False)
    assert changed.digest() != tiny.digest()
