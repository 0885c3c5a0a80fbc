"""The model files of paths, and the faults of each. What is a fault is decided in osteon.model and osteon.endpoints."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from osteon.exceptions import DataNotFoundError, ModelError
from osteon.model.files import is_object, merge, read_object, read_text
from osteon.naming import did_you_mean
from osteon.schemas.checks import check, checked, placed
from osteon.schemas.formats import Fault, Kind, parse_text
from osteon.schemas.rule_set_checks import rule_set_faults

#: a file's name without its endings -> what kind of file it is; None: endpoint rules, which have a format of their own
KINDS: Mapping[str, Kind | None] = {
    "service-2": "service",
    "paginators-1": "paginators",
    "waiters-2": "waiters",
    "resources-1": "resources",
    "examples-1": "examples",
    "endpoint-rule-set-1": None,
}
_ENDINGS = (".json", ".json.gz")
_EXTRAS = ".sdk-extras"


class ModelFile(NamedTuple):
    path: Path
    #: ``service-2``, ``waiters-2``, ...: the name without its endings
    stem: str


def model_files(paths: Iterable[Path]) -> Iterator[ModelFile]:
    """The model files at the paths, and in folders there. Raises DataNotFoundError for a path without one."""
    for path in paths:
        inside = sorted(path.rglob("*.json*")) if path.is_dir() else [path]
        files = [ModelFile(file, stem) for file in inside if (stem := _stem(file)) is not None]
        if not files:
            names = ", ".join(f"{name}.json" for name in KINDS)
            there = "no model file there" if path.exists() else "no such file"
            hint = did_you_mean(path.name.partition(".")[0], KINDS)
            raise DataNotFoundError(data_path=path, hint=f" ({there}; they are called {names}).{hint}")
        yield from files


def _stem(file: Path) -> str | None:
    stem = next((file.name.removesuffix(ending) for ending in reversed(_ENDINGS) if file.name.endswith(ending)), "")
    return stem if stem.removesuffix(_EXTRAS) in KINDS else None


def file_faults(file: ModelFile) -> tuple[Fault, ...]:
    """The faults of one file, in the order of their lines."""
    try:
        text = read_text(str(file.path))
    except DataNotFoundError as error:
        return (Fault("", f"cannot be read{error.kwargs['hint']}"),)
    except ModelError as error:
        return (Fault("", error.reason),)
    if file.stem.endswith(_EXTRAS):
        return _extras_faults(file, text)
    kind = KINDS[file.stem]
    if kind is None:
        return rule_set_faults(text)
    return check(text, kind, _service_beside(file), _beside(file.path, "waiters-2") if kind == "resources" else None)


def _service_beside(file: ModelFile) -> dict[str, Any] | None:
    """The service file in the same folder, which companions speak of; None where there is none that can be read."""
    return None if file.stem == "service-2" else _beside(file.path, "service-2")


def _beside(path: Path, stem: str) -> dict[str, Any] | None:
    for ending in _ENDINGS:
        try:
            return read_object(str(path.with_name(f"{stem}{ending}")))
        except (DataNotFoundError, ModelError):
            continue
    return None


def _extras_faults(file: ModelFile, text: bytes) -> tuple[Fault, ...]:
    """What a file that is merged into another one adds to the faults of that."""
    raw = parse_text(text)
    if isinstance(raw, Fault):
        return (raw,)
    if not is_object(raw.get("merge")):
        return placed((Fault("", "lacks an object 'merge', which is merged into the model"),), text.decode())
    stem = file.stem.removesuffix(_EXTRAS)
    kind, service = KINDS[stem], _service_beside(file)
    base = _beside(file.path, stem)
    if kind is None or base is None:
        return placed((), text.decode())
    merged = copy.deepcopy(base)
    merge(merged, raw["merge"])
    before = set(checked(base, kind, service))
    new = (fault for fault in checked(merged, kind, service) if fault not in before)
    return placed((fault._replace(pointer=f"/merge{fault.pointer}") for fault in new), text.decode())
