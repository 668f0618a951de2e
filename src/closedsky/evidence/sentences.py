"""Sentences of an article and the quotations in them, by plain rules that a reader can follow with a finger.

What the rules do not see: a sentence that ends in an abbreviation of the list runs on into the next one; a quotation
of several sentences is found only where both its marks stand in one sentence; within single marks, an apostrophe at
the end of a word (the allies' aim) closes the quotation.
"""

from __future__ import annotations

import re

from closedsky.evidence.text import fold

ENDS = ".!?…"
CLOSERS = "\"'”’»)]"
OPENERS = "\"'“‘«([—–-"
PAIRS = {"“": "”", "‘": "’", "«": "»", '"': '"', "'": "'"}

ABBREVIATIONS = frozenset(
    {
        "u.s.", "u.k.", "u.n.", "e.u.", "d.c.", "mr.", "mrs.", "ms.", "dr.", "prof.", "st.", "no.", "vs.", "e.g.",
        "i.e.", "cf.", "etc.", "inc.", "ltd.", "co.", "jr.", "sr.", "gen.", "lt.", "col.", "maj.", "capt.", "adm.",
        "sgt.", "cmdr.", "sen.", "rep.", "gov.", "pres.", "jan.", "feb.", "mar.", "apr.", "jun.", "jul.", "aug.",
        "sep.", "sept.", "oct.", "nov.", "dec."
    }
)  # fmt: skip
_INITIAL = re.compile(r"[A-Za-z]\.")


def sentences(text: str) -> tuple[str, ...]:
    r"""Split a text into sentences, each with its white space folded.

    A blank line ends a sentence. A line break does too where lines are paragraphs, that is where at least half of
    the lines that another one follows end like sentences (else lines were broken for their length). Within a
    paragraph a sentence ends at `. ! ? …`, marks of quotation after it included, where the next word begins with a
    capital, a digit or a mark.

    >>> sentences('A headline\nHe spoke of the U.S.\nPresident. "Yes," he said. It ended.')
    ('A headline', 'He spoke of the U.S. President.', '"Yes," he said.', 'It ended.')
    """
    blocks = [[fold(line) for line in block.splitlines()] for block in re.split(r"\n[^\S\n]*\n", _lines(text))]
    followed = [line for block in blocks for line in [each for each in block if each][:-1]]
    by_line = 2 * sum(_ends(line.split()[-1]) for line in followed) >= len(followed)
    found: list[str] = []
    for block in blocks:
        for paragraph in _paragraphs(block, by_line):
            found += _split(paragraph)
    return tuple(found)


def quotations(sentence: str) -> tuple[str, ...]:
    """The words between marks of quotation in a sentence, without the marks.

    >>> quotations("Kyiv's aim was 'not always complimentary.'"), quotations('the "so-called" plan')
    (('not always complimentary.',), ('so-called',))
    """
    found: list[str] = []
    start, closer = -1, ""
    for place, letter in enumerate(sentence):
        before, after = sentence[place - 1 : place], sentence[place + 1 : place + 2]
        if start < 0:
            opens = not before or before.isspace() or before in OPENERS
            if letter in PAIRS and opens and after and not after.isspace() and not (letter == "'" and after.isdigit()):
                start, closer = place, PAIRS[letter]
        elif letter == closer and not after.isalnum() and not before.isspace():
            found.append(sentence[start + 1 : place])
            start = -1
    return tuple(each for each in found if each.strip())


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _paragraphs(block: list[str], by_line: bool) -> list[str]:
    """The lines of a block joined where a sentence runs over their ends."""
    found: list[str] = []
    for line in (each for each in block if each):
        runs_on = found and (not by_line or _abbreviation(found[-1].split()[-1]))
        if runs_on:
            found[-1] += f" {line}"
        else:
            found.append(line)
    return found


def _split(paragraph: str) -> list[str]:
    found: list[list[str]] = [[]]
    words = paragraph.split()
    for place, word in enumerate(words):
        found[-1].append(word)
        last = place + 1 == len(words)
        if not last and _ends(word) and not _abbreviation(word) and _begins(words[place + 1]):
            found.append([])
    return [" ".join(each) for each in found if each]


def _ends(word: str) -> bool:
    bare = word.rstrip(CLOSERS)
    return bool(bare) and bare[-1] in ENDS


def _begins(word: str) -> bool:
    bare = word.lstrip(OPENERS)
    return bare != word or bare[:1].isupper() or bare[:1].isdigit()


def _abbreviation(word: str) -> bool:
    bare = word.strip(OPENERS + CLOSERS)
    return bare.casefold() in ABBREVIATIONS or _INITIAL.fullmatch(bare) is not None
