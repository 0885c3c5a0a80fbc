"""Standard mode says what botocore says: the same verdict and the same text, value by value."""

from __future__ import annotations

import datetime
import decimal
import io
import json
import pathlib
import random
import warnings
from typing import Any

import pytest
from tests.validation import oracle
from tests.validation.sweep import differences

OURS, THEIRS = oracle.own_models(json.loads((pathlib.Path(__file__).parent / "shapes.json").read_text()))
INPUT, THEIR_INPUT = OURS.shape_for("Input"), THEIRS.shape_for("Input")
UTC = datetime.UTC


class Text(str):
    __slots__ = ()


#: Values of every kind; each is tried on each member of the input.
VALUES: list[Any] = [
    None, True, False, 0, 1, -1, 5, 2000, 10**30, 10**400, 0.5, 1.0, 0.1, float("nan"), float("inf"),
    decimal.Decimal("0.7"),
    decimal.Decimal("NaN"), 1j, "", "a", "abc", "abcdef", "ABC", "low", Text("abc"), "é" * 3, "\ud800", b"", b"x",
    b"abc",
    bytearray(b"abc"), memoryview(b"abc"), io.BytesIO(b"abc"), io.StringIO("abc"), object, [], ["abc"], ["a", 1, None],
    [["abc"]], (), ("abc",), {"abc"}, frozenset(), range(2), {}, {"abc": "x"}, {"a": 1, "b": None}, {1: 2}, {None: "x"},
    {(1,): ()}, {"One": "x"}, {"One": "x", "Two": 0}, {"Two": 0}, {"Three": {"Three": {}}}, {"Nine": 9},
    {"Leaf": 1, "Left": {"Leaf": "x", "Right": {"Leaf": None, "Top": 1}}, "All": [{"Leaf": 1}, 5]},
    {"a": {"b": [1, {"c": b"x"}]}, "d": object()}, [[b"x"], {"k": {1}}], {"a": [None, True, 1.5, "x", {}]},
    [[], [[]], 3],
    datetime.datetime(2020, 1, 1), datetime.datetime(2020, 1, 1, tzinfo=UTC), datetime.date(2020, 1, 1),
    datetime.time(1),
    datetime.datetime.max.replace(tzinfo=datetime.timezone(-datetime.timedelta(hours=5))), "2020", "2020-01-01",
    "2020-01-01T00:00:00Z", "2020-01-01T00:00:00.5+02:00", "2020-01-01 10:00", "2020-13-01", "2020-13-45",
    "20200101T101010Z",
    "20200101101010", "Wed, 02 Oct 2002 13:00:00 GMT", "October 2 2002", "1.5", "1e3", "-1", "nan", "1e400", "tomorrow",
    "2020-02-30", "2020-W01-1", "2020-01-01T24:00:00Z", "2020-01-01T10:00:00+99:99", " 2020-01-01 ", "10:00", 10**11,
    10**13,
]  # fmt: skip


def report_of(params: Any) -> str | None:
    return oracle.osteon_report(params, INPUT)


@pytest.mark.parametrize("member", list(INPUT.members))
def test_every_member_takes_and_refuses_what_botocore_does(member: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for value in VALUES:
            for params in ({"Name": "abc", member: value}, {member: value, "Nope": 1}):
                ours, theirs = report_of(params), oracle.botocore_report(params, THEIR_INPUT)
                if theirs in ("RuntimeError", "OverflowError", "InvalidOperation", "AttributeError"):
                    assert ours is not None, f"{value!r}: botocore ends in {theirs}, osteon accepts"
                else:
                    assert ours == theirs, repr(value)


@pytest.mark.parametrize("params", [None, [], "x", 1, (), {"Name": "abc"}, {}, {"Name": None, 7: 7, "": ""}])
def test_whole_inputs(params: Any) -> None:
    assert report_of(params) == oracle.botocore_report(params, THEIR_INPUT)


def test_all_faults_are_told_in_botocores_order() -> None:
    params = {
        "Zzz": 1, "Tags": {"ab": 1, "abc": 2}, "Names": ["a", "abc", 3], "Choice": {"One": 1, "Two": 0}, "Aaa": 2,
        "Tree": {"All": [{"Left": {"Leaf": 1}}], "Bad": 1}, "Any": {"x": [{"y": b""}]}, "When": "never",
    }  # fmt: skip
    ours = report_of(params)
    assert ours == oracle.botocore_report(params, THEIR_INPUT)
    assert ours is not None
    assert len(ours.splitlines()) == 15
    assert "Tree.All[0].Left.Leaf" in ours


def test_a_subclass_of_dict_is_one_and_a_mapping_is_none() -> None:
    class Params(dict[str, Any]):
        pass

    assert report_of(Params(Name="abc")) is None
    assert "valid types: <class 'dict'>" in str(report_of(type("M", (), {})()))


def test_the_params_are_left_as_they_were() -> None:
    stream = io.BytesIO(b"abc")
    params = {"Name": "abc", "Stream": stream, "Tags": {"abc": "x"}}
    assert report_of(params) is None
    assert params == {"Name": "abc", "Stream": stream, "Tags": {"abc": "x"}}
    assert stream.tell() == 0


@pytest.mark.parametrize("seed", range(3))
def test_random_operations_of_random_services(seed: int) -> None:
    rng, refused, accepted = random.Random(seed), 0, 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for service, ours, theirs in oracle.sampled_operations(rng, per_service=6, services=12):
            found = list(differences(service, ours, theirs, rng))
            assert not found, str(found[0])
            params = {} if rng.random() < 0.5 else {"Unknown": 1}
            verdict = oracle.osteon_report(params, ours.input_shape) is None
            accepted, refused = accepted + verdict, refused + (not verdict)
    assert accepted
    assert refused
