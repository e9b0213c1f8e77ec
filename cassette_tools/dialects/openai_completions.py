"""The legacy Completions API of OpenAI and those who serve it: the dialect ``openai.completions``.

One prompt, or several, continued: a choice is a text. vLLM, llama.cpp, Together, OpenRouter, Azure, DeepSeek (fill in
the middle) and TGI answer alike. Pointers are those of `openai_chat`.
"""

from __future__ import annotations

from cassette_tools._record import replace
from cassette_tools.decoding.assembly import DecodedRequest, DecodedResponse, Decoding
from cassette_tools.decoding.errors import error_in
from cassette_tools.decoding.merging import extended
from cassette_tools.decoding.parts import words_in
from cassette_tools.decoding.streams import Stream, first_values, folded, is_done, whole_string
from cassette_tools.decoding.trace import Trace
from cassette_tools.decoding.urls import is_post, path_of
from cassette_tools.decoding.values import at, index_of, mapping, sequence
from cassette_tools.dialects import CERTAIN, DIALECTS, LIKELY, Dialect
from cassette_tools.dialects.openai_chat import choices_wanted, read_request
from cassette_tools.model import Generic, Message, Reasoning, Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.decoding import Folded
    from cassette_tools.decoding.members import Members
    from cassette_tools.decoding.streams import Block
    from cassette_tools.model import Event, Interaction, Json, LLMCall, Object, Part

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
    if any(_is_completion(value) for value in first_values(interaction.response.body, _LOOK_AHEAD)):
        return CERTAIN
    request = interaction.request
    path = path_of(request.url)
    if not is_post(request) or not path.endswith(PATH) or path.endswith(CHATS):
        return 0
    return LIKELY if "prompt" in mapping(request.body.json) else 0


def _is_completion(value: Json) -> bool:
    if mapping(value).get("object") in OBJECTS:
        return True
    first = mapping(at(value, ("choices", 0)))
    return "text" in first and first.keys().isdisjoint(("message", "delta"))


def fold(events: tuple[Event, ...]) -> Folded:
    """Join the chunks of one stream: the texts of each choice, in the order of arrival. Never raises."""
    stream = Stream()
    for number, event in enumerate(events):
        if type(event.json) is dict:
            _add(stream, event.json, number)
        else:
            stream.ended = stream.ended or is_done(event)
    trace = Trace()
    choices = [_whole(block, f"/choices/{place}", trace) for place, block in enumerate(stream.ordered())]
    if choices:
        stream.body["choices"] = choices
    ended = stream.ended or (choices and all(choice.get("finish_reason") for choice in choices))
    return folded(stream.body, trace, None if ended else "no finish_reason and no [DONE]", stream.error)


def _add(stream: Stream, chunk: Object, number: int) -> None:
    if len(chunk) == 1 and type(chunk.get("value")) is str:  # Writer, whose streams have no end
        stream.block(0, number).kind = "value"
        stream.block(0, number).append("text", chunk["value"], number, "")
        stream.ended = True
        return
    if chunk.get("error"):
        stream.fail(error_in(chunk, event_index=number))
    known = {key for key in FIRST if stream.body.get(key)} | {"choices"}
    stream.update({key: value for key, value in chunk.items() if key not in known})
    for position, piece in enumerate(sequence(chunk.get("choices"))):
        if type(piece) is dict:
            index = index_of(piece.get("index"), position)
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
    choices = enumerate(body.apart("choices"))
    outputs = tuple([_output(decoding, choice, place) for place, (value, choice) in choices if type(value) is dict])
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
    parts = [*words_in(choice, "reasoning", Reasoning), *words_in(choice, "text")]
    index = index_of(choice.take("index"), position)
    what, api = f"choice {position}", "no provider is"
    message = decoding.output(parts, choice, "finish_reason", None, choice.extra, index=index, what=what, api=api)
    choice.keep()
    return message


DIALECTS.register(
    Dialect(name=NAME, title="OpenAI Completions (legacy)", recognize=recognize, fold=fold, decode=decode)
)
