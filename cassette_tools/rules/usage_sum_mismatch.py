"""The total of the token counts is not the sum of its parts.

Why it matters: the counts were edited by hand, or come from two different answers; a test of accounting that
replays them proves nothing.

How to mend it: record the interaction again, or write the sum.

Every provider counts in its own way, so the counts are first brought to one definition: input includes what was
cached, output includes reasoning. Not reported: a total that is larger by exactly another count of the same usage
object (audio, citations, searches), totals of hosts that include thinking which no other field speaks of, and totals
that are larger in several calls of one host: then it counts something in (cached tokens, mostly) that it does not name.
"""

from __future__ import annotations

from cassette_tools.finding import Observation
from cassette_tools.places import value_place
from cassette_tools.rules import RULES, Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.model import Interaction, Json
    from cassette_tools.rules import Check, FileFacts


def begin(_file: FileFacts) -> Check | None:
    return _Totals()


class _Totals:
    """The totals of one file; those that are too large wait for those of the other calls."""

    def __init__(self) -> None:
        self._larger: dict[tuple[str, ...], list[tuple[Interaction, Observation]]] = {}  # by the server

    def __call__(self, interaction: Interaction) -> Iterator[Observation]:
        for is_larger, observation in _mismatch(interaction):
            if is_larger:
                server = tuple(interaction.request.url.split("/", 3)[:3])
                self._larger.setdefault(server, []).append((interaction, observation))
            else:
                yield observation

    def end(self) -> Iterator[tuple[Interaction, Observation]]:
        for found in self._larger.values():
            if len(found) == 1:
                yield found[0]


def _mismatch(interaction: Interaction) -> Iterator[tuple[bool, Observation]]:
    """What is wrong with the total of a call, and whether it is too large."""
    llm = interaction.llm
    if llm is None or llm.usage is None:
        return
    usage = llm.usage
    given, made, total = usage.input_tokens, usage.output_tokens, usage.total_tokens
    if given is None or made is None or total is None or total == given + made:
        return
    if _explained(usage.native, total - given - made) or (
        total > given + made and "gemini" in (llm.response_model or "")
    ):
        return
    yield (
        total > given + made,
        Observation(
            message=f"the total of {total} tokens is not the sum of {given} input and {made} output tokens "
            f"({given + made}): record the interaction again",
            place=value_place(interaction, usage.pointer, usage.native),
        ),
    )


def _explained(native: Json, rest: int) -> bool:
    """Whether what is left over is another count of the same object, or the sum of two."""
    others = {abs(count) for count in _counts(native) if count}
    return abs(rest) in others or any(abs(rest) - count in others for count in others)


def _counts(native: Json) -> Iterator[int]:
    if isinstance(native, dict):
        for key, value in native.items():
            if isinstance(value, int) and key not in (
                "total_tokens",
                "prompt_tokens",
                "completion_tokens",
                "input_tokens",
                "output_tokens",
            ):
                yield value
            else:
                yield from _counts(value)


RULES.register(
    Rule(
        name="usage-sum-mismatch",
        category="usage",
        level="warning",
        summary="the total of the token counts is not the sum of its parts",
        doc=__doc__,
        begin=begin,
    )
)
