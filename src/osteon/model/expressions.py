"""JMESPath expressions in the files beside a model: whether one is any. Nothing is searched by them here."""

from __future__ import annotations

from osteon.exceptions import ModelError


def checked(expression: str, pointer: str = "", kind: type[ModelError] = ModelError) -> str:
    """``expression`` itself. Raises ``kind`` for what is none; which file it stands in, its reader knows."""
    # Imported here: most programs page nothing, wait for nothing and make no resources.
    import jmespath
    from jmespath.exceptions import JMESPathError

    try:
        jmespath.compile(expression)  # which remembers it
    except JMESPathError as error:
        # Its first line ends in a colon: the expression follows, with a mark under the place.
        said = str(error).splitlines()[0].removesuffix(":").removesuffix(", for expression")
        said = said.removeprefix("Invalid jmespath expression: ")
        reason = f"{expression!r} is no JMESPath expression: {said}"
        raise kind(origin="", pointer=pointer, reason=reason) from None
    return expression
