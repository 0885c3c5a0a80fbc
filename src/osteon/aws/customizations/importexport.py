"""Handlers of Import/Export clients."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from osteon.events.admission import Registration


def prefer_v4(context: Mapping[str, Any], **kwargs: Any) -> str | None:
    """Sign by version 4 though the model says 2, unless the user says otherwise."""
    return "v4" if context["client_config"].signature_version is None else None


HANDLERS = (Registration("choose-signer.importexport", prefer_v4),)
