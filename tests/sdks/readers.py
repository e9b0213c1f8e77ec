"""What the vendors' own SDKs read in a recorded answer: an accumulator for each dialect that shares no code with ours.

The answer is played to the SDK's real client, or given to the type that its client makes of one. A stream is joined as the
SDK does it; where an SDK leaves that to its caller, by a plain loop over its events.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

import httpx

from cassette_tools.formats._uncoded import uncoded
from cassette_tools.formats._writing import body_bytes
from cassette_tools.model import Interaction

Facts = dict[str, Any]  # text, reasoning, refusal, tools and finish are lists, one for each choice


def player(interaction: Interaction, client: Any = httpx) -> Any:
    """A client that gets the recorded answer to every request, as a server without compression would have sent it."""
    response = uncoded(interaction).response
    kept = [(name, value) for name, value in response.headers if name.lower() in ("content-type", "x-request-id")]
    content = body_bytes(response.body)
    if response.body.stream == "json-array":  # what Google's SDKs ask for as server-sent events
        content = "".join(f"data: {json.dumps(event.json)}\n\n" for event in response.body.events).encode()
        kept = [("Content-Type", "text/event-stream")]
    answer = client.MockTransport(lambda _request: client.Response(response.status_code, headers=kept, content=content))
    return client.Client(transport=answer)


def documents(interaction: Interaction) -> list[Any]:
    """The JSON of each event of a stream, or the one of a body."""
    body = interaction.response.body
    events = [event.json for event in body.events if isinstance(event.json, dict)]
    return events if body.stream else [body.json]


def parsed(arguments: Any) -> Any:
    """Arguments of a tool as JSON; as text where they are none."""
    try:
        return json.loads(arguments)
    except (TypeError, ValueError):
        return arguments


# --- OpenAI ----------------------------------------------------------------------------------------------------------


def _openai(interaction: Interaction) -> Any:
    import openai

    http = player(interaction)
    return openai.OpenAI(api_key="none", base_url="http://localhost/v1", http_client=http, max_retries=0)


def openai_chat(interaction: Interaction) -> Facts:
    create = _openai(interaction).chat.completions.create
    asked: Any = {"model": "none", "messages": []}
    if not interaction.response.body.stream:
        return _chat([create(**asked)], "message")
    return _chat(list(create(**asked, stream=True)), "delta")


def _chat(chunks: list[Any], part: str) -> Facts:
    texts: dict[int, str] = defaultdict(str)
    refusals: dict[int, str] = defaultdict(str)
    calls: dict[int, dict[int, list[str]]] = defaultdict(dict)
    finishes: dict[int, Any] = {}
    for chunk in chunks:
        for choice in chunk.choices or ():
            said, index = getattr(choice, part), choice.index
            finishes[index] = choice.finish_reason or finishes.get(index)
            texts[index] += (said and said.content) or ""
            refusals[index] += (said and said.refusal) or ""
            for place, call in enumerate((said and said.tool_calls) or ()):
                function = call.function
                entry = calls[index].setdefault(place if part == "message" else call.index, ["", ""])
                entry[0] += (function and function.name) or ""
                entry[1] += (function and function.arguments) or ""
    choices = sorted(finishes)
    usage = next((chunk.usage for chunk in reversed(chunks) if chunk.usage), None)
    return {
        "id": next((chunk.id for chunk in chunks if chunk.id), None),
        "model": next((chunk.model for chunk in chunks if chunk.model), None),
        "text": [texts[index] for index in choices],
        "refusal": [refusals[index] for index in choices],
        "tools": [[(name, parsed(words)) for _, (name, words) in sorted(calls[index].items())] for index in choices],
        "finish": [finishes[index] for index in choices],
        "usage": usage and (usage.prompt_tokens, usage.completion_tokens, usage.total_tokens),
    }


def openai_responses(interaction: Interaction) -> Facts:
    create = _openai(interaction).responses.create
    asked: Any = {"model": "none", "input": ""}
    if not interaction.response.body.stream:
        response = create(**asked)
    else:
        response = [event.response for event in create(**asked, stream=True) if getattr(event, "response", None)][-1]
    items = response.output or []
    parts = [part for item in items if item.type == "message" for part in item.content]
    thoughts = [part for item in items if item.type == "reasoning" for part in (*item.summary, *(item.content or ()))]
    usage = response.usage
    return {
        "id": response.id,
        "model": response.model,
        "text": ["".join(part.text for part in parts if part.type == "output_text")],
        "refusal": ["".join(part.refusal for part in parts if part.type == "refusal")],
        "reasoning": ["".join(part.text for part in thoughts)],
        "tools": [[(item.name, parsed(item.arguments)) for item in items if item.type == "function_call"]],
        "usage": usage and (usage.input_tokens, usage.output_tokens, usage.total_tokens),
    }


# --- Anthropic -------------------------------------------------------------------------------------------------------


def anthropic_messages(interaction: Interaction) -> Facts:
    import anthropic
    import httpx2

    http = player(interaction, httpx2)
    options: Any = {"http_client": http, "base_url": "http://localhost", "max_retries": 0}
    asked: Any = {"model": "none", "messages": [], "max_tokens": 9}
    if interaction.response.body.stream == "eventstream":
        keys = {"aws_access_key": "none", "aws_secret_key": "none", "aws_region": "none"}
        bedrock: Any = anthropic.AnthropicBedrock(**keys, **options)
        with bedrock.messages.stream(**asked) as stream:
            message = stream.get_final_message()
    elif interaction.response.body.stream:
        with anthropic.Anthropic(api_key="none", **options).beta.messages.stream(**asked) as stream:
            message = stream.get_final_message()
    else:
        message = anthropic.Anthropic(api_key="none", **options).beta.messages.create(**asked)
    usage = message.usage
    cached = (usage.cache_read_input_tokens or 0) + (usage.cache_creation_input_tokens or 0)
    return {
        "id": message.id,
        "model": message.model,
        "text": ["".join(block.text for block in message.content if block.type == "text")],
        "reasoning": ["".join(block.thinking for block in message.content if block.type == "thinking")],
        "tools": [[(block.name, block.input) for block in message.content if block.type == "tool_use"]],
        "finish": [message.stop_reason],
        "usage": (usage.input_tokens + cached, usage.output_tokens, usage.input_tokens + cached + usage.output_tokens),
    }


# --- Google ----------------------------------------------------------------------------------------------------------


def gemini(interaction: Interaction) -> Facts:
    from google import genai

    options: Any = {"base_url": "http://localhost", "httpx_client": player(interaction)}
    models = genai.Client(api_key="none", http_options=options).models
    asked: Any = {"model": "none", "contents": "none"}
    is_stream = bool(interaction.response.body.stream)
    chunks = list(models.generate_content_stream(**asked)) if is_stream else [models.generate_content(**asked)]
    parts = [
        part
        for chunk in chunks
        for candidate in (chunk.candidates or ())[:1]
        for part in (candidate.content and candidate.content.parts) or ()
    ]
    finishes = [each.finish_reason for chunk in chunks for each in (chunk.candidates or ())[:1] if each.finish_reason]
    usage = next((chunk.usage_metadata for chunk in reversed(chunks) if chunk.usage_metadata), None)
    return {
        "id": next((chunk.response_id for chunk in chunks if chunk.response_id), None),
        "model": next((chunk.model_version for chunk in chunks if chunk.model_version), None),
        "text": ["".join(part.text for part in parts if part.text and not part.thought)],
        "reasoning": ["".join(part.text for part in parts if part.text and part.thought)],
        "tools": [[(part.function_call.name, part.function_call.args or {}) for part in parts if part.function_call]],
        "finish": [str(finishes[-1].value) if finishes else None],
        "usage": usage and _gemini_usage(usage),
    }


def _gemini_usage(usage: Any) -> tuple[int | None, int | None, int | None]:
    given = [usage.prompt_token_count, usage.tool_use_prompt_token_count]
    made = [usage.candidates_token_count, usage.thoughts_token_count]
    counted = [
        sum(each for each in counts if each) if any(each is not None for each in counts) else None
        for counts in (given, made)
    ]
    return counted[0], counted[1], usage.total_token_count


# --- the others ------------------------------------------------------------------------------------------------------


def cohere_chat(interaction: Interaction) -> Facts:
    if interaction.response.body.stream:
        return _cohere_stream(interaction)
    from cohere import V2ChatResponse

    body = interaction.response.body.json
    response = V2ChatResponse.model_validate(body)
    usage = response.usage.tokens if response.usage else None
    content = response.message.content or []
    counts = usage and (int(usage.input_tokens or 0), int(usage.output_tokens or 0))
    return {
        "id": response.id,
        "text": ["".join(part.text for part in content if part.type == "text")],
        "tools": [
            [(call.function.name, parsed(call.function.arguments)) for call in response.message.tool_calls or ()]
        ],
        "finish": [response.finish_reason],
        "usage": counts and (*counts, sum(counts)),
    }


def _cohere_stream(interaction: Interaction) -> Facts:
    from cohere import ClientV2

    http = player(interaction)
    client = ClientV2(api_key="none", base_url="http://localhost", httpx_client=http)
    facts: Facts = {"id": None, "text": [""], "reasoning": [""], "finish": [None], "usage": None}
    calls: dict[int, list[str]] = {}
    for event in client.chat_stream(model="none", messages=[]):
        message = getattr(getattr(event, "delta", None), "message", None)
        if event.type == "message-start":
            facts["id"] = event.id
        elif event.type in ("content-start", "content-delta") and message is not None and message.content:
            facts["text"][0] += message.content.text or ""
            facts["reasoning"][0] += message.content.thinking or ""
        elif event.type == "tool-plan-delta" and message is not None:
            facts["reasoning"][0] += message.tool_plan or ""
        elif event.type in ("tool-call-start", "tool-call-delta") and message is not None:
            function = message.tool_calls.function
            entry = calls.setdefault(event.index or 0, ["", ""])
            entry[0] += getattr(function, "name", None) or ""
            entry[1] += function.arguments or ""
        elif event.type == "message-end" and event.delta is not None:
            facts["finish"] = [event.delta.finish_reason]
            tokens = event.delta.usage.tokens if event.delta.usage else None
            counts = tokens and (int(tokens.input_tokens or 0), int(tokens.output_tokens or 0))
            facts["usage"] = counts and (*counts, sum(counts))
    facts["tools"] = [[(name, parsed_text(words)) for _, (name, words) in sorted(calls.items())]]
    return facts


def ollama_chat(interaction: Interaction) -> Facts:
    from ollama import ChatResponse

    chunks = [ChatResponse(**each) for each in documents(interaction)]
    last = chunks[-1]
    counts = (last.prompt_eval_count, last.eval_count)
    calls = [call.function for chunk in chunks for call in chunk.message.tool_calls or ()]
    return {
        "model": last.model,
        "text": ["".join(chunk.message.content or "" for chunk in chunks)],
        "reasoning": ["".join(chunk.message.thinking or "" for chunk in chunks)],
        "tools": [[(call.name, dict(call.arguments)) for call in calls]],
        "finish": [last.done_reason],
        "usage": None if None in counts else (*counts, sum(counts)),  # type: ignore[arg-type]
    }


def mistral_chat(interaction: Interaction) -> Facts:
    """Of the answers that Mistral gave itself: they have the shape of OpenAI's."""
    from mistralai.client.models import ChatCompletionResponse, CompletionChunk

    is_stream = bool(interaction.response.body.stream)
    kind: Any = CompletionChunk if is_stream else ChatCompletionResponse
    return _mistral([kind.model_validate(each) for each in documents(interaction)], "delta" if is_stream else "message")


def _mistral(chunks: list[Any], part: str) -> Facts:
    texts: dict[int, str] = defaultdict(str)
    thoughts: dict[int, str] = defaultdict(str)
    calls: dict[int, list[Any]] = defaultdict(list)
    finishes: dict[int, Any] = {}
    for chunk in chunks:
        for choice in chunk.choices:
            said = getattr(choice, part)
            finishes[choice.index] = choice.finish_reason or finishes.get(choice.index)
            for kind, words in _pieces(said.content):
                (thoughts if kind == "thinking" else texts)[choice.index] += words
            calls[choice.index] += [
                (call.function.name, parsed(call.function.arguments)) for call in said.tool_calls or ()
            ]
    choices = sorted(finishes)
    usage = next((chunk.usage for chunk in reversed(chunks) if chunk.usage), None)
    return {
        "id": chunks[0].id,
        "model": chunks[0].model,
        "text": [texts[index] for index in choices],
        "reasoning": [thoughts[index] for index in choices],
        "tools": [calls[index] for index in choices],
        "finish": [finishes[index] for index in choices],
        "usage": usage and (usage.prompt_tokens, usage.completion_tokens, usage.total_tokens),
    }


def _pieces(content: Any) -> Iterator[tuple[str, str]]:
    """The texts in the content of a message: a string, or a list of parts of which one may hold others."""
    if isinstance(content, str):
        yield "text", content
    for part in content if isinstance(content, list) else ():
        inner = getattr(part, "thinking", None)
        if isinstance(inner, list):
            yield from (("thinking", each.text) for each in inner if getattr(each, "text", None))
        elif isinstance(getattr(part, "text", None), str):
            yield "text", part.text


def bedrock_converse(interaction: Interaction) -> Facts:
    """Also of Amazon's own models, whose answers have the same shape however they are asked."""
    if interaction.response.body.stream:
        content, finish, usage = _joined(_events_from_aws(interaction))
    else:
        response = _from_aws(interaction, "Converse", body_bytes(uncoded(interaction).response.body))
        content, finish, usage = response["output"]["message"]["content"], response["stopReason"], response["usage"]
    cached = usage.get("cacheReadInputTokens", 0) + usage.get("cacheWriteInputTokens", 0)
    given, made = usage["inputTokens"] + cached, usage["outputTokens"]
    calls = [block["toolUse"] for block in content if "toolUse" in block]
    return {
        "text": ["".join(_words(block) for block in content)],
        "tools": [[(call["name"], parsed_text(call["input"])) for call in calls]],
        "reasoning": ["".join(_thought(block) for block in content)],
        "finish": [finish],
        "usage": (given, made, usage.get("totalTokens", given + made)),
    }


def _events_from_aws(interaction: Interaction) -> list[Any]:
    frames = Frames(body_bytes(uncoded(interaction).response.body))
    if "invoke-with-response-stream" not in interaction.request.url:
        return list(_from_aws(interaction, "ConverseStream", frames)["stream"])
    chunks = _from_aws(interaction, "InvokeModelWithResponseStream", frames)["body"]
    return [json.loads(event["chunk"]["bytes"]) for event in chunks]


def _from_aws(interaction: Interaction, operation: str, body: Any) -> Any:
    """What botocore's parser makes of an answer."""
    from botocore.parsers import create_parser
    from botocore.session import Session

    shape = Session().get_service_model("bedrock-runtime").operation_model(operation).output_shape
    answer = {"status_code": interaction.response.status_code, "headers": {}, "body": body, "context": {}}
    return create_parser("rest-json").parse(answer, shape)


class Frames:
    """The part of urllib3's response that botocore reads a stream with."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    def stream(self) -> Iterator[bytes]:
        yield self.content

    def close(self) -> None:
        pass


def _joined(events: list[Any]) -> tuple[list[Any], Any, Any]:
    """Blocks, stop reason and usage of a stream."""
    blocks: dict[int, Any] = {}
    finish, usage = None, {}
    for event in events:
        (kind, value), *_metrics = event.items()
        if kind == "contentBlockStart" and "toolUse" in value["start"]:
            blocks[value["contentBlockIndex"]] = {"toolUse": {"name": value["start"]["toolUse"]["name"], "input": ""}}
        elif kind == "contentBlockDelta":
            _append(blocks.setdefault(value["contentBlockIndex"], {}), value["delta"])
        elif kind == "messageStop":
            finish = value["stopReason"]
        elif kind == "metadata":
            usage = value["usage"]
    return [blocks[index] for index in sorted(blocks)], finish, usage


def _append(block: Any, delta: Any) -> None:
    if "text" in delta:
        block["text"] = block.get("text", "") + delta["text"]
    elif "toolUse" in delta:
        block["toolUse"]["input"] += delta["toolUse"].get("input", "")
    elif "text" in delta.get("reasoningContent", {}):
        thought = block.setdefault("reasoningContent", {}).setdefault("reasoningText", {"text": ""})
        thought["text"] += delta["reasoningContent"]["text"]


def parsed_text(arguments: Any) -> Any:
    """Of a stream they are the JSON's text, of a body what it says; no arguments are an empty object."""
    return parsed(arguments or "{}") if isinstance(arguments, str) else arguments


def _words(block: Any) -> str:
    """A text, or one with citations."""
    cited = block.get("citationsContent", {}).get("content", ())
    return block.get("text", "") + "".join(each.get("text", "") for each in cited)


def _thought(block: Any) -> str:
    text: str = block.get("reasoningContent", {}).get("reasoningText", {}).get("text", "")
    return text


READERS: dict[str, tuple[str, Callable[[Interaction], Facts]]] = {
    "openai.chat": ("openai", openai_chat),
    "openai.responses": ("openai", openai_responses),
    "anthropic.messages": ("anthropic", anthropic_messages),
    "gemini.generate_content": ("google.genai", gemini),
    "cohere.chat": ("cohere", cohere_chat),
    "ollama.chat": ("ollama", ollama_chat),
    "bedrock.converse": ("botocore", bedrock_converse),
}
BY_PROVIDER = {("openai.chat", "mistral_ai"): ("mistralai", mistral_chat)}
