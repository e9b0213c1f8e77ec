"""The tool calls of a request's history, and what was given back for them."""

from __future__ import annotations

from cassette_tools.model import Place, ServerToolCallResponse, ToolCall, ToolCallResponse
from cassette_tools.places import value_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from cassette_tools.model import Interaction, Json, LLMCall

# Where the provider keeps a part of the conversation, which the request then does not hold.
ELSEWHERE = ("previous_response_id", "conversation", "previous_interaction_id", "prompt", "thread_id", "sessionId")


def history_of(interaction: Interaction) -> LLMCall | None:
    """The call, where its request was accepted and holds the whole conversation with a tool's result in it."""
    llm = interaction.llm
    if llm is None or len(llm.input_messages) < 2 or llm.error is not None:
        return None
    if not 200 <= interaction.response.status_code < 300:
        return None  # the provider has said what is wrong, and the test is likely to be about that
    asked = interaction.request.body.json
    return llm if type(asked) is dict and not _is_elsewhere(asked) else None


def _is_elsewhere(asked: dict[str, Json]) -> bool:
    """Whether the provider keeps a part of the conversation."""
    items = asked.get("input")
    links = (item for item in items if type(item) is dict and item.get("type") in LINKS) if type(items) is list else ()
    return any(asked.get(key) for key in ELSEWHERE) or any(links)


LINKS = ("item_reference", "compaction")  # items of Responses that stand for others


def calls_and_results(llm: LLMCall) -> tuple[dict[str, tuple[int, ToolCall]], dict[str, ToolCallResponse], set[str]]:
    """The calls by id, with the index of their message; the client's results by id; the ids of the provider's results.

    A call without an id (Gemini, Ollama) has no part in it: its result is told by its name or its place.
    """
    calls: dict[str, tuple[int, ToolCall]] = {}
    results: dict[str, ToolCallResponse] = {}
    served: set[str] = set()
    for index, message in enumerate(llm.input_messages):
        for part in message.parts:
            if isinstance(part, ToolCall):
                if part.id:
                    calls[part.id] = (index, part)
            elif isinstance(part, ToolCallResponse):
                if part.id:
                    results[part.id] = part
            elif isinstance(part, ServerToolCallResponse) and part.id:
                served.add(part.id)
    return calls, results, served


def calls_with_another_id(calls: Iterable[str], results: Iterable[str]) -> list[str]:
    """The calls that results without a call are likely to belong to: as many of the ones as of the others."""
    free = [identity for identity in calls if identity not in set(results)]
    lost = [identity for identity in results if identity not in set(calls)]
    return free if len(free) == len(lost) else []


def id_place(interaction: Interaction, pointer: str, identity: str) -> Place:
    """Where the request says the id of the part at `pointer`: beside it, or a few steps above."""
    body = interaction.request.body
    above = pointer
    for _ in range(4):
        above = above.rpartition("/")[0]
        whole = value_at(body.json, above)
        if type(whole) is dict:
            key = next((key for key, value in whole.items() if value == identity), None)
            if key is not None:
                return body.place(pointer=f"{above}/{key}")
    return body.place(pointer=pointer)
