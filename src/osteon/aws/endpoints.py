"""What AWS's endpoint rules are told of a client, and the exceptions that their refusals become. No rules here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeAlias
from urllib.parse import urlsplit

from osteon.aws.settings import Settings
from osteon.config import Config
from osteon.exceptions import (
    EndpointProviderError,
    InvalidEndpointConfigurationError,
    InvalidHostLabelError,
    InvalidS3UsEast1RegionalEndpointConfigError,
    InvalidSTSRegionalEndpointsConfigError,
    OsteonError,
    ParamValidationError,
    UnsupportedS3AccesspointConfigurationError,
    UnsupportedS3ConfigurationError,
    UnsupportedS3ControlArnError,
    UnsupportedS3ControlConfigurationError,
)

ACCOUNT_ID = "AWS::Auth::AccountId"

#: S3's own hosts to which transfers are accelerated; they take no bucket in the path
_ACCELERATE_HOSTS = frozenset({"s3-accelerate.amazonaws.com", "s3-accelerate.dualstack.amazonaws.com"})
#: The region of services that live in none, where the user names none.
GLOBAL_REGION = "aws-global"
#: S3's before it had regions: it stands for all of them where its global endpoint is used.
S3_FIRST_REGION = "us-east-1"
_REGIONAL_MODES = ("legacy", "regional")
#: the regions that STS served by its global endpoint before it had regional ones
_GLOBAL_STS_REGIONS = frozenset(
    {"ap-northeast-1", "ap-south-1", "ap-southeast-1", "ap-southeast-2", "aws-global", "ca-central-1", "eu-central-1"}
    | {"eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3", "sa-east-1", "us-east-1", "us-east-2", "us-west-1"}
    | {"us-west-2"}
)


class Place(NamedTuple):
    """Where a client is to find its service: what it was told, before any rule is asked."""

    service_name: str
    region: str
    endpoint_url: str | None


def global_region(service_name: str, config: Config) -> str:
    """The region of a global service's client that was given none."""
    s3: Mapping[str, Any] = config.s3 or {}
    is_first = service_name == "s3" and s3.get("us_east_1_regional_endpoint", "legacy") == "legacy"
    return S3_FIRST_REGION if is_first else GLOBAL_REGION


def endpoint_builtins(place: Place, config: Config, settings: Settings) -> dict[str, Any]:
    """The built-in parameters of AWS's endpoint rules, by the settings they stand for.

    Raises InvalidS3UsEast1RegionalEndpointConfigError, InvalidSTSRegionalEndpointsConfigError.
    """
    s3: Mapping[str, Any] = config.s3 or {}
    accelerate = bool(s3.get("use_accelerate_endpoint"))
    own = place.endpoint_url is not None
    return {
        "AWS::Region": place.region,
        "AWS::UseFIPS": not own and bool(config.use_fips_endpoint),
        "AWS::UseDualStack": not own and _dual_stack(place.service_name, s3, config),
        "AWS::STS::UseGlobalEndpoint": _global_sts(place.region, settings),
        "AWS::S3::UseGlobalEndpoint": _global_s3(place, s3),
        "AWS::S3::Accelerate": accelerate,
        "AWS::S3::ForcePathStyle": _path_style(s3, accelerate, place.endpoint_url),
        "AWS::S3::UseArnRegion": bool(s3.get("use_arn_region", True)),
        "AWS::S3Control::UseArnRegion": bool(s3.get("use_arn_region", False)),
        "AWS::S3::DisableMultiRegionAccessPoints": bool(s3.get("s3_disable_multiregion_access_points")),
        "AWS::S3::DisableS3ExpressSessionAuth": config.s3_disable_express_session_auth,
        ACCOUNT_ID: None,
        "AWS::Auth::AccountIdEndpointMode": config.account_id_endpoint_mode,
        "SDK::Endpoint": place.endpoint_url,
    }


def _dual_stack(service_name: str, s3: Mapping[str, Any], config: Config) -> bool:
    of_s3 = s3.get("use_dualstack_endpoint") if service_name in ("s3", "s3-control") else None
    return bool(config.use_dualstack_endpoint if of_s3 is None else of_s3)


def _global_sts(region: str, settings: Settings) -> bool:
    mode = settings.get("sts_regional_endpoints") or "regional"
    if mode not in _REGIONAL_MODES:
        raise InvalidSTSRegionalEndpointsConfigError(sts_regional_endpoints_config=mode)
    return mode == "legacy" and region in _GLOBAL_STS_REGIONS


def _global_s3(place: Place, s3: Mapping[str, Any]) -> bool:
    mode = s3.get("us_east_1_regional_endpoint", "legacy")
    if mode not in _REGIONAL_MODES:
        raise InvalidS3UsEast1RegionalEndpointConfigError(s3_us_east_1_regional_endpoint_config=mode)
    return mode == "legacy" and place.region == S3_FIRST_REGION


def _path_style(s3: Mapping[str, Any], accelerate: bool, endpoint_url: str | None) -> bool:
    """Whether the bucket stands in the path: by default where the endpoint is the user's own, perhaps a bare host."""
    style = s3.get("addressing_style")
    if accelerate:
        return False
    if endpoint_url is not None and urlsplit(endpoint_url).netloc not in _ACCELERATE_HOSTS:
        return style != "virtual"
    return style == "path"


# --- refusals ---------------------------------------------------------------------------------------------------------

_Made: TypeAlias = Callable[[str, Mapping[str, Any]], OsteonError]


def _plain(kind: type[OsteonError]) -> _Made:
    return lambda msg, params: kind(msg=msg)


def _invalid(msg: str, params: Mapping[str, Any]) -> OsteonError:
    return ParamValidationError(report=msg)


def _bad_label(msg: str, params: Mapping[str, Any]) -> OsteonError:
    """The label stands between backquotes in the rules' text."""
    return InvalidHostLabelError(label=[*msg.split("`"), msg][1])


def _bad_control_arn(msg: str, params: Mapping[str, Any]) -> OsteonError:
    return UnsupportedS3ControlArnError(arn=params.get("Bucket"), msg=msg)


#: service (None: every one) -> how the text of a refusal begins -> the exception of it
_REFUSALS: tuple[tuple[str | None, tuple[str, ...], _Made], ...] = (
    (None, ("Invalid region in ARN: ",), _bad_label),
    (
        "s3",
        ("S3 Object Lambda does not support S3 Accelerate", "Accelerate cannot be used with FIPS"),
        _plain(UnsupportedS3ConfigurationError),
    ),
    (
        "s3",
        (
            "S3 Outposts does not support",
            "S3 MRAP does not support",
            "S3 Object Lambda does not support",
            "Access Points do not support",
            "Invalid configuration:",
            "Client was configured for partition",
        ),
        _plain(UnsupportedS3AccesspointConfigurationError),
    ),
    ("s3", ("Invalid ARN:", "Invalid Arn:", "invalid arn:"), _invalid),
    ("s3control", ("Invalid ARN:",), _bad_control_arn),
    (
        "s3control",
        ("Invalid configuration:", "Client was configured for partition"),
        _plain(UnsupportedS3ControlConfigurationError),
    ),
    ("s3control", ("AccountId is required but not set",), _invalid),
    (
        "events",
        (
            "Invalid Configuration: FIPS is not supported with EventBridge multi-region endpoints.",
            "EndpointId must be a valid host label.",
        ),
        _plain(InvalidEndpointConfigurationError),
    ),
)


def refusal(service_name: str) -> Callable[[EndpointProviderError, Mapping[str, Any]], OsteonError]:
    """How a service's endpoint errors are raised: as the exception that boto3's users catch, else as they are."""
    known = [(texts, make) for service, texts, make in _REFUSALS if service in (None, service_name)]

    def translated(error: EndpointProviderError, params: Mapping[str, Any]) -> OsteonError:
        msg = str(error.kwargs.get("msg"))
        return next((make(msg, params) for texts, make in known if msg.startswith(texts)), error)

    return translated
