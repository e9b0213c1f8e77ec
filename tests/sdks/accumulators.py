"""What a plain client makes of a stream: for each family of APIs a few lines that share no code with our folds.

Each gets the JSON of the events in their order. An event of a Bedrock stream is `{name: payload}`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cassette_tools.model import Interaction

from .readers import Facts, parsed

Events = list[Any]


def events_of(interaction: Interaction) -> Events:
    """The objects that a stream sent; what is no object ends it, or keeps it open."""
    body = interaction.response.body
    events = [event for event in body.events if isinstance(event.json, dict)]
    if body.stream == "eventstream" and interaction.llm and interaction.llm.dialect == "bedrock.converse":
        return [{event.event: event.json} if event.event not in (None, "chunk") else event.json for event in events]
    if body.stream == "json-array" or not events:
        return [
            each for event in body.events for each in (event.json if isinstance(event.json, list) else [event.json])
        ]
    return [event.json for event in events]


class Said:
    """What one choice says: words, thoughts, and calls by a key that sorts."""

    def __init__(self) -> None:
        self.text = ""
        self.reasoning = ""
        self.calls: dict[Any, list[Any]] = {}
        self.finish: Any = None

    def call(self, key: Any, name: Any, words: Any) -> None:
        """A piece of a call: the name comes once, the words of the arguments are joined."""
        entry = self.calls.setdefault(key, ["", ""])
        entry[0] = entry[0] or name or ""
        entry[1] = entry[1] + words if isinstance(words, str) else words or entry[1]


def counted(given: Any, made: Any, total: Any = None) -> Any:
    """The tokens of the input, of the output, and of both; nothing where none was counted."""
    if total is None and None not in (given, made):
        total = given + made
    return None if (given, made, total) == (None, None, None) else (given, made, total)


def _summed(counts: list[int | None]) -> int | None:
    """The first count with the others that lie beside it; none where all of them say nothing."""
    return sum(count or 0 for count in counts) or counts[0]


def facts(choices: list[Said], usage: Any) -> Facts:
    return {
        "text": [each.text for each in choices],
        "reasoning": [each.reasoning for each in choices],
        "tools": [
            [(name, {} if words == "" else parsed(words) if isinstance(words, str) else words) for _, (name, words) in sorted(each.calls.items())]
            for each in choices
        ],
        "finish": [each.finish for each in choices],
        "usage": usage,
    }  # fmt: skip


def openai_chat(events: Events) -> Facts:
    choices: dict[int, Said] = {}
    usage = None
    for chunk in events:
        counts = chunk.get("usage") or (chunk.get("x_groq") or {}).get("usage")
        usage = counts if counts and any(count is not None for count in counts.values()) else usage
        for place, choice in enumerate(chunk.get("choices") or ()):
            said = choices.setdefault(choice.get("index", place), Said())
            delta = choice.get("delta") or {}
            for kind, words in _pieces(delta.get("content")):
                setattr(said, kind, getattr(said, kind) + words)
            thought = (delta.get(key) for key in ("reasoning", "reasoning_content", "reasoning_text"))
            said.reasoning += next((words for words in thought if words), "")
            for call in delta.get("tool_calls") or ():
                key = call.get("index", 0)
                known = [each for each in said.calls if each[0] == key]
                again = known and call.get("id") and call["id"] != known[-1][2]  # another call under the same index
                number = (key, len(said.calls), call.get("id")) if again or not known else known[-1]
                said.call(number, call["function"].get("name"), call["function"].get("arguments"))
            said.finish = choice.get("finish_reason") or said.finish
    usage = usage or {}
    counts = counted(usage.get("prompt_tokens"), usage.get("completion_tokens"), usage.get("total_tokens"))
    return facts([choices[index] for index in sorted(choices)], counts)


def _pieces(content: Any) -> list[tuple[str, str]]:
    """The pieces in the content of a delta: a string, or a list (Mistral's, whose thoughts are lists again)."""
    if isinstance(content, str):
        return [("text", content)]
    thoughts = [("reasoning", each["text"]) for part in content or () for each in part.get("thinking") or ()]
    return thoughts + [("text", part["text"]) for part in content or () if "text" in part]


def openai_responses(events: Events) -> Facts:
    """The last word on each item: its pieces, then the item's end, then the end of the stream."""
    pieces: dict[tuple[Any, ...], str] = {}
    items: dict[int, Any] = {}
    last: dict[str, Any] = {}
    for event in events:
        kind, index = event.get("type", ""), event.get("output_index")
        last = event.get("response") or last
        if kind in ("response.output_item.added", "response.output_item.done"):
            items[index] = event["item"]
        elif kind.endswith(".delta") and isinstance(event["delta"], str):
            key = (index, kind.split(".")[1], event.get("content_index", event.get("summary_index", 0)))
            pieces[key] = pieces.get(key, "") + event["delta"]
            items.setdefault(index, {"type": "reasoning" if "reasoning" in kind else "message"})
    said = Said()
    for number, item in enumerate(last.get("output") or [items[index] for index in sorted(items)]):
        index = sorted(items)[number] if len(items) > number else None
        grown = {(kind, part): words for (at, kind, part), words in sorted(pieces.items()) if at == index}
        for kind, name in (("message", "text"), ("reasoning", "reasoning")):
            if item["type"] == kind:
                setattr(said, name, getattr(said, name) + (_words(item) or "".join(grown.values())))
        if item["type"] == "function_call":
            said.call(number, item["name"], item.get("arguments") or "".join(grown.values()))
    said.finish = (last.get("incomplete_details") or {}).get("reason") or last.get("status")
    usage = last.get("usage") or {}
    return facts([said], counted(usage.get("input_tokens"), usage.get("output_tokens"), usage.get("total_tokens")))


def _words(item: Any) -> str:
    """The texts of an item that came whole; a refusal is none."""
    return "".join(part.get("text") or "" for key in ("summary", "content") for part in item.get(key) or ())


def anthropic_messages(events: Events) -> Facts:
    said, usage = Said(), {}
    names = {"text_delta": "text", "thinking_delta": "thinking", "input_json_delta": "partial_json"}
    blocks: dict[int, tuple[dict[str, Any], dict[str, str]]] = {}
    for event in events:
        kind = event["type"]
        if kind == "message_start":
            usage = dict(event["message"].get("usage") or {})
        elif kind == "message_delta":
            said.finish = event["delta"].get("stop_reason") or said.finish
            usage.update({key: count for key, count in (event.get("usage") or {}).items() if count is not None})
        elif kind == "content_block_start":
            blocks[event["index"]] = (event["content_block"], {})
        elif kind == "content_block_delta" and event["delta"]["type"] in names:
            key = names[event["delta"]["type"]]
            grown = blocks.setdefault(event["index"], ({}, {}))[1]
            grown[key] = grown.get(key, "") + (event["delta"][key] or "")
    for index, (start, grown) in sorted(blocks.items()):
        said.text += (start.get("text") or "") + grown.get("text", "")
        said.reasoning += (start.get("thinking") or "") + grown.get("thinking", "")
        if start.get("type") == "tool_use":
            said.call(index, start["name"], grown.get("partial_json") or start.get("input"))
    counts = [usage.get(f"{key}input_tokens") for key in ("", "cache_read_", "cache_creation_")]
    return facts([said], counted(_summed(counts), usage.get("output_tokens")))


def gemini(events: Events) -> Facts:
    choices: dict[int, Said] = {}
    usage: dict[str, int] = {}
    for chunk in events:
        usage = _gemini_usage(usage, chunk.get("usageMetadata") or {})
        for place, candidate in enumerate(chunk.get("candidates") or ()):
            said = choices.setdefault(candidate.get("index", place), Said())
            for part in (candidate.get("content") or {}).get("parts") or ():
                if "text" in part:
                    kind = "reasoning" if part.get("thought") else "text"
                    setattr(said, kind, getattr(said, kind) + part["text"])
                elif "functionCall" in part:
                    call = part["functionCall"]
                    said.call(len(said.calls), call["name"], call.get("args"))
            said.finish = candidate.get("finishReason") or said.finish
    made = [usage.get("candidatesTokenCount"), usage.get("thoughtsTokenCount")]
    given = [usage.get("promptTokenCount"), usage.get("toolUsePromptTokenCount")]
    counts = counted(_summed(given), _summed(made), usage.get("totalTokenCount"))
    return facts([choices[index] for index in sorted(choices)], counts)


_GEMINI_COUNTS = ("promptTokenCount", "toolUsePromptTokenCount", "candidatesTokenCount", "thoughtsTokenCount")


def _gemini_usage(before: dict[str, int], now: dict[str, int]) -> dict[str, int]:
    """The last counts, with what they leave out where their own total has it, or where they have no total."""
    both = {**before, **now}
    total = now.get("totalTokenCount")
    return both if total is None or total == sum(both.get(key) or 0 for key in _GEMINI_COUNTS) else now


def bedrock_converse(events: Events) -> Facts:
    said = Said()
    usage: dict[str, int] = {}
    blocks: dict[int, Any] = {}
    for event in events:
        for name, payload in event.items():
            index = payload.get("contentBlockIndex") if isinstance(payload, dict) else None
            if name == "contentBlockStart":
                blocks.setdefault(index, [{}, "", "", ""])[0] = payload["start"].get("toolUse") or {}
            elif name == "contentBlockDelta":
                block, delta = blocks.setdefault(index, [{}, "", "", ""]), payload["delta"]
                block[1] += delta.get("text") or ""
                block[2] += (delta.get("reasoningContent") or {}).get("text") or ""
                block[3] += (delta.get("toolUse") or {}).get("input") or ""
            elif name == "messageStop":
                said.finish = payload["stopReason"]
            elif name == "metadata":
                usage = payload.get("usage") or {}
    for index, (call, text, thought, words) in sorted(blocks.items()):
        said.text += text
        said.reasoning += thought
        if call:
            said.call(index, call["name"], words)
    given = [usage.get(key) for key in ("inputTokens", "cacheReadInputTokens", "cacheWriteInputTokens")]
    return facts([said], counted(_summed(given), usage.get("outputTokens"), usage.get("totalTokens")))


def cohere_chat(events: Events) -> Facts:
    said, usage = Said(), None
    texts: dict[int, str] = {}
    thoughts: dict[int, str] = {}
    plan = ""
    for event in events:
        delta = event.get("delta") or {}
        message = delta.get("message") or {}
        if event["type"] in ("content-start", "content-delta"):
            for key, into in (("text", texts), ("thinking", thoughts)):
                into[event["index"]] = into.get(event["index"], "") + (message["content"].get(key) or "")
        elif event["type"] in ("tool-call-start", "tool-call-delta"):
            function = message["tool_calls"]["function"]
            said.call(event["index"], function.get("name"), function.get("arguments"))
        elif event["type"] == "tool-plan-delta":
            plan += message["tool_plan"]
        elif event["type"] == "message-end":
            said.finish, counts = delta.get("finish_reason"), (delta.get("usage") or {}).get("tokens") or {}
            usage = counted(counts.get("input_tokens"), counts.get("output_tokens"))
    said.text = "".join(words for _, words in sorted(texts.items()))
    said.reasoning = plan + "".join(words for _, words in sorted(thoughts.items()))
    return facts([said], usage)


def ollama_generate(events: Events) -> Facts:
    said, usage = Said(), None
    for line in events:
        said.text += line.get("response") or ""
        said.reasoning += line.get("thinking") or ""
        said.finish = line.get("done_reason") or said.finish
        if line.get("done"):
            usage = counted(line.get("prompt_eval_count"), line.get("eval_count"))
    return facts([said], usage)


def openai_completions(events: Events) -> Facts:
    choices: dict[int, Said] = {}
    usage: dict[str, int] = {}
    for chunk in events:
        usage = chunk.get("usage") or usage
        for place, choice in enumerate(chunk.get("choices") or ()):
            said = choices.setdefault(choice.get("index", place), Said())
            said.text += choice.get("text") or ""
            said.finish = choice.get("finish_reason") or said.finish
    counts = counted(usage.get("prompt_tokens"), usage.get("completion_tokens"), usage.get("total_tokens"))
    return facts([choices[index] for index in sorted(choices)], counts)


def ollama_chat(events: Events) -> Facts:
    said, usage = Said(), None
    for line in events:
        message = line.get("message") or {}
        said.text += message.get("content") or ""
        said.reasoning += message.get("thinking") or ""
        for call in message.get("tool_calls") or ():
            said.call(len(said.calls), call["function"]["name"], call["function"]["arguments"])
        said.finish = line.get("done_reason") or said.finish
        if line.get("done"):
            usage = counted(line.get("prompt_eval_count"), line.get("eval_count"))
    return facts([said], usage)


ACCUMULATORS: dict[str, Callable[[Events], Facts]] = {
    "openai.chat": openai_chat,
    "openai.responses": openai_responses,
    "anthropic.messages": anthropic_messages,
    "gemini.generate_content": gemini,
    "bedrock.converse": bedrock_converse,
    "cohere.chat": cohere_chat,
    "ollama.chat": ollama_chat,
    "ollama.generate": ollama_generate,
    "openai.completions": openai_completions,
}
