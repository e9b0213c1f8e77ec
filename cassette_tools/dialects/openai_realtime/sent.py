"""What the client sent over a session, put together as the request that it makes: settings, input, and the rest.

``session.update`` has the settings, ``conversation.item.create`` the input; of sound that was sent the input has the
transcript that the server made, or else the sound itself. Every other event stands in `events`.

Sources: the OpenAI API reference ("Client events" of the Realtime API, and those of its beta).
"""

from __future__ import annotations

from cassette_tools.decoding.media import joined_base64
from cassette_tools.decoding.values import compact, mapping, text
from cassette_tools.model import Body

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from cassette_tools.model import Event, Json, Object, Route


SENT = "sent"  # the name of an event that the client sent; formats give it
_ENVELOPE = frozenset(("type", "event_id"))


class Asked:
    """A request in the making: its `body`, and where each piece of it stands (`placed`, by JSON pointer)."""

    __slots__ = ("_at", "_body", "_heard", "_sound", "body", "placed")

    def __init__(self, transcript: Body) -> None:
        self._body = transcript
        self._at: Event | None = None
        self._heard: dict[str, int] = {}  # by the id of an item: its index in the input
        self._sound: list[str] = []  # sent, and not yet committed
        self.body: Object = {}
        self.placed: list[tuple[str, Route]] = []

    def take(self, event: Event) -> None:
        """Take up one event of either direction."""
        self._at = event
        chunk = mapping(event.json)
        kind = text(chunk.get("type")) or ""
        if event.event == SENT:
            _CLIENT.get(kind, Asked._other)(self, chunk)
        elif kind in _SERVER:
            _SERVER[kind](self, chunk)

    def end(self) -> None:
        """Sound is input even where none was ever committed; what comes after a commit is the wait for the answer."""
        if self._sound and not self._heard:
            self._hear({})

    def settings(self, chunk: Object) -> None:
        """A later update keeps what it does not speak of."""
        for key, value in mapping(chunk.get("session")).items():
            self.body[key] = _merged(self.body.get(key), value)
            self._place(f"/{key}", f"/session/{key}")
        self._rest(chunk, "session")

    def item(self, chunk: Object) -> None:
        self._add("input", chunk.get("item"), "/item")
        self._rest(chunk, "item")

    def sound(self, chunk: Object) -> None:
        self._sound.append(text(chunk.get("audio")) or "")
        self._rest(chunk, "audio")

    def committed(self, chunk: Object) -> None:
        """The server takes what was sent so far for one turn of the user."""
        if self._sound:
            self._hear(chunk)

    def heard(self, chunk: Object) -> None:
        """The words of a turn stand for its sound, which is cut where the server heard a pause."""
        number = self._heard.get(text(chunk.get("item_id")) or "")
        words = chunk.get("transcript")
        if number is not None and type(words) is str:
            self.body["input"][number] = _spoken({"transcript": words})
            self._place(f"/input/{number}/content/0/transcript", "/transcript")

    def _hear(self, chunk: Object) -> None:
        sound, self._sound = joined_base64(self._sound), []
        self._heard[text(chunk.get("item_id")) or ""] = self._add("input", _spoken({"audio": sound}), "")

    def _other(self, chunk: Object) -> None:
        self._add("events", {key: value for key, value in chunk.items() if key != "event_id"}, "")

    def _rest(self, chunk: Object, taken: str) -> None:
        """What an event says beside what was taken of it."""
        if chunk.keys() - _ENVELOPE - {taken}:
            self._other({key: value for key, value in chunk.items() if key != taken})

    def _add(self, key: str, value: Json, pointer: str) -> int:
        listed = self.body.setdefault(key, [])
        if type(listed) is not list:  # a setting of that name, which no session has
            listed = self.body[key] = [listed]
        listed.append(value)
        self._place(f"/{key}/{len(listed) - 1}", pointer)
        return len(listed) - 1

    def _place(self, pointer: str, inside: str) -> None:
        assert self._at is not None
        self.placed.append((pointer, self._body.place(offset=self._at.offset, pointer=inside).route))


def asked_in(transcript: Body) -> Body:
    """The body of the request that the client's messages make."""
    asked = Asked(transcript)
    for event in transcript.events:
        asked.take(event)
    asked.end()
    return Body(
        text=compact(asked.body),
        json=asked.body,
        route=transcript.route,
        verbatim=False,
        placed=tuple(asked.placed),
        parsed=transcript.parsed,
    )


def _spoken(part: Object) -> Object:
    return {"type": "message", "role": "user", "content": [{"type": "input_audio", **part}]}


def _merged(old: Json, new: Json) -> Json:
    if type(old) is not dict or type(new) is not dict:
        return new
    return {**old, **{key: _merged(old.get(key), value) for key, value in new.items()}}


_CLIENT: dict[str, Callable[[Asked, Object], None]] = {
    "session.update": Asked.settings,
    "transcription_session.update": Asked.settings,
    "conversation.item.create": Asked.item,
    "input_audio_buffer.append": Asked.sound,
}
_SERVER: dict[str, Callable[[Asked, Object], None]] = {
    "input_audio_buffer.committed": Asked.committed,
    "conversation.item.input_audio_transcription.completed": Asked.heard,
}
