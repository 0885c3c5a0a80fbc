"""Random XML answers of operations: successes, errors and damaged ones, as the query, ec2 and rest-xml protocols send
them. Works from osteon's shapes and from botocore's alike. What an answer means is for an oracle to say."""

from __future__ import annotations

import base64
import datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from tests.support.params import Style, random_value

STYLES = (Style(fill=0.8), Style(fill=0.4, special=0.8), Style(fill=1.0, items=5, millis=True))
IN_HEADERS = ("header", "headers", "statusCode")
NAMESPACES = (
    "",
    ' xmlns="https://example.com/doc/2010-05-08/"',
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"',
)


def answer(operation: Any, protocol: str, rng: Any) -> bytes:
    """The body of a successful answer."""
    shape = operation.output_shape
    name = f"{operation.name}Response"
    if shape is None:
        return document(name, _metadata(protocol), rng)
    payload = shape.serialization.get("payload")
    if protocol == "rest-xml" and payload:
        shape = shape.members[payload]
    inner = content(shape, random_value(shape, rng, 5, rng.choice(STYLES)), rng)
    wrapper = shape.serialization.get("resultWrapper")
    if wrapper:
        inner = element(wrapper, inner)
    return document(name, inner + _metadata(protocol), rng)


def error_answer(operation: Any, protocol: str, rng: Any) -> bytes:
    """The body of an error, one of the operation's own where it has some."""
    shapes = list(operation.error_shapes)
    shape = rng.choice(shapes) if shapes and rng.random() < 0.8 else None
    code = "Unmodeled.Thing" if shape is None else (shape.metadata.get("error", {}).get("code") or shape.name)
    inner = element("Code", code) + element("Message", escape("What <went> & wrong"))
    if shape is not None:
        value = random_value(shape, rng, 3, rng.choice(STYLES))
        spare = {key: item for key, item in value.items() if key.lower() not in ("message", "code")}
        inner += content(shape, spare, rng)
    if rng.random() < 0.5:
        inner = element("Type", "Sender") + inner + "<Detail/>"
    fault = element("Error", inner)
    if protocol == "ec2":
        return document("Response", element("Errors", fault) + element("RequestID", "id-1"), rng)
    if protocol == "rest-xml" and rng.random() < 0.5:
        return element("Error", inner + "<RequestId>id-2</RequestId><HostId>h</HostId>").encode()
    return document("ErrorResponse", fault + element("RequestId", "id-3"), rng)


def document(name: str, inner: str, rng: Any) -> bytes:
    declaration = rng.choice(("", '<?xml version="1.0" encoding="UTF-8"?>\n', "<!-- a proxy was here -->"))
    return f"{declaration}<{name}{rng.choice(NAMESPACES)}>{inner}</{name}>".encode()


def element(name: str, inner: str, attributes: str = "") -> str:
    return f"<{name}{attributes}>{inner}</{name}>" if inner else f"<{name}{attributes}/>"


def _metadata(protocol: str) -> str:
    if protocol == "ec2":
        return element("requestId", "id-4")
    return element("ResponseMetadata", element("RequestId", "id-5")) if protocol == "query" else ""


def content(shape: Any, value: Any, rng: Any) -> str:
    """What stands between the tags of a value."""
    if shape.type_name == "structure":
        return _members(shape, value, rng)
    if shape.type_name == "list":
        name = rng.choice(("member", "item", shape.member.serialization.get("name") or "anything"))
        return "".join(_element(name, shape.member, item, rng) for item in value)
    if shape.type_name == "map":
        return "".join(element("entry", _entry(shape, key, item, rng)) for key, item in value.items())
    return _text(shape, value, rng)


def _members(shape: Any, value: dict[str, Any], rng: Any) -> str:
    pieces: list[str] = []
    for name, item in value.items():
        member = shape.members[name]
        traits = member.serialization
        if traits.get("location") in IN_HEADERS or traits.get("xmlAttribute"):
            continue
        tag = traits.get("name") or name
        if traits.get("flattened") and member.type_name == "list":
            tag = member.member.serialization.get("name") or tag
            pieces += [_element(tag, member.member, one, rng) for one in item]
        elif traits.get("flattened"):
            pieces += [element(tag, _entry(member, key, one, rng)) for key, one in item.items()]
        else:
            pieces.append(_element(tag, member, item, rng))
    if not getattr(shape, "is_tagged_union", False) and rng.random() < 0.1:
        pieces.append(element("NobodyKnows", "<Deep>1</Deep>"))
    rng.shuffle(pieces)
    return "".join(pieces)


def _element(name: str, shape: Any, value: Any, rng: Any) -> str:
    attributes = ""
    if shape.type_name == "structure":
        for key, member in shape.members.items():
            if member.serialization.get("xmlAttribute") and key in value:
                attributes += f" {member.serialization['name']}={quoteattr(str(value[key]))}"
        if "xsi:" in attributes:
            attributes += NAMESPACES[2]
    return element(name, content(shape, value, rng), attributes)


def _entry(shape: Any, key: Any, value: Any, rng: Any) -> str:
    pair = [
        _element(shape.key.serialization.get("name") or "key", shape.key, key, rng),
        _element(shape.value.serialization.get("name") or "value", shape.value, value, rng),
    ]
    rng.shuffle(pair)
    return "".join(pair)


def _text(shape: Any, value: Any, rng: Any) -> str:
    if shape.type_name == "timestamp":
        return _moment(value, rng)
    if shape.type_name == "boolean":
        return "true" if value else "false"
    if shape.type_name == "blob":
        return base64.b64encode(value).decode()
    return escape(str(value))


def _moment(value: datetime.datetime, rng: Any) -> str:
    return rng.choice(
        (
            value.replace(tzinfo=None).isoformat() + "Z",
            value.isoformat(),
            value.strftime("%a, %d %b %Y %H:%M:%S GMT"),
            str(int(value.timestamp())),
        )
    )
