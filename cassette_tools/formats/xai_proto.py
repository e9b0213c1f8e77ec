"""pydantic-ai's cassettes of the xAI SDK (``*.xai.yaml``), which speaks gRPC: messages as JSON, beside their bytes.

Each interaction is a question and its answer (``request_sample``, ``response_sample``), the same with an answer in
chunks (``request_stream``, ``response_stream``), or a call of another service (``collections_method``). There is no
HTTP in them: no method, no address, no header fields, and no status unless it is written. The bodies are the messages
of xAI's protocol buffers as JSON, which is none of its HTTP APIs: no dialect reads them. So secrets and damaged text
are found in them, and changes of any value are told, but nothing is said of calls: no tokens, tools or finish reasons.

Source: pydantic-ai, ``tests/models/xai_proto_cassettes.py``.
"""

from __future__ import annotations

from cassette_tools.formats import FORMATS, Format, Item
from cassette_tools.formats._fields import mapping, rest, tree_body
from cassette_tools.model import Body, Headers, Interaction, Request, Response

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from cassette_tools.model import Json, Route

_PAIRS = (("request_sample", "response_sample"), ("request_stream", "response_stream"))
_SERVICES = "_method"  # what the key of a call of another service ends with


def sniff(_top: Mapping[str, Json], first: Json) -> str | None:
    """By the keys of the first interaction."""
    if not isinstance(first, dict):
        return None
    is_pair = any(asked in first and answered in first for asked, answered in _PAIRS)
    return "" if is_pair or _service(first) is not None else None


def _service(node: Mapping[str, Json]) -> str | None:
    keys = [key for key in node if isinstance(key, str) and key.endswith(_SERVICES) and isinstance(node[key], dict)]
    return keys[0] if len(keys) == 1 and "response_proto_type" in node[keys[0]] else None


def read(item: Item, _version: str) -> Interaction:
    """One interaction."""
    node = mapping(item.node)
    service = _service(node)
    if service is not None:
        inner = mapping(node[service])
        asked, answered = (
            _body(inner, "request_json", item, (service,)),
            _body(inner, "response_json", item, (service,)),
        )
        extra = {service: rest(inner, frozenset(("request_json", "response_json")))}
        where: tuple[str, str] = (service, service)
    else:
        where = next((pair for pair in _PAIRS if pair[0] in node), _PAIRS[0])
        told = mapping(node.get(where[1]))
        asked = _body(mapping(node.get(where[0])), "json", item, where[:1])
        answered = _body(told, "chunks_json" if "chunks_json" in told else "json", item, where[1:])
        extra = dict(rest(node, frozenset(where)))
    return Interaction(
        index=item.index,
        request=Request(method="", url="", body=asked, route=(*item.route, where[0])),
        response=Response(status_code=0, body=answered, route=(*item.route, where[1])),
        extra=extra,
        route=item.route,
    )


def _body(message: Mapping[str, Json], key: str, item: Item, route: Route) -> Body:
    value = message.get(key)
    return Body(route=(*item.route, *route)) if value is None else tree_body(value, Headers(), item, (*route, key))


FORMATS.register(
    Format(
        name="xai-proto",
        title="pydantic-ai's cassettes of the xAI SDK (gRPC)",
        items=("interactions",),
        marks=(b"interactions",),
        sniff=sniff,
        read=read,
    )
)
