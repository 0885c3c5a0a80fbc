"""The route of a whole call: prepare, attempt until done, after-call. Only here is decided to go on or to stop."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterable, Mapping
from functools import partial
from random import random
from typing import Any

from osteon.events.admission import described
from osteon.events.channel import Answer
from osteon.exceptions import AwsChunkedWrapperError, HandlerError
from osteon.flow import NOW, Blocking, Flow, Sleep
from osteon.pipeline.attempt import attempt, give_up
from osteon.pipeline.bodies import is_quick
from osteon.pipeline.phases import Outcome, Plan, Prepared
from osteon.pipeline.prepare import before_call, prepare
from osteon.retries.classify import AttemptOutcome
from osteon.retries.clock import time_to_live
from osteon.retries.strategy import Stop

logger = logging.getLogger(__name__)


def execute(plan: Plan, params: Mapping[str, Any]) -> Flow[dict[str, Any]]:
    """Make the call and give the caller's dict.

    Raises ParamValidationError and endpoint errors before anything is sent, connection errors when no attempt got an
    answer, ClientError (the modeled class where there is one) for an answer with an error.
    """
    prepared = yield from prepare(plan, params)
    outcome = (yield from before_call(prepared)) if plan.route.before_call.heard_by else None
    if outcome is None:
        if plan.finish_payload is not None:
            finish = partial(plan.finish_payload, prepared.draft, prepared.params)
            if is_quick(prepared.draft.body):
                finish()
            else:
                yield Blocking(finish)
        try:
            outcome = yield from _attempts(prepared)
            if outcome.error is not None:
                raise outcome.error
        except Exception as error:
            yield from plan.route.after_call_error.tell({"exception": error, "context": prepared.context})
            raise
    try:
        return (yield from _concluded(prepared, outcome))
    except Exception:
        give_up(outcome.response)
        raise


def _attempts(prepared: Prepared) -> Flow[Outcome]:
    """Attempt until there is an outcome to keep."""
    plan = prepared.plan
    strategy = plan.shared.retries
    state, number = strategy.begin(), 1
    start = _position(prepared.draft.body)
    context = prepared.context
    # what amz-sdk-request tells the service; the legacy mode tells of its bound only when it has looked at an answer
    context["retries"] = retries = {"attempt": 1}
    if strategy.mode != "legacy":
        retries["max"] = strategy.max_attempts
    while True:
        now: float = yield NOW
        wait = strategy.before_send(state, now)
        if wait:
            yield Sleep(wait)
            now = yield NOW
        outcome = yield from attempt(prepared, now)
        response = outcome.response
        asked: float | bool | None = None
        event = plan.route.needs_retry
        if event.heard_by and (event.idle is None or not event.idle(response)):
            answers: list[Answer] = []
            yield from event.tell(_told_of(prepared, outcome, number), answers)
            asked = _asked_for(plan, answers)
        if asked is None and outcome.error is None and response is not None and 200 <= response.status_code < 300:
            accepted = strategy.accept(state, number, response)
            if accepted is not None:
                return _final(plan, outcome, accepted, number)
        decision = strategy.decide(state, _facts(plan, outcome, number), (yield NOW), random)
        if asked is False or (asked is None and isinstance(decision, Stop)):
            stop = decision if isinstance(decision, Stop) else _FORBIDDEN
            if stop.delay:
                yield Sleep(stop.delay)
            return _final(plan, outcome, stop, number)
        delay = decision.delay if asked is None else asked
        if not _rewound(prepared.draft.body, start):
            return _final(plan, outcome, _CANNOT_REWIND, number)
        give_up(outcome.response)
        logger.debug("%s: attempt %d failed; again in %.3f s", plan.name, number, delay)
        yield Sleep(delay)
        number += 1
        retries.update(_next_attempt(prepared, outcome, number))


#: Bodies that need not be put back to where they were handed over.
_REPEATABLE = (bytes, bytearray, str)
#: A body that cannot be sent again is not retried: the outcome of the attempt that was made stands.
_CANNOT_REWIND = Stop("not retryable", {})
#: A handler forbade the retry that the strategy had decided for.
_FORBIDDEN = Stop("forbidden", {})


def _next_attempt(prepared: Prepared, outcome: Outcome, number: int) -> dict[str, Any]:
    """What the next attempt tells the service of itself: which of how many it is, and until when it is waited for."""
    shared = prepared.plan.shared
    facts: dict[str, Any] = {"attempt": number, "max": shared.retries.max_attempts}
    if outcome.response is not None:
        own = prepared.context.get("read_timeout")  # boto3's place for a call's own limit
        deadline = time_to_live(outcome.response.headers, shared.config.read_timeout if own is None else own)
        if deadline is not None:
            facts["ttl"] = deadline
    return facts


def _told_of(prepared: Prepared, outcome: Outcome, number: int) -> dict[str, Any]:
    """What needs-retry handlers are told. All of them are called, as in boto3."""
    return {
        "response": None if outcome.response is None else (outcome.response, outcome.parsed),
        "endpoint": prepared.endpoint,
        "operation": prepared.plan.operation,
        "attempts": number,
        "caught_exception": outcome.error,
        "request_dict": prepared.draft,
    }


def _asked_for(plan: Plan, answers: Iterable[Answer]) -> float | bool | None:
    """The first that a needs-retry handler says: seconds after which to try again, False for no retry, else None.

    Raises HandlerError for what is neither.
    """
    for handler, said in answers:
        if said is None:
            continue
        if isinstance(said, (int, float)) and 0 <= said < math.inf:
            return said
        reason = f"may return seconds to wait, False or None, but returned {said!r}"
        name = plan.route.needs_retry.name
        raise HandlerError(handler=described(handler), event_name=name, reason=reason)
    return None


def _facts(plan: Plan, outcome: Outcome, number: int) -> AttemptOutcome:
    response = outcome.response
    if response is None:
        return AttemptOutcome(number, plan.operation, outcome.error)
    parsed: dict[str, Any] = outcome.parsed or {}
    error: dict[str, Any] = parsed.get("Error", {}) if response.status_code >= 300 else {}
    headers: Any = response.headers
    return AttemptOutcome(
        number,
        plan.operation,
        outcome.error,
        response.status_code,
        error.get("Code"),
        headers,
        response.content,
    )


def _final(plan: Plan, outcome: Outcome, stop: Stop, number: int) -> Outcome:
    if stop.reason != "succeeded":
        logger.debug("%s ends after attempt %d: %s", plan.name, number, stop.reason)
    if stop.error is not None:
        return Outcome(response=outcome.response, error=stop.error)
    if outcome.parsed is not None:
        metadata = outcome.parsed.setdefault("ResponseMetadata", {})
        if stop.metadata:
            metadata.update(stop.metadata)
        metadata["RetryAttempts"] = number - 1
    return outcome


def _position(body: Any) -> int | None:
    """Where a seekable body stands; None for bytes, and for streams that cannot tell."""
    if body is None or isinstance(body, _REPEATABLE) or not hasattr(body, "seek"):
        return None
    try:
        position: int = body.tell()
    except (OSError, AttributeError, ValueError):
        return None
    return position


def _rewound(body: Any, start: int | None) -> bool:
    """Put a file body back to where it was handed over; whether the request can be sent again."""
    if body is None or isinstance(body, _REPEATABLE):
        return True
    if start is None:
        return False
    try:
        body.seek(start)
    except (OSError, ValueError, AwsChunkedWrapperError):
        return False
    return True


def _concluded(prepared: Prepared, outcome: Outcome) -> Flow[dict[str, Any]]:
    """The caller's dict, or the service's error, after the after-call handlers."""
    plan = prepared.plan
    response, parsed = outcome.response, outcome.parsed if outcome.parsed is not None else {}
    if plan.route.after_call.heard_by:
        keywords = {
            "http_response": response,
            "parsed": parsed,
            "model": plan.operation,
            "context": prepared.context,
        }
        yield from plan.route.after_call.tell(keywords)
    if response is not None and response.status_code >= 300:
        code = prepared.context.get("error_code_override") or parsed.get("Error", {}).get("Code")
        raise plan.shared.error_class(code)(parsed, plan.name)
    return parsed
