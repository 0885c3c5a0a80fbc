"""What operations put before the endpoint's host name: the hostPrefix trait and its labels. Nothing else of the url.

Source: Smithy's endpoint and hostLabel traits. Labels reach the host name, so their alphabet is checked, always.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from osteon.exceptions import ParamValidationError
from osteon.model.service import OperationModel
from osteon.protocols.base import SerializerOptions
from osteon.regex import later

_LABEL = later(r"[A-Za-z0-9.-]+")
_DEFAULTS = SerializerOptions()
_REFERENCE = later(r"\{(.*?)\}")


def host_prefix(
    operation: OperationModel, options: SerializerOptions = _DEFAULTS
) -> Callable[[Mapping[str, Any]], str | None]:
    """The writer of an operation's host prefix, from its parameters; it gives None where there is none.

    The writer raises ParamValidationError where a label is missing or not fit for a host name.
    """
    template = operation.endpoint.host_prefix if operation.endpoint is not None else None
    if template is None or options.host_prefix_in_endpoint:
        return lambda params: None
    labels = tuple(_REFERENCE.findall(template))
    if not labels:
        return lambda params: template

    def write(params: Mapping[str, Any]) -> str:
        bad = [label for label in labels if not _is_label(params.get(label))]
        if bad:
            must = "Must contain only alphanumeric characters, hyphen, or period."
            raise ParamValidationError(report=f"Invalid value for parameter(s): {', '.join(bad)}. {must}")
        return _REFERENCE.sub(lambda found: str(params[found[1]]), template)

    return write


def _is_label(value: Any) -> bool:
    return isinstance(value, str) and _LABEL.fullmatch(value) is not None
