"""CBOR and rpc-v2-cbor: RFC 8949's examples, hostile bodies, and a seeded sample against botocore."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import botocore.model
import cbor2
import pytest
from tests.protocols import oracle, sweep
from tests.protocols.test_json import OPERATION, THING, nested

from osteon.codecs import cbor
from osteon.exceptions import ParamValidationError, ResponseParserError
from osteon.http import Headers, Response
from osteon.model.service import ServiceModel
from osteon.protocols.base import SerializerOptions
from osteon.protocols.registry import protocol

HALF_PAST = dt.datetime(2013, 3, 21, 20, 4, 0, 500_000, tzinfo=dt.UTC)
#: From RFC 8949, appendix A.
EXAMPLES: list[tuple[str, Any]] = [
    ("00", 0), ("17", 23), ("1818", 24), ("1903e8", 1000), ("1bffffffffffffffff", 2**64 - 1), ("20", -1),
    ("3903e7", -1000), ("3bffffffffffffffff", -(2**64)), ("f90000", 0.0), ("fb3ff199999999999a", 1.1),
    ("f97bff", 65504.0),
    ("fa47c35000", 100000.0), ("f97c00", float("inf")), ("f4", False), ("f5", True), ("f6", None), ("f7", None),
    ("c11a514b67b0", dt.datetime(2013, 3, 21, 20, 4, tzinfo=dt.UTC)), ("4401020304", b"\x01\x02\x03\x04"),
    ("64f0908591", "\U00010151"), ("83010203", [1, 2, 3]), ("a26161016162820203", {"a": 1, "b": [2, 3]}),
    ("5f42010243030405ff", b"\x01\x02\x03\x04\x05"), ("7f657374726561646d696e67ff", "streaming"), ("9fff", []),
    ("9f018202039f0405ffff", [1, [2, 3], [4, 5]]), ("bf61610161629f0203ffff", {"a": 1, "b": [2, 3]}),
    ("a16161f6", {"a": None}), ("", {}), ("c249010000000000000000", 2**64), ("c349010000000000000000", -(2**64) - 1),
    ("d9d9f7820102", [1, 2]), ("f90050", 1.25 * 2**-18), ("c1fb41d452d9ec200000", HALF_PAST),
]  # fmt: skip


@pytest.mark.parametrize(("data", "expected"), EXAMPLES)
def test_read(data: str, expected: Any) -> None:
    assert cbor.parse(bytes.fromhex(data)) == expected


@pytest.mark.parametrize(
    "data",
    [
        "18", "1b00", "62c3", "62c328", "8201", "9f01", "bf6161", "5f01ff", "7f01ff", "1c", "c0",
        "c11bffffffffffffffff", "c074323031332d30332d3231", "c163323031", "c201", "c2f6", "c36161", "d81840",
        "c1f97e00", "a1820101", "a1", "fc", "f8ff", "ff", "9bffffffffffffffff01",
        "5bffffffffffffffff01", "81" * 5000, "9f" * 5000, "c1" * 5000,
    ],
)  # fmt: skip
def test_damaged_bodies_are_one_clear_error(data: str) -> None:
    with pytest.raises(ResponseParserError, match="CBOR"):
        cbor.parse(bytes.fromhex(data))


MAPS: dict[str, Any] = {
    "String": {"type": "string"},
    "Long": {"type": "long"},
    "Dense": {"type": "map", "key": {"shape": "String"}, "value": {"shape": "Long"}},
    "Sparse": {"type": "map", "key": {"shape": "String"}, "value": {"shape": "Long"}, "sparse": True},
    "DenseOfDense": {"type": "map", "key": {"shape": "String"}, "value": {"shape": "Dense"}},
    "Maps": {"type": "structure", "members": {name: {"shape": name} for name in ("Dense", "Sparse", "DenseOfDense")}},
}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"Dense": {"a": 1, "b": None}}, {"Dense": {"a": 1}}),
        ({"Sparse": {"a": 1, "b": None}}, {"Sparse": {"a": 1, "b": None}}),
        ({"DenseOfDense": {"a": {"b": None}, "c": None}}, {"DenseOfDense": {"a": {}}}),
        ({"Dense": None, "Unknown": {"a": None}}, {}),
        ({"Dense": {}}, {"Dense": {}}),
    ],
)
def test_nulls_stay_in_sparse_maps_alone(given: dict[str, Any], expected: dict[str, Any]) -> None:
    shape = ServiceModel.from_dict({"metadata": {"serviceId": "X"}, "operations": {}, "shapes": MAPS}).shape_for("Maps")
    assert cbor.decoder(shape)(cbor.parse(cbor2.dumps(given))) == expected


@pytest.mark.parametrize(
    "value",
    [
        {"Name": "é" * 300, "Names": ["a"] * 30, "Long": -(2**40)},
        {"Double": float("-inf"), "Blob": b"x" * 70_000},
        {"Time": dt.datetime(2024, 2, 29, 12, 30, 15, 250000, dt.UTC), "Ages": {"a": 1, "b": -30}},
        {"Inner": {"Inner": {"Choice": {"b": 5}}}, "Names": ("a", None)},
    ],
)
def test_another_library_reads_what_is_written(value: dict[str, Any]) -> None:
    written = cbor2.loads(cbor.encoder(THING)(value))
    expected = {("name" if key == "Name" else key): item for key, item in value.items()}
    expected = {key: list(item) if isinstance(item, tuple) else item for key, item in expected.items()}
    assert written == expected


REFUSED: list[dict[str, Any]] = [
    {"Long": 2**64}, {"Unknown": 1}, {"Name": "\ud800"}, {"Time": "x"}, {"Long": "x"}, {"Inner": 5}, {"Blob": 5},
    {"Double": "x"}, nested(5000),
]  # fmt: skip


@pytest.mark.parametrize("value", REFUSED)
def test_refused(value: dict[str, Any]) -> None:
    with pytest.raises(ParamValidationError):
        cbor.encoder(THING)(value)


def test_request_and_unreadable_error() -> None:
    spoken = protocol("smithy-rpc-v2-cbor")
    draft = spoken.serializer(OPERATION, SerializerOptions())({"Name": "a"})
    assert (draft.method, draft.path, draft.body) == ("POST", "/service/X_1/operation/Do", b"\xa1dnameaa")
    assert draft.headers["smithy-protocol"] == "rpc-v2-cbor"
    parsed = spoken.error_parser(OPERATION)(Response(502, Headers(), b"<html>proxy</html>"))
    assert parsed["Error"] == {"Code": "502", "Message": "Bad Gateway"}


EVENTS = {
    "metadata": {
        "apiVersion": "2024-01-01", "protocol": "smithy-rpc-v2-cbor", "serviceId": "X", "targetPrefix": "X_1",
        "endpointPrefix": "x", "protocols": ["smithy-rpc-v2-cbor"],
    },
    "operations": {
        f"{sent}{got}": {
            "name": f"{sent}{got}", "http": {"method": "POST", "requestUri": "/"}, "input": {"shape": sent},
            "output": {"shape": got},
        }
        for sent in ("Plain", "Streamed") for got in ("Plain", "Streamed")
    },
    "shapes": {
        "Plain": {"type": "structure", "members": {"Name": {"shape": "Text"}}},
        "Streamed": {"type": "structure", "members": {"Name": {"shape": "Text"}, "Events": {"shape": "Events"}}},
        "Events": {"type": "structure", "members": {"Said": {"shape": "Said"}}, "eventstream": True},
        "Said": {"type": "structure", "members": {}, "event": True},
        "Text": {"type": "string"},
    },
}  # fmt: skip


@pytest.mark.parametrize("name", EVENTS["operations"])
def test_what_is_sent_is_called_by_its_own_type_and_not_by_that_of_the_answer(name: str) -> None:
    params = {"Name": "a"}
    ours = oracle.ours_request("smithy-rpc-v2-cbor", ServiceModel.from_dict(EVENTS).operation_model(name), params)
    theirs = botocore.model.ServiceModel(EVENTS, "x").operation_model(name)
    assert ours == oracle.theirs_request("smithy-rpc-v2-cbor", theirs, params)


@pytest.mark.parametrize("service", ["cloudwatch", "sqs", "kinesis", "logs"])
def test_like_botocore(service: str) -> None:
    rng = random.Random(service)
    pairs = list(oracle.operations(service))[:20]
    found = [d for ours, theirs in pairs for d in sweep.differences("smithy-rpc-v2-cbor", ours, theirs, rng)]
    assert not found, "\n".join(map(str, found))
