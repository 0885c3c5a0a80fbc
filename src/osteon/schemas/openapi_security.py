"""Who is asking, as OpenAPI's security schemes. Made from a model's auth traits; signs nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from osteon.model.service import OperationModel, ServiceModel

#: one requirement: a scheme that is enough by itself; an empty one: nobody is asked
Requirement = dict[str, list[str]]

_OLDER = {"none": "noAuth", "bearer": "httpBearerAuth", "v4a": "sigv4a"}
_PLAIN = {"httpBearerAuth": "bearer", "httpBasicAuth": "basic", "httpDigestAuth": "digest"}


def security_schemes(model: ServiceModel, operations: Iterable[OperationModel]) -> dict[str, Any]:
    """Every scheme that the service or one of the operations names."""
    names = [*_service(model), *(name for operation in operations for name in _own(operation))]
    described = {name: _scheme(name, model) for name in dict.fromkeys(names)}
    return {name: scheme for name, scheme in described.items() if scheme is not None}


def service_security(model: ServiceModel) -> list[Requirement]:
    """What operations ask for that name nothing of their own: one of these."""
    return [*_requirements(_service(model), model)]


def operation_security(operation: OperationModel) -> list[Requirement] | None:
    """What an operation asks for in the place of the service's; None where it asks for nothing else."""
    if operation.auth is None and operation.authtype is None:
        return None
    return [*_requirements(_own(operation), operation.service_model)]


def _requirements(names: Iterable[str], model: ServiceModel) -> Iterator[Requirement]:
    for name in names:
        if name == "noAuth":
            yield {}
        elif _scheme(name, model) is not None:
            yield {name: []}


def _service(model: ServiceModel) -> list[str]:
    return _auths(model.metadata.auth, model.signature_version)


def _own(operation: OperationModel) -> list[str]:
    return _auths(operation.auth or (), operation.authtype)


def _auths(auth: Iterable[str], older: str | None) -> list[str]:
    """Schemes by their names without namespace: ``sigv4``; ``noAuth``, which needs none, is among them."""
    names = [name.rpartition("#")[2] for name in auth]
    return names or ([_OLDER.get(older, "sigv4")] if older else [])


def _scheme(name: str, model: ServiceModel) -> dict[str, Any] | None:
    key = model.metadata.http_api_key_auth
    if name == "httpApiKeyAuth" and key is not None:
        scheme = {"type": "apiKey", "name": key.name, "in": key.in_}
        return {**scheme, "description": f"{key.scheme} followed by the key"} if key.scheme else scheme
    if name in _PLAIN:
        return {"type": "http", "scheme": _PLAIN[name]}
    if name.startswith("sigv4"):
        text = f"AWS signature ({name})"
        # the extension is how API Gateway marks the same
        kind = {"x-amazon-apigateway-authtype": "awsSigv4"} if name == "sigv4" else {}
        return {"type": "apiKey", "name": "Authorization", "in": "header", "description": text, **kind}
    return None
