"""What botocore does not do: sensitive values stay out of reports, and absurd depth is a fault like any other."""

from __future__ import annotations

import inspect
import json
import pathlib
import sys
import threading
from collections.abc import Callable
from typing import Any

import pytest
from tests.validation import oracle

from osteon.exceptions import ParamValidationError
from osteon.validation import MAX_DEPTH, Mode, validator

OURS, _ = oracle.own_models(json.loads((pathlib.Path(__file__).parent / "shapes.json").read_text()))
INPUT, SECRETS = OURS.shape_for("Input"), OURS.shape_for("Secrets")
HIDDEN = "hunter2"

LEAKS: list[tuple[str, Any]] = [
    ("a sensitive string of the wrong type", {"Secret": [HIDDEN]}),
    ("a structure that holds one", {"Login": [{"Password": HIDDEN}]}),
    ("text in the place of such a structure", {"Login": HIDDEN}),
    ("a list of such structures", {"Logins": {"Password": HIDDEN}}),
    ("the whole input", [{"Secret": HIDDEN}]),
    ("the key of a map, in the path", {"Keyed": {HIDDEN: "no number"}}),
    ("the key of a map, itself wrong", {"Keyed": {"p" + HIDDEN[:2]: 1, ("hunter2",): 1}}),
    ("inside a sensitive structure", {"Vault": {"Note": (HIDDEN,)}}),
    ("a list inside a sensitive structure", {"Vault": {"Notes": [{HIDDEN}]}}),
    ("a document inside a sensitive structure", {"Vault": {"Any": {"x": {HIDDEN}}}}),
    ("a key inside a sensitive document", {"Vault": {"Any": {HIDDEN: [object]}}}),
]


@pytest.mark.parametrize("mode", ["standard", "strict"])
@pytest.mark.parametrize(("where", "params"), LEAKS)
def test_no_secret_is_told(where: str, params: Any, mode: Mode) -> None:
    report = oracle.osteon_report(params, SECRETS, mode)
    assert report is not None, where
    assert "hunter2" not in report
    assert "<redacted>" in report


def test_a_number_out_of_range_is_redacted_too() -> None:
    assert oracle.osteon_report({"Pin": 7}, SECRETS) == (
        "Invalid value for parameter Pin, value: <redacted>, valid min value: 1000"
    )
    assert oracle.osteon_report({"Secret": "Hunter2"}, SECRETS, "strict") == (
        "Invalid value for parameter Secret, value: <redacted>, must match the pattern: ^s"
    )


def test_what_cannot_be_a_secret_is_shown() -> None:
    assert "value: None" in str(oracle.osteon_report({"Login": None}, SECRETS))
    assert "value: 1" in str(oracle.osteon_report({"Tree": {"Leaf": 1}}, SECRETS))


def tree(depth: int) -> Any:
    value: dict[str, Any] = {"Leaf": "x"}
    for _ in range(depth):
        value = {"Left": value}
    return value


def chain(depth: int) -> Any:
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


def cycle(make: Callable[[Any], None], value: Any) -> Any:
    make(value)
    return value


DEEP: list[tuple[str, Any]] = [
    ("Tree", tree(5000)),
    ("Chain", chain(5000)),
    ("Any", {"a": tree(5000)}),
    ("Any", chain(5000)),
    ("Tree", cycle(lambda t: t.update(Left=t, Right=t), {})),
    ("Chain", cycle(lambda c: c.extend([c, c]), [])),
    ("Any", cycle(lambda c: c.extend([c, {"k": c}]), [])),
    ("Tags", {"abc": chain(5000)}),
    ("Text", tree(5000)),
    ("When", chain(5000)),
    ("Header", chain(5000)),
    ("Header", cycle(lambda c: c.append(c), [])),
]


@pytest.mark.parametrize("mode", ["standard", "strict"])
@pytest.mark.parametrize(("member", "value"), DEEP)
def test_absurd_depth_is_a_fault_with_a_path(member: str, value: Any, mode: Mode) -> None:
    report = oracle.osteon_report({"Name": "abc", member: value}, INPUT, mode)
    assert report is not None
    assert member in report or member == "Any"
    assert len(report) < 100_000


def test_the_limit_is_told_and_is_exact() -> None:
    # the input is a level of its own, and so is the innermost structure
    assert oracle.osteon_report({"Name": "abc", "Tree": tree(MAX_DEPTH - 2)}, INPUT) is None
    report = oracle.osteon_report({"Name": "abc", "Tree": tree(MAX_DEPTH - 1)}, INPUT)
    assert report is not None
    assert report.startswith("Invalid value for parameter Tree.Left.Left.")
    assert report.endswith(f"nested more than {MAX_DEPTH} levels deep")
    assert report.count("\n") == 0


def test_a_caller_deep_in_the_stack_gets_the_same_kind_of_error() -> None:
    validate = validator(INPUT)

    def below(frames: int) -> None:
        below(frames - 1) if frames else validate({"Name": "abc", "Tree": tree(MAX_DEPTH - 2)})

    used = len(inspect.stack(context=0))
    with pytest.raises(ParamValidationError, match="nested more than"):
        below(sys.getrecursionlimit() - used - 60)


def test_faults_before_the_depth_are_told_too() -> None:
    report = oracle.osteon_report({"Nope": 1, "Chain": chain(5000), "Flag": 1}, INPUT)
    assert report is not None
    lines = report.splitlines()
    assert lines[0] == 'Missing required parameter in input: "Name"'
    assert lines[1].startswith('Unknown parameter in input: "Nope"')
    assert "Chain[0][0]" in lines[2]


def test_values_that_cannot_be_written_out() -> None:
    class Hostile:
        def __str__(self) -> str:
            raise ZeroDivisionError

    assert "<Hostile that cannot be shown>" in str(oracle.osteon_report({"Name": Hostile()}, INPUT))


def test_one_validator_serves_many_threads() -> None:
    validate, verdicts = validator(INPUT), list[bool]()

    def work(valid: bool) -> None:
        params = {"Name": "abc" if valid else "a", "Tree": tree(20), "Choice": {"Two": 3}, "Tags": {"abc": "x"}}
        try:
            validate(params)
        except ParamValidationError:
            verdicts.append(not valid)
        else:
            verdicts.append(valid)

    threads = [threading.Thread(target=work, args=(bool(number % 2),)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert verdicts == [True] * 16
