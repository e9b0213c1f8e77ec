"""Paths into the events of one kind: ``.delta.content``, ``.choices[].index``."""

from __future__ import annotations

from cassette_tools.volatile import volatile_field

_RELIED_UPON = ("id", "time", "score")  # volatile values that clients do read


def last_name(path: str) -> str:
    """``reasoning_details`` of ``.message.reasoning_details[reasoning.text]``."""
    while path.endswith("]") and "[" in path:  # a name may end so by itself
        path = path[: path.rindex("[")]
    return path.rpartition(".")[2]


def names_of(path: str) -> list[str]:
    return [step.partition("[")[0] for step in path.split(".")]


def containers_of(path: str) -> list[str]:
    """What a field lies in; the `input` of a session's `audio` is no tool's."""
    names = names_of(path)[:-1]
    return [name for before, name in zip(["", *names], names, strict=False) if (before, name) != ("audio", "input")]


def is_spare(path: str) -> bool:
    row = volatile_field(path.lstrip("."))
    return row is not None and row.kind not in _RELIED_UPON


def is_opaque(path: str) -> bool:
    """Whether nothing within is looked at."""
    row = volatile_field(path.lstrip("."))
    return row is not None and row.kind != "id"


def in_body(kind: str, path: str) -> str:
    return f"response.events[{kind}]{path}" if kind else f"response.body{path}"
