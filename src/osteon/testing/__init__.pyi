# What type checkers see of osteon.testing; stubber.py and the transport make it. No import here leads into the house.
from collections.abc import Mapping
from typing import Any, Self

from osteon.http import PreparedRequest as PreparedRequest
from osteon.http import Response as Response
from osteon.transport.canned import AsyncCannedTransport as AsyncCannedTransport
from osteon.transport.canned import CannedTransport as CannedTransport

ANY: Any

class Stubber:
    """Answers the calls of a client, sync or async, without a network: first added, first given."""

    client: Any

    def __init__(self, client: Any) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(self, *error: object) -> None: ...
    def add_response(
        self, method: str, service_response: Mapping[str, Any], expected_params: Mapping[str, Any] | None = None
    ) -> None:
        """Answer the next call in line, to be made by ``method`` of the client, with ``service_response``."""
    def add_client_error(
        self,
        method: str,
        service_error_code: str = "",
        service_message: str = "",
        http_status_code: int = 400,
        service_error_meta: Mapping[str, Any] | None = None,
        expected_params: Mapping[str, Any] | None = None,
        response_meta: Mapping[str, Any] | None = None,
        modeled_fields: Mapping[str, Any] | None = None,
    ) -> None:
        """Answer the next call in line with an error of the service."""
    def assert_no_pending_responses(self) -> None:
        """Raises AssertionError where an expected call was not made."""
    def activate(self) -> None:
        """Answer from now on."""
    def deactivate(self) -> None:
        """Answer no longer; what is in line stays there."""
