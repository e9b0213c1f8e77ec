"""Why an answer ended, by the table of `cassette_tools.data.finish_reasons` and by what the answer holds."""

from __future__ import annotations

from cassette_tools.data.finish_reasons import canonical_finish_reason

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.model import Json


def finish_of(dialect: str, native: Json, *, calls: bool) -> str | None:
    """The canonical word for the `native` one.

    With a call of a client's tool (`calls`), a plain end is ``tool_call``: Gemini and Ollama have no other word for
    it, and OpenAI says ``stop`` when the tool was forced. Nothing else is overridden: an answer cut at its token limit
    stays ``length``.
    """
    if not isinstance(native, str):
        return None
    canonical = canonical_finish_reason(dialect, native)
    return "tool_call" if canonical == "stop" and calls else canonical
