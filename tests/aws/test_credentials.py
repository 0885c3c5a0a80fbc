"""Credentials: where they are found, in which order, how they refresh, and that they are shown nowhere."""

from __future__ import annotations

import asyncio
import datetime
import itertools
import json
import os
import pickle
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import botocore.session
import pytest
from tests.aws.driving import World

import osteon
from osteon.aws.credentials.base import CredentialChain, Credentials, Fetched, FrozenCredentials, RefreshableCredentials
from osteon.aws.credentials.chain import default_chain
from osteon.aws.credentials.static import explicit
from osteon.exceptions import (
    ClientError,
    CredentialRetrievalError,
    InfiniteLoopConfigError,
    InvalidConfigError,
    PartialCredentialsError,
    RefreshWithMFAUnsupportedError,
)
from osteon.http import Response
from osteon.transport.canned import AsyncCannedTransport, CannedTransport

FIRST, SECOND = FrozenCredentials("A1", "sesame1", "t1"), FrozenCredentials("A2", "sesame2", "t2")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place for the two files, and an environment that names them and nothing else of AWS."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    return tmp_path


def iso(seconds: float) -> str:
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def found(world: World, environ=os.environ, **overrides):
    return world.run(default_chain(world.around(environ, **overrides)).load())


# --- places and their order -------------------------------------------------------------------------------------------

KEYS = "aws_access_key_id = {0}\naws_secret_access_key = s-{0}\naws_session_token = t-{0}\naws_account_id = 1-{0}\n"
PRINTER = json.dumps({"Version": 1, "AccessKeyId": "PROC", "SecretAccessKey": "s", "AccountId": "12"})
PLACES = ("env", "shared", "process", "config")


def say(home: Path, monkeypatch: pytest.MonkeyPatch, places: tuple[str, ...]) -> None:
    config = "[default]\nregion = x\n[profile p]\noutput = json\n"
    if "process" in places:
        (home / "print.json").write_text(PRINTER)
        command = f"{sys.executable} -c \"print(open('{home}/print.json').read())\""
        config += f"credential_process = {command}\n"
    if "config" in places:
        config += KEYS.format("CONF")
    (home / "config").write_text(config)
    if "shared" in places:
        (home / "credentials").write_text("[p]\n" + KEYS.format("SHARED"))
    if "env" in places:
        for name, value in {"ACCESS_KEY_ID": "ENV", "SECRET_ACCESS_KEY": "s", "ACCOUNT_ID": "3"}.items():
            monkeypatch.setenv(f"AWS_{name}", value)


@pytest.mark.parametrize("explicit_profile", [True, False])
@pytest.mark.parametrize("places", [c for n in range(5) for c in itertools.combinations(PLACES, n)], ids="+".join)
def test_order_is_botocores(places, explicit_profile, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    say(home, monkeypatch, places)
    if explicit_profile:
        ours, session = found(World(), profile="p"), botocore.session.Session(profile="p")
    else:
        monkeypatch.setenv("AWS_PROFILE", "p")
        ours, session = found(World()), botocore.session.Session()
    theirs = session.get_credentials()
    if theirs is None:
        assert ours is None
    else:
        assert tuple(ours.get_frozen_credentials()) == tuple(theirs.get_frozen_credentials())
        assert ours.method == theirs.method


BROKEN = [
    ({"AWS_ACCESS_KEY_ID": "A"}, "", "", "env, missing: AWS_SECRET_ACCESS_KEY"),
    ({}, "[default]\naws_access_key_id = A\n", "", "config-file, missing: aws_secret_access_key"),
    ({}, "", "[default]\naws_access_key_id = A\n", "shared-credentials-file, missing: aws_secret_access_key"),
]


@pytest.mark.parametrize(("environ", "config", "shared", "text"), BROKEN)
def test_half_of_a_pair_is_refused(environ, config, shared, text, home: Path) -> None:
    (home / "config").write_text(config)
    (home / "credentials").write_text(shared)
    with pytest.raises(PartialCredentialsError, match=text):
        found(World(), {**os.environ, **environ})


def test_arguments_leave_nothing_to_look_for(home: Path) -> None:
    given = explicit("A", "S", "T")
    chain = default_chain(World().around(os.environ), given)
    assert World().run(chain.identity()) == ("A", "S", "T", None)
    assert explicit(None, None) is None
    with pytest.raises(PartialCredentialsError, match="explicit, missing: aws_secret_access_key"):
        explicit("A", None)


def test_environment_keys_that_end_are_read_again(home: Path) -> None:
    world = World()
    environ = {**os.environ, "AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "S"}
    environ["AWS_CREDENTIAL_EXPIRATION"] = iso(world.now + 3600)
    credentials = found(world, environ)
    environ.update(AWS_ACCESS_KEY_ID="B", AWS_CREDENTIAL_EXPIRATION=iso(world.now + 9000))
    assert world.run(credentials.frozen()).access_key == "A"
    world.now += 3000
    assert world.run(credentials.frozen()).access_key == "B"


# --- a program's output -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("script", "text"),
    [
        ("print('sesame')", "printed no JSON"),
        ("print('[]')", "Unsupported version None"),
        ("print('{\"Version\": 2}')", "Unsupported version 2"),
        ('print(\'{"Version": 1, "AccessKeyId": "sesame"}\')', "lacks SecretAccessKey"),
        ("print('[' * 100000)", "printed no JSON"),
        ("import sys; sys.exit('no key today')", "no key today"),
        ("import sys; sys.exit(3)", "ended with status 3"),
    ],
)
def test_a_program_that_gives_no_keys(script: str, text: str, home: Path) -> None:
    (home / "script.py").write_text(script)
    (home / "config").write_text(f"[default]\ncredential_process = {sys.executable} {home}/script.py\n")
    with pytest.raises(CredentialRetrievalError, match=text) as caught:
        found(World())
    assert "sesame" not in str(caught.value)


def test_a_program_that_is_not_there(home: Path) -> None:
    (home / "config").write_text("[default]\ncredential_process = /no/such/program\n")
    with pytest.raises(CredentialRetrievalError, match="cannot be run: No such file"):
        found(World())


# --- roles ------------------------------------------------------------------------------------------------------------


def role_answer(key: str, expires: float) -> dict:
    keys = {"AccessKeyId": key, "SecretAccessKey": "s", "SessionToken": "t"}
    keys["Expiration"] = datetime.datetime.fromtimestamp(expires, datetime.UTC)
    return {"Credentials": keys, "AssumedRoleUser": {"Arn": "arn:aws:sts::123456789012:assumed-role/r/s"}}


def test_a_role_is_taken_when_first_used_and_again_when_it_ends(home: Path) -> None:
    (home / "config").write_text(
        "[profile p]\nrole_arn = R\nsource_profile = base\nexternal_id = E\n"
        "duration_seconds = 900\nrole_session_name=n\n"
        "[profile base]\naws_access_key_id = B\naws_secret_access_key = s\n"
    )
    world = World()
    world.services["sts", "AssumeRole"] = lambda params: role_answer(f"ROLE{len(world.calls)}", world.now + 3600)
    credentials = found(world, profile="p")
    assert (credentials.method, world.calls) == ("assume-role", [])
    assert world.run(credentials.frozen()) == ("ROLE1", "s", "t", "123456789012")
    params = {"RoleArn": "R", "ExternalId": "E", "DurationSeconds": 900, "RoleSessionName": "n"}
    assert world.calls == [("sts", "AssumeRole", params, ("B", "s", None, None), None)]
    assert world.run(credentials.frozen()).access_key == "ROLE1"
    world.now += 3000
    assert world.run(credentials.frozen()).access_key == "ROLE2"


def test_roles_lean_on_roles(home: Path) -> None:
    (home / "config").write_text(
        "[profile p]\nrole_arn = R2\nsource_profile = mid\n[profile mid]\n"
        "role_arn = R1\ncredential_source = Environment\n"
    )
    world = World()
    world.services["sts", "AssumeRole"] = lambda params: role_answer(params["RoleArn"], world.now + 3600)
    environ = {**os.environ, "AWS_ACCESS_KEY_ID": "ENV", "AWS_SECRET_ACCESS_KEY": "s"}
    assert world.run(found(world, environ, profile="p").frozen()).access_key == "R2"
    assert [(call[2]["RoleArn"], call[3].access_key) for call in world.calls] == [("R1", "ENV"), ("R2", "R1")]


def test_a_profile_may_take_a_role_with_its_own_keys(home: Path) -> None:
    (home / "config").write_text(f"[profile p]\nrole_arn = R\nsource_profile = p\n{KEYS.format('OWN')}")
    world = World()
    world.services["sts", "AssumeRole"] = role_answer("ROLE", world.now + 3600)
    assert world.run(found(world, profile="p").frozen()).access_key == "ROLE"
    assert world.calls[0][3].access_key == "OWN"


@pytest.mark.parametrize(
    ("config", "error", "text"),
    [
        ("role_arn = R\n", PartialCredentialsError, "source_profile or credential_source"),
        ("role_arn = R\nsource_profile = pp\n", InvalidConfigError, 'source_profile "pp" .* does not exist'),
        ("role_arn = R\nsource_profile = p\n", InfiniteLoopConfigError, "Infinite loop"),
        (
            "role_arn = R\nsource_profile = q\n[profile q]\nrole_arn = S\nsource_profile = p\n",
            InfiniteLoopConfigError,
            "load from profile p",
        ),
        ("role_arn = R\nsource_profile = q\ncredential_source = Environment\n", InvalidConfigError, "contains both"),
        ("role_arn = R\ncredential_source = Enviroment\n", InvalidConfigError, "Did you mean: 'Environment'"),
        ("role_arn = R\ncredential_source = Environment\n", CredentialRetrievalError, "No credentials found"),
        ("role_arn = R\nsource_profile = q\n[profile q]\nregion = x\n", InvalidConfigError, "must have credentials"),
    ],
)
def test_profiles_that_lead_nowhere(config: str, error: type[Exception], text: str, home: Path) -> None:
    (home / "config").write_text("[profile p]\n" + config)
    with pytest.raises(error, match=text):
        found(World(), profile="p")


def test_a_second_factor_is_asked_for_once(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "config").write_text(
        f"[profile p]\nrole_arn = R\nsource_profile = base\nmfa_serial = M\n[profile base]\n{KEYS.format('B')}"
    )
    monkeypatch.setattr("getpass.getpass", lambda prompt: f"123 for {prompt}")
    world = World()
    world.services["sts", "AssumeRole"] = role_answer("ROLE", world.now + 3600)
    credentials = found(world, profile="p")
    world.run(credentials.frozen())
    assert world.calls[0][2] == {
        "RoleArn": "R",
        "RoleSessionName": f"osteon-session-{int(world.now)}",
        "SerialNumber": "M",
        "TokenCode": "123 for Enter MFA code for M: ",
    }
    world.now += 3500
    with pytest.raises(RefreshWithMFAUnsupportedError):
        world.run(credentials.frozen())


@pytest.mark.parametrize("place", ["environment", "profile"])
def test_web_identity(place: str, home: Path) -> None:
    token = home / "token"
    token.write_text("jwt1")
    environ = dict(os.environ)
    if place == "environment":
        environ |= {"AWS_WEB_IDENTITY_TOKEN_FILE": str(token), "AWS_ROLE_ARN": "R", "AWS_ROLE_SESSION_NAME": "n"}
    else:
        text = f"[default]\nweb_identity_token_file = {token}\nrole_arn = R\nrole_session_name = n\n"
        (home / "config").write_text(text)
    world = World()
    world.services["sts", "AssumeRoleWithWebIdentity"] = lambda _: role_answer("WEB", world.now + 3600)
    credentials = found(world, environ)
    assert world.run(credentials.frozen()).access_key == "WEB"
    token.write_text("jwt2")
    world.now += 3000
    world.run(credentials.frozen())
    assert [call[2]["WebIdentityToken"] for call in world.calls] == ["jwt1", "jwt2"]
    assert world.calls[0][3] is None


def test_web_identity_says_what_is_missing(home: Path) -> None:
    with pytest.raises(InvalidConfigError, match="AWS_ROLE_ARN"):
        found(World(), {**os.environ, "AWS_WEB_IDENTITY_TOKEN_FILE": "/x"})
    environ = {**os.environ, "AWS_WEB_IDENTITY_TOKEN_FILE": "/no/such/file", "AWS_ROLE_ARN": "R"}
    world = World()
    with pytest.raises(CredentialRetrievalError, match="/no/such/file cannot be read"):
        world.run(found(world, environ).frozen())


# --- refreshing -------------------------------------------------------------------------------------------------------


class Fetching:
    """A source that gives or raises what it is told to, in turn."""

    def __init__(self, *answers: Fetched | Exception) -> None:
        self.answers = list(answers)

    def __call__(self):
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer
        yield


FAULT = CredentialRetrievalError(provider="x", error_msg="away")
CASES = [
    ("long before the end nothing is asked", 3600, [], FIRST),
    ("in the last 15 minutes new ones are taken", 899, [Fetched(SECOND, None)], SECOND),
    ("or the old ones serve on", 899, [FAULT], FIRST),
    ("whatever kind of error it is", 601, [ClientError({}, "AssumeRole")], FIRST),
]


@pytest.mark.parametrize(("left", "answers", "keys"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_refresh(left: float, answers: list, keys: FrozenCredentials) -> None:
    world, fetching = World(), Fetching(*answers)
    credentials = RefreshableCredentials(Fetched(FIRST, world.now + left), fetching, "x")
    assert world.run(credentials.frozen()) == keys
    assert fetching.answers == []


@pytest.mark.parametrize("left", [599, 0, -10])
def test_in_the_last_ten_minutes_a_failed_refresh_is_raised(left: float) -> None:
    world = World()
    credentials = RefreshableCredentials(Fetched(FIRST, world.now + left), Fetching(FAULT), "x")
    with pytest.raises(CredentialRetrievalError, match="away"):
        world.run(credentials.frozen())


def test_new_credentials_that_have_ended_are_refused() -> None:
    world = World()
    credentials = RefreshableCredentials(Fetched(FIRST, world.now), Fetching(Fetched(SECOND, world.now - 1)), "x")
    with pytest.raises(CredentialRetrievalError, match="already expired"):
        world.run(credentials.frozen())


def test_while_one_refreshes_early_the_others_go_on() -> None:
    world = World()
    flows = []

    def fetch():
        flows.append(world.run(credentials.frozen()))  # another call comes while this one is under way
        return Fetched(SECOND, world.now + 9000)
        yield

    credentials = RefreshableCredentials(Fetched(FIRST, world.now + 800), fetch, "x")
    assert world.run(credentials.frozen()) == SECOND
    assert flows == [FIRST]


def test_plain_attributes_refresh_where_they_can() -> None:
    world = World()
    credentials = RefreshableCredentials(Fetched(FIRST, world.now), Fetching(Fetched(SECOND, world.now + 9000)), "x")
    assert credentials.access_key == "A1"
    credentials.run = world.run
    assert (credentials.access_key, credentials.secret_key, credentials.token) == ("A2", "sesame2", "t2")


def test_a_chain_asks_once_and_remembers_what_it_found() -> None:
    chain = CredentialChain.of(Credentials("A", "S", method="x"))
    world = World()
    assert world.run(chain.load()) is world.run(chain.load())
    assert world.run(CredentialChain(()).identity()) is None


def test_secrets_stand_in_no_repr(home: Path) -> None:
    credentials = Credentials("AKID", "sesame", "sesame")
    shown = repr([credentials, credentials.get_frozen_credentials(), Fetched(FIRST, 1.0), World().around({})])
    assert "sesame" not in shown
    assert "AKID" in shown
    assert pickle.loads(pickle.dumps(FIRST)) == FIRST


# --- shared by the clients of a session -------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["threads", "tasks"])
def test_clients_that_call_at_once_look_for_credentials_once(way: str, home: Path) -> None:
    """A program that asks somebody for a code, say, must not ask for each client."""
    script = f"import time; time.sleep(0.2); open({str(home / 'asked')!r}, 'a').write('x'); print({PRINTER!r})"
    (home / "script.py").write_text(script)
    (home / "config").write_text(f"[default]\ncredential_process = {sys.executable} {home}/script.py\n")
    answer = Response(200, {}, b"{}")
    if way == "threads":
        session = osteon.Session(transport=lambda options: CannedTransport([answer]))
        clients = [session.client("sqs", "eu-west-1") for _ in range(6)]
        with ThreadPoolExecutor(6) as pool:
            list(pool.map(lambda client: client.list_queues(), clients))
    else:
        asyncio.run(_called_in_tasks(answer))
    assert (home / "asked").read_text() == "x"


async def _called_in_tasks(answer: Response) -> None:
    session = osteon.AsyncSession(transport=lambda options: AsyncCannedTransport([answer]))
    clients = [session.client("sqs", "eu-west-1") for _ in range(6)]
    await asyncio.gather(*(client.list_queues() for client in clients))
