"""A client's final Config: what the user gave in code, and for the rest the session's settings. No endpoints."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping
from typing import Any

from osteon.aws.settings import Settings, boolean
from osteon.config import RETRY_MODES, Config, Unsigned
from osteon.exceptions import (
    InvalidChecksumConfigError,
    InvalidConfigError,
    InvalidDefaultsMode,
    InvalidEndpointDiscoveryConfigurationError,
    InvalidRegionError,
    InvalidRetryModeError,
)

logger = logging.getLogger(__name__)

#: A region becomes part of a host name: it must be a label of one, and not a number alone.
_REGION = re.compile(r"(?!\d+\Z)(?!-)[a-zA-Z0-9-]{,63}(?<!-)")
_MOST_APPID = 50
_MOST_COMPRESSION = 1048576
_CHECKSUM_TIMES = ("when_supported", "when_required")
_ACCOUNT_ID_MODES = ("preferred", "disabled", "required")

_BASE_DEFAULTS = {
    "retry_mode": "standard",
    "sts_regional_endpoints": "regional",
    "s3.us_east_1_regional_endpoint": "regional",
    "connect_timeout": 1.1,
}
#: defaults mode -> settings that count where nothing is said (AWS's sdk-default-configuration, version 1)
DEFAULTS_MODES: dict[str, dict[str, Any]] = {
    "standard": _BASE_DEFAULTS | {"connect_timeout": 3.1},
    "in-region": _BASE_DEFAULTS,
    "cross-region": _BASE_DEFAULTS | {"connect_timeout": 3.1},
    "mobile": _BASE_DEFAULTS | {"connect_timeout": 30.0},
}


def client_config(settings: Settings, config: Config, region: str | None) -> Config:
    """``config`` with every option said: by itself, else by the settings, in botocore's order and with its checks.

    ``region`` is the client's argument. ``retries`` counts tries as ``total_max_attempts`` (absent: the mode's own).
    Raises the ConfigError of the option whose value cannot be used.
    """
    region, is_fips = _region(region or config.region_name or settings.get("region"))
    settings = settings.with_defaults(mode_defaults(settings, config, region))
    given = config.provided
    options = {name: _filled(name, check, settings, given) for name, check in _FILLED.items()}
    options |= {
        "region_name": region,
        "retries": _retries(settings, config.retries),
        "s3": _merged(settings.get("s3"), config.s3),
        "proxies_config": _merged(settings.get("proxies_config"), config.proxies_config),
        "parameter_validation": _parameter_validation(settings, config),
        "inject_host_prefix": _inject_host_prefix(settings, given),
    }
    if is_fips:
        options["use_fips_endpoint"] = True
    if isinstance(config.signature_version, Unsigned):
        options["account_id_endpoint_mode"] = "disabled"
    if given.get("connect_timeout") is None and (timeout := settings.get("connect_timeout")) is not None:
        options["connect_timeout"] = timeout
    return Config(**{**given, **options})


def _region(name: str | None) -> tuple[str | None, bool]:
    """The region, and whether its name asked for FIPS endpoints, as ``fips-us-east-1`` and ``us-east-1-fips`` do."""
    if name is None:
        return None, False
    if not _REGION.fullmatch(name):
        raise InvalidRegionError(region_name=name)
    plain = name.replace("fips-", "").replace("-fips", "")
    if plain != name:
        logger.warning("Region %s is taken as %s with use_fips_endpoint: say it so.", name, plain)
    return plain, plain != name


def mode_defaults(settings: Settings, config: Config, region: str | None) -> Mapping[str, Any]:
    """The defaults of the chosen defaults mode; none for ``legacy``. Raises InvalidDefaultsMode.

    ``auto`` compares the client's region with the one that the execution environment names; it asks no network.
    """
    mode = config.defaults_mode or settings.get("defaults_mode")
    folded = str(mode).lower()
    if folded == "legacy":
        return {}
    if folded == "auto":
        folded = _auto_mode(settings.environ, region)
    if folded not in DEFAULTS_MODES:
        raise InvalidDefaultsMode(mode=mode, valid_modes=", ".join(("legacy", "auto", *DEFAULTS_MODES)))
    return DEFAULTS_MODES[folded]


def _auto_mode(environ: Mapping[str, str], region: str | None) -> str:
    here = environ.get("AWS_REGION") or environ.get("AWS_DEFAULT_REGION") if "AWS_EXECUTION_ENV" in environ else None
    if not here:
        return "standard"
    return "in-region" if here == region else "cross-region"


# --- options, one by one ----------------------------------------------------------------------------------------------


def _as_said(name: str, value: Any) -> Any:
    return value


def _as_boolean(name: str, value: Any) -> bool | None:
    return None if value is None else boolean(value)


def _strict_boolean(name: str, value: Any) -> bool:
    if value is not None and not isinstance(value, bool) and str(value).lower() not in ("true", "false"):
        raise InvalidConfigError(error_msg=f"Invalid value for {name}: {value!r}. It must be true or false.")
    return boolean(value)


def _checksum_time(name: str, value: Any) -> str:
    folded = str(value).lower()
    if folded not in _CHECKSUM_TIMES:
        raise InvalidChecksumConfigError(config_key=name, config_value=value, valid_options=_CHECKSUM_TIMES)
    return folded


def _account_id_mode(name: str, value: Any) -> str:
    folded = str(value).lower()
    if folded not in _ACCOUNT_ID_MODES:
        reason = f"The configured value '{value}' for '{name}' is invalid. Valid values are: {_ACCOUNT_ID_MODES}."
        raise InvalidConfigError(error_msg=reason)
    return folded


def _compression_size(name: str, value: Any) -> int:
    try:
        size = int(value)
    except (TypeError, ValueError):
        reason = f'Invalid value "{value}" for {name}. Value must be an integer. Received {type(value)} instead.'
        raise InvalidConfigError(error_msg=reason) from None
    if not 1 <= size <= _MOST_COMPRESSION:
        reason = f'Invalid value "{size}" for {name}. Value must be between 1 and {_MOST_COMPRESSION}.'
        raise InvalidConfigError(error_msg=reason)
    return size


def _discovery(name: str, value: Any) -> bool | str:
    folded = str(value).strip().lower()
    if folded not in ("true", "false", "auto"):
        raise InvalidEndpointDiscoveryConfigurationError(config_value=value)
    return folded if folded == "auto" else folded == "true"


def _appid(name: str, value: Any) -> Any:
    if value is not None and len(value) > _MOST_APPID:
        logger.warning("The configured value for %s is longer than %d characters.", name, _MOST_APPID)
    return value


def _scheme_list(name: str, value: Any) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        reason = f"{name} must be a comma-delimited string. Received {type(value)} instead: {value}."
        raise InvalidConfigError(error_msg=reason)
    return ",".join(item for item in ("".join(part.split()) for part in value.split(",")) if item)


#: options whose value is Config's, else the setting's of that name -> what makes the value fit
_FILLED: dict[str, Callable[[str, Any], Any]] = {
    "user_agent_appid": _appid,
    "request_min_compression_size_bytes": _compression_size,
    "disable_request_compression": _as_boolean,
    "sigv4a_signing_region_set": _as_said,
    "request_checksum_calculation": _checksum_time,
    "response_checksum_validation": _checksum_time,
    "account_id_endpoint_mode": _account_id_mode,
    "auth_scheme_preference": _scheme_list,
    "s3_disable_express_session_auth": _strict_boolean,
    "endpoint_discovery_enabled": _discovery,
    "use_fips_endpoint": _as_said,
    "use_dualstack_endpoint": _as_said,
    "tcp_keepalive": _as_said,
    "ignore_configured_endpoint_urls": _as_said,
}


def _filled(name: str, check: Callable[[str, Any], Any], settings: Settings, given: Mapping[str, Any]) -> Any:
    value = given.get(name)
    return check(name, settings.get(name) if value is None else value)


def _retries(settings: Settings, given: Mapping[str, Any] | None) -> dict[str, Any]:
    """Tries, not retries: ``max_attempts`` counts retries in Config, and tries in the settings."""
    given = given or {}
    total = given.get("total_max_attempts")
    if total is None:
        retries = given.get("max_attempts")
        total = settings.get("max_attempts") if retries is None else retries + 1
    mode = given.get("mode") or settings.get("retry_mode")
    if mode not in RETRY_MODES:
        raise InvalidRetryModeError(provided_retry_mode=mode, valid_modes=RETRY_MODES)
    return {"mode": mode} if total is None else {"total_max_attempts": total, "mode": mode}


def _merged(said: Mapping[str, Any] | None, given: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return {**(said or {}), **(given or {})} if said is not None or given is not None else None


def _parameter_validation(settings: Settings, config: Config) -> bool | str:
    if config.parameter_validation is not True:
        return config.parameter_validation
    said = settings.get("parameter_validation")
    return said.lower() if isinstance(said, str) and said.lower() == "strict" else boolean(said)


def _inject_host_prefix(settings: Settings, given: Mapping[str, Any]) -> bool:
    if "inject_host_prefix" in given:
        return bool(given["inject_host_prefix"])
    return not settings.get("disable_host_prefix_injection")
