"""Operations that are no conversation: exact summaries, and what is recognised as what."""

from __future__ import annotations

import base64
import struct
from typing import Any

import pytest
from plain_calls import call, events

from cassette_tools.dialects.operations.resources import find
from cassette_tools.model import Blob, Generic, Text, Uri

OPENAI = "https://api.openai.com/v1"


def test_each_channel_of_a_transcript_stands_in_its_own_place() -> None:
    channels = [{"alternatives": [{"transcript": text}, {"transcript": "other"}]} for text in ("Who?", "Me.")]
    found = call(
        "https://api.deepgram.com/v1/listen", {"url": "https://a.example/a.wav"}, {"results": {"channels": channels}}
    )
    assert [(part.content, part.pointer) for part in found.output_messages[0].parts] == [
        ("Who?", "/results/channels/0/alternatives/0/transcript"),
        ("Me.", "/results/channels/1/alternatives/0/transcript"),
    ]


def test_base64_and_floats_of_a_vector_are_told_alike() -> None:
    told = []
    vector = [0.5, -1.0, 0.25]
    for embedding in (vector, base64.b64encode(struct.pack("<3f", *vector)).decode()):
        answer = {
            "object": "list",
            "model": "m",
            "data": [{"object": "embedding", "index": 0, "embedding": embedding}],
            "usage": {"prompt_tokens": 2, "total_tokens": 2},
        }
        found = call(f"{OPENAI}/embeddings", {"model": "m", "input": "a", "dimensions": 3}, answer)
        told.append(found.output_messages)
        assert (found.dialect, found.operation_name, found.parameters) == (
            "openai.embeddings",
            "embeddings",
            {"dimensions": 3},
        )
        assert found.input_messages[0].parts == (Text(content="a"),)
        assert found.usage is not None
        assert (found.usage.input_tokens, found.usage.output_tokens, found.usage.total_tokens) == (2, None, 2)
    assert told[0] == told[1]
    assert told[0][0].parts == (Generic(kind="embedding", content={"count": 1, "dimensions": 3, "type": "float"}),)


@pytest.mark.parametrize(
    ("url", "asked", "answer", "dialect"),
    [
        ("https://generativelanguage.googleapis.com/v1beta/models/e:batchEmbedContents", {"requests": [{"content": {"parts": [{"text": "a"}]}}]}, {"embeddings": [{"values": [1.0, 2.0]}]}, "gemini.embed"),
        ("https://api.cohere.com/v2/embed", {"texts": ["a"], "model": "e"}, {"id": "1", "embeddings": {"float": [[1.0, 2.0]]}}, "cohere.embed"),
        ("http://localhost:11434/api/embeddings", {"prompt": "a", "model": "e"}, {"embedding": [1.0, 2.0]}, "ollama.embed"),
        ("https://bedrock-runtime.eu-west-1.amazonaws.com/model/amazon.titan-embed-x/invoke", {"inputText": "a"}, {"embedding": [1.0, 2.0], "inputTextTokenCount": 1}, "bedrock.embed"),
    ],
)  # fmt: skip
def test_embeddings_of_other_providers(url: str, asked: Any, answer: Any, dialect: str) -> None:
    found = call(url, asked, answer)
    assert found.dialect == dialect
    assert found.input_messages[0].parts == (Text(content="a"),)
    assert found.output_messages[0].parts == (
        Generic(kind="embedding", content={"count": 1, "dimensions": 2, "type": "float"}),
    )
    assert found.finish_reasons == ()


def test_pictures() -> None:
    stored = base64.b64encode(b"\x89PNG\r\n\x1a\n rest").decode()
    found = call(
        f"{OPENAI}/images/generations",
        {"model": "i", "prompt": "p"},
        {"created": 1, "data": [{"b64_json": stored}, {"url": "https://x.example/1.png"}]},
    )
    assert found.output_messages[0].parts == (
        Blob(modality="image", mime_type="image/png", content=stored),
        Uri(uri="https://x.example/1.png", modality="image"),
    )


def test_transcripts_that_stream() -> None:
    stream = events(
        {"type": "transcript.text.delta", "delta": "O"},
        {"type": "transcript.text.delta", "delta": "lá"},
        {"type": "transcript.text.done", "text": "Olá"},
    )
    found = call(f"{OPENAI}/audio/transcriptions", stream=stream)
    assert found.output_messages[0].parts == (Text(content="Olá"),)
    assert (found.operation_name, found.complete) == ("transcription", True)
    assert not call(f"{OPENAI}/audio/transcriptions", stream=stream[:2]).complete


def test_moderation_and_rerank() -> None:
    judged = call(
        f"{OPENAI}/moderations",
        {"input": "x"},
        {
            "id": "1",
            "results": [
                {"flagged": True, "categories": {"hate": True, "violence": False}, "category_scores": {"hate": 0.9}}
            ],
        },
    )
    assert judged.output_messages[0].parts == (
        Generic(kind="moderation", content={"flagged": True, "categories": ["hate"]}),
    )
    ranked = call(
        "https://api.cohere.com/v2/rerank",
        {"query": "q", "documents": ["a", "b"]},
        {"results": [{"index": 1, "relevance_score": 0.9}, {"index": 0, "relevance_score": 0.1}]},
    )
    assert ranked.output_messages[0].parts == (Generic(kind="ranking", content={"count": 2, "order": [1, 0]}),)


@pytest.mark.parametrize(
    ("method", "url", "operation"),
    [
        ("GET", f"{OPENAI}/models", "model_list"),
        ("GET", f"{OPENAI}/models/ft:org/x", "model_retrieve"),
        ("POST", f"{OPENAI}/files", "file_upload"),
        ("GET", f"{OPENAI}/files/f/content", "file_content"),
        ("DELETE", f"{OPENAI}/files/f?x=1", "file_delete"),
        ("POST", f"{OPENAI}/batches/b/cancel", "batch_cancel"),
        ("GET", "https://api.anthropic.com/v1/messages/batches/b/results", "batch_results"),
        ("POST", f"{OPENAI}/threads/t/runs/r/submit_tool_outputs", "run_submit_tool_outputs"),
        ("GET", f"{OPENAI}/threads/t/runs/r/steps", "run_step_list"),
        ("POST", "https://generativelanguage.googleapis.com/v1beta/cachedContents", "cached_content_create"),
        ("POST", "https://generativelanguage.googleapis.com/v1beta/models/m:batchGenerateContent", "batch_create"),
        ("GET", "http://localhost:11434/api/tags", "model_list"),
        ("DELETE", f"{OPENAI}/chat/completions/c", "stored_completion_delete"),
        ("POST", f"{OPENAI}/chat/completions", None),
        ("POST", "https://generativelanguage.googleapis.com/v1beta/models/m:generateContent", None),
        ("GET", "https://example.com/", None),
    ],
)  # fmt: skip
def test_what_is_done_to_which_resource(method: str, url: str, operation: str | None) -> None:
    found = find(method, url)
    assert (found[1] if found else None) == operation


def test_a_batch_says_its_state() -> None:
    found = call(
        f"{OPENAI}/batches/b",
        None,
        {"id": "b", "object": "batch", "status": "completed", "created_at": 1},
        method="GET",
    )
    assert (found.dialect, found.operation_name) == ("resources", "batch_retrieve")
    assert found.output_messages[0].parts == (Generic(kind="batch", content={"status": "completed"}),)


def test_legacy_completions() -> None:
    stream = events(
        {
            "object": "text_completion",
            "id": "c",
            "model": "m",
            "choices": [{"text": "O", "index": 0, "finish_reason": None}],
        },
        {
            "object": "text_completion",
            "id": "c",
            "model": "m",
            "choices": [{"text": "lá", "index": 0, "finish_reason": "stop"}],
        },
        "[DONE]",
    )
    found = call(f"{OPENAI}/completions", {"model": "m", "prompt": ["a", [1, 2]], "logprobs": 2}, stream=stream)
    assert (found.dialect, found.finish_reasons) == ("openai.completions", ("stop",))
    assert found.output_messages[0].parts == (Text(content="Olá"),)
    assert [each.parts[0] for each in found.input_messages] == [
        Text(content="a"),
        Generic(kind="tokens", content=[1, 2]),
    ]
    assert found.parameters == {"logprobs": {"enabled": True, "top": 2}}
    assert call(f"{OPENAI}/completions", {"prompt": "a"}, stream=stream[:1]).cut == "no finish_reason and no [DONE]"
