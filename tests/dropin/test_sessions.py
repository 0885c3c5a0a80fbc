"""Sessions as programs written for boto3 know them: regions, and where credentials of roles come from."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from tests.support.modes import MODES

import osteon
from osteon.exceptions import ProfileNotFound
from osteon.http import PreparedRequest, Response
from osteon.model.loader import Loader
from osteon.transport.canned import AsyncCannedTransport, CannedTransport

TRANSPORTS = {"sync": CannedTransport, "async": AsyncCannedTransport}
ROLE = """
[default]
role_arn = arn:aws:iam::123456789012:role/reader
source_profile = keys
[profile keys]
aws_access_key_id = AKID
aws_secret_access_key = secret
"""
TAKEN = b"""<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ROLE</AccessKeyId><SecretAccessKey>s
</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2999-01-01T00:00:00Z</Expiration></Credentials>
</AssumeRoleResult></AssumeRoleResponse>"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    return tmp_path


@pytest.mark.parametrize("kind", MODES)
@pytest.mark.parametrize(
    ("of_session", "of_clients", "host"),
    [
        (None, ["cn-north-1"], "sts.cn-north-1.amazonaws.com.cn"),
        (None, ["us-west-2", "eu-west-1"], "sts.us-west-2.amazonaws.com"),
        ("eu-west-3", ["us-west-2"], "sts.us-west-2.amazonaws.com"),
        ("eu-west-3", [None], "sts.eu-west-3.amazonaws.com"),
    ],
)
def test_a_role_is_taken_where_the_first_client_is(
    kind: str, of_session: str | None, of_clients: list[str | None], host: str, home: Path
) -> None:
    (home / "config").write_text(ROLE)
    seen: list[str] = []

    def answer(request: PreparedRequest) -> Response:
        seen.append(str(urlsplit(request.url).hostname))
        return Response(200, body=TAKEN if seen[-1].startswith("sts.") else b"{}")

    mode = MODES[kind]()
    session = mode.session(region_name=of_session, transport=lambda options: TRANSPORTS[kind](answer))
    clients = [mode.client("dynamodb", region, session=session) for region in of_clients]
    mode.do(clients[-1].list_tables())
    mode.close()
    assert seen[0] == host


@pytest.mark.parametrize("mode", ["preferred", "required", "disabled"])
def test_rules_may_ask_for_the_account_in_every_mode(mode: str, tmp_path: Path) -> None:
    folder = tmp_path / "vault" / "2020-01-01"
    folder.mkdir(parents=True)
    call = {"name": "Open", "http": {"method": "POST", "requestUri": "/"}}
    metadata = {"apiVersion": "2020-01-01", "endpointPrefix": "vault", "protocol": "json", "jsonVersion": "1.1",
                "serviceId": "Vault", "signatureVersion": "v4", "targetPrefix": "V"}  # fmt: skip
    rules = {
        "version": "1.0",
        "parameters": {"Account": {"type": "String", "builtIn": "AWS::Auth::AccountId", "documentation": ""}},
        "rules": [{
            "type": "endpoint", "endpoint": {"url": "https://{Account}.vault.example"},
            "conditions": [{"fn": "isSet", "argv": [{"ref": "Account"}]}],
        }],
    }  # fmt: skip
    model = {"version": "2.0", "metadata": metadata, "operations": {"Open": call}, "shapes": {}}
    (folder / "service-2.json").write_text(json.dumps(model))
    (folder / "endpoint-rule-set-1.json").write_text(json.dumps(rules))
    transport = CannedTransport([Response(200, body=b"{}")])
    session = osteon.Session(
        "AKID", "secret", aws_account_id="123456789012", data_path=tmp_path, transport=lambda options: transport
    )
    session.client("vault", "eu-west-1", config=osteon.Config(account_id_endpoint_mode=mode)).open()
    assert transport.requests[0].url == "https://123456789012.vault.example/"


VERSIONS = """
[default]
region = us-east-1
api_versions =
    cloudfront = 2019-03-26
    ec2 = 1999-01-01
[profile text]
region = us-east-1
api_versions = 2019-03-26
"""


def test_the_profile_may_ask_for_a_services_version(home: Path) -> None:
    (home / "config").write_text(VERSIONS)
    session = osteon.Session()
    assert session.client("cloudfront").meta.service_model.api_version == "2019-03-26"
    assert session.client("cloudfront", api_version="2018-11-05").meta.service_model.api_version == "2018-11-05"
    assert session.client("sqs").meta.service_model.api_version == "2012-11-05"
    with pytest.raises(osteon.exceptions.ApiVersionNotFoundError, match="1999-01-01"):
        session.client("ec2")
    named = osteon.Session(profile_name="text").client("cloudfront")
    assert named.meta.service_model.api_version == Loader().latest_version("cloudfront")


def test_the_regions_of_a_service_that_is_not_there_are_none() -> None:
    for session in (osteon.Session(), boto3.Session()):
        assert session.get_available_regions("no-such-service") == []


@pytest.mark.parametrize(("service", "method"), [("iam", "list_users"), ("sts", "get_caller_identity")])
def test_a_global_service_behind_a_url_is_signed_for_a_region_that_there_is(
    service: str, method: str, home: Path
) -> None:
    scopes: list[str] = []

    def look(request: Any, **kwargs: Any) -> Response:
        scopes.append(re.sub(r".*Credential=AKID/\d+/([^/]+)/.*", r"\1", request.headers["Authorization"]))
        return Response(500, body=b"<R/>")

    once = osteon.Config(retries={"total_max_attempts": 1})
    client = osteon.Session("AKID", "secret").client(service, endpoint_url="https://proxy.example", config=once)
    client.meta.events.register("before-send", look)
    with pytest.raises(osteon.exceptions.ClientError):
        getattr(client, method)()
    assert scopes == ["us-east-1"]
    assert client.meta.config.region_name == client.meta.region_name == "aws-global"


NO_ENDPOINTS = (
    "nonsense", "localhost:5000", "", "http://", "http:///path", "//host", "ftp://host", "http://host:port",
    "http://host:65536", f"http://{'a' * 64}.com", "http://a b", "http://host\n", "http://host/?q=1", "http://host/#f",
)  # fmt: skip
ENDPOINTS = (
    "http://host",
    "HTTPS://Host/",
    "http://my_service:9000/x/",
    "http://[::1]:65535",
    "http://127.0.0.1:1/a/b",
)


@pytest.mark.parametrize("kind", MODES)
@pytest.mark.parametrize("service", ["sqs", "s3", "ledger"])
@pytest.mark.parametrize("url", NO_ENDPOINTS)
def test_an_endpoint_url_that_is_none_is_told_when_the_client_is_made(kind: str, service: str, url: str) -> None:
    session = MODES[kind]().session(region_name="eu-west-1")
    with pytest.raises(ValueError, match="Invalid endpoint: ") as caught:
        session.client(service, endpoint_url=url)
    assert isinstance(caught.value, osteon.exceptions.ConfigError)


@pytest.mark.parametrize("url", ENDPOINTS)
def test_endpoint_urls(url: str) -> None:
    assert osteon.Session(region_name="eu-west-1").client("sqs", endpoint_url=url).meta.endpoint_url == url


def test_an_endpoint_urls_password_is_in_no_text() -> None:
    with pytest.raises(ValueError, match="Invalid endpoint: http://host/x") as caught:
        osteon.Session(region_name="eu-west-1").client("sqs", endpoint_url="http://me:sesame@host/x?token=sesame")
    assert "sesame" not in str(caught.value)


@pytest.mark.parametrize("kind", MODES)
def test_credentials_of_a_profile_that_is_not_there(kind: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Found without it, they would be those of whoever the environment names.
    (home / "config").write_text("[default]\n")
    monkeypatch.setenv("AWS_PROFILE", "wrok")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKID")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    mode = MODES[kind]()
    with pytest.raises(ProfileNotFound, match="wrok"):
        mode.do(mode.session().get_credentials())
    mode.close()
