"""Resource classes as users change them: the guide's examples, the events' order and place, classes of one's own."""

from __future__ import annotations

from typing import Any

import pytest

import osteon
from osteon.exceptions import HandlerError, ResourceLoadException, ResourceNotExistsError, UnknownAPIVersionError
from osteon.http import Headers, Response
from osteon.resources import Resource

PLACE = {"region_name": "us-east-1", "aws_access_key_id": "a", "aws_secret_access_key": "b"}


class S3Resource(Resource):
    SERVICE, RESOURCE = "s3", "ServiceResource"


class Bucket(Resource):
    SERVICE, RESOURCE = "s3", "Bucket"


class ObjectSummary(Resource):
    SERVICE, RESOURCE = "s3", "ObjectSummary"


# --- the guide's examples


def test_a_method_is_added(mode: Any) -> None:
    def custom_method(self: Any) -> str:
        return f"{self.name} of {self.meta.service_name}"

    def add_custom_method(class_attributes: dict[str, Any], **kwargs: Any) -> None:
        class_attributes["custom_method"] = custom_method

    session = mode.session()
    session.events.register("creating-resource-class.s3.Bucket", add_custom_method)
    resource = session.resource("s3", **PLACE)
    assert resource.Bucket("photos").custom_method() == "photos of s3"
    assert not hasattr(resource.Object("photos", "x"), "custom_method")


def test_a_base_class_is_added(mode: Any) -> None:
    class CustomClass:
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.made_of = args

        def custom_method(self) -> str:
            return "method of a base"

    def add_custom_class(base_classes: list[type[Any]], **kwargs: Any) -> None:
        base_classes.insert(0, CustomClass)

    session = mode.session()
    session.events.register("creating-resource-class.s3.ServiceResource", add_custom_class)
    resource = session.resource("s3", **PLACE)
    assert isinstance(resource, CustomClass)
    assert resource.custom_method() == "method of a base"
    assert resource.made_of == ()


# --- when and where


def test_the_event_is_emitted_whenever_a_class_is_made(mode: Any) -> None:
    heard: list[str] = []

    def hear(event_name: str, service_context: Any, **kwargs: Any) -> None:
        heard.append(event_name)
        assert service_context.service_name == "s3"
        assert service_context.service_model.service_name == "s3"
        assert "Bucket" in service_context.resource_json_definitions
        assert "BucketExists" in service_context.service_waiter_model.waiter_names

    session = mode.session()
    session.events.register("creating-resource-class.s3", hear)
    resource = session.resource("s3", **PLACE)
    resource.Bucket("a")
    resource.Bucket("b").Object("c")
    prefix = "creating-resource-class.s3."
    assert heard == [f"{prefix}{name}" for name in ("ServiceResource", "Bucket", "Bucket", "Object")]


def test_a_handler_that_comes_later_is_heard_by_resources_that_are_there(mode: Any) -> None:
    session = mode.session()
    resource = session.resource("s3", **PLACE)
    before = resource.Bucket("a")
    session.events.register(
        "creating-resource-class.s3.Bucket", lambda class_attributes, **kwargs: class_attributes.update(late=1)
    )
    assert not hasattr(before, "late")
    assert resource.Bucket("a").late == 1


def test_without_handlers_a_class_is_made_once(mode: Any) -> None:
    resource = mode.session().resource("s3", **PLACE)
    assert type(resource.Bucket("a")) is type(resource.Bucket("b")) is type(resource.Object("a", "b").Bucket())


def test_osteons_own_additions_come_before_the_users(mode: Any) -> None:
    def wrap(class_attributes: dict[str, Any], **kwargs: Any) -> None:
        original = class_attributes["upload_file"]
        class_attributes["upload_file"] = lambda self, *args: ("wrapped", original.__name__)

    session = mode.session()
    session.events.register("creating-resource-class.s3.Bucket", wrap)
    assert session.resource("s3", **PLACE).Bucket("b").upload_file() == ("wrapped", "upload_file")


def test_bases_of_which_no_class_can_be_made_are_told(mode: Any) -> None:
    session = mode.session()
    session.events.register(
        "creating-resource-class.s3.Bucket", lambda base_classes, **kwargs: base_classes.insert(0, bool)
    )
    with pytest.raises(HandlerError, match=r"creating-resource-class\.s3\.Bucket"):
        session.resource("s3", **PLACE).Bucket("b")


# --- classes of one's own


def test_a_class_of_ones_own_is_the_resource(mode: Any) -> None:
    class MyBucket(Bucket):
        def shout(self) -> str:
            return self.name.upper()

    class MyS3(S3Resource):
        def Bucket(self, name: str) -> MyBucket:
            return self.make(MyBucket, name)

    resource = mode.session().resource(MyS3, **PLACE)
    assert isinstance(resource, MyS3)
    bucket = resource.Bucket("photos")
    assert isinstance(bucket, MyBucket)
    assert (bucket.shout(), bucket.name) == ("PHOTOS", "photos")
    # The same bucket, whatever the class.
    plain = mode.session().resource("s3", **PLACE).Bucket("photos")
    assert bucket == plain
    assert hash(bucket) == hash(plain)


def test_a_collection_of_ones_own_class(mode: Any) -> None:
    class Log(ObjectSummary):
        def lines(self) -> str:
            return f"lines of {self.key}"

    objects = mode.session().resource("s3", **PLACE).Bucket("b").objects
    answer = {"Contents": [{"Key": "a", "Size": 1}, {"Key": "b", "Size": 2}]}
    made = objects.of(Log)._items({}, answer, None)
    assert [each.lines() for each in made] == ["lines of a", "lines of b"]
    assert [each.size for each in made] == [1, 2]


@pytest.mark.parametrize("wrong", [int, Bucket, Resource, "s3.Bucket"])
def test_tokens_that_are_none(wrong: Any, mode: Any) -> None:
    resource = mode.session().resource("s3", **PLACE)
    with pytest.raises(TypeError):
        resource.Bucket("b").objects.of(wrong)


def test_a_resources_token_is_no_services(mode: Any) -> None:
    with pytest.raises(TypeError, match="Bucket"):
        mode.session().resource(Bucket, **PLACE)


# --- resources themselves


@pytest.mark.parametrize(
    ("args", "kwargs", "message"),
    [
        ((), {}, "Required parameter bucket_name not set"),
        (("b",), {}, "Required parameter key not set"),
        (("b", None), {}, "Required parameter key not set"),
        (("b", "k"), {"extra": 1}, "Unknown keyword argument: extra"),
        (("b", "k", "x"), {}, "takes 2 identifiers, 3 were given"),
    ],
)
def test_identifiers_that_are_refused(args: Any, kwargs: Any, message: str, mode: Any) -> None:
    with pytest.raises(ValueError, match=message):
        mode.session().resource("s3", **PLACE).Object(*args, **kwargs)


def test_identifiers_equality_repr_and_meta(mode: Any) -> None:
    s3 = mode.session().resource("s3", **PLACE)
    thing = s3.Object("b", key="k")
    assert (thing.bucket_name, thing.key) == ("b", "k")
    assert repr(thing) == "s3.Object(bucket_name='b', key='k')"
    assert thing == s3.Bucket("b").Object("k")
    assert thing != s3.Object("b", "other")
    assert thing != s3.ObjectSummary("b", "k")
    assert thing != "s3.Object(bucket_name='b', key='k')"
    assert len({thing, s3.Object("b", "k"), s3.Object("b", "other")}) == 2
    assert (thing.meta.service_name, thing.meta.identifiers, thing.meta.data) == ("s3", ["bucket_name", "key"], None)
    assert thing.meta.client is s3.meta.client
    assert thing.meta == s3.Object("b", "k").meta
    assert repr(thing.meta) == "ResourceMeta('s3', identifiers=['bucket_name', 'key'])"
    with pytest.raises(AttributeError):
        thing.key = "other"


def test_the_user_agent_says_resource_unless_the_user_says_otherwise(mode: Any) -> None:
    session = mode.session()
    assert session.resource("s3", **PLACE).meta.client.meta.config.user_agent_extra == "Resource"
    mine = session.resource("s3", **PLACE, config=osteon.Config(user_agent_extra="mine"))
    assert mine.meta.client.meta.config.user_agent_extra == "mine"


def test_services_without_resources(mode: Any) -> None:
    with pytest.raises(ResourceNotExistsError, match="client"):
        mode.session().resource("lambda", **PLACE)
    with pytest.raises(ResourceNotExistsError, match="Did you mean: 'dynamodb'"):
        mode.session().resource("dynamo-db", **PLACE)
    with pytest.raises(UnknownAPIVersionError, match="2006-03-01"):
        mode.session().resource("s3", api_version="1999-01-01", **PLACE)


def test_what_cannot_be_loaded_says_so(mode: Any) -> None:
    s3 = mode.session().resource("s3", **PLACE)
    with pytest.raises(ResourceLoadException, match="has no load method"):
        s3.MultipartUpload("b", "k", "id").initiated


class Things:
    """A collection's client in the place of one that calls: answers page by page, and keeps what it was asked."""

    def __init__(self, mode: Any, pages: list[list[str]], *, joined: bool = True) -> None:
        bodies = [self.listing(keys, more=joined and number < len(pages)) for number, keys in enumerate(pages, 1)]
        self.sent: list[Any] = []

        def answer(request: Any, **kwargs: Any) -> Response:
            self.sent.append(request)
            body = b"<DeleteResult/>" if request.method == "POST" else bodies.pop(0)
            return Response(200, Headers({"content-type": "application/xml"}), body, request.url)

        session = mode.session()
        session.events.register("before-send.s3", answer)
        self.bucket = session.resource("s3", **PLACE).Bucket("photos")

    @staticmethod
    def listing(keys: list[str], *, more: bool) -> bytes:
        contents = "".join(f"<Contents><Key>{key}</Key></Contents>" for key in keys)
        marker = f"<NextMarker>after {keys}</NextMarker>" if more else ""
        return f"<R>{contents}<IsTruncated>{str(more).lower()}</IsTruncated>{marker}</R>".encode()


def items(mode: Any, collection: Any) -> list[str]:
    found = list(collection) if mode.session_class is osteon.Session else mode.all(collection)
    return [each.key for each in found]


def test_a_batch_action_passes_over_an_empty_page(mode: Any) -> None:
    things = Things(mode, [["a", "b"], [], ["c"]])
    assert len(mode.do(things.bucket.objects.delete())) == 2
    bodies = [bytes(request.body) for request in things.sent if request.method == "POST"]
    assert [body.count(b"<Key>") for body in bodies] == [2, 1]


@pytest.mark.parametrize(("count", "expected"), [(0, ""), (1, "a"), (2, "ab"), (3, "abc"), (9, "abc")])
def test_a_limit(count: int, expected: str, mode: Any) -> None:
    assert items(mode, Things(mode, [["a", "b"], ["c"]]).bucket.objects.limit(count)) == list(expected)


def test_chaining_changes_no_other_collection(mode: Any) -> None:
    things = Things(mode, [["a"], ["b"], ["c"]], joined=False)
    base = things.bucket.objects.filter(Prefix="x")
    narrow = base.filter(Delimiter="/").page_size(1)
    for collection in (base, narrow, base):
        items(mode, collection)
    first, second, third = (request.url for request in things.sent)
    assert first == third
    assert "delimiter" not in first
    assert all(part in second for part in ("prefix=x", "delimiter=", "max-keys=1"))


@pytest.mark.parametrize("joined", [True, False], ids=["pages", "one answer"])
@pytest.mark.parametrize("by", ["items", "pages"])
def test_an_error_takes_nothing_from_a_collection(by: str, joined: bool, mode: Any) -> None:
    things = Things(mode, [["a", "b"], ["c"]], joined=joined)
    failures = iter([True, False, True, True, False])

    def fail(**kwargs: Any) -> None:
        if next(failures, False):
            raise ConnectionError("not now")

    things.bucket.meta.client.meta.events.register_first("before-call.s3", fail)
    collection = things.bucket.objects.all()
    blocking = mode.session_class is osteon.Session
    over = collection if by == "items" else collection.pages()
    iterator = iter(over) if blocking else aiter(over)
    got: list[str] = []
    while True:
        try:
            found = mode.do(next(iterator, None) if blocking else anext(iterator, None))
        except ConnectionError:
            continue
        if found is None:
            break
        got += [each.key for each in (found if by == "pages" else [found])]
    assert got == (["a", "b", "c"] if joined else ["a", "b"])


def test_an_async_attribute_that_is_not_loaded() -> None:
    thing = osteon.AsyncSession().resource("s3", **PLACE).Object("b", "k")
    with pytest.raises(ResourceLoadException, match="await obj"):
        _ = thing.content_length


def test_a_class_without_a_client(mode: Any) -> None:
    kind = type(mode.session().resource("s3", **PLACE).Bucket("b"))
    with pytest.raises(ValueError, match="client"):
        kind("b")
