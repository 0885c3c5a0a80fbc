"""Handlers of Route 53 clients."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from osteon.events.admission import Registration
from osteon.model.service import OperationModel
from osteon.model.shapes import Shape

_IDS = frozenset({"ResourceId", "DelegationSetId", "ChangeId"})


def strip_ids(params: dict[str, Any], model: OperationModel, **kwargs: Any) -> None:
    """Take ids as answers give them (``/hostedzone/Z1``): requests want the last part."""
    members: Mapping[str, Shape] = model.input_shape.members if model.input_shape is not None else {}
    for name, value in params.items():
        if isinstance(value, str) and "/" in value and name in members and members[name].name in _IDS:
            params[name] = value.rpartition("/")[2]


HANDLERS = (Registration("before-parameter-build.route-53", strip_ids),)
