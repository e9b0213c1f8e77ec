"""The canonical model: what a cassette says, whatever recorded it and whoever answered.

Three layers, each beside the other and none in place of another: what was recorded (`Request`, `Response`,
`Headers`, `Body`), how it was framed (`Event`), and what it means (`LLMCall`). Names are those of the OpenTelemetry
GenAI semantic conventions v1.41.1 where these have one.

Absent, null and empty are three things: a count that was not sent is ``None``, never 0. What no field here
stands for is kept in ``extra`` (by its JSON pointer) or in a `Generic` part. Routes, offsets and traces lead back
to the file and take no part in equality: two recordings that say the same on other lines are equal.
"""

from __future__ import annotations

from cassette_tools._record import record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any, TypeAlias

    Json: TypeAlias = Any  # what `json.loads` gives; narrowed where it is read
    Object: TypeAlias = dict[str, Json]
    Route: TypeAlias = tuple[str | int, ...]

    Part: TypeAlias = (
        "Text | Reasoning | Refusal | ToolCall | ToolCallResponse | ServerToolCall | ServerToolCallResponse"
        " | Blob | File | Uri | Generic"
    )


class Absent:
    """The type of `ABSENT`: nothing was there, as opposed to a null that was."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "ABSENT"

    def __bool__(self) -> bool:
        return False


ABSENT = Absent()


# --- places ------------------------------------------------------------------------------------------------------


@record
class Place:
    """Where something is, said in the recording's own terms; `source` turns it into lines and columns.

    `route` leads from the top of the file to a node. `offset` and `length` (code points of the node's *value*, not of
    its spelling in the file) narrow it to a piece of a scalar; `pointer` (RFC 6901) narrows it to a value in the JSON
    text that begins at `offset`; with both, `length` counts within that value's text, and `character` (code points of
    what a JSON string says) leads on into that value. Of a stream, whose events each have a pointer of their own,
    `folded` says which value of the joined body (`LLMCall.body`) is meant.
    """

    __uncompared__ = ("folded",)

    route: Route
    offset: int | None = None
    length: int | None = None
    pointer: str | None = None
    character: int | None = None
    on_key: bool = False
    folded: str | None = None


@record
class Problem:
    """A failure that was recorded, or met while decoding: data for a rule, not an exception.

    `kind` is a stable kebab-case word; the lint rule of that name, where there is one, reports it. A fold, which does
    not know where its events stand, says by `event_index` which one it is.
    """

    __uncompared__ = ("place", "event_index")

    kind: str
    message: str
    place: Place | None = None
    event_index: int | None = None


# --- HTTP as recorded ------------------------------------------------------------------------------------------------


@record
class Headers:
    """Header fields in the order, case and repetition of the recording (RFC 9110 §5).

    `routes` leads to the value of each, where they stand elsewhere than in a mapping ``headers`` of the message. `bare`
    are the names in such a mapping whose value is not in a list.
    """

    __uncompared__ = ("routes", "bare")

    pairs: tuple[tuple[str, str], ...] = ()
    routes: tuple[Route, ...] = ()
    bare: tuple[str, ...] = ()

    def get(self, name: str) -> str | None:
        """The first value of the field, whatever the case of its name."""
        wanted = name.lower()
        if len(self.pairs) > _MANY:
            return next((self.pairs[at][1] for at in self.positions(wanted)), None)
        for key, value in self.pairs:
            if key.lower() == wanted:
                return value
        return None

    def get_all(self, name: str) -> tuple[str, ...]:
        """Every value of the field, in order."""
        return tuple(self.pairs[at][1] for at in self.positions(name))

    def positions(self, name: str) -> list[int]:
        """Where the field stands, in order."""
        wanted = name.lower()
        if len(self.pairs) > _MANY:
            return _index_of(self.pairs).positions.get(wanted, [])
        return [at for at, (key, _) in enumerate(self.pairs) if key.lower() == wanted]

    def repeat(self, position: int) -> int:
        """How many fields before the one at `position` have its name, in the same case."""
        if len(self.pairs) > _MANY:
            return _index_of(self.pairs).repeats[position]
        name = self.pairs[position][0]
        return sum(1 for other, _ in self.pairs[:position] if other == name)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self.pairs)


_MANY = 64  # fields; with more a name is looked up, and no longer looked for


class _HeaderIndex:
    """Where each field stands, by its name in lower case, and how many before each have its name."""

    __slots__ = ("pairs", "positions", "repeats")

    def __init__(self, pairs: tuple[tuple[str, str], ...]) -> None:
        self.pairs = pairs
        self.positions: dict[str, list[int]] = {}
        self.repeats: list[int] = []
        counts: dict[str, int] = {}
        for at, (name, _) in enumerate(pairs):
            self.positions.setdefault(name.lower(), []).append(at)
            self.repeats.append(counts.get(name, 0))
            counts[name] = counts.get(name, 0) + 1


_indices: dict[int, _HeaderIndex] = {}  # of the last few; each holds its pairs, so that their id stays theirs


def _index_of(pairs: tuple[tuple[str, str], ...]) -> _HeaderIndex:
    index = _indices.get(id(pairs))
    if index is None:
        if len(_indices) >= 8:
            _indices.clear()
        index = _indices[id(pairs)] = _HeaderIndex(pairs)
    return index


@record
class Event:
    """One server-sent event, or one line of NDJSON, or one frame: a unit of a stream.

    `offset` is where its data begin in the body's text (code points); `offsets` says it for each of the data's lines
    when there are several. `json` is the parsed data, or `ABSENT` when they are not JSON. `terminated` is false for
    a last block without its blank line: the standard discards it, and we keep it and say so.
    """

    __uncompared__ = ("offset", "offsets")

    event: str | None
    data: str
    offset: int
    id: str | None = None
    offsets: tuple[int, ...] = ()
    json: Json = ABSENT
    terminated: bool = True


@record
class Comment:
    """A line of a stream that carries no data: a comment, or a field that the standard does not know."""

    __uncompared__ = ("offset",)

    text: str
    offset: int
    field: str = ""  # "" for a comment (": text"), else the unknown field's name


@record
class Body:
    """A message body: its characters, and what framing and parsing made of them.

    `text` is what the bytes say once content codings and transport encodings are resolved (``None``: they are not
    text). `raw` holds the bytes as recorded where the file recorded bytes; otherwise the bytes are `text` in UTF-8.
    `verbatim` says that `text` is, code point by code point, the scalar at `route`, so that offsets lead into the file;
    `tree` says that the body is the value at `route`, parsed, so that pointers lead on from there. Of a body whose
    characters are not those of the file, `copy` leads to the same JSON, parsed, where the file holds that as well, and
    `chunks` to the pieces that it was put together of, each with the number of its first character; `parsed` says that
    each of these is the JSON of an event, so that pointers lead on from there. A body that was put together of several
    events has in `placed` where what stands at a JSON pointer came from.
    `stream` is how it is framed: ``sse``, ``ndjson``, ``eventstream``, ``json-array``, ``websocket`` or ``None``.
    `json` is the parsed text of a body that is one JSON document, else `ABSENT`.
    """

    __uncompared__ = ("route", "verbatim", "tree", "copy", "chunks", "parsed", "placed")

    text: str | None = None
    raw: bytes | None = None
    codings: tuple[str, ...] = ()  # the content codings that were undone, in the order of undoing
    json: Json = ABSENT
    stream: str | None = None
    events: tuple[Event, ...] = ()
    comments: tuple[Comment, ...] = ()
    problems: tuple[Problem, ...] = ()
    route: Route = ()
    verbatim: bool = True
    tree: bool = False
    copy: Route = ()
    chunks: tuple[tuple[int, Route], ...] = ()
    parsed: bool = False
    placed: tuple[tuple[str, Route], ...] = ()

    @property
    def size(self) -> int:
        """The length of the body in bytes, as recorded (compressed if it was recorded so)."""
        if self.raw is not None:
            return len(self.raw)
        text = self.text or ""
        return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))

    def place(
        self,
        offset: int | None = None,
        length: int | None = None,
        pointer: str | None = None,
        character: int | None = None,
    ) -> Place:
        """A place in this body; of one that the file has not as it is, the chunk, or the whole body."""
        if self.placed:
            return self._placed(pointer or "")
        if self.tree and pointer is None and offset is not None and self.text:
            pointer = _pointer_at(self.text, offset)
        begun = (route for start, route in reversed(self.chunks) if offset is not None and start <= offset)
        chunk: Route = next(begun, ())
        leaves = self.route if self.tree else chunk if self.parsed else self.copy
        if pointer and (leaves or self.tree):
            return Place(route=(*leaves, *_steps(pointer)), offset=character)
        if not self.verbatim:
            return Place(route=chunk or self.route)
        return Place(route=self.route, offset=offset, length=length, pointer=pointer, character=character)

    def _placed(self, pointer: str) -> Place:
        """Where the nearest value around `pointer` came from, and from there on; else what is first within it."""
        around = [each for each in self.placed if f"{pointer}/".startswith(f"{each[0]}/")]
        if not around:
            within = (route for each, route in self.placed if each.startswith(f"{pointer}/"))
            return Place(route=next(within, self.route))
        above, route = max(around, key=lambda each: len(each[0]))
        return Place(route=(*route, *_steps(pointer.removeprefix(above))) if self.parsed else route)


def _steps(pointer: str) -> tuple[str, ...]:
    """The keys of a JSON pointer (RFC 6901)."""
    return tuple(step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:])


def _pointer_at(text: str, offset: int) -> str:
    """The JSON pointer (RFC 6901) of what stands at an offset of a JSON text: a value, or the key that leads to it."""
    import re
    from json import loads

    keys: list[str | int | None] = []  # one for each open object or list; None where an object's next key comes
    for match in re.finditer(r'"(?:[^"\\]|\\.)*"|[\[\]{},]', text):
        token = match[0]
        if match.start() > offset:
            break
        if token in "{[":
            keys.append(None if token == "{" else 0)
        elif token in "}]":
            keys.pop()
        elif token == ",":
            last = keys[-1]
            keys[-1] = last + 1 if isinstance(last, int) else None
        elif keys and keys[-1] is None:
            keys[-1] = loads(token)
    return "".join(f"/{str(key).replace('~', '~0').replace('/', '~1')}" for key in keys if key is not None)


@record
class Request:
    """The request line, header fields and body (RFC 9110). `url` is as recorded, whole. `url_route` leads to it where
    it is not at ``url`` of the request, `query_routes` to the parameters of its query that stand apart, by their names.
    """

    __uncompared__ = ("route", "url_route", "query_routes")

    method: str
    url: str
    headers: Headers = Headers()
    body: Body = Body()
    content_length: int | None = None  # as the recorder noted it beside the headers; None when it did not, or -1
    extra: Mapping[str, Json] = {}
    route: Route = ()
    url_route: Route = ()
    query_routes: Mapping[str, Route] = {}


@record
class Response:
    """The status line, header fields and body. `status_code` 0 means that none was recorded; `reason` is the phrase
    after it, as recorded. `status_route` leads to the status code where that is not at ``code`` of the response, and
    `version_route` to the version of HTTP where that is not at ``proto``.
    """

    __uncompared__ = ("route", "status_route", "version_route")

    status_code: int
    headers: Headers = Headers()
    body: Body = Body()
    reason: str | None = None  # "OK"
    http_version: str | None = None  # "HTTP/1.1", "HTTP/2.0"
    content_length: int | None = None
    extra: Mapping[str, Json] = {}
    route: Route = ()
    status_route: Route = ()
    version_route: Route = ()


@record
class Interaction:
    """One request with its response. `recorded_at` is ISO 8601 text, `duration` is in seconds; `time_route` and
    `duration_route` lead to them where they are not at ``recorded_at`` of the interaction and ``duration`` of the
    response. `aside` is what the recorder writes a second time, or for the file as a whole, by its route: only the
    rules on secrets read it.
    """

    __uncompared__ = ("route", "time_route", "duration_route", "aside")

    index: int
    request: Request
    response: Response
    llm: LLMCall | None = None
    recorded_at: str | None = None
    duration: float | None = None
    problems: tuple[Problem, ...] = ()
    extra: Mapping[str, Json] = {}
    route: Route = ()
    time_route: Route = ()
    duration_route: Route = ()
    aside: Mapping[Route, Json] = {}

    @property
    def has_failed(self) -> bool:
        """Whether the provider refused, or said in the stream that it failed."""
        return self.response.status_code >= 400 or (self.llm is not None and self.llm.error is not None)


@record
class Recording:
    """A cassette: its format, and its interactions in the order of the file."""

    __uncompared__ = ("path",)

    path: str
    format: str
    format_version: str | None
    interactions: tuple[Interaction, ...]
    problems: tuple[Problem, ...] = ()


# --- what it means ---------------------------------------------------------------------------------------------------
#
# Every part has `pointer`: where its text (or the part itself) stands in the JSON body it was decoded from. For a
# stream that is the *folded* body, and `LLMCall.trace` leads from there to the events.


@record
class Text:
    """Words for the reader. `citations` are kept as the provider wrote them."""

    __uncompared__ = ("pointer",)
    type = "text"

    content: str
    citations: tuple[Json, ...] = ()
    pointer: str = ""


@record
class Reasoning:
    """Thinking: its text, its summary, or only its encrypted or redacted form (then `content` is ``""``)."""

    __uncompared__ = ("pointer",)
    type = "reasoning"

    content: str
    kind: str = "text"  # text, summary, encrypted, redacted, plan
    signature: str | None = None
    encrypted: str | None = None
    id: str | None = None
    format: str | None = None
    pointer: str = ""


@record
class Refusal:
    """The model's words of refusal (OpenAI `refusal`)."""

    __uncompared__ = ("pointer",)
    type = "refusal"

    content: str
    pointer: str = ""


@record
class ToolCall:
    """A call of a tool that the client runs.

    `arguments` is parsed JSON, or the raw string where it does not parse (`arguments_valid` is then false).
    `raw_arguments` is the exact string of the wire, ``None`` where the wire carries an object.
    `pointer` leads to the arguments.
    """

    __uncompared__ = ("pointer",)
    type = "tool_call"

    id: str | None
    name: str
    arguments: Json
    raw_arguments: str | None = None
    arguments_valid: bool = True
    kind: str = "function"  # function, custom
    signature: str | None = None
    pointer: str = ""


@record
class ToolCallResponse:
    """What the client's tool gave back; `response` is text, parsed JSON, or a list of part mappings."""

    __uncompared__ = ("pointer",)
    type = "tool_call_response"

    id: str | None
    response: Json
    name: str | None = None
    is_error: bool | None = None
    pointer: str = ""


@record
class ServerToolCall:
    """A call of a tool that the provider runs itself (web search, code execution)."""

    __uncompared__ = ("pointer",)
    type = "server_tool_call"

    id: str | None
    name: str
    server_tool_call: Json
    pointer: str = ""


@record
class ServerToolCallResponse:
    """What the provider's own tool gave back."""

    __uncompared__ = ("pointer",)
    type = "server_tool_call_response"

    id: str | None
    server_tool_call_response: Json
    name: str | None = None
    pointer: str = ""


@record
class Blob:
    """Media inside the message; `content` is base64 as on the wire."""

    __uncompared__ = ("pointer",)
    type = "blob"

    modality: str  # image, audio, video, document
    mime_type: str | None
    content: str
    transcript: str | None = None
    id: str | None = None
    pointer: str = ""


@record
class File:
    """Media by the provider's file id."""

    __uncompared__ = ("pointer",)
    type = "file"

    file_id: str
    modality: str | None = None
    mime_type: str | None = None
    pointer: str = ""


@record
class Uri:
    """Media by its address."""

    __uncompared__ = ("pointer",)
    type = "uri"

    uri: str
    modality: str | None = None
    mime_type: str | None = None
    pointer: str = ""


@record
class Generic:
    """A content part that no dialect here knows, kept as it was; `kind` is the provider's name for it."""

    __uncompared__ = ("pointer",)
    type = "generic"

    kind: str
    content: Json
    pointer: str = ""


@record
class Message:
    """One turn. `role` is system, user, assistant or tool; `native_role` is the wire's word where it is another.

    Output messages are one per choice, with the choice's `index`; `finish_reason` is canonical (stop, length,
    tool_call, content_filter, error, pause, compaction, or ``None`` for one that is unknown or was not sent).
    """

    __uncompared__ = ("pointer",)

    role: str
    parts: tuple[Part, ...] = ()
    name: str | None = None
    native_role: str | None = None
    index: int = 0
    finish_reason: str | None = None
    native_finish_reason: str | None = None
    extra: Mapping[str, Json] = {}
    pointer: str = ""


@record
class Tool:
    """A tool that the request offers. `parameters` is its JSON Schema; `kind` is function, custom, or the provider's
    word for a tool of its own.
    """

    __uncompared__ = ("pointer",)

    name: str
    description: str | None = None
    parameters: Json = None
    strict: bool | None = None
    kind: str = "function"
    extra: Mapping[str, Json] = {}
    pointer: str = ""


@record
class Usage:
    """Token counts brought to one definition: input includes cached tokens, output includes reasoning.

    `cost` is in US dollars, as the gateway reported it. `total_tokens` is as reported, else the sum when both
    sides were. `native` is the object of the wire; `extra` holds the counts that have no canonical name.
    """

    __uncompared__ = ("native", "pointer")

    input_tokens: int | None = None
    output_tokens: int | None = None
    total_tokens: int | None = None
    cache_read_input_tokens: int | None = None
    cache_creation_input_tokens: int | None = None
    reasoning_output_tokens: int | None = None
    cost: float | None = None
    extra: Mapping[str, Json] = {}
    native: Json = None
    pointer: str = ""

    @property
    def unattributed_tokens(self) -> int | None:
        """What the total has that is neither input nor output, or lacks (negative); ``None`` where it is their sum."""
        if self.input_tokens is None or self.output_tokens is None or self.total_tokens is None:
            return None
        return self.total_tokens - self.input_tokens - self.output_tokens or None

    @property
    def lacks_output(self) -> bool:
        """Whether the total has tokens of the output that no count speaks of: those of the thinking are not given."""
        return self.reasoning_output_tokens is None and (self.unattributed_tokens or 0) > 0


@record
class CallError:
    """What the provider said went wrong, in a body or in the middle of a stream."""

    __uncompared__ = ("pointer", "event_index")

    type: str | None
    code: str | None
    message: str
    in_stream: bool = False
    raw: Json = None
    pointer: str = ""
    event_index: int | None = None


@record
class Piece:
    """A run of a folded string that came from one event: it begins at `start` in the string (code points).

    `pointer` leads to the string inside that event's JSON.
    """

    start: int
    event_index: int
    pointer: str


@record
class LLMCall:
    """One call of a language model, in canonical terms.

    `parameters` holds the request's settings under canonical names (`max_tokens`, `temperature`, `tool_choice`, …);
    `extra` every request or response key that has no canonical place, by JSON pointer (``/request/…``,
    ``/response/…``). `body` is the JSON response, folded from the stream where there was one; `trace` says, for each
    string of it that was joined from several events, which events gave which piece. `complete` is false when a stream
    ends without what its dialect ends with; `cut` says in words what is missing. `asked` is the body of the request
    where that was put together of messages, as in a session over a WebSocket.
    """

    __uncompared__ = ("body", "trace", "asked")

    provider_name: str
    dialect: str
    operation_name: str
    request_model: str | None = None
    response_model: str | None = None
    response_id: str | None = None
    system_instructions: tuple[Part, ...] = ()
    input_messages: tuple[Message, ...] = ()
    output_messages: tuple[Message, ...] = ()
    tools: tuple[Tool, ...] = ()
    parameters: Mapping[str, Json] = {}
    stream: bool = False
    usage: Usage | None = None
    finish_reasons: tuple[str | None, ...] = ()
    error: CallError | None = None
    complete: bool = True
    cut: str | None = None
    problems: tuple[Problem, ...] = ()
    extra: Mapping[str, Json] = {}
    body: Json = ABSENT
    trace: Mapping[str, tuple[Piece, ...]] = {}
    asked: Body | None = None

    @property
    def is_answered(self) -> bool:
        """Whether the answer came to its end, without an error."""
        return self.complete and self.error is None
