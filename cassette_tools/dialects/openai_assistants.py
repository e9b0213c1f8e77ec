"""The Assistants API of OpenAI (and Azure), streamed: the dialect ``openai.assistants``.

A run writes messages into a thread and takes steps on the way. Its stream tells of all three by events that are named
after them: the run, the steps and the messages as they are created and completed, and what is added to them as deltas.
Folded they are the run, with its ``steps`` and ``messages``: a run that is not streamed is a resource, and its answer
is fetched with the thread's messages. All that one run said is one output message. Pointers are those of `openai_chat`.
"""

from __future__ import annotations

from cassette_tools.data.endpoints import provider_for
from cassette_tools.decoding.ending import ending, finish_of, is_streamed
from cassette_tools.decoding.errors import error_from, error_in, error_of
from cassette_tools.decoding.trace import Trace, joined
from cassette_tools.decoding.urls import model_in_path, path_of
from cassette_tools.decoding.usage import usage_of
from cassette_tools.decoding.values import leftovers, mapping, sequence, text
from cassette_tools.dialects import CERTAIN, DIALECTS, LIKELY, Dialect, Folded
from cassette_tools.dialects._chat_request import SETTINGS, read_request
from cassette_tools.dialects._parts import content_parts, parsed_arguments
from cassette_tools.model import (
    ABSENT,
    File,
    Generic,
    LLMCall,
    Message,
    Problem,
    Refusal,
    ServerToolCall,
    ServerToolCallResponse,
    Text,
    ToolCall,
    ToolCallResponse,
    Uri,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.decoding.trace import Runs
    from cassette_tools.model import CallError, Event, Interaction, Json, Part

    Merge = dict[str, Json]

NAME = "openai.assistants"
PATHS = ("/runs", "/submit_tool_outputs")  # after ``/threads``, or ``/threads/{id}``
RUN, STEP, MESSAGE = "thread.run", "thread.run.step", "thread.message"
# What a run ends with; ``cancelling`` and the others before are no ends.
ENDS = ("completed", "failed", "requires_action", "incomplete", "cancelled", "expired")
# Strings that come in fragments; every other string comes whole.
FRAGMENTS = frozenset(("value", "arguments", "input", "logs", "refusal", "output"))
_LOOK_AHEAD = 5  # events


def recognize(interaction: Interaction) -> int:
    """3: the events are those of a run; 2: the path and the method, and a stream is asked for."""
    request, body = interaction.request, interaction.response.body
    for event in body.events[:_LOOK_AHEAD]:
        if _kind(event).startswith((RUN, MESSAGE)):
            return CERTAIN
    if "/threads" not in request.url or request.method.upper() not in ("POST", "") or body.json is not ABSENT:
        return 0
    is_asked = path_of(request.url).endswith(PATHS) and mapping(request.body.json).get("stream") is True
    return LIKELY if is_asked else 0


def _kind(event: Event) -> str:
    """What an event is of, by the `object` in it, which a proxy that drops event names leaves."""
    kind = event.json.get("object") if type(event.json) is dict else None
    return kind if type(kind) is str else ""


# --- folding ---------------------------------------------------------------------------------------------------------


class _Stream:
    """A run in the making: its own object, its steps and messages in the order of their first events, by their ids."""

    def __init__(self) -> None:
        self.run: Merge = {}
        self.steps: dict[str, Merge] = {}
        self.messages: dict[str, Merge] = {}
        self.runs: dict[tuple[str, str, str], Runs] = {}  # fragments, by collection, id and pointer within
        self.error: CallError | None = None
        self.is_done = False

    def add(self, event: Event, number: int) -> None:
        value = event.json
        if type(value) is not dict:
            self.is_done = self.is_done or event.data.lstrip().startswith("[DONE]")
            return
        kind = _kind(event)
        if event.event == "error" or (not kind and value.get("error")):
            self.error = self.error or error_in(value, event_index=number) or error_from(value, value, "", number)
        elif kind == RUN:
            self.run.update(value)
        elif kind.startswith(STEP):
            self._place("steps", self.steps, kind, value, number)
        elif kind.startswith(MESSAGE):
            self._place("messages", self.messages, kind, value, number)
        elif kind == "thread":
            self.run["thread"] = value

    def _place(self, collection: str, known: dict[str, Merge], kind: str, value: Merge, number: int) -> None:
        name = text(value.get("id")) or ""
        whole = known.setdefault(name, {})
        if not kind.endswith(".delta"):
            _replace(whole, value)
            return
        for key, inner in mapping(value.get("delta")).items():
            self._join(whole, key, inner, (collection, name, ""), number, "/delta")

    def _join(self, parent: Merge, key: str, value: Json, at: tuple[str, str, str], number: int, where: str) -> None:
        """Put `value`, which stands under `key` of `where` in the event, under the same key of `parent`."""
        collection, name, pointer = at
        here, there = f"{pointer}/{key}", f"{where}/{key}"
        if isinstance(value, dict):
            inner = parent.setdefault(key, {})
            if not isinstance(inner, dict):
                inner = parent[key] = {}
            for each, content in value.items():
                self._join(inner, each, content, (collection, name, here), number, there)
        elif isinstance(value, list) and value and all(isinstance(each, dict) and "index" in each for each in value):
            before = parent.get(key)
            items = parent[key] = before if isinstance(before, list) else []
            for position, each in enumerate(value):
                self._join_item(items, each, (collection, name, here), number, f"{there}/{position}")
        elif isinstance(value, str) and key in FRAGMENTS:
            runs = self.runs.setdefault((collection, name, here), [])
            runs.append((number, there, value))
            parent[key] = ""  # joined at the end
        elif value is not None or key not in parent:
            parent[key] = _copied(value)

    def _join_item(self, items: list[Json], value: Merge, at: tuple[str, str, str], number: int, where: str) -> None:
        index = value["index"]
        if type(index) is not int or not 0 <= index <= len(items):  # a gap: what stood there was lost
            index = len(items)
        if index == len(items):
            items.append({})
        collection, name, pointer = at
        if isinstance(items[index], dict):
            for key, inner in value.items():
                if key != "index":
                    self._join(items[index], key, inner, (collection, name, f"{pointer}/{index}"), number, where)

    def folded(self) -> Folded:
        body = dict(self.run)
        trace = Trace()
        for collection, known in (("steps", self.steps), ("messages", self.messages)):
            if known:
                body[collection] = list(known.values())
        order = {"steps": list(self.steps), "messages": list(self.messages)}
        for (collection, name, pointer), runs in self.runs.items():
            where = f"/{collection}/{order[collection].index(name)}{pointer}"
            if _put(body, where, joined(runs)):
                trace.note(where, runs, "")
        has_ended = self.run.get("status") in ENDS
        complete = has_ended or self.is_done or self.error is not None
        cut = None if complete else "no `thread.run.completed`, nor another end of the run"
        return Folded(body=body, trace=trace, complete=complete, cut=cut, error=self.error)


def _replace(whole: Merge, value: Merge) -> None:
    """The object of a later event in place of an earlier one, but for what deltas are about to fill: events that tell
    of a state have it empty."""
    for key, inner in value.items():
        if inner or not whole.get(key):
            whole[key] = _copied(inner)


def _copied(value: Json) -> Json:
    """A value of an event, to be filled: the event keeps what it has."""
    if isinstance(value, dict):
        return {key: _copied(inner) for key, inner in value.items()}
    return [_copied(inner) for inner in value] if isinstance(value, list) else value


def _put(body: Json, pointer: str, content: str) -> bool:
    """Write a joined string where its last state belongs; false where a completed object has no such place."""
    *steps, last = pointer.split("/")[1:]
    for step in steps:
        if isinstance(body, list):
            body = body[int(step)] if step.isdecimal() and int(step) < len(body) else None
        else:
            body = mapping(body).get(step)
    if not isinstance(body, dict):
        return False
    body[last] = content
    return True


def fold(events: tuple[Event, ...]) -> Folded:
    """Join the events of one run. Never raises."""
    stream = _Stream()
    for number, event in enumerate(events):
        stream.add(event, number)
    return stream.folded()


# --- decoding --------------------------------------------------------------------------------------------------------

_APART = frozenset((
    "instructions", "additional_instructions", "additional_messages", "thread", "tool_outputs", "assistant_id",
))  # fmt: skip
_RUN_KEYS = frozenset(("id", "object", "model", "status", "usage", "steps", "messages", "last_error", "error"))


def decode(interaction: Interaction, folded: Folded) -> LLMCall:
    """The call that an interaction is. Never raises, whatever the bodies hold."""
    request, response = interaction.request, interaction.response
    whole, body = mapping(request.body.json), mapping(folded.body)
    asked = read_request({key: value for key, value in whole.items() if key not in _APART})
    extra = {f"/request{pointer}": value for pointer, value in asked.extra.items()}
    if whole.get("assistant_id") is not None:
        extra["/request/assistant_id"] = whole["assistant_id"]
    provider = provider_for(request.url, body)
    problems = list(folded.problems)
    error = folded.error or _failure(body, interaction)
    if error is None and not body and not response.body.events:
        error = error_of(response.body.json, response.body.text, response.status_code)
    usage, found = usage_of(body.get("usage"), dialect=NAME, provider=provider)
    problems.extend(found)
    leftovers(body, _RUN_KEYS, "/response", extra)
    outputs = (_output(body, problems, extra),) if body else ()
    stream = is_streamed(interaction, asked=asked.parameters.get("stream") is True)
    complete, cut = ending(interaction, folded, error, stream=stream)
    return LLMCall(
        provider_name=provider,
        dialect=NAME,
        operation_name="invoke_agent",  # OpenTelemetry's name for it
        request_model=asked.model or model_in_path(request.url),
        response_model=text(body.get("model")),
        response_id=text(body.get("id")),
        system_instructions=tuple(_instructions(whole)),
        input_messages=tuple(_asked(whole, extra)),
        output_messages=outputs,
        tools=asked.tools or read_request({"tools": body.get("tools")}).tools,  # else the assistant's, as the run says
        parameters=asked.parameters,
        stream=stream,
        usage=usage,
        finish_reasons=tuple([message.finish_reason for message in outputs]),
        error=error,
        complete=complete,
        cut=cut,
        problems=tuple(problems),
        extra=extra,
        body=folded.body if folded.body is not ABSENT or response.body.events else response.body.json,
        trace=folded.trace,
    )


def _failure(body: Merge, interaction: Interaction) -> CallError | None:
    """Why a run failed, as its last event says."""
    told = body.get("last_error")
    if not told:
        return None
    events = interaction.response.body.events
    last = next((at for at in range(len(events) - 1, -1, -1) if _kind(events[at]) == RUN), None)
    return error_from(told, {}, "/last_error", last)


def _instructions(whole: Merge) -> list[Part]:
    return [
        Text(content=whole[key], pointer=f"/{key}")
        for key in ("instructions", "additional_instructions")
        if isinstance(whole.get(key), str) and whole[key]
    ]


def _asked(whole: Merge, extra: Merge) -> list[Message]:
    """The messages that are added to the thread, and what tools gave back."""
    found = []
    thread = mapping(whole.get("thread"))
    leftovers(thread, ("messages",), "/request/thread", extra)
    for pointer, messages in (
        ("/thread/messages", thread.get("messages")),
        ("/additional_messages", whole.get("additional_messages")),
    ):
        for index, each in enumerate(sequence(messages)):
            message = mapping(each)
            where = f"{pointer}/{index}"
            own: Merge = {}
            parts = content_parts(message.get("content"), f"{where}/content", "/content", own)
            leftovers(message, ("role", "content"), "", own)
            role = text(message.get("role")) or "user"
            found.append(Message(role=role, parts=tuple(parts), extra=own, pointer=where))
    for index, each in enumerate(sequence(whole.get("tool_outputs"))):
        given = mapping(each)
        where = f"/tool_outputs/{index}"
        part = ToolCallResponse(
            id=text(given.get("tool_call_id")), response=given.get("output"), pointer=f"{where}/output"
        )
        found.append(Message(role="tool", parts=(part,), pointer=where))
    return found


def _output(body: Merge, problems: list[Problem], extra: Merge) -> Message:
    """All that the run said and called, in the order of its steps."""
    messages = {text(mapping(each).get("id")): at for at, each in enumerate(sequence(body.get("messages")))}
    parts: list[Part] = []
    for index, each in enumerate(sequence(body.get("steps"))):
        details = mapping(mapping(each).get("step_details"))
        pointer = f"/steps/{index}/step_details"
        for position, call in enumerate(sequence(details.get("tool_calls"))):
            parts.extend(_called(mapping(call), f"{pointer}/tool_calls/{position}"))
        leftovers(mapping(each), ("id", "object", "type", "status", "step_details"), f"/response/steps/{index}", extra)
        written = messages.pop(text(mapping(details.get("message_creation")).get("message_id")), None)
        if written is not None:
            parts.extend(_written(body, written, extra))
    for written in messages.values():
        parts.extend(_written(body, written, extra))
    native, word = _reason(body), text(body.get("status"))
    is_called = any(isinstance(part, ToolCall) for part in parts)
    canonical = finish_of(NAME, native, calls=is_called and word == "requires_action")
    if canonical is None and native in ENDS:
        problems.append(
            Problem(kind="finish-reason-unknown", message=f"the run ends as {native!r}, which is not known")
        )
    return Message(
        role="assistant", parts=tuple(parts), finish_reason=canonical, native_finish_reason=native, pointer=""
    )


def _reason(body: Merge) -> str | None:
    """Why a run ended: for an incomplete one what it says of that, else its status. ``None`` before its end."""
    word = text(body.get("status"))
    if word not in ENDS:
        return None
    return text(mapping(body.get("incomplete_details")).get("reason")) or word


def _called(call: Merge, pointer: str) -> list[Part]:
    """A call in a step: of the client's function, or of a tool that the provider runs."""
    kind, name = text(call.get("type")) or "function", text(call.get("id"))
    inner = mapping(call.get(kind))
    if kind != "function":
        given = inner.get("outputs", inner.get("results"))
        asked = {key: value for key, value in inner.items() if key not in ("outputs", "results")}
        found: list[Part] = [ServerToolCall(id=name, name=kind, server_tool_call=asked, pointer=f"{pointer}/{kind}")]
        if given:
            found.append(ServerToolCallResponse(id=name, server_tool_call_response=given, pointer=f"{pointer}/{kind}"))
        return found
    arguments, raw, valid = parsed_arguments(inner.get("arguments"))
    return [
        ToolCall(
            id=name,
            name=text(inner.get("name")) or "",
            arguments=arguments,
            raw_arguments=raw,
            arguments_valid=valid,
            pointer=f"{pointer}/function/arguments",
        )
    ]


def _written(body: Merge, index: int, extra: Merge) -> list[Part]:
    """What one message says."""
    message, where = mapping(body["messages"][index]), f"/messages/{index}"
    parts = [_part(mapping(each), f"{where}/content/{at}") for at, each in enumerate(sequence(message.get("content")))]
    leftovers(message, ("id", "object", "content", "role", "status"), f"/response{where}", extra)
    return parts


def _part(item: Merge, pointer: str) -> Part:
    kind = text(item.get("type")) or "unknown"
    inner: Json = item.get(kind)
    if kind == "text" and isinstance(inner, dict) and isinstance(inner.get("value"), str):
        cited = tuple(sequence(inner.get("annotations")))
        return Text(content=inner["value"], citations=cited, pointer=f"{pointer}/text/value")
    if kind == "refusal" and isinstance(inner, str):
        return Refusal(content=inner, pointer=f"{pointer}/refusal")
    if kind == "image_file" and text(mapping(inner).get("file_id")):
        return File(file_id=inner["file_id"], modality="image", pointer=f"{pointer}/image_file/file_id")
    if kind == "image_url" and text(mapping(inner).get("url")):
        return Uri(uri=inner["url"], modality="image", pointer=f"{pointer}/image_url/url")
    return Generic(kind=kind, content=item, pointer=pointer)


_DOCS = "https://platform.openai.com/docs/api-reference"
DIALECTS.register(
    Dialect(
        name=NAME,
        title="OpenAI Assistants (streamed runs)",
        recognize=recognize,
        fold=fold,
        decode=decode,
        sources=(
            ("OpenAI API reference: Assistants, streaming", f"{_DOCS}/assistants-streaming"),
            ("OpenAI API reference: Runs", f"{_DOCS}/runs"),
            ("OpenAI API reference: Run steps", f"{_DOCS}/run-steps"),
        ),
        recognition=(
            (CERTAIN, f"an early event has an `object` that begins with `{RUN}` or `{MESSAGE}`"),
            (LIKELY, "a POST with `stream` to `/threads/runs`, `/threads/{id}/runs` or `…/submit_tool_outputs`"),
        ),
        mapping=(
            ("`instructions`, `additional_instructions`", "`system_instructions`", "Runs"),
            ("`thread.messages`, `additional_messages`", "`input_messages`", "Runs"),
            ("`tool_outputs[]`", "`tool_call_response`", "Runs"),
            *((f"`{wire}`", f"`{ours}`", "") for wire, ours in SETTINGS.items() if wire in ("temperature", "top_p")),
            ("`thread.message.delta`: `text.value`", "`text`, its `annotations` as `citations`", "streaming"),
            ("`thread.message.delta`: `image_file`", "`file`", "streaming"),
            ("`thread.run.step.delta`: `function`", "`tool_call`", "streaming"),
            ("`thread.run.step.delta`: other tools", "`server_tool_call`, and its response", "streaming"),
            ("`status`, `incomplete_details.reason`", "`finish_reason`", "Runs"),
            ("`last_error`", "`error`", "Runs"),
        ),
    )
)
