"""Patterns: the dialect of model files in Python's syntax, by tables and over all of botocore's models."""

from __future__ import annotations

import random
import re
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.validation import oracle

from osteon.model.patterns import ecma_source, may_explode, python_pattern, python_source

#: pattern, texts it is found in, texts it is not found in
MEANING: list[tuple[str, list[str], list[str]]] = [
    (r"a.c", ["abc", "xabcx", "aéc", "a\U0001f40dc"], ["a\nc", "a\u2028c", "ac"]),
    (r"^abc$", ["abc"], ["abc\n", "xabc"]),
    (r"\Aabc\z", ["abc"], ["abc\n"]),
    (r"^abc\Z", ["abc", "abc\n", "abc\r\n"], ["abc\n\n", "abcd"]),
    (r"^\d+$", ["12"], ["\u0661", ""]),
    (r"^\w+$", ["a_1"], ["é", "a b"]),
    (r"^\s$", [" ", "\t", "\u00a0", "\u2003"], ["a", "\u180e"]),
    (r"^\S\W\D$", ["a-a"], [" -a", "aaa", "a-1"]),
    (r"^[\w-_.]+$", ["a-_."], ["a+"]),
    (r"^[a-z\-\d-_]+$", ["a-1_"], ["A"]),
    (r"^[\s-_]+$", ["- _"], ["a"]),
    (r"^\p{L}+$", ["aé日"], ["1", "-"]),
    (r"^\P{L}+$", ["1-"], ["a"]),
    (r"^\p{Lu}\pN$", ["A1", "É٣"], ["a1"]),
    (r"^[^\p{C}]*$", ["a b", ""], ["a\x00", "\u200b"]),
    (r"^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$", ["Name 1", "é=@"], ["a*b"]),
    (r"^[\P{M}\p{M}]*$", ["anything\n"], []),
    (r"^\p{Alpha}\p{Punct}\p{Digit}$", ["a!1"], ["é!1"]),
    (r"^(\p{LD}|\p{Punct}| )+$", ["aé1 !"], ["\n"]),
    (r"^[\p{Print}&&[^|:/]]+$", ["a b"], ["a|b", "a:b"]),
    (r"^[\p{L}||\p{N}]+$", ["a1|"], ["-"]),
    (r"^[\p{IsAlphabetic}]+\p{IsWhitespace}$", ["é "], ["1 "]),
    (r"^(?i)(true|false)$", ["TRUE", "False"], ["yes"]),
    (r"(?!(?i)AWS_)^[a-z]+", ["x"], ["Aws_x", "aws_x"]),
    (r"^(?i:a)b$", ["Ab"], ["AB"]),
    (r"^(?i)[^a]$", ["b"], ["A", "a"]),
    (r"^(?s).{1,3}$", ["a\nb"], ["abcd"]),
    (r"^\x41\x{42}\u0043\u{1F40D}\103?$".replace(r"\103?", r"\0103?"), ["ABC\U0001f40d"], ["ABC"]),
    (r"^[\u0020-\uD7FF\uE000-\uFFFD\uD800\uDC00-\uDBFF\uDFFF\t]*$", ["a\U0001f40d\t"], ["\x01"]),
    (r"^\uD83D\uDC0D$", ["\U0001f40d"], ["\U0001f40e"]),
    (r"^[^/:|\000-\037]+$", ["a b"], ["a\x1f", "a/b", "a\x00"]),
    (r"^\Qa.b\E+$", ["a.b", "a.bb"], ["axb"]),
    (r"^\h\R$", ["\t\r\n", " \n"], ["a\n"]),
    (r"^a++b$", ["aab"], ["aa"]),
    (r"^a++a$", [], ["aa", "aaa"]),
    (r"^(?>a|ab)c$", ["ac"], ["abc"]),
    (r"^(a)(?>b)(c)\2\1$", ["abcca"], ["abcac"]),
    (r"^(?<x>a)\k<x>$", ["aa"], ["ab"]),
    (r"^\bfoo\b", ["foo bar", "foo"], ["foobar"]),
    (r"^é\Bé$", ["éé"], ["éa"]),
    (r"^[-_a-zA-Z0-9]*${2,64}", ["a"], ["a b"]),
    (r"a{,3}b}c]", ["a{,3}b}c]"], ["aab}c]"]),
    (r"^a{2}b{1,}c{0,1}d??$", ["aabbc", "aab"], ["ab"]),
    (r"^[\]\[^-]+$", ["[]^-"], ["a"]),
    (r"^[a&&[^b]]*[\b]$", ["aa\b"], ["b\b"]),
    (r"(?<!a)b(?=c)", ["bc"], ["abc", "bd"]),
    (r"^(?!x)+a(?=b)*$", ["a"], ["xa"]),
    (r"", ["", "a"], []),
    (r"^$|x", ["", "x"], ["y"]),
]  # fmt: skip

UNTRANSLATABLE = [
    r"[0-9]{11}{0,10}", r"a**", r"*a", r"(a", r"a)",
    r"[a", r"[z-a]", r"\p{Nope}", r"\p{IsLatin}", r"\Gx", r"\X", r"(?x) a",
    r"(a)\2", r"\k<n>", r"\1(a)", "\\", r"a{3,1}", r"\u12", r"\x{110000}", r"a{99999999999}", "(" * 5000, r"(?<=a+)b",
]  # fmt: skip

EXPLOSIVE = [r"^(a+)+$", r"^(a|a)*$", r"^(.*x?)*$", r"([a-z]+-*)*$", r"^((a*)*)*$", r"^(\s+a?)+$"]
TAME = [r"^[a-z]+$", r"^[a-z]+(-[a-z]+)*$", r"^(a|b)*$", r"^(a{1,3}){2}$", r"(/[^/]+)+", r"^(ab)*$"]


@pytest.mark.parametrize(("pattern", "found", "absent"), MEANING)
def test_meaning(pattern: str, found: list[str], absent: list[str]) -> None:
    compiled = python_pattern(pattern)
    assert compiled is not None
    assert [text for text in found if not compiled.search(text)] == []
    assert [text for text in absent if compiled.search(text)] == []


@pytest.mark.parametrize("pattern", UNTRANSLATABLE)
def test_what_cannot_be_translated_is_none(pattern: str) -> None:
    assert python_source(pattern) is None
    assert python_pattern(pattern) is None


@pytest.mark.parametrize(("pattern", "explosive"), [*((p, True) for p in EXPLOSIVE), *((p, False) for p in TAME)])
def test_explosive_patterns_are_known(pattern: str, explosive: bool) -> None:
    assert may_explode(pattern) is explosive


def test_categories_are_named_for_ecma() -> None:
    assert ecma_source(r"^[\p{L}\p{N}_]+$") == r"^[\p{L}\p{N}_]+(?![\s\S])"
    assert ecma_source(r"[\p{L}_]") == r"[\p{L}_]"
    assert ecma_source(r"[^\P{C}x]\P{Lu}") == r"[^\P{C}x][\P{Lu}]"


def test_the_patterns_of_botocore_are_translated() -> None:
    services = random.Random(3).sample(oracle.LOADER.list_available_services("service-2"), 60)
    patterns = {pattern for service in services for pattern in _patterns(service)}
    assert len(patterns) > 300
    lost = [pattern for pattern in patterns if python_source(pattern) is None]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for pattern in patterns - set(lost):
            re.compile(str(python_source(pattern)))
    # one of all 4,699 is lost: a quantifier on a quantifier (rbin)
    assert len(lost) <= 1, lost


def _patterns(service: str) -> Iterator[str]:
    shapes: dict[str, dict[str, Any]] = oracle.LOADER.load_service_model(service, "service-2")["shapes"]
    return (shape["pattern"] for shape in shapes.values() if "pattern" in shape)


@given(st.text(alphabet="ab1-_. ^$|?*+()[]{}\\dwspLNu0,&<=!:", max_size=14), st.text(alphabet="ab1-_. \n", max_size=6))
def test_any_text_is_a_pattern_or_none(pattern: str, text: str) -> None:
    compiled = python_pattern(pattern)
    assert compiled is None or compiled.search(text) is None or compiled.search(text) is not None


@given(st.sampled_from([p for p, *_ in MEANING]), st.text(max_size=8))
def test_what_is_written_means_the_same_when_read_again(pattern: str, text: str) -> None:
    once = python_source(pattern)
    assert once is not None
    again = python_pattern(once)
    assert again is not None
    assert bool(again.search(text)) == bool(re.search(once, text))
