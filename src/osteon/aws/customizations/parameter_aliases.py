"""Members that callers know by another name than the model's. The handler only; who registers it: the services."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from osteon.exceptions import AliasConflictParameterError
from osteon.model.service import OperationModel


def alias(name: str, known_as: str) -> Callable[..., None]:
    """A handler that lets the member ``name`` be given as ``known_as`` too. It raises AliasConflictParameterError."""

    def rename(params: dict[str, Any], model: OperationModel, **kwargs: Any) -> None:
        if known_as not in params:
            return
        if name in params:
            raise AliasConflictParameterError(original=name, alias=known_as, operation=model.name)
        params[name] = params.pop(known_as)

    return rename
