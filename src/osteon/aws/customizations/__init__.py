"""What AWS's services need beyond their models: one file a service, each a tuple of registrations. No mechanism."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module

from osteon.config import Config
from osteon.events.admission import Registration, compiled
from osteon.events.trie import Trie
from osteon.model.service import ServiceModel

#: hyphenized service id -> the files with its handlers
_FILES: Mapping[str, tuple[str, ...]] = {
    "api-gateway": ("api_gateway",),
    "auto-scaling": ("auto_scaling",),
    "bedrock-runtime": ("duplex_streams",),
    "cloudformation": ("cloudformation",),
    "cloudsearch-domain": ("cloudsearch_domain",),
    "cloudwatch": ("method_aliases",),
    "cloudwatch-logs": ("cloudwatch_logs",),
    "connecthealth": ("duplex_streams",),
    "docdb": ("rds_copies",),
    "dsql": ("dsql",),
    "dynamodb": ("describe_endpoints",),
    "ec2": ("ec2",),
    "glacier": ("glacier",),
    "iam": ("iam",),
    "importexport": ("importexport",),
    "lex-runtime-v2": ("duplex_streams",),
    "machine-learning": ("machine_learning",),
    "mturk": ("method_aliases",),
    "neptune": ("rds_copies",),
    "polly": ("duplex_streams", "polly"),
    "qbusiness": ("duplex_streams",),
    "rds": ("rds_copies", "rds"),
    "route-53": ("route_53",),
    "s3": ("s3", "s3_methods", "s3_listings", "s3_answers", "s3_regions", "s3_sessions", "s3_presign"),
    "s3-control": ("s3_control",),
    "signin": ("method_aliases",),
    "socialmessaging": ("method_aliases",),
    "sqs": ("sqs",),
    "sso-oidc": ("sso_oidc",),
    "timestream-query": ("describe_endpoints",),
    "timestream-write": ("describe_endpoints",),
}
#: hyphenized service id -> the files with its handlers of resource classes
_RESOURCE_FILES: Mapping[str, tuple[str, ...]] = {
    "dynamodb": ("dynamodb_resources",),
    "ec2": ("ec2_tags",),
    "s3": ("s3_methods",),
}
#: what tells the endpoints, in all services that have several
_ENDPOINTS_QUESTION = "DescribeEndpoints"


def conditional(
    service: ServiceModel, config: Config, endpoint_url: str | None, environ: Mapping[str, str]
) -> tuple[str, ...]:
    """The files that a client of the service needs as it is configured, for :func:`builtin`."""
    files: list[str] = []
    if "AWS_LAMBDA_FUNCTION_NAME" in environ:
        files.append("recursion_detection")
    if endpoint_url is None and _ENDPOINTS_QUESTION in service.operation_names and _discovers(service, config):
        files.append("endpoint_discovery")
    return tuple(files)


def _discovers(service: ServiceModel, config: Config) -> bool:
    return config.endpoint_discovery_enabled is True or service.endpoint_discovery_required


@cache
def builtin(service: str, *further: str) -> Trie:
    """The handlers of every AWS client, those of one service (its hyphenized id) and of ``further`` files.

    Compiled once for each combination.
    """
    return _compiled("every_service", *_FILES.get(service, ()), *further)


@cache
def resource_builtin(service: str) -> Trie:
    """The handlers of a service's resource classes."""
    return _compiled(*_RESOURCE_FILES.get(service, ()))


def _compiled(*files: str) -> Trie:
    registrations: list[Registration] = []
    for name in files:
        registrations += import_module(f"{__name__}.{name}").HANDLERS
    return compiled(registrations)
