"""Waiting: one operation called until an answer means success or failure. One flow; how a call is made is handed in.

What an answer means comes from waiters-2.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from inspect import isawaitable
from typing import Any, NamedTuple, Protocol, TypeAlias, cast

from osteon.clients.page_rules import Expression
from osteon.clients.pagination import Call, Page, Run
from osteon.exceptions import ClientError, WaiterConfigError, WaiterError, WaiterModelError
from osteon.flow import Await, Flow, Sleep
from osteon.model.expressions import checked

logger = logging.getLogger(__name__)

#: Called after each attempt with its number, from 1, and the answer; on an async client it may be ``async def``.
OnAttempt: TypeAlias = Callable[[int, Page], Any]
#: Whether an answer (an error's too) is one that an acceptor is for.
Matcher: TypeAlias = Callable[[Page], bool]
#: A waiter's acceptors, each with its matcher.
Acceptors: TypeAlias = "tuple[tuple[Acceptor, Matcher], ...]"


class Acceptor(Protocol):
    """What an answer means for a waiter, in the terms of waiters-2."""

    @property
    def state(self) -> str: ...

    @property
    def matcher(self) -> str: ...

    @property
    def expected(self) -> Any: ...

    @property
    def argument(self) -> str | None: ...


class WaiterRules(Protocol):
    """One waiter; ``delay`` in seconds."""

    @property
    def operation(self) -> str: ...

    @property
    def delay(self) -> float: ...

    @property
    def max_attempts(self) -> int: ...

    @property
    def acceptors(self) -> tuple[Acceptor, ...]: ...


class Waiting(NamedTuple):
    """What one ``wait`` does."""

    name: str
    acceptors: Acceptors
    #: seconds between attempts
    delay: float
    max_attempts: int
    on_attempt: OnAttempt | None = None

    @classmethod
    def of(cls, waiter: _Waiter, config: Any, on_attempt: OnAttempt | None) -> Waiting:
        """``config``: what the caller says of delay and attempts. Raises WaiterConfigError."""
        rules = waiter.config
        if config is not None and not isinstance(config, Mapping):
            raise WaiterConfigError(error_msg=f"WaiterConfig must be a dict, not {type(config).__name__}")
        given = cast("Mapping[str, Any]", config or {})
        delay, most = given.get("Delay", rules.delay), given.get("MaxAttempts", rules.max_attempts)
        for option, value in (("Delay", delay), ("MaxAttempts", most)):
            if not isinstance(value, int | float) or value < 0:
                raise WaiterConfigError(error_msg=f"{option} must be a number from 0 up, not {value!r}")
        return cls(waiter.name, waiter.acceptors, delay, most, on_attempt)

    def run(self, call: Call, params: dict[str, Any]) -> Flow[None]:
        """Call until success. Raises WaiterError with the last answer, and all that a call raises but ClientError."""
        number, matched_before = 0, False
        while True:
            answer = yield from _answer(call, params)
            number += 1
            if self.on_attempt is not None:
                told = self.on_attempt(number, answer)
                if isawaitable(told):
                    yield Await(told)
            matched = self._matched(answer)
            if matched is None and _is_error(answer):
                raise self._failed(_error_reason(answer), answer)
            matched_before = matched_before or matched is not None
            if matched is not None and matched.state == "success":
                return
            if matched is not None and matched.state == "failure":
                raise self._failed(f"Waiter encountered a terminal failure state: {explanation(matched)}", answer)
            if number >= self.max_attempts:
                raise self._failed(self._exceeded(matched, matched_before), answer)
            logger.debug("%s: attempt %d, again in %s s", self.name, number, self.delay)
            yield Sleep(self.delay)

    def _matched(self, answer: Page) -> Acceptor | None:
        # Imported here for the name of its error only, when the acceptors' expressions have loaded it anyway.
        from jmespath.exceptions import JMESPathError

        try:
            return next((acceptor for acceptor, matches in self.acceptors if matches(answer)), None)
        except JMESPathError as error:
            raise self._failed(f"An acceptor cannot be applied to the answer: {error}", answer) from None

    def _exceeded(self, matched: Acceptor | None, matched_before: bool) -> str:
        if not matched_before:
            return "Max attempts exceeded"
        # botocore names the acceptor it looked at last, whether it matched or not.
        last = self.acceptors[-1][0] if matched is None else matched
        return f"Max attempts exceeded. Previously accepted state: {explanation(last)}"

    def _failed(self, reason: str, answer: Page) -> WaiterError:
        return WaiterError(name=self.name, reason=reason, last_response=answer)


def _answer(call: Call, params: dict[str, Any]) -> Flow[Page]:
    """The answer of one call; a service's error is one too."""
    try:
        return (yield from call(dict(params)))
    except ClientError as error:
        return cast("Page", error.response)


def _error(answer: Page) -> Mapping[str, Any]:
    error = answer.get("Error")
    return cast("Mapping[str, Any]", error) if isinstance(error, Mapping) else {}


def _is_error(answer: Page) -> bool:
    return "Code" in _error(answer)


def _error_reason(answer: Page) -> str:
    error = _error(answer)
    return f"An error occurred ({error.get('Code', 'Unknown')}): {error.get('Message', 'Unknown')}"


# --- acceptors


def matched_by(acceptors: tuple[Acceptor, ...]) -> Acceptors:
    """The acceptors, compiled. Raises WaiterModelError, without the file, for an argument that is no expression."""
    made: list[tuple[Acceptor, Matcher]] = []
    for number, acceptor in enumerate(acceptors):
        if acceptor.matcher.startswith("path"):
            _check_argument(acceptor, f"/acceptors/{number}")
        made.append((acceptor, _MATCHERS[acceptor.matcher](acceptor)))
    return tuple(made)


def _check_argument(acceptor: Acceptor, pointer: str) -> None:
    if not acceptor.argument:
        raise WaiterModelError(origin="", pointer=pointer, reason=f"a {acceptor.matcher} matcher needs an argument")
    checked(acceptor.argument, f"{pointer}/argument", WaiterModelError)


def _path(acceptor: Acceptor) -> Matcher:
    search, expected = _search(acceptor), acceptor.expected
    return lambda answer: not _is_error(answer) and search(answer) == expected


def _path_all(acceptor: Acceptor) -> Matcher:
    search, expected = _search(acceptor), acceptor.expected
    return lambda answer: bool(found := _list(search, answer)) and all(item == expected for item in found)


def _path_any(acceptor: Acceptor) -> Matcher:
    search, expected = _search(acceptor), acceptor.expected
    return lambda answer: any(item == expected for item in _list(search, answer))


def _status(acceptor: Acceptor) -> Matcher:
    return lambda answer: answer.get("ResponseMetadata", {}).get("HTTPStatusCode") == acceptor.expected


def _code(acceptor: Acceptor) -> Matcher:
    expected = acceptor.expected
    if expected is True:
        return _is_error
    if expected is False:
        return lambda answer: "Error" not in answer
    return lambda answer: _error(answer).get("Code", "") == expected


def _search(acceptor: Acceptor) -> Callable[[Any], Any]:
    return Expression(acceptor.argument or "").search


def _list(search: Callable[[Any], Any], answer: Page) -> list[object]:
    found = None if _is_error(answer) else search(answer)
    return cast("list[object]", found) if isinstance(found, list) else []


_MATCHERS: Mapping[str, Callable[[Acceptor], Matcher]] = {
    "path": _path,
    "pathAll": _path_all,
    "pathAny": _path_any,
    "status": _status,
    "error": _code,
}
#: What a reason says of the acceptor that ended the waiting.
_EXPLANATIONS: Mapping[str, str] = {
    "path": 'For expression "{argument}" we matched expected path: "{expected}"',
    "pathAll": 'For expression "{argument}" all members matched expected path: "{expected}"',
    "pathAny": 'For expression "{argument}" we matched expected path: "{expected}" at least once',
    "status": "Matched expected HTTP status code: {expected}",
    "error": "Matched expected service error code: {expected}",
}


def explanation(acceptor: Acceptor) -> str:
    """What it means that the acceptor matched, in botocore's words."""
    return _EXPLANATIONS[acceptor.matcher].format(argument=acceptor.argument, expected=acceptor.expected)


# --- what clients hand out


class _Waiter:
    def __init__(self, name: str, config: WaiterRules, call: Call, run: Run) -> None:
        #: the waiter's name in the model
        self.name = name
        #: its record: ``operation``, ``delay``, ``max_attempts``, ``acceptors``
        self.config = config
        #: compiled once, since each ``wait`` goes by them
        self.acceptors = matched_by(config.acceptors)
        self._call, self._run = call, run

    def _waiting(self, params: dict[str, Any], on_attempt: OnAttempt | None) -> Flow[None]:
        waiting = Waiting.of(self, params.pop("WaiterConfig", None), on_attempt)
        return waiting.run(self._call, params)


class Waiter(_Waiter):
    """``client.get_waiter(...)`` of a sync client."""

    def wait(self, *, on_attempt: OnAttempt | None = None, **kwargs: Any) -> None:
        """Wait until the operation, called with these parameters, says so.

        ``WaiterConfig``: ``Delay`` in seconds and ``MaxAttempts``, where the model's are not right. ``on_attempt`` is
        called with the number of each attempt and its answer. Raises WaiterError with ``last_response``,
        WaiterConfigError.
        """
        self._run(self._waiting(kwargs, on_attempt))


class AsyncWaiter(_Waiter):
    """``client.get_waiter(...)`` of an async client."""

    async def wait(self, *, on_attempt: OnAttempt | None = None, **kwargs: Any) -> None:
        """As :meth:`Waiter.wait`; ``on_attempt`` may be ``async def``."""
        await self._run(self._waiting(kwargs, on_attempt))
