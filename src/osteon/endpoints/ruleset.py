"""Endpoint rule sets: compiled once to closures, evaluated to an Endpoint. No files, no cache, no binding.

Facts: the Smithy specification, "Rules engine specification"; the file is ``endpoint-rule-set-1.json``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias

from osteon.endpoints.expressions import Evaluate, ExpressionCompiler, Names, Scope, Variable, is_array, names_read
from osteon.endpoints.partitions import Partitions
from osteon.exceptions import EndpointProviderError, EndpointResolutionError, ModelError
from osteon.naming import did_you_mean


class EndpointAuthScheme(NamedTuple):
    """One way to sign that an endpoint names; what it does not say is None. ``properties`` is all that it says."""

    name: str
    signing_name: str | None
    signing_region: str | None
    signing_region_set: tuple[str, ...] | None
    disable_double_encoding: bool | None
    disable_normalize_path: bool | None
    properties: Mapping[str, Any]


class Endpoint(NamedTuple):
    """Where a request goes. ``url`` is well formed: scheme, host, perhaps a port and a path; no query, no user.

    ``headers`` are to be set on the request. ``auth_schemes`` are those of ``properties["authSchemes"]``, best first.
    """

    url: str
    properties: Mapping[str, Any] = MappingProxyType({})
    headers: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    auth_schemes: tuple[EndpointAuthScheme, ...] = ()


class Parameter(NamedTuple):
    """One input of a rule set. ``builtin`` names a setting of the client that fills it (``AWS::Region``)."""

    name: str
    #: str, bool, or tuple (of strings)
    kind: type[Any]
    required: bool = False
    default: Any = None
    builtin: str | None = None

    def accept(self, value: Any) -> Any:
        """The value or the default. Raises EndpointResolutionError where one is missing or of another type."""
        if value is None:
            if self.default is None and self.required:
                raise EndpointResolutionError(msg=f"Cannot find value for required parameter {self.name}")
            return self.default
        if not isinstance(value, self.kind):
            raise EndpointResolutionError(msg=f"Value ({self.name}) is the wrong type. Must be {self.kind}.")
        return value


#: A rule's answer, or None where the rule does not apply; error rules raise.
Rule: TypeAlias = Callable[[Scope], Endpoint | None]


class RuleSet(NamedTuple):
    """A compiled rule set; immutable, shared by all clients of a service and by threads."""

    origin: str
    #: all parameters, in the file's order
    parameters: Mapping[str, Parameter]
    #: those the answer depends on (read by a rule, or required), in the order in which :meth:`evaluate` takes them
    relevant: tuple[Parameter, ...]
    #: where their values go in a scope, and how large that is
    slots: tuple[int, ...]
    size: int
    rules: tuple[Rule, ...]

    @classmethod
    def compile(
        cls, raw: Mapping[str, Any], partitions: Partitions | None, origin: str = "this service", *, whole: bool = False
    ) -> RuleSet:
        """Compile the parsed JSON of a rule set; ``origin`` names it in error texts. As :meth:`restore`."""
        return cls.restore(condensed(raw), partitions, origin, whole=whole)

    @classmethod
    def restore(
        cls, kept: Mapping[str, Any], partitions: Partitions | None, origin: str, *, whole: bool = False
    ) -> RuleSet:
        """Compile what :func:`condensed` kept of a rule set. Raises KeyError or TypeError for anything else.

        Rules become closures when they are first reached (S3's would take 15 ms), unless ``whole``. So here or from
        :meth:`evaluate`: raises ModelError where the rules say something impossible, and EndpointProviderError where
        they need partitions and ``partitions`` is None.
        """
        raw, read, assigned = kept["rules"], frozenset[str](kept["read"]), int(kept["assigned"])
        terms = ExpressionCompiler(origin, partitions, whole)
        given: Mapping[str, Any] = terms.part(raw, "parameters", dict, "")
        parameters = {name: _parameter(name, item, terms) for name, item in given.items()}
        names: Names = {name: Variable(slot) for slot, name in enumerate(parameters)}
        try:
            rules = _rules(raw, names, "", terms)
        except RecursionError:
            raise terms.fault("/rules", "nested too deeply") from None
        relevant = tuple(p for p in parameters.values() if p.required or p.name in read)
        slots = tuple(names[parameter.name].slot for parameter in relevant)
        return cls(origin, MappingProxyType(parameters), relevant, slots, len(parameters) + assigned, rules)

    def evaluate(self, values: Sequence[Any]) -> Endpoint:
        """The endpoint for the values of the ``relevant`` parameters, in their order; None stands for no value.

        Raises EndpointResolutionError: the rules refuse the values, or no rule applies.
        """
        scope: Scope = [None] * self.size
        for slot, parameter, value in zip(self.slots, self.relevant, values, strict=True):
            scope[slot] = parameter.accept(value)
        try:
            for rule in self.rules:
                endpoint = rule(scope)
                if endpoint is not None:
                    return endpoint
        except RecursionError:
            raise ModelError(origin=self.origin, pointer="/rules", reason="nested too deeply") from None
        except (TypeError, AttributeError, ValueError, KeyError) as error:
            msg = f"The endpoint rules of {self.origin} use a value of the wrong type ({type(error).__name__}: {error})"
            raise EndpointProviderError(msg=msg) from None
        given = "\n".join(f"{p.name}: {v}" for p, v in zip(self.relevant, values, strict=True) if v is not None)
        raise EndpointResolutionError(msg=f"No endpoint found for parameters:\n{given}")


def condensed(raw: Mapping[str, Any]) -> dict[str, Any]:
    """A rule set as JSON with what takes a walk through all of it: the names that rules read, how many they assign."""
    read, assigned = names_read(raw.get("rules"))
    return {"rules": raw, "read": sorted(read), "assigned": assigned}


_KINDS: Mapping[str, type[Any]] = MappingProxyType({"string": str, "boolean": bool, "stringarray": tuple})


def _parameter(name: str, raw: Any, terms: ExpressionCompiler) -> Parameter:
    place = f"/parameters/{name}"
    written: str = terms.part(raw, "type", str, place)
    kind = _KINDS.get(written.lower())
    if kind is None:
        known = "string, boolean and stringArray"
        raise terms.fault(f"{place}/type", f"unknown parameter type {written!r}; known are {known}")
    default = raw.get("default")
    default = tuple(default) if is_array(default) else default
    if default is not None and not isinstance(default, kind):
        raise terms.fault(f"{place}/default", f"not a {written}")
    return Parameter(name, kind, bool(raw.get("required")), default, raw.get("builtIn"))


def _rules(raw: Any, names: Names, place: str, terms: ExpressionCompiler) -> tuple[Rule, ...]:
    items: list[Any] = terms.part(raw, "rules", list, place)
    return tuple(_rule(item, names, f"{place}/rules/{i}", terms) for i, item in enumerate(items))


def _rule(raw: Any, names: Names, place: str, terms: ExpressionCompiler) -> Rule:
    kind: str = terms.part(raw, "type", str, place)
    make = _KINDS_OF_RULE.get(kind)
    if make is None:
        raise terms.fault(f"{place}/type", f"unknown rule type {kind!r}.{did_you_mean(kind, _KINDS_OF_RULE)}")
    conditions: list[Evaluate] = []
    given: list[Any] = terms.part(raw, "conditions", list, place, optional=True)
    for i, condition in enumerate(given):
        evaluate, names = terms.condition(condition, names, f"{place}/conditions/{i}")
        conditions.append(evaluate)
    outcome = partial(make, raw, names, place, terms)
    return _conditional(tuple(conditions), outcome() if terms.whole else _deferred(outcome))


def _deferred(compile_rule: Callable[[], Rule]) -> Rule:
    compiled: Rule | None = None

    def deferred(scope: Scope) -> Endpoint | None:
        nonlocal compiled
        if compiled is None:
            # two threads may both compile it: what they make is the same
            compiled = compile_rule()
        return compiled(scope)

    return deferred


def _conditional(conditions: tuple[Evaluate, ...], rule: Rule) -> Rule:
    if not conditions:
        return rule

    def conditional(scope: Scope) -> Endpoint | None:
        for condition in conditions:
            met = condition(scope)
            if met is None or met is False:
                return None
        return rule(scope)

    return conditional


def _tree_rule(raw: Any, names: Names, place: str, terms: ExpressionCompiler) -> Rule:
    rules = _rules(raw, names, place, terms)

    def tree(scope: Scope) -> Endpoint | None:
        for rule in rules:
            endpoint = rule(scope)
            if endpoint is not None:
                return endpoint
        return None

    return tree


def _error_rule(raw: Any, names: Names, place: str, terms: ExpressionCompiler) -> Rule:
    message = terms.expression(raw.get("error"), names, f"{place}/error")

    def refuse(scope: Scope) -> Endpoint | None:
        raise EndpointResolutionError(msg=message(scope))

    return refuse


def _endpoint_rule(raw: Any, names: Names, place: str, terms: ExpressionCompiler) -> Rule:
    endpoint: Mapping[str, Any] = terms.part(raw, "endpoint", dict, place)
    place = f"{place}/endpoint"
    url = terms.url(endpoint.get("url"), names, f"{place}/url")
    properties = terms.structure(endpoint.get("properties", {}), names, f"{place}/properties")
    given: Mapping[str, Any] = terms.part(endpoint, "headers", dict, place, optional=True)
    headers = {name: _header(terms.part(given, name, list, f"{place}/headers"), names, place, terms) for name in given}

    def answer(scope: Scope) -> Endpoint:
        found = properties(scope)
        return Endpoint(
            url(scope),
            found,
            MappingProxyType({name: tuple(value(scope) for value in values) for name, values in headers.items()}),
            tuple(_auth_scheme(scheme) for scheme in found.get("authSchemes", ())),
        )

    return answer


def _header(values: list[Any], names: Names, place: str, terms: ExpressionCompiler) -> list[Evaluate]:
    return [terms.expression(value, names, f"{place}/headers") for value in values]


_KINDS_OF_RULE: Mapping[str, Callable[[Any, Names, str, ExpressionCompiler], Rule]] = MappingProxyType(
    {"endpoint": _endpoint_rule, "error": _error_rule, "tree": _tree_rule}
)


def _auth_scheme(raw: Mapping[str, Any]) -> EndpointAuthScheme:
    return EndpointAuthScheme(
        name=raw["name"],
        signing_name=raw.get("signingName"),
        signing_region=raw.get("signingRegion"),
        signing_region_set=raw.get("signingRegionSet"),
        disable_double_encoding=raw.get("disableDoubleEncoding"),
        disable_normalize_path=raw.get("disableNormalizePath"),
        properties=raw,
    )
