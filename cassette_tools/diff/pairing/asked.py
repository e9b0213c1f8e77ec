"""What a request asks, what was answered, and how alike two requests are.

Ids, and how often they changed from one recording to the next, say nothing of that. The user's words and the place in
the conversation say much, what the model said before (the echo of its answers) little.
"""

from __future__ import annotations

from cassette_tools._record import record
from cassette_tools.diff.pairing.vocabulary import operation_family, plain_result
from cassette_tools.model import Blob, Reasoning, Refusal, Text, ToolCall, ToolCallResponse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence
    from typing import TypeAlias

    from cassette_tools.model import Interaction, Json, LLMCall, Message, Part

    Words: TypeAlias = frozenset[str]

# --- by what they are equal -------------------------------------------------------------------------------------------


def url_path(url: str) -> str:
    """The path of a URL, without host and query."""
    rest = url.partition("://")[2] or url
    path = rest.partition("/")[2] if "://" in url else rest.lstrip("/")
    return "/" + path.partition("?")[0].partition("#")[0]


def asked_at(interaction: Interaction) -> str:
    """``POST /v1/messages``: the method and the path."""
    return f"{interaction.request.method} {url_path(interaction.request.url)}"


def bytes_of(interaction: Interaction) -> Hashable:
    request = interaction.request
    return (request.method.upper(), request.url, request.body.text or form_of(interaction), request.body.raw)


def whole_request_of(interaction: Interaction) -> Hashable:
    call = interaction.llm
    if call is None:
        return (interaction.request.method.upper(), interaction.request.url, interaction.request.body.text)
    return (*_said(interaction), call.request_model, repr(call.parameters), tuple(tool.name for tool in call.tools))


def question_of(interaction: Interaction) -> Hashable:
    """What a request asks, whichever model and with whatever settings; equal for retries and polls."""
    if interaction.llm is None:
        body = interaction.request.body
        return (
            interaction.request.method.upper(),
            url_path(interaction.request.url),
            body.text,
        )
    return _said(interaction)


def steps_of(interaction: Interaction) -> Hashable:
    """What an agent was asked and the steps that it has made since, in whatever order; a request that comes after fewer
    than two of them is equal to nothing else.
    """
    call = interaction.llm
    steps = [] if call is None else [each for each in call.input_messages if _is_step(each)]
    if call is None or len(steps) < _TWO_STEPS or not _brings_results(call):
        return id(interaction)
    asked = tuple(message_key(message) for message in call.input_messages if not _is_step(message))
    system = tuple(map(part_key, call.system_instructions))
    return (system, asked, tuple(sorted(repr(message_key(message)) for message in steps)))


def _brings_results(call: LLMCall) -> bool:
    """Whether the last message has tool results."""
    return any(part.type == "tool_call_response" for part in _last(call))


def course_of(interaction: Interaction) -> tuple[Hashable, int]:
    """What an agent was asked, and how many messages of its steps there are by now."""
    call = interaction.llm
    if call is None:
        return id(interaction), 0
    asked = tuple(message_key(message) for message in call.input_messages if not _is_step(message))
    system = tuple(part_key(part) for part in call.system_instructions)
    return (system, asked), sum(map(_is_step, call.input_messages))


_TWO_STEPS = 4  # messages: each call has a result


def _is_step(message: Message) -> bool:
    return any(isinstance(part, ToolCall | ToolCallResponse) for part in message.parts)


def _last(call: LLMCall) -> Sequence[Part]:
    """The content of the last message; a request for files or models has none."""
    return call.input_messages[-1].parts if call.input_messages else ()


def _said(interaction: Interaction) -> tuple[Hashable, ...]:
    call = interaction.llm
    if call is None:
        return ()
    said = tuple(message_key(message) for message in call.input_messages)
    system = tuple(part_key(part) for part in call.system_instructions)
    form = "" if said or system else form_of(interaction)
    return (interaction.request.method.upper(), operation_family(call.operation_name), system, said, form)


def form_of(interaction: Interaction) -> str:
    """The form that a request sends (an upload), without the boundary, which is another every time; of one that was not
    recorded the name of the file, which the answer gives back; "" for JSON.
    """
    answered = interaction.response.body.json
    if not interaction.request.body.text and isinstance(answered, dict) and answered.get("object") == "file":
        return str(answered.get("filename", ""))
    text = interaction.request.body.text or ""
    boundary = text.partition("\n")[0].strip()
    return text.replace(boundary, "") if boundary.startswith("--") else ""


def answer_of(interaction: Interaction) -> Hashable:
    """What was answered, without ids."""
    call = interaction.llm
    if call is None or call.error is not None:
        return interaction.response.body.text
    return tuple(message_key(message) for message in call.output_messages)


def failure_of(interaction: Interaction) -> str:
    """The failure that passes by itself, after which a client tries again; empty for every other answer."""
    status = interaction.response.status_code
    if status in (408, 425, 429) or status >= 500:
        return str(status)
    error = None if interaction.llm is None or status >= 400 else interaction.llm.error  # in the middle of a stream
    kind = "" if error is None else f"{error.type} {error.code}".lower()
    return next((word for word in ("overloaded", "rate_limit", "unavailable") if word in kind), "")


def message_key(message: Message) -> Hashable:
    """What a message says, without its ids and reasoning."""
    return (message.role, *(part_key(part) for part in message.parts if not isinstance(part, Reasoning)))


def part_key(part: Part) -> Hashable:
    """What a part says, without its id."""
    if isinstance(part, ToolCall):
        return ("tool_call", part.name, _in_one_order(part.arguments))
    if isinstance(part, ToolCallResponse):
        return ("tool_call_response", repr(plain_result(part.response)))
    return (part.type, _text_of(part).strip())


def _in_one_order(arguments: Json) -> str:
    """Arguments as they are compared: a client that reads and writes them may sort them."""
    if not isinstance(arguments, dict):
        return repr(arguments)
    return repr({name: arguments[name] for name in sorted(arguments)})


def _text_of(part: Part) -> str:
    if isinstance(part, (Text, Reasoning, Refusal, Blob)):
        return part.content
    if isinstance(part, ToolCallResponse):
        return part.response if isinstance(part.response, str) else repr(part.response)
    if isinstance(part, ToolCall):
        return f"{part.name} {part.arguments!r}"
    return repr(part)


# --- how alike they are -----------------------------------------------------------------------------------------------

LIKE_ENOUGH = 0.4  # below this, two requests ask for different things
_WORDS = 200  # of the beginning and of the end of a text that are compared

# What each likeness weighs, of 1 in all.
_WEIGHTS = (
    ("opening", 0.2),  # what the user said first
    ("system", 0.1),
    ("question", 0.2),  # what was said last, by whoever is not the model
    ("history", 0.15),  # how much of the shorter history the longer one has
    ("step", 0.1),  # how many requests of the recording this one goes on from
    ("count", 0.05),  # messages
    ("kind", 0.1),  # of the answer: words, or calls of which tools
    ("tools", 0.05),
    ("stream", 0.02),
    ("status", 0.03),
)


@record
class Asked:
    """What two requests are told apart by. `words` is all there is of a request that no dialect reads."""

    method: str
    operation: Hashable
    is_llm: bool
    status: int
    words: Words
    system: Words = frozenset()
    opening: Words = frozenset()
    question: Words = frozenset()
    history: frozenset[Hashable] = frozenset()
    step: int = 0
    count: int = 0
    kind: frozenset[str] = frozenset()
    tools: frozenset[str] = frozenset()
    stream: bool = False


def asked_by(interactions: Sequence[Interaction]) -> list[Asked]:
    """What each of the requests of a recording asks."""
    steps = _steps(interactions)
    return [_asked(interaction, step) for interaction, step in zip(interactions, steps, strict=True)]


def likeness(old: Asked, new: Asked) -> float:
    """From 0 (never the same) to 1."""
    if (old.method, old.is_llm) != (new.method, new.is_llm) or old.operation != new.operation:
        return 0.0
    if not old.is_llm:
        return alike(old.words, new.words)
    likenesses = {
        "opening": alike(old.opening, new.opening),
        "system": alike(old.system, new.system),
        "question": alike(old.question, new.question),
        "history": len(old.history & new.history) / (min(len(old.history), len(new.history)) or 1),
        "step": 1 / (1 + abs(old.step - new.step)),
        "count": min(old.count, new.count) / (max(old.count, new.count) or 1),
        "kind": alike(old.kind, new.kind),
        "tools": alike(old.tools, new.tools),
        "stream": float(old.stream == new.stream),
        "status": float(old.status // 100 == new.status // 100),
    }
    return sum(weight * likenesses[name] for name, weight in _WEIGHTS)


def alike(old: frozenset[str], new: frozenset[str]) -> float:
    """The share that two sets have in common (Dice); nothing and nothing are the same."""
    return 2 * len(old & new) / (len(old) + len(new)) if old or new else 1.0


def _steps(interactions: Sequence[Interaction]) -> list[int]:
    """How many requests each goes on from: those whose messages are the beginning of its own, one after another."""
    known: dict[int, int] = {}
    steps: list[int] = []
    for interaction in interactions:
        step = whole = 0
        messages = () if interaction.llm is None else interaction.llm.input_messages
        for number, message in enumerate(messages, 1):
            whole = hash((whole, message_key(message)))
            if number < len(messages) and whole in known:
                step = known[whole] + 1
        if messages:
            known[whole] = step
        steps.append(step)
    return steps


def _asked(interaction: Interaction, step: int) -> Asked:
    call = interaction.llm
    method, status = interaction.request.method.upper(), interaction.response.status_code
    if call is None:
        return Asked(
            method=method,
            operation=_operation(interaction),
            is_llm=False,
            status=status,
            words=_body_words(interaction),
        )
    asked = [message for message in call.input_messages if message.role != "assistant"] or [*call.input_messages]
    return Asked(
        method=method,
        operation=operation_family(call.operation_name),
        is_llm=True,
        status=status,
        words=frozenset(),
        system=_words(call.system_instructions),
        opening=_words(asked[0].parts if asked else ()),
        question=_words(asked[-1].parts if asked else ()),
        history=frozenset(map(message_key, call.input_messages)),
        step=step,
        count=len(call.input_messages),
        kind=_kind(call),
        tools=frozenset(tool.name for tool in call.tools),
        stream=call.stream,
    )


def _operation(interaction: Interaction) -> Hashable:
    """What is called of an API that has one address for all: GraphQL (``?Name`` or ``operationName``), JSON-RPC."""
    body, query = interaction.request.body.json, interaction.request.url.partition("#")[0].partition("?")[2]
    names = [piece for piece in query.split("&") if "=" not in piece]
    if isinstance(body, dict):
        names.append(body.get("operationName", ""))
        names.append(body.get("method", "") if "jsonrpc" in body else "")
    return tuple(name for name in names if name and isinstance(name, str))


_JSON_SIGNS = str.maketrans(dict.fromkeys('"{}[]:,', " "))


def _body_words(interaction: Interaction) -> Words:
    path = url_path(interaction.request.url)
    steps = path.split("/")
    words = sorted({*(interaction.request.body.text or "").translate(_JSON_SIGNS).split()})
    return frozenset((path, f"{len(steps)} steps", *steps, *words[: 2 * _WORDS]))


def _words(parts: Iterable[Part]) -> Words:
    words = " ".join(_text_of(part) for part in parts if not isinstance(part, Reasoning)).split()
    return frozenset((*words[:_WORDS], *words[-_WORDS:]))


def _kind(call: LLMCall) -> frozenset[str]:
    """Of which kind the answer is."""
    parts = [part for message in call.output_messages for part in message.parts]
    calls = frozenset(f"call of {part.name}" for part in parts if isinstance(part, ToolCall))
    return calls or frozenset(part.type for part in parts if not isinstance(part, Reasoning))
