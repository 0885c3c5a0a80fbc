"""Protocols by the name a model gives. Each is imported when an operation is first compiled for it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from osteon.exceptions import ModelError
from osteon.model.service import OperationModel
from osteon.protocols.base import Parser, Protocol, Serializer, SerializerOptions


@cache
def protocol(name: str) -> Protocol:
    """The protocol of that name, one of :data:`osteon.model.service.PROTOCOLS`. Raises ModelError for another."""
    load = _LOADERS.get(name)
    if load is None:
        raise ModelError(origin="protocol", reason=f"{name!r} is not spoken; osteon speaks {', '.join(_LOADERS)}")

    def serializer(operation: OperationModel, options: SerializerOptions) -> Serializer:
        return load().serializer(operation, options)

    def parser(operation: OperationModel) -> Parser:
        return load().parser(operation)

    def error_parser(operation: OperationModel) -> Parser:
        return load().error_parser(operation)

    return Protocol(name, serializer, parser, error_parser)


# Imports in functions: a client needs one protocol, and its codecs, of six, and while it makes no call none.


def _json() -> Protocol:
    from osteon.protocols.json import JSON

    return JSON


def _rest_json() -> Protocol:
    from osteon.protocols.rest_json import REST_JSON

    return REST_JSON


def _rest_xml() -> Protocol:
    from osteon.protocols.rest_xml import REST_XML

    return REST_XML


def _query() -> Protocol:
    from osteon.protocols.query import QUERY

    return QUERY


def _ec2() -> Protocol:
    from osteon.protocols.query import EC2

    return EC2


def _rpc_v2_cbor() -> Protocol:
    from osteon.protocols.rpc_v2 import RPC_V2_CBOR

    return RPC_V2_CBOR


_LOADERS: dict[str, Callable[[], Protocol]] = {
    "smithy-rpc-v2-cbor": _rpc_v2_cbor,
    "json": _json,
    "rest-json": _rest_json,
    "rest-xml": _rest_xml,
    "query": _query,
    "ec2": _ec2,
}
