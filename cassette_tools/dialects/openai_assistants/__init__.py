"""The Assistants API of OpenAI (and Azure), streamed: the dialect ``openai.assistants``.

A run writes messages into a thread and takes steps on the way. Its stream tells of all three by events that are named
after them: the run, the steps and the messages as they are created and completed, and what is added to them as deltas.
Folded they are the run, with its ``steps`` and ``messages``: a run that is not streamed is a resource, and its answer
is fetched with the thread's messages. All that one run said is one output message. Pointers are those of `openai_chat`.
"""

from __future__ import annotations

from cassette_tools._record import replace
from cassette_tools.decoding.assembly import Decoding
from cassette_tools.decoding.members import Members
from cassette_tools.decoding.urls import is_post, path_of
from cassette_tools.decoding.values import mapping
from cassette_tools.dialects import CERTAIN, DIALECTS, LIKELY, Dialect
from cassette_tools.dialects.openai_assistants.request import read_request
from cassette_tools.dialects.openai_assistants.response import read_response
from cassette_tools.dialects.openai_assistants.stream import MESSAGE, RUN, fold, kind_of
from cassette_tools.dialects.openai_chat import read_tools
from cassette_tools.model import ABSENT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.decoding import Folded
    from cassette_tools.model import Interaction, LLMCall

NAME = "openai.assistants"
PATHS = ("/runs", "/submit_tool_outputs")  # after ``/threads``, or ``/threads/{id}``
_LOOK_AHEAD = 5  # events


def recognize(interaction: Interaction) -> int:
    """3: the events are those of a run; 2: the path and the method, and a stream is asked for."""
    request, body = interaction.request, interaction.response.body
    if any(kind_of(event).startswith((RUN, MESSAGE)) for event in body.events[:_LOOK_AHEAD]):
        return CERTAIN
    if "/threads" not in request.url or not is_post(request) or body.json is not ABSENT:
        return 0
    is_asked = path_of(request.url).endswith(PATHS) and mapping(request.body.json).get("stream") is True
    return LIKELY if is_asked else 0


def decode(interaction: Interaction, folded: Folded) -> LLMCall:
    """The call that an interaction is. Never raises, whatever the bodies hold."""
    decoding = Decoding(NAME, interaction, folded)
    asked, tools = read_request(decoding.request), decoding.response.peek("tools")
    if not asked.tools:  # then they are the assistant's, as the run says
        asked = replace(asked, tools=read_tools(Members({"tools": tools}, "", {}, "")))
    return decoding.call("invoke_agent", asked, read_response(decoding))  # OpenTelemetry's name for it


DIALECTS.register(
    Dialect(name=NAME, title="OpenAI Assistants (streamed runs)", recognize=recognize, fold=fold, decode=decode)
)
