"""What tests of programs that use osteon need: clients that are answered without a network. Nothing else.

:class:`Stubber` answers the calls of one client with results, in order, as botocore's does. Below it,
``osteon.Session(transport=lambda options: CannedTransport([Response(200, body=b"{}")]))`` makes clients that are
answered from a script of HTTP answers (a list of responses and errors, or a function of the request); every request is
kept.
"""

from osteon.http import PreparedRequest, Response
from osteon.testing.stubber import ANY, Stubber
from osteon.transport.canned import AsyncCannedTransport, CannedTransport

__all__ = ["ANY", "AsyncCannedTransport", "CannedTransport", "PreparedRequest", "Response", "Stubber"]
