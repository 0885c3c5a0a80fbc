"""Collections: the resources that a call lists, page by page. One core, two shells: ``for`` and ``async for``."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any, ClassVar, Generic, Self, TypeVar, cast

from osteon.clients.batches import AsyncItems, Items
from osteon.flow import Flow
from osteon.model.resource_members import ActionMember
from osteon.model.service import ServiceModel
from osteon.naming import method_name
from osteon.pipeline.client_flows import call, next_of, run
from osteon.resources.answers import Related, answer_of
from osteon.resources.base import BaseResource, load
from osteon.resources.members import BatchAction
from osteon.resources.parameters import filler
from osteon.resources.paths import is_list, needs_data
from osteon.resources.root import ResourceMeta, resource_name

T = TypeVar("T")


class Listing:
    """How a collection is listed: compiled once for all resources that have it."""

    def __init__(self, member: ActionMember, service_model: ServiceModel) -> None:
        assert member.request is not None
        assert member.resource is not None
        self.name = member.name
        self.type = member.resource.type
        self.operation = method_name(member.request.operation)
        self._needs_data = needs_data(member.request.params)
        self._fill = filler(member.request.params)
        self._answer = cast("Related", answer_of(member, service_model))

    def params(self, parent: BaseResource, given: Mapping[str, Any]) -> Flow[dict[str, Any]]:
        """The parameters of the calls."""
        params: dict[str, Any] = {}
        self._fill(parent, (yield from load(parent)) if self._needs_data else None, params, None)
        return merged(params, given)

    def resources(
        self, parent: BaseResource, params: Mapping[str, Any], answer: Any, token: type[Any] | None
    ) -> list[Any]:
        """The resources that an answer tells of."""
        data = parent.meta.data
        return list(self._answer(parent, data, params, answer, token) or ())


def merged(base: Mapping[str, Any], over: Mapping[str, Any], *, join: bool = True) -> dict[str, Any]:
    """``over`` put into ``base``: dicts merged, lists joined, all else replaced, as lists are within dicts, too.

    Neither is changed.
    """
    result = {name: _copy(value) for name, value in base.items()}
    for name, value in over.items():
        held = result.get(name)
        if isinstance(held, dict) and isinstance(value, Mapping):
            result[name] = merged(cast("dict[str, Any]", held), cast("Mapping[str, Any]", value), join=False)
        elif join and isinstance(held, list) and isinstance(value, list):
            result[name] = [*held, *_copy(value)]
        else:
            result[name] = _copy(value)
    return result


def _copy(value: Any) -> Any:
    """A copy as deep as dicts and lists go: what the caller later does with his own changes no collection."""
    if isinstance(value, dict):
        return {name: _copy(item) for name, item in cast("dict[str, Any]", value).items()}
    return [_copy(item) for item in value] if is_list(value) else value


class BaseCollection:
    """A question about the resources of a parent; asking it anew, or a narrower one, changes no other."""

    _listing: ClassVar[Listing]

    def __init__(self, parent: BaseResource, params: Mapping[str, Any], token: type[Any] | None = None) -> None:
        self._parent = parent
        self._params = params
        self._token = token

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._parent!r}, {self.meta.service_name}.{self._listing.type})"

    @property
    def meta(self) -> ResourceMeta:
        """The parent's."""
        return self._parent.meta

    def all(self) -> Self:
        """All resources of the collection."""
        return type(self)(self._parent, self._params, self._token)

    def filter(self, **kwargs: Any) -> Self:
        """Those that the call gives with these parameters, added to the ones that are there."""
        return type(self)(self._parent, merged(self._params, kwargs), self._token)

    def limit(self, count: int) -> Self:
        """At most ``count`` of them."""
        return self.filter(limit=count)

    def page_size(self, count: int) -> Self:
        """The same, asked for ``count`` at a time."""
        return self.filter(page_size=count)

    def of(self, cls: type[Any]) -> Any:
        """The same, as resources of a class of the user's own. Raises TypeError for one of another resource."""
        name = resource_name(cls, self.meta.service_name)
        if name != self._listing.type:
            raise TypeError(f"{cls.__qualname__} is a {name}; {self._listing.name} are {self._listing.type} resources")
        return type(self)(self._parent, self._params, cls)

    def _run(self, flow: Flow[Any]) -> Any:
        return run(self.meta.client, flow)

    def _items(self, params: dict[str, Any], answer: Any, left: int | None) -> list[Any]:
        return self._listing.resources(self._parent, params, answer, self._token)[:left]


class _Walk:
    """One pass over the answers. A step that failed, or was cancelled, is the next one again."""

    def __init__(self, collection: BaseCollection) -> None:
        self._collection = collection
        self._given = dict(collection._params)
        self._left: int | None = self._given.pop("limit", None)
        self._size: int | None = self._given.pop("page_size", None)
        self._params: dict[str, Any] | None = None
        self._answers: Any = None
        self._ended = False

    def next_page(self) -> Flow[list[Any] | None]:
        """The resources of the next answer, None after the last."""
        if self._ended:
            return None
        collection = self._collection
        if self._params is None:
            self._params = yield from collection._listing.params(collection._parent, self._given)
        answer = yield from self._answer(self._params)
        if answer is None:
            self._ended = True
            return None
        found = collection._items(self._params, answer, self._left)
        if self._left is not None:
            self._left -= len(found)
            if self._left <= 0:
                self._ended = True
        return found

    def _answer(self, params: dict[str, Any]) -> Flow[Any]:
        client, operation = self._collection.meta.client, self._collection._listing.operation
        if self._answers is None and client.can_paginate(operation):
            config = {"MaxItems": self._left, "PageSize": self._size}
            pages = client.get_paginator(operation).paginate(PaginationConfig=config, **params)
            self._answers = aiter(pages) if hasattr(pages, "__aiter__") else iter(pages)
        if self._answers is not None:
            return (yield from next_of(self._answers))
        answer = yield from call(client, operation, (), params)
        self._ended = True  # there is no other
        return answer

    def page_in_list(self) -> Flow[tuple[list[Any]] | None]:
        """The same, as an iterator hands it out in one piece."""
        page = yield from self.next_page()
        return None if page is None else (page,)


class Collection(BaseCollection, Generic[T]):
    """A collection for ``for``."""

    def __iter__(self) -> Iterator[T]:
        return Items(_Walk(self).next_page, self._run)

    def pages(self) -> Iterator[list[T]]:
        """The resources, a list for each answer of the service."""
        return Items(_Walk(self).page_in_list, self._run)


class AsyncCollection(BaseCollection, Generic[T]):
    """A collection for ``async for``. A wait that is cancelled loses nothing: ask again."""

    def __aiter__(self) -> AsyncIterator[T]:
        return AsyncItems(_Walk(self).next_page, self._run)

    def pages(self) -> AsyncIterator[list[T]]:
        """The resources, a list for each answer of the service."""
        return AsyncItems(_Walk(self).page_in_list, self._run)


class CollectionManager:
    """``parent.things``: not to be iterated itself, it makes the collections that are."""

    _collection: ClassVar[type[BaseCollection]]

    def __init__(self, parent: BaseResource) -> None:
        self._parent = parent

    def __repr__(self) -> str:
        listed = self._collection._listing.type
        return f"{type(self).__name__}({self._parent!r}, {self._parent.meta.service_name}.{listed})"

    @property
    def meta(self) -> ResourceMeta:
        """The parent's."""
        return self._parent.meta

    def iterator(self, **kwargs: Any) -> Any:
        """The collection, with parameters for its call."""
        return self._collection(self._parent, merged({}, kwargs))

    def all(self) -> Any:
        """All resources of the collection."""
        return self.iterator()

    def filter(self, **kwargs: Any) -> Any:
        """Those that the call gives with these parameters."""
        return self.iterator(**kwargs)

    def limit(self, count: int) -> Any:
        """At most ``count`` of them."""
        return self.iterator(limit=count)

    def page_size(self, count: int) -> Any:
        """The same, asked for ``count`` at a time."""
        return self.iterator(page_size=count)

    def pages(self) -> Any:
        """The resources, a list for each answer of the service."""
        return self.iterator().pages()

    def of(self, cls: type[Any]) -> Any:
        """All, as resources of a class of the user's own. Raises TypeError for one of another resource."""
        return self.iterator().of(cls)


#: One class: only type checkers tell apart how the collections it makes are iterated.
AsyncCollectionManager = CollectionManager


def manager_class(
    owner: str, member: ActionMember, service_model: ServiceModel, batch: Mapping[str, BatchAction], base: type[Any]
) -> type[CollectionManager]:
    """The class of a collection's manager, made with its collection's. ``owner``: the class that has the collection."""
    name = f"{owner}.{member.name}Collection"
    listing = Listing(member, service_model)
    collection = type(name, (base,), {**batch, "_listing": listing})
    return type(f"{name}Manager", (CollectionManager,), {**batch, "_collection": collection})
