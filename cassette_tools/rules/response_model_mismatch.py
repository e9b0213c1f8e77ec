"""Another model answered than was asked.

Why it matters: the answer was pasted from another recording, the request was edited without recording again, or the
provider put another model in the place of the one that was asked. What the recording proves, it proves of the model
that answered.

How to mend it: record the interaction again; if the provider replaces the model, ask for the one that answers.

A file is reported once for each two names.

Two names are the same model when their family, their tier (`mini`, `flash`, `sonnet`), their size (`70b`) and their
version agree as far as both say them. So an alias and its dated snapshot, a vendor's prefix, `:free`, `-latest`,
another order of the words, other capitals, and the size of the context that Bedrock puts into the name (`-48k-`) are
all the same. Nothing is said of routers (`openrouter/auto`),
Azure deployments, which have names of their own, lists of fallback models, names without a known family, and recordings
of a gateway that hold its client's request beside its provider's answer (txtar of coder/aibridge).
"""

from __future__ import annotations

from cassette_tools.finding import Observation
from cassette_tools.places import value_at, value_place
from cassette_tools.rules import RULES, Rule
from cassette_tools.rules._gateway import unless_two_sided
from cassette_tools.rules._models import is_other_model

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.model import Interaction, Json, Place

# Where an answer names its model, and where events of its stream do; the second is Gemini's.
POINTERS = ("/model", "/modelVersion")
IN_EVENTS = ("/model", "/modelVersion", "/response/model", "/message/model", "/interaction/model")


class _Others:
    """The calls of a file that another model answered, by the two names: each pair has one cause."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], list[tuple[Interaction, Place]]] = {}

    def __call__(self, interaction: Interaction) -> Iterator[Observation]:
        llm = interaction.llm
        if llm is None:
            return iter(())
        asked, answered = llm.request_model, llm.response_model
        if not asked or not answered or asked == answered or _is_snapshot(asked, answered):
            return iter(())
        if llm.provider_name.startswith("azure") or _has_fallbacks(interaction) or not is_other_model(asked, answered):
            return iter(())
        place = _place(interaction, llm.body, answered)
        self._found.setdefault((asked, answered), []).append((interaction, place))
        return iter(())

    def end(self) -> Iterator[tuple[Interaction, Observation]]:
        from cassette_tools.rules._failed import also

        for (asked, answered), found in self._found.items():
            (first, place), *others = found
            yield (
                first,
                Observation(
                    message=f"`{asked}` was asked and `{answered}` answered{also(each for each, _ in others)}: record "
                    "the interaction again, or ask for the model that answers",
                    place=place,
                    related=tuple(other for _, other in others),
                ),
            )


def _place(interaction: Interaction, whole: Json, answered: str) -> Place:
    """Where the answer names its model: in the last event that does, or in the body."""
    body = interaction.response.body
    for event in reversed(body.events):
        for pointer in IN_EVENTS:
            if _is_named(value_at(event.json, pointer), answered):
                return body.place(offset=event.offset, pointer=pointer)
    pointer = next((pointer for pointer in POINTERS if _is_named(value_at(whole, pointer), answered)), POINTERS[0])
    return value_place(interaction, pointer, answered)


def _is_named(value: Json, answered: str) -> bool:
    """Whether a value is the model's name, perhaps with the collection before it (``models/gemini-…``)."""
    return value == answered or (isinstance(value, str) and value.endswith(f"/{answered}"))


def _is_snapshot(asked: str, answered: str) -> bool:
    """Whether the names differ in a vendor's prefix and a date only: nearly all that differ, told without a regular
    expression."""
    base, full = asked.rpartition("/")[2].lower(), answered.rpartition("/")[2].lower()
    rest = full.removeprefix(base).replace("-", "") if full.startswith(base) else "?"
    return not rest or (len(rest) >= 4 and rest.isdecimal())


def _has_fallbacks(interaction: Interaction) -> bool:
    """Whether the request lists other models that may answer (OpenRouter's ``models``, Vercel's provider options)."""
    asked = interaction.request.body.json
    return isinstance(asked, dict) and bool(
        asked.get("models") or asked.get("providerOptions") or asked.get("fallbacks")
    )


RULES.register(
    Rule(
        name="response-model-mismatch",
        category="model",
        level="warning",
        summary="another model answered than was asked",
        doc=__doc__,
        begin=lambda file: unless_two_sided(_Others(), file),
    )
)
