"""Strict mode: what the model allows, and nothing that standard mode refuses."""

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
from tests.support.params import Style, break_params, random_params
from tests.validation import oracle

OURS, _ = oracle.own_models(json.loads((pathlib.Path(__file__).parent / "shapes.json").read_text()))
INPUT = OURS.shape_for("Input")
UTC = datetime.UTC

ACCEPTED: list[tuple[str, Any]] = [
    ("Name", "abcde"), ("Level", "low"), ("Size", 10), ("Ratio", 1), ("Ratio", decimal.Decimal("0.5")),
    ("Loose", 1e300),
    ("Loose", 10**400), ("Flag", True), ("When", datetime.datetime(2020, 1, 1, tzinfo=UTC)),
    ("When", "2020-01-01T00:00:00Z"),
    ("When", "2020-01-01T00:00:00.25+02:00"), ("Data", b"1234"), ("Data", bytearray(b"12")),
    ("Stream", io.BytesIO(b"x")),
    ("Tags", {"abc": "x", "abd": ""}), ("Names", ["abc"] * 3), ("Texts", []), ("Choice", {"One": "x"}),
    ("Any", {"a": [None, 1.5, {"b": True}]}), ("Any", None), ("Header", {"a": 1}),
]  # fmt: skip

REFUSED: list[tuple[str, Any, str]] = [
    ("Name", "abcdef", "Invalid length for parameter Name, value: 6, valid max length: 5"),
    ("Name", "ABC", "Invalid value for parameter Name, value: ABC, must match the pattern: ^[a-z]+$"),
    ("Name", "abc\n", "Invalid value for parameter Name, value: abc\n, must match the pattern: ^[a-z]+$"),
    ("Name", "A", "Invalid length for parameter Name, value: 1, valid min length: 3\n"
                  "Invalid value for parameter Name, value: A, must match the pattern: ^[a-z]+$"),
    ("Level", "mid", "Invalid value for parameter Level, value: mid, must be one of: low, high"),
    ("Size", 11, "Invalid value for parameter Size, value: 11, valid max value: 10"),
    ("Size", True, "Invalid type for parameter Size, value: True, type: <class 'bool'>, valid types: <class 'int'>"),
    ("Ratio", 1.5, "Invalid value for parameter Ratio, value: 1.5, valid max value: 1"),
    ("Loose", float("nan"), "Invalid value for parameter Loose, value: nan, must be a finite number"),
    ("Loose", decimal.Decimal("sNaN"), "Invalid value for parameter Loose, value: NaN, must be a finite number"),
    ("Loose", True, "Invalid type for parameter Loose"),
    ("When", 0, "Invalid type for parameter When"),
    ("When", "2020-01-01", "Invalid type for parameter When"),
    ("When", "2020-02-30T00:00:00Z", "Invalid type for parameter When"),
    ("When", datetime.datetime(2020, 1, 1), "Invalid type for parameter When"),
    ("Data", "text", "Invalid type for parameter Data"),
    ("Data", io.BytesIO(b"abc"), "Invalid type for parameter Data"),
    ("Data", b"12345", "Invalid length for parameter Data, value: 5, valid max length: 4"),
    ("Data", b"1", "Invalid length for parameter Data, value: 1, valid min length: 2"),
    ("Tags", {}, "Invalid length for parameter Tags, value: 0, valid min length: 1"),
    ("Tags", {"abc": "", "abd": "", "abe": ""}, "Invalid length for parameter Tags, value: 3, valid max length: 2"),
    ("Tags", {"ABC": ""}, "Invalid value for parameter Tags (key: ABC), value: ABC, must match"),
    ("Names", ["abc"] * 4, "Invalid length for parameter Names, value: 4, valid max length: 3"),
    ("Names", ("abc",), "Invalid type for parameter Names"),
    ("Texts", ("abc",), "Invalid type for parameter Texts"),
    ("Any", {"a": {1: 2}}, "Invalid type for document parameter a, value: 1"),
    ("Any", {"a": float("inf")}, "Invalid value for parameter a, value: inf, must be a finite number"),
    ("Header", {"a": object}, "Invalid type for document parameter a"),
]  # fmt: skip


@pytest.mark.parametrize(("member", "value"), ACCEPTED)
def test_accepted(member: str, value: Any) -> None:
    assert oracle.osteon_report({"Name": "abc", member: value}, INPUT, "strict") is None


@pytest.mark.parametrize(("member", "value", "report"), REFUSED)
def test_refused(member: str, value: Any, report: str) -> None:
    found = oracle.osteon_report({"Name": "abc", member: value}, INPUT, "strict")
    assert found is not None
    assert found.startswith(report)


def test_long_texts_are_not_matched() -> None:
    shapes = {
        "In": {"type": "structure", "members": {"Plain": {"shape": "Plain"}, "Slow": {"shape": "Slow"}}},
        "Plain": {"type": "string", "pattern": "^a*$"},
        "Slow": {"type": "string", "pattern": "^(a+)+$"},
    }  # fmt: skip
    shape = oracle.own_models(shapes)[0].shape_for("In")
    assert oracle.osteon_report({"Plain": "a" * 4095 + "b"}, shape, "strict") is not None
    assert oracle.osteon_report({"Plain": "a" * 4096 + "b"}, shape, "strict") is None
    assert oracle.osteon_report({"Slow": "a" * 10 + "b"}, shape, "strict") is not None
    assert oracle.osteon_report({"Slow": "a" * 10_000 + "b"}, shape, "strict") is None


def test_strict_refuses_all_that_standard_refuses() -> None:
    rng, stricter = random.Random(7), 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for _, ours, _ in oracle.sampled_operations(rng, per_service=5, services=15):
            params = random_params(ours, rng, Style(loose=True))
            for tried in (params, break_params(params, ours.input_shape, rng)):
                standard = oracle.osteon_report(tried, ours.input_shape)
                strict = oracle.osteon_report(tried, ours.input_shape, "strict")
                assert standard is None or strict is not None
                stricter += standard is None and strict is not None
    assert stricter
