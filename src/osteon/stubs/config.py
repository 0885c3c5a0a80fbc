"""The ``[tool.osteon.stubs]`` table of a project: what it may say, checked. Reads no files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from osteon.exceptions import StubsError
from osteon.model.files import is_array, is_object
from osteon.naming import did_you_mean
from osteon.stubs.names import is_name


@dataclass(frozen=True, slots=True)
class Config:
    """A project's settings. Paths are relative to the file that has them."""

    services: tuple[str, ...] = ()
    output: str | None = None
    models: tuple[str, ...] = ()
    docstrings: bool = True
    #: service name -> ``module:Class``: what client() and resource() return for the name
    classes: Mapping[str, str] = field(default_factory=dict[str, str])
    async_classes: Mapping[str, str] = field(default_factory=dict[str, str])
    resource_classes: Mapping[str, str] = field(default_factory=dict[str, str])
    async_resource_classes: Mapping[str, str] = field(default_factory=dict[str, str])

    @classmethod
    def of(cls, document: Mapping[str, Any], origin: str) -> Config:
        """From a parsed TOML file, of which only this table is looked at. Raises StubsError."""
        table: Any = document
        for part in ("tool", "osteon", "stubs"):
            table = table.get(part, {}) if is_object(table) else table
        if not is_object(table):
            raise StubsError(reason=f"{origin}: tool.osteon.stubs must be a table")
        given: dict[str, Any] = {}
        for key, value in table.items():
            name = key.replace("-", "_")
            read = _READERS.get(name)
            if read is None:
                hint = did_you_mean(key, _READERS)
                raise StubsError(reason=f"{origin}: tool.osteon.stubs has no option {key!r}.{hint}")
            given[name] = read(f"{origin}: tool.osteon.stubs.{key}", value)
        return cls(**given)


def _text(where: str, value: Any) -> str:
    if not isinstance(value, str):
        raise StubsError(reason=f"{where} must be text")
    return value


def _texts(where: str, value: Any) -> tuple[str, ...]:
    items: list[Any] = value if is_array(value) else [value]
    return tuple(_text(where, item) for item in items)


def _flag(where: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise StubsError(reason=f"{where} must be true or false")
    return value


def _class_paths(where: str, value: Any) -> Mapping[str, str]:
    if not is_object(value):
        raise StubsError(reason=f'{where} must be a table such as s3 = "myapp.clients:MyS3"')
    for service, path in value.items():
        module, _, name = _text(f"{where}.{service}", path).partition(":")
        if not (is_name(name) and all(map(is_name, module.split(".")))):
            raise StubsError(reason=f"{where}.{service} must be module:Class, not {path!r}")
    return dict(value)


_READERS: Mapping[str, Callable[[str, Any], Any]] = {
    "services": _texts, "output": _text, "models": _texts, "docstrings": _flag, "classes": _class_paths,
    "async_classes": _class_paths, "resource_classes": _class_paths, "async_resource_classes": _class_paths,
}  # fmt: skip
