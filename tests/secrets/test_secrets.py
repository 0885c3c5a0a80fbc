"""No secret stands in a log record, a repr, the text of an error or a pickled error: calls of every kind, watched."""

from __future__ import annotations

import base64
import logging
import pickle
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.faults.misbehaviour import Act, Scripted, answer, hang_up, json_error, raw
from tests.support.servers import Connection, Server

import osteon
from osteon import Config
from osteon.exceptions import ClientError, OsteonError

SECRET, TOKEN, KEY, WORD = "hush-secret-key-1", "hush-session-token-2", "hush-api-key-3", "hush-pass-word-4"
KEYS = {"aws_access_key_id": "AKIDEXAMPLE", "aws_secret_access_key": SECRET, "aws_session_token": TOKEN}
#: what no text may hold: the secrets, base64 of the one that travels so, and how signatures begin
HUSHED = ("hush-", base64.b64encode(WORD.encode()).decode().rstrip("="), "Signature=", "X-Amz-Signature")
SSE = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": "hush-sse-customer-key-of-32-byte"}
MODEL = {
    "metadata": {
        "serviceId": "Safe", "protocol": "rest-json", "apiVersion": "2026-01-01", "endpointPrefix": "safe",
        "auth": ["smithy.api#httpApiKeyAuth"], "httpApiKeyAuth": {"in": "query", "name": "key"},
    },
    "operations": {
        "Open": {
            "name": "Open", "http": {"method": "POST", "requestUri": "/safes/{Combination}"},
            "input": {"shape": "OpenInput"}, "output": {"shape": "OpenOutput"}, "errors": [{"shape": "Jammed"}],
        },
    },
    "shapes": {
        "OpenInput": {
            "type": "structure", "required": ["Combination"],
            "members": {
                "Combination": {"shape": "Hidden", "location": "uri", "locationName": "Combination"},
                "Hint": {"shape": "Hidden", "location": "header", "locationName": "x-hint"},
                "Size": {"shape": "Number"},
            },
        },
        "OpenOutput": {"type": "structure", "members": {"Content": {"shape": "Hidden"}, "Size": {"shape": "Number"}}},
        "Jammed": {
            "type": "structure", "exception": True,
            "members": {
                "message": {"shape": "Hidden"}, "Combination": {"shape": "Hidden"}, "Size": {"shape": "Number"},
            },
        },
        "Hidden": {"type": "string", "sensitive": True},
        "Number": {"type": "integer"},
    },
}  # fmt: skip

Call = Callable[[Any], Any]
JAMMED = answer("400 Bad", f'{{"__type":"Jammed","message":"{WORD}","Combination":"{WORD}","Size":7}}'.encode())
#: name -> (service, acts of the server, call)
CALLS: dict[str, tuple[Any, list[Act], Call]] = {
    "retried upload with a customer's key": (
        "s3", [answer("500 Oh", WORD.encode()), answer("200 OK")],
        lambda c: c.put_object(Bucket="shelf", Key="book", Body=WORD.encode(), **SSE),
    ),
    "password in a form": (
        "iam", [hang_up, answer("200 OK", b"<CreateLoginProfileResponse/>")],
        lambda c: c.create_login_profile(UserName="u", Password=WORD),
    ),
    "password in a document": (
        "cognito-idp", [json_error("NotAuthorizedException")],
        lambda c: c.initiate_auth(AuthFlow="USER_PASSWORD_AUTH", ClientId="c", AuthParameters={"PASSWORD": WORD}),
    ),
    "a secret in the answer": (
        "secretsmanager", [answer("200 OK", f'{{"SecretString": "{WORD}"}}'.encode())],
        lambda c: c.get_secret_value(SecretId="s"),
    ),
    "a secret in an unreadable answer": (
        "secretsmanager", [answer("200 OK", f'{{"SecretString": "{WORD}"'.encode())],
        lambda c: c.get_secret_value(SecretId="s"),
    ),
    "a secret in unreadable xml": (
        "sts", [answer("200 OK", f"<R><SecretAccessKey>{WORD}</SecretAccessKey>".encode())],
        lambda c: c.get_caller_identity(),
    ),
    "a secret in an answer that breaks off": (
        "secretsmanager", [raw(b'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"SecretString": "' + WORD.encode())],
        lambda c: c.get_secret_value(SecretId="s"),
    ),
    "a secret in a head that breaks off": (
        "secretsmanager", [raw(b"HTTP/1.1 200 OK\r\nX-Secret: " + WORD.encode() + b"\r\n")],
        lambda c: c.get_secret_value(SecretId="s"),
    ),
    "a secret in a header that is none": (
        "secretsmanager", [raw(b"HTTP/1.1 200 OK\r\nX-Secret: \0" + WORD.encode() + b"\r\n\r\n")],
        lambda c: c.get_secret_value(SecretId="s"),
    ),
    "a secret in a status line": (
        "secretsmanager", [raw(b"HTTP/1.1 2000 " + WORD.encode() + b"\r\n\r\n")],
        lambda c: c.get_secret_value(SecretId="s"),
    ),
    "a secret between chunks": (
        "secretsmanager",
        [raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n" + WORD.encode() + b"\r\n")],
        lambda c: c.get_secret_value(SecretId="s"),
    ),
    "a secret where no header should be": (
        "secretsmanager", [raw(b"HTTP/1.1 200 OK\r\n" + WORD.encode() + b"\r\n\r\n")],
        lambda c: c.get_secret_value(SecretId="s"),
    ),
    "a secret of the wrong type": ("secretsmanager", [answer("200 OK")], lambda c: c.put_secret_value(
        SecretId="s", SecretBinary={"x": WORD}, SecretString=[WORD]
    )),
    "a path that is secret, retried": (
        MODEL, [hang_up, answer("200 OK", f'{{"Content": "{WORD}", "Size": 1}}'.encode())],
        lambda c: c.open(Combination=WORD, Hint=WORD, Size=1),
    ),
    "a path that is secret, in vain": (MODEL, [hang_up], lambda c: c.open(Combination=WORD)),
    "an error that holds secrets": (MODEL, [JAMMED], lambda c: c.open(Combination="c")),
    "an unreadable number": (
        MODEL, [answer("200 OK", f'{{"Size": "{WORD}"}}'.encode())], lambda c: c.open(Combination="c")
    ),
    "a header that would be injected": (
        MODEL, [answer("200 OK")], lambda c: c.open(Combination="c", Hint=f"{WORD}\r\nX-Evil: 1")
    ),
}  # fmt: skip


class Watch(logging.Handler):
    """Everything that is said at any level, with its arguments."""

    def __init__(self) -> None:
        super().__init__(logging.NOTSET)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        trace = "".join(traceback.format_exception(*record.exc_info)) if record.exc_info else ""
        self.texts.append(f"{record.name}: {record.getMessage()} {record.args!r} {trace}")


@pytest.fixture
def watch() -> Iterator[Watch]:
    handler, root = Watch(), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield handler
    root.removeHandler(handler)
    root.setLevel(level)


def client_of(mode: Any, service: Any, url: str) -> tuple[Any, Any]:
    session = mode.session(**KEYS)
    config = Config(retries={"total_max_attempts": 2, "mode": "standard"}, api_key=KEY, bearer_token=TOKEN)
    name = osteon.ServiceModel.from_dict(service) if isinstance(service, dict) else service
    return session, mode.client(name, session=session, endpoint_url=url, config=config)


def shown(error: BaseException) -> str:
    """Every text of an error, its causes and its pickled form included."""
    return "".join([str(error), repr(error), *traceback.format_exception(error), pickle.dumps(error).decode("latin-1")])


@pytest.mark.parametrize("name", CALLS)
def test_nothing_is_told(hasty: Any, watch: Watch, name: str) -> None:
    service, acts, call = CALLS[name]
    texts: list[str] = []
    with Scripted(acts) as server:
        session, client = client_of(hasty, service, server.url)

        def look(request: Any, **kwargs: Any) -> None:
            texts.append(repr(request) + repr(request.headers) + repr(kwargs))

        service_id = client.meta.service_model.service_id.hyphenize()
        for event in ("request-created", "before-send", "before-sign"):
            client.meta.events.register(f"{event}.{service_id}", look)
        client.meta.events.register(
            f"response-received.{service_id}", lambda exception, **kwargs: texts.append(repr(exception))
        )
        try:
            hasty.do(call(client))
        except (ClientError, OsteonError) as error:
            texts.append(shown(error))
        texts += [repr(one) for one in (session, client, client.meta, client.meta.config, client.exceptions)]
    found = [text for text in (*texts, *watch.texts) if any(hushed in text for hushed in HUSHED)]
    assert not found
    assert any("osteon.pipeline.attempt: " in text for text in watch.texts) == bool(server.requests)


def test_parts_of_a_client_are_silent(mode: Any) -> None:
    _, client = client_of(mode, "s3", "http://127.0.0.1:1")
    parts = client._parts
    texts = [repr(getattr(parts, name)) for name in getattr(parts, "__dataclass_fields__", ())]
    assert not [text for text in texts if any(hushed in text for hushed in HUSHED)]


def test_presigned_urls_are_not_logged(mode: Any, watch: Watch) -> None:
    _, client = client_of(mode, "s3", "http://127.0.0.1:1")
    url = mode.do(client.generate_presigned_url("get_object", Params={"Bucket": "shelf", "Key": "book"}))
    assert "Signature=" in url
    assert not [text for text in watch.texts if any(hushed in text for hushed in HUSHED)]


def test_credentials_show_no_secret(mode: Any) -> None:
    credentials = mode.do(mode.session(**KEYS).get_credentials())
    texts = [repr(credentials), str(credentials), repr(credentials.get_frozen_credentials())]
    assert not [text for text in texts if "hush-" in text]


def refusing(connection: Connection) -> None:
    connection.read()
    connection.answer(b"", "407 Proxy Authentication Required")


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxys_password(hasty: Any, watch: Watch, scheme: str) -> None:
    """Neither of one that is not there, nor of one that refuses it."""
    with Server(refusing) as server:
        proxies = {"http": f"http://user:{WORD}@127.0.0.1:1", "https": f"http://user:{WORD}@127.0.0.1:{server.port}"}
        config = Config(proxies=proxies, retries={"total_max_attempts": 1})
        client = hasty.client("sqs", endpoint_url=f"{scheme}://sqs.example", config=config)
        with pytest.raises(osteon.exceptions.ProxyConnectionError) as caught:
            hasty.do(client.list_queues())
    assert "hush-" not in repr(caught.value.kwargs)
    assert not [text for text in (*watch.texts, shown(caught.value), repr(client.meta.config)) if "hush-" in text]


def test_files_of_settings_are_not_quoted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "config"
    path.write_text(f"[default\naws_secret_access_key = {WORD}\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(path))
    with pytest.raises(OsteonError) as caught:
        osteon.Session().client("sqs")
    assert "hush-" not in shown(caught.value)
