"""SSO: a role's keys and a bearer token from the cached login, refreshed when it is about to end."""

from __future__ import annotations

import datetime
import hashlib
import json
from pathlib import Path

import pytest
from tests.aws.driving import World

from osteon.aws.credentials.sso import sso
from osteon.aws.credentials.tokens import token_provider
from osteon.exceptions import ClientError, InvalidConfigError, SSOTokenLoadError, UnauthorizedSSOTokenError

START = 1_800_000_000.0
ROLE = "sso_role_name = r\nsso_account_id = 1\n"
SESSION = "[sso-session my]\nsso_start_url = https://s\nsso_region = eu-west-1\n"
BY_SESSION = f"[default]\nsso_session = my\n{ROLE}{SESSION}"
BY_URL = f"[default]\nsso_start_url = https://s\nsso_region = eu-west-1\n{ROLE}"


def iso(seconds: float) -> str:
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Home:
    """A home folder with a config file and a cached login."""

    def __init__(self, path: Path, config: str) -> None:
        self.environ = {"HOME": str(path)}
        self.folder = path / ".aws"
        (self.folder / "sso" / "cache").mkdir(parents=True)
        (self.folder / "config").write_text(config)

    def token_file(self, name: str) -> Path:
        return self.folder / "sso" / "cache" / f"{hashlib.sha1(name.encode()).hexdigest()}.json"

    def log_in(self, name: str, left: float, **further: str) -> None:
        token = {"accessToken": "sesame", "expiresAt": iso(START + left), **further}
        self.token_file(name).write_text(json.dumps(token))


REFRESHABLE = {
    "refreshToken": "again",
    "clientId": "c",
    "clientSecret": "cs",
    "registrationExpiresAt": iso(START + 90000),
}


def role_keys(key: str, expires: float) -> dict:
    keys = {"accessKeyId": key, "secretAccessKey": "s", "sessionToken": "t", "expiration": int(expires * 1000)}
    return {"roleCredentials": keys}


def credentials(world: World, home: Home):
    return world.run(sso(world.around(home.environ), "default").load())


@pytest.mark.parametrize(("config", "name"), [(BY_SESSION, "my"), (BY_URL, "https://s")])
def test_keys_of_a_role(config: str, name: str, tmp_path: Path) -> None:
    home, world = Home(tmp_path, config), World()
    home.log_in(name, 3600)
    world.services["sso", "GetRoleCredentials"] = role_keys("A", START + 3600)
    found = credentials(world, home)
    assert world.calls == []
    assert world.run(found.frozen()) == ("A", "s", "t", "1")
    params = {"roleName": "r", "accountId": "1", "accessToken": "sesame"}
    assert world.calls == [("sso", "GetRoleCredentials", params, None, "eu-west-1")]


def test_a_login_that_is_about_to_end_is_renewed_and_kept(tmp_path: Path) -> None:
    home, world = Home(tmp_path, BY_SESSION), World()
    home.log_in("my", 600, **REFRESHABLE)
    world.services["sso", "GetRoleCredentials"] = role_keys("A", START + 3600)
    world.services["sso-oidc", "CreateToken"] = {"accessToken": "new", "expiresIn": 28800, "refreshToken": "more"}
    world.run(credentials(world, home).frozen())
    assert world.calls[1][2]["accessToken"] == "new"
    kept = json.loads(home.token_file("my").read_text())
    assert kept["accessToken"] == "new"
    assert kept["refreshToken"] == "more"
    assert kept["expiresAt"] == iso(START + 28800)
    assert home.token_file("my").stat().st_mode & 0o777 == 0o600
    assert len(list((home.folder / "sso" / "cache").iterdir())) == 1


REFUSAL = ClientError({"Error": {"Code": "InvalidGrantException"}}, "CreateToken")


@pytest.mark.parametrize("further", [{}, REFRESHABLE, {**REFRESHABLE, "registrationExpiresAt": iso(START - 1)}])
def test_a_login_that_cannot_be_renewed_serves_to_its_end(further: dict, tmp_path: Path) -> None:
    home, world = Home(tmp_path, BY_SESSION), World()
    world.services["sso-oidc", "CreateToken"] = REFUSAL
    world.services["sso", "GetRoleCredentials"] = role_keys("A", START + 3600)
    home.log_in("my", 600, **further)
    assert world.run(credentials(world, home).frozen()).access_key == "A"
    home.log_in("my", 0, **further)
    with pytest.raises(UnauthorizedSSOTokenError):
        world.run(credentials(world, home).frozen())


def test_a_login_that_the_service_refuses(tmp_path: Path) -> None:
    home, world = Home(tmp_path, BY_SESSION), World()
    home.log_in("my", 3600)
    error = ClientError({"Error": {"Code": "UnauthorizedException"}}, "GetRoleCredentials")
    world.services["sso", "GetRoleCredentials"] = error
    with pytest.raises(UnauthorizedSSOTokenError):
        world.run(credentials(world, home).frozen())


@pytest.mark.parametrize("text", [None, "no json", "[]", '{"accessToken": "sesame"}', "[" * 100000])
def test_no_login(text: str | None, tmp_path: Path) -> None:
    home, world = Home(tmp_path, BY_SESSION), World()
    if text is not None:
        home.token_file("my").write_text(text)
    with pytest.raises(SSOTokenLoadError, match=r"Token for my .* run aws sso login") as caught:
        world.run(credentials(world, home).frozen())
    assert "sesame" not in str(caught.value)


@pytest.mark.parametrize(
    ("config", "text"),
    [
        (f"[default]\n{ROLE}", "missing required configuration: sso_start_url, sso_region"),
        (f"[default]\nsso_role_name = r\nsso_session = my\n{SESSION}", "required configuration: sso_account_id"),
        (f"[default]\nsso_session = myy\n{ROLE}{SESSION}", "\"myy\".*Did you mean: 'my'"),
        (f"[default]\nsso_session = my\nsso_region = x\n{ROLE}{SESSION}", "sso_region is inconsistent"),
    ],
)
def test_profiles_that_are_not_whole(config: str, text: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidConfigError, match=text):
        credentials(World(), Home(tmp_path, config))


def test_a_profile_without_sso(tmp_path: Path) -> None:
    assert credentials(World(), Home(tmp_path, "[default]\nregion = x\n")) is None


# --- bearer tokens ----------------------------------------------------------------------------------------------------


def test_the_environments_token_is_for_one_service(tmp_path: Path) -> None:
    home, world = Home(tmp_path, ""), World()
    around = world.around({**home.environ, "AWS_BEARER_TOKEN_BEDROCK_AGENT": "env"})
    assert world.run(token_provider(around, "bedrock-agent")()).token == "env"
    assert world.run(token_provider(around, "bedrock-agent", "code")()).token == "code"
    assert world.run(token_provider(around, "other")()) is None


def test_an_sso_sessions_token_is_kept_until_it_is_about_to_end(tmp_path: Path) -> None:
    home, world = Home(tmp_path, f"[default]\nsso_session = my\n{SESSION}"), World()
    home.log_in("my", 3600, **REFRESHABLE)
    provide = token_provider(world.around(home.environ), "codecatalyst")
    assert world.run(provide()).token == "sesame"
    home.token_file("my").unlink()
    assert world.run(provide()).token == "sesame"
    home.log_in("my", 3600, **REFRESHABLE)
    world.now += 3000
    world.services["sso-oidc", "CreateToken"] = {"accessToken": "new", "expiresIn": 28800}
    assert world.run(provide()).token == "new"
