"""Classes of a service's modeled errors: one for each shape and process, found again when an error is unpickled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

import orjson

from osteon.exceptions import ClientError, DataNotFoundError, ModelError
from osteon.model.loader import Loader
from osteon.model.service import ServiceModel
from osteon.model.shapes import ListShape, MapShape, Shape, StructureShape
from osteon.naming import did_you_mean
from osteon.sharing import Lock

#: (service name, api version, shape name, content of the shape) -> class, so that ``except`` works across clients, and
#: across models that say the same. Guarded by _LOCK.
_CLASSES: dict[tuple[str, str, str, bytes], type[ClientError]] = {}
_LOCK = Lock()
_REDACTED = "<redacted>"


class ServiceErrors:
    """``ClientError`` and the service's own errors by their codes. Generated types derive from this."""

    def __init__(self, service_model: ServiceModel) -> None:
        self._service_model = service_model
        self.ClientError = ClientError

    def from_code(self, error_code: str | None) -> type[ClientError]:
        """The class for an error code of the service; ClientError where the model has none."""
        shape = self._service_model.shape_for_error_code(error_code) if error_code else None
        return ClientError if shape is None else error_class(self._service_model, shape)


class ClientExceptions(ServiceErrors):
    """``client.exceptions``: the service's modeled errors by shape name, and ``ClientError``."""

    def __getattr__(self, name: str) -> type[ClientError]:
        if name == "_service_model":  # asked for while this is copied
            raise AttributeError(name)
        shape = next((shape for shape in self._service_model.error_shapes if shape.name == name), None)
        if shape is None:
            known = [shape.name for shape in self._service_model.error_shapes]
            raise AttributeError(
                f"<{type(self).__name__} of {self._service_model.service_name}> object has no attribute {name}."
                f"{did_you_mean(name, known)} Valid exceptions are: {', '.join(known)}"
            )
        return error_class(self._service_model, shape)

    def __dir__(self) -> Iterator[str]:
        yield from ("ClientError", "from_code")
        yield from (shape.name for shape in self._service_model.error_shapes)


def error_class(service_model: ServiceModel, shape: StructureShape) -> type[ClientError]:
    """The class of a modeled error, the same for every client of a model with that content."""
    content = orjson.dumps(service_model.definitions.shape(shape.name), option=orjson.OPT_SORT_KEYS)
    key = (service_model.service_name, service_model.folder_version, shape.name, content)
    with _LOCK:
        held = _CLASSES.get(key)
        if held is None:
            held = _CLASSES[key] = _made(service_model, shape)
    return held


def _made(service_model: ServiceModel, shape: StructureShape) -> type[ClientError]:
    retryable, error = shape.retryable, shape.error
    server_fault = shape.fault or (error is not None and error.fault)
    origin = (service_model.service_name, service_model.folder_version, shape.name)

    def reduce(self: ClientError) -> tuple[Any, ...]:
        return restore, (*origin, redacted(shape, self.response), self.operation_name)

    attributes: dict[str, Any] = {
        "__module__": __name__,
        "__reduce__": reduce,
        "fault": "server" if server_fault else "client",
        "retryable": retryable is not None,
        "throttling": retryable is not None and retryable.throttling,
        "secret_message": any(name.lower() == "message" and shape.members[name].sensitive for name in shape.members),
    }
    return type(shape.name, (ClientError,), attributes)


def restore(
    service_name: str, api_version: str, shape_name: str, response: Mapping[str, Any], operation_name: str
) -> ClientError:
    """An unpickled error: of its modeled class where this process has met it or can load its model."""
    return _found(service_name, api_version, shape_name)(response, operation_name)


def _found(service_name: str, api_version: str, shape_name: str) -> type[ClientError]:
    wanted = (service_name, api_version, shape_name)
    with _LOCK:
        known = next((kind for key, kind in _CLASSES.items() if key[:3] == wanted), None)
    if known is not None:
        return known
    try:
        service_model = Loader().service_model(service_name, api_version)
        shape = service_model.shape_for(shape_name)
    except (DataNotFoundError, ModelError):
        return ClientError
    return error_class(service_model, shape) if isinstance(shape, StructureShape) else ClientError


def redacted(shape: StructureShape, response: Mapping[str, Any]) -> dict[str, Any]:
    """An error response without the values of members that the model marks sensitive.

    XML errors have their members in ``Error`` a second time, as text and by their wire names.
    """
    by_wire_name = {member.location_name or name: member for name, member in shape.members.items()}
    by_key = {name.capitalize(): member for name, member in shape.members.items() if name.lower() == "message"}
    members: dict[str, Shape] = {**by_wire_name, **by_key, "Error": shape, **shape.members}
    return {name: _shown(members[name], value) if name in members else value for name, value in response.items()}


def _shown(shape: Shape, value: Any) -> Any:
    if shape.sensitive:
        return _REDACTED
    if isinstance(shape, StructureShape) and isinstance(value, Mapping):
        return redacted(shape, cast("Mapping[str, Any]", value))
    if isinstance(shape, ListShape) and isinstance(value, list):
        return [_shown(shape.member, item) for item in cast("Any", value)]
    if isinstance(shape, MapShape) and isinstance(value, Mapping):
        return {key: _shown(shape.value, item) for key, item in cast("Mapping[str, Any]", value).items()}
    return value
