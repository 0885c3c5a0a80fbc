"""What encoders refuse, in one wording for all formats: members a shape has not, values of another type, endless ones.

Parameters were validated before, unless the caller switched that off: what then goes wrong is told here.
"""

from __future__ import annotations

from osteon.exceptions import ParamValidationError
from osteon.model.shapes import Shape, StructureShape

#: What writing a value of another type than the model says may raise.
MISFITS = (TypeError, ValueError, AttributeError)


def member(shape: StructureShape, name: str) -> Shape:
    """The member of that name. Raises ParamValidationError where the shape has none."""
    found = shape.members.get(name)
    if found is None:
        known = ", ".join(shape.members)
        raise ParamValidationError(report=f'Unknown parameter in {shape.name}: "{name}", must be one of: {known}')
    return found


def misfit(name: str) -> ParamValidationError:
    """Values in the shape or document of that name have other types than the model."""
    return ParamValidationError(report=f"Parameters in {name} have other types than the model")


def too_deep(name: str) -> ParamValidationError:
    return ParamValidationError(report=f"Parameters in {name} are nested too deep")
