"""VCR.py: secrets and noise kept out of recordings while they are made.

`before_record_request` and `before_record_response` are VCR.py's hooks of these names. They clean one message at a
time, on the way into the cassette: what they take out is never written. `Serializer` writes the whole cassette as
`cassette normalize` would: ids are numbered over the file, times begin at the epoch. `install` gives all three to a
`vcr.VCR`.

VCR.py is imported when something is written or read, since it is no dependency of ours.
"""

from __future__ import annotations

from cassette_tools.integrations._exchange import Stream, cleaned, headers_like, text_of, without_secrets

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["Serializer", "before_record_request", "before_record_response", "install", "serializer"]

NAME = "cassette"  # what VCR.py calls the serializer

# What a message tells without the rest of its file. Ids and times are the serializer's: they are numbered over a file.
_OF_REQUESTS = ("secrets", "cookies", "accounts", "lengths")
_OF_RESPONSES = (*_OF_REQUESTS, "durations", "fingerprints", "routes", "rate-limits", "padding")


def before_record_request(request: Any) -> Any:
    """The request without secrets, cookies and accounts: in the URL, the header fields and the body.

    VCR.py asks for this at playback, too, so that a live request and a recorded one lose the same. What was given is
    not changed, and nothing is raised: a hook must not fail the client's call.
    """
    try:
        return _clean_request(request)
    except Exception:
        return _last_resort(request, ("uri", "body"))


def before_record_response(response: Any) -> Any:
    """The response without secrets, cookies, accounts and what only tells of machines and quotas: in the header fields
    and the body, compressed or streamed. The same promises as `before_record_request`.
    """
    try:
        return _clean_response(response)
    except Exception:
        return _last_resort(response, ())


class Serializer:
    """VCR.py's serializer contract, with normalised text.

    The steps are those of the configuration (``[tool.cassette.normalize]``), as for the command; `select` replaces
    them, the other options add to them. `inner` is the serializer that knows the syntax: VCR.py's own for YAML, or
    ``vcr.serializers.jsonserializer``. Raises ConfigError for a name that is no step.
    """

    def __init__(
        self,
        *,
        select: tuple[str, ...] = (),
        extend_select: tuple[str, ...] = (),
        ignore: tuple[str, ...] = (),
        headers: tuple[str, ...] = (),
        inner: Any = None,
    ) -> None:
        from cassette_tools.config import NormalizeSettings

        self._options = NormalizeSettings(select=select, extend_select=extend_select, ignore=ignore, headers=headers)
        self._inner = inner
        if select or extend_select or ignore:
            from cassette_tools.normalize import settings_from

            settings_from(self._options)  # a name that is no step is told here, not at the end of a recording

    def serialize(self, cassette_dict: dict[str, Any]) -> str:
        """The text of a cassette. What cannot be normalised is written as VCR.py does it, without the secrets that
        its text shows, and with a warning: a recording that was paid for is not lost.
        """
        from cassette_tools._api import normalize
        from cassette_tools.config import load_config

        written: str = self._syntax().serialize(cassette_dict)
        options = self._options
        try:
            config = load_config()
            configured = config.normalize
            content = normalize(
                written.encode("utf-8"),
                select=options.select or configured.select,
                extend_select=(*configured.extend_select, *options.extend_select),
                ignore=(*configured.ignore, *options.ignore),
                headers=options.headers or configured.headers,
                requests=configured.requests,
                placeholders=config.lint.placeholders,
            )
        except Exception as error:
            import warnings

            from cassette_tools.secrets import redacted

            warnings.warn(f"the cassette is written without being normalised: {error}", stacklevel=2)
            return redacted(written)
        return content.decode("utf-8")

    def deserialize(self, cassette_string: str) -> dict[str, Any]:
        """The cassette in a text."""
        found: dict[str, Any] = self._syntax().deserialize(cassette_string)
        return found

    def _syntax(self) -> Any:
        if self._inner is None:
            from importlib import import_module

            self._inner = import_module("vcr.serializers.yamlserializer")
        return self._inner


serializer = Serializer()


def install(vcr: Any, serializer: Any = serializer) -> None:
    """Give a `vcr.VCR` the serializer and both hooks, after those that it has.

    In ``conftest.py`` with pytest-recording: ``def pytest_recording_configure(config, vcr): install(vcr)``. Hooks in
    `vcr_config` replace those of the VCR: who has some names ours beside them.
    """
    vcr.register_serializer(NAME, serializer)
    vcr.serializer = NAME
    vcr.before_record_request = _after(vcr.before_record_request, before_record_request)
    vcr.before_record_response = _after(vcr.before_record_response, before_record_response)


def _after(present: Any, ours: Any) -> tuple[Any, ...]:
    """VCR.py takes one hook, or several that run in their order."""
    if present is None:
        return (ours,)
    hooks = (present,) if callable(present) else tuple(present)
    return hooks if ours in hooks else (*hooks, ours)


def _clean_request(request: Any) -> Any:
    from copy import copy

    body = Stream(request.body)
    key = "parsed_body" if isinstance(body.content, dict) else "body"  # data that a client has not written as text yet
    node = {
        "method": request.method,
        "uri": request.uri,
        key: body.content,
        "headers": text_of(request.headers),
    }
    new = cleaned({"request": node, "response": {}}, _OF_REQUESTS)
    if new is None:
        return request
    changed = copy(request)
    after = new["request"]
    if after["uri"] != node["uri"]:
        changed.uri = after["uri"]
    if after["headers"] != node["headers"]:
        changed.headers = headers_like(request.headers, after["headers"])
    if after[key] != node[key]:
        changed.body = body.like(after[key])
    return changed


def _clean_response(response: Any) -> Any:
    inner = response.get("body")
    holder, key = (inner, "string") if isinstance(inner, dict) else (response, "content" if inner is None else "body")
    body = Stream(holder.get(key))
    node = {
        "status": response.get("status") or response.get("status_code") or 0,
        "headers": text_of(response.get("headers") or {}),
        "body": {"string": body.content},
    }
    # VCR.py for aiohttp keeps the URL that answered beside the answer.
    exchange = {"request": {"method": "GET", "uri": response.get("url") or ""}, "response": node}
    new = cleaned(exchange, _OF_RESPONSES)
    if new is None:
        return response
    changed = dict(response)
    after = new["response"]
    if response.get("url"):
        changed["url"] = new["request"]["uri"]
    if after["headers"] != node["headers"]:
        changed["headers"] = headers_like(response["headers"], after["headers"])
    if after["body"] != node["body"]:
        content = body.like(after["body"]["string"])
        changed.update({"body": {**inner, key: content}} if isinstance(inner, dict) else {key: content})
    return changed


def _last_resort(message: Any, fields: tuple[str, ...]) -> Any:
    """A message that is not read as others are: its texts without the secrets that they show."""
    from copy import copy

    if isinstance(message, dict):
        return without_secrets(message)
    changed = copy(message)
    for name in fields:
        value = getattr(message, name, None)
        if isinstance(value, str | bytes | dict):
            setattr(changed, name, without_secrets(value))
    if hasattr(message, "headers"):
        changed.headers = without_secrets(message.headers)
    return changed
