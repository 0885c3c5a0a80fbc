"""The endpoint rules of a service and AWS's partitions, found by the loader and compiled once per process."""

from __future__ import annotations

from functools import lru_cache

from osteon.endpoints.defaults import endpoint_url_rules, regional_rules
from osteon.endpoints.partitions import Partitions
from osteon.endpoints.ruleset import RuleSet, condensed
from osteon.exceptions import DataNotFoundError
from osteon.model.digests import Digest
from osteon.model.loader import Loader
from osteon.model.service import ServiceModel

#: Kept sets of rules that no file holds: the services without rules that are in use at once.
_KEPT = 128

_PARTITIONS = Digest("partitions-1", dict[str, object], Partitions)


def partitions(loader: Loader) -> Partitions:
    """Raises DataNotFoundError where botocore's data is not installed."""
    return loader.data_digest(_PARTITIONS, "partitions")


def own_rules(service_model: ServiceModel, loader: Loader | None) -> RuleSet:
    """The rules of an own service; without a file it lives at the endpoint_url that must be given."""
    found = _from_file(service_model, loader, None)
    return _endpoint_url_rules(service_model.service_name, service_model.origin) if found is None else found


def aws_rules(service_model: ServiceModel, loader: Loader | None, partitions: Partitions) -> RuleSet:
    """The rules of a service of AWS; without a file they are the regional ones of its endpoint prefix."""
    found = _from_file(service_model, loader, partitions)
    if found is None:
        return _regional_rules(service_model.endpoint_prefix, partitions, _title(service_model.service_name))
    return found


def _from_file(service_model: ServiceModel, loader: Loader | None, partitions: Partitions | None) -> RuleSet | None:
    """What the rule set beside the model says; None without one, and for a model that was handed over in memory."""
    if loader is None:
        return None
    name = service_model.service_name

    def build(kept: dict[str, object], path: str) -> RuleSet:
        return RuleSet.restore(kept, partitions, path if partitions is None else _title(name))

    digest = Digest("rules-1", condensed, build, partitions)
    try:
        return loader.digest(digest, name, "endpoint-rule-set-1", service_model.folder_version)
    except DataNotFoundError:
        return None


@lru_cache(_KEPT)
def _endpoint_url_rules(service_name: str, origin: str) -> RuleSet:
    return RuleSet.compile(endpoint_url_rules(service_name), None, origin)


@lru_cache(_KEPT)
def _regional_rules(endpoint_prefix: str, partitions: Partitions, title: str) -> RuleSet:
    return RuleSet.compile(regional_rules(endpoint_prefix), partitions, title)


def _title(service_name: str) -> str:
    return f"the {service_name} service"
