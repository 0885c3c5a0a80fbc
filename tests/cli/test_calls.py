"""What ``osteon call`` takes and prints, against a service of one's own."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import threading
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from osteon.cli.printing import print_json, print_table

from .conftest import BODY, Here

ECHO = ("call", "shelf", "echo")


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Standard input, to be filled."""
    stream = io.TextIOWrapper(io.BytesIO())
    monkeypatch.setattr(sys, "stdin", stream)
    return stream.buffer


def test_text_for_blobs_is_base64_where_that_is_said(shelf: object, here: Here, tmp_path: Path) -> None:
    (tmp_path / "raw").write_bytes(b"raw")
    params = {"Blobs": ["aGk="], "BlobMap": {"k": "aGk="}, "Choice": {"Blob": "aGk="}, "Any": {"Blob": "aGk="}}
    told = here(*ECHO, "--base64", "--params", json.dumps(params), f"Blob=@{tmp_path}/raw", "Text=aGk=")
    assert json.loads(told[1]) == {**params, "Blob": "cmF3", "Text": "aGk="}
    assert here(*ECHO, "--base64", "Blob=aGk=")[1] == here(*ECHO, "Blob=hi")[1]
    # without it, text is text
    assert json.loads(here(*ECHO, "--params", '{"Blobs": ["hi"]}')[1]) == {"Blobs": ["aGk="]}


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("Count=many",), "Count takes an integer, not 'many'"),
        (("Number=1,5",), "Number takes a number, not '1,5'"),
        (("Flag=yes",), "Flag takes true or false, not 'yes'"),
        (("Blobs=a,b",), "Blobs takes a JSON array; what was given is no JSON"),
        (("BlobMap=secret",), "BlobMap takes a JSON object; what was given is no JSON"),
        (("Any=text",), "Any takes JSON; what was given is no JSON"),
        (("Any=" + "[" * 100_000,), "Any is nested too deeply"),
        (("--params", '{"Text": "a", "Text": "b"}'), "'Text' is there twice in one object"),
        (('Any={"a": {"b": 1, "b": 1}}',), "'b' is there twice in one object"),
        (("--params", "@"), "@ stands before the name of a file"),
        (("Blob=@",), "@ stands before the name of a file"),
        (("--params", "@-", "Blob=@-"), "standard input (@-) can be given once only"),
        (("Text=\udcff",), "Text is no text: its bytes are not UTF-8"),
        (("Text=@-",), "Text is no text: its bytes are not UTF-8"),
        (("--base64", 'Blobs=["aGk=", "a"]'), "Blobs[1] is no base64 text"),
        (("--base64", 'Choice={"Blob": "?"}'), "Choice.Blob is no base64 text"),
        (("--base64", "Blob=é"), "Blob is no base64 text"),
        (("--query", "lenght(Text)"), "a function that JMESPath has not: lenght. Did you mean: 'length'?"),
        (("--query", "[?no(@)] | [0:2]"), "a function that JMESPath has not: no."),
        (("--query", "length(Text)"), "the call was made, but --query does not fit the answer"),
        (("--models", "nowhere"), "nowhere: No such directory"),
    ],
)
def test_what_cannot_be_given(arguments: tuple[str, ...], text: str, shelf: object, here: Here, given: Any) -> None:
    given.write(b"{}" if "--params" in arguments else b"\xff")
    given.seek(0)
    ended, shown, told = here(*ECHO, *arguments)
    assert (ended, shown, text in told) == (2, "", True), told
    assert "secret" not in told


def test_a_mark_at_the_beginning_of_a_text_is_no_part_of_it(shelf: object, here: Here, given: Any) -> None:
    given.write(b'\xef\xbb\xbf{"Text": "a"}')
    given.seek(0)
    assert json.loads(here(*ECHO, "--params", "@-")[1]) == {"Text": "a"}


def test_numbers_that_json_has_not_are_printed_as_text(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"a": [float("nan"), {"b": float("-inf")}], "c": Decimal("Infinity"), "d": b"hi", "e": (1.5, None)})
    shown = json.loads(capsys.readouterr().out, parse_constant=pytest.fail)
    assert shown == {"a": ["NaN", {"b": "-Infinity"}], "c": "Infinity", "d": "aGk=", "e": [1.5, None]}


def test_json_moves_no_cursor(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"a": "\x9b2J\x7f", "b\x1b": "é"})
    shown = capsys.readouterr().out
    assert not {"\x9b", "\x7f", "\x1b"} & set(shown)
    assert json.loads(shown) == {"a": "\x9b2J\x7f", "b\x1b": "é"}


# --- tables


ROWS = [{"Name": "né日本", "Long": "x" * 300, "At": datetime(2026, 1, 1, tzinfo=UTC)}, {"Name": "b"}]


@pytest.mark.parametrize("columns", [None, "0", "1", "10", "40", "x"])
def test_tables_lose_nothing_whatever_the_width(
    columns: str | None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    if columns is not None:
        monkeypatch.setenv("COLUMNS", columns)
    print_table(ROWS)
    shown = capsys.readouterr().out
    assert (shown.count("x"), "…" in shown, "日" in shown) == (300, False, True)
    if columns is None:
        # in a file or a pipe a row is a line
        assert "x" * 300 in shown


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp437", "utf-8"])
def test_tables_are_straight_in_every_encoding(encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding, errors="backslashreplace")
    monkeypatch.setattr(sys, "stdout", stream)
    print_table([{"né": "ê", "b": "ascii"}, {"né": "\\", "b": ""}])
    stream.flush()
    lines = stream.buffer.getvalue().decode(encoding).splitlines()
    assert len({len(line) for line in lines}) == 1, lines


# --- bodies and events


def test_what_is_no_plain_file_is_written_and_stays_what_it_is(shelf: object, here: Here, tmp_path: Path) -> None:
    pipe, received = tmp_path / "pipe", bytearray()
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: received.extend(pipe.read_bytes()))
    reader.start()
    assert here("call", "shelf", "read", "--save", str(pipe))[0] == 0
    reader.join(20)
    assert (bytes(received) == BODY, pipe.is_fifo()) == (True, True)


def test_a_link_stays_one_and_other_files_are_left_alone(shelf: object, here: Here, tmp_path: Path) -> None:
    folder = tmp_path / "there"
    folder.mkdir()
    (folder / "old").write_bytes(b"old")
    (folder / ".link.part").write_bytes(b"somebody's")
    (folder / "link").symlink_to("old")
    assert here("call", "shelf", "read", "--save", str(folder / "link"))[0] == 0
    assert ((folder / "old").read_bytes() == BODY, (folder / "link").is_symlink()) == (True, True)
    assert sorted(entry.name for entry in folder.iterdir()) == [".link.part", "link", "old"]
    # as long as a name may be
    assert here("call", "shelf", "read", "--save", str(folder / ("n" * 255)))[0] == 0


def test_what_this_process_has_open_is_not_replaced(shelf: object, tmp_path: Path) -> None:
    target = tmp_path / "out"
    with target.open("wb") as file:
        command = [sys.executable, "-m", "osteon", "call", "shelf", "read", "--save", "/dev/stdout"]
        subprocess.run(command, stdout=file, timeout=60, check=True)
        inode = os.fstat(file.fileno()).st_ino
    assert target.stat().st_ino == inode


def test_an_event_is_printed_when_it_comes(shelf: threading.Semaphore) -> None:
    command = [sys.executable, "-m", "osteon", "call", "shelf", "watch"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        shown = ""
        for number in range(3):
            while f'"{number}"' not in shown:
                line = process.stdout.readline()
                assert line, shown
                shown += line
            shelf.release()
        shown += process.stdout.read()
    lines = [{"Line": {"Text": str(number)}} for number in range(3)]
    assert shown == json.dumps({"Lines": lines}, indent=2) + "\n"


@pytest.mark.parametrize("form", [(), ("--query", "Lines[].Line.Text"), ("--output", "table")])
def test_events_as_a_whole(form: tuple[str, ...], shelf: threading.Semaphore, here: Here) -> None:
    for _ in range(3):
        shelf.release()
    ended, shown, _ = here("call", "shelf", "watch", *form)
    assert (ended, [number in shown for number in "012"]) == (0, [True] * 3)


def test_a_stream_without_events_is_an_empty_list(capsys: pytest.CaptureFixture[str]) -> None:
    from osteon.cli.printing import print_growing

    for answer in ({"a": 1, "b": iter(())}, {"b": iter(()), "a": 1}):
        print_growing(answer, "b")
        assert json.loads(capsys.readouterr().out) == {"a": 1, "b": []}
