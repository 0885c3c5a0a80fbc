"""Sets of characters as sorted ranges of code points: what classes in patterns stand for, and how they are written.

Sources: Unicode general categories, the POSIX classes of java.util.regex (ASCII only), ECMA-262's ``\\w`` and ``\\s``.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import TypeAlias

#: First and last code point of each run, ascending, no two touching.
Charset: TypeAlias = tuple[tuple[int, int], ...]

LAST = 0x10FFFF
#: Lone surrogates are no text that can be sent, so no set holds them.
_SURROGATES = (0xD800, 0xDFFF)


def charset(ranges: Iterable[tuple[int, int]]) -> Charset:
    """The union of ranges."""
    runs: list[tuple[int, int]] = []
    for first, last in sorted(ranges):
        if runs and first <= runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], max(runs[-1][1], last))
        else:
            runs.append((first, last))
    return tuple(runs)


def of(text: str) -> Charset:
    """The characters of a text."""
    return charset((ord(char), ord(char)) for char in text)


def complement(chars: Charset) -> Charset:
    """Everything else."""
    found: list[tuple[int, int]] = []
    start = 0
    for first, last in charset((*chars, _SURROGATES)):
        if first > start:
            found.append((start, first - 1))
        start = last + 1
    return tuple(found) if start > LAST else (*found, (start, LAST))


def union(*sets: Charset) -> Charset:
    return charset(run for chars in sets for run in chars)


def intersection(one: Charset, other: Charset) -> Charset:
    return complement(union(complement(one), complement(other)))


def without_surrogates(chars: Charset) -> Charset:
    return complement(complement(chars))


def either_case(chars: Charset) -> Charset:
    """With the other case of each ASCII letter, as ``(?i)`` means by default in Java."""
    upper, lower = ((0x41, 0x5A),), ((0x61, 0x7A),)
    raised = tuple((first - 32, last - 32) for first, last in intersection(chars, lower))
    lowered = tuple((first + 32, last + 32) for first, last in intersection(chars, upper))
    return union(chars, raised, lowered)


DIGIT = ((0x30, 0x39),)
ALPHA = ((0x41, 0x5A), (0x61, 0x7A))
WORD = union(DIGIT, ALPHA, of("_"))
LINE_ENDS = of("\n\r\u2028\u2029")
WHITE_SPACE = union(of("\u00a0\u1680\u2028\u2029\u202f\u205f\u3000"), ((0x09, 0x0D), (0x20, 0x20), (0x2000, 0x200A)))
#: ECMA-262 counts the byte order mark as space, Unicode's White_Space the next-line control.
SPACE = union(WHITE_SPACE, of("\ufeff"))
HORIZONTAL = union(of("\t \u00a0\u1680\u180e\u202f\u205f\u3000"), ((0x2000, 0x200A),))
ANY = complement(())

_ASCII_CLASSES: dict[str, Charset] = {
    "ASCII": ((0, 0x7F),), "Alpha": ALPHA, "Digit": DIGIT, "Alnum": union(ALPHA, DIGIT), "Lower": ((0x61, 0x7A),),
    "Upper": ((0x41, 0x5A),), "Graph": ((0x21, 0x7E),), "Print": ((0x20, 0x7E),), "Blank": of(" \t"),
    "Cntrl": ((0, 0x1F), (0x7F, 0x7F)), "XDigit": union(DIGIT, ((0x41, 0x46), (0x61, 0x66))),
    "Space": of(" \t\n\v\f\r"), "Punct": ((0x21, 0x2F), (0x3A, 0x40), (0x5B, 0x60), (0x7B, 0x7E)),
    "all": ANY, "IsWhite_Space": union(WHITE_SPACE, of("\x85")), "IsWhitespace": union(WHITE_SPACE, of("\x85")),
}  # fmt: skip
#: Names for unions of general categories. Alphabetic has marks of its own too; all marks are nearest to them.
_UNIONS = {"LD": ("L", "Nd"), "IsAlphabetic": ("L", "Nl", "M"), "LC": ("Lu", "Ll", "Lt")}


def named(name: str) -> Charset | None:
    """The set that ``\\p{name}`` stands for: a general category or group of them, or a POSIX class; None if unknown."""
    if name in _ASCII_CLASSES:
        return _ASCII_CLASSES[name]
    if name in _UNIONS:
        return union(*(_category(part) for part in _UNIONS[name]))
    short = category_name(name)
    return _category(short) if short is not None else None


def category_name(name: str) -> str | None:
    """The short name of a general category (``IsLu`` and ``Lu`` are ``Lu``); None where it is none."""
    short = name.removeprefix("Is")
    return short if any(short and known.startswith(short) for known in _CATEGORIES) else None


_CATEGORIES = (
    "Cc", "Cf", "Cn", "Co", "Cs", "Ll", "Lm", "Lo", "Lt", "Lu", "Mc", "Me", "Mn", "Nd", "Nl", "No",
    "Pc", "Pd", "Pe", "Pf", "Pi", "Po", "Ps", "Sc", "Sk", "Sm", "So", "Zl", "Zp", "Zs",
)  # fmt: skip


def _category(name: str) -> Charset:
    return union(*(runs for category, runs in _runs().items() if category.startswith(name)))


@lru_cache(maxsize=1)
def _runs() -> dict[str, Charset]:
    # one pass over all code points, a quarter of a second: only a pattern that names a category comes here
    found: dict[str, list[tuple[int, int]]] = {category: [] for category in _CATEGORIES}
    start, held = 0, unicodedata.category("\0")
    for point in range(1, LAST + 2):
        category = unicodedata.category(chr(point)) if point <= LAST else ""
        if category != held:
            found[held].append((start, point - 1))
            start, held = point, category
    return {category: tuple(runs) for category, runs in found.items() if category != "Cs"}


def ranges(chars: Charset) -> str:
    """The set as it stands inside brackets, in either dialect."""
    return "".join(
        _in_class(first) if first == last else f"{_in_class(first)}{'-' if last > first + 1 else ''}{_in_class(last)}"
        for first, last in chars
    )


def _in_class(point: int) -> str:
    return f"\\{chr(point)}" if chr(point) in "\\]^[-" else visible(point)


def visible(point: int) -> str:
    """A character as itself where it can be seen or lies beyond the basic plane, else by its number."""
    if point > 0xFFFF or chr(point).isprintable():
        return chr(point)
    return f"\\u{point:04x}"
