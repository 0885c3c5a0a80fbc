"""Where a call's parameters are put, held against boto3; and filters merged without side effects."""

from __future__ import annotations

import copy
import random
from typing import Any

import jmespath
import pytest
from boto3.resources.params import build_param_structure
from botocore.utils import merge_dicts

from osteon.exceptions import ModelError
from osteon.resources.collections import merged
from osteon.resources.paths import search, target

#: calls in order: (target, value, number in its batch)
CASES: list[list[tuple[str, Any, int | None]]] = [
    [("Bucket", "b", None)],
    [("A.B.C", 1, None), ("A.B.D", 2, None)],
    [("Names[0]", "x", None)],
    [("Filters[0].Name", "tag", None), ("Filters[0].Values[0]", "v", None), ("Filters[1].Name", "n", None)],
    [("Filters[1].Name", "second", None), ("Filters[0].Name", "first", None)],
    [("Delete.Objects[].Key", "a", 0), ("Delete.Objects[].Key", "b", 1)],
    [("Delete.Objects[*].Key", "a", 0), ("Delete.Objects[*].VersionId", "v", 0), ("Delete.Objects[*].Key", "b", 1)],
    [("Ids[]", "a", 0), ("Ids[]", "b", 1), ("Ids[]", "c", 2)],
    [("Tags[*].Key", "k", None), ("Tags[*].Value", "v", None)],
]


def ours(calls: list[tuple[str, Any, int | None]]) -> dict[str, Any]:
    params: dict[str, Any] = {}
    for path, value, number in calls:
        target(path)(params, value, number)
    return params


def boto3s(calls: list[tuple[str, Any, int | None]]) -> dict[str, Any]:
    params: dict[str, Any] = {}
    for path, value, number in calls:
        build_param_structure(params, path, value, number)
    return params


@pytest.mark.parametrize("calls", CASES, ids=lambda calls: calls[0][0])
def test_targets_are_boto3s(calls: list[tuple[str, Any, int | None]]) -> None:
    assert ours(calls) == boto3s(calls)


@pytest.mark.parametrize("seed", range(30))
def test_random_targets_are_boto3s(seed: int) -> None:
    chosen = random.Random(seed)
    # Names that hold a list never hold a dict: a definition is of one shape.
    lists, plain = ["L", "M"], ["A", "B"]

    def path() -> str:
        steps = [chosen.choice(plain) for _ in range(chosen.randrange(2))]
        steps += [f"{chosen.choice(lists)}[{chosen.choice(['0', '1', '2', ''])}]"] if chosen.random() < 0.7 else []
        return ".".join([*steps, chosen.choice(["X", "Y", "Z"])])

    calls = [(path(), number, chosen.choice([None, 0, 1])) for number in range(chosen.randrange(1, 8))]
    assert ours(calls) == boto3s(calls)


@pytest.mark.parametrize("path", ["", "A..B", "A[x]", "A[0", "A b", ".A"])
def test_odd_targets_are_a_model_error(path: str) -> None:
    with pytest.raises(ModelError, match="target"):
        target(path)


def test_odd_paths_are_a_model_error() -> None:
    with pytest.raises(ModelError, match="JMESPath"):
        search("a[")


LISTED: list[Any] = [
    {}, None, "text", {"Items": None}, {"Items": {}}, {"Items": "text"}, {"Items": []}, {"Items": [None, 1, "x"]},
    {"Items": [{"Key": "a"}, {"Key": None}, {}, {"Key": 0}, {"Key": ""}]}, {"Items": [[{"Key": "a"}], {"Key": "b"}]},
    {"Items": [[[{"Key": "a"}]], [], [None]]}, {"Items": [{"Key": [1]}, {"Key": {"a": 1}}]},
]  # fmt: skip


@pytest.mark.parametrize("path", ["Items[]", "Items[].Key"])
@pytest.mark.parametrize("value", LISTED, ids=str)
def test_paths_of_lists_find_what_jmespath_does(path: str, value: Any) -> None:
    assert search(path)(value) == jmespath.search(path, value)


@pytest.mark.parametrize(
    ("base", "over"),
    [
        ({}, {"A": 1}),
        ({"A": 1}, {"A": 2}),
        ({"A": {"B": 1}}, {"A": {"C": 2}}),
        ({"A": [1]}, {"A": [2]}),
        ({"Filters": [{"Name": "x"}]}, {"Filters": [{"Name": "y"}], "MaxResults": 5}),
        ({"A": [1]}, {"A": 2}),
        ({"A": 1}, {"A": [2]}),
        ({"A": {"B": [1]}}, {"A": {"B": [2], "C": 3}}),
    ],
)
def test_filters_merge_as_boto3s_and_change_nothing(base: dict[str, Any], over: dict[str, Any]) -> None:
    expected = copy.deepcopy(base)
    merge_dicts(expected, over, append_lists=True)
    before = copy.deepcopy((base, over))
    assert merged(base, over) == expected
    assert (base, over) == before
