"""The places where programs written for boto3 import from, and where they find the same in osteon."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import boto3
import pytest

import osteon

PAGE = (Path(__file__).parents[2] / "docs" / "moving.md").read_text("utf-8")
TABLE = re.findall(r"^\| (.*`boto.*) \| (.*`osteon.*) \|$", PAGE, re.MULTILINE)
NAMES = sorted({name for _, ours in TABLE for name in re.findall(r"`(osteon[\w.]*)", ours)})


def found(name: str) -> Any:
    """What a dotted name leads to, modules imported on the way as a program's import statement does."""
    module, _, attribute = name.rpartition(".")
    try:
        return import_module(name)
    except ModuleNotFoundError:
        return getattr(import_module(module), attribute)


def test_the_table_is_there() -> None:
    assert len(TABLE) > 15


@pytest.mark.parametrize("name", NAMES)
def test_every_name_of_the_table_can_be_imported(name: str) -> None:
    assert found(name) is not None


@pytest.mark.parametrize("module", ["dynamodb.conditions", "dynamodb.types", "s3.transfer"])
def test_boto3s_modules_have_the_names_that_users_import(module: str) -> None:
    theirs = vars(import_module(f"boto3.{module}"))
    public = {name for name, value in theirs.items() if getattr(value, "__module__", "") == f"boto3.{module}"}
    wanted = {
        "dynamodb.conditions": {"Attr", "Key"},
        "dynamodb.types": {"Binary", "TypeDeserializer", "TypeSerializer"},
        "s3.transfer": {"S3Transfer", "TransferConfig"},
    }[module]
    assert wanted <= public
    for name in wanted:
        assert found(f"osteon.{module}.{name}") is not None


def test_the_package_answers_for_boto3() -> None:
    ours = {name for name in dir(boto3) if not name.startswith("_") and callable(getattr(boto3, name))}
    assert ours - {"NullHandler"} <= set(dir(osteon))


PROGRAM = """
import osteon as boto3
from osteon.config import Config
from osteon.dynamodb.conditions import Attr, Key
from osteon.dynamodb.types import TypeDeserializer, TypeSerializer
from osteon.exceptions import BotoCoreError, ClientError, NoCredentialsError
from osteon.s3.transfer import TransferConfig
from osteon import UNSIGNED
import osteon.exceptions, osteon.session

session = boto3.session.Session(region_name="eu-west-1")
client = session.client("s3", config=Config(signature_version=UNSIGNED, retries={"max_attempts": 2}))
assert issubclass(client.exceptions.NoSuchBucket, ClientError)
assert boto3.client is boto3.client and callable(boto3.resource)
print(Key("a").eq(1) & Attr("b").exists(), TransferConfig().multipart_threshold)
"""


def test_a_programs_imports_run_in_a_fresh_process() -> None:
    done = subprocess.run([sys.executable, "-W", "error", "-c", PROGRAM], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
