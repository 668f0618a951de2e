"""A way to break long work off: whoever starts it may have something called again and again while it goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_LOOKS: ContextVar[Callable[[], None] | None] = ContextVar("looks", default=None)


@contextmanager
def watched(look: Callable[[], None]) -> Iterator[None]:
    """Have something called while this thread runs futures; what it raises breaks the work off.

    Args:
        look: called before each call of the engine in this thread (a tenth of a second apart), each time a search
            reads futures off (a second or so), and as work says how far it is.
    """
    token = _LOOKS.set(look)
    try:
        yield
    finally:
        _LOOKS.reset(token)


def look() -> None:
    """Call what watches, if anything does."""
    found = _LOOKS.get()
    if found is not None:
        found()
