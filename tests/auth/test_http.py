"""Bearer token and API key: where they go, what is refused, and that they are shown nowhere."""

from __future__ import annotations

import pytest

from osteon.auth.http import ApiKey, BearerToken, api_key_signer, fixed_identity, sign_bearer, sign_nothing
from osteon.auth.schemes import SigningContext
from osteon.exceptions import InvalidEndpointConfigurationError, NoApiKeyError, NoAuthTokenError
from osteon.http import Headers, PreparedRequest, Request, Response
from osteon.model.traits import ApiKeyAuth

CONTEXT = SigningContext(now=0, properties={}, service_name="parcel-office", operation_name="ListParcels")


def request() -> Request:
    return Request("GET", "https://h.example/", Headers())


def test_nothing_is_added() -> None:
    made = request()
    sign_nothing(made, None, CONTEXT)
    assert (dict(made.headers), made.params) == ({}, {})


def test_bearer() -> None:
    made = request()
    sign_bearer(made, BearerToken("old"), CONTEXT)
    sign_bearer(made, BearerToken("sesame"), CONTEXT)
    assert dict(made.headers) == {"Authorization": "Bearer sesame"}
    with pytest.raises(NoAuthTokenError):
        sign_bearer(made, None, CONTEXT)


@pytest.mark.parametrize("url", ["https://h.example/", "http://localhost:8/", "http://127.0.0.1/", "http://[::1]:8/"])
def test_a_token_goes_over_tls_or_stays_on_the_machine(url: str) -> None:
    made = Request("GET", url, Headers())
    sign_bearer(made, BearerToken("sesame"), CONTEXT)
    assert made.headers["Authorization"] == "Bearer sesame"


@pytest.mark.parametrize(
    "url", ["http://h.example/", "http://10.0.0.1/", "http://localhost.example/", "ftp://h.example/"]
)
def test_a_token_goes_nowhere_in_clear_text(url: str) -> None:
    made = Request("GET", url, Headers())
    with pytest.raises(InvalidEndpointConfigurationError, match="requires an HTTPS endpoint"):
        sign_bearer(made, BearerToken("sesame"), CONTEXT)
    assert "Authorization" not in made.headers


@pytest.mark.parametrize(
    ("place", "headers", "params"),
    [
        ({"name": "X-Api-Key", "in": "header"}, {"X-Api-Key": "sesame"}, {}),
        ({"name": "Authorization", "in": "header", "scheme": "ApiKey"}, {"Authorization": "ApiKey sesame"}, {}),
        ({"name": "key", "in": "query"}, {}, {"key": "sesame"}),
    ],
)
def test_api_key(place: dict, headers: dict, params: dict) -> None:
    made = request()
    sign = api_key_signer(ApiKeyAuth.model_validate(place))
    sign(made, ApiKey("old"), CONTEXT)
    sign(made, ApiKey("sesame"), CONTEXT)
    assert (dict(made.headers), made.params) == (headers, params)


def test_a_missing_key_says_where_to_put_it() -> None:
    sign = api_key_signer(ApiKeyAuth.model_validate({"name": "X-Api-Key", "in": "header"}))
    with pytest.raises(NoApiKeyError, match=r"parcel-office: set OSTEON_API_KEY_PARCEL_OFFICE, or pass api_key"):
        sign(request(), None, CONTEXT)


def test_identities_show_no_secret() -> None:
    assert "sesame" not in repr([BearerToken("sesame", 3.0), ApiKey("sesame")])


def test_fixed_identity_is_a_flow() -> None:
    key = ApiKey("k")
    with pytest.raises(StopIteration) as stop:
        next(fixed_identity(key)())
    assert stop.value.value is key


def test_messages_show_no_secret() -> None:
    url, headers = "https://user:sesame@h.example/path?key=sesame", Headers({"Authorization": "sesame"})
    signed = Request("PUT", url, headers, b"sesame", {"x": "sesame"}, params={"key": "sesame"})
    shown = repr([signed, PreparedRequest("PUT", url, headers, b"sesame"), Response(200, headers, b"sesame", url)])
    assert "sesame" not in shown
    assert shown.count("h.example/path") == 2  # a response does not know whether its path is a secret
