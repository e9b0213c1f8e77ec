"""A session over a WebSocket as a request and a response: its formats have one stream of both."""

from __future__ import annotations

from cassette_tools._record import replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.model import Interaction, Recording


def with_requests(recording: Recording) -> Recording:
    """The recording, with the requests that were put together of a session's messages in their place."""
    if all(each.llm is None or each.llm.asked is None for each in recording.interactions):
        return recording
    return replace(recording, interactions=tuple([_with_request(each) for each in recording.interactions]))


def _with_request(interaction: Interaction) -> Interaction:
    asked = None if interaction.llm is None else interaction.llm.asked
    return interaction if asked is None else replace(interaction, request=replace(interaction.request, body=asked))
