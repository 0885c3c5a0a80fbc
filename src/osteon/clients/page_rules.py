"""How an operation is paged, as paginators-1 says it, and what one ``paginate`` was asked for. Calls nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Protocol, cast

from osteon.clients.page_tokens import Tokens, decode
from osteon.exceptions import InvalidExpressionError, PaginationError, ParamValidationError
from osteon.model.expressions import checked
from osteon.model.shapes import StructureShape


class PaginatorRules(Protocol):
    """How an operation is paged, in the terms of paginators-1: tokens and results are JMESPath over the output."""

    @property
    def input_tokens(self) -> tuple[str, ...]: ...

    @property
    def output_tokens(self) -> tuple[str, ...]: ...

    @property
    def result_keys(self) -> tuple[str, ...]: ...

    @property
    def limit_key(self) -> str | None: ...

    @property
    def more_results(self) -> str | None: ...

    @property
    def non_aggregate_keys(self) -> tuple[str, ...]: ...


class Expression:
    """A JMESPath expression over a page; ``expression`` is its text."""

    def __init__(self, expression: str) -> None:
        # Imported here: most programs that make a client page nothing.
        import jmespath

        self.expression = expression
        self.search: Callable[[Any], Any] = jmespath.compile(expression).search

    def assign(self, target: dict[str, Any], value: Any) -> None:
        """Put ``value`` where the expression leads. Raises InvalidExpressionError for other than dotted names."""
        if not self.expression or not {"[", "*"}.isdisjoint(self.expression):
            raise InvalidExpressionError(expression=self.expression)
        *way, last = self.expression.split(".")
        for name in way:
            inner = target.get(name)
            if not isinstance(inner, dict):
                inner = target[name] = {}
            target = cast("dict[str, Any]", inner)
        target[last] = value

    def __repr__(self) -> str:
        return f"Expression({self.expression!r})"


class Paging(NamedTuple):
    """How an operation is paged: a paginator's record with its expressions compiled."""

    input_tokens: tuple[str, ...]
    output_tokens: tuple[Expression, ...]
    #: the first one is the primary: what ``MaxItems`` counts
    result_keys: tuple[Expression, ...]
    more_results: Expression | None
    non_aggregate_keys: tuple[Expression, ...]
    limit_key: str | None
    #: the operation takes its limit as text
    limit_is_text: bool

    @classmethod
    def of(cls, rules: PaginatorRules, input_shape: StructureShape | None) -> Paging:
        """Raises ModelError, without the file, for an expression that is none."""
        limit = input_shape.members.get(rules.limit_key) if input_shape is not None and rules.limit_key else None
        return cls(
            rules.input_tokens,
            _expressions("output_token", rules.output_tokens),
            _expressions("result_key", rules.result_keys),
            None if rules.more_results is None else Expression(checked(rules.more_results, "/more_results")),
            _expressions("non_aggregate_keys", rules.non_aggregate_keys),
            rules.limit_key,
            limit is not None and limit.type == "string",
        )


def _expressions(key: str, texts: tuple[str, ...]) -> tuple[Expression, ...]:
    return tuple([Expression(checked(text, f"/{key}")) for text in texts])


class Request(NamedTuple):
    """What one ``paginate`` was asked for."""

    params: dict[str, Any]
    max_items: int | None = None
    #: tokens to begin with, and how many items of the first page to leave out; None at the beginning
    start: tuple[Tokens, int] | None = None

    @classmethod
    def of(cls, paging: Paging, given: Mapping[str, Any]) -> Request:
        """Read ``paginate``'s keywords.

        Raises PaginationError for a PageSize the operation has no place for, ValueError for what is no number and for
        a bad StartingToken.
        """
        params = dict(given)
        config: Any = params.pop("PaginationConfig", None) or {}
        if not isinstance(config, Mapping):
            raise ParamValidationError(report=f"PaginationConfig must be a dict, not {type(config).__name__}")
        options = cast("Mapping[str, Any]", config)
        token, most = options.get("StartingToken"), options.get("MaxItems")
        if options.get("PageSize") is not None:
            _set_page_size(paging, params, options["PageSize"])
        start = None if token is None else decode(token, paging.input_tokens)
        if start is not None:
            set_tokens(params, start[0])
        return cls(params, None if most is None else int(most), start)


def set_tokens(params: dict[str, Any], tokens: Tokens) -> None:
    """Ask for the page that the tokens lead to; one that is None is not sent."""
    for name, token in tokens.items():
        if token is None or token == "None":
            params.pop(name, None)
        else:
            params[name] = token


def _set_page_size(paging: Paging, params: dict[str, Any], size: Any) -> None:
    if paging.limit_key is None:
        reason = "PageSize parameter is not supported for the pagination interface for this operation."
        raise PaginationError(message=reason)
    params[paging.limit_key] = str(size) if paging.limit_is_text else int(size)
