"""One attempt: sign, send, parse. Whether there is another attempt is not decided here."""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import urlencode

from osteon.events.admission import described
from osteon.exceptions import HandlerError, OsteonError
from osteon.flow import Flow, Send
from osteon.http import Body, Headers, PreparedRequest, Request, Response
from osteon.pipeline.phases import Outcome, Prepared
from osteon.pipeline.signing import sign, unsigned

logger = logging.getLogger(__name__)

#: Methods whose requests get no Content-Length where they have no body.
_BODILESS = frozenset({"GET", "HEAD", "OPTIONS"})


def attempt(prepared: Prepared, now: float) -> Flow[Outcome]:
    """Send the request once, signed for ``now`` (this machine's time in seconds).

    Errors of the way become the outcome's ``error``, and so does what a before-send handler raises: it stands in for
    the network. What other handlers raise is not caught.
    """
    request, events, name = unsigned(prepared), prepared.plan.shared.events, prepared.plan.route.request_created
    if events.handlers(name):
        yield from events.emit_flow(name, {"request": request, "operation_name": prepared.plan.operation.name})
    yield from sign(prepared.plan, prepared.auth, request, now)
    sent = sealed(request)
    if logger.isEnabledFor(logging.DEBUG):
        _log_request(prepared, sent)
    try:
        response = yield from _answered_by_handler(prepared, sent)
        if response is None:
            response = yield Send(sent)
    except Exception as error:
        logger.debug("%s: no answer: %s", prepared.plan.operation.name, error)
        outcome = Outcome(error=error)
        yield from _announce(prepared, outcome, None)
        return outcome
    return (yield from _parsed(prepared, response))


def sealed(request: Request) -> PreparedRequest:
    """The request as it will be sent: parameters merged into the url, the body's length announced."""
    body: Any = request.body
    if isinstance(body, str):  # what a handler may have put there
        body = body.encode()
    raw = request.headers.raw
    if request.method not in _BODILESS and "content-length" not in raw and "transfer-encoding" not in raw:
        _announce_length(request.headers, body)
    url = with_params(request)
    if not request.secret_path:
        return PreparedRequest(request.method, url, request.headers, body, request.stream_output)
    return PreparedRequest(request.method, url, request.headers, body, request.stream_output, secret_path=True)


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


def body_length(body: Any) -> int | None:
    """The bytes of a body from where it stands to its end; None where it cannot be known before it is read."""
    if body is None:
        return 0
    if hasattr(body, "__len__"):
        return len(body)
    if not (hasattr(body, "seek") and hasattr(body, "tell")):
        return None
    try:
        start: int = body.tell()
        body.seek(0, 2)
        end: int = body.tell()  # not what seek returned: some file-likes return nothing
        body.seek(start)
    except (OSError, ValueError):
        return None
    return end - start


def _answered_by_handler(prepared: Prepared, sent: PreparedRequest) -> Flow[Response | None]:
    events, name = prepared.plan.shared.events, prepared.plan.route.before_send
    if not events.handlers(name):
        return None
    handler, response = yield from events.emit_until_response_flow(name, {"request": sent})
    if handler is None or isinstance(response, Response):
        return response
    try:
        return _adopted(response, sent)
    except (AttributeError, TypeError, ValueError):
        reason = f"may return an osteon.http.Response, but returned {type(response).__name__}"
        raise HandlerError(handler=described(handler), event_name=name, reason=reason) from None


def _adopted(response: Any, sent: PreparedRequest) -> Response:
    """A response of another library's class, by its attributes."""
    return Response(
        status_code=int(response.status_code),
        headers=dict(response.headers),
        body=bytes(response.content),
        url=getattr(response, "url", sent.url),
    )


def _parsed(prepared: Prepared, response: Response) -> Flow[Outcome]:
    plan, events = prepared.plan, prepared.plan.shared.events
    customized: dict[str, Any] = {}
    if events.handlers(plan.route.before_parse):
        seen = response_dict(prepared, response)
        keywords = {"operation_model": plan.operation, "response_dict": seen, "customized_response_dict": customized}
        yield from events.emit_flow(plan.route.before_parse, keywords)
        response = Response(seen["status_code"], seen["headers"], seen["body"], response.url)
    if plan.stream_output and response.status_code < 300 and isinstance(response.body, bytes):
        # A handler's answer: a new record, since it may answer with the same one again.
        response = Response(response.status_code, response.headers, plan.shared.stream_of(response.body), response.url)
    try:
        if plan.check_response is not None and response.status_code < 300:
            plan.check_response(response, prepared.params)
        parse = plan.parse if response.status_code < 300 else plan.parse_error
        parsed = parse(response)
    except OsteonError as error:
        outcome = Outcome(response=response, error=error)
    else:
        if customized:
            parsed.update(customized)
        outcome = Outcome(response=response, parsed=parsed)
    if logger.isEnabledFor(logging.DEBUG):
        _log_answer(prepared, response)
    yield from _announce(prepared, outcome, response)
    return outcome


def _log_request(prepared: Prepared, sent: PreparedRequest) -> None:
    """Names of headers only, and no query or body: any of their values may be a secret."""
    attempt, length = prepared.context["retries"]["attempt"], sent.headers.get("Content-Length", "unknown")
    names = ", ".join(sent.headers)
    where = (prepared.plan.operation.name, attempt, sent.method, sent.shown_url)
    logger.debug("%s, attempt %d: %s %s, body of %s bytes, headers %s", *where, length, names)


def _log_answer(prepared: Prepared, response: Response) -> None:
    headers = response.headers
    identifier = headers.get("x-amzn-requestid") or headers.get("x-amz-request-id") or "unknown"
    size = len(response.content) if isinstance(response.body, bytes) else "streamed"
    name = prepared.plan.operation.name
    logger.debug("%s: status %d, request id %s, body %s", name, response.status_code, identifier, size)


def response_dict(prepared: Prepared, response: Response) -> dict[str, Any]:
    """An answer as boto3's handlers know it."""
    return {
        "headers": response.headers,
        "status_code": response.status_code,
        "context": {"operation_name": prepared.plan.operation.name},
        "body": response.body,
    }


def _announce(prepared: Prepared, outcome: Outcome, response: Response | None) -> Flow[None]:
    events, name = prepared.plan.shared.events, prepared.plan.route.response_received
    if events.handlers(name):
        keywords = {
            "response_dict": None if response is None else response_dict(prepared, response),
            "parsed_response": outcome.parsed,
            "context": prepared.context,
            "exception": outcome.error,
        }
        yield from events.emit_flow(name, keywords)
