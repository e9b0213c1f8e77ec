"""Secrets that a recorder keeps beside the exchange, where a filter of bodies and URLs does not look."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cassette_tools.config import LintSettings
from cassette_tools.lint.run import lint_paths
from cassette_tools.normalize import Settings, normalized
from cassette_tools.source import Source

KEY = "gsk_Qm7ZtW4vLr9XbK2nPcY8hGdJ6sFuE3aRiT5oVwNqMyBxUzHk"  # invented
TOKEN = "Xk7ZtW4vLr9XbK2nPcY8hGdJ6sFuE3aRiT5o"
JSON = {"Content-Type": ["application/json"]}


def go_vcr(body: str = "grant_type=refresh_token", url: str = "https://auth.harbour.dev/token", **asked: Any) -> Any:
    request = {"body": body, "headers": {}, "url": url, "method": "POST", **asked}
    answer = {"body": '{"ok":true}', "headers": JSON, "status": "200 OK", "code": 200, "duration": "1ms"}
    return {"version": 2, "interactions": [{"id": 0, "request": request, "response": answer}]}


def har(**asked: Any) -> Any:
    request = {"method": "GET", "url": "https://api.harbour.dev/a", "headers": [], **asked}
    content = {"size": 2, "mimeType": "text/plain", "text": "ok"}
    answer = {"status": 200, "statusText": "OK", "headers": [], "content": content}
    return {"log": {"version": "1.2", "entries": [{"request": request, "response": answer}]}}


def ruby(**more: Any) -> Any:
    request = {"method": "get", "uri": "https://api.harbour.dev/a", "body": {"string": ""}, "headers": {}}
    answer = {"status": {"code": 200, "message": "OK"}, "headers": {}, "body": {"string": "ok"}}
    exchange = {"request": request, "response": answer, "recorded_at": "Sat, 17 May 2025 15:30:17 GMT", **more}
    return {"http_interactions": [exchange], "recorded_with": "VCR 6.3.1"}


def azure(**variables: str) -> Any:
    entry = {"RequestUri": "https://api.harbour.dev/a", "RequestMethod": "GET", "RequestHeaders": {}}
    answer = {"RequestBody": None, "StatusCode": 200, "ResponseHeaders": {}, "ResponseBody": {"ok": True}}
    return {"Entries": [entry | answer, entry | answer], "Variables": variables}


@pytest.mark.parametrize(
    ("recording", "field"),
    [
        (go_vcr(form={"grant_type": ["refresh_token"], "refresh_token": [TOKEN]}), "form"),
        (go_vcr(form={"key": [TOKEN]}), "form"),
        (go_vcr(trailer={"x": [f"Bearer {TOKEN}"]}), "trailer"),
        (har(queryString=[{"name": "key", "value": TOKEN}]), "queryString"),
        (
            har(postData={"mimeType": "text/plain", "text": "a", "params": [{"name": "token", "value": TOKEN}]}),
            "params",
        ),
        (har(_session={"token": TOKEN}), "_session"),
        (ruby(tag=KEY), "tag"),
        (azure(HARBOUR_API_KEY=TOKEN), "Variables"),
        # told in the body, or in the URL
        (go_vcr(body=f"refresh_token={TOKEN}", form={"refresh_token": [TOKEN]}), ""),
        (har(url=f"https://api.harbour.dev/a?key={TOKEN}", queryString=[{"name": "key", "value": TOKEN}]), ""),
        # none
        (go_vcr(form={"grant_type": ["refresh_token"], "refresh_token": ["REDACTED"]}), ""),
        (go_vcr(host="api.harbour.dev", remote_addr="10.0.0.7:443", proto="HTTP/1.1"), ""),
        (ruby(key="3f1c8a529b7e4d068a3f5e2d7c9b1a40"), ""),  # only among parameters is it the name of a secret
        (azure(RandomSeed="1691070903", HARBOUR_ENDPOINT="https://harbour.openai.azure.com/"), ""),
    ],
)
def test_what_is_told(tmp_path: Path, recording: Any, field: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(recording, indent=1), encoding="utf-8")
    text = path.read_text(encoding="utf-8")
    found = lint_paths((str(path),), LintSettings(), cached=False).findings
    beside = [each for each in found if "which the recorder keeps beside the exchange" in each.message]
    assert [each.message.partition("`, which")[0] for each in beside] == ([f"`{field}"] if field else [])
    assert len(found) == (KEY in text or TOKEN in text)
    for each in beside:
        secret = KEY if KEY in text else TOKEN
        assert secret in text.splitlines()[each.location.region.line - 1]
        assert secret not in each.message


@pytest.mark.parametrize(
    ("recording", "how"),
    [
        (go_vcr(form={"refresh_token": [TOKEN]}), "unsafe"),  # go-vcr compares requests
        (har(queryString=[{"name": "key", "value": TOKEN}]), "unsafe"),
        (ruby(token=TOKEN), "safe"),
    ],
)
def test_what_mends_it(tmp_path: Path, recording: Any, how: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(recording, indent=1), encoding="utf-8")
    (finding,) = lint_paths((str(path),), LintSettings(), cached=False).findings
    assert finding.fix is not None
    assert finding.fix.applicability == how
    settings = Settings(steps=frozenset(["secrets"]), requests=how == "unsafe")
    assert TOKEN.encode() not in normalized(Source.from_path(str(path)), settings).content
