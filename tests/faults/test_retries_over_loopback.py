"""Retries of whole clients against servers that misbehave: as many attempts, and the same end, as botocore makes."""

from __future__ import annotations

import asyncio
import io
import random
import socket
import threading
from pathlib import Path
from typing import Any

import botocore.config
import botocore.exceptions
import pytest
from tests.faults.conftest import HastyAsyncSession
from tests.faults.misbehaviour import (
    Act,
    Scripted,
    answer,
    hang_up,
    json_error,
    query_error,
    raw,
    reset,
    silence,
    wrong_crc,
    xml_error,
)
from tests.support.oracle import their_client
from tests.support.servers import Connection, make_authority

import osteon
from osteon import exceptions

JSON_OK = answer("200 OK", b"{}")
XML_OK = answer("200 OK", b"<ListAllMyBucketsResult/>")
QUERY_OK = answer("200 OK", b"<GetCallerIdentityResponse><GetCallerIdentityResult/></GetCallerIdentityResponse>")
HALF_HEAD = raw(b"HTTP/1.1 200 OK\r\nContent-Le")
HALF_BODY = raw(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
NO_HTTP = raw(b"SSH-2.0-OpenSSH_9.9\r\n")
SKEWED = "Date: Sat, 01 Jan 2028 00:00:00 GMT"

CALLS: dict[str, tuple[str, Act]] = {
    "dynamodb": ("list_tables", JSON_OK),
    "dynamodbstreams": ("list_streams", JSON_OK),
    "codecommit": ("list_repositories", JSON_OK),
    "sqs": ("list_queues", JSON_OK),
    "s3": ("list_buckets", XML_OK),
    "sts": ("get_caller_identity", QUERY_OK),
}

#: name -> (service, acts); "ok" stands for the service's success, a trailing act is played for ever
CASES: dict[str, tuple[str, list[Any]]] = {
    "success": ("dynamodb", ["ok"]),
    "reset, then well": ("dynamodb", [reset, "ok"]),
    "resets only": ("dynamodb", [reset]),
    "hangs up, then well": ("dynamodb", [hang_up, "ok"]),
    "hangs up only": ("s3", [hang_up]),
    "cut in the head": ("dynamodb", [HALF_HEAD, "ok"]),
    "cut in the body": ("dynamodb", [HALF_BODY, "ok"]),
    "cut in the body only": ("s3", [HALF_BODY]),
    "silent, then well": ("dynamodb", [silence, "ok"]),
    "500, then well": ("dynamodb", [answer("500 Oh", b"{}"), "ok"]),
    "500 only": ("dynamodb", [answer("500 Oh", b"{}")]),
    "500 of xml": ("s3", [xml_error("InternalError", "500 Oh")]),
    "502 of a proxy": ("s3", [answer("502 Bad Gateway", b"<html>sorry</html>"), "ok"]),
    "503 storm": ("s3", [xml_error("SlowDown", "503 Slow Down")]),
    "503 with no body": ("sqs", [answer("503 Busy"), "ok"]),
    "504 then 502": ("sts", [answer("504 Late"), answer("502 Bad"), "ok"]),
    "501 is no transient status": ("sts", [query_error("NotImplemented", "501 No"), "ok"]),
    "429": ("dynamodb", [json_error("Whatever", "429 Too Many"), "ok"]),
    "429 of xml": ("s3", [xml_error("Whatever", "429 Too Many")]),
    "509": ("dynamodb", [json_error("Whatever", "509 Bandwidth"), "ok"]),
    "throttling": ("dynamodb", [json_error("ThrottlingException")]),
    "throttling of a query service": ("sts", [query_error("Throttling"), "ok"]),
    "throughput exceeded": ("dynamodb", [json_error("ProvisionedThroughputExceededException"), "ok"]),
    "prior request not complete": ("sqs", [json_error("PriorRequestNotComplete"), "ok"]),
    "request timeout": ("s3", [xml_error("RequestTimeout"), "ok"]),
    "a caller's fault": ("dynamodb", [json_error("ValidationException"), "ok"]),
    "not found": ("s3", [xml_error("NoSuchBucket", "404 No"), "ok"]),
    "a clock that is wrong": ("dynamodb", [json_error("RequestTimeTooSkewed", "403 No", SKEWED), "ok"]),
    "a body that is not its sum": ("dynamodb", [wrong_crc(b"{}"), "ok"]),
    "bodies that are not their sums": ("dynamodb", [wrong_crc(b"{}")]),
    "500, reset, then well": ("dynamodb", [answer("500 Oh"), reset, "ok"]),
    "429 with nothing in it": ("codecommit", [answer("429 Too Many"), "ok"]),
    "429 of an error that the model names": ("codecommit", [json_error("InvalidOrderException", "429 No"), "ok"]),
    "a server with a clock": ("sqs", [answer("500 Oh", b"", SKEWED), reset, "ok"]),
    "a server whose clock is odd": ("sqs", [answer("500 Oh", b"", "Date: noon"), "ok"]),
}

#: case -> what osteon does otherwise than botocore, in every mode (docs/boto3.md says why)
OTHERWISE: dict[str, Any] = {
    "cut in the head": (("ok", (None, 200, 1, None)), 2),
    "cut in the body": (("ok", (None, 200, 1, None)), 2),
    "cut in the body only": (("ConnectionClosedError", None), 3),
    "a clock that is wrong": (("ok", (None, 200, 1, None)), 2),
    "bodies that are not their sums": (("ChecksumError", None), 3),
}


def config(library: Any, mode: str, attempts: int = 3, read_timeout: float = 30) -> Any:
    retries = {"mode": mode, "total_max_attempts": attempts}
    return library.Config(retries=retries, read_timeout=read_timeout, connect_timeout=30)


def acts_of(service: str, acts: list[Any]) -> list[Act]:
    return [CALLS[service][1] if act == "ok" else act for act in acts]


def ended(call: Any) -> tuple[str, Any]:
    """How a call ended: class and code of the error, and what the metadata say of the attempts."""
    try:
        result = call()
    except (exceptions.ClientError, botocore.exceptions.ClientError) as error:
        result, name = error.response, type(error).__name__
        same_text = str(error) == str(botocore.exceptions.ClientError(error.response, error.operation_name))
    except (exceptions.OsteonError, botocore.exceptions.BotoCoreError) as error:
        return type(error).__name__, None
    else:
        name, same_text = "ok", True
    metadata = result["ResponseMetadata"]
    code = result.get("Error", {}).get("Code")
    assert same_text
    return name, (code, metadata["HTTPStatusCode"], metadata["RetryAttempts"], metadata.get("MaxAttemptsReached"))


#: botocore's adaptive mode waits in earnest, so it is asked little
ADAPTIVE = ("success", "resets only", "429", "a caller's fault", "throttling")


#: each pause beside botocore's for the same random numbers; other modes' pauses hold waits for the rate too
SEED = 20260


def told(server: Scripted) -> list[str | None]:
    return [request.fields.get("amz-sdk-request") for request in server.requests]


@pytest.mark.parametrize(
    ("name", "retry_mode"),
    [(name, mode) for name in CASES for mode in ("legacy", "standard")] + [(name, "adaptive") for name in ADAPTIVE],
)
def test_as_many_attempts_as_botocore(hasty: Any, hasty_botocore: list[float], name: str, retry_mode: str) -> None:
    service, acts = CASES[name]
    method = CALLS[service][0]
    patience = 1 if silence in acts else 30
    session = hasty.session()
    with Scripted(acts_of(service, acts)) as server:
        settings = config(osteon, retry_mode, 3, patience)
        client = hasty.client(service, session=session, endpoint_url=server.url, config=settings)
        random.seed(SEED)
        ours = ended(lambda: hasty.do(getattr(client, method)())), told(server)
    with Scripted(acts_of(service, acts)) as server:
        settings = config(botocore.config, retry_mode, 3, patience)
        theirs_client = their_client(service, endpoint_url=server.url, config=settings)
        random.seed(SEED)
        theirs = ended(getattr(theirs_client, method)), told(server)
    if name in OTHERWISE:
        assert (ours[0], len(ours[1])) == OTHERWISE[name]
        return
    assert ours == theirs
    if retry_mode != "adaptive":
        assert session.pauses == hasty_botocore


@pytest.mark.parametrize("retry_mode", [None, "standard", "legacy"])
@pytest.mark.parametrize("service", CALLS)
def test_attempts_that_nobody_asked_for_are_as_many_as_botocores(
    hasty: Any, hasty_botocore: list[float], service: str, retry_mode: str | None
) -> None:
    method, retries = CALLS[service][0], {"retries": {"mode": retry_mode}} if retry_mode else {}
    with Scripted([answer("503 Busy")]) as server:
        client = hasty.client(service, endpoint_url=server.url, config=osteon.Config(**retries))
        ours = ended(lambda: hasty.do(getattr(client, method)())), told(server)
    with Scripted([answer("503 Busy")]) as server:
        settings = botocore.config.Config(**retries)
        theirs_client = their_client(service, endpoint_url=server.url, config=settings)
        theirs = ended(getattr(theirs_client, method)), told(server)
    assert ours == theirs


#: name -> environment, text of the config file, Config's retries
SETTINGS: dict[str, tuple[dict[str, str], str, dict[str, Any] | None]] = {
    "nothing": ({}, "", None),
    "profile": ({}, "retry_mode = legacy\nmax_attempts = 2", None),
    "mode of the environment": ({"AWS_RETRY_MODE": "legacy"}, "max_attempts = 2", None),
    "environment before profile": ({"AWS_MAX_ATTEMPTS": "4"}, "retry_mode = adaptive\nmax_attempts = 2", None),
    "Config before environment": ({"AWS_MAX_ATTEMPTS": "4", "AWS_RETRY_MODE": "legacy"}, "", {"max_attempts": 1}),
    "total before retries": ({}, "", {"max_attempts": 5, "total_max_attempts": 2, "mode": "legacy"}),
    "one attempt": ({"AWS_MAX_ATTEMPTS": "1"}, "", None),
    "no attempt": ({"AWS_MAX_ATTEMPTS": "0"}, "", None),
    "no such mode": ({"AWS_RETRY_MODE": "eager"}, "", None),
    "defaults mode": ({"AWS_DEFAULTS_MODE": "in-region"}, "", None),
    "defaults mode and retry mode": ({"AWS_DEFAULTS_MODE": "in-region", "AWS_RETRY_MODE": "legacy"}, "", None),
    "the switch of earlier releases does nothing": ({"AWS_NEW_RETRIES_2026": "false"}, "", None),
}


@pytest.mark.parametrize("name", SETTINGS)
def test_what_decides_the_attempts_is_what_decides_botocores(
    hasty: Any, hasty_botocore: list[float], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    environ, text, retries = SETTINGS[name]
    file = tmp_path / "config"
    file.write_text(f"[default]\n{text}\n")
    for variable, value in {"AWS_CONFIG_FILE": str(file), **environ}.items():
        monkeypatch.setenv(variable, value)
    with Scripted([answer("503 Busy")]) as server:
        asked = osteon.Config(retries=retries and {**retries})
        ours = ended(lambda: hasty.do(hasty.client("dynamodb", endpoint_url=server.url, config=asked).list_tables()))
        ours_told = told(server)
    with Scripted([answer("503 Busy")]) as server:
        asked = botocore.config.Config(retries=retries and {**retries})
        theirs = ended(lambda: their_client("dynamodb", endpoint_url=server.url, config=asked).list_tables())
        theirs_told = told(server)
    assert (ours, ours_told) == (theirs, theirs_told)


# --- where botocore is not asked


def numbered(call: Any) -> str:
    with pytest.raises((exceptions.ClientError, exceptions.OsteonError)) as caught:
        call()
    return str(caught.value)


def test_nobody_listens(hasty: Any, hasty_botocore: list[float]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
    session = hasty.session()
    client = hasty.client("sqs", session=session, endpoint_url=url, config=config(osteon, "standard", 4))
    with pytest.raises(exceptions.EndpointConnectionError, match=url):
        hasty.do(client.list_queues())
    theirs = their_client("sqs", endpoint_url=url, config=config(botocore.config, "standard", 4))
    with pytest.raises(botocore.exceptions.EndpointConnectionError):
        theirs.list_queues()
    assert len(session.pauses) == len(hasty_botocore) == 3


@pytest.mark.parametrize(("act", "retries"), [(json_error("Oh", "500 Oh"), 500 // 14), (answer("429 Oh"), 500 // 5)])
def test_the_quota_of_a_client_ends_its_retries_as_in_botocore(
    hasty: Any, hasty_botocore: list[float], act: Act, retries: int
) -> None:
    calls = 60
    seen: list[tuple[int, Any]] = []
    for library in (osteon, botocore):
        with Scripted([act]) as server:
            settings = config(osteon if library is osteon else botocore.config, "standard")
            maker = hasty.client if library is osteon else their_client
            client = maker("dynamodb", endpoint_url=server.url, config=settings)
            family = osteon.exceptions.ClientError if library is osteon else botocore.exceptions.ClientError
            metadata = [failed(hasty if library is osteon else None, client, family) for _ in range(calls)]
            seen.append((len(server.requests), metadata))
    assert seen[0] == seen[1]
    assert seen[0][0] == calls + retries


def failed(mode: Any, client: Any, family: Any) -> tuple[Any, Any]:
    with pytest.raises(family) as caught:
        client.list_tables() if mode is None else mode.do(client.list_tables())
    metadata = caught.value.response["ResponseMetadata"]
    return metadata["RetryAttempts"], metadata.get("RetryQuotaReached")


def test_each_client_has_a_quota_of_its_own(hasty: Any) -> None:
    session = hasty.session()
    with Scripted([answer("500 Oh")]) as server:
        first, second = (hasty.client("sqs", session=session, endpoint_url=server.url) for _ in range(2))
        for _ in range(500 // 14):
            with pytest.raises(exceptions.ClientError):
                hasty.do(first.list_queues())
        used_up = len(server.requests)
        for client in (first, second):
            with pytest.raises(exceptions.ClientError):
                hasty.do(client.list_queues())
    assert len(server.requests) == used_up + 1 + 3


RETRY_AFTER = [
    ("Retry-After: 7", 7.0),
    ("x-amz-retry-after: 4500", 4.5),
    ("x-amz-retry-after: 100000", 5.0),
    ("Retry-After: 100000", 20.0),
    ("Retry-After: soon", 0.0),
    ("Retry-After: " + "9" * 5000, 0.0),
    ("Retry-After: -5", 0.0),
    ("Retry-After: Wed, 21 Oct 2015 07:28:00 GMT", 0.0),
]


@pytest.mark.parametrize("retry_mode", ["legacy", "standard", "adaptive"])
@pytest.mark.parametrize(("field", "least"), RETRY_AFTER)
def test_a_service_may_ask_for_more_patience(hasty: Any, field: str, least: float, retry_mode: str) -> None:
    session = hasty.session()
    with Scripted([json_error("ThrottlingException", "503 Busy", field), JSON_OK]) as server:
        client = hasty.client("dynamodb", session=session, endpoint_url=server.url, config=config(osteon, retry_mode))
        result = hasty.do(client.list_tables())
    assert result["ResponseMetadata"]["RetryAttempts"] == 1
    assert least <= session.pauses[0] <= 20


@pytest.mark.parametrize("code", ["RequestTimeTooSkewed", "SignatureDoesNotMatch", "AuthFailure"])
def test_a_wrong_clock_is_put_right_for_this_call_and_the_next(hasty: Any, code: str) -> None:
    with Scripted([json_error(code, "403 No", SKEWED), JSON_OK]) as server:
        client = hasty.client("dynamodb", endpoint_url=server.url, config=config(osteon, "standard"))
        hasty.do(client.list_tables())
        hasty.do(client.list_tables())
    dates = [request.fields["x-amz-date"][:6] for request in server.requests]
    assert dates[0] != "202801"
    assert dates[1:] == ["202801", "202801"]


@pytest.mark.parametrize("retry_mode", ["legacy", "standard", "adaptive"])
def test_calls_at_one_time_share_one_correction_of_the_clock(retry_mode: str) -> None:
    """All of them were signed before anyone knew: none fails, and none corrects what is right by then."""
    calls = 6
    told = threading.Barrier(calls)

    def skewed(connection: Connection) -> None:
        told.wait(30)  # nobody is answered before all have asked
        json_error("RequestTimeTooSkewed", "403 No", SKEWED)(connection)

    async def main(url: str) -> None:
        settings = config(osteon, retry_mode)
        async with HastyAsyncSession().client("sqs", endpoint_url=url, config=settings) as client:
            await asyncio.gather(*(client.list_queues() for _ in range(calls)))
            await client.list_queues()

    with Scripted([*[skewed] * calls, JSON_OK]) as server:
        asyncio.run(main(server.url))
    dates = [request.fields["x-amz-date"][:6] for request in server.requests]
    assert dates[calls:] == ["202801"] * (calls + 1)


@pytest.mark.parametrize("retries", [{"max_attempts": 0}, {"total_max_attempts": 1, "mode": "standard"}])
def test_no_retries_where_none_are_wanted(hasty: Any, retries: dict[str, Any]) -> None:
    with Scripted([json_error("Oh", "500 Oh")]) as server:
        client = hasty.client("dynamodb", endpoint_url=server.url, config=osteon.Config(retries=retries))
        assert "(reached max retries: 0)" in numbered(lambda: hasty.do(client.list_tables()))
    assert len(server.requests) == 1


# --- bodies


class Unseekable(io.RawIOBase):
    """A pipe's kind of file."""

    def __init__(self, content: bytes) -> None:
        self._content = io.BytesIO(content)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return False

    def read(self, size: int = -1) -> bytes:
        return self._content.read(size)

    def tell(self) -> int:
        raise io.UnsupportedOperation("tell")

    def seek(self, *place: int) -> int:
        raise io.UnsupportedOperation("seek")


class Stuck(io.BytesIO):
    """Tells where it stands and goes back there no more once it has been read to its end."""

    def seek(self, place: int, whence: int = 0) -> int:
        if place == 4 and whence == 0 and self.tell() == len(self.getvalue()) and self.spent:
            raise OSError("the tape is torn")
        return super().seek(place, whence)

    spent = False

    def read(self, size: int | None = -1) -> bytes:
        self.spent = True
        return super().read(size)


def standing_at(file: io.BytesIO, place: int) -> io.BytesIO:
    file.seek(place)
    return file


S3_OK = answer("200 OK")
S3_PUT = {"Bucket": "shelf", "Key": "book"}
REWINDABLE: dict[str, Any] = {
    "bytes": lambda: b"tail",
    "bytearray": lambda: bytearray(b"tail"),
    "file": lambda: io.BytesIO(b"tail"),
    "file in its midst": lambda: standing_at(io.BytesIO(b"headtail"), 4),
}


@pytest.mark.parametrize("first", [answer("500 Oh"), reset, hang_up], ids=["500", "reset", "hang up"])
@pytest.mark.parametrize("name", REWINDABLE)
def test_a_body_is_sent_again_from_where_it_was_handed_over(hasty: Any, name: str, first: Act) -> None:
    with Scripted([first, S3_OK]) as server:
        client = hasty.client("s3", endpoint_url=server.url, config=config(osteon, "standard"))
        result = hasty.do(client.put_object(**S3_PUT, Body=REWINDABLE[name]()))
    assert result["ResponseMetadata"]["RetryAttempts"] == 1
    assert server.bodies() == [b"tail", b"tail"]


@pytest.mark.parametrize("body", [lambda: Unseekable(b"tail"), lambda: iter([b"ta", b"il"])], ids=["pipe", "iterator"])
def test_a_body_that_cannot_go_back_is_sent_once(hasty: Any, body: Any) -> None:
    settings = osteon.Config(
        retries={"mode": "standard"},
        request_checksum_calculation="when_required",
        signature_version=osteon.UNSIGNED,
        parameter_validation=False,
    )
    with Scripted([answer("500 Oh"), S3_OK]) as server:
        client = hasty.client("s3", endpoint_url=server.url, config=settings)
        with pytest.raises(exceptions.ClientError) as caught:
            hasty.do(client.put_object(**S3_PUT, Body=body()))
    assert caught.value.response["ResponseMetadata"]["RetryAttempts"] == 0
    assert server.bodies() == [b"tail"]


def test_a_body_that_fails_to_go_back_is_sent_once(hasty: Any) -> None:
    settings = osteon.Config(
        retries={"mode": "standard"}, request_checksum_calculation="when_required", signature_version=osteon.UNSIGNED
    )
    with Scripted([answer("500 Oh"), S3_OK]) as server:
        client = hasty.client("s3", endpoint_url=server.url, config=settings)
        with pytest.raises(exceptions.ClientError, match="500"):
            hasty.do(client.put_object(**S3_PUT, Body=standing_at(Stuck(b"headtail"), 4)))
    assert server.bodies() == [b"tail"]


def test_a_body_with_its_checksum_behind_it_goes_back_too(hasty: Any, tmp_path: Path) -> None:
    authority = make_authority(tmp_path)
    with Scripted([answer("500 Oh"), S3_OK]) as server:
        server.tls = authority.server_context()
        client = hasty.client(
            "s3", endpoint_url=server.url, verify=str(authority.ca), config=config(osteon, "standard")
        )
        hasty.do(client.put_object(**S3_PUT, Body=standing_at(io.BytesIO(b"headtail"), 4)))
    first, second = server.bodies()
    assert first == second
    assert first.startswith(b"4\r\ntail\r\n0\r\nx-amz-checksum-crc32:")
