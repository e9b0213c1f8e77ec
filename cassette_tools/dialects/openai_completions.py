"""The legacy Completions API of OpenAI and those who serve it: the dialect ``openai.completions``.

One prompt, or several, continued: a choice is a text. vLLM, llama.cpp, Together, OpenRouter, Azure, DeepSeek (fill in
the middle) and TGI answer alike. Pointers are those of `openai_chat`.
"""

from __future__ import annotations

from cassette_tools._record import replace
from cassette_tools.decoding import Folded
from cassette_tools.decoding.assembly import DecodedRequest, DecodedResponse, Decoding
from cassette_tools.decoding.errors import error_in
from cassette_tools.decoding.members import Members
from cassette_tools.decoding.merging import extended
from cassette_tools.decoding.streams import Stream, whole_string
from cassette_tools.decoding.trace import Trace
from cassette_tools.decoding.urls import path_of
from cassette_tools.decoding.values import mapping, sequence
from cassette_tools.dialects import CERTAIN, DIALECTS, LIKELY, Dialect
from cassette_tools.dialects.openai_chat import choices_wanted, read_request
from cassette_tools.model import Generic, Message, Reasoning, Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.decoding.streams import Block, Object
    from cassette_tools.model import Event, Interaction, Json, LLMCall, Part

NAME = "openai.completions"
OBJECTS = ("text_completion", "text.completion")
PATH = "/completions"
CHATS = ("/chat/completions", "/fim/completions")  # Mistral fills in the middle, and answers as a chat
# Keys of a chunk whose first word counts: Azure's first chunk has them empty, and vLLM's last another `created`.
FIRST = frozenset(("id", "object", "created", "model", "system_fingerprint"))
SAID = frozenset(("finish_reason", "index"))  # every server has one of them in its choices, but for Writer
_LOOK_AHEAD = 5  # events


def recognize(interaction: Interaction) -> int:
    """3: the response has the shape of this dialect; 2: the path, the method and the request say so."""
    body = interaction.response.body
    if _is_completion(body.json) or any(_is_completion(event.json) for event in body.events[:_LOOK_AHEAD]):
        return CERTAIN
    request = interaction.request
    path = path_of(request.url)
    if request.method.upper() not in ("POST", "") or not path.endswith(PATH) or path.endswith(CHATS):
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


# --- folding ---------------------------------------------------------------------------------------------------------


def fold(events: tuple[Event, ...]) -> Folded:
    """Join the chunks of one stream: the texts of each choice, in the order of arrival. Never raises."""
    stream = Stream()
    for number, event in enumerate(events):
        chunk = event.json
        if type(chunk) is not dict:
            stream.ended = stream.ended or event.data.lstrip().startswith("[DONE]")
        elif len(chunk) == 1 and type(chunk.get("value")) is str:  # Writer, whose streams have no end
            stream.block(0, number).kind = "value"
            stream.block(0, number).append("text", chunk["value"], number, "")
            stream.ended = True
        else:
            _add(stream, chunk, number)
    trace = Trace()
    choices = [_whole(block, f"/choices/{place}", trace) for place, block in enumerate(stream.ordered())]
    if choices:
        stream.body["choices"] = choices
    ended = bool(choices) and all(choice.get("finish_reason") for choice in choices)
    complete = stream.ended or ended or stream.error is not None
    cut = None if complete else "no finish_reason and no [DONE]"
    return Folded(body=stream.body, trace=trace, complete=complete, cut=cut, error=stream.error)


def _add(stream: Stream, chunk: Object, number: int) -> None:
    if chunk.get("error"):
        stream.error = stream.error or error_in(chunk, event_index=number)
    stream.update(
        {key: value for key, value in chunk.items() if key != "choices" and not (key in FIRST and stream.body.get(key))}
    )
    for position, piece in enumerate(sequence(chunk.get("choices"))):
        if type(piece) is dict:
            index = piece.get("index")
            index = index if type(index) is int else position
            block = stream.block(index, number)
            block.start.setdefault("index", index)
            _add_piece(block, piece, number, f"/choices/{position}")


def _add_piece(block: Block, piece: Object, number: int, where: str) -> None:
    for key, value in piece.items():
        if key in ("text", "reasoning") and type(value) is str:
            block.append(key, value, number, where)
        elif key == "logprobs" and type(value) is dict:
            block.start[key] = extended(block.start.get(key), value)
        elif value is not None or key not in block.start:
            block.start[key] = value


def _whole(block: Block, pointer: str, trace: Trace) -> Object:
    for name in block.runs:
        block.start[name] = whole_string(block, name, f"{pointer}/{name}", block.kind or name, trace)
    return block.start


# --- decoding --------------------------------------------------------------------------------------------------------


def decode(interaction: Interaction, folded: Folded) -> LLMCall:
    """The call that an interaction is. Never raises, whatever the bodies hold."""
    decoding = Decoding(NAME, interaction, folded)
    asked = _request(decoding.request)
    wanted = choices_wanted(asked.parameters) * (len(asked.messages) or 1)  # `n` for each prompt
    return decoding.call("text_completion", asked, _response(decoding), wanted=wanted)


def _request(request: Members) -> DecodedRequest:
    prompts = _prompts(request.take("prompt"))
    likeliest = request.take("logprobs")  # here a number: how many of the likeliest tokens
    asked = read_request(request)
    parameters = dict(asked.parameters)
    if likeliest is not None:
        parameters["logprobs"] = {"enabled": True, "top": likeliest}
    return replace(asked, parameters=parameters, messages=prompts)


def _prompts(prompt: Json) -> tuple[Message, ...]:
    """A message of the user for each prompt: a string, several, token ids, or several lists of these."""
    if prompt is None:
        return ()
    if not isinstance(prompt, list) or all(isinstance(each, int) for each in prompt):
        return (_prompt(prompt, "/prompt"),)
    return tuple([_prompt(each, f"/prompt/{index}") for index, each in enumerate(prompt)])


def _prompt(prompt: Json, pointer: str) -> Message:
    part: Part
    if isinstance(prompt, str):
        part = Text(content=prompt, pointer=pointer)
    else:
        part = Generic(kind="tokens", content=prompt, pointer=pointer)
    return Message(role="user", parts=(part,), pointer=pointer)


def _response(decoding: Decoding) -> DecodedResponse:
    body = decoding.response
    ends = not _is_silent(decoding.body)
    outputs = tuple(
        _output(decoding, Members(value, pointer, {}, ""), position)
        for position, (value, pointer) in enumerate(body.elements("choices"))
        if type(value) is dict
    )
    body.text("object")
    return DecodedResponse(
        outputs=outputs,
        error=decoding.folded.error or error_in(decoding.body) if outputs else decoding.error(bare=True),
        usage=decoding.usage(body),
        model=body.text("model"),
        id=body.text("id"),
        ends=ends,
    )


def _is_silent(body: Object) -> bool:
    """Whether the answer is Writer's, which has neither reasons nor an end of its streams."""
    return all(type(each) is dict and not SAID & each.keys() for each in sequence(body.get("choices")))


def _output(decoding: Decoding, choice: Members, position: int) -> Message:
    parts: list[Part] = []
    thought, words = choice.text("reasoning"), choice.text("text")
    if thought is not None:
        parts.append(Reasoning(content=thought, pointer=choice.at("reasoning")))
    if words is not None:
        parts.append(Text(content=words, pointer=choice.at("text")))
    index, reason = choice.take("index"), choice.take("finish_reason")
    canonical, native = decoding.finish(
        parts, "finish_reason", reason, choice.extra, what=f"choice {position}", api="no provider is"
    )
    choice.keep()
    return Message(
        role="assistant",
        parts=tuple(parts),
        index=index if type(index) is int else position,
        finish_reason=canonical,
        native_finish_reason=native,
        extra=choice.extra,
        pointer=choice.pointer,
    )


DIALECTS.register(
    Dialect(name=NAME, title="OpenAI Completions (legacy)", recognize=recognize, fold=fold, decode=decode)
)
