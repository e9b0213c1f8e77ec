"""Whether what is asked otherwise can explain how many tokens of input are counted otherwise.

Tokens are estimated from the canonical texts. The estimate is rough, so the limits are wide: what they refuse is an
input that shrank although more was asked, or grew by a hundred tokens for three words.
"""

from __future__ import annotations

import re

from cassette_tools._record import record
from cassette_tools.data.endpoints import UNKNOWN as NOBODY
from cassette_tools.diff.judging.sides import call_of
from cassette_tools.model import Reasoning, ServerToolCall, Text, ToolCall, ToolCallResponse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.diff.pairing.align import Pair
    from cassette_tools.model import Json, LLMCall, Part, Usage

BYTES_PER_TOKEN = 4  # of UTF-8: English, and code; other scripts have more bytes and more tokens
FACTOR = 3.0  # by which an estimate may err, up or down
SLACK = 16  # tokens that need no reason: ids, quotes, marks around a message
HIDDEN = 600  # tokens that the provider adds when there are tools, a schema, or no system prompt (Anthropic: up to 530)
PER_MESSAGE, PER_TOOL = 4, 8  # tokens around each


@record
class Asked:
    """What a request holds, in tokens that are estimated: `told` is read by the model for certain, `sealed` (thinking,
    signatures) may be read or not, and has another length inside.
    """

    told: float
    sealed: float
    media: tuple[str, ...]  # their tokens are not to be guessed
    offers: tuple[object, ...]  # what makes a provider add a prompt of its own


def asked_of(call: LLMCall) -> Asked:
    """The sizes of all that a call gives to its model."""
    told = sealed = 0
    media: list[str] = []
    for part in _parts(call):
        sizes = _sizes(part)
        if sizes is None:
            media.append(repr(part))
        else:
            told, sealed = told + sizes[0], sealed + sizes[1]
    told += sum(_size(each.name) + _size(each.description) + _size(each.parameters) for each in call.tools)
    told += _size(call.parameters.get("response_format"))
    told += sum(_size(value) for name, value in call.extra.items() if name.startswith(_LISTS))
    return Asked(
        told=told / BYTES_PER_TOKEN + PER_MESSAGE * len(call.input_messages) + PER_TOOL * len(call.tools),
        sealed=sealed / BYTES_PER_TOKEN,
        media=tuple(media),
        offers=_offers(call),
    )


def _sizes(part: Part) -> tuple[int, int] | None:
    """What of a part is read, and what may be; ``None`` for an image or a sound."""
    if isinstance(part, Text):
        return _size(part.content), 0
    if isinstance(part, Reasoning):
        return 0, _size(part.content) + _size(part.encrypted) + _size(part.signature)
    if isinstance(part, ToolCall):
        return _size(part.name) + _size(part.arguments), _size(part.signature)
    return (_size(part.response), 0) if isinstance(part, ToolCallResponse) else None


def _offers(call: LLMCall) -> tuple[object, ...]:
    """What makes a provider add a prompt of its own."""
    return (
        bool(call.tools),
        tuple(each.name for each in call.tools if each.kind != "function"),
        repr(call.parameters.get("tool_choice")),
        bool(call.system_instructions),
        *(call.parameters.get(name) is None for name in _ADDING),
    )


_ADDING = ("response_format", "output_type", "reasoning")
_LISTS = ("/request/documents", "/request/system", "/request/input", "/request/messages", "/request/contents")
_ELSEWHERE = ("previous_response_id", "conversation", "cached_content", "cachedContent", "context_management", "prompt")


def _parts(call: LLMCall) -> Iterator[Part]:
    yield from call.system_instructions
    for message in call.input_messages:
        yield from message.parts


def _size(value: Json) -> int:
    if value is None:
        return 0
    text = _INDENT.sub(" " * BYTES_PER_TOKEN, value if isinstance(value, str) else repr(value))
    return len(text.encode("utf-8", "replace"))


_INDENT = re.compile(r"\n\s*|\s{2,}")  # the end of a line with what the next one is indented by is one token


def can_explain(old: LLMCall, new: LLMCall, grown: float) -> bool:
    """Whether the input could grow by so many tokens because of the texts, tools and history that are sent."""
    if any(_is_kept_elsewhere(call) for call in (old, new)):
        return True
    before, after = asked_of(old), asked_of(new)
    if before.media != after.media or any(map(_looks_things_up, (old, new))):
        return True
    told, sealed = after.told - before.told, after.sealed - before.sealed
    if told < 0 or (told == 0 and sealed < 0):
        told, sealed, grown = -told, -sealed, -grown
    hidden = HIDDEN if before.offers != after.offers else 0
    low = told / FACTOR - SLACK - hidden + FACTOR * min(sealed, 0)
    high = told * FACTOR + SLACK + hidden + FACTOR * max(sealed, 0)
    return low <= grown <= high


def _looks_things_up(call: LLMCall) -> bool:
    """Whether tools of the provider ran, whose results are counted as input."""
    said = (part for message in call.output_messages for part in message.parts)
    return any(isinstance(part, ServerToolCall) for parts in (_parts(call), said) for part in parts)


FITS, CACHED, OTHERWISE, UNKNOWN = "fits", "cached", "otherwise", "unknown"


def fit_of(pair: Pair, grown: float) -> str:
    """Whether an input that grew by so many tokens fits what was sent; `CACHED` where what a cache gave is not counted,
    `UNKNOWN` where another model or provider counts, or there is nothing to go by.
    """
    old, new = map(call_of, (pair.old, pair.new))
    if old is None or new is None or old.usage is None or new.usage is None:
        return UNKNOWN
    if _is_left_out(old.usage, new.usage):
        return CACHED
    if not _is_same_counter(old, new):
        return UNKNOWN
    return FITS if can_explain(old, new, grown) else OTHERWISE


def _is_same_counter(old: LLMCall, new: LLMCall) -> bool:
    """Whether one model of one provider counts, as far as the provider is known."""
    return len({old.provider_name, new.provider_name} - {NOBODY}) <= 1 and _is_same_model(old, new)


def _is_same_model(old: LLMCall, new: LLMCall) -> bool:
    answered = old.response_model, new.response_model
    return answered[0] == answered[1] if all(answered) else old.request_model == new.request_model


def _is_left_out(old: Usage, new: Usage) -> bool:
    """Whether the input moved because a part of it was left out on one side, by the reported totals."""
    inputs = old.input_tokens or 0, new.input_tokens or 0
    whole = tuple((usage.total_tokens or 0) - (usage.output_tokens or 0) for usage in (old, new))
    moved = abs(inputs[1] - inputs[0])
    left_out = max(whole[0] - inputs[0], whole[1] - inputs[1])
    return min(whole) > 0 and abs(whole[1] - whole[0]) < moved / FACTOR and left_out > moved / 2


def _is_kept_elsewhere(call: LLMCall) -> bool:
    """Whether the provider puts a conversation that it kept before what is sent."""
    return any(call.parameters.get(name) or call.extra.get(f"/request/{name}") for name in _ELSEWHERE)
