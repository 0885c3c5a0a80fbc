"""``osteon stubs``: a typed package from models, or how the one on disk differs. What is in it: see stubs/."""

from __future__ import annotations

import gc
import os
import sys
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from osteon.aws.typed_additions import typed_additions
from osteon.cli.finding import loader
from osteon.cli.printing import put
from osteon.exceptions import StubsError
from osteon.naming import did_you_mean
from osteon.stubs.config import Config
from osteon.stubs.package import Options, package_files
from osteon.stubs.write import check, write

#: made between two searches for garbage
_OBJECTS = 200_000


class Asked(NamedTuple):
    """What the command line says; what it does not, the project's configuration does."""

    services: Sequence[str]
    output: Path | None
    models: Sequence[Path]
    config: Path | None
    docstrings: bool | None


def generate(asked: Asked) -> str:
    """Write the package. Gives what to print. Raises StubsError, UnknownServiceError and ModelError."""
    output, options = _options(asked)
    write(output, _files(asked, options))
    count = len(set(options.services))
    return f"{output}: {count} {'service' if count == 1 else 'services'}"


def differences(asked: Asked) -> list[str]:
    """How the package on disk differs from what would be written, a line each. Raises as :func:`generate`."""
    output, options = _options(asked)
    return check(output, _files(asked, options))


def _files(asked: Asked, options: Options) -> dict[str, str]:
    # A package is made of some hundred thousand objects that all stay until the process ends: looking for garbage among
    # them takes a fifth of the time while they are made, and as long as making them when the process ends.
    gc.set_threshold(_OBJECTS)
    files = package_files(loader(_models(asked)), options, typed_additions)
    gc.freeze()
    return files


def _models(asked: Asked) -> list[Path]:
    """The folders of models that are searched first."""
    if asked.models:
        return list(asked.models)
    config, base = _config(asked.config)
    return [base / folder for folder in config.models]


def _options(asked: Asked) -> tuple[Path, Options]:
    """Where to, and what."""
    config, base = _config(asked.config)
    services = tuple(asked.services) or config.services
    if not services:
        raise StubsError(reason="name the services, here or as tool.osteon.stubs.services in pyproject.toml")
    output = asked.output or (base / config.output if config.output is not None else None)
    if output is None:
        raise StubsError(reason="say where to with --output, or as tool.osteon.stubs.output in pyproject.toml")
    models = _models(asked)
    missing = [str(folder) for folder in models if not folder.is_dir()]
    if missing:
        raise StubsError(reason=f"no such folder of models: {', '.join(missing)}")
    _refuse_unknown(config, {*services, *config.services})
    options = Options(
        services=services,
        docstrings=config.docstrings if asked.docstrings is None else asked.docstrings,
        classes=_chosen(config.classes, services),
        async_classes=_chosen(config.async_classes, services),
        resource_classes=_chosen(config.resource_classes, services),
        async_resource_classes=_chosen(config.async_resource_classes, services),
        data_path=tuple(Path(os.path.relpath(folder, output)).as_posix() for folder in models),
    )
    return output, options


def _chosen(classes: Mapping[str, str], services: Sequence[str]) -> dict[str, str]:
    return {service: path for service, path in classes.items() if service in services}


def _refuse_unknown(config: Config, services: set[str]) -> None:
    tables = (config.classes, config.async_classes, config.resource_classes, config.async_resource_classes)
    for service in (name for table in tables for name in table if name not in services):
        hint = did_you_mean(service, services)
        raise StubsError(reason=f"a class is configured for {service}, which is not among the services.{hint}")


def _config(path: Path | None) -> tuple[Config, Path]:
    """The configuration, and the folder its paths are relative to."""
    file = path or Path("pyproject.toml")
    if path is None and not file.is_file():
        return Config(), Path()
    try:
        document = tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise StubsError(reason=f"{file} cannot be read: {getattr(error, 'strerror', None) or error}") from None
    except tomllib.TOMLDecodeError as error:
        raise StubsError(reason=f"{file} is no TOML: {error}") from None
    return Config.of(document, str(file)), file.parent


def report(lines: Sequence[str]) -> None:
    """Print differences, the first hundred of them."""
    for line in lines[:_SHOWN]:
        put(line)
    if len(lines) > _SHOWN:
        put(f"and {len(lines) - _SHOWN} more")
    print(f"{len(lines)} differences: run osteon stubs again", file=sys.stderr)


_SHOWN = 100
