"""Documents that are read while they are parsed: the same values, errors and request ids, whatever a piece holds."""

from __future__ import annotations

import random
from functools import cache
from typing import Any

import pytest
from tests.protocols.xml_oracle import own_models
from tests.support.xml_answers import answer

from osteon.codecs import xml
from osteon.codecs.xml_document import Growing
from osteon.exceptions import ResponseParserError
from osteon.http import Response
from osteon.model.loader import Loader

#: bytes of a piece; a document of at most four is parsed at once
PIECES = (1, 2, 7, 64)
#: lists in the root and below it, flattened ones, maps, unions, attributes, structures in structures
OPERATIONS = (
    ("s3", "ListObjectsV2"), ("s3", "GetBucketAcl"), ("s3", "GetBucketReplication"), ("s3", "ListBuckets"),
    ("ec2", "DescribeInstances"), ("ec2", "DescribeSecurityGroups"), ("route53", "ListResourceRecordSets"),
    ("cloudfront", "GetDistributionConfig"), ("s3control", "GetAccessGrant"),
)  # fmt: skip
KEYS = {"aws_access_key_id": "AKID", "aws_secret_access_key": "secret", "region_name": "eu-west-1"}


def read(shape: Any, node: Any) -> Any:
    """The values, or how the document is refused."""
    try:
        value = xml.decoder(shape)(node)
    except ResponseParserError as error:
        return str(error)
    # dicts are equal in whatever order; what users see printed is that of the document
    return value, repr(value)


@cache
def operation(service: str, name: str) -> Any:
    return Loader().service_model(service).operation_model(name)


@pytest.mark.parametrize(("service", "name"), OPERATIONS)
@pytest.mark.parametrize("piece", PIECES)
def test_random_answers_in_pieces(service: str, name: str, piece: int) -> None:
    model = operation(service, name)
    shape = model.output_shape.members[model.output_shape.payload] if model.output_shape.payload else model.output_shape
    for seed in range(12):
        body = answer(model, model.service_model.resolved_protocol, random.Random(seed))
        assert read(shape, xml.opened(body, piece)) == read(shape, xml.parse(body)), seed


SHAPES: dict[str, Any] = {
    "Out": {
        "type": "structure",
        "members": {
            "Text": {"shape": "String"},
            "Number": {"shape": "Integer"},
            "Grants": {"shape": "Grants"},
            "Flat": {"shape": "FlatGrants", "locationName": "flat"},
            "First": {"shape": "Grant", "locationName": "both"},
            "Both": {"shape": "FlatGrants", "locationName": "both"},
            "Map": {"shape": "Map"},
            "Choice": {"shape": "Choice"},
            "Out": {"shape": "Out"},
        },
    },
    "Grant": {
        "type": "structure",
        "members": {
            "Kind": {"shape": "String", "locationName": "kind", "xmlAttribute": True},
            "A": {"shape": "String"},
            "B": {"shape": "Strings"},
        },
    },
    "Grants": {"type": "list", "member": {"shape": "Grant"}},
    "FlatGrants": {"type": "list", "flattened": True, "member": {"shape": "Grant"}},
    "Strings": {"type": "list", "member": {"shape": "String"}},
    "Map": {"type": "map", "key": {"shape": "String"}, "value": {"shape": "Grants"}},
    "Choice": {"type": "structure", "union": True, "members": {"A": {"shape": "Grants"}, "N": {"shape": "Integer"}}},
    "String": {"type": "string"},
    "Integer": {"type": "integer"},
}
OUT = own_models("rest-xml", {"output": {"shape": "Out"}}, SHAPES)[0].output_shape

_GRANT = '<G kind="k"><A>a &amp; b</A><B><m>1</m><m>2</m><m/></B></G>'
#: what a root holds; each is read whole and in pieces
BODIES = [
    "",
    "<Text>one</Text><Number>5</Number>",
    "<Text>first</Text><Text>second</Text>",
    f"<Grants>{_GRANT * 5}</Grants><Text>behind</Text>",
    f"<Text>before</Text><Grants>{_GRANT}</Grants><Grants>{_GRANT * 2}</Grants>",
    '<flat kind="x"><A>a</A></flat><flat/><flat><B><m>1</m></B></flat>' * 3,
    "<both><A>a</A><B><m>1</m><m>2</m></B></both><both><B><m>3</m><m>4</m></B></both>",
    f"<Map><entry><key>k</key><value>{_GRANT * 3}</value></entry><entry><key>l</key><value/></entry></Map>",
    f"<Choice><A>{_GRANT * 3}</A></Choice>",
    f"<Choice><Unknown>{_GRANT * 3}</Unknown></Choice>",
    f"<Choice><A>{_GRANT}</A><N>3</N></Choice>",
    f"<Out><Out><Grants>{_GRANT * 2}</Grants><Text>inner</Text></Out><Text>outer</Text></Out><Text>outermost</Text>",
    f"<Strange>{_GRANT * 3}<Deep><Deeper>{_GRANT * 3}</Deeper></Deep></Strange><Text>behind</Text>",
    "<!-- a comment --><Text><![CDATA[<raw>]]> and more</Text><?pi?>",
    "<Text>" + "long " * 40 + "</Text><Number>7</Number>",
    "<Number>five</Number><Text>t</Text>",
    f"<Grants>{_GRANT * 3}</Grants><Number>many</Number>",
    "<Map><entry><key>k</key></entry></Map>",
]


@pytest.mark.parametrize("piece", PIECES)
@pytest.mark.parametrize("inner", BODIES)
def test_a_document_in_pieces(inner: str, piece: int) -> None:
    body = f'<?xml version="1.0"?>\n<Response xmlns="https://example.com/">{inner}</Response>'.encode() + b"\n" * 300
    node = xml.opened(body, piece)
    assert isinstance(node, Growing)
    assert read(OUT, node) == read(OUT, xml.parse(body))


#: what is wrong with a document -> the document
MALFORMED = {
    "cut off in a list": f"<R><Grants>{_GRANT * 3}",
    "cut off in a tag": f"<R><Grants>{_GRANT * 3}</Gra",
    "another end": f"<R><Grants>{_GRANT * 3}</Other></R>",
    "more behind the end": f"<R><Grants>{_GRANT * 3}</Grants></R><R/>",
    "an entity nobody declared": f"<R><Grants>{_GRANT * 3}</Grants><Text>&unknown;</Text></R>",
    "no root": "          \n          ",
    "text": "upstream connect error or disconnect/reset before headers",
}


@pytest.mark.parametrize("piece", PIECES)
@pytest.mark.parametrize("fault", MALFORMED)
def test_a_malformed_document_is_refused_wherever_it_breaks(fault: str, piece: int) -> None:
    body = MALFORMED[fault].encode()
    with pytest.raises(ResponseParserError, match="invalid XML received"):
        xml.decoder(OUT)(xml.opened(body, piece))


def test_a_document_type_is_refused_before_anything_is_parsed() -> None:
    with pytest.raises(ResponseParserError, match="document type"):
        xml.opened(b"<!DOCTYPE R [<!ENTITY a 'b'>]>" + b"<R>&a;</R>", 1)


def test_small_documents_are_parsed_at_once() -> None:
    assert not isinstance(xml.opened(b"<R><Text>t</Text></R>"), Growing)


@pytest.mark.parametrize("piece", PIECES)
def test_the_text_of_a_growing_element_is_all_of_it(piece: int) -> None:
    assert xml.opened(b'<R a="b">' + b"text " * 30 + b"</R>", piece).text == "text " * 30


# --- in a call


def _reservations(number: int) -> str:
    return "".join(f"<item><reservationId>r-{i:09}</reservationId></item>" for i in range(number))


@pytest.mark.parametrize("first", [True, False], ids=["id first", "id last"])
def test_a_big_answer_keeps_its_request_id(mode: Any, first: bool) -> None:
    client = mode.client("ec2", session=mode.session(**KEYS))
    identifier, held = "<requestId>id-1</requestId>", f"<reservationSet>{_reservations(3000)}</reservationSet>"
    body = f"<DescribeInstancesResponse>{identifier + held if first else held + identifier}</DescribeInstancesResponse>"
    client.meta.events.register("before-send", lambda **kwargs: Response(200, body=body.encode()))
    found = mode.do(client.describe_instances())
    assert [item["ReservationId"] for item in found["Reservations"]] == [f"r-{i:09}" for i in range(3000)]
    assert found["ResponseMetadata"]["RequestId"] == "id-1"


def test_a_big_answer_that_is_cut_off_is_an_error(mode: Any) -> None:
    client = mode.client("ec2", session=mode.session(**KEYS))
    body = f"<DescribeInstancesResponse><reservationSet>{_reservations(3000)}".encode()
    client.meta.events.register("before-send", lambda **kwargs: Response(200, body=body))
    with pytest.raises(ResponseParserError, match="invalid XML received"):
        mode.do(client.describe_instances())
