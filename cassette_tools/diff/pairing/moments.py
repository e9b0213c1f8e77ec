"""When calls were answered, as the answers themselves say it: whether a file has them in that order."""

from __future__ import annotations

from functools import lru_cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.model import Interaction

_CREATED = ("created", "created_at")  # OpenAI's chat, and its Responses: seconds since 1970


def were_at_once(first: Interaction, second: Interaction) -> bool:
    """Whether the call that stands second was answered before the one that stands first: then it did not wait for it,
    and both were made at the same time.
    """
    moments = dict(_moments(first)), dict(_moments(second))
    return any(moments[1][name] < moments[0][name] for name in moments[0].keys() & moments[1].keys())


def _moments(interaction: Interaction) -> Iterator[tuple[str, float]]:
    """Each field that says when an answer was given, with that moment; a header only where it is a date."""
    body = None if interaction.llm is None else interaction.llm.body
    fields = body if isinstance(body, dict) else {}
    for name in _CREATED:
        value = fields.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            yield name, value
    date = interaction.response.headers.get("date")
    moment = None if date is None else _moment_of(date)
    if moment is not None:
        yield "date", moment


@lru_cache(maxsize=1024)  # each call may be compared with each
def _moment_of(date: str) -> float | None:
    from email.utils import parsedate_to_datetime

    try:
        return parsedate_to_datetime(date).timestamp()
    except (ValueError, OverflowError, OSError):
        return None
