"""What help() and inspect show of resources: of each member of each definition something, and that true."""

from __future__ import annotations

import inspect
import pydoc
from typing import Any
from unittest.mock import create_autospec

import boto3
import pytest

from osteon.resources.factory import definitions

PLACE = {"region_name": "us-east-1", "aws_access_key_id": "a", "aws_secret_access_key": "b"}
SERVICES = boto3.Session().get_available_resources()


def classes(mode: Any, service: str) -> dict[str, type[Any]]:
    session = mode.session()
    made = session.resource(service, **PLACE).meta.classes
    _, found = definitions(session._loader, service, None)
    return {name: made.resource_class(name) for name in found.resources}


@pytest.mark.parametrize("service", SERVICES)
def test_every_member_has_a_docstring_and_every_method_a_signature(service: str, mode: Any) -> None:
    for kind in classes(mode, service).values():
        assert kind.__doc__
        for name in (name for name in dir(kind) if name[0] != "_" and name != "meta"):
            member = getattr(kind, name)
            assert member.__doc__, (kind, name)
            if callable(member):
                assert inspect.signature(member).parameters, (kind, name)


SIGNATURES = {
    # The bucket and what DeleteObjects deletes come from the resources; the key of a new object does not.
    "create": ([], "Bucket"),
    "put_object": (["Key"], "Bucket"),
    "delete_objects": (["Delete"], "Bucket"),
}


@pytest.mark.parametrize(("method", "needed", "optional"), [(name, *shown) for name, shown in SIGNATURES.items()])
def test_what_comes_from_the_resource_need_not_be_given(
    method: str, needed: list[str], optional: str, mode: Any
) -> None:
    shown = inspect.signature(getattr(mode.session().resource("s3", **PLACE).Bucket("b"), method)).parameters
    assert [name for name, each in shown.items() if each.default is each.empty] == needed
    assert shown[optional].default is ...
    assert {each.kind for each in shown.values()} == {inspect.Parameter.KEYWORD_ONLY}


def test_identifiers_in_the_signatures_of_subresources(mode: Any) -> None:
    s3 = mode.session().resource("s3", **PLACE)
    assert str(inspect.signature(s3.Object)) == "(bucket_name, key)"
    assert str(inspect.signature(s3.Bucket("b").Object)) == "(key)"


def test_texts_come_from_the_model(mode: Any) -> None:
    bucket = mode.session().resource("s3", **PLACE).Bucket("b")
    assert bucket.create.__doc__.startswith("Calls CreateBucket.\n\n")
    assert "CreateBucketConfiguration (dict CreateBucketConfiguration)" in bucket.create.__doc__
    assert type(bucket).creation_date.__doc__.startswith("CreationDate of the Bucket's data (datetime)\n\nDate the")
    assert bucket.objects.delete.__doc__.startswith("For each page calls DeleteObjects.\n\n")
    assert "put_object" in pydoc.render_doc(bucket, renderer=pydoc.plaintext)


def test_a_class_of_resources_can_be_mocked(mode: Any) -> None:
    bucket = create_autospec(type(mode.session().resource("s3", **PLACE).Bucket("b")), instance=True)
    bucket.put_object(Key="k")
    bucket.put_object.assert_called_once_with(Key="k")
    with pytest.raises(AttributeError):
        bucket.put_objects()
