"""What assumptions are about and what envelopes decide, in words."""

from __future__ import annotations

from collections.abc import Mapping

RELATION_WORDS: Mapping[str, str] = {
    "patrol": "patrols and their bases",
    "suppression": "suppression of batteries",
    "deterrence": "what deters flying",
    "escalation": "stakes and escalation",
    "air_denial": "the client's air defence",
    "deliberation": "what the alliance agrees",
    "support": "support for the client",
    "ground_war": "the war on the ground",
    "harm": "harm to civilians",
    "ending": "how the war ends",
    "dependence": "common causes",
}
"""What the assumptions of each relation are about; any other relation is a word already."""

LUCK_WORDS: Mapping[str, str] = {
    "end": "when a settlement comes",
    "shots_lethal_repeated": "when shots come that kill and are repeated",
    "shots_lethal_single": "when shots come that kill once",
    "shots_nonlethal_repeated": "when shots come that kill nobody and are repeated",
    "shots_nonlethal_single": "when shots come that kill nobody, once",
    "stake_coalition": "how much the coalition cares",
    "stake_adversary": "how much the adversary cares",
    "allies_factor": "how all allies lean",
    "consent": "whether consent passes",
    "pivotal": "whether the pivotal member takes part",
    "interruption": "when support is interrupted",
    "bases_struck": "when the adversary strikes bases",
    "ally_joins": "when the adversary's ally joins",
    "alert": "when the adversary raises its alert",
    "bluff_called": "when a bluff is called",
    "withdrawal": "when the adversary leaves",
}
"""What each channel of luck decides (`closedsky.model.luck.CHANNELS`)."""

LUCK = "luck: "


def luck_words(name: str) -> str:
    """Say what an envelope decides.

    Args:
        name: of a coordinate (`Conditioned.names`).

    Example:
        >>> luck_words("luck: end"), luck_words("luck: interruption 2")
        ('luck of when a settlement comes', 'luck of when support is interrupted (2)')
    """
    channel, _, number = name.removeprefix(LUCK).partition(" ")
    return f"luck of {LUCK_WORDS.get(channel, channel.replace('_', ' '))}" + (f" ({number})" if number else "")


def relation_words(name: str) -> str:
    """Say what a relation is about.

    Example:
        >>> relation_words("harm"), relation_words("sea_lift")
        ('harm to civilians', 'sea lift')
    """
    return RELATION_WORDS.get(name, name.replace("_", " "))
