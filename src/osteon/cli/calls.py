"""``osteon call``: makes one call and prints its answer. Secrets are never printed: members marked so read redacted."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import jmespath
from jmespath.exceptions import JMESPathError

from osteon.cli.finding import operation_of
from osteon.cli.printing import print_json, print_table
from osteon.clients.errors import redacted
from osteon.composition import Session
from osteon.model.service import OperationModel
from osteon.naming import snake_case

_CHUNK = 64 * 1024


@dataclass(frozen=True, slots=True)
class Call:
    """What the command line asks for."""

    service: str
    operation: str
    params: str
    endpoint_url: str | None
    region: str | None
    profile: str | None
    query: str | None
    output: str
    all_pages: bool
    save: Path | None


def make_call(asked: Call, folders: Iterable[Path]) -> None:
    """Make the call and print its answer. Raises osteon's errors, and ValueError for what is no JSON or no query."""
    query = _query(asked.query)
    session = Session(profile_name=asked.profile, data_path=[str(folder) for folder in folders])
    with session.client(asked.service, region_name=asked.region, endpoint_url=asked.endpoint_url) as client:
        operation = operation_of(client.meta.service_model, asked.operation)
        answer = _answer(client, operation, _params(asked.params), asked)
        answer.pop("ResponseMetadata", None)
        shown = redacted(operation.output_shape, answer) if operation.output_shape is not None else answer
        body = operation.streaming_output
        if body is not None and operation.output_shape is not None and operation.output_shape.payload in shown:
            name = operation.output_shape.payload
            shown[name] = _saved(shown[name], asked.save, shown.get("ContentLength"))
        elif operation.event_stream_output is not None:
            shown = {name: list(value) if hasattr(value, "close") else value for name, value in shown.items()}
    result = query.search(shown) if query is not None else shown
    (print_table if asked.output == "table" else print_json)(result)


def _query(text: str | None) -> Any:
    try:
        return None if text is None else jmespath.compile(text)
    except JMESPathError as error:
        raise ValueError(f"--query is no JMESPath expression: {error}") from None


def _params(text: str) -> dict[str, Any]:
    """Parameters given as JSON, in a file (``@FILE``) or on standard input (``@-``)."""
    if text == "@-":
        text = sys.stdin.read()
    elif text.startswith("@"):
        try:
            text = Path(text[1:]).read_text("utf-8")
        except OSError as error:
            raise ValueError(f"--params: cannot read {text[1:]}: {error.strerror}") from None
    try:
        params = json.loads(text)
    except ValueError as error:
        raise ValueError(f"--params is no JSON: {error}") from None
    if not isinstance(params, dict):
        raise ValueError("--params must be a JSON object")
    return cast("dict[str, Any]", params)


def _answer(client: Any, operation: OperationModel, params: Mapping[str, Any], asked: Call) -> dict[str, Any]:
    method = snake_case(operation.name)
    if asked.all_pages:
        return dict(client.get_paginator(method).paginate(**params).build_full_result())
    return dict(getattr(client, method)(**params))


def _saved(body: Any, target: Path | None, length: int | None) -> str:
    """Write a streamed body to a file, showing how far it is; what stands for it in the printed answer."""
    if target is None:
        body.close()
        return "<streamed body: give --save FILE to keep it>"
    # Loaded here: few calls stream, and rich is slow to load.
    from rich.console import Console
    from rich.progress import Progress

    written = 0
    partial = target.with_name(f".{target.name}.part")
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(target.name, total=length)
        with partial.open("wb") as file:
            for chunk in body.iter_chunks(_CHUNK):
                file.write(chunk)
                written += len(chunk)
                progress.update(task, completed=written)
    partial.replace(target)
    return f"<{written} bytes in {target}>"
