"""Operations that send and receive events at once: they need HTTP/2, so no client has them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from osteon.events.admission import Registration

#: service -> its method
_METHODS = {
    "bedrock-runtime": "invoke_model_with_bidirectional_stream",
    "connecthealth": "start_medical_scribe_listening_session",
    "lex-runtime-v2": "start_conversation",
    "polly": "start_speech_synthesis_stream",
    "qbusiness": "chat",
}


def _remover(name: str) -> Callable[..., None]:
    def remove(class_attributes: dict[str, Any], **kwargs: Any) -> None:
        class_attributes.pop(name, None)

    return remove


HANDLERS = tuple(Registration(f"creating-client-class.{service}", _remover(name)) for service, name in _METHODS.items())
