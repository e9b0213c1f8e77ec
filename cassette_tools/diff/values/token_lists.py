"""Lists of tokens: the words of a prompt or an answer in the model's own numbers. They follow from the words, are no
vectors, and a client sends them back where the conversation goes on.
"""

from __future__ import annotations

from cassette_tools.data.wire import TOKENIZED, TOKENS
from cassette_tools.places import value_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cassette_tools.diff.values.differences import Difference
    from cassette_tools.model import Interaction, Json

_NAMES = frozenset(row.name for row in TOKENS)


def are_lists_of_tokens(found: Difference) -> bool:
    """Whether both sides are whole numbers under a name that says tokens. The numbers of a vector are measured."""
    is_named = not found.renamed and bool(found.route) and found.route[-1] in _NAMES
    return is_named and all(_is_list_of_tokens(side) for side in (found.old, found.new))


def follow_from_words(found: Difference) -> bool:
    """Whether such lists only say a text again. Where an API makes tokens of a text, they are its answer."""
    return are_lists_of_tokens(found) and found.route != (TOKENIZED.name,)


def _is_list_of_tokens(value: Json) -> bool:
    return isinstance(value, list) and bool(value) and all(type(each) is int for each in value)


def are_given_back(
    found: Difference, asking: tuple[Interaction, Interaction], recordings: tuple[Sequence[Interaction], ...]
) -> bool:
    """Whether both requests send what the same answer before them gave under this name."""
    givers = [
        _giver(found.route[-1], tokens, [each for each in recording if each.index < own.index])
        for tokens, own, recording in zip((found.old, found.new), asking, recordings, strict=True)
    ]
    return givers[0] is not None and givers[0] == givers[1]


def _giver(name: str | int, tokens: Json, before: Sequence[Interaction]) -> int | None:
    """The number, among the answers that gave such a list, of the last one that gave just this."""
    given = [value_at(each.llm.body, f"/{name}") for each in before if each.llm is not None]
    given = [each for each in given if _is_list_of_tokens(each)]
    return max((number for number, each in enumerate(given) if each == tokens), default=None)
