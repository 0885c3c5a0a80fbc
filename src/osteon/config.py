"""Config: the options a user may give a client. Names, defaults and checks only; what they do lives elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Final, Literal, Protocol, SupportsIndex, TypeAlias, cast

from osteon.exceptions import (
    InvalidConfigError,
    InvalidMaxRetryAttemptsError,
    InvalidRetryConfigurationError,
    InvalidRetryModeError,
    InvalidS3AddressingStyleError,
    InvalidTimeoutError,
)
from osteon.naming import did_you_mean


class Unsigned:
    """The type of :data:`UNSIGNED`; there is one instance, which copying and pickling keep."""

    def __copy__(self) -> Unsigned:
        return self

    def __deepcopy__(self, memo: Any) -> Unsigned:
        return self

    def __reduce__(self) -> str:
        return "UNSIGNED"

    def __repr__(self) -> str:
        return "UNSIGNED"


#: As ``Config(signature_version=UNSIGNED)``: send requests without credentials and signature.
UNSIGNED: Final = Unsigned()

SignatureVersion: TypeAlias = str | Unsigned

ADDRESSING_STYLES = ("virtual", "auto", "path", None)
RETRY_MODES = ("legacy", "standard", "adaptive")
#: option of ``retries`` -> least number it takes
RETRY_MINIMA = {"max_attempts": 0, "total_max_attempts": 1}
#: options that hold options of their own
BLOCKS = ("s3", "retries", "proxies", "proxies_config", "client_context_params")
#: options that are true or false, and those within blocks
BOOLEANS = (
    "inject_host_prefix", "use_dualstack_endpoint", "use_fips_endpoint", "ignore_configured_endpoint_urls",
    "tcp_keepalive",
)  # fmt: skip
BLOCK_BOOLEANS = {
    "s3": (
        "use_accelerate_endpoint", "use_dualstack_endpoint", "payload_signing_enabled", "use_arn_region",
        "s3_disable_multiregion_access_points",
    ),
    "proxies_config": ("proxy_use_forwarding_for_https",),
}  # fmt: skip
TIMEOUTS = ("connect_timeout", "read_timeout")
RETRY_OPTIONS = ("max_attempts", "mode", "total_max_attempts")
#: Their values may be, or hold, a secret (proxies: a password in the URL), so that no repr shows them.
SECRET_OPTIONS = frozenset({"api_key", "bearer_token", "proxies"})


@dataclass(repr=False, eq=False)
class Config:
    """Options of a client, named and defaulted as botocore's ``Config``, in its order; osteon's own stand at the end.

    Times are in seconds, sizes in bytes. None means: not said here, so that environment, profile and defaults decide.
    Raises TypeError for an unknown option (with the close name), and the ConfigError of the option for a bad value.
    """

    region_name: str | None = None
    #: a signature version (``"v4"``, ``"s3v4"``, ``"v4a"``, ``"bearer"``) or :data:`UNSIGNED`
    signature_version: SignatureVersion | None = None
    user_agent: str | None = None
    user_agent_extra: str | None = None
    user_agent_appid: str | None = None
    connect_timeout: float | None = 60
    read_timeout: float | None = 60
    #: False: off; True: botocore's verdicts; ``"strict"``: also maximum, pattern and enum
    parameter_validation: bool | Literal["strict"] = True
    max_pool_connections: int = 10
    #: scheme -> URL of the proxy
    proxies: Mapping[str, str] | None = None
    proxies_config: Mapping[str, Any] | None = None
    s3: Mapping[str, Any] | None = None
    s3_disable_express_session_auth: bool | None = None
    retries: Mapping[str, Any] | None = None
    #: path of a PEM file, or (certificate, key)
    client_cert: str | tuple[str, str] | None = None
    inject_host_prefix: bool | None = True
    endpoint_discovery_enabled: bool | str | None = None
    use_dualstack_endpoint: bool | None = None
    use_fips_endpoint: bool | None = None
    ignore_configured_endpoint_urls: bool | None = None
    defaults_mode: str | None = None
    tcp_keepalive: bool | None = None
    request_min_compression_size_bytes: int | None = None
    disable_request_compression: bool | None = None
    client_context_params: Mapping[str, Any] | None = None
    sigv4a_signing_region_set: str | None = None
    request_checksum_calculation: str | None = None
    response_checksum_validation: str | None = None
    account_id_endpoint_mode: str | None = None
    auth_scheme_preference: str | None = None
    #: osteon: the key of a service that signs by API key
    api_key: str | None = None
    #: osteon: the token of a service that signs by bearer token
    bearer_token: str | None = None
    _given: frozenset[str] = field(init=False)

    def __new__(cls, *args: Any, **kwargs: Any) -> Config:
        # Runs before __init__, which can no longer tell a default from a value that was given.
        unknown = next((name for name in kwargs if name not in OPTIONS), None)
        if unknown is not None:
            raise TypeError(f"Got unexpected keyword argument '{unknown}'.{did_you_mean(unknown, OPTIONS)}")
        if len(args) > len(OPTIONS):
            raise TypeError(f"Takes at most {len(OPTIONS)} arguments ({len(args)} given)")
        twice = next((name for name in OPTIONS[: len(args)] if name in kwargs), None)
        if twice is not None:
            raise TypeError(f"Got multiple values for keyword argument '{twice}'")
        config = super().__new__(cls)
        config._given = frozenset((*OPTIONS[: len(args)], *kwargs))
        return config

    def __post_init__(self) -> None:
        if _is_foreign_unsigned(self.signature_version):
            self.signature_version = UNSIGNED
        if (self.defaults_mode or "legacy") != "legacy" and "connect_timeout" not in self._given:
            self.connect_timeout = None
        _check_limits(self)
        for name in BOOLEANS:
            setattr(self, name, _boolean(name, getattr(self, name)))
        blocks = {name: _options(name, getattr(self, name)) for name in BLOCKS}
        for name, options in BLOCK_BOOLEANS.items():
            found = {each: _boolean(f"{name}.{each}", blocks[name][each]) for each in options if each in blocks[name]}
            if any(blocks[name][each] is not value for each, value in found.items()):
                setattr(self, name, {**blocks[name], **found})
        _check_s3(blocks["s3"])
        _check_retries(blocks["retries"])

    def __repr__(self) -> str:
        options = self.provided.items()
        shown = (f"{name}={'<redacted>' if name in SECRET_OPTIONS else repr(value)}" for name, value in options)
        return f"Config({', '.join(shown)})"

    @property
    def provided(self) -> dict[str, Any]:
        """The options that the user gave, defaults left out."""
        return {name: getattr(self, name) for name in OPTIONS if name in self._given}

    def merge(self, other: Any) -> Config:
        """A new Config of both; where both give an option, ``other`` wins."""
        return Config(**{**self.provided, **Config.of(other).provided})

    @classmethod
    def of(cls, config: Any) -> Config:
        """``config`` itself, the defaults for None, or a Config of what differs from them in a foreign object."""
        if config is None:
            return cls()
        if isinstance(config, Config):
            return config
        found = {name: getattr(config, name) for name in OPTIONS if hasattr(config, name)}
        if not found:
            raise TypeError(f"config must be a Config, not {type(config).__name__}")
        usual = cls(defaults_mode=found.get("defaults_mode"))
        given = {name: value for name, value in found.items() if value != getattr(usual, name)}
        if found.get("defaults_mode") is not None:
            given["defaults_mode"] = found["defaults_mode"]
        return cls(**given)


class AnyConfig(Protocol):
    """What ``config=`` takes, for type checkers: a Config, or another library's, which is read by its attributes."""

    def merge(self, other: Any, /) -> Any: ...


#: The names of all options, in the order of positional arguments.
OPTIONS = tuple(option.name for option in fields(Config) if option.init)


def _is_foreign_unsigned(value: object) -> bool:
    return type(value).__name__ == "UNSIGNED"


def _options(name: str, value: object) -> Mapping[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise InvalidConfigError(error_msg=f"Config option {name} must be a dict, not {type(value).__name__}.")
    return cast("Mapping[str, Any]", value)


def _boolean(option: str, value: object) -> bool | None:
    """Texts mean what they mean in a profile: of any text that is not empty, ``bool`` would make True."""
    if value is None or isinstance(value, bool):
        return value
    said = _BOOLEANS.get(str(value).lower())
    if said is None:
        raise InvalidConfigError(error_msg=f"Config option {option} must be True or False, not {value!r}.")
    return said


_BOOLEANS = {"true": True, "false": False, "1": True, "0": False}


def _check_limits(config: Config) -> None:
    for option in TIMEOUTS:
        value = getattr(config, option)
        if value is not None and not _is_above_zero(value):
            raise InvalidTimeoutError(option=option, value=value)
    most = cast("object", config.max_pool_connections)
    if not isinstance(most, SupportsIndex):
        raise InvalidConfigError(error_msg=f"Config option max_pool_connections must be an int, not {most!r}.")


def _is_above_zero(value: object) -> bool:
    # What a socket takes: floats and whole numbers of any library, no Decimal. True would be one second: a slip.
    return isinstance(value, float | SupportsIndex) and not isinstance(value, bool) and float(value) > 0


def _check_s3(s3: Mapping[str, Any]) -> None:
    style = s3.get("addressing_style")
    if style not in ADDRESSING_STYLES:
        raise InvalidS3AddressingStyleError(s3_addressing_style=style)


def _check_retries(retries: Mapping[str, Any]) -> None:
    for option, value in retries.items():
        if option not in RETRY_OPTIONS:
            raise InvalidRetryConfigurationError(retry_config_option=option, valid_options=RETRY_OPTIONS)
        least = RETRY_MINIMA.get(option)
        if least is None and value not in RETRY_MODES:
            raise InvalidRetryModeError(provided_retry_mode=value, valid_modes=RETRY_MODES)
        if least is not None and not (isinstance(value, int) and value >= least):
            raise InvalidMaxRetryAttemptsError(provided_max_attempts=value, min_value=least)
