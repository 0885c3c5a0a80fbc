"""What is worked out once per operation and client: event names, serializer, parsers, validator, endpoint, context."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from osteon.auth.schemes import AuthChoice, AuthTraits, Schemes, choose
from osteon.config import Config
from osteon.endpoints.ruleset import Endpoint
from osteon.exceptions import ModelError
from osteon.identifiers import random_uuid
from osteon.model.service import OperationModel
from osteon.pipeline.payload import payload_finisher, response_checker, validation_mode
from osteon.pipeline.phases import Components, Plan, Route
from osteon.validation import validator


def compile_plan(shared: Components, operation_name: str, handed: Mapping[str, Any]) -> Plan:
    """The plan of an operation's calls; ``handed`` is what their contexts show to handlers of the client.

    Raises OperationNotFoundError, and ModelError for an impossible model and for an input that is an event stream.
    """
    operation = shared.service_model.operation_model(operation_name)
    if operation.has_event_stream_input:
        # Serialized as a structure it would be a request that no service means.
        reason = "its input is an event stream: osteon receives events, and sends none"
        origin = shared.service_model.service_name
        raise ModelError(origin=origin, pointer=f"/operations/{operation_name}", reason=reason)
    traits = _auth_traits(shared, operation)
    stream_output = operation.has_streaming_output or operation.has_event_stream_output
    return Plan(
        shared=shared,
        operation=operation,
        name=operation.name,
        route=Route(shared.events, shared.service_model.service_id.hyphenize(), operation.name),
        validate=_validator(operation, shared.config),
        serialize=shared.protocol.serializer(operation, shared.serializer_options),
        parse=shared.protocol.parser(operation),
        parse_error=shared.protocol.error_parser(operation),
        endpoint_for=shared.endpoints.for_operation(operation),
        auth=traits,
        choose_auth=_chooser(traits, shared.schemes),
        defaults=MappingProxyType(dict.fromkeys(operation.idempotent_members, random_uuid)),
        checksum_mode=validation_mode(operation, shared.config),
        form_body=shared.protocol.name in ("query", "ec2"),
        context=_context(shared, operation, handed),
        stream_output=stream_output,
        secret_path=_secret_path(operation),
        finish_payload=payload_finisher(operation, shared.config),
        check_response=response_checker(operation, shared.config),
    )


def _secret_path(operation: OperationModel) -> bool:
    shape = operation.input_shape
    return shape is not None and any(m.location == "uri" and m.sensitive for m in shape.members.values())


def _validator(operation: OperationModel, config: Config) -> Callable[[Any], None] | None:
    if config.parameter_validation is False or operation.input_shape is None:
        return None
    return validator(operation.input_shape, "strict" if config.parameter_validation == "strict" else "standard")


def _auth_traits(shared: Components, operation: OperationModel) -> AuthTraits:
    metadata, preference = shared.service_model.metadata, shared.config.auth_scheme_preference
    return AuthTraits(
        service_auth=metadata.auth,
        service_version=metadata.signature_version,
        operation_auth=operation.auth,
        authtype=operation.authtype,
        unsigned_payload=operation.unsigned_payload,
        requested=shared.config.signature_version,
        preference=tuple(name.strip() for name in preference.split(",")) if preference else (),
        properties=shared.signing,
        region_set=shared.config.sigv4a_signing_region_set,
    )


def _chooser(traits: AuthTraits, schemes: Schemes) -> Callable[[Endpoint], AuthChoice]:
    """Remembers the choice for one endpoint: most calls of an operation go to the same."""
    last: tuple[Endpoint, AuthChoice] | None = None

    def choose_auth(endpoint: Endpoint) -> AuthChoice:
        nonlocal last
        held = last
        if held is not None and held[0] is endpoint:
            return held[1]
        choice = choose(traits, schemes, endpoint.properties.get("authSchemes", ()))
        last = (endpoint, choice)
        return choice

    return choose_auth


def _context(shared: Components, operation: OperationModel, handed: Mapping[str, Any]) -> MappingProxyType[str, Any]:
    return MappingProxyType(
        {
            **handed,
            "client_region": shared.region_name,
            "client_config": shared.config,
            "has_streaming_input": operation.has_streaming_input,
            "auth_type": operation.authtype,
            "unsigned_payload": operation.unsigned_payload,
            "auth_options": operation.auth or shared.service_model.metadata.auth or None,
        }
    )
