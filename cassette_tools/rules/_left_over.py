"""Refused calls that another run of the scenario left over: recorders that add to a file keep what failed while
somebody tried, beside the answers that are played.
"""

from __future__ import annotations

from cassette_tools.model import Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from cassette_tools.model import Interaction

APART = 20  # seconds; a client that asks another model, or in another form, does so at once


class LeftOver:
    """The calls of a file that were refused in one run, although the same question got an answer in another."""

    def __init__(self) -> None:
        self._answered: dict[int, _Asked] = {}  # by their questions
        self.refused: list[Interaction] = []

    def claim(self, refused: Interaction) -> bool:
        """Whether an earlier run got an answer to what is refused here; then it is one. (The other way round, one run
        may have both: the client has got a new token.)
        """
        answered = self._answered.get(question(refused))
        if answered is None:
            return False
        asked = _Asked(refused)
        is_one = asked.is_same_request(answered) or asked.is_of_another_run(answered)
        if is_one:
            self.refused.append(refused)
        return is_one

    def answer(self, answered: Interaction, pending: Iterable[Interaction]) -> list[Interaction]:
        """A call has an answer: those of the refused ones before it that asked the same in another run."""
        asked = _Asked(answered)
        self._answered.setdefault(asked.question, asked)
        found = [each for each in pending if each.response.status_code >= 400 and _Asked(each).is_of_another_run(asked)]
        self.refused += found
        return found

    def answer_to(self, refused: Interaction) -> int:
        """The index of the interaction that has the answer."""
        return self._answered[question(refused)].index


class _Asked:
    """What a call asks, and when. Of the interaction nothing else is kept, since a file may have many."""

    __slots__ = ("_body", "_date", "_recorded_at", "index", "question")

    def __init__(self, interaction: Interaction) -> None:
        self.index = interaction.index
        self.question = question(interaction)
        self._body = hash(interaction.request.body.text or "")
        self._date = interaction.response.headers.get("date")
        self._recorded_at = interaction.recorded_at

    def is_same_request(self, other: _Asked) -> bool:
        return self.question == other.question and self._body == other._body

    def is_of_another_run(self, other: _Asked) -> bool:
        """Whether two calls ask the same so long after each other that somebody tried again."""
        if self.question != other.question:
            return False
        one, two = _parsed(self._date, self._recorded_at), _parsed(other._date, other._recorded_at)
        return one is not None and two is not None and abs(one - two) > APART


def question(interaction: Interaction) -> int:
    """What is said at which address, whichever model is asked, with whatever settings."""
    request, llm = interaction.request, interaction.llm
    messages = llm.input_messages if llm is not None else ()
    said = tuple(part.content for message in messages for part in message.parts if isinstance(part, Text))
    return hash((request.method, request.url, said or request.body.text or ""))


def moment(interaction: Interaction) -> float | None:
    """When the interaction was recorded, as far as the response or the recorder says."""
    return _parsed(interaction.response.headers.get("date"), interaction.recorded_at)


def _parsed(date: str | None, recorded_at: str | None) -> float | None:
    from datetime import UTC, datetime
    from email.utils import parsedate_to_datetime

    try:
        if date:
            return parsedate_to_datetime(date).timestamp()
        if recorded_at:
            recorded = datetime.fromisoformat(recorded_at)
            return (recorded if recorded.tzinfo is not None else recorded.replace(tzinfo=UTC)).timestamp()
    except ValueError:
        return None
    return None
