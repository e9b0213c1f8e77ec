"""Every JSON path of every real call is read by its decoder, or kept, or stands in the table below with a reason.

`tools/coverage.py` finds out, by changing each value and decoding again. It takes all real recordings, since one may read what
another does not: so `make corpus` asks it.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest
from effort import THOROUGH

from cassette_tools.dialects import DIALECTS

ROOT = Path(__file__).parents[2]

STRUCTURE = "says which kind of thing this is; the canonical part says so by its own kind"
PLACE = "where the piece belongs among its fellows: their order says so once they are joined"
PADDING = "random text, so that the size of a chunk does not tell its content"
OBJECT = "the name of the API's own object type, by which the dialect was recognised"
LATER = "empty or provisional when it begins; later events of the same stream say it"
TERMINAL = "said again, and finally, by the terminal event: response.completed and its like hold the whole answer"
ENVELOPE = "the version of the envelope's layout, which elsewhere is a header"
ECHO = "the request, given back"
MOMENT = "where in the sound somebody spoke"
TWICE = "repeats what another field beside it says"
NUMBERS = "what an operation computes by the thousand: told by how many there are"
LISTED = "things that are listed: told by how many there are"

# (dialect, side, path, why nothing of the canonical call depends on it). A branch all of whose leaves are unread is one
# path; `(empty)` is a branch where it holds nothing.
ALLOWED: tuple[tuple[str, str, str, str], ...] = (
    ("anthropic.messages", "event", "content_block.signature", LATER),
    ("anthropic.messages", "event", "message.content", LATER),
    ("anthropic.messages", "event", "message.stop_reason", LATER),
    ("anthropic.messages", "event", "message.type", OBJECT),
    ("anthropic.messages", "event", "message.usage.output_tokens", LATER),
    ("anthropic.messages", "request", "anthropic_version", ENVELOPE),
    ("anthropic.messages", "response", "type", OBJECT),
    ("bedrock.converse", "event", "p", PADDING),
    ("bedrock.converse", "event", "start.toolUse.type", STRUCTURE),
    ("bedrock.converse", "request", "outputConfig.textFormat.type", STRUCTURE),
    ("bedrock.converse", "request", "schemaVersion", ENVELOPE),
    ("bedrock.converse", "response", "output.message.content[*].toolUse.type", STRUCTURE),
    ("bedrock.embed", "response", "embedding", NUMBERS),
    ("bedrock.embed", "response", "embeddings", NUMBERS),
    ("bedrock.embed", "response", "embeddingsByType", NUMBERS),
    ("bedrock.embed", "response", "texts", ECHO),
    ("bedrock.invoke", "event", "index", PLACE),
    ("cohere.chat", "event", "delta.message.tool_calls.(empty)", LATER),
    ("cohere.chat", "event", "delta.message.tool_calls.type", STRUCTURE),
    ("cohere.chat", "request", "messages[*].tool_calls[*].type", STRUCTURE),
    ("cohere.chat", "request", "tools[*].type", STRUCTURE),
    ("cohere.chat", "response", "message.tool_calls[*].type", STRUCTURE),
    ("cohere.chat", "response", "prompt", ECHO),
    ("cohere.embed", "response", "embeddings", NUMBERS),
    ("cohere.embed", "response", "texts", ECHO),
    ("cohere.rerank", "response", "results[*].relevance_score", NUMBERS),
    ("gemini.embed", "request", "content.role", STRUCTURE),
    ("gemini.embed", "response", "embedding", NUMBERS),
    ("gemini.embed", "response", "embeddings", NUMBERS),
    ("gemini.interactions", "event", "delta.content.type", STRUCTURE),
    ("gemini.interactions", "event", "event_type", TWICE),
    ("gemini.interactions", "event", "interaction.object", OBJECT),
    ("gemini.interactions", "event", "interaction_id", TWICE),
    ("gemini.interactions", "event", "status", TWICE),
    ("gemini.interactions", "response", "object", OBJECT),
    ("mistral.ocr", "response", "pages[*].index", PLACE),
    ("ollama.chat", "event", "message.role", STRUCTURE),
    ("ollama.chat", "response", "done", STRUCTURE),
    ("ollama.chat", "response", "message.role", STRUCTURE),
    ("ollama.generate", "response", "done", STRUCTURE),
    ("deepgram.audio", "response", "results.channels[*].alternatives[*].confidence", NUMBERS),
    ("deepgram.audio", "response", "results.channels[*].alternatives[*].paragraphs", TWICE),
    ("deepgram.audio", "response", "results.channels[*].alternatives[*].words", TWICE),
    ("deepgram.audio", "response", "results.utterances", TWICE),
    ("openai.chat", "event", "choices[*].delta.content[*].thinking[*].type", STRUCTURE),
    ("openai.chat", "event", "choices[*].delta.tool_calls[*].type", STRUCTURE),
    ("openai.chat", "event", "choices[*].message", TWICE),
    ("openai.chat", "event", "choices[*].text", TWICE),
    ("openai.chat", "event", "obfuscation", PADDING),
    ("openai.chat", "event", "object", OBJECT),
    ("openai.chat", "request", "messages[*].reasoning_details[*].index", PLACE),
    ("openai.chat", "request", "messages[*].tool_calls[*].index", PLACE),
    ("openai.chat", "request", "messages[*].tool_calls[*].type", STRUCTURE),
    ("openai.chat", "request", "tool_choice.type", STRUCTURE),
    ("openai.chat", "request", "tools[*].type", STRUCTURE),
    ("openai.chat", "response", "choices[*].message.reasoning_details[*].index", PLACE),
    ("openai.chat", "response", "choices[*].message.tool_calls[*].index", PLACE),
    ("openai.chat", "response", "choices[*].message.tool_calls[*].type", STRUCTURE),
    ("openai.chat", "response", "object", OBJECT),
    ("openai.completions", "event", "object", OBJECT),
    ("openai.completions", "response", "object", OBJECT),
    ("openai.embeddings", "response", "data", NUMBERS),
    ("openai.embeddings", "response", "object", OBJECT),
    ("openai.moderations", "response", "results[*].category_applied_input_types", NUMBERS),
    ("openai.moderations", "response", "results[*].category_scores", NUMBERS),
    ("openai.realtime", "event", "audio", "sound that the user spoke: the transcript says its words"),
    ("openai.realtime", "event", "audio_end_ms", MOMENT),
    ("openai.realtime", "event", "audio_start_ms", MOMENT),
    ("openai.realtime", "event", "call_id", TERMINAL),
    ("openai.realtime", "event", "event_id", "the name of the message, to which nothing refers but an error"),
    ("openai.realtime", "event", "item.call_id", TERMINAL),
    ("openai.realtime", "event", "item.id", TERMINAL),
    ("openai.realtime", "event", "item.status", TERMINAL),
    ("openai.realtime", "event", "item_id", PLACE),
    ("openai.realtime", "event", "name", TERMINAL),
    ("openai.realtime", "event", "obfuscation", PADDING),
    ("openai.realtime", "event", "part.type", TERMINAL),
    ("openai.realtime", "event", "previous_item_id", PLACE),
    ("openai.realtime", "event", "rate_limits", "what is left of the caller's allowance, as in headers elsewhere"),
    ("openai.realtime", "event", "response.object", OBJECT),
    ("openai.realtime", "event", "response.status", "the type of the event says the same"),
    ("openai.realtime", "event", "session.object", OBJECT),
    ("openai.realtime", "event", "usage", "what the transcription took, which is another model's"),
    ("openai.responses", "event", "annotation", TERMINAL),
    ("openai.responses", "event", "annotation_index", PLACE),
    ("openai.responses", "event", "item.action", TERMINAL),
    ("openai.responses", "event", "item.call_id", TERMINAL),
    ("openai.responses", "event", "item.content.(empty)", LATER),
    ("openai.responses", "event", "item.content[*].annotations", TERMINAL),
    ("openai.responses", "event", "item.encrypted_content", TERMINAL),
    ("openai.responses", "event", "item.id", TERMINAL),
    ("openai.responses", "event", "item.internal_chat_message_metadata_passthrough", TERMINAL),
    ("openai.responses", "event", "item.metadata", TERMINAL),
    ("openai.responses", "event", "item.phase", TERMINAL),
    ("openai.responses", "event", "item.role", TERMINAL),
    ("openai.responses", "event", "item.status", TERMINAL),
    ("openai.responses", "event", "item.summary.(empty)", LATER),
    ("openai.responses", "event", "item.summary[*].type", STRUCTURE),
    ("openai.responses", "event", "item_id", PLACE),
    ("openai.responses", "event", "name", TERMINAL),
    ("openai.responses", "event", "obfuscation", PADDING),
    ("openai.responses", "event", "part.annotations", TERMINAL),
    ("openai.responses", "event", "part.logprobs", TERMINAL),
    ("openai.responses", "event", "part.type", TERMINAL),
    ("openai.responses", "event", "response.object", OBJECT),
    ("openai.responses", "event", "response.output.(empty)", LATER),
    ("openai.responses", "event", "response.output[*].summary[*].type", STRUCTURE),
    ("openai.responses", "event", "response.status", "the type of the event says the same"),
    ("openai.responses", "request", "input[*].summary[*].type", STRUCTURE),
    ("openai.responses", "response", "output[*].summary[*].type", STRUCTURE),
    ("resources", "response", "[*]", LISTED),
    ("resources", "response", "data", LISTED),
    ("resources", "response", "models", LISTED),
    ("resources", "response", "object", OBJECT),
)


def _tool() -> ModuleType:
    """tools/coverage.py under a name that is no other package's."""
    name = "cassette_coverage"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / "coverage.py")
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


@pytest.fixture(scope="module")
def trees(shared: Path) -> object:
    if not THOROUGH:
        pytest.skip("all real recordings are asked by `make corpus` (CASSETTE_THOROUGH=1)")
    tool = _tool()
    return tool.survey_all(tool.recordings(shared / "corpus"))


def test_what_no_decoder_reads_is_known_and_has_a_reason(trees: object) -> None:
    assert _tool().unread(trees) == sorted(row[:3] for row in ALLOWED)


def test_every_dialect_of_the_corpus_was_looked_at(trees: dict[tuple[str, str], object]) -> None:
    assert {dialect for dialect, _side in trees} <= set(DIALECTS.names())
    assert "openai.chat" in {dialect for dialect, _side in trees}


def test_every_row_has_a_reason_and_a_dialect() -> None:
    sides = ("request", "response", "event")
    assert [row for row in ALLOWED if not row[3].strip() or row[0] not in DIALECTS or row[1] not in sides] == []
    assert len({row[:3] for row in ALLOWED}) == len(ALLOWED)


def test_the_tool_tells_read_from_kept_from_unread(samples: Path) -> None:
    """On a sample of ours, whose fields are known."""
    tool = _tool()
    trees = tool.survey([samples / "dialects" / "openai_chat" / "streaming.yaml"])
    of = {verdict: {path for _, side, path in tool.unread(trees, verdict) if side == "event"} for verdict in tool.RANKS}
    assert of["unread"] == {"object", "choices[*].delta.tool_calls[*].type"}
    assert "created" in of["kept"]
    assert {"choices[*].delta.content", "model"} <= of["read"]
