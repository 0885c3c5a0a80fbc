"""Settings as clients live by them, beside botocore's clients: argument, Config, environment, profile, default."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import botocore.awsrequest
import botocore.config
import botocore.exceptions
import pytest

import osteon
from osteon import exceptions
from osteon.http import Response
from osteon.transport.options import TransportOptions

FILE = """
[default]
region = eu-west-3
[profile plain]
region = eu-west-1
[profile rich]
region = eu-central-1
endpoint_url = http://rich.example:1
services = local
ca_bundle = /rich/bundle.pem
retry_mode = adaptive
max_attempts = 7
use_fips_endpoint = true
use_dualstack_endpoint = true
request_checksum_calculation = when_required
response_checksum_validation = when_required
request_min_compression_size_bytes = 99
disable_request_compression = true
account_id_endpoint_mode = disabled
auth_scheme_preference = sigv4a, sigv4
sdk_ua_app_id = richapp
sigv4a_signing_region_set = *
tcp_keepalive = true
s3 =
    addressing_style = path
    use_accelerate_endpoint = false
    payload_signing_enabled = true
[profile smart]
region = us-west-2
defaults_mode = in-region
[profile lost]
services = nowhere
[profile ignorant]
region = us-west-2
endpoint_url = http://ignored.example:1
ignore_configured_endpoint_urls = true
[services local]
sqs =
    endpoint_url = http://sqs.example:2
s3 =
    endpoint_url = http://s3.example:3
"""

#: options of ``client.meta.config`` that must be botocore's
OPTIONS = (
    "connect_timeout", "read_timeout", "max_pool_connections", "retries", "s3", "proxies", "proxies_config",
    "client_cert", "inject_host_prefix", "user_agent_appid", "request_min_compression_size_bytes",
    "disable_request_compression", "sigv4a_signing_region_set", "request_checksum_calculation",
    "response_checksum_validation", "account_id_endpoint_mode", "auth_scheme_preference", "client_context_params",
)  # fmt: skip

PARAMS: dict[str, tuple[str, dict[str, Any]]] = {
    "sqs": ("send_message", {"QueueUrl": "https://q.example/1/q", "MessageBody": "b"}),
    "s3": ("list_objects_v2", {"Bucket": "shelf"}),
    "sts": ("get_caller_identity", {}),
    "iam": ("list_users", {}),
    "dynamodb": ("list_tables", {}),
    "s3control": ("list_jobs", {"AccountId": "123456789012"}),
}

KEYS = {"aws_access_key_id": "AKIDEXAMPLE", "aws_secret_access_key": "secret"}

Case = dict[str, Any]
CASES: dict[str, Case] = {
    "nothing is said": {"env": {"AWS_DEFAULT_REGION": None}, "service": "sqs"},
    "no region anywhere": {"env": {"AWS_DEFAULT_REGION": None, "AWS_CONFIG_FILE": "/nowhere"}, "service": "sqs"},
    "a global service needs none": {
        "env": {"AWS_DEFAULT_REGION": None, "AWS_CONFIG_FILE": "/nowhere"}, "service": "s3"
    },
    "region by environment": {"env": {"AWS_DEFAULT_REGION": "ap-south-1"}},
    "AWS_REGION is not read": {"env": {"AWS_DEFAULT_REGION": None, "AWS_REGION": "ap-south-1"}},
    "region by profile": {"env": {"AWS_DEFAULT_REGION": None, "AWS_PROFILE": "plain"}},
    "environment before profile": {"env": {"AWS_DEFAULT_REGION": "ap-south-1", "AWS_PROFILE": "plain"}},
    "session before environment": {
        "env": {"AWS_DEFAULT_REGION": "ap-south-1"}, "session": {"region_name": "sa-east-1"}
    },
    "config before session": {"session": {"region_name": "sa-east-1"}, "config": {"region_name": "us-west-1"}},
    "argument before config": {"client": {"region_name": "us-east-2"}, "config": {"region_name": "us-west-1"}},
    "profile by argument": {"env": {"AWS_PROFILE": "rich"}, "session": {"profile_name": "plain"}},
    "AWS_DEFAULT_PROFILE first": {"env": {"AWS_DEFAULT_PROFILE": "plain", "AWS_PROFILE": "rich"}},
    "everything by profile": {"env": {"AWS_DEFAULT_REGION": None, "AWS_PROFILE": "rich"}},
    "its services section": {"env": {"AWS_PROFILE": "rich"}, "service": "s3"},
    "its url for all others": {"env": {"AWS_PROFILE": "rich"}, "service": "dynamodb"},
    "general url by environment": {"env": {"AWS_PROFILE": "rich", "AWS_ENDPOINT_URL": "http://all.example:9"}},
    "service url by environment": {
        "env": {"AWS_ENDPOINT_URL": "http://all.example:9", "AWS_ENDPOINT_URL_SQS": "http://one.example:8"}
    },
    "url by argument": {
        "env": {"AWS_ENDPOINT_URL_SQS": "http://one.example:8"}, "client": {"endpoint_url": "http://mine.example"}
    },
    "urls ignored by config": {
        "env": {"AWS_ENDPOINT_URL": "http://all.example:9"}, "config": {"ignore_configured_endpoint_urls": True}
    },
    "urls ignored by environment": {
        "env": {"AWS_PROFILE": "rich", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"}, "service": "s3"
    },
    "urls ignored by profile": {"env": {"AWS_PROFILE": "ignorant"}},
    "a services section that is not there": {"env": {"AWS_PROFILE": "lost"}},
    "a profile that is not there": {"env": {"AWS_PROFILE": "nobody"}},
    "smart defaults": {"env": {"AWS_PROFILE": "smart"}},
    "smart defaults by config": {"config": {"defaults_mode": "mobile"}},
    "smart defaults for s3": {"env": {"AWS_PROFILE": "smart"}, "client": {"region_name": "us-east-1"}, "service": "s3"},
    "no such defaults": {"env": {"AWS_DEFAULTS_MODE": "lavish"}},
    "config before the profile": {
        "env": {"AWS_PROFILE": "rich"},
        "config": {
            "retries": {"max_attempts": 2, "mode": "standard"}, "use_fips_endpoint": False, "tcp_keepalive": False,
            "use_dualstack_endpoint": False, "request_checksum_calculation": "when_supported",
            "s3": {"addressing_style": "virtual"}, "auth_scheme_preference": "sigv4", "user_agent_appid": "mine",
        },
    },
    "environment before the profile": {
        "env": {
            "AWS_PROFILE": "rich", "AWS_RETRY_MODE": "standard", "AWS_MAX_ATTEMPTS": "2",
            "AWS_USE_FIPS_ENDPOINT": "false", "AWS_CA_BUNDLE": "/env/bundle.pem",
            "AWS_REQUEST_CHECKSUM_CALCULATION": "WHEN_SUPPORTED", "AWS_DISABLE_REQUEST_COMPRESSION": "false",
            "AWS_SDK_UA_APP_ID": "envapp", "AWS_ACCOUNT_ID_ENDPOINT_MODE": "required",
            "AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES": "77", "AWS_AUTH_SCHEME_PREFERENCE": "sigv4",
        }
    },
    "verify before the bundle": {"env": {"AWS_PROFILE": "rich"}, "client": {"verify": "/mine.pem"}},
    "verify off": {"env": {"AWS_PROFILE": "rich"}, "client": {"verify": False}},
    "total attempts": {"config": {"retries": {"total_max_attempts": 4, "mode": "standard"}}},
    "no such retry mode": {"env": {"AWS_RETRY_MODE": "stubborn"}},
    "attempts that are no number": {"env": {"AWS_MAX_ATTEMPTS": "many"}},
    "no such checksum time": {"env": {"AWS_REQUEST_CHECKSUM_CALCULATION": "sometimes"}},
    "no such account mode": {"env": {"AWS_ACCOUNT_ID_ENDPOINT_MODE": "maybe"}, "service": "dynamodb"},
    "no time for the machine's metadata": {"env": {"AWS_METADATA_SERVICE_TIMEOUT": "x"}},
    "no number of tries for it": {"env": {"AWS_METADATA_SERVICE_NUM_ATTEMPTS": "1.5"}},
    "the same with keys of the client's own": {
        "env": {"AWS_METADATA_SERVICE_TIMEOUT": "x"}, "client": KEYS
    },
    "dual stack by text": {"config": {"s3": {"use_dualstack_endpoint": "true"}}, "service": "s3"},
    "compression of no size": {"env": {"AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES": "-1"}},
    "timeouts and pool": {"config": {"connect_timeout": 3, "read_timeout": 4, "max_pool_connections": 5}},
    "proxies": {"config": {"proxies": {"http": "http://p:1"}, "proxies_config": {"proxy_ca_bundle": "/p.pem"}}},
    "no host prefix": {"env": {"AWS_DISABLE_HOST_PREFIX_INJECTION": "true"}},
    "fips": {"config": {"use_fips_endpoint": True}},
    "fips by its region": {"client": {"region_name": "fips-us-east-1"}},
    "dual stack": {"config": {"use_dualstack_endpoint": True}, "service": "s3"},
    "dual stack of s3 only": {"config": {"s3": {"use_dualstack_endpoint": True}}, "service": "s3"},
    "dual stack of s3 is not for others": {"config": {"s3": {"use_dualstack_endpoint": True}}},
    "dual stack off for s3": {
        "config": {"use_dualstack_endpoint": True, "s3": {"use_dualstack_endpoint": False}}, "service": "s3"
    },
    "fips and an own url": {"config": {"use_fips_endpoint": True}, "client": {"endpoint_url": "http://mine.example"}},
    "s3 in its first region": {"client": {"region_name": "us-east-1"}, "service": "s3"},
    "s3 in its first region, regional": {
        "env": {"AWS_S3_US_EAST_1_REGIONAL_ENDPOINT": "regional"},
        "client": {"region_name": "us-east-1"}, "service": "s3",
    },
    "s3 without manners": {"env": {"AWS_S3_US_EAST_1_REGIONAL_ENDPOINT": "rural"}, "service": "s3"},
    "s3 elsewhere": {"client": {"region_name": "eu-north-1"}, "service": "s3"},
    "accelerate": {"config": {"s3": {"use_accelerate_endpoint": True}}, "service": "s3"},
    "accelerate and fips": {
        "config": {"s3": {"use_accelerate_endpoint": True}, "use_fips_endpoint": True}, "service": "s3"
    },
    "a host of one's own that is named like S3's": {
        "client": {"endpoint_url": "https://s3-accelerate-cache.example"}, "service": "s3"
    },
    "the host of accelerated transfers": {
        "client": {"endpoint_url": "https://s3-accelerate.dualstack.amazonaws.com"}, "service": "s3"
    },
    "path style": {"config": {"s3": {"addressing_style": "path"}}, "service": "s3"},
    "sts": {"service": "sts", "client": {"region_name": "us-east-2"}},
    "sts of old": {
        "service": "sts", "client": {"region_name": "us-east-2"}, "env": {"AWS_STS_REGIONAL_ENDPOINTS": "legacy"}
    },
    "sts of old in a new region": {
        "service": "sts", "client": {"region_name": "me-south-1"}, "env": {"AWS_STS_REGIONAL_ENDPOINTS": "legacy"}
    },
    "sts of no kind": {"service": "sts", "env": {"AWS_STS_REGIONAL_ENDPOINTS": "urban"}},
    "a global service": {"service": "iam", "client": {"region_name": "us-west-2"}},
    "a global service in another partition": {"service": "iam", "client": {"region_name": "cn-north-1"}},
    "s3 control": {"service": "s3control"},
    "no tls": {"client": {"use_ssl": False}},
    "an account id": {"session": {"aws_account_id": "123456789012"}, "keys": True, "service": "dynamodb"},
    "an account id in the client": {
        "client": {"aws_account_id": "123456789012"}, "keys": "client", "service": "dynamodb"
    },
    "an account id in the environment": {"env": {"AWS_ACCOUNT_ID": "123456789012"}, "service": "dynamodb"},
    "an account id switched off": {
        "env": {"AWS_ACCOUNT_ID": "123456789012", "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled"}, "service": "dynamodb"
    },
    "no account id where one is required": {"env": {"AWS_ACCOUNT_ID_ENDPOINT_MODE": "required"}, "service": "dynamodb"},
    "a region that smuggles a host": {"client": {"region_name": "evil.example/"}},
    "a region with a line end": {"client": {"region_name": "us east-1"}},
    "a region that is a number": {"client": {"region_name": "1234"}},
    "half of the keys": {"client": {"aws_access_key_id": "AKID"}},
}  # fmt: skip

#: where the two know one error by another name; with the reason
OTHER_ERRORS = {
    ("ValueError", "InvalidConfigError"): "botocore lets int() speak",
}


@pytest.fixture
def surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[Case], None]:
    def prepare(case: Case) -> None:
        path = tmp_path / "config"
        path.write_text(FILE)
        monkeypatch.setenv("AWS_CONFIG_FILE", str(path))
        monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
        for name, value in case.get("env", {}).items():
            monkeypatch.delenv(name, raising=False) if value is None else monkeypatch.setenv(name, value)

    return prepare


def observed(library: str, case: Case) -> dict[str, Any]:
    """What a client of the case is like and sends, or the error on the way."""
    service = case.get("service", "sqs")
    keys = case.get("keys")
    seen: dict[str, Any] = {}
    options: list[TransportOptions] = []
    own: dict[str, Any] = {}
    if library == "osteon":
        own["transport"] = lambda given: options.append(given) or pytest.fail  # never used: a handler answers
    maker: Any = osteon.Session if library == "osteon" else boto3.Session
    config_class: Any = osteon.Config if library == "osteon" else botocore.config.Config
    family = (exceptions.OsteonError,) if library == "osteon" else (botocore.exceptions.BotoCoreError, ValueError)

    def answer(request: Any, **kwargs: Any) -> Any:
        seen["url"] = request.url
        text = request.headers["Authorization"]
        authorization = text.decode() if isinstance(text, bytes) else text
        seen["scope"] = authorization.split("/", 2)[2].split(",")[0]
        agent = request.headers["User-Agent"]
        seen["app"] = [part for part in str(agent).split() if part.startswith("app/")]
        if library == "osteon":
            return Response(400, {}, ERROR)
        return botocore.awsrequest.AWSResponse(request.url, 400, {}, _Empty())

    try:
        session = maker(**case.get("session", {}), **(KEYS if keys is True else {}), **own)
        seen["session"] = (session.region_name, session.profile_name, sorted(session.available_profiles))
        arguments = {**case.get("client", {}), **(KEYS if keys == "client" else {})}
        if "config" in case:
            arguments["config"] = config_class(**case["config"])
        client = session.client(service, **arguments)
        seen.update({name: getattr(client.meta.config, name) for name in OPTIONS})
        seen["meta"] = (client.meta.region_name, client.meta.partition)
        # botocore writes into the client's settings of S3 what its other settings say.
        seen["s3"] = {name: item for name, item in (seen["s3"] or {}).items() if name != "use_dualstack_endpoint"}
        http: Any = None if options else client._endpoint.http_session
        seen["verify"] = options[0].verify if options else http._verify
        seen["keepalive"] = options[0].tcp_keepalive if options else ALIVE in http._socket_options
        client.meta.events.register(f"before-send.{client.meta.service_model.service_id.hyphenize()}", answer)
        method, params = PARAMS[service]
        with contextlib.suppress(exceptions.ClientError, botocore.exceptions.ClientError):
            getattr(client, method)(**params)
    except family as error:
        seen["error"] = type(error).__name__
    return seen


ALIVE = (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
ERROR = b"<ErrorResponse><Error><Code>Stop</Code></Error></ErrorResponse>"


class _Empty:
    def stream(self, **kwargs: Any) -> Any:
        return iter([ERROR])


@pytest.mark.parametrize("name", CASES)
def test_clients_are_what_botocores_are(surroundings: Callable[[Case], None], name: str) -> None:
    case = CASES[name]
    surroundings(case)
    ours, theirs = observed("osteon", case), observed("boto3", case)
    if "error" in theirs or "error" in ours:
        assert (theirs.get("error"), ours.get("error")) in OTHER_ERRORS or ours.get("error") == theirs.get("error")
        return
    if case.get("service") == "iam":
        # botocore tells the region it found, osteon the one it was given (docs/boto3.md).
        theirs["meta"] = (case["client"]["region_name"], theirs["meta"][1])
    assert ours == theirs


def test_a_service_with_one_endpoint_needs_no_region_behind_an_own_one_either(
    surroundings: Callable[[Case], None],
) -> None:
    case: Case = {
        "env": {"AWS_DEFAULT_REGION": None, "AWS_CONFIG_FILE": "/nowhere"},
        "service": "iam", "client": {"endpoint_url": "http://mine.example"},
    }  # fmt: skip
    surroundings(case)
    seen = observed("osteon", case)
    assert seen["url"] == "http://mine.example/"
    assert seen["scope"] == "us-east-1/iam/aws4_request"
    assert observed("boto3", case)["error"] == "NoRegionError", "known difference (docs/boto3.md)"


#: option -> what is set, what osteon's ``meta.config`` says of it, and what botocore's does
MIRRORED: dict[str, tuple[dict[str, Any], Any, Any]] = {
    "signature_version": ({}, None, "s3v4"),
    "user_agent": ({"user_agent": "me/1"}, "me/1", "me/1 Botocore/" + botocore.__version__),
    "endpoint_discovery_enabled": ({"endpoint_discovery_enabled": True}, True, None),
    "defaults_mode": ({"defaults_mode": "standard"}, "standard", None),
    "parameter_validation": ({"parameter_validation": False}, False, True),
    "s3": ({"use_dualstack_endpoint": True}, None, {"use_dualstack_endpoint": True}),
}


@pytest.mark.parametrize("option", MIRRORED)
def test_settings_stay_as_they_were_made(option: str, mode: Any) -> None:
    """Known differences (docs/boto3.md)."""
    given, ours, theirs = MIRRORED[option]
    client = mode.client("s3", "eu-west-1", config=osteon.Config(**given))
    assert getattr(client.meta.config, option) == ours
    client = boto3.Session().client("s3", "eu-west-1", config=botocore.config.Config(**given))
    assert getattr(client.meta.config, option) == theirs


def test_a_defaults_mode_of_the_environment_counts_beside_a_config(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULTS_MODE", "mobile")

    def timeouts(maker: Any, *configs: Any) -> Any:
        return [maker.client("sqs", "eu-west-1", config=config).meta.config.connect_timeout for config in configs]

    ours = timeouts(osteon.Session(), None, osteon.Config(), osteon.Config(connect_timeout=7))
    assert ours == [30.0, 30.0, 7]
    configs = None, botocore.config.Config(), botocore.config.Config(connect_timeout=7)
    assert timeouts(boto3.Session(), *configs) == [30.0, 60, 7], "known difference (docs/boto3.md)"


@pytest.mark.parametrize(
    ("mode", "host"),
    [
        ("preferred", "123456789012.ddb.eu-west-1.amazonaws.com"),
        ("required", "123456789012.ddb.eu-west-1.amazonaws.com"),
        ("disabled", "dynamodb.eu-west-1.amazonaws.com"),
    ],
)
def test_rules_are_told_the_account_and_decide_by_the_mode(mode: str, host: str) -> None:
    seen: dict[str, Any] = {}
    keys = {"aws_access_key_id": "key", "aws_secret_access_key": "secret", "aws_account_id": "123456789012"}
    client = osteon.Session(**keys).client("dynamodb", "eu-west-1", config=osteon.Config(account_id_endpoint_mode=mode))

    def answer(request: Any, **kwargs: Any) -> Response:
        seen["url"] = request.url
        return Response(200, {}, b"{}")

    client.meta.events.register("before-endpoint-resolution", lambda builtins, **kwargs: seen.update(builtins))
    client.meta.events.register("before-send", answer)
    client.list_tables()
    assert seen["url"] == f"https://{host}/"
    assert callable(seen["AWS::Auth::AccountId"]), "it is asked for after the handlers"
    assert seen["AWS::Auth::AccountIdEndpointMode"] == mode


@pytest.mark.parametrize("variable", ["AWS_METADATA_SERVICE_TIMEOUT", "AWS_METADATA_SERVICE_NUM_ATTEMPTS"])
def test_bad_numbers_for_the_metadata_service_are_told_with_the_client(
    mode: Any, variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "soon")
    told = f"^The environment variable {variable} must be a whole number.*, not 'soon'"
    with pytest.raises(exceptions.InvalidConfigError, match=told):
        mode.client("sqs", "eu-west-1")
    with pytest.raises(exceptions.InvalidConfigError, match=told):
        mode.do(mode.session().get_credentials())


def test_no_time_at_all_is_told_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_METADATA_SERVICE_TIMEOUT", "0")
    with pytest.raises(exceptions.InvalidConfigError, match="must be a whole number above 0, not '0'"):
        osteon.Session().client("sqs", "eu-west-1")


@pytest.fixture
def monitor(monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """What the settings ``csm_...`` name."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as made:
        made.bind(("127.0.0.1", 0))
        made.setblocking(False)
        monkeypatch.setenv("AWS_CSM_ENABLED", "true")
        monkeypatch.setenv("AWS_CSM_PORT", str(made.getsockname()[1]))
        monkeypatch.setenv("AWS_CSM_CLIENT_ID", "somebody")
        yield made


def test_a_monitor_of_calls_hears_nothing(mode: Any, monitor: socket.socket) -> None:
    """``csm_enabled`` and its like are accepted and do nothing (docs/boto3.md)."""
    client = mode.client("sqs", "eu-west-1", endpoint_url="http://127.0.0.1:1")
    client.meta.events.register("before-send", _refused)
    with pytest.raises(ConnectionRefusedError):
        mode.do(client.list_queues())
    with pytest.raises(BlockingIOError):
        monitor.recv(8192)


def test_a_monitor_of_calls_hears_of_boto3s(monitor: socket.socket) -> None:
    """Known difference (docs/boto3.md): a call that ends before anything is sent is told of, too."""
    session = boto3.Session()
    client = session.client("sqs", "eu-west-1", endpoint_url="http://127.0.0.1:1")
    client.meta.events.register("before-send", _refused)
    with pytest.raises(ConnectionRefusedError):
        client.list_queues()
    session._session._get_internal_component("monitor")._publisher._socket.close()
    assert b"ListQueues" in monitor.recv(8192)


def _refused(**kwargs: Any) -> None:
    raise ConnectionRefusedError
