"""The rule engine: functions, templates, faults in rules, hostile values, and all services beside botocore."""

from __future__ import annotations

import random
from typing import Any

import pytest
from tests.endpoints.oracle import differences, partitions, raw_partitions, raw_rules, services

from osteon.endpoints.functions import FUNCTIONS
from osteon.endpoints.partitions import Partitions
from osteon.endpoints.ruleset import Endpoint, EndpointAuthScheme, RuleSet
from osteon.exceptions import EndpointProviderError, EndpointResolutionError, ModelError

REF_A = {"ref": "A"}


def rules(*items: dict[str, Any], **parameters: Any) -> dict[str, Any]:
    given = parameters or {"A": {"type": "string"}, "B": {"type": "boolean"}, "L": {"type": "stringArray"}}
    return {"version": "1.0", "parameters": given, "rules": list(items)}


def endpoint(url: Any, *conditions: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "endpoint", "conditions": list(conditions), "endpoint": {"url": url, **more}}


def compile_rules(*items: dict[str, Any], **parameters: Any) -> RuleSet:
    return RuleSet.compile(rules(*items, **parameters), partitions(), "parcel-office")


def evaluate(ruleset: RuleSet, **values: Any) -> Endpoint:
    return ruleset.evaluate([values.get(parameter.name) for parameter in ruleset.relevant])


@pytest.mark.parametrize("service", [*random.Random(4).sample(services(), 60), "importexport", "sdb", "events"])
def test_services_resolve_as_in_botocore(service: str) -> None:
    assert list(differences(service, 25, seed=11)) == []


@pytest.mark.parametrize("service", ["s3", "s3control"])
def test_s3_resolves_as_in_botocore(service: str) -> None:
    assert list(differences(service, 2500, seed=12)) == []


@pytest.mark.parametrize("service", ["s3", "dynamodb", "sqs", "cloudfront"])
def test_whole_rule_sets_compile(service: str) -> None:
    RuleSet.compile(raw_rules(service), partitions(), service, whole=True)


ARN = {
    "partition": "aws", "service": "s3", "region": "", "accountId": "12", "resourceId": ("accesspoint", "x", "y"),
}  # fmt: skip
URL = {"scheme": "http", "authority": "[::1]:80", "path": "/a/../b", "normalizedPath": "/b/", "isIp": True}


@pytest.mark.parametrize(
    ("name", "arguments", "result"),
    [
        ("isSet", (None,), False),
        ("isSet", ("",), True),
        ("not", (False,), True),
        ("not", (None,), True),
        ("coalesce", (None, "", "x"), ""),
        ("coalesce", (None, None), None),
        ("ite", (True, "a", "b"), "a"),
        ("ite", (False, "a", "b"), "b"),
        ("substring", ("abcdef", 0, 2, False), "ab"),
        ("substring", ("abcdef", 0, 2, True), "ef"),
        ("substring", ("abcdef", 1, 3, True), "de"),
        ("substring", ("ab", 0, 3, False), None),
        ("substring", ("ab", 1, 1, False), None),
        ("substring", ("aüc", 0, 1, False), None),
        ("substring", (None, 0, 1, False), None),
        ("split", ("a--b--c", "--", 0), ("a", "b", "c")),
        ("split", ("a--b--c", "--", 1), ("a--b--c",)),
        ("split", ("a--b--c", "--", 2), ("a", "b--c")),
        ("split", ("", "--", 0), ("",)),
        ("split", ("a", "", 0), None),
        ("uriEncode", ("a/b c~ü",), "a%2Fb%20c~%C3%BC"),
        ("uriEncode", (None,), None),
        ("parseURL", ("http://[::1]:80/a/../b",), URL),
        ("parseURL", ("https://a?b",), None),
        ("parseURL", ("https://a:port",), None),
        ("parseURL", ("http://[::1",), None),
        ("parseURL", ("https://",), None),
        ("parseURL", ("https://a\r\nb",), None),
        ("parseURL", (None,), None),
        ("parseURL", ("gopher://a",), None),
        ("isValidHostLabel", ("a-b", False), True),
        ("isValidHostLabel", ("a.b", False), False),
        ("isValidHostLabel", ("a.b", True), True),
        ("isValidHostLabel", ("a\n", False), False),
        ("isValidHostLabel", ("a..b", True), False),
        ("isValidHostLabel", ("٣", False), False),
        ("isValidHostLabel", ("", True), False),
        ("isValidHostLabel", (None, True), False),
        ("aws.parseArn", ("arn:aws:s3::12:accesspoint:x/y",), ARN),
        ("aws.parseArn", ("arn:aws:s3::12",), None),
        ("aws.parseArn", ("arn::s3:::x",), None),
        ("aws.parseArn", ("xarn:aws:s3:::x",), None),
        ("aws.parseArn", (None,), None),
        ("aws.isVirtualHostableS3Bucket", ("a-bucket", False), True),
        ("aws.isVirtualHostableS3Bucket", ("a.bucket", False), False),
        ("aws.isVirtualHostableS3Bucket", ("a.bucket", True), True),
        ("aws.isVirtualHostableS3Bucket", ("Bucket", False), False),
        ("aws.isVirtualHostableS3Bucket", ("1.2.3.4", True), False),
    ],
)
def test_functions(name: str, arguments: tuple[Any, ...], result: Any) -> None:
    assert FUNCTIONS[name].call(*arguments) == result


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("resourceId[0]", "a"),
        ("resourceId[-1]", "c"),
        ("resourceId[3]", None),
        ("region", ""),
        ("nothing", None),
        ("service[0]", "s"),
        ("region.more", None),
    ],
)
def test_attributes(path: str, found: str | None) -> None:
    parse = {"fn": "aws.parseArn", "argv": [REF_A], "assign": "arn"}
    get = {"fn": "getAttr", "argv": [{"ref": "arn"}, path], "assign": "x"}
    ruleset = compile_rules(endpoint("https://h", parse, get, headers={"x": ["{x}"]}), endpoint("https://none"))
    answer = evaluate(ruleset, A="arn:aws:s3:::a/b:c")
    assert answer.headers.get("x") == (None if found is None else (found,))


def test_an_endpoint_has_all_that_its_rule_says() -> None:
    scheme = {"name": "sigv4a", "signingName": "{A}", "signingRegionSet": ["*"], "disableDoubleEncoding": True}
    properties = {"authSchemes": [scheme], "n": {"{A}": ["{{{A}}}", 1, None]}}
    rule = endpoint("https://{A}.h", properties=properties, headers={"x": ["1", REF_A]})
    answer = evaluate(compile_rules(rule), A="v")
    assert answer.url == "https://v.h"
    assert answer.headers == {"x": ("1", "v")}
    assert answer.properties["n"] == {"{A}": ("{v}", 1, None)}
    seen = answer.properties["authSchemes"][0]
    assert answer.auth_schemes == (EndpointAuthScheme("sigv4a", "v", None, ("*",), True, None, seen),)
    with pytest.raises(TypeError):
        answer.properties["more"] = 1  # type: ignore[index]


def test_names_of_one_rule_are_unknown_to_the_next() -> None:
    assign = {"fn": "uriEncode", "argv": [REF_A], "assign": "x"}
    fails = {"fn": "isSet", "argv": [{"ref": "B"}]}
    inner = {"type": "tree", "conditions": [assign], "rules": [endpoint("https://one.{x}", fails)]}
    again = endpoint("https://two.{x}", {"fn": "uriEncode", "argv": ["other"], "assign": "x"})
    assert evaluate(compile_rules(inner, again), A="v").url == "https://two.other"
    with pytest.raises(ModelError, match=r"at /rules/1/endpoint/url: no parameter or variable 'x'"):
        evaluate(compile_rules(inner, endpoint("https://{x}")), A="v")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({}, "Cannot find value for required parameter R"),
        ({"R": 1}, "Value (R) is the wrong type. Must be <class 'str'>."),
        ({"R": "r", "F": "true"}, "Value (F) is the wrong type. Must be <class 'bool'>."),
        ({"R": "r", "F": True}, "refused: r"),
        ({"R": "r"}, "No endpoint found for parameters:\nR: r"),
    ],
)
def test_values_that_rules_refuse(values: dict[str, Any], message: str) -> None:
    is_f = {"fn": "booleanEquals", "argv": [{"ref": "F"}, True]}
    error = {"type": "error", "conditions": [is_f], "error": "refused: {R}"}
    ruleset = compile_rules(error, R={"type": "String", "required": True}, F={"type": "Boolean", "default": False})
    with pytest.raises(EndpointResolutionError) as caught:
        evaluate(ruleset, **values)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("raw", "place", "words"),
    [
        ({}, "", "'parameters' must be there"),
        ({"parameters": {}}, "", "'rules' must be there"),
        (rules(A={"type": "text"}), "/parameters/A/type", "unknown parameter type 'text'"),
        (rules(A={"type": "string", "default": 3}), "/parameters/A/default", "not a string"),
        (rules({"type": "endpint"}), "/rules/0/type", "Did you mean: 'endpoint'"),
        (rules({"type": "tree", "conditions": [], "rules": "x"}), "/rules/0", "'rules' must be there"),
        (rules(endpoint("https://{C}")), "/rules/0/endpoint/url", "'C' is known here"),
        (rules(endpoint("https://{A")), "/rules/0/endpoint/url", "a single brace"),
        (rules(endpoint("https://{A#[}")), "/rules/0/endpoint/url", "no path of attributes"),
        (rules({"type": "tree", "conditions": None}), "/rules/0", "'conditions' must be"),
        (rules(endpoint("https://h", headers=["x"])), "/rules/0/endpoint", "'headers' must be"),
        (rules(endpoint("https://h", headers={"x": "y"})), "/rules/0/endpoint/headers", "'x' must be"),
        (rules(endpoint("https://h", "isSet")), "/rules/0/conditions/0", "'fn' must be"),
        (rules("endpoint"), "/rules/0", "'type' must be"),  # type: ignore[arg-type]
        (rules(endpoint(None)), "/rules/0/endpoint/url", "not a string"),
        (rules(endpoint("https://h", {"fn": "isSett", "argv": [REF_A]})), "/rules/0/conditions/0/fn", "'isSet'"),
        (rules(endpoint("https://h", {"fn": "isSet", "argv": []})), "/rules/0/conditions/0", "does not take 0"),
        (rules(endpoint("https://h", {"fn": "isSet"})), "/rules/0/conditions/0", "'argv' must be there"),
        (
            rules(endpoint("https://h", {"fn": "isSet", "argv": [REF_A], "assign": "B"})),
            "/rules/0/conditions/0/assign",
            "the name 'B' is taken",
        ),
    ],
)
def test_faults_in_rules_name_their_place(raw: dict[str, Any], place: str, words: str) -> None:
    with pytest.raises(ModelError) as caught:
        RuleSet.compile(raw, partitions(), "parcel-office", whole=True)
    assert caught.value.pointer == (f" at {place}" if place else "") or caught.value.pointer == place
    assert words in caught.value.reason


def test_rules_nested_thousands_deep_are_one_clear_error() -> None:
    deep: dict[str, Any] = endpoint("https://h")
    for _ in range(5000):
        deep = {"type": "tree", "conditions": [], "rules": [deep]}
    with pytest.raises(ModelError, match="nested too deeply"):
        RuleSet.compile(rules(deep), partitions(), whole=True)
    with pytest.raises(ModelError, match="nested too deeply"):
        evaluate(RuleSet.compile(rules(deep), partitions()))


def test_values_of_the_wrong_type_inside_rules() -> None:
    ruleset = compile_rules(endpoint("https://h", {"fn": "uriEncode", "argv": [True]}))
    with pytest.raises(EndpointProviderError, match="parcel-office use a value of the wrong type"):
        evaluate(ruleset)


@pytest.mark.parametrize("schemes", [[{}], ["sigv4"], 3])
def test_auth_schemes_that_are_none(schemes: Any) -> None:
    with pytest.raises(EndpointProviderError, match="parcel-office use a value of the wrong type"):
        evaluate(compile_rules(endpoint("https://h", properties={"authSchemes": schemes})))


def test_rules_that_need_partitions_say_so() -> None:
    ruleset = RuleSet.compile(raw_rules("sqs"), None, "sqs")
    with pytest.raises(EndpointProviderError, match=r"partitions\.json.*osteon\[aws\]"):
        evaluate(ruleset, Region="eu-west-1", UseFIPS=False, UseDualStack=False)


@pytest.mark.parametrize("items", [[], [{}], None, ["x"], "x"])
def test_broken_partition_data(items: Any) -> None:
    raw = {"partitions": items}
    with pytest.raises(ModelError, match=r"partitions\.json at /partitions: not partition data"):
        Partitions(raw)


@pytest.mark.parametrize("region", ["cn-north-1", "us-gov-west-1", "eu-nowhere-3", "weird", ""])
def test_partitions(region: str) -> None:
    expected = {"cn-north-1": "aws-cn", "us-gov-west-1": "aws-us-gov"}.get(region, "aws")
    found = Partitions(raw_partitions()).for_region(region)
    assert found.name == found.outputs["name"] == expected


SMUGGLERS = (
    "evil.com/", "evil.com#", "evil.com?x", "u@evil.com", "a\r\nHost: evil", "a b", "a:80", "[::1]", "é",
    "a\\b", "a\x00",
)  # fmt: skip


@pytest.mark.parametrize("value", SMUGGLERS)
@pytest.mark.parametrize("url", ["https://{A}.example.com", "https://svc.{A}", "https://svc.{A}/path"])
def test_no_value_can_change_the_host(url: str, value: str) -> None:
    with pytest.raises(EndpointResolutionError, match="put A into a host name") as caught:
        evaluate(compile_rules(endpoint(url)), A=value)
    assert "\r" not in str(caught.value)


@pytest.mark.parametrize("value", ["", ".evil.com", "a..b", "x" * 64])
def test_hosts_have_whole_labels(value: str) -> None:
    with pytest.raises(EndpointResolutionError, match="no http or https URL"):
        evaluate(compile_rules(endpoint("https://svc.{A}.example.com")), A=value)


@pytest.mark.parametrize("value", ["x?y", "x#y", "x\r\ny", "x y", "x\\y"])
def test_a_raw_value_in_a_path_stays_in_the_path(value: str) -> None:
    with pytest.raises(EndpointResolutionError, match="no http or https URL"):
        evaluate(compile_rules(endpoint("https://h/{A}")), A=value)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:5000",
        "https://[::1]:8443/x",
        "http://my_host",
        "https://[fe80::1%25eth0]",
        "https://a.b./c%20d/",
    ],
)
def test_urls_that_may_be_given(url: str) -> None:
    assert evaluate(compile_rules(endpoint(REF_A)), A=url).url == url


BAD_URLS = ("h", "ftp://h", "https://u:p@h", "https://h?x", "https://h#x", "https://h\n", "https:///x")


@pytest.mark.parametrize("url", BAD_URLS)
def test_urls_that_may_not_be_given(url: str) -> None:
    with pytest.raises(EndpointResolutionError, match="check the region and the endpoint_url"):
        evaluate(compile_rules(endpoint(REF_A)), A=url)
