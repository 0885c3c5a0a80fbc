"""The User-Agent header of AWS clients, in the format of AWS's SDKs (ua/2.1). Made once for a client."""

from __future__ import annotations

import platform
import string
from collections.abc import Iterable, Mapping
from functools import cache

from osteon.config import Config

#: RFC 9110's token characters without "#", which parts a component's name from its value, and with ",".
_ALLOWED = frozenset(string.ascii_letters + string.digits + "!$%&'*+-.^_`|~,")
_SYSTEMS = {"darwin": "macos"} | {name: name for name in ("windows", "linux", "macos", "android", "ios")}
_MOST_FEATURES = 1024


def user_agent(version: str, config: Config, environ: Mapping[str, str], features: Iterable[str] = ()) -> str:
    """The whole header. ``version`` is osteon's, ``features`` the ids of AWS's list of SDK features in use.

    ``Config(user_agent=)`` takes the place of all but ``user_agent_extra``, as in botocore.
    """
    extra = (config.user_agent_extra,) if config.user_agent_extra else ()
    if config.user_agent is not None:
        return " ".join((config.user_agent, *extra))
    parts = (
        f"osteon/{_clean(version)}",
        "ua/2.1",
        *_machine(),
        *_one("exec-env/", environ.get("AWS_EXECUTION_ENV")),
        *_features(features),
        *_settings(config),
        *(("app/" + _clean(config.user_agent_appid, "#"),) if config.user_agent_appid else ()),
        *extra,
    )
    return " ".join(parts)


@cache
def _machine() -> tuple[str, ...]:
    name, release, arch = platform.system(), platform.release(), platform.machine()
    family = _SYSTEMS.get(name.lower())
    version = f"#{_clean(release)}" if release else ""
    system = (f"os/{family}{version}",) if family else ("os/other", *_one("md/", name, version))
    language = (f"lang/python#{_clean(platform.python_version())}", f"md/pyimpl#{platform.python_implementation()}")
    return (*system, *_one("md/arch#", arch.lower()), *language)


def _settings(config: Config) -> tuple[str, ...]:
    if not config.retries:
        return ()
    mode = _one("cfg/retry-mode#", config.retries.get("mode"))
    return (*mode, "cfg/endpoint-discovery") if config.endpoint_discovery_enabled is True else mode


def _features(features: Iterable[str]) -> tuple[str, ...]:
    kept = ",".join(sorted(features))
    if len(kept) > _MOST_FEATURES:
        kept = kept[: _MOST_FEATURES + 1].rpartition(",")[0]
    return (f"m/{kept}",) if kept else ()


def _one(prefix: str, value: str | None, after: str = "") -> tuple[str, ...]:
    return (f"{prefix}{_clean(value)}{after}",) if value else ()


def _clean(text: str, also: str = "") -> str:
    return "".join(letter if letter in _ALLOWED or letter in also else "-" for letter in text)
