"""The command line in this process, and a service of one's own for it to call."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from tests.support.eventstream import event

from osteon.cli.app import main

Here: TypeAlias = Callable[..., tuple[int, str, str]]


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Here:
    """The command line in this process: (exit code, standard output, standard error)."""

    def run_here(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["osteon", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        told = capsys.readouterr()
        return int(ended.value.code or 0), told.out, told.err

    return run_here


TEXT, BLOB = {"shape": "Text"}, {"shape": "Blob"}
SHELF: dict[str, Any] = {
    "metadata": {"apiVersion": "2026-01-01", "endpointPrefix": "shelf", "serviceId": "Shelf", "protocol": "rest-json"},
    "operations": {
        name: {
            "http": {"method": method, "requestUri": f"/{name}"},
            "input": {"shape": taken},
            "output": {"shape": given},
        }
        for name, method, taken, given in (
            ("Echo", "POST", "All", "All"),
            ("Read", "GET", "Nothing", "Read"),
            ("Watch", "GET", "Nothing", "Watched"),
        )
    },
    "shapes": {
        "Text": {"type": "string"},
        "Count": {"type": "long"},
        "Number": {"type": "double"},
        "Flag": {"type": "boolean"},
        "Blob": {"type": "blob"},
        "Blobs": {"type": "list", "member": BLOB},
        "BlobMap": {"type": "map", "key": TEXT, "value": BLOB},
        "Any": {"type": "structure", "document": True, "members": {}},
        "Choice": {"type": "structure", "union": True, "members": {"Text": TEXT, "Blob": BLOB}},
        "Color": {"type": "string", "enum": ["red", "dark blue"]},
        "All": {
            "type": "structure",
            "members": {
                "Text": TEXT,
                "Count": {"shape": "Count"},
                "Number": {"shape": "Number"},
                "Flag": {"shape": "Flag"},
                "Blob": BLOB,
                "Blobs": {"shape": "Blobs"},
                "BlobMap": {"shape": "BlobMap"},
                "Any": {"shape": "Any"},
                "Choice": {"shape": "Choice"},
                "Color": {"shape": "Color"},
            },
        },
        "Nothing": {"type": "structure", "members": {}},
        "Stream": {"type": "blob", "streaming": True},
        "Read": {"type": "structure", "payload": "Body", "members": {"Body": {"shape": "Stream"}}},
        "Line": {"type": "structure", "event": True, "members": {"Text": TEXT}},
        "Lines": {"type": "structure", "eventstream": True, "members": {"Line": {"shape": "Line"}}},
        "Watched": {"type": "structure", "payload": "Lines", "members": {"Lines": {"shape": "Lines"}}},
    },
}
BODY = bytes(range(256)) * 400


class _Shelf(BaseHTTPRequestHandler):
    """Echoes what is posted, and gives a body and events. An event is sent when the one before was seen by a client."""

    seen: threading.Semaphore

    def do_POST(self) -> None:
        self._answer("application/json", self.rfile.read(int(self.headers["Content-Length"])))

    def do_GET(self) -> None:
        if self.path == "/Read":
            self._answer("application/octet-stream", BODY)
            return
        self._answer("application/vnd.amazon.eventstream", b"")
        for number in range(3):
            self.wfile.write(event("Line", json.dumps({"Text": str(number)}).encode()))
            self.wfile.flush()
            if not self.seen.acquire(timeout=20):
                return

    def _answer(self, kind: str, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Semaphore]:
    """The service ``shelf``, where it is looked for; released, the next event comes."""
    folder = tmp_path / "models" / "shelf" / "2026-01-01"
    folder.mkdir(parents=True)
    (folder / "service-2.json").write_text(json.dumps(SHELF), "utf-8")
    monkeypatch.setenv("OSTEON_DATA_PATH", str(tmp_path / "models"))
    handler = type("Shelf", (_Shelf,), {"seen": threading.Semaphore(0)})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("OSTEON_ENDPOINT_URL_SHELF", f"http://127.0.0.1:{server.server_port}")
        yield handler.seen
        server.shutdown()
