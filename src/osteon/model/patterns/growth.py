"""Which patterns may take exponential time. Looks at trees only."""

from __future__ import annotations

from collections.abc import Iterator

from osteon.model.patterns import charsets
from osteon.model.patterns.charsets import Charset
from osteon.model.patterns.tree import Chars, Choice, Group, Node, Repeat


def explosive(tree: Choice) -> bool:
    """Whether matching may take exponential time: an endless repeat of something that is itself repeated endlessly, or
    of alternatives that overlap, with nothing of its own between two rounds. Errs on the side of yes."""
    return any(map(_ambiguous, _repeats(tree)))


def _repeats(node: Node) -> Iterator[Repeat]:
    if isinstance(node, Repeat):
        yield node
    for child in _inside(node):
        yield from _repeats(child)


def _inside(node: Node) -> tuple[Node, ...]:
    if isinstance(node, (Repeat, Group)):
        return (node.body,)
    return tuple(item for branch in node.branches for item in branch) if isinstance(node, Choice) else ()


def _endless(repeat: Repeat) -> bool:
    # the ways to match multiply with each round, so that a bound this high is as bad as none
    return repeat.most is None or repeat.most >= 16


def _ambiguous(repeat: Repeat) -> bool:
    if not _endless(repeat):
        return False
    body = repeat.body.body if isinstance(repeat.body, Group) else repeat.body
    if not isinstance(body, Choice):
        return isinstance(body, Repeat)
    firsts = [_first(branch) for branch in body.branches]
    overlap = any(charsets.intersection(a, b) for i, a in enumerate(firsts) for b in firsts[:i])
    return overlap or any(map(_runs_together, body.branches))


def _runs_together(branch: tuple[Node, ...]) -> bool:
    """An inner repeat without a separator: no character the branch must have that the repeat cannot take."""
    inner = [repeat for item in branch for repeat in _repeats(item) if _endless(repeat)]
    taken = charsets.union(*(_all_chars(repeat) for repeat in inner)) if inner else ()
    separators = (item.chars for item in branch if isinstance(item, Chars))
    return bool(inner) and all(charsets.intersection(chars, taken) for chars in separators)


def _first(branch: tuple[Node, ...]) -> Charset:
    return _all_chars(branch[0]) if branch else ()


def _all_chars(node: Node) -> Charset:
    if isinstance(node, Chars):
        return node.chars
    return charsets.union(*map(_all_chars, _inside(node)))
