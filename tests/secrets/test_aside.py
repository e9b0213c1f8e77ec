"""Secrets that a recorder keeps beside the exchange, where a filter of bodies and URLs does not look."""

from __future__ import annotations

import json
from base64 import b64encode
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


def top(**more: Any) -> Any:
    exchange = {
        "request": {"method": "GET", "uri": "https://api.harbour.dev/a", "body": None, "headers": {}},
        "response": {"status": {"code": 200, "message": "OK"}, "headers": {}, "body": {"string": "ok"}},
    }
    return {"interactions": [exchange], "version": 1, **more}


def req_llm(decoded: str) -> Any:
    asked = {"method": "POST", "url": "https://api.harbour.dev/a", "headers": {}, "canonical_json": {"model": "a"}}
    chunk = {"b64": b64encode(b"data: one").decode(), "decoded": decoded}
    return {"request": asked, "response": {"status": 200, "headers": {}}, "chunks": [chunk]}


@pytest.mark.parametrize(
    ("recording", "told"),
    [
        pytest.param(top(metadata={"api_key": TOKEN}), "`metadata`, beside the interactions,", id="by its name"),
        pytest.param(top(notes=f"asked with {KEY}"), "`notes`, beside the interactions,", id="by its mark"),
        pytest.param({"recorder": {"token": TOKEN}} | top(), "`recorder`, beside the interactions,", id="before them"),
        pytest.param(top(metadata={"api_key": "REDACTED", "id": TOKEN}), "", id="a placeholder, and an id"),
        pytest.param(ruby() | {"tags": [KEY]}, "`tags`, beside the interactions,", id="Ruby VCR"),
        pytest.param(
            req_llm(f"data: {KEY}"), "`decoded`, which the recorder keeps beside the exchange,", id="req_llm's copy"
        ),
        pytest.param(req_llm("data: one"), "", id="the same as in base64"),
    ],
)
def test_what_stands_beside_the_interactions(tmp_path: Path, recording: Any, told: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(recording, indent=1), encoding="utf-8")
    found = lint_paths((str(path),), LintSettings(select=("secrets",)), cached=False).findings
    assert [each.message.partition(" holds ")[0] for each in found] == ([told] if told else [])
    secret = KEY if KEY in path.read_text(encoding="utf-8") else TOKEN
    lines = path.read_text(encoding="utf-8").splitlines()
    assert all(secret in lines[each.location.region.line - 1] for each in found)
    if told.endswith("interactions,"):
        done = normalized(Source.from_path(str(path)), Settings(steps=frozenset(["secrets"]))).content.decode()
        assert secret not in done
        path.write_text(done, encoding="utf-8")
        assert lint_paths((str(path),), LintSettings(select=("secrets",)), cached=False).findings == []


COOKIES = [{"name": "connect.sid", "value": "s%3AXk7ZtW4vLr9XbK2nPcY8hGdJ6.sFuE3aRiT5oXk7ZtW4vLr"}]


@pytest.mark.parametrize(
    ("recording", "lines"),
    [
        pytest.param(har(cookies=COOKIES), ["connect.sid"], id="in the list alone"),
        pytest.param(
            har(cookies=COOKIES, headers=[{"name": "Cookie", "value": f"connect.sid={COOKIES[0]['value']}"}]),
            ["Cookie"],
            id="in the header field, too",
        ),
        pytest.param(har(cookies=[{"name": "sid", "value": "REDACTED"}]), [], id="a placeholder"),
        pytest.param(har(cookies=[{"name": "__cf_bm", "value": COOKIES[0]["value"]}]), [], id="of a network"),
        pytest.param(har(cookies=["odd", {"name": "a"}, {"value": 1}]), [], id="no cookies"),
    ],
)
def test_cookies_of_a_har(tmp_path: Path, recording: Any, lines: list[str]) -> None:
    path = tmp_path / "a.har"
    path.write_text(json.dumps(recording, indent=1), encoding="utf-8")
    text = path.read_text(encoding="utf-8").splitlines()
    found = lint_paths((str(path),), LintSettings(select=("cookie-recorded",)), cached=False).findings
    assert [text[each.location.region.line - 2].partition(": ")[2].strip(',"') for each in found] == lines
    assert all("`connect.sid`" in each.message for each in found)
    done = normalized(Source.from_path(str(path)), Settings(steps=frozenset(["cookies"]))).content
    path.write_bytes(done)
    assert lint_paths((str(path),), LintSettings(select=("cookie-recorded",)), cached=False).findings == []
