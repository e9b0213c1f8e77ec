"""What a stream says twice and not alike: its pieces, the events that have a string whole, and its end.

A message never holds what may be a secret, and a text that somebody redacted in one place is often still there in the
other: only short words are shown.
"""

from __future__ import annotations

from cassette_tools.model import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.decoding.trace import Runs
    from cassette_tools.model import Json

_MEND = "; record the interaction again, or edit all places alike"
_SHOWN = 30  # characters of either text in a message
_LONG = 16  # characters of a word that may be a key: such a text is not shown


def in_pieces(what: str, runs: Runs, event: int, last: int, texts: tuple[str, str, str]) -> Problem:
    """A string whose pieces, whole and end are not alike: the `texts`, in that order. The whole came in `event` (-1 if
    in none), the end in the event `last`.
    """
    said, whole, found = texts
    other = whole if whole != said and said else found
    at = _difference(said, other)
    return _contradiction(what, said, other, at, _odd_one(runs, event, last, texts, at))


def in_part(what: str, found: str, words: Json, event: int) -> Iterator[Problem]:
    """A string, and what the part says that it stands in."""
    if type(words) is str and words and words != found:
        yield _contradiction(what, found, words, _difference(found, words), event)


def in_item(slot: int, event: int, done: dict[str, str], last: dict[str, str]) -> Iterator[Problem]:
    """An item that its own end and the stream's tell otherwise: some clients read the one, some the other. Both are
    its strings by their names; ids and what is sealed differ by nature.
    """
    for name, words in done.items():
        other = last.get(name)
        if words and other and words != other:
            told = f"not the same at character {_difference(words, other) + 1}"
            if _is_plain(words, 0) and _is_plain(other, 0):
                told = f"{words[:_SHOWN]!r} in output_item.done and {other[:_SHOWN]!r} at the end of the stream"
            yield _problem(f"the {name} of item {slot} is {told}", event)


def _difference(one: str, other: str) -> int:
    """The first character that is not the same."""
    shorter = min(len(one), len(other))
    return next((at for at in range(shorter) if one[at] != other[at]), shorter)


def _odd_one(runs: Runs, event: int, last: int, texts: tuple[str, str, str], at: int) -> int:
    """The event that says what no other does: of the pieces the one with the difference, the `.done`, or the end."""
    said, whole, found = texts
    if runs and event >= 0 and whole == found:
        start = 0
        for number, _, words in runs:
            start += len(words)
            if at < start:
                return number
        return runs[-1][0]
    return event if event >= 0 and (not runs or said == found or said != whole) else last


def _contradiction(what: str, said: str, other: str, at: int, event: int) -> Problem:
    begin = f"the {what} is not the same at the end of the stream: "
    if not (_is_plain(said, at) and _is_plain(other, at)):
        lengths = f"its pieces ({len(said)} characters) and the whole ({len(other)})"
        return _problem(f"{begin}{lengths} differ at character {at + 1}", event)
    deltas, end = (repr(_around(text, at)) for text in (said, other))
    return _problem(
        f"{begin}its pieces say {deltas}, and the whole says {end} (they differ at character {at + 1})", event
    )


def _around(text: str, at: int) -> str:
    """A text from the word before a place; the whole text if it is short."""
    if len(text) <= _SHOWN:
        return text
    start = text.rfind(" ", 0, max(at - 1, 0)) + 1 if at else 0
    start = max(start, at - _LONG)
    return ("…" if start else "") + text[start : start + _SHOWN] + ("…" if start + _SHOWN < len(text) else "")


def _problem(words: str, event: int) -> Problem:
    return Problem(kind="stream-contradicts-itself", message=words + _MEND, event_index=event)


def _is_plain(text: str, at: int) -> bool:
    """Whether what is to be shown of a text is made of short words."""
    around = text[max(at - 2 * _LONG, 0) : at + _SHOWN + _LONG]
    return all(len(word) < _LONG for word in around.split())
