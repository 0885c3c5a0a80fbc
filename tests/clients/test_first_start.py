"""What a first client and call do not load: each of these would be paid for by every start."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

#: service -> a call, and modules that other services, resources or files bring
CASES = {
    "sqs": ("list_queues()", "{}", ("osteon.protocols.query", "osteon.codecs.xml")),
    "dynamodb": ("list_tables()", "{}", ("osteon.aws.customizations.dynamodb_resources",)),
    "ec2": ("describe_regions()", "<A/>", ("osteon.aws.customizations.ec2_tags",)),
    "s3": ("list_buckets()", "<A/>", ("osteon.resources.base",)),
}
NEVER = (
    "configparser", "shlex", "tempfile", "shutil", "urllib3", "ssl", "http.client", "email", "asyncio", "jsonschema",
    "jmespath", "difflib", "osteon.aws.sections", "osteon.model.companions", "osteon.model.resources",
    "osteon.model.resource_members",
)  # fmt: skip


@pytest.mark.parametrize("service", CASES)
def test_what_is_not_loaded(service: str, tmp_path: Path) -> None:
    call, body, own = CASES[service]
    script = f"""
import sys, osteon
client = osteon.client({service!r}, "eu-west-1", aws_access_key_id="a", aws_secret_access_key="b")
client.meta.events.register("before-send", lambda **kw: osteon.http.Response(200, body={body.encode()!r}))
client.{call}
print([name for name in {(*NEVER, *own)!r} if name in sys.modules])
"""
    environ = {"HOME": str(tmp_path)}
    for _ in range(2):  # cold and warm
        done = subprocess.run([sys.executable, "-c", script], env=environ, capture_output=True, text=True, check=False)
        assert done.stdout.strip() == "[]", done.stderr
