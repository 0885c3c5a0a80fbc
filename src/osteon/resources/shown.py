"""What ``help()`` and ``inspect`` show of resources' members, made from the model on demand. Calls nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from inspect import Parameter, Signature
from typing import Any

from osteon.model.resources import Parameter as Filled
from osteon.model.service import OperationModel, ServiceModel
from osteon.model.shapes import StructureShape

_SELF = Parameter("self", Parameter.POSITIONAL_ONLY)
ANYTHING = Signature([_SELF, Parameter("kwargs", Parameter.VAR_KEYWORD)])
CALLED = Signature([_SELF, Parameter("args", Parameter.VAR_POSITIONAL), Parameter("kwargs", Parameter.VAR_KEYWORD)])
_FIRST_NAME = re.compile(r"\w+")


def call_signature(operation: OperationModel, filled: Iterable[Filled]) -> Signature:
    """The parameters of a call, each by keyword; those that are required and do not come from the resource first."""
    shape = operation.input_shape
    if shape is None:
        return Signature([_SELF])
    given = {found.group() for each in filled if (found := _FIRST_NAME.match(each.target))}
    names = [name for name in shape.members if name.isidentifier()]
    needed = [name for name in names if name in shape.required and name not in given]
    parameters = [Parameter(name, Parameter.KEYWORD_ONLY) for name in needed]
    parameters += [Parameter(name, Parameter.KEYWORD_ONLY, default=...) for name in names if name not in needed]
    return Signature([_SELF, *parameters])


def names_signature(names: Iterable[str]) -> Signature:
    """The identifiers that must be given, by position or name."""
    return Signature([_SELF, *(Parameter(name, Parameter.POSITIONAL_OR_KEYWORD) for name in names)])


def call_docstring(summary: str, operation: OperationModel) -> str:
    # Imported here: it brings an HTML parser along, and programs do not read documentation.
    from osteon.clients.docstrings import operation_docstring

    return f"{summary}\n\n{operation_docstring(operation)}"


class Described(property):
    """A property whose docstring is made when it is asked for. It takes no other, as ``property`` wants to give it."""

    def __init__(self, read: Callable[[Any], Any], describe: Callable[[], str]) -> None:
        super().__init__(read)
        self.describe = describe

    def _doc(self) -> str:
        return self.describe()

    def _keep(self, text: object) -> None:
        pass

    __doc__: Any = property(_doc, _keep)


def member_docstring(service_model: ServiceModel, shape_name: str | None, member: str, summary: str) -> str:
    """What the model says of a member of a resource's data."""
    # Imported here for the same reason.
    from osteon.clients.docstrings import plain_text, type_phrase

    shape = None if shape_name is None else service_model.shape_for(shape_name)
    if not isinstance(shape, StructureShape):
        return summary
    text = "\n\n".join(plain_text(shape.member_documentation(member)))
    return f"{summary} ({type_phrase(shape.members[member])})" + (f"\n\n{text}" if text else "")
