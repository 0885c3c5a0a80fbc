"""The User-Agent header of AWS clients, in the format of AWS's SDKs (ua/2.1), and the ids of features in it."""

from __future__ import annotations

import platform
import string
from collections.abc import Iterable, Mapping
from functools import cache

from osteon.config import Config, Unsigned

#: RFC 9110's token characters without "#", which parts a component's name from its value, and with ",".
_ALLOWED = frozenset(string.ascii_letters + string.digits + "!$%&'*+-.^_`|~,")
_SYSTEMS = {"darwin": "macos"} | {name: name for name in ("windows", "linux", "macos", "android", "ios")}

#: AWS's ids of SDK features, by the names that osteon's own parts note; what is not listed here is not told
FEATURES = {
    "WAITER": "B",
    "PAGINATOR": "C",
    "RETRY_MODE_LEGACY": "D",
    "RETRY_MODE_STANDARD": "E",
    "RETRY_MODE_ADAPTIVE": "F",
    "S3_TRANSFER": "G",
    "GZIP_REQUEST_COMPRESSION": "L",
    "PROTOCOL_RPC_V2_CBOR": "M",
    "ENDPOINT_OVERRIDE": "N",
    "ACCOUNT_ID_MODE_PREFERRED": "P",
    "ACCOUNT_ID_MODE_DISABLED": "Q",
    "ACCOUNT_ID_MODE_REQUIRED": "R",
    "SIGV4A_SIGNING": "S",
    "AWS::Auth::AccountId": "T",  # the rules' built-in parameter has a value
    "FLEXIBLE_CHECKSUMS_REQ_CRC32": "U",
    "FLEXIBLE_CHECKSUMS_REQ_CRC32C": "V",
    "FLEXIBLE_CHECKSUMS_REQ_CRC64NVME": "W",
    "FLEXIBLE_CHECKSUMS_REQ_SHA1": "X",
    "FLEXIBLE_CHECKSUMS_REQ_SHA256": "Y",
    "FLEXIBLE_CHECKSUMS_REQ_WHEN_SUPPORTED": "Z",
    "FLEXIBLE_CHECKSUMS_REQ_WHEN_REQUIRED": "a",
    "FLEXIBLE_CHECKSUMS_RES_WHEN_SUPPORTED": "b",
    "FLEXIBLE_CHECKSUMS_RES_WHEN_REQUIRED": "c",
    "CREDENTIALS_CODE": "e",
    "CREDENTIALS_ENV_VARS": "g",
    "CREDENTIALS_ENV_VARS_STS_WEB_ID_TOKEN": "h",
    "CREDENTIALS_STS_ASSUME_ROLE": "i",
    "CREDENTIALS_STS_ASSUME_ROLE_WEB_ID": "k",
    "CREDENTIALS_PROFILE": "n",
    "CREDENTIALS_PROFILE_SOURCE_PROFILE": "o",
    "CREDENTIALS_PROFILE_NAMED_PROVIDER": "p",
    "CREDENTIALS_PROFILE_STS_WEB_ID_TOKEN": "q",
    "CREDENTIALS_PROFILE_SSO": "r",
    "CREDENTIALS_SSO": "s",
    "CREDENTIALS_PROFILE_SSO_LEGACY": "t",
    "CREDENTIALS_SSO_LEGACY": "u",
    "CREDENTIALS_PROFILE_PROCESS": "v",
    "CREDENTIALS_PROCESS": "w",
    "CREDENTIALS_HTTP": "z",
    "CREDENTIALS_IMDS": "0",
    "BEARER_SERVICE_ENV_VARS": "3",
    "CREDENTIALS_PROFILE_LOGIN": "AC",
    "CREDENTIALS_LOGIN": "AD",
    "FLEXIBLE_CHECKSUMS_REQ_MD5": "AE",
    "FLEXIBLE_CHECKSUMS_REQ_SHA512": "AF",
    "FLEXIBLE_CHECKSUMS_REQ_XXHASH3": "AG",
    "FLEXIBLE_CHECKSUMS_REQ_XXHASH64": "AH",
    "FLEXIBLE_CHECKSUMS_REQ_XXHASH128": "AI",
    "S3_REGION_REDIRECT": "Ah",
}


def client_features(config: Config, *, endpoint_url: str | None, by_account: bool, cbor: bool) -> frozenset[str]:
    """The features of all calls of a client. ``by_account``: its endpoint rules know of accounts."""
    found = {
        f"RETRY_MODE_{(config.retries or {}).get('mode', 'standard').upper()}",
        f"FLEXIBLE_CHECKSUMS_REQ_{(config.request_checksum_calculation or '').upper()}",
        f"FLEXIBLE_CHECKSUMS_RES_{(config.response_checksum_validation or '').upper()}",
    }
    if endpoint_url is not None:
        found.add("ENDPOINT_OVERRIDE")
    if by_account:
        unsigned = isinstance(config.signature_version, Unsigned)
        found.add(f"ACCOUNT_ID_MODE_{'DISABLED' if unsigned else (config.account_id_endpoint_mode or '').upper()}")
    if cbor:
        found.add("PROTOCOL_RPC_V2_CBOR")
    return frozenset(found)


def user_agent(version: str, config: Config, environ: Mapping[str, str], features: Iterable[str] = ()) -> str:
    """The whole header. ``version`` is osteon's, ``features`` are names of :data:`FEATURES`.

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
    # All of them together are far below the 1024 bytes that AWS allows.
    ids = sorted(FEATURES[name] for name in features if name in FEATURES)
    return (f"m/{','.join(ids)}",) if ids else ()


def _one(prefix: str, value: str | None, after: str = "") -> tuple[str, ...]:
    return (f"{prefix}{_clean(value)}{after}",) if value else ()


def _clean(text: str, also: str = "") -> str:
    return "".join(letter if letter in _ALLOWED or letter in also else "-" for letter in text)
