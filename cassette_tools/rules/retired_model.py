"""The model that was asked is no longer served by its maker.

Why it matters: the replay goes on as before, but the scenario cannot be recorded again, and what it shows, no user can
see any more. This rule must be asked for (``--select retired-model``).

How to mend it: let the test ask for the model that follows it, and record it again.

Known are OpenAI's, Anthropic's and Gemini's own APIs; clouds and gateways have days of their own. A file is reported
once for each model.
"""

from __future__ import annotations

from cassette_tools.finding import Observation
from cassette_tools.places import url_place, value_at
from cassette_tools.rules import RULES, Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.model import Interaction, Place
    from cassette_tools.rules import Check, FileFacts


def begin(_file: FileFacts) -> Check:
    return _Seen().check


class _Seen:
    """The models that the file has asked so far."""

    def __init__(self) -> None:
        from cassette_tools.data.retired_models import by_name

        self._retired = by_name()
        self._seen: set[str] = set()

    def check(self, interaction: Interaction) -> Iterator[Observation]:
        llm = interaction.llm
        model = llm.request_model if llm is not None else None
        if llm is None or not model or model in self._seen:
            return
        row = self._retired.get((llm.provider_name, model.removeprefix("models/")))
        if row is None:
            return
        self._seen.add(model)
        yield Observation(
            message=f"`{model}` was switched off on {row.day}: this can be replayed, but not recorded again; let the "
            f"test ask for a model that is served ({row.reason})",
            place=_place(interaction, model),
            key=model,
        )


def _place(interaction: Interaction, model: str) -> Place:
    body = interaction.request.body
    return body.place(pointer="/model") if value_at(body.json, "/model") == model else url_place(interaction.request)


RULES.register(
    Rule(
        name="retired-model",
        category="model",
        level="note",
        summary="the model that was asked is no longer served",
        doc=__doc__,
        begin=begin,
        default=False,
    )
)
