"""Text as it is compared here: runs of white space are one blank, and nothing else is changed."""

from __future__ import annotations

import hashlib
import string
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

MARKS = string.punctuation + "“”‘’«»—–…"
"""Stripped from both ends of a word, with capitals, where only the likeness of two passages is asked."""

CANDIDATES = 8
"""Passages with the most words in common that are looked at closely."""

SLACK = 2
"""Words by which a passage may be longer or shorter than the quotation it is held against."""


class EvidenceError(ValueError):
    """A document, or a name in the evidence, that cannot be used; its message is one line."""


@dataclass(frozen=True, slots=True)
class Near:
    """The passage of a text that is most like a quotation, and how like: 1 for the same words, 0 for none."""

    text: str
    ratio: float


def fold(text: str) -> str:
    r"""Make every run of white space one blank.

    >>> fold("  made by U.S.\nPresident ")
    'made by U.S. President'
    """
    return " ".join(text.split())


def digest_of(text: str) -> str:
    r"""SHA-256 (64 hexadecimal digits) of a folded text in UTF-8.

    >>> digest_of("a  b") == digest_of("a\nb ")
    True
    """
    return hashlib.sha256(fold(text).encode()).hexdigest()


def read_text(path: Path, most: int) -> str:
    """Read a text file.

    Args:
        path: the file.
        most: bytes that it may hold.

    Raises:
        EvidenceError: it is not a file, cannot be read, is too large, or is not text in UTF-8.
    """
    try:
        if not path.is_file():
            raise EvidenceError(f"{path}: no such file" if not path.exists() else f"{path}: is not a file")
        with path.open("rb") as file:
            raw = file.read(most + 1)
    except (OSError, ValueError) as error:
        if isinstance(error, EvidenceError):
            raise
        raise EvidenceError(f"{path}: cannot be read ({getattr(error, 'strerror', None) or error})") from None
    if len(raw) > most:
        raise EvidenceError(f"{path}: is larger than {most:,} bytes")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise EvidenceError(f"{path}: is not text in UTF-8 (byte {error.start + 1:,}); save it as UTF-8") from None
    if "\0" in text:
        raise EvidenceError(f"{path}: is not text (it holds a zero byte)")
    return text


def holds(text: str, quote: str) -> bool:
    """Whether a folded text holds a folded quotation verbatim, as whole words.

    >>> holds("the war began", "the war"), holds("the wary", "the war"), holds("The war", "the war")
    (True, False, False)
    """
    place = text.find(quote)
    while place >= 0:
        before, after = text[place - 1 : place], text[place + len(quote) : place + len(quote) + 1]
        if not ((before.isalnum() and quote[:1].isalnum()) or (after.isalnum() and quote[-1:].isalnum())):
            return True
        place = text.find(quote, place + 1)
    return False


def nearest(quote: str, text: str) -> Near:
    """Find the passage most like a quotation.

    Words are compared without capitals and outer punctuation, by the ratio of Ratcliff and Obershelp as in `difflib`.
    The passage is as it stands in the text, but for punctuation at its ends; it begins where the quotation's first
    word would stand and ends likewise.

    Args:
        quote: what is looked for.
        text: where.

    >>> nearest("was not made lightly", "He said it was never made lightly at all.")
    Near(text='was never made lightly', ratio=0.75)
    """
    words, bare, there = text.split(), _bare(quote.split()), _bare(text.split())
    if not bare or not words:
        return Near("", 0.0)
    best, place = -1.0, (0, 0)
    for start in _candidates(bare, there):
        for first in range(max(0, start - SLACK), min(len(words), start + SLACK + 1)):
            for last in range(first + max(1, len(bare) - SLACK), min(len(words), first + len(bare) + SLACK) + 1):
                ratio = _ratio(bare, there[first:last])
                if ratio > best:
                    best, place = ratio, (first, last)
    first, last = _whole(bare, there, *place)
    return Near(_trimmed(" ".join(words[first:last]), quote), _ratio(bare, there[first:last]))


def likeness(a: str, b: str) -> float:
    """How alike two short phrases are letter by letter, capitals aside: 1 for the same, 0 for nothing in common.

    >>> round(likeness("resilient and demanding", "Resilient but demanding"), 2)
    0.87
    """
    return SequenceMatcher(None, a.casefold(), b.casefold(), autojunk=False).ratio()


def difference(was: str, now: str) -> str:
    """Write two passages as one: words that are gone in [-...-], words that are new in {+...+}.

    >>> difference("was not made lightly", "was made very lightly")
    'was [-not-] made {+very+} lightly'
    """
    a, b = was.split(), now.split()
    parts: list[str] = []
    for kind, i, j, k, m in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if kind == "equal":
            parts += a[i:j]
            continue
        if j > i:
            parts.append(f"[-{' '.join(a[i:j])}-]")
        if m > k:
            parts.append(f"{{+{' '.join(b[k:m])}+}}")
    return " ".join(parts)


def shared(quote: str, text: str) -> float:
    """Share of a quotation's words that a text has anywhere, an upper bound of what `nearest` can find.

    >>> shared("was not made lightly", "made it lightly")
    0.5
    """
    wanted = Counter(_bare(quote.split()))
    there = Counter(_bare(text.split()))
    return (wanted & there).total() / max(1, wanted.total())


def printable(text: str) -> str:
    r"""A text that cannot steer a terminal: letters that do not print are blanks.

    >>> printable("a\x1b[31mb")
    'a [31mb'
    """
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _bare(words: Sequence[str]) -> list[str]:
    return [word.strip(MARKS).casefold() or word for word in words]


def _ratio(a: Sequence[str], b: Sequence[str]) -> float:
    return SequenceMatcher(None, a, b, autojunk=False).ratio()


def _whole(wanted: Sequence[str], there: Sequence[str], first: int, last: int) -> tuple[int, int]:
    """Widen a passage by the words that stand where the quotation's unmatched first and last words would."""
    blocks = SequenceMatcher(None, wanted, there[first:last], autojunk=False).get_matching_blocks()[:-1]
    if not blocks:
        return first, last
    begin = first + blocks[0].b - blocks[0].a
    end = first + blocks[-1].b + len(wanted) - blocks[-1].a
    return max(0, begin), min(len(there), end)


def _trimmed(passage: str, quote: str) -> str:
    """A passage without outer punctuation, at an end where the quotation has none."""
    left = passage.lstrip(MARKS) if quote[:1] not in MARKS else passage
    return (left.rstrip(MARKS) if quote[-1:] not in MARKS else left) or passage


def _candidates(wanted: Sequence[str], there: Sequence[str]) -> list[int]:
    """Where the passages begin that have the most words in common with what is wanted, order aside."""
    size = min(len(wanted), len(there))
    need, have = Counter(wanted), Counter(there[:size])
    common = (need & have).total()
    scores = [(common, 0)]
    for start in range(1, len(there) - size + 1):
        gone, come = there[start - 1], there[start + size - 1]
        if gone != come:
            common -= have[gone] <= need[gone]
            have[gone] -= 1
            have[come] += 1
            common += have[come] <= need[come]
        scores.append((common, start))
    return [start for _, start in sorted(scores, key=lambda each: (-each[0], each[1]))[:CANDIDATES]]
