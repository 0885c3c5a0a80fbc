"""One class, made with type(), of what handlers of a creating event left and the user's own class. Emits nothing."""

from __future__ import annotations

from typing import Any, NamedTuple

from osteon.events.admission import all_described
from osteon.events.trie import Entries
from osteon.exceptions import HandlerError


class Pieces(NamedTuple):
    """What a class is made of, as the handlers left it."""

    name: str
    #: what it must derive from, whatever the handlers do
    base: type[Any]
    base_classes: list[type[Any]]
    class_attributes: dict[str, Any]
    #: behind all other bases
    last: tuple[type[Any], ...] = ()


def joined(pieces: Pieces, token: type[Any] | None) -> type[Any]:
    """The class; ``token``, the user's own, stands before it. Raises TypeError for pieces that do not fit together."""
    for kind in pieces.base_classes:
        if not isinstance(kind, type):  # pyright: ignore[reportUnnecessaryIsInstance]  # handlers are not checked
            raise TypeError(f"{kind!r} is no class")
    # Else a mixin's override in the token would be hidden behind the generated class, which has the mixin too.
    bases = [kind for kind in pieces.base_classes if kind is pieces.base or not (token and issubclass(token, kind))]
    if not any(issubclass(kind, pieces.base) for kind in bases):
        raise TypeError(f"{pieces.base.__name__} is no longer among them")
    attributes = {"__module__": pieces.base.__module__, **pieces.class_attributes}
    generated: type[Any] = type(pieces.name, (*bases, *pieces.last), attributes)
    if token is None:
        return generated
    own: type[Any] = type(token.__name__, (token, generated), {"__module__": token.__module__})
    return own


def blamed(error: TypeError, pieces: Pieces, token: type[Any] | None, event_name: str, heard: Entries) -> Exception:
    """The one error of pieces that do not fit: it names the bases, the token and the user's handlers."""
    bases = ", ".join(getattr(kind, "__qualname__", repr(kind)) for kind in pieces.base_classes)
    why = " ".join(str(error).split())
    if not heard:  # the token's own bases, then
        return TypeError(f"no class can be made of {_named(token)} over {bases}: {why}")
    under = f" under {_named(token)}" if token is not None else ""
    reason = f"left bases ({bases}) of which no class {pieces.name}{under} can be made: {why}"
    return HandlerError(handler=all_described(heard), event_name=event_name, reason=reason)


def _named(token: type[Any] | None) -> str:
    return "" if token is None else f"{token.__module__}.{token.__qualname__}"
