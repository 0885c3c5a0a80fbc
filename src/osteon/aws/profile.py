"""The AWS config and credentials files, read into profiles, SSO sessions and services. No meaning of the keys.

Source: "Configuration and credential file settings" of the AWS CLI and SDK reference; results equal to botocore's.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

from osteon.exceptions import ProfileNotFound
from osteon.naming import did_you_mean

#: The keys of one section; an indented block under a key is a mapping of its own.
Section: TypeAlias = Mapping[str, "str | Mapping[str, str]"]
Sections: TypeAlias = Mapping[str, Section]

CONFIG_FILE = ("AWS_CONFIG_FILE", "~/.aws/config")
CREDENTIALS_FILE = ("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials")
DEFAULT_PROFILE = "default"

_NOTHING: Section = MappingProxyType({})
_KINDS = ("profile", "sso-session", "services")


class ProfileFiles(NamedTuple):
    """What both files say. Values may be secrets: none is shown in the repr."""

    #: of the config file; ``other`` are the sections that are neither profile, SSO session nor services
    profiles: Sections = MappingProxyType({})
    sso_sessions: Sections = MappingProxyType({})
    services: Sections = MappingProxyType({})
    other: Sections = MappingProxyType({})
    #: of the credentials file
    credentials: Sections = MappingProxyType({})
    #: where they were looked for, whether they exist or not
    config_path: str = ""
    credentials_path: str = ""

    def __repr__(self) -> str:
        return f"ProfileFiles({self.config_path!r}, {self.credentials_path!r})"

    @property
    def names(self) -> tuple[str, ...]:
        """All profiles, those of the config file first."""
        return tuple(dict.fromkeys((*self.profiles, *self.credentials)))

    def profile(self, name: str | None) -> Section:
        """A profile, its keys of the credentials file before those of the config file.

        None is the default profile, which may be absent. Raises ProfileNotFound, with close names, for any other.
        """
        wanted = name or DEFAULT_PROFILE
        configured, shared = self.profiles.get(wanted), self.credentials.get(wanted)
        if configured is None and shared is None and name is not None:
            hint = did_you_mean(name, self.names)
            raise ProfileNotFound(profile=name, hint=hint and f".{hint}")
        return {**(configured or _NOTHING), **(shared or _NOTHING)}


def read_profiles(environ: Mapping[str, str]) -> ProfileFiles:
    """Both files, where ``environ`` or the usual places say. Missing files are empty ones.

    Raises ConfigParseError, which names the file and the line but never quotes it: it may hold a secret.
    """
    config, credentials = _path(environ, *CONFIG_FILE), _path(environ, *CREDENTIALS_FILE)
    kinds: dict[str, dict[str, Section]] = {kind: {} for kind in (*_KINDS, "other")}
    for title, keys in _sections(config).items():
        kind, name = _kind_and_name(title)
        if name is not None:
            kinds[kind][name] = keys
    profiles, sso_sessions, services, other = kinds.values()
    return ProfileFiles(profiles, sso_sessions, services, other, _sections(credentials), config, credentials)


def _sections(path: str) -> Sections:
    if not os.path.isfile(path):
        return {}
    # Imported here, as shlex is: machines whose credentials come from elsewhere have no such files.
    from osteon.aws.sections import read_sections

    return read_sections(path)


def _path(environ: Mapping[str, str], variable: str, usual: str) -> str:
    path = os.path.expandvars(environ.get(variable) or usual)
    home = environ.get("HOME")
    return f"{home}{path[1:]}" if home and path.startswith("~/") else os.path.expanduser(path)


def _kind_and_name(title: str) -> tuple[str, str | None]:
    """What a section of the config file describes, and its name; the name is None where the title makes no sense."""
    if title == DEFAULT_PROFILE:
        return "profile", title
    kind = next((kind for kind in _KINDS if title.startswith(kind)), None)
    if kind is None:
        return "other", title
    import shlex

    try:
        words = shlex.split(title)
    except ValueError:
        return kind, None
    return kind, words[1] if len(words) == 2 else None
