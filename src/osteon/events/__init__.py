"""The public names of the event system, each loaded when first asked for; the ``.pyi`` beside this types them."""

from __future__ import annotations

from importlib import import_module
from typing import Any

# Lazy, since OperationModel and the Protocols that mention it cost pydantic, which an emitter does not need.
_HOMES = {
    **dict.fromkeys(
        (
            "AfterCall", "AfterCallError", "AnyParams", "AsyncAfterCall", "AsyncAfterCallError",
            "AsyncAnyParams", "AsyncBeforeCall", "AsyncBeforeEndpointResolution", "AsyncBeforeParameterBuild",
            "AsyncBeforeParse", "AsyncBeforeSend", "AsyncBeforeSign", "AsyncChooseSigner", "AsyncNeedsRetry",
            "AsyncParamsHandler", "AsyncRequestCreated", "AsyncResponseReceived",
            "BeforeCall", "BeforeEndpointResolution", "BeforeParameterBuild", "BeforeParse", "BeforeSend",
            "BeforeSign", "ChooseServiceName", "ChooseSigner", "CreatingSerializer", "Getattr", "Handled", "NeedsRetry",
            "ParamsHandler", "ProvideClientParams", "RequestCreated", "ResponseReceived",
        ),
        "osteon.events.handlers",
    ),
    **dict.fromkeys(
        ("AsyncParamsHook", "Branch", "CreatingClass", "CreatingResourceClass", "Hook", "ParamsHook"),
        "osteon.events.hooks",
    ),
    "Emitter": "osteon.events.emitter",
    "Handler": "osteon.events.trie",
    "OperationModel": "osteon.model.service",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_HOMES[name]), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
