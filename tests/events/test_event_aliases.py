"""Service names in event names: every spelling of a service reaches the handlers of that service."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from botocore.handlers import BUILTIN_HANDLERS
from botocore.hooks import EventAliaser, HierarchicalEmitter
from botocore.utils import EVENT_ALIASES
from tests.events.botocore_services import rows

import osteon
from osteon.events import Emitter
from osteon.events.admission import Registration, compiled
from osteon.events.aliases import ServiceRow, ServiceTable, canonical_names

ROWS = [
    ServiceRow("s3", "S3", "s3"),
    ServiceRow("ce", "Cost Explorer", "ce"),
    ServiceRow("sagemaker", "SageMaker", "api.sagemaker"),
    ServiceRow("iot", "IoT", "iot"),
    ServiceRow("iot-jobs-data", "IoT Jobs Data Plane", "data.jobs.iot"),
    ServiceRow("iot-data", "IoT Data Plane", "data.iot"),
    ServiceRow("ses", "SES", "email"),
    ServiceRow("sesv2", "SESv2", "email"),
    ServiceRow("rds", "RDS", "rds"),
    ServiceRow("neptune", "Neptune", "rds"),
    ServiceRow("elb", "Elastic Load Balancing", "elasticloadbalancing"),
    ServiceRow("es", "Elasticsearch Service", "es"),
    ServiceRow("opensearch", "OpenSearch", "es"),
]
OPERATIONS = {"ses": ("SendEmail", "SendRawEmail"), "sesv2": ("SendEmail", "CreateContact"), "ce": ("GetTags",)}

CASES = [
    ("before-call.s3.PutObject", ["before-call.s3.PutObject"]),
    ("before-call.ce", ["before-call.cost-explorer"]),
    ("before-call.ce.GetTags", ["before-call.cost-explorer.GetTags"]),
    ("before-call.cost-explorer.GetTags", ["before-call.cost-explorer.GetTags"]),
    ("creating-client-class.ce", ["creating-client-class.cost-explorer"]),
    ("creating-resource-class.ce.Thing", ["creating-resource-class.cost-explorer.Thing"]),
    ("getattr.ce.elb", ["getattr.cost-explorer.elb"]),
    ("before-call.api.sagemaker.CreateModel", ["before-call.sagemaker.CreateModel"]),
    ("before-call.api.sagemaker", ["before-call.sagemaker"]),
    ("before-call.data.iot.Publish", ["before-call.iot-data-plane.Publish"]),
    ("before-call.data.jobs.iot.X", ["before-call.iot-jobs-data-plane.X"]),
    ("before-call.data.s3", ["before-call.data.s3"]),
    ("before-call.rds.X", ["before-call.rds.X"]),
    ("before-call.es.X", ["before-call.elasticsearch-service.X"]),
    ("before-call.email", ["before-call.ses", "before-call.sesv2"]),
    ("before-call.email.*", ["before-call.ses.*", "before-call.sesv2.*"]),
    ("before-call.email.SendEmail", ["before-call.ses.SendEmail", "before-call.sesv2.SendEmail"]),
    ("before-call.email.CreateContact", ["before-call.sesv2.CreateContact"]),
    ("before-call.email.Nonsense", ["before-call.ses.Nonsense", "before-call.sesv2.Nonsense"]),
    ("before-call.*.ce", ["before-call.*.ce"]),
    ("before-call", ["before-call"]),
    ("*.ce.GetTags", ["*.ce.GetTags"]),
    ("choose-service-name.ce", ["choose-service-name.ce"]),
    ("my-own-event.ce.GetTags", ["my-own-event.ce.GetTags"]),
    ("ce", ["ce"]),
    ("", [""]),
    ("before-call." + "a." * 10_000, ["before-call." + "a." * 10_000]),
]


def table() -> ServiceTable:
    return ServiceTable(lambda: ROWS, OPERATIONS.get)


@pytest.mark.parametrize(("given", "expected"), CASES, ids=lambda value: str(value)[:40])
def test_canonical_names(given: str, expected: list[str]) -> None:
    assert list(canonical_names(given, table())) == expected


@pytest.mark.parametrize(("given", "expected"), CASES[:-2], ids=lambda value: str(value)[:40])
def test_register_emit_and_unregister_agree(given: str, expected: list[str]) -> None:
    emitter, heard = Emitter(services=table()), list[str]()

    def handler(event_name: str, **kwargs: Any) -> str:
        heard.append(event_name)
        return event_name

    emitter.register(given, handler, unique_id="u")
    assert emitter.names() == tuple(sorted(expected, key=expected.index))
    emitter.emit(given)
    assert heard == expected
    assert emitter.emit_until_response(given) == (handler, expected[0])
    emitter.unregister(given, unique_id="u")
    assert emitter.names() == ()


def test_canonical_names_stay_as_they_are_for_every_service_of_botocore() -> None:
    services = ServiceTable(rows)
    for service in services.service_names():
        assert services.canonical(service) == (service,)
        assert services.knows(service)


def test_every_service_of_botocore_is_found_by_the_name_of_its_client() -> None:
    services = ServiceTable(rows)
    for row in rows():
        assert services.canonical(row.service_name) == (row.service_id.replace(" ", "-").lower(),)


#: Spellings of botocore's table that stand in no model: former names of clients and prefixes.
IN_NO_MODEL = {"appstream2", "cloudwatch-events", "data.iot", "mturk-requester"}


def test_botocores_own_aliases_reach_the_same_services() -> None:
    services = ServiceTable(rows)
    missed = {alias for alias, service in EVENT_ALIASES.items() if service not in services.canonical(alias)}
    assert missed <= IN_NO_MODEL


@pytest.mark.parametrize("alias", sorted(EVENT_ALIASES))
def test_a_sessions_handlers_are_heard_by_every_alias_of_botocores(alias: str) -> None:
    session, heard = osteon.Session(strict_events=True), list[str]()
    session.events.register(f"before-call.{alias}.Op", lambda event_name, **kwargs: heard.append(event_name))
    session.events.emit(f"before-call.{EVENT_ALIASES[alias]}.Op")
    assert heard == [f"before-call.{EVENT_ALIASES[alias]}.Op"]


@pytest.mark.parametrize("name", sorted({name for name, *_ in BUILTIN_HANDLERS if not name.startswith("docs.")}))
def test_the_names_of_botocores_own_handlers_become_the_same(name: str) -> None:
    heard = list[str]()
    theirs, ours = EventAliaser(HierarchicalEmitter()), Emitter(services=ServiceTable(rows))
    for emitter in (theirs, ours):
        emitter.register(name, lambda event_name, **kwargs: heard.append(event_name))
        emitter.emit(name)
    assert heard[0] == heard[1]


def test_nothing_is_asked_of_the_index_before_a_name_needs_it() -> None:
    asked = list[str]()

    def read() -> Iterable[ServiceRow]:
        asked.append("rows")
        return ROWS

    emitter = Emitter(services=ServiceTable(read))
    builtin = compiled([Registration("before-call.cost-explorer", lambda **kwargs: None)])
    client = emitter.with_builtin(builtin).for_client("cost-explorer", {"get_tags": "GetTags"})
    for each in (emitter, client):
        each.register("my.event", lambda **kwargs: None)
        each.register("provide-client-params", lambda **kwargs: None)
        each.register("provide-client-params.*.GetTags", lambda **kwargs: None)
        each.emit("my.event")
        each.emit("after-call.cost-explorer.GetTags")
    client.register("before-call.cost-explorer.GetTags", lambda **kwargs: None)
    client.emit("before-call.cost-explorer.GetTags")
    client.provide_client_params.get_tags.register(lambda **kwargs: None)
    assert asked == []
    emitter.register("before-call.ce", lambda **kwargs: None)
    emitter.register("before-call.ce", lambda **kwargs: None)
    assert asked == ["rows"]
