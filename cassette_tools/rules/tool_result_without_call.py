"""The request gives back a tool's result for a call that its conversation does not have.

Why it matters: most providers refuse such a request, so that it fails at the next recording; those that take it show
the model a result of nothing. What usually did it is an id that was redacted or renamed in one place and not in the
other, a conversation that was put together from two recordings, or a client that forgets the call when it shortens the
history.

How to mend it: give the result the id of its call, or record the interaction again.

Not reported: conversations of which the provider keeps a part (``previous_response_id``, ``item_reference``), results
without an id, which belong to a call by their name or their place, and requests that the provider refused.
"""

from __future__ import annotations

from cassette_tools.finding import Observation
from cassette_tools.rules import RULES, Rule
from cassette_tools.rules._history import calls_and_results, history_of, id_place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cassette_tools.model import Interaction


def check(interaction: Interaction) -> Iterator[Observation]:
    llm = history_of(interaction)
    if llm is None:
        return
    calls, results, _served = calls_and_results(llm)
    for identity, result in results.items():
        if identity in calls:
            continue
        yield Observation(
            message=f"a tool's result is given back for the call `{identity[:60]}`, and "
            f"{_known(list(calls), results)}: give it the id of its call, or record the interaction again",
            place=id_place(interaction, result.pointer, identity),
            key=result.pointer,
        )


def _known(calls: list[str], results: Mapping[str, object]) -> str:
    """The one call that it could belong to."""
    if not calls:
        return "the conversation has no call"
    free = [identity for identity in calls if identity not in results]
    known = f" (`{free[0][:60]}` has no result)" if len(free) == 1 else ""
    return f"no call has that id{known}"


RULES.register(
    Rule(
        name="tool-result-without-call",
        category="message",
        level="warning",
        summary="the request gives back a tool's result for no call",
        doc=__doc__,
        about="history",
        check=check,
    )
)
