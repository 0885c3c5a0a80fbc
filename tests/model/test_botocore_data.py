"""All of the botocore package's models: they load, say what botocore says of them, and pass the published schema."""

import random
from types import SimpleNamespace

import botocore.session
import orjson
import pytest
from botocore import xform_name
from botocore.utils import get_service_module_name
from jsonschema import Draft202012Validator

from osteon.exceptions import DataNotFoundError
from osteon.model.loader import Loader
from osteon.model.resources import read_resources
from osteon.naming import snake_case
from osteon.schemas.checks import check
from osteon.schemas.formats import file_schema
from osteon.schemas.rule_set_checks import rule_set_faults

LOADER = Loader(environ={"OSTEON_CACHE": "0"})
ORACLE = botocore.session.Session()
SAMPLE = random.Random(20).sample(ORACLE.get_available_services(), 40)
COMPANIONS = {
    "paginators": "paginators-1", "waiters": "waiters-2", "resources": "resources-1", "examples": "examples-1",
}  # fmt: skip


def test_the_same_services_and_versions_and_names_of_classes_and_methods():
    models = [LOADER.service_model(name) for name in LOADER.available_services()]
    from_botocore = [model.service_name for model in models if model.definitions.from_botocore]
    assert from_botocore == ORACLE.get_available_services()
    loader = ORACLE.get_component("data_loader")
    for name in SAMPLE:
        assert list(LOADER.api_versions(name)) == loader.list_api_versions(name, "service-2")
    for model in models:
        facts = SimpleNamespace(metadata={"serviceId": model.metadata.service_id}, service_name=model.service_name)
        assert model.class_name == get_service_module_name(facts)
        named = {name: snake_case(name) for name in model.operation_names}
        assert named == {name: xform_name(name) for name in model.operation_names}


def test_the_index_says_what_botocore_says():
    index = LOADER.service_index()
    for name in SAMPLE:
        theirs, entry = ORACLE.get_service_model(name), index[name]
        assert entry.api_version == theirs.api_version
        assert entry.service_id == theirs.service_id
        assert entry.endpoint_prefix == theirs.endpoint_prefix
        assert entry.event_name == theirs.service_id.hyphenize()
        assert entry.is_aws


@pytest.mark.parametrize("service", SAMPLE)
def test_a_model_says_what_botocore_says(service):
    ours, theirs = LOADER.service_model(service), ORACLE.get_service_model(service)
    assert ours.operation_names == tuple(theirs.operation_names)
    assert ours.shape_names == tuple(theirs.shape_names)
    assert (ours.signing_name, ours.protocol) == (theirs.signing_name, theirs.protocol)
    for name in ours.operation_names:
        our, their = ours.operation_model(name), theirs.operation_model(name)
        assert (our.name, our.http.method, our.http.request_uri) == (
            their.name, their.http["method"], their.http["requestUri"]
        )  # fmt: skip
        for side in ("input_shape", "output_shape"):
            same_shape(getattr(our, side), getattr(their, side))
        assert [shape.name for shape in our.error_shapes] == [shape.name for shape in their.error_shapes]
        assert our.metadata["serviceId"] == their.metadata["serviceId"]
        assert our.has_streaming_output == their.has_streaming_output
        assert our.has_event_stream_output == their.has_event_stream_output


def same_shape(our, their):
    if their is None:
        assert our is None
        return
    assert (our.name, our.type_name) == (their.name, their.type_name)
    assert our.required == tuple(their.required_members)
    assert list(our.members) == list(their.members)
    for name, member in our.members.items():
        assert (member.name, member.type_name) == (their.members[name].name, their.members[name].type_name)


@pytest.mark.parametrize("service", SAMPLE)
def test_all_files_pass_the_schema_and_the_checks(service):
    files = {"service": LOADER.load_raw(service, "service-2")}
    for kind, type_name in COMPANIONS.items():
        try:
            files[kind] = LOADER.load_raw(service, type_name)
        except DataNotFoundError:
            continue
    for kind, raw in files.items():
        assert not list(Draft202012Validator(file_schema(kind)).iter_errors(raw))
        faults = check(orjson.dumps(raw), kind, None if kind == "service" else files["service"])
        assert [fault for fault in faults if fault.severity == "error" or "not enforced" not in fault.message] == []


@pytest.mark.parametrize("service", SAMPLE)
def test_all_endpoint_rules_pass(service):
    assert rule_set_faults(orjson.dumps(LOADER.load_raw(service, "endpoint-rule-set-1"))) == ()


WAITERS = dict.fromkeys(LOADER.available_services("waiters-2"), "waiters-2")
#: in EC2's resources an address is found by what the data has under another name; boto3 gives None there
TRUE_FAULT = "/resources/NetworkInterfaceAssociation/has/Address/resource/identifiers/0/path"


def test_all_resources_pass():
    for service in LOADER.available_services("resources-1"):
        raw = LOADER.load_raw(service, "resources-1")
        beside = [LOADER.load_raw(service, kind) if kind else None for kind in ("service-2", WAITERS.get(service))]
        faults = check(orjson.dumps(raw), "resources", *beside)
        expected = [(TRUE_FAULT, "warning")] if service == "ec2" else []
        assert [(fault.pointer, fault.severity) for fault in faults] == expected
        assert set(read_resources(LOADER, service).resources) == set(raw["resources"])
