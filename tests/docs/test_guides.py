"""The guides' Python blocks, run in order as one program; generated pages are what their source generates."""

from __future__ import annotations

import os
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest

import osteon
from osteon.events.catalog import markdown

DOCS = Path(__file__).parents[2] / "docs"
BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("page", ["async.md", "command-line.md", "extending.md", "own-service.md"])
def test_a_guides_program_runs(page: str, moto_url: str, tmp_path: Path) -> None:
    run_page(page, tmp_path, {"AWS_ENDPOINT_URL": moto_url})


def test_the_page_about_moving_brings_its_own_answers(tmp_path: Path) -> None:
    run_page("moving.md", tmp_path, {"AWS_EC2_METADATA_DISABLED": "true"})


def test_the_readmes_program_runs(moto_url: str, tmp_path: Path) -> None:
    (tmp_path / "models").symlink_to(DOCS.parent / "models")
    generate = [sys.executable, "-m", "osteon", "stubs", "s3", "--output", str(tmp_path / "myapp" / "aws")]
    subprocess.run(generate, capture_output=True, check=True)
    osteon.client("s3", region_name="us-east-1", endpoint_url=moto_url).create_bucket(Bucket="scratch")
    run_page("../README.md", tmp_path, {"AWS_ENDPOINT_URL": moto_url})


def run_page(page: str, tmp_path: Path, variables: dict[str, str]) -> None:
    text = (DOCS / page).read_text("utf-8")
    for name, content in re.findall(r"^`([\w./-]+)`:\n\n```json\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, "utf-8")
    blocks = BLOCK.findall(text)
    assert blocks
    environment = {**os.environ, **variables}
    command = [sys.executable, "-W", "error", "-c", "\n".join(blocks)]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr


def test_the_event_catalogue_is_what_the_code_says() -> None:
    assert (DOCS / "events.md").read_text("utf-8").endswith(markdown())


def table_names(page: Path) -> set[str]:
    """What a page's table says to import: the dotted names of its last column."""
    rows = re.findall(r"^\| .*(?:boto3|botocore).* \| (.*) \|$", page.read_text("utf-8"), re.MULTILINE)
    return {name for row in rows for name in re.findall(r"`(osteon(?:\.\w+)*)`", row)}


def test_what_the_tables_say_to_import_is_there() -> None:
    names = table_names(DOCS / "moving.md")
    assert {"osteon.exceptions", "osteon.testing.Stubber", "osteon.clients.Waiter"} <= names
    for name in names | table_names(DOCS.parent / "README.md"):
        assert pkgutil.resolve_name(name)


def test_the_readme_and_the_page_about_moving_say_the_same() -> None:
    known = table_names(DOCS / "moving.md")
    for name in table_names(DOCS.parent / "README.md"):
        assert any(each == name or each.startswith(f"{name}.") for each in known), name


def test_links_lead_somewhere() -> None:
    root = DOCS.parent
    for page in (*DOCS.glob("*.md"), root / "README.md", root / "ARCHITECTURE.md", root / "BENCHMARKS.md"):
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name} leads to {target}"


def test_every_test_that_the_differences_name_is_there() -> None:
    text = (DOCS / "boto3.md").read_text("utf-8")
    for target in set(re.findall(r"`(tests/[\w./]+)`", text)):
        assert (DOCS.parent / target).exists(), f"boto3.md names {target}"
