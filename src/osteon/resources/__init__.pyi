# What type checkers see of resources; the files in this folder make them. No import here leads into the house.
# ``filter``, which generated types narrow, takes ``*args: Any, **kwargs: Any``, which any signature may override.
from collections.abc import AsyncIterator, Iterator
from typing import Any, Generic, Self, TypeVar

from osteon.resources.root import Resource as Resource
from osteon.resources.root import ResourceMeta as ResourceMeta

_T = TypeVar("_T", covariant=True)
_C = TypeVar("_C", covariant=True)
_R = TypeVar("_R")

class _BaseResource(Resource):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...

class ServiceResource(_BaseResource):
    """A resource whose methods block and whose attributes load themselves when first read."""

class AsyncServiceResource(_BaseResource):
    """A resource whose methods are awaitable. Its attributes are there once ``await resource.load()`` was done."""

class _Collection:
    @property
    def meta(self) -> ResourceMeta:
        """The parent's."""
    def all(self) -> Self:
        """All resources of the collection."""
    def filter(self, *args: Any, **kwargs: Any) -> Self:
        """Those that the call gives with these parameters, added to the ones that are there."""
    def limit(self, count: int) -> Self:
        """At most ``count`` of them."""
    def page_size(self, count: int) -> Self:
        """The same, asked for ``count`` at a time."""

class Collection(_Collection, Generic[_T]):
    """A collection for ``for``."""

    def __iter__(self) -> Iterator[_T]: ...
    def pages(self) -> Iterator[list[_T]]:
        """The resources, a list for each answer of the service."""
    def of(self, cls: type[_R]) -> Collection[_R]:
        """The same, as resources of a class of the user's own. Raises TypeError for one of another resource."""

class AsyncCollection(_Collection, Generic[_T]):
    """A collection for ``async for``."""

    def __aiter__(self) -> AsyncIterator[_T]: ...
    def pages(self) -> AsyncIterator[list[_T]]:
        """The resources, a list for each answer of the service."""
    def of(self, cls: type[_R]) -> AsyncCollection[_R]:
        """The same, as resources of a class of the user's own. Raises TypeError for one of another resource."""

class _CollectionManager(Generic[_C]):
    @property
    def meta(self) -> ResourceMeta:
        """The parent's."""
    def iterator(self, **kwargs: Any) -> _C:
        """The collection, with parameters for its call."""
    def all(self) -> _C:
        """All resources of the collection."""
    def filter(self, *args: Any, **kwargs: Any) -> _C:
        """Those that the call gives with these parameters."""
    def limit(self, count: int) -> _C:
        """At most ``count`` of them."""
    def page_size(self, count: int) -> _C:
        """The same, asked for ``count`` at a time."""

class CollectionManager(_CollectionManager[_C], Generic[_C, _T]):
    """``parent.things``: not to be iterated itself, it makes the collections that are."""

    def pages(self) -> Iterator[list[_T]]:
        """The resources, a list for each answer of the service."""
    def of(self, cls: type[_R]) -> Collection[_R]:
        """All, as resources of a class of the user's own. Raises TypeError for one of another resource."""

class AsyncCollectionManager(_CollectionManager[_C], Generic[_C, _T]):
    """The same, for collections that are iterated by ``async for``."""

    def pages(self) -> AsyncIterator[list[_T]]:
        """The resources, a list for each answer of the service."""
    def of(self, cls: type[_R]) -> AsyncCollection[_R]:
        """All, as resources of a class of the user's own. Raises TypeError for one of another resource."""
