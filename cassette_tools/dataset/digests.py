"""Digests by which two recordings are compared without being read: what has the same digest has not drifted.

The other way round, most of what `diff` calls noise changes no digest:

- a request is its method, its address, its header fields and its body; an answer is its status, its header fields, its
  body, and what the decoder made of it (whether it is complete, finish reasons, model, kinds of problems);
- of what stands in the tables of volatile fields and headers (`cassette_tools.data.volatile`) only the JSON type
  counts; scores are compared as they are, since a score far from another is told;
- of header fields those count that `diff` tells of (`cassette_tools.data.headers`), without their order and their case,
  and whether one holds a secret; User-Agent does not, which has a column of its own;
- ids that a machine drew (letters and digits in disorder) are named by the order of their first appearance in the file,
  wherever they stand as a whole value, or in an address;
- JSON has no order of keys and no spaces;
- a stream is the body that its events come to, and its events in order without the texts that were joined: of equal
  neighbours one counts, so that other chunks of the same text are the same;
- times and durations that the recorder noted do not count, and of the recorded length of a body only whether it is
  wrong.
"""

from __future__ import annotations

import re
from functools import lru_cache

from cassette_tools.data.headers import PRESENCE, REQUEST, RESPONSE, VALUE
from cassette_tools.diff.http.attempts import failing_upstreams
from cassette_tools.diff.http.transport import SDK_METHOD_HEADER, is_stale
from cassette_tools.diff.values.ids import is_drawn
from cassette_tools.model import ABSENT, Text
from cassette_tools.places import value_at
from cassette_tools.secrets import header_secret
from cassette_tools.volatile import fits, volatile_field, volatile_header

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from cassette_tools.model import Body, Event, Headers, Interaction, Json, LLMCall, Problem

SIZE = 16  # bytes of a digest
_WORDS = re.compile(r"([\w-]+)")
_LONGEST_ID = 4_000  # characters


def digest_of(content: bytes) -> str:
    """The digest of some bytes, in hexadecimal digits."""
    from hashlib import blake2b

    return blake2b(content, digest_size=SIZE).hexdigest()


class Digests:
    """The digests of the interactions of one file, which are asked for in their order: ids are named as they come."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}

    def of_request(self, interaction: Interaction) -> str:
        """See the module."""
        request, call = interaction.request, interaction.llm
        body = request.body if call is None or call.asked is None else call.asked
        return _digest(
            [
                request.method,
                self._address(request.url),
                self._headers("request", request.headers, 0),
                self._body(body, "request", None),
                self._plain(dict(request.extra), "", "request"),
                is_stale(request),
                _kinds(request.body.problems),
                None if call is None else [call.dialect, call.operation_name],
            ]
        )

    def of_response(self, interaction: Interaction) -> str:
        """See the module."""
        response, call = interaction.response, interaction.llm
        return _digest(
            [
                response.status_code,
                response.reason,
                self._headers("response", response.headers, response.status_code),
                self._body(response.body, "response", call),
                self._plain([dict(response.extra), dict(interaction.extra)], "", "response"),
                is_stale(response),
                _kinds((*interaction.problems, *response.body.problems)),
                None if call is None else _outcome(call, response.body.text),
            ]
        )

    def _address(self, url: str) -> str:
        return "".join(self._names.get(piece, piece) for piece in _WORDS.split(url))

    def _headers(self, side: str, headers: Headers, status: int) -> dict[str, list[Json]]:
        """What is told of the fields by their names: which they are, and whether they hold a secret."""
        values: dict[str, list[str]] = {}
        for name, value in headers:
            values.setdefault(name.lower(), []).append(value)
        fields = {name: ", ".join(several) for name, several in values.items()}
        secret = {name: header_secret(name, value) is not None for name, value in fields.items()}
        told = {name: self._told(side, name, value, status) for name, value in fields.items()}
        return {name: [told[name], secret[name]] for name in fields if told[name] is not None or secret[name]}

    def _told(self, side: str, name: str, value: str, status: int) -> str | None:
        """The value of a field as far as `diff` compares it; ``None`` for noise."""
        compared = _compared(side, name, status == 200)
        return None if compared is None else "" if compared == PRESENCE else self._address(value)

    def _body(self, body: Body, side: str, call: LLMCall | None) -> Json:
        if body.stream:
            folded = call.body if call is not None else ABSENT
            whole = None if folded is ABSENT else self._plain(folded, "", side)
            return [body.stream, whole, self._events(body.events, _joined(body.events, call), side)]
        if body.json is not ABSENT:
            return self._plain(body.json, "", side)
        content = body.text if body.text is not None else body.raw
        if content is None:
            return None
        return content if isinstance(content, str) else digest_of(content)

    def _events(self, events: tuple[Event, ...], joined: Mapping[int, set[str]], side: str) -> list[Json]:
        """The events without what was joined; of equal neighbours one."""
        found: list[Json] = []
        for number, event in enumerate(events):
            value = event.data if event.json is ABSENT else self._plain(event.json, "", side, joined.get(number, ()))
            told = [event.event, event.terminated, value]
            if not found or found[-1] != told:
                found.append(told)
        return found

    def _plain(self, value: Json, path: str, side: str, joined: Collection[str] = (), pointer: str = "") -> Json:
        """A value without noise. Strings at the pointers in `joined` are told elsewhere."""
        if isinstance(value, dict):
            way, pointer = f"{path}." if path else "", f"{pointer}/"
            members = ((str(key), each) for key, each in value.items())
            return {
                key: self._plain(each, way + key, side, joined, pointer + _escaped(key) if joined else "")
                for key, each in members
            }
        if isinstance(value, list):
            way, pointer = f"{path}[]", f"{pointer}/"
            return [
                self._plain(each, way, side, joined, f"{pointer}{number}" if joined else "")
                for number, each in enumerate(value)
            ]
        kind = _kind_at(path, side) if path else None
        if isinstance(value, str):
            return "" if pointer in joined else self._string(value, kind)
        return value if kind in (None, "id") or value is None else type(value).__name__

    def _string(self, value: str, kind: str | None) -> str:
        """A string with its ids by their names, where it holds ids, and as it is where it is no noise."""
        if kind == "id":
            return self._with_names(value) if len(value) < _LONGEST_ID else value
        return self._names.get(value, value) if kind is None else _MASK

    def _with_names(self, text: str) -> str:
        """A text that holds ids: what a machine drew has a name, what somebody chose stays."""
        pieces = _WORDS.split(text)
        return "".join(
            self._names.setdefault(each, f"#{len(self._names)}") if is_drawn(each) else each for each in pieces
        )


def _joined(events: tuple[Event, ...], call: LLMCall | None) -> Mapping[int, set[str]]:
    """By the number of an event, where texts stand in it that are pieces of one in the whole body. What is said again
    in every event (a role) is no piece.
    """
    found: dict[int, set[str]] = {}
    if call is None:
        return found
    for pointer, pieces in call.trace.items():
        texts = [value_at(events[each.event_index].json, each.pointer) for each in pieces]
        if all(isinstance(each, str) for each in texts) and "".join(texts) == value_at(call.body, pointer):
            for each in pieces:
                found.setdefault(each.event_index, set()).add(each.pointer)
    return found


def _outcome(call: LLMCall, text: str | None) -> Json:
    """What the decoder made of the answer; of the route through a gateway, which is noise, who failed on the way."""
    failing = failing_upstreams(call.body) if text is None or '"success"' in text else []
    cost = None if call.usage is None else call.usage.cost  # its parts are noise
    return [call.complete, call.finish_reasons, call.response_model, cost, _kinds(call.problems), failing]


def _kinds(problems: Iterable[Problem]) -> list[str]:
    return [each.kind for each in problems]


_MASK = "#"
_KEPT = frozenset(
    ("service_tier", "modelVersion", "native_finish_reason")
)  # noise in most recordings, and told in some


@lru_cache(maxsize=4_096)
def _compared(side: str, name: str, is_ok: bool) -> str | None:
    """How `diff` compares two values of a header field; ``None`` where it does not."""
    if side == "response":
        told = next((row for row in RESPONSE if fits(row.match, name)), None)
        return None if told is None or (told.failed and is_ok) else told.compare
    if name == "user-agent":  # provenance, which has columns of its own
        return None
    if name == SDK_METHOD_HEADER:
        return VALUE
    asked = next((row for row in REQUEST if fits(row.match, name)), None)
    if asked is None:
        return None if volatile_header(name) is not None else VALUE
    return None if asked.kind == "noise" else asked.compare


@lru_cache(maxsize=16_384)
def _kind_at(path: str, side: str) -> str | None:
    """The class of a volatile field whose value says nothing."""
    row = volatile_field(path, side)
    return None if row is None or row.kind == "score" or row.match in _KEPT else row.kind


@lru_cache(maxsize=4_096)
def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")


def _digest(value: Json) -> str:
    from json import dumps

    return digest_of(dumps(value, sort_keys=True, separators=(",", ":"), default=_no_json).encode())


def _no_json(value: object) -> str:
    """What some formats hold that JSON cannot: the bytes of a Protocol Buffers message, a date of YAML."""
    return digest_of(value) if isinstance(value, bytes) else repr(value)


# --- of texts, and of shapes -----------------------------------------------------------------------------------------


def text_digest(call: LLMCall | None) -> str | None:
    """Of the texts of all answers; ``None`` where there is none."""
    messages = () if call is None else call.output_messages
    texts = [[part.content for part in message.parts if isinstance(part, Text)] for message in messages]
    return _digest(texts) if any(map(any, texts)) else None


def shape_digest(interaction: Interaction) -> str:
    """Of the fields of the answer and their JSON types, whatever their order and number."""
    body = interaction.response.body
    if body.stream:
        found = {f"{event.event or ''} {field}" for event in body.events for field in _fields(event.json)}
    else:
        found = {*_fields(body.json)}
    return _digest([body.stream, sorted(found)])


def _fields(value: Json) -> Iterator[str]:
    if value is ABSENT:
        return
    pending: list[tuple[str, Json]] = [("", value)]
    while pending:
        path, each = pending.pop()
        yield f"{path}:{_JSON_TYPES.get(type(each), 'number')}"
        if isinstance(each, dict):
            pending += [(f"{path}.{key}", child) for key, child in each.items()]
        elif isinstance(each, list):
            pending += [(f"{path}[]", child) for child in each]


_JSON_TYPES = {dict: "object", list: "array", str: "string", bytes: "string", bool: "boolean", type(None): "null"}
