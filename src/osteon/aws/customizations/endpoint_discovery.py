"""Services that are asked which of their endpoints to use: the question, how long its answer holds, and retries.

Source: Smithy's ``aws.api#clientEndpointDiscovery``. No service of AWS identifies its endpoints by parameters.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import SplitResult, urlsplit

from osteon.events.admission import Registration
from osteon.events.trie import Section
from osteon.exceptions import (
    ConnectionError,
    EndpointDiscoveryRefreshFailed,
    EndpointDiscoveryRequired,
    HTTPClientError,
)
from osteon.flow import NOW, Flow, Once
from osteon.http import Request, Response
from osteon.model.service import OperationModel
from osteon.pipeline.calls import Calls
from osteon.protocols.base import Draft

logger = logging.getLogger(__name__)

_NOTE = "endpoint-discovery"
#: The operation that tells the endpoints, in all services that have one.
_QUESTION = "DescribeEndpoints"
#: Seconds in which a question that failed is not asked again.
_PAUSE = 60


@dataclass(slots=True, eq=False)
class _Known:
    """What a client knows of its service's endpoints: (address, when that ends), best first."""

    endpoints: list[tuple[SplitResult, float]] = field(default_factory=list[tuple[SplitResult, float]])
    ask_after: float = 0.0

    def at(self, now: float) -> SplitResult | None:
        return next((address for address, ends in self.endpoints if now < ends), None)


def note_operation(model: OperationModel, context: dict[str, Any], **kwargs: Any) -> None:
    """Mark calls whose endpoint is to be asked for. Raises EndpointDiscoveryRequired where that is switched off."""
    discovery = model.endpoint_discovery
    if discovery is None:
        return
    enabled = context["client_config"].endpoint_discovery_enabled
    if discovery.required and enabled is False:
        raise EndpointDiscoveryRequired()
    if not discovery.required and enabled is not True:
        return
    context["discovery"] = {"required": discovery.required}


def discover(request: Request, **kwargs: Any) -> Flow[None]:
    """Send the request to a discovered endpoint. Raises EndpointDiscoveryRefreshFailed where there must be one."""
    discovery = request.context.get("discovery")
    if discovery is None:
        return
    address = yield from _address(request.context["client"], discovery["required"])
    if address is not None:
        url = urlsplit(request.url)
        # as it is told: without the slash that goes over the wire for no path at all
        path = "" if url.path == "/" else url.path
        request.url = url._replace(scheme=address.scheme, netloc=address.netloc, path=path).geturl()


def _address(client: Calls, required: bool) -> Flow[SplitResult | None]:
    known: _Known = client.notes.setdefault(_NOTE, _Known())
    now: float = yield NOW
    address = known.at(now)
    if address is None and (required or now >= known.ask_after):
        yield Once(known, lambda: _ask(client, known))
        address = known.at(now)
    if address is None and known.endpoints:
        return known.endpoints[0][0]  # one that has ended serves better than none
    if address is None and required:
        raise EndpointDiscoveryRefreshFailed()
    return address


def _ask(client: Calls, known: _Known) -> Flow[None]:
    now: float = yield NOW
    try:
        answer: dict[str, Any] = yield from client.call(_QUESTION, {})
    except (ConnectionError, HTTPClientError) as error:
        logger.debug("Endpoint discovery failed: %s", type(error).__name__)
        known.ask_after = now + _PAUSE
        return
    known.endpoints = list(_told(answer, now))


def _told(answer: Mapping[str, Any], now: float) -> Iterator[tuple[SplitResult, float]]:
    """The endpoints in the service's answer; what is not a whole one is passed over."""
    for item in answer.get("Endpoints", ()):
        address, minutes = item.get("Address"), item.get("CachePeriodInMinutes")
        if isinstance(address, str) and isinstance(minutes, int | float):
            with suppress(ValueError, OverflowError):
                yield urlsplit(address if address.startswith("http") else f"https://{address}"), now + minutes * 60


def ask_again(
    request_dict: Draft, response: tuple[Response, dict[str, Any] | None] | None, **kwargs: Any
) -> int | None:
    """Forget the endpoints and try once more where the service says that this one is no longer right."""
    discovery = request_dict.context.get("discovery")
    if discovery is None or response is None or "renewed" in discovery:
        return None
    code = (response[1] or {}).get("Error", {}).get("Code")
    if response[0].status_code != 421 and code != "InvalidEndpointException":
        return None
    discovery["renewed"] = True
    request_dict.context["client"].notes.pop(_NOTE, None)
    return 0


HANDLERS = (
    Registration("before-parameter-build", note_operation),
    Registration("request-created", discover, Section.FIRST),
    Registration("needs-retry", ask_again),
)
