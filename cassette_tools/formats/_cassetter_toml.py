"""cassetter's TOML: parsed by `tomllib`, which knows no positions: they are found by the keys and tables."""

from __future__ import annotations

import json
import re
import tomllib

from cassette_tools.formats._fields import mapping

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Generator

    from cassette_tools.formats import Mark
    from cassette_tools.model import Json, Route

# A table's heading, or a key with the beginning of its value: a text of several lines, of one, or something else.
_LINE = re.compile(
    r"""^(?:(?P<items>\[\[interactions\]\])|\[(?P<table>[^\]\n]+)\]|(?P<key>[A-Za-z0-9_-]+|"[^"\n]*")\s*=\s*)""",
    re.MULTILINE,
)
_VALUE = re.compile(
    r"'''.*?'''(?!')|\"\"\"(?:\\.|[^\\])*?\"\"\"(?!\")|'[^'\n]*'|\"(?:\\.|[^\"\\\n])*\"|\[|[^\n]*", re.DOTALL
)

_GAP = re.compile(r"[\s,]*")
_RENAMED = {"body_content": ("body", "content"), "body_type": ("body",)}


def entries(content: bytes, mark: Mark) -> list[tuple[Route, Json]] | None:
    """The interactions in the form that they have in YAML; ``None`` when the file is no TOML."""
    try:
        spelled = content.decode("utf-8")
        top = tomllib.loads(spelled)
    except ValueError:
        return None
    several = top.get("interactions")
    if not isinstance(several, list):
        return None
    for route, start, end in _places(spelled):
        mark(route, start, end)
    return [(("interactions", index), _as_in_yaml(node)) for index, node in enumerate(several)]


def _as_in_yaml(node: Json) -> Json:
    sides = {side: _typed(mapping(mapping(node).get(side))) for side in ("request", "response")}
    return {**mapping(node), **sides}


def _typed(side: dict[str, Json]) -> dict[str, Json]:
    others = {key: value for key, value in side.items() if key not in ("body_type", "body_content")}
    kind, content = side.get("body_type"), side.get("body_content")
    if kind == "json" and isinstance(content, str):
        try:
            return {**others, "body": {"type": kind, "content": json.loads(content)}}
        except ValueError:
            kind = "text"
    return {**others, "body": {"type": kind, "content": content}}


def _places(spelled: str) -> Generator[tuple[Route, int, int], None, None]:
    """Where interactions, tables, values and the elements of lists stand."""
    item: Route = ()
    table: Route = ()
    count = at = 0
    while (line := _LINE.search(spelled, at)) is not None:
        at = line.end()
        if line["items"]:
            item = table = ("interactions", count)
            count += 1
            yield item, line.start(), line.end()
        elif line["table"]:
            table = (*item, *(step.strip('"') for step in line["table"].split(".")[1:]))
            yield table, line.start(), line.end()
        elif line["key"]:
            name = _RENAMED.get(line["key"], (line["key"].strip('"'),))
            at = yield from _values((*table, *name), spelled, at)


def _values(route: Route, spelled: str, start: int) -> Generator[tuple[Route, int, int], None, int]:
    """The place of one value, or of each element of a list of texts; gives where it ends."""
    value = _VALUE.match(spelled, start)
    assert value is not None
    if value[0] != "[":
        yield route, value.start(), value.end()
        return value.end()
    at, index = value.end(), 0
    while (gap := _GAP.match(spelled, at)) is not None and spelled[gap.end() : gap.end() + 1] not in ("]", ""):
        element = _VALUE.match(spelled, gap.end())
        assert element is not None
        yield (*route, index), element.start(), element.end()
        at, index = max(element.end(), gap.end() + 1), index + 1
    return at
