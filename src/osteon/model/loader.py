"""Loader: from a service's name to its models, found, read, cached and shared. What models mean stands elsewhere."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Hashable, Mapping
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

import orjson

from osteon.exceptions import ApiVersionNotFoundError, DataNotFoundError, ModelError, UnknownServiceError
from osteon.model.cache import Cache
from osteon.model.definitions import PackedDefinitions, Provenance, pack
from osteon.model.digests import Digest
from osteon.model.files import SourceFile, is_object, merge, read_object
from osteon.model.index import ServiceEntry, service_index
from osteon.model.reading import parse
from osteon.model.search import DataPath, Found, SearchPath, search_roots
from osteon.model.service import ServiceModel
from osteon.model.shapes import Description
from osteon.naming import did_you_mean
from osteon.sharing import Lock

#: Part of every cache entry's stamp: goes up whenever what is written changes.
CACHE_FORMAT = 3
SERVICE = "service-2"

T = TypeVar("T")
D = TypeVar("D", bound=Description)


class Loader:
    """Finds models by name. Instances are cheap: what they load is shared in the process.

    Searched in this order: ``data_path``; the environment's ``OSTEON_DATA_PATH`` and ``AWS_DATA_PATH``;
    ``~/.aws/models``; osteon's own models; the data of the botocore and boto3 packages where installed.
    A folder that does not exist is passed over. ``service`` is always a service's name, never a path.
    """

    def __init__(self, data_path: DataPath = (), environ: Mapping[str, str] | None = None) -> None:
        environ = os.environ if environ is None else environ
        self._search = SearchPath(search_roots(data_path, environ))
        self._cache = Cache.from_environ(environ)
        self._index: Mapping[str, ServiceEntry] | None = None

    @property
    def search_paths(self) -> tuple[str, ...]:
        """The folders, in order of priority."""
        return tuple(root.path for root in self._search.roots)

    def available_services(self, type_name: str = SERVICE) -> tuple[str, ...]:
        """The names of all services that have a file of that type, sorted."""
        return self._search.services(type_name)

    def api_versions(self, service: str, type_name: str = SERVICE) -> tuple[str, ...]:
        """The service's versions with a file of that type, oldest first. Raises UnknownServiceError."""
        if not _is_name(service):
            raise self._unknown(service, " A service's name is expected here; ServiceModel.from_file takes a path.")
        versions = self._search.versions(service, type_name)
        if versions:
            return versions
        if self._search.versions(service, SERVICE):
            raise DataNotFoundError(data_path=f"{service}/{type_name}")
        raise self._unknown(service, self._meant(service[:_NAME_LIMIT]))

    def latest_version(self, service: str, type_name: str = SERVICE) -> str:
        return self.api_versions(service, type_name)[-1]

    def service_model(self, service: str, api_version: str | None = None) -> ServiceModel:
        """The service's model, the newest unless a version is named; the same object for the same files.

        Raises UnknownServiceError, ApiVersionNotFoundError, and ModelError where its file is no service model.
        """
        found = self._find(service, SERVICE, api_version)
        return _SHARED.get((SERVICE, found), lambda: _open_model(found, self._cache))

    def load_raw(self, service: str, type_name: str, api_version: str | None = None) -> dict[str, Any]:
        """A file's JSON with its extras merged in; a fresh object. Raises DataNotFoundError where there is none."""
        return _read(self._find(service, type_name, api_version))

    def description(self, kind: type[D], service: str, type_name: str, api_version: str | None = None) -> D:
        """A file as a description, the same for the same file. Raises as :meth:`load_raw`, ModelError."""
        return _described(kind, self._find(service, type_name, api_version))

    def companion(self, kind: type[D], service: str, type_name: str, api_version: str | None = None) -> D | None:
        """As :meth:`description`, of the version of the service's model; None where there is no such file."""
        version = self._find(service, SERVICE, api_version).api_version
        found = self._search.find(service, type_name, version)
        return None if found is None else _described(kind, found)

    @contextmanager
    def blaming(
        self, service: str, type_name: str, api_version: str | None, pointer: str
    ) -> Generator[None, None, None]:
        """A ModelError inside that names no file is one of that file's, at its place under ``pointer``."""
        try:
            yield
        except ModelError as error:
            if error.origin:
                raise
            path = self._find(service, type_name, api_version).source.path
            raise type(error)(origin=path, pointer=pointer + error.pointer, reason=error.reason) from None

    def service_index(self) -> Mapping[str, ServiceEntry]:
        """All services by name, sorted, each with what is known without loading its model."""
        if self._index is None:
            self._index = service_index(self._search, self._cache)
        return self._index

    def operation_names(self, service: str) -> tuple[str, ...]:
        """The operations of the service's newest version; loads no more than the cached form where there is one."""
        return self.service_model(service).operation_names

    def data_file(self, name: str) -> dict[str, Any]:
        """A file of botocore's that belongs to no service: ``partitions``, ``endpoints``, ``_retry`` and the like.

        One copy per process, which is not to be changed. Raises DataNotFoundError.
        """
        source = self._data_source(name)
        return _SHARED.get((source, "data"), lambda: read_object(source.path))

    def digest(self, digest: Digest[T], service: str, type_name: str, api_version: str | None = None) -> T:
        """What a digest makes of a file, the same object for the same file. Raises as :meth:`load_raw`, ModelError."""
        found = self._find(service, type_name, api_version)
        key = (digest.name, digest.given, found)
        return _SHARED.get(key, lambda: _digested(digest, _sources(found), lambda: _read(found), self._cache))

    def data_digest(self, digest: Digest[T], name: str) -> T:
        """As :meth:`digest`, of a file that :meth:`data_file` has."""
        source = self._data_source(name)
        key = (digest.name, digest.given, source)
        return _SHARED.get(key, lambda: _digested(digest, (source,), lambda: read_object(source.path), self._cache))

    def _data_source(self, name: str) -> SourceFile:
        path = self._search.top_file(name)
        source = None if path is None else SourceFile.at(path)
        if source is None:
            raise DataNotFoundError(data_path=name, hint='; botocore\'s data has it: pip install "osteon[aws]"')
        return source

    def _find(self, service: str, type_name: str, api_version: str | None) -> Found:
        versions = self.api_versions(service, type_name)
        version = versions[-1] if api_version is None else api_version
        found = self._search.find(service, type_name, version) if version in versions else None
        if found is None:
            raise ApiVersionNotFoundError(
                data_path=f"{service}/{type_name}", api_version=version, hint=f". Known versions: {', '.join(versions)}"
            )
        return found

    def _meant(self, service: str) -> str:
        """Services are also known by their ids: ``eventbridge`` is ``events``, ``cost-explorer`` is ``ce``."""
        same = _letters(service)
        by_id = [each.name for each in self.service_index().values() if _letters(each.service_id or each.name) == same]
        return did_you_mean(service, self.available_services(), by_id)

    def _unknown(self, service: object, hint: str) -> UnknownServiceError:
        shown = "".join(c if c.isprintable() else "?" for c in str(service)[:_NAME_LIMIT])
        known = ", ".join(self.available_services())
        if not any(root.package == "botocore" for root in self._search.roots):
            hint += ' AWS\'s services need their models: pip install "osteon[aws]".'
        return UnknownServiceError(service_name=shown, known_service_names=known, hint=hint)


_NAME_LIMIT = 100


def _letters(name: str) -> str:
    return "".join(filter(str.isalnum, name)).lower()


def _is_name(service: object) -> bool:
    if not isinstance(service, str) or service in ("", ".", ".."):
        return False
    return {"/", "\\", "\0"}.isdisjoint(service) and not service.endswith((".json", ".gz"))


# --- one copy per process


class _Shared:
    """What was made once for a key and is the same for everybody in the process."""

    __slots__ = ("_held", "_lock")

    def __init__(self) -> None:
        self._held: dict[Hashable, Any] = {}
        self._lock = Lock()  # guards _held

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """What ``make`` gave when ``key`` was first asked for. Threads that ask meanwhile wait for that one making."""
        held: T | None = self._held.get(key)
        if held is None:
            with self._lock:
                held = self._held.get(key)
                if held is None:
                    held = self._held[key] = make()
        return held


_SHARED = _Shared()


# --- from files to models


def _described(kind: type[D], found: Found) -> D:
    return _SHARED.get((kind, found), lambda: parse(kind, _read(found), found.source.path, ""))


def _open_model(found: Found, cache: Cache) -> ServiceModel:
    path = found.source.path
    provenance = Provenance(path, found.service, found.root.package == "botocore", found.api_version)
    stamp = _stamp(_sources(found))
    packed = cache.read(path, stamp)
    if packed is not None:
        with suppress(ValueError, ModelError):  # damaged: the files themselves decide
            return ServiceModel.from_definitions(PackedDefinitions(packed, provenance, lambda: _read(found)))
    packed = pack(_read(found), path)
    model = ServiceModel.from_definitions(PackedDefinitions(packed, provenance, lambda: _read(found)))
    if _unchanged(_sources(found)):
        cache.write(path, stamp, packed)
    return model


#: Files smaller than this many bytes are read as fast as their digest would be.
_SMALL = 4096


def _digested(
    digest: Digest[T], sources: tuple[SourceFile, ...], read: Callable[[], dict[str, Any]], cache: Cache
) -> T:
    path, stamp = sources[0].path, _stamp(sources)
    if sources[0].size < _SMALL:
        return digest.build(digest.condense(read()), path)
    name = f"{digest.name}:{path}"
    held = cache.read(name, stamp)
    if held is not None:
        with suppress(ValueError, KeyError, TypeError, ModelError):  # damaged: the file itself decides
            return digest.build(orjson.loads(held), path)
    kept = digest.condense(read())
    made = digest.build(kept, path)
    if _unchanged(sources):
        with suppress(orjson.JSONEncodeError):  # deeper than orjson writes; it is read anew each time
            cache.write(name, stamp, orjson.dumps(kept))
    return made


def _read(found: Found) -> dict[str, Any]:
    model = read_object(found.source.path)
    for extra in found.extras:
        content = read_object(extra.path).get("merge", {})
        if not is_object(content):
            raise ModelError(origin=extra.path, pointer="/merge", reason="must be an object")
        merge(model, content)
    return model


def _sources(found: Found) -> tuple[SourceFile, ...]:
    return found.source, *found.extras


def _unchanged(sources: tuple[SourceFile, ...]) -> bool:
    """Whether the files are still what they were when they were looked for, so that what was read is theirs."""
    return all(SourceFile.at(source.path) == source for source in sources)


def _stamp(sources: tuple[SourceFile, ...]) -> str:
    return orjson.dumps([CACHE_FORMAT, [[*source] for source in sources]]).decode()
