"""The order in which a session looks for credentials, which is botocore's. Each source has its own file."""

from __future__ import annotations

from osteon.aws.credentials.base import CredentialChain, Credentials, Source, Surroundings
from osteon.aws.credentials.login import login
from osteon.aws.credentials.metadata import container, instance_metadata
from osteon.aws.credentials.process import process
from osteon.aws.credentials.roles import assume_role, web_identity
from osteon.aws.credentials.sso import sso
from osteon.aws.credentials.static import config_file, environment, shared_file


def default_chain(around: Surroundings, given: Credentials | None = None) -> CredentialChain:
    """The chain of a session; ``given`` are credentials of its arguments, which leave nothing to look for.

    Environment, role of the profile, web identity, SSO, credentials file, login, process, config file, container,
    instance.
    A profile named in code leaves out the environment, as in boto3.
    """
    if given is not None:
        return CredentialChain.of(given)
    with_environment = not around.profile_is_explicit
    named = {
        "Environment": environment(around),
        "EcsContainer": container(around),
        "Ec2InstanceMetadata": instance_metadata(around),
    }

    def of_profile(name: str) -> tuple[Source, ...]:
        return _of_profile(around, name, False)

    sources = (
        *((named["Environment"],) if with_environment else ()),
        assume_role(around, named, of_profile),
        *_of_profile(around, around.profile_name, with_environment),
        named["EcsContainer"],
        named["Ec2InstanceMetadata"],
    )
    return CredentialChain(sources)


def _of_profile(around: Surroundings, name: str, with_environment: bool) -> tuple[Source, ...]:
    return (
        web_identity(around, name, with_environment),
        sso(around, name),
        shared_file(around, name),
        login(around, name),
        process(around, name),
        config_file(around, name),
    )
