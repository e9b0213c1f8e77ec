"""What a person calls an interaction: words that can be searched for in the file, and that tell two calls apart."""

from __future__ import annotations

from cassette_tools.diff.http.url import is_secret, query_of
from cassette_tools.diff.pairing.asked import url_path
from cassette_tools.diff.values.freeform import dotted
from cassette_tools.model import ABSENT, Text, ToolCall, ToolCallResponse
from cassette_tools.words import short

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from cassette_tools.model import Interaction, Json, LLMCall, Part, Route

_WIDTH = 60  # characters of a query, and of what is asked


def request_line(interaction: Interaction, *, elsewhere: bool = False) -> str:
    """What is asked, of which model, and where: ``"How warm is it?" to gpt-4o, POST /v1/chat/completions``,
    ``CurrentUser, POST /graphql``, ``GET /cat?json=true``; of a host that is asked for something else than the models
    are (`elsewhere`), with its name.
    """
    request, call = interaction.request, interaction.llm
    path = _short_path(url_path(request.url))
    is_bare = path == "/" or is_for_access(interaction)
    line = f"{request.method} {_host(request.url) + path if elsewhere or is_bare else path}"
    if call is not None and (words := _last_words(call)):
        to = f" to {call.request_model}" if call.request_model and call.request_model not in path else ""
        return f"{words}{to}, {line}"
    return line if call is not None and call.dialect != "resources" else _with_operation(interaction, line)


def _with_operation(interaction: Interaction, line: str) -> str:
    """A line with the query, and with the operation where the query does not name it."""
    query, operation = _query(interaction.request.url), operation_of(interaction)
    line += f"?{query}" if query else ""
    return f"{operation}, {line}" if operation and operation not in query else line


def kind_of_thing(interaction: Interaction) -> str:
    """The request for a thing that has an id, whichever it is: ``DELETE /v1/files/{id}``; "" for any other."""
    call = interaction.llm
    if call is not None and _last_words(call):
        return ""
    steps = url_path(interaction.request.url).split("/")
    kinds = ["{id}" if _is_id(step) else step for step in steps]
    return f"{interaction.request.method} {'/'.join(kinds)}" if kinds != steps else ""


def _is_id(step: str) -> bool:
    """Whether a step of a path is a number, or digits among so many letters that nobody would write them."""
    has_digits = any(map(str.isdigit, step))
    return step.isdecimal() or (len(step) >= _LONG_ID and has_digits and any(map(str.isalpha, step)))


_LONG_ID = 12  # characters, more than the version of an API has


def _short_path(path: str) -> str:
    """A path in which an id that nobody reads to its end is cut: by its beginning it can be searched for."""
    import re

    return re.sub(r"[A-Za-z0-9]{25,}", lambda id: f"{id[0][:_ID]}…" if any(map(str.isdigit, id[0])) else id[0], path)


_ID = 8  # characters by which an id is known


def is_for_access(interaction: Interaction) -> bool:
    """Whether a request gets a token or a role, and asks nothing: clients keep those, and recorders leave them out."""
    if interaction.llm is not None:
        return False
    request = interaction.request
    if _host(request.url).startswith("sts."):
        return True
    return not _ACCESS.isdisjoint(url_path(request.url).lower().split("/"))


_ACCESS = frozenset(("token", "oauth", "oauth2", "oauth2.0", "credentials"))


def _last_words(call: LLMCall) -> str:
    """What was said last of all that the model is given, in quotes, or what a tool gave."""
    parts = (part for message in reversed(call.input_messages) for part in reversed(message.parts))
    for part in parts:
        said = _said(part)
        if said and not said.startswith("data:"):  # an image given as a URL says nothing
            words = _begun(" ".join(said.split()).partition(";base64,")[0])
            tool = _tool_of(part, call) if isinstance(part, ToolCallResponse) else ""
            return f'the result of {tool} "{words}"' if tool else f'"{words}"'
    return ""


def _said(part: Part) -> str:
    """The words of a text, or of what a tool gave."""
    if isinstance(part, ToolCallResponse):
        return (part.response if isinstance(part.response, str) else short(part.response, _WIDTH)).strip()
    return part.content.strip() if isinstance(part, Text) else ""


def _tool_of(result: ToolCallResponse, call: LLMCall) -> str:
    """The name of the tool that gave a result, by the result or by the call that it answers."""
    calls = [part for message in call.input_messages for part in message.parts if isinstance(part, ToolCall)]
    return result.name or next((each.name for each in calls if each.id and each.id == result.id), "")


def _host(url: str) -> str:
    return url.partition("://")[2].partition("/")[0].partition("?")[0]


def _query(url: str) -> str:
    """The query without what says who pays."""
    pieces = []
    for name, value in query_of(url).items():
        for each in value if isinstance(value, list) else [value]:
            if not is_secret(name):
                pieces.append(f"{name}={each}" if each else name)
    return _begun("&".join(pieces))


def _begun(text: str) -> str:
    """A text, or its beginning."""
    return text if len(text) <= _WIDTH else f"{text[:_WIDTH].rstrip()}…"


def operation_of(interaction: Interaction) -> str:
    """What is asked of an address that serves many operations: the name that AWS, JSON-RPC or GraphQL has for it."""
    target = interaction.request.headers.get("x-amz-target")
    if target:
        return target
    body = interaction.request.body.json
    calls = [each for each in (body if isinstance(body, list) else [body]) if isinstance(each, dict)]
    names = [name for name in map(_operation, calls) if name]
    return ", ".join(dict.fromkeys(names)) if len(names) <= _FEW else f"{', '.join(names[:_FEW])} …"


_FEW = 3


def _operation(call: Mapping[str, Json]) -> str:
    method, params, query = call.get("method"), call.get("params"), call.get("query")
    if "jsonrpc" in call and isinstance(method, str):
        name = params.get("name") if isinstance(params, dict) else None
        return f"{method} {name}" if isinstance(name, str) else method
    if isinstance(call.get("operationName"), str):
        return str(call["operationName"])
    if isinstance(query, str) and "{" in query:
        return _graphql_name(query)
    return ""


def _graphql_name(query: str) -> str:
    """The name of a GraphQL document's first operation; of one without a name, its first field."""
    import re

    found = re.match(r"\s*(?:#[^\n]*\n\s*)*(?:query|mutation|subscription)\s+(\w+)", query)
    found = found or re.match(r"\s*(?:(?:query|mutation|subscription)\b[^{]*)?\{\s*(\w+)", query)
    return found[1] if found is not None else ""


# --- several at once -------------------------------------------------------------------------------------------------


def hosts_of_models(interactions: Iterable[Interaction]) -> frozenset[str]:
    """The hosts at which models are asked."""
    return frozenset(_host(each.request.url) for each in interactions if each.llm is not None)


def distinct_names(interactions: Iterable[Interaction], serving: frozenset[str]) -> dict[int, str]:
    """The name of each interaction, by its `id()`; two that ask for different things have different names. `serving`
    are the hosts at which models are asked.
    """
    every = list(interactions)
    lines = {id(each): request_line(each, elsewhere=_is_elsewhere(each, serving)) for each in every}
    groups: dict[str, list[Interaction]] = {}
    for each in every:
        groups.setdefault(f"{lines[id(each)]} {each.response.status_code}", []).append(each)
    return {
        id(each): lines[id(each)] + more
        for group in groups.values()
        for each, more in zip(group, _apart(group), strict=True)
    }


def _is_elsewhere(interaction: Interaction, serving: frozenset[str]) -> bool:
    """Whether a request asks no model, of a host that no model is asked at: telemetry, a tool."""
    return interaction.llm is None and bool(serving) and _host(interaction.request.url) not in serving


def _apart(group: list[Interaction]) -> list[str]:
    """What to add to the one name of several interactions, or to that of one that asks without words."""
    if len(group) == 1:
        return [_settings(group[0])]
    asked = [_asked(each) for each in group]
    if asked.count(asked[0]) == len(asked):
        return [""] * len(asked)
    added = _by_host(group) or _by_value(group) or [""] * len(group)
    first: dict[str, object] = {}
    for at, (more, question) in enumerate(zip(added, asked, strict=True)):
        if first.setdefault(more, question) != question:
            added[at] = f"{more} (interaction {group[at].index})"
    return added


def _by_host(group: list[Interaction]) -> list[str] | None:
    """The hosts, where there are several."""
    hosts = [_host(each.request.url) for each in group]
    return [f" (at {host})" for host in hosts] if len({*hosts}) > 1 else None


def _by_value(group: list[Interaction]) -> list[str] | None:
    """The value of the body that tells most of them apart."""
    leaves = [dict(_leaves(each.request.body.json)) for each in group]
    kinds = {key: len({short(side.get(key, ABSENT), 40) for side in leaves}) for side in leaves for key in side}
    best = max(kinds, key=lambda key: kinds[key], default="")
    if kinds.get(best, 1) < 2:
        return None
    return [f" ({best} {short(side[best], 40)})" if best in side else f" (no {best})" for side in leaves]


def _settings(interaction: Interaction) -> str:
    """The numbers and switches that a request without words sets: `` (max_prompt_tokens 256, store true)``."""
    body = interaction.request.body.json
    if interaction.llm is not None or operation_of(interaction) or not isinstance(body, dict):
        return ""
    said = [f"{name} {short(value)}" for name, value in body.items() if isinstance(value, bool | int | float)]
    return f" ({_begun(', '.join(said))})" if said and not is_for_access(interaction) else ""


def _asked(interaction: Interaction) -> object:
    request = interaction.request
    return request.method, request.url, request.body.text, request.body.raw


def _leaves(value: Json) -> Iterator[tuple[str, Json]]:
    """The values of a body with the names of their places, a few hundred at most."""
    pending: list[tuple[Route, Json]] = [((), value)]
    for _ in range(500):
        if not pending:
            return
        route, value = pending.pop(0)
        if isinstance(value, dict):
            pending.extend(((*route, key), each) for key, each in value.items())
        elif isinstance(value, list):
            pending.extend(((*route, at), each) for at, each in enumerate(value))
        elif value is not ABSENT:
            yield dotted(route).lstrip("."), value
