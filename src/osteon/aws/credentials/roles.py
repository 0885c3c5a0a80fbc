"""Credentials of a role that is taken over by a call of STS: with other credentials, or with a web identity's token."""

from __future__ import annotations

from collections.abc import Mapping, Set
from pathlib import Path
from typing import Any

from osteon.aws.credentials.base import (
    Caller,
    Credentials,
    Fetch,
    Fetched,
    NamedSources,
    ProfileSources,
    Source,
    Surroundings,
    deferred,
    fetched_keys,
)
from osteon.aws.profile import Section
from osteon.exceptions import (
    CredentialRetrievalError,
    InfiniteLoopConfigError,
    InvalidConfigError,
    PartialCredentialsError,
    RefreshWithMFAUnsupportedError,
)
from osteon.flow import NOW, Blocking, Flow
from osteon.naming import did_you_mean
from osteon.pipeline.features import using

ASSUME_ROLE = "assume-role"
WEB_IDENTITY = "assume-role-with-web-identity"

#: keys of a profile that say where a role's own credentials come from -> what the user agent tells of it
_WAYS: Mapping[str, frozenset[str]] = {
    "source_profile": frozenset({"CREDENTIALS_PROFILE_SOURCE_PROFILE", "CREDENTIALS_PROFILE"}),
    "credential_source": frozenset({"CREDENTIALS_PROFILE_NAMED_PROVIDER"}),
}
_STATIC_KEYS = ("aws_access_key_id", "aws_secret_access_key")
#: keys of a profile -> parameters of AssumeRole
_EXTRAS = {"external_id": "ExternalId", "mfa_serial": "SerialNumber"}
#: keys of a profile -> environment variables
_WEB_IDENTITY_VARIABLES = {
    "web_identity_token_file": "AWS_WEB_IDENTITY_TOKEN_FILE",
    "role_arn": "AWS_ROLE_ARN",
    "role_session_name": "AWS_ROLE_SESSION_NAME",
}


def assume_role(around: Surroundings, named: NamedSources, of_profile: ProfileSources) -> Source:
    """The role of the session's profile. Profiles may lean on one another; a circle is InfiniteLoopConfigError."""

    def load() -> Flow[Credentials | None]:
        name = around.profile_name
        if not _takes_role(around.profile(name)):
            return None
        return (yield from _role(name, (name,)))

    def _role(name: str, visited: tuple[str, ...]) -> Flow[Credentials]:
        section = around.profile(name)
        source = yield from _base(name, section, visited)
        way = _WAYS["source_profile" if "source_profile" in section else "credential_source"] | source.features
        return deferred(_role_fetch(around.call, section, source, way), ASSUME_ROLE, way)

    def _base(name: str, section: Section, visited: tuple[str, ...]) -> Flow[Credentials]:
        source_profile, place = section.get("source_profile"), section.get("credential_source")
        if source_profile is not None and place is not None:
            reason = f'The profile "{name}" contains both source_profile and credential_source.'
            raise InvalidConfigError(error_msg=reason)
        if isinstance(place, str):
            return (yield from _from_named(name, place, named))
        if isinstance(source_profile, str):
            return (yield from _from_profile(name, source_profile, visited))
        raise PartialCredentialsError(provider=ASSUME_ROLE, cred_var="source_profile or credential_source")

    def _from_profile(parent: str, name: str, visited: tuple[str, ...]) -> Flow[Credentials]:
        if name not in around.settings.files.names:
            hint = did_you_mean(name, around.settings.files.names)
            reason = f'The source_profile "{name}" referenced in the profile "{parent}" does not exist.{hint}'
            raise InvalidConfigError(error_msg=reason)
        section = around.profile(name)
        has_keys = any(key in section for key in _STATIC_KEYS)
        if name in visited and not (name == parent and has_keys):
            raise InfiniteLoopConfigError(source_profile=name, visited_profiles=list(visited))
        if _takes_role(section) and not has_keys:
            return (yield from _role(name, (*visited, name)))
        for source in of_profile(name):
            found = yield from source.load()
            if found is not None:
                return found
        raise InvalidConfigError(error_msg=f'The source profile "{name}" must have credentials.')

    return Source(load)


def _takes_role(section: Section) -> bool:
    return "role_arn" in section and "web_identity_token_file" not in section


def _from_named(profile: str, place: str, named: NamedSources) -> Flow[Credentials]:
    source = named.get(place)
    if source is None:
        reason = f'The credential source "{place}" referenced in profile "{profile}" is not valid.'
        raise InvalidConfigError(error_msg=f"{reason}{did_you_mean(place, named)}")
    found = yield from source.load()
    if found is None:
        reason = f"No credentials found in credential_source referenced in profile {profile}"
        raise CredentialRetrievalError(provider=place, error_msg=reason)
    return found


def _role_fetch(call: Caller, section: Section, source: Credentials, way: Set[str]) -> Fetch:
    params: dict[str, Any] = {name: section[key] for key, name in _EXTRAS.items() if key in section}
    duration = section.get("duration_seconds")
    if isinstance(duration, str) and duration.isdecimal():
        params["DurationSeconds"] = int(duration)
    params |= {"RoleArn": section["role_arn"], "RoleSessionName": section.get("role_session_name")}
    prompted = False

    def fetch() -> Flow[Fetched]:
        nonlocal prompted
        asked = dict(params)
        if "SerialNumber" in params:
            if prompted:
                raise RefreshWithMFAUnsupportedError()
            prompted = True
            asked["TokenCode"] = yield Blocking(lambda: _prompt(params["SerialNumber"]))
        keys = yield from source.frozen()
        asked["RoleSessionName"] = yield from _session_name(params["RoleSessionName"])
        answer = yield from using(way, call("sts", "AssumeRole", asked, credentials=keys))
        return _taken(answer, ASSUME_ROLE)

    return fetch


def web_identity(around: Surroundings, profile: str, with_environment: bool) -> Source:
    """A role for a token that a file holds (EKS writes one); the file is read anew for each refresh."""

    def say(key: str, way: set[str]) -> Any:
        variable = around.environ.get(_WEB_IDENTITY_VARIABLES[key]) if with_environment else None
        value = variable if variable is not None else around.profile(profile).get(key)
        if value is not None:
            way.add(f"CREDENTIALS_{'PROFILE' if variable is None else 'ENV_VARS'}_STS_WEB_ID_TOKEN")
        return value

    def load() -> Flow[Credentials | None]:
        way: set[str] = set()
        path, role = say("web_identity_token_file", way), say("role_arn", way)
        if not path:
            return None
        if not role:
            reason = "a web identity needs a role: set role_arn in the profile, or AWS_ROLE_ARN"
            raise InvalidConfigError(error_msg=f"The profile or environment names no role; {reason}.")
        name = say("role_session_name", way)

        def fetch() -> Flow[Fetched]:
            token = yield Blocking(lambda: _read(path))
            session = yield from _session_name(name)
            params = {"RoleArn": role, "RoleSessionName": session, "WebIdentityToken": token}
            answer = yield from using(way, around.call("sts", "AssumeRoleWithWebIdentity", params))
            return _taken(answer, WEB_IDENTITY)

        return deferred(fetch, WEB_IDENTITY, way)
        yield  # a generator, as every flow is

    return Source(load)


def _session_name(given: str | None) -> Flow[str]:
    return given or f"osteon-session-{int((yield NOW))}"


def _taken(answer: Mapping[str, Any], method: str) -> Fetched:
    arn = str(answer.get("AssumedRoleUser", {}).get("Arn", "")).split(":")
    account = arn[4] if len(arn) > 4 else None
    return fetched_keys({**answer["Credentials"], "AccountId": account}, method, token_key="SessionToken")


def _prompt(serial: str) -> str:
    import getpass  # start-up: only profiles with a second factor ask

    return getpass.getpass(f"Enter MFA code for {serial}: ")


def _read(path: str) -> str:
    try:
        return Path(path).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise CredentialRetrievalError(
            provider=WEB_IDENTITY, error_msg=f"the token file {path} cannot be read: {reason}"
        ) from None
