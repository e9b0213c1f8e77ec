"""Sourcegraph's completions for Cody: the dialect ``sourcegraph.completions``.

A gateway with words of its own: speakers and texts go in, and a stream of ``deltaText`` (or, before API version 2, of
the whole text so far) comes out. Pointers are those of `openai_chat`.
"""

from __future__ import annotations

from cassette_tools.data.endpoints import provider_for
from cassette_tools.decoding.ending import ending, finish_of, is_streamed
from cassette_tools.decoding.errors import error_in, error_of
from cassette_tools.decoding.trace import Trace, joined
from cassette_tools.decoding.urls import path_of
from cassette_tools.decoding.values import leftovers, mapping, sequence, text
from cassette_tools.dialects import DIALECTS, LIKELY, Dialect, Folded
from cassette_tools.model import ABSENT, CallError, LLMCall, Message, Problem, Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.decoding.trace import Runs
    from cassette_tools.model import Event, Interaction, Json, Part

    Settings = dict[str, Json]

NAME = "sourcegraph.completions"
PATHS = ("/.api/completions/stream", "/.api/completions/code")
SETTINGS = {
    "maxTokensToSample": "max_tokens",
    "temperature": "temperature",
    "topK": "top_k",
    "topP": "top_p",
    "stopSequences": "stop_sequences",
    "stream": "stream",
}
_ROLES = {"human": "user", "assistant": "assistant", "system": "system"}


def recognize(interaction: Interaction) -> int:
    """2: the path and the method."""
    request = interaction.request
    return LIKELY if path_of(request.url).endswith(PATHS) and request.method.upper() in ("POST", "") else 0


def fold(events: tuple[Event, ...]) -> Folded:
    """Join the pieces of one stream; of whole texts the last counts. Never raises."""
    body: Settings = {}
    runs: Runs = []
    error: CallError | None = None
    done = False
    for number, event in enumerate(events):
        value = mapping(event.json)
        if event.event == "done":
            done = True
        elif event.event == "error":
            error = error or error_in(value, event_index=number) or _told(event, number)
        else:
            if type(value.get("deltaText")) is str:
                runs.append((number, "", value["deltaText"]))
            for key, inner in value.items():
                if key != "deltaText" and inner is not None:
                    body[key] = inner
    trace = Trace()
    if runs:
        body["completion"] = joined(runs)
        trace.note("/completion", runs, "deltaText")
    complete = done or error is not None
    return Folded(body=body, trace=trace, complete=complete, cut=None if complete else "no event done", error=error)


def _told(event: Event, number: int) -> CallError:
    return CallError(type=None, code=None, message=event.data, in_stream=True, raw=event.data, event_index=number)


def decode(interaction: Interaction, folded: Folded) -> LLMCall:
    """The call that an interaction is. Never raises, whatever the bodies hold."""
    request, response = interaction.request, interaction.response
    asked, body = mapping(request.body.json), mapping(folded.body)
    extra: Settings = {}
    problems = list(folded.problems)
    error = folded.error
    if error is None and response.status_code >= 400 and not response.body.events:
        error = error_of(response.body.json, response.body.text, response.status_code)
    outputs = (_output(body, problems),) if "completion" in body or "stopReason" in body else ()
    leftovers(asked, ("model", "messages", *SETTINGS), "/request", extra)
    leftovers(body, ("completion", "stopReason", "error"), "/response", extra)
    system, messages = _history(asked)
    stream = is_streamed(interaction, asked=path_of(request.url).endswith(PATHS[0]) or asked.get("stream") is True)
    complete, cut = ending(interaction, folded, error, stream=stream)
    return LLMCall(
        provider_name=provider_for(request.url, body),
        dialect=NAME,
        operation_name="chat",
        request_model=text(asked.get("model")),
        system_instructions=system,
        input_messages=messages,
        output_messages=outputs,
        parameters={ours: asked[wire] for wire, ours in SETTINGS.items() if wire in asked},
        stream=stream,
        # Code completions end with the event done and say no reason.
        finish_reasons=tuple([message.finish_reason for message in outputs if message.native_finish_reason]),
        error=error,
        complete=complete,
        cut=cut,
        problems=tuple(problems),
        extra=extra,
        body=folded.body if folded.body is not ABSENT or response.body.events else response.body.json,
        trace=folded.trace,
    )


def _history(asked: Settings) -> tuple[tuple[Part, ...], tuple[Message, ...]]:
    system: list[Part] = []
    read: list[Message] = []
    for index, message in enumerate(sequence(asked.get("messages"))):
        whole = mapping(message)
        pointer = f"/messages/{index}"
        words = whole.get("text")
        parts = (Text(content=words, pointer=f"{pointer}/text"),) if isinstance(words, str) and words else ()
        native = text(whole.get("speaker")) or "human"
        own: Settings = {}
        leftovers(whole, ("speaker", "text"), "", own)
        if native == "system" and not read and not own:
            system.extend(parts)
        else:
            role = _ROLES.get(native, native)
            read.append(Message(role=role, parts=parts, native_role=native, extra=own, pointer=pointer))
    return tuple(system), tuple(read)


def _output(body: Settings, problems: list[Problem]) -> Message:
    words, native = body.get("completion"), body.get("stopReason")
    canonical = finish_of(NAME, native, calls=False)
    own: Settings = {}
    if canonical is None and native:
        message = f"the answer ends with stopReason {native!r}, which Sourcegraph is not known to send"
        problems.append(Problem(kind="finish-reason-unknown", message=message))
        own["/stopReason"] = native
    return Message(
        role="assistant",
        parts=(Text(content=words, pointer="/completion"),) if isinstance(words, str) and words else (),
        finish_reason=canonical,
        native_finish_reason=native if isinstance(native, str) else None,
        extra=own,
        pointer="",
    )


DIALECTS.register(
    Dialect(
        name=NAME,
        title="Sourcegraph Cody completions",
        recognize=recognize,
        fold=fold,
        decode=decode,
        sources=(("Sourcegraph: Cody, stream API", "https://sourcegraph.com/docs/cody/clients/install-vscode"),),
        recognition=tuple((LIKELY, f"a POST to a path that ends with `{path}`") for path in PATHS),
        mapping=(
            ("`messages[].speaker`, `.text`", "`system_instructions`, `input_messages`", "human is user"),
            *((f"`{wire}`", f"`{ours}`", "") for wire, ours in SETTINGS.items()),
            ("`deltaText`, `completion`", "`text`", "deltas since API version 2"),
            ("`stopReason`", "`finish_reason`", "the model's own word"),
        ),
    )
)
