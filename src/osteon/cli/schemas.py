"""``osteon schema``: prints schemas. How they are made stands in osteon.model."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from osteon.cli.finding import loader, operation_of
from osteon.cli.printing import print_json
from osteon.model.service import OperationModel
from osteon.schemas.formats import Kind, file_schema
from osteon.schemas.openapi import openapi_document
from osteon.schemas.shapes import operation_schema
from osteon.schemas.tools import tool_definition

_FORMS: Mapping[str, Callable[[OperationModel], dict[str, Any]]] = {
    "input": lambda operation: operation_schema(operation, "input"),
    "output": lambda operation: operation_schema(operation, "output"),
    "tool": tool_definition,
    "openapi": lambda operation: openapi_document(operation.service_model, [operation.name]),
}


def print_format(kind: Kind) -> None:
    print_json(file_schema(kind))


def print_operation(service: str, operation: str, form: str, folders: Iterable[Path]) -> None:
    """Print an operation in one of the forms ``input``, ``output``, ``tool``, ``openapi``."""
    print_json(_FORMS[form](operation_of(loader(folders).service_model(service), operation)))


def print_service(service: str, operations: Sequence[str], form: str, folders: Iterable[Path]) -> None:
    """Print a service, or those of its operations, as an OpenAPI document or (``tool``) as a list of tools."""
    model = loader(folders).service_model(service)
    names = [operation_of(model, name).name for name in operations] or model.operation_names
    if form == "tool":
        print_json([tool_definition(model.operation_model(name)) for name in names])
    else:
        print_json(openapi_document(model, names))
