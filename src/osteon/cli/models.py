"""``osteon models``: lists, shows and checks models. The checks themselves stand in osteon.schemas.checks."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from osteon.cli.finding import loader, operation_of
from osteon.cli.model_files import file_faults, model_files
from osteon.cli.outcomes import harmless
from osteon.cli.printing import print_json, put
from osteon.clients.docstrings import operation_docstring, plain_text, type_phrase
from osteon.model.service import OperationModel, ServiceModel
from osteon.model.shapes import StructureShape
from osteon.naming import method_name
from osteon.schemas.formats import Fault


def list_services(folders: Iterable[Path], form: str) -> None:
    """Print every service there is a model of."""
    entries = loader(folders).service_index().values()
    if form == "json":
        print_json([{"name": e.name, "version": e.api_version, "id": e.service_id, "aws": e.is_aws} for e in entries])
        return
    width = max((len(entry.name) for entry in entries), default=0)
    for entry in entries:
        put(f"{entry.name:<{width}}  {entry.api_version:<10}  {entry.service_id or ''}")


def show(service: str, operation: str | None, folders: Iterable[Path], form: str) -> None:
    """Print what a service can do, or what one operation takes and gives."""
    model = loader(folders).service_model(service)
    if operation is None:
        _show_service(model, form)
    else:
        _show_operation(operation_of(model, operation), form)


def _show_service(model: ServiceModel, form: str) -> None:
    facts = {
        "name": model.service_name,
        "version": model.api_version,
        "id": model.service_id,
        "protocol": model.resolved_protocol,
        "endpoint_prefix": model.endpoint_prefix,
        "file": model.origin,
    }
    if form == "json":
        print_json({**facts, "operations": model.operation_names})
        return
    for name, value in facts.items():
        put(f"{name:<16}{value}")
    for text in plain_text(model.documentation)[:1]:
        put(f"\n{text}")
    put(f"\n{len(model.operation_names)} operations:")
    for name in model.operation_names:
        put(f"  {method_name(name)}")


def _show_operation(operation: OperationModel, form: str) -> None:
    if form == "text":
        put(operation_docstring(operation))
        return
    errors = [shape.name for shape in operation.error_shapes]
    print_json(
        {
            "name": operation.name,
            "method": operation.http.method,
            "uri": operation.http.request_uri,
            "input": _members(operation.input_shape),
            "output": _members(operation.output_shape),
            "errors": errors,
        }
    )


def _members(shape: StructureShape | None) -> dict[str, Any]:
    if shape is None:
        return {}
    return {
        name: {"type": type_phrase(member), "required": name in shape.required}
        for name, member in shape.members.items()
    }


def check_files(paths: Iterable[Path], form: str, *, strict: bool) -> bool:
    """Print the faults of model files; whether one is an error, or with ``strict`` whether there is any.

    Raises DataNotFoundError for a path without a model file.
    """
    files = list(model_files(paths))
    found = [(file.path, fault) for file in files for fault in file_faults(file)]
    if form == "json":
        print_json([{"file": str(path), **fault._asdict()} for path, fault in found])
    else:
        for path, fault in found:
            put(harmless(_line(path, fault)))
    errors = sum(fault.severity == "error" for _, fault in found)
    print(f"{_counted(len(files), 'file')}: {_summary(errors, len(found) - errors)}", file=sys.stderr)
    return bool(found) if strict else errors > 0


def _summary(errors: int, warnings: int) -> str:
    counts = [_counted(count, what) for count, what in ((errors, "error"), (warnings, "warning")) if count]
    return ", ".join(counts) or "no faults"


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _line(path: Path, fault: Fault) -> str:
    place = f"{path}:{fault.line}" if fault.line is not None else str(path)
    hint = f" ({fault.hint})" if fault.hint else ""
    return f"{place}: {fault.severity}: {fault.pointer or '/'} {fault.message}{hint}"
