"""AWS settings: one table of where each is said, and the order in which the places count. What they do lives elsewhere.

The order is botocore's: explicit argument, environment, profile, default. ``Config`` is merged in ``client_config``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeAlias

from osteon.aws.profile import ProfileFiles, Section, read_profiles
from osteon.exceptions import InvalidConfigError
from osteon.naming import did_you_mean, hyphenized
from osteon.sharing import cached_property

#: A key of a profile, or (key, key of the indented block under it).
FileKey: TypeAlias = str | tuple[str, str]


def boolean(value: object) -> bool:
    """True for True and for ``true`` in any case; all else is False, as botocore takes it."""
    return value is True or (isinstance(value, str) and value.lower() == "true")


def above_zero(value: object) -> int:
    """A whole number above 0. Raises ValueError."""
    number = int(str(value))
    if number <= 0:
        raise ValueError
    return number


class Setting(NamedTuple):
    """Where one setting may be said: keys of the profile and environment variables, each in the order of asking."""

    keys: tuple[FileKey, ...] = ()
    variables: tuple[str, ...] = ()
    default: Any = None
    convert: Callable[[Any], Any] | None = None


def _both(name: str, default: Any = None, convert: Callable[[Any], Any] | None = None) -> Setting:
    """A setting of one name: in lower case in the profile, with AWS_ before it in the environment."""
    return Setting((name,), (f"AWS_{name.upper()}",), default, convert)


SETTINGS: dict[str, Setting] = {
    "profile": Setting(variables=("AWS_DEFAULT_PROFILE", "AWS_PROFILE")),
    "region": Setting(("region",), ("AWS_DEFAULT_REGION",)),
    "data_path": _both("data_path"),
    "ca_bundle": _both("ca_bundle"),
    "api_versions": Setting(("api_versions",), default={}),
    "metadata_service_timeout": _both("metadata_service_timeout", 1, above_zero),
    "metadata_service_num_attempts": _both("metadata_service_num_attempts", 1, int),
    "ec2_metadata_service_endpoint": _both("ec2_metadata_service_endpoint"),
    "ec2_metadata_service_endpoint_mode": _both("ec2_metadata_service_endpoint_mode"),
    "ec2_metadata_v1_disabled": _both("ec2_metadata_v1_disabled", False, boolean),
    "imds_use_ipv6": _both("imds_use_ipv6", False, boolean),
    "use_dualstack_endpoint": _both("use_dualstack_endpoint", None, boolean),
    "use_fips_endpoint": _both("use_fips_endpoint", None, boolean),
    "ignore_configured_endpoint_urls": _both("ignore_configured_endpoint_urls", None, boolean),
    "parameter_validation": Setting(("parameter_validation",), default=True),
    "csm_enabled": _both("csm_enabled", False, boolean),
    "csm_host": _both("csm_host", "127.0.0.1"),
    "csm_port": _both("csm_port", 31000, int),
    "csm_client_id": _both("csm_client_id", ""),
    "endpoint_discovery_enabled": _both("endpoint_discovery_enabled", "auto"),
    "sts_regional_endpoints": _both("sts_regional_endpoints", "regional"),
    "retry_mode": _both("retry_mode", "standard"),
    "defaults_mode": _both("defaults_mode", "legacy"),
    "max_attempts": _both("max_attempts", None, int),
    "connect_timeout": Setting(),
    "user_agent_appid": Setting(("sdk_ua_app_id",), ("AWS_SDK_UA_APP_ID",)),
    "request_min_compression_size_bytes": _both("request_min_compression_size_bytes", 10240),
    "disable_request_compression": _both("disable_request_compression", False, boolean),
    "sigv4a_signing_region_set": _both("sigv4a_signing_region_set"),
    "request_checksum_calculation": _both("request_checksum_calculation", "when_supported"),
    "response_checksum_validation": _both("response_checksum_validation", "when_supported"),
    "account_id_endpoint_mode": _both("account_id_endpoint_mode", "preferred"),
    "disable_host_prefix_injection": _both("disable_host_prefix_injection", None, boolean),
    "auth_scheme_preference": _both("auth_scheme_preference"),
    "tcp_keepalive": Setting(("tcp_keepalive",), ("BOTOCORE_TCP_KEEPALIVE",), None, boolean),
    "s3_disable_express_session_auth": _both("s3_disable_express_session_auth"),
}

#: What stands in the indented block ``s3 =`` of a profile, or has a place of its own besides.
S3_SETTINGS: dict[str, Setting] = {
    "addressing_style": Setting((("s3", "addressing_style"),)),
    "use_accelerate_endpoint": Setting((("s3", "use_accelerate_endpoint"),), convert=boolean),
    "use_dualstack_endpoint": Setting((("s3", "use_dualstack_endpoint"),), convert=boolean),
    "payload_signing_enabled": Setting((("s3", "payload_signing_enabled"),), convert=boolean),
    "use_arn_region": Setting(
        ("s3_use_arn_region", ("s3", "use_arn_region")), ("AWS_S3_USE_ARN_REGION",), None, boolean
    ),
    "us_east_1_regional_endpoint": Setting(
        ("s3_us_east_1_regional_endpoint", ("s3", "us_east_1_regional_endpoint")),
        ("AWS_S3_US_EAST_1_REGIONAL_ENDPOINT",),
    ),
    "s3_disable_multiregion_access_points": Setting(
        (("s3", "s3_disable_multiregion_access_points"),),
        ("AWS_S3_DISABLE_MULTIREGION_ACCESS_POINTS",),
        None,
        boolean,
    ),
}

PROXY_SETTINGS: dict[str, Setting] = {
    "proxy_ca_bundle": Setting(("proxy_ca_bundle",)),
    "proxy_client_cert": Setting(("proxy_client_cert",)),
    "proxy_use_forwarding_for_https": Setting(("proxy_use_forwarding_for_https",), convert=boolean),
}

_BLOCKS = {"s3": S3_SETTINGS, "proxies_config": PROXY_SETTINGS}


class Settings:
    """The settings of one session. Files are read when something first needs them.

    ``environ``: the variables, ``overrides``: what was given in code, by setting, which counts before all else;
    ``defaults``: what counts instead of the table's defaults (see :func:`osteon.aws.client_config.mode_defaults`).
    """

    def __init__(
        self,
        environ: Mapping[str, str],
        overrides: Mapping[str, Any] | None = None,
        defaults: Mapping[str, Any] | None = None,
    ) -> None:
        self.environ = environ
        self.overrides = {name: value for name, value in (overrides or {}).items() if value is not None}
        self.defaults = defaults or {}

    def __repr__(self) -> str:
        return f"Settings(profile={self.profile_name!r})"

    def with_defaults(self, defaults: Mapping[str, Any]) -> Settings:
        """The same settings over other defaults; files already read are not read again."""
        twin = Settings(self.environ, self.overrides, defaults)
        twin.files = self.files
        return twin

    @cached_property
    def files(self) -> ProfileFiles:
        return read_profiles(self.environ)

    @cached_property
    def profile_name(self) -> str | None:
        """The profile asked for, by argument or environment; None is the default one."""
        name = self.overrides.get("profile")
        return name if name is not None else _from_environ(self.environ, SETTINGS["profile"])

    @cached_property
    def section(self) -> Section:
        """The profile's keys. Raises ProfileNotFound, ConfigParseError."""
        return self.files.profile(self.profile_name)

    def get(self, name: str) -> Any:
        """A setting's value, or that of the block ``s3`` or ``proxies_config`` as a dict (None where nothing is said).

        Raises KeyError for a name that is in no table, InvalidConfigError for a value of the wrong type.
        """
        if name in _BLOCKS:
            return self._block(name)
        if name not in SETTINGS:
            raise KeyError(f"no setting {name!r}.{did_you_mean(name, SETTINGS)}")
        value = self._said(name, SETTINGS[name])
        return self.defaults.get(name, SETTINGS[name].default) if value is None else value

    def _said(self, name: str, setting: Setting) -> Any:
        if (given := self.overrides.get(name)) is not None:
            return _converted(given, setting, name)
        for variable in setting.variables:
            if (text := self.environ.get(variable)) is not None:
                return _converted(text, setting, f"The environment variable {variable}")
        said = _from_section(self.section, setting) if setting.keys else None
        return None if said is None else _converted(said, setting, f"The profile's {name}")

    def _block(self, name: str) -> dict[str, Any] | None:
        held = self.section.get(name) or {}
        if not isinstance(held, Mapping):
            return None  # as botocore does: a text in the block's place also hides the places besides
        found: dict[str, Any] = dict(held)
        for key, setting in _BLOCKS[name].items():
            value = self._said(key, setting)
            value = self.defaults.get(f"{name}.{key}") if value is None else value
            if value is not None:
                found[key] = value
        return found or None

    def endpoint_url(self, service_id: str) -> str | None:
        """The configured URL of a service (``service_id`` as its model has it), its own before that for all services.

        Whether configured URLs count at all is the setting ``ignore_configured_endpoint_urls``, asked by the caller.
        """
        name = hyphenized(service_id).replace("-", "_")
        return (
            self.environ.get(f"AWS_ENDPOINT_URL_{name.upper()}")
            or self.environ.get("AWS_ENDPOINT_URL")
            or self._service_url(name)
            or _text(self.section.get("endpoint_url"))
        )

    def _service_url(self, name: str) -> str | None:
        wanted = _text(self.section.get("services"))
        if wanted is None:
            return None
        services = self.files.services.get(wanted)
        if not services:
            raise InvalidConfigError(
                error_msg=f"The profile is configured to use the services section but the {wanted!r} services "
                f"configuration does not exist.{did_you_mean(wanted, self.files.services)}"
            )
        block = services.get(name)
        return block.get("endpoint_url") if isinstance(block, Mapping) else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _from_environ(environ: Mapping[str, str], setting: Setting) -> str | None:
    return next((environ[variable] for variable in setting.variables if variable in environ), None)


def _from_section(section: Section, setting: Setting) -> Any:
    for key in setting.keys:
        if isinstance(key, str):
            value: Any = section.get(key)
        else:
            block = section.get(key[0])
            value = block.get(key[1]) if isinstance(block, Mapping) else None
        if value is not None:
            return value
    return None


#: what a setting must be, by what makes it so
_WANTED: Mapping[Callable[[Any], Any], str] = {int: "a whole number", above_zero: "a whole number above 0"}


def _converted(value: Any, setting: Setting, place: str) -> Any:
    """``place``: where it was said. Raises InvalidConfigError."""
    if setting.convert is None:
        return value
    try:
        return setting.convert(value)
    except (TypeError, ValueError):
        reason = f"{place} must be {_WANTED[setting.convert]}, not {value!r}."
        raise InvalidConfigError(error_msg=reason) from None
