"""Every refusal of `closedsky check`, each on a small invented case with one fault put into it."""

import copy
import datetime as dt
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from closedsky.cases import CaseError, check, load_case, rules
from closedsky.cases.problems import Problem, nearest_name, quote

TINY = Path(__file__).parents[1] / "data" / "tiny"
CASE = YAML(typ="safe", pure=True).load((TINY / "case.yaml").read_text("utf-8"))
EVIDENCE = YAML(typ="safe", pure=True).load((TINY / "evidence.yaml").read_text("utf-8"))


def write(data) -> str:
    stream = io.StringIO()
    yaml = YAML(typ="safe", pure=True)
    yaml.sort_base_mapping_type_on_output = False
    yaml.dump(data, stream)
    return stream.getvalue()


def put(data, path, value):
    """A copy of the case with one field changed; `...` removes it."""
    changed = copy.deepcopy(data)
    *way, last = path
    inner = changed
    for part in way:
        inner = inner[part]
    if value is ...:
        del inner[last]
    else:
        inner[last] = value
    return changed


@pytest.fixture
def lines(tmp_path):
    """What check says about a case and its evidence, as lines without the folder."""

    def run(case=CASE, evidence=EVIDENCE, complete=False):
        folder = tmp_path / "case"
        folder.mkdir(exist_ok=True)
        (folder / "case.yaml").write_text(case if isinstance(case, str) else write(case), "utf-8")
        if evidence is not None:
            text = evidence if isinstance(evidence, str) else write(evidence)
            (folder / "evidence.yaml").write_text(text, "utf-8")
        return [str(problem).removeprefix(str(folder) + "/") for problem in check(folder, complete)]

    return run


def test_a_sound_case_has_no_problem(lines):
    assert lines() == []
    assert check(TINY, complete=False) == []


ASSUMPTION = ("assumptions", "shelling")

#: Where a fault is put into the case, what is put there, and what the one line must say.
FAULTS = [
    (("asumptions",), {}, "asumptions: is not a field of this file; did you mean assumptions?"),
    (("title",), ..., "title: is missing"),
    (("options",), ..., "options: is missing"),
    (("schema",), "closedsky-case/9", "schema: closedsky-case/9 is not a schema read here; closedsky-case/1"),
    (("reference_day",), "yesterday", "reference_day: yesterday"),
    (("decision_day",), 20, "decision_day: 20; from 0 to the day before the horizon"),
    (("decision_day",), 2.5, "decision_day: 2.5"),
    (("grid",), [[5, 1], [5, 7]], "grid: until day 5 does not come after day 5"),
    (("grid",), [[5, 1]], "grid: ends on day 5; the horizon, day 20"),
    (("now_horizon",), 19, "now_horizon: 19; the horizon, day 20, or later"),
    (("now_horizon",), 20.5, "now_horizon: 20.5 is not of the right kind; a whole number"),
    (("now_horizon",), 90_000, "now_horizon: 90000; a day that the grid reaches: more than 11000 steps"),
    (("now_horizon",), 10**400, "a day that the grid reaches"),
    (("taken",), "refused", "taken: refused is not an option; allowed: refuse, full-zone; did you mean refuse?"),
    ((*ASSUMPTION, "unti"), "km", "assumptions.shelling.unti: is not a field here; did you mean unit?"),
    ((*ASSUMPTION, "unit"), "furlong", "assumptions.shelling.unit: furlong is not a unit"),
    (("assumptions", "reach_km", "unit"), "days", "assumptions.reach_km.unit: days does not fit the name reach_km; km"),
    ((*ASSUMPTION, "then"), [12, 1.5], "assumptions.shelling.then: [12, 1.5] is reversed; low must be below high"),
    ((*ASSUMPTION, "now"), [12, 12], "assumptions.shelling.now: [12, 12] is empty; low must be below high"),
    ((*ASSUMPTION, "then"), [0, 12], "assumptions.shelling.then: [0, 12] begins at 0; above 0, for log-uniform"),
    ((*ASSUMPTION, "then"), [1, 2, 3], "assumptions.shelling.then: [1, 2, 3]"),
    ((*ASSUMPTION, "then"), [1, "2"], "assumptions.shelling.then[1]: 2"),
    ((*ASSUMPTION, "then"), [1, float("inf")], "assumptions.shelling.then[1]: inf is not finite"),
    ((*ASSUMPTION, "then"), [1, float("nan")], "assumptions.shelling.then[1]: nan is not finite"),
    ((*ASSUMPTION, "distribution"), "log_uniform", "log_uniform; allowed: uniform, log-uniform or beta; did you mean log-uniform?"),
    ((*ASSUMPTION, "basis"), "guessed", "assumptions.shelling.basis: guessed; allowed: measured, "),
    ((*ASSUMPTION, "basis"), "measured", "assumptions.shelling.basis: measured, but no evidence is named"),
    ((*ASSUMPTION, "reason"), ..., "assumptions.shelling.reason: is missing"),
    ((*ASSUMPTION, "evidence"), {"then": ["patrol_reech"]}, "evidence.then: patrol_reech is not in the evidence; did you mean patrol_reach?"),
    ((*ASSUMPTION, "evidence"), {"then": ["later_reach"]}, "later_reach is about days up to 2001-06-30, after the decision; 2001-03-03 or earlier"),
    (("assumptions", "reach_km", "then"), [-5, 190], "assumptions.reach_km.then: [-5, 190]; not below 0, for km"),
    (("assumptions", "q_episode", "then"), [0, 12], "assumptions.q_episode.then: [0, 12]; two shape parameters above 0, for beta"),
    (("assumptions", "q_episode", "distribution"), "uniform", "assumptions.q_episode.then: [0.5, 12.5]; from 0 to 1, for probability"),
    (("numbers", "fleet", "value"), -1, "numbers.fleet.value: -1; not below 0, for aircraft"),
    (("numbers", "fleet", "value"), "40", "numbers.fleet.value: 40 is not of the right kind"),
    (("numbers", "fleet", "value"), True, "numbers.fleet.value: true is not of the right kind"),
    (("numbers", "fleet", "reason"), "", "numbers.fleet: has neither evidence nor a reason"),
    (("numbers", "fleet", "basis"), "measured", "numbers.fleet.basis: measured, but no evidence is named"),
    (("numbers", "members", "evidence"), ["treaty"], "numbers.members.evidence: treaty is not in the evidence"),
    (("levers", "zone", "neutral"), 0.5, "levers.zone.neutral: 0.5; 0 or 1, for a flag"),
    (("levers", "zone", "kind"), "switch", "levers.zone.kind: switch; allowed: number, share or flag"),
    (("options", "full-zone", "levers", "zoen"), {"value": 1, "basis": "judged", "reason": "x"}, "options.full-zone.levers.zoen: is not a lever of this case; did you mean zone?"),
    (("options", "full-zone", "levers", "deep_in", "value"), 1.2, "options.full-zone.levers.deep_in.value: 1.2; from 0 to 1, for a share"),
    (("options", "full-zone", "levers", "force", "evidence"), [], "levers.force.basis: measured, but no evidence is named"),
    (("options", "full-zone", "levers", "force", "vlaue"), 1, "levers.force.vlaue: is not a field here; did you mean value?"),
    (("options", "full-zone", "proposer", "evidence"), ["pleas"], "proposer.evidence: pleas is not in the evidence; did you mean plea?"),
    (("options", "full-zone", "proposer"), ..., "options.full-zone.proposer: is missing"),
    (("options", "full zone"), {}, "options.full zone: is not a name; letters, digits, - and _"),
    (("options", "full-zone"), "yes", "options.full-zone: holds yes; a mapping with label, "),
    (("options",), ["refuse"], "options: holds [refuse]; a mapping of names to entries"),
    (("latents", "record", "members"), {"sheling": 1}, "latents.record.members.sheling: sheling is not an assumption; did you mean shelling?"),
    (("latents", "record", "members"), {"shelling": 2}, "latents.record.members.shelling: 2; allowed: -1 or 1"),
    (("latents", "record", "strength"), "strength", "latents.record.strength: strength is not an assumption"),
    (("latents", "record", "members"), {"latent_strength": 1}, "latents.record.members: latent_strength is its own strength"),
    (("switches", "length_effect", "default"), "nones", "switches.length_effect.default: nones; allowed: none, shorter; did you mean none?"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value", "says"), FAULTS, ids=[fault[2][:50] for fault in FAULTS])
def test_a_fault_is_one_line_with_its_path(lines, path, value, says):
    found = lines(put(CASE, path, value))
    assert [line for line in found if says in line], found
    assert all(line.startswith("case.yaml:") and "\n" not in line for line in found)


LEDGER_FAULTS = [
    (("quantities", "plea", "sources"), ["speeches"], "quantities.plea.sources: speeches is not a document"),
    (("quantities", "plea", "sources"), [], "quantities.plea.sources: is empty; the id of a document"),
    (("quantities", "plea", "sources"), ..., "quantities.plea.sources: is missing"),
    (("quantities", "plea", "form"), 1, "quantities.plea.form: is not a field here; did you mean from?"),
    (("quantities", "plea", "from"), "2002-01-01", "quantities.plea.from: 2002-01-01 is after 2001-03-02"),
    (("quantities", "plea", "to"), "2001-02-30", "quantities.plea.to: 2001-02-30"),
    (("quantities", "plea", "low"), 90, "quantities.plea: [90, 60] is out of order"),
    (
        ("quantities", "plea", "timeless"),
        True,
        "quantities.plea.timeless: is said beside `to`; one of the two",
    ),
    (("documents", "speech", "title"), "", "documents.speech.title: is empty"),
    (("schema",), ..., "schema: nothing is not a schema read here"),
]


@pytest.mark.parametrize(("path", "value", "says"), LEDGER_FAULTS, ids=[fault[2] for fault in LEDGER_FAULTS])
def test_a_fault_in_the_ledger_is_one_line_with_its_path(lines, path, value, says):
    found = lines(evidence=put(EVIDENCE, path, value))
    assert [line for line in found if line.startswith("evidence.yaml:") and says in line], found


def test_evidence_for_then_must_say_its_day(lines):
    found = lines(evidence=put(EVIDENCE, ("quantities", "patrol_reach", "to"), ...))
    assert any("patrol_reach has neither `to` nor `timeless`" in line for line in found), found


def test_a_later_publication_about_an_earlier_fact_is_allowed(lines):
    assert lines(evidence=put(EVIDENCE, ("quantities", "patrol_reach", "published"), "2010-01-01")) == []


def test_a_case_without_a_ledger_may_still_judge_but_not_cite(lines):
    found = lines(evidence=None)
    assert found
    assert all("is not in the evidence" in line for line in found)


def test_every_problem_is_listed_not_the_first(lines):
    case = put(CASE, (*ASSUMPTION, "then"), [3, 2])
    case = put(case, ("numbers", "fleet", "unit"), "planes")
    case = put(case, ("options", "full-zone", "levers", "force", "evidence"), ["pleaa"])
    assert len(lines(case, put(EVIDENCE, ("documents", "speech", "publisher"), ...))) == 4


def test_the_line_of_the_file_is_named(lines):
    text = (TINY / "case.yaml").read_text("utf-8").replace("then: [1.5, 12]", "then: [12, 1.5]")
    number = text[: text.index("then: [12, 1.5]")].count("\n") + 1
    assert lines(text) == [
        f"case.yaml:{number}: assumptions.shelling.then: [12, 1.5] is reversed; low must be below high"
    ]


def test_each_duplicate_key_is_a_problem(lines):
    text = (TINY / "case.yaml").read_text("utf-8")
    text = text.replace("horizon: 20\n", "horizon: 20\nhorizon: 21\n")
    text = text.replace("    unit: km\n", "    unit: km\n    unit: days\n")
    found = lines(text)
    assert [line.split(": ", 1)[1] for line in found] == [
        "horizon: stands here twice",
        "assumptions.reach_km.unit: stands here twice",
    ]


def test_more_assumptions_than_anyone_can_contest_are_refused(lines):
    many = {f"shelling_{number}": CASE["assumptions"]["shelling"] for number in range(97)}
    found = lines({**CASE, "assumptions": {**CASE["assumptions"], **many}})
    assert [line.split(": ", 1)[1] for line in found] == ["assumptions: holds 101 assumptions; at most 100"]


def test_causes_cannot_explain_more_than_all_of_an_assumption(lines):
    latents = {name: CASE["latents"]["record"] for name in ("one", "two", "three")}
    found = lines({**CASE, "latents": latents})
    assert any("shelling shares causes that together explain more than all of it" in line for line in found)


def test_the_names_that_the_model_reads_are_asked_for(lines, monkeypatch):
    served = rules.ModelNames(
        tuple(name for name in CASE["assumptions"] if name != "latent_strength"),
        tuple(CASE["numbers"]),
        tuple(CASE["levers"]),
        {"length_effect": {"none": 0.0, "shorter": 1.0}},
    )
    monkeypatch.setattr(rules, "model_names", lambda: served)
    monkeypatch.setattr("closedsky.cases.library.model_names", lambda: served)
    assert lines(complete=True) == []
    renamed = put(CASE, ("numbers", "fleets"), CASE["numbers"]["fleet"])
    found = lines(put(renamed, ("numbers", "fleet"), ...), complete=True)
    assert any("numbers.fleets: is not a name that the model reads; did you mean fleet?" in line for line in found)
    assert any("numbers.fleet: is missing; the model reads it" in line for line in found)
    found = lines(put(CASE, ("switches", "length_effect", "values", "longre"), "x"), complete=True)
    assert any("length_effect.values.longre: is not a choice here" in line for line in found)


def test_the_shipped_model_names_its_keys():
    names = rules.model_names()
    assert names.assumptions
    assert len(set(names.assumptions)) == len(names.assumptions)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is empty"),
        ("# nothing\n", "is empty"),
        ("[1, 2", "is not YAML"),
        ("a: b: c", "is not YAML"),
        ("- 1\n- 2\n", "holds [1, 2]; a mapping that begins with schema: closedsky-case/1"),
        ("{" * 50 + "}" * 50, "is not"),
        ("[" * 40 + "]" * 40, "is nested more than"),
        ("a: !!python/object/apply:os.system ['true']\n", "carries the tag"),
        ("a: !thing x\n", "carries the tag"),
        ("? [a, b]\n: c\n", "has a key that is not a word"),
        ("a: &x [1]\nb: *y\n", "is not YAML"),
        ("a: &x [*x]\n", "is nested more than"),
        ("a: 2001-02-31\n", "2001-02-31 cannot be read"),
        ("a: " + "x" * 30_000 + "\n", "is longer than"),
        ("\x00", "is not YAML"),
    ],
)
def test_a_file_that_is_no_case_is_refused_in_a_line(lines, text, says):
    found = lines(text)
    assert any(says in line for line in found), found
    assert all("\n" not in line for line in found)


def test_aliases_cannot_blow_up(lines):
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in range(1, 9):
        bomb += f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]\n"
    found = lines(bomb)
    assert any("holds more than 200,000 values" in line for line in found), found


def test_an_enormous_file_is_not_read(lines):
    assert lines("#" * 5_000_001 + "\n") == ["case.yaml: is larger than 5,000,000 bytes"]


def test_a_file_that_is_not_text_is_refused(tmp_path):
    (tmp_path / "case.yaml").write_bytes(b"\xff\xfe\x00\x01")
    (problem,) = check(tmp_path)
    assert "is not YAML" in problem.found


@pytest.mark.parametrize("name", ["no-such-case", "", "a" * 5000, "x\0y", "../nowhere/case.yaml"])
def test_a_case_that_does_not_exist_is_a_problem(name):
    (problem,) = check(name)
    assert problem.found == "no such case"
    assert "\0" not in str(problem)


def test_loading_raises_the_same_lines(tmp_path):
    (tmp_path / "case.yaml").write_text(write(put(CASE, ("taken",), "nothing")), "utf-8")
    with pytest.raises(CaseError) as raised:
        load_case(tmp_path, complete=False)
    assert list(raised.value.problems) == check(tmp_path, complete=False)
    assert str(raised.value).splitlines() == [str(problem) for problem in raised.value.problems]


WORDS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(),
    st.text(max_size=12),
    st.dates(),
    st.sampled_from(["reach_km", "refuse", "beta", "km", "plea", "measured", dt.date.min, dt.date.max]),
)
NESTS = st.recursive(
    WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8) | WORDS, inner, max_size=4),
    max_leaves=8,
)


def places(data, way=()):
    yield from ([way] if way else [])
    if isinstance(data, dict | list):
        for key, value in data.items() if isinstance(data, dict) else enumerate(data):
            yield from places(value, (*way, key))


@given(st.data())
def test_check_never_raises_on_a_spoiled_case(tmp_path_factory, data):
    case, evidence = CASE, EVIDENCE
    for _ in range(data.draw(st.integers(1, 3))):
        case = spoil(case, data)
    if data.draw(st.booleans()):
        evidence = spoil(evidence, data)
    folder = tmp_path_factory.mktemp("spoiled")
    (folder / "case.yaml").write_text(write(case), "utf-8", errors="replace")
    (folder / "evidence.yaml").write_text(write(evidence), "utf-8", errors="replace")
    problems = check(folder, complete=False)
    assert all("\n" not in str(problem) and str(problem).isprintable() for problem in problems)
    if not problems:
        assert load_case(folder, complete=False).digest()


def spoil(tree, data):
    place = data.draw(st.sampled_from(list(places(tree))))
    change = data.draw(st.sampled_from(["put", "remove", "add"]))
    if change == "remove":
        return put(tree, place, ...)
    if change == "put":
        return put(tree, place, data.draw(NESTS))
    changed = copy.deepcopy(tree)
    inner = changed
    for part in place:
        inner = inner[part]
    if isinstance(inner, dict):
        inner[data.draw(st.text(max_size=8))] = data.draw(NESTS)
    elif isinstance(inner, list):
        inner.append(data.draw(NESTS))
    return changed


@given(st.text(max_size=200))
def test_check_never_raises_on_any_text(tmp_path_factory, text):
    folder = tmp_path_factory.mktemp("text")
    (folder / "case.yaml").write_text(text, "utf-8", errors="replace")
    assert check(folder)


@given(st.integers(0, 5000), st.text(alphabet="{}[]:,&*!?|>-'\"% \n#ab1\t@`", max_size=6))
def test_check_never_raises_on_a_file_with_a_typing_error(tmp_path_factory, place, typed):
    text = (TINY / "case.yaml").read_text("utf-8")
    place %= len(text)
    folder = tmp_path_factory.mktemp("typed")
    (folder / "case.yaml").write_text(text[:place] + typed + text[place + 1 :], "utf-8")
    check(folder, complete=False)


def test_quotes_are_short_and_printable():
    assert quote("a\nb\x1b[31m") == "a b [31m"
    assert len(quote("x" * 10_000)) < 80
    assert len(quote([["y" * 500] * 50] * 50)) < 80
    assert quote({"a": 1}) == "a mapping of 1"


def test_a_problem_reads_as_one_line():
    problem = Problem("case.yaml", "a.b", "[2, 1] is reversed", "low must be below high", line=7)
    assert str(problem) == "case.yaml:7: a.b: [2, 1] is reversed; low must be below high"
    assert nearest_name("zzz", ["alpha"]) == ""
