"""Every error survives pickling, into another process too: class, text and facts; never a request or a connection."""

from __future__ import annotations

import inspect
import pickle
import string
import subprocess
import sys
from typing import Any

import pytest

import osteon
from osteon import exceptions
from osteon.http import Headers, PreparedRequest

#: arguments of the classes that do not take their facts by keyword alone
ARGUMENTS: dict[str, tuple[tuple[Any, ...], dict[str, Any]]] = {
    "ResponseParserError": (("unreadable",), {}),
    "WaiterError": (("there", "never came", {"Status": "x", "Error": {"Code": "c"}}), {}),
    "ModelError": ((), {"origin": "o", "reason": "r", "pointer": "/p", "line": 3}),
    "ProfileNotFound": ((), {"profile": "p", "hint": "h"}),
    "ConfigParseError": ((), {"path": "p", "error": ValueError("bad")}),
    "OperationNotPageableError": ((), {"operation_name": "o", "hint": "h"}),
    "ClientError": (({"Error": {"Code": "C", "Message": "m"}}, "Op"), {}),
    "EventStreamError": (({"Error": {"Code": "C", "Message": "m"}}, "Op"), {}),
    "Warning": (("told",), {}),
    "DynamoDBOperationNotSupportedError": (("and", object), {}),
    "DynamoDBNeedsConditionError": ((object,), {}),
}
CLASSES = {
    name: kind
    for name, kind in vars(exceptions).items()
    if inspect.isclass(kind) and issubclass(kind, BaseException) and kind.__module__ == exceptions.__name__
}


class Unportable:
    """What no other process could make again."""

    def __reduce__(self) -> Any:
        raise TypeError("stays here")


def made(kind: type[Any]) -> Any:
    parents = [ARGUMENTS[base.__name__] for base in kind.__mro__ if base.__name__ in ARGUMENTS]
    if parents:
        return kind(*parents[0][0], **parents[0][1])
    facts = {field: f"<{field}>" for _, field, _, _ in string.Formatter().parse(kind.fmt) if field}
    return kind(**{name: fact for name, fact in facts.items() if name != "hint"})


@pytest.mark.parametrize("name", CLASSES)
def test_every_class(name: str) -> None:
    error = made(CLASSES[name])
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        twin = pickle.loads(pickle.dumps(error, protocol))
        assert (type(twin), str(twin), twin.args) == (type(error), str(error), error.args)
        assert set(vars(twin)) == set(vars(error))


def test_facts_that_stay_here_go_as_text() -> None:
    request = PreparedRequest("GET", "http://x/?X-Amz-Signature=s", Headers({"Authorization": "hush"}))
    error = exceptions.ConnectionClosedError(endpoint_url="http://x/", error=Unportable(), request=request)
    twin = pickle.loads(pickle.dumps(error))
    assert twin.kwargs["endpoint_url"] == "http://x/"
    assert "Unportable" in twin.kwargs["error"]
    assert (twin.request, twin.response) == (None, None)
    assert b"hush" not in pickle.dumps(error)


def test_a_waiters_last_answer_goes_without_its_members() -> None:
    answer = {"Secret": "hush", "Error": {"Code": "c"}, "ResponseMetadata": {"HTTPStatusCode": 404}}
    twin = pickle.loads(pickle.dumps(exceptions.WaiterError("there", "never came", answer)))
    assert twin.last_response == {"Error": {"Code": "c"}, "ResponseMetadata": {"HTTPStatusCode": 404}}


RESPONSE = {
    "Error": {"Code": "NoSuchBucket", "Message": "gone"},
    "ResponseMetadata": {"HTTPStatusCode": 404, "RequestId": "r", "RetryAttempts": 2, "MaxAttemptsReached": True},
    "BucketName": "shelf",
}

READER = """
import pickle, sys
error = pickle.load(sys.stdin.buffer)
import osteon
from osteon.exceptions import ClientError
assert isinstance(error, ClientError)
client = osteon.Session().client("s3", region_name="us-east-1")
assert type(error) is client.exceptions.NoSuchBucket, type(error)
print(error, error.code, error.status_code, error.request_id, error.response["BucketName"], error.operation_name)
"""


def test_a_modeled_error_keeps_its_class_in_another_process() -> None:
    s3 = osteon.Session().client("s3")
    error = s3.exceptions.NoSuchBucket(RESPONSE, "HeadBucket")
    assert type(pickle.loads(pickle.dumps(error))) is s3.exceptions.NoSuchBucket
    answer = subprocess.run([sys.executable, "-c", READER], input=pickle.dumps(error), capture_output=True, check=True)
    expected = f"{error} {error.code} {error.status_code} {error.request_id} shelf HeadBucket"
    assert answer.stdout.decode().strip() == expected
    assert "(reached max retries: 2)" in expected


def test_a_modeled_error_of_an_unknown_model_is_a_client_error_there() -> None:
    model = {
        "metadata": {
            "serviceId": "Gone", "protocol": "json", "jsonVersion": "1.1", "apiVersion": "2026-01-01",
            "endpointPrefix": "gone",
        },
        "operations": {"Go": {"name": "Go", "http": {"method": "POST", "requestUri": "/"}, "errors": [{"shape": "E"}]}},
        "shapes": {"E": {"type": "structure", "members": {}, "exception": True}},
    }  # fmt: skip
    client = osteon.Session().client(osteon.ServiceModel.from_dict(model), endpoint_url="http://127.0.0.1:1")
    error = client.exceptions.E({"Error": {"Code": "E", "Message": "m"}}, "Go")
    code = "import pickle, sys; e = pickle.load(sys.stdin.buffer); print(type(e).__name__, e)"
    answer = subprocess.run([sys.executable, "-c", code], input=pickle.dumps(error), capture_output=True, check=True)
    assert answer.stdout.decode().strip() == f"ClientError {error}"
