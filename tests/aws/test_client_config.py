"""A client's final Config: what botocore's client has, for what is said in code, environment and profile."""

from __future__ import annotations

import os
from pathlib import Path

import botocore.config
import botocore.exceptions
import botocore.session
import pytest

from osteon import exceptions
from osteon.aws.client_config import client_config
from osteon.aws.settings import Settings
from osteon.config import UNSIGNED, Config

#: Options that botocore's client shows when it is made.
SHOWN = (
    *("region_name", "connect_timeout", "read_timeout", "retries", "s3", "user_agent_appid", "inject_host_prefix"),
    *("request_min_compression_size_bytes", "disable_request_compression", "sigv4a_signing_region_set"),
    *("request_checksum_calculation", "response_checksum_validation", "account_id_endpoint_mode"),
    *("auth_scheme_preference", "s3_disable_express_session_auth"),
)
FILE = "[default]\nregion = eu-west-1\nmax_attempts = 7\nretry_mode = adaptive\nsdk_ua_app_id = file\n"

CASES = [
    ({}, {}, ""),
    ({}, {}, FILE),
    ({}, {"AWS_MAX_ATTEMPTS": "5", "AWS_RETRY_MODE": "standard", "AWS_SDK_UA_APP_ID": "env"}, FILE),
    ({"retries": {"max_attempts": 2}}, {"AWS_MAX_ATTEMPTS": "5"}, FILE),
    ({"retries": {"total_max_attempts": 2, "max_attempts": 9, "mode": "legacy"}}, {}, FILE),
    ({"retries": {"mode": "standard"}}, {}, FILE),
    ({"region_name": "us-west-2", "user_agent_appid": "code"}, {"AWS_SDK_UA_APP_ID": "env"}, FILE),
    ({"defaults_mode": "standard"}, {}, FILE),
    ({"defaults_mode": "mobile"}, {}, ""),
    ({"defaults_mode": "in-region", "connect_timeout": 5}, {}, ""),
    ({}, {"AWS_DEFAULTS_MODE": "cross-region"}, ""),
    ({"s3": {"addressing_style": "path"}}, {"AWS_S3_USE_ARN_REGION": "true"}, "[default]\ns3 =\n  a = b\n"),
    ({"inject_host_prefix": False}, {}, ""),
    ({"inject_host_prefix": True}, {"AWS_DISABLE_HOST_PREFIX_INJECTION": "true"}, ""),
    ({}, {"AWS_DISABLE_HOST_PREFIX_INJECTION": "true"}, ""),
    ({"request_min_compression_size_bytes": "17", "disable_request_compression": "TRUE"}, {}, ""),
    ({}, {"AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES": "1", "AWS_DISABLE_REQUEST_COMPRESSION": "true"}, ""),
    ({"request_checksum_calculation": "WHEN_REQUIRED"}, {"AWS_RESPONSE_CHECKSUM_VALIDATION": "when_required"}, ""),
    ({"account_id_endpoint_mode": "Required"}, {}, ""),
    ({"auth_scheme_preference": " sigv4 ,, sigv4a\t"}, {}, ""),
    ({"sigv4a_signing_region_set": "*"}, {"AWS_S3_DISABLE_EXPRESS_SESSION_AUTH": "True"}, ""),
]

REFUSED = [
    ({"request_min_compression_size_bytes": "many"}, {}, "InvalidConfigError"),
    ({"request_min_compression_size_bytes": 0}, {}, "InvalidConfigError"),
    ({"request_checksum_calculation": "never"}, {}, "InvalidChecksumConfigError"),
    ({}, {"AWS_RESPONSE_CHECKSUM_VALIDATION": ""}, "InvalidChecksumConfigError"),
    ({"account_id_endpoint_mode": "maybe"}, {}, "InvalidConfigError"),
    ({"defaults_mode": "fast"}, {}, "InvalidDefaultsMode"),
    ({}, {"AWS_DEFAULTS_MODE": "fast"}, "InvalidDefaultsMode"),
    ({}, {"AWS_RETRY_MODE": "eager"}, "InvalidRetryModeError"),
    ({}, {"AWS_S3_DISABLE_EXPRESS_SESSION_AUTH": "perhaps"}, "InvalidConfigError"),
]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    return tmp_path


def theirs(options: dict):
    copied = {name: dict(value) if isinstance(value, dict) else value for name, value in options.items()}
    session = botocore.session.Session()
    region = session.get_config_variable("region") or copied.get("region_name") or "us-east-1"
    keys = {"aws_access_key_id": "A", "aws_secret_access_key": "S"}
    region = copied.get("region_name", region)
    return session.create_client("sqs", region, config=botocore.config.Config(**copied), **keys).meta.config


@pytest.mark.parametrize(("options", "environ", "file"), CASES)
def test_as_botocores_client_has_it(options, environ, file, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "config").write_text(file)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    expected = theirs(options)
    ours = client_config(Settings(os.environ), Config(**options), None if file == FILE else expected.region_name)
    shown = {name: getattr(expected, name) for name in SHOWN}
    if "AWS_DEFAULTS_MODE" in environ:  # botocore's Config() says 60 seconds where its user said nothing
        shown["connect_timeout"] = 3.1
    assert {name: getattr(ours, name) for name in SHOWN} == shown


@pytest.mark.parametrize(("options", "environ", "error"), REFUSED)
def test_refused_as_by_botocore(options, environ, error, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(getattr(botocore.exceptions, error)):
        theirs(options)
    with pytest.raises(getattr(exceptions, error)):
        client_config(Settings(os.environ), Config(**options), "us-east-1")


@pytest.mark.parametrize(
    ("environ", "region", "timeout"),
    [
        ({}, "eu-west-1", 3.1),
        ({"AWS_EXECUTION_ENV": "x", "AWS_REGION": "eu-west-1"}, "eu-west-1", 1.1),
        ({"AWS_EXECUTION_ENV": "x", "AWS_REGION": "us-east-1"}, "eu-west-1", 3.1),
    ],
)
def test_auto_looks_at_the_environment_alone(environ: dict, region: str, timeout: float, home: Path) -> None:
    config = client_config(Settings({**os.environ, **environ}), Config(defaults_mode="auto"), region)
    assert (config.connect_timeout, config.retries) == (timeout, {"mode": "standard"})


def test_what_only_osteon_has(home: Path) -> None:
    (home / "config").write_text("[default]\nparameter_validation = strict\nproxy_ca_bundle = /ca\n")
    config = client_config(Settings(os.environ), Config(api_key="k", signature_version=UNSIGNED), "x")
    assert config.parameter_validation == "strict"
    assert config.api_key == "k"
    assert config.proxies_config == {"proxy_ca_bundle": "/ca"}
    assert config.account_id_endpoint_mode == "disabled"
    assert client_config(Settings(os.environ), Config(parameter_validation=False), "x").parameter_validation is False


@pytest.mark.parametrize(("said", "value"), [("true", True), ("False", False), (" AUTO\n", "auto"), (True, True)])
def test_endpoint_discovery(said, value, home: Path) -> None:
    config = client_config(Settings(os.environ), Config(endpoint_discovery_enabled=said), "x")
    assert config.endpoint_discovery_enabled == value
    with pytest.raises(exceptions.InvalidEndpointDiscoveryConfigurationError):
        client_config(Settings(os.environ), Config(endpoint_discovery_enabled="maybe"), "x")
