"""The results of a batch, a line or a list of them: which request was answered, and which failed, and why."""

from __future__ import annotations

from cassette_tools._record import record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.model import Json

# By which a result says which request it answers: Anthropic, OpenAI, Mistral; Gemini; xAI, whose results are a list.
NAMES = ("custom_id", "key", "batch_request_id")
OUTCOMES = ("result", "response", "error", "batch_result")  # at least one of which it has beside
LIST = "results"


@record
class Item:
    """One line: the request's name, the whole, where it begins in the text, and why it failed ("" where it did not)."""

    name: str
    document: Json
    offset: int
    failure: str


def items_of(text: str | None) -> dict[str, Item] | None:
    """The results by their names; ``None`` for what is no file of results."""
    found: dict[str, Item] = {}
    if text is None or not any(f'"{name}"' in text for name in NAMES):
        return None
    for offset, document in _documents(text):
        item = _item(document, offset)
        if item is None or item.name in found:
            return None
        found[item.name] = item
    return found or None


def _documents(text: str) -> Iterator[tuple[int, Json]]:
    """The results, each with where it begins: those of a list, or one a line."""
    listed = _mapping(_parsed(text)).get(LIST)
    if not isinstance(listed, list):
        yield from ((offset, _parsed(line)) for offset, line in lines_in(text))
        return
    at = 0
    for document in listed:
        at = max(at, text.find(f'"{_name(_mapping(document))}"', at))
        yield at, document


def _parsed(text: str) -> Json:
    """An object; ``None`` for all else."""
    from cassette_tools.nesting import json_value

    try:
        return json_value(text) if text.lstrip().startswith("{") else None
    except (ValueError, RecursionError):
        return None


def lines_in(text: str) -> Iterator[tuple[int, str]]:
    """The lines that are not blank, each with where it begins."""
    at = 0
    for line in text.splitlines(keepends=True):
        if line.strip():
            yield at, line
        at += len(line)


def _item(document: Json, offset: int) -> Item | None:
    name = _name(_mapping(document))
    if name is None or not any(key in _mapping(document) for key in OUTCOMES):
        return None
    return Item(name=name, document=document, offset=offset, failure=_failure(_mapping(document)))


def _name(document: dict[str, Json]) -> str | None:
    return next((str(document[key]) for key in NAMES if isinstance(document.get(key), str)), None)


def _failure(document: dict[str, Json]) -> str:
    """Why a request failed, in the words of the API; "" for one that was answered."""
    result, response = (_mapping(document.get(key)) for key in ("result", "response"))
    result = result or _mapping(document.get("batch_result"))
    body = _mapping(response.get("body"))
    status = response.get("status_code")
    failed = isinstance(status, int) and status >= _FAILS
    for holder in (document, result, body, response):
        if holder.get("error"):
            return _words_of(holder["error"])
    if "type" in result and result["type"] != "succeeded":
        return str(result["type"])
    return f"status {status}" if failed else ""


_FAILS = 400  # the first of the statuses of failures


def _words_of(error: Json) -> str:
    """``Overloaded (overloaded_error)``; an error may lie in another one."""
    inner = _innermost(_mapping(error))
    named = " ".join(str(inner[key]) for key in ("type", "code", "status") if inner.get(key))
    message = error if isinstance(error, str) else inner.get("message") or inner.get("errors")
    if message and named:
        return f"{message} ({named})"
    return str(message or named or "an error")


def _innermost(error: dict[str, Json]) -> dict[str, Json]:
    while isinstance(error.get("error"), dict):
        error = error["error"]
    return error


def _mapping(value: Json) -> dict[str, Json]:
    return value if isinstance(value, dict) else {}
