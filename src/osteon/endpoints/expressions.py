"""Compiles the expressions inside endpoint rules (references, templates, function calls) to closures. No rules.

Every variable has a slot that is known when the rules are compiled, so a scope is a list and a reference an index.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias, TypeGuard

from osteon.endpoints.functions import FUNCTIONS, Function
from osteon.endpoints.partitions import Partitions
from osteon.exceptions import EndpointProviderError, EndpointResolutionError, ModelError
from osteon.naming import did_you_mean

#: The values of parameters and assigned variables, by slot.
Scope: TypeAlias = list[Any]
Evaluate: TypeAlias = Callable[[Scope], Any]

_TEMPLATE_PART = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
_TEMPLATE_NAME = re.compile(r"\{([^{}#]*)")
_ATTRIBUTE_STEP = re.compile(r"([^.\[\]]+)|\[(-?[0-9]+)\]")
_ATTRIBUTE_PATH = re.compile(r"(?:[^.\[\]]+|\[-?[0-9]+\])(?:\.[^.\[\]]+|\[-?[0-9]+\])*")
_HOST_TEXT = re.compile(r"[A-Za-z0-9._-]*")
_PORT = r"[0-5]?[0-9]{1,4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]"
_URL = re.compile(
    r"(?i:https?)://"
    r"(?:[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63})*\.?|\[[0-9A-Fa-f:.]+(?:%[A-Za-z0-9._~%-]+)?\])"
    rf"(?::(?:{_PORT}))?"
    r"(?:/[^\s?#\\\x00-\x20\x7f]*)?"
)


class Variable(NamedTuple):
    """Where a name's value lies, and whether ``parseURL`` made it: such a value's parts may stand in a host."""

    slot: int
    is_url: bool = False


def is_endpoint(url: object) -> TypeGuard[str]:
    """Is ``url`` an http or https URL of a host, perhaps with port and path, and of nothing else?"""
    return isinstance(url, str) and _URL.fullmatch(url) is not None


def is_object(raw: object) -> TypeGuard[dict[str, Any]]:
    """Is ``raw`` a JSON object?"""
    return isinstance(raw, dict)


def is_array(raw: object) -> TypeGuard[list[Any]]:
    """Is ``raw`` a JSON array?"""
    return isinstance(raw, list)


#: The names that can be seen at one place of the rules.
Names: TypeAlias = Mapping[str, Variable]


class Constant:
    """An expression whose value is known when the rules are compiled."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __call__(self, scope: Scope) -> Any:
        return self.value


class ExpressionCompiler(NamedTuple):
    """Makes closures of the expressions of one rule set.

    ``origin`` names the rule set in error texts; ``place`` arguments are JSON pointers in it. What the rules say
    wrongly is a ModelError with that place.
    """

    origin: str
    partitions: Partitions | None
    #: compile every rule at once, not each when it is first reached
    whole: bool = False

    def fault(self, place: str, reason: str) -> ModelError:
        return ModelError(origin=self.origin, pointer=place, reason=reason)

    def part(self, raw: Any, key: str, kind: type[Any], place: str, *, optional: bool = False) -> Any:
        """``raw[key]``, which must be of that kind, and be there unless ``optional`` (then it is an empty one)."""
        value = raw.get(key, kind() if optional else None) if is_object(raw) else None
        if not isinstance(value, kind):
            raise self.fault(place, f"{key!r} must be there and be a {kind.__name__}")
        return value

    def declare(self, names: Names, name: str, place: str, *, is_url: bool = False) -> Names:
        """``names`` with one more, in the next slot. Rules that do not see each other's names may share slots."""
        if name in names:
            raise self.fault(place, f"the name {name!r} is taken already")
        return {**names, name: Variable(len(names), is_url)}

    def condition(self, raw: Any, names: Names, place: str) -> tuple[Evaluate, Names]:
        """A condition, and the names that the rest of its rule sees."""
        evaluate = self._call(raw, names, place)
        if "assign" not in raw:
            return evaluate, names
        name: str = self.part(raw, "assign", str, place)
        names = self.declare(names, name, f"{place}/assign", is_url=raw["fn"] == "parseURL")
        return _assignment(evaluate, names[name].slot), names

    def expression(self, raw: Any, names: Names, place: str) -> Evaluate:
        if isinstance(raw, str):
            return self.template(raw, names, place)
        if isinstance(raw, (bool, int)):
            return Constant(raw)
        if is_array(raw):
            return Constant(tuple(raw)) if all(isinstance(item, str) for item in raw) else self._no_expression(place)
        if is_object(raw) and "ref" in raw:
            return self._reference(raw["ref"], names, f"{place}/ref")
        if is_object(raw) and "fn" in raw:
            return self._call(raw, names, place)
        return self._no_expression(place)

    def structure(self, raw: Any, names: Names, place: str) -> Evaluate:
        """A read-only copy of a JSON value in which every string is a template."""
        if is_object(raw):
            fields = {key: self.structure(value, names, f"{place}/{key}") for key, value in raw.items()}
            return _assembled(fields.values(), lambda values: MappingProxyType(dict(zip(fields, values, strict=True))))
        if is_array(raw):
            return _assembled([self.structure(item, names, f"{place}/{i}") for i, item in enumerate(raw)], tuple)
        return self.template(raw, names, place) if isinstance(raw, str) else Constant(raw)

    def template(self, text: str, names: Names, place: str) -> Evaluate:
        """Text with ``{name}`` and ``{name#attribute}`` in it; doubled braces stand for themselves."""
        return _joined([part for part, _ in self._template_parts(text, names, place)])

    def url(self, raw: Any, names: Names, place: str) -> Evaluate:
        """An expression for the URL of an endpoint; the closure raises EndpointResolutionError for what is no URL."""
        evaluate = self._url_template(raw, names, place) if isinstance(raw, str) else self.expression(raw, names, place)
        origin = self.origin

        def checked(scope: Scope) -> str:
            url = evaluate(scope)
            if not is_endpoint(url):
                raise EndpointResolutionError(
                    msg=f"The endpoint rules of {origin} give {_quoted(url)}, which is no http or https URL of a host "
                    "and a path: check the region and the endpoint_url"
                )
            return url

        return checked

    def _url_template(self, text: str, names: Names, place: str) -> Evaluate:
        parts: list[Evaluate] = []
        before = ""
        for part, source in self._template_parts(text, names, place):
            if isinstance(part, Constant):
                before += str(part.value)
            else:
                in_host = "://" in before and "/" not in before.partition("://")[2]
                variable, _, attribute = source.partition("#")
                if not names[variable].is_url:
                    part = self._host_text(part, source) if in_host else part
                elif attribute in ("path", "normalizedPath"):
                    before += "/"
            parts.append(part)
        return _joined(parts)

    def _host_text(self, part: Evaluate, source: str) -> Evaluate:
        """A part of a host name from a parameter: it must not end the host and begin something else."""
        origin = self.origin

        def checked(scope: Scope) -> Any:
            value = part(scope)
            if _HOST_TEXT.fullmatch(str(value)) is None:
                raise EndpointResolutionError(
                    msg=f"The endpoint rules of {origin} put {source} into a host name, where {_quoted(value)} may not "
                    "stand: letters, digits, '-', '_' and '.' may"
                )
            return value

        return checked

    def _template_parts(self, text: str, names: Names, place: str) -> list[tuple[Evaluate, str]]:
        """The parts of a template, each with what stands between its braces."""
        parts: list[tuple[Evaluate, str]] = []
        literal, end = "", 0
        for found in _TEMPLATE_PART.finditer(text):
            literal += text[end : found.start()]
            end = found.end()
            source = found.group(1)
            if source is None:
                if len(found.group()) == 1:
                    raise self.fault(place, f"a single brace in the template {text!r}")
                literal += found.group()[0]
                continue
            if literal:
                parts.append((Constant(literal), ""))
                literal = ""
            parts.append((self._interpolation(source, names, place), source))
        literal += text[end:]
        if literal or not parts:
            parts.append((Constant(literal), ""))
        return parts

    def _interpolation(self, source: str, names: Names, place: str) -> Evaluate:
        name, _, path = source.partition("#")
        value = self._reference(name, names, place)
        if path:
            value = self._attribute(value, path.replace("#", "."), place)
        origin = self.origin

        def text(scope: Scope) -> str:
            found = value(scope)
            if found is None:
                msg = f"The endpoint rules of {origin} use {{{source}}}, which has no value"
                raise EndpointResolutionError(msg=msg)
            return found if isinstance(found, str) else str(found)

        return text

    def _reference(self, name: str, names: Names, place: str) -> Evaluate:
        variable = names.get(name)
        if variable is None:
            raise self.fault(place, f"no parameter or variable {name!r} is known here.{did_you_mean(name, names)}")
        slot = variable.slot
        return lambda scope: scope[slot]

    def _call(self, raw: Any, names: Names, place: str) -> Evaluate:
        name: str = self.part(raw, "fn", str, place)
        arguments: list[Any] = self.part(raw, "argv", list, place)
        if name == "getAttr" and len(arguments) == 2 and isinstance(arguments[1], str):
            return self._attribute(self.expression(arguments[0], names, f"{place}/argv/0"), arguments[1], place)
        function = self._function(name, place)
        if not function.takes(len(arguments)):
            raise self.fault(place, f"{name} does not take {len(arguments)} arguments")
        return _application(
            function.call, [self.expression(item, names, f"{place}/argv/{i}") for i, item in enumerate(arguments)]
        )

    def _function(self, name: str, place: str) -> Function:
        if name == "aws.partition":
            if self.partitions is None:
                raise EndpointProviderError(
                    msg=f"The endpoint rules of {self.origin} need AWS's partition data (partitions.json), and none "
                    'was found: pip install "osteon[aws]"'
                )
            return Function(self.partitions.outputs, 1, 1)
        function = FUNCTIONS.get(name)
        if function is None:
            known = (*FUNCTIONS, "getAttr", "aws.partition")
            reason = f"no function {name!r} is known for these arguments.{did_you_mean(name, known)}"
            raise self.fault(f"{place}/fn", reason)
        return function

    def _attribute(self, target: Evaluate, path: str, place: str) -> Evaluate:
        if _ATTRIBUTE_PATH.fullmatch(path) is None:
            raise self.fault(place, f"{path!r} is no path of attributes like 'name.other[0]'")
        for name, index in _ATTRIBUTE_STEP.findall(path):
            target = _item(target, name or int(index))
        return target

    def _no_expression(self, place: str) -> Evaluate:
        raise self.fault(place, "not a string, number, boolean, {'ref'} or {'fn', 'argv'}")


def names_read(raw: Any) -> tuple[set[str], int]:
    """The names that expressions anywhere inside ``raw`` read, and how many are assigned there. Compiles nothing."""
    read: set[str] = set()
    assigned = 0
    todo: list[Any] = [raw]
    while todo:
        node = todo.pop()
        if is_object(node):
            read.add(node.get("ref", ""))
            assigned += "assign" in node
            todo.extend(node.values())
        elif is_array(node):
            todo.extend(node)
        elif isinstance(node, str) and "{" in node:
            read.update(_TEMPLATE_NAME.findall(node))
    return read, assigned


def _item(target: Evaluate, key: str | int) -> Evaluate:
    def item(scope: Scope) -> Any:
        try:
            return target(scope)[key]
        except (KeyError, IndexError, TypeError):
            return None

    return item


def _assignment(evaluate: Evaluate, slot: int) -> Evaluate:
    def assign(scope: Scope) -> Any:
        value = scope[slot] = evaluate(scope)
        return value

    return assign


def _application(call: Callable[..., Any], arguments: Sequence[Evaluate]) -> Evaluate:
    if len(arguments) == 1:
        first = arguments[0]
        return lambda scope: call(first(scope))
    if len(arguments) == 2 and isinstance(arguments[1], Constant):
        first, second = arguments[0], arguments[1].value
        return lambda scope: call(first(scope), second)
    return lambda scope: call(*[argument(scope) for argument in arguments])


def _joined(parts: Sequence[Evaluate]) -> Evaluate:
    if len(parts) == 1:
        return parts[0]
    return lambda scope: "".join([part(scope) for part in parts])


def _assembled(parts: Any, make: Callable[[list[Any]], Any]) -> Evaluate:
    held: list[Evaluate] = list(parts)
    if all(isinstance(part, Constant) for part in held):
        return Constant(make([part([]) for part in held]))
    return lambda scope: make([part(scope) for part in held])


def _quoted(value: object) -> str:
    """A value in an error text: no control characters, no walls of text."""
    text = repr(value)
    return text if len(text) <= 100 else f"{text[:100]}..."
