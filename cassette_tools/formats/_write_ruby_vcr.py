"""Ruby VCR, as the gem's YAML serializer writes it: the members of `HTTPInteraction#to_hash`, in the layout of Psych.

Bodies that are UTF-8 are text (``encoding: UTF-8``), all others ``!binary`` (``ASCII-8BIT``); of a recording that was
Ruby VCR's own, both stay as they were. The gem demands a time of recording, and knows it to the second.
"""

from __future__ import annotations

import re
from base64 import b64encode
from urllib.parse import quote, unquote, unquote_plus

from cassette_tools._version import __version__
from cassette_tools.formats import Loss, Written
from cassette_tools.formats._asking import host_losses, method_losses, sent_address
from cassette_tools.formats._http_date import EPOCH, http_date
from cassette_tools.formats._uncoded import agreeing, coding_losses
from cassette_tools.formats._writing import (
    Representer,
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
    from typing import Any

    from cassette_tools.model import Body, Interaction, Json, Recording

_WIDTH = 80  # columns: what Psych leaves to libyaml


def write(recording: Recording) -> Written:
    """The recording as a cassette of the gem."""
    own = recording.format == "ruby-vcr"
    document: dict[str, Json] = {
        "http_interactions": [
            _interaction(each if own else agreeing(each), own=own) for each in recording.interactions
        ],
        "recorded_with": (own and recording.format_version) or f"cassette {__version__}",
    }
    losses = tuple(loss for each in recording.interactions for loss in _losses(each, own=own))
    content = yaml_bytes(document, representer=_PsychRepresenter, start=True, width=_WIDTH)
    return Written(content=content, losses=losses)


def _losses(interaction: Interaction, *, own: bool) -> Iterator[Loss]:
    yield from header_losses(interaction)
    yield from message_losses(interaction)
    yield from text_losses(interaction)
    yield from beside_losses(interaction, ("duration",))
    if http_date(interaction.recorded_at) is None and interaction.recorded_at is not None:
        yield Loss(
            message=f"the time of recording is lost: {interaction.recorded_at!r} is no date",
            interaction=interaction.index,
        )
    yield from method_losses(interaction)
    yield from host_losses(interaction)
    if not own:
        if webmock_form(sent_address(interaction.request.url)) != interaction.request.url:
            yield Loss(
                message="the address is spelled as WebMock does, in whose form Ruby VCR compares addresses",
                interaction=interaction.index,
                lost=False,
            )
        yield from coding_losses(interaction)
        yield from extra_losses(interaction)


def _interaction(interaction: Interaction, *, own: bool) -> dict[str, Json]:
    request, response = interaction.request, interaction.response
    asked: dict[str, Json] = {
        "method": request.method.lower(),
        "uri": request.url if own else webmock_form(sent_address(request.url)),
        "body": _body(request.body, request.extra.get("body"), own=own),
        "headers": by_name(request.headers),
    }
    answered: dict[str, Json] = {
        "status": {"code": response.status_code, "message": response.reason if own else reason_phrase(response)},
        "headers": by_name(response.headers),
        "body": _body(response.body, response.extra.get("body"), own=own),
    }
    version = response.http_version
    if version is not None and version.startswith("HTTP/"):
        answered["http_version"] = version.removeprefix("HTTP/")
    whole: dict[str, Json] = {"request": asked, "response": answered}
    if own:
        asked |= {key: value for key, value in request.extra.items() if key != "body"}
        answered |= {key: value for key, value in response.extra.items() if key != "body"}
        whole |= interaction.extra
    whole["recorded_at"] = http_date(interaction.recorded_at) or EPOCH
    return whole


def _body(body: Body, told: Json, *, own: bool) -> dict[str, Json]:
    """`told` is what the gem's own file said of the body beside its content."""
    own_words = told if own and isinstance(told, dict) else {}
    text = None if body.raw is not None and (own or body.codings) else text_of(body)
    encoding = own_words.get("encoding") or ("ASCII-8BIT" if text is None else "UTF-8")
    if "base64_string" in own_words:
        return {"encoding": encoding, "base64_string": "".join(_lines_of_base64(body_bytes(body)))}
    return {"encoding": encoding, "string": body_bytes(body) if text is None else text}


def _lines_of_base64(content: bytes) -> Iterator[str]:
    """As Ruby's `Base64.encode64`: 60 characters and a line end."""
    encoded = b64encode(content).decode("ascii")
    return (f"{encoded[at : at + 60]}\n" for at in range(0, len(encoded), 60))


def webmock_form(address: str) -> str:
    """An address as `WebMock::Util::URI.normalize_uri` gives it to VCR, without a standard port: percent-encoding only
    where it is needed (RFC 3986 §6.2.2), the names of the query in order, of each the last value.
    """
    scheme, _, rest = address.partition("://")
    if scheme.lower() not in _PORTS or not rest:
        return quote(address, safe=_IN_ADDRESS, errors="surrogatepass")  # one that is no URI would take the whole file
    rest, hash_mark, fragment = rest.partition("#")
    rest, _, query = rest.partition("?")
    question = "?" if query else ""
    host, _, path = rest.partition("/")
    segments = [quote(unquote(segment), safe=_IN_PATH, errors="surrogatepass") for segment in path.split("/")]
    place = f"{scheme.lower()}://{host.lower().removesuffix(_PORTS[scheme.lower()])}/{'/'.join(segments)}"
    return place + question + _sorted_query(query) + hash_mark + fragment


_PORTS = {"http": ":80", "https": ":443"}
_IN_PATH = "!$&'()*+,;=:@~"
_IN_QUERY = "!$'()*,:@/?~"
_IN_ADDRESS = _IN_PATH + "/?#%[]"


def _sorted_query(query: str) -> str:
    pairs = [pair.partition("=") for pair in query.split("&") if pair]
    spelled = {}
    several = []
    for name, equals, value in pairs:
        name, value = (quote(unquote_plus(each), safe=_IN_QUERY, errors="surrogatepass") for each in (name, value))
        if name.endswith("%5B%5D"):
            several.append((name, f"{name}={value}"))
        else:
            spelled[name] = name + equals + value.replace("%3D", "=")
    return "&".join(pair for _, pair in sorted((*spelled.items(), *several), key=lambda item: item[0]))


# --- Psych -----------------------------------------------------------------------------------------------------------


class _PsychRepresenter(Representer):
    """`Psych::Visitors::YAMLTree#visit_String`: which text is quoted, and how."""

    def represent_text(self, value: str) -> Any:
        return self.scalar("str", value, _style_of(value))

    def represent_none(self, _value: None) -> Any:
        return self.scalar("null", "")

    def represent_bytes(self, value: bytes) -> Any:
        return self.represent_scalar("!binary", b64encode(value).decode("ascii"), style="|")


_PsychRepresenter.add_representer(type(None), lambda self, value: self.represent_none(value))


def _style_of(value: str) -> str | None:
    if _SEVERAL_LINES.search(value):
        return "|"
    if value in ("y", "Y", "n", "N"):
        return '"'
    if value == "<<":
        return "'"
    if _NO_WORD_FIRST.search(value):
        return '"'
    return "'" if _NO_STRING.fullmatch(value) else None


_SEVERAL_LINES = re.compile(r"\n(?!\n?\Z)")
_NO_WORD_FIRST = re.compile(r'(?m)^[^\w][^"]*$')
# What `Psych::ScalarScanner` reads as null, a boolean, a symbol, a number or a time, and octal-like numbers.
_NO_STRING = re.compile(
    r"|~|(?i:null|yes|no|true|false|on|off)|:.*"
    r"|[-+]?(?:0b[01_,]+|0[0-7_,]+|0x[0-9a-fA-F_,]+|0|[1-9](?:[0-9]|,[0-9]|_[0-9])*)"
    r"|[-+]?(?:[0-9][0-9_,]*)?\.[0-9]*(?:[eE][+-][0-9]+)?|[-+]?(?:[0-9][0-9_,]*)(?:[eE][+-]?[0-9]+)"
    r"|[-+]?\.(?i:inf)|\.(?i:nan)"
    r"|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9]){1,2}(?:\.[0-9_]*)?"
    r"|\d{4}-(?:1[012]|0\d|\d)-(?:[12]\d|3[01]|0\d|\d)"
    r"|-?\d{4}-\d{1,2}-\d{1,2}(?:[Tt]|\s+)\d{1,2}:\d\d:\d\d(?:\.\d*)?(?:\s*(?:Z|[-+]\d{1,2}:?(?:\d\d)?))?"
    r"|0[0-7]*\.[0-9].*"
)
