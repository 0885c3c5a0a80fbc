"""Methods under the names they had, or have in boto3, beside those made from their operations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from osteon.events.admission import Registration

#: service -> name asked for -> the method
_ALIASES = {
    "cloudwatch": {
        "get_o_tel_enrichment": "get_otel_enrichment",
        "start_o_tel_enrichment": "start_otel_enrichment",
        "stop_o_tel_enrichment": "stop_otel_enrichment",
        "update_o_tel_enrichment": "update_otel_enrichment",
    },
    "mturk": {"list_hi_ts_for_qualification_type": "list_hits_for_qualification_type"},
    "signin": {"create_o_auth2_token": "create_oauth2_token"},
    "socialmessaging": {"delete_whatsapp_media_message": "delete_whatsapp_message_media"},
}


def _method(name: str) -> Callable[..., Any]:
    def find(client: Any, **kwargs: Any) -> Any:
        return getattr(client, name)

    return find


HANDLERS = tuple(
    Registration(f"getattr.{service}.{asked}", _method(name))
    for service, aliases in _ALIASES.items()
    for asked, name in aliases.items()
)
