"""The cache between processes: what is kept, and that nothing in its folder can do harm."""

import os
import shutil
import stat
import subprocess
import sys

import orjson
import pytest

from osteon.model.cache import Cache
from osteon.model.definitions import PackedDefinitions, Provenance, pack
from osteon.model.loader import Loader
from osteon.model.service import ServiceModel

try:
    import resource
except ImportError:  # Windows
    resource = None


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "cache"


def entry(folder):
    (path,) = folder.iterdir()
    return path


def test_what_is_written_is_read(folder):
    Cache(str(folder)).write("name", "stamp", b"payload\nand more")
    assert Cache(str(folder)).read("name", "stamp") == b"payload\nand more"
    assert Cache(str(folder)).read("name", "other stamp") is None
    assert Cache(str(folder)).read("other name", "stamp") is None


def test_only_the_owner_can_read_it(folder):
    Cache(str(folder)).write("name", "stamp", b"payload")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(entry(folder).stat().st_mode) == 0o600


def test_a_new_stamp_takes_the_place_of_the_old(folder):
    cache = Cache(str(folder))
    for stamp in ("one", "two"):
        cache.write("name", stamp, stamp.encode())
    assert cache.read("name", "two") == b"two"
    assert entry(folder)


def test_the_oldest_go_first(folder):
    cache = Cache(str(folder), max_bytes=1000)
    for number in range(5):
        cache.write(str(number), "stamp", b"x" * 300)
        for path in folder.iterdir():  # age what is there, so that writing within one tick cannot decide
            found = path.stat()
            os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns - 10**9))
    assert [number for number in range(5) if cache.read(str(number), "stamp")] == [3, 4]
    cache.write("large", "stamp", b"x" * 1001)
    assert cache.read("large", "stamp") is None


DAMAGE = {
    "empty": lambda raw: b"",
    "no line end": lambda raw: raw.replace(b"\n", b""),
    "cut off": lambda raw: raw[:-1],
    "longer": lambda raw: raw + b"x",
    "another payload": lambda raw: raw[:-1] + b"X",
    "no JSON": lambda raw: b"\x80\x04K\x01.\n" + raw,
    "head of another type": lambda raw: b"[1]\n" + raw.split(b"\n", 1)[1],
    "head without check": lambda raw: orjson.dumps({"stamp": "stamp"}) + b"\nx",
    "endless head": lambda raw: b"[" * 10**6,
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_entry_does_not_exist(folder, damage):
    cache = Cache(str(folder))
    cache.write("name", "stamp", b"payload")
    path = entry(folder)
    path.write_bytes(damage(path.read_bytes()))
    assert cache.read("name", "stamp") is None


def test_an_entry_that_is_no_file_does_not_exist(folder):
    cache = Cache(str(folder))
    cache.write("name", "stamp", b"payload")
    path = entry(folder)
    for make in (os.mkfifo, os.mkdir, lambda place: os.symlink("/dev/zero", place)):
        path.unlink()
        make(path)
        assert cache.read("name", "stamp") is None
        if path.is_dir() and not path.is_symlink():
            path.rmdir()
            path.touch()


def test_folders_that_cannot_be_used(tmp_path):
    (tmp_path / "file").write_text("in the way")
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o777)
    for folder in (tmp_path / "file", tmp_path / "file" / "below", shared, tmp_path / "\0", None):
        cache = Cache(str(folder) if folder is not None else None)
        cache.write("name", "stamp", b"payload")
        assert cache.read("name", "stamp") is None
    assert not list(shared.iterdir())


def test_a_folder_that_goes_away(folder):
    cache = Cache(str(folder))
    folder.rmdir()
    cache.write("name", "stamp", b"payload")
    assert cache.read("name", "stamp") is None


@pytest.mark.parametrize(
    ("environ", "place"),
    [
        ({"OSTEON_CACHE_DIR": "{tmp}/given", "XDG_CACHE_HOME": "{tmp}/xdg"}, "given"),
        ({"XDG_CACHE_HOME": "{tmp}/xdg"}, "xdg/osteon"),
        ({}, ".cache/osteon"),
        ({"OSTEON_CACHE": "0"}, None),
        ({"OSTEON_CACHE": "0", "OSTEON_CACHE_DIR": "{tmp}/given"}, None),
        ({"XDG_CACHE_HOME": "not/absolute"}, None),
    ],
)
def test_where_it_lies(tmp_path, environ, place):
    environ = {name: value.replace("{tmp}", str(tmp_path)) for name, value in environ.items()}
    Cache.from_environ({"HOME": str(tmp_path), **environ}).write("name", "stamp", b"payload")
    held = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert [str(path.parent.relative_to(tmp_path)) for path in held] == ([place] if place else [])


# --- models in the cache

MODEL = {
    "metadata": {"apiVersion": "2024-01-01", "endpointPrefix": "bones", "protocol": "json"},
    "operations": {"GetBone": {"name": "GetBone", "input": {"shape": "In"}}},
    "shapes": {"In": {"type": "structure", "members": {"Id": {"shape": "Id"}}}, "Id": {"type": "string", "min": 1}},
}


def packed_definitions(packed, full=MODEL):
    return PackedDefinitions(packed, Provenance("<test>"), lambda: full)


@pytest.mark.parametrize("cut", [0, 1, 5, 20])
def test_damaged_parts_are_read_from_the_model(cut):
    packed = pack(MODEL, "<test>")
    head, body = packed.split(b"\n", 1)
    found = packed_definitions(head + b"\n" + (body[:-cut] + b"}" * cut if cut else body))
    assert found.shape("Id") == {"type": "string", "min": 1}
    assert found.operation("GetBone") == MODEL["operations"]["GetBone"]


@pytest.mark.parametrize(
    "head", [b"", b"\n", b"[]\n", b'{"top":{}}\n', b'{"top":{},"operations":[["A"],[0]],"shapes":[[],[0]]}\n', b"{\n"]
)
def test_packed_models_that_are_none(head):
    with pytest.raises(ValueError, match=r".*"):
        packed_definitions(head)


def test_a_model_is_the_same_from_file_and_cache(tmp_path, seen):
    off = Loader(environ={"HOME": str(tmp_path), "OSTEON_CACHE": "0"})
    environ = {"HOME": str(tmp_path), "OSTEON_CACHE_DIR": str(tmp_path / "cache")}
    for service in ("kms", "sqs", "dynamodb", "iam"):  # none of these has extras
        version = off.latest_version(service)
        name = f"{service}/{version}/service-2.json.gz"
        source = next(path for path in off.search_paths if os.path.exists(os.path.join(path, name)))
        twice = [tmp_path / turn / service / version for turn in ("one", "two")]
        for folder in twice:  # two copies: within one process, one file is one model
            folder.mkdir(parents=True)
            shutil.copy(os.path.join(source, name), folder / "service-2.json.gz")
        direct = ServiceModel.from_file(twice[0] / "service-2.json.gz")
        Loader(tmp_path / "one", environ).service_model(service)
        assert seen(Loader(tmp_path / "one", environ).service_model(service)) == seen(direct)


def test_loaders_survive_a_damaged_cache(tmp_path, fresh_process):
    environ = {"HOME": str(tmp_path), "OSTEON_CACHE_DIR": str(tmp_path / "cache")}
    code = """
        from osteon.model.loader import Loader
        model = Loader().service_model("sqs")
        print(sorted(model.operation_model("SendMessage").input_shape.members), len(Loader().service_index()))
    """
    first = fresh_process(code, environ)
    entries = list((tmp_path / "cache").iterdir())
    assert len(entries) >= 2
    assert fresh_process(code, environ) == first
    for damage in DAMAGE.values():
        for path in entries:
            path.write_bytes(damage(path.read_bytes()))
    assert fresh_process(code, environ) == first
    for path in entries:
        path.chmod(0)
    (tmp_path / "cache").chmod(0o500)
    assert fresh_process(code, environ) == first
    assert "SendMessage" not in first
    assert "MessageBody" in first


#: prints what a start gave
_START = """
import os, sys, {first}
from osteon.model.loader import Loader
model = Loader().service_model("sqs")
print(sorted(model.operation_model("SendMessage").input_shape.members), len(Loader().service_index()))
"""


def test_many_processes_start_at_once(tmp_path):
    environ = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "OSTEON_CACHE_DIR": str(tmp_path / "cache")}
    command = [sys.executable, "-W", "error", "-c", _START.format(first="stat")]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    said = {run.communicate() for run in [subprocess.Popen(command, env=environ, **pipes) for _ in range(5)]}
    assert len(said) == 1
    assert "MessageBody" in str(said)
    assert subprocess.run(command, env=environ, capture_output=True, text=True, check=True).stdout == said.pop()[0]


@pytest.mark.skipif(resource is None, reason="no limits of files here")
def test_a_disk_that_is_full(tmp_path, fresh_process):
    """A limit of what may be written is met as a full disk is: in the middle of an entry."""
    environ = {"HOME": str(tmp_path), "OSTEON_CACHE_DIR": str(tmp_path / "cache")}
    first = fresh_process(
        _START.format(first="resource; resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))"), environ
    )
    left = [path.stat().st_size for path in (tmp_path / "cache").iterdir()]
    assert all(size < 2000 for size in left)
    assert fresh_process(_START.format(first="stat"), environ) == first
    assert len(list((tmp_path / "cache").iterdir())) > len(left)
