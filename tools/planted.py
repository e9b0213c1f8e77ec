"""Plant a defect in real recordings, one at a time, and see whether `lint` finds it, at its line.

    python tools/planted.py FOLDER [RULE…] [--limit N]

For each row of `PLANTS`, `PAIRS` and `FILES` (a rule; behind a colon, which of its defects) every recording under
FOLDER with a place for the defect gets it, in the style of its own file (all else stays as it is), at the first place
for it in each interaction. With --limit, N recordings spread over the folder. The exit status is 1 when a defect was
missed or found at another line.
"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from cassette_tools.config import LintSettings
from cassette_tools.data.usage import HIDDEN_REASONING, UPSTREAM
from cassette_tools.data.usage_reported import REPORTED
from cassette_tools.errors import CassetteError
from cassette_tools.lint.engine import lint_source
from cassette_tools.lint.select import chosen_rules
from cassette_tools.load import Reading
from cassette_tools.model import Body, Interaction, LLMCall, Piece, Place, Text, ToolCall
from cassette_tools.places import header_place, url_place, value_at
from cassette_tools.rules._models import name_from
from cassette_tools.rules.stream_not_as_asked import ASKING
from cassette_tools.secrets import is_placeholder
from cassette_tools.source import Source
from cassette_tools.source.rewrite import Rewriting
from cassette_tools.wire.body import media_type

if TYPE_CHECKING:
    from cassette_tools.model import Route

NAME = "zz_planted"
KEY = "gsk_Qm7ZtW4vLr9XbK2nPcY8hGdJ6sFuE3aRiT5oVwNqMyBxUzHk"  # invented
Offset = int | None


@dataclass(frozen=True, kw_only=True)
class Planted:
    """A body with a defect: its new text, and where in it the finding has to be. When that is in the other body of
    the interaction, `offset` is None and one of `words` has to be in the line. `route` leads to another value that has
    the defect, such as that of a header field; `length` says how far it reaches, over lines that its writer folded.
    """

    body: Body
    text: str | int
    offset: Offset = None
    words: tuple[str, ...] = ()
    route: Route = ()
    length: int = 0


@dataclass(frozen=True, kw_only=True)
class Result:
    """What became of one planted defect; `trouble` is "" when it was found."""

    rule: str
    path: Path
    trouble: str = ""


Plant = Callable[[Interaction], Iterator[Planted]]
PairPlant = Callable[[Interaction, Interaction], Iterator[Planted]]
# Where no value is changed but the file's own layout: the new file, and the line of the finding.
FilePlant = Callable[[Source, list[Interaction]], Iterator[tuple[bytes, int]]]


# --- helpers ---------------------------------------------------------------------------------------------------------


def edited(body: Body, event: int | None, pointer: str, change: Callable[[Any], Any]) -> Planted | None:
    """The body with another string at a pointer, of its JSON or of that of one event."""
    assert body.text is not None
    start, old = (0, body.text) if event is None else (body.events[event].offset, body.events[event].data)
    if body.text[start : start + len(old)] != old:
        return None
    value = json.loads(old)
    holder, key = value_at(value, pointer.rpartition("/")[0]), pointer.rpartition("/")[2]
    if isinstance(holder, list):
        made = holder[int(key)] = change(holder[int(key)])
    else:
        made = holder[key] = change(holder[key])
    new = json.dumps(value)
    at = start + new.index(json.dumps(made))
    return Planted(body=body, text=body.text[:start] + new + body.text[start + len(old) :], offset=at)


def request_of(interaction: Interaction) -> Any:
    """The request's JSON as a copy to be changed; None where its body cannot be written again."""
    body = interaction.request.body
    if not body.verbatim or not body.text or not isinstance(body.json, dict):
        return None
    return json.loads(body.text)


def is_rewritable(interaction: Interaction) -> bool:
    body = interaction.response.body
    return body.verbatim and bool(body.text) and interaction.response.status_code == 200


# --- what is planted -------------------------------------------------------------------------------------------------


def arguments(interaction: Interaction) -> Iterator[Planted]:
    """The tool that is called has one more parameter that is required."""
    llm, asked = interaction.llm, request_of(interaction)
    if llm is None or asked is None or not llm.complete:
        return
    for message in llm.output_messages:
        for part in message.parts:
            tools = [tool for tool in llm.tools if isinstance(part, ToolCall) and tool.name == part.name]
            if not isinstance(part, ToolCall) or len(tools) != 1 or tools[0].kind != "function":
                continue
            schema = tools[0].parameters
            if not isinstance(schema, dict) or not part.arguments_valid or message.finish_reason == "length":
                continue
            if not _is_valid(schema):
                continue
            for found in _schemas(asked.get("tools"), part.name):
                found["required"] = [*found.get("required", ()), NAME]
                key = next(iter(part.arguments), "") if isinstance(part.arguments, dict) else ""
                words = (key[:1], "{") if interaction.response.body.verbatim else ("",)  # else it is compressed
                yield Planted(body=interaction.request.body, text=json.dumps(asked), words=words)
                return


def _is_valid(schema: dict[str, Any]) -> bool:
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError:
        return False
    return True


def _schemas(node: Any, name: str) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        if node.get("name") == name:
            for key in ("parameters", "input_schema", "parametersJsonSchema"):
                if isinstance(node.get(key), dict):
                    yield node[key]
        for inner in node.values():
            yield from _schemas(inner, name)
    elif isinstance(node, list):
        for inner in node:
            yield from _schemas(inner, name)


def structured(interaction: Interaction) -> Iterator[Planted]:
    """The answer that is to be JSON has a bracket too many."""
    llm, body = interaction.llm, interaction.response.body
    if llm is None or not is_rewritable(interaction) or not isinstance(llm.parameters.get("response_format"), dict):
        return
    wanted = llm.parameters["response_format"].get("schema")
    if not isinstance(wanted, dict) or not llm.complete or (body.stream and llm.dialect == "openai.responses"):
        return  # of the three copies in such a stream the last one counts
    for message in llm.output_messages:
        texts = [part for part in message.parts if part.type == "text"]
        others = {part.type for part in message.parts} - {"text", "reasoning"}
        if len(texts) != 1 or others or message.finish_reason != "stop":
            continue
        pieces = llm.trace.get(texts[0].pointer, ())
        event, pointer = (pieces[-1].event_index, pieces[-1].pointer) if pieces else (None, texts[0].pointer)
        if body.stream and not pieces:
            continue
        planted = edited(body, event, pointer, lambda text: text + "}")
        if planted is not None:
            begun = _begun(pieces)
            first = body.events[pieces[begun].event_index].offset if len(pieces) > 1 else planted.offset
            yield Planted(body=body, text=planted.text, offset=first)
            return


def _begun(pieces: tuple[Piece, ...]) -> int:
    """The first piece that is not empty."""
    return next((at for at in range(len(pieces) - 1) if pieces[at + 1].start), -1)


RESULT_IDS = ("tool_call_id", "tool_use_id", "call_id")
RESULTS = ("tool", "tool_result", "function_call_output")


def _results(asked: Any) -> Iterator[tuple[list[Any], dict[str, Any], str]]:
    """The lists, the results in them, and the key of their ids."""
    stack = [asked.get("messages"), asked.get("input")]
    while stack:
        listed = stack.pop(0)
        for item in listed if isinstance(listed, list) else ():
            if not isinstance(item, dict):
                continue
            if item.get("role", item.get("type")) in RESULTS or item.get("type") in RESULTS:
                key = next((key for key in RESULT_IDS if isinstance(item.get(key), str) and item[key]), None)
                if key is not None:
                    yield listed, item, key
            stack.append(item.get("content"))


def _has_all(asked: Any, identity: str) -> bool:
    """Whether the request holds its whole conversation, with the call of that id."""
    links = ("previous_response_id", "conversation", "prompt")
    return not any(asked.get(key) for key in links) and json.dumps(asked).count(json.dumps(identity)) == 2


def result(interaction: Interaction) -> Iterator[Planted]:
    """A tool's result has another id."""
    asked = request_of(interaction)
    if asked is None or interaction.llm is None or not is_rewritable(interaction) or interaction.llm.error:
        return
    for _listed, item, key in _results(asked):
        if _has_all(asked, item[key]):
            item[key] = NAME
            text = json.dumps(asked, indent=1)
            yield Planted(body=interaction.request.body, text=text, offset=text.index(NAME))
            return


def call(interaction: Interaction) -> Iterator[Planted]:
    """A tool's result is gone, and the conversation goes on."""
    asked = request_of(interaction)
    if asked is None or interaction.llm is None or not is_rewritable(interaction) or interaction.llm.error:
        return
    for listed, item, key in _results(asked):
        identity = item[key]
        if not _has_all(asked, identity):
            continue
        listed.remove(item)
        whole = asked.get("messages") or asked.get("input")
        whole.append({"role": "user", "content": "Go on."})
        text = json.dumps(asked, indent=1)
        yield Planted(body=interaction.request.body, text=text, offset=text.index(json.dumps(identity)))
        return


def contradiction(interaction: Interaction) -> Iterator[Planted]:
    """One of the places in which a Responses stream says a text says another one."""
    llm, body = interaction.llm, interaction.response.body
    if llm is None or llm.dialect != "openai.responses" or not body.stream or not is_rewritable(interaction):
        return
    kinds: dict[str, int] = {}
    for number, event in enumerate(body.events):
        kind = event.json.get("type") if isinstance(event.json, dict) else None
        if kind in TOLD and isinstance(value_at(event.json, TOLD[kind]), str) and value_at(event.json, TOLD[kind]):
            kinds.setdefault(kind, number)
    if not {"response.output_text.delta", "response.output_text.done"} <= set(kinds):
        return
    for kind, number in kinds.items():
        planted = edited(body, number, TOLD[kind], lambda text: "Z" + text[1:] if text[:1] != "Z" else "Y" + text[1:])
        if planted is not None:
            yield replace(planted, offset=body.events[number].offset)


TOLD = {
    "response.output_text.delta": "/delta",
    "response.output_text.done": "/text",
    "response.content_part.done": "/part/text",
    "response.output_item.done": "/item/content/0/text",
}


def order(interaction: Interaction) -> Iterator[Planted]:
    """Two events have changed places, where that shows; one of a numbered stream is gone."""
    llm, body = interaction.llm, interaction.response.body
    if llm is None or body.stream != "sse" or not is_rewritable(interaction) or body.text is None:
        return
    blocks = body.text.split("\n\n")
    if "\r" in body.text or len([block for block in blocks if "data:" in block]) != len(body.events):
        return
    types = [event.json.get("type") if isinstance(event.json, dict) else None for event in body.events]
    if llm.dialect == "anthropic.messages":
        for number, (one, other) in enumerate(pairwise(types)):
            if (one, other) in SHOWING and body.events[number].json.get("index") == body.events[number + 1].json.get(
                "index"
            ):
                yield _exchanged(body, blocks, number, after=one == "content_block_delta")
                return
    numbers = [event.json.get("sequence_number") if isinstance(event.json, dict) else None for event in body.events]
    if llm.dialect == "openai.responses" and numbers == list(range(len(numbers))) and len(numbers) > 4:
        yield _exchanged(body, blocks, 1, after=False)
        yield _without(body, blocks, 2)


SHOWING = (("content_block_start", "content_block_delta"), ("content_block_delta", "content_block_stop"))


def _exchanged(body: Body, blocks: list[str], number: int, *, after: bool) -> Planted:
    """Two neighbours exchanged; the finding is at the first of them, or at the second (`after`)."""
    new = [*blocks[:number], blocks[number + 1], blocks[number], *blocks[number + 2 :]]
    return Planted(body=body, text="\n\n".join(new), offset=_data_of(new, number + after))


def _without(body: Body, blocks: list[str], number: int) -> Planted:
    new = [*blocks[:number], *blocks[number + 1 :]]
    return Planted(body=body, text="\n\n".join(new), offset=_data_of(new, number))


def _data_of(blocks: list[str], number: int) -> int:
    start = sum(len(block) + 2 for block in blocks[:number])
    return start + blocks[number].index("data:") + len("data: ")


def character(escape: str) -> Plant:
    """An escape in the first string under a common name, of either body."""

    def plant(interaction: Interaction) -> Iterator[Planted]:
        for body in (interaction.request.body, interaction.response.body):
            if not body.verbatim or not body.text or body.text[:1] not in "{[d":
                continue
            for mark in ('"content":"', '"text":"', '"content": "', '"text": "'):
                at = body.text.find(mark)
                if at >= 0 and body.text[at - 1] != "\\":
                    at += len(mark)
                    yield Planted(body=body, text=body.text[:at] + escape + body.text[at:], offset=at)
                    break

    return plant


# --- damage to what was recorded -------------------------------------------------------------------------------------


def words_in(text: str) -> Plant:
    """A text in the first string of an answer, whole or in a piece of a stream."""

    def plant(interaction: Interaction) -> Iterator[Planted]:
        llm, body = interaction.llm, interaction.response.body
        if llm is None or not is_rewritable(interaction):
            return
        for message in llm.output_messages:
            for part in message.parts:
                if not isinstance(part, Text) or not part.content or not part.pointer:
                    continue
                pieces = llm.trace.get(part.pointer, ())
                if body.stream and not pieces:
                    continue
                event, pointer = (pieces[0].event_index, pieces[0].pointer) if pieces else (None, part.pointer)
                planted = edited(body, event, pointer, lambda said: f"{said} {text} ")
                if planted is not None:
                    yield replace(planted, length=len(json.dumps(part.content)) + len(text))
                    return

    return plant


def key_in_request(interaction: Interaction) -> Iterator[Planted]:
    """A key in what is said to the model."""
    body = interaction.request.body
    for planted in character(f"{KEY} ")(interaction):
        if planted.body is body:
            yield planted


def key_over_events(interaction: Interaction) -> Iterator[Planted]:
    """A key in a stream, that begins in one event and ends in the next."""
    llm, body = interaction.llm, interaction.response.body
    if llm is None or not body.stream or not is_rewritable(interaction) or llm.dialect == "openai.responses":
        return  # of a Responses stream the end would say another text
    for message in llm.output_messages:
        for part in message.parts:
            pieces = llm.trace.get(part.pointer, ()) if part.type == "text" else ()
            if len(pieces) < 2 or pieces[0].pointer.endswith("/embedding"):
                continue
            first, second = pieces[:2]
            later = edited(body, second.event_index, second.pointer, lambda said: f"{KEY[20:]} {said}")
            if later is None:
                return
            event = body.events[first.event_index]
            value = json.loads(event.data)
            holder = value_at(value, first.pointer.rpartition("/")[0])
            key = first.pointer.rpartition("/")[2]
            at: Any = int(key) if isinstance(holder, list) else key
            holder[at] = f"{holder[at]} {KEY[:20]}"
            end = event.offset + len(event.data)
            text = body.text[: event.offset] + json.dumps(value) + later.text[end:]  # type: ignore[index]
            yield Planted(body=body, text=text, offset=event.offset, length=len(json.dumps(value)))
            return


def half_a_stream(interaction: Interaction) -> Iterator[Planted]:
    """The second half of a stream is gone."""
    llm, body = interaction.llm, interaction.response.body
    blocks = _blocks(interaction)
    if llm is None or not llm.complete or llm.error is not None or len(blocks) < 6 or not llm.finish_reasons:
        return
    kept = blocks[: len(blocks) // 2]
    yield Planted(body=body, text="\n\n".join(kept) + "\n\n", offset=_data_of(kept, len(kept) - 1))


def half_an_event(interaction: Interaction) -> Iterator[Planted]:
    """The JSON of an event has lost its end."""
    body, blocks = interaction.response.body, _blocks(interaction)
    if len(blocks) < 4 or not body.events[1].data.startswith("{") or "\n" in body.events[1].data:
        return
    if not all(isinstance(event.json, dict) for event in body.events[:3]) or body.events[1].event == "ping":
        return  # clients pass over pings
    new = [blocks[0], blocks[1].rstrip()[:-1], *blocks[2:]]
    yield Planted(body=body, text="\n\n".join(new), offset=_data_of(new, 1))


def _blocks(interaction: Interaction) -> list[str]:
    """The events of a stream of server-sent events as they stand in its text; none where they cannot be told apart."""
    body = interaction.response.body
    if body.stream != "sse" or not is_rewritable(interaction) or body.text is None or "\r" in body.text:
        return []
    blocks = [block for block in body.text.split("\n\n") if block.strip()]
    return blocks if len(blocks) == len(body.events) and all("data: " in block for block in blocks) else []


def no_last_line(interaction: Interaction) -> Iterator[Planted]:
    """The end of a stream is trimmed, behind the last event that says something."""
    llm, body, blocks = interaction.llm, interaction.response.body, _blocks(interaction)
    if llm is None or not llm.complete or llm.error or not any(llm.finish_reasons) or not body.route:
        return
    kept = blocks[:-1] if body.events and body.events[-1].data.strip() == "[DONE]" else blocks
    if len(kept) < 2 or not all(isinstance(event.json, dict) for event in body.events[len(kept) - 2 : len(kept)]):
        return
    if "message_stop" not in kept[-1] and not kept[-1].startswith("event: done"):
        kept = [*kept[:-1], kept[-1].rstrip()]
        yield Planted(body=body, text="\n\n".join(kept), offset=_data_of(kept, len(kept) - 1))


def half_a_body(interaction: Interaction) -> Iterator[Planted]:
    """A JSON body has lost its last bracket."""
    body = interaction.response.body
    kind = (interaction.response.headers.get("content-type") or "").lower()
    if not is_rewritable(interaction) or not isinstance(body.json, dict) or "application/json" not in kind:
        return
    text = (body.text or "").rstrip()
    yield Planted(body=body, text=text[:-1], offset=len(text) - 1)


def no_body(interaction: Interaction) -> Iterator[Planted]:
    """The answer is gone."""
    llm, body = interaction.llm, interaction.response.body
    headers = interaction.response.headers
    if llm is None or llm.operation_name not in ("chat", "generate_content") or not is_rewritable(interaction):
        return
    if interaction.request.method != "POST" or headers.get("content-length") or not headers.get("content-type"):
        return
    if request_of(interaction) is not None:
        yield Planted(body=body, text="", words=("",))


def arguments_cut(interaction: Interaction) -> Iterator[Planted]:
    """Arguments in a string have a bracket too many."""
    llm, body = interaction.llm, interaction.response.body
    if llm is None or not llm.complete or not is_rewritable(interaction) or llm.dialect == "openai.responses":
        return
    for message in llm.output_messages:
        for part in message.parts:
            if not isinstance(part, ToolCall) or not part.arguments_valid or message.finish_reason == "length":
                continue
            pieces = llm.trace.get(part.pointer, ())
            if body.stream and not pieces:
                continue
            event, pointer = (pieces[-1].event_index, pieces[-1].pointer) if pieces else (None, part.pointer)
            said = value_at(body.json if event is None else body.events[event].json, pointer)
            if not isinstance(said, str):
                continue
            planted = edited(body, event, pointer, lambda said: said + "}")
            if planted is not None:
                begun = _begun(pieces)
                first = body.events[pieces[begun].event_index].offset if len(pieces) > 1 else planted.offset
                yield replace(planted, offset=first)
                return


def total(interaction: Interaction) -> Iterator[Planted]:
    """The total of the token counts is seven more."""
    llm, body = interaction.llm, interaction.response.body
    if llm is None or llm.usage is None or body.stream or not is_rewritable(interaction):
        return
    native = llm.usage.native
    if not isinstance(native, dict) or "total_tokens" not in native or _spare(native, 7):
        return
    if llm.usage.output_tokens is None or "gemini" in (llm.response_model or ""):
        return
    if llm.usage.total_tokens == (llm.usage.input_tokens or 0) + (llm.usage.output_tokens or 0):
        planted = edited(body, None, f"{llm.usage.pointer}/total_tokens", lambda count: count + 7)
        if planted is not None:
            yield replace(planted, offset=planted.text.index('"usage"'), length=len(planted.text))


def impossible(interaction: Interaction) -> Iterator[Planted]:
    """A count is less than 0."""
    llm, body = interaction.llm, interaction.response.body
    if llm is None or llm.usage is None or body.stream or not is_rewritable(interaction) or not llm.usage.pointer:
        return
    if not llm.usage.output_tokens or llm.usage.reasoning_output_tokens or llm.provider_name in COUNTED_ANEW:
        return  # the output is not what one field counts
    for key in MADE:
        pointer = f"{llm.usage.pointer}/{key}"
        if value_at(body.json, pointer) == llm.usage.output_tokens:
            planted = edited(body, None, pointer, lambda count: -count)
            if planted is not None:
                name = f'"{key}": -'
                yield replace(planted, offset=str(planted.text).index(name), length=len(name))
            return


COUNTED_ANEW = {*HIDDEN_REASONING, *(row.provider for row in UPSTREAM)}
MADE = ("completion_tokens", "output_tokens", "candidatesTokenCount", "outputTokens")


def _spare(native: Any, rest: int) -> bool:
    """Whether counts of a usage object make up the rest."""
    counts = [each for each in _numbers(native) if each]
    return rest in counts or any(rest - each in counts for each in counts)


def _numbers(node: Any) -> Iterator[int]:
    for each in node.values() if isinstance(node, dict) else ():
        if isinstance(each, int):
            yield each
        yield from _numbers(each)


def no_counts(interaction: Interaction) -> Iterator[Planted]:
    """The token counts are gone, of an API that always sends them."""
    llm, body = interaction.llm, interaction.response.body
    if llm is None or llm.usage is None or not is_rewritable(interaction) or not llm.complete or llm.error:
        return
    kept = [message for message in llm.output_messages if message.parts and message.finish_reason in ENDED]
    name = llm.response_model or llm.request_model or ""
    rows = [row for row in REPORTED if (row.dialect, row.provider) == (llm.dialect, llm.provider_name)]
    if not kept or not rows or (body.stream and not rows[0].in_streams) or not _is_of(name, rows[0].models):
        return
    yield _without_counts(body)


def counts_not_sent(interaction: Interaction) -> Iterator[Planted]:
    """The token counts that a stream was asked for are gone."""
    llm, body = interaction.llm, interaction.response.body
    asked = value_at(interaction.request.body.json, "/stream_options/include_usage")
    if llm is None or not body.stream or not is_rewritable(interaction) or not llm.complete or llm.error:
        return
    is_known = any(row.dialect == llm.dialect and row.provider == llm.provider_name for row in REPORTED)
    if asked is True and llm.usage is not None and is_known:  # of others nobody knows whether they heed it
        yield _without_counts(body)


ENDED = ("stop", "length", "tool_call")


def _is_of(name: str, models: tuple[str, ...]) -> bool:
    return not models or name.rpartition("/")[2].startswith(models)


def _without_counts(body: Body) -> Planted:
    """The body with its counts under another name: they are said in the last events, or anywhere in a whole answer."""
    text = body.text or ""
    for key in ("usage", "usageMetadata", "x_groq", "amazon-bedrock-invocationMetrics"):
        text = text.replace(json.dumps(key), f'"{NAME}"')
    begin = text.rindex("data:") if body.stream == "sse" else 0
    return Planted(body=body, text=text, offset=begin, length=len(text) - begin)


def model(interaction: Interaction) -> Iterator[Planted]:
    """Another model has answered."""
    llm, body = interaction.llm, interaction.response.body
    if llm is None or body.stream or not is_rewritable(interaction) or llm.error or llm.dialect == "resources":
        return
    if llm.response_model and value_at(body.json, "/model") == llm.response_model and _is_named_for_it(llm):
        planted = edited(body, None, "/model", lambda name: "gpt-4o" if "claude" in name else "claude-opus-4-1")
        if planted is not None:
            yield planted


def _is_named_for_it(llm: LLMCall) -> bool:
    """Whether the name of the model that was asked says which it is."""
    return bool(name_from(llm.request_model or "").families) and not llm.provider_name.startswith("azure")


def tool(interaction: Interaction) -> Iterator[Planted]:
    """The tool that is called has another name in the request."""
    llm, asked = interaction.llm, request_of(interaction)
    if llm is None or asked is None or not llm.complete or not interaction.response.body.verbatim:
        return
    for message in llm.output_messages:
        for part in message.parts:
            if (
                isinstance(part, ToolCall)
                and [each.name for each in llm.tools if each.kind == "function"].count(part.name) == 1
            ):
                text = json.dumps(asked.get("tools"))
                if json.dumps(part.name) in text and not asked.get("previous_response_id"):
                    asked["tools"] = json.loads(text.replace(json.dumps(part.name), f'"{NAME}"'))
                    yield Planted(body=interaction.request.body, text=json.dumps(asked), words=(part.name,))
                    return


def unasked(interaction: Interaction) -> Iterator[Planted]:
    """The request does not ask for the stream that it gets, or the reverse."""
    llm, asked, body = interaction.llm, request_of(interaction), interaction.response.body
    if (
        llm is None
        or asked is None
        or llm.dialect not in ASKING
        or llm.operation_name not in ("chat", "text_completion")
    ):
        return
    if not llm.is_answered or interaction.response.status_code != 200 or not asked.get("model"):
        return
    if not llm.output_messages:
        return
    if asked.get("stream") is True and body.stream == "sse" and body.events and isinstance(body.events[0].json, dict):
        asked["stream"] = False
    elif not asked.get("stream") and not body.stream and isinstance(body.json, dict) and body.json:
        asked["stream"] = True
    else:
        return
    yield Planted(body=interaction.request.body, text=json.dumps(asked), words=("",))


def finish(interaction: Interaction) -> Iterator[Planted]:
    """The reason of the end is null."""
    llm, body = interaction.llm, interaction.response.body
    if llm is None or llm.dialect != "openai.chat" or body.stream or not is_rewritable(interaction) or llm.error:
        return
    choice = value_at(body.json, "/choices/0")
    if isinstance(choice, dict) and choice.get("finish_reason") and not choice.get("native_finish_reason"):
        planted = edited(body, None, "/choices/0/finish_reason", lambda _reason: None)
        if planted is not None:
            yield replace(planted, offset=None, words=("choices", '"index"', "{", "message"))


def word(interaction: Interaction) -> Iterator[Planted]:
    """The reason of the end is a word that nobody sends."""
    llm, body = interaction.llm, interaction.response.body
    if llm is None or not is_rewritable(interaction) or llm.error or len(llm.output_messages) != 1:
        return
    native = llm.output_messages[0].native_finish_reason
    ends: list[tuple[int | None, Any]] = (
        list(enumerate(event.json for event in body.events)) if body.stream else [(None, body.json)]
    )
    for event, said in reversed(ends):
        for pointer in REASONS:
            if native and value_at(said, pointer) == native:
                planted = edited(body, event, pointer, lambda _native: NAME)
                if planted is not None:
                    yield planted
                return


def turn_ended(interaction: Interaction) -> Iterator[Planted]:
    """Anthropic calls a tool, and says that the turn ended."""
    if ".anthropic.com" in interaction.request.url:
        yield from _other_reason(interaction, "tool_use", "end_turn")


def no_call(interaction: Interaction) -> Iterator[Planted]:
    """The end is said to be that a tool is called, and none is."""
    llm = interaction.llm
    if llm is None or llm.dialect != "openai.chat" or (interaction.response.body.text or "").count('"stop"') != 1:
        return  # gateways say it twice
    if not any(isinstance(part, ToolCall) for each in llm.output_messages for part in each.parts):
        yield from _other_reason(interaction, "stop", "tool_calls")


def _other_reason(interaction: Interaction, old: str, new: str) -> Iterator[Planted]:
    llm = interaction.llm
    if llm is None or not llm.complete or not is_rewritable(interaction) or llm.error or len(llm.output_messages) != 1:
        return
    if llm.output_messages[0].native_finish_reason != old:
        return
    for planted in word(interaction):
        yield replace(planted, text=str(planted.text).replace(NAME, new))


REASONS = (
    "/choices/0/finish_reason",
    "/candidates/0/finishReason",
    "/delta/stop_reason",
    "/stop_reason",
    "/stopReason",
    "/done_reason",
    "/finish_reason",
)


def header(name: str, value: Callable[[str], str | None]) -> Plant:
    """Another value in a header field."""

    def plant(interaction: Interaction) -> Iterator[Planted]:
        for message in (interaction.request, interaction.response):
            for position, (field, old) in enumerate(message.headers.pairs):
                new = value(old) if field.lower() == name else None
                if new is not None:
                    route = header_place(message, position).route
                    yield Planted(body=message.body, text=new, route=route, offset=0)
                    return

    return plant


def number(interaction: Interaction) -> Iterator[Planted]:
    """The ids of a file leave a gap."""
    if isinstance(interaction.extra.get("id"), int) and interaction.route[0] == "interactions":
        route = (*interaction.route, "id")
        yield Planted(body=interaction.request.body, text=interaction.index + 1, route=route, offset=0)


def coding(interaction: Interaction) -> Iterator[Planted]:
    """The header field names another coding than that of the body."""
    response = interaction.response
    if len(response.body.codings) == 1 and len(response.headers.get_all("content-encoding")) == 1:
        for planted in header("content-encoding", lambda _old: "zstd")(interaction):
            if planted.body is response.body:
                yield planted


def kind(interaction: Interaction) -> Iterator[Planted]:
    """The header field says the other type of an answer: JSON of a stream, and the reverse."""
    body = interaction.response.body
    said = media_type(interaction.response.headers)
    types = {"application/json": "text/event-stream", "text/event-stream": "application/json"}
    is_as_said = (said == "text/event-stream") is (body.stream == "sse") and (
        body.stream or isinstance(body.json, dict)
    )
    if interaction.llm is None or interaction.llm.error is not None or said not in types or not is_as_said:
        return
    if interaction.response.status_code == 200 and (body.events or body.json) and not body.codings:
        for planted in header("content-type", lambda _old: types[said])(interaction):
            if planted.body is body:
                yield planted


def address(interaction: Interaction) -> Iterator[Planted]:
    """A key in the URL."""
    url = interaction.request.url
    if url.startswith("http") and "?" not in url and not interaction.request.query_routes:
        route = url_place(interaction.request).route
        yield Planted(body=interaction.request.body, text=f"{url}?key=AIza{KEY[4:39]}", route=route, offset=0)


def private_host(interaction: Interaction) -> Iterator[Planted]:
    """The request went to a machine in a private network."""
    request = interaction.request
    scheme, separator, rest = request.url.partition("://")
    if scheme.startswith("http") and separator and not request.query_routes:
        text = f"http://10.20.30.40:8080/{rest.partition('/')[2]}"
        yield Planted(body=request.body, text=text, route=url_place(request).route, offset=0)


def length(interaction: Interaction) -> Iterator[Planted]:
    """The length of an answer is 997 more."""
    response = interaction.response
    llm = interaction.llm
    if llm is None or llm.dialect == "resources" or response.status_code != 200 or not response.body.verbatim:
        return
    if response.headers.get("transfer-encoding"):  # it overrides the length (RFC 9112 §6.3)
        return
    size = str(response.body.size)
    for planted in header("content-length", lambda old: str(int(old) + 997) if old == size else None)(interaction):
        if planted.body is response.body:
            yield planted


def repeated(interaction: Interaction) -> Iterator[Planted]:
    """Two calls of an answer have one id."""
    llm, body = interaction.llm, interaction.response.body
    if llm is None or not is_rewritable(interaction):
        return
    for message in llm.output_messages:
        calls = [part for part in message.parts if isinstance(part, ToolCall) and part.id]
        for one, other in pairwise(calls):
            first, second = json.dumps(one.id), json.dumps(other.id)
            if first != second and first in (body.text or "") and second in (body.text or ""):
                yield Planted(body=body, text=str(body.text).replace(second, first), words=(other.name,))
                return


# --- what two interactions show --------------------------------------------------------------------------------------


def copied(earlier: Interaction, later: Interaction) -> Iterator[Planted]:
    """An answer has the id of the one before it."""
    ids = [_drawn_id(each) for each in (earlier, later)]
    if all(ids) and ids[0] != ids[1]:
        body = later.response.body
        text = str(body.text).replace(json.dumps(ids[1]), json.dumps(ids[0]))
        yield Planted(body=body, text=text, words=("body", "string", "text", "data"))


def _drawn_id(interaction: Interaction) -> str:
    """The id of an answer, where a provider drew one and the body says it."""
    llm, request = interaction.llm, interaction.request
    if llm is None or llm.error is not None or request.method != "POST" or not is_rewritable(interaction):
        return ""
    is_kept = any("cache" in name.lower() for name, _ in interaction.response.headers.pairs)
    drawn = llm.response_id or ""
    if is_kept or llm.operation_name != "chat" or drawn in request.url or len(drawn) < 16 or is_placeholder(drawn):
        return ""
    return drawn if json.dumps(drawn) in (interaction.response.body.text or "") else ""


# --- what only the layout of the file shows --------------------------------------------------------------------------


def unlisted(source: Source, interactions: list[Interaction]) -> Iterator[tuple[bytes, int]]:
    """The value of a header field stands without its list."""
    for interaction, lines, at in _listed(source, interactions):
        if "aiohttp" not in (interaction.request.headers.get("user-agent") or ""):
            new = f"{lines[at - 1]} {lines[at].strip()[2:]}"
            yield "\n".join([*lines[: at - 1], new, *lines[at + 1 :]]).encode(), at


def decoded(source: Source, interactions: list[Interaction]) -> Iterator[tuple[bytes, int]]:
    """A plain answer to httpx is said to be compressed."""
    for interaction, lines, at in _listed(source, interactions):
        response = interaction.response
        is_plain = is_rewritable(interaction) and not response.body.codings
        if interaction.request.headers.get("x-stainless-lang") != "python" or not is_plain:
            continue
        if not response.headers.get("content-encoding") and "\\x" not in str(response.body.text):
            indent = lines[at - 1][: -len(lines[at - 1].lstrip())]
            new = [f"{indent}Content-Encoding:", f"{indent}- gzip"]
            yield "\n".join([*lines[: at - 1], *new, *lines[at - 1 :]]).encode(), at + 1


def _listed(source: Source, interactions: list[Interaction]) -> Iterator[tuple[Interaction, list[str], int]]:
    """The first header field of each response of a VCR.py cassette whose only value stands in the line below its name:
    all lines of the file, and which of them (from 0) the value is.
    """
    lines = (source.content or b"").decode("utf-8", "replace").split("\n")
    for interaction in interactions:
        response = interaction.response
        if (
            interaction.route[:1] != ("interactions",)
            or response.headers.bare
            or response.status_route[-1:] != ("code",)
        ):
            continue
        for position, (name, value) in enumerate(response.headers.pairs):
            at = source.region(header_place(response, position)).line - 1
            is_alone = lines[at - 1].strip() == f"{name}:" and not lines[at + 1].lstrip().startswith("- ")
            if len(value) > 1 and is_alone and lines[at].strip() == f"- {value}":
                yield interaction, lines, at
                break


def cut_short(source: Source, interactions: list[Interaction]) -> Iterator[tuple[bytes, int]]:
    """The line that leads an exchange of a httprr trace says less than its answer has."""
    content = source.content or b""
    if not content.startswith(b"httprr trace"):
        return
    for interaction in interactions:
        at = source.region(Place(route=interaction.route)).line
        lines = content.split(b"\n")
        asked, answered = lines[at - 2].split()
        if int(answered) > SPARED:
            lines[at - 2] = b"%s %d" % (asked, int(answered) - SPARED)
            yield b"\n".join(lines), at - 1


SPARED = 45  # bytes

PAIRS: dict[str, PairPlant] = {"answer-recorded-twice": copied}
FILES: dict[str, FilePlant] = {
    "header-value-not-listed": unlisted,
    "content-encoding-mismatch: decoded": decoded,
    "schema-violation: lengths of httprr": cut_short,
}
PLANTS: dict[str, Plant] = {
    "stream-truncated": half_a_stream,
    "stream-event-not-json": half_an_event,
    "sse-final-event-unterminated": no_last_line,
    "body-not-json": half_a_body,
    "empty-answer": no_body,
    "tool-arguments-not-json": arguments_cut,
    "undeclared-tool-called": tool,
    "stream-not-as-asked": unasked,
    "response-model-mismatch": model,
    "finish-reason-missing": finish,
    "finish-reason-unknown": word,
    "finish-reason-contradicts-content": no_call,
    "finish-reason-contradicts-content: turn ended": turn_ended,
    "usage-sum-mismatch": total,
    "usage-sum-mismatch: less than none": impossible,
    "tool-call-id-repeated": repeated,
    "usage-missing": no_counts,
    "stream-usage-missing": counts_not_sent,
    "content-encoding-mismatch": coding,
    "content-type-mismatch": kind,
    "interaction-ids-not-sequential": number,
    "mojibake": words_in("cafÃ© crÃ¨me"),
    "secret-in-body": key_in_request,
    "secret-in-stream": key_over_events,
    "secret-in-header": header("authorization", lambda _old: f"Bearer {KEY}"),
    "secret-in-url": address,
    "infrastructure-id": private_host,
    "cookie-recorded": header("set-cookie", lambda _old: f"session={KEY[4:40]}; Path=/; HttpOnly"),
    "content-length-mismatch": length,
    "tool-arguments-violate-schema": arguments,
    "structured-output-violates-schema": structured,
    "tool-result-without-call": result,
    "tool-call-without-result": call,
    "stream-contradicts-itself": contradiction,
    "stream-events-out-of-order": order,
    "control-character": character("\\u0000"),
    "lone-surrogate": character("\\ud83d"),
}
ALL = (*PLANTS, *PAIRS, *FILES)

# --- the run ---------------------------------------------------------------------------------------------------------


def planted_in(path: Path, rule: str) -> Iterator[Result]:
    """Each defect of a rule that a recording has a place for, planted alone."""
    chosen = chosen_rules(LintSettings(select=(rule.partition(":")[0],)))
    try:
        source = Source.from_path(str(path))
        interactions = [interaction for interaction, _ in Reading(source).entries()]
        if lint_source(Source.from_path(str(path)), chosen):
            return  # it has one of its own
    except (CassetteError, OSError):
        return
    for content, line in FILES[rule](source, interactions) if rule in FILES else ():
        lines = [each.location.region.line for each in lint_source(Source.from_bytes(content, str(path)), chosen)]
        trouble = "" if line in lines else f"found at lines {lines}, planted at {line}"
        yield Result(rule=rule, path=path, trouble=trouble)
    for planted in _plants(rule, interactions):
        try:
            rewriting = Rewriting(source)
            rewriting.put(planted.route or planted.body.route, planted.text)
            content = rewriting.content()
        except (CassetteError, AssertionError):
            continue  # neither YAML nor JSON, or no such text fits its style
        yield Result(rule=rule, path=path, trouble=_trouble(content, path, chosen, planted))


def _plants(rule: str, interactions: list[Interaction]) -> Iterator[Planted]:
    for interaction in interactions if rule in PLANTS else ():
        yield from PLANTS[rule](interaction)
    for earlier, later in pairwise(interactions) if rule in PAIRS else ():
        yield from PAIRS[rule](earlier, later)


def _trouble(content: bytes, path: Path, chosen: Any, planted: Planted) -> str:
    found = lint_source(Source.from_bytes(content, str(path)), chosen)
    if not found:
        return "missed"
    lines = [each.location.region.line for each in found]
    if planted.offset is None:
        line = content.decode("utf-8").split("\n")[lines[0] - 1]
        return "" if any(word in line for word in planted.words) else f"found at line {lines[0]}, which has none of it"
    fresh = Source.from_bytes(content, str(path))
    for _ in Reading(fresh).entries():
        pass
    route = planted.route or planted.body.route
    expected, last = (
        fresh.region(Place(route=route, offset=offset)).line
        for offset in (planted.offset, planted.offset + planted.length)
    )
    is_there = any(expected <= line <= last for line in lines)
    return "" if is_there else f"found at line {lines[0]}, planted at {expected}"


def run(folder: Path, rules: list[str], limit: int | None = None) -> Iterator[Result]:
    """Every rule over every recording of a folder, or over so many that have a place for its defect."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    for rule in rules:
        used = 0
        step = 1 if limit is None else 7  # neighbours are alike
        for path in [path for start in range(step) for path in paths[start::step]]:
            results = list(planted_in(path, rule))
            yield from results
            used += bool(results)
            if limit is not None and used >= limit:
                break


def main(words: list[str]) -> int:
    parser = ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("rules", nargs="*", choices=[*ALL, []])
    parser.add_argument("--limit", type=int)
    options = parser.parse_args(words)
    return report(options.folder, options.rules or list(ALL), options.limit)


def report(folder: Path, rules: list[str], limit: int | None = None) -> int:
    """Run, and print a line for each rule, and one for each defect that was not found."""
    missed = 0
    for rule in rules:
        results = list(run(folder, [rule], limit))
        bad = [each for each in results if each.trouble]
        missed += len(bad)
        print(f"{rule}: {len(results) - len(bad)} of {len(results)} found, in {len({r.path for r in results})} files")
        for each in bad[:20]:
            print(f"    {each.path}: {each.trouble}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
