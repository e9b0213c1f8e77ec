"""What the server sent over a session: its responses, each folded as a stream of the Responses API is.

A response says its words as deltas, in the ``.done`` event, in the item, and in ``response.done``, which counts. Sound
comes in events alone, and stays there.

Sources: the OpenAI API reference ("Server events" of the Realtime API, and those of its beta).
"""

from __future__ import annotations

from cassette_tools._record import replace
from cassette_tools.decoding import Folded
from cassette_tools.decoding.errors import error_from
from cassette_tools.decoding.trace import Trace
from cassette_tools.decoding.values import mapping, sequence, text
from cassette_tools.dialects.openai_realtime.sent import SENT
from cassette_tools.dialects.openai_responses.output import strings_of
from cassette_tools.dialects.openai_responses.stream import Stream, joined_response, take

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cassette_tools.model import CallError, Event, Json, Object, Problem


# Names of the beta and of today (2025) for what Responses has under another name.
_WORDS = {
    "response.text": "response.output_text",
    "response.audio_transcript": "response.audio.transcript",
    "response.output_audio_transcript": "response.audio.transcript",
}
KINDS: Mapping[str, str] = {
    f"{ours}.{step}": f"{theirs}.{step}" for ours, theirs in _WORDS.items() for step in ("delta", "done")
}
SOUND = tuple(f"response.{name}.{step}" for name in ("audio", "output_audio") for step in ("delta", "done"))
_HEARD = "conversation.item.input_audio_transcription."


# What an event says again of what the client sent, or of what a response says in the end.
_AGAIN = ("text", "transcript", "arguments", "refusal")


def _repeated(chunk: Object, kind: str) -> Iterator[tuple[str, str, str]]:
    """The strings of an event that are compared elsewhere: where each stands, its key, and what it says."""
    pieces = ("delta",) if kind in SOUND or kind.startswith(_HEARD) else ()
    for above in ("", "/part"):
        holder = mapping(chunk.get("part")) if above else chunk
        for key in (*_AGAIN, *pieces):
            words = holder.get(key)
            if type(words) is str:
                yield above, key, words
    output = sequence(mapping(chunk.get("response")).get("output"))
    items = {"/item": chunk.get("item"), **{f"/response/output/{index}": each for index, each in enumerate(output)}}
    for where, item in items.items():
        for way, words in strings_of(mapping(item)):
            yield where + "".join([f"/{step}" for step in way[:-1]]), str(way[-1]), words


class Session:
    """A session in the making: its settings as the server last said them, the responses by their ids, how many were
    asked for, and the first error.

    `apart` are strings that are compared elsewhere: sound, which counts by its transcript, and what is said again.
    """

    __slots__ = ("apart", "error", "latest", "responses", "settings", "wanted")

    def __init__(self) -> None:
        self.settings: Json = None
        self.responses: dict[str, Stream] = {}
        self.latest = ""
        self.wanted = 0
        self.error: CallError | None = None
        self.apart: list[tuple[int, str, str]] = []  # the event, the pointer of the string in it, the string

    def sent(self, chunk: Object) -> None:
        """The client asks for a response."""
        self.wanted += chunk.get("type") == "response.create"

    def received(self, chunk: Object, number: int) -> None:
        """One event of the server."""
        kind = text(chunk.get("type")) or ""
        if kind == "error":
            self._fail(error_from(chunk.get("error") or chunk, chunk, "/error", number))
        elif kind.startswith("response.") and kind not in SOUND:
            stream = self._stream(chunk)
            take(stream, chunk, number, KINDS.get(kind, kind))
            if stream.error is not None:
                self._fail(self._failure(stream.error, number))
        elif kind in ("session.created", "session.updated"):
            self.settings = chunk.get("session")
        self.apart.extend([(number, f"{above}/{key}", words) for above, key, words in _repeated(chunk, kind)])

    def _stream(self, chunk: Object) -> Stream:
        """The response that an event speaks of; the latest when it does not say."""
        said = chunk.get("response_id") or mapping(chunk.get("response")).get("id")
        self.latest = text(said) or self.latest
        return self.responses.setdefault(self.latest, Stream())

    def _failure(self, error: CallError, number: int) -> CallError:
        """Why the latest response failed: its `status_details` say it."""
        at = f"/responses/{list(self.responses).index(self.latest)}"
        details = mapping(self.responses[self.latest].snapshot.get("status_details"))
        if details.get("error"):
            return error_from(details["error"], details, f"{at}/status_details/error", number)
        return replace(error, pointer=f"{at}/status")

    def _fail(self, error: CallError | None) -> None:
        self.error = self.error or error

    def cut(self) -> str | None:
        """What a session that was cut lacks. One without an open response may have ended anywhere."""
        if any(not stream.ended for stream in self.responses.values()):
            return "no response.done"
        if len(self.responses) < self.wanted:
            return "no answer to the last response.create"
        return None


def fold(events: tuple[Event, ...]) -> Folded:
    """Join the events of one session. Never raises, whatever they hold."""
    session = Session()
    for number, event in enumerate(events):
        if type(event.json) is not dict:
            continue
        if event.event == SENT:
            session.sent(event.json)
        else:
            session.received(event.json, number)
    return _folded(session)


def _folded(session: Session) -> Folded:
    trace = Trace()
    problems: list[Problem] = []
    responses: list[Json] = []
    unknown: list[Json] = []
    for stream in session.responses.values():
        own = Trace()
        response = joined_response(stream, own, problems)
        unknown.extend(response.pop("unknown_events", ()))
        responses.append(response)
        trace.adopt(f"/responses/{len(responses) - 1}", own)
    for index, (number, pointer, words) in enumerate(session.apart):
        trace.note(f"/apart/{index}", [(number, pointer, words)], "")
    said = {"session": session.settings, "responses": responses, "unknown_events": unknown}
    body: Object = {key: value for key, value in said.items() if value}
    cut = session.cut() if session.error is None else None
    return Folded(body=body, trace=trace, complete=cut is None, cut=cut, error=session.error, problems=tuple(problems))
