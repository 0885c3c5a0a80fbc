"""``--query``: a JMESPath expression over an answer. What is wrong in itself is told before anything is called."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError
from jmespath.functions import Functions

from osteon.model.files import is_object
from osteon.naming import did_you_mean


def query(text: str | None) -> Any:
    """The compiled expression. Raises ValueError for what is none, and for functions that do not exist."""
    if text is None:
        return None
    try:
        compiled = jmespath.compile(text)
    except JMESPathError as error:
        raise ValueError(f"--query is no JMESPath expression: {error}") from None
    for name in _functions(compiled.parsed):
        if name not in Functions.FUNCTION_TABLE:
            hint = did_you_mean(name, Functions.FUNCTION_TABLE)
            raise ValueError(f"--query names a function that JMESPath has not: {name}.{hint}")
    return compiled


def queried(compiled: Any, answer: Mapping[str, Any]) -> Any:
    """What the expression finds. Raises ValueError where it does not fit the answer."""
    try:
        return answer if compiled is None else compiled.search(answer)
    except JMESPathError as error:
        raise ValueError(f"the call was made, but --query does not fit the answer: {error}") from None


def _functions(node: Mapping[str, Any]) -> Iterator[str]:
    if node["type"] == "function_expression":
        yield node["value"]
    for child in node["children"]:
        if is_object(child):  # slices have numbers
            yield from _functions(child)
