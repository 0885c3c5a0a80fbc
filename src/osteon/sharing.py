"""What threads share and forked children inherit: a lock, an attribute that is made when it is first read, and whether
anybody still waits for what a thread does.
"""

from __future__ import annotations

import functools
import os
import threading
import weakref
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, Generic, Self, TypeVar, overload

T_co = TypeVar("T_co", covariant=True)


class Lock:
    """A lock for ``with``. In a forked child it is free: a thread that held it in the parent does not exist there."""

    __slots__ = ("__weakref__", "_lock")

    def __init__(self) -> None:
        self._renew()
        _LOCKS.add(self)

    def _renew(self) -> None:
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(self, *error: object) -> None:
        self._lock.release()


_LOCKS: weakref.WeakSet[Lock] = weakref.WeakSet()


def _renew_all() -> None:
    for lock in tuple(_LOCKS):
        lock._renew()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_all)


class Forsaken(Exception):
    """A blocking function is to leave off: nobody waits for it any more, and nobody will see this error."""


#: whether nobody waits any more for the blocking function that runs
forsaken: ContextVar[Callable[[], bool] | None] = ContextVar("forsaken", default=None)


def go_on() -> None:
    """Raise Forsaken where the blocking function that runs goes on for nobody."""
    asked = forsaken.get()
    if asked is not None and asked():
        raise Forsaken


def read_on(file: Any, size: int) -> Any:
    """What a caller's file gives, unless nobody waits for it any more: it is the caller's again, who may send it anew.

    Raises Forsaken, and what the file raises.
    """
    go_on()
    return file.read(size)


class cached_property(functools.cached_property[T_co], Generic[T_co]):  # noqa: N801  # as functools'
    """functools' without the lock that Python 3.11 takes for all objects of a class at once.

    A child that was forked while another thread held it would wait for ever. Two threads may both make the value; the
    first one stored serves both.
    """

    @overload
    def __get__(self, instance: None, owner: type[Any] | None = None) -> Self: ...
    @overload
    def __get__(self, instance: object, owner: type[Any] | None = None) -> T_co: ...
    def __get__(self, instance: object | None, owner: type[Any] | None = None) -> Self | T_co:
        if instance is None:
            return self
        name, func = self.attrname, self.func
        assert name is not None
        held: dict[str, Any] = instance.__dict__
        # Not only stored but asked for first: descriptors are also called by hand, and by super().
        if name not in held:
            held.setdefault(name, func(instance))
        value: T_co = held[name]
        return value
