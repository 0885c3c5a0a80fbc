"""The client examples of boto3's extensibility guide, with osteon in boto3's place, against a real S3 server (moto)."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from osteon.exceptions import ParamValidationError

_NUMBERS = itertools.count()


class S3:
    """Buckets of this test's own, and sessions and clients that reach them."""

    def __init__(self, mode: Any, url: str) -> None:
        self.mode, self.url = mode, url
        number = next(_NUMBERS)
        self.mine, self.other, self.specific = (f"{name}-{number}" for name in ("mybucket", "myother", "myspecific"))
        client = self.client()
        for bucket in (self.mine, self.other, self.specific):
            mode.do(client.create_bucket(Bucket=bucket))

    def client(self, session: Any = None) -> Any:
        return self.mode.client("s3", endpoint_url=self.url, session=session)

    def listed(self, client: Any, **params: Any) -> str:
        """The bucket that list_objects lists."""
        name: str = self.mode.do(client.list_objects(**params))["Name"]
        return name

    def adds(self, bucket: str) -> Any:
        """A handler as the guide has it."""

        def add_my_bucket(params: dict[str, Any], **kwargs: Any) -> None:
            if "Bucket" not in params:
                params["Bucket"] = bucket

        return add_my_bucket


@pytest.fixture
def s3(mode, moto_url):
    return S3(mode, moto_url)


# --- an introduction to the event system ------------------------------------------------------------------------------


def test_a_handler_adds_a_parameter(s3):
    client = s3.client()
    with pytest.raises(ParamValidationError, match='Missing required parameter in input: "Bucket"'):
        s3.listed(client)
    client.meta.events.register("provide-client-params.s3.ListObjects", s3.adds(s3.mine))
    assert s3.listed(client) == s3.mine
    assert s3.listed(client, Bucket=s3.other) == s3.other


def test_a_handler_without_kwargs_is_refused(s3):
    def add_my_bucket(params):
        """Would break with the next keyword argument."""

    with pytest.raises(ValueError, match="kwargs"):
        s3.client().meta.events.register("provide-client-params.s3.ListObjects", add_my_bucket)


def test_a_handler_hears_nothing_of_the_past(s3):
    client, heard = s3.client(), []
    s3.listed(client, Bucket=s3.mine)
    client.meta.events.register("provide-client-params.s3.ListObjects", lambda **kwargs: heard.append(kwargs))
    assert heard == []
    s3.listed(client, Bucket=s3.mine)
    assert len(heard) == 1


def test_handlers_are_called_in_order_of_registration(s3):
    client, called = s3.client(), []
    for number in (1, 2, 3):
        client.meta.events.register("provide-client-params.s3.ListObjects", lambda n=number, **kwargs: called.append(n))
    s3.listed(client, Bucket=s3.mine)
    assert called == [1, 2, 3]


def test_first_and_last(s3):
    client, called = s3.client(), []
    events = client.meta.events
    for name, register in (
        ("last", events.register_last),
        ("middle", events.register),
        ("first", events.register_first),
    ):
        register("provide-client-params.s3.ListObjects", lambda name=name, **kwargs: called.append(name))
    s3.listed(client, Bucket=s3.mine)
    assert called == ["first", "middle", "last"]


def test_unregistered(s3):
    client, handler = s3.client(), s3.adds(s3.mine)
    client.meta.events.register("provide-client-params.s3.ListObjects", handler)
    client.meta.events.unregister("provide-client-params.s3.ListObjects", handler)
    with pytest.raises(ParamValidationError):
        s3.listed(client)


# --- a hierarchical structure -----------------------------------------------------------------------------------------


def test_the_more_specific_handler_goes_first(s3):
    client = s3.client()
    client.meta.events.register("provide-client-params.s3", s3.adds(s3.mine))
    client.meta.events.register("provide-client-params.s3.ListObjects", s3.adds(s3.specific))
    assert s3.listed(client) == s3.specific
    s3.mode.do(client.put_object(Key="mykey", Body=b"my body"))
    got = s3.mode.do(client.get_object(Bucket=s3.mine, Key="mykey"))
    assert s3.mode.do(got["Body"].read()) == b"my body"


def test_three_levels_in_order(s3):
    client, called = s3.client(), []
    for name in ("before-call", "before-call.s3.ListObjects", "before-call.s3"):
        client.meta.events.register(name, lambda name=name, **kwargs: called.append(name))
    s3.listed(client, Bucket=s3.mine)
    assert called == ["before-call.s3.ListObjects", "before-call.s3", "before-call"]


def test_before_call_handlers_change_the_request(s3):
    client, sent = s3.client(), []

    def mark(model, params, **kwargs):
        params["headers"]["X-Mark"] = model.name

    client.meta.events.register("before-call.s3", mark)
    client.meta.events.register("before-send.s3", lambda request, **kwargs: sent.append(request.headers["X-Mark"]))
    s3.listed(client, Bucket=s3.mine)
    assert sent == ["ListObjects"]


# --- wildcard matching ------------------------------------------------------------------------------------------------


def test_a_wildcard_stands_for_any_operation(s3):
    client = s3.client()
    client.meta.events.register("provide-client-params.s3.*", s3.adds(s3.mine))
    assert s3.listed(client) == s3.mine
    assert s3.mode.do(client.head_bucket())["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_a_wildcard_stands_for_any_service(s3):
    client = s3.client()
    client.meta.events.register("provide-client-params.*.ListObjects", s3.adds(s3.mine))
    assert s3.listed(client) == s3.mine


def test_a_wildcard_is_a_whole_part(s3):
    client = s3.client()
    with pytest.warns(UserWarning, match=r"\*Objects"):
        client.meta.events.register("provide-client-params.s3.*Objects", s3.adds(s3.mine))
    with pytest.raises(ParamValidationError):
        s3.listed(client)


def test_a_wildcard_goes_before_the_level_above(s3):
    client = s3.client()
    client.meta.events.register("provide-client-params.s3", s3.adds(s3.other))
    client.meta.events.register("provide-client-params.s3.*", s3.adds(s3.mine))
    assert s3.listed(client) == s3.mine


# --- isolation --------------------------------------------------------------------------------------------------------


def test_clients_hear_their_own_handlers_only(s3):
    session = s3.mode.session()
    client1, client2 = s3.client(session), s3.client(session)
    client1.meta.events.register("provide-client-params.s3.ListObjects", s3.adds(s3.mine))
    client2.meta.events.register("provide-client-params.s3.ListObjects", s3.adds(s3.other))
    assert (s3.listed(client1), s3.listed(client2)) == (s3.mine, s3.other)


def test_a_sessions_handlers_are_heard_by_clients_made_later(s3):
    session = s3.mode.session()
    before = s3.client(session)
    session.events.register("provide-client-params.s3.ListObjects", s3.adds(s3.mine))
    after = s3.client(session)
    assert s3.listed(after) == s3.mine
    for deaf in (before, s3.client(s3.mode.session())):
        with pytest.raises(ParamValidationError):
            s3.listed(deaf)


def test_a_clients_handlers_do_not_reach_its_session(s3):
    session = s3.mode.session()
    s3.client(session).meta.events.register("provide-client-params.s3.ListObjects", s3.adds(s3.mine))
    with pytest.raises(ParamValidationError):
        s3.listed(s3.client(session))


# --- creating-client-class --------------------------------------------------------------------------------------------


def test_a_method_is_added(s3):
    def custom_method(self):
        return f"This is my custom method on {type(self).__name__}"

    def add_custom_method(class_attributes, **kwargs):
        class_attributes["my_method"] = custom_method

    session = s3.mode.session()
    session.events.register("creating-client-class.s3", add_custom_method)
    assert s3.client(session).my_method() == "This is my custom method on S3"
    assert not hasattr(s3.client(), "my_method")


def test_a_base_class_is_added(s3):
    made = []

    class MyClass:
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            made.append(type(self).__name__)

    def add_custom_class(base_classes, **kwargs):
        base_classes.insert(0, MyClass)

    session = s3.mode.session()
    session.events.register("creating-client-class.s3", add_custom_class)
    client = s3.client(session)
    assert (made, isinstance(client, MyClass)) == (["S3"], True)
    assert s3.listed(client, Bucket=s3.mine) == s3.mine


def test_an_operation_is_wrapped(s3):
    """The class attributes hold the operations: one can be taken out, wrapped and put back."""

    def default_bucket(class_attributes, **kwargs):
        original = class_attributes["list_objects"]

        def list_objects(self, **params):
            return original(self, **{"Bucket": s3.mine, **params})

        class_attributes["list_objects"] = list_objects

    session = s3.mode.session()
    session.events.register("creating-client-class.s3", default_bucket)
    assert s3.listed(s3.client(session)) == s3.mine


# --- provide-client-params --------------------------------------------------------------------------------------------


def test_new_parameters_are_returned(s3):
    client = s3.client()
    given = {"Bucket": s3.mine}

    def instead(params, **kwargs):
        return {**params, "Bucket": s3.other}

    client.meta.events.register("provide-client-params.s3.ListObjects", instead)
    assert s3.listed(client, **given) == s3.other
    assert given == {"Bucket": s3.mine}


def test_what_a_handler_is_told(s3):
    client, told = s3.client(), []

    def listen(params, model, event_name, **kwargs):
        told.append((dict(params), model.name, event_name))

    client.meta.events.register("provide-client-params.s3.ListObjects", listen)
    s3.listed(client, Bucket=s3.mine)
    assert told == [({"Bucket": s3.mine}, "ListObjects", "provide-client-params.s3.ListObjects")]
    assert client.meta.method_to_api_mapping["list_objects"] == "ListObjects"


def test_what_handlers_leave_is_validated(s3):
    client = s3.client()
    client.meta.events.register("provide-client-params.s3.ListObjects", lambda **kwargs: {"Bucket": 5, "Wrong": 1})
    with pytest.raises(ParamValidationError, match=r"(?s)Wrong.*Bucket|Bucket.*Wrong"):
        s3.listed(client)
