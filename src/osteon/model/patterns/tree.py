"""What a pattern is made of, free of any dialect. Records only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from osteon.model.patterns.charsets import Charset


class UntranslatableError(Exception):
    """The pattern has something that is not read."""


@dataclass(frozen=True, slots=True)
class Chars:
    """One character of a set. ``source``: how ECMA-262 can write it shorter, inside brackets."""

    chars: Charset
    source: str | None = None

    @property
    def single(self) -> bool:
        """Whether it is one certain character."""
        return len(self.chars) == 1 and self.chars[0][0] == self.chars[0][1]


@dataclass(frozen=True, slots=True)
class Text:
    """Syntax that both dialects share, such as an assertion; it takes up no character."""

    text: str


@dataclass(frozen=True, slots=True)
class Group:
    """``opening`` is what follows the bracket: empty where it captures, ``?:``, a lookaround, or ``?>`` (atomic)."""

    opening: str
    body: Node


@dataclass(frozen=True, slots=True)
class Repeat:
    body: Node
    least: int
    most: int | None
    lazy: bool


@dataclass(frozen=True, slots=True)
class Reference:
    number: int


@dataclass(frozen=True, slots=True)
class Choice:
    """Alternatives, each a sequence."""

    branches: tuple[tuple[Node, ...], ...]


Node: TypeAlias = Chars | Text | Group | Repeat | Reference | Choice
