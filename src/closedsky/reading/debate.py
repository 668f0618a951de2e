"""Both sides of what is contested: each claim, how strongly it holds, how large it is, and on what that rests.

No side is taken: a claim and its reverse are counted alike, and the sentences of one are those of the other with the
two courses exchanged. Claims are named by their id in the ledger and by who is on record.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from closedsky.cases.contested import Contested, Course
from closedsky.cases.schema import Case, Ledger
from closedsky.cases.shown import Shown
from closedsky.futures.results import Inputs, Results
from closedsky.reading.argument import OVER_HALF, Argument, Reader, Sides
from closedsky.reading.conditions import amount, inside
from closedsky.reading.measures import ENDINGS, LIVES
from closedsky.reading.risk import TOLD_APART
from closedsky.reading.stamp import stamp
from closedsky.reading.statistics import Values, flag
from closedsky.reading.words import figure, listed, per_thousand

if TYPE_CHECKING:
    import pandas as pd

SCHEMA = "closedsky-debate/1"
RISK = "war_hazard"
KILLED = "killed"
CODED = {"ending": ENDINGS}


@dataclass(frozen=True, eq=False)
class Played:
    """What was run for one claim in one view on one path.

    Attributes:
        of: results in which the first course was run.
        against: the other; None where there is none.
        taken: results of the option really taken with nothing changed, for a part of the way to `against`.
        other: outcomes of `against` with envelopes of its own, by option and outcome.
        other_taken: as `other`, of the option really taken with nothing changed; needed for a part of the way only.
        near: as `of` and `against` to the case's own horizon, where those are followed further.
    """

    of: Results
    against: Results | None = None
    taken: Results | None = None
    other: Mapping[str, Mapping[str, Values]] = field(default_factory=dict)
    other_taken: Mapping[str, Mapping[str, Values]] = field(default_factory=dict)
    near: tuple[Results, Results | None] | None = None


@dataclass(frozen=True)
class Claim:
    """One contested claim.

    Attributes:
        id: of the entry in the case.
        entry: as the case has it.
        ledger: id in the ledger; quote, speaker, corroboration: of a claim, or the title of a document.
        of, against: what people call the two courses.
        label, unit: of the outcome.
        views: by view and path, the claim with nothing switched.
        switched: by words of a switch's other value, by path, under the view then.
    """

    id: str
    entry: Contested
    quote: str
    speaker: str
    corroboration: str
    of: str
    against: str
    label: str
    unit: str
    views: Mapping[str, Mapping[str, Argument]]
    switched: Mapping[str, Mapping[str, Argument]]

    def sentence(self, view: str, path: str) -> str:
        """Say how often the claim and its reverse hold; with the courses exchanged, the same sentence exchanged."""
        found = self.views[view][path]
        if found.holds is None or found.reverse is None:
            if found.even is None:
                return f"{self.entry.says} Lives saved or risk added are too few to weigh one against the other."
            return (
                f"{self.entry.says} On lives alone {self.of} is worth it if a general war cost fewer than "
                f"{figure(found.even.value)} lives, if this path held."
            )
        if self.entry.against is None:
            return f"{self.entry.says} {often(found.holds.range)}. {self.entry.denies} {often(found.reverse.range)}."
        return (
            f"{self.entry.says} {often(found.holds.range)}. {self.entry.denies} {often(found.reverse.range)}; "
            "in the rest neither by the margin."
        )

    def answer_is(self, case: Case, view: str, path: str) -> str:
        """Say that the answer is one assumption, where it is; empty where it is not."""
        decides = self.views[view][path].decides
        if decides is None or decides.share <= OVER_HALF or self.entry.outcome == RISK:
            return ""
        entry = case.assumptions[decides.name]
        turns = (
            "it flips at no value of its range"
            if decides.turns is None
            else f"it flips at {amount(decides.turns, entry.unit)}"
        )
        return f"This answer is that assumption ({inside(entry.label)}; {entry.basis}): {turns}."

    def turns_with_switch(self) -> str:
        """Say that the sign of the answer is a structural switch, where it is; empty where it is not."""
        if not self.switched or "then" not in self.views:
            return ""
        cells = [each.mean for of in (self.views["then"], *self.switched.values()) for each in of.values()]
        told = [each.value for each in cells if abs(each.value) > TOLD_APART * each.error]
        if not (told and min(told) < 0 < max(told)):
            return ""
        return "This answer is that switch, which the literature disputes: the sign of the difference turns with it."

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "id": self.id,
            "ledger": self.entry.claim,
            "quote": self.quote,
            "speaker": self.speaker,
            "corroboration": self.corroboration,
            "says": self.entry.says,
            "denies": self.entry.denies,
            "outcome": self.entry.outcome,
            "label": self.label,
            "unit": self.unit,
            "of": {"label": self.of, **self.entry.of.model_dump()},
            "against": {"label": self.against, **self.entry.against.model_dump()} if self.entry.against else None,
            "part": self.entry.part,
            "asks": self.entry.asks,
            "margin": self.entry.margin,
            "margin_reason": self.entry.reason,
            "note": self.entry.note,
            "views": {view: {path: each.to_dict() for path, each in of.items()} for view, of in self.views.items()},
            "switched": {text: {path: each.to_dict() for path, each in of.items()}
                         for text, of in self.switched.items()},
        }  # fmt: skip


@dataclass(frozen=True)
class Debate(Shown):
    """Every contested claim of a case.

    Attributes:
        case, title, digest, seed: which run.
        futures: by view.
        effective: number of futures that the accepted ones are worth at least; None without the view now.
        claims: in the order of the case.
        notes: sentences that belong under the tables.
        about: the case itself, whose labels a picture needs; None where it is not at hand.
    """

    case: str
    title: str
    digest: str
    seed: int
    futures: Mapping[str, int]
    effective: float | None
    claims: tuple[Claim, ...]
    notes: tuple[str, ...] = ()
    about: Case | None = None

    def claim(self, name: str) -> Claim:
        """Return one claim by the id of its entry.

        Raises:
            KeyError: it is not among them.
        """
        for each in self.claims:
            if each.id == name:
                return each
        raise KeyError(name)

    @property
    def views(self) -> tuple[str, ...]:
        """The views that were read."""
        return tuple(self.futures)

    def summary(self) -> str:
        """Say in how many claims one side holds in most futures whatever the path, view and coupling."""
        counts = {"for": 0, "against": 0, "open": 0}
        for claim in self.claims:
            cells = [each for of in claim.views.values() for each in of.values() if each.holds and each.reverse]
            if not cells:
                continue
            firm = all(each.holds.range[0] > OVER_HALF for each in cells if each.holds)
            reverse = all(each.reverse.range[0] > OVER_HALF for each in cells if each.reverse)
            counts["for" if firm else "against" if reverse else "open"] += 1
        if not any(counts.values()):
            return "A risk of general war is not counted; what one would have to cost stands in the table."
        whatever = "whatever the path to general war" + (", the view" if len(self.views) > 1 else "")
        return (
            f"Of {sum(counts.values())} contested claims that can be counted, {counts['for']} hold in more than half "
            f"of the futures {whatever} and the luck, the opposite of {counts['against']} does, and {counts['open']} "
            "depend on them or hold in fewer."
        )

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain JSON values."""
        return {
            **stamp(SCHEMA, self.summary()),
            "case": self.case,
            "title": self.title,
            "case_digest": self.digest,
            "seed": self.seed,
            "futures": dict(self.futures),
            "effective_number": self.effective,
            "claims": [each.to_dict() for each in self.claims],
            "notes": list(self.notes),
        }

    def to_pandas(self) -> pd.DataFrame:
        """Return one row for each claim, view and path."""
        import pandas as pd

        rows = []
        for claim in self.claims:
            for view, of in claim.views.items():
                for path, each in of.items():
                    low, high = each.holds.range if each.holds else (np.nan, np.nan)
                    reverse = each.reverse.range if each.reverse else (np.nan, np.nan)
                    rows.append(
                        {
                            "claim": claim.id, "view": view, "war_path": path, "holds_low": low, "holds_high": high,
                            "reverse_low": reverse[0], "reverse_high": reverse[1],
                            "mean_difference": each.mean.value if each.holds else np.nan,
                            "mean_error": each.mean.error if each.holds else np.nan,
                            "decides": each.decides.name if each.decides else None,
                            "decides_share": each.decides.share if each.decides else np.nan,
                            **{f"rests_on_{name}": value for name, value in each.rests.items()},
                        }
                    )  # fmt: skip
        return pd.DataFrame(rows).set_index(["claim", "view", "war_path"])


def often(shares: tuple[float, float]) -> str:
    """Say in how many futures of 1,000 something holds, over the couplings of luck.

    >>> often((0.62, 0.79)), often((0.0, 0.0)), often((0.621, 0.622))
    ('In 620 to 790 of 1,000 futures', 'In no future', 'In 620 of 1,000 futures')
    """
    low, high = (per_thousand(each) for each in shares)
    if shares[1] == 0.0:
        return "In no future"
    return f"In {low if low == high else f'{low} to {high}'} of 1,000 futures"


def debate(
    case: Case,
    played: Mapping[str, Mapping[str, Mapping[str, Played]]],
    inputs: Mapping[str, Inputs],
    switched: Mapping[str, Mapping[str, Mapping[str, Played]]] | None = None,
    *,
    seed: int,
    effective: float | None = None,
    notes: Sequence[str] = (),
) -> Debate:
    """Read what is contested off runs of every course.

    Args:
        case: with `contested` entries.
        played: by view, path and entry.
        inputs: by view, what its futures drew; both paths draw the same.
        switched: by words of a switch's other value, path and entry, under the view then.
        seed: of the runs.
        effective: number of futures that the accepted ones are worth, under the view now.
        notes: sentences that belong under the tables.

    Raises:
        ValueError: nothing is contested, or an entry names an outcome that no run has.
        TooFew: no future gave a number for a claim.
    """
    if not case.contested:
        raise ValueError(f"{case.id}: nothing is contested; docs/cases.md says how to write contested: claims")
    found: dict[str, dict[str, dict[str, Argument]]] = {}
    for view, paths in played.items():
        reader = Reader(case, inputs[view])
        for path, of in paths.items():
            for key, each in reader.read({key: sides_of(case, key, one) for key, one in of.items()}).items():
                found.setdefault(key, {}).setdefault(view, {})[path] = each
    others: dict[str, dict[str, dict[str, Argument]]] = {}
    for text, paths in (switched or {}).items():
        reader = Reader(case, inputs["then"])
        for path, of in paths.items():
            for key, each in reader.read({key: sides_of(case, key, one) for key, one in of.items()}).items():
                others.setdefault(key, {}).setdefault(text, {})[path] = each
    any_of = {key: one for paths in played.values() for of in paths.values() for key, one in of.items()}
    claims = tuple(_claim(case, key, any_of, found[key], others.get(key, {})) for key in case.contested if key in found)
    counts = {view: len(inputs[view].values) for view in played}
    return Debate(case.id, case.title, case.digest(), seed, counts, effective, claims, tuple(notes), case)


def sides_of(case: Case, key: str, played: Played) -> Sides:
    """Take the two sides of a contested claim out of what was run.

    Args:
        case: the case.
        key: of the entry.
        played: what was run for it.

    Raises:
        ValueError: the entry names an outcome that the run has not.
    """
    entry = case.contested[key]
    if entry.outcome not in played.of.outcomes:
        raise ValueError(f"contested.{key}.outcome: {entry.outcome!r} is not an outcome of a run")
    of = _outcome(entry, played.of.values(entry.outcome, entry.of.option))
    against = other = lives = None
    if entry.against is not None and played.against is not None:
        against = _outcome(entry, played.against.values(entry.outcome, entry.against.option))
        apart = played.other.get(entry.against.option, {})
        other = _outcome(entry, apart[entry.outcome]) if entry.outcome in apart else None
        if entry.part < 1.0 and played.taken is not None:
            start = _outcome(entry, played.taken.values(entry.outcome, case.taken))
            against = (1.0 - entry.part) * start + entry.part * against
            if other is not None:
                from_start = played.other_taken[case.taken][entry.outcome]
                other = (1.0 - entry.part) * _outcome(entry, from_start) + entry.part * other
        lives = _lives(case, entry, played)
    sign = 1.0 if entry.asks == "more" else -1.0
    return Sides(of, against, other, entry.margin, sign, lives, entry.outcome == RISK)


def _lives(case: Case, entry: Contested, played: Played) -> Values | None:
    """Difference in civilians killed while both wars run, where the claim is about lives or risk.

    None where levers of the option really taken are set otherwise: effects of such a run are counted from that option.
    """
    near, near_against = played.near or (played.of, played.against)
    if entry.outcome not in (KILLED, RISK) or entry.against is None or near_against is None or entry.part < 1.0:
        return None
    if any(course.option == case.taken and course.levers for course in (entry.of, entry.against)):
        return None
    return near.values(LIVES, entry.of.option) - near_against.values(LIVES, entry.against.option)


def _outcome(entry: Contested, values: Values) -> Values:
    if entry.outcome == RISK:
        return -np.expm1(-values)
    return values if entry.code is None else flag(values, values == entry.code)


def _claim(
    case: Case,
    key: str,
    played: Mapping[str, Played],
    views: Mapping[str, Mapping[str, Argument]],
    switched: Mapping[str, Mapping[str, Argument]],
) -> Claim:
    entry, ledger = case.contested[key], case.evidence or Ledger()
    quote = speaker = corroboration = ""
    if entry.claim in ledger.claims:
        claim = ledger.claims[entry.claim]
        quote, speaker, corroboration = claim.quote, claim.speaker, claim.corroboration
    elif entry.claim in ledger.documents:
        quote, speaker = "", f"on record in {ledger.documents[entry.claim].title}"
    about = played[key].of.outcomes[entry.outcome].attrs
    label, unit = str(about["long_name"]), str(about["units"])
    if entry.code is not None:
        label, unit = CODED.get(entry.outcome, {}).get(entry.code, label), "flag"
    return Claim(
        key, entry, quote, speaker, corroboration, course_words(case, entry.of),
        _against_words(case, entry), label, unit, views, switched,
    )  # fmt: skip


def course_words(case: Case, course: Course) -> str:
    """Say an option and what levers of it are set otherwise."""
    label = case.options[course.option].label
    if not course.levers:
        return label
    changed = [f"{inside(case.levers[lever].label)}: {figure(value)}" for lever, value in course.levers.items()]
    return f"{label}; {listed(changed)}"


def _against_words(case: Case, entry: Contested) -> str:
    if entry.against is None:
        return ""
    words = course_words(case, entry.against)
    if entry.part == 1.0:
        return words
    return f"{figure(100.0 * entry.part)} % of the way from {case.options[case.taken].label} to {words}"
