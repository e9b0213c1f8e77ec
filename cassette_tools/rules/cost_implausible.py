"""A gateway reports a cost that cannot be.

The cost is below nothing, or more than any model could have cost for the tokens that were counted: the dearest list
price there has been is 600 US dollars for a million tokens, and tools of the provider's own cost cents.

Why it matters: whoever adds up the costs of a suite adds this. What usually did it is an edit by hand, or a cost in
another unit (cents, or per million tokens).

How to mend it: record the interaction again.

Not reported: a cost of 0, which free models, cached answers and one's own keys have, one that only differs from the
list price, and that of what is not counted in tokens, such as a film.
"""

from __future__ import annotations

from cassette_tools.finding import Observation
from cassette_tools.places import value_place
from cassette_tools.rules import RULES, Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.model import Interaction, Place, Usage

DEAREST = 0.0006  # US dollars for one token: o1-pro's output
ASIDE = 1.0  # US dollars that searches, pictures and other tools may cost beside them
MARGIN = 2


def check(interaction: Interaction) -> Iterator[Observation]:
    llm = interaction.llm
    usage = llm.usage if llm is not None else None
    if usage is None or usage.cost is None:
        return
    tokens = (usage.input_tokens or 0) + (usage.output_tokens or 0)
    most = ASIDE + MARGIN * DEAREST * tokens
    if 0 <= usage.cost <= most or (usage.cost > 0 and not tokens):
        return
    what = "less than nothing" if usage.cost < 0 else f"more than {tokens} tokens can cost (at most {most:.2f})"
    yield Observation(
        message=f"the reported cost of {usage.cost:g} US dollars is {what}: record the interaction again",
        place=_place(interaction, usage),
    )


def _place(interaction: Interaction, usage: Usage) -> Place:
    """Where the usage says it; gateways name it each in their own way."""
    native = usage.native if type(usage.native) is dict else {}
    key = next((key for key, value in native.items() if value == usage.cost and "cost" in key), None)
    if key is None:
        return value_place(interaction, usage.pointer, usage.native)
    return value_place(interaction, f"{usage.pointer}/{key}", usage.cost)


RULES.register(
    Rule(
        name="cost-implausible",
        category="usage",
        level="warning",
        summary="a gateway reports a cost that cannot be",
        doc=__doc__,
        about="cost",
        check=check,
    )
)
