"""What tests of programs that use osteon need: transports that answer without a network. Nothing else.

``osteon.Session(transport=lambda options: CannedTransport([Response(200, body=b"{}")]))`` makes clients that are
answered from a script (a list of responses and errors, or a function of the request); every request is kept.
"""

from osteon.http import PreparedRequest, Response
from osteon.transport.canned import AsyncCannedTransport, CannedTransport

__all__ = ["AsyncCannedTransport", "CannedTransport", "PreparedRequest", "Response"]
