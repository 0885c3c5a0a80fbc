"""The loader: where models are found, what is said where they are not, and that one copy is shared."""

import gzip
import json
import os
import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

import osteon
from osteon.exceptions import (
    ApiVersionNotFoundError,
    DataNotFoundError,
    ModelError,
    OperationNotFoundError,
    OperationNotPageableError,
    UnknownServiceError,
)
from osteon.model.companions import read_paginators, read_waiters
from osteon.model.loader import Loader
from osteon.model.resources import read_resources
from osteon.model.service import ServiceModel

MODEL = {
    "version": "2.0",
    "metadata": {"apiVersion": "2024-01-01", "endpointPrefix": "bones", "protocol": "json", "serviceId": "Bone Store"},
    "operations": {"GetBone": {"name": "GetBone", "input": {"shape": "In"}, "documentation": "<p>Gets.</p>"}},
    "shapes": {
        "In": {"type": "structure", "members": {"Id": {"shape": "Id", "documentation": "Which."}}},
        "Id": {"type": "string"},
    },
    "documentation": "<p>Bones.</p>",
}


def model(**metadata):
    return {**MODEL, "metadata": {**MODEL["metadata"], **metadata}}


@pytest.fixture
def put(tmp_path):
    """Write a file below ``tmp_path``: JSON, or text and bytes as they are."""

    def write(path, content):
        target = tmp_path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        raw = content if isinstance(content, bytes) else content.encode() if isinstance(content, str) else b""
        raw = raw or json.dumps(content).encode()
        target.write_bytes(gzip.compress(raw) if path.endswith(".gz") and not isinstance(content, bytes) else raw)
        return target

    return write


@pytest.fixture
def loader(tmp_path):
    """A loader of ``tmp_path/a``, then ``b``, with a home and a cache of its own."""

    def make(*folders, **environ):
        environ = {"HOME": str(tmp_path / "home"), "OSTEON_CACHE_DIR": str(tmp_path / "cache"), **environ}
        return Loader([tmp_path / folder for folder in folders or ("a",)], environ)

    return make


# --- finding


def test_search_order(put, loader, tmp_path):
    places = {"a": "given", "own": "osteon-variable", "aws": "aws-variable", "home/.aws/models": "home"}
    for folder, prefix in places.items():
        put(f"{folder}/bones/2024-01-01/service-2.json", model(endpointPrefix=prefix))
    variables = {"OSTEON_DATA_PATH": str(tmp_path / "own"), "AWS_DATA_PATH": str(tmp_path / "aws")}
    order = []
    for folder in places:
        order.append(loader(**variables).service_model("bones").endpoint_prefix)
        (tmp_path / folder / "bones/2024-01-01/service-2.json").unlink()
    assert order == list(places.values())


def test_botocore_and_boto3_come_last(loader):
    folders = [path.replace(os.sep, "/") for path in loader().search_paths]
    assert [path.split("/")[-2:] for path in folders[-2:]] == [["botocore", "data"], ["boto3", "data"]]
    assert folders[-3].endswith(("/models", "/osteon/_models"))


def test_data_path_takes_what_path_variables_take(tmp_path):
    joined = os.pathsep.join([str(tmp_path / "a"), str(tmp_path / "b")])
    assert Loader(joined, {}).search_paths[:2] == (str(tmp_path / "a"), str(tmp_path / "b"))
    assert Loader(tmp_path / "a", {}).search_paths[0] == str(tmp_path / "a")


def test_newest_version_over_all_folders_and_a_named_one(put, loader):
    put("a/bones/2024-01-01/service-2.json", model())
    put("b/bones/2025-01-01/service-2.json.gz", model(apiVersion="2025-01-01"))
    both = loader("a", "b")
    assert both.api_versions("bones") == ("2024-01-01", "2025-01-01")
    assert both.latest_version("bones") == "2025-01-01"
    assert both.service_model("bones").api_version == "2025-01-01"
    assert both.service_model("bones", "2024-01-01").api_version == "2024-01-01"


def test_extras_of_every_folder_are_merged_the_first_folder_winning(put, loader):
    put("b/bones/2024-01-01/service-2.json", model())
    change = {"shapes": {"Id": {"max": 9}, "New": {"type": "string"}}, "metadata": {"signingName": "b"}}
    put("b/bones/2024-01-01/service-2.sdk-extras.json", {"version": 1.0, "merge": change})
    put("a/bones/2024-01-01/service-2.sdk-extras.json", {"merge": {"metadata": {"signingName": "a"}}})
    found = loader("a", "b").service_model("bones")
    assert found.shape_for("Id").max == 9
    assert found.shape_for("New").type == "string"
    assert (found.signing_name, found.endpoint_prefix) == ("a", "bones")


def test_available_services_by_type(put, loader):
    put("a/bones/2024-01-01/service-2.json", model())
    put("a/only-resources/2024-01-01/resources-1.json", {})
    put("a/empty/2024-01-01/readme.txt", "no model")
    found = loader()
    assert "bones" in found.available_services()
    assert "s3" in found.available_services()
    assert not {"only-resources", "empty"} & set(found.available_services())
    assert "only-resources" in found.available_services("resources-1")


def test_models_of_the_project_are_found(loader):
    shipped = loader().search_paths[-3]
    own = [name for name in sorted(os.listdir(shipped)) if os.path.isdir(os.path.join(shipped, name))]
    assert set(own) <= set(loader().available_services())


def test_data_files_of_botocore(loader):
    assert "partitions" in loader().data_file("partitions")
    assert "retry" in loader().data_file("_retry")
    with pytest.raises(DataNotFoundError, match=r"nothing-of-this-name.*osteon\[aws\]"):
        loader().data_file("nothing-of-this-name")


def test_no_code_of_the_packages_is_imported():
    code = (
        "import sys; from osteon.model.loader import Loader; loader = Loader(); loader.service_index();"
        "loader.service_model('sqs').operation_model('SendMessage').input_shape.members;"
        "sys.exit(any(name in sys.modules for name in ('botocore', 'boto3')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# --- whose model it is


@pytest.mark.parametrize(
    ("metadata", "is_aws"),
    [
        ({}, False),
        ({"signatureVersion": "v4"}, True),
        ({"signatureVersion": "bearer"}, False),
        ({"auth": ["smithy.api#httpApiKeyAuth"]}, False),
        ({"auth": ["smithy.api#httpBearerAuth", "aws.auth#sigv4"]}, True),
    ],
)
def test_a_model_is_aws_by_its_signature(put, loader, metadata, is_aws):
    put("a/bones/2024-01-01/service-2.json", model(**metadata))
    found = loader()
    assert found.service_model("bones").is_aws is is_aws
    assert found.service_index()["bones"].is_aws is is_aws


def test_a_model_is_aws_by_where_it_comes_from(loader):
    assert loader().service_index()["codecatalyst"].is_aws  # signs by bearer token
    assert loader().service_model("codecatalyst").is_aws


# --- refusing


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("bnoes", r"Did you mean: 'bones'"),
        ("../bones", "from_file"), ("/etc/passwd", "from_file"), ("..", "from_file"), (".", "from_file"),
        ("", "from_file"), ("a\\b", "from_file"), ("bones\0", "from_file"), ("bones.json", "from_file"),
        ("bones/2024-01-01", "from_file"), (None, "from_file"), (["bones"], "from_file"), (b"bones", "from_file"),
        ("x" * 100_000, "Valid service names are"), ("b{o}nes", "Valid service names are"), ("BONES", "'bones'"),
        ("cost explorer", r"Did you mean: 'ce'\?"), ("EventBridge", "Did you mean: 'events', "),
        ("Sfn", "'stepfunctions'"),
    ],
)  # fmt: skip
def test_unknown_services(put, loader, name, hint):
    put("a/bones/2024-01-01/service-2.json", model())
    for ask in (Loader.service_model, Loader.api_versions, read_paginators, read_waiters, Loader.operation_names):
        with pytest.raises(UnknownServiceError, match=hint) as caught:
            ask(loader(), name)
        assert "Valid service names are: " in str(caught.value)
        assert "bones" in caught.value.kwargs["known_service_names"]
        assert len(str(caught.value)) < 20_000


@pytest.mark.parametrize(("installed", "told"), [(True, False), (False, True)])
def test_without_aws_models_an_unknown_service_says_how_to_get_them(installed, told):
    code = (
        "import sys\n"
        f"if not {installed}: sys.modules['botocore'] = None\n"
        "from osteon.model.loader import Loader\n"
        "try: Loader(environ={}).service_model('s33')\n"
        "except Exception as error: print(type(error).__name__, error)\n"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said.startswith("UnknownServiceError Unknown service: 's33'.")
    assert ('pip install "osteon[aws]"' in said) is told


@pytest.mark.parametrize("version", ["2023-01-01", "../../x", "/", "", "latest", "2024-01-01/"])
def test_unknown_versions(put, loader, version):
    put("a/bones/2024-01-01/service-2.json", model())
    for ask in (Loader.service_model, read_paginators, read_waiters):
        with pytest.raises(ApiVersionNotFoundError, match=r"bones/service-2.*Known versions: 2024-01-01"):
            ask(loader(), "bones", version)


def test_missing_types(put, loader):
    put("a/bones/2024-01-01/service-2.json", model())
    for type_name in ("endpoint-rule-set-1", "../../bones/2024-01-01/service-2", "service-2.json"):
        with pytest.raises(DataNotFoundError, match="bones/"):
            loader().load_raw("bones", type_name)
    assert read_paginators(loader(), "bones").operation_names == ()
    assert read_waiters(loader(), "bones").waiter_names == []
    with pytest.raises(DataNotFoundError):
        read_resources(loader(), "bones")


DEEP = b'{"metadata":{},"x":' + b"[" * 5000 + b"]" * 5000 + b"}"
BROKEN = {
    "empty": (b"", "not JSON.*line 1|line 1.*not JSON"),
    "cut off": (b'{\n"metadata": {\n', "line 3.*not JSON|line 2.*not JSON"),
    "comma": (b'{\n"metadata": {},\n}', "line [23].*not JSON"),
    "a byte order mark": (b"\xef\xbb\xbf{}", "BOM"),
    "not UTF-8": (b'{"a":"\xff"}', "UTF-8"),
    "NaN": (b'{"metadata":NaN}', "not JSON"),
    "a huge number": (b'{"metadata":1e99999}', "not JSON.*infinity"),
    "nested deep": (DEEP, "depth"),
    "a list": (b"[1]", "object, not a list"),
    "a number": (b"5", "object, not a number"),
    "null": (b"null", "object, not a null"),
    "no metadata": (b"{}", "/metadata"),
    "metadata of another type": (b'{"metadata":[]}', "/metadata"),
    "operations of another type": (b'{"metadata":{},"operations":[]}', "at /operations: must be an object"),
    "an operation of another type": (b'{"metadata":{},"operations":{"A":5}}', "at /operations/A: must be an object"),
    "a shape of another type": (b'{"metadata":{},"shapes":{"A":[]}}', "at /shapes/A: must be an object"),
    "metadata with a wrong value": (b'{"metadata":{"endpointPrefix":[]}}', "at /metadata/endpointPrefix"),
}


@pytest.mark.parametrize(("content", "says"), BROKEN.values(), ids=BROKEN)
def test_broken_models(put, loader, content, says):
    path = put("a/bones/2024-01-01/service-2.json", b"x")
    path.write_bytes(content)
    for load in (lambda: loader().service_model("bones"), lambda: ServiceModel.from_file(path)):
        with pytest.raises(ModelError, match=says) as caught:
            load()
        assert str(path) in str(caught.value)
        assert caught.value.origin == str(path)
    index = loader().service_index()
    assert index["bones"].name == "bones"
    assert index["s3"].service_id == "S3"


@pytest.mark.parametrize(
    "content",
    [b"not gzip", gzip.compress(json.dumps(MODEL).encode())[:-20], gzip.compress(b" " * (129 * 2**20))],
    ids=["no gzip", "cut off", "bomb"],
)
def test_broken_gzip(put, loader, content):
    path = put("a/bones/2024-01-01/service-2.json.gz", content)
    with pytest.raises(ModelError, match=r"gzip|more than") as caught:
        loader().service_model("bones")
    assert str(path) in str(caught.value)


BROKEN_PARTS = {
    "unknown type": ({"type": "strin"}, r"must be one of.*Did you mean: 'string'"),
    "no type": ({}, "must be one of"),
    "type of another type": ({"type": ["string"]}, "must be one of"),
    "list without member": ({"type": "list"}, "/shapes/In/member"),
    "wrong location": (
        {"type": "structure", "members": {"a": {"shape": "Id", "location": "nowhere"}}},
        "/members/a/location",
    ),
    "reference without shape": ({"type": "structure", "members": {"a": {}}}, "/shapes/In/members/a/shape"),
    "no structure": ({"type": "string"}, "must be a structure, but In is a string"),
}


@pytest.mark.parametrize(("shape", "says"), BROKEN_PARTS.values(), ids=BROKEN_PARTS)
def test_broken_shapes(shape, says):
    broken = ServiceModel.from_dict({**MODEL, "shapes": {**MODEL["shapes"], "In": shape}}, service_name="bones")
    with pytest.raises(ModelError, match=says):
        broken.operation_model("GetBone").input_shape.members


def test_missing_parts():
    found = ServiceModel.from_dict(MODEL)
    with pytest.raises(OperationNotFoundError, match="Did you mean: 'GetBone'"):
        found.operation_model("GetBones")
    with pytest.raises(ModelError, match="no shape named 'Inn'"):
        found.shape_for("Inn")


def test_files_that_are_none(loader, tmp_path):
    os.mkfifo(tmp_path / "pipe.json")
    for path in ("nothing.json", ".", "pipe.json", "\0"):
        with pytest.raises(DataNotFoundError):
            ServiceModel.from_file(tmp_path / path)
    (tmp_path / "a").symlink_to(tmp_path / "a")
    assert "s3" in loader().available_services()


@pytest.mark.parametrize(
    "content",
    [{"metadata": object()}, {1: 2}, {"metadata": {"uid": 2**70}}, [1], 5],
    ids=["object", "key", "large", "list", "number"],
)
def test_dicts_that_are_no_json(content):
    with pytest.raises(ModelError):
        ServiceModel.from_dict(content)


def test_a_dict_that_holds_itself():
    content = {"metadata": {}}
    content["metadata"]["uid"] = content
    with pytest.raises(ModelError, match="not JSON"):
        ServiceModel.from_dict(content)


def test_errors_survive_pickling(loader):
    for call in (lambda: loader().service_model("bnoes"), lambda: ServiceModel.from_dict({})):
        with pytest.raises((DataNotFoundError, ModelError)) as caught:
            call()
        twin = pickle.loads(pickle.dumps(caught.value))
        assert (type(twin), str(twin), vars(twin)) == (type(caught.value), str(caught.value), vars(caught.value))


# --- one copy


def test_one_copy_for_all_loaders_and_threads(put, loader):
    put("a/bones/2024-01-01/service-2.json", model())
    with ThreadPoolExecutor(16) as pool:
        models = list(pool.map(lambda _: loader().service_model("bones"), range(64)))
        operations = list(pool.map(lambda found: found.operation_model("GetBone"), models))
        members = list(pool.map(lambda operation: operation.input_shape.members["Id"], operations))
    assert len({id(item) for item in models}) == 1
    assert len({id(item) for item in operations}) == 1
    assert len({id(item) for item in members}) == 1


def test_a_changed_file_is_another_model(put, loader):
    put("a/bones/2024-01-01/service-2.json", model())
    first = loader().service_model("bones")
    put("a/bones/2024-01-01/service-2.json", model(endpointPrefix="changed"))
    assert loader().service_model("bones").endpoint_prefix == "changed"
    assert first.endpoint_prefix == "bones"


@pytest.mark.skipif(os.name == "nt", reason="Windows knows no time of change")
def test_a_changed_file_of_the_same_size_and_time_is_another_model(put, loader):
    """As packages of reproducible builds are: each of their files was written on 1 January 1980."""
    for prefix in ("bones", "stone"):
        written = put("a/bones/2024-01-01/service-2.json", model(endpointPrefix=prefix))
        os.utime(written, ns=(0, 315_532_800 * 10**9))
        assert loader().service_model("bones").endpoint_prefix == prefix


def test_companions_are_shared_and_looked_up(loader):
    found = loader()
    assert read_paginators(loader(), "s3") is read_paginators(found, "s3")
    pages = read_paginators(found, "s3").get_paginator("ListObjectsV2")
    assert (pages.input_tokens, pages.result_keys) == (("ContinuationToken",), ("Contents", "CommonPrefixes"))
    assert "RequestCharged" in pages.non_aggregate_keys
    assert read_waiters(found, "s3").get_waiter("BucketExists").acceptors[0].expected == 200
    assert read_resources(found, "s3").resources["Bucket"].identifiers[0].name == "Name"
    with pytest.raises(OperationNotPageableError, match="PutObject"):
        read_paginators(found, "s3").get_paginator("PutObject")
    with pytest.raises(ValueError, match=r"BucketExist\. Did you mean: 'BucketExists'"):
        read_waiters(found, "s3").get_waiter("BucketExist")


def test_what_stands_beside_a_model_is_found_by_its_folder(put, loader, tmp_path):
    """Its name is the version that is asked for; the model may say another one, which is the service's business."""
    raw = {**model(apiVersion="2020-02-02", serviceId="Folders"), "operations": {"ListThings": {"name": "ListThings"}}}
    folder = "a/folders/2024-01-01"
    paging = {"input_token": "T", "output_token": "T", "result_key": "R"}
    waiting = {"operation": "ListThings", "delay": 1, "maxAttempts": 1, "acceptors": []}
    rule = {"conditions": [], "type": "endpoint", "endpoint": {"url": "https://by.rules"}}
    put(f"{folder}/service-2.json", raw)
    put(f"{folder}/paginators-1.json", {"pagination": {"ListThings": paging}})
    put(f"{folder}/waiters-2.json", {"version": 2, "waiters": {"Done": waiting}})
    put(f"{folder}/endpoint-rule-set-1.json", {"version": "1.0", "parameters": {}, "rules": [rule]})
    found = loader().service_model("folders")
    assert (found.api_version, found.folder_version) == ("2020-02-02", "2024-01-01")
    client = osteon.Session(data_path=tmp_path / "a").client("folders", "us-east-1")
    assert client.meta.endpoint_url == "https://by.rules"
    assert client.can_paginate("list_things")
    assert client.waiter_names == ["done"]


# --- frozen, and documented where asked


def test_models_are_frozen_all_the_way(loader):
    found = loader().service_model("s3")
    operation = found.operation_model("PutObject")
    for thing in (found, found.metadata, operation, operation.http, operation.input_shape):
        assert hash(thing) == hash(thing)
        with pytest.raises(Exception, match="frozen"):
            thing.name = "x"
    for table in (operation.input_shape.members, operation.static_context_params, found.client_context_params):
        with pytest.raises(TypeError):
            table["x"] = 1
    assert isinstance(operation.errors, tuple)
    assert isinstance(operation.input_shape.required, tuple)
    with pytest.raises(TypeError):
        loader().service_index()["s3"] = 1
    with pytest.raises(TypeError):
        read_waiters(loader(), "s3").waiters["x"] = 1


def test_a_model_in_memory_is_detached_from_its_dict():
    content = json.loads(json.dumps(MODEL))
    found = ServiceModel.from_dict(content, service_name="bones")
    content["shapes"]["Id"]["type"] = "list"
    content["metadata"]["endpointPrefix"] = "other"
    assert found.shape_for("Id").type == "string"
    assert (found.endpoint_prefix, found.service_name) == ("bones", "bones")


def test_documentation_is_read_when_asked_for(put, loader):
    path = put("a/bones/2024-01-01/service-2.json.gz", MODEL)
    for found in (loader().service_model("bones"), ServiceModel.from_file(path), ServiceModel.from_dict(MODEL)):
        assert found.documentation == "<p>Bones.</p>"
        assert found.operation_model("GetBone").documentation == "<p>Gets.</p>"
        assert found.definitions.documentation("shapes", "In", "members", "Id") == "Which."
        assert found.definitions.documentation("shapes", "nothing", "here") == ""
        assert "documentation" not in found.definitions.operation("GetBone")


def test_the_index_says_what_the_model_says(put, loader):
    put("a/bones/2024-01-01/service-2.json", {"shapes": {}, **MODEL})  # metadata is not at its usual place
    put("a/bones/2024-01-01/service-2.sdk-extras.json", {"merge": {"metadata": {"serviceId": "Bone Vault"}}})
    for _ in range(2):  # read, then from the cache
        entry = loader().service_index()["bones"]
        assert (entry.api_version, entry.endpoint_prefix, entry.service_id) == ("2024-01-01", "bones", "Bone Vault")
        assert entry.event_name == "bone-vault"
    assert loader().operation_names("bones") == ("GetBone",)
