"""The legacy Completions API of OpenAI and those who serve it: the dialect ``openai.completions``.

One prompt, or several, continued: a choice is a text. vLLM, llama.cpp, Together, OpenRouter, Azure, DeepSeek (fill in
the middle) and TGI answer alike. Pointers are those of `openai_chat`.
"""

from __future__ import annotations

from cassette_tools.data.endpoints import provider_for
from cassette_tools.decoding.ending import ending, finish_of, is_streamed
from cassette_tools.decoding.errors import error_in, error_of
from cassette_tools.decoding.trace import Trace, joined
from cassette_tools.decoding.urls import model_in_path, path_of
from cassette_tools.decoding.usage import usage_of
from cassette_tools.decoding.values import leftovers, mapping, sequence, text
from cassette_tools.dialects import CERTAIN, DIALECTS, LIKELY, Dialect, Folded
from cassette_tools.dialects._chat_request import SETTINGS, read_request
from cassette_tools.dialects.openai_chat.settings import choices_wanted
from cassette_tools.model import ABSENT, CallError, Generic, LLMCall, Message, Problem, Reasoning, Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.decoding.trace import Runs
    from cassette_tools.model import Event, Interaction, Json, Part

    Merge = dict[str, Json]

NAME = "openai.completions"
OBJECTS = ("text_completion", "text.completion")
PATH = "/completions"
# Keys of a chunk whose first word counts: Azure's first chunk has them empty, and vLLM's last another `created`.
FIRST = frozenset(("id", "object", "created", "model", "system_fingerprint"))
SAID = frozenset(("finish_reason", "index"))  # every server has one of them in its choices, but for Writer
_LOOK_AHEAD = 5  # events


def recognize(interaction: Interaction) -> int:
    """3: the response has the shape of this dialect; 2: the path, the method and the request say so."""
    body = interaction.response.body
    for event in body.events[:_LOOK_AHEAD]:
        if _is_completion(event.json):
            return CERTAIN
    if _is_completion(body.json):
        return CERTAIN
    request = interaction.request
    path = path_of(request.url)
    if request.method.upper() not in ("POST", "") or not path.endswith(PATH):
        return 0
    if path.endswith(("/chat/completions", "/fim/completions")):  # Mistral fills in the middle, and answers as a chat
        return 0
    return LIKELY if "prompt" in mapping(request.body.json) else 0


def _is_completion(value: Json) -> bool:
    if type(value) is not dict:
        return False
    if value.get("object") in OBJECTS:
        return True
    choices = value.get("choices")
    first = choices[0] if type(choices) is list and choices else None
    return type(first) is dict and "text" in first and "message" not in first and "delta" not in first


def fold(events: tuple[Event, ...]) -> Folded:
    """Join the chunks of one stream: the texts of each choice, in the order of arrival. Never raises."""
    body: Merge = {}
    choices: dict[int, Merge] = {}
    strings: dict[tuple[int, str], Runs] = {}
    values: set[int] = set()  # numbers of events that are Writer's
    error: CallError | None = None
    done = False
    for number, event in enumerate(events):
        chunk = event.json
        if type(chunk) is not dict:
            done = done or event.data.lstrip().startswith("[DONE]")
            continue
        if len(chunk) == 1 and type(chunk.get("value")) is str:  # Writer
            choices.setdefault(0, {})
            strings.setdefault((0, "text"), []).append((number, "", chunk["value"]))
            values.add(number)
            continue
        if chunk.get("error"):
            error = error or error_in(chunk, event_index=number)
        for key, value in chunk.items():
            if key in FIRST and body.get(key):
                continue
            if key != "choices" and (value is not None or key not in body):
                body[key] = value
        for position, piece in enumerate(sequence(chunk.get("choices"))):
            if type(piece) is dict:
                _add(choices, strings, piece, number, position)
    trace = Trace()
    order = sorted(choices)
    for (index, name), runs in strings.items():
        choices[index][name] = joined(runs)
        trace.note(f"/choices/{order.index(index)}/{name}", runs, "value" if runs[0][0] in values else name)
    if choices:
        body["choices"] = [choices[index] for index in order]
    ended = choices and all(choice.get("finish_reason") for choice in choices.values())
    complete = bool(done or ended or values or error is not None)
    cut = None if complete else "no finish_reason and no [DONE]"
    return Folded(body=body, trace=trace, complete=complete, cut=cut, error=error)


def _add(
    choices: dict[int, Merge], strings: dict[tuple[int, str], Runs], piece: Merge, number: int, position: int
) -> None:
    index = piece.get("index")
    index = index if type(index) is int else position
    choice = choices.setdefault(index, {"index": index})
    for key, value in piece.items():
        if key in ("text", "reasoning") and type(value) is str:
            strings.setdefault((index, key), []).append((number, f"/choices/{position}", value))
        elif key == "logprobs" and type(value) is dict:
            before = choice.setdefault("logprobs", {})
            if type(before) is dict:
                for name, entries in value.items():
                    if type(entries) is not list:
                        before[name] = entries
                    elif type(before.get(name)) is list:
                        before[name].extend(entries)
                    else:
                        before[name] = list(entries)
        elif value is not None or key not in choice:
            choice[key] = value


_RESPONSE_KEYS = frozenset(("id", "object", "model", "choices", "usage", "error"))
_CHOICE_KEYS = frozenset(("index", "text", "reasoning", "finish_reason"))


def decode(interaction: Interaction, folded: Folded) -> LLMCall:
    """The call that an interaction is. Never raises, whatever the bodies hold."""
    request, response = interaction.request, interaction.response
    whole = mapping(request.body.json)
    asked = read_request({key: value for key, value in whole.items() if key not in ("prompt", "logprobs")})
    if whole.get("logprobs") is not None:  # here a number: how many of the likeliest tokens
        asked.parameters["logprobs"] = {"enabled": True, "top": whole["logprobs"]}
    body = mapping(folded.body)
    provider = provider_for(request.url, body)
    problems = list(folded.problems)
    extra = {f"/request{pointer}": value for pointer, value in asked.extra.items()}
    outputs = tuple(
        _output(choice, position, problems)
        for position, choice in enumerate(sequence(body.get("choices")))
        if isinstance(choice, dict)
    )
    error = folded.error or error_in(body)
    if error is None and not outputs and not response.body.events:
        error = error_of(response.body.json, response.body.text, response.status_code)
    usage, found = usage_of(body.get("usage"), dialect=NAME, provider=provider)
    problems.extend(found)
    if error is None or error.raw is not body:
        leftovers(body, _RESPONSE_KEYS, "/response", extra)
    stream = is_streamed(interaction, asked=asked.parameters.get("stream") is True)
    wanted = choices_wanted(asked.parameters) * (len(_several(whole.get("prompt"))) or 1)  # `n` for each prompt
    complete, cut = ending(interaction, folded, error, stream=stream, answered=len(outputs), wanted=wanted)
    return LLMCall(
        provider_name=provider,
        dialect=NAME,
        operation_name="text_completion",
        request_model=asked.model or model_in_path(request.url),
        response_model=text(body.get("model")),
        response_id=text(body.get("id")),
        input_messages=_prompts(whole.get("prompt")),
        output_messages=outputs,
        parameters=asked.parameters,
        stream=stream,
        usage=usage,
        finish_reasons=() if _is_silent(body) else tuple([message.finish_reason for message in outputs]),
        error=error,
        complete=complete,
        cut=cut,
        problems=tuple(problems),
        extra=extra,
        body=folded.body if folded.body is not ABSENT or response.body.events else response.body.json,
        trace=folded.trace,
    )


def _is_silent(body: Merge) -> bool:
    """Whether the answer is Writer's, which has neither reasons nor an end of its streams."""
    return all(type(each) is dict and not SAID & each.keys() for each in sequence(body.get("choices")))


def _several(prompt: Json) -> list[Json]:
    """The prompts: a string, several, token ids, or several lists of these."""
    if prompt is None:
        return []
    return prompt if isinstance(prompt, list) and not all(isinstance(each, int) for each in prompt) else [prompt]


def _prompts(prompt: Json) -> tuple[Message, ...]:
    """A message of the user for each prompt."""
    several = _several(prompt)
    messages = []
    for index, each in enumerate(several):
        pointer = f"/prompt/{index}" if several is prompt else "/prompt"
        part: Part
        if isinstance(each, str):
            part = Text(content=each, pointer=pointer)
        else:
            part = Generic(kind="tokens", content=each, pointer=pointer)
        messages.append(Message(role="user", parts=(part,), pointer=pointer))
    return tuple(messages)


def _output(choice: Merge, position: int, problems: list[Problem]) -> Message:
    extra: dict[str, Json] = {}
    parts: list[Part] = []
    pointer = f"/choices/{position}"
    thought, words = choice.get("reasoning"), choice.get("text")
    if isinstance(thought, str) and thought:
        parts.append(Reasoning(content=thought, pointer=f"{pointer}/reasoning"))
    if isinstance(words, str) and words:
        parts.append(Text(content=words, pointer=f"{pointer}/text"))
    native = choice.get("finish_reason")
    canonical = finish_of(NAME, native, calls=False)
    if canonical is None and native:
        message = f"choice {position} ends with finish_reason {native!r}, which no provider is known to send"
        problems.append(Problem(kind="finish-reason-unknown", message=message))
        extra["/finish_reason"] = native
    leftovers(choice, _CHOICE_KEYS, "", extra)
    index = choice.get("index")
    return Message(
        role="assistant",
        parts=tuple(parts),
        index=index if type(index) is int else position,
        finish_reason=canonical,
        native_finish_reason=native if isinstance(native, str) else None,
        extra=extra,
        pointer=pointer,
    )


SOURCES = (
    ("OpenAI API reference: Completions (legacy)", "https://platform.openai.com/docs/api-reference/completions"),
    ("DeepSeek: FIM completion (beta)", "https://api-docs.deepseek.com/api/create-completion"),
    ("Writer: Text generation", "https://dev.writer.com/api-reference/completion-api/text-generation"),
    ("vLLM: OpenAI-compatible server", "https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html"),
)
RECOGNITION = (
    (CERTAIN, "the response, or an early event, has an `object` of " + ", ".join(f"`{kind}`" for kind in OBJECTS)),
    (CERTAIN, "`choices[0]` has a `text` and neither `message` nor `delta`"),
    (LIKELY, f"a POST with a `prompt` to a path that ends with `{PATH}`"),
)
MAPPING = (
    ("`prompt`: a string, several, token ids", "`input_messages`, one for each", "OpenAI API reference"),
    ("`logprobs`: a number", "`logprobs` of enabled and top", "OpenAI API reference"),
    *((f"`{wire}`", f"`{ours}`", "") for wire, ours in SETTINGS.items() if wire != "max_completion_tokens"),
    ("`choices[].text`", "`text`", "OpenAI API reference"),
    ("`value` of a chunk that has nothing else", "`text`", "Writer, whose streams have no end and no reason"),
    ("`choices[].reasoning`", "`reasoning`", "OpenRouter"),
    ("`choices[].finish_reason`", "`finish_reason`", "OpenAI API reference"),
)

DIALECTS.register(
    Dialect(
        name=NAME,
        title="OpenAI Completions (legacy)",
        recognize=recognize,
        fold=fold,
        decode=decode,
        sources=SOURCES,
        recognition=RECOGNITION,
        mapping=MAPPING,
    )
)
