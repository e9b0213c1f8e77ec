"""pydantic-ai's cassettes of the xAI SDK."""

from __future__ import annotations

from pathlib import Path

from format_samples import SAMPLES, findings

from cassette_tools.load import load

CHAT = SAMPLES / "xai_proto" / "chat.xai.yaml"


def test_questions_answers_chunks_and_calls_of_other_services() -> None:
    recording = load(str(CHAT))
    assert (recording.format, recording.problems) == ("xai-proto", ())
    assert [(each.request.url, each.response.status_code, each.llm) for each in recording.interactions] == [
        ("", 0, None)
    ] * 3
    sample, stream, service = recording.interactions
    assert sample.request.body.json["messages"][0]["content"] == [{"text": "Name a wader."}]
    assert sample.response.body.json["outputs"][0]["message"]["content"] == "The avocet."
    assert [chunk["chunk"]["outputs"][0]["delta"]["content"] for chunk in stream.response.body.json] == [
        "The",
        " avocet.",
    ]
    assert (service.request.body.json, service.response.body.json) == (
        {"name": "waders"},
        {"collection_id": "collection_0001"},
    )
    assert service.extra["collections_method"] == {"method": "create", "response_proto_type": "CollectionMetadata"}
    assert findings(CHAT) == []


def test_a_key_in_a_message_is_found(tmp_path: Path) -> None:
    path = tmp_path / "leak.xai.yaml"
    key = "gsk_" + "Qm7ZtW4vLr9XbK2nPcY8hGdJ6sFuE3aRiT5oVwNqMyBxUzAe1234"
    path.write_text(CHAT.read_text(encoding="utf-8").replace("The avocet.", f"It is {key}"), encoding="utf-8")
    assert [row[0] for row in findings(path)] == ["secret-in-body"]
