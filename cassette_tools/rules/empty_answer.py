"""A call of a model was answered with nothing: it succeeded, and no body was recorded.

Why it matters: no API of a model answers so. The recorder lost the body (a stream that was read before the recorder saw
it, a response that was closed too early), and a client that replays the recording fails where it reads the answer.

How to mend it: record the interaction again, with a recorder that sees the body.

Not reported: calls whose answer is in another file, statuses without a body (204), and a length that is written down
and wrong (`content-length-mismatch`).
"""

from __future__ import annotations

from cassette_tools.finding import Observation
from cassette_tools.rules import RULES, Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.model import Interaction

ANSWERS = frozenset(("chat", "text_completion", "generate_content", "embeddings"))
FRAMED = ("json", "event-stream", "ndjson")  # what the types of answers have in their names


def check(interaction: Interaction) -> Iterator[Observation]:
    response, llm = interaction.response, interaction.llm
    body = response.body
    if llm is None or response.status_code not in (200, 201) or body.text is None or body.text.strip():
        return
    content_type = (response.headers.get("content-type") or "").lower()
    if llm.operation_name not in ANSWERS or interaction.request.method.upper() != "POST":
        return
    if body.raw or body.problems or body.codings or not any(word in content_type for word in FRAMED):
        return
    if (response.headers.get("content-length") or "0").strip() != "0":
        return
    yield Observation(
        message="the call succeeded, and nothing of its answer was recorded: record the interaction again, with a "
        "recorder that sees the body",
        place=body.place(),
    )


RULES.register(
    Rule(
        name="empty-answer",
        category="message",
        level="error",
        summary="a call of a model succeeded, and its answer is empty",
        doc=__doc__,
        check=check,
    )
)
