"""The total of the token counts is not the sum of its parts, or a count cannot be.

No count is less than 0; and of providers that serve models of their own, no more input was cached, and no more output
thought, than there is input or output.

Why it matters: the counts were edited by hand, or come from two different answers; a test of accounting that
replays them proves nothing.

How to mend it: record the interaction again, or write the sum.

Every provider counts in its own way, so the counts are first brought to one definition: input includes what was
cached, output includes reasoning. Not reported: a total that is larger by exactly another count of the same usage
object (audio, citations, searches), and totals that include what no other field speaks of: Gemini's thinking, and what
gateways leave out of the parts, where a prompt of the file is long enough to have been cached, or the model thought.
"""

from __future__ import annotations

from cassette_tools._record import replace
from cassette_tools.finding import Observation
from cassette_tools.model import Reasoning
from cassette_tools.places import value_place
from cassette_tools.rules import RULES, Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.model import Interaction, Json, LLMCall, Place, Usage
    from cassette_tools.rules import Check, FileFacts

# Who serves models of its own by the API that it documents: there the total is the sum.
EXACT = frozenset(("openai", "azure.ai.openai", "mistral_ai", "groq", "deepseek", "aws.bedrock"))
TOTALS = ("total_tokens", "totalTokens", "totalTokenCount")
BLOCK = 16  # tokens: caches hold no less
CACHED = 1024  # tokens of a prompt, from which on providers cache
SHORT = 2  # characters of a token in long texts, at the least


def begin(_file: FileFacts) -> Check:
    return _Totals()


class _Totals:
    """The totals of a file that are no sums, until it is known whether its gateways leave something out."""

    def __init__(self) -> None:
        self._larger: list[tuple[Interaction, Observation, str | None]] = []  # with who answered
        self._leaving: set[str | None] = set()

    def __call__(self, interaction: Interaction) -> Iterator[Observation]:
        llm = interaction.llm
        fault = _impossible(llm, llm.usage) if llm is not None and llm.usage is not None else None
        if llm is not None and llm.usage is not None and fault is not None:
            place = _place_of(interaction, llm.usage, fault[1])
            yield Observation(message=f"{fault[0]}: record the interaction again", place=place)
            return
        counts = _given_and_made(llm) if llm is not None else None
        if llm is None or llm.usage is None or counts is None:
            return
        total, rest = llm.usage.total_tokens or 0, (llm.usage.total_tokens or 0) - sum(counts)
        if not rest or _is_explained(llm, llm.usage, rest):
            return
        observation = Observation(
            message=f"the total of {total} tokens is not the sum of {counts[0]} input and {counts[1]} output tokens "
            f"({sum(counts)}): record the interaction again",
            place=_place(interaction, llm.usage, total),
        )
        if rest < BLOCK or llm.provider_name in EXACT:
            yield observation
        elif _is_left_out(interaction, counts[0], rest):
            self._leaving.add(llm.provider_name)
        else:
            self._larger.append((interaction, observation, llm.provider_name))

    def end(self) -> Iterator[tuple[Interaction, Observation]]:
        for interaction, observation, provider in self._larger:
            if provider not in self._leaving:
                yield interaction, observation


def _impossible(llm: LLMCall, usage: Usage) -> tuple[str, int] | None:
    """What no provider counts, in words, and the count."""
    given, made = usage.input_tokens, usage.output_tokens
    cached, thought = usage.cache_read_input_tokens, usage.reasoning_output_tokens
    counts = {"input": given, "output": made, "cached": cached, "reasoning": thought}
    for name, count in counts.items():
        if count is not None and count < 0:
            return f"the usage counts {count} {name} tokens, less than none", count
    if llm.provider_name not in EXACT:
        return None
    if cached and given is not None and cached > given:
        return f"the usage counts {cached} cached tokens among {given} input tokens", cached
    if thought and made is not None and thought > made:
        return f"the usage counts {thought} reasoning tokens among {made} output tokens", thought
    return None


def _place_of(interaction: Interaction, usage: Usage, count: int) -> Place:
    """Where the usage says a count; where its dialect adds counts up, the usage."""
    return _within(interaction, usage, next(_pointers(usage.native, count), ""))


def _pointers(native: Json, count: int, at: str = "") -> Iterator[str]:
    for key, value in native.items() if type(native) is dict else ():
        if type(value) is int and value == count:
            yield f"{at}/{key}"
        yield from _pointers(value, count, f"{at}/{key}")


def _given_and_made(llm: LLMCall) -> tuple[int, int] | None:
    """The tokens of both sides, where these and a total were counted; an embedding makes none."""
    usage = llm.usage
    if usage is None or usage.input_tokens is None or usage.total_tokens is None:
        return None
    if usage.output_tokens is None:
        return (usage.input_tokens, 0) if llm.operation_name == "embeddings" else None
    return usage.input_tokens, usage.output_tokens


def _place(interaction: Interaction, usage: Usage, total: int) -> Place:
    """Where the total stands; where it has another name, or stands in an event, the counts."""
    name = next((name for name in TOTALS if type(usage.native) is dict and usage.native.get(name) == total), None)
    return _within(interaction, usage, f"/{name}" if name is not None else "")


def _within(interaction: Interaction, usage: Usage, pointer: str) -> Place:
    """A place in the usage, by the pointer that leads on from there; the usage itself where there is none."""
    whole = value_place(interaction, usage.pointer, usage.native)
    body = interaction.response.body
    if not pointer or not usage.pointer:
        return whole
    if body.stream:
        return replace(whole, pointer=f"{whole.pointer}{pointer}") if whole.pointer is not None else whole
    return body.place(pointer=f"{usage.pointer}{pointer}")


def _is_left_out(interaction: Interaction, given: int, rest: int) -> bool:
    """Whether the total may count what was cached, or thought, and the parts do not. Recorded again it is the same."""
    usage = interaction.llm.usage if interaction.llm is not None else None
    if usage is None or usage.cache_read_input_tokens or usage.reasoning_output_tokens is not None:
        return False  # it does speak of these
    if CACHED <= given + rest <= len(interaction.request.body.text or "") // SHORT:
        return True
    messages = interaction.llm.output_messages if interaction.llm is not None else ()
    return any(isinstance(part, Reasoning) for message in messages for part in message.parts)


def _is_explained(llm: LLMCall, usage: Usage, rest: int) -> bool:
    """Whether what is left over is another count of the same object, or the sum of two; Gemini's is what it thought."""
    if rest > 0 and "gemini" in (llm.response_model or ""):
        return True
    others = {abs(count) for count in _counts(usage.native) if count}
    return abs(rest) in others or any(abs(rest) - count in others for count in others)


def _counts(native: Json) -> Iterator[int]:
    if isinstance(native, dict):
        for key, value in native.items():
            if isinstance(value, int) and key not in (
                "total_tokens",
                "prompt_tokens",
                "completion_tokens",
                "input_tokens",
                "output_tokens",
            ):
                yield value
            else:
                yield from _counts(value)


RULES.register(
    Rule(
        name="usage-sum-mismatch",
        category="usage",
        level="warning",
        summary="the total of the token counts is not the sum of its parts, or one cannot be",
        doc=__doc__,
        about="call",
        begin=begin,
    )
)
