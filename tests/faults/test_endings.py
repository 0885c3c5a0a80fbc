"""Programs that end with calls under way, bodies half read and clients never closed: they end, and say nothing."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from tests.support.servers import Connection, Server

_BEGIN = """
import asyncio, gc, os, signal, sys, threading
import osteon
place = dict(region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b", endpoint_url=sys.argv[1])
config = osteon.Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})
blocking = osteon.Session().client("s3", config=config, **place)
waiting = osteon.AsyncSession().client("s3", config=config, **place)

def whole(client=blocking):
    return client.get_object(Bucket="whole", Key="k")["Body"].read()
"""

#: scene -> what the program does; /silent gets no answer, /half the beginning of one, /whole all of it
ENDINGS = {
    "a daemon thread in a call": """
threading.Thread(target=blocking.list_objects_v2, kwargs={"Bucket": "silent"}, daemon=True).start()
whole()
""",
    "a daemon thread that reads a body": """
body = blocking.get_object(Bucket="half", Key="k")["Body"]
threading.Thread(target=body.read, daemon=True).start()
whole()
""",
    "bodies half read": """
body = blocking.get_object(Bucket="half", Key="k")["Body"]
body.read(2)
for piece in blocking.get_object(Bucket="half", Key="k")["Body"].iter_chunks(2):
    sys.exit()
""",
    "a cycle of clients": """
whole()
blocking.itself = blocking
""",
    "tasks pending": """
async def main():
    for bucket in ("silent", "half"):
        asyncio.create_task(waiting.list_objects_v2(Bucket=bucket))
        asyncio.create_task(waiting.put_object(Bucket=bucket, Key="k", Body=b"x" * 3_000_000))
    await asyncio.sleep(0.2)
asyncio.run(main())
""",
    "an awaitable body half read": """
async def main():
    global body
    body = (await waiting.get_object(Bucket="half", Key="k"))["Body"]
    await body.read(2)
asyncio.run(main())
""",
    "a loop that is closed with a body": """
async def main():
    return (await waiting.get_object(Bucket="half", Key="k"))["Body"]
loop = asyncio.new_event_loop()
body = loop.run_until_complete(main())
loop.close()
""",
    "a call at exit": """
import atexit
atexit.register(whole)
""",
    "a signal in a call": """
signal.signal(signal.SIGALRM, lambda *_: signal.raise_signal(signal.SIGINT))
signal.setitimer(signal.ITIMER_REAL, 0.3)
try:
    blocking.list_objects_v2(Bucket="silent")
except KeyboardInterrupt:
    assert whole()
""",
    "a child in the middle of a body": """
body = blocking.get_object(Bucket="whole", Key="k")["Body"]
head = body.read(10)
child = os.fork()
if child == 0:
    assert len(whole()) == 3_000_000
    del body
    gc.collect()
    sys.exit()
assert os.waitpid(child, 0)[1] == 0
assert len(head + body.read()) == len(whole()) == 3_000_000
""",
    "a child of an event loop": """
async def main():
    body = (await waiting.get_object(Bucket="whole", Key="k"))["Body"]
    return len(await body.read())
assert asyncio.run(main()) == 3_000_000
child = os.fork()
assert asyncio.run(main()) == 3_000_000
if child:
    assert os.waitpid(child, 0)[1] == 0
""",
}


def serve(connection: Connection) -> None:
    while (received := connection.read()) is not None:
        if received.target.startswith("/whole"):
            connection.answer(b"x" * 3_000_000)
            continue
        if received.target.startswith("/half"):
            connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
        while connection.sock.recv(4096):
            pass


@pytest.mark.parametrize("name", ENDINGS)
def test_a_program_ends_quietly(name: str) -> None:
    if "fork" in ENDINGS[name] and not hasattr(os, "fork"):
        pytest.skip("no processes are forked here")
    with Server(serve) as server:
        command = [sys.executable, "-c", _BEGIN + ENDINGS[name], server.url]
        # It would be ended by the read timeout, a minute, were anything waited for.
        done = subprocess.run(command, capture_output=True, text=True, timeout=50, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
