"""What may be registered as a handler, and how it will be run. Decided once, when it is registered."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from functools import partial
from types import FunctionType
from typing import NamedTuple

from osteon.events.catalog import CATALOG
from osteon.events.trie import Entries, Entry, Handler, Idle, Kind, Section, Trie

_KIND_NAMES = {Kind.FLOW: "a flow function (a generator)", Kind.ASYNC: "an async function"}


def admit(handler: Handler, event_name: str, *, allow_async: bool = False) -> Entry:
    """The entry for ``handler``.

    Raises ValueError where it is not callable or takes no ``**kwargs``; TypeError for an ``async def`` unless
    ``allow_async``, an async generator, and for flow and async functions on events that only plain functions may hear.
    """
    if not callable(handler):
        raise ValueError(f"Event handler {handler!r} must be callable.")
    if not _accepts_keywords(handler):
        raise ValueError(f"Event handler {described(handler)} must accept keyword arguments (**kwargs)")
    kind = _kind(handler)
    if kind is Kind.ASYNC and not allow_async:
        raise TypeError(
            f"Event handler {described(handler)} is an async function, which only an AsyncSession and its clients can "
            "run; make it a plain function, or a generator function that yields effects"
        )
    event = CATALOG.get(event_name.partition(".")[0])
    if kind is not Kind.PLAIN and event is not None and event.plain_only:
        raise TypeError(f"Event handler {described(handler)} of {event_name} is {_KIND_NAMES[kind]}; it must be plain")
    return Entry(handler, kind)


def described(handler: Handler) -> str:
    """A handler by the name it has in its source; never its arguments, which a partial's repr would show."""
    if isinstance(handler, partial):
        return described(handler.func)
    kind = type(handler)
    name = getattr(handler, "__qualname__", None) or kind.__qualname__
    return f"{getattr(handler, '__module__', None) or kind.__module__}.{name}"


def all_described(entries: Entries) -> str:
    """The handlers of an event, in the order of calling."""
    return ", ".join(described(entry.handler) for entry in entries)


def _accepts_keywords(handler: Handler) -> bool:
    if isinstance(handler, FunctionType) and not hasattr(handler, "__signature__"):
        # Fifty times cheaper than a signature, and osteon's own handlers join at every start.
        return bool(handler.__code__.co_flags & inspect.CO_VARKEYWORDS)
    try:
        parameters = inspect.signature(handler, follow_wrapped=False).parameters.values()
    except (TypeError, ValueError):
        return True  # some builtins cannot be inspected; botocore takes them, and the call tells
    return any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters)


def _kind(handler: Handler) -> Kind:
    while isinstance(handler, partial):
        handler = handler.func
    function = handler if inspect.isroutine(handler) or inspect.isclass(handler) else type(handler).__call__
    if inspect.isasyncgenfunction(function):
        raise TypeError(f"Event handler {described(handler)} is an async generator, which nothing can run")
    if inspect.iscoroutinefunction(handler) or inspect.iscoroutinefunction(function):
        return Kind.ASYNC
    return Kind.FLOW if inspect.isgeneratorfunction(function) else Kind.PLAIN


class Registration(NamedTuple):
    """A handler of osteon's own as a record: what a user would write as a call of ``register``."""

    #: with the canonical service name
    event_name: str
    handler: Handler
    section: Section = Section.MIDDLE
    #: for what the handler does nothing
    idle: Idle | None = None


def compiled(registrations: Iterable[Registration]) -> Trie:
    """The registrations as a trie, for :meth:`Emitter.with_builtin`. Raises what :func:`admit` raises."""
    trie = Trie()
    for event_name, handler, section, idle in registrations:
        trie = trie.add(event_name, admit(handler, event_name)._replace(idle=idle), section)
    return trie
