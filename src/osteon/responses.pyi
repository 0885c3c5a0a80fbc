# What type checkers see of the response of an error. No import here leads into the house.
# Mappings and no TypedDicts: services put more into errors than anybody knows of, and modeled members stand beside
# "Error". pyright takes no overloads of ``get`` but Mapping's own, though the last here takes all that those do.
from abc import ABCMeta
from collections.abc import Mapping
from typing import Any, Literal, overload

from osteon.clients.values import ResponseMetadata

class ErrorDetails(Mapping[str, Any], metaclass=ABCMeta):
    """``response["Error"]``: code and message, and whatever else the service put there."""

    @overload
    def __getitem__(self, key: Literal["Code", "Message"], /) -> str: ...
    @overload
    def __getitem__(self, key: str, /) -> Any: ...
    @overload
    def get(self, key: Literal["Code", "Message"], default: Any = ..., /) -> str: ...
    @overload
    def get(self, key: str, default: Any = ..., /) -> Any: ...  # pyright: ignore[reportIncompatibleMethodOverride]

class ErrorResponse(Mapping[str, Any], metaclass=ABCMeta):
    """``response`` of an error: ``Error``, ``ResponseMetadata`` and the members that the model gives the error."""

    @overload
    def __getitem__(self, key: Literal["Error"], /) -> ErrorDetails: ...
    @overload
    def __getitem__(self, key: Literal["ResponseMetadata"], /) -> ResponseMetadata: ...
    @overload
    def __getitem__(self, key: str, /) -> Any: ...
    @overload
    def get(self, key: Literal["Error"], default: Any = ..., /) -> ErrorDetails: ...
    @overload
    def get(self, key: Literal["ResponseMetadata"], default: Any = ..., /) -> ResponseMetadata: ...
    @overload
    def get(self, key: str, default: Any = ..., /) -> Any: ...  # pyright: ignore[reportIncompatibleMethodOverride]
