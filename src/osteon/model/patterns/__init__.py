"""The ``pattern`` trait: from the dialect of model files to Python's ``re`` and to ECMA-262. Nothing is matched here.

Smithy says patterns are ECMA-262 and are searched for, not anchored; AWS's are in truth written for Java. Read is what
both have, and of Java: ``\\p{..}`` with general categories and POSIX classes, ``\\A \\z \\Z \\h \\R \\Q..\\E \\x{..}``,
octal escapes, possessive quantifiers, atomic groups, flags ``i`` and ``s`` inside the pattern, ``&&[..]`` in classes.
Read as ECMA-262 does: ``\\d \\w \\b`` are ASCII, ``.`` is no line end, ``$`` is the very end of the text, a surrogate
pair is one character, a brace or bracket that opens nothing stands for itself. Not translated: scripts and other
properties, ``\\G \\X``, further flags, references to groups that do not exist, a quantifier on a quantifier.
"""

from __future__ import annotations

import re
import warnings
from functools import lru_cache

from osteon.model.patterns.growth import explosive
from osteon.model.patterns.reader import Reader
from osteon.model.patterns.tree import UntranslatableError
from osteon.model.patterns.writer import Writer


@lru_cache(maxsize=4096)
def python_source(pattern: str) -> str | None:
    """The pattern for ``re.search`` without flags; None where it cannot be translated.

    The text means the same as an ECMA-262 pattern with flag ``u``, so that it serves JSON Schema tools of either kind.
    """
    return _translated(pattern, ecma=False)


@lru_cache(maxsize=4096)
def ecma_source(pattern: str) -> str | None:
    """The pattern for ECMA-262 with flag ``u``, shorter where it names Unicode categories; None as above."""
    return _translated(pattern, ecma=True)


@lru_cache(maxsize=4096)
def python_pattern(pattern: str) -> re.Pattern[str] | None:
    """The compiled pattern, to be used with ``search``; None where it cannot be translated and is not enforced."""
    source = python_source(pattern)
    return re.compile(source) if source is not None else None


def _translated(pattern: str, *, ecma: bool) -> str | None:
    try:
        tree = Reader(pattern).read()
        source = Writer(ecma=ecma).text(tree)
        if not ecma:
            _compiles(source)
    except (UntranslatableError, re.error, RecursionError, OverflowError):
        return None
    return source


def _compiles(source: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        re.compile(source)


@lru_cache(maxsize=4096)
def may_explode(pattern: str) -> bool:
    """Whether matching may take time exponential in the text's length; errs on the side of yes."""
    try:
        return explosive(Reader(pattern).read())
    except (UntranslatableError, RecursionError):
        return False
