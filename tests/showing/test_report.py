"""A report: text first, one script of its own, nothing asked of anyone, and nothing of a case is ever markup."""

import base64
import csv
import hashlib
import io
import itertools
import re
import zipfile
from dataclasses import replace
from functools import lru_cache
from html.parser import HTMLParser

import pytest

import closedsky
from closedsky.cases.schema import BASIS_MEANING
from closedsky.evidence.ledger import ledger_of
from closedsky.showing import drawing
from closedsky.showing.appendix import appendix
from closedsky.showing.charts.chart import frame, to_csv
from closedsky.showing.report import Part, Report, Section, render
from closedsky.showing.report_figures import FEW, ROWS, rounded
from closedsky.showing.svg import text

EVIL = "<script>alert('x')</script> & \"quoted\" <img src=x onerror=y>"
VOID = {"meta", "br", "link", "img", "hr"}
ENDED_BY = {"td": {"td", "tr"}, "th": {"th", "tr"}, "tr": {"tr"}, "li": {"li"}}
"""Elements whose end HTML lets one leave out, and what begins after it; the end of what holds them ends them too."""

FILE = "data:application/zip;base64,"


class Page(HTMLParser):
    """Every element with its attributes, and whether all are closed in order."""

    def __init__(self, document):
        super().__init__()
        self.open, self.found, self.text, self.balanced = [], [], [], True
        self.feed(document)
        self.close()

    def handle_starttag(self, tag, attributes):
        while self.open and tag in ENDED_BY.get(self.open[-1], ()):
            self.open.pop()
        self.found.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        while self.open and self.open[-1] != tag and self.open[-1] in ENDED_BY:
            self.open.pop()
        self.balanced &= bool(self.open) and self.open.pop() == tag

    def handle_data(self, data):
        if self.open[-1:] not in (["style"], ["script"]):
            self.text.append(data)

    def attributes(self, name):
        return [given[name] for _, given in self.found if name in given]


@lru_cache
def case():
    return closedsky.load_case("ukraine-2022")


def chart(view="then", title="A title", cell="a cell"):
    made = frame(
        "dot",
        title=title,
        caption="A caption.",
        alternative="Another way to say it.",
        view=view,
        columns=[("item", "Item", ""), ("share", "Share", "share")],
        rows=[[cell, 0.5], ["none", None]],
    )
    return made | {"notes": ["A note."]}


def draw_dot(given, left, top, width):
    return [text(left, top + 20.0, [(given["title"], "ink")], "body")], top + 40.0


@pytest.fixture(autouse=True)
def kind(monkeypatch):
    monkeypatch.setitem(drawing.KINDS, "dot", draw_dot)


def report(of=None, title="A title", **more):
    parts = tuple(
        Part(view, 1024, 0, (f"What {view} says.",), (("Futures", "1,024, seed 0"),), (
            Section("A section", ("Some words.",), (chart(view, title), chart(view, title, "=1+1"))),
        ))
        for view in ("then", "now")
    )  # fmt: skip
    first = (Section("What holds for both", (), (chart("then and now"),)),)
    given = Report(
        of or case(), first, parts, (Section("In common", (), (chart(),)),), "closedsky report X --out r.html", "X"
    )
    return replace(given, **more)


@pytest.fixture(scope="module")
def page():
    drawing.KINDS["dot"] = draw_dot
    made = render(report())
    del drawing.KINDS["dot"]
    return made


def test_it_says_first_what_it_is_not_and_which_view(page):
    said = " ".join(" ".join(Page(page).text).split())
    assert said.index("Not a forecast and not a targeting tool") < said.index(case().title, 60)
    assert said.index("What then says.") < said.index("What now says.") < said.index("Some words.")
    assert "now: what the record allows; hindsight" in said
    assert said.count("Not a forecast") > 4  # wherever something may be copied from


def test_it_is_well_formed_and_the_same_each_time(page, kind):
    found = Page(page)
    assert found.balanced and not found.open
    assert render(report()) == page
    ids = found.attributes("id")
    assert len(ids) == len(set(ids))
    for name in ("aria-labelledby",):
        for each in found.attributes(name):
            assert set(each.split()) <= set(ids)
    anchors = [href[1:] for href in found.attributes("href") if href.startswith("#")]
    assert set(anchors) <= set(ids)


def test_headings_go_down_one_level_at_a_time(page):
    levels = [int(tag[1]) for tag, _ in Page(page).found if tag in ("h1", "h2", "h3", "h4")]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_it_has_one_script_of_its_own_and_asks_no_one(page):
    found = Page(page)
    assert not {"iframe", "object", "embed", "link", "img"} & {tag for tag, _ in found.found}
    assert [given for tag, given in found.found if tag == "script"] == [{}]
    assert not found.attributes("src") and not found.attributes("style")
    assert not [name for _, given in found.found for name in given if name.startswith("on")]
    assert "@import" not in page and "url(" not in page
    outside = [href for href in found.attributes("href") if not href.startswith(("#", FILE))]
    known = {each.link for each in ledger_of(case()).documents.values()}
    assert set(outside) <= known  # documents, which a person may open


def test_its_policy_allows_its_own_style_sheet_and_script_only(page):
    (policy,) = [given["content"] for tag, given in Page(page).found if given.get("http-equiv")]
    for kind, tag in (("style", "style"), ("script", "script")):
        (held,) = re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(held.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}';" in policy
    assert policy.startswith("default-src 'none';") and "unsafe" not in policy and policy.count("sha256") == 2


def test_every_chart_has_words_two_drawings_its_numbers_and_a_file(page):
    found = Page(page)
    figures = [given for tag, given in found.found if tag == "figure"]
    assert len(figures) == 6 and page.count('class="wide"') == page.count('class="narrow"') == 6
    drawings = [given for tag, given in found.found if tag == "svg" and given["role"] == "img"]
    assert len(drawings) == 12
    named = [given["aria-labelledby"].split() for given in drawings]
    ids = [given["id"] for tag, given in found.found if "hidden" in given]
    assert {words for _, words in named} == set(ids) and "Another way to say it. View" in page
    files = [(given["download"], given["href"]) for tag, given in found.found if "download" in given]
    assert len(files) == 6
    assert files[2][0] == "dot-then.zip" and files[2][1].startswith(FILE)
    rows = list(csv.reader(io.StringIO(held(files[2][1]))))
    assert rows[0] == ["item", "share", "view", "version", "about"]
    assert rows[1][:3] == ["'=1+1", "0.5", "then"]
    assert all("Not a forecast" in row[-1] for row in rows[1:])  # whichever line is copied


def held(href):
    archive = zipfile.ZipFile(io.BytesIO(base64.b64decode(href.removeprefix(FILE))))
    (name,) = archive.namelist()
    assert name.endswith(".csv")
    return archive.read(name).decode()


def test_the_file_has_all_rows_and_the_table_the_first_of_many(kind):
    def of(many):
        rows = [[f"row {i}", 1.0 / (i + 1)] for i in range(many)]
        return chart() | {"rows": rows}

    long = of(ROWS + 1)
    made = render(report(first=(Section("Many", (), (of(ROWS), long)),)))
    first, second = made.split("<figure")[1:3]
    assert first.count("<tr>") == ROWS + 1 and "more rows" not in first
    assert second.count("<tr>") == FEW + 1 and f"{ROWS + 1 - FEW} more rows in the file" in second
    (href,) = re.findall(r'href="(data:[^"]*)"', second)
    assert held(href).splitlines() == to_csv(rounded(long)).splitlines()


def test_a_file_that_is_too_large_loses_its_largest_narrow_drawings_but_never_half_a_debate(kind, monkeypatch):
    def large(given, left, top, width):
        lines = [text(left, top + 20.0 * i, [(f"{given['title']} {i}", "ink")], "body") for i in range(3000)]
        return lines, top + 40.0

    monkeypatch.setitem(drawing.KINDS, "dot", large)
    monkeypatch.setitem(drawing.KINDS, "debate", large)
    debate = Section("Both sides", (), (chart() | {"kind": "debate"},))
    made = render(report(first=(debate,)))
    found = Page(made)
    assert found.balanced and made.count("alone") > 1
    start = made.index('id="figure-1-words"')
    assert 'class="narrow"' in made[start : made.index("</figure>", start)]


def test_the_ledger_is_whole(page):
    found = appendix(case())
    assert sum(len(rows) for _, rows in found.relations) == len(case().assumptions)
    assert sum(count for *_, count in found.bases) == len(case().assumptions)
    assert {name for name, *_ in found.bases} <= set(BASIS_MEANING)
    for name in case().assumptions:
        assert f"<code>{name}</code>" in page
    assert len(found.claims) == 35
    said = " ".join(" ".join(Page(page).text).split())
    for claim in ledger_of(case()).claims.values():
        assert f"“{' '.join(claim.quote.split())}”" in said
    assert "NOT FOUND" in said and "looked for, and in no source that was found" in said


def test_the_command_and_the_citation(page):
    said = " ".join(" ".join(Page(page).text).split())
    assert "closedsky report X --out r.html" in said and case().digest() in said
    assert f"“{case().title}”, view then and now" in said


def test_text_of_a_case_is_never_markup(kind):
    entry = case().assumptions["substitutable"].model_copy(update={"label": EVIL, "reason": EVIL})
    claims = {
        key: each.model_copy(update={"quote": EVIL, "speaker": EVIL}) for key, each in ledger_of(case()).claims.items()
    }
    evil = replace(
        case(),
        title=EVIL,
        question=EVIL,
        assumptions={**case().assumptions, "substitutable": entry},
        evidence=replace(ledger_of(case()), claims=claims),
    )
    found = Page(render(report(evil, title=EVIL)))
    assert found.balanced
    assert [tag for tag, _ in found.found if tag in ("script", "img")] == ["script"]  # its own
    assert not [name for _, given in found.found for name in given if name.startswith("on")]
    assert EVIL in "".join(found.text)


def test_addresses_that_are_none_stay_text(kind):
    documents = {
        key: each.model_copy(update={"link": "javascript:alert(1)"})
        for key, each in ledger_of(case()).documents.items()
    }
    found = Page(render(report(replace(case(), evidence=replace(ledger_of(case()), documents=documents)))))
    assert not [href for href in found.attributes("href") if not href.startswith(("#", FILE))]


def test_a_case_without_evidence_has_a_report_too(kind):
    bare = replace(case(), evidence=None)
    found = Page(render(report(bare)))
    assert found.balanced and "claims, in their own words" not in " ".join(found.text)


def test_what_is_computed_beside_a_run_says_so(kind):
    given = report()
    parts = (given.parts[0], replace(given.parts[1], computed=True))
    said = " ".join(Page(render(replace(given, parts=parts))).text)
    assert said.count("Computed for this report: the run that it was made of has the other view.") == 1
