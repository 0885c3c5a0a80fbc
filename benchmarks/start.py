"""From a fresh process on: what importing, a first client and its first call cost, and further clients and resources.

The times are the process's CPU time between two points of a script, so the interpreter's own start is not in them, and
each figure of a start is a process of its own. Bytecode and osteon's cache are warm (one round goes before those that
count), but for the cold starts: there osteon may keep nothing between processes, as in a read-only container.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from functools import partial

import boto3

import osteon
from benchmarks.measure import Result, compare, of_pairs

ROUNDS = 25

_SCRIPT = """
import time
{before}
start = time.process_time()
{measured}
print(time.process_time() - start)
"""
_NO_CACHE = "import os; os.environ['OSTEON_CACHE'] = '0'"
#: service -> first call, and the body of its answer
_CALLS = {
    "s3": ("list_buckets()", b"<ListAllMyBucketsResult/>"),
    "ec2": ("describe_regions()", b"<DescribeRegionsResponse/>"),
    "dynamodb": ("list_tables()", b'{"TableNames":[]}'),
    "sqs": ("list_queues()", b"{}"),
}


def results() -> Iterator[Result]:
    yield _compared("import", ("", "import osteon"), ("", "import boto3"), 5)
    for service in _CALLS:
        name = f"import, first {service} client and call"
        yield _compared(name, ("", _first_call(service, ours=True)), ("", _first_call(service, ours=False)), 1.5)
    for service in _CALLS:
        name = f"the same without a cache, {service}"
        yield _compared(name, (_NO_CACHE, _first_call(service, ours=True)), ("", _first_call(service, ours=False)), 1)
    ours, theirs = "from osteon import Session", "from boto3 import Session"
    client = "Session().client('ec2')"
    yield _compared("first ec2 client, after the import", (ours, client), (theirs, client), 5)
    yield from _further()


def _further() -> Iterator[Result]:
    """What a session that has made one makes again, in one process."""
    ours, theirs = osteon.Session(), boto3.Session()
    for service, mark in (("s3", 1), ("ec2", 5), ("dynamodb", 1), ("sqs", 1)):
        name = f"a further {service} client"
        yield compare(name, partial(ours.client, service), partial(theirs.client, service), mark)
    for service, mark in (("s3", 1), ("ec2", 5), ("dynamodb", 1)):
        name = f"a further {service} resource"
        yield compare(name, partial(ours.resource, service), partial(theirs.resource, service), mark)


def _first_call(service: str, *, ours: bool) -> str:
    call, body = _CALLS[service]
    if ours:
        return f"""
from osteon import Session
from osteon.http import Response
client = Session().client({service!r})
client.meta.events.register('before-send', lambda request, **_: Response(200, {{}}, {body!r}))
client.{call}
"""
    return f"""
from io import BytesIO
from boto3 import Session
from botocore.awsrequest import AWSResponse
class Raw(BytesIO):
    def stream(self, **kwargs):
        yield self.read()
client = Session().client({service!r})
client.meta.events.register('before-send', lambda request, **_: AWSResponse(request.url, 200, {{}}, Raw({body!r})))
client.{call}
"""


def _compared(name: str, ours: tuple[str, str], theirs: tuple[str, str], mark: float) -> Result:
    """``ours``, ``theirs``: what a script runs before, and what is measured."""
    rounds = [(_seconds(*ours), _seconds(*theirs)) for _ in range(ROUNDS + 1)]
    return of_pairs(name, rounds[1:], mark, unit="ms", scale=1e3)


def _seconds(before: str, measured: str) -> float:
    script = _SCRIPT.format(before=before, measured=measured)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return float(done.stdout)
