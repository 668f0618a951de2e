"""How many futures are run where nothing is said; nothing heavy is imported here."""

from __future__ import annotations

FUTURES = 131_072
"""Futures of a run under the view *then*."""

FEWER = 16_384
"""Futures where a reading needs no more."""

ACCEPTED = 4096
"""Futures of the view *now*."""
