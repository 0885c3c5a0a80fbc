"""Digests: made once per process, read from the cache where it is right, and from the file where it is not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import orjson
import pytest

from osteon.exceptions import DataNotFoundError, ModelError
from osteon.model import loader
from osteon.model.digests import Digest
from osteon.model.loader import Loader

LARGE = {"words": ["bone"] * 2000}
SMALL = {"words": ["bone"]}


class Counter:
    """A digest of the number of words, and how often each of its sides was asked."""

    def __init__(self, given: object = None) -> None:
        self.condensed = self.built = 0
        self.digest = Digest("words-1", self.condense, self.build, given)

    def condense(self, raw: dict[str, Any]) -> Any:
        self.condensed += 1
        return {"count": len(raw["words"])}

    def build(self, kept: Any, origin: str) -> tuple[int, str]:
        self.built += 1
        return int(kept["count"]), origin


@pytest.fixture
def place(tmp_path):
    """Files of one service in a folder of their own; each call is a new folder, which this process has not seen."""
    made = []

    def put(content):
        folder = tmp_path / str(len(made)) / "bones" / "2024-01-01"
        folder.mkdir(parents=True)
        made.append(folder)
        (folder / "words-1.json").write_text(json.dumps(content))
        return folder / "words-1.json"

    return put


@pytest.fixture
def environ(tmp_path):
    return {"HOME": str(tmp_path), "OSTEON_CACHE_DIR": str(tmp_path / "cache")}


def ask(path, environ, counter=None):
    counter = counter or Counter()
    answer = Loader(path.parents[2], environ).digest(counter.digest, "bones", "words-1")
    assert answer[1] == str(path)
    return answer[0], counter.condensed, counter.built


def entries(environ):
    return sorted(Path(environ["OSTEON_CACHE_DIR"]).iterdir())


def test_once_per_process_and_what_it_depends_on(place, environ):
    path = place(LARGE)
    assert ask(path, environ) == (2000, 1, 1)
    assert ask(path, environ) == (2000, 0, 0)
    assert ask(path, environ, Counter(given="something else")) == (2000, 0, 1)


def test_a_file_that_changed_is_read_again(place, environ):
    path = place(LARGE)
    assert ask(path, environ)[0] == 2000
    path.write_text(json.dumps({"words": ["bone"] * 3000}))
    assert ask(path, environ) == (3000, 1, 1)


def test_small_files_are_not_kept(place, environ):
    assert ask(place(SMALL), environ) == (1, 1, 1)
    assert entries(environ) == []


#: payload of a cache entry that has the right stamp -> how often the file is condensed and something is built of it
KEPT = {
    "as it was written": (b'{"count":2000}', 0, 1),
    "another digest's": (b'{"sum":5}', 1, 2),
    "no object": (b"[1]", 1, 2),
    "a number": (b"5", 1, 2),
    "no number": (b'{"count":"many"}', 1, 2),
    "no JSON": (b'{"count":', 1, 1),
}


@pytest.mark.parametrize(("payload", "condensed", "built"), KEPT.values(), ids=KEPT)
def test_what_is_in_the_cache(place, environ, payload, condensed, built, fresh_twin):
    path = place(LARGE)
    assert ask(path, environ) == (2000, 1, 1)
    cache = Loader(path.parents[2], environ)._cache
    (entry,) = entries(environ)
    stamp = orjson.loads(entry.read_bytes().split(b"\n")[0])["stamp"]
    cache.write(f"words-1:{path}", stamp, payload)
    assert fresh_twin(path, environ) == (2000, condensed, built)
    assert fresh_twin(path, environ) == (2000, 0, 1)  # what was wrong was written again


@pytest.fixture
def fresh_twin(monkeypatch):
    """Ask as a process would that has not asked before."""

    def twin(path, environ):
        monkeypatch.setattr(loader, "_SHARED", loader._Shared())
        return ask(path, environ)

    return twin


def test_a_cache_that_cannot_be_written_is_harmless(place, environ, tmp_path, fresh_twin):
    path = place(LARGE)
    (tmp_path / "cache").write_text("in the way")
    assert fresh_twin(path, environ) == fresh_twin(path, environ) == (2000, 1, 1)


def test_what_is_nested_deeper_than_can_be_written_is_not_kept(place, environ):
    deep: Any = {}
    for _ in range(300):
        deep = {"a": deep}
    digest = Digest("deep-1", lambda raw: deep, lambda kept, origin: "made")
    path = place(LARGE)
    assert Loader(path.parents[2], environ).digest(digest, "bones", "words-1") == "made"
    assert entries(environ) == []


def test_files_that_are_not_there(place, environ):
    with pytest.raises(DataNotFoundError, match="nothing-of-this-name"):
        Loader(environ=environ).data_digest(Counter().digest, "nothing-of-this-name")
    path = place(LARGE)
    path.write_bytes(b"{")
    with pytest.raises(ModelError, match="words-1"):
        ask(path, environ)
