"""The Responses API: what each item, each setting and each provider's way of it means."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from responses_interactions import URL, answer, asked, call, called, history, message, parts, response, text

from cassette_tools.data.finish_reasons import FINISH_REASONS
from cassette_tools.dialects.openai_responses import recognize
from cassette_tools.load import load
from cassette_tools.model import (
    Blob,
    CallError,
    File,
    Generic,
    Interaction,
    Message,
    Problem,
    Reasoning,
    Refusal,
    ServerToolCall,
    ServerToolCallResponse,
    Text,
    Tool,
    ToolCall,
    ToolCallResponse,
    Uri,
    Usage,
)

# --- facts -----------------------------------------------------------------------------------------------------------


def test_stream_and_whole_answer_say_the_same(samples: Path) -> None:
    folder = samples / "dialects" / "openai_responses"
    streamed, whole = (
        [each.llm for each in load(str(folder / name)).interactions]
        for name in ("streaming.yaml", "non_streaming.yaml")
    )
    assert [call.output_messages for call in streamed if call] == [call.output_messages for call in whole if call]
    assert [call.usage for call in streamed if call] == [call.usage for call in whole if call]
    one, other = streamed
    assert one is not None
    assert other is not None
    assert one.system_instructions == (Text(content="You are a travel guide. Use the tools."),)
    assert one.output_messages[0].parts == (
        Reasoning(
            content="The user wants two things: weather and time. I can ask for both at once.",
            kind="summary",
            encrypted="c2VhbGVkLXRoaW5raW5nLTE=",
            id="rs_sample_1",
        ),
        Text(content="Let me look up both for Évora — one moment."),
        ToolCall(
            id="call_sample_weather",
            name="get_weather",
            arguments={"city": "Évora"},
            raw_arguments='{"city":"Évora"}',
        ),
        ToolCall(
            id="call_sample_time",
            name="get_time",
            arguments={"city": "Évora", "format": "24h"},
            raw_arguments='{"city":"Évora","format":"24h"}',
        ),
    )
    assert (one.finish_reasons, other.finish_reasons) == (("tool_call",), ("stop",))
    assert [part.type for part in other.output_messages[0].parts] == ["server_tool_call", "text"]


def test_the_same_conversation_is_the_same_in_chat(samples: Path) -> None:
    """The sample of chat is the same conversation: what both can say is equal."""
    chat = load(str(samples / "dialects" / "openai_chat" / "plain.yaml")).interactions[0].llm
    ours = load(str(samples / "dialects" / "openai_responses" / "non_streaming.yaml")).interactions[0].llm
    assert chat is not None
    assert ours is not None
    assert ours.system_instructions == chat.system_instructions
    assert ours.input_messages == chat.input_messages
    assert ours.tools == chat.tools
    assert ours.finish_reasons == chat.finish_reasons
    speech = (Text, ToolCall)
    assert [part for part in ours.output_messages[0].parts if isinstance(part, speech)] == [
        part for part in chat.output_messages[0].parts if isinstance(part, speech)
    ]
    assert {key: ours.parameters[key] for key in ("max_tokens", "tool_choice")} == {
        key: chat.parameters[key] for key in ("max_tokens", "tool_choice")
    }


# --- recognising -----------------------------------------------------------------------------------------------------

ERROR = {"error": {"message": "no", "type": "t"}}
RECOGNISED: list[tuple[int, Interaction]] = [
    (3, asked({}, response(), url="https://example.org/x")),
    (3, asked({}, {"object": "response.compaction", "output": []}, url="https://example.org/x")),
    (3, asked({}, {"object": "response.input_tokens", "input_tokens": 1}, url="https://example.org/x")),
    (3, asked(None, {"object": "response.deleted", "deleted": True}, url=URL + "/resp_1", method="DELETE")),
    (3, asked({}, events=[{"type": "keepalive"}, {"type": "response.created", "response": {}}], url="x")),
    (2, asked(response=ERROR, status=400)),
    (2, asked(response=ERROR, status=400, url="https://api.githubcopilot.com/responses")),
    (2, asked(response=ERROR, status=400, url="https://chatgpt.com/backend-api/codex/responses")),
    (2, asked(response=ERROR, status=404, url="https://r.openai.azure.com/openai/responses?api-version=1")),
    (2, asked(events=[{"type": "error", "message": "no"}])),
    (2, asked({}, ERROR, status=404, url=URL + "/resp_1", method="GET")),
    (2, asked({}, ERROR, status=404, url=URL + "/resp_1/cancel")),
    (2, asked({}, {"object": "list", "data": []}, url=URL + "/resp_1/input_items?order=asc", method="GET")),
    (2, asked({}, ERROR, status=400, url=URL + "/compact")),
    (2, asked({}, ERROR, status=400, url=URL + "/input_tokens")),
    (1, asked({"model": "m", "input": [{"role": "user", "content": "a"}]}, "", url="https://proxy/")),
    (1, asked({"model": "m", "input": [{"type": "function_call_output"}]}, "", url="https://proxy/")),
    (1, asked({"model": "m", "input": "a", "store": False}, "", url="https://proxy/")),
    # other APIs
    (
        0,
        asked({"model": "m", "input": "a"}, {"object": "list", "data": []}, url="https://api.openai.com/v1/embeddings"),
    ),
    (0, asked({"model": "m", "input": ["a"]}, "", url="https://api.openai.com/v1/embeddings")),
    (0, asked({"input": [{"type": "text", "text": "a"}], "model": "m"}, {"results": []}, url="https://a/moderations")),
    (0, asked({}, {"object": "chat.completion", "choices": []})),
    (0, asked({"answer": 42}, {"ok": True}, url="https://forms.example/7/responses")),
    (0, asked({}, {"ok": True}, url="https://forms.example/7/responses/9", method="GET")),
    (0, asked({}, {"ok": True}, url=URL, method="GET")),
    (0, asked({"messages": []}, "", url="https://api.openai.com/v1/chat/completions")),
    (0, asked({}, events=[{"type": "message_start", "message": {}}], url="https://api.anthropic.com/v1/messages")),
]


@pytest.mark.parametrize("number", range(len(RECOGNISED)))
def test_recognised(number: int) -> None:
    certainty, one = RECOGNISED[number]
    assert recognize(one) == certainty, (one.request.method, one.request.url)


# --- the answer's items ----------------------------------------------------------------------------------------------

CITATION = {"type": "url_citation", "url": "https://a.example", "title": "A", "start_index": 0, "end_index": 3}


def test_words_and_their_citations() -> None:
    """§5.2: several messages and several parts of one are parts of one answer; empty text is none."""
    found = answer(
        message(text("One", annotations=[CITATION]), text(""), text("Two", logprobs=[{"token": "Two"}])),
        message(text("Three"), id="msg_2", phase="final_answer", status="incomplete"),
    )
    assert found == Message(
        role="assistant",
        parts=(Text(content="One", citations=(CITATION,)), Text(content="Two"), Text(content="Three")),
        finish_reason="stop",
        native_finish_reason="completed",
        extra={
            "/0/id": "msg_1",
            "/0/content/2/logprobs": [{"token": "Two"}],
            "/1/id": "msg_2",
            "/1/phase": "final_answer",
            "/1/status": "incomplete",
        },
    )
    assert [part.pointer for part in found.parts] == [
        "/output/0/content/0/text",
        "/output/0/content/2/text",
        "/output/1/content/0/text",
    ]


def test_refusal_is_a_part_and_the_answer_stops() -> None:
    """§13: a refusal has status `completed`; the part carries the fact."""
    found = answer(message({"type": "refusal", "refusal": "I can't."}))
    assert (found.parts, found.finish_reason) == ((Refusal(content="I can't."),), "stop")


REASONING: list[tuple[dict[str, Any], list[Reasoning]]] = [
    # §5.2, the shapes in which reasoning was seen
    ({"summary": []}, [Reasoning(content="", kind="redacted", id="rs_1")]),
    (
        {"summary": [], "content": [], "encrypted_content": "c2Vh"},
        [Reasoning(content="", kind="encrypted", encrypted="c2Vh", id="rs_1")],
    ),
    (
        {"summary": [{"type": "summary_text", "text": "a"}, {"type": "summary_text", "text": "b"}]},
        [Reasoning(content="a", kind="summary", id="rs_1"), Reasoning(content="b", kind="summary", id="rs_1")],
    ),
    (
        {"summary": [{"type": "summary_text", "text": "a"}], "encrypted_content": "c2Vh"},
        [Reasoning(content="a", kind="summary", encrypted="c2Vh", id="rs_1")],
    ),
    (
        {"summary": [], "content": [{"type": "reasoning_text", "text": "raw"}]},
        [Reasoning(content="raw", kind="text", id="rs_1")],
    ),
    (  # OpenRouter
        {"content": [{"type": "reasoning_text", "text": "raw"}], "format": "anthropic-claude-v1", "signature": "sig"},
        [Reasoning(content="raw", kind="text", signature="sig", format="anthropic-claude-v1", id="rs_1")],
    ),
    ({"content": "raw"}, [Reasoning(content="raw", kind="text", id="rs_1")]),
]


@pytest.mark.parametrize("number", range(len(REASONING)))
def test_reasoning(number: int) -> None:
    item, expected = REASONING[number]
    assert parts({"id": "rs_1", "type": "reasoning", **item}) == tuple(expected)


def test_calls_of_functions() -> None:
    """§1.5, §5.2: the id is `call_id`; the item's own is kept."""
    found = answer(call("f", '{"a": 1}'), call("g", "", 2), call("h", "{", 3, namespace="n"))
    assert found.parts == (
        ToolCall(id="call_1", name="f", arguments={"a": 1}, raw_arguments='{"a": 1}'),
        ToolCall(id="call_2", name="g", arguments={}, raw_arguments=""),
        ToolCall(id="call_3", name="h", arguments="{", raw_arguments="{", arguments_valid=False),
    )
    assert found.extra == {"/0/id": "fc_1", "/1/id": "fc_2", "/2/id": "fc_3", "/2/namespace": "n"}
    assert found.finish_reason == "tool_call"


def test_a_call_without_call_id_has_its_own() -> None:
    """§16.2: some clients link by the item's id."""
    found = answer(call("f", call_id=None))
    assert (found.parts, found.extra) == ((ToolCall(id="fc_1", name="f", arguments={}, raw_arguments="{}"),), {})


def test_custom_tools() -> None:
    item = {"type": "custom_tool_call", "id": "ctc_1", "call_id": "call_1", "name": "sql", "input": "SELECT 1"}
    one = ToolCall(id="call_1", name="sql", arguments="SELECT 1", raw_arguments="SELECT 1", kind="custom")
    assert parts(item) == (one,)
    assert parts(item, tools=[{"type": "custom", "name": "sql"}, {"type": "x_search"}]) == (one,)


def test_tools_of_xai_look_like_custom_ones() -> None:
    """§5.5: what the client did not define, it need not run."""
    item = {
        "type": "custom_tool_call",
        "id": "ctc_1",
        "call_id": "xs_1",
        "name": "x_keyword_search",
        "input": '{"query":"a"}',
        "status": "completed",
    }
    found = answer(item, tools=[{"type": "x_search"}])
    assert found.parts == (
        ServerToolCall(
            id="xs_1",
            name="x_keyword_search",
            server_tool_call={"type": "custom_tool_call", "input": '{"query":"a"}'},
        ),
    )
    assert (found.finish_reason, found.extra) == ("stop", {"/0/id": "ctc_1"})


SERVER_TOOLS: list[tuple[dict[str, Any], list[Any]]] = [
    (
        {
            "type": "web_search_call",
            "action": {"type": "search", "query": "q", "sources": [{"type": "url", "url": "https://a.example"}]},
        },
        [
            ServerToolCall(
                id="x_1",
                name="web_search",
                server_tool_call={"type": "web_search_call", "action": {"type": "search", "query": "q"}},
            ),
            ServerToolCallResponse(
                id="x_1",
                name="web_search",
                server_tool_call_response={
                    "type": "web_search_call",
                    "sources": [{"type": "url", "url": "https://a.example"}],
                },
            ),
        ],
    ),
    (
        {"type": "web_search_call", "action": {"type": "open_page", "url": "https://a.example"}},
        [
            ServerToolCall(
                id="x_1",
                name="web_search",
                server_tool_call={
                    "type": "web_search_call",
                    "action": {"type": "open_page", "url": "https://a.example"},
                },
            )
        ],
    ),
    (
        {"type": "file_search_call", "queries": ["q"], "results": [{"file_id": "file_1", "score": 0.5}]},
        [
            ServerToolCall(
                id="x_1", name="file_search", server_tool_call={"type": "file_search_call", "queries": ["q"]}
            ),
            ServerToolCallResponse(
                id="x_1",
                name="file_search",
                server_tool_call_response={
                    "type": "file_search_call",
                    "results": [{"file_id": "file_1", "score": 0.5}],
                },
            ),
        ],
    ),
    (
        {
            "type": "code_interpreter_call",
            "code": "1+1",
            "container_id": "cntr_1",
            "outputs": [{"type": "logs", "logs": "2"}],
        },
        [
            ServerToolCall(
                id="x_1",
                name="code_interpreter",
                server_tool_call={"type": "code_interpreter_call", "code": "1+1", "container_id": "cntr_1"},
            ),
            ServerToolCallResponse(
                id="x_1",
                name="code_interpreter",
                server_tool_call_response={
                    "type": "code_interpreter_call",
                    "outputs": [{"type": "logs", "logs": "2"}],
                },
            ),
        ],
    ),
    (
        {"type": "image_generation_call", "result": "iVBO", "revised_prompt": "a cat", "output_format": "webp"},
        [
            ServerToolCall(
                id="x_1",
                name="image_generation",
                server_tool_call={
                    "type": "image_generation_call",
                    "revised_prompt": "a cat",
                    "output_format": "webp",
                },
            ),
            Blob(modality="image", mime_type="image/webp", content="iVBO"),
        ],
    ),
    (
        {"type": "mcp_list_tools", "server_label": "s", "tools": [{"name": "roll"}]},
        [
            ServerToolCall(
                id="x_1", name="mcp_list_tools", server_tool_call={"type": "mcp_list_tools", "server_label": "s"}
            ),
            ServerToolCallResponse(
                id="x_1",
                name="mcp_list_tools",
                server_tool_call_response={"type": "mcp_list_tools", "tools": [{"name": "roll"}]},
            ),
        ],
    ),
    (
        {"type": "mcp_call", "name": "roll", "server_label": "s", "arguments": '{"n":2}', "output": "5", "error": None},
        [
            ServerToolCall(
                id="x_1",
                name="roll",
                server_tool_call={"type": "mcp_call", "server_label": "s", "arguments": {"n": 2}},
            ),
            ServerToolCallResponse(
                id="x_1", name="roll", server_tool_call_response={"type": "mcp_call", "output": "5"}
            ),
        ],
    ),
    (
        {"type": "mcp_approval_request", "name": "roll", "server_label": "s", "arguments": "{}"},
        [
            ServerToolCall(
                id="x_1",
                name="roll",
                server_tool_call={"type": "mcp_approval_request", "server_label": "s", "arguments": {}},
            )
        ],
    ),
    (
        {"type": "tool_search_call", "execution": "server", "arguments": {"query": "q"}},
        [
            ServerToolCall(
                id="x_1",
                name="tool_search",
                server_tool_call={"type": "tool_search_call", "execution": "server", "arguments": {"query": "q"}},
            )
        ],
    ),
    (
        {"type": "tool_search_output", "call_id": "ts_1", "tools": []},
        [
            ServerToolCallResponse(
                id="ts_1", name="tool_search", server_tool_call_response={"type": "tool_search_output", "tools": []}
            )
        ],
    ),
    (
        {"type": "shell_call_output", "call_id": "sh_1", "output": [{"stdout": "a"}]},
        [
            ServerToolCallResponse(
                id="sh_1",
                name="shell",
                server_tool_call_response={"type": "shell_call_output", "output": [{"stdout": "a"}]},
            )
        ],
    ),
]


@pytest.mark.parametrize("number", range(len(SERVER_TOOLS)))
def test_tools_that_the_provider_runs(number: int) -> None:
    item, expected = SERVER_TOOLS[number]
    found = answer({"id": "x_1", "status": "completed", **item})
    assert (found.parts, found.finish_reason) == (tuple(expected), "stop")


def test_a_server_tool_that_failed_says_so() -> None:
    assert answer({"id": "x_1", "type": "web_search_call", "status": "failed"}).extra == {"/0/status": "failed"}


ACTION = {"type": "click", "x": 1, "y": 2}
COMMANDS = {"commands": ["ls"]}
CLIENT_TOOLS: list[tuple[dict[str, Any], ToolCall]] = [
    (
        {"type": "computer_call", "action": ACTION},
        ToolCall(id="c_1", name="computer", arguments=ACTION, kind="computer"),
    ),
    (
        {"type": "computer_call", "actions": [ACTION]},
        ToolCall(id="c_1", name="computer", arguments=[ACTION], kind="computer"),
    ),
    (
        {"type": "local_shell_call", "action": {"command": ["ls"]}},
        ToolCall(id="c_1", name="local_shell", arguments={"command": ["ls"]}, kind="local_shell"),
    ),
    ({"type": "shell_call", "action": COMMANDS}, ToolCall(id="c_1", name="shell", arguments=COMMANDS, kind="shell")),
    (
        {"type": "apply_patch_call", "operation": {"type": "delete_file", "path": "a"}},
        ToolCall(id="c_1", name="apply_patch", arguments={"type": "delete_file", "path": "a"}, kind="apply_patch"),
    ),
    (
        {"type": "tool_search_call", "execution": "client", "arguments": {"query": "q"}},
        ToolCall(id="c_1", name="tool_search", arguments={"query": "q"}, kind="tool_search"),
    ),
]


@pytest.mark.parametrize("number", range(len(CLIENT_TOOLS)))
def test_tools_of_openai_that_the_client_runs(number: int) -> None:
    """§5.2: they are calls, and the answer ends with one."""
    item, expected = CLIENT_TOOLS[number]
    found = answer({"id": "i_1", "call_id": "c_1", "status": "completed", **item})
    assert (found.parts, found.finish_reason) == ((expected,), "tool_call")


def test_a_shell_in_a_container_is_the_provider_s() -> None:
    item = {
        "id": "sh_1",
        "type": "shell_call",
        "call_id": "c_1",
        "action": COMMANDS,
        "environment": {"type": "container_reference", "container_id": "cntr_1"},
    }
    found = answer(item)
    assert [part.type for part in found.parts] == ["server_tool_call"]
    assert found.finish_reason == "stop"


def test_safety_checks_of_a_computer_call_are_kept() -> None:
    checks = [{"id": "sc_1", "code": "malicious_instructions", "message": "careful"}]
    item = {"type": "computer_call", "call_id": "c_1", "action": ACTION, "pending_safety_checks": checks}
    assert answer(item).extra == {"/0/pending_safety_checks": checks}


@pytest.mark.parametrize(
    ("item", "kind"),
    [
        ({"type": "compaction", "id": "cmp_1", "encrypted_content": "c2Vh"}, "compaction"),
        ({"type": "item_reference", "id": "msg_0"}, "item_reference"),
        ({"type": "of_tomorrow", "x": 1}, "of_tomorrow"),
        ("words", "unknown"),
    ],
)
def test_what_no_reader_knows_is_kept(item: Any, kind: str) -> None:
    assert parts(item) == (Generic(kind=kind, content=item),)


# --- how it ends -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", [row for row in FINISH_REASONS if row.dialect == "openai.responses"])
def test_every_end(row: Any) -> None:
    """§13: the reason of an incomplete answer, else the status."""
    statuses = ("completed", "complete", "failed", "cancelled", "queued", "in_progress")
    ending: dict[str, Any] = {"status": row.native}
    if row.native not in statuses:
        ending = {"status": "incomplete", "incomplete_details": {"reason": row.native}}
    call_of_it = called(asked(response=response(message(text("a")), **ending)))
    assert call_of_it.finish_reasons == (row.canonical,)
    assert call_of_it.output_messages[0].native_finish_reason == row.native
    assert call_of_it.problems == ()
    assert "/response/incomplete_details/reason" not in call_of_it.extra


def test_an_answer_that_was_cut_is_not_overruled_by_its_calls() -> None:
    """§13: only a plain end becomes `tool_call`."""
    ending = {"status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"}}
    assert called(asked(response=response(call(arguments='{"a'), **ending))).finish_reasons == ("length",)


def test_an_end_of_tomorrow_is_reported_and_kept() -> None:
    one = called(asked(response=response(status="incomplete", incomplete_details={"reason": "bored", "who": "m"})))
    assert one.finish_reasons == (None,)
    assert one.problems == (
        Problem(
            kind="finish-reason-unknown",
            message="the answer ends with 'bored', which no provider of this dialect is known to send",
        ),
    )
    assert one.output_messages[0].extra == {"/finish_reason": "bored"}
    assert one.extra == {"/response/incomplete_details/who": "m"}


def test_failed_answers_are_errors() -> None:
    error = {"code": "server_error", "message": "sorry"}
    one = called(asked(response=response(message(text("a")), status="failed", error=error)))
    assert one.error == CallError(type=None, code="server_error", message="sorry", raw=error, pointer="/error")
    assert one.finish_reasons == ("error",)
    assert one.output_messages[0].parts == (Text(content="a"),)
    silent = called(asked(response=response(status="failed")))
    assert silent.error is not None
    assert silent.error.message == "the response failed, and nothing says why"


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (
            {"error": {"message": "no", "type": "invalid_request_error", "param": "model", "code": "model_not_found"}},
            ("invalid_request_error", "model_not_found", "no"),
        ),
        ({"code": "Client specified an invalid argument", "error": "no"}, (None, "Client specified an invalid argument", "no")),
        ({"detail": "The usage limit has been reached"}, (None, None, "The usage limit has been reached")),
        ("<html><title>502 Bad Gateway</title></html>", (None, None, "502 Bad Gateway")),
    ],
)  # fmt: skip
def test_errors_of_openai_xai_codex_and_proxies(body: Any, error: Any) -> None:
    one = called(asked(response=body, status=400))
    assert one.error is not None
    assert (one.error.type, one.error.code, one.error.message) == error
    assert (one.output_messages, one.complete) == ((), True)


# --- usage -----------------------------------------------------------------------------------------------------------


def test_counts() -> None:
    """§14: all inclusive."""
    native = {
        "input_tokens": 100,
        "input_tokens_details": {"cached_tokens": 60, "cache_write_tokens": 30},
        "output_tokens": 50,
        "output_tokens_details": {"reasoning_tokens": 40},
        "total_tokens": 150,
    }
    assert called(asked(response=response(usage=native))).usage == Usage(
        input_tokens=100,
        output_tokens=50,
        total_tokens=150,
        cache_read_input_tokens=60,
        cache_creation_input_tokens=30,
        reasoning_output_tokens=40,
    )


def test_costs_and_counts_of_xai_and_openrouter() -> None:
    """§5.5, §14."""
    counts = {"input_tokens": 1, "output_tokens": 2, "total_tokens": 3}
    xai = called(asked(response=response(usage={**counts, "cost_in_usd_ticks": 5_000_000, "num_sources_used": 2})))
    assert xai.usage is not None
    assert (xai.usage.cost, xai.usage.extra) == (0.0005, {"/num_sources_used": 2})
    router = called(asked(response=response(usage={**counts, "cost": 0.25, "is_byok": False})))
    assert router.usage is not None
    assert (router.usage.cost, router.usage.extra) == (0.25, {"/is_byok": False})


# --- the request -----------------------------------------------------------------------------------------------------


def test_text_is_a_message_of_the_user() -> None:
    one = called(asked({"model": "m-1", "input": "Hi", "instructions": "Be brief."}, response()))
    assert one.input_messages == (Message(role="user", parts=(Text(content="Hi"),)),)
    assert one.system_instructions == (Text(content="Be brief."),)
    assert one.request_model == "m-1"


def test_instructions_and_system_messages() -> None:
    one = called(
        asked(
            {
                "instructions": "One.",
                "input": [
                    {"role": "system", "content": "Two."},
                    {"type": "message", "role": "developer", "content": [{"type": "input_text", "text": "Three."}]},
                    {"role": "user", "content": "Hi"},
                    {"role": "developer", "content": "Four."},
                ],
            },
            response(),
        )
    )
    assert one.system_instructions == (Text(content="One."), Text(content="Two."), Text(content="Three."))
    assert one.input_messages == (
        Message(role="user", parts=(Text(content="Hi"),)),
        Message(role="system", native_role="developer", parts=(Text(content="Four."),)),
    )
    assert one.extra == {"/request/input/1/role": "developer"}


def test_what_the_assistant_does_in_a_row_is_one_message() -> None:
    assert history(
        {"role": "user", "content": "Hi"},
        {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "c2Vh"},
        message(text("One"), phase="commentary"),
        call("f", number=1),
        call("g", number=2),
        {"type": "function_call_output", "call_id": "call_1", "output": "1"},
        {"type": "function_call_output", "call_id": "call_2", "output": [{"type": "input_text", "text": "2"}]},
        message(text("Two"), id="msg_2"),
    ) == (
        Message(role="user", parts=(Text(content="Hi"),)),
        Message(
            role="assistant",
            parts=(
                Reasoning(content="", kind="encrypted", encrypted="c2Vh", id="rs_1"),
                Text(content="One"),
                ToolCall(id="call_1", name="f", arguments={}, raw_arguments="{}"),
                ToolCall(id="call_2", name="g", arguments={}, raw_arguments="{}"),
            ),
            extra={"/2/id": "msg_1", "/2/phase": "commentary", "/3/id": "fc_1", "/4/id": "fc_2"},
        ),
        Message(role="tool", parts=(ToolCallResponse(id="call_1", response="1"),)),
        Message(role="tool", parts=(ToolCallResponse(id="call_2", response="2"),)),
        Message(role="assistant", parts=(Text(content="Two"),), extra={"/id": "msg_2"}),
    )


def test_two_messages_that_a_client_wrote_are_two_turns() -> None:
    said = [{"role": "assistant", "content": words} for words in ("One", "Two")]
    assert [each.parts for each in history(*said)] == [(Text(content="One"),), (Text(content="Two"),)]
    answered = [message(text(words), id=f"msg_{words}") for words in ("One", "Two")]
    assert [each.parts for each in history(*answered)] == [(Text(content="One"), Text(content="Two"))]


CONTENT: list[tuple[dict[str, Any], Any, dict[str, Any]]] = [
    ({"type": "input_text", "text": "a"}, Text(content="a"), {}),
    (
        {"type": "input_image", "image_url": "https://a.example/a.png", "detail": "low"},
        Uri(uri="https://a.example/a.png", modality="image"),
        {"/content/0/detail": "low"},
    ),
    (
        {"type": "input_image", "image_url": "data:image/png;base64,iVBO"},
        Blob(modality="image", mime_type="image/png", content="iVBO"),
        {},
    ),
    ({"type": "input_image", "file_id": "file_1"}, File(file_id="file_1", modality="image"), {}),
    ({"type": "input_file", "file_id": "file_1"}, File(file_id="file_1", modality="document"), {}),
    (
        {"type": "input_file", "file_data": "data:application/pdf;base64,JVBE", "filename": "a.pdf"},
        Blob(modality="document", mime_type="application/pdf", content="JVBE"),
        {"/content/0/filename": "a.pdf"},
    ),
    (
        {"type": "input_file", "file_url": "https://a.example/a.pdf"},
        Uri(uri="https://a.example/a.pdf", modality="document"),
        {},
    ),
    (
        {"type": "input_audio", "input_audio": {"data": "UklG", "format": "wav"}},
        Blob(modality="audio", mime_type="audio/wav", content="UklG"),
        {},
    ),
    (
        {"type": "image_url", "image_url": {"url": "https://a.example/a.png"}},  # as chat writes it
        Uri(uri="https://a.example/a.png", modality="image"),
        {},
    ),
    ({"type": "input_smell", "smell": "rose"}, Generic(kind="input_smell", content={"type": "input_smell", "smell": "rose"}), {}),
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(CONTENT)))
def test_content_of_messages(number: int) -> None:
    item, expected, extra = CONTENT[number]
    [only] = history({"role": "user", "content": [item]})
    assert (only.parts, only.extra) == ((expected,), extra)


RESULTS: list[tuple[dict[str, Any], Any]] = [
    ({"type": "function_call_output", "output": "1"}, ToolCallResponse(id="c_1", response="1")),
    (
        {"type": "function_call_output", "output": [{"type": "input_image", "image_url": "u"}]},
        ToolCallResponse(id="c_1", response=[{"type": "input_image", "image_url": "u"}]),
    ),
    ({"type": "custom_tool_call_output", "output": "1"}, ToolCallResponse(id="c_1", response="1")),
    (
        {"type": "computer_call_output", "output": {"type": "computer_screenshot", "image_url": "u"}},
        ToolCallResponse(id="c_1", response={"type": "computer_screenshot", "image_url": "u"}),
    ),
    ({"type": "local_shell_call_output", "output": "1"}, ToolCallResponse(id="c_1", response="1")),
    ({"type": "shell_call_output", "output": []}, ToolCallResponse(id="c_1", response=[])),
    (
        {"type": "apply_patch_call_output", "status": "failed", "output": "no such file"},
        ToolCallResponse(id="c_1", response="no such file", is_error=True),
    ),
]


@pytest.mark.parametrize("number", range(len(RESULTS)))
def test_results_of_tools(number: int) -> None:
    item, expected = RESULTS[number]
    assert history({"call_id": "c_1", **item}) == (Message(role="tool", parts=(expected,)),)


def test_an_approval_is_a_message_of_the_client() -> None:
    assert history({"type": "mcp_approval_response", "approval_request_id": "mcpr_1", "approve": True}) == (
        Message(
            role="tool",
            parts=(
                ServerToolCallResponse(
                    id="mcpr_1", server_tool_call_response={"type": "mcp_approval_response", "approve": True}
                ),
            ),
        ),
    )


def test_references_are_of_the_assistant() -> None:
    [only] = history({"type": "item_reference", "id": "rs_1"}, call())
    assert [part.type for part in only.parts] == ["generic", "tool_call"]


def test_tools() -> None:
    schema = {"type": "object", "properties": {}}
    one = called(
        asked(
            {
                "input": "Hi",
                "tools": [
                    {"type": "function", "name": "f", "description": "F", "parameters": schema, "strict": True},
                    {"type": "function", "function": {"name": "g", "parameters": schema}},  # gateways
                    {"type": "custom", "name": "sql", "format": {"type": "text"}},
                    {"type": "web_search", "search_context_size": "low"},
                    {"type": "mcp", "server_label": "dice", "server_url": "https://a.example"},
                    {"type": "namespace", "name": "crm", "description": "CRM", "tools": []},
                ],
            },
            response(),
        )
    )
    assert one.tools == (
        Tool(name="f", description="F", parameters=schema, strict=True),
        Tool(name="g", parameters=schema),
        Tool(name="sql", kind="custom", extra={"/format": {"type": "text"}}),
        Tool(name="web_search", kind="web_search", extra={"/search_context_size": "low"}),
        Tool(name="dice", kind="mcp", extra={"/server_url": "https://a.example"}),
        Tool(name="crm", kind="namespace", description="CRM", extra={"/tools": []}),
    )


def test_tools_that_the_conversation_brings() -> None:
    one = called(
        asked(
            {
                "input": [
                    {"role": "user", "content": "Hi"},
                    {"type": "additional_tools", "role": "developer", "tools": [{"type": "function", "name": "f"}]},
                ]
            },
            response(call("f")),
        )
    )
    assert one.tools == (Tool(name="f"),)
    assert one.tools[0].pointer == "/input/1/tools/0"
    assert one.input_messages[1] == Message(
        role="system",
        native_role="developer",
        parts=(Generic(kind="additional_tools", content={"tools": ["f"]}),),
    )


def chosen(value: Any, **more: Any) -> Any:
    return called(asked({"input": "Hi", "tool_choice": value, **more}, response())).parameters["tool_choice"]


@pytest.mark.parametrize(
    ("value", "mode", "names"),
    [
        ("auto", "auto", []),
        ("none", "none", []),
        ("required", "required", []),
        ({"type": "function", "name": "f"}, "tool", ["f"]),
        ({"type": "custom", "name": "sql"}, "tool", ["sql"]),
        ({"type": "function", "function": {"name": "f"}}, "tool", ["f"]),
        ({"type": "web_search_preview"}, "tool", ["web_search_preview"]),
        ({"type": "mcp", "server_label": "dice"}, "tool", ["dice"]),
        (
            {
                "type": "allowed_tools",
                "mode": "auto",
                "tools": [{"type": "function", "name": "f"}, {"type": "image_generation"}],
            },
            "allowed",
            ["f", "image_generation"],
        ),
    ],
)
def test_choices_of_tools(value: Any, mode: str, names: list[str]) -> None:
    assert chosen(value) == {"mode": mode, "names": names, "parallel": None}


def test_settings() -> None:
    schema = {"type": "object"}
    one = called(
        asked(
            {
                "model": "m-1",
                "input": "Hi",
                "max_output_tokens": 9,
                "temperature": 0.5,
                "top_p": 0.9,
                "top_logprobs": 2,
                "parallel_tool_calls": False,
                "stream": False,
                "service_tier": "flex",
                "reasoning": {"effort": "low", "generate_summary": "auto", "mode": "standard"},
                "text": {
                    "format": {"type": "json_schema", "name": "n", "schema": schema, "strict": True},
                    "verbosity": "low",
                },
                "previous_response_id": "resp_0",
                "conversation": {"id": "conv_1"},
                "prompt_cache_key": "k",
                "prompt_cache_retention": "24h",
                "store": False,
                "include": ["reasoning.encrypted_content"],
                "truncation": "auto",
                "metadata": {"a": "b"},
                "background": True,
                "prompt": {"id": "pmpt_1", "version": "2"},
            },
            response(),
        )
    )
    assert one.parameters == {
        "max_tokens": 9,
        "temperature": 0.5,
        "top_p": 0.9,
        "logprobs": {"enabled": None, "top": 2},
        "tool_choice": {"mode": None, "names": [], "parallel": False},
        "stream": False,
        "service_tier": "flex",
        "reasoning": {"effort": "low", "summary": "auto"},
        "output_type": "json",
        "response_format": {"kind": "json_schema", "name": "n", "schema": schema, "strict": True},
        "verbosity": "low",
        "previous_response_id": "resp_0",
        "conversation_id": "conv_1",
        "cache": {"key": "k", "retention": "24h"},
    }
    assert one.extra == {
        "/request/reasoning/mode": "standard",
        "/request/store": False,
        "/request/include": ["reasoning.encrypted_content"],
        "/request/truncation": "auto",
        "/request/metadata": {"a": "b"},
        "/request/background": True,
        "/request/prompt": {"id": "pmpt_1", "version": "2"},
    }


# --- what the response repeats ---------------------------------------------------------------------------------------

ECHO = {
    "background": False,
    "billing": {"payer": "developer"},
    "error": None,
    "frequency_penalty": 0.0,
    "incomplete_details": None,
    "instructions": "Be brief.",
    "max_output_tokens": 9,
    "max_tool_calls": None,
    "metadata": {},
    "parallel_tool_calls": True,
    "presence_penalty": 0.0,
    "previous_response_id": None,
    "prompt_cache_key": None,
    "prompt_cache_retention": "in_memory",
    "reasoning": {"effort": "low", "summary": None, "context": "current_turn"},
    "safety_identifier": None,
    "store": True,
    "temperature": 0.699999988079071,
    "text": {"format": {"type": "text"}, "verbosity": "medium"},
    "tool_choice": "auto",
    "tools": [
        {
            "type": "function",
            "name": "f",
            "description": None,
            "strict": True,
            "parameters": {
                "type": "object",
                "properties": {"a": {"type": "string"}},
                "additionalProperties": False,
                "required": ["a"],
            },
        }
    ],
    "tool_usage": {"image_gen": {"input_tokens": 0, "total_tokens": 0}, "web_search": {"num_requests": 0}},
    "top_logprobs": 0,
    "top_p": 1.0,
    "truncation": "disabled",
    "user": None,
}
ASKED = {
    "input": "Hi",
    "instructions": "Be brief.",
    "max_output_tokens": 9,
    "temperature": 0.7,
    "reasoning": {"effort": "low"},
    "tools": [
        {"type": "function", "name": "f", "parameters": {"type": "object", "properties": {"a": {"type": "string"}}}}
    ],
}


def test_an_echo_is_no_news() -> None:
    """§5.2: the object repeats the whole request, and every default."""
    assert called(asked(ASKED, response(**ECHO))).extra == {}


NEWS: list[tuple[str, Any, dict[str, Any]]] = [
    ("temperature", 0.2, {"/response/temperature": 0.2}),
    ("temperature", None, {"/response/temperature": None}),  # asked for, and not granted
    ("instructions", "Be long.", {"/response/instructions": "Be long."}),
    ("max_output_tokens", 8, {"/response/max_output_tokens": 8}),
    ("store", False, {"/response/store": False}),
    ("truncation", "auto", {"/response/truncation": "auto"}),
    ("metadata", {"fingerprint": "fp"}, {"/response/metadata": {"fingerprint": "fp"}}),
    ("reasoning", {"effort": "high", "summary": "detailed"}, {
        "/response/reasoning/effort": "high", "/response/reasoning/summary": "detailed",
    }),
    ("text", {"format": {"type": "json_object"}}, {"/response/text/format/type": "json_object"}),
    ("tools", [], {"/response/tools": []}),
    ("billing", {"payer": "openai"}, {"/response/billing": {"payer": "openai"}}),
    ("tool_usage", {"web_search": {"num_requests": 2}}, {"/response/tool_usage": {"web_search": {"num_requests": 2}}}),
    ("service_tier", "default", {"/response/service_tier": "default"}),
    ("content_filters", [{"blocked": False}], {"/response/content_filters": [{"blocked": False}]}),  # Azure
    ("created_at", 1, {"/response/created_at": 1}),
    ("of_tomorrow", 1, {"/response/of_tomorrow": 1}),
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(NEWS)))
def test_what_contradicts_the_request_is_kept(number: int) -> None:
    key, value, extra = NEWS[number]
    assert called(asked(ASKED, response(**{**ECHO, key: value}))).extra == extra


def test_the_text_again_is_no_news() -> None:
    """§5.5: OpenRouter and some proxies add `output_text`."""
    assert called(asked(response=response(message(text("a"), text("b")), output_text="ab"))).extra == {}
    assert called(asked(response=response(message(text("a")), output_text="x"))).extra == {"/response/output_text": "x"}


# --- the API's other operations --------------------------------------------------------------------------------------


def test_retrieving_a_response() -> None:
    """Without a request every setting is news, but for the defaults."""
    one = called(asked({}, response(message(text("a")), **ECHO), url=URL + "/resp_1", method="GET"))
    assert (one.operation_name, one.finish_reasons, one.response_id) == ("retrieve", ("stop",), "resp_1")
    assert set(one.extra) == {
        "/response/instructions",
        "/response/max_output_tokens",
        "/response/reasoning/effort",
        "/response/temperature",
        "/response/tools",
    }


def test_a_response_in_the_background() -> None:
    one = called(asked({"input": "Hi", "background": True}, response(status="queued", background=True)))
    assert (one.finish_reasons, one.complete, one.output_messages[0].parts) == (("pause",), True, ())
    gone = called(asked({}, response(status="cancelled"), url=URL + "/resp_1/cancel"))
    assert (gone.operation_name, gone.finish_reasons, gone.error) == ("cancel", ("error",), None)


def test_deleting_a_response() -> None:
    body = {"id": "resp_1", "object": "response.deleted", "deleted": True}
    one = called(asked({}, body, url=URL + "/resp_1", method="DELETE"))
    assert (one.operation_name, one.response_id, one.output_messages) == ("delete", "resp_1", ())
    assert one.extra == {"/response/deleted": True}


def test_counting_tokens() -> None:
    body = {"object": "response.input_tokens", "input_tokens": 11}
    one = called(asked({"model": "m-1", "input": "Hi"}, body, url=URL + "/input_tokens"))
    assert one.operation_name == "token_count"
    assert one.usage == Usage(input_tokens=11)
    assert (one.output_messages, one.extra, one.error) == ((), {}, None)


def test_compacting_a_conversation() -> None:
    body = {
        "id": "resp_1",
        "object": "response.compaction",
        "created_at": 1,
        "output": [
            {"id": "msg_1", "type": "message", "role": "user", "content": [{"type": "input_text", "text": "Hi"}]},
            {"id": "cmp_1", "type": "compaction", "encrypted_content": "c2Vh"},
        ],
        "usage": {"input_tokens": 5, "output_tokens": 2, "total_tokens": 7},
    }
    one = called(asked({"model": "m-1", "input": [{"role": "user", "content": "Hi"}]}, body, url=URL + "/compact"))
    assert one.operation_name == "compact"
    assert one.output_messages == (
        Message(role="user", parts=(Text(content="Hi"),), finish_reason="compaction", extra={"/id": "msg_1"}),
        Message(
            role="assistant",
            index=1,
            parts=(Generic(kind="compaction", content=body["output"][1]),),  # type: ignore[index]
            finish_reason="compaction",
        ),
    )
    assert one.usage is not None
    assert one.usage.total_tokens == 7


def test_listing_what_was_asked() -> None:
    body = {"object": "list", "data": [{"role": "user"}], "has_more": False}
    one = called(asked({}, body, url=URL + "/resp_1/input_items", method="GET"))
    assert one.operation_name == "list_input_items"
    assert one.extra == {"/response/data": [{"role": "user"}], "/response/has_more": False}
    assert (one.error, one.output_messages) == (None, ())
