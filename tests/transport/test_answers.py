"""Answers read from bytes: framing of every kind, cuts at every place, and what no answer may say."""

from __future__ import annotations

import io
import random
from collections.abc import Iterator
from typing import Any

import pytest

from osteon.transport.answers import Answer, BrokenAnswer

HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"

#: name -> (bytes, method, body, announced length, whether the connection is of further use)
GOOD: dict[str, tuple[bytes, str, bytes, int | None, bool]] = {
    "a length": (HEAD + b"Content-Length: 4\r\n\r\nbody", "GET", b"body", 4, True),
    "a length said twice": (HEAD + b"Content-Length: 4, 4\r\n\r\nbody", "GET", b"body", 4, True),
    "no body": (HEAD + b"Content-Length: 0\r\n\r\n", "GET", b"", 0, True),
    "chunks": (CHUNKED + b"2\r\nbo\r\n2\r\ndy\r\n0\r\n\r\n", "GET", b"body", None, True),
    "chunks with extensions and trailers": (
        CHUNKED + b"04;a=b\r\nbody\r\n000;c\r\nX-Sum: 1\r\n\r\n", "GET", b"body", None, True,
    ),
    "chunks in capital letters": (HEAD + b"transfer-encoding: Chunked\r\n\r\nA\r\n0123456789\r\n0\r\n\r\n", "GET",
                                  b"0123456789", None, True),
    "chunks beside a length": (
        HEAD + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n", "GET", b"body", None,
        False,
    ),
    "the identity coding": (HEAD + b"Transfer-Encoding: identity\r\nContent-Length: 4\r\n\r\nbody", "GET", b"body", 4,
                            True),
    "until the end": (HEAD + b"\r\nbody", "GET", b"body", None, False),
    "HTTP/1.0": (b"HTTP/1.0 200 OK\r\nContent-Length: 4\r\n\r\nbody", "GET", b"body", 4, False),
    "HTTP/1.0, kept": (b"HTTP/1.0 200\r\nConnection: Keep-Alive\r\nContent-Length: 4\r\n\r\nbody", "GET", b"body", 4,
                       True),
    "a connection that ends": (HEAD + b"Connection: close\r\nContent-Length: 4\r\n\r\nbody", "GET", b"body", 4, False),
    "line feeds alone": (b"HTTP/1.1 200 OK\nContent-Length: 4\n\nbody", "GET", b"body", 4, True),
    "HEAD": (HEAD + b"Content-Length: 4\r\n\r\n", "HEAD", b"", 0, True),
    "204": (b"HTTP/1.1 204 No\r\n\r\n", "GET", b"", 0, True),
    "304 with a length": (b"HTTP/1.1 304 Same\r\nContent-Length: 4\r\n\r\n", "GET", b"", 0, True),
    "interim answers": (
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nLink: x\r\n\r\n" + HEAD + b"Content-Length: 4\r\n\r\nbody",
        "PUT", b"body", 4, True,
    ),
    "more than was announced": (HEAD + b"Content-Length: 4\r\n\r\nbodyHTTP/1.1 200", "GET", b"body", 4, True),
}  # fmt: skip

#: what no answer may say, before the whole of a body has come
BROKEN: dict[str, bytes] = {
    "nothing": b"",
    "no HTTP": b"SSH-2.0-OpenSSH\r\n\r\n",
    "HTTP/2": b"HTTP/2 200\r\n\r\n",
    "HTTP/11": b"HTTP/1.12 200 OK\r\n\r\n",
    "no status": b"HTTP/1.1\r\n\r\n",
    "two digits": b"HTTP/1.1 20 OK\r\n\r\n",
    "four digits": b"HTTP/1.1 2000 OK\r\n\r\n",
    "a status below 100": b"HTTP/1.1 099 OK\r\n\r\n",
    "a negative status": b"HTTP/1.1 -20 OK\r\n\r\n",
    "digits that are not ASCII": "HTTP/1.1 \u0662\u0660\u0660 OK\r\n\r\n".encode(),
    "a line break in the reason": b"HTTP/1.1 200 OK\rContent-Length: 0\r\n\r\n",
    "another protocol": b"HTTP/1.1 101 Switching\r\nUpgrade: h2c\r\n\r\n",
    "a head cut in its first line": b"HTTP/1.1 200 OK",
    "a head cut after its first line": HEAD,
    "a head cut in a name": HEAD + b"X-A",
    "a head cut in a value": HEAD + b"X-A: b",
    "a head cut before its end": HEAD + b"X-A: b\r\n",
    "a line without a colon": HEAD + b"nonsense\r\n\r\n",
    "a name with a blank": HEAD + b"Content-Length : 0\r\n\r\n",
    "a name that is not ASCII": HEAD + b"Content-\xffength: 0\r\n\r\n",
    "no name": HEAD + b": 0\r\n\r\n",
    "a folded line first": HEAD + b" folded\r\n\r\n",
    "a line break in a value": HEAD + b"X-A: a\rContent-Length: 0\r\n\r\n",
    "NUL in a value": HEAD + b"X-A: a\0b\r\n\r\n",
    "a line without end": HEAD + b"X-A: " + b"a" * 70_000,
    "lines without end": HEAD + b"X-A: b\r\n" * 300,
    "interim answers without end": b"HTTP/1.1 102 Processing\r\n\r\n" * 40,
    "a length of words": HEAD + b"Content-Length: two\r\n\r\nok",
    "a negative length": HEAD + b"Content-Length: -1\r\n\r\nok",
    "a length with a sign": HEAD + b"Content-Length: +2\r\n\r\nok",
    "a length of digits that are not ASCII": HEAD + b"Content-Length: \xb2\r\n\r\nok",
    "a length of 64 bits and more": HEAD + b"Content-Length: 99999999999999999999\r\n\r\nok",
    "two lengths": HEAD + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\nok!",
    "an empty length": HEAD + b"Content-Length:\r\n\r\nok",
    "an unknown coding": HEAD + b"Transfer-Encoding: gzip\r\nContent-Length: 2\r\n\r\nok",
    "two codings": HEAD + b"Transfer-Encoding: gzip, chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
    "chunks coded twice": HEAD + b"Transfer-Encoding: chunked, chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
    "too short": HEAD + b"Content-Length: 3\r\n\r\nok",
    "a length that fills the memory": HEAD + b"Content-Length: 999999999999999999\r\n\r\nok",
    "a chunk of words": CHUNKED + b"xy\r\nok\r\n0\r\n\r\n",
    "a chunk of no size": CHUNKED + b"\r\nok\r\n0\r\n\r\n",
    "a negative chunk": CHUNKED + b"-2\r\nok\r\n0\r\n\r\n",
    "a chunk with a sign": CHUNKED + b"+2\r\nok\r\n0\r\n\r\n",
    "a chunk as Python writes it": CHUNKED + b"0x2\r\nok\r\n0\r\n\r\n",
    "a chunk with a low line": CHUNKED + b"0_2\r\nok\r\n0\r\n\r\n",
    "a chunk that fills the memory": CHUNKED + b"fffffffffffffff\r\nok\r\n0\r\n\r\n",
    "a chunk of more than 60 bits": CHUNKED + b"ffffffffffffffffff\r\nok\r\n0\r\n\r\n",
    "a chunk longer than it says": CHUNKED + b"1\r\nok\r\n0\r\n\r\n",
    "a chunk cut off": CHUNKED + b"9\r\nok",
    "no last chunk": CHUNKED + b"2\r\nok\r\n",
    "no end of the last chunk": CHUNKED + b"2\r\nok\r\n0\r\n",
    "trailers without end": CHUNKED + b"2\r\nok\r\n0\r\n" + b"X-A: b\r\n" * 300,
}  # fmt: skip


def reading(data: bytes, method: str = "GET") -> Answer:
    return Answer(io.BytesIO(data), method)


def whole(answer: Answer) -> bytes:
    answer.begin()
    return answer.read()


def pieces(answer: Answer, amt: int | None) -> Iterator[bytes]:
    while piece := answer.read(amt):
        yield piece


@pytest.mark.parametrize("amt", [None, 1, 3, 100])
@pytest.mark.parametrize("name", GOOD)
def test_answers_of_every_framing(name: str, amt: int | None) -> None:
    data, method, body, length, kept = GOOD[name]
    answer = reading(data, method)
    answer.begin()
    found = list(pieces(answer, amt))
    assert b"".join(found) == body
    assert amt is None or all(len(piece) == amt for piece in found[:-1])
    assert (answer.length, answer.ended, not answer.will_close) == (length, True, kept)
    assert answer.read() == b""


@pytest.mark.parametrize("amt", [None, 1, 100])
@pytest.mark.parametrize("name", BROKEN)
def test_what_no_answer_may_say(name: str, amt: int | None) -> None:
    answer = reading(BROKEN[name])

    def read_all() -> list[bytes]:
        answer.begin()
        return list(pieces(answer, amt))

    with pytest.raises(BrokenAnswer) as broken:
        read_all()
    assert "ok" not in str(broken.value), "what came is not quoted"


@pytest.mark.parametrize("name", [name for name, case in GOOD.items() if case[3] != 0 and name != "until the end"])
def test_an_answer_cut_anywhere_is_never_whole(name: str) -> None:
    data, method, body, _, _ = GOOD[name]
    end = data.rindex(body[-1:]) if name != "more than was announced" else data.index(b"body") + 3
    for cut in range(end + 1):
        with pytest.raises(BrokenAnswer):
            whole(reading(data[:cut], method))


def test_what_came_before_a_fault_is_given_first_and_the_fault_ever_after() -> None:
    answer = reading(CHUNKED + b"2\r\nok\r\n5\r\nno")
    answer.begin()
    assert answer.read(100) == b"okno"
    for amt in (1, None, 0):
        with pytest.raises(BrokenAnswer, match="3 bytes before the end of its chunk"):
            answer.read(amt)


def test_errors_of_the_file_come_through_and_stay() -> None:
    class Late(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise TimeoutError("too late")

    answer = Answer(Late(HEAD + b"Content-Length: 4\r\n\r\nbody"), "GET")
    answer.begin()
    for _ in range(2):
        with pytest.raises(TimeoutError, match="too late"):
            answer.read()


@pytest.mark.parametrize("name", ["a length", "chunks", "until the end"])
@pytest.mark.parametrize("amt", [None, 100])
def test_what_another_thread_closes_meanwhile_is_never_whole(name: str, amt: int | None) -> None:
    class ClosedWhileRead(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            piece = super().read(size)
            answer.close()
            return piece

    answer = Answer(ClosedWhileRead(GOOD[name][0]), "GET")
    answer.begin()
    for _ in range(2):
        with pytest.raises(BrokenAnswer, match="closed while it was read"):
            answer.read(amt)
    assert answer.will_close


def test_after_an_interrupt_nothing_more_is_given() -> None:
    """What was read and not yet given is lost: what comes after would be taken for what comes next."""

    class Interrupted(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if super().read(3):
                raise KeyboardInterrupt
            return super().read(size)

    answer = Answer(Interrupted(HEAD + b"\r\nbody without a length"), "GET")
    answer.begin()
    with pytest.raises(KeyboardInterrupt):
        answer.read(10)
    for amt in (1, None):
        with pytest.raises(BrokenAnswer, match="was interrupted"):
            answer.read(amt)


def test_repeated_and_folded_fields() -> None:
    answer = reading(HEAD + b"X-A:  1 \r\nx-a: 2\r\n\tand 3\r\nX-B:\r\nContent-Length: 0\r\n\r\n")
    answer.begin()
    assert dict(answer.fields) == {"x-a": "1, 2 and 3", "X-B": "", "Content-Length": "0"}


def test_mutated_answers_are_read_or_refused() -> None:
    """Whatever comes, there is an end, and no error but the one."""
    dice = random.Random(9)
    for _ in range(4000):
        data = mutated(dice.choice([case[0] for case in GOOD.values()]), dice)
        answer = reading(data, dice.choice(["GET", "HEAD"]))
        try:
            answer.begin()
            list(pieces(answer, dice.choice([None, 1, 7])))
        except BrokenAnswer:
            pass


SCRAPS = [b"\r\n", b"\n", b"\r", b"\0", b":", b" ", b"\xff", b"0\r\n\r\n", b"Content-Length: 7\r\n", b"-", b"fffff\r\n",
          b"Transfer-Encoding: chunked\r\n", b"Transfer-Encoding: gzip\r\n", b"HTTP/1.1 103 \r\n\r\n"]  # fmt: skip


def mutated(data: bytes, dice: random.Random) -> bytes:
    """``data`` with one to four faults."""
    changed: Any = bytearray(data)
    for _ in range(dice.randint(1, 4)):
        at = dice.randrange(len(changed) + 1)
        match dice.randrange(5):
            case 0:
                changed[at : at + 1] = dice.randbytes(1)
            case 1:
                changed[at:at] = dice.choice(SCRAPS)
            case 2:
                del changed[at : at + dice.randint(1, 6)]
            case 3:
                changed[at:at] = changed[at : at + dice.randint(1, 30)]
            case _:
                del changed[at:]
    return bytes(changed)
