"""`Content-Type` does not say what the answer of a model is: a stream of events is said to be JSON, or JSON to be a
stream.

Why it matters: clients that look at the field parse the stream as one JSON document, or look for events in a body that
has none: they raise, or see an empty answer. What usually did it is an edit by hand, or an answer that was put together
from two.

How to mend it: write the type that the body has (``text/event-stream``, ``application/json``), or record the
interaction again.

Not reported: answers without the field (recorders leave it out), other types, errors, bodies of which nothing can be
read (`body-not-json`, `stream-truncated`), and a scenario that is about it, as the name of the file says
(``wrong_content_type``).
"""

from __future__ import annotations

from cassette_tools.finding import Observation
from cassette_tools.model import ABSENT
from cassette_tools.places import header_place
from cassette_tools.rules import RULES, Rule
from cassette_tools.wire.body import media_type

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.model import Body, Interaction

JSON = "application/json"
STREAM = "text/event-stream"


def check(interaction: Interaction) -> Iterator[Observation]:
    response, llm = interaction.response, interaction.llm
    if llm is None or not 200 <= response.status_code < 300 or llm.error is not None:
        return
    fault = _fault(media_type(response.headers), response.body)
    if fault is None:
        return
    seen, said, expected = fault
    position = next(at for at, (name, _) in enumerate(response.headers.pairs) if name.lower() == "content-type")
    yield Observation(
        message=f"the body is {seen}, and Content-Type says {said}: write {expected}, or record the interaction again",
        place=header_place(response, position),
    )


def _fault(kind: str, body: Body) -> tuple[str, str, str] | None:
    """What the body is, what is said of it, and what should be."""
    if kind == JSON and body.stream == "sse" and any(event.json is not ABSENT for event in body.events):
        return "a stream of events", kind, STREAM
    if kind == STREAM and not body.stream and type(body.json) is dict and body.json:
        return "one JSON document", kind, JSON
    return None


RULES.register(
    Rule(
        name="content-type-mismatch",
        category="http",
        level="warning",
        summary="Content-Type does not say whether an answer is a stream",
        doc=__doc__,
        about="call",
        check=check,
    )
)
