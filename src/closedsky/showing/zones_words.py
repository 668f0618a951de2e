"""Words of the screen about past air campaigns: headings, and what its shorthand stands for."""

from __future__ import annotations

FATES = {
    "active": "contested\nto the end",
    "adversary_kept_out": "adversary\nkeeps out",
    "coalition_gave_way": "coalition\ngives way",
    "losses": "ended by\nlosses",
}
"""What becomes of a zone, by the name in the model."""

ABOUT = {
    "relations": "",
    "records": " (tests only how well the others' records foretell one)",
    "construction": " (by construction, so it tests nothing)",
}
"""What a pattern tests."""

NAIVE = (
    "Knows what was recorded of the other campaigns, and how long this one lasted; nothing of it is drawn at random. "
    "Numbers that grow with time, and rates: Student's t around the mean logarithm of what the others had a day, with "
    "one degree of freedom fewer than there are others. Aircraft: a negative binomial count, from all that the others "
    "counted in all their days. Yes or no: (k + 1/2) / (n + 1) if it was so in k of n others."
)

NAIVE_HEADS = ("Naive:\nmedian", "Naive:\nhalf", "Naive:\n9 in 10", "Score", "Naive:\nscore", "Width\nof ours")
"""Columns about the naive forecaster; the width is that of our band of 9 in 10 over that of its."""

NAIVE_SAYS = ("Naive: so in,\nof 1,000", "Log score", "Naive:\nlog score")
