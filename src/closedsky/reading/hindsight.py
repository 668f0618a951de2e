"""What the view now says, in the order in which it should be read: first what the record did not move.

Nothing is simulated here: accepted futures (`closedsky.futures.conditioned.Conditioned`) are read beside those drawn
before the record was looked at, and, where they are given, results of every option under both views.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from closedsky.cases.shown import Shown
from closedsky.futures.conditioned import Conditioned
from closedsky.futures.results import Results
from closedsky.reading.accepted_items import Agreement, Conflicts, Window, agreements, conflicts, one_sided, windows
from closedsky.reading.backtest import CAUTION
from closedsky.reading.both_views import Views, both_views
from closedsky.reading.kept_aside import VIEW, Check, Count, checks, count, ratios
from closedsky.reading.moved import Move, Relation, by_relation, moves
from closedsky.reading.searched import Search, search
from closedsky.reading.stamp import stamp
from closedsky.reading.statistics import plain
from closedsky.reading.words import listed

if TYPE_CHECKING:
    import pandas as pd

SCHEMA = "closedsky-hindsight/1"

NAMED = 2
"""How many of the assumptions that moved most a sentence names."""

HALF = 0.5
"""Share of a relation's assumptions from which a sentence names it among those of which nothing is said."""


@dataclass(frozen=True)
class Hindsight(Shown):
    """The view now of one case.

    Attributes:
        case, title, digest, option, label: which case, and the option really taken.
        seed: of the search.
        path: to general war, on which futures were accepted; None where the option really taken feels none.
        switches, changed: structural choices while conditioning, and overrides that the record can feel.
        moves: every assumption, common cause and envelope, before and after.
        relations: assumptions by relation, those first of which the record moved the smallest share.
        search: effective number, agreement of independent searches, rarity.
        agreements, conflicts, windows: the items by which futures were accepted.
        one_sided: those that most futures miss on the same side, in words.
        checks: every predicted item of the record, before and after.
        views: outcomes of every option under both views; None where they were not run.
    """

    case: str
    title: str
    digest: str
    option: str
    label: str
    seed: int
    path: str | None
    switches: Mapping[str, str]
    changed: Mapping[str, Any]
    moves: tuple[Move, ...]
    relations: tuple[Relation, ...]
    search: Search
    agreements: tuple[Agreement, ...]
    conflicts: Conflicts
    windows: tuple[Window, ...]
    one_sided: tuple[str, ...]
    checks: tuple[Check, ...]
    views: Views | None

    @property
    def assumptions(self) -> tuple[Move, ...]:
        """Assumptions, in the order of the case."""
        return tuple(each for each in self.moves if each.kind == "assumption")

    @property
    def moved(self) -> tuple[Move, ...]:
        """Whatever moved, of any kind, farthest first."""
        return tuple(sorted((each for each in self.moves if each.moved), key=lambda each: -each.size))

    @property
    def tied(self) -> tuple[Move, ...]:
        """Assumptions that moved although no accepting entry depends on them: a common cause ties them to others."""
        return tuple(each for each in self.assumptions if each.idle and each.moved)

    @property
    def crowded(self) -> tuple[Move, ...]:
        """Assumptions at an end of whose range the accepted futures pile up."""
        return tuple(each for each in self.assumptions if each.crowded)

    def count(self, accepts: bool) -> Count:
        """Count recorded numbers in the band of 9 in 10, of items by which futures were accepted or of those kept."""
        return count([each for each in self.checks if each.accepts == accepts])

    @property
    def ratios(self) -> Count:
        """Count ratios of recorded numbers in the band of 9 in 10."""
        return ratios(self.checks)

    @property
    def missed_ratios(self) -> str:
        """Say how many ratios miss the band, as the end of a sentence on numbers; nothing where none is compared."""
        of = self.ratios
        return f", and {of.missed} of {of.of} ratios of recorded numbers miss it" if of.of else ""

    @property
    def inputs(self) -> tuple[Check, ...]:
        """What was kept aside and narrowed a range of the view now, so that it is no check."""
        return tuple(each for each in self.checks if each.is_input)

    @property
    def after_look(self) -> str:
        """Say how many entries that accept were chosen after a look at what they should have checked; or nothing."""
        looked = sum(each.after_look for each in self.checks)
        if not looked:
            return ""
        return (
            f"{looked} of the entries that accept {'was' if looked == 1 else 'were'} chosen after a look at what "
            "earlier choices kept aside, so this is a weaker check than it looks"
        )

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain JSON values."""
        return {
            **stamp(SCHEMA, self.summary()),
            "view": VIEW,
            "effective_number": plain(self.search.effective),
            "accepted": self.search.accepted,
            "before": self.search.before,
            "case": self.case,
            "title": self.title,
            "case_digest": self.digest,
            "option": self.option,
            "seed": self.seed,
            "war_path": self.path,
            "switches": dict(self.switches),
            "changed": {key: list(v) if isinstance(v, tuple) else v for key, v in self.changed.items()},
            "not_moved": [each.to_dict() for each in self.relations],
            "search": self.search.to_dict(),
            "acceptance": [each.to_dict() for each in self.agreements],
            "conflicts": self.conflicts.to_dict(),
            "pile_up": {
                "windows": [each.to_dict() for each in self.windows],
                "one_sided": list(self.one_sided),
                "ranges": [{"id": each.id, "end": each.crowded} for each in self.crowded],
            },
            "checks": {
                "items": [each.to_dict() for each in self.checks],
                "kept_aside": self.count(accepts=False).to_dict(),
                "ratios": self.ratios.to_dict(),
                "in_sample": self.count(accepts=True).to_dict(),
                "inputs": [each.item.id for each in self.inputs],
                "chosen_after_a_look": [each.item.id for each in self.checks if each.after_look],
                "about": CAUTION,
            },
            "moves": [each.to_dict() for each in self.moves],
            "views": self.views.to_dict() if self.views else None,
        }

    def to_pandas(self) -> pd.DataFrame:
        """Return one row for each assumption, before and after."""
        import pandas as pd

        rows = [
            {
                "assumption": each.id,
                "relation": each.relation,
                "unit": each.unit,
                "no_accepting_entry_depends_on_it": each.idle,
                "only_entries_kept_aside_depend_on_it": each.aside,
                "moved": each.moved,
                "shift": each.shift.value,
                "shift_error": each.shift.error,
                "width": each.width.value,
                "width_error": each.width.error,
                **{f"before_{key}": value for key, value in each.before.to_dict().items()},
                **{f"after_{key}": value for key, value in each.after.to_dict().items()},
                "lowest_tenth": each.ends[0],
                "highest_tenth": each.ends[1],
            }
            for each in self.assumptions
        ]
        return pd.DataFrame(rows).set_index("assumption")

    def not_moved(self) -> str:
        """Say of how much the entries that accept say nothing, which relations that is, and how much hardly moved."""
        names = ("silent", "aside", "still")
        silent, aside, still = (sum(len(getattr(each, name)) for each in self.relations) for name in names)
        whole = [
            f"{'all ' if len(each.silent) == each.of else ''}{len(each.silent)}"
            f"{'' if len(each.silent) == each.of else f' of {each.of}'} on {each.words}"
            for each in self.relations
            if len(each.silent) > HALF * each.of
        ]
        among = f", among them {listed(whole)}" if whole else ""
        only = f" (on {aside} of which only entries kept aside depend)" if aside else ""
        of = len(self.assumptions)
        return (
            f"the entries that accept say nothing of {silent} of {of} assumptions{only}{among}, and hardly move "
            f"{still} more"
        )

    def summary(self) -> str:
        """Say in one sentence what the record did not move, what it moved, and what of the options that changes."""
        named = [f'"{each.label}"' for each in self.moved if each.kind == "assumption"]
        most = f", most of all {listed(named[:NAMED])}" if named else ""
        parts = [self.not_moved(), f"they move {len(named)}{most}"]
        aside = self.count(accepts=False)
        if aside.of:
            parts.append(
                f"{aside.after} of {aside.of} recorded numbers kept aside lie in the band of 9 in 10 accepted futures "
                f"({aside.before} before){self.missed_ratios}"
            )
            if self.after_look:
                parts.append(self.after_look)
        if self.views and (sentence := self.views.sentence()):
            parts.append(sentence)
        text = "; ".join(parts) + "."
        return text[:1].upper() + text[1:]


def hindsight(
    found: Conditioned,
    then: Mapping[str, Results] | None = None,
    now: Mapping[str, Results] | None = None,
    longer: Mapping[str, Results] | None = None,
) -> Hindsight:
    """Read the view now off accepted futures.

    Args:
        found: futures whose course under the option really taken agrees with the record.
        then: by path to general war, results of the view then.
        now: the same options on the accepted futures.
        longer: those followed to the horizon of the view now, for whatever goes through the length of the war.

    Returns:
        The reading; without outcomes of options where `then` or `now` is not given.

    Raises:
        ValueError: results that are not of this case, of the views named, or of the same options and paths.
    """
    case = found.case
    moved = moves(found)
    return Hindsight(
        case=case.id,
        title=case.title,
        digest=case.digest(),
        option=case.taken,
        label=case.options[case.taken].label,
        seed=found.seed,
        path=found.switches["war_path"] if case.options[case.taken].levers["zone"] else None,
        switches={name: value for name, value in found.switches.items() if name != "war_path"},
        changed=dict(found.overrides),
        moves=moved,
        relations=by_relation(case, moved),
        search=search(found),
        agreements=agreements(found),
        conflicts=conflicts(found),
        windows=windows(found),
        one_sided=one_sided(found),
        checks=checks(found),
        views=both_views(case, then, now, longer) if then is not None and now is not None else None,
    )
