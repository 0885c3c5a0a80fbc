"""Every error osteon raises, as one tree. Facts live in fields, messages are made from them. No logic of others here.

OsteonError (also named BotoCoreError)
├── DataNotFoundError             a model file is missing: UnknownServiceError, ApiVersionNotFoundError
├── ModelError                    a model says something impossible; names the file and the place in it
├── ConfigError                   settings: profile, region, endpoint, options of Config
├── ParamValidationError          the caller's parameters, before anything is sent
├── CredentialsError              no identity, or one that could not be fetched
├── EndpointResolutionError       the rules of a service refuse these settings or parameters
├── ConnectionError               no connection was made
├── HTTPClientError               the connection broke, or what came over it cannot be used
├── ClientClosedError             an async client was closed during a call
├── WaiterError, PaginationError  composed calls
├── Boto3Error                    resources and transfers
└── HandlerError                  an event handler was refused or returned what it may not
ClientError                       the service answered with an error; modeled errors are its subclasses
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, cast

from osteon.responses import ErrorResponse


class OsteonError(Exception):
    """Base of all errors that osteon itself raises. ``kwargs`` holds the facts; ``fmt`` makes the message of them."""

    fmt: ClassVar[str] = "An unspecified error occurred"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(self.fmt.format(**kwargs))
        self.kwargs = kwargs

    def __reduce__(self) -> tuple[Any, ...]:
        # Exception's own pickling passes args, but these constructors take keywords.
        return _restore, (type(self), self.args, self.__getstate__())

    def __getstate__(self) -> dict[str, Any]:
        """What leaves the process with the error: facts that can, others as text."""
        return {name: _portable(value) for name, value in self.__dict__.items()}


_PLAIN = (str, bytes, int, float, type(None), type)


def _portable(value: Any) -> Any:
    """A fact that another process can read: of what is more than data, such as another library's error, the text."""
    if isinstance(value, _PLAIN):
        return value
    if isinstance(value, Mapping):
        return {key: _portable(value[key]) for key in cast("Any", value)}
    if isinstance(value, list | tuple | set | frozenset):
        items = [_portable(item) for item in cast("Any", value)]
        return items if isinstance(value, list) else tuple(items)
    return str(value)


def _restore(kind: type[BaseException], args: tuple[Any, ...], state: dict[str, Any]) -> BaseException:
    error = kind.__new__(kind, *args)
    error.__dict__.update(state)
    error.args = args
    return error


#: The name that programs written for botocore catch.
BotoCoreError = OsteonError


# --- models -----------------------------------------------------------------------------------------------------------


class DataNotFoundError(OsteonError):
    """No model file of that name in any search path (``data_path``); ``hint`` says what to do, or is empty."""

    fmt = "Unable to load data for: {data_path}{hint}"

    def __init__(self, *, hint: str = "", **kwargs: Any) -> None:
        super().__init__(hint=hint, **kwargs)


class UnknownServiceError(DataNotFoundError):
    """No service of that name in any search path (``service_name``, ``known_service_names``)."""

    fmt = "Unknown service: '{service_name}'.{hint} Valid service names are: {known_service_names}"


class ApiVersionNotFoundError(DataNotFoundError):
    """The service exists, that version of it does not (``data_path``, ``api_version``)."""

    fmt = "Unable to load data {data_path} for: {api_version}{hint}"


class ModelError(OsteonError):
    """A model says something impossible.

    ``origin``: file or source; ``pointer``: JSON pointer in it; ``line``: where it is no JSON at all; ``reason``.
    """

    fmt = "Invalid model {origin}{place}: {reason}"

    def __init__(self, *, origin: str, reason: str, pointer: str = "", line: int | None = None) -> None:
        place = f" at {pointer}" if pointer else f", line {line}" if line is not None else ""
        super().__init__(origin=origin, place=place, reason=reason)
        self.origin, self.pointer, self.line, self.reason = origin, pointer, line, reason


class NoShapeFoundError(ModelError):
    """A shape is referred to that the model does not define."""


class OperationNotFoundError(ModelError):
    """An operation is asked for that the model does not define."""


class UndefinedModelAttributeError(OsteonError):
    """A model lacks metadata that something asked for."""

    fmt = '"{attribute}" not defined in the metadata of the model: {origin}'


class MissingServiceIdError(UndefinedModelAttributeError):
    """A model has no serviceId."""


class UnsupportedServiceProtocolsError(ModelError):
    """A model names only protocols that osteon does not speak."""


# --- settings ---------------------------------------------------------------------------------------------------------


class ConfigError(OsteonError):
    """Base of errors in settings."""


class InvalidConfigError(ConfigError):
    fmt = "{error_msg}"


class ProfileNotFound(ConfigError):
    """No profile of that name in either file (``profile``, ``hint``: close names)."""

    fmt = "The config profile ({profile}) could not be found{hint}"

    def __init__(self, *, profile: str, hint: str = "") -> None:
        super().__init__(profile=profile, hint=hint)


class ConfigParseError(ConfigError):
    """A config file cannot be read (``path``, ``error``: where and why, never the text itself)."""

    fmt = "Unable to parse config file: {path}{error}"

    def __init__(self, *, path: str, error: object = "") -> None:
        super().__init__(path=path, error=f" ({error})" if error else "")


class ConfigNotFound(ConfigError):
    fmt = "The specified config file ({path}) could not be found."


class InfiniteLoopConfigError(InvalidConfigError):
    fmt = (
        "Infinite loop in credential configuration detected. Attempting to load from profile {source_profile} "
        "which has already been visited. Visited profiles: {visited_profiles}"
    )


class InvalidRetryConfigurationError(ConfigError):
    fmt = (
        'Cannot provide retry configuration for "{retry_config_option}". '
        "Valid retry configuration options are: {valid_options}"
    )


class InvalidMaxRetryAttemptsError(InvalidRetryConfigurationError):
    fmt = (
        'Value provided to "max_attempts": {provided_max_attempts} must be an integer greater than or equal '
        "to {min_value}."
    )


class InvalidRetryModeError(InvalidRetryConfigurationError):
    fmt = 'Invalid value provided to "mode": "{provided_retry_mode}" must be one of: {valid_modes}'


class InvalidS3AddressingStyleError(ConfigError):
    fmt = "S3 addressing style {s3_addressing_style} is invalid. Valid options are: 'auto', 'virtual', and 'path'"


class InvalidS3UsEast1RegionalEndpointConfigError(ConfigError):
    fmt = (
        "S3 us-east-1 regional endpoint option {s3_us_east_1_regional_endpoint_config} is invalid. "
        'Valid options are: "legacy", "regional"'
    )


class InvalidSTSRegionalEndpointsConfigError(ConfigError):
    fmt = (
        "STS regional endpoints option {sts_regional_endpoints_config} is invalid. "
        'Valid options are: "legacy", "regional"'
    )


class InvalidProxiesConfigError(ConfigError):
    fmt = (
        "Invalid configuration value(s) provided for proxies_config. Values must be of type str, or for "
        "proxy_client_cert a str or a pair of them."
    )


class InvalidDefaultsMode(ConfigError):
    fmt = "Client configured with invalid defaults mode: {mode}. Valid defaults modes include: {valid_modes}."


class InvalidChecksumConfigError(ConfigError):
    fmt = "Unsupported configuration value for {config_key}. Expected one of {valid_options} but got {config_value}."


class InvalidEndpointConfigurationError(ConfigError):
    fmt = "Invalid endpoint configuration: {msg}"


class InvalidEndpointUrlError(ConfigError, ValueError):
    """An ``endpoint_url`` is no http or https URL of a host and a path (a ValueError, as botocore's is)."""

    fmt = "Invalid endpoint: {endpoint_url}"


class InvalidTimeoutError(ConfigError, ValueError):
    """A time limit is no number of seconds above 0 (a ValueError, as botocore's is)."""

    fmt = "Config option {option} must be a number of seconds above 0, or None, not {value!r}."


class InvalidEndpointDiscoveryConfigurationError(ConfigError):
    fmt = (
        "Unsupported configuration value for endpoint_discovery_enabled. "
        'Expected one of ("true", "false", "auto") but got {config_value}.'
    )


class UnsupportedSignatureVersionError(ConfigError):
    """A request or a URL cannot be signed so."""

    fmt = "Signature version(s) are not supported: {signature_version}"


class UnknownSignatureVersionError(UnsupportedSignatureVersionError):
    """Nothing can be signed so: botocore raises this one for calls, and that one for URLs. ``hint``: what can be."""

    fmt = "Unknown Signature Version: {signature_version}.{hint}"

    def __init__(self, *, signature_version: str, hint: str = "") -> None:
        super().__init__(signature_version=signature_version, hint=hint)


class MissingDependencyException(ConfigError):
    """An optional dependency is not installed; the message names the extra that brings it."""

    fmt = "Missing Dependency: {msg}"


class MD5UnavailableError(OsteonError):
    fmt = "This system does not support MD5 generation."


# --- parameters -------------------------------------------------------------------------------------------------------


class ValidationError(OsteonError):
    """A single value is not acceptable (``value``, ``param``, ``type_name``)."""

    fmt = "Invalid value ('{value}') for param {param} of type {type_name} "


class ParamValidationError(OsteonError):
    """The parameters of a call are not valid; ``report`` lists every fault with its path."""

    fmt = "Parameter validation failed:\n{report}"


class MissingParametersError(OsteonError):
    fmt = "The following required parameters are missing for {object_name}: {missing}"


class UnknownKeyError(ValidationError):
    fmt = "Unknown key '{value}' for param '{param}'.  Must be one of: {choices}"


class RangeError(ValidationError):
    fmt = "Value out of range for param {param}: {min_value} <= {value} <= {max_value}"


class UnknownParameterError(ValidationError):
    fmt = "Unknown parameter '{name}' for operation {operation}.  Must be one of: {choices}"


class InvalidRegionError(ValidationError, ValueError):
    fmt = "Provided region_name '{region_name}' doesn't match a supported format."


class AliasConflictParameterError(ValidationError):
    fmt = (
        "Parameter '{original}' and its alias '{alias}' were provided for operation {operation}.  "
        "Only one of them may be used."
    )


class UnseekableStreamError(OsteonError):
    fmt = "Need to rewind the stream {stream_object}, but stream is not seekable."


class UnknownClientMethodError(OsteonError):
    fmt = "Client does not have method: {method_name}"


class InvalidDNSNameError(OsteonError):
    fmt = (
        "Bucket named {bucket_name} is not DNS compatible. Virtual hosted-style addressing cannot be used. "
        "Set the addressing style to 'path' or 'auto', in the config file or in Config(s3=...)."
    )


class InvalidHostLabelError(OsteonError):
    fmt = 'Invalid host label to be bound to the hostname of the endpoint: "{label}".'


class AwsChunkedWrapperError(OsteonError):
    fmt = "{error_msg}"


class FlexibleChecksumError(OsteonError):
    fmt = "{error_msg}"


# --- identity ---------------------------------------------------------------------------------------------------------


class CredentialsError(OsteonError):
    """Base of errors in finding or refreshing an identity."""


class NoCredentialsError(CredentialsError):
    fmt = "Unable to locate credentials"


class PartialCredentialsError(CredentialsError):
    fmt = "Partial credentials found in {provider}, missing: {cred_var}"


class CredentialRetrievalError(CredentialsError):
    fmt = "Error when retrieving credentials from {provider}: {error_msg}"


class UnknownCredentialError(CredentialsError):
    fmt = "Credential named {name} not found."


class MetadataRetrievalError(CredentialsError):
    fmt = "Error retrieving metadata: {error_msg}"


class NoAuthTokenError(CredentialsError):
    """A service signs by bearer token and none was given (``hint``: where one is looked for)."""

    fmt = "Unable to locate authorization token{hint}"

    def __init__(self, *, hint: str = "") -> None:
        super().__init__(hint=hint)


class NoApiKeyError(CredentialsError):
    """A service signs by API key and none was given."""

    fmt = "Unable to locate an API key for service {service_name}: set {variable}, or pass api_key to Config"


class TokenRetrievalError(CredentialsError):
    fmt = "Error when retrieving token from {provider}: {error_msg}"


class SSOError(CredentialsError):
    fmt = "An unspecified error happened when resolving AWS credentials or an access token from SSO."


class SSOTokenLoadError(SSOError):
    fmt = "Error loading SSO Token: {error_msg}"


class UnauthorizedSSOTokenError(SSOError):
    fmt = (
        "The SSO session associated with this profile has expired or is otherwise invalid. To refresh this SSO session "
        "run aws sso login with the corresponding profile."
    )


class LoginError(CredentialsError):
    """A profile of ``aws login`` gives no credentials."""

    fmt = "An unspecified error happened when resolving AWS credentials or refreshing a login session profile."


class LoginRefreshRequired(LoginError):
    fmt = "Your session has expired or credentials have changed. Please reauthenticate using 'aws login'."


class LoginInsufficientPermissions(LoginError):
    fmt = (
        "Unable to create or refresh login credentials due to insufficient permissions. You may be missing permission "
        "for the 'signin:CreateOAuth2Token' action."
    )


class LoginTokenLoadError(LoginError):
    fmt = "Error loading login session token: {error_msg}"


class RefreshWithMFAUnsupportedError(CredentialsError):
    fmt = "Cannot refresh credentials: MFA token required."


class InvalidIMDSEndpointError(CredentialsError):
    fmt = "Invalid endpoint EC2 Instance Metadata endpoint: {endpoint}"


class InvalidIMDSEndpointModeError(CredentialsError):
    fmt = "Invalid EC2 Instance Metadata endpoint mode: {mode} Valid endpoint modes (case-insensitive): {valid_modes}."


# --- endpoints --------------------------------------------------------------------------------------------------------


class BaseEndpointResolverError(OsteonError):
    """Base of errors in finding where a service lives."""


class NoRegionError(BaseEndpointResolverError):
    fmt = "You must specify a region."


class EndpointVariantError(BaseEndpointResolverError):
    fmt = "Unable to construct a modeled endpoint with the following variant(s) {tags}: "


class UnknownEndpointError(BaseEndpointResolverError, ValueError):
    fmt = "Unable to construct an endpoint for {service_name} in region {region_name}"


class UnknownRegionError(BaseEndpointResolverError):
    fmt = "Unknown region: '{region_name}'. {error_msg}"


class EndpointDiscoveryRequired(OsteonError):
    fmt = "Endpoint Discovery is not enabled but this operation requires it."


class EndpointDiscoveryRefreshFailed(OsteonError):
    fmt = "Endpoint Discovery failed to refresh the required endpoints."


class EndpointProviderError(OsteonError):
    """Base of errors of a rule set."""

    fmt = "{msg}"


class EndpointResolutionError(EndpointProviderError):
    """The rule set answers these parameters with an error (``msg``)."""


class UnsupportedS3ArnError(OsteonError):
    fmt = 'S3 ARN {arn} provided to "Bucket" parameter is invalid. Only ARNs for S3 access-points are supported.'


class UnsupportedS3ConfigurationError(OsteonError):
    fmt = "Unsupported configuration when using S3: {msg}"


class UnsupportedS3AccesspointConfigurationError(OsteonError):
    fmt = "Unsupported configuration when using S3 access-points: {msg}"


class UnsupportedS3ControlConfigurationError(OsteonError):
    fmt = "Unsupported configuration when using S3 Control: {msg}"


class UnsupportedS3ControlArnError(OsteonError):
    fmt = 'S3 ARN "{arn}" provided is invalid for this operation. {msg}'


class UnsupportedOutpostResourceError(OsteonError):
    fmt = (
        'S3 Outpost ARN resource "{resource_name}" provided to "Bucket" parameter is invalid. Only ARNs for S3 Outpost '
        "arns with an access-point sub-resource are supported."
    )


# --- connection -------------------------------------------------------------------------------------------------------


class HTTPClientError(OsteonError):
    """The connection broke, or what came over it cannot be used (``endpoint_url``, ``error``)."""

    fmt = "An HTTP Client raised an unhandled exception: {error}"

    def __init__(self, request: Any = None, response: Any = None, **kwargs: Any) -> None:
        self.request, self.response = request, response
        super().__init__(**kwargs)

    def __getstate__(self) -> dict[str, Any]:
        # A request carries signatures and bodies: neither leaves the process with the error.
        return {**super().__getstate__(), "request": None, "response": None}


class ConnectionError(OsteonError):
    """No connection was made."""

    fmt = "An HTTP Client failed to establish a connection: {error}"


class EndpointConnectionError(ConnectionError):
    fmt = 'Could not connect to the endpoint URL: "{endpoint_url}"'


class SSLError(ConnectionError):
    """TLS failed (``endpoint_url``, ``error``); ``hint`` says what to do about a certificate, or is empty."""

    fmt = "SSL validation failed for {endpoint_url} {error}{hint}"

    def __init__(self, *, hint: str = "", **kwargs: Any) -> None:
        super().__init__(hint=hint, **kwargs)


class ConnectTimeoutError(ConnectionError):
    fmt = 'Connect timeout on endpoint URL: "{endpoint_url}"'


class ProxyConnectionError(ConnectionError):
    fmt = 'Failed to connect to proxy URL: "{proxy_url}"'


class ConnectionClosedError(HTTPClientError):
    fmt = 'Connection was closed before we received a valid response from endpoint URL: "{endpoint_url}".'


class ReadTimeoutError(HTTPClientError):
    fmt = 'Read timeout on endpoint URL: "{endpoint_url}"'


class ResponseStreamingError(HTTPClientError):
    fmt = "An error occurred while reading from response stream: {error}"


class ClientClosedError(OsteonError):
    """An async client was closed while a call of it was under way (``endpoint_url``)."""

    fmt = 'The client was closed during a call to endpoint URL: "{endpoint_url}"'


class IncompleteReadError(OsteonError):
    """A body ended before its announced length (``actual_bytes``, ``expected_bytes``)."""

    fmt = "{actual_bytes} read, but total bytes expected is {expected_bytes}."


class ChecksumError(OsteonError):
    fmt = (
        "Checksum {checksum_type} failed, expected checksum {expected_checksum} did not match "
        "calculated checksum {actual_checksum}."
    )


class ResponseParserError(OsteonError):
    """An answer came that cannot be read (``error``)."""

    fmt = "{error}"

    def __init__(self, error: str) -> None:
        super().__init__(error=error)


class CapacityNotAvailableError(OsteonError):
    fmt = "Insufficient request capacity available."


# --- composed calls ---------------------------------------------------------------------------------------------------


class PaginationError(OsteonError):
    fmt = "Error during pagination: {message}"


class OperationNotPageableError(OsteonError):
    """No paginator of that name (``operation_name``); ``hint`` names close ones, or is empty."""

    fmt = "Operation cannot be paginated: {operation_name}{hint}"

    def __init__(self, *, operation_name: str, hint: str = "") -> None:
        super().__init__(operation_name=operation_name, hint=hint)


class WaiterError(OsteonError):
    """A waiter ended without success; ``last_response`` is what the last call gave."""

    fmt = "Waiter {name} failed: {reason}"

    def __init__(self, name: str, reason: str, last_response: Any) -> None:
        super().__init__(name=name, reason=reason)
        self.last_response = last_response

    def __getstate__(self) -> dict[str, Any]:
        # An answer may hold what its model marks sensitive: only what is known to be no secret leaves the process.
        answer: Any = self.last_response
        known = ("Error", "ResponseMetadata") if isinstance(answer, Mapping) else ()
        kept = {name: cast("Any", answer)[name] for name in known if name in answer}
        return {**super().__getstate__(), "last_response": _portable(kept)}


class WaiterConfigError(OsteonError):
    fmt = "Error processing waiter config: {error_msg}"


class WaiterModelError(ModelError, WaiterConfigError):
    """A waiters-2 file says something impossible: both a model's fault and, as in botocore, a waiter's."""

    fmt = "Error processing waiter config: Invalid model {origin}{place}: {reason}"


class InvalidExpressionError(OsteonError):
    fmt = "Invalid expression {expression}: Only dotted lookups are supported."


# --- resources and transfers, by boto3's names ------------------------------------------------------------------------


class Boto3Error(OsteonError):
    """Base of errors of what stands above clients; ``message`` may be positional, as in boto3."""

    fmt = "{message}"

    def __init__(self, message: object = "", **kwargs: Any) -> None:
        super().__init__(message=message, **kwargs)


class ResourceLoadException(Boto3Error):
    """A resource's data is not there and cannot be loaded now."""


class ResourceNotExistsError(Boto3Error, DataNotFoundError):
    """No resources are defined for a service (``service_name``, ``available``, ``hint``)."""

    fmt = "The '{service_name}' resource does not exist.{hint} The available resources are: {available}"


class S3UploadFailedError(Boto3Error):
    """A file could not be uploaded; what the service said is the cause."""


class S3DownloadFailedError(Boto3Error):
    """An object was replaced by another while it was downloaded."""


class S3CopyFailedError(Boto3Error):
    """An object was replaced while it was copied, or not all that belongs to it could be copied."""


class S3ValidationError(Boto3Error):
    """S3 answered with another part of an object than was asked for."""


class RetriesExceededError(Boto3Error):
    """An object's bytes broke off at every attempt to download them (``last_exception``)."""

    fmt = "Max Retries Exceeded: {last_exception}"

    def __init__(self, last_exception: BaseException) -> None:
        super().__init__(last_exception=last_exception)
        self.last_exception = last_exception


class DynamoDBOperationNotSupportedError(Boto3Error):
    """An operator was applied to an attribute that is no condition yet."""

    def __init__(self, operation: str, value: object) -> None:
        super().__init__(
            message=f"{operation} operation cannot be applied to value {value} of type {type(value)} directly. "
            "Must use AttributeBase object methods (i.e. Attr().eq()). to generate ConditionBase instances first."
        )


class DynamoDBNeedsConditionError(Boto3Error):
    """What should be a condition is none."""

    def __init__(self, value: object) -> None:
        super().__init__(
            message=f"Expecting a ConditionBase object. Got {value} of type {type(value)}. "
            "Use AttributeBase object methods (i.e. Attr().eq()). to generate ConditionBase instances."
        )


class DynamoDBNeedsKeyConditionError(Boto3Error):
    """A key condition is made of an attribute that is no Key."""


class UnknownAPIVersionError(Boto3Error, DataNotFoundError):
    """Resources are defined for the service, but not for that version of it."""

    fmt = (
        "The '{service_name}' resource does not support an API version of: {bad_api_version}. "
        "Valid API versions are: {available_api_versions}"
    )


# --- events -----------------------------------------------------------------------------------------------------------


class HandlerError(OsteonError):
    """A handler returned what its event does not allow; the message names the handler."""

    fmt = "Handler {handler} of {event_name} {reason}"


class StubResponseError(OsteonError):
    """A stubbed client was called other than its stubs say (``operation_name``, ``reason``)."""

    fmt = "Error getting response stub for operation {operation_name}: {reason}"


class StubAssertionError(StubResponseError, AssertionError):
    """A stubbed client was called with other parameters than were expected."""


class UnStubbedResponseError(StubResponseError):
    """A stubbed client was called when no response was left."""


class StubsError(OsteonError):
    """Stubs cannot be generated as asked (``reason``). Nothing was written."""

    fmt = "Cannot generate stubs: {reason}"


class UnheardEventError(OsteonError):
    """A handler is registered under a name that nothing will ever emit (``Session(strict_events=True)``)."""

    fmt = "{message}"


class UnheardEventWarning(UserWarning):
    """A handler is registered under a name that nothing will ever emit."""


# --- names of botocore and boto3 that programs may import or catch; osteon raises none of them ------------------------


class ServiceNotInRegionError(OsteonError):
    fmt = "Service {service_name} not available in region {region_name}"


class UnknownServiceStyle(OsteonError):
    fmt = "Unknown service style: {service_style}"


class UnknownTokenProviderError(CredentialsError):
    fmt = "Token provider named {name} not found."


class LoginAuthorizationCodeError(LoginError):
    fmt = "Error loading or redeeming a login authorization code: {error_msg} "


class UnknownFIPSEndpointError(BaseEndpointResolverError):
    fmt = 'The provided FIPS pseudo-region "{region_name}" is not known for the service "{service_name}".'


class UnknownEndpointResolutionBuiltInName(EndpointProviderError):
    fmt = "Unknown builtin variable name: {name}"


class NoVersionFound(Boto3Error):
    """A version that is not there."""


class S3TransferFailedError(Boto3Error):
    """A transfer that failed."""


class InvalidCrtTransferConfigError(Boto3Error):
    """Options of a transfer that AWS's common runtime does not take."""


class UnsupportedTLSVersionWarning(Warning):
    """The TLS library is too old."""


class ImminentRemovalWarning(Warning):
    """What is used here will not be there for long."""


class PythonDeprecationWarning(Warning):
    """The Python version is too old."""


#: as boto3 misspelt it once
DynanmoDBOperationNotSupportedError = DynamoDBOperationNotSupportedError


# --- the service's own errors -----------------------------------------------------------------------------------------


class ClientError(Exception):
    """The service answered with an error. Modeled errors are subclasses, made from the model.

    ``response`` is boto3's: ``{"Error": {"Code", "Message", ...}, "ResponseMetadata": {...}, **modeled members}``.
    """

    MSG_TEMPLATE: ClassVar[str] = (
        "An error occurred ({error_code}) when calling the {operation_name} operation{retry_info}: {error_message}"
    )
    #: modeled facts: whose fault (``client`` or ``server``), whether the service calls it retryable, and as throttling
    fault: ClassVar[str | None] = None
    retryable: ClassVar[bool] = False
    throttling: ClassVar[bool] = False
    #: the model marks the error's message sensitive, so that the text does without it
    secret_message: ClassVar[bool] = False

    def __init__(self, error_response: Mapping[str, Any], operation_name: str) -> None:
        error = error_response.get("Error", {})
        metadata = error_response.get("ResponseMetadata", {})
        retried = metadata.get("MaxAttemptsReached", False) and "RetryAttempts" in metadata
        super().__init__(
            self.MSG_TEMPLATE.format(
                error_code=error.get("Code", "Unknown"),
                error_message="<redacted>" if self.secret_message else error.get("Message", "Unknown"),
                operation_name=operation_name,
                retry_info=f" (reached max retries: {metadata['RetryAttempts']})" if retried else "",
            )
        )
        self.response = cast("ErrorResponse", error_response)
        self.operation_name = operation_name

    @property
    def _given(self) -> Mapping[str, Any]:
        """The response, which may be anybody's."""
        return self.response

    @property
    def code(self) -> str:
        """The error code as the service names it; ``"Unknown"`` where it gave none."""
        code = self._given.get("Error", {}).get("Code", "Unknown")
        return code if isinstance(code, str) else str(code)

    @property
    def message(self) -> str:
        message = self._given.get("Error", {}).get("Message", "")
        return message if isinstance(message, str) else str(message)

    @property
    def status_code(self) -> int | None:
        """The HTTP status of the answer."""
        status = self._given.get("ResponseMetadata", {}).get("HTTPStatusCode")
        return status if isinstance(status, int) else None

    @property
    def request_id(self) -> str | None:
        identifier = self._given.get("ResponseMetadata", {}).get("RequestId")
        return identifier if isinstance(identifier, str) else None

    def __reduce__(self) -> tuple[Any, ...]:
        # Modeled errors replace this: their classes are made at run time and must be found again.
        return type(self), (self.response, self.operation_name)


class EventStreamError(ClientError):
    """The service ended an event stream with an error."""
