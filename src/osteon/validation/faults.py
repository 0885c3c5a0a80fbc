"""Faults: what is wrong with one value, where, and in which words. No rules: those are in the checks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple, TypeAlias

from osteon.model.shapes import ListShape, MapShape, Shape, StructureShape

#: How many dicts and lists parameters may nest: fewer than Python's stack and JSON encoders bear, more than services.
MAX_DEPTH = 200
REDACTED = "<redacted>"


class Fault(NamedTuple):
    """One thing that is wrong: ``before``, the path of the value, ``after``.

    ``path`` grows from the inside outwards while the checks return. botocore names the values inside a document by
    their last key alone: such a path is ``rooted`` and grows no further. ``final``: nothing beyond it was looked at.
    """

    before: str
    after: str
    path: str = ""
    rooted: bool = False
    final: bool = False

    def __str__(self) -> str:
        path = self.path or "input"
        return f"{self.before}{path.removeprefix('.')}{self.after}"

    def under(self, part: str) -> Fault:
        """This fault as seen from one level further out."""
        return self if self.rooted else self._replace(path=part + self.path)


#: What a check returns: None where nothing is wrong, so that the usual case makes no list.
Faults: TypeAlias = list[Fault] | None


def gather(found: list[Fault], inner: Iterable[Fault], part: str) -> bool:
    """Add the faults of the value at ``part``; True where checking has to stop."""
    found += [fault.under(part) for fault in inner]
    return found[-1].final


# --- botocore's wording


def missing(name: str) -> Fault:
    return Fault("Missing required parameter in ", f': "{name}"')


def unknown(name: object, known: Iterable[str]) -> Fault:
    return Fault("Unknown parameter in ", f': "{name}", must be one of: {", ".join(known)}')


def invalid_type(value: object, shown: str, accepted: Iterable[str], what: str = "parameter") -> Fault:
    after = f", value: {shown}, type: {type(value)}, valid types: {', '.join(accepted)}"
    return Fault(f"Invalid type for {what} ", after)


def out_of_range(quantity: str, shown: object, bound: str) -> Fault:
    """``quantity`` is ``length`` or ``value``; ``bound`` says which limit was passed."""
    return Fault(f"Invalid {quantity} for parameter ", f", value: {shown}, valid {bound}")


def not_json(error: Exception) -> Fault:
    return Fault("Invalid parameter ", f" must be json serializable: {error}")


def too_many_keys(members: Iterable[str]) -> Fault:
    start = "Invalid number of parameters set for tagged union structure "
    return Fault(start, f". Can only set one of the following keys: {', '.join(members)}.")


def no_key(members: Iterable[str]) -> Fault:
    # the missing blank is botocore's
    return Fault("Must set one of the following keys for tagged unionstructure ", f": {', '.join(members)}.")


# --- osteon's own


def too_deep() -> Fault:
    return Fault("Invalid value for parameter ", f": nested more than {MAX_DEPTH} levels deep", final=True)


def refused(shown: str, reason: str) -> Fault:
    return Fault("Invalid value for parameter ", f", value: {shown}, {reason}")


# --- values in texts

_HOLDS_NOTHING = (int, float, type(None))


def shown(value: object, shape: Shape, secret: bool) -> str:
    """A value as an error text may show it: not where it is sensitive, or may hold something that is."""
    hidden = secret or (not isinstance(value, _HOLDS_NOTHING) and _holds_secret(shape, set()))
    return REDACTED if hidden else printable(value)


def printable(value: object) -> str:
    """``str(value)``, for values too that cannot be written out."""
    try:
        return f"{value}"
    except Exception:  # RecursionError for deep or odd containers, and whatever a caller's __str__ raises
        return f"<{type(value).__name__} that cannot be shown>"


def _holds_secret(shape: Shape, seen: set[str]) -> bool:
    if shape.sensitive:
        return True
    if shape.name in seen:
        return False
    seen.add(shape.name)
    return any(_holds_secret(child, seen) for child in _children(shape))


def _children(shape: Shape) -> Iterable[Shape]:
    if isinstance(shape, StructureShape):
        return shape.members.values()
    if isinstance(shape, MapShape):
        return (shape.key, shape.value)
    return (shape.member,) if isinstance(shape, ListShape) else ()


def key_shown(key: Any, shape: Shape, secret: bool) -> str:
    """A map's key as a path may show it."""
    return REDACTED if secret or shape.sensitive else printable(key)
