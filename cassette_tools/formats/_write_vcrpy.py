"""VCR.py, version 1 of its cassette file, as its serializers write it (`vcr.serializers.yamlserializer`,
`jsonserializer`): keys in alphabetical order, lists of header values, and ``!!binary`` (YAML) for what is no text.
"""

from __future__ import annotations

import json

from cassette_tools._record import replace
from cassette_tools.formats import Loss, Written
from cassette_tools.formats._asking import asked, host_losses, method_losses
from cassette_tools.formats._fields import with_text_keys
from cassette_tools.formats._uncoded import agreeing, coding_losses, uncoded
from cassette_tools.formats._writing import (
    beside_losses,
    body_bytes,
    by_name,
    extra_losses,
    header_losses,
    message_losses,
    reason_phrase,
    text_losses,
    text_of,
    yaml_bytes,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.model import Body, Interaction, Json, Recording

NAME = "vcrpy"
_WIDTH = 80  # characters: PyYAML's default


def write_yaml(recording: Recording) -> Written:
    """The cassette as VCR.py's YAML serializer writes it."""
    document, losses = _document(recording)
    return Written(content=yaml_bytes(document, unicode=False, width=_WIDTH), losses=tuple(losses))


def write_json(recording: Recording) -> Written:
    """The cassette as VCR.py's JSON serializer writes it. That has no place for a body that is not UTF-8, so that
    compressed text is written as what it says.
    """
    interactions = tuple(uncoded(each) if _is_packed_text(each) else each for each in recording.interactions)
    document, losses = _document(replace(recording, interactions=interactions))
    for before, after in zip(recording.interactions, interactions, strict=True):
        if before is not after:
            said = "the compression of its bodies is undone: JSON holds text"
            losses.append(Loss(message=said, interaction=before.index, lost=False))
    for number, interaction in enumerate(document["interactions"]):
        holders = (("request", interaction["request"], "body"), ("response", interaction["response"]["body"], "string"))
        for side, holder, key in holders:
            content = holder.get(key)
            if isinstance(content, bytes):
                holder[key] = content.decode("utf-8", "replace")
                what = f"bytes of the {side}'s body ({len(content):,} in total) that are not UTF-8 are lost: "
                what += "JSON holds text"
                losses.append(Loss(message=what, interaction=number))

    def told(_value: object) -> str:
        losses.append(Loss(message="bytes beside the exchange are lost: JSON holds text"))
        return ""

    text = json.dumps(with_text_keys(document), indent=4, default=told)
    return Written(content=f"{text}\n".encode(), losses=tuple(losses))


def _is_packed_text(interaction: Interaction) -> bool:
    bodies = (interaction.request.body, interaction.response.body)
    return any(body.codings and body.text is not None for body in bodies)


def _document(recording: Recording) -> tuple[dict[str, Json], list[Loss]]:
    own = recording.format == NAME
    interactions = [_interaction(agreeing(each), own=own) for each in recording.interactions]
    losses = [loss for each in recording.interactions for loss in _losses(each, own=own)]
    return {"interactions": interactions, "version": 1}, losses


def _losses(interaction: Interaction, *, own: bool) -> Iterator[Loss]:
    yield from header_losses(interaction)
    yield from message_losses(interaction)
    yield from text_losses(interaction)
    yield from beside_losses(interaction, ("recorded_at", "duration"))
    yield from coding_losses(interaction)
    yield from host_losses(interaction)
    if not own:
        yield from method_losses(interaction)
        yield from extra_losses(interaction)


def _interaction(interaction: Interaction, *, own: bool) -> dict[str, Json]:
    request, response = interaction.request if own else asked(interaction.request), interaction.response
    sent: dict[str, Json] = {
        "body": _body(request.body, own=own),
        "headers": by_name(request.headers),
        "method": request.method,
        "uri": request.url,
    }
    answered: dict[str, Json] = {
        "body": {"string": _body(response.body, own=own) or ""},  # VCR.py cannot play null
        "headers": by_name(response.headers),
        "status": {"code": response.status_code, "message": reason_phrase(response)},
    }
    if own:
        sent |= request.extra
        answered |= response.extra
    whole = {"request": _sorted(sent), "response": _sorted(answered)}
    return _sorted(whole | dict(interaction.extra)) if own else whole


def _sorted(members: dict[str, Json]) -> dict[str, Json]:
    return {key: members[key] for key in sorted(members, key=str)}


def _body(body: Body, *, own: bool) -> str | bytes | None:
    """Null for none, text where the bytes are UTF-8. What this format itself had as bytes stays so."""
    if body.text is None and body.raw is None:
        return None
    if body.raw is not None and (own or body.codings):
        return body.raw
    text = text_of(body)
    return body_bytes(body) if text is None else text
