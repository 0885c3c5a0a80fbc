"""What RDS clients have beside their operations. Copies between regions: rds_copies."""

from __future__ import annotations

from typing import Any

from osteon.aws.customizations.database_tokens import Ask, token
from osteon.events.admission import Registration


def generate_db_auth_token(self: Any, DBHostname: str, Port: int, DBUsername: str, Region: str | None = None) -> Any:
    """A token that the database takes as password of ``DBUsername`` for 15 minutes; ``Region`` None: the client's."""
    return token(self, Ask("rds-db", f"{DBHostname}:{Port}", {"Action": "connect", "DBUser": DBUsername}, Region))


def add_tokens(class_attributes: dict[str, Any], **kwargs: Any) -> None:
    """Give clients the method."""
    class_attributes["generate_db_auth_token"] = generate_db_auth_token


HANDLERS = (Registration("creating-client-class.rds", add_tokens),)
