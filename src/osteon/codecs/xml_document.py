"""XML text to elements: whole, or piece by piece while they are read. No shapes, no values.

A big listing as a tree takes several times its size, and what is read of it is long out of the processor's caches by
then; read while it is parsed, its elements live only as long as they are looked at. Source: XML 1.0.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Protocol, overload
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser

from osteon.exceptions import ResponseParserError

# Everything that may stand before a document type; possessive, so that a hostile prolog costs linear time.
_DOCUMENT_TYPE = re.compile(rb"(?:\xef\xbb\xbf)?(?:\s|<\?(?>.*?\?>)|<!--(?>.*?-->))*+<!DOCTYPE", re.DOTALL)
#: Bytes that are parsed at once, of a document that is read while it is parsed. A document of few pieces is not.
PIECE = 16 * 1024
_FEW = 4


class Node(Protocol):
    """An element, or one that still grows: iterated once, it gives its children."""

    @property
    def tag(self) -> str: ...

    @property
    def text(self) -> str | None: ...

    @property
    def attrib(self) -> dict[str, str]: ...

    def __iter__(self) -> Iterator[Node]: ...


def parse(body: bytes) -> Element:
    """The root element of a UTF-8 document. Raises ResponseParserError where it is not well-formed or brings a DTD.

    Document types are refused because they declare entities, and entities grow without bound when expanded.
    """
    _refuse_document_type(body)
    parser = XMLParser(encoding="utf-8")
    try:
        parser.feed(body)
        return parser.close()
    except ParseError as error:
        raise _malformed(error) from None


def opened(body: bytes, piece: int = PIECE) -> Node:
    """As :func:`parse`, but a document of many pieces is parsed while its root is iterated, and raises only then."""
    if len(body) <= _FEW * piece:
        return parse(body)
    _refuse_document_type(body)
    text = _Text(body, piece)
    return Growing(text.root(), text.go_on, lambda: text.ended)


def whole(node: Node) -> Node:
    """A node that may be iterated several times."""
    return node.whole() if isinstance(node, Growing) else node


def local_name(tag: str) -> str:
    """A tag without its namespace."""
    return tag.rpartition("}")[2]


@overload
def child(node: Element, name: str) -> Element | None: ...
@overload
def child(node: Node, name: str) -> Node | None: ...
def child(node: Node, name: str) -> Node | None:
    """The first child of that local name."""
    return next((item for item in node if local_name(item.tag) == name), None)


class Growing:
    """An element that is still being parsed. Children that have children are forgotten when they have been given."""

    __slots__ = ("_closed", "_go_on", "_node")

    def __init__(self, node: Element, go_on: Callable[[], None], closed: Callable[[], bool]) -> None:
        """``go_on`` parses one more piece; ``closed``: whether the element has ended."""
        self._node, self._go_on, self._closed = node, go_on, closed

    @property
    def tag(self) -> str:
        return self._node.tag

    @property
    def text(self) -> str | None:
        return self.whole().text

    @property
    def attrib(self) -> dict[str, str]:
        return self._node.attrib

    def whole(self) -> Element:
        """The element itself, with all that it holds."""
        while not self._closed():
            self._go_on()
        return self._node

    def __iter__(self) -> Iterator[Node]:
        node, place = self._node, 0
        while True:
            closed = self._closed()
            for item in node[place:] if closed else node[place:-1]:  # the last child may still grow
                if len(item):
                    del node[place]
                else:
                    place += 1
                yield item
            if closed:
                return
            if len(node) > place and len(node[place]) > 1:
                last = node[place]
                del node[place]
                yield Growing(last, self._go_on, partial(self._holds_more, place))
            else:
                self._go_on()

    def _holds_more(self, place: int) -> bool:
        """Whether the child that was taken out from there has ended: another has begun, or this element has ended."""
        return len(self._node) > place or self._closed()


class _Text:
    """A document and how far it is parsed."""

    def __init__(self, body: bytes, piece: int) -> None:
        self._body, self._piece, self._place = memoryview(body), piece, 0
        builder = TreeBuilder()
        # The root becomes a child of an element of our own, so that it can be had before the document has ended.
        self._holder: Element = builder.start("", {})
        self._parser = XMLParser(target=builder, encoding="utf-8")
        self.ended = False

    def root(self) -> Element:
        while not len(self._holder):
            self.go_on()
        return self._holder[0]

    def go_on(self) -> None:
        """Parse one more piece. Raises ResponseParserError."""
        place, self._place = self._place, self._place + self._piece
        try:
            self._parser.feed(self._body[place : self._place])
            if self._place >= len(self._body):
                self._parser.close()
                self.ended = True
        except ParseError as error:
            raise _malformed(error) from None


def _refuse_document_type(body: bytes) -> None:
    if _DOCUMENT_TYPE.match(body):
        raise ResponseParserError("Unable to parse response: it has a document type, as no service sends (HTML?)")


def _malformed(error: ParseError) -> ResponseParserError:
    reason = f"Unable to parse response ({error}), invalid XML received. Further retries may succeed"
    return ResponseParserError(reason)
