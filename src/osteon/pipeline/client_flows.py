"""Flows over a finished client: what resources and handlers that add methods are written with. No call's own steps."""

from __future__ import annotations

from collections.abc import Mapping
from inspect import isawaitable
from typing import Any

from osteon.flow import Await, Flow


def run(client: Any, flow: Flow[Any]) -> Any:
    """Run a flow as the client runs its own: to its value, or to an awaitable of it on an async client."""
    return client._parts.runner.run(flow)


def call(client: Any, method: str, args: tuple[Any, ...], params: Mapping[str, Any]) -> Flow[Any]:
    """Call a client's method, which may be a user's own in an operation's place."""
    return (yield from settled(getattr(client, method)(*args, **params)))


def settled(answer: Any) -> Flow[Any]:
    """What a method answered, awaited where that is needed."""
    return (yield Await(answer)) if isawaitable(answer) else answer


def next_of(iterator: Any) -> Flow[Any]:
    """The next item of an iterator, or of an asynchronous one; None after the last."""
    return (yield Await(anext(iterator, None))) if hasattr(iterator, "__anext__") else next(iterator, None)
