"""Whether an answer came as a stream, whether it came whole, and why it ended."""

from __future__ import annotations

from cassette_tools.data.finish_reasons import canonical_finish_reason
from cassette_tools.model import ABSENT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.decoding import Folded
    from cassette_tools.model import CallError, Interaction, Json

STREAM_TYPES = (
    "text/event-stream",
    "application/vnd.amazon.eventstream",
    "application/x-ndjson",
    "application/stream+json",  # Cohere, version 1
)


def is_streamed(interaction: Interaction, *, asked: bool) -> bool:
    """Whether the answer came as a stream; where nothing was recorded of it, whether it was to be one.

    `asked` is what the request says of that.
    """
    body = interaction.response.body
    if body.stream is not None or body.events:
        return True
    if body.text or body.raw or body.json is not ABSENT or interaction.response.status_code >= 400:
        return False
    return asked or (interaction.response.headers.get("content-type") or "").startswith(STREAM_TYPES)


def ending(
    interaction: Interaction,
    folded: Folded,
    error: CallError | None,
    *,
    stream: bool,
    answered: int = 1,
    wanted: int = 1,
) -> tuple[bool, str | None]:
    """Whether a stream came to its end, and if not, what it lacks. An error is an end too.

    `answered` of the choices that were `wanted` have come. A choice that is missing is one that has ended before it
    began, or was lost; the end that OpenAI sends after them all tells which.
    """
    if error is not None or not stream:
        return True, None
    body = interaction.response.body
    events = body.events
    if not events:
        return False, "no chunk is whole" if body.text else "the body is empty"
    if folded.complete and answered < wanted and not any(event.data.startswith("[DONE]") for event in events[-3:]):
        return False, f"{answered} of {wanted} choices and no [DONE]"
    if folded.complete and body.stream == "json-array" and not (body.text or "]").rstrip().endswith("]"):
        return False, "the array is not closed"
    return folded.complete, folded.cut


def finish_of(dialect: str, native: Json, *, calls: bool) -> str | None:
    """The canonical word for the `native` one, by the table of `cassette_tools.data.finish_reasons`.

    With a call of a client's tool (`calls`), a plain end is ``tool_call``: Gemini and Ollama have no other word for
    it, and OpenAI says ``stop`` when the tool was forced. Nothing else is overridden: an answer cut at its token limit
    stays ``length``.
    """
    if not isinstance(native, str):
        return None
    canonical = canonical_finish_reason(dialect, native)
    return "tool_call" if canonical == "stop" and calls else canonical
