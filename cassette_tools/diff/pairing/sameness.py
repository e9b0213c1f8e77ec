"""How a request is like another one of its recording, and how its answer is: the same, or what tells them apart."""

from __future__ import annotations

from urllib.parse import parse_qs

from cassette_tools.diff.pairing.asked import form_of, url_path
from cassette_tools.model import ABSENT, Refusal, ToolCall
from cassette_tools.secrets.hiding import hidden
from cassette_tools.words import short

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cassette_tools.model import Interaction, Json, LLMCall, Part, Request


def difference_of(one: Interaction, other: Interaction) -> str:
    """What tells a request from another one: ``the id in the path and the header openai-beta (v2, there v1)``; "" where
    it is the same.
    """
    *first, last = [*_differences(one, other)] or [""]
    return f"{', '.join(first)} and {last}" if first else last


def _differences(one: Interaction, other: Interaction) -> Iterator[str]:
    urls = one.request.url, other.request.url
    if url_path(urls[0]) != url_path(urls[1]):
        yield _in_paths(*(url_path(url).split("/") for url in urls))
    queries = [parse_qs(url.partition("#")[0].partition("?")[2], keep_blank_values=True) for url in urls]
    if names := _names_that_differ(*queries):
        yield f"{names} in the query"
    yield from _of_headers(one.request, other.request)
    yield from _of_bodies(one, other)


def _in_paths(one: list[str], other: list[str]) -> str:
    """What of the path differs: one step that has digits in it is an id."""
    others = [pair for pair in zip(one, other, strict=False) if pair[0] != pair[1]]
    is_id = len(one) == len(other) and len(others) == 1 and all(any(map(str.isdigit, step)) for step in others[0])
    return "the id in the path" if is_id else "the path"


def _names_that_differ(one: Mapping[str, object], other: Mapping[str, object]) -> str:
    names = [name for name in dict.fromkeys((*one, *other)) if one.get(name, ABSENT) != other.get(name, ABSENT)]
    return ", ".join(names[:_FEW]) + (f" and {len(names) - _FEW} more" if names[_FEW:] else "")


_FEW = 3  # members that are named


def _of_headers(one: Request, other: Request) -> Iterator[str]:
    """The fields that an answer depends on, and those that say who pays, of which no value is shown."""
    for name in dict.fromkeys(name.lower() for side in (one, other) for name, _ in side.headers.pairs):
        values = one.headers.get(name), other.headers.get(name)
        if values[0] == values[1] or not (_is_contract(name) or _is_account(name)):
            continue
        here, there = (_shown_value(name, each) for each in values)
        yield f"the header {name} ({'another account' if here == there else f'{here}, there {there}'})"


def _shown_value(name: str, value: str | None) -> str:
    if value is None:
        return "not sent"
    return "sent" if _is_account(name) else value


def _is_contract(name: str) -> bool:
    """Whether an answer depends on the request's field of this name."""
    from cassette_tools.data.headers import REQUEST
    from cassette_tools.volatile import fits

    row = next((row for row in REQUEST if fits(row.match, name)), None)
    return row is not None and row.kind in ("contract", "chosen")


def _is_account(name: str) -> bool:
    from cassette_tools.data.accounts import HEADERS

    return any(row.name == name for row in HEADERS)


def _of_bodies(one: Interaction, other: Interaction) -> Iterator[str]:
    bodies = one.request.body, other.request.body
    if bodies[0].text == bodies[1].text and bodies[0].raw == bodies[1].raw:
        return
    sides = [body.json for body in bodies]
    if isinstance(sides[0], dict) and isinstance(sides[1], dict):
        if names := _names_that_differ(sides[0], sides[1]):
            yield f"{names}{_said_alone(names, *sides)} in the body"
    elif sides[0] != sides[1] or (sides[0] is ABSENT and form_of(one) != form_of(other)):
        yield "the body"


def _said_alone(name: str, one: dict[str, Json], other: dict[str, Json]) -> str:
    """The value of a field that only one of two requests has, if it is short, without secrets."""
    if name not in one or name in other:
        return ""
    value = hidden(short(one[name]))
    return f" {value}" if "…" not in value else ""


# --- the answer ------------------------------------------------------------------------------------------------------


def other_answer(one: Interaction, other: Interaction) -> str:
    """How two answers of one status to the same request are of different kinds, the one that is asked about last:
    ``the error content_filter there, text of gpt-9-mini here``; "" where they are of one kind.
    """
    if one.llm is None or other.llm is None or one.response.status_code != other.response.status_code:
        return ""
    kinds = _kind_of(one.llm), _kind_of(other.llm)
    models = {one.llm.response_model, other.llm.response_model} - {None}
    if kinds[0] == kinds[1] and len(models) < _TWO:
        return ""
    return f"{kinds[1]}{_by(other.llm)} there, {kinds[0]}{_by(one.llm)} here"


_TWO = 2


def _kind_of(call: LLMCall) -> str:
    """What an answer is, in a few words."""
    if call.error is not None:
        return f"the error {call.error.code or call.error.type or call.error.message}"
    parts = [part for message in call.output_messages for part in message.parts]
    called = _names_of_calls(parts)
    if called:
        return f"a call of {', '.join(called)}"
    return "a refusal" if any(isinstance(part, Refusal) for part in parts) else "an answer"


def _names_of_calls(parts: Sequence[Part]) -> list[str]:
    return list(dict.fromkeys(part.name or "a tool" for part in parts if isinstance(part, ToolCall)))


def _by(call: LLMCall) -> str:
    return f" of {call.response_model}" if call.response_model and call.error is None else ""
