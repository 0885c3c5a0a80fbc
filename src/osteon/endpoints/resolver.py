"""Finds the endpoint of a call: binds an operation's parameters to the rules', and keeps answers. No rule syntax."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol, TypeAlias

from osteon.endpoints.expressions import is_array
from osteon.endpoints.ruleset import Endpoint, Parameter, RuleSet
from osteon.exceptions import EndpointResolutionError, ModelError
from osteon.naming import snake_case

logger = logging.getLogger(__name__)

#: How many answers a client keeps: more buckets than that in use at once are worked out anew.
CACHED_ENDPOINTS = 512


class StaticParameter(Protocol):
    """``staticContextParams``: a value that an operation fixes."""

    @property
    def value(self) -> Any: ...


class PathParameter(Protocol):
    """``operationContextParams``: a JMESPath expression over an operation's parameters."""

    @property
    def path(self) -> str: ...


class Operation(Protocol):
    """What must be known of an operation; an ``OperationModel`` is one."""

    @property
    def name(self) -> str: ...

    @property
    def static_context_parameters(self) -> Mapping[str, StaticParameter]: ...

    @property
    def context_parameters(self) -> tuple[tuple[str, str], ...]:
        """Pairs (endpoint parameter, input member)."""
        ...

    @property
    def operation_context_parameters(self) -> Mapping[str, PathParameter]: ...


#: A call's parameters and the client's builtins to the values of a rule set's ``relevant`` parameters.
Binder: TypeAlias = Callable[[Mapping[str, Any], Mapping[str, Any]], tuple[Any, ...]]
_FromParams: TypeAlias = Callable[[Mapping[str, Any]], Any]


class ResolveForOperation(Protocol):
    """The endpoint of one operation's calls, by their parameters.

    ``builtins`` replaces the client's for this call: what ``before-endpoint-resolution`` handlers made of their copy.
    Raises EndpointResolutionError where the rules refuse the values.
    """

    def __call__(self, params: Mapping[str, Any], builtins: Mapping[str, Any] | None = None) -> Endpoint: ...


class EndpointSettings(NamedTuple):
    """What a client gives to its endpoint rules.

    ``builtins``: values by builtin name (``AWS::Region``, ``AWS::UseFIPS``, ``SDK::Endpoint`` for endpoint_url, ...),
    None for those not set. ``client_context``: the service's own client settings by their snake_case name
    (``clientContextParams``). ``use_ssl`` False turns https into http, but in an endpoint_url.
    """

    builtins: Mapping[str, Any]
    client_context: Mapping[str, Any] = MappingProxyType({})
    use_ssl: bool = True


class EndpointResolver:
    """One client's endpoints. Answers are kept in a bounded cache that threads may share; errors are not kept."""

    __slots__ = ("_answer", "_own_endpoint", "ruleset", "settings")

    def __init__(self, ruleset: RuleSet, settings: EndpointSettings) -> None:
        self.ruleset = ruleset
        self.settings = settings
        self._own_endpoint = [i for i, p in enumerate(ruleset.relevant) if p.builtin == "SDK::Endpoint"]
        self._answer = lru_cache(maxsize=CACHED_ENDPOINTS)(self._evaluate)

    def resolve(self, params: Mapping[str, Any]) -> Endpoint:
        """The endpoint for values of the rule set's own parameters (``Region``, ``Bucket``); no builtins are added."""
        return self._resolve(tuple(_hashable(params.get(parameter.name)) for parameter in self.ruleset.relevant))

    def for_operation(self, operation: Operation) -> ResolveForOperation:
        """Compile the binding of one operation. Raises ModelError where a JMESPath expression of it does not parse."""
        bind = context_binder(self.ruleset, operation, self.settings)
        defaults, answer = self.settings.builtins, self._resolve

        def resolve(params: Mapping[str, Any], builtins: Mapping[str, Any] | None = None) -> Endpoint:
            return answer(bind(params, defaults if builtins is None else builtins))

        return resolve

    def _resolve(self, values: tuple[Any, ...]) -> Endpoint:
        try:
            return self._answer(values)
        except TypeError:
            # only hashing raises it: evaluate has a wall of its own, and names the value
            return self._evaluate(values)

    def _evaluate(self, values: tuple[Any, ...]) -> Endpoint:
        endpoint = self.ruleset.evaluate(values)
        given = any(values[i] is not None for i in self._own_endpoint)
        if not self.settings.use_ssl and not given and endpoint.url.startswith("https://"):
            endpoint = endpoint._replace(url=f"http://{endpoint.url[8:]}")
        logger.debug("Endpoint rules of %s give %s", self.ruleset.origin, endpoint.url)
        return endpoint


def context_binder(ruleset: RuleSet, operation: Operation, settings: EndpointSettings) -> Binder:
    """Compile how one operation's calls fill the rule set's parameters.

    The first source that has a value counts: the operation's static value, the input member bound to the parameter, the
    operation's JMESPath expression, the client's own setting, the builtin.
    """
    constants: list[Any] = []
    from_builtins: list[tuple[int, str]] = []
    from_params: list[tuple[int, _FromParams]] = []
    for i, parameter in enumerate(ruleset.relevant):
        static = operation.static_context_parameters.get(parameter.name)
        constant = static.value if static is not None else settings.client_context.get(snake_case(parameter.name))
        constants.append(_hashable(constant))
        if constant is None and parameter.builtin is not None:
            from_builtins.append((i, parameter.builtin))
        if static is None:
            from_params.extend((i, source) for source in _sources(ruleset, operation, parameter))

    def filled(builtins: Mapping[str, Any]) -> list[Any]:
        values = constants.copy()
        for i, name in from_builtins:
            values[i] = builtins.get(name)
        return values

    return _binder(filled, settings.builtins, from_params)


def _binder(
    filled: Callable[[Mapping[str, Any]], list[Any]],
    usual: Mapping[str, Any],
    from_params: list[tuple[int, _FromParams]],
) -> Binder:
    # Most calls have the client's own builtins: what they fill is filled once.
    held = filled(usual)

    def bind(params: Mapping[str, Any], builtins: Mapping[str, Any]) -> tuple[Any, ...]:
        values = held.copy() if builtins is usual else filled(builtins)
        for i, source in from_params:
            value = source(params)
            if value is not None:
                values[i] = _hashable(value)
        return tuple(values)

    return bind


def _sources(ruleset: RuleSet, operation: Operation, parameter: Parameter) -> list[_FromParams]:
    """Where in a call's parameters the value may be, weakest first."""
    sources: list[_FromParams] = []
    bound = operation.operation_context_parameters.get(parameter.name)
    if bound is not None:
        place = f"/operations/{operation.name}/operationContextParams/{parameter.name}"
        sources.append(_jmespath(bound.path, place, ruleset))
    member = dict(operation.context_parameters).get(parameter.name)
    if member is not None:
        sources.append(lambda params: params.get(member))
    return sources


def _jmespath(path: str, place: str, ruleset: RuleSet) -> _FromParams:
    # imported here: six services need it, and every start would pay for it
    import jmespath
    from jmespath.exceptions import JMESPathError

    try:
        expression = jmespath.compile(path)
    except JMESPathError as error:
        raise ModelError(origin=ruleset.origin, pointer=f"{place}/path", reason=str(error)) from None

    def search(params: Mapping[str, Any]) -> Any:
        try:
            return expression.search(params)
        except JMESPathError as error:
            msg = f"The endpoint parameter at {place} cannot be read from these parameters: {error}"
            raise EndpointResolutionError(msg=msg) from None

    return search


def _hashable(value: Any) -> Any:
    return tuple(value) if is_array(value) else value
