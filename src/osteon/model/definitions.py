"""A service's raw JSON, packed so that single operations and shapes can be parsed alone. No files, no models."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import accumulate, pairwise
from typing import Any, NamedTuple, Protocol, TypeAlias

import orjson

from osteon.exceptions import ModelError
from osteon.model.files import is_array, is_object, parse_object

Json: TypeAlias = dict[str, Any]


class Definitions(Protocol):
    """The raw JSON of one service, part by part, so that only what is used is parsed."""

    @property
    def origin(self) -> str:
        """Where it came from, for error texts: a file's path, or what stands for one."""
        ...

    @property
    def service_name(self) -> str:
        """The name a client is asked for by; empty where the model came from nowhere."""
        ...

    @property
    def from_botocore(self) -> bool:
        """It is part of the botocore package's data."""
        ...

    @property
    def version(self) -> str:
        """The version that its folder is named by; empty where it came from no such folder."""
        ...

    def top(self) -> Mapping[str, Any]:
        """Everything but ``operations`` and ``shapes``."""
        ...

    def operation_names(self) -> tuple[str, ...]: ...

    def operation(self, name: str) -> Mapping[str, Any] | None: ...

    def shape_names(self) -> tuple[str, ...]: ...

    def shape(self, name: str) -> Mapping[str, Any] | None: ...

    def documentation(self, *path: str) -> str:
        """The documentation of the part at ``path`` (``"shapes", name, "members", member``), or empty."""
        ...


class Provenance(NamedTuple):
    """Where a model came from."""

    #: a file's path, or what stands for one; for error texts
    origin: str
    #: the name a client is asked for by; empty where the model came from nowhere
    service_name: str = ""
    #: from the data of the botocore package
    from_botocore: bool = False
    #: of the folder; empty where there is none
    version: str = ""


class PackedDefinitions:
    """The raw JSON of one service without its documentation; parts are parsed when asked for and not kept.

    ``packed`` is what :func:`pack` makes: a line of JSON (the top level, and names and ends of all parts), then the
    parts. ``full`` reads the whole model again: for documentation, and for parts that turn out to be damaged.
    Raises ValueError where the first line is not usable.
    """

    __slots__ = ("_base", "_full", "_held", "_operations", "_packed", "_provenance", "_shapes", "_top")

    def __init__(self, packed: bytes, provenance: Provenance, full: Callable[[], Json]) -> None:
        self._base = packed.index(b"\n") + 1
        head = orjson.loads(packed[: self._base])
        try:
            self._top: Json = head["top"]
            self._operations = _index(head["operations"])
            self._shapes = _index(head["shapes"])
        except (KeyError, TypeError) as error:
            raise ValueError("not a packed model") from error
        self._packed = memoryview(packed)
        self._provenance = provenance
        self._full = full
        self._held: Json | None = None

    @property
    def origin(self) -> str:
        return self._provenance.origin

    @property
    def service_name(self) -> str:
        return self._provenance.service_name

    @property
    def from_botocore(self) -> bool:
        return self._provenance.from_botocore

    @property
    def version(self) -> str:
        return self._provenance.version

    def top(self) -> Mapping[str, Any]:
        """Everything but ``operations``, ``shapes`` and documentation."""
        return self._top

    def operation_names(self) -> tuple[str, ...]:
        return tuple(self._operations)

    def operation(self, name: str) -> Mapping[str, Any] | None:
        return self._part("operations", self._operations, name)

    def shape_names(self) -> tuple[str, ...]:
        return tuple(self._shapes)

    def shape(self, name: str) -> Mapping[str, Any] | None:
        return self._part("shapes", self._shapes, name)

    def documentation(self, *path: str) -> str:
        """HTML at ``path``; empty where there is none. The first call reads the full model, which is then kept."""
        if self._held is None:
            self._held = self._full()
        node: Any = self._held
        for part in (*path, "documentation"):
            node = node.get(part) if is_object(node) else None
        return node if isinstance(node, str) else ""

    def _part(self, section: str, index: Mapping[str, tuple[int, int]], name: str) -> Json | None:
        place = index.get(name)
        if place is None:
            return None
        try:
            return parse_object(self._packed[self._base + place[0] : self._base + place[1]], self.origin)
        except (ModelError, TypeError):  # a damaged cache: the model itself still has the part
            part: Json | None = self._full().get(section, {}).get(name)
            return None if part is None else _bare(part)


def definitions_from_dict(model: Mapping[str, Any], service_name: str = "") -> PackedDefinitions:
    """Definitions over a model in memory, detached from the caller's dict. Raises ModelError where it is not JSON."""
    origin = service_name or "<dict>"
    raw = parse_object(_written(model, origin), origin)
    return PackedDefinitions(pack(raw, origin), Provenance(origin, service_name), lambda: raw)


def pack(model: Mapping[str, Any], origin: str) -> bytes:
    """A model without documentation, in the form PackedDefinitions reads. Raises ModelError for parts of wrong type."""
    top = {key: value for key, value in model.items() if key not in _SECTIONS and key != "documentation"}
    sections = [_section(model, name, origin) for name in _SECTIONS]
    lengths = [len(part) for section in sections for part in section.parts]
    ends = list(accumulate(lengths, initial=0))
    head: Json = {"top": top}
    first = 0
    for section in sections:
        last = first + len(section.parts)
        head[section.name] = [section.keys, ends[first : last + 1]]
        first = last
    return b"".join([_written(head, origin), b"\n", *(part for section in sections for part in section.parts)])


_SECTIONS = ("operations", "shapes")
#: where a part holds references, which carry documentation of their own
_SINGLE = ("input", "output", "member", "key", "value")


class _Section(NamedTuple):
    name: str
    keys: list[str]
    parts: list[bytes]


def _section(model: Mapping[str, Any], name: str, origin: str) -> _Section:
    parts = model.get(name, {})
    if not is_object(parts):
        raise ModelError(origin=origin, pointer=f"/{name}", reason="must be an object")
    for key, part in parts.items():
        if not is_object(part):
            raise ModelError(origin=origin, pointer=f"/{name}/{key}", reason="must be an object")
    return _Section(name, list(parts), [_written(_bare(part), origin) for part in parts.values()])


def _written(value: Mapping[str, Any], origin: str) -> bytes:
    """A value as JSON text. Raises ModelError for one that is none, or is nested deeper than any model."""
    try:
        return orjson.dumps(value)
    except (orjson.JSONEncodeError, RecursionError) as error:
        raise ModelError(origin=origin, reason=f"not JSON: {error}") from None


def _bare(part: Json) -> Json:
    """An operation or shape without its documentation and that of the references in it."""
    bare: Json = _undocumented(part)
    for key in _SINGLE:
        if key in bare:
            bare[key] = _undocumented(bare[key])
    if is_object(members := bare.get("members")):
        bare["members"] = {name: _undocumented(ref) for name, ref in members.items()}
    if is_array(errors := bare.get("errors")):
        bare["errors"] = [_undocumented(ref) for ref in errors]
    return bare


def _undocumented(value: Any) -> Any:
    if not is_object(value):
        return value
    return {key: item for key, item in value.items() if key != "documentation"}


def _index(section: Iterable[Any]) -> dict[str, tuple[int, int]]:
    names, ends = section
    return dict(zip(names, pairwise(ends), strict=True))
