"""Two answers of a model have the same id.

Why it matters: a provider gives each answer its own id (``chatcmpl-…``, ``msg_…``), so one of the two is a copy:
somebody pasted it, or a merge kept both sides. A player that replays each interaction once returns the copy for the
next similar request, and the test gets the answer to another question.

How to mend it: remove a copy for the same request. One for another request was made by hand, and the test may need it:
record the interaction again, or say in an ignore comment that the test needs the copy.

Not reported: requests that do not ask a model but read or change a stored answer (polling, or its own URL), answers
that a gateway says came from its cache (``cf-aig-cache-status: HIT``), ids that were made up or filtered
(``chatcmpl-123``, ``REDACTED``), errors, and recordings of a gateway that keep several answers to one request (txtar of
coder/aibridge).
"""

from __future__ import annotations

from cassette_tools.finding import Observation
from cassette_tools.rules import RULES, Rule
from cassette_tools.rules._gateway import unless_two_sided

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.model import Interaction, LLMCall, Place, Response
    from cassette_tools.rules import Check, FileFacts

ANSWERS = frozenset(("chat", "text_completion", "generate_content"))
SAME = "the same request: one is a copy; remove it, or record the file again"
OTHER = (
    "another request: it was copied by hand; record the interaction again, or say in an ignore comment that the test "
    "needs the copy"
)
SHORTEST = 16  # characters of an id that a provider generated


def begin(file: FileFacts) -> Check | None:
    return unless_two_sided(_Answers().check, file)


class _Answers:
    """The ids of the answers so far, each with its interaction, the body of its request and its place."""

    def __init__(self) -> None:
        self._seen: dict[str, tuple[int, str | None, Place]] = {}

    def check(self, interaction: Interaction) -> Iterator[Observation]:
        llm, request = interaction.llm, interaction.request
        if llm is None or not llm.response_id or not _is_answered_anew(interaction, llm):
            return
        place = interaction.response.body.place()
        index, asked, earlier = self._seen.setdefault(llm.response_id, (interaction.index, request.body.text, place))
        if index == interaction.index or not _is_drawn(llm.response_id):
            return
        mend = SAME if asked == request.body.text else OTHER
        yield Observation(
            message=f"the answer has the same id as the answer of interaction {index}, to {mend}",
            place=place,
            related=(earlier,),
        )


def _is_answered_anew(interaction: Interaction, llm: LLMCall) -> bool:
    """Whether the model was asked, and answered: what has its id in the URL is stored, and read or changed."""
    request, response = interaction.request, interaction.response
    return (
        llm.operation_name in ANSWERS
        and llm.error is None
        and 200 <= response.status_code < 300
        and request.method.upper() == "POST"
        and str(llm.response_id) not in request.url
        and not _is_from_a_cache(response)
    )


def _is_from_a_cache(response: Response) -> bool:
    """Whether a gateway says so, in any header field: ``cf-aig-cache-status: HIT``, ``x-cache: Hit from …``."""
    return any("cache" in name.lower() and value[:3].lower() == "hit" for name, value in response.headers.pairs)


def _is_drawn(identifier: str) -> bool:
    """Whether a provider generated the id, so that it is no placeholder."""
    from cassette_tools.secrets import is_placeholder

    return len(identifier) >= SHORTEST and not is_placeholder(identifier)


RULES.register(
    Rule(
        name="answer-recorded-twice",
        category="replay",
        level="warning",
        summary="two answers have the same id: one of them is a copy",
        doc=__doc__,
        about="call",
        begin=begin,
    )
)
