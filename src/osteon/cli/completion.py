"""What the shell may complete: services and operations, from the index alone. Never an error, never a network."""

from __future__ import annotations

from osteon.exceptions import OsteonError
from osteon.model.loader import Loader
from osteon.naming import snake_case


def services(incomplete: str) -> list[str]:
    """The services whose names begin so."""
    try:
        return [name for name in Loader().available_services() if name.startswith(incomplete)]
    except OsteonError:
        return []


def operations(service: str | None, incomplete: str) -> list[str]:
    """The operations of a service that begin so, in the form that was begun: ``PutObject`` or ``put-object``."""
    if service is None:
        return []
    try:
        names = Loader().operation_names(service)
    except OsteonError:
        return []
    if incomplete[:1].isupper():
        return [name for name in names if name.startswith(incomplete)]
    hyphenated = [snake_case(name).replace("_", "-") for name in names]
    return [name for name in hyphenated if name.startswith(incomplete)]
