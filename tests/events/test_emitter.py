"""The emitter by behaviour: order, wildcards, unique ids, isolation."""

from __future__ import annotations

from osteon.events.emitter import Emitter


def test_deeper_first() -> None:
    emitter = Emitter()
    heard: list[str] = []
    emitter.register("a", lambda **kw: heard.append("a"))
    emitter.register("a.b", lambda **kw: heard.append("a.b"))
    emitter.emit("a.b.c")
    assert heard == ["a.b", "a"]
