"""What is remembered of one interaction: enough to count it, to find it, and to compare it with those of others."""

from __future__ import annotations

from functools import cache

from cassette_tools._record import record
from cassette_tools.days import day_of
from cassette_tools.load import Reading
from cassette_tools.model import Place, ToolCall
from cassette_tools.prices import moment_of
from cassette_tools.sdk import sdks_of
from cassette_tools.secrets.hiding import hidden
from cassette_tools.suite.features import features_of, fits_schema
from cassette_tools.suite.sent import offered_tools, prompt_digest, secrets_of, system_digest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from cassette_tools.model import Interaction, LLMCall, Message, Usage
    from cassette_tools.source import Source

    Packed = tuple[Any, ...]


@record
class Facts:
    """One interaction. `dialect` is "" for traffic that is no call of a model. `finish_reasons` has the canonical words
    and the provider's own, `finish_reason` the canonical one of the first answer that has one, `native_finish_reason`
    the provider's of that answer (else of the first). `duration` is in seconds, ``None``
    where none was recorded; `day` is "" where nothing says it, and so is the
    `moment`, whose prices were those of the call. Counts that were not sent are ``None``. Digests of prompts are equal
    where these say the same but for what a program writes anew for each run.
    """

    index: int
    line: int
    method: str
    url: str  # without its query
    status: int
    dialect: str
    operation_name: str
    provider_name: str
    request_model: str
    response_model: str
    sdk: str
    day: str
    moment: str
    duration: float | None
    stream: str
    finish_reason: str
    native_finish_reason: str
    finish_reasons: tuple[str, ...]
    tools: tuple[str, ...]  # called, in order
    has_failed: bool
    error: str  # what the provider calls it
    is_complete: bool
    structured: bool | None  # whether the answer is the JSON that was asked for
    asked: tuple[str, ...]  # features
    shown: tuple[str, ...]
    input_tokens: int | None
    output_tokens: int | None
    reasoning_output_tokens: int | None
    cache_read_input_tokens: int | None
    cache_creation_input_tokens: int | None
    cost: float | None
    system_digest: str
    prompt_digest: str  # of the first message of the user
    offered: tuple[str, ...]  # tools
    secrets: int

    @property
    def is_call(self) -> bool:
        """Whether a model was asked."""
        return bool(self.dialect)

    @property
    def asks_model(self) -> bool:
        """Whether a model has work to do: not by a list, a poll of a job, or the fetch of its results."""
        is_kept_thing = self.dialect == "resources" and not self.operation_name.endswith("_create")
        is_looked_at = self.method == "GET" and self.stream != "websocket"
        return self.is_call and not is_kept_thing and not (is_looked_at and not self.request_model)

    @property
    def model(self) -> str:
        """The model that was asked, as far as that is known."""
        return self.request_model or self.response_model


FIELDS = tuple(Facts.__annotations__)
COUNTS = ("input_tokens", "output_tokens", "reasoning_output_tokens", "cache_read_input_tokens", "cost")
_ALL_COUNTS = (*COUNTS, "cache_creation_input_tokens")


def facts_in(source: Source) -> tuple[Facts, ...]:
    """What is remembered of a recording. Raises SourceError."""
    entries = Reading(source).entries()
    return tuple(facts_of(each, source.region(Place(route=each.route)).line) for each, _node in entries)


def pack(facts: Facts) -> Packed:
    """As what `marshal` and JSON can write."""
    return tuple(getattr(facts, name) for name in FIELDS)


def unpack(packed: Packed) -> Facts:
    """What was packed."""
    values = (tuple(value) if isinstance(value, list) else value for value in packed)
    fields: dict[str, Any] = dict(zip(FIELDS, values, strict=True))
    return Facts(**fields)


def facts_of(interaction: Interaction, line: int) -> Facts:
    """What is remembered of an interaction that begins at a line."""
    request, response, call = interaction.request, interaction.response, interaction.llm
    asked, shown = features_of(interaction)
    usage = call.usage if call is not None else None
    answer = _first_answer(call)
    return Facts(
        index=interaction.index,
        line=line,
        method=_shown(request.method),
        url=_shown(request.url.partition("?")[0]),
        status=response.status_code,
        dialect=getattr(call, "dialect", ""),
        operation_name=getattr(call, "operation_name", ""),
        provider_name=_shown(getattr(call, "provider_name", "")),
        request_model=_shown(getattr(call, "request_model", "")),
        response_model=_shown(getattr(call, "response_model", "")),
        sdk=_shown(", ".join(map(str, sdks_of(interaction)))),
        day=day_of(interaction),
        moment=_shown(moment_of(interaction)) if usage is not None else "",
        duration=max(interaction.duration or 0.0, 0.0) or None,  # normalised recordings have 0
        stream=response.body.stream or "",
        finish_reason=_shown(getattr(answer, "finish_reason", "")),
        native_finish_reason=_shown(getattr(answer, "native_finish_reason", "")),
        finish_reasons=_finish_reasons(call),
        tools=_tools(call),
        has_failed=interaction.has_failed,
        error=_error(call),
        is_complete=call is None or call.complete,
        structured=fits_schema(interaction),
        asked=asked,
        shown=shown,
        **{name: _count(usage, name) for name in _ALL_COUNTS},
        system_digest=system_digest(call),
        prompt_digest=prompt_digest(call),
        offered=tuple(map(_shown, offered_tools(call))),
        secrets=secrets_of(interaction),
    )


@cache
def _shown(text: str | None) -> str:
    """A name as it may be shown: what is cut to a column's width later is no longer seen to be a key."""
    return hidden(text or "")


def _count(usage: Usage | None, name: str) -> Any:
    if usage is not None and usage.lacks_output and name == "output_tokens":
        return None  # what is counted is not all of it
    value = getattr(usage, name, None)
    return value if isinstance(value, int | float) else None


def _finish_reasons(call: LLMCall | None) -> tuple[str, ...]:
    """The canonical words, and the provider's own where those are others."""
    if call is None:
        return ()
    native = (message.native_finish_reason for message in call.output_messages)
    return tuple(dict.fromkeys(_shown(each) for each in (*call.finish_reasons, *native) if each))


def _first_answer(call: LLMCall | None) -> Message | None:
    """The first answer with a finish reason, else the first answer."""
    messages = call.output_messages if call is not None else ()
    return next((each for each in messages if each.finish_reason), next(iter(messages), None))


def _tools(call: LLMCall | None) -> tuple[str, ...]:
    messages = call.output_messages if call is not None else ()
    return tuple(_shown(part.name) for message in messages for part in message.parts if isinstance(part, ToolCall))


def _error(call: LLMCall | None) -> str:
    error = call.error if call is not None else None
    return "" if error is None else _shown(error.type or error.code) or hidden(error.message)[:_LONGEST]


_LONGEST = 60  # characters of a message, where nothing names the error
