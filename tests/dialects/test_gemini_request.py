"""The request of generateContent: both spellings, numbers for names, contents of every shape."""

from __future__ import annotations

from typing import Any

import pytest
from gemini_cases import STUDIO, VERTEX, asked, exchange, generated

from cassette_tools.decoding.protobuf import member, snake, snake_keys, spelled
from cassette_tools.dialects.gemini.names import plain_schema
from cassette_tools.model import (
    Blob,
    Generic,
    Message,
    Reasoning,
    ServerToolCall,
    ServerToolCallResponse,
    Text,
    Tool,
    ToolCall,
    ToolCallResponse,
    Uri,
)


def turn(*parts: Any, role: str | None = "user") -> dict[str, Any]:
    return {"parts": list(parts), **({"role": role} if role else {})}


def history(*contents: Any) -> tuple[Message, ...]:
    return asked({"contents": list(contents)}).input_messages


# --- names -----------------------------------------------------------------------------------------------------------


def test_a_field_is_found_in_either_spelling() -> None:
    assert [snake(name) for name in ("inlineData", "inline_data", "topP", "text", "not a name")] == [
        "inline_data",
        "inline_data",
        "top_p",
        "text",
        "not a name",
    ]
    assert member({"inline_data": 1}, "inlineData") == member({"inlineData": 1}, "inlineData") == 1
    assert member({}, "inlineData") is None
    assert [spelled(each, "inlineData") for each in ({"inline_data": 1}, {"inlineData": 1}, {})] == [
        "inline_data",
        "inlineData",
        "inlineData",
    ]
    assert snake_keys({"voiceConfig": [{"voiceName": "aB"}], 3: None}) == {
        "voice_config": [{"voice_name": "aB"}],
        "3": None,
    }


def test_schemas_are_json_schema_whatever_spells_the_types() -> None:
    upper = {
        "type": "OBJECT",
        "properties": {"type": {"type": "STRING", "nullable": True}, "any_of": {"type": "INTEGER", "min_items": "1"}},
        "property_ordering": ["type"],
        "any_of": [{"type": "ARRAY", "items": {"type": "NUMBER"}}, {"type": "BOOLEAN"}],
        "enum": ["STRING"],
        "required": ["type"],
    }
    lower = {
        "type": "object",
        "properties": {"type": {"type": "string", "nullable": True}, "any_of": {"type": "integer", "minItems": "1"}},
        "propertyOrdering": ["type"],
        "anyOf": [{"type": "array", "items": {"type": "number"}}, {"type": "boolean"}],
        "enum": ["STRING"],
        "required": ["type"],
    }
    numbers = {"type": 6, "properties": {"a": {"type": 1}, "b": {"type": 99}}}
    assert plain_schema(upper) == plain_schema(lower) == lower
    assert plain_schema(numbers) == {"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": 99}}}
    assert plain_schema({"type": ["STRING", "NULL"], "x": [1]}) == {"type": ["string", "null"], "x": [1]}
    assert plain_schema({"any_of": [], "anyOf": [1]}) == {"anyOf": [1]}
    assert plain_schema(None) is None


def test_a_mixed_request_says_what_a_uniform_one_says() -> None:
    camel = {
        "systemInstruction": {"parts": [{"text": "Be brief."}]},
        "contents": [
            turn({"inlineData": {"mimeType": "image/png", "data": "AA=="}}, {"fileData": {"fileUri": "gs://b/f"}}),
            turn({"functionCall": {"name": "f", "args": {"camelCase": 1}}, "thoughtSignature": "s"}, role="model"),
            turn({"functionResponse": {"name": "f", "response": {"camelCase": 2}}}),
        ],
        "tools": [{"functionDeclarations": [{"name": "f", "parametersJsonSchema": {"type": "object"}}]}],
        "toolConfig": {"functionCallingConfig": {"mode": "ANY", "allowedFunctionNames": ["f"]}},
        "generationConfig": {
            "topP": 0.5,
            "maxOutputTokens": 9,
            "stopSequences": ["x"],
            "thinkingConfig": {"includeThoughts": True, "thinkingBudget": 128},
            "responseMimeType": "application/json",
            "responseSchema": {"type": "STRING"},
            "speechConfig": {"voiceConfig": {"voiceName": "v"}},
        },
        "safetySettings": [{"category": "c", "threshold": "t"}],
        "cachedContent": "cachedContents/1",
    }
    snaked = {
        "system_instruction": {"parts": {"text": "Be brief."}},
        "contents": [
            turn({"inline_data": {"mime_type": "image/png", "data": "AA=="}}, {"file_data": {"file_uri": "gs://b/f"}}),
            turn({"function_call": {"name": "f", "args": {"camelCase": 1}}, "thought_signature": "s"}, role="model"),
            turn({"function_response": {"name": "f", "response": {"camelCase": 2}}}),
        ],
        "tools": {"function_declarations": [{"name": "f", "parameters_json_schema": {"type": "object"}}]},
        "tool_config": {"function_calling_config": {"mode": "any", "allowed_function_names": ["f"]}},
        "generation_config": {
            "top_p": 0.5,
            "max_output_tokens": 9,
            "stop_sequences": ["x"],
            "thinking_config": {"include_thoughts": True, "thinking_budget": 128},
            "response_mime_type": "application/json",
            "response_schema": {"type": "string"},
            "speech_config": {"voice_config": {"voice_name": "v"}},
        },
        "safety_settings": [{"category": "c", "threshold": "t"}],
        "cached_content": "cachedContents/1",
    }
    one, other = asked(camel), asked(snaked)
    assert one.extra == other.extra == {}
    for field in ("system_instructions", "input_messages", "tools", "parameters"):
        assert getattr(one, field) == getattr(other, field), field
    assert one.parameters == {
        "tool_choice": {"mode": "tool", "names": ["f"], "parallel": None},
        "top_p": 0.5,
        "max_tokens": 9,
        "stop_sequences": ["x"],
        "reasoning": {"include": True, "budget_tokens": 128},
        "speech_config": {"voice_config": {"voice_name": "v"}},
        "output_type": "json",
        "response_format": {"kind": "json_schema", "schema": {"type": "string"}},
        "safety_settings": [{"category": "c", "threshold": "t"}],
        "cache": {"content": "cachedContents/1"},
    }


def test_pointers_are_of_the_wires_spelling() -> None:
    call = asked(
        {"contents": [turn({"inline_data": {"mime_type": "image/png", "data": "AA=="}})], "unknown_key": {"a": 1}}
    )
    assert call.input_messages[0].parts[0].pointer == "/contents/0/parts/0/inline_data/data"
    assert call.extra == {"/request/unknown_key": {"a": 1}}


# --- contents --------------------------------------------------------------------------------------------------------


def test_roles() -> None:
    read = history(turn({"text": "a"}), turn({"text": "b"}, role="model"), turn({"text": "c"}, role=None))
    assert [(message.role, message.native_role) for message in read] == [
        ("user", None),
        ("assistant", "model"),
        ("user", None),
    ]
    assert [message.parts for message in read] == [(Text(content=word),) for word in "abc"]


@pytest.mark.parametrize("role", ["user", "function", "tool", None])
def test_each_result_is_a_message_of_the_tool_before_the_rest(role: str | None) -> None:
    read = history(
        turn(
            {"functionResponse": {"id": "1", "name": "f", "response": {"result": 5}}},
            {"text": "and?"},
            {"functionResponse": {"name": "g", "response": {"error": "no"}}},
            role=role,
        )
    )
    native = None if role in ("tool", None) else role
    assert read[:2] == (
        Message(
            role="tool",
            native_role=native,
            parts=(ToolCallResponse(id="1", name="f", response={"result": 5}),),
        ),
        Message(
            role="tool",
            native_role=native,
            parts=(ToolCallResponse(id=None, name="g", response={"error": "no"}, is_error=True),),
        ),
    )
    assert [message.parts for message in read[2:]] == [(Text(content="and?"),)]
    assert [message.pointer for message in read] == ["/contents/0/parts/0", "/contents/0/parts/2", "/contents/0"]


def test_media_that_a_tool_gave_follow_its_result() -> None:
    read = history(
        turn(
            {
                "functionResponse": {
                    "name": "f",
                    "response": {"result": "see"},
                    "parts": [{"inlineData": {"mimeType": "image/png", "data": "AA==", "displayName": "x.png"}}],
                    "scheduling": "SILENT",
                }
            }
        )
    )
    assert read == (
        Message(
            role="tool",
            native_role="user",
            parts=(
                ToolCallResponse(id=None, name="f", response={"result": "see"}),
                Blob(modality="image", mime_type="image/png", content="AA=="),
            ),
            extra={
                "/functionResponse/scheduling": "SILENT",
                "/functionResponse/parts/0/inlineData/displayName": "x.png",
            },
        ),
    )


def test_parts_of_every_kind() -> None:
    (message,) = history(
        turn(
            {"text": "words"},
            {"text": "thinking", "thought": True, "thoughtSignature": "s1"},
            {"text": "", "thought": True, "thoughtSignature": "s2"},
            {"text": "", "thought": True},
            {"functionCall": {"id": "1", "name": "f", "args": {"a": [1]}}, "thoughtSignature": "s3"},
            {"functionCall": {"name": "g"}},
            {"inlineData": {"mimeType": "audio/wav", "data": "AA=="}},
            {"fileData": {"mimeType": "video/mp4", "fileUri": "https://a/v"}, "videoMetadata": {"fps": 1}},
            {"fileData": {"fileUri": "https://a/x"}},
            {"executableCode": {"id": "c", "language": "PYTHON", "code": "1"}},
            {"codeExecutionResult": {"id": "c", "outcome": "OUTCOME_OK", "output": "1"}},
            {"toolCall": {"id": "t", "toolType": "GOOGLE_SEARCH_WEB", "args": {"queries": ["q"]}}},
            {"toolResponse": {"id": "t", "toolType": "GOOGLE_SEARCH_WEB", "response": {"r": 1}}},
            {"novel": {"a": 1}},
            role="model",
        )
    )
    search = "google_search_web"
    code = {"language": "PYTHON", "code": "1"}
    assert message.parts == (
        Text(content="words"),
        Reasoning(content="thinking", signature="s1"),
        Reasoning(content="", kind="encrypted", signature="s2"),
        ToolCall(id="1", name="f", arguments={"a": [1]}, signature="s3"),
        ToolCall(id=None, name="g", arguments={}),
        Blob(modality="audio", mime_type="audio/wav", content="AA=="),
        Uri(uri="https://a/v", modality="video", mime_type="video/mp4"),
        Uri(uri="https://a/x"),
        ServerToolCall(id="c", name="code_execution", server_tool_call=code),
        ServerToolCallResponse(
            id="c", name="code_execution", server_tool_call_response={"outcome": "OUTCOME_OK", "output": "1"}
        ),
        ServerToolCall(id="t", name=search, server_tool_call={"queries": ["q"]}),
        ServerToolCallResponse(id="t", name=search, server_tool_call_response={"r": 1}),
        Generic(kind="novel", content={"novel": {"a": 1}}),
    )
    assert message.extra == {"/parts/7/videoMetadata": {"fps": 1}}


def test_code_with_numbers_for_names() -> None:
    (message,) = history(
        turn({"executableCode": {"language": 1, "code": "1"}}, {"codeExecutionResult": {"outcome": 2, "output": ""}})
    )
    assert message.parts == (
        ServerToolCall(id=None, name="code_execution", server_tool_call={"language": "PYTHON", "code": "1"}),
        ServerToolCallResponse(
            id=None,
            name="code_execution",
            server_tool_call_response={"outcome": "OUTCOME_FAILED", "output": ""},
        ),
    )


def test_signatures_without_a_place_are_kept() -> None:
    (message,) = history(
        turn({"text": "a", "thoughtSignature": "s1"}, {"text": "", "thoughtSignature": "s2"}, role="model")
    )
    assert message.parts == (Text(content="a"),)
    assert message.extra == {"/parts/0/thoughtSignature": "s1", "/parts/1/thoughtSignature": "s2"}


def test_thought_that_is_no_text_says_so() -> None:
    (message,) = history(turn({"inlineData": {"mimeType": "image/png", "data": "AA=="}, "thought": True}, {}, None))
    assert message.parts == (Blob(modality="image", mime_type="image/png", content="AA=="),)
    assert message.extra == {"/parts/0/thought": True}


@pytest.mark.parametrize(
    "contents", ["Hi", ["Hi"], {"parts": {"text": "Hi"}}, {"parts": ["Hi"]}, [{"text": "Hi"}], [{"parts": "Hi"}]]
)
def test_contents_of_any_shape(contents: Any) -> None:
    (message,) = asked({"contents": contents}).input_messages
    assert (message.role, message.parts, message.extra) == ("user", (Text(content="Hi"),), {})


@pytest.mark.parametrize("instruction", ["Be brief.", {"parts": {"text": "Be brief."}}, {"parts": ["Be brief."]}])
def test_system_instructions_of_any_shape(instruction: Any) -> None:
    call = asked({"systemInstruction": instruction})
    assert (call.system_instructions, call.extra) == ((Text(content="Be brief."),), {})


def test_the_role_of_the_system_instruction_is_kept() -> None:
    call = asked({"systemInstruction": {"role": "user", "parts": [{"text": "Be"}, {"text": ""}]}})
    assert call.system_instructions == (Text(content="Be"),)
    assert call.extra == {"/request/systemInstruction/role": "user"}


# --- tools -----------------------------------------------------------------------------------------------------------


def test_tools() -> None:
    call = asked(
        {
            "tools": [
                {
                    "functionDeclarations": [
                        {"name": "f", "description": "d", "parameters": {"type": "OBJECT"}, "behavior": "BLOCKING"},
                        {"name": "g"},
                    ],
                    "googleSearch": {},
                    "codeExecution": None,
                },
                {"urlContext": {}, "fileSearch": {"topK": 3}},
                None,
            ]
        }
    )
    assert call.tools == (
        Tool(name="f", description="d", parameters={"type": "object"}, extra={"/behavior": "BLOCKING"}),
        Tool(name="g"),
        Tool(name="google_search", kind="google_search"),
        Tool(name="url_context", kind="url_context"),
        Tool(name="file_search", kind="file_search", extra={"/topK": 3}),
    )
    assert [tool.pointer for tool in call.tools] == [
        "/tools/0/functionDeclarations/0",
        "/tools/0/functionDeclarations/1",
        "/tools/0/googleSearch",
        "/tools/1/urlContext",
        "/tools/1/fileSearch",
    ]
    assert call.extra == {}


@pytest.mark.parametrize(
    ("config", "choice", "kept"),
    [
        ({"mode": "AUTO"}, {"mode": "auto", "names": [], "parallel": None}, None),
        ({"mode": "any"}, {"mode": "required", "names": [], "parallel": None}, None),
        ({"mode": "NONE"}, {"mode": "none", "names": [], "parallel": None}, None),
        ({"mode": 2}, {"mode": "required", "names": [], "parallel": None}, None),
        ({"mode": "VALIDATED"}, {"mode": "auto", "names": [], "parallel": None}, "VALIDATED"),
        ({"mode": "NOVEL"}, {"mode": None, "names": [], "parallel": None}, "NOVEL"),
        (
            {"mode": "ANY", "allowedFunctionNames": ["f"]},
            {"mode": "tool", "names": ["f"], "parallel": None},
            None,
        ),
        (
            {"mode": "ANY", "allowedFunctionNames": ["f", "g"]},
            {"mode": "allowed", "names": ["f", "g"], "parallel": None},
            "ANY",
        ),
    ],
)
def test_tool_choice(config: Any, choice: Any, kept: Any) -> None:
    call = asked({"toolConfig": {"functionCallingConfig": config, "retrievalConfig": {"languageCode": "pt"}}})
    assert call.parameters == {"tool_choice": choice}
    where = "/request/toolConfig/functionCallingConfig/mode"
    assert call.extra == {
        "/request/toolConfig/retrievalConfig": {"languageCode": "pt"},
        **({where: kept} if kept else {}),
    }


# --- settings --------------------------------------------------------------------------------------------------------


def test_settings() -> None:
    call = asked(
        {
            "generationConfig": {
                "temperature": 0,
                "topK": 40.0,
                "candidateCount": 2,
                "seed": 7,
                "presencePenalty": 0.1,
                "frequencyPenalty": 0.2,
                "responseModalities": ["TEXT", "IMAGE"],
                "responseLogprobs": True,
                "logprobs": 3,
                "thinkingConfig": {"thinkingLevel": "HIGH"},
                "mediaResolution": "MEDIA_RESOLUTION_LOW",
                "novel": {"someKey": 1},
                "nothing": None,
            },
            "labels": {"someTeam": "a"},
            "serviceTier": "flex",
        }
    )
    assert call.parameters == {
        "temperature": 0,
        "top_k": 40.0,
        "choice_count": 2,
        "seed": 7,
        "presence_penalty": 0.1,
        "frequency_penalty": 0.2,
        "modalities": ["text", "image"],
        "output_type": "image",
        "logprobs": {"enabled": True, "top": 3},
        "reasoning": {"effort": "high"},
        "media_resolution": "MEDIA_RESOLUTION_LOW",
        "labels": {"someTeam": "a"},
        "service_tier": "flex",
    }
    assert call.extra == {"/request/generationConfig/novel": {"someKey": 1}}


@pytest.mark.parametrize(
    ("config", "parameters"),
    [
        ({"responseMimeType": "text/plain"}, {"output_type": "text"}),
        (
            {"responseMimeType": "application/json"},
            {"output_type": "json", "response_format": {"kind": "json_object"}},
        ),
        (
            {"responseMimeType": "application/json", "responseJsonSchema": {"type": "STRING"}},
            {"output_type": "json", "response_format": {"kind": "json_schema", "schema": {"type": "STRING"}}},
        ),
        (
            {"responseMimeType": "text/x.enum", "responseSchema": {"type": "STRING", "enum": ["a"]}},
            {
                "output_type": "text",
                "response_format": {"kind": "text/x.enum", "schema": {"type": "string", "enum": ["a"]}},
            },
        ),
        ({"responseModalities": ["AUDIO"]}, {"modalities": ["audio"], "output_type": "speech"}),
    ],
)
def test_the_format_of_the_answer(config: Any, parameters: Any) -> None:
    call = asked({"generationConfig": config})
    assert (call.parameters, call.extra) == (parameters, {})


def test_two_spellings_that_differ_are_both_kept() -> None:
    call = asked(
        {
            "generationConfig": {
                "topP": 1,
                "top_p": 0,
                "responseSchema": {"type": "STRING"},
                "response_json_schema": {"a": 1},
            },
            "systemInstruction": "a",
            "system_instruction": "b",
        }
    )
    assert call.parameters["top_p"] == 1
    assert call.parameters["response_format"] == {"kind": "json_schema", "schema": {"a": 1}}
    assert call.extra == {
        "/request/generationConfig/top_p": 0,
        "/request/generationConfig/responseSchema": {"type": "STRING"},
        "/request/system_instruction": "b",
    }


# --- the model -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "body", "model"),
    [
        (STUDIO + ":generateContent", {}, "gemini-9"),
        (STUDIO + "%3AgenerateContent?key=x", {}, "gemini-9"),
        (VERTEX + ":streamGenerateContent?%24alt=json%3Benum-encoding%3Dint", {}, "gemini-9"),
        (STUDIO + ":generateContent", {"model": "models/gemini-8"}, "gemini-8"),
        (STUDIO + ":generateContent", {"model": "publishers/google/models/gemini-8"}, "gemini-8"),
        (STUDIO + ":generateContent", {"model": "tunedModels/mine"}, "tunedModels/mine"),
        ("https://generativelanguage.googleapis.com/v1beta/tunedModels/mine:generateContent", {}, "mine"),
        ("https://us-central1-aiplatform.googleapis.com/v1/projects/p/endpoints/123:generateContent", {}, "123"),
    ],
)
def test_the_model_is_in_the_path(url: str, body: Any, model: str) -> None:
    assert generated(exchange(body, None, url=url)).request_model == model


def test_streaming_is_in_the_path() -> None:
    assert generated(exchange({}, None, url=STUDIO + ":streamGenerateContent")).parameters == {"stream": True}
    assert asked({}).parameters == {}
