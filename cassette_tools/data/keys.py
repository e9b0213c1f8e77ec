"""By which field the elements of a list are told apart, with the reason. The first row that fits decides.

A row fits where every element has the field, and its values are words or numbers, each of them once on either side.
Where the order means something, half of them must be on both sides: names that were all made anew tell nothing apart.
Of names that people gave, one is enough.
"""

from __future__ import annotations

from cassette_tools._record import record


@record
class Key:
    """A field by its path in the element; `ordered` says whether the order of the elements means something, `lasting`
    that what has another name is another thing, however alike the two are.
    """

    name: str
    ordered: bool
    reason: str
    lasting: bool = False


def _row(name: str, reason: str, *, ordered: bool = True, lasting: bool = False) -> Key:
    return Key(name=name, ordered=ordered, reason=reason, lasting=lasting)


KEYS = (
    _row("modality", "Gemini: token counts, one for each modality, in any order", ordered=False),
    _row("category", "Gemini: safety ratings and settings, one for each category, in any order", ordered=False),
    _row("name", "tools, parameters, files", lasting=True),
    _row("function.name", "OpenAI: tools"),
    _row("key", "attributes of telemetry, metadata: one value for each key", ordered=False),
    _row("id", "objects that both recordings know by one name", lasting=True),
    _row("type", "parts of a message, where there is one of each type"),
    _row("role", "messages, where there is one of each role"),
    _row("index", "results that name the input that they speak of (reranking, batches)"),
)
