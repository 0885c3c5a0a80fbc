"""Who is called, and in which order: the guide's rules as cases, as a law, and beside botocore."""

from __future__ import annotations

import copy
from functools import partial
from typing import Any

import pytest
from botocore.hooks import HierarchicalEmitter
from hypothesis import given
from hypothesis import strategies as st

from osteon.events import Emitter
from osteon.events.admission import Registration, compiled
from osteon.events.trie import Section

REGISTER = ("register_first", "register", "register_last")

# registered (a name and how, in order) -> emitted -> heard
CASES: list[tuple[list[tuple[str, str]], str, list[str]]] = [
    ([], "a.b", []),
    ([("a", "")], "a", ["a"]),
    ([("a", "")], "a.b.c", ["a"]),
    ([("a.b", "")], "a", []),
    ([("a", "")], "ab", []),
    ([("a", ""), ("a.b", ""), ("a.b.c", "")], "a.b.c.d", ["a.b.c", "a.b", "a"]),
    ([("a.*", ""), ("a.b", "")], "a.b", ["a.b", "a.*"]),
    ([("a.*.c", ""), ("a.b", "")], "a.b.c", ["a.*.c", "a.b"]),
    ([("*.b.c", ""), ("a.*.c", ""), ("a.b.*", ""), ("*.*.*", ""), ("a.b.c", "")], "a.b.c",
     ["a.b.c", "a.b.*", "a.*.c", "*.b.c", "*.*.*"]),
    ([("a.b*", ""), ("a.*b", "")], "a.bb", []),
    ([("*", "")], "a.b", ["*"]),
    ([("a.*", "")], "a", []),
    ([("a.*", "")], "a.*", ["a.*"]),
    ([("", ""), ("a..b", "")], "a..b", ["a..b"]),
    ([("a", "last"), ("a", "middle"), ("a", "first"), ("a", "last2"), ("a", "middle2"), ("a", "first2")], "a",
     ["first", "first2", "middle", "middle2", "last", "last2"]),
    ([("a.b", "last"), ("a", "first")], "a.b", ["last", "first"]),
]  # fmt: skip


def _recorder(heard: list[str], tag: str) -> Any:
    def handler(**kwargs: Any) -> None:
        heard.append(tag)

    return handler


@pytest.mark.parametrize(("registered", "emitted", "expected"), CASES)
def test_order(registered: list[tuple[str, str]], emitted: str, expected: list[str]) -> None:
    emitter, heard = Emitter(), list[str]()
    for name, tag in registered:
        how = next((method for method in ("first", "last") if tag.startswith(method)), None)
        register = getattr(emitter, f"register_{how}" if how else "register")
        register(name, _recorder(heard, tag or name))
    emitter.emit(emitted)
    assert heard == expected


PARTS = st.sampled_from(["a", "b", "*"])
NAMES = st.lists(PARTS, min_size=1, max_size=4).map(".".join)
EMITTED = st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=5).map(".".join)


def _expected(registered: list[tuple[str, int]], emitted: str) -> list[int]:
    """The order by its definition: every registration that matches, sorted by how specific it is."""
    parts = emitted.split(".")

    def matches(pattern: list[str]) -> bool:
        return len(pattern) <= len(parts) and all(p in ("*", part) for p, part in zip(pattern, parts))

    def key(index: int) -> tuple[Any, ...]:
        pattern = registered[index][0].split(".")
        return (-len(pattern), [part == "*" for part in pattern], registered[index][1], index)

    return sorted((i for i, (name, _) in enumerate(registered) if matches(name.split("."))), key=key)


@given(st.lists(st.tuples(NAMES, st.sampled_from([0, 1, 2])), max_size=12), st.lists(EMITTED, min_size=1, max_size=5))
def test_order_law(registered: list[tuple[str, int]], emitted: list[str]) -> None:
    emitter, heard = Emitter(), list[Any]()
    for index, (name, section) in enumerate(registered):
        getattr(emitter, REGISTER[section])(name, _recorder(heard, index))  # type: ignore[arg-type]
    for name in emitted:
        heard.clear()
        emitter.emit(name)
        assert heard == _expected(registered, name)


@given(
    st.lists(st.tuples(NAMES, st.sampled_from([0, 1, 2])), max_size=8),
    st.lists(st.tuples(NAMES, st.sampled_from([0, 1, 2])), max_size=8),
    st.lists(st.tuples(NAMES, st.sampled_from([0, 1, 2])), max_size=4),
    EMITTED,
)
def test_builtin_handlers_stand_as_if_registered_before_all_others(
    builtin: list[tuple[str, int]], users: list[tuple[str, int]], later: list[tuple[str, int]], emitted: str
) -> None:
    heard = list[Any]()
    handlers = [_recorder(heard, index) for index in range(len(builtin) + len(users) + len(later))]  # type: ignore[arg-type]
    emitter = Emitter()
    for (name, section), handler in zip(users, handlers[len(builtin) :]):
        getattr(emitter, REGISTER[section])(name, handler)
    records = [Registration(name, handler, Section(section)) for (name, section), handler in zip(builtin, handlers)]
    client = emitter.with_builtin(compiled(records))
    for (name, section), handler in zip(later, handlers[len(builtin) + len(users) :]):
        getattr(client, REGISTER[section])(name, handler)
    client.emit(emitted)
    assert heard == _expected(builtin + users + later, emitted)
    heard.clear()
    emitter.emit(emitted)
    assert heard == [index + len(builtin) for index in _expected(users, emitted)]


PLAIN_NAMES = st.lists(st.sampled_from(["a", "b"]), min_size=1, max_size=3).map(".".join)
UNIQUE = st.sampled_from([None, None, "u", "v"])
STEPS = st.lists(
    st.tuples(
        st.sampled_from([*REGISTER, "unregister", "copy"]),
        PLAIN_NAMES,
        st.integers(0, 3),
        UNIQUE,
        st.booleans(),
    ),
    max_size=25,
)


@given(STEPS)
def test_same_as_botocore_where_no_wildcard_is_used(steps: list[tuple[str, str, int, str | None, bool]]) -> None:
    heard = list[Any]()
    handlers = [_recorder(heard, index) for index in range(4)]  # type: ignore[arg-type]
    ours, theirs = Emitter(), HierarchicalEmitter()
    for method, name, index, unique_id, counted in steps:
        if method == "copy":
            ours, theirs = copy.copy(ours), copy.copy(theirs)
            continue
        arguments = (name, handlers[index], unique_id, counted)
        assert _refused(partial(getattr(ours, method), *arguments)) == _refused(
            partial(getattr(theirs, method), *arguments)
        )
    for name in ("a", "b", "a.a", "a.b", "a.b.a", "b.b.b.b"):
        assert _heard(ours, name, heard) == _heard(theirs, name, heard)


def _refused(call: Any) -> bool:
    try:
        call()
    except ValueError:
        return True
    except AttributeError:
        return False  # botocore stumbles over a name that has only longer ones below it; nothing is registered there
    return False


def _heard(emitter: Any, name: str, heard: list[Any]) -> list[Any]:
    heard.clear()
    answers = emitter.emit(name)
    assert len(answers) == len(heard)
    return list(heard)
