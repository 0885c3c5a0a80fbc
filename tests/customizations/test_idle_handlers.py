"""Handlers of S3 that say for what they do nothing: they do nothing then, whatever is told of."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.servers import Server, requests_of

import osteon
from osteon.aws.customizations import s3, s3_answers, s3_presign, s3_regions, s3_sessions
from osteon.http import Headers, Request, Response

MODULES = (s3, s3_answers, s3_presign, s3_regions, s3_sessions)
IDLE = {
    registration.handler.__name__: registration
    for module in MODULES
    for registration in module.HANDLERS
    if registration.idle is not None
}
CLIENT = osteon.Session().client("s3", region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b")
OPERATIONS = st.sampled_from(["GetObject", "PutObject", "ListObjectsV2", "CopyObject"]).map(
    CLIENT.meta.service_model.operation_model
)
BODIES = st.sampled_from([b"", b"<Error><Code>SlowDown</Code></Error>", b"<R></R>", b"<R>cut", b"text", None])
HEADERS = st.fixed_dictionaries(
    {}, optional={"Expires": st.sampled_from(["Thu, 01 Jan 2026 00:00:00 GMT", "never", ""]), "x-other": st.just("1")}
)
RESPONSES = st.builds(
    lambda status, headers, body: Response(status, Headers(headers), body),
    st.sampled_from([200, 204, 206, 301, 307, 400, 404, 500]), HEADERS, BODIES,
)  # fmt: skip
CONTEXTS = st.fixed_dictionaries(
    {
        "client_region": st.sampled_from(["us-east-1", "eu-west-1", "aws-global"]),
        "input_params": st.sampled_from([{}, {"Bucket": "shelf"}, {"Bucket": "arn:aws:s3:::x"}]),
        "signing": st.just({"region": "us-west-2"}),
    },
    optional={"use_global_endpoint": st.booleans()},
)
VERSIONS = st.sampled_from(["v4", "v4-query", "s3v4", "s3v4-presign-post", "v4a", "none", "bearer"])


def test_the_handlers_that_are_held_here_are_all() -> None:
    assert set(IDLE) == {
        "announce_trailer", "find_error", "follow_redirect", "keep_expires", "sign_by_session", "sign_for_region"
    }  # fmt: skip


@given(RESPONSES, OPERATIONS)
def test_before_parse(response: Response, operation: Any) -> None:
    told = {"headers": response.headers, "status_code": response.status_code, "body": response.body, "context": {}}
    for name in ("find_error", "keep_expires"):
        registration = IDLE[name]
        assert registration.idle is not None
        if registration.idle(response):
            seen, added = copy.deepcopy(told), dict[str, Any]()
            registration.handler(operation_model=operation, response_dict=seen, customized_response_dict=added)
            assert (seen, added) == (told, {})


@given(st.none() | RESPONSES, OPERATIONS, CONTEXTS)
def test_needs_retry(response: Response | None, operation: Any, context: dict[str, Any]) -> None:
    registration = IDLE["follow_redirect"]
    assert registration.idle is not None
    if registration.idle(response):
        draft: Any = type("Draft", (), {"context": context})()
        answer = None if response is None else (response, {})
        assert registration.handler(request_dict=draft, response=answer, operation=operation) is None


@given(CONTEXTS, VERSIONS, st.booleans())
def test_before_sign(context: dict[str, Any], version: str, trailer: bool) -> None:
    fields = {"x-amz-trailer": "x-amz-checksum-crc32"} if trailer else {}
    for name in ("announce_trailer", "sign_by_session", "sign_for_region"):
        registration = IDLE[name]
        request = Request("PUT", "https://shelf.s3.amazonaws.com/book", Headers(fields), context=copy.deepcopy(context))
        assert registration.idle is not None
        if registration.idle((request, version.removesuffix("-query").removesuffix("-presign-post"))):
            assert registration.handler(request=request, signature_version=version) is None
            assert request.context == context
            assert dict(request.headers) == fields


@pytest.mark.parametrize(
    ("body", "attempts"), [(b"<Error><Code>InternalError</Code></Error>", 2), (b"", 1), (b"<CopyObjectResult/>", 1)]
)
def test_an_error_under_status_200_is_still_seen(mode: Any, body: bytes, attempts: int) -> None:
    asked = list[str]()

    def script(connection: Any) -> None:
        for request in requests_of(connection):
            asked.append(request.target)
            connection.answer(body if len(asked) == 1 else b"<CopyObjectResult/>")

    with Server(script) as server:
        client = mode.client(
            "s3", endpoint_url=server.url, region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b"
        )
        mode.do(client.copy_object(Bucket="shelf", Key="book", CopySource="shelf/other"))
    assert len(asked) == attempts
