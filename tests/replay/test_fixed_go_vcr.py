"""What `cassette lint --fix` mended is still played by go-vcr itself.

Needs Go with the package of go-vcr that Debian has, 1.2, which reads the first version of the file (`make peers` installs both).
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from cassette_tools.cli import main
from cassette_tools.load import load

PACKAGES = Path("/usr/share/gocode")
SCRIPT = Path(__file__).with_name("replay.go")
RECORDED = """\
---
version: 1
interactions:
- request:
    body: '{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Say hello"}]}'
    form: {}
    headers:
      Authorization:
      - Bearer gsk_4TzQ8vT1xWc5Lr7PbYmNd2Kf9Hj6Sa3Eu0Gi5Ro1Cn7Vk8Xw2Zq
      Content-Type:
      - application/json
    url: https://api.groq.com/openai/v1/chat/completions
    method: POST
  response:
    body: '{"id":"chatcmpl-1","object":"chat.completion","created":1760000000,"model":"gpt-4o-mini","choices":[{"index":0,"message":{"role":"assistant","content":"Olá!"},"finish_reason":"stop"}],"usage":{"prompt_tokens":9,"completion_tokens":2,"total_tokens":11}}'
    headers:
      Content-Length:
      - "199"
      Content-Type:
      - application/json
      Set-Cookie:
      - session=Zk3nQ8vT1xWc5Lr7PbYm; Path=/
    status: 200 OK
    code: 200
    duration: ""
"""


@pytest.fixture(scope="module")
def go() -> str:
    """The compiler."""
    found = shutil.which("go")
    if found is None or not (PACKAGES / "src/github.com/dnaeon/go-vcr").is_dir():
        pytest.skip("no Go with go-vcr here; `make peers` installs them")
    return found


def played(go: str, cassette: Path, folder: Path) -> list[dict[str, object]]:
    requests = [
        {"method": each.request.method, "url": each.request.url, "body": each.request.body.text}
        for each in load(str(cassette)).interactions
    ]
    (folder / "requests.json").write_text(json.dumps(requests), encoding="utf-8")
    environment = {
        **os.environ,
        "GOPATH": str(PACKAGES),
        "GO111MODULE": "off",
        "GOFLAGS": "",
    }
    command = [go, "run", str(SCRIPT), str(cassette), str(folder / "requests.json")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=300)
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


def test_go_vcr_plays_what_was_mended(go: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "chat.yaml"
    path.write_text(RECORDED, encoding="utf-8")
    (before,) = played(go, path, tmp_path)
    assert main(["lint", "--no-cache", "--fix", str(path)]) == 0
    assert capsys.readouterr().out.startswith("3 findings mended, no findings in 1 file")
    (after,) = played(go, path, tmp_path)
    size = len(str(before["body"]).encode())
    headers = {"Content-Length": [str(size)], "Content-Type": ["application/json"]}
    assert after == {**before, "status": 200, "error": "", "headers": headers}
