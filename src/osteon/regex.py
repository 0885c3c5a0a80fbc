"""Regular expressions that are compiled when first used: a start pays for none that it does not need."""

from __future__ import annotations

import re
from typing import Any, AnyStr, cast


class _Later:
    """Its methods come to be when they are first asked for, and stay, so that further calls cost nothing more."""

    def __init__(self, pattern: str | bytes, flags: int) -> None:
        self.pattern, self.flags = pattern, flags

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # copy and pickle ask for what no pattern has
            raise AttributeError(name)
        made = getattr(re.compile(self.pattern, self.flags), name)
        setattr(self, name, made)
        return made


def later(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """As :func:`re.compile`, at the first use. For patterns in the source: a wrong one shows only then."""
    return cast("re.Pattern[AnyStr]", _Later(pattern, flags))
