"""Lines of a generated file: classes, TypedDicts, docstrings. Knows Python's grammar and no service."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import unescape

from osteon.stubs.annotations import Item
from osteon.stubs.names import Imports, is_name

_TAG = re.compile(r"<[^>]*>")
_PARAGRAPH = re.compile(r"</?(?:p|ul|ol|li|dl|dt|dd|note|important|h[1-6]|pre|br)\b[^>]*>", re.IGNORECASE)
_WIDTH = 110

#: on methods that take less than the base's, so that mistakes are found; both checkers read it
NARROWED = "  # type: ignore[override]"
#: the same where pyright blames another line than mypy: the last overload
PYRIGHT = "  # pyright: ignore[reportIncompatibleMethodOverride]"


def typed_dict(
    name: str, items: Sequence[Item], imports: Imports, *, base: str | None = None, read_only: bool = False
) -> list[str]:
    """A TypedDict, alone or added to a ``base``.

    As a class, or by a call where a key is no attribute's name.
    """
    # Only the rarer kind of keys is marked: what is not there need not be read by type checkers.
    total = 2 * sum(item.required for item in items) >= len(items)
    rows = [(item.key, value_text(item, imports, read_only=read_only, total=total)) for item in items]
    ending = "" if total else ", total=False"
    if fits_class(items):
        bases = base or imports["TypedDict"]
        return klass(name, f"{bases}{ending}", (f"{key}: {value}" for key, value in rows))
    called = name if base is None else f"_{name}Needs"
    lines = [f'{called} = {imports["TypedDict"]}("{called}", {{', *(f"    {key!r}: {value}," for key, value in rows)]
    joined = [] if base is None else [f"class {name}({base}, {called}): ..."]
    return [*lines, f"}}{ending})", *joined]


def value_text(item: Item, imports: Imports, *, read_only: bool = False, total: bool = True) -> str:
    """The annotation of a key in a TypedDict whose keys are all required, or (not ``total``) all optional."""
    value = f"{imports['ReadOnly']}[{item.annotation}]" if read_only else item.annotation
    if item.required == total:
        return value
    # It stands outside ReadOnly: within a call of TypedDict, pyright knows it nowhere else.
    return f"{imports['Required' if item.required else 'NotRequired']}[{value}]"


def fits_class(items: Iterable[Item]) -> bool:
    return all(is_name(item.key) and not item.key.startswith("__") for item in items)


def klass(name: str, bases: str, body: Iterable[str]) -> list[str]:
    lines = [f"    {line}" for line in body]
    heading = f"class {name}({bases}):" if bases else f"class {name}:"
    return [heading, *lines] if lines else [f"{heading} ..."]


def prop(name: str, annotation: str, imports: Imports) -> list[str]:
    return [f"@{imports['property']}", f"def {name}(self) -> {annotation}: ..."]


def literal_text(values: Iterable[str], name: str = "Literal") -> str:
    return f"{name}[{', '.join(map(repr, values))}]"


def function(signature: str, doc: Sequence[str]) -> list[str]:
    """A function whose body is its docstring, or nothing."""
    return [f"{signature}:", *(f"    {line}" for line in doc)] if doc else [f"{signature}: ..."]


def docstring(html: str) -> list[str]:
    """The first paragraph of a model's documentation as the lines of a docstring; none where it says nothing."""
    first = next((text for part in _PARAGRAPH.split(html) if (text := _plain(part))), "")
    safe = [line.replace("\\", "\\\\").replace('"""', "'''") for line in _wrapped(first)]
    if not safe:
        return []
    if len(safe) == 1:
        return [f'"""{_closed(safe[0])}"""']
    return [f'"""{safe[0]}', *safe[1:], '"""']


def _wrapped(text: str) -> list[str]:
    """Its words in lines. The standard library's way to do it took a tenth of the time of a whole package."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        if line and len(line) + len(word) >= _WIDTH:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return [*lines, line] if line else lines


def _closed(line: str) -> str:
    return f"{line} " if line.endswith('"') else line


def _plain(html: str) -> str:
    return " ".join(unescape(_TAG.sub("", html)).split())
