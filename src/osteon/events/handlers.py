"""What a type checker asks of the handlers of each event that has an operation. Loads the model classes; no behaviour.

No Protocol takes ``**kwargs``: its last keyword stands for any that a later osteon may add, so that a type checker
takes only handlers with ``**kwargs`` of their own.
"""

from __future__ import annotations

from typing import Any, Protocol, TypeAlias

from typing_extensions import TypeVar

from osteon.model.service import OperationModel

P_in = TypeVar("P_in", contravariant=True)
R_out = TypeVar("R_out", covariant=True)


class ProvideClientParams(Protocol[P_in, R_out]):
    """``params`` may be changed in place; what is returned, if anything, is used in their place."""

    def __call__(
        self,
        *,
        params: P_in,
        model: OperationModel,
        context: dict[str, Any],
        event_name: str,
        _and_any_later_keyword: object,
    ) -> R_out | None: ...


#: For handlers of many operations, and for those who do without their types.
AnyParams: TypeAlias = ProvideClientParams[dict[str, Any], dict[str, Any]]
