"""``osteon models``: lists, shows and checks models. The checks themselves stand in osteon.model.checks."""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from osteon.cli.finding import loader, operation_of
from osteon.cli.printing import print_json, put
from osteon.clients.docstrings import operation_docstring, plain_text, type_phrase
from osteon.exceptions import DataNotFoundError
from osteon.model.checks import check
from osteon.model.files import read_object
from osteon.model.schema import Fault, Kind
from osteon.model.service import OperationModel, ServiceModel
from osteon.model.shapes import StructureShape
from osteon.naming import snake_case

#: the beginning of a file's name -> what kind of model file it is
KINDS: dict[str, Kind] = {
    "service-": "service", "paginators-": "paginators", "waiters-": "waiters", "resources-": "resources",
}  # fmt: skip
_SUFFIXES = (".json", ".json.gz")


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
        put(f"  {snake_case(name)}")


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


def check_files(paths: Iterable[Path], form: str) -> bool:
    """Print the faults of model files; whether one is an error. Raises DataNotFoundError where there are none."""
    found = [(path, fault) for path in _model_files(paths) for fault in _faults(path)]
    if form == "json":
        print_json([{"file": str(path), **fault._asdict()} for path, fault in found])
    else:
        for path, fault in found:
            put(_line(path, fault))
    return any(fault.severity == "error" for _, fault in found)


def _model_files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        inside = sorted(path.rglob("*")) if path.is_dir() else [path]
        files = [file for file in inside if file.name.endswith(_SUFFIXES) and _kind(file) is not None]
        if not files:
            names = ", ".join(f"{prefix}N.json" for prefix in KINDS)
            raise DataNotFoundError(data_path=path, hint=f": no model file there (they are called {names})")
        yield from files


def _kind(path: Path) -> Kind | None:
    return next((kind for prefix, kind in KINDS.items() if path.name.startswith(prefix)), None)


def _faults(path: Path) -> tuple[Fault, ...]:
    kind = _kind(path)
    if kind is None:
        return ()
    data = path.read_bytes()
    return check(gzip.decompress(data) if path.suffix == ".gz" else data, kind, _service_beside(path))


def _service_beside(path: Path) -> dict[str, Any] | None:
    """The service file in the same folder, which companions speak of."""
    for name in ("service-2.json", "service-2.json.gz"):
        beside = path.with_name(name)
        if beside != path and beside.exists():
            return read_object(str(beside))
    return None


def _line(path: Path, fault: Fault) -> str:
    place = f"{path}:{fault.line}" if fault.line is not None else str(path)
    hint = f" ({fault.hint})" if fault.hint else ""
    return f"{place}: {fault.severity}: {fault.pointer or '/'} {fault.message}{hint}"
