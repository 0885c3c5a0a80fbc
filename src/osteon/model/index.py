"""The service index: what is known of every service without loading a model. It alone reads models by their heads."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import orjson

from osteon.exceptions import OsteonError
from osteon.model.cache import Cache
from osteon.model.files import SourceFile, is_array, is_object, merge, read_head, read_object
from osteon.model.search import Found, Root, SearchPath
from osteon.model.service import AWS_SIGNATURES
from osteon.naming import hyphenized
from osteon.regex import later

#: Part of the stamp of cached indexes: goes up whenever what is written changes.
INDEX_FORMAT = 2
_SERVICE = "service-2"
_HEAD_BYTES = 16 * 1024
#: a model file up to its metadata, which nearly always stands first
_BEFORE_METADATA = later(r'\s*\{\s*(?:"version"\s*:\s*"[^"]*"\s*,\s*)?"metadata"\s*:\s*')


class ServiceEntry(NamedTuple):
    """One service: its name, its newest version, and what of its metadata names and settings depend on."""

    name: str
    api_version: str
    #: None where the model has none or could not be read; loading it says why
    service_id: str | None
    endpoint_prefix: str
    #: AWS's own: from botocore's data, or signed with AWS credentials
    is_aws: bool

    @property
    def event_name(self) -> str:
        """The service's name in events, as handlers see it."""
        return hyphenized(self.service_id) if self.service_id is not None else self.name


def service_index(search: SearchPath, cache: Cache) -> Mapping[str, ServiceEntry]:
    """An entry for the newest version of every service, by name, sorted; where folders tie, the first one's."""
    newest: dict[str, ServiceEntry] = {}
    for root in search.roots:
        for entry in _entries(root, search, cache):
            held = newest.get(entry.name)
            if held is None or entry.api_version > held.api_version:
                newest[entry.name] = entry
    return MappingProxyType(dict(sorted(newest.items())))


def _entries(root: Root, search: SearchPath, cache: Cache) -> Iterable[ServiceEntry]:
    name = f"index:{root.path}"
    stamp = _stamp(root, search)
    held = cache.read(name, stamp)
    if held is not None:
        try:
            return [ServiceEntry(*row) for row in orjson.loads(held)]
        except (ValueError, TypeError):  # damaged: it is made again
            pass
    entries = list(_read_entries(root, search))
    if entries:
        cache.write(name, stamp, orjson.dumps([_row(entry) for entry in entries]))
    return entries


def _row(entry: ServiceEntry) -> tuple[object, ...]:
    return entry.name, entry.api_version, entry.service_id, entry.endpoint_prefix, entry.is_aws


def _stamp(root: Root, search: SearchPath) -> str:
    if root.package:
        # An installed package changes as a whole: its __init__.py, which holds the version, stands for 400 services.
        source = SourceFile.at(os.path.join(os.path.dirname(root.path), "__init__.py"))
        sources = [] if source is None else [source]
    else:
        sources = [each for found in _newest(root, search) for each in (found.source, *found.extras)]
    return orjson.dumps([INDEX_FORMAT, [[*source] for source in sources]]).decode()


def _newest(root: Root, search: SearchPath) -> Iterator[Found]:
    alone = search.within(root)
    for service in sorted(alone.services(_SERVICE)):
        found = alone.find(service, _SERVICE, alone.versions(service, _SERVICE)[-1])
        if found is not None:
            yield found


def _read_entries(root: Root, search: SearchPath) -> Iterator[ServiceEntry]:
    for found in _newest(root, search):
        metadata = _metadata(found)
        service_id, prefix = metadata.get("serviceId"), metadata.get("endpointPrefix")
        yield ServiceEntry(
            found.service,
            found.api_version,
            service_id if isinstance(service_id, str) else None,
            prefix if isinstance(prefix, str) else "",
            root.package == "botocore" or _signed_for_aws(metadata),
        )


def _signed_for_aws(metadata: Mapping[str, Any]) -> bool:
    auth = metadata.get("auth")
    signatures = (metadata.get("signatureVersion"), *(auth if is_array(auth) else ()))
    return any(isinstance(signature, str) and signature in AWS_SIGNATURES for signature in signatures)


def _metadata(found: Found) -> Mapping[str, Any]:
    """A model's metadata with its extras; empty where it cannot be read."""
    try:
        metadata = _metadata_from_head(found.source.path)
        if metadata is None:
            metadata = read_object(found.source.path)["metadata"]
        for extra in found.extras:
            merge(metadata, read_object(extra.path).get("merge", {}).get("metadata", {}))
    except (OsteonError, KeyError, AttributeError, TypeError):
        return {}  # one broken file must not hide all other services
    return metadata if is_object(metadata) else {}


def _metadata_from_head(path: str) -> dict[str, Any] | None:
    head = read_head(path, _HEAD_BYTES).decode("utf-8", "replace")
    start = _BEFORE_METADATA.match(head)
    if start is None:
        return None
    try:
        metadata, _ = json.JSONDecoder().raw_decode(head, start.end())
    except (ValueError, RecursionError):
        return None
    return metadata if is_object(metadata) else None
