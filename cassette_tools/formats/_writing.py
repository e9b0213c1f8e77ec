"""What the writers of cassette formats share: a body's bytes, header fields by name, YAML as recorders write it.

A writer turns a whole `Recording` into the bytes of a file, and names what its format has no place for.
"""

from __future__ import annotations

import io
import re
from base64 import encodebytes
from functools import lru_cache
from http import HTTPStatus

from ruamel.yaml import YAML
from ruamel.yaml.representer import SafeRepresenter
from ruamel.yaml.tag import Tag

from cassette_tools.formats import Loss

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from cassette_tools.model import Body, Headers, Interaction, Json, Response


# --- bodies and header fields ----------------------------------------------------------------------------------------


def body_bytes(body: Body) -> bytes:
    """The body as it was recorded (compressed, if it was recorded so)."""
    if body.raw is not None:
        return body.raw
    return (body.text or "").encode("utf-8", "surrogatepass")


def text_of(body: Body) -> str | None:
    """The body as text that gives the same bytes in UTF-8, or ``None`` where there is no such text."""
    if body.raw is None and body.text is not None and body.text.isascii():
        return body.text
    try:
        return body_bytes(body).decode("utf-8")
    except UnicodeDecodeError:
        return None


def reason_phrase(response: Response) -> str:
    """The reason phrase as recorded, else the standard's (RFC 9110 §15); ``""`` for a status that it does not know."""
    if response.reason is not None:
        return response.reason
    try:
        return HTTPStatus(response.status_code).phrase
    except ValueError:
        return ""


def by_name(headers: Headers) -> dict[str, list[str]]:
    """The values of each field under its name as it was recorded, in the order of first appearance."""
    grouped: dict[str, list[str]] = {}
    for name, value in headers:
        grouped.setdefault(name, []).append(value)
    return grouped


def lost_order(headers: Headers) -> str | None:
    """The name of a field whose values do not stand together: a mapping cannot say what stood between them."""
    names = [name for name, _ in headers]
    for at in range(1, len(names)):
        if names[at] != names[at - 1] and names[at] in names[:at]:
            return names[at]
    return None


def header_losses(interaction: Interaction) -> Iterator[Loss]:
    """What a mapping of header fields to lists of values loses of an interaction's headers."""
    for side, headers in (("request", interaction.request.headers), ("response", interaction.response.headers)):
        name = lost_order(headers)
        if name is not None:
            yield Loss(
                message=f"the values of the {side}'s {name} header stand together now",
                interaction=interaction.index,
                lost=False,  # RFC 9110 §5.3: the order of fields with different names means nothing
            )


def message_losses(interaction: Interaction) -> Iterator[Loss]:
    """The messages of a WebSocket, for formats of requests with one response."""
    body = interaction.response.body
    if body.stream == "websocket":
        what = f"the {len(body.events)} messages of the WebSocket are lost: only HAR has a place for them"
        yield Loss(message=what, interaction=interaction.index)


_LONE = re.compile("[\ud800-\udfff]")


def text_losses(interaction: Interaction) -> Iterator[Loss]:
    """Halves of surrogate pairs, which JSON can spell and YAML cannot."""
    for side, message in (("request", interaction.request), ("response", interaction.response)):
        texts = (message.body.text or "", *(word for pair in message.headers for word in pair))
        if any(map(_LONE.search, texts)) or _LONE.search(interaction.request.url if side == "request" else ""):
            what = f"halves of surrogate pairs in the {side} are U+FFFD now: YAML has no such characters"
            yield Loss(message=what, interaction=interaction.index)


# What several formats keep beside the exchange, and how a person calls it.
_BESIDE = {
    "recorded_at": "the time of recording",
    "duration": "the duration",
}


def beside_losses(interaction: Interaction, names: Iterable[str]) -> Iterator[Loss]:
    """What the interaction has in the fields `names` and the target has no place for."""
    for name in names:
        if getattr(interaction, name) is not None:
            yield Loss(message=f"{_BESIDE[name]} is lost", interaction=interaction.index)


# What recorders keep beside the exchange although it follows from it: numbers and hashes for their own players, the
# protocol's version in other words, parameters of the URL, the labels of a body.
_FOLLOWS = {
    "interaction": frozenset(
        ("id", "uuid", "insertionIndex", "callIndex", "matchKey", "hash", "_id", "_order", "persistent")
    ),
    "request": frozenset(("proto", "proto_major", "proto_minor", "host", "form", "request_uri", "body")),
    "response": frozenset(("proto_major", "proto_minor", "uncompressed", "transfer_encoding", "body")),
}


def extra_losses(interaction: Interaction) -> Iterator[Loss]:
    """The members that only the source's format has, but for those that follow from what is written."""
    sides = (
        ("interaction", interaction.extra),
        ("request", interaction.request.extra),
        ("response", interaction.response.extra),
    )
    for side, extra in sides:
        for key, value in extra.items():
            if key not in _FOLLOWS[side] and value not in (None, "", {}, []):
                yield Loss(message=f"{key!r} of the {side} is lost", interaction=interaction.index)


# --- YAML ------------------------------------------------------------------------------------------------------------

# Plain scalars that some reader of YAML 1.1 or 1.2 takes for something else than text: null, booleans, numbers (also
# octal, with underscores, and to the base of 60), dates, `=` and `<<`.
_NO_TEXT = re.compile(
    r"|~|null|Null|NULL|y|Y|yes|Yes|YES|n|N|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF"
    r"|[-+]?(?:\.\d[\d_]*|\d[\d_]*(?:(?::[0-5]?\d)+[\d_]*)?(?:\.[\d_]*)?)(?:[eE][-+]?\d+)?|[-+]?0[bxo][0-9a-fA-F_]+"
    r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)|\d{4}-\d\d?-\d\d?(?:(?:[Tt]|[ \t]+)\d.*)?|=|<<"
)
_STANDARD = "tag:yaml.org,2002:"


class Representer(SafeRepresenter):
    """Text that a reader could take for something else is quoted; bytes are lines of base64, as PyYAML writes them."""

    quote = "'"
    several_lines: str | None = None

    def represent_text(self, value: str) -> Any:
        style = self.quote if _NO_TEXT.fullmatch(value) else self.several_lines if "\n" in value else None
        return self.scalar("str", value, style)

    def scalar(self, tag: str, value: str, style: str | None = None) -> Any:
        """A scalar under a standard tag; ``None`` leaves it to libyaml how it is quoted."""
        value = _LONE.sub("\ufffd", value)
        return self.represent_scalar(_STANDARD + tag, value, style=style)

    def represent_bytes(self, value: bytes) -> Any:
        return self.scalar("binary", encodebytes(value).decode("ascii"), "|")

    def ignore_aliases(self, data: Any) -> bool:
        return True

    # Nodes share their tags: ruamel spells each out character by character, a third of the time of writing.

    def represent_scalar(self, tag: Any, *rest: Any, **named: Any) -> Any:
        return super().represent_scalar(_tag(tag), *rest, **named)

    def represent_sequence(self, tag: Any, *rest: Any, **named: Any) -> Any:
        return super().represent_sequence(_tag(tag), *rest, **named)

    def represent_mapping(self, tag: Any, *rest: Any, **named: Any) -> Any:
        return super().represent_mapping(_tag(tag), *rest, **named)


@lru_cache(maxsize=16)
def _tag(name: str) -> Tag:
    return Tag(suffix=name)


Representer.add_representer(str, lambda self, value: self.represent_text(value))
Representer.add_representer(bytes, lambda self, value: self.represent_bytes(value))


def yaml_bytes(
    document: Json,
    *,
    representer: type[Representer] = Representer,
    start: bool = False,
    unicode: bool = True,
    width: int = -1,
) -> bytes:
    """A YAML file of plain data, in libyaml's layout, which PyYAML, Psych and Go's yaml packages share.

    `representer` says what is quoted, and how; `start` begins with ``---``, without `unicode` only ASCII is written,
    and lines are folded at `width` characters (-1: never).
    """
    yaml = YAML(typ="safe")
    yaml.Representer = representer
    yaml.default_flow_style = False
    yaml.allow_unicode = unicode
    yaml.width = width
    yaml.explicit_start = start
    yaml.representer.sort_base_mapping_type_on_output = False
    written = io.BytesIO()
    yaml.dump(document, written)
    return written.getvalue()
