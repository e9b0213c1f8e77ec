"""Calls put together from JSON, for the tests of single facts."""

from __future__ import annotations

import json
from typing import Any

from cassette_tools.load import decode
from cassette_tools.model import ABSENT, Body, Event, Headers, Interaction, LLMCall, Request, Response


def events(*values: Any, names: tuple[str | None, ...] = ()) -> tuple[Event, ...]:
    """Events with these data, and these names where they are given."""
    return tuple(
        Event(
            event=names[at] if at < len(names) else None,
            data=value if isinstance(value, str) else json.dumps(value),
            offset=0,
            json=ABSENT if isinstance(value, str) else value,
        )
        for at, value in enumerate(values)
    )


def call(
    url: str,
    asked: Any = None,
    answer: Any = ABSENT,
    *,
    stream: tuple[Event, ...] = (),
    kind: str = "sse",
    status: int = 200,
    headers: tuple[tuple[str, str], ...] = (),
    method: str = "POST",
) -> LLMCall:
    """The call of an exchange; it must be recognised."""
    if stream:
        body = Body(text="x", stream=kind, events=stream)
    else:
        body = Body(text="" if answer is ABSENT else json.dumps(answer), json=answer)
    found = decode(
        Interaction(
            index=0,
            request=Request(method=method, url=url, body=Body(json=ABSENT if asked is None else asked)),
            response=Response(status_code=status, body=body, headers=Headers(pairs=headers)),
        )
    )
    assert found is not None
    return found
