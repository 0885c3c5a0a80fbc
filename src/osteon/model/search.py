"""Where model files lie: the folders searched, in order, and what is in them. Nothing is opened or parsed here."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, TypeAlias

from osteon.model.files import SourceFile

#: A folder, several joined as in PATH, or an iterable of folders.
DataPath: TypeAlias = str | os.PathLike[str] | Iterable[str | os.PathLike[str]]

_ENDINGS = (".json", ".json.gz")
_EXTRAS = ".sdk-extras.json"
_PACKAGES = ("botocore", "boto3")


class Root(NamedTuple):
    """A folder with the layout ``<service>/<api-version>/<type>.json[.gz]``."""

    path: str
    #: the installed package whose data this is
    package: str = ""


class Found(NamedTuple):
    """A model file, and the extras to be merged into it, lowest priority first."""

    service: str
    api_version: str
    root: Root
    source: SourceFile
    extras: tuple[SourceFile, ...]


class SearchPath:
    """Folders in order of priority. What is seen in them is kept: a folder is listed once."""

    __slots__ = ("_listings", "roots")

    def __init__(self, roots: Iterable[Root]) -> None:
        self.roots = tuple(dict.fromkeys(roots))
        self._listings: dict[str, frozenset[str]] = {}

    def services(self, type_name: str) -> tuple[str, ...]:
        """The services that have a file of that type, sorted."""
        names = {name for root in self.roots for name in self._list(root.path)}
        return tuple(sorted(name for name in names if self._any_version(name, type_name)))

    def versions(self, service: str, type_name: str) -> tuple[str, ...]:
        """The service's versions with a file of that type, oldest first."""
        return tuple(sorted({v for root in self.roots for v in self._versions_in(root, service, type_name)}))

    def within(self, root: Root) -> SearchPath:
        """The same search in one folder alone."""
        alone = SearchPath((root,))
        alone._listings = self._listings
        return alone

    def find(self, service: str, type_name: str, api_version: str) -> Found | None:
        """The first file of that service, type and version, with the extras of all folders."""
        # Only names that a listing holds are ever joined to a path, so no name can leave the folders.
        extras: list[SourceFile] = []
        first: tuple[Root, SourceFile] | None = None
        for root in self.roots:
            extra = self._file(root, service, api_version, (type_name + _EXTRAS,))
            if extra is not None:
                extras.insert(0, extra)
            if first is None:
                source = self._file(root, service, api_version, tuple(type_name + ending for ending in _ENDINGS))
                first = (root, source) if source is not None else None
        return None if first is None else Found(service, api_version, *first, tuple(extras))

    def top_file(self, name: str) -> str | None:
        """A file that lies directly in one of the folders, by its name without ending."""
        for root in self.roots:
            for ending in _ENDINGS:
                if name + ending in self._list(root.path):
                    return os.path.join(root.path, name + ending)
        return None

    def _any_version(self, service: str, type_name: str) -> bool:
        return any(True for root in self.roots for _ in self._versions_in(root, service, type_name))

    def _versions_in(self, root: Root, service: str, type_name: str) -> Iterator[str]:
        if service not in self._list(root.path):
            return
        for version in self._list(os.path.join(root.path, service)):
            files = self._list(os.path.join(root.path, service, version))
            if any(type_name + ending in files for ending in _ENDINGS):
                yield version

    def _file(self, root: Root, service: str, version: str, names: tuple[str, ...]) -> SourceFile | None:
        if service not in self._list(root.path) or version not in self._list(os.path.join(root.path, service)):
            return None
        folder = os.path.join(root.path, service, version)
        present = (name for name in names if name in self._list(folder))
        return next((s for name in present if (s := SourceFile.at(os.path.join(folder, name))) is not None), None)

    def _list(self, folder: str) -> frozenset[str]:
        held = self._listings.get(folder)
        if held is None:
            try:
                held = frozenset(os.listdir(folder))
            except (OSError, ValueError):
                held = frozenset[str]()
            self._listings[folder] = held
        return held


def search_roots(data_path: DataPath, environ: Mapping[str, str]) -> Iterator[Root]:
    """All folders, first those that the caller gives, last those of the installed AWS packages."""
    home = environ.get("HOME") or os.path.expanduser("~")
    variables = (environ.get(name, "") for name in ("OSTEON_DATA_PATH", "AWS_DATA_PATH"))
    given = (path for group in (data_path, *variables) for path in _split(group))
    for path in (*given, os.path.join(home, ".aws", "models"), _shipped()):
        yield Root(os.path.abspath(os.path.expanduser(path)))
    for package in _PACKAGES:
        yield from (Root(os.path.join(folder, "data"), package) for folder in _package_folders(package))


def _split(data_path: DataPath) -> tuple[str, ...]:
    if isinstance(data_path, str):
        return tuple(part for part in data_path.split(os.pathsep) if part)
    if isinstance(data_path, os.PathLike):
        return (os.fspath(data_path),)
    return tuple(os.fspath(part) for part in data_path)


def _shipped() -> str:
    """osteon's own models: package data in a wheel, the folder beside ``src`` in a checkout."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    packaged = os.path.join(package, "_models")
    source = os.path.dirname(package)
    in_checkout = os.path.basename(source) == "src" and not os.path.isdir(packaged)
    return os.path.join(os.path.dirname(source), "models") if in_checkout else packaged


def _package_folders(package: str) -> Iterable[str]:
    try:
        spec = importlib.util.find_spec(package)
    except ValueError:  # a module of that name was put into sys.modules by hand
        return ()
    return spec.submodule_search_locations or () if spec is not None else ()
