"""What generated packages do at run time: their names made from the model when asked for, and their sessions.

A class that ``osteon stubs`` describes is a marker here (clients and resources: ``SERVICE`` and ``RESOURCE`` only),
the interned class of a modeled error, a real TypedDict or Literal, or the class of osteon's that it narrows.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from importlib import import_module
from typing import Any, ForwardRef, TypeAlias

from typing_extensions import TypedDict

from osteon.clients.base import Client
from osteon.clients.errors import error_class
from osteon.composition import AsyncSession, Session
from osteon.model.loader import Loader
from osteon.model.service import ServiceModel
from osteon.naming import did_you_mean
from osteon.resources.root import Resource
from osteon.sharing import cached_property
from osteon.stubs.additions import NOTHING, Additions
from osteon.stubs.annotations import Form, Item
from osteon.stubs.layout import literal_text, value_text
from osteon.stubs.resources import collection_names
from osteon.stubs.service import ServiceStub, Source

Names: TypeAlias = tuple[Callable[[str], Any], Callable[[], list[str]]]
Tokens: TypeAlias = Mapping[str, str]


def service_names(module: str, file: str, *, service: str, api_version: str, data_path: tuple[str, ...] = ()) -> Names:
    """``__getattr__`` and ``__dir__`` for the twin of a service's ``.pyi``. ``data_path`` is relative to its folder."""
    names = _ServiceNames(module, service, api_version, _beside(file, data_path))
    return names.get, names.all


def names_beside(module: str, other: str) -> Names:
    """The same for a module that types a part of what is another one's, beside it."""
    home = f"{module.rpartition('.')[0]}.{other}"
    return lambda name: getattr(import_module(home), name), lambda: dir(import_module(home))


class _ServiceNames:
    """The names of one module, each made when first asked for."""

    def __init__(self, module: str, service: str, api_version: str, data_path: tuple[str, ...]) -> None:
        self._module, self._service, self._api_version = module, service, api_version
        self._data_path = data_path
        self._made: dict[str, Any] = {}
        #: TypedDicts under way: a shape that holds itself holds a reference to the name
        self._open: set[str] = set()

    def get(self, name: str) -> Any:
        """Raises AttributeError, with the close names."""
        if name.startswith("__"):
            raise AttributeError(f"module {self._module!r} has no attribute {name!r}")
        if name not in self._made:
            make = self._makers.get(name)
            if make is None:
                hint = did_you_mean(name, self._makers)
                raise AttributeError(f"module {self._module!r} has no attribute {name!r}.{hint}")
            self._keep(name, make())
        return self._made[name]

    def _keep(self, name: str, made: Any) -> None:
        """In the module itself, too: there typing and pydantic look for what a type that holds itself refers to."""
        self._made[name] = made
        module = sys.modules.get(self._module)
        if module is not None:
            setattr(module, name, made)

    def all(self) -> list[str]:
        return sorted(self._makers)

    @cached_property
    def _stub(self) -> ServiceStub:
        return ServiceStub(Source.load(Loader(self._data_path), self._service, self._api_version, book=_book))

    @cached_property
    def _makers(self) -> Mapping[str, Callable[[], Any]]:
        return dict([*self._classes(), *self._errors(), *self._narrowed(), *self._shapes(), *self._operations()])

    # --- what each name is made of

    def _classes(self) -> Iterator[tuple[str, Callable[[], Any]]]:
        stub = self._stub
        names = (f"{stub.prefix}Client", f"Async{stub.prefix}Client")
        yield from ((name, partial(self._marker, name, Client)) for name in names)
        if stub.service_resource is None:
            return
        top = "ServiceResource"
        named = [(top, f"{stub.prefix}Resource"), (top, f"Async{stub.prefix}Resource")]
        for resource in stub.resources:
            named += [(resource.model.name, resource.name), (resource.model.name, resource.async_name)]
        yield from ((name, partial(self._marker, name, Resource, RESOURCE=which)) for which, name in named)

    def _marker(self, name: str, base: type[Any], **attributes: str) -> type[Any]:
        return type(name, (base,), {"__module__": self._module, "SERVICE": self._service, **attributes})

    def _errors(self) -> Iterator[tuple[str, Callable[[], Any]]]:
        yield from ((name, partial(error_class, self._stub.model, shape)) for shape, name in self._stub.errors)

    def _narrowed(self) -> Iterator[tuple[str, Callable[[], Any]]]:
        stub = self._stub
        for ending, home in _NARROWED.items():
            yield f"{stub.prefix}{ending}", partial(_imported, home)
            yield f"Async{stub.prefix}{ending}", partial(_imported, home)
        for kind, stubs in (("Paginator", stub.paginators), ("Waiter", stub.waiters)):
            for each in stubs:
                yield each.name, partial(_imported, f"osteon.clients:{kind}")
                yield each.async_name, partial(_imported, f"osteon.clients:Async{kind}")
        for name, way in collection_names(stub):
            home = "CollectionManager" if name.endswith("Manager") else f"{way}Collection"
            yield name, partial(_imported, f"osteon.resources.collections:{home}")

    def _shapes(self) -> Iterator[tuple[str, Callable[[], Any]]]:
        stub = self._stub
        yield from ((name, partial(self._value, literal_text(values))) for name, values in stub.annotations.enums)
        for side in stub.sides:
            for name, shape, form in side.annotations.structures:
                items = partial(side.annotations.items, shape, form)
                yield name, partial(self._typed_dict, name, items, read_only=form is Form.IN)
        for name, record in stub.records:
            yield name, partial(self._typed_dict, name, partial(stub.client_side.record_items, record))

    def _operations(self) -> Iterator[tuple[str, Callable[[], Any]]]:
        for side in self._stub.sides:
            for each in side.operations:
                items = partial(side.request_items, each)
                yield each.request, partial(self._typed_dict, each.request, items)
                if each.model.input_shape is not None and each.model.input_shape.required:
                    yield each.options, partial(self._typed_dict, each.options, partial(_optional, items))
                if each.params:
                    yield each.params, partial(self._typed_dict, each.params, partial(_unsure, items))
                for name, way in {each.response: False, each.async_response: True}.items():
                    answer = partial(side.response_items, each, asynchronous=way and each.streams)
                    yield name, partial(self._typed_dict, name, answer)

    def _typed_dict(self, name: str, items: Callable[[], list[Item]], *, read_only: bool = False) -> Any:
        if name in self._open:
            return ForwardRef(name)
        self._open.add(name)
        imports = self._stub.shape_imports
        fields = {item.key: self._value(value_text(item, imports, read_only=read_only)) for item in items()}
        self._open.discard(name)
        made: Any = TypedDict(name, fields)  # type: ignore[misc]  # made at run time
        made.__module__ = self._module
        return made

    def _value(self, annotation: str) -> Any:
        # The text is the generator's own, of checked names and repr() of strings: what the .pyi says, evaluated.
        return eval(annotation, {"__builtins__": _BUILTINS}, _Scope(self))

    def resolved(self, name: str) -> Any:
        """A name as the annotations use it: an import, or a name of the module."""
        home = self._stub.shape_imports.home(name)
        if home is not None:
            return getattr(import_module(home[0]), home[1])
        return ForwardRef(name) if name in self._open else self.get(name)


#: ``|`` between types imports ``typing`` in the name of who evaluates it, from Python 3.13 on.
_BUILTINS = {"__import__": __import__}


def _unsure(items: Callable[[], list[Item]]) -> list[Item]:
    """As handlers may meet them: nothing is validated yet."""
    return [replace(item, required=False) for item in items()]


def _optional(items: Callable[[], list[Item]]) -> list[Item]:
    return [item for item in items() if not item.required]


class _Scope(dict[str, Any]):
    """Where annotations are evaluated."""

    def __init__(self, names: _ServiceNames) -> None:
        super().__init__()
        self._names = names

    def __missing__(self, name: str) -> Any:
        return self._names.resolved(name)


#: ending of a class's name -> what it narrows
_NARROWED = {
    "Exceptions": "osteon.clients:ServiceErrors",
    "Events": "osteon.events:Emitter",
    "ProvideClientParams": "osteon.events.hooks:Branch",
    "Operations": "osteon.events.hooks:Branch",
    "Hooks": "osteon.events.hooks:HooksByName",
    "OperationHooks": "osteon.events.hooks:HooksByName",
    "SessionHooks": "osteon.events.hooks:HooksByName",
}


def _book(model: ServiceModel) -> Additions:
    """What AWS's services have beyond their models."""
    # Imported here: packages of own services load nothing of AWS.
    if not model.is_aws:
        return NOTHING
    from osteon.aws.typed_additions import typed_additions

    return typed_additions(model)


def _imported(path: str) -> Any:
    """What ``module:Name`` names."""
    module, _, name = path.partition(":")
    return getattr(import_module(module), name)


def _beside(file: str, data_path: tuple[str, ...]) -> tuple[str, ...]:
    folder = os.path.dirname(os.path.abspath(file))
    return tuple(os.path.normpath(os.path.join(folder, path)) for path in data_path)


# --- sessions


def sessions(
    module: str,
    file: str,
    *,
    data_path: tuple[str, ...] = (),
    classes: Tokens | None = None,
    async_classes: Tokens | None = None,
    resource_classes: Tokens | None = None,
    async_resource_classes: Tokens | None = None,
) -> tuple[type[Session], type[AsyncSession]]:
    """The package's Session and AsyncSession: they find its models, and give the user's class for a service's name.

    The tables go from service name to ``module:Class``, imported when first wanted.
    """
    found = _beside(file, data_path)
    tokens, async_tokens = _Tokens(classes, resource_classes), _Tokens(async_classes, async_resource_classes)
    return _session(Session, module, found, tokens), _session(AsyncSession, module, found, async_tokens)


class _Tokens:
    """The classes that stand for services."""

    def __init__(self, clients: Tokens | None, resources: Tokens | None) -> None:
        self.clients, self.resources = clients or {}, resources or {}

    @staticmethod
    def given(table: Tokens, service: Any) -> Any:
        """The class for a name, or what was given. Raises ImportError, and TypeError for a class of another service."""
        path = table.get(service) if isinstance(service, str) else None
        if path is None:
            return service
        told = f"{path}, the class that is configured for {service}, "
        try:
            token = _imported(path)
        except (ImportError, AttributeError) as error:
            raise ImportError(f"{told}cannot be imported: {error}") from error
        if getattr(token, "SERVICE", None) != service:
            raise TypeError(f"{told}is not derived from one of its generated classes")
        return token


def _session(base: Any, module: str, data_path: tuple[str, ...], tokens: _Tokens) -> Any:
    def begin(self: Any, *args: Any, **kwargs: Any) -> None:
        given: Any = kwargs.pop("data_path", ())
        given = (given,) if isinstance(given, str | os.PathLike) else tuple(given)
        base.__init__(self, *args, data_path=(*given, *data_path), **kwargs)

    def client(self: Any, service_name: Any, *args: Any, **kwargs: Any) -> Any:
        return base.client(self, tokens.given(tokens.clients, service_name), *args, **kwargs)

    def resource(self: Any, service_name: Any, *args: Any, **kwargs: Any) -> Any:
        return base.resource(self, tokens.given(tokens.resources, service_name), *args, **kwargs)

    members = {"__init__": begin, "client": client, "resource": resource}
    return type(base.__name__, (base,), {"__module__": module, **members})
