"""Programs that import and catch errors of botocore and boto3: every public name is there and is made as there."""

from __future__ import annotations

import inspect
from types import ModuleType
from typing import Any

import boto3.exceptions
import botocore.exceptions
import pytest

from osteon import exceptions


def names(module: ModuleType) -> set[str]:
    return {
        name
        for name, kind in vars(module).items()
        if not name.startswith("_")
        and inspect.isclass(kind)
        and issubclass(kind, Exception)
        and kind.__module__ == module.__name__
    }


@pytest.mark.parametrize("module", [botocore.exceptions, boto3.exceptions], ids=lambda module: module.__name__)
def test_every_name_is_there_and_catches_what_it_caught(module: ModuleType) -> None:
    for name in sorted(names(module)):
        ours, theirs = getattr(exceptions, name), getattr(module, name)
        bases = {base.__name__ for base in theirs.__mro__ if base.__module__ == module.__name__}
        assert bases - {base.__name__ for base in ours.__mro__} <= {"BotoCoreError", "_ClientErrorMixin"}, name
        assert ("BotoCoreError" in bases) <= issubclass(ours, exceptions.BotoCoreError), name


#: how users make errors in their tests: name -> arguments; the text must be botocore's
MADE: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = [
    ("ClientError", ({"Error": {"Code": "Gone", "Message": "No more"}}, "GetIt"), {}),
    ("ClientError", ({}, "GetIt"), {}),
    (
        "ClientError",
        ({"Error": {"Code": "Slow"}, "ResponseMetadata": {"MaxAttemptsReached": True, "RetryAttempts": 4}}, "GetIt"),
        {},
    ),
    ("WaiterError", (), {"name": "Kettle", "reason": "It never boils", "last_response": {"a": 1}}),
    ("ParamValidationError", (), {"report": "no good"}),
    ("EndpointConnectionError", (), {"endpoint_url": "https://h.example/"}),
    ("ConnectTimeoutError", (), {"endpoint_url": "https://h.example/"}),
    ("ReadTimeoutError", (), {"endpoint_url": "https://h.example/"}),
    ("ConnectionClosedError", (), {"endpoint_url": "https://h.example/"}),
    ("ProxyConnectionError", (), {"proxy_url": "http://p.example"}),
    ("SSLError", (), {"endpoint_url": "https://h.example/", "error": "bad"}),
    ("HTTPClientError", (), {"error": "bad"}),
    ("NoCredentialsError", (), {}),
    ("PartialCredentialsError", (), {"provider": "env", "cred_var": "KEY"}),
    ("CredentialRetrievalError", (), {"provider": "p", "error_msg": "m"}),
    ("TokenRetrievalError", (), {"provider": "p", "error_msg": "m"}),
    ("ProfileNotFound", (), {"profile": "work"}),
    ("ConfigNotFound", (), {"path": "/p"}),
    ("NoRegionError", (), {}),
    ("NoAuthTokenError", (), {}),
    ("DataNotFoundError", (), {"data_path": "p"}),
    ("UnknownServiceError", (), {"service_name": "s", "known_service_names": "a, b"}),
    ("OperationNotPageableError", (), {"operation_name": "o"}),
    ("PaginationError", (), {"message": "m"}),
    ("IncompleteReadError", (), {"actual_bytes": 1, "expected_bytes": 2}),
    ("ChecksumError", (), {"checksum_type": "t", "expected_checksum": "e", "actual_checksum": "a"}),
    ("FlexibleChecksumError", (), {"error_msg": "m"}),
    ("InvalidS3AddressingStyleError", (), {"s3_addressing_style": "s"}),
    ("UnsupportedSignatureVersionError", (), {"signature_version": "v9"}),
    ("UnsupportedOutpostResourceError", (), {"resource_name": "r"}),
    ("UnauthorizedSSOTokenError", (), {}),
    ("SSOTokenLoadError", (), {"error_msg": "m"}),
    ("LoginRefreshRequired", (), {}),
    ("LoginTokenLoadError", (), {"error_msg": "m"}),
    ("StubResponseError", (), {"operation_name": "o", "reason": "r"}),
    ("UnStubbedResponseError", (), {"operation_name": "o", "reason": "r"}),
    ("UnknownParameterError", (), {"name": "n", "operation": "o", "choices": "c"}),
]


@pytest.mark.parametrize(("name", "arguments", "keywords"), MADE, ids=[made[0] for made in MADE])
def test_errors_made_by_hand_read_as_botocores(name: str, arguments: Any, keywords: Any) -> None:
    ours, theirs = getattr(exceptions, name), getattr(botocore.exceptions, name)
    mine, oracle = ours(*arguments, **keywords), theirs(*arguments, **keywords)
    assert str(mine) == str(oracle)
    assert {key: value for key, value in getattr(mine, "kwargs", {}).items() if value} == getattr(oracle, "kwargs", {})
    for fact in ("response", "operation_name", "last_response"):
        assert getattr(mine, fact, None) == getattr(oracle, fact, None)


@pytest.mark.parametrize(
    "name", ["Boto3Error", "ResourceLoadException", "S3UploadFailedError", "S3TransferFailedError", "NoVersionFound"]
)
def test_boto3s_errors_are_made_of_their_text(name: str) -> None:
    ours, theirs = getattr(exceptions, name), getattr(boto3.exceptions, name)
    assert str(ours("It broke")) == str(theirs("It broke")) == "It broke"
    assert str(ours()) == str(theirs()) == ""


@pytest.mark.parametrize("name", ["ReadTimeoutError", "ConnectTimeoutError", "SSLError", "ProxyConnectionError"])
def test_no_error_is_another_librarys(name: str) -> None:
    roots = {base.__module__.partition(".")[0] for base in getattr(exceptions, name).__mro__}
    assert roots == {"osteon", "builtins"}
    assert not issubclass(getattr(exceptions, name), OSError)
