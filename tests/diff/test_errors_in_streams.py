"""An error in the middle of a stream is one breaking line: that the output ended with it says nothing more."""

import json

import pytest

from tests.diff.drift_cases import chunks, exchange, lines, question, recording

OPENAI, ROUTER = "https://api.openai.com/v1/chat/completions", "https://openrouter.ai/api/v1/chat/completions"


def chat(url, *, fails):
    told = chunks({"role": "assistant", "content": ""}, {"content": "It is warm"}, {"content": " in Turin."})
    if fails:
        last = {"id": "chatcmpl-Zz9", "object": "chat.completion.chunk", "model": "gpt-9-mini-2030"}
        last["choices"] = [{"index": 0, "delta": {"content": ""}, "finish_reason": "error"}]
        last["error"] = {"code": 502, "message": "Provider disconnected"}
        told = [*told[:2], json.dumps(last), "[DONE]"]
    return recording(exchange(question(stream=True), told, url=url))


@pytest.mark.parametrize("url", [OPENAI, ROUTER])
def test_an_output_that_breaks_off_is_told_once(url) -> None:
    told = lines(chat(url, fails=False), chat(url, fails=True))
    assert [each[:2] for each in told if each[0] == "breaking"] == [("breaking", "error-appeared")]
    back = lines(chat(url, fails=True), chat(url, fails=False))
    assert "error-vanished" in {rule for _, rule, _ in back}
