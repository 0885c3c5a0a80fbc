"""Handlers of IAM clients."""

from __future__ import annotations

import json
import logging
from typing import Any
from urllib.parse import unquote

from osteon.events.admission import Registration
from osteon.model.service import OperationModel
from osteon.model.shapes import ListShape, Shape, StructureShape

logger = logging.getLogger(__name__)

_POLICY = "policyDocumentType"


def read_policies(parsed: dict[str, Any], model: OperationModel, **kwargs: Any) -> None:
    """Give policy documents, which travel as url-encoded JSON, as dicts."""
    if model.output_shape is not None:
        _read(parsed, model.output_shape)


def _read(parsed: Any, shape: Shape) -> None:
    if isinstance(shape, StructureShape):
        for name, member in shape.members.items():
            if name in parsed and member.name == _POLICY:
                parsed[name] = _document(parsed[name])
            elif name in parsed:
                _read(parsed[name], member)
    elif isinstance(shape, ListShape):
        for item in parsed:
            _read(item, shape.member)


def _document(text: str) -> Any:
    try:
        return json.loads(unquote(text))
    except (ValueError, TypeError, RecursionError):
        logger.debug("A policy document is no JSON")
        return text


HANDLERS = (Registration("after-call.iam", read_policies),)
