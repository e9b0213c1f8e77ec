"""What is compared of a recording from one version to the next: how it ended, who was asked, what it came to."""

from __future__ import annotations

from cassette_tools._record import record
from cassette_tools.suite.facts import COUNTS
from cassette_tools.suite.report import cell_of
from cassette_tools.suite.survey import recorded_as
from cassette_tools.words import finish_in_words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from cassette_tools.suite.facts import Facts


@record
class State:
    """One version of a recording. `answered` are the models that answered, where it is another than the one that was
    asked; `dialects` are the APIs, `finish_reasons` how its calls ended, `finish_words` that in the providers' own
    words, `tools` what they called, each once, sorted. `structured_output` says whether all answers that had to be JSON
    are. Counts that were not sent are ``None``. `day` is the last on which something was recorded, "" where nothing
    says it. `system_prompts` and `prompts` are digests, each once, sorted; `offered` are the tools that requests offer.
    These and `secrets` are ``None`` where an older version wrote the state, which did not know them.
    """

    provider_name: str = ""
    dialects: tuple[str, ...] = ()
    model: str = ""
    answered: tuple[str, ...] = ()
    sdks: tuple[str, ...] = ()
    calls: int = 0
    failed: int = 0
    finish_reasons: tuple[str, ...] = ()
    finish_words: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()
    reasoning: bool = False
    structured_output: bool | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    reasoning_output_tokens: int | None = None
    cache_read_input_tokens: int | None = None
    cost: float | None = None
    day: str = ""
    system_prompts: tuple[str, ...] | None = None
    prompts: tuple[str, ...] | None = None
    offered: tuple[str, ...] | None = None
    secrets: int | None = None

    @property
    def ends(self) -> str:
        """How its calls ended, for a person; rows of an older version have the canonical words only."""
        return ", ".join(self.finish_words or self.finish_reasons)

    @property
    def asked_model(self) -> tuple[str, str]:
        """The provider and the model."""
        return self.provider_name, self.model


FIELDS = tuple(State.__annotations__)


def state_of(path: str, facts: Sequence[Facts]) -> State:
    """The state of a recording."""
    recorded = recorded_as(path, tuple(facts))
    cell = cell_of(recorded)
    counts = {name: cell.sums.counts[name] for name in COUNTS}
    if any(map(_lacks_output, recorded.calls)):
        counts["output_tokens"] = None
    return State(
        provider_name=recorded.provider_name,
        dialects=tuple(sorted({each.dialect for each in recorded.calls})),
        model=recorded.model,
        answered=tuple(dict.fromkeys(each.response_model for each in recorded.calls if _is_other(each))),
        sdks=cell.sdks,
        calls=cell.sums.calls,
        failed=cell.sums.failed,
        finish_reasons=tuple(sorted({*filter(None, map(_ended, recorded.calls))})),
        finish_words=tuple(sorted({*filter(None, map(_ended_in_words, recorded.calls))})),
        tools=tuple(sorted(cell.tools)),
        reasoning="reasoning" in cell.shown,
        structured_output=cell.structured,
        day=cell.days[1],
        system_prompts=_each_once(call.system_digest for call in recorded.calls),
        prompts=_each_once(call.prompt_digest for call in recorded.calls),
        offered=_each_once(name for call in recorded.calls for name in call.offered),
        secrets=sum(each.secrets for each in recorded.interactions),
        **counts,  # type: ignore[arg-type]
    )


def _each_once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({*filter(None, names)}))


def _lacks_output(facts: Facts) -> bool:
    """Whether a chat does not say how much was answered: then no sum does."""
    return (
        facts.operation_name in ("chat", "generate_content")
        and facts.input_tokens is not None
        and facts.output_tokens is None
    )


def _ended(facts: Facts) -> str:
    return "error" if facts.has_failed else facts.finish_reason or facts.native_finish_reason


def _ended_in_words(facts: Facts) -> str:
    if facts.has_failed:
        return "error"
    said = finish_in_words(facts.finish_reason, facts.native_finish_reason)
    return said or (_CUT if facts.stream and not facts.is_complete else "")


_CUT = "cut short"  # a stream that says no reason, since it has no end


def _is_other(facts: Facts) -> bool:
    return bool(facts.response_model) and facts.response_model != facts.model


def as_fields(state: State) -> dict[str, Any]:
    """By the names of the fields, as JSON has it."""
    return {name: getattr(state, name) for name in FIELDS}


def from_fields(fields: Mapping[str, Any]) -> State:
    """What was written, perhaps by another version: a field that is not known is left out, one that is not there is
    empty.
    """
    known: dict[str, Any] = {name: _frozen(fields[name]) for name in FIELDS if name in fields}
    return State(**known)


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


_COUNTED = ("calls", "failed")
_LISTS = ("answered", "dialects", "sdks", "finish_reasons", "finish_words", "tools")
_LATER_LISTS = ("system_prompts", "prompts", "offered")  # null is "not known" in these, and in `secrets`
_TEXTS = ("provider_name", "model", "day")


def is_fields(value: Any) -> bool:
    """Whether a value from elsewhere is what `as_fields` writes, by this version or by another."""
    return isinstance(value, dict) and all(_is_field(name, each) for name, each in value.items())


def _is_field(name: str, value: Any) -> bool:
    if name in _LISTS:
        return isinstance(value, list) and all(isinstance(each, str) for each in value)
    if name in _LATER_LISTS:
        return value is None or _is_field(_LISTS[0], value)
    if name in _TEXTS:
        return isinstance(value, str)
    if name in _COUNTED:
        return isinstance(value, int)
    if name in (*COUNTS, "secrets"):
        return value is None or isinstance(value, int | float)
    return name not in FIELDS or value is None or isinstance(value, bool)
