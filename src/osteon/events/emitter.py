"""The emitter: registers handlers and calls them. What the events are is in ``catalog``, who emits them is above."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeAlias
from weakref import WeakValueDictionary

from osteon.events.admission import admit, described
from osteon.events.aliases import ServiceNames, canonical_names
from osteon.events.channel import Answer, Channel, log_emit
from osteon.events.hooks import Doors, HooksByName, door
from osteon.events.trie import KEPT_LOOKUPS, Entries, Handler, Kind, Section, Trie
from osteon.exceptions import HandlerError
from osteon.flow import Flow
from osteon.naming import method_name
from osteon.sharing import Lock

#: What a plain emit calls: canonical names (several where a prefix is shared) and who hears them.
_Heard: TypeAlias = tuple[tuple[str, Entries], ...]
_NO_ANSWER: tuple[None, None] = (None, None)


class _Unique(NamedTuple):
    handler: Handler
    #: how often it is registered; None where that is not counted
    times: int | None


class Emitter(Doors):
    """boto3's event emitter: handlers by dotted name, called most specific first.

    A handler on ``a.b`` hears ``a.b.c``; ``*`` stands for one whole part. ``copy.copy`` gives an independent emitter.
    Safe to share between threads: an emit sees the registrations of the moment it began.
    """

    def __init__(
        self,
        *,
        services: ServiceNames | None = None,
        allow_async: bool = False,
        on_register: Callable[[str], None] | None = None,
    ) -> None:
        """``on_register`` is called with every canonical name before its handler joins; what it raises refuses it."""
        self._services = services
        self._allow_async = allow_async
        self._on_register = on_register
        self._own: tuple[str, ...] = ()
        self._own_operations: Mapping[str, str] = {}
        self._trie = Trie()
        #: guards _trie and _unique, which are replaced and never changed, and _channels
        self._lock = Lock()
        self._unique: Mapping[str, _Unique] = {}
        #: what plain emits call, by the name as it was given
        self._plans: dict[str, tuple[Trie, _Heard]] = {}
        #: by name, for as long as somebody emits them
        self._channels: WeakValueDictionary[str, Channel] = WeakValueDictionary()

    def __copy__(self) -> Emitter:
        twin: Emitter = object.__new__(type(self))
        with self._lock:
            vars(twin).update(vars(self))
        twin._lock, twin._plans, twin._channels = Lock(), {}, WeakValueDictionary()
        return twin

    def with_builtin(self, builtin: Trie) -> Emitter:
        """A copy that also holds osteon's own handlers, as if they had been registered before all others.

        ``builtin`` is made once by :func:`osteon.events.admission.compiled`.
        """
        twin = self.__copy__()
        twin._trie = builtin.merge(twin._trie)
        return twin

    def for_client(
        self, service: str, operations: Mapping[str, str], on_register: Callable[[str], None] | None = None
    ) -> Emitter:
        """A copy for one client of a canonical ``service`` with its method -> operation names."""
        twin = self.__copy__()
        twin._own, twin._own_operations, twin._on_register = (service,), operations, on_register
        return twin

    # --- registering

    def register(
        self, event_name: str, handler: Handler, unique_id: str | None = None, unique_id_uses_count: bool = False
    ) -> None:
        """Have ``handler`` called on ``event_name`` and every name below it, in order of registration.

        A ``unique_id`` registers once, whatever the handler; with ``unique_id_uses_count`` it must be unregistered as
        often as it was registered. Raises ValueError and TypeError for what cannot be a handler.
        """
        self._register(event_name, handler, _Identity(unique_id, unique_id_uses_count), Section.MIDDLE)

    def register_first(
        self, event_name: str, handler: Handler, unique_id: str | None = None, unique_id_uses_count: bool = False
    ) -> None:
        """As :meth:`register`, before all handlers of that name that were not registered first."""
        self._register(event_name, handler, _Identity(unique_id, unique_id_uses_count), Section.FIRST)

    def register_last(
        self, event_name: str, handler: Handler, unique_id: str | None = None, unique_id_uses_count: bool = False
    ) -> None:
        """As :meth:`register`, after all handlers of that name that were not registered last."""
        self._register(event_name, handler, _Identity(unique_id, unique_id_uses_count), Section.LAST)

    def _register(self, event_name: str, handler: Handler, identity: _Identity, section: Section) -> None:
        entry = admit(handler, event_name, allow_async=self._allow_async)
        names = self._canonical(event_name)
        if self._on_register is not None:
            for name in names:
                self._on_register(name)
        with self._lock:
            if identity.unique_id is not None and self._claim(identity.unique_id, identity.counted, handler):
                return
            for name in names:
                self._trie = self._trie.add(name, entry, section)
                self._tell_channels(name)

    def _claim(self, unique_id: str, counted: bool, handler: Handler) -> bool:
        """Whether ``unique_id`` was taken already; it is from now on."""
        held = self._unique.get(unique_id)
        times = 1 if counted else None
        if held is not None:
            _same_counting(unique_id, held, counted)
            handler, times = held.handler, held.times + 1 if held.times is not None else None
        self._unique = {**self._unique, unique_id: _Unique(handler, times)}
        return held is not None

    def unregister(
        self,
        event_name: str,
        handler: Handler | None = None,
        unique_id: str | None = None,
        unique_id_uses_count: bool = False,
    ) -> None:
        """Forget the first registration of ``handler``, or of ``unique_id``, under exactly that name.

        What is not registered is no error. Raises ValueError where the counting differs from the registration's.
        """
        names = self._canonical(event_name)
        with self._lock:
            if unique_id is not None:
                handler = self._release(unique_id, unique_id_uses_count)
            if handler is not None:
                for name in names:
                    self._trie = self._trie.remove(name, handler)
                    self._tell_channels(name)

    def _release(self, unique_id: str, counted: bool) -> Handler | None:
        """The handler to forget, if this was the last registration of ``unique_id``."""
        held = self._unique.get(unique_id)
        if held is None:
            return None
        _same_counting(unique_id, held, counted)
        rest = {name: unique for name, unique in self._unique.items() if name != unique_id}
        if held.times is not None and held.times > 1:
            self._unique = {**rest, unique_id: _Unique(held.handler, held.times - 1)}
            return None
        self._unique = rest
        return held.handler

    def names(self) -> tuple[str, ...]:
        """The canonical names under which handlers are registered."""
        return tuple(self._trie.names())

    # --- emitting, as in boto3

    def emit(self, event_name: str, **kwargs: Any) -> list[Answer]:
        """Call every handler with ``kwargs`` and ``event_name``; the pairs (handler, what it returned).

        Raises what a handler raises; HandlerError where a flow or async function is among them, before any is called.
        """
        answers: list[Answer] = []
        for name, entries in self._heard(event_name):
            log_emit(name, entries)
            kwargs["event_name"] = name
            answers += [(handler, handler(**kwargs)) for handler, _, _ in entries]
        return answers

    def emit_until_response(self, event_name: str, **kwargs: Any) -> Answer | tuple[None, None]:
        """Call handlers until one returns something that is not None: that pair, else ``(None, None)``."""
        for name, entries in self._heard(event_name):
            log_emit(name, entries)
            kwargs["event_name"] = name
            for handler, _, _ in entries:
                answer = handler(**kwargs)
                if answer is not None:
                    return handler, answer
        return _NO_ANSWER

    def _heard(self, event_name: str) -> _Heard:
        plan = self._plans.get(event_name)
        # A plan is good for the registrations it was made from, and for no others.
        return plan[1] if plan is not None and plan[0] is self._trie else self._plan(event_name)

    def _plan(self, event_name: str) -> _Heard:
        trie = self._trie
        # Asked first, so that an emit nobody can hear asks for no service's names.
        names = self._canonical(event_name) if trie.may_hear(event_name.partition(".")[0]) else ()
        heard = tuple((name, entries) for name in names if (entries := trie.find(name)))
        for name, entries in heard:
            _refuse_unless_plain(name, entries)
        if len(self._plans) >= KEPT_LOOKUPS:
            self._plans.clear()
        self._plans[event_name] = (trie, heard)
        return heard

    # --- emitting on the route of a call: canonical names, keyword arguments as a dict

    def channel(self, event_name: str) -> Channel:
        """A canonical name as an object, for who emits it again and again: it always knows who hears it."""
        with self._lock:
            held = self._channels.get(event_name)
            if held is None:
                held = self._channels[event_name] = Channel(event_name, self._trie.find(event_name))
            return held

    def _tell_channels(self, changed: str) -> None:
        """Tell the events that may hear ``changed`` who hears them now."""
        family = changed.partition(".")[0]
        for channel in self._channels.values():
            if family in ("*", channel.name.partition(".")[0]):
                channel.hear(self._trie.find(channel.name))

    def handlers(self, event_name: str) -> Entries:
        """Who hears a canonical name."""
        return self._trie.find(event_name)

    def emit_flow(self, event_name: str, kwargs: Mapping[str, Any]) -> Flow[list[Answer]]:
        """As :meth:`emit`, for handlers of every kind; ``event_name`` must be canonical."""
        answers: list[Answer] = []
        yield from Channel(event_name, self._trie.find(event_name)).tell({**kwargs}, answers)
        return answers

    def emit_until_response_flow(self, event_name: str, kwargs: Mapping[str, Any]) -> Flow[Answer | tuple[None, None]]:
        """As :meth:`emit_until_response`, for handlers of every kind; ``event_name`` must be canonical."""
        answers: list[Answer] = []
        yield from Channel(event_name, self._trie.find(event_name)).ask({**kwargs}, answers)
        return answers[0] if answers else _NO_ANSWER

    def _canonical(self, event_name: str) -> tuple[str, ...]:
        # What names this client's own service already asks for no index.
        if self._services is None or (self._own and event_name.split(".", 2)[1:2] == [*self._own]):
            return (event_name,)
        return canonical_names(event_name, self._services)

    # --- the typed door

    @property
    def hooks(self) -> Mapping[str, Any]:
        """A :class:`Hook` for every name one may think of."""
        return HooksByName(self)

    def open(self, *path: str) -> Any:
        return door(self, path, self._operations)

    def _operations(self, service: str) -> Mapping[str, str]:
        if self._own == (service,) or self._services is None:
            return self._own_operations
        spelt = self._services.canonical(service)
        names = (name for each in spelt for name in self._services.operation_names(each) or ())
        return {method_name(name): name for name in names}


class _Identity(NamedTuple):
    unique_id: str | None
    counted: bool


def _same_counting(unique_id: str, held: _Unique, counted: bool) -> None:
    if counted != (held.times is not None):
        first = "with" if held.times is not None else "without"
        raise ValueError(
            f"Unique id {unique_id} was first registered {first} unique_id_uses_count; later calls for it must agree"
        )


def _refuse_unless_plain(event_name: str, entries: Entries) -> None:
    for handler, kind, _ in entries:
        if kind is not Kind.PLAIN:
            reason = "is a flow or async function, which runs within a call only: emit() takes plain functions"
            raise HandlerError(handler=described(handler), event_name=event_name, reason=reason)
