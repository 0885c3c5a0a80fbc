"""Trees to patterns in the syntax that Python's ``re`` and ECMA-262 share. Reads nothing."""

from __future__ import annotations

from collections.abc import Callable

from osteon.model.patterns import charsets
from osteon.model.patterns.charsets import ranges, visible
from osteon.model.patterns.tree import Chars, Choice, Group, Node, Reference, Repeat, Text, UntranslatableError


class Writer:
    """Writes one tree in syntax that both dialects share; ``ecma`` allows what only ECMA-262 has."""

    def __init__(self, *, ecma: bool) -> None:
        self._ecma = ecma
        self._written = 0
        #: number of each capturing group that was read -> its number in what is written
        self._numbers: list[int] = []

    def text(self, tree: Choice) -> str:
        """The pattern. Raises UntranslatableError for a reference to a group that is still open or to come."""
        return self._write(tree)

    def _write(self, node: Node) -> str:
        writer: Callable[..., str] = _WRITERS[type(node)]
        return writer(self, node)

    def _chars(self, node: Chars) -> str:
        if self._ecma and node.source is not None:
            return f"[{node.source}]"
        if node.chars == charsets.ANY:
            return "[\\s\\S]"
        if not node.chars:
            return "(?!)"
        if node.single:
            return _outside(node.chars[0][0])
        inverse = charsets.complement(node.chars)
        return f"[^{ranges(inverse)}]" if len(inverse) < len(node.chars) else f"[{ranges(node.chars)}]"

    def _text(self, node: Text) -> str:
        return node.text

    def _choice(self, node: Choice) -> str:
        return "|".join("".join(map(self._write, branch)) for branch in node.branches)

    def _group(self, node: Group) -> str:
        if node.opening == "?>":
            # a lookahead never backtracks once it has matched: an atomic group in dialects that have none
            self._written += 1
            number = self._written
            return f"(?:(?=({self._write(node.body)}))\\{number})"
        if not node.opening:
            self._written += 1
            self._numbers.append(self._written)
        return f"({node.opening}{self._write(node.body)})"

    def _repeat(self, node: Repeat) -> str:
        body, lazy = self._write(node.body), "?" if node.lazy else ""
        if (node.least, node.most) in _SIGNS:
            return f"{body}{_SIGNS[node.least, node.most]}{lazy}"
        if node.least == node.most:
            return f"{body}{{{node.least}}}"
        return f"{body}{{{node.least},{'' if node.most is None else node.most}}}{lazy}"

    def _reference(self, node: Reference) -> str:
        if node.number > len(self._numbers):
            raise UntranslatableError
        # in a group of its own, so that a digit after it is no part of its number
        return f"(?:\\{self._numbers[node.number - 1]})"


_WRITERS: dict[type, Callable[..., str]] = {
    Chars: Writer._chars, Text: Writer._text, Choice: Writer._choice, Group: Writer._group,
    Repeat: Writer._repeat, Reference: Writer._reference,
}  # fmt: skip
_SIGNS: dict[tuple[int, int | None], str] = {(0, None): "*", (1, None): "+", (0, 1): "?"}


def _outside(point: int) -> str:
    return f"\\{chr(point)}" if chr(point) in "^$\\.*+?()[]{}|/" else visible(point)
