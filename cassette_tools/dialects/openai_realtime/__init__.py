"""The OpenAI Realtime API over a WebSocket, and everything that speaks like it: the dialect ``openai.realtime``.

OpenAI, Azure, xAI; the names of the beta and those of today. A session is one call: what the client sent is the request
(its settings, and its items as input), and each response of the server is one output message. Speech is read by its
transcript.

Pointers into the request lead into what the client's messages make together, as those of Responses do.
"""

from __future__ import annotations

from cassette_tools._record import replace
from cassette_tools.decoding.assembly import DecodedRequest, DecodedResponse, Decoding, answer
from cassette_tools.decoding.urls import model_in_query, path_of
from cassette_tools.decoding.usage import usage_of
from cassette_tools.decoding.values import count, mapping, sequence, text
from cassette_tools.dialects import CERTAIN, DIALECTS, LIKELY, Dialect
from cassette_tools.dialects.openai_realtime.sent import asked_in
from cassette_tools.dialects.openai_realtime.stream import fold
from cassette_tools.dialects.openai_responses.items import Scene
from cassette_tools.dialects.openai_responses.request import read_request
from cassette_tools.dialects.openai_responses.response import answer_parts
from cassette_tools.model import Message, Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.decoding import Folded
    from cassette_tools.decoding.members import Members
    from cassette_tools.model import Interaction, Json, LLMCall, Usage

NAME = "openai.realtime"

# Settings of a session that mean what those of Responses mean, under names of their own.
SETTINGS = {"max_response_output_tokens": "max_output_tokens", "output_modalities": "modalities"}
_LOOK_AHEAD = 40  # messages; a client may send its settings first
PATHS = ("/v1/realtime", "/openai/realtime")
BEGINNINGS = ("session.", "conversation.", "input_audio_buffer.", "transcription_session.")


# --- recognising -----------------------------------------------------------------------------------------------------


def recognize(interaction: Interaction) -> int:
    """3: messages of a WebSocket have the shape of this dialect; 2: the path says so."""
    body = interaction.response.body
    if body.stream != "websocket":
        return 0
    kinds = (mapping(event.json).get("type") for event in body.events[:_LOOK_AHEAD])
    if any(isinstance(kind, str) and kind.startswith(BEGINNINGS) for kind in kinds):
        return CERTAIN
    return LIKELY if path_of(interaction.request.url).endswith(PATHS) else 0


# --- decoding --------------------------------------------------------------------------------------------------------


def decode(interaction: Interaction, folded: Folded) -> LLMCall:
    """The call that a session is. Never raises, whatever the messages hold."""
    sent = asked_in(interaction.response.body)
    asking = replace(interaction, request=replace(interaction.request, body=sent))
    decoding = Decoding(NAME, asking, folded, provider="openai")
    asked = _asked(decoding, interaction.request.url)
    call = decoding.call("chat", asked, _answered(decoding), wanted=0)
    return replace(call, asked=sent)


def _asked(decoding: Decoding, url: str) -> DecodedRequest:
    request = decoding.request
    for own, shared in SETTINGS.items():
        if own in request and shared not in request:
            request.left[shared] = request.take(own)
    events = sequence(request.peek("events"))
    asked = read_request(request)
    told = tuple(
        Text(content=words, pointer=f"/events/{index}/response/instructions")
        for index, event in enumerate(events)
        if (words := text(mapping(mapping(event).get("response")).get("instructions")))
    )
    model = asked.model or model_in_query(url)
    return replace(asked, model=model, system=(*asked.system, *told), stream=True)


def _answered(decoding: Decoding) -> DecodedResponse:
    """Each response is one message; tokens are counted over all of them."""
    body = decoding.response
    responses = [(index, each) for index, (_, each) in enumerate(body.entries("responses"))]
    usage = _usage(decoding, [each for _, each in responses])
    identity = responses[0][1].peek("id") if responses else None
    session = body.object("session")
    model = session.text("model")
    session.take("object")
    session.keep()
    return DecodedResponse(
        model=model,
        id=text(identity),
        outputs=tuple([_message(decoding, index, each) for index, each in responses]),
        usage=usage,
        error=decoding.folded.error,
    )


def _message(decoding: Decoding, index: int, response: Members) -> Message:
    response.take("id"), response.take("object")
    extra: dict[str, Json] = {}
    parts, role = answer_parts(response, Scene(is_answer=True), extra)
    status, details = response.text("status"), response.object("status_details")
    reason = details.text("reason")
    if details.peek("type") == status:
        details.take("type")
    details.keep()
    finish = decoding.finish(parts, "", None if status == "in_progress" else reason or status, extra)
    response.keep()
    return answer(parts, finish, extra, response.at("output"), native_role=role, index=index)


# --- usage -----------------------------------------------------------------------------------------------------------


def _usage(decoding: Decoding, responses: list[Members]) -> Usage | None:
    """The counts of all responses, which are those of the only one as a rule."""
    counted = [each for each in responses if mapping(each.peek("usage"))]
    if not counted:
        return None
    pointer = counted[-1].at("usage")
    native: Json = {}
    for each in counted:
        native = _sum(native, each.take("usage"))
    usage, problems = usage_of(native, dialect=NAME, provider=decoding.provider, pointer=pointer)
    decoding.problems.extend(problems)
    return usage


def _sum(old: Json, new: Json) -> Json:
    """Two objects of counts, added up; of what is no count, the later."""
    if type(new) is dict:
        before = mapping(old)
        return {**before, **{key: _sum(before.get(key), value) for key, value in new.items()}}
    left, right = count(old), count(new)
    return new if left is None or right is None else left + right


DIALECTS.register(Dialect(name=NAME, title="OpenAI Realtime", recognize=recognize, fold=fold, decode=decode))
