"""The answer of generateContent, streamed and whole: parts, ends, counts, sources, failures."""

from __future__ import annotations

import json
from typing import Any

import pytest
from gemini_cases import ASKED, STUDIO, VERTEX, answered, chunk, decoded, events, exchange, generated, streamed
from hypothesis import given
from hypothesis import strategies as st

from cassette_tools.data.finish_reasons import FINISH_REASONS
from cassette_tools.decoding.media import joined_base64
from cassette_tools.dialects import CERTAIN, DIALECTS, LIKELY, POSSIBLE
from cassette_tools.dialects.gemini.generate_content.sources import merged_metadata
from cassette_tools.model import (
    Blob,
    CallError,
    LLMCall,
    Message,
    Problem,
    Reasoning,
    ServerToolCall,
    ServerToolCallResponse,
    Text,
    ToolCall,
    Usage,
)

GEMINI = DIALECTS["gemini.generate_content"]
STREAM = STUDIO + ":streamGenerateContent"


def parts_of(call: LLMCall) -> tuple[Any, ...]:
    (message,) = call.output_messages
    return message.parts


# --- recognition -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "asked", "answer", "certainty"),
    [
        ("https://any.host/x", {}, chunk({"text": "a"}), CERTAIN),
        ("https://any.host/x", {}, {"candidates": [{"finishReason": "SAFETY"}]}, CERTAIN),
        ("https://any.host/x", {}, {"promptFeedback": {"blockReason": "SAFETY"}}, CERTAIN),
        ("https://any.host/x", {}, {"usageMetadata": {}, "modelVersion": "m"}, CERTAIN),
        ("https://any.host/x", {}, {"usage_metadata": {}, "response_id": "r"}, CERTAIN),
        ("https://any.host/x", {}, [chunk({"text": "a"})], CERTAIN),
        (STUDIO + ":generateContent", {}, {"error": {"code": 400}}, LIKELY),
        (STUDIO + ":countTokens", {}, {"totalTokens": 3}, LIKELY),
        (STUDIO + "%3AgenerateContent", {}, "", LIKELY),
        ("https://any.host/x", ASKED, "", POSSIBLE),
        ("https://any.host/x", ASKED, {"error": {"code": 400}}, POSSIBLE),
        ("https://any.host/x", ASKED, {"id": "x"}, 0),
        ("https://any.host/x", {}, {"candidates": [{"output": "PaLM"}]}, 0),
        (STUDIO + ":embedContent", {}, {"embedding": {"values": [1]}, "usageMetadata": {}}, 0),
        ("https://any.host/cachedContents", {}, {"name": "cachedContents/1", "usageMetadata": {}}, 0),
        (STUDIO + ":batchGenerateContent", {}, {"name": "batches/1"}, 0),
    ],
)
def test_recognition(url: str, asked: Any, answer: Any, certainty: int) -> None:
    assert GEMINI.recognize(exchange(asked, answer, url=url)) == certainty


def test_what_is_read_of_another_method_is_none() -> None:
    assert GEMINI.recognize(exchange({}, "", url=STUDIO + ":generateContent", method="GET")) == 0


# --- an answer -------------------------------------------------------------------------------------------------------


def test_an_answer() -> None:
    call = generated(
        exchange(
            None,
            {
                **chunk({"text": "Hm.", "thought": True}, {"text": "Olá"}, finish="STOP", avgLogprobs=-0.1, index=0),
                "modelVersion": "gemini-9-001",
                "responseId": "r",
                "createTime": "2026-01-02T03:04:05Z",
            },
        )
    )
    assert call.output_messages == (
        Message(
            role="assistant",
            native_role="model",
            parts=(Reasoning(content="Hm."), Text(content="Olá")),
            finish_reason="stop",
            native_finish_reason="STOP",
            extra={"/avgLogprobs": -0.1},
        ),
    )
    assert (call.request_model, call.response_model, call.response_id) == ("gemini-9", "gemini-9-001", "r")
    assert (call.provider_name, call.operation_name, call.stream) == ("gcp.gemini", "generate_content", False)
    assert (call.complete, call.cut, call.error, call.problems) == (True, None, None, ())
    assert call.extra == {"/response/createTime": "2026-01-02T03:04:05Z"}


@pytest.mark.parametrize("content", [None, {}, {"role": "model"}, {"parts": None}, {"parts": []}])
def test_content_without_parts(content: Any) -> None:
    """MAX_TOKENS with thoughts alone, SAFETY, MODEL_ARMOR."""
    call = generated(exchange(None, {"candidates": [{"content": content, "finishReason": "MAX_TOKENS"}]}))
    (message,) = call.output_messages
    assert (message.role, message.parts, message.finish_reason) == ("assistant", (), "length")
    assert call.problems == ()


def test_a_missing_index_is_nought_and_candidates_keep_theirs() -> None:
    two = {"candidates": [{"index": 1, "finishReason": "STOP"}, {"index": 0, "finishReason": "STOP"}, 7]}
    call = generated(exchange(None, two))
    assert [message.index for message in call.output_messages] == [1, 0]
    assert call.extra == {"/response/candidates/2": 7}
    assert streamed(chunk({"text": "a"}, finish="STOP")).output_messages[0].index == 0


# --- streams ---------------------------------------------------------------------------------------------------------


def test_texts_are_joined_while_both_are_thought_or_neither() -> None:
    call = streamed(
        chunk({"text": "think", "thought": True}),
        chunk({"text": "ing", "thought": True}),
        chunk({"text": "sp"}),
        chunk({"text": "oken"}),
        chunk({"functionCall": {"name": "f", "args": {}}}),
        chunk({"text": "af"}, {"text": "ter"}),
        chunk({"text": ""}, finish="STOP"),
    )
    assert parts_of(call) == (
        Reasoning(content="thinking"),
        Text(content="spoken"),
        ToolCall(id=None, name="f", arguments={}),
        Text(content="after"),
    )
    assert (call.complete, call.stream, call.parameters) == (True, True, {"stream": True})


def test_the_trace_leads_to_the_pieces() -> None:
    call = streamed(
        chunk({"text": "a"}), chunk({"text": "bc"}, {"functionCall": {"name": "f", "args": {}}}), chunk(finish="STOP")
    )
    shown = {
        where: [(piece.start, piece.event_index, piece.pointer) for piece in pieces]
        for where, pieces in call.trace.items()
    }
    at = "/candidates/0/content/parts"
    assert shown == {
        at + "/0/text": [(0, 0, at + "/0/text"), (1, 1, at + "/0/text")],
        at + "/1/functionCall/args": [(0, 1, at + "/1/functionCall/args")],
    }
    assert [part.pointer for part in parts_of(call)] == list(shown)


def test_a_signature_without_words_belongs_to_the_words_before() -> None:
    spoken = streamed(chunk({"text": "a"}), chunk({"text": "", "thoughtSignature": "s"}, finish="STOP"))
    thought = streamed(
        chunk({"text": "a", "thought": True}), chunk({"text": "", "thoughtSignature": "s"}, finish="STOP")
    )
    alone = streamed(
        chunk({"functionCall": {"name": "f"}}), chunk({"text": "", "thoughtSignature": "s"}, finish="STOP")
    )
    assert parts_of(spoken) == (Text(content="a"),)
    assert spoken.output_messages[0].extra == {"/content/parts/0/thoughtSignature": "s"}
    assert parts_of(thought) == (Reasoning(content="a", signature="s"),)
    assert parts_of(alone) == (ToolCall(id=None, name="f", arguments={}),)
    assert alone.output_messages[0].extra == {"/content/parts/1/thoughtSignature": "s"}


def test_two_signatures_are_two_parts() -> None:
    call = streamed(
        chunk({"text": "a", "thoughtSignature": "s1"}), chunk({"text": "b", "thoughtSignature": "s2"}, finish="STOP")
    )
    assert parts_of(call) == (Text(content="a"), Text(content="b"))


def test_calls_without_ids_end_with_stop() -> None:
    for call in (
        streamed(
            chunk(
                {"functionCall": {"name": "f", "args": {"a": 1}}, "thoughtSignature": "s"},
                {"functionCall": {"name": "g"}},
            ),
            chunk({"functionCall": {"name": "f", "args": {"a": 2}}}, finish="STOP"),
        ),
        answered(
            {"functionCall": {"name": "f", "args": {"a": 1}}, "thoughtSignature": "s"},
            {"functionCall": {"name": "g"}},
            {"functionCall": {"name": "f", "args": {"a": 2}}},
        ),
    ):
        assert parts_of(call) == (
            ToolCall(id=None, name="f", arguments={"a": 1}, signature="s"),
            ToolCall(id=None, name="g", arguments={}),
            ToolCall(id=None, name="f", arguments={"a": 2}),
        )
        assert (call.finish_reasons, call.output_messages[0].native_finish_reason) == (("tool_call",), "STOP")


def test_arguments_that_come_in_pieces() -> None:
    def more(*pieces: Any, going_on: bool = True) -> dict[str, Any]:
        return chunk({"functionCall": {"partialArgs": list(pieces), **({"willContinue": True} if going_on else {})}})

    call = streamed(
        chunk({"functionCall": {"id": "1", "name": "f", "willContinue": True}, "thoughtSignature": "s"}),
        more({"jsonPath": "$.city", "stringValue": "Évo", "willContinue": True}),
        more({"jsonPath": "$.city", "stringValue": "ra"}),
        more({"jsonPath": "$.days[0].at", "numberValue": 3}, {"jsonPath": "$['a b']", "boolValue": False}),
        more({"jsonPath": "$.none", "nullValue": "NULL_VALUE"}),
        more({"jsonPath": "$..odd", "stringValue": "?"}, {"jsonPath": "$.days.x", "stringValue": "?"}),
        chunk({"functionCall": {}}),
        chunk({"functionCall": {"name": "g", "args": {"whole": True}}}, finish="STOP"),
    )
    assert parts_of(call) == (
        ToolCall(
            id="1",
            name="f",
            arguments={"city": "Évora", "days": [{"at": 3}], "a b": False, "none": None},
            signature="s",
        ),
        ToolCall(id=None, name="g", arguments={"whole": True}),
    )
    assert call.output_messages[0].extra == {
        "/content/parts/0/functionCall/partialArgs": [
            {"jsonPath": "$..odd", "stringValue": "?"},
            {"jsonPath": "$.days.x", "stringValue": "?"},
        ]
    }


def test_sound_is_joined_and_pictures_are_not() -> None:
    def media(kind: str, data: str) -> dict[str, Any]:
        return chunk({"inlineData": {"mimeType": kind, "data": data}})

    call = streamed(
        media("audio/L16;rate=24000", "AQ=="),
        media("audio/L16;rate=24000", "AgM="),
        media("image/png", "AA=="),
        media("image/png", "AA=="),
        chunk(finish="STOP"),
    )
    assert parts_of(call) == (
        Blob(modality="audio", mime_type="audio/L16;rate=24000", content="AQID"),
        Blob(modality="image", mime_type="image/png", content="AA=="),
        Blob(modality="image", mime_type="image/png", content="AA=="),
    )
    assert joined_base64(["AQID", "BAUG"]) == "AQIDBAUG"
    assert joined_base64(["A=", "!"]) == "A=!"


EARLIER = {"promptTokenCount": 9, "candidatesTokenCount": 21, "thoughtsTokenCount": 35, "totalTokenCount": 65}


@pytest.mark.parametrize(
    ("before", "last", "expected"),
    [
        # Its total includes what the last chunk leaves out: it is as it was counted before.
        (
            {"promptTokenCount": 5, "candidatesTokenCount": 2},
            {"promptTokenCount": 5, "totalTokenCount": 7},
            (5, 2, 7, None),
        ),
        # Without a total a chunk is not the whole count.
        ({"promptTokenCount": 5}, {"candidatesTokenCount": 2}, (5, 2, 7, None)),
        # The last count stands alone: it includes nothing of what it leaves out.
        (EARLIER, {"promptTokenCount": 87, "thoughtsTokenCount": 78, "totalTokenCount": 165}, (87, 78, 165, 78)),
        (
            {"prompt_token_count": 9, "candidates_token_count": 21},
            {"prompt_token_count": 87, "total_token_count": 87},
            (87, None, 87, None),
        ),
        # Also where its parts do not make its total.
        (EARLIER, {"promptTokenCount": 87, "totalTokenCount": 90}, (87, None, 90, None)),
    ],
)
def test_the_last_count_stands_alone(before: Any, last: Any, expected: tuple[int | None, ...]) -> None:
    usage = streamed(
        {**chunk({"text": "a"}), "usageMetadata": before}, {**chunk(finish="STOP"), "usageMetadata": last}
    ).usage
    assert usage is not None
    assert (usage.input_tokens, usage.output_tokens, usage.total_tokens, usage.reasoning_output_tokens) == expected


def test_text_after_the_first_end() -> None:
    call = streamed(chunk({"text": "a"}, finish="STOP"), chunk({"text": "b"}), chunk(finish="STOP"))
    assert (parts_of(call), call.finish_reasons, call.problems) == ((Text(content="ab"),), ("stop",), ())
    other = streamed(chunk({"text": "a"}, finish="STOP"), chunk(finish="MAX_TOKENS"))
    assert other.finish_reasons == ("length",)
    assert other.problems == (
        Problem(kind="finish-reason-changed", message="candidate 0 says finishReason 'STOP' and then 'MAX_TOKENS'"),
    )


def test_several_candidates_are_told_apart() -> None:
    def of(index: int, text: str, finish: str | None = None) -> dict[str, Any]:
        return chunk({"text": text}, finish=finish, index=index)

    call = streamed(of(0, "a"), of(1, "x"), of(1, "y", "STOP"), of(0, "b", "STOP"))
    assert [(message.index, message.parts) for message in call.output_messages] == [
        (0, (Text(content="ab"),)),
        (1, (Text(content="xy"),)),
    ]
    cut = streamed(of(0, "a"), of(1, "x", "STOP"))
    assert (cut.complete, cut.cut) == (False, "no finishReason for candidate 0")


def test_log_probabilities_are_of_the_tokens_of_their_chunk() -> None:
    call = streamed(
        chunk({"text": "a"}, logprobsResult={"chosenCandidates": [1], "topCandidates": [2]}),
        chunk({"text": "b"}, finish="STOP", logprobsResult={"chosenCandidates": [3]}, safetyRatings=[]),
    )
    assert call.output_messages[0].extra == {
        "/logprobsResult": {"chosenCandidates": [1, 3], "topCandidates": [2]},
        "/safetyRatings": [],
    }


def test_an_array_is_a_stream() -> None:
    chunks = [chunk({"text": "a"}), chunk({"text": "b"}, finish="STOP")]
    words = "[" + "\n,\n".join(json.dumps(each, indent=1) for each in chunks) + "\n]"
    call = generated(exchange(None, words, url=STREAM))
    assert (parts_of(call), call.stream, call.complete) == ((Text(content="ab"),), True, True)
    open_array = generated(exchange(None, words[:-1], url=STREAM))
    assert (parts_of(open_array), open_array.complete) == ((Text(content="ab"),), False)
    assert open_array.cut == "the array is not closed"
    nothing = generated(exchange(None, words[:30], url=STREAM))
    assert (nothing.output_messages, nothing.complete, nothing.cut) == ((), False, "no chunk is whole")


def test_an_array_that_was_read_as_one_document_is_a_stream_too() -> None:
    blocked = [{"promptFeedback": {"blockReason": "SAFETY"}}]
    call = generated(exchange(None, blocked, url=STREAM))
    assert (call.finish_reasons, call.stream, call.complete, dict(call.trace)) == (("content_filter",), True, True, {})


@given(
    st.lists(st.tuples(st.booleans(), st.text(max_size=5)), max_size=12),
    st.lists(st.booleans(), min_size=12, max_size=12),
)
def test_however_a_stream_is_cut_into_chunks(pieces: list[tuple[bool, str]], breaks: list[bool]) -> None:
    """Several parts in one chunk, or each in its own: the same message."""
    parts = [{"text": text, **({"thought": True} if thought else {})} for thought, text in pieces]
    groups: list[list[Any]] = [[]]
    for part, new in zip(parts, breaks, strict=False):
        groups[-1].append(part)
        if new:
            groups.append([])
    end = chunk(finish="STOP")
    one = streamed(chunk(*parts), end) if parts else streamed(end)
    other = streamed(*(chunk(*group) for group in groups if group), end)
    assert one.output_messages == other.output_messages
    said = "".join(part.content for part in one.output_messages[0].parts if isinstance(part, Text))
    assert said == "".join(text for thought, text in pieces if not thought)


# --- ends ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "row", [row for row in FINISH_REASONS if row.dialect == GEMINI.name], ids=lambda row: row.native
)
def test_finish_reasons(row: Any) -> None:
    call = answered({"text": "a"}, finish=row.native)
    assert call.finish_reasons == (row.canonical,)
    assert (call.problems == ()) == (row.native != "FINISH_REASON_UNSPECIFIED")


def test_finish_reasons_of_the_design() -> None:
    means = {row.native: row.canonical for row in FINISH_REASONS if row.dialect == GEMINI.name}
    filtered = {name for name, canonical in means.items() if canonical == "content_filter"}
    assert filtered == {
        "SAFETY",
        "RECITATION",
        "LANGUAGE",
        "BLOCKLIST",
        "PROHIBITED_CONTENT",
        "SPII",
        "IMAGE_SAFETY",
        "IMAGE_PROHIBITED_CONTENT",
        "IMAGE_RECITATION",
        "MODEL_ARMOR",
    }
    assert {means[name] for name in ("OTHER", "MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "NO_IMAGE")} == {
        "error"
    }
    assert (means["STOP"], means["MAX_TOKENS"], means["CONTINUATION"]) == ("stop", "length", "pause")


def test_an_unknown_finish_reason_is_kept_and_reported() -> None:
    call = answered({"text": "a"}, finish="NOVEL")
    (message,) = call.output_messages
    assert (message.finish_reason, message.native_finish_reason) == (None, "NOVEL")
    assert message.extra == {"/finishReason": "NOVEL"}
    assert call.problems == (
        Problem(
            kind="finish-reason-unknown",
            message="candidate 0 ends with finishReason 'NOVEL', which no provider of this dialect is known to send",
        ),
    )


@pytest.mark.parametrize(
    ("url", "number", "name"),
    [
        *((url, number, name) for url in (STUDIO, VERTEX) for number, name in ((1, "STOP"), (2, "MAX_TOKENS"))),
        (STUDIO, 6, "LANGUAGE"),
        (VERTEX, 6, "BLOCKLIST"),
        (STUDIO, 10, "MALFORMED_FUNCTION_CALL"),
        (VERTEX, 9, "MALFORMED_FUNCTION_CALL"),
        (VERTEX, 10, "MODEL_ARMOR"),
    ],
)
def test_finish_reasons_by_number(url: str, number: int, name: str) -> None:
    """google.ai.generativelanguage and google.cloud.aiplatform number them differently from 6 on."""
    call = answered({"text": "a"}, finish=number, url=url)
    assert (call.output_messages[0].native_finish_reason, call.problems) == (name, ())


def test_numbers_that_mean_different_things_are_not_guessed() -> None:
    call = generated(exchange(None, chunk({"text": "a"}, finish=7), url="https://gateway.example/x"))
    assert (call.finish_reasons, call.output_messages[0].native_finish_reason) == ((None,), "7")
    assert [problem.kind for problem in call.problems] == ["finish-reason-unknown"]


def test_a_stream_that_only_says_that_it_goes_on_is_cut() -> None:
    call = streamed(chunk({"text": "a"}, finish=0), chunk({"text": "b"}, finish="FINISH_REASON_UNSPECIFIED"))
    assert (call.complete, call.cut) == (False, "no finishReason for candidate 0")
    ended = streamed(chunk({"text": "a"}, finish=0), chunk({"text": "b"}, finish=1))
    assert (ended.complete, ended.finish_reasons, ended.problems) == (True, ("stop",), ())


@pytest.mark.parametrize("reason", ["SAFETY", "PROHIBITED_CONTENT", "JAILBREAK", "NOVEL", 1])
def test_a_blocked_prompt(reason: Any) -> None:
    feedback = {"promptFeedback": {"blockReason": reason, "blockReasonMessage": "no", "safetyRatings": []}}
    for call in (generated(exchange(None, feedback)), streamed(feedback)):
        assert call.output_messages == (
            Message(
                role="assistant",
                finish_reason="content_filter",
                native_finish_reason="SAFETY" if reason == 1 else reason,
                extra={"/blockReasonMessage": "no", "/safetyRatings": []},
            ),
        )
        assert (call.finish_reasons, call.complete, call.error, call.extra) == (("content_filter",), True, None, {})
        assert call.output_messages[0].pointer == "/promptFeedback"


def test_feedback_beside_an_answer_is_kept() -> None:
    feedback = {"safetyRatings": [{"category": "c", "probability": "LOW"}]}
    call = generated(exchange(None, {**chunk({"text": "a"}, finish="STOP"), "promptFeedback": feedback}))
    assert call.extra == {"/response/promptFeedback": feedback}


# --- counts ----------------------------------------------------------------------------------------------------------


def test_counts_include_thoughts_and_what_tools_gave() -> None:
    native = {
        "promptTokenCount": 100,
        "candidatesTokenCount": 20,
        "thoughtsTokenCount": 7,
        "toolUsePromptTokenCount": 3,
        "cachedContentTokenCount": 40,
        "totalTokenCount": 130,
        "promptTokensDetails": [{"modality": 1, "tokenCount": 100}],
        "trafficType": 1,
    }
    call = generated(exchange(None, {**chunk({"text": "a"}, finish="STOP"), "usageMetadata": native}))
    assert call.usage == Usage(
        input_tokens=103,
        output_tokens=27,
        total_tokens=130,
        cache_read_input_tokens=40,
        reasoning_output_tokens=7,
        extra={
            "/toolUsePromptTokenCount": 3,
            "/promptTokensDetails": [{"modality": "TEXT", "tokenCount": 100}],
            "/trafficType": "ON_DEMAND",
        },
    )
    assert (call.usage.native, call.usage.pointer) == (native, "/usageMetadata")


def test_missing_counts_stay_missing() -> None:
    def counted(**native: Any) -> Usage | None:
        return generated(exchange(None, {**chunk(finish="STOP"), "usageMetadata": native})).usage

    assert counted(promptTokenCount=5) == Usage(input_tokens=5)
    assert counted(promptTokenCount=5, thoughtsTokenCount=2, totalTokenCount=7) == Usage(
        input_tokens=5, output_tokens=2, total_tokens=7, reasoning_output_tokens=2
    )
    assert counted(prompt_token_count=5, candidates_token_count=1, thoughts_token_count=2) == Usage(
        input_tokens=5, output_tokens=3, total_tokens=8, reasoning_output_tokens=2
    )
    assert counted() is None


def test_the_cost_of_a_gateway() -> None:
    native = {"promptTokenCount": 1, "pydantic_ai_gateway": {"cost_estimate": 0.25}}
    call = generated(exchange(None, {**chunk(finish="STOP"), "usageMetadata": native}))
    assert call.usage == Usage(input_tokens=1, cost=0.25)


@pytest.mark.parametrize("asked", [ASKED, {"generateContentRequest": {"model": "models/gemini-9", **ASKED}}])
def test_counting_tokens(asked: Any) -> None:
    answer = {"totalTokens": 31, "cachedContentTokenCount": 2, "promptTokensDetails": [{"modality": "TEXT"}]}
    call = generated(exchange(asked, answer, url=STUDIO + ":countTokens"))
    assert (call.operation_name, call.request_model, call.output_messages) == ("token_count", "gemini-9", ())
    assert call.usage == Usage(
        input_tokens=31, cache_read_input_tokens=2, extra={"/promptTokensDetails": [{"modality": "TEXT"}]}
    )
    assert [message.parts for message in call.input_messages] == [(Text(content="Hi"),)]
    assert (call.error, call.complete, call.extra, call.stream) == (None, True, {}, False)


# --- sources ---------------------------------------------------------------------------------------------------------

WEB = [{"web": {"uri": f"https://a/{number}", "title": "t"}} for number in range(3)]


def test_grounding_becomes_citations() -> None:
    """Segments count UTF-8 bytes: É is two of them, so the second sentence begins at 7."""
    segment = {"startIndex": 7, "endIndex": 12, "text": "Sim. "}
    metadata = {
        "groundingChunks": WEB,
        "groundingSupports": [
            {"segment": segment, "groundingChunkIndices": [1, 0], "confidenceScores": [0.9, 0.1]},
            {"segment": {"endIndex": 6}, "groundingChunkIndices": [9]},
        ],
        "webSearchQueries": ["q"],
        "searchEntryPoint": {"renderedContent": "<div>"},
    }
    call = answered({"text": "É cá. Sim. "}, groundingMetadata=metadata)
    assert parts_of(call) == (
        Text(
            content="É cá. Sim. ",
            citations=(
                {**WEB[1], "segment": segment, "confidenceScore": 0.9},
                {**WEB[0], "segment": segment, "confidenceScore": 0.1},
                {"segment": {"endIndex": 6}, "groundingChunkIndices": [9]},
                WEB[2],
            ),
        ),
        ServerToolCall(id=None, name="google_search", server_tool_call={"queries": ["q"]}),
    )
    assert call.output_messages[0].extra == {"/groundingMetadata/searchEntryPoint": {"renderedContent": "<div>"}}


def test_each_text_gets_the_citations_of_its_words() -> None:
    metadata = {
        "groundingChunks": WEB[:2],
        "groundingSupports": [
            {"segment": {"text": "one"}, "groundingChunkIndices": [0]},
            {"segment": {"text": "two"}, "groundingChunkIndices": [1]},
        ],
    }
    call = answered({"text": "one"}, {"functionCall": {"name": "f"}}, {"text": "two"}, groundingMetadata=metadata)
    first, _, last = parts_of(call)
    assert first.citations == ({**WEB[0], "segment": {"text": "one"}},)
    assert last.citations == ({**WEB[1], "segment": {"text": "two"}},)


def test_searches_that_the_parts_tell_of_are_told_once() -> None:
    search = {"toolCall": {"id": "1", "toolType": "GOOGLE_SEARCH_WEB", "args": {"queries": ["q"]}}}
    call = answered(search, {"text": "a"}, groundingMetadata={"webSearchQueries": ["q"]})
    assert [part.type for part in parts_of(call)] == ["server_tool_call", "text"]
    assert call.output_messages[0].extra == {"/groundingMetadata/webSearchQueries": ["q"]}


@pytest.mark.parametrize("key", ["citations", "citationSources"])
def test_citation_metadata(key: str) -> None:
    cited = [{"startIndex": 0, "endIndex": 3, "uri": "https://a", "license": "MIT"}]
    call = answered({"text": "abc"}, citationMetadata={key: cited})
    assert parts_of(call) == (Text(content="abc", citations=tuple(cited)),)
    assert call.output_messages[0].extra == {}


def test_pages_that_were_read() -> None:
    pages = [{"retrievedUrl": "https://a", "urlRetrievalStatus": "URL_RETRIEVAL_STATUS_SUCCESS"}]
    call = answered({"text": "a"}, urlContextMetadata={"urlMetadata": pages})
    assert parts_of(call) == (
        Text(content="a"),
        ServerToolCallResponse(id=None, name="url_context", server_tool_call_response=pages),
    )


def test_metadata_of_an_answer_without_text_is_kept() -> None:
    metadata = {"groundingChunks": WEB}
    call = answered(groundingMetadata=metadata, citationMetadata={"citations": [1]})
    assert parts_of(call) == ()
    assert call.output_messages[0].extra == {
        "/groundingMetadata/groundingChunks": WEB,
        "/citationMetadata": {"citations": [1]},
    }


def test_grounding_that_grows() -> None:
    support = [{"groundingChunkIndices": [0], "segment": {"endIndex": n}} for n in range(3)]
    first = {"groundingChunks": WEB[:1], "groundingSupports": support[:1], "webSearchQueries": ["a"]}
    again = {"groundingChunks": WEB[:2], "groundingSupports": support[:2], "webSearchQueries": ["a", "b"]}
    anew = {"groundingChunks": WEB[2:], "groundingSupports": support[2:]}
    assert merged_metadata(first, again) == again
    assert merged_metadata(first, {}) == merged_metadata(None, first) == first
    assert merged_metadata(first, {"webSearchQueries": ["c"], "searchEntryPoint": {"x": 1}}) == {
        **first,
        "webSearchQueries": ["a", "c"],
        "searchEntryPoint": {"x": 1},
    }
    assert merged_metadata(first, anew) == {
        "groundingChunks": [WEB[0], WEB[2]],
        "groundingSupports": [support[0], {"groundingChunkIndices": [1], "segment": {"endIndex": 2}}],
        "webSearchQueries": ["a"],
    }
    call = streamed(chunk({"text": "a"}, groundingMetadata=first), chunk(finish="STOP", groundingMetadata={}))
    assert parts_of(call)[0].citations == ({**WEB[0], "segment": {"endIndex": 0}},)


# --- failures --------------------------------------------------------------------------------------------------------

FAILURE = {"code": 503, "message": "The model is overloaded.", "status": "UNAVAILABLE", "details": []}
PRETTY = json.dumps({"error": FAILURE}, indent=2)


@pytest.mark.parametrize("body", [{"error": FAILURE}, [{"error": FAILURE}]])
@pytest.mark.parametrize("url", [STUDIO + ":generateContent", STREAM, STUDIO + ":countTokens"])
def test_an_error_body(body: Any, url: str) -> None:
    call = generated(exchange(None, body, url=url, status=503))
    assert call.error == CallError(type="UNAVAILABLE", code="503", message="The model is overloaded.", raw=FAILURE)
    assert (call.complete, call.stream, call.output_messages, call.extra) == (True, False, (), {})


@pytest.mark.parametrize(
    "tail",
    [
        PRETTY + "\n",
        PRETTY,
        PRETTY.replace("\n", "\r\n"),
        json.dumps({"error": FAILURE}) + "\n\n",
        f"[{PRETTY}\n]",
        "data: " + PRETTY + "\n\n",
        "data: " + json.dumps({"error": FAILURE}) + "\n\n",
    ],
    ids=["pretty", "unterminated", "crlf", "one-line", "array", "first-line-prefixed", "prefixed"],
)
def test_an_error_in_a_stream(tail: str) -> None:
    """Google writes it without ``data:``, after what was already said; that is kept."""
    body = events(chunk({"text": "Ol"}), chunk({"text": "á"})) + tail
    call = generated(exchange(None, body, url=STREAM, kind="text/event-stream"))
    assert call.error is not None
    assert (call.error.type, call.error.code, call.error.message, call.error.in_stream) == (
        "UNAVAILABLE",
        "503",
        "The model is overloaded.",
        True,
    )
    assert (parts_of(call), call.finish_reasons, call.complete) == ((Text(content="Olá"),), (None,), True)


def test_an_error_in_an_array() -> None:
    body = f"[{json.dumps(chunk({'text': 'a'}))},\n{PRETTY}]"
    call = generated(exchange(None, body, url=STREAM))
    assert call.error is not None
    assert (call.error.code, call.error.in_stream, call.error.event_index) == ("503", True, 1)
    assert parts_of(call) == (Text(content="a"),)


@pytest.mark.parametrize(
    ("answer", "cut"),
    [
        ("", "the body is empty"),
        (events(chunk({"text": "a"})), "no finishReason for candidate 0"),
        (events({"usageMetadata": {"promptTokenCount": 1}, "modelVersion": "m"}), "no candidate"),
    ],
)
def test_a_stream_that_was_cut(answer: str, cut: str) -> None:
    call = generated(exchange(None, answer, url=STREAM + "?alt=sse", kind="text/event-stream"))
    assert (call.complete, call.cut, call.stream) == (False, cut, True)


def test_a_page_of_html() -> None:
    call = generated(exchange(None, "<html><title>502 Bad Gateway</title>", status=502, kind="text/html"))
    assert call.error is not None
    assert call.error.message == "502 Bad Gateway"


def test_fields_of_other_types_are_kept() -> None:
    call = generated(
        exchange(None, {"candidates": {"a": 1}, "modelVersion": 3, "responseId": [], "usageMetadata": "x"})
    )
    assert call.extra == {
        "/response/candidates": {"a": 1},
        "/response/modelVersion": 3,
        "/response/responseId": [],
        "/response/usageMetadata": "x",
    }
    assert decoded(GEMINI, exchange(7, 7)).extra == {"/request": 7}
