"""``osteon call``: makes one call and prints its answer. Secrets are never printed: they read ``<redacted>``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from osteon.cli.bodies import STANDARD_OUTPUT, refuse_unusable, save, sent
from osteon.cli.finding import data_path, operation_of
from osteon.cli.parameters import Reader, parameters
from osteon.cli.printing import print_growing, print_json, print_table
from osteon.cli.queries import queried, query
from osteon.clients.errors import redacted
from osteon.composition import Session
from osteon.model.files import is_array, is_object
from osteon.model.service import OperationModel
from osteon.naming import method_name

#: members that are secrets although models do not mark them so everywhere, as the session tokens of STS
_SECRET = re.compile(r"(session|security|refresh)_?token|secret_?(access_?)?key|password|private_?key", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Place:
    """Which service is meant, where it is, and as whom it is called."""

    service: str
    endpoint_url: str | None
    region: str | None
    profile: str | None


@dataclass(frozen=True, slots=True)
class Call:
    """What the command line asks for."""

    operation: str
    params: str
    members: Sequence[str]
    query: str | None
    output: str
    all_pages: bool = False
    base64: bool = False
    save: Path | None = None


def make_call(place: Place, asked: Call, folders: Iterable[Path]) -> None:
    """Make the call and print its answer. Raises osteon's errors, ValueError for what is no JSON or query, OSError."""
    compiled = query(asked.query)
    if asked.output == "table" or asked.save is not None:
        import_module("rich")  # what cannot be printed is not asked for
    if asked.save is not None:
        refuse_unusable(asked.save)
    session = Session(profile_name=place.profile, data_path=data_path(folders))
    with session.client(place.service, region_name=place.region, endpoint_url=place.endpoint_url) as client:
        operation = operation_of(client.meta.service_model, asked.operation)
        _refuse_impossible(operation, asked)
        with ExitStack() as stack:
            reader = Reader(partial(sent, stack))
            given = parameters(operation, asked.params, asked.members, reader, base64=asked.base64)
            answer = _answer(client, operation, given, asked)
        _print(asked, compiled, operation, _shown(operation, answer, asked.save))


def _print(asked: Call, compiled: Any, operation: OperationModel, shown: dict[str, Any]) -> None:
    events = operation.output_shape.event_stream_name if operation.output_shape is not None else None
    if asked.save == STANDARD_OUTPUT:
        return
    if events in shown and asked.output == "json" and compiled is None:
        print_growing(shown, events)
        return
    whole = {name: list(value) if name == events else value for name, value in shown.items()}
    (print_table if asked.output == "table" else print_json)(queried(compiled, whole))


def _refuse_impossible(operation: OperationModel, asked: Call) -> None:
    if operation.has_event_stream_input:
        raise ValueError(f"{operation.name} takes a stream of events, which a command line cannot give")
    if asked.save is not None and operation.streaming_output is None:
        raise ValueError(f"{operation.name} answers without a streamed body: there is nothing to --save")


def _answer(client: Any, operation: OperationModel, params: Mapping[str, Any], asked: Call) -> dict[str, Any]:
    method = method_name(operation.name)
    if asked.all_pages:
        answer = dict(client.get_paginator(method).paginate(**params).build_full_result())
    else:
        answer = dict(getattr(client, method)(**params))
    answer.pop("ResponseMetadata", None)
    return answer


def _shown(operation: OperationModel, answer: Mapping[str, Any], target: Path | None) -> dict[str, Any]:
    """What may be printed of an answer. A streamed body is saved; events come as they are asked for."""
    shape = operation.output_shape
    if shape is None:
        return dict(answer)
    shown: dict[str, Any] = _without_secrets(redacted(shape, answer))
    body, events = shape.payload, shape.event_stream_name
    if operation.streaming_output is not None and body in shown:
        shown[body] = _saved(shown[body], target, shown.get("ContentLength"))
    elif events is not None and events in shown:
        stream = operation.event_stream_output
        shown[events] = (_without_secrets(redacted(stream, event)) for event in shown[events]) if stream else ()
    return shown


def _without_secrets(value: Any) -> Any:
    """A value without the text of members that are named like secrets."""
    if is_array(value):
        return [_without_secrets(item) for item in value]
    if not is_object(value):
        return value
    return {
        name: "<redacted>" if isinstance(item, str) and _SECRET.fullmatch(name) else _without_secrets(item)
        for name, item in value.items()
    }


def _saved(body: Any, target: Path | None, length: int | None) -> str:
    """What stands for a streamed body in the printed answer."""
    if target is None:
        body.close()
        return "<streamed body: give --save FILE to keep it>"
    return f"<{save(body, target, length)} bytes in {target}>"
