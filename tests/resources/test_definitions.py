"""Every resource of the boto3 package: the generated class has what boto3's has, sync and async."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import pytest

import osteon
from osteon.exceptions import ModelError
from osteon.model.resource_members import SERVICE_RESOURCE
from osteon.model.resources import read_resources

SERVICES = boto3.Session().get_available_resources()
PLACE = {"region_name": "us-east-1", "aws_access_key_id": "a", "aws_secret_access_key": "b"}
#: what osteon's resources have beyond boto3's: a class of the user's own in the place of the generated one
OURS = {"make"}
OURS_ON_COLLECTIONS = {"of", "meta"}
KINDS = {"sync": osteon.Session, "async": osteon.AsyncSession}


@cache
def boto3_classes(service: str) -> dict[str, type[Any]]:
    """The service's class and those of all its resources."""
    session, contexts = boto3.Session(), []

    def keep(service_context: Any, **kwargs: Any) -> None:
        contexts.append(service_context)

    session.events.register(f"creating-resource-class.{service}", keep)
    found: dict[str, type[Any]] = {SERVICE_RESOURCE: type(session.resource(service, **PLACE))}
    for name, definition in contexts[0].resource_json_definitions.items():
        found[name] = session.resource_factory.load_from_definition(
            resource_name=name, single_resource_json_definition=definition, service_context=contexts[0]
        )
    return found


@cache
def osteon_classes(service: str, kind: str) -> dict[str, type[Any]]:
    resource = KINDS[kind]().resource(service, **PLACE)
    classes = resource.meta.classes
    return {name: classes.resource_class(name) for name in boto3_classes(service)}


def public(kind: type[Any]) -> set[str]:
    return {name for name in dir(kind) if not name.startswith("_")}


def shape_of(kind: type[Any]) -> dict[str, str]:
    """Member name to what it is: read like a value, or called."""
    return {
        name: "value" if isinstance(getattr(kind, name), property) or not callable(getattr(kind, name)) else "method"
        for name in public(kind) - OURS
    }


def instance(kind: type[Any], client: Any) -> Any:
    return kind(*("x" for _ in kind.meta.identifiers), client=client)


CASES = [(service, kind) for service in SERVICES for kind in KINDS]


@pytest.mark.parametrize(("service", "kind"), CASES)
def test_members_are_boto3s(service: str, kind: str) -> None:
    theirs, ours = boto3_classes(service), osteon_classes(service, kind)
    for name, their_class in theirs.items():
        assert shape_of(ours[name]) == shape_of(their_class), name


@pytest.mark.parametrize("service", SERVICES)
def test_every_definition_is_compared(service: str) -> None:
    definitions = read_resources(osteon.Session()._loader, service).resources
    assert set(boto3_classes(service)) == {SERVICE_RESOURCE, *definitions}


@pytest.mark.parametrize(("service", "kind"), CASES)
def test_descriptions_are_boto3s(service: str, kind: str) -> None:
    """``meta.resource_model``: the same names in the same categories."""
    for name, their_class in boto3_classes(service).items():
        theirs = their_class.meta.resource_model
        ours = osteon_classes(service, kind)[name].meta.resource_model
        for category in ("actions", "batch_actions", "subresources", "references", "collections", "waiters"):
            assert names(getattr(ours, category)) == names(getattr(theirs, category)), (name, category)
        assert [(each.name, each.member_name) for each in ours.identifiers] == [
            (each.name, each.member_name) for each in theirs.identifiers
        ], name
        assert ours.shape == theirs.shape


@pytest.mark.parametrize("kind", KINDS)
def test_all_definitions_make_classes_our_own_services_too(kind: str) -> None:
    session = KINDS[kind]()
    services = session.get_available_resources()
    assert {*SERVICES, "harbor", "ledger"} <= set(services)
    for service in sorted({*services} - {*SERVICES}):
        resource = session.resource(service, endpoint_url="http://127.0.0.1:9")
        for name in read_resources(session._loader, service).resources:
            assert resource.meta.classes.resource_class(name).__name__ == f"{service}.{name}"


def names(members: Any) -> list[str]:
    return [each.name for each in members]


@pytest.mark.parametrize(("service", "kind"), CASES)
def test_collections_are_boto3s(service: str, kind: str) -> None:
    """Managers and collections: their methods, batch actions among them, and what they show of themselves."""
    their_client: Any = boto3.client(service, **PLACE)
    our_client = KINDS[kind]().client(service, **PLACE)
    for name, their_class in boto3_classes(service).items():
        for each in their_class.meta.resource_model.collections:
            theirs = getattr(instance(their_class, their_client), each.name)
            ours = getattr(instance(osteon_classes(service, kind)[name], our_client), each.name)
            assert public(type(ours)) - OURS_ON_COLLECTIONS == public(type(theirs)), (name, each.name)
            assert public(type(ours.all())) - OURS_ON_COLLECTIONS == public(type(theirs.all())), (name, each.name)
            assert type(ours).__name__ == type(theirs).__name__
            assert type(ours.all()).__name__ == type(theirs.all()).__name__


BROKEN = {"target": "Name", "source": "data", "path": "Names["}
CALL = {"operation": "Look"}
MADE = {"type": "Lid", "identifiers": [{"target": "Name", "source": "response", "path": "a b"}]}
#: the part of a resource's definition that is broken, and how it is told
BAD_PARTS: dict[str, tuple[dict[str, Any], str]] = {
    "an action's parameter": (
        {"actions": {"Open": {"request": {**CALL, "params": [BROKEN]}}}}, r"/actions/Open: 'Names\[' is no JMESPath",
    ),
    "an answer": ({"actions": {"Open": {"request": CALL, "path": "|"}}}, r"/actions/Open: '\|' is no JMESPath"),
    "an id": ({"actions": {"Open": {"request": CALL, "resource": MADE}}}, "/actions/Open: 'a b' is no JMESPath"),
    "loading": ({"load": {"request": CALL, "path": "[["}}, r"/load: '\[\[' is no JMESPath"),
    "a reference": (
        {"has": {"Lid": {"resource": {"type": "Lid", "identifiers": [BROKEN]}}}}, r"/has/Lid: 'Names\[' is no JMESPath",
    ),
    "a collection": ({"hasMany": {"Lids": {"request": CALL, "resource": MADE}}}, "/hasMany/Lids: 'a b' is no JMESPath"),
    "a waiter": (
        {"waiters": {"Shut": {"waiterName": "Shut", "params": [BROKEN]}}}, r"/waiters/Shut: 'Names\[' is no JMESPath",
    ),
    "a target": (
        {"actions": {"Open": {"request": {**CALL, "params": [{"target": "a-b", "source": "string", "value": "x"}]}}}},
        "/actions/Open: the target 'a-b' is none",
    ),
    "a source": (
        {"actions": {"Open": {"request": {**CALL, "params": [{"target": "A", "source": "response"}]}}}},
        "/actions/Open: the parameter A cannot come from 'response'",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("part", "where"),
    # a service has no data that a reference could be made of
    [*((part, "Box") for part in BAD_PARTS), *((part, "service") for part in BAD_PARTS if part != "a reference")],
)
def test_a_bad_definition_names_file_resource_and_member(part: str, where: str, kind: str, tmp_path: Path) -> None:
    bad, told = BAD_PARTS[part]
    lid = {"identifiers": [{"name": "Name"}]}
    raw = {"service": bad, "resources": {"Lid": lid}} if where == "service" else {"resources": {"Lid": lid, "Box": bad}}
    folder = tmp_path / "box" / "2020-01-01"
    folder.mkdir(parents=True)
    metadata = {"apiVersion": "2020-01-01", "protocol": "json", "serviceId": "Box", "endpointPrefix": "box"}
    operation = {"name": "Look", "http": {"method": "POST", "requestUri": "/"}}
    (folder / "service-2.json").write_text(json.dumps({"metadata": metadata, "operations": {"Look": operation}}))
    (folder / "resources-1.json").write_text(json.dumps(raw))
    session = KINDS[kind](data_path=[tmp_path])
    place = "/service" if where == "service" else "/resources/Box"
    with pytest.raises(ModelError, match=f"resources-1.json at {place}{told}"):
        session.resource("box", endpoint_url="http://box.example").meta.classes.resource_class("Box")
