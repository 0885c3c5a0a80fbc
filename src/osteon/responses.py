"""What the response of an error holds, as type checkers see it. No behaviour."""

from __future__ import annotations

from collections.abc import Mapping

#: What type checkers know key by key; see the ``.pyi``.
ErrorDetails = ErrorResponse = Mapping
