"""Credentials over HTTP: a container's endpoint and an instance's metadata, in good days and bad."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import pytest
from tests.aws.driving import World

from osteon.aws.credentials.metadata import container, instance_metadata
from osteon.exceptions import (
    ConnectTimeoutError,
    CredentialRetrievalError,
    InvalidIMDSEndpointError,
    InvalidIMDSEndpointModeError,
    MetadataRetrievalError,
)
from osteon.http import Response

START = 1_800_000_000.0


def keys(expires: float, key: str = "A") -> bytes:
    end = datetime.datetime.fromtimestamp(expires, datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    found = {"AccessKeyId": key, "SecretAccessKey": "sesame", "Token": "t", "Expiration": end, "AccountId": "1"}
    return json.dumps(found).encode()


def answering(*answers):
    """Answers in turn; the last one for ever."""
    left = list(answers)

    def answer(request):
        found = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(found, Exception):
            raise found
        status, body = found if isinstance(found, tuple) else (200, found)
        return Response(status, body=body, url=request.url)

    return answer


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    return {"HOME": str(tmp_path)}


AWAY = ConnectTimeoutError(endpoint_url="http://169.254.169.254")

# --- containers -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("environ", "url", "authorization"),
    [
        ({"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/x"}, "http://169.254.170.2/v2/x", None),
        ({"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:9/x"}, "http://127.0.0.1:9/x", None),
        ({"AWS_CONTAINER_CREDENTIALS_FULL_URI": "https://h.example/x"}, "https://h.example/x", None),
        (
            {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://[::1]/x", "AWS_CONTAINER_AUTHORIZATION_TOKEN": "tok"},
            "http://[::1]/x",
            "tok",
        ),
    ],
)
def test_container(environ: dict, url: str, authorization: str | None, home: dict) -> None:
    world = World(http=answering(keys(START + 7200), keys(START + 9000, "B")))
    credentials = world.run(container(world.around({**home, **environ})).load())
    assert world.run(credentials.frozen()) == ("A", "sesame", "t", "1")
    assert (world.sent[0].method, world.sent[0].url, world.sent[0].timeout) == ("GET", url, 2.0)
    assert world.sent[0].headers.get("Authorization") == authorization
    world.now += 6500
    assert world.run(credentials.frozen()).access_key == "B"


def test_a_containers_token_is_read_anew_from_its_file(home: dict, tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("one")
    environ = {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/x", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": str(file)}
    world = World(http=answering(keys(START + 800)))
    credentials = world.run(container(world.around({**home, **environ})).load())
    file.write_text("two")
    world.run(credentials.frozen())
    assert [request.headers["Authorization"] for request in world.sent] == ["one", "two"]


BAD_CONTAINERS = [
    ({"FULL_URI": "http://h.example/x"}, {}, [], "Unsupported host 'h.example'"),
    ({"FULL_URI": "file:///etc/passwd"}, {}, [], "Unsupported host ''"),
    ({"RELATIVE_URI": "@h.example/x"}, {}, [], "Unsupported host 'h.example'"),
    ({"RELATIVE_URI": "/x"}, {"TOKEN": "a\r\nX: sesame"}, [], "line end"),
    ({"RELATIVE_URI": "/x"}, {"TOKEN_FILE": "/no/such"}, [], "/no/such cannot be read"),
    ({"RELATIVE_URI": "/x"}, {}, [(404, b"sesame")], "status 404"),
    ({"RELATIVE_URI": "/x"}, {}, [b"sesame"], "no JSON object"),
    ({"RELATIVE_URI": "/x"}, {}, [b'{"SecretAccessKey": "sesame"}'], "lacks AccessKeyId"),
    (
        {"RELATIVE_URI": "/x"},
        {},
        [b'{"AccessKeyId": "A", "SecretAccessKey": "sesame", "Expiration": "soon"}'],
        "no ISO 8601 time",
    ),
    ({"RELATIVE_URI": "/x"}, {}, [AWAY], "Connect timeout"),
]


@pytest.mark.parametrize(("place", "token", "answers", "text"), BAD_CONTAINERS)
def test_containers_that_give_none(place, token, answers, text, home: dict) -> None:
    environ = {f"AWS_CONTAINER_CREDENTIALS_{name}": value for name, value in place.items()}
    environ |= {f"AWS_CONTAINER_AUTHORIZATION_{name}": value for name, value in token.items()}
    world = World(http=answering(*answers) if answers else None)
    with pytest.raises(CredentialRetrievalError, match=text) as caught:
        world.run(container(world.around({**home, **environ})).load())
    assert "sesame" not in str(caught.value)


def test_a_container_is_asked_three_times(home: dict) -> None:
    world = World(http=answering(AWAY, (500, b""), keys(START + 7200)))
    environ = {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/x"}
    assert world.run(container(world.around({**home, **environ})).load()).access_key == "A"
    assert (len(world.sent), world.now) == (3, START + 2)


def test_no_container(home: dict) -> None:
    assert World().run(container(World().around(home)).load()) is None


# --- instances --------------------------------------------------------------------------------------------------------


def instance(world: World, environ: dict, **settings: object):
    return world.run(instance_metadata(world.around(environ, **settings)).load())


def test_instance(home: dict) -> None:
    world = World(http=answering(b"imds-token", b"my-role", keys(START + 7200)))
    assert instance(world, home).method == "iam-role"
    base = "http://169.254.169.254/latest"
    assert [(request.method, request.url) for request in world.sent] == [
        ("PUT", f"{base}/api/token"),
        ("GET", f"{base}/meta-data/iam/security-credentials/"),
        ("GET", f"{base}/meta-data/iam/security-credentials/my-role"),
    ]
    assert world.sent[0].headers["x-aws-ec2-metadata-token-ttl-seconds"] == "21600"
    assert [request.headers.get("x-aws-ec2-metadata-token") for request in world.sent[1:]] == ["imds-token"] * 2
    assert {request.timeout for request in world.sent} == {1.0}


@pytest.mark.parametrize(
    ("settings", "base"),
    [
        ({"ec2_metadata_service_endpoint": "http://h.example:1/"}, "http://h.example:1"),
        ({"ec2_metadata_service_endpoint_mode": "IPv6"}, "http://[fd00:ec2::254]"),
        ({"imds_use_ipv6": "true"}, "http://[fd00:ec2::254]"),
        ({"imds_use_ipv6": "true", "ec2_metadata_service_endpoint_mode": "ipv4"}, "http://169.254.169.254"),
    ],
)
def test_the_instances_endpoint(settings: dict, base: str, home: dict) -> None:
    world = World(http=answering(b"token", b"role", keys(START + 7200)))
    instance(world, home, **settings)
    assert world.sent[0].url == f"{base}/latest/api/token"


NOTHING = [
    ("nothing answers", [AWAY]),
    ("a bad request", [(400, b"")]),
    ("no role", [b"token", (404, b"")]),
    ("an empty role", [b"token", b""]),
    ("an error as a document", [b"token", b"role", b'{"Code": "Failed", "Message": "x"}']),
    ("no JSON", [b"token", b"role", b"<html>"]),
    ("deep JSON", [b"token", b"role", b"[" * 100000]),
    ("a list", [b"token", b"role", b"[]"]),
]


@pytest.mark.parametrize("answers", [answers for _, answers in NOTHING], ids=[name for name, _ in NOTHING])
def test_no_instance_is_no_error(answers: list, home: dict) -> None:
    assert instance(World(http=answering(*answers)), home) is None


def test_version_one_serves_where_there_is_no_token_and_it_may(home: dict) -> None:
    world = World(http=answering((404, b""), b"role", keys(START + 7200)))
    assert instance(world, home).access_key == "A"
    assert "x-aws-ec2-metadata-token" not in world.sent[1].headers
    with pytest.raises(MetadataRetrievalError, match="IMDSv1 has been disabled"):
        instance(World(http=answering((404, b""))), home, ec2_metadata_v1_disabled="true")


def test_attempts_are_counted(home: dict) -> None:
    world = World(http=answering(AWAY, b"token", AWAY, b"role", keys(START + 7200)))
    assert instance(world, home, metadata_service_num_attempts="2").access_key == "A"


def test_old_keys_serve_on_through_an_outage(home: dict) -> None:
    world = World(http=answering(b"token", b"role", keys(START - 60)))
    credentials = instance(world, home)
    assert world.run(credentials.frozen()).access_key == "A"
    assert len(world.sent) == 3


def test_switched_off(home: dict) -> None:
    assert instance(World(), {**home, "AWS_EC2_METADATA_DISABLED": "True"}) is None


@pytest.mark.parametrize("endpoint", ["169.254.169.254", "ftp://h", "http://"])
def test_an_endpoint_that_is_none(endpoint: str, home: dict) -> None:
    with pytest.raises(InvalidIMDSEndpointError):
        instance(World(), home, ec2_metadata_service_endpoint=endpoint)


def test_a_mode_that_is_none(home: dict) -> None:
    with pytest.raises(InvalidIMDSEndpointModeError, match="ipv5"):
        instance(World(), home, ec2_metadata_service_endpoint_mode="ipv5")
