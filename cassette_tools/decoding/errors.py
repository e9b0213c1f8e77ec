"""What a provider says when it fails, whatever shape it says it in."""

from __future__ import annotations

from cassette_tools._record import replace
from cassette_tools.decoding.values import compact, mapping, sequence, text
from cassette_tools.model import ABSENT, CallError
from cassette_tools.nesting import json_value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.model import Event, Headers, Json

# Where the words of a failure stand, in the order of asking, and who writes them there.
MESSAGE_KEYS = (
    ("message", "OpenAI, Anthropic, Google, Mistral, Cerebras, Azure API Management, Amazon"),
    ("detail", "FastAPI servers (vLLM, Mistral): a string, or the list of what was wrong with the request"),
    ("error", "xAI and Ollama beside or in place of an object"),
    ("error_message", "several gateways"),
    ("msg", "one entry of FastAPI's list; DashScope"),
    ("status_msg", "MiniMax, in `base_resp`"),
    ("error_description", "OAuth 2.0 (RFC 6749 §5.2)"),
    ("reason", "Novita"),
    ("Message", "Amazon, where a request comes no further than its front door"),
    ("originalMessage", "Amazon: what the model's own server said, in a modelStreamErrorException"),
)
TYPE_KEYS = (
    ("type", "OpenAI, Anthropic"),
    ("status", "Google: RESOURCE_EXHAUSTED and the like"),
    ("error_type", "Cohere"),
    ("__type", "Amazon"),
)
CODE_KEYS = (
    ("code", "OpenAI, Google, OpenRouter (a number there), Azure"),
    ("statusCode", "Azure API Management"),
    ("status_code", "Groq, in a stream"),
    ("raw_status_code", "Mistral"),
    ("originalStatusCode", "Amazon: what the model's own server answered, in a modelStreamErrorException"),
)
_WORDS = 300  # code points of a page of HTML that are worth repeating


def error_from(inner: Json, whole: dict[str, Json], pointer: str, event_index: int | None) -> CallError:
    """The error that `inner` describes; what it does not say is looked for in `whole` (xAI puts the code there)."""
    own = mapping(inner)
    return CallError(
        type=_first(own, TYPE_KEYS) or _first(whole, TYPE_KEYS[2:]),
        code=_first(own, CODE_KEYS) or _first(whole, CODE_KEYS),
        message=_message(inner) + _upstream(own),
        in_stream=event_index is not None,
        raw=inner,
        pointer=pointer,
        event_index=event_index,
    )


def error_in(body: Json, *, pointer: str = "", event_index: int | None = None) -> CallError | None:
    """The error under ``error`` (or Cloudflare's ``errors``, or in Google's array of one), if there is any."""
    if isinstance(body, list) and body:
        return error_in(body[0], pointer=f"{pointer}/0", event_index=event_index) if isinstance(body[0], dict) else None
    whole = mapping(body)
    inner = whole.get("error")
    if inner:
        return error_from(inner, whole, f"{pointer}/error", event_index)
    several = sequence(whole.get("errors"))
    if several and "choices" not in whole:
        return error_from(several[0], whole, f"{pointer}/errors/0", event_index)
    return None


def error_of(body: Json, words: str | None, status: int) -> CallError | None:
    """The error of a response that has no answer: its JSON without a wrapper, or the `words` of a page, or only the
    status.

    Without a failing status only a body that names itself an error, or has nothing but a message, is one.
    """
    failed = status >= 400
    found = error_in(body)
    if found is not None:
        return found
    whole = mapping(body)
    if whole:
        said = any(text(whole.get(key)) or (key == "detail" and whole.get(key)) for key, _ in MESSAGE_KEYS)
        return error_from(whole, whole, "", None) if failed or said else None
    if not failed:
        return None
    if body is not ABSENT and body is not None:
        return CallError(type=None, code=None, message=_message(body), raw=body)
    return CallError(type=None, code=None, message=_page(words, status), raw=words or None)


def is_failure(name: str | None) -> bool:
    """Whether an event of this name ends a stream: ``error``, and the exceptions of Amazon's service models
    (``throttlingException``, ``modelStreamErrorException``, …).
    """
    return name is not None and (name == "error" or name.endswith("Exception"))


def failure_in(event: Event, number: int) -> CallError | None:
    """The error that event `number` of a stream is, by its name; an exception's name is its type."""
    name = event.event
    if name is None or not is_failure(name):
        return None
    kind = name if name != "error" else None
    whole = mapping(event.json)
    if not whole:
        return CallError(type=kind, code=None, message=event.data, in_stream=True, raw=event.data, event_index=number)
    found = error_in(whole, event_index=number) or error_from(whole, whole, "", number)
    return replace(found, type=found.type or kind)


def typed_by_header(error: CallError | None, headers: Headers) -> CallError | None:
    """Amazon says the type of an error in a header, ``ValidationException:http://…``, and mostly only there."""
    if error is None or error.type is not None:
        return error
    named = headers.get("x-amzn-errortype")
    return replace(error, type=named.partition(":")[0]) if named else error


def _first(value: dict[str, Json], keys: tuple[tuple[str, str], ...]) -> str | None:
    for key, _ in keys:
        word = value.get(key)
        if isinstance(word, str) and word:
            return word
        if isinstance(word, int) and not isinstance(word, bool):
            return str(word)
    return None


def _message(value: Json, depth: int = 0) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list) and value and depth < 3:
        return "; ".join(_message(entry, depth + 1) for entry in value[:5])
    if isinstance(value, dict) and depth < 3:
        for key, _ in MESSAGE_KEYS:
            if value.get(key) and isinstance(value[key], (str, list, dict)):
                return _message(value[key], depth + 1)
    return compact(value)[:_WORDS]


def _upstream(error: dict[str, Json]) -> str:
    """OpenRouter says "Provider returned error"; what the provider said stands in ``metadata.raw``, often as JSON."""
    raw = text(mapping(error.get("metadata")).get("raw"))
    if raw is None:
        return ""
    try:
        inner = json_value(raw)
    except (ValueError, RecursionError):
        return ": " + raw[:_WORDS]
    return ": " + _message(mapping(inner).get("error") or inner)[:_WORDS]


def _page(words: str | None, status: int) -> str:
    """The title of a page of HTML, else the first line of the text."""
    page = (words or "").strip()
    start = page[:4000].lower().find("<title>")
    if start >= 0:
        page = page[start + len("<title>") :].partition("<")[0].strip()
    line = page.partition("\n")[0].strip()
    return line[:_WORDS] or f"HTTP status {status} without a body"
