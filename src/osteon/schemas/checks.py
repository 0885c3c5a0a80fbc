"""Checking model files: the format, then what JSON Schema cannot say. Reads no files.

What service files mean is checked in service_checks.py and trait_checks.py, what stands beside them in
companion_checks.py and resource_checks.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from osteon.model.files import is_object
from osteon.schemas.companion_checks import examples_faults, paginators_faults, waiters_faults
from osteon.schemas.formats import Fault, Kind, format_faults, parse_text
from osteon.schemas.positions import lines_of, path_of, repeated_keys
from osteon.schemas.resource_checks import resources_faults
from osteon.schemas.service_checks import Faults, Json, service_faults

_NOTHING: Json = {}


def check(text: str | bytes, kind: Kind, service: Json | None = None, waiters: Json | None = None) -> tuple[Fault, ...]:
    """Every fault of a model file's text, in the order of its lines; empty where it is right.

    ``service`` is the JSON of the service-2 file that a companion belongs to (for a service file, itself is used),
    ``waiters`` that of the waiters-2 file, which resources speak of.
    References are followed out of and into parts whose format is right; the others are known by name alone.
    """
    data = text.encode() if isinstance(text, str) else text
    raw = parse_text(data)
    if isinstance(raw, Fault):
        return (raw,)
    return placed(checked(raw, kind, service, waiters), data.decode())


def checked(raw: Json, kind: Kind, service: Json | None = None, waiters: Json | None = None) -> list[Fault]:
    """The faults of what was read from a file, without their lines. As :func:`check`."""
    faults = format_faults(raw, kind)
    known = _sound(service, format_faults(service, "service")) if service is not None else None
    sound = _sound(raw, faults)
    faults.extend(resources_faults(sound, known, waiters) if kind == "resources" else _MEANING[kind](sound, known))
    return faults


def _upwards(pointer: str) -> Iterator[str]:
    """A pointer, and those of what it stands in, innermost first."""
    while pointer:
        yield pointer
        pointer = pointer.rpartition("/")[0]
    yield ""


def _sound(raw: Json, faults: list[Fault]) -> Json:
    """The content with an empty object in the place of each malformed operation, shape, paginator and so on."""
    sound = {section: dict(parts) if is_object(parts) else parts for section, parts in raw.items()}
    for fault in faults:
        path = path_of(fault.pointer)
        if fault.severity == "warning" or not path or path[0] not in sound:
            continue
        if len(path) > 1 and path[0] not in ("service", "metadata") and is_object(sound[path[0]]):
            sound[path[0]][path[1]] = _NOTHING
        else:
            sound[path[0]] = _NOTHING
    return sound


def placed(faults: Iterable[Fault], text: str) -> tuple[Fault, ...]:
    """Faults with their lines, in the order of these, and what repeated keys hide."""
    repeated = {
        pointer: Fault(pointer, "is there twice in one object: only the last is read", line=line)
        for pointer, line in repeated_keys(text).items()
    }
    faults = tuple(faults)
    lines = lines_of(text, {place for fault in faults for place in _upwards(fault.pointer)})
    # A fault may be of what is not there: it is told where it should be.
    with_lines = (
        fault._replace(line=next((lines[place] for place in _upwards(fault.pointer) if place in lines), 1))
        for fault in faults
    )
    return tuple(sorted((*with_lines, *repeated.values()), key=lambda fault: (fault.line or 0, fault.pointer)))


_MEANING: Mapping[Kind, Callable[[Json, Json | None], Faults]] = {
    "service": service_faults,
    "paginators": paginators_faults,
    "waiters": waiters_faults,
    "examples": examples_faults,
}
