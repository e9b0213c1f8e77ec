"""One change, one finding: each kind of change is made to real calls of every dialect, and exactly its rule is found.

The changes are made to the JSON on the wire, at the place that the decoder says it read a thing from, and the call is
decoded anew. What follows from a change (a refused call has no answer) is folded and not counted.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from effort import files, loaded

from cassette_tools._record import replace
from cassette_tools.diff import compare
from cassette_tools.diff.texts.text import json_document
from cassette_tools.load import understood
from cassette_tools.model import Headers, Interaction, Recording, Text, ToolCall, ToolCallResponse
from cassette_tools.wire.body import read_body

EACH = 4  # calls of one dialect that a change is made to
Loud = list[tuple[str, str]]


class Unfit(Exception):
    """The change cannot be made to this call."""


# --- places in JSON --------------------------------------------------------------------------------------------------


def steps(pointer: str) -> list[str]:
    return [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]


def holder(document: Any, pointer: str) -> tuple[Any, Any]:
    """What holds the value at a JSON pointer, and its key there."""
    *way, last = steps(pointer) or [""]
    node = document
    try:
        for step in way:
            node = node[int(step)] if isinstance(node, list) else node[step]
        key: Any = int(last) if isinstance(node, list) else last
        node[key]
    except (KeyError, IndexError, TypeError, ValueError):
        raise Unfit from None
    return node, key


def asked(interaction: Interaction) -> Any:
    return body_of(interaction.request.body.json)


def answered(interaction: Interaction) -> Any:
    if interaction.response.body.stream:
        raise Unfit
    return body_of(interaction.response.body.json)


def body_of(document: Any) -> Any:
    if not isinstance(document, dict):
        raise Unfit
    return copy.deepcopy(document)


def with_answer(interaction: Interaction, document: Any) -> Interaction:
    body = read_body(json.dumps(document), interaction.response.headers, ("response", "body"))
    return understood(
        replace(interaction, response=replace(interaction.response, body=body, content_length=None), llm=None)
    )


def with_question(interaction: Interaction, document: Any) -> Interaction:
    body = read_body(json.dumps(document), interaction.request.headers, ("request", "body"))
    return understood(
        replace(interaction, request=replace(interaction.request, body=body, content_length=None), llm=None)
    )


# --- changes of the answer -------------------------------------------------------------------------------------------


def text_of_answer(interaction: Interaction) -> Text:
    assert interaction.llm is not None
    parts = [part for message in interaction.llm.output_messages for part in message.parts]
    texts = [part for part in parts if isinstance(part, Text) and part.pointer]
    if len(texts) != 1 or not texts[0].content.strip() or json_document(texts[0].content) is not None:
        raise Unfit
    if interaction.llm.parameters.get("output_type") == "json":
        raise Unfit
    return texts[0]


def told(interaction: Interaction, words: Callable[[str], str]) -> Interaction:
    document, part = answered(interaction), text_of_answer(interaction)
    node, key = holder(document, part.pointer)
    if node[key] != part.content:
        raise Unfit
    node[key] = words(node[key])
    return with_answer(interaction, document)


def a_number(interaction: Interaction) -> Interaction:
    return told(interaction, lambda text: text.rstrip() + " That makes 4711.")


def a_space(interaction: Interaction) -> Interaction:
    return told(interaction, lambda text: text + "\n\n")


def call_of(interaction: Interaction) -> ToolCall:
    assert interaction.llm is not None
    calls = [
        part for message in interaction.llm.output_messages for part in message.parts if isinstance(part, ToolCall)
    ]
    if len(calls) != 1 or not isinstance(calls[0].arguments, dict) or not calls[0].arguments_valid:
        raise Unfit
    return calls[0]


def another_tool(interaction: Interaction) -> Interaction:
    document, call = answered(interaction), call_of(interaction)
    node, _ = holder(document, call.pointer)
    if not isinstance(node, dict) or node.get("name") != call.name:
        raise Unfit
    node["name"] = "another_tool"
    return with_answer(interaction, document)


def with_argument(interaction: Interaction, change: Callable[[Any], Any]) -> Interaction:
    document, call = answered(interaction), call_of(interaction)
    node, key = holder(document, call.pointer)
    arguments = json.loads(node[key]) if isinstance(node[key], str) else node[key]
    name = next((name for name, value in arguments.items() if isinstance(value, str) and value), None)
    if name is None or interaction.llm is None:
        raise Unfit
    tool = next((tool for tool in interaction.llm.tools if tool.name == call.name), None)
    if tool is None or "enum" in repr(tool.parameters):
        raise Unfit
    arguments[name] = change(arguments[name])
    node[key] = json.dumps(arguments) if isinstance(node[key], str) else arguments
    return with_answer(interaction, document)


def another_argument(interaction: Interaction) -> Interaction:
    return with_argument(interaction, lambda value: value + " again")


def a_retyped_argument(interaction: Interaction) -> Interaction:
    return with_argument(interaction, lambda value: {"text": value})


CUT = {"finish_reason": "length", "stop_reason": "max_tokens", "finishReason": "MAX_TOKENS", "stopReason": "max_tokens", "done_reason": "length"}  # fmt: skip


def another_end(interaction: Interaction) -> Interaction:
    document = answered(interaction)
    assert interaction.llm is not None
    if interaction.llm.finish_reasons not in (("stop",), ("tool_call",)):
        raise Unfit
    pending = [document]
    while pending:
        node = pending.pop()
        if isinstance(node, dict):
            for key, word in CUT.items():
                if isinstance(node.get(key), str):
                    node[key] = "MAX_TOKENS" if node[key].isupper() else word
                    return with_answer(interaction, document)
            pending.extend(node.values())
        elif isinstance(node, list):
            pending.extend(node)
    raise Unfit


def another_model(interaction: Interaction) -> Interaction:
    document = answered(interaction)
    for key in ("model", "modelVersion"):
        if isinstance(document.get(key), str) and interaction.llm and interaction.llm.response_model == document[key]:
            document[key] += "-next"
            return with_answer(interaction, document)
    raise Unfit


def ten_times_the_tokens(interaction: Interaction) -> Interaction:
    document = answered(interaction)
    usage = interaction.llm.usage if interaction.llm is not None else None
    if usage is None or not usage.pointer or not usage.output_tokens or usage.cost is not None:
        raise Unfit
    node, key = holder(document, usage.pointer)
    node[key] = multiplied(node[key])
    return with_answer(interaction, document)


def multiplied(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: multiplied(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [multiplied(inner) for inner in value]
    return value * 10 if isinstance(value, int) and not isinstance(value, bool) else value


def a_new_field(interaction: Interaction) -> Interaction:
    document = answered(interaction)
    if not document:
        raise Unfit
    return with_answer(interaction, document | {"brand_new_field": "here"})


def refused(interaction: Interaction) -> Interaction:
    if interaction.response.status_code != 200:
        raise Unfit
    error = {"error": {"message": "Slow down.", "type": "rate_limit_error"}}
    body = read_body(json.dumps(error), interaction.response.headers, ("response", "body"))
    return understood(
        replace(interaction, response=replace(interaction.response, status_code=429, body=body), llm=None)
    )


def cut_short(interaction: Interaction) -> Interaction:
    body = interaction.response.body
    if (
        body.stream != "sse"
        or body.text is None
        or len(body.events) < 6
        or not (interaction.llm and interaction.llm.complete)
    ):
        raise Unfit
    left = body.text[: body.events[len(body.events) // 2].offset]
    return understood(
        replace(
            interaction,
            response=replace(interaction.response, body=read_body(left, interaction.response.headers, body.route)),
            llm=None,
        )
    )


def a_header(interaction: Interaction) -> Interaction:
    headers = Headers(pairs=(*interaction.response.headers.pairs, ("X-Brand-New", "here")))
    return replace(interaction, response=replace(interaction.response, headers=headers))


def a_notice(interaction: Interaction) -> Interaction:
    headers = Headers(pairs=(*interaction.response.headers.pairs, ("Deprecation", "@1893456000")))
    return replace(interaction, response=replace(interaction.response, headers=headers))


# --- changes of the request ------------------------------------------------------------------------------------------


def another_question(interaction: Interaction) -> Interaction:
    document = asked(interaction)
    assert interaction.llm is not None
    users = [message for message in interaction.llm.input_messages if message.role == "user"]
    texts = [part for message in users[-1:] for part in message.parts if isinstance(part, Text) and part.content]
    if not texts:
        raise Unfit
    return _asked_more(interaction, document, texts[-1])


def other_instructions(interaction: Interaction) -> Interaction:
    document = asked(interaction)
    assert interaction.llm is not None
    texts = [part for part in interaction.llm.system_instructions if isinstance(part, Text) and part.content]
    if not texts:
        raise Unfit
    return _asked_more(interaction, document, texts[0])


def _asked_more(interaction: Interaction, document: Any, part: Text) -> Interaction:
    node, key = holder(document, part.pointer)
    if node[key] != part.content:
        raise Unfit
    node[key] += " And be quick."
    return with_question(interaction, document)


def another_setting(interaction: Interaction) -> Interaction:
    document = asked(interaction)
    for key in ("max_tokens", "max_completion_tokens", "max_output_tokens"):
        if isinstance(document.get(key), int):
            document[key] += 1
            return with_question(interaction, document)
    for key, name in (
        ("generationConfig", "maxOutputTokens"),
        ("inferenceConfig", "maxTokens"),
        ("options", "num_predict"),
    ):
        if isinstance(document.get(key), dict) and isinstance(document[key].get(name), int):
            document[key][name] += 1
            return with_question(interaction, document)
    raise Unfit


def one_tool_less(interaction: Interaction) -> Interaction:
    document = asked(interaction)
    tools = document.get("tools")
    if (
        not isinstance(tools, list)
        or len(tools) < 2
        or not (interaction.llm and len(interaction.llm.tools) == len(tools))
    ):
        raise Unfit
    tools.pop()
    return with_question(interaction, document)


def another_reference(interaction: Interaction) -> Interaction:
    """The result of a tool that answers no call."""
    document = asked(interaction)
    assert interaction.llm is not None
    messages = interaction.llm.input_messages
    results = [part for message in messages for part in message.parts if isinstance(part, ToolCallResponse)]
    if len(results) != 1 or not results[0].id:
        raise Unfit
    pending = [document]
    while pending:
        node = pending.pop()
        if isinstance(node, dict):
            for key in ("tool_call_id", "tool_use_id", "toolUseId", "call_id"):
                if node.get(key) == results[0].id and node.get("type") != "function_call":
                    del node[key]
                    return with_question(interaction, document)
            pending.extend(node.values())
        elif isinstance(node, list):
            pending.extend(node)
    raise Unfit


def a_refusal(interaction: Interaction) -> Interaction:
    """OpenAI's, where there was an answer."""
    document = answered(interaction)
    part = text_of_answer(interaction)
    if part.pointer != "/choices/0/message/content":
        raise Unfit
    document["choices"][0]["message"] |= {"content": None, "refusal": "I cannot help with that."}
    return with_answer(interaction, document)


# --- the table -------------------------------------------------------------------------------------------------------

CHANGES: tuple[tuple[Callable[[Interaction], Interaction], Loud, str], ...] = (
    (a_number, [("behavior", "text-facts-changed")], "a fact that was not there"),
    (a_space, [("cosmetic", "text-whitespace-changed")], "nobody reads it"),
    (another_tool, [("breaking", "tool-call-renamed")], "the client runs another tool"),
    (another_argument, [("behavior", "tool-arguments-changed")], "another value of the same type"),
    (a_retyped_argument, [("breaking", "tool-arguments-shape-changed")], "the tool gets another type"),
    (another_end, [("breaking", "finish-reason-changed")], "loops branch on it"),
    (another_model, [("behavior", "response-model-changed")], "who answered"),
    (ten_times_the_tokens, [("behavior", "usage-changed")], "one finding for all the counts of a call"),
    (a_new_field, [("shape", "wire-field-added")], "clients ignore it"),
    (refused, [("breaking", "status-class-changed")], "all that the error lacks follows from the status"),
    (cut_short, [("breaking", "stream-truncated")], "what came after the cut follows from the cut"),
    (a_header, [], "no client acts on it"),
    (a_notice, [("shape", "header-added")], "clients ignore it, but it announces something"),
    (another_question, [("behavior", "prompt-changed")], "the request alone"),
    (other_instructions, [("behavior", "system-prompt-changed")], "the request alone"),
    (another_setting, [("behavior", "request-parameter-changed")], "the request alone"),
    (one_tool_less, [("behavior", "tool-definition-changed")], "the request alone"),
    (another_reference, [("behavior", "request-field-removed")], "the request alone"),
    (a_refusal, [("breaking", "refusal-appeared")], "the text that is gone follows from it"),
)


@pytest.fixture(scope="module")
def calls(shared: Path) -> dict[str, list[tuple[str, Interaction]]]:
    """Real calls by dialect, each alone in its recording; short ones first."""
    found: dict[str, list[tuple[str, Interaction]]] = {}
    for path in files(shared / "corpus"):
        recording = loaded(path) if path.stat().st_size <= 200_000 else None
        if recording is None:
            continue
        for each in recording.interactions:
            if (
                each.llm is not None
                and each.llm.error is None
                and not each.problems
                and each.response.status_code == 200
            ):
                found.setdefault(each.llm.dialect, []).append((str(path), each))
    for several in found.values():
        several.sort(key=lambda pair: (len(pair[1].response.body.text or ""), pair[0]))
    return found


def loud(old: Interaction, new: Interaction) -> Loud:
    report = compare(alone(old), alone(new))
    return [(each.level, each.rule) for each in report.findings if each.level != "noise"]


def alone(interaction: Interaction) -> Recording:
    return Recording(path="x", format="x", format_version=None, interactions=(replace(interaction, index=0),))


def changed(
    several: list[tuple[str, Interaction]], change: Callable[[Interaction], Interaction]
) -> Iterator[tuple[str, Loud]]:
    count = 0
    for path, interaction in several:
        if count == EACH:
            return
        try:
            new = change(interaction)
        except Unfit:
            continue
        count += 1
        yield path, loud(interaction, new)


@pytest.mark.parametrize(("change", "expected", "why"), CHANGES, ids=[row[0].__name__ for row in CHANGES])
def test_exactly_its_rule_is_found(
    calls: dict[str, list[tuple[str, Interaction]]],
    change: Callable[[Interaction], Interaction],
    expected: Loud,
    why: str,
) -> None:
    wrong, dialects = [], set()
    for dialect, several in calls.items():
        for path, found in changed(several, change):
            dialects.add(dialect)
            if found != expected:
                wrong.append((dialect, path, found))
    assert wrong == [], why
    assert len(dialects) >= (1 if change is a_refusal else 3)
