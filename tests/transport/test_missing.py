"""Optional dependencies that are not installed: one clear error that names the extra, when it is needed."""

from __future__ import annotations

import subprocess
import sys

import pytest

START = """
import asyncio, sys
for name in {absent!r}:
    sys.modules[name] = None
import osteon
"""
ASYNC = "c = osteon.AsyncSession().client('sqs', endpoint_url='http://127.0.0.1:1')\nasyncio.run(c.list_queues())"
SUM = "osteon.client('s3').put_object(Bucket='shelf', Key='book', Body=b'', ChecksumAlgorithm='CRC32C')"
V4A = "osteon.client('s3').get_object(Bucket='arn:aws:s3::123456789012:accesspoint/mfzwi23gnjvgw.mrap', Key='book')"
#: what is missing -> (modules, what needs it, the end of the error)
CASES = {
    "aiohttp": (["aiohttp"], ASYNC, 'async clients need aiohttp: pip install "osteon[async]"'),
    "what aiohttp needs": (["yarl"], ASYNC, 'async clients need yarl: pip install "osteon[async]"'),
    "awscrt for a checksum": (["awscrt"], SUM, 'CRC32C checksums need the "crt" extra: osteon[crt]'),
    "awscrt for a signature": (["awscrt"], V4A, 'to sign with v4a, install awscrt: pip install "osteon[crt]"'),
}


@pytest.mark.parametrize("name", CASES)
def test_the_error_names_the_extra(name: str) -> None:
    absent, code, text = CASES[name]
    ended = subprocess.run([sys.executable, "-c", START.format(absent=absent) + code], capture_output=True, text=True)
    assert ended.stderr.splitlines()[-1] == f"osteon.exceptions.MissingDependencyException: Missing Dependency: {text}"


def test_nothing_optional_is_needed_to_make_clients() -> None:
    code = START.format(absent=["aiohttp", "awscrt", "dateutil", "certifi"])
    code += "osteon.AsyncSession().client('s3'); osteon.client('s3')"
    subprocess.run([sys.executable, "-c", code], check=True)
