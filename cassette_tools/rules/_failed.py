"""Calls that failed: by their status, or by what their body says under a status of success."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from cassette_tools.model import CallError, Interaction

ANSWERS = frozenset(("chat", "text_completion", "generate_content", "embeddings"))
SHOWN = 120  # characters of the provider's words
LISTED = 5  # interactions


def error_under_success(interaction: Interaction) -> CallError | None:
    """The error that a whole body is, although its status says success. (`stream-error-event` tells of events.)"""
    llm, status = interaction.llm, interaction.response.status_code
    if llm is None or llm.error is None or llm.error.in_stream or not 200 <= status < 400:
        return None
    if llm.operation_name not in ANSWERS or interaction.request.method.upper() != "POST":
        return None
    return llm.error


def is_passing(error: CallError) -> bool:
    """Whether an error passes by itself, by its type and its code."""
    from cassette_tools.data.failures import PASSING
    from cassette_tools.rules._scenario import has_word, words_of

    status = error.raw.get("status") if isinstance(error.raw, dict) else None  # Google's word for the code
    named = [str(name) for name in (error.type, error.code, status) if name]
    words = {part for name in named for part in (*words_of(name), "".join(words_of(name)))}
    return has_word(frozenset(words), PASSING)


def is_filtered(error: CallError) -> bool:
    """Whether a filter of contents has refused the call."""
    from cassette_tools.data.failures import FILTERING
    from cassette_tools.rules._scenario import words_of

    named = "".join(words_of(f"{error.type or ''} {error.code or ''}"))
    return any(word in named for word in FILTERING)


def quoted(error: CallError | None) -> str:
    """The words of the provider, where it said any: ``: “…”``."""
    words = " ".join(error.message.split()) if error is not None else ""
    words = words if len(words) <= SHOWN else words[:SHOWN] + "…"
    return f": “{words}”" if words else ""


def also(others: Iterable[Interaction]) -> str:
    """Where else the same is so, in words: what has one cause is told once in a file."""
    numbers = [str(each.index) for each in others]
    if not numbers:
        return ""
    if len(numbers) > LISTED:
        numbers[LISTED:] = [f"{len(numbers) - LISTED} more"]
    listed = numbers[0] if len(numbers) == 1 else f"{', '.join(numbers[:-1])} and {numbers[-1]}"
    return f" (also in interaction{'' if len(numbers) == 1 else 's'} {listed})"
