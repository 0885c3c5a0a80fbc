"""What is read without pydantic's validators is what they give; what they alter or refuse is left to them."""

import json
import subprocess
import sys

import pytest
from pydantic import BaseModel, ValidationError

from osteon.model.companions import Acceptor, Paginator, PaginatorModel, Waiter, WaiterModel
from osteon.model.loader import Loader
from osteon.model.reading import UnfitError, described
from osteon.model.resources import Parameter, ResourcesModel
from osteon.model.service import OperationModel, ServiceModel
from osteon.model.shapes import SHAPE_CLASSES, ListShape, StringShape, StructureShape
from osteon.model.traits import Metadata, StaticContextParam

#: between them: every trait that AWS's models have
SERVICES = ("s3", "dynamodb", "ec2", "apigateway", "lexv2-runtime", "beacon", "ledger", "harbor", "atlas")
COMPANIONS = {"paginators-1": PaginatorModel, "waiters-2": WaiterModel, "resources-1": ResourcesModel}
LOADER = Loader(environ={"OSTEON_CACHE": "0"})


def plain(value):
    """A description as plain values, types of containers and what the file gives among them."""
    if isinstance(value, BaseModel):
        return type(value), value.model_fields_set, {name: plain(item) for name, item in vars(value).items()}
    if isinstance(value, tuple):
        return tuple, [plain(item) for item in value]
    if hasattr(value, "items"):
        return type(value), [(key, plain(item)) for key, item in value.items()]
    return type(value), value


@pytest.mark.parametrize("service", SERVICES)
def test_models_are_what_validation_gives(service):
    raw = LOADER.load_raw(service, "service-2")
    assert plain(described(ServiceModel, raw)) == plain(ServiceModel.model_validate(raw))
    for operation in raw["operations"].values():
        assert plain(described(OperationModel, operation)) == plain(OperationModel.model_validate(operation))
    for shape in raw["shapes"].values():
        kind = SHAPE_CLASSES[shape["type"]]
        assert plain(described(kind, shape)) == plain(kind.model_validate(shape)), shape


@pytest.mark.parametrize("type_name", COMPANIONS)
def test_companions_are_what_validation_gives(type_name):
    kind = COMPANIONS[type_name]
    for service in LOADER.available_services(type_name):
        raw = LOADER.load_raw(service, type_name)
        assert plain(described(kind, raw)) == plain(kind.model_validate(raw)), service


METADATA = {"apiVersion": "2024-01-01", "endpointPrefix": "bones", "protocol": "json", "serviceId": "Bones"}
PAGES = {"input_token": "In", "output_token": "Out"}
WAITER = {"operation": "Get", "delay": 5, "maxAttempts": 3, "acceptors": []}
ACCEPTOR = {"state": "success", "matcher": "path", "expected": True}
FIT = [
    (Metadata, METADATA),
    (Metadata, {**METADATA, "unknown": {"a": 1}, "auth": [], "protocolSettings": {"h2": [1, None]}}),
    (Metadata, {**METADATA, "xmlNamespace": {"uri": "u"}}),
    (Metadata, {**METADATA, "xmlNamespace": "u", "globalEndpoint": None}),
    (StringShape, {"type": "string", "min": 1, "max": 1.5, "enum": ["a"]}),
    (StructureShape, {"type": "structure", "members": {"a": {"shape": "A", "location": "uri"}}}),
    (StructureShape, {"type": "structure", "error": {"code": "C", "httpStatusCode": 404}}),
    (StaticContextParam, {"value": True}),
    (StaticContextParam, {"value": ["a", "b"]}),
    (Waiter, WAITER),
    (Waiter, {**WAITER, "delay": 0.5}),
    *((Acceptor, {**ACCEPTOR, "expected": value}) for value in ("a", 1, 1.0, False, None)),
    (Paginator, {**PAGES, "input_token": ["A", "B"]}),
    (Parameter, {"target": "T", "source": "integer", "value": 5}),
    (OperationModel, {"name": "Get", "http": {"method": "GET", "responseCode": 200}}),
]
UNFIT = [
    (Metadata, {**METADATA, "auth": "aws.auth#sigv4"}),
    (Metadata, {**METADATA, "uid": 5}),
    (Metadata, {**METADATA, "endpointPrefix": None}),
    (Metadata, {**METADATA, "protocolSettings": []}),
    (StringShape, {"type": "string", "min": "1"}),
    (StringShape, {"type": "string", "min": True}),
    (StringShape, {"type": "text"}),
    (StringShape, {"type": ["string"]}),
    (StringShape, {}),
    (StructureShape, {"type": "structure", "union": "true"}),
    (StructureShape, {"type": "structure", "union": 1}),
    (StructureShape, {"type": "structure", "members": {"a": {"shape": "A", "location": "nowhere"}}}),
    (StructureShape, {"type": "structure", "members": {"a": {}}}),
    (StructureShape, {"type": "structure", "members": {"a": None}}),
    (ListShape, {"type": "list"}),
    (StaticContextParam, {"value": 5}),
    (StaticContextParam, {"value": [True]}),
    (Waiter, {**WAITER, "delay": True}),
    (Waiter, {**WAITER, "delay": "5"}),
    (Acceptor, {**ACCEPTOR, "expected": []}),
    (WaiterModel, {"version": "2"}),
    (WaiterModel, {"version": True}),
    (OperationModel, {"http": {}}),
    (OperationModel, {"name": "Get", "http": {"responseCode": 200.0}}),
]


@pytest.mark.parametrize(("kind", "raw"), FIT)
def test_what_fits_is_what_strict_validation_gives(kind, raw):
    assert plain(described(kind, raw)) == plain(kind.model_validate_json(json.dumps(raw), strict=True))


@pytest.mark.parametrize(("kind", "raw"), UNFIT)
def test_what_does_not_fit_is_what_strict_validation_refuses(kind, raw):
    with pytest.raises(UnfitError):
        described(kind, raw)
    with pytest.raises(ValidationError):
        kind.model_validate_json(json.dumps(raw), strict=True)


def test_what_validation_converts_is_converted_from_file_and_cache(tmp_path):
    folder = tmp_path / "models" / "bones" / "2024-01-01"
    folder.mkdir(parents=True)
    shapes = {"Id": {"type": "string", "min": "1"}, "In": {"type": "structure", "union": "true"}}
    (folder / "service-2.json").write_text(json.dumps({"metadata": METADATA, "operations": {}, "shapes": shapes}))
    script = (
        "from osteon.model.loader import Loader\n"
        "model = Loader().service_model('bones')\n"
        "print(repr(model.shape_for('Id').min), repr(model.shape_for('In').union))"
    )
    environ = {"OSTEON_DATA_PATH": str(tmp_path / "models"), "OSTEON_CACHE_DIR": str(tmp_path / "cache")}
    for _ in range(2):
        done = subprocess.run([sys.executable, "-c", script], env=environ, capture_output=True, text=True, check=True)
        assert done.stdout == "1 True\n"
    assert len(list((tmp_path / "cache").iterdir())) == 1


@pytest.mark.parametrize("cache", ["0", "1"])
def test_a_start_makes_no_validators(tmp_path, cache):
    script = (
        "import osteon\n"
        "client = osteon.client('s3', 'eu-west-1', aws_access_key_id='a', aws_secret_access_key='b')\n"
        "client.meta.events.register('before-send', lambda **kw: osteon.http.Response(200, body=b'<A/>'))\n"
        "print(client.list_buckets()['ResponseMetadata']['HTTPStatusCode'], client.waiter_names[0])\n"
        "print(osteon.resource('s3', 'eu-west-1').Bucket('b').name)\n"
        "from osteon.model.shapes import Description\n"
        "kinds = [Description]\n"
        "for kind in kinds: kinds += kind.__subclasses__()\n"
        "print(len(kinds) > 20, any(kind.__pydantic_complete__ for kind in kinds))"
    )
    environ = {"HOME": str(tmp_path), "OSTEON_CACHE": cache}
    for _ in range(2):
        done = subprocess.run([sys.executable, "-c", script], env=environ, capture_output=True, text=True, check=False)
        assert done.stdout.split() == ["200", "bucket_exists", "b", "True", "False"], done.stderr
