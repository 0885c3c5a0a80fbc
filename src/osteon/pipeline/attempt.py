"""One attempt: sign, send, parse. Whether there is another attempt is not decided here."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

from osteon.events.admission import described
from osteon.events.channel import Answer
from osteon.exceptions import HandlerError, OsteonError
from osteon.flow import Flow, Send
from osteon.http import Body, Headers, PreparedRequest, Request, Response
from osteon.pipeline.bodies import body_length
from osteon.pipeline.phases import Outcome, Plan, Prepared
from osteon.pipeline.signing import sign, unsigned

logger = logging.getLogger(__name__)

#: Methods whose requests get no Content-Length where they have no body.
_BODILESS = frozenset({"GET", "HEAD", "OPTIONS"})
_NOTHING: Mapping[str, Any] = MappingProxyType({})


def attempt(prepared: Prepared, now: float) -> Flow[Outcome]:
    """Send the request once, signed for ``now`` (this machine's time in seconds).

    Errors of the way become the outcome's ``error``, and so does what a before-send handler raises: it stands in for
    the network. What other handlers raise is not caught.
    """
    plan, request = prepared.plan, unsigned(prepared)
    route = plan.route
    if route.request_created.heard_by:
        yield from route.request_created.tell({"request": request, "operation_name": plan.name})
    yield from sign(plan, prepared.auth, request, now)
    _tell_features(prepared, request)
    sent = sealed(request)
    if logger.isEnabledFor(logging.DEBUG):
        _log_request(prepared, sent)
    try:
        response = (yield from _answered_by_handler(plan, sent)) if route.before_send.heard_by else None
        if response is None:
            response = yield Send(sent)
    except Exception as error:
        logger.debug("%s: no answer: %s", plan.name, error)
        outcome = Outcome(error=error)
    else:
        added: Mapping[str, Any] = _NOTHING
        event = route.before_parse
        if event.heard_by and (event.idle is None or not event.idle(response)):
            response, added = yield from _shown_to_handlers(prepared, response)
        outcome = _parsed(prepared, response, added)
    if route.response_received.heard_by:
        yield from route.response_received.tell(_told_of(prepared, outcome))
    return outcome


def _tell_features(prepared: Prepared, request: Request) -> None:
    """Write the user agent anew: it is not signed, and only now is known what the call made use of."""
    raw, user_agent = request.headers.raw, prepared.plan.shared.user_agent
    held = raw.get("user-agent")
    if held is not None and held[1] is user_agent.draft:
        raw["user-agent"] = ("User-Agent", user_agent.text(prepared.context))


def sealed(request: Request) -> PreparedRequest:
    """The request as it will be sent: parameters merged into the url, the body's length announced."""
    body: Any = request.body
    if isinstance(body, str):  # what a handler may have put there
        body = body.encode()
    raw = request.headers.raw
    if request.method not in _BODILESS and "content-length" not in raw and "transfer-encoding" not in raw:
        _announce_length(request.headers, body)
    url = with_params(request)
    limit = request.context.get("read_timeout")  # boto3's place for a call's own, which a handler may have filled
    if limit is None and not request.secret_path:
        return PreparedRequest(request.method, url, request.headers, body, request.stream_output)
    return PreparedRequest(
        request.method,
        url,
        request.headers,
        body,
        request.stream_output,
        secret_path=request.secret_path,
        read_timeout=limit,
    )


def with_params(request: Request) -> str:
    """The request's url with the parameters that signers and handlers left beside it."""
    if not request.params:
        return request.url
    separator = "&" if "?" in request.url else "?"
    return f"{request.url}{separator}{urlencode(request.params, doseq=True)}"


def _announce_length(headers: Headers, body: Body) -> None:
    length = body_length(body)
    if length is None:
        headers["Transfer-Encoding"] = "chunked"
    else:
        headers["Content-Length"] = str(length)


def _answered_by_handler(plan: Plan, sent: PreparedRequest) -> Flow[Response | None]:
    event = plan.route.before_send
    answers: list[Answer] = []
    yield from event.ask({"request": sent}, answers)
    if not answers:
        return None
    [(handler, response)] = answers
    if isinstance(response, Response):
        return response
    try:
        return _adopted(response, sent)
    except (AttributeError, TypeError, ValueError):
        reason = f"may return an osteon.http.Response, but returned {type(response).__name__}"
        raise HandlerError(handler=described(handler), event_name=event.name, reason=reason) from None


def _adopted(response: Any, sent: PreparedRequest) -> Response:
    """A response of another library's class, by its attributes."""
    return Response(
        status_code=int(response.status_code),
        headers=dict(response.headers),
        body=bytes(response.content),
        url=getattr(response, "url", sent.url),
    )


def _shown_to_handlers(prepared: Prepared, response: Response) -> Flow[tuple[Response, dict[str, Any]]]:
    """The answer as before-parse handlers leave it, and what they add to the parsed one."""
    plan, seen = prepared.plan, response_dict(prepared, response)
    added: dict[str, Any] = {}
    keywords = {"operation_model": plan.operation, "response_dict": seen, "customized_response_dict": added}
    yield from plan.route.before_parse.tell(keywords)
    status, headers, body = seen["status_code"], seen["headers"], seen["body"]
    if status == response.status_code and headers is response.headers and body is response.body:
        return response, added
    return Response(status, headers, body, response.url), added


def _parsed(prepared: Prepared, response: Response, added: Mapping[str, Any]) -> Outcome:
    """The outcome that an answer is, with what handlers ``added``."""
    plan, succeeded = prepared.plan, response.status_code < 300
    if succeeded and plan.stream_output and isinstance(response.body, bytes):
        # A handler's answer: a new record, since it may answer with the same one again.
        response = Response(response.status_code, response.headers, plan.shared.stream_of(response.body), response.url)
    try:
        parsed = _read(prepared, response)
        if added:
            parsed.update(added)
        outcome = Outcome(response, parsed)
    except OsteonError as error:
        give_up(response)
        outcome = Outcome(response=response, error=error)
    if logger.isEnabledFor(logging.DEBUG):
        _log_answer(prepared, response)
    return outcome


def give_up(response: Any) -> None:
    """Close a streamed body that no caller will see: it would hold its connection for as long as somebody has it."""
    close = getattr(getattr(response, "body", None), "close", None)
    if close is not None:
        close()


def _read(prepared: Prepared, response: Response) -> dict[str, Any]:
    """The answer as the caller's dict, its body checked. Raises ResponseParserError, FlexibleChecksumError."""
    plan = prepared.plan
    if response.status_code >= 300:
        return plan.parse_error(response)
    checked = None if plan.check_response is None else plan.check_response(response, prepared.params)
    parsed = plan.parse(response)
    if checked is not None:
        parsed["ResponseMetadata"]["ChecksumAlgorithm"] = checked
    return parsed


def _log_request(prepared: Prepared, sent: PreparedRequest) -> None:
    """Names of headers only, and no query or body: any of their values may be a secret."""
    attempt, length = prepared.context["retries"]["attempt"], sent.headers.get("Content-Length", "unknown")
    names = ", ".join(sent.headers)
    where = (prepared.plan.name, attempt, sent.method, sent.shown_url)
    logger.debug("%s, attempt %d: %s %s, body of %s bytes, headers %s", *where, length, names)


def _log_answer(prepared: Prepared, response: Response) -> None:
    headers = response.headers
    identifier = headers.get("x-amzn-requestid") or headers.get("x-amz-request-id") or "unknown"
    size = len(response.content) if isinstance(response.body, bytes) else "streamed"
    name = prepared.plan.name
    logger.debug("%s: status %d, request id %s, body %s", name, response.status_code, identifier, size)


def response_dict(prepared: Prepared, response: Response) -> dict[str, Any]:
    """An answer as boto3's handlers know it."""
    return {
        "headers": response.headers,
        "status_code": response.status_code,
        "context": {"operation_name": prepared.plan.name},
        "body": response.body,
    }


def _told_of(prepared: Prepared, outcome: Outcome) -> dict[str, Any]:
    """What response-received handlers are told."""
    response = outcome.response
    return {
        "response_dict": None if response is None else response_dict(prepared, response),
        "parsed_response": outcome.parsed,
        "context": prepared.context,
        "exception": outcome.error,
    }
