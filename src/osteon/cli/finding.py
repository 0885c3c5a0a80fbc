"""From what stands on the command line to a model and its operation. Loads, decides and prints nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from osteon.exceptions import OperationNotFoundError
from osteon.model.loader import Loader
from osteon.model.service import OperationModel, ServiceModel
from osteon.naming import did_you_mean, snake_case


def loader(folders: Iterable[Path]) -> Loader:
    """Raises what :func:`data_path` does."""
    return Loader(data_path(folders))


def data_path(folders: Iterable[Path]) -> list[str]:
    """Folders of models. Raises FileNotFoundError for one that is none: its models would be missed without a word."""
    names = [str(folder) for folder in folders]
    for name in names:
        if not Path(name).is_dir():
            raise FileNotFoundError(2, "No such directory", name)
    return names


def operation_of(model: ServiceModel, name: str) -> OperationModel:
    """An operation as ``PutObject``, ``put_object`` or ``put-object``. Raises OperationNotFoundError."""
    wanted = name.replace("-", "_")
    for known in model.operation_names:
        if known == name or snake_case(known) == wanted:
            return model.operation_model(known)
    names: Iterable[str] = model.operation_names
    if not name[:1].isupper():
        separator = "_" if "_" in name else "-"
        names = (snake_case(known).replace("_", separator) for known in names)
    hint = did_you_mean(name, names)
    raise OperationNotFoundError(origin=model.service_name, reason=f"no operation named {name!r}.{hint}")
