"""Digests: the little that is kept of a large file, in the cache and in the process. What it means is its makers'."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, Generic, NamedTuple, TypeVar

T = TypeVar("T")


class Digest(NamedTuple, Generic[T]):
    """How a file of JSON becomes something that every session shares, by way of a short form for the next process."""

    #: names the short form in the cache: changes whenever ``condense`` gives something else
    name: str
    #: the file's JSON to the JSON that is kept of it
    condense: Callable[[dict[str, Any]], Any]
    #: what is kept to what is shared; the text is the file's path. Raises ValueError, KeyError, TypeError or ModelError
    #: for what no ``condense`` gave
    build: Callable[[Any, str], T]
    #: what ``build`` depends on besides
    given: Hashable = None
