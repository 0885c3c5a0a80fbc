"""The order in which a session looks for credentials, which is botocore's. Each source has its own file."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from osteon.aws.credentials.base import CredentialChain, Credentials, NamedSources, ProfileSources, Source, Surroundings
from osteon.aws.credentials.static import config_file, environment, shared_file

_NUMBERS = ("metadata_service_timeout", "metadata_service_num_attempts")


def default_chain(around: Surroundings, given: Credentials | None = None) -> CredentialChain:
    """The chain of a session; ``given`` are credentials of its arguments, which leave nothing to look for.

    Environment, role of the profile, web identity, SSO, credentials file, login, process, config file, container,
    instance.
    A profile named in code leaves out the environment, as in boto3. Raises InvalidConfigError for a number in the
    settings that is none: now, when a client is made, and not first on a machine that has no other credentials.
    """
    if given is not None:
        return CredentialChain.of(given)
    for name in _NUMBERS:
        around.settings.get(name)
    with_environment = not around.profile_is_explicit
    named = {
        "Environment": environment(around),
        "EcsContainer": _later(partial(_container, around)),
        "Ec2InstanceMetadata": _later(partial(_instance_metadata, around)),
    }

    def of_profile(name: str) -> tuple[Source, ...]:
        return _of_profile(around, name, False)

    sources = (
        *((named["Environment"],) if with_environment else ()),
        _later(partial(_assume_role, around, named, of_profile)),
        *_of_profile(around, around.profile_name, with_environment),
        named["EcsContainer"],
        named["Ec2InstanceMetadata"],
    )
    return CredentialChain(sources)


def _of_profile(around: Surroundings, name: str, with_environment: bool) -> tuple[Source, ...]:
    return (
        _later(partial(_web_identity, around, name, with_environment)),
        _later(partial(_sso, around, name)),
        shared_file(around, name),
        _later(partial(_login, around, name)),
        _later(partial(_process, around, name)),
        config_file(around, name),
    )


def _later(make: Callable[[], Source]) -> Source:
    """A source that is made when it is asked. Its file is imported then: most sessions find what they need before."""
    return Source(lambda: make().load())


def _container(around: Surroundings) -> Source:
    from osteon.aws.credentials.metadata import container

    return container(around)


def _instance_metadata(around: Surroundings) -> Source:
    from osteon.aws.credentials.metadata import instance_metadata

    return instance_metadata(around)


def _assume_role(around: Surroundings, named: NamedSources, of_profile: ProfileSources) -> Source:
    from osteon.aws.credentials.roles import assume_role

    return assume_role(around, named, of_profile)


def _web_identity(around: Surroundings, name: str, with_environment: bool) -> Source:
    from osteon.aws.credentials.roles import web_identity

    return web_identity(around, name, with_environment)


def _sso(around: Surroundings, name: str) -> Source:
    from osteon.aws.credentials.sso import sso

    return sso(around, name)


def _login(around: Surroundings, name: str) -> Source:
    from osteon.aws.credentials.login import login

    return login(around, name)


def _process(around: Surroundings, name: str) -> Source:
    from osteon.aws.credentials.process import process

    return process(around, name)
