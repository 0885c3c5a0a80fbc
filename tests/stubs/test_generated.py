"""Generated packages at run time: names made from the model, classes as tokens, the user's classes for names."""

import ast
import importlib
import subprocess
import sys
import typing
from pathlib import Path

import pydantic
import pytest
import typing_extensions

from osteon.aws.typed_additions import typed_additions
from osteon.clients import Client, Paginator, SyncClient
from osteon.clients.errors import ClientExceptions
from osteon.exceptions import ClientError
from osteon.generated import sessions
from osteon.model.loader import Loader
from osteon.resources import Resource
from osteon.stubs.package import Options, package_files
from osteon.stubs.write import write

SERVICES = ("s3", "dynamodb", "harbor", "ledger")
CREDENTIALS = {"region_name": "eu-west-1", "aws_access_key_id": "a", "aws_secret_access_key": "b"}
EXTENSIONS = """
from twins.aws.harbor import HarborClient, HarborResource, Ship
class MyHarbor(HarborClient):
    def hail(self): return "ahoy"
class MyHarborResource(HarborResource): ...
"""


@pytest.fixture(scope="module", autouse=True)
def package(tmp_path_factory):
    folder = tmp_path_factory.mktemp("twins")
    (folder / "twins").mkdir()
    (folder / "twins" / "__init__.py").touch()
    (folder / "twins" / "own.py").write_text(EXTENSIONS)
    classes = {"harbor": "twins.own:MyHarbor"}
    resources = {"harbor": "twins.own:MyHarborResource"}
    options = Options(SERVICES, classes=classes, resource_classes=resources)
    write(folder / "twins" / "aws", package_files(Loader(), options, typed_additions))
    sys.path.insert(0, str(folder))
    yield folder
    sys.path.remove(str(folder))
    for name in [name for name in sys.modules if name.split(".")[0] == "twins"]:
        del sys.modules[name]


@pytest.fixture
def aws():
    return importlib.import_module("twins.aws")


@pytest.fixture
def s3():
    return importlib.import_module("twins.aws.s3")


def test_the_marker_class_holds_its_service_only(s3):
    assert issubclass(s3.S3Client, Client)
    assert {name for name in vars(s3.S3Client) if not name.startswith("__")} == {"SERVICE"}
    assert s3.S3Client is s3.S3Client
    assert {name for name in vars(s3.Bucket) if not name.startswith("__")} == {"SERVICE", "RESOURCE"}
    assert issubclass(s3.Bucket, Resource)
    assert (s3.Bucket.RESOURCE, s3.S3Resource.RESOURCE) == ("Bucket", "ServiceResource")


def test_typed_dicts_say_what_the_stub_says(s3):
    request = s3.ListObjectsRequest
    assert request.__required_keys__ == {"Bucket"}
    assert "Prefix" in request.__optional_keys__
    assert s3.ListObjectsParams.__required_keys__ == frozenset()
    assert typing.get_args(s3.EncodingType) == ("url",)
    assert request(Bucket="b") == {"Bucket": "b"}
    assert "Prefix" in s3.ListObjectsRequestOptions.__optional_keys__
    assert s3.BucketShape.__name__ == "BucketShape"


def test_types_beyond_the_model_are_there():
    s3 = importlib.import_module("twins.aws.s3")
    assert s3.UploadArgs.__optional_keys__ >= {"ACL", "ContentType", "Metadata"}
    assert s3.CopySource.__required_keys__ == {"Bucket", "Key"}
    dynamodb = importlib.import_module("twins.aws.dynamodb")
    assert dynamodb.ResourcePutItemResponse is not dynamodb.PutItemResponse


def test_shapes_that_hold_themselves():
    dynamodb = importlib.import_module("twins.aws.dynamodb")
    assert set(dynamodb.AttributeValue.__annotations__) >= {"S", "M", "L"}
    ledger = importlib.import_module("twins.aws.ledger")
    assert ledger.PutCategoriesRequest.__required_keys__ == {"Root"}


def test_types_that_hold_themselves_are_known_to_who_reads_annotations():
    ledger, dynamodb = (importlib.import_module(f"twins.aws.{name}") for name in ("ledger", "dynamodb"))
    children = typing_extensions.get_type_hints(ledger.CategoryIn)["Children"]
    assert typing.get_args(children) == (ledger.CategoryIn,)
    assert typing.get_type_hints(dynamodb.ResourceQueryRequest)["TableName"] is str
    tree = {"Name": "a", "Children": [{"Name": "b", "Children": []}]}
    assert pydantic.TypeAdapter(ledger.Category).validate_python(tree) == tree
    assert ledger.CategoryIn is vars(ledger)["CategoryIn"]


@pytest.mark.parametrize("service", SERVICES)
def test_every_typed_dict_has_annotations_that_can_be_read(service):
    module = importlib.import_module(f"twins.aws.{service}")
    kinds = [kind for name in dir(module) if hasattr(kind := getattr(module, name), "__required_keys__")]
    assert all(set(typing.get_type_hints(kind)) == set(kind.__annotations__) for kind in kinds)


def test_errors_are_those_that_clients_raise(s3):
    assert issubclass(s3.NoSuchBucket, ClientError)
    assert s3.NoSuchBucket is ClientExceptions(Loader().service_model("s3")).NoSuchBucket


@pytest.mark.parametrize("service", SERVICES)
def test_every_name_of_the_stub_can_be_imported(service):
    module = importlib.import_module(f"twins.aws.{service}")
    for name in dir(module):
        assert getattr(module, name) is not None
    assert module.__all__ if hasattr(module, "__all__") else True


def test_every_name_of_the_packages_stub_can_be_imported(package, aws):
    body = ast.parse((package / "twins" / "aws" / "__init__.pyi").read_text("utf-8")).body
    named = [node.name for node in body if isinstance(node, ast.ClassDef) and not node.name.startswith("_")]
    assert named == ["SessionEvents", "Session", "AsyncSessionEvents", "AsyncSession"]
    assert all(hasattr(aws, name) for name in named)


def test_parts_of_a_module_have_its_names(s3):
    parts = [importlib.import_module(f"twins.aws._s3_{part}") for part in ("shapes", "events", "resources")]
    assert all(part.Bucket is s3.Bucket and set(dir(s3)) <= set(dir(part)) for part in parts)


def test_unknown_names_tell_the_close_ones(s3):
    with pytest.raises(AttributeError, match="ListObjectsRequest"):
        s3.ListObjectsRequests
    assert s3.ListObjectsV2Paginator is Paginator


def test_a_token_gives_itself(aws, s3):
    class Cacheable:
        def cache_key(self):
            return f"key of {self.SERVICE}"

        def list_buckets(self, **kwargs):
            return "mixed in", super().list_buckets

    class MyS3(Cacheable, s3.S3Client):
        def list_objects(self, **kwargs):
            return "overridden", super().list_objects

    client = aws.Session(**CREDENTIALS).client(MyS3)
    assert isinstance(client, MyS3)
    assert isinstance(client, SyncClient)
    assert client.cache_key() == "key of s3"
    for method in ("list_objects", "list_buckets"):
        told, below = getattr(client, method)()
        assert told in ("overridden", "mixed in")
        assert below.__func__.operation_name in ("ListObjects", "ListBuckets")


def test_a_handlers_mixin_that_the_token_has_is_dropped(aws, s3):
    class Mixin:
        def greet(self):
            return "mixin"

    class MyS3(Mixin, s3.S3Client):
        def greet(self):
            return f"mine over {super().greet()}"

    session = aws.Session(**CREDENTIALS)

    def insert(base_classes, class_attributes, **kwargs):
        base_classes.insert(0, Mixin)
        class_attributes["answer"] = 42

    session.events.hooks["creating-client-class.s3"].register(insert)
    client = session.client(MyS3)
    assert (client.greet(), client.answer) == ("mine over mixin", 42)
    assert session.client("s3").greet() == "mixin"


def test_the_configured_class_stands_for_the_name(aws):
    session = aws.Session()
    client = session.client("harbor", endpoint_url="http://127.0.0.1:9")
    assert client.hail() == "ahoy"
    resource = session.resource("harbor", endpoint_url="http://127.0.0.1:9")
    assert type(resource).__name__ == "MyHarborResource"
    asynchronous = aws.AsyncSession().client("harbor", endpoint_url="http://127.0.0.1:9")
    assert not hasattr(type(asynchronous), "hail")


@pytest.mark.parametrize(
    ("path", "error", "told"),
    [
        ("twins.nowhere:Mine", ImportError, "No module named 'twins.nowhere'"),
        ("twins.own:Missing", ImportError, "has no attribute 'Missing'"),
        ("twins.own:MyHarborResource", TypeError, "not derived from one of its generated classes"),
        ("twins.own:Ship", TypeError, "not derived"),
    ],
)
def test_a_configured_class_that_cannot_stand_for_the_name_is_told(path, error, told):
    session, _ = sessions("twins.aws", __file__, classes={"ledger": path})
    with pytest.raises(error, match=f"{path}, the class that is configured for ledger, .*{told}"):
        session().client("ledger")


def test_a_resource_token(aws, s3):
    class Log(s3.ObjectSummary):
        def line(self):
            return f"{self.bucket_name}/{self.key}"

    class MyBucket(s3.Bucket): ...

    class MyS3(s3.S3Resource):
        def Bucket(self, name):
            return self.make(MyBucket, name)

    bucket = aws.Session(**CREDENTIALS).resource(MyS3).Bucket("b")
    assert isinstance(bucket, MyBucket)
    assert bucket.make(Log, "b", "k").line() == "b/k"


def test_names_of_own_services_load_nothing_of_aws(package):
    script = (
        "import sys; from twins.aws.harbor import Ship, GetShipRequest, HarborClient;"
        "print([name for name in sys.modules if name.startswith('osteon.aws')])"
    )
    told = subprocess.run([sys.executable, "-c", script], cwd=package, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


def test_own_models_are_found_beside_the_package(tmp_path, monkeypatch):
    models = Path(__file__).parents[2] / "models"
    options = Options(("ledger",), data_path=(str(models),))
    (tmp_path / "solo").mkdir()
    (tmp_path / "solo" / "__init__.py").touch()
    write(tmp_path / "solo" / "aws", package_files(Loader(), options))
    monkeypatch.syspath_prepend(str(tmp_path))
    solo = importlib.import_module("solo.aws")
    assert str(models) in solo.Session()._loader.search_paths[0]
