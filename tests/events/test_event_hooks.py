"""The typed door at run time: every way to a hook registers under the right name."""

from __future__ import annotations

import copy
import inspect
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import osteon.events
from osteon.events import Emitter, Hook
from osteon.events.aliases import ServiceRow, ServiceTable
from osteon.events.catalog import CATALOG

SERVICES = ServiceTable(
    lambda: [ServiceRow("s3", "S3"), ServiceRow("ce", "Cost Explorer"), ServiceRow("lambda", "Lambda")],
    {"s3": ("ListObjects", "PutObject"), "ce": ("GetTags",), "lambda": ("Invoke",)}.get,
)


def session() -> Emitter:
    return Emitter(services=SERVICES)


def client() -> Emitter:
    return session().for_client("s3", {"list_objects": "ListObjects", "put_object": "PutObject"})


def handler(**kwargs: Any) -> None: ...


def other(**kwargs: Any) -> None: ...


WAYS: list[tuple[Any, Any, str]] = [
    (client, lambda e: e.provide_client_params.list_objects, "provide-client-params.s3.ListObjects"),
    (client, lambda e: e.provide_client_params.any_operation, "provide-client-params.s3.*"),
    (client, lambda e: e.before_send.put_object, "before-send.s3.PutObject"),
    (client, lambda e: e.before_endpoint_resolution, "before-endpoint-resolution.s3"),
    (client, lambda e: e.getattr.my_attribute, "getattr.s3.my_attribute"),
    (client, lambda e: e.choose_service_name, "choose-service-name"),
    (client, lambda e: e.hooks["provide-client-params.s3.ListObjects"], "provide-client-params.s3.ListObjects"),
    (client, lambda e: e.hooks["my.own.event"], "my.own.event"),
    (session, lambda e: e.provide_client_params.s3.list_objects, "provide-client-params.s3.ListObjects"),
    (session, lambda e: e.provide_client_params.cost_explorer.get_tags, "provide-client-params.cost-explorer.GetTags"),
    (session, lambda e: e.provide_client_params.ce.get_tags, "provide-client-params.ce.GetTags"),
    (session, lambda e: e.provide_client_params.s3.any_operation, "provide-client-params.s3.*"),
    (session, lambda e: e.provide_client_params.any_service.any_operation, "provide-client-params.*.*"),
    (session, lambda e: e.before_call.lambda_.invoke, "before-call.lambda.Invoke"),
    (session, lambda e: e.creating_client_class.s3, "creating-client-class.s3"),
    (session, lambda e: e.creating_client_class.any_service, "creating-client-class.*"),
    (session, lambda e: e.creating_resource_class.s3.Bucket, "creating-resource-class.s3.Bucket"),
    (session, lambda e: e.creating_resource_class.s3.any_resource, "creating-resource-class.s3.*"),
    (session, lambda e: e.creating_serializer.s3, "creating-serializer.s3"),
    (session, lambda e: e.hooks["creating-client-class.ce"], "creating-client-class.ce"),
]


@pytest.mark.parametrize(("emitter", "way", "name"), WAYS, ids=[name for _, _, name in WAYS])
def test_every_way_leads_to_a_hook(emitter: Any, way: Any, name: str) -> None:
    events = emitter()
    hook = way(events)
    assert isinstance(hook, Hook)
    assert (hook.name, repr(hook)) == (name, f"Hook({name})")
    hook.register(handler)
    hook.register_first(other)
    assert [each for each, _ in events.emit(name.replace("*", "s3"))] == [other, handler]
    hook.unregister(other)
    hook.register_last(other)
    assert [each for each, _ in events.emit(name.replace("*", "s3"))] == [handler, other]


def test_a_hook_is_a_decorator_that_leaves_the_function_as_it_is() -> None:
    events = client()

    @events.provide_client_params.list_objects
    def decorated(params: dict[str, Any], **kwargs: Any) -> str:
        return params["Bucket"]

    assert decorated(params={"Bucket": "b"}) == "b"
    assert events.emit("provide-client-params.s3.ListObjects", params={"Bucket": "c"}) == [(decorated, "c")]


def test_a_hook_takes_a_unique_id() -> None:
    events = client()
    hook = events.before_send.put_object
    hook.register(handler, unique_id="u")
    hook.register(other, unique_id="u")
    assert [each for each, _ in events.emit(hook.name)] == [handler]
    hook.unregister(unique_id="u")
    assert events.names() == ()


@pytest.mark.parametrize(
    ("way", "text"),
    [
        (lambda: client().provide_client_params.list_object, "Did you mean: 'list_objects'"),
        (lambda: client().provide_client_params.ListObjectz, "no operation with a method 'ListObjectz'"),
        (lambda: session().provide_client_params.s3.list_object, "Did you mean: 'list_objects'"),
        (lambda: Emitter().provide_client_params.s3.list_objects, "hooks['provide-client-params.s3.OperationName']"),
        (lambda: client().hooks["x"].nonsense, "nonsense"),
        (lambda: session().provide_client_params.nonsense.list_objects, "no operation with a method 'list_objects'"),
        (lambda: client().provide_client_paramz, "provide_client_paramz"),
    ],
)
def test_an_unknown_operation_is_an_attribute_error_with_the_way_out(way: Any, text: str) -> None:
    with pytest.raises(AttributeError) as error:
        way()
    assert text in str(error.value)


def test_hooks_by_name_iterate_over_the_names_that_have_handlers() -> None:
    events = client()
    assert list(events.hooks) == []
    events.hooks["a.b"].register(handler)
    assert (list(events.hooks), len(events.hooks)) == (["a.b"], 1)


def test_branches_bear_being_looked_at() -> None:
    branch = client().provide_client_params
    assert dir(branch) == ["any_operation", "list_objects", "put_object"]
    assert repr(branch) == "<hooks below provide-client-params.s3>"
    assert repr(copy.copy(branch)) == repr(branch)
    assert not inspect.isawaitable(branch)
    assert not hasattr(branch, "__len__")


def test_the_room_names_its_public_things_and_loads_no_pydantic() -> None:
    script = (
        "import sys, osteon.events as e; e.Emitter, e.Hook, e.Handler, e.CreatingClass;"
        "assert 'pydantic' not in sys.modules; e.OperationModel, e.AnyParams, e.ProvideClientParams;"
        "assert 'pydantic' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
    with pytest.raises(AttributeError, match="nonsense"):
        osteon.events.nonsense


def test_what_type_checkers_see_is_what_there_is() -> None:
    source = Path(osteon.events.__file__).with_suffix(".pyi").read_text()
    led_to = re.findall(r"^from (\S+) import (\w+) as \2$", source, re.MULTILINE)
    for module, name in led_to:
        assert getattr(osteon.events, name) is getattr(import_module(module), name)
    declared = re.findall(r"^class ([A-Z]\w+)", source, re.MULTILINE)
    there = {name for name in dir(osteon.events) if name[0].isupper()} - {"Any"}
    assert {*declared, *(name for _, name in led_to)} == there


@pytest.mark.parametrize(
    ("protocol", "family"),
    [
        ("ProvideClientParams", "provide-client-params"),
        ("CreatingClass", "creating-client-class"),
        ("CreatingResourceClass", "creating-resource-class"),
    ],
)
def test_handler_protocols_have_the_keywords_of_the_catalogue(protocol: str, family: str) -> None:
    keywords = set(inspect.signature(getattr(osteon.events, protocol).__call__).parameters)
    fields = {field.name for field in CATALOG[family].fields}
    assert keywords == fields | {"self", "event_name", "_and_any_later_keyword"}
