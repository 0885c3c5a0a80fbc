"""What DSQL clients have beside their operations."""

from __future__ import annotations

from typing import Any

from osteon.aws.customizations.database_tokens import EXPIRES, Ask, token
from osteon.events.admission import Registration


def generate_db_connect_auth_token(
    self: Any,
    Hostname: str,
    Region: str | None = None,
    ExpiresIn: int = EXPIRES,
) -> Any:
    """A token to connect with, for ``ExpiresIn`` seconds; ``Region`` None: the client's."""
    return token(self, Ask("dsql", Hostname, {"Action": "DbConnect"}, Region, ExpiresIn))


def generate_db_connect_admin_auth_token(
    self: Any,
    Hostname: str,
    Region: str | None = None,
    ExpiresIn: int = EXPIRES,
) -> Any:
    """As :meth:`generate_db_connect_auth_token`, for the role of administrator."""
    return token(self, Ask("dsql", Hostname, {"Action": "DbConnectAdmin"}, Region, ExpiresIn))


def add_tokens(class_attributes: dict[str, Any], **kwargs: Any) -> None:
    """Give clients the methods."""
    for method in (generate_db_connect_auth_token, generate_db_connect_admin_auth_token):
        class_attributes[method.__name__] = method


HANDLERS = (Registration("creating-client-class.dsql", add_tokens),)
