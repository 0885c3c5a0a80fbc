"""The faults of a file of endpoint rules: all of them, though compiling stops at the first. Resolves nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from osteon.endpoints.partitions import Partitions
from osteon.endpoints.ruleset import RuleSet
from osteon.exceptions import ModelError
from osteon.model.files import is_array, is_object
from osteon.naming import did_you_mean
from osteon.schemas.checks import placed
from osteon.schemas.formats import Fault, json_type, parse_text
from osteon.schemas.positions import path_of, pointer_to

#: what the rules' function asks for while they are compiled; its answers are not needed
_PARTITIONS = Partitions({"partitions": [{"id": "aws", "regions": {}, "regionRegex": "^$", "outputs": {}}]})
#: stands for a rule that is wrong, so that the others can be looked at
_NO_RULE: Mapping[str, Any] = {"type": "error", "conditions": [], "error": ""}
_NO_PARAMETER: Mapping[str, Any] = {"type": "string"}
_MOST = 200

#: the keys of each part, and the JSON types of their values
_Keys = Mapping[str, tuple[type, ...]]
_EXPRESSION = (str, dict)
_TOP: _Keys = {"version": (str,), "serviceId": (str,), "parameters": (dict,), "rules": (list,)}
_PARAMETER: _Keys = {
    "type": (str,), "builtIn": (str,), "required": (bool,), "default": (str, bool, list), "documentation": (str,),
    "deprecated": (dict,),
}  # fmt: skip
_RULE: _Keys = {
    "type": (str,), "conditions": (list,), "documentation": (str,), "endpoint": (dict,), "error": _EXPRESSION,
    "rules": (list,),
}  # fmt: skip
_CONDITION: _Keys = {"fn": (str,), "argv": (list,), "assign": (str,)}
_ENDPOINT: _Keys = {"url": _EXPRESSION, "properties": (dict,), "headers": (dict,)}


def rule_set_faults(text: bytes) -> tuple[Fault, ...]:
    """The faults of a file's text, in the order of their lines."""
    raw = parse_text(text)
    if isinstance(raw, Fault):
        return (raw,)
    found = list(_format_faults(raw))
    for fault in found:
        if fault.severity == "error":
            _masked(raw, path_of(fault.pointer))
    return placed((*found, *_compile_faults(raw)), text.decode())


def _compile_faults(raw: dict[str, Any]) -> Iterator[Fault]:
    """Compile again and again, without what was found wrong."""
    for _ in range(_MOST):
        try:
            RuleSet.compile(raw, _PARTITIONS, whole=True)
        except ModelError as error:
            yield Fault(error.pointer, error.reason)
            if not _masked(raw, path_of(error.pointer)):
                return
        except (KeyError, TypeError, AttributeError, ValueError):
            yield Fault("", "is no set of endpoint rules")
            return
        else:
            return


def _masked(raw: dict[str, Any], path: list[str]) -> bool:
    """Put a harmless part in the place of the parameter, or the innermost rule, that a path leads into."""
    if path[:1] == ["parameters"] and len(path) > 1 and is_object(raw.get("parameters")):
        raw["parameters"][path[1]] = _NO_PARAMETER
        return True
    starts = [place for place, key in enumerate(path[:-1]) if key == "rules" and path[place + 1].isdigit()]
    if not starts:
        return False
    holder: Any = raw
    for key in path[: starts[-1]]:
        holder = holder[int(key)] if is_array(holder) else holder[key]
    holder["rules"][int(path[starts[-1] + 1])] = _NO_RULE
    return True


def _format_faults(raw: dict[str, Any]) -> Iterator[Fault]:
    """Keys nobody knows, since a misspelt ``conditions`` would make a rule hold always; values of the wrong type."""
    yield from _keys((), raw, _TOP)
    for name, parameter in _items(raw.get("parameters")):
        yield from _keys(("parameters", name), parameter, _PARAMETER)
    pending: list[tuple[tuple[str | int, ...], Any]] = [((), raw)]
    while pending:
        path, holder = pending.pop()
        for index, rule in _items(holder.get("rules") if is_object(holder) else None):
            place = (*path, "rules", index)
            pending.append((place, rule))
            yield from _keys(place, rule, _RULE)
            if is_object(rule):
                yield from _endpoint((*place, "endpoint"), rule.get("endpoint"))
                for number, condition in _items(rule.get("conditions")):
                    yield from _keys((*place, "conditions", number), condition, _CONDITION)


def _endpoint(path: tuple[str | int, ...], endpoint: Any) -> Iterator[Fault]:
    yield from _keys(path, endpoint, _ENDPOINT)
    url = endpoint.get("url") if is_object(endpoint) else None
    if isinstance(url, str) and "://" not in url and not url.startswith("{"):
        yield Fault(pointer_to((*path, "url")), f"is no URL: {url}")


def _items(value: Any) -> Iterator[tuple[str | int, Any]]:
    if is_object(value):
        yield from value.items()
    elif is_array(value):
        yield from enumerate(value)


def _keys(path: tuple[str | int, ...], value: Any, known: _Keys) -> Iterator[Fault]:
    for key, item in value.items() if is_object(value) else ():
        if key not in known:
            hint = did_you_mean(key, known).strip()
            yield Fault(pointer_to((*path, key)), "is not a key of the format and is ignored", hint, "warning")
        elif type(item) not in known[key]:
            names = " or ".join(json_type(kind()) for kind in known[key])
            yield Fault(pointer_to((*path, key)), f"must be of type {names}, not {json_type(item)}")
