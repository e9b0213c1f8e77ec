"""Requests of converted recordings stand in a go-vcr cassette as Go itself has them: names of header fields, and the form.

Needs Go alone. go-vcr v3 and v4 are no packages of Debian's: what their default matcher compares is asked of Go's own library.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from cassette_tools.errors import CassetteError
from cassette_tools.formats import writers
from cassette_tools.load import load
from cassette_tools.model import Body, Headers, Interaction, Recording, Request, Response

from .replayed import sendable

SCRIPT = Path(__file__).with_name("seen.go")
URLENCODED = ("content-type", "application/x-www-form-urlencoded")
# Spellings of names, and forms, that real recordings have hardly any of.
ODD = (
    Request(method="GET", url="http://h/?b=2&a=1&b=3&c=&d", headers=Headers(pairs=(("x-api-KEY", "1"), ("X-Api-Key", "2")))),
    Request(method="POST", url="http://h/?a=1", headers=Headers(pairs=(URLENCODED,)), body=Body(text="a=2&x=%C3%A9+y&z=a%26b")),
    Request(method="GET", url="http://h/", headers=Headers(pairs=(URLENCODED,)), body=Body(text="a=2")),
    Request(method="PATCH", url="http://h/?q=%20", headers=Headers(pairs=(URLENCODED,)), body=Body(text="q=1&&r")),
    Request(method="GET", url="http://h/", headers=Headers(pairs=(("x_y", "1"), ("etag", "2"), ("a-1b", "3"), ("é", "4")))),
)  # fmt: skip


@pytest.fixture(scope="module")
def go() -> str:
    found = shutil.which("go")
    if found is None:
        pytest.skip("no Go here; `make peers` installs it")
    return found


def seen_by_go(go: str, requests: list[Request], folder: Path) -> list[dict[str, Any]]:
    asked = [
        {
            "Method": each.method,
            "URL": each.url,
            "Body": each.body.text or "",
            "Headers": [list(pair) for pair in each.headers],
        }
        for each in requests
    ]
    (folder / "requests.json").write_text(json.dumps(asked), encoding="utf-8")
    environment = {**os.environ, "GO111MODULE": "off", "GOFLAGS": ""}
    command = [go, "run", str(SCRIPT), str(folder / "requests.json")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=300)
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


def in_cassette(recording: Recording) -> list[dict[str, Any]]:
    """The same of what `convert` writes."""
    written = yaml.safe_load(writers()["go-vcr"].write(recording).content)["interactions"]
    return [
        {"headers": each["request"].get("headers", {}), "form": each["request"].get("form", {}), "error": ""}
        for each in written
    ]


def test_requests_are_those_that_go_makes(go: str, shared: Path, tmp_path: Path) -> None:
    interactions = tuple(
        Interaction(index=number, request=each, response=Response(status_code=200)) for number, each in enumerate(ODD)
    )
    recordings = [Recording(path="x", format="x", format_version=None, interactions=interactions)]
    for path in sorted(path for path in (shared / "corpus").rglob("*") if path.suffix in (".yaml", ".yml", ".har"))[
        ::3
    ]:
        try:
            recording = load(str(path))
        except CassetteError:
            continue
        if recording.format != "go-vcr" and len(sendable(recording)) == len(recording.interactions):
            recordings.append(recording)
    requests = [each.request for recording in recordings for each in recording.interactions]
    expected = seen_by_go(go, requests, tmp_path)
    found = [each for recording in recordings for each in in_cassette(recording)]
    wrong = [
        (request.url, theirs, ours)
        for request, theirs, ours in zip(requests, expected, found, strict=True)
        if theirs != ours
    ]
    assert wrong == []
    assert len(requests) > 150
