"""Client classes made at run time: what they hold, what they refuse, how handlers change them."""

from __future__ import annotations

import copy
import gc
import inspect
import pickle
import pydoc
import subprocess
import sys
import threading
import weakref
from collections.abc import Iterator
from typing import Any
from unittest.mock import create_autospec

import botocore.utils
import pytest

import osteon
from osteon.clients.base import Client
from osteon.exceptions import ClientError, HandlerError, ParamValidationError, UnheardEventError, UnheardEventWarning
from osteon.http import Response
from osteon.model.class_names import NAMED_FOR_PEOPLE
from osteon.transport.canned import CannedTransport

BUCKETS = b"<ListAllMyBucketsResult><Buckets><Bucket><Name>b</Name></Bucket></Buckets></ListAllMyBucketsResult>"


@pytest.fixture
def session() -> osteon.Session:
    return osteon.Session(
        "AKID",
        "secret",
        region_name="eu-west-1",
        transport=lambda options: CannedTransport(lambda request: Response(200, body=BUCKETS)),
    )


@pytest.fixture
def s3(session: osteon.Session) -> Iterator[Any]:
    with session.client("s3") as client:
        yield client


# --- the class


def test_the_class_is_made_by_type_and_named_as_boto3_names_it(s3: Any) -> None:
    assert type(s3).__name__ == "S3"
    assert isinstance(s3, Client)
    assert type(type(s3)) is type


@pytest.mark.parametrize(
    ("service", "name"),
    [
        ("dynamodb", "DynamoDB"), ("ec2", "EC2"), ("sqs", "SQS"), ("lambda", "Lambda"), ("iam", "IAM"),
        ("abuse-signal", "AbuseSignal"), ("wickr", "WickrAdminAPI"), ("transcribe", "TranscribeService"),
        ("harbor", "Harbor"),
    ],
)  # fmt: skip
def test_class_names(session: osteon.Session, service: str, name: str) -> None:
    assert type(session.client(service)).__name__ == name


def test_the_services_with_older_names_are_those_of_botocore() -> None:
    assert botocore.utils.SERVICE_MODULE_NAMES.keys() == NAMED_FOR_PEOPLE


@pytest.mark.parametrize("service", ["sqs", "s3", "rds", "polly"])
def test_a_class_no_user_listens_to_is_made_once(session: osteon.Session, service: str) -> None:
    other = osteon.Session("AKID", "secret", region_name="us-east-1")
    assert type(session.client(service)) is type(other.client(service))
    assert type(session.client(service)) is not type(osteon.AsyncSession().client(service, "us-east-1"))


def test_a_class_with_a_token_is_the_tokens() -> None:
    class Mine(Client):
        SERVICE = "s3"

    session = osteon.Session(region_name="us-east-1")
    assert type(session.client(Mine)) is type(session.client(Mine))
    assert type(session.client(Mine)) is not type(session.client("s3"))


def test_models_in_memory_have_classes_of_their_own_that_go_with_them() -> None:
    session = osteon.Session(region_name="us-east-1")
    metadata = {"apiVersion": "2024-01-01", "endpointPrefix": "bones", "protocol": "json", "serviceId": "Bones"}
    gone = []
    for operation in ("GetBone", "PutBone"):
        raw = {"metadata": metadata, "operations": {operation: {"name": operation}}, "shapes": {}}
        model = osteon.ServiceModel.from_dict(raw, service_name="bones")
        made = session.client(model, endpoint_url="http://127.0.0.1:1")
        assert list(made.meta.method_to_api_mapping.values()) == [operation]
        assert type(made) is type(session.client(model, endpoint_url="http://127.0.0.1:1"))
        gone += [weakref.ref(model), weakref.ref(type(made))]
    del model, made
    gc.collect()
    assert [reference() for reference in gone] == [None] * 4


def test_clients_do_not_share_the_mapping_of_methods(session: osteon.Session) -> None:
    session.client("sqs").meta.method_to_api_mapping["mine"] = "Mine"  # type: ignore[index]  # users of boto3 do it
    assert "mine" not in session.client("sqs").meta.method_to_api_mapping


def test_a_class_with_listeners_is_made_anew(session: osteon.Session) -> None:
    made = []
    shared = type(session.client("s3"))
    session.events.register("creating-client-class.s3", lambda class_attributes, **kw: made.append(class_attributes))
    assert len({shared, type(session.client("s3")), type(session.client("s3"))}) == 3
    assert len(made) == 2
    assert all("upload_file" in attributes and "list_buckets" in attributes for attributes in made)


def test_class_attributes_hold_every_operation(session: osteon.Session) -> None:
    seen: dict[str, Any] = {}
    session.events.register("creating-client-class.s3", lambda class_attributes, **kw: seen.update(class_attributes))
    client = session.client("s3")
    assert set(client.meta.method_to_api_mapping) <= set(seen)


def test_an_operation_can_be_wrapped(session: osteon.Session) -> None:
    def wrap(class_attributes: dict[str, Any], **kwargs: Any) -> None:
        original = class_attributes["list_buckets"]

        def list_buckets(self: Any, **kw: Any) -> Any:
            answer = original(self, **kw)
            answer["Wrapped"] = True
            return answer

        class_attributes["list_buckets"] = list_buckets

    session.events.register("creating-client-class.s3", wrap)
    assert session.client("s3").list_buckets()["Wrapped"] is True


def test_a_base_class_can_override_and_call_super(session: osteon.Session) -> None:
    class Counting:
        def purge(self) -> int:
            return len(self.list_buckets()["Buckets"])  # type: ignore[attr-defined]  # the generated class has it

    def insert(base_classes: list[type], class_attributes: dict[str, Any], **kwargs: Any) -> None:
        base_classes.insert(0, Counting)

        def greet(self: Any) -> str:
            return "hello"

        class_attributes["greet"] = greet

    session.events.register("creating-client-class.s3", insert)
    client = session.client("s3")
    assert client.purge() == 1
    assert client.greet() == "hello"


def test_bases_of_which_no_class_can_be_made_are_one_error(session: osteon.Session) -> None:
    session.events.register("creating-client-class.s3", lambda base_classes, **kw: base_classes.append(object))
    session.events.register("creating-client-class.s3", lambda base_classes, **kw: base_classes.insert(0, object))
    with pytest.raises(HandlerError, match="no class S3"):
        session.client("s3")


class Mixin:
    def cache_key(self) -> str:
        return "mixin"


class S3Client(Client):
    SERVICE = "s3"


class MyS3(Mixin, S3Client):
    def list_buckets(self, **kwargs: Any) -> Any:
        answer = super().list_buckets(**kwargs)  # type: ignore[misc]  # found in the generated class
        return {"mine": answer["Buckets"]}


def test_a_class_of_the_users_own_is_the_token(session: osteon.Session) -> None:
    client = session.client(MyS3)
    assert isinstance(client, MyS3)
    assert client.list_buckets()["mine"][0]["Name"] == "b"
    assert client.cache_key() == "mixin"
    assert inspect.isclass(type(client))
    assert issubclass(type(client), Mixin)


def test_bases_that_the_token_has_already_do_not_hide_its_overrides(session: osteon.Session) -> None:
    session.events.register("creating-client-class.s3", lambda base_classes, **kw: base_classes.insert(0, Mixin))
    assert session.client(MyS3).list_buckets()["mine"][0]["Name"] == "b"


def test_a_class_that_stands_for_no_service_is_refused(session: osteon.Session) -> None:
    class NoService(Client): ...

    class NoClient: ...

    for kind in (NoService, NoClient):
        with pytest.raises(TypeError, match=f"{kind.__qualname__} is no client class"):
            session.client(kind)


# --- its methods


def test_positional_arguments_are_refused(s3: Any) -> None:
    with pytest.raises(TypeError, match=r"list_objects\(\) only accepts keyword arguments\."):
        s3.list_objects("bucket")


def test_unknown_attributes_are_refused_with_the_close_name(s3: Any) -> None:
    with pytest.raises(AttributeError, match=r"'S3' object has no attribute 'list_objetcs'.*list_objects"):
        s3.list_objetcs  # reading it is the test


def test_getattr_handlers_may_supply_an_attribute(session: osteon.Session) -> None:
    session.events.register("getattr.s3.answer", lambda client, **kw: 42)
    assert session.client("s3").answer == 42


def test_signature_and_docstring_come_from_the_model(s3: Any) -> None:
    signature = inspect.signature(s3.list_objects)
    assert next(iter(signature.parameters)) == "Bucket"
    assert signature.parameters["Bucket"].default is inspect.Parameter.empty
    assert signature.parameters["Prefix"].default is ...
    assert all(parameter.kind is parameter.KEYWORD_ONLY for parameter in signature.parameters.values())
    assert "Bucket (str) [required]" in s3.list_objects.__doc__
    assert "client.exceptions.NoSuchBucket" in s3.list_objects.__doc__


def test_help_reads_well(s3: Any) -> None:
    text = pydoc.plain(pydoc.render_doc(s3.list_objects))
    # Python 3.13 writes a parameter a line
    assert "list_objects(*, Bucket" in "".join(text.split("\n    ")).replace("*,B", "*, B")
    assert "Parameters:" in text
    assert "list_objects" in pydoc.plain(pydoc.render_doc(type(s3)))


def test_tab_completion_lists_the_operations(s3: Any) -> None:
    assert {"list_objects", "put_object", "meta", "exceptions", "close"} <= set(dir(s3))
    assert "NoSuchBucket" in dir(s3.exceptions)


def test_a_client_can_be_specced(s3: Any) -> None:
    double = create_autospec(s3)
    double.list_objects(Bucket="b")
    with pytest.raises(TypeError):
        double.list_objects(Buckett="b")


def test_operations_are_methods_of_the_class(s3: Any) -> None:
    assert inspect.ismethod(s3.list_objects)
    assert s3.list_objects.__self__ is s3
    assert s3.list_objects.__name__ == "list_objects"
    assert type(s3).list_buckets(s3)["Buckets"]


# --- meta, exceptions, closing


def test_meta(s3: Any) -> None:
    assert s3.meta.service_model.service_name == "s3"
    assert s3.meta.method_to_api_mapping["list_objects_v2"] == "ListObjectsV2"
    assert s3.meta.region_name == "eu-west-1"
    assert s3.meta.endpoint_url == "https://s3.eu-west-1.amazonaws.com"
    assert s3.meta.partition == "aws"
    assert s3.meta.config.read_timeout == 60


def test_a_missing_bucket_is_a_class_of_its_own(session: osteon.Session) -> None:
    answer = Response(404, body=b"<Error><Code>NoSuchBucket</Code><Message>gone</Message></Error>")
    answering = osteon.Session("a", "b", region_name="eu-west-1", transport=lambda _: CannedTransport(lambda _: answer))
    client = answering.client("s3")
    with pytest.raises(client.exceptions.NoSuchBucket) as caught:
        client.list_objects(Bucket="b")
    error = caught.value
    assert isinstance(error, ClientError)
    assert (error.code, error.status_code, error.operation_name) == ("NoSuchBucket", 404, "ListObjects")
    assert str(error) == "An error occurred (NoSuchBucket) when calling the ListObjects operation: gone"
    assert error.response["Error"]["Code"] == "NoSuchBucket"
    assert type(error) is session.client("s3").exceptions.NoSuchBucket
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert again.response == error.response
    script = "import pickle,sys; e=pickle.load(sys.stdin.buffer); print(type(e).__name__, e.code)"
    told = subprocess.run([sys.executable, "-c", script], input=pickle.dumps(error), capture_output=True, check=True)
    assert told.stdout.split() == [b"NoSuchBucket", b"NoSuchBucket"]


def test_an_unknown_exception_names_the_known_ones(s3: Any) -> None:
    with pytest.raises(AttributeError, match=r"NoSuchBuckett.*NoSuchBucket"):
        s3.exceptions.NoSuchBuckett  # reading it is the test


def test_closing_closes_the_transport() -> None:
    transports: list[CannedTransport] = []

    def make(options: Any) -> CannedTransport:
        transports.append(CannedTransport())
        return transports[-1]

    with osteon.Session("a", "b", region_name="eu-west-1", transport=make).client("s3"):
        assert not transports[0].closed
    assert transports[0].closed


# --- events and isolation


def test_a_clients_handlers_are_its_own(session: osteon.Session) -> None:
    first, second = session.client("s3"), session.client("s3")
    heard: list[Any] = []
    first.meta.events.register("provide-client-params.s3.ListBuckets", lambda **kw: heard.append(kw["model"].name))
    second.list_buckets()
    session.events.register("provide-client-params.s3.ListBuckets", lambda **kw: heard.append("session"))
    first.list_buckets()
    assert heard == ["ListBuckets"]


def test_what_handlers_return_is_validated(session: osteon.Session) -> None:
    session.events.register("provide-client-params.s3.ListObjects", lambda params, **kw: {"Buckett": "b"})
    with pytest.raises(ParamValidationError, match=r'Missing required parameter in input: "Bucket"'):
        session.client("s3").list_objects(Bucket="b")


def test_what_is_no_mapping_is_an_error_that_names_the_handler(session: osteon.Session) -> None:
    def wrong(**kwargs: Any) -> list[str]:
        return ["x"]

    session.events.register("provide-client-params.s3.ListObjects", wrong)
    with pytest.raises(HandlerError, match="wrong"):
        session.client("s3").list_objects(Bucket="b")


def test_an_empty_dict_is_taken_too(session: osteon.Session) -> None:
    session.events.register("provide-client-params.s3.ListBuckets", lambda params, **kw: {})
    assert session.client("s3").list_buckets(MaxBuckets=1)["Buckets"]


def test_names_nobody_can_hear_are_told() -> None:
    session = osteon.Session("a", "b", region_name="eu-west-1")
    session.events.register("provide-client-params.s3.ListObjectz", lambda **kw: None)
    with pytest.warns(UnheardEventWarning, match="ListObjects"):
        client = session.client("s3")
    with pytest.warns(UnheardEventWarning, match="GetObject"):
        client.meta.events.register("before-call.s3.GetObjekt", lambda **kw: None)


def test_strict_events_make_it_an_error() -> None:
    session = osteon.Session("a", "b", region_name="eu-west-1", strict_events=True)
    session.events.register("creating-client-class.s33", lambda **kw: None)
    with pytest.raises(UnheardEventError, match="s3"):
        session.client("s3")


# --- threads


def test_clients_can_be_made_and_shared_in_threads(session: osteon.Session) -> None:
    client = session.client("s3")
    results: list[Any] = []

    def work() -> None:
        results.append(session.client("s3").list_buckets()["Buckets"][0]["Name"])
        results.append(client.list_buckets()["Buckets"][0]["Name"])

    threads = [threading.Thread(target=work) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == ["b"] * 32


def test_the_package_functions_survive_imports_of_their_rooms() -> None:
    script = (
        "import osteon, osteon.clients, osteon.resources\n"
        "for _ in range(2):\n"
        "    osteon.client('s3', region_name='eu-west-1', aws_access_key_id='a', aws_secret_access_key='b')\n"
        "print(callable(osteon.client))"
    )
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, text=True)
    assert told.stdout.strip() == "True"


def test_emitters_copy(session: osteon.Session) -> None:
    twin = copy.copy(session.events)
    twin.register("creating-client-class.s3", lambda **kw: pytest.fail("heard"))
    session.client("s3")
