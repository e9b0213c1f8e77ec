"""txtar archives of requests and answers."""

from __future__ import annotations

from pathlib import Path

from format_samples import SAMPLES, count_of, findings, read, refusal, said

from cassette_tools.formats import may_be_cassette
from cassette_tools.load import load

FOLDER = SAMPLES / "txtar"
TALK = [("user", "Name a wader."), ("assistant", "The avocet.")]


def test_each_answer_is_an_exchange_with_the_request() -> None:
    recording = load(str(FOLDER / "chat.txtar"))
    assert (recording.format, recording.problems) == ("txtar", ())
    assert [each.extra for each in recording.interactions] == [{"name": "streaming"}, {"name": "non-streaming"}]
    assert [each.response.body.stream for each in recording.interactions] == ["sse", None]
    assert said(recording) == TALK * 2
    assert findings(FOLDER / "chat.txtar") == []


def test_an_archive_of_other_files_is_refused() -> None:
    assert refusal("-- main.go --\npackage main\n", "x.txtar")


def test_the_second_turn_has_no_request() -> None:
    archive = '-- request --\n{"model":"m","messages":[]}\n-- streaming/tool-call --\ndata: {"choices":[]}\n\n'
    assert [each.extra["name"] for each in read(archive, "x.txtar").interactions] == ["streaming/tool-call"]


def test_real_archives(shared: Path) -> None:
    files, interactions = count_of(shared / "corpus", format="txtar", patterns=("**/*.txtar",))
    assert files > 0
    assert interactions >= files


def test_the_answer_to_a_gateway_is_not_compared_with_what_its_client_asked(tmp_path: Path) -> None:
    """The gateway offers the model tools of its own, and asks for the model that it was set up with."""
    path = tmp_path / "tools.txtar"
    path.write_text(
        'Tools of ours.\n\n-- request --\n{"model": "gpt-4.1", "messages": [{"role": "user", "content": "Hi"}]}\n'
        '-- non-streaming --\n{"id": "1", "object": "chat.completion", "model": "gpt-5", "choices": [{"index": 0,'
        ' "message": {"role": "assistant", "content": null, "tool_calls": [{"id": "call_1", "type": "function",'
        ' "function": {"name": "list", "arguments": "{}"}}]}, "finish_reason": "tool_calls"}]}\n'
    )
    assert [call.llm.response_model for call in load(str(path)).interactions if call.llm is not None] == ["gpt-5"]
    assert findings(path) == []
    assert may_be_cassette(path.read_bytes())
