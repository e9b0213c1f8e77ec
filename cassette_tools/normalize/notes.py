"""What a recorder keeps beside the exchange: times, durations, addresses, lengths, and what it notes twice."""

from __future__ import annotations

from urllib.parse import parse_qsl

from cassette_tools.data.normal import NOTES
from cassette_tools.normalize.lengths import new_lengths
from cassette_tools.normalize.names import replaced
from cassette_tools.normalize.placing import put_text
from cassette_tools.normalize.redaction import secret_stretches
from cassette_tools.normalize.signed_urls import unsigned
from cassette_tools.normalize.times import base_of, seconds_of, spelled
from cassette_tools.secrets import REDACTED, redacted
from cassette_tools.secrets.named import is_secret_value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from cassette_tools.model import Interaction, Json, Route
    from cassette_tools.normalize.work import Work


def put_notes(work: Work, interaction: Interaction, contents: Mapping[str, bytes | str | None]) -> None:
    """Change the notes of an interaction; `contents` are the new bodies of its sides, ``None`` for one that stays."""
    noted = work.layout.noted or ()
    for route, length in new_lengths(interaction, contents, noted, work.file.value) if work.takes("lengths") else ():
        put_text(work, route, str(length))
        work.changes["lengths"] += 1
        if "headers" in route:
            work.touched.add(route[: len(interaction.route) + 1])
    for each in noted:
        if each.kind == "head-length" and work.mending and (*interaction.route, each.route[0]) not in work.touched:
            continue
        for route in work.file.routes((*interaction.route, *each.route)):
            _note(work, each.kind, route, interaction)
    _sweep(work, interaction)


def put_top(work: Work) -> None:
    """Redact what stands beside the interactions, at the top of the file."""
    items = work.layout.items
    if not items or not work.takes("secrets"):
        return
    for route, value in _texts(work.file.value(()), (), {items}):
        new = REDACTED if is_secret_value(_name_of(work, route), value) else redacted(value)
        if new != value:
            work.file.put(route, new)
            work.changes["secrets"] += 1


def _note(work: Work, kind: str, route: Route, interaction: Interaction) -> None:
    if kind == "url":
        _url(work, route, interaction)
        return
    action = NOTES.get(kind)
    if action is None or action.step not in work.steps:
        return
    old = work.file.value(route)
    if kind == "cookies":
        _drop_cookies(work, route, old)
        return
    new = _noted(kind, old, interaction.index)
    if new != old:
        work.file.put(route, new)
        work.changes[action.step] += 1


def _drop_cookies(work: Work, route: Route, cookies: Json) -> None:
    for position in range(len(cookies) if isinstance(cookies, list) else 0):
        work.file.drop((*route, position))
        work.changes["cookies"] += 1


def _noted(kind: str, old: Json, index: int) -> Json:
    """The new value of a note; a recorder's start of Unix time stands for a time that nobody knows, and stays."""
    renew = _RENEWED.get(kind)
    return old if renew is None or isinstance(old, bool) else renew(old, index)


def _no_duration(old: Json, _index: int) -> Json:
    """Nothing, in Go's spelling or as a number; HAR's -1 stands for a duration that nobody knows, and stays."""
    if isinstance(old, str):
        return "0s" if old[:1].isdigit() or old[:1] == "-" else old
    return type(old)(0) if isinstance(old, int | float) and old > 0 else old


_RENEWED: Mapping[str, Callable[[Json, int], Json]] = {
    "number": lambda old, index: index if isinstance(old, int) else old,
    "time": lambda old, index: spelled(base_of(index), old) if seconds_of(old) else old,
    "head-length": lambda old, _index: -1 if isinstance(old, int) and old > 0 else old,
    "address": lambda old, _index: "" if isinstance(old, str) else old,
    "duration": _no_duration,
}


def _url(work: Work, route: Route, interaction: Interaction) -> None:
    old = work.file.value(route)
    if not isinstance(old, str):
        return
    if "response" in route[len(interaction.route) :]:  # where the answer sends the client
        new = work.text(unsigned(old, work.steps))
        work.changes["secrets"] += new != old
    else:
        new = request_url(work, old)
        if _has_unsaid(work, old, new):
            work.remark(
                f"the URL of interaction {interaction.index} held a secret, and players compare URLs: let the recorder "
                f"put {REDACTED} there too (VCR.py: filter_query_parameters)"
            )
        work.changes["secrets"] += new.count(REDACTED) > old.count(REDACTED)
    if new != old:
        work.file.put(route, new)


def request_url(work: Work, url: str) -> str:
    """The new URL of a request. What the client has from an earlier answer it says as that answer does now."""
    new = work.said.unsigned(url, work.steps)
    if work.takes("secrets"):
        secrets = secret_stretches(new)
        new = replaced(new, [each for each in secrets if work.changes_urls or new[each[0] : each[1]] in work.spoken])
    return work.names.in_text(new) if work.takes("ids") else new


def _has_unsaid(work: Work, old: str, new: str) -> bool:
    """Whether a URL lost a secret that the client does not have from an earlier answer."""
    rest = work.said.unsigned(old, work.steps)
    return new.count(REDACTED) > rest.count(REDACTED) and any(
        rest[start:end] not in work.spoken for start, end, _new in secret_stretches(rest)
    )


def _renamed_parameters(work: Work, url: str) -> dict[str, str]:
    """The values in the query of a request that change: recorders note them beside the URL (`form`, `queryString`)."""
    old, new = (parse_qsl(each.partition("?")[2], keep_blank_values=True) for each in (url, request_url(work, url)))
    return {was: now for (_, was), (_, now) in zip(old, new, strict=False) if was != now}


def _sweep(work: Work, interaction: Interaction) -> None:
    """Every other scalar of the interaction: secrets and ids stand in what recorders note twice, too."""
    request = interaction.request
    parameters = _renamed_parameters(work, request.url) if "?" in request.url else {}
    for route, value in _texts(work.file.value(interaction.route), interaction.route, _done(work, interaction)):
        is_asked = route[: len(request.route)] == request.route
        if is_asked and value in parameters:
            new = parameters[value]
        elif is_asked and not work.is_free:  # what players compare
            new = work.names.in_text(value) if work.takes("ids") else value
        else:
            new = _swept(work, route, value)
        if new != value:
            work.file.put(route, new)


def _swept(work: Work, route: Route, value: str) -> str:
    """Any text without secrets, be it its name that tells one, and with the new names of ids."""
    if work.takes("secrets") and is_secret_value(_name_of(work, route), value):
        return REDACTED
    return work.text(value)


def _done(work: Work, interaction: Interaction) -> set[Route]:
    """The places that were changed by what they are: header fields, bodies and notes."""
    request, response = interaction.request, interaction.response
    done = {request.body.route, response.body.route, (*request.route, "headers"), (*response.route, "headers")}
    for each in work.layout.noted or ():
        done.update(work.file.routes((*interaction.route, *each.route)))
    return done - {interaction.route, request.route, response.route}  # the place of a body that is not there


def _texts(node: Json, route: Route, done: set[Route]) -> Iterator[tuple[Route, str]]:
    """The texts below a node, except where somebody else has looked."""
    if route in done:
        return
    if isinstance(node, str):
        yield route, node
    elif isinstance(node, dict | list):
        for key, value in node.items() if isinstance(node, dict) else enumerate(node):
            yield from _texts(value, (*route, key), done)


def _name_of(work: Work, route: Route) -> str:
    """What a value is called: by the `name` beside it, or by its key (that of the list it stands in)."""
    if route[-1] == "value":
        name = work.file.value((*route[:-1], "name"))
        return name if isinstance(name, str) else ""
    return str(next((step for step in reversed(route) if isinstance(step, str)), ""))
