"""What `cassette lint --fix` mended is still played by go-vcr itself.

Needs Go with the package of go-vcr that Debian has, 1.2, which reads the first version of the file (`make peers` installs both).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from cassette_tools.cli import main
from cassette_tools.load import load

from .players import GO_VCR_V1, Seen, by_go
from .replayed import exchange

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


def played(cassette: Path, folder: Path) -> Seen:
    """What a client sees that asks as the first request of a cassette does."""
    (first,) = load(str(cassette)).interactions
    ((answer,),) = by_go("open_v1.go", "", [(cassette, [exchange(first)])], folder)
    return answer


@pytest.mark.skipif(GO_VCR_V1(), reason="no Go with go-vcr here; `make peers` installs them")
def test_go_vcr_plays_what_was_mended(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "chat.yaml"
    path.write_text(RECORDED, encoding="utf-8")
    before = played(path, tmp_path)
    assert (before.status, before.error) == (200, "")
    assert main(["lint", "--no-cache", "--fix", str(path)]) == 0
    assert capsys.readouterr().out.startswith("3 findings mended, no findings in 1 file")
    headers = {"content-length": [str(len(before.body))], "content-type": ["application/json"]}
    assert played(path, tmp_path) == before._replace(headers=headers)
