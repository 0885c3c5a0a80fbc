"""Docstrings of operations, from the model's HTML. Text only; nothing here decides when they are made."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from html.parser import HTMLParser

from osteon.model.service import OperationModel
from osteon.model.shapes import ListShape, MapShape, Shape, StructureShape

_WIDTH = 100
_BLOCKS = frozenset({"p", "ul", "ol", "li", "dl", "dt", "dd", "note", "important", "h1", "h2", "h3", "h4", "pre"})
_SPACE = re.compile(r"\s+")


class _Plain(HTMLParser):
    """Collects the text of a fragment: a paragraph an item, list entries marked."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.paragraphs: list[str] = [""]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self.paragraphs.append("- " if tag == "li" else "")
        elif tag == "code":
            self.paragraphs[-1] += "``"

    def handle_endtag(self, tag: str) -> None:
        if tag == "code":
            self.paragraphs[-1] += "``"
        elif tag in _BLOCKS:
            self.paragraphs.append("")

    def handle_data(self, data: str) -> None:
        self.paragraphs[-1] += _SPACE.sub(" ", data)


def plain_text(html: str) -> list[str]:
    """The paragraphs of a piece of model documentation, as plain text."""
    parser = _Plain()
    parser.feed(html)
    parser.close()
    merged: list[str] = []
    for paragraph in parser.paragraphs:
        text = paragraph.strip()
        if merged and merged[-1] == "-":
            merged[-1] = f"- {text}"
        elif text:
            merged.append(text)
    return [text for text in merged if text != "-"]


def operation_docstring(operation: OperationModel) -> str:
    """What ``help()`` shows of an operation: its text, its parameters, what it returns, the errors it may raise."""
    lines = [line for text in plain_text(operation.documentation) for line in (*textwrap.wrap(text, _WIDTH), "")]
    if operation.deprecated:
        lines += [f"Deprecated. {operation.deprecated_message or ''}".rstrip(), ""]
    lines += _members("Parameters:", operation.input_shape)
    lines += _members("Returns a dict with:", operation.output_shape)
    if operation.error_shapes:
        lines += ["Raises:", *(f"    client.exceptions.{shape.name}" for shape in operation.error_shapes), ""]
    return "\n".join(lines).rstrip() + "\n"


def _members(title: str, shape: StructureShape | None) -> Iterator[str]:
    if shape is None or not shape.members:
        return
    yield title
    ordered = sorted(shape.members.items(), key=lambda item: item[0] not in shape.required)
    for name, member in ordered:
        yield f"    {name} ({type_phrase(member)}){' [required]' if name in shape.required else ''}"
        for text in plain_text(shape.member_documentation(name))[:1]:
            yield from textwrap.wrap(text, _WIDTH, initial_indent=" " * 8, subsequent_indent=" " * 8)
    yield ""


def type_phrase(shape: Shape, within: tuple[str, ...] = ()) -> str:
    """A shape's Python type in a few words: ``list of dict Tag``. ``within``: the lists and maps it is told in."""
    if shape.name in within:
        return "the same again"
    if shape.enum:
        shown = " | ".join(repr(value) for value in shape.enum[:8])
        return shown + (" | ..." if len(shape.enum) > 8 else "")
    if isinstance(shape, ListShape):
        return f"list of {type_phrase(shape.member, (*within, shape.name))}"
    if isinstance(shape, MapShape):
        return f"dict of str to {type_phrase(shape.value, (*within, shape.name))}"
    if isinstance(shape, StructureShape):
        return "JSON value" if shape.document else f"dict {shape.name}"
    if shape.type == "blob":
        return "bytes or a file" if shape.streaming else "bytes"
    return _SCALARS[shape.type]


_SCALARS = {
    "string": "str", "boolean": "bool", "integer": "int", "long": "int", "float": "float", "double": "float",
    "timestamp": "datetime",
}  # fmt: skip
