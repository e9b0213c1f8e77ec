"""How another client asks for what was recorded: the method and the address of a request as they are sent.

Recorders keep what a program wrote (``post``, an address with a fragment), and those that stand in for a server, or
keep bodies alone, know no host.
"""

from __future__ import annotations

from cassette_tools._record import replace
from cassette_tools.formats import Loss
from cassette_tools.later import regex

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.model import Interaction, Recording, Request

_PORTS = {"http": ":80", "https": ":443"}
_ADDRESS = regex("(https?)://([^/?#]*)([^#]*)")


def asked(request: Request) -> Request:
    """The request with its method in capitals, as clients send it."""
    method = request.method.upper()
    return request if method == request.method else replace(request, method=method)


def sent_address(address: str) -> str:
    """An address without what is not sent, the fragment and the standard port; its path is never empty."""
    found = _ADDRESS.match(address)
    if found is None:
        return address
    scheme, host, path = found.groups()
    return f"{scheme}://{host.removesuffix(_PORTS[scheme])}{'' if path.startswith('/') else '/'}{path}"


def method_losses(interaction: Interaction) -> Iterator[Loss]:
    """What `asked` changes."""
    method = interaction.request.method
    if method != method.upper():
        said = f"the method {method!r} is {method.upper()}, as clients send it"
        yield Loss(message=said, interaction=interaction.index, lost=False)


def address_losses(interaction: Interaction) -> Iterator[Loss]:
    """What `sent_address` leaves out."""
    if sent_address(interaction.request.url) != interaction.request.url:
        said = "the address is written as it is sent: without fragment and standard port, with a path"
        yield Loss(message=said, interaction=interaction.index, lost=False)


def host_losses(interaction: Interaction) -> Iterator[Loss]:
    """Nobody can ask for a path without a host."""
    if _has_no_host(interaction.request) and interaction.response.body.stream != "websocket":
        said = "the recording has no host, so that no client's request is found: --url says where it went"
        yield Loss(message=said, interaction=interaction.index, lost=False)


def addressed(recording: Recording, host: str) -> Recording:
    """The recording with a host (``https://api.openai.com``, or a whole address) where its requests have none. One that
    has no method, either, is a POST, as calls of models are.
    """
    return replace(recording, interactions=tuple(_addressed(each, host) for each in recording.interactions))


def _addressed(interaction: Interaction, host: str) -> Interaction:
    request = interaction.request
    if not _has_no_host(request):
        return interaction
    url = host.rstrip("/") + request.url if request.url else host
    return replace(interaction, request=replace(request, url=url, method=request.method or "POST"))


def _has_no_host(request: Request) -> bool:
    return not request.url or request.url.startswith("/")
