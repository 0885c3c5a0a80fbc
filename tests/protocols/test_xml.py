"""The XML codec: each trait in a table, read and written, beside botocore; and documents that mean harm."""

from __future__ import annotations

import contextlib
import datetime
import random
import tracemalloc
from typing import Any

import botocore.parsers
import botocore.serialize
import pytest
from tests.protocols.sweep_xml import differences
from tests.protocols.xml_oracle import operations, own_models, services

from osteon.codecs import xml
from osteon.exceptions import ParamValidationError, ResponseParserError
from osteon.model.shapes import XmlNamespace

NOON = datetime.datetime(2024, 5, 1, 12, 0, tzinfo=datetime.UTC)
XSI = "http://www.w3.org/2001/XMLSchema-instance"

#: Members of one structure, each with a trait of its own.
MEMBERS: dict[str, Any] = {
    "Text": {"shape": "String"},
    "Renamed": {"shape": "String", "locationName": "other"},
    "Spaced": {"shape": "String", "xmlNamespace": {"uri": "https://member/?a&b"}},
    "OldSpaced": {"shape": "String", "xmlNamespace": "https://member/?a&b"},
    "Letter": {"shape": "Letter"},
    "Flag": {"shape": "Boolean"},
    "Int": {"shape": "Integer"},
    "Float": {"shape": "Double"},
    "Blob": {"shape": "Bytes"},
    "Iso": {"shape": "Time"},
    "Rfc": {"shape": "Time", "timestampFormat": "rfc822"},
    "Unix": {"shape": "Time", "timestampFormat": "unixTimestamp"},
    "List": {"shape": "Strings"},
    "ItemList": {"shape": "Items"},
    "FlatList": {"shape": "FlatStrings"},
    "FlatRenamed": {"shape": "FlatStrings", "locationName": "item"},
    "Structures": {"shape": "Grants"},
    "Map": {"shape": "Map"},
    "KeyedMap": {"shape": "KeyedMap"},
    "FlatMap": {"shape": "FlatMap", "locationName": "kv"},
    "Grantee": {"shape": "Grantee"},
    "Empty": {"shape": "Nothing"},
    "Self": {"shape": "In"},
    "Choice": {"shape": "Choice"},
}
SHAPES: dict[str, Any] = {
    "In": {"type": "structure", "members": MEMBERS},
    "String": {"type": "string"},
    "Letter": {"type": "character"},
    "Boolean": {"type": "boolean"},
    "Integer": {"type": "integer"},
    "Double": {"type": "double"},
    "Bytes": {"type": "blob"},
    "Time": {"type": "timestamp"},
    "Strings": {"type": "list", "member": {"shape": "String"}},
    "Items": {"type": "list", "member": {"shape": "String", "locationName": "item"}},
    "FlatStrings": {"type": "list", "flattened": True, "member": {"shape": "String"}},
    "Grants": {"type": "list", "member": {"shape": "Grantee", "locationName": "Grant"}},
    "Map": {"type": "map", "key": {"shape": "String"}, "value": {"shape": "Integer"}},
    "KeyedMap": {
        "type": "map",
        "key": {"shape": "String", "locationName": "K"},
        "value": {"shape": "Strings", "locationName": "V"},
    },
    "FlatMap": {"type": "map", "flattened": True, "key": {"shape": "String"}, "value": {"shape": "String"}},
    "Grantee": {
        "type": "structure",
        "xmlNamespace": {"prefix": "xsi", "uri": XSI},
        "members": {
            "Type": {"shape": "String", "locationName": "xsi:type", "xmlAttribute": True},
            "Plain": {"shape": "String", "locationName": "plain", "xmlAttribute": True},
            "Id": {"shape": "String"},
        },
    },
    "Nothing": {"type": "structure", "members": {}},
    "Choice": {"type": "structure", "union": True, "members": {"A": {"shape": "String"}, "B": {"shape": "Integer"}}},
}
INPUT = {"shape": "In", "locationName": "Request", "xmlNamespace": {"uri": "https://service/doc/"}}
OURS, THEIRS = own_models("rest-xml", {"input": INPUT, "output": {"shape": "In"}}, SHAPES)

#: value, its elements inside the root
VALUES: list[tuple[dict[str, Any], str]] = [
    ({"Text": "<a & 'b' \"c\">"}, "<Text>&lt;a &amp; 'b' \"c\"&gt;</Text>"),
    ({"Text": ""}, "<Text />"),
    ({"Text": "  kept  \n"}, "<Text>  kept  \n</Text>"),
    ({"Renamed": "grüß 日本 \U0001f40d"}, "<other>grüß 日本 \U0001f40d</other>"),
    ({"Spaced": "x"}, '<Spaced xmlns="https://member/?a&amp;b">x</Spaced>'),
    ({"OldSpaced": "x"}, '<OldSpaced xmlns="https://member/?a&amp;b">x</OldSpaced>'),
    ({"Letter": "é"}, "<Letter>é</Letter>"),
    ({"Flag": True, "Int": -5}, "<Flag>true</Flag><Int>-5</Int>"),
    ({"Flag": False, "Int": 0}, "<Flag>false</Flag><Int>0</Int>"),
    ({"Float": 0.5}, "<Float>0.5</Float>"),
    ({"Float": float("inf")}, "<Float>Infinity</Float>"),
    ({"Float": float("-inf")}, "<Float>-Infinity</Float>"),
    ({"Blob": b"\x00\xff"}, "<Blob>AP8=</Blob>"),
    ({"Blob": b""}, "<Blob />"),
    ({"Iso": NOON}, "<Iso>2024-05-01T12:00:00Z</Iso>"),
    ({"Rfc": NOON}, "<Rfc>Wed, 01 May 2024 12:00:00 GMT</Rfc>"),
    ({"Unix": NOON}, "<Unix>1714564800</Unix>"),
    ({"List": ["a", "b"]}, "<List><member>a</member><member>b</member></List>"),
    ({"List": []}, "<List />"),
    ({"ItemList": ["a"]}, "<ItemList><item>a</item></ItemList>"),
    ({"FlatList": ["a", "b"]}, "<FlatList>a</FlatList><FlatList>b</FlatList>"),
    ({"FlatRenamed": ["a"]}, "<item>a</item>"),
    (
        {"Map": {"k": 1, "<": 2}},
        "<Map><entry><key>k</key><value>1</value></entry><entry><key>&lt;</key><value>2</value></entry></Map>",
    ),
    ({"Map": {}}, "<Map />"),
    ({"KeyedMap": {"k": ["a"]}}, "<KeyedMap><entry><K>k</K><V><member>a</member></V></entry></KeyedMap>"),
    ({"FlatMap": {"a": "1", "b": "2"}}, "<kv><key>a</key><value>1</value></kv><kv><key>b</key><value>2</value></kv>"),
    (
        {"Grantee": {"Type": 'a"<\n', "Plain": "p", "Id": "1"}},
        f'<Grantee xmlns:xsi="{XSI}" xsi:type="a&quot;&lt;&#10;" plain="p"><Id>1</Id></Grantee>',
    ),
    ({"Grantee": {"Plain": "p"}}, f'<Grantee xmlns:xsi="{XSI}" plain="p" />'),
    ({"Structures": [{"Id": "1"}]}, f'<Structures><Grant xmlns:xsi="{XSI}"><Id>1</Id></Grant></Structures>'),
    ({"Empty": {}}, "<Empty />"),
    ({"Self": {"Self": {"Text": "deep"}}}, "<Self><Self><Text>deep</Text></Self></Self>"),
    ({"Choice": {"B": 1}}, "<Choice><B>1</B></Choice>"),
]  # fmt: skip


def written(params: dict[str, Any]) -> bytes:
    return xml.encoder(OURS.input_shape, "Request")(params)


def test_what_is_no_number_stays_in_its_element() -> None:
    """Where nobody validated."""
    assert written({"Int": "1</Int><Flag>"}).endswith(b"><Int>1&lt;/Int&gt;&lt;Flag&gt;</Int></Request>")


def read(body: str | bytes) -> Any:
    document = body if isinstance(body, bytes) else body.encode()
    return xml.decoder(OURS.output_shape)(xml.parse(document))


def botocore_reads(body: str) -> Any:
    response = {"status_code": 200, "headers": {}, "body": body.encode(), "context": {}}
    parsed = botocore.parsers.create_parser("rest-xml").parse(response, THEIRS.output_shape)
    del parsed["ResponseMetadata"]
    return parsed


@pytest.mark.parametrize(("params", "inner"), VALUES)
def test_written_and_as_botocore_writes_it(params: dict[str, Any], inner: str) -> None:
    found = written(params)
    assert found.decode() == f'<Request xmlns="https://service/doc/">{inner}</Request>'
    serializer = botocore.serialize.create_serializer("rest-xml", False)
    assert found == serializer.serialize_to_request(params, THEIRS)["body"]


@pytest.mark.parametrize("root", ['<R xmlns="https://service/doc/">', "<R>", '<x:R xmlns:x="u">'])
@pytest.mark.parametrize(("params", "inner"), [case for case in VALUES if case[0] not in ({"List": []}, {"Map": {}})])
def test_what_is_written_reads_the_same(params: dict[str, Any], inner: str, root: str) -> None:
    body = f"{root}{inner}</{root[1:].split()[0].rstrip('>')}>"
    assert read(body) == params
    assert botocore_reads(body) == params


#: document, what it reads as: what servers send and no client writes
DOCUMENTS: list[tuple[str, Any]] = [
    ("<R/>", {}),
    ("<R><List/><Map/><Empty/></R>", {"List": [], "Map": {}, "Empty": {}}),
    ("<R><FlatList/></R>", {"FlatList": [""]}),
    ("<R><FlatList>a</FlatList><Text>t</Text><FlatList>b</FlatList></R>", {"FlatList": ["a", "b"], "Text": "t"}),
    ("<R><List><anything>a</anything></List></R>", {"List": ["a"]}),
    ("<R><Unknown><Text>no</Text></Unknown><Text>yes</Text></R>", {"Text": "yes"}),
    ("<R><Text><![CDATA[<!DOCTYPE a> & ]]></Text></R>", {"Text": "<!DOCTYPE a> & "}),
    ("<R>\n  <Text>t</Text>\n</R>", {"Text": "t"}),
    ("<R><Int> 7 </Int><Flag>TRUE</Flag></R>", {"Int": 7, "Flag": False}),
    ("<R><Float>NaN</Float></R>", "nan"),
    ("<R><Iso>2024-05-01T12:00:00.000Z</Iso><Rfc>1714564800</Rfc></R>", {"Iso": NOON, "Rfc": NOON}),
    ("<R><Map><entry><value>1</value><key>k</key></entry></Map></R>", {"Map": {"k": 1}}),
    ("<R><Choice><C>1</C></Choice></R>", {"Choice": {"SDK_UNKNOWN_MEMBER": {"name": "C"}}}),
    (f'<R><Grantee xmlns:p="{XSI}" p:type="T"/></R>', {"Grantee": {"Type": "T"}}),
    ("<R><Self><Self/></Self><Self/></R>", {"Self": {"Self": {}}}),
    ("<R><x:Text xmlns:x='u'>a</x:Text></R>", {"Text": "a"}),
]


@pytest.mark.parametrize(("body", "expected"), DOCUMENTS)
def test_read_as_botocore_reads_it(body: str, expected: Any) -> None:
    found = read(body)
    assert repr(found["Float"]) == "nan" if expected == "nan" else found == expected
    assert repr(found) == repr(botocore_reads(body)) or found == botocore_reads(body)


def test_a_repeated_scalar_is_its_first() -> None:
    # botocore gives a list of its parser's objects here
    assert read("<R><Text>1</Text><Text>2</Text></R>") == {"Text": "1"}


def test_a_flattened_list_goes_by_its_own_name_or_its_members() -> None:
    # Smithy's name (the own) and botocore's (the member's); a name that another member has stays that member's
    ours, _ = own_models(
        "rest-xml",
        {"output": {"shape": "In"}},
        {
            "In": {
                "type": "structure",
                "members": {
                    "List": {"shape": "Items", "locationName": "own", "flattened": True},
                    "Other": {"shape": "Items", "locationName": "Text", "flattened": True},
                    "Text": {"shape": "String"},
                },
            },
            "Items": SHAPES["Items"],
            "String": SHAPES["String"],
        },
    )
    decode = xml.decoder(ours.output_shape)
    assert decode(xml.parse(b"<R><own>a</own><own>b</own><Text>t</Text></R>")) == {"List": ["a", "b"], "Text": "t"}
    assert decode(xml.parse(b"<R><item>a</item></R>")) == {"List": ["a"], "Other": ["a"]}


#: a shape that is a document by itself or an item of another list or map: its name, document, value
ROOTS: list[tuple[str, str, Any]] = [
    ("Strings", "<R><a>1</a><b>2</b></R>", ["1", "2"]),
    ("FlatStrings", "<R>1</R>", ["1"]),
    ("Grants", "<R><Grant><Id>1</Id></Grant><Grant/></R>", [{"Id": "1"}, {}]),
    ("FlatMap", "<R><key>k</key><value>v</value></R>", {"k": "v"}),
    ("Integer", "<R>5</R>", 5),
]


@pytest.mark.parametrize(("name", "body", "expected"), ROOTS)
def test_shapes_that_are_documents(name: str, body: str, expected: Any) -> None:
    shape = OURS.service_model.shape_for(name)
    assert xml.decoder(shape)(xml.parse(body.encode())) == expected


def test_a_damaged_document_of_one_scalar() -> None:
    with pytest.raises(ResponseParserError, match="Integer: not a valid integer"):
        xml.decoder(OURS.service_model.shape_for("Integer"))(xml.parse(b"<R>five</R>"))


def test_two_members_of_one_element_name() -> None:
    shapes = {
        "In": {
            "type": "structure",
            "members": {
                "Event": {"shape": "String"},
                "Events": {"shape": "Events", "locationName": "Event"},
            },
        },
        "Events": {"type": "list", "flattened": True, "member": {"shape": "String"}},
        "String": {"type": "string"},
    }
    ours, _ = own_models("rest-xml", {"output": {"shape": "In"}}, shapes)
    decode = xml.decoder(ours.output_shape)
    assert decode(xml.parse(b"<R><Event>a</Event><Event>b</Event></R>")) == {"Event": "a", "Events": ["a", "b"]}


def test_a_carriage_return_survives() -> None:
    # botocore writes it bare, and every XML parser reads that as a line feed
    body = written({"Text": "a\r\nb"})
    assert b"a&#xD;\nb" in body
    assert read(body) == {"Text": "a\r\nb"}


def test_members_follow_the_order_of_a_schema() -> None:
    ours, _ = own_models("rest-xml", {"input": INPUT}, {**SHAPES, "In": {**SHAPES["In"], "xmlOrder": ["Int", "Text"]}})
    write = xml.encoder(ours.input_shape, "R", XmlNamespace.model_validate({"uri": "unused"}))
    assert b"<Int>1</Int><Text>t</Text><Flag>true</Flag></R>" in write({"Flag": True, "Text": "t", "Int": 1})


def test_a_namespace_given_stands_in_for_a_shape_without_one() -> None:
    namespace = XmlNamespace.model_validate({"uri": "https://n/", "prefix": "n"})
    assert xml.encoder(OURS.output_shape, "R", namespace)({}) == b'<R xmlns:n="https://n/" />'


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<R><Int>7x</Int></R>", "In.Int: not a valid integer"),
        ("<R><Int/></R>", "In.Int"),
        ("<R><Float>a</Float></R>", "In.Float"),
        ("<R><Iso>yesterday</Iso></R>", "In.Iso: not a valid timestamp"),
        ("<R><Unix>99999999999999999999</Unix></R>", "In.Unix"),
        ("<R><Blob>a</Blob></R>", "In.Blob"),
        ("<R><Map><entry><key>k</key></entry></Map></R>", "Map: an entry without key or value"),
        ("<R><Map><entry><cle>k</cle></entry></Map></R>", "unknown tag cle"),
        ("<R><Choice/></R>", "Choice must have one and only one member set"),
        ("<R><Choice><A/><B/></Choice></R>", "Choice must have one and only one member set"),
        ("", "Unable to parse response"),
        ("<R><Text></R>", "Unable to parse response"),
        ("<R>&nbsp;</R>", "Unable to parse response"),
        ("{}", "Unable to parse response"),
        ("<!DOCTYPE html><html></html>", "document type"),
        ("<R>\ud800</R>", "Unable to parse response"),
    ],
)
def test_a_damaged_answer_is_one_clear_error(body: str, text: str) -> None:
    with pytest.raises(ResponseParserError, match=text):
        read(body.encode("utf-8", "surrogatepass"))


def test_a_damaged_value_is_not_quoted() -> None:
    with pytest.raises(ResponseParserError) as caught:
        read("<R><Int>s3cret</Int></R>")
    assert "s3cret" not in str(caught.value)


BOMB = b"""<?xml version="1.0"?><!-- a --><?pi a?>
<!DOCTYPE R [<!ENTITY a "aaaaaaaaaa">%s]><R><Text>&j;</Text></R>""" % b"".join(
    b'<!ENTITY %c "%s">' % (letter, b"&%c;" % (letter - 1) * 10) for letter in range(ord("b"), ord("k"))
)
HOSTILE = {
    "entity bomb": BOMB,
    "external entity": b'\xef\xbb\xbf<!DOCTYPE R [<!ENTITY x SYSTEM "file:///etc/passwd">]><R><Text>&x;</Text></R>',
    "another encoding": BOMB.decode().encode("utf-16"),
    "declares another": b'<?xml version="1.0" encoding="utf-7"?><R>+ADw-</R><!DOCTYPE a>',
    "deep in itself": b"<R>" + b"<Self>" * 100_000 + b"</Self>" * 100_000 + b"</R>",
    "long prolog": b"<?a?>" * 20_000 + b"<!DOCTYPE",
    "zero bytes": b"<R>\x00</R>",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_document_is_one_clear_error(name: str) -> None:
    with pytest.raises(ResponseParserError):
        read(HOSTILE[name])


def test_depth_that_no_shape_asks_for_is_passed_over() -> None:
    assert read(b"<R><Text>t</Text>" + b"<x>" * 100_000 + b"</x>" * 100_000 + b"</R>") == {"Text": "t"}


def test_tags_without_end_do_not_fill_memory() -> None:
    decode = xml.decoder(OURS.output_shape)

    def read_strangers(first: int) -> None:
        for number in range(first, first + 200):
            tags = "".join(f"<tag-{number}-{tag}/>" for tag in range(50))
            found = decode(xml.parse(f'<R xmlns="n{number}"><Text>a</Text>{tags}</R>'.encode()))
            assert found == {"Text": "a"}

    read_strangers(0)
    tracemalloc.start()
    read_strangers(200)
    grown, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert grown < 100_000  # ten thousand tags would be ten times that


def test_parameters_nested_too_deep_are_one_clear_error() -> None:
    params: dict[str, Any] = {}
    for _ in range(100_000):
        params = {"Self": params}
    with pytest.raises(ParamValidationError, match="nested too deep"):
        written(params)
    while params:  # taken apart here, since a dict this deep is not freed safely by every interpreter
        params = params["Self"]


def test_text_that_utf8_cannot_hold() -> None:
    with pytest.raises(ParamValidationError, match="surrogate"):
        written({"Text": "\ud800"})


def test_any_text_comes_back() -> None:
    rng = random.Random(7)
    for _ in range(200):
        text = "".join(chr(rng.choice((rng.randint(32, 126), 9, 10, 13, rng.randint(160, 0xD7FF)))) for _ in range(30))
        assert read(written({"Text": text, "Grantee": {"Plain": text}})) == {"Text": text, "Grantee": {"Plain": text}}


#: attributes of every simple type; botocore can write text ones only, so that it is no oracle here
SCALARS = ("integer", "double", "boolean", "blob")
SHEET = {
    "Sheet": {
        "type": "structure",
        "members": {
            **{kind.title(): {"shape": kind, "xmlAttribute": True} for kind in SCALARS},
            "At": {"shape": "timestamp", "xmlAttribute": True, "locationName": "at", "timestampFormat": "rfc822"},
        },
    },
    **{kind: {"type": kind} for kind in (*SCALARS, "timestamp")},
}
SHEET_VALUE = {"Integer": 5, "Double": 46.5, "Boolean": False, "Blob": b"\xff", "At": NOON}
SHEET_TEXT = b'<Sheet Integer="5" Double="46.5" Boolean="false" Blob="/w==" at="Wed, 01 May 2024 12:00:00 GMT" />'


def test_attributes_have_the_types_of_their_members() -> None:
    ours, _ = own_models("rest-xml", {"input": {"shape": "Sheet"}, "output": {"shape": "Sheet"}}, SHEET)
    assert xml.encoder(ours.input_shape, "Sheet")(SHEET_VALUE) == SHEET_TEXT
    decode = xml.decoder(ours.output_shape)
    assert decode(xml.parse(SHEET_TEXT)) == SHEET_VALUE
    with pytest.raises(ResponseParserError, match=r"Sheet\.Integer: not a valid integer"):
        decode(xml.parse(b'<Sheet Integer="many" />'))


def test_random_bytes_are_an_osteon_error_at_most() -> None:
    rng, clean = random.Random(9), written({"Map": {"a": 1}, "Iso": NOON, "List": ["a"], "Blob": b"abc", "Int": 5})
    for _ in range(1000):
        data = bytearray(clean)
        for _ in range(rng.randint(1, 4)):
            data[rng.randrange(len(data))] = rng.randrange(256)
        with contextlib.suppress(ResponseParserError):
            assert isinstance(read(bytes(data)), dict)


@pytest.mark.parametrize("service", services(("rest-xml",)))
def test_a_sample_of_each_service_beside_botocore(service: str) -> None:
    rng = random.Random(service)
    assert not [found for pair in operations(service, rng, 5) for found in differences(*pair, rng)]
