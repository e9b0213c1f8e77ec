"""The hosts that end every stream of chat completions with ``data: [DONE]``: a stream without it was cut.

Other hosts of the same API leave it out (Perplexity, Writer), so a host has a row only if its reference or every
recorded stream shows that it always sends the mark. Counted are streams as a server sent them: recorders that keep
what an SDK made of a stream lose the mark.
"""

from __future__ import annotations

from cassette_tools._record import record


@record
class MarkedEnd:
    """A host; one that begins with a dot stands for all hosts below it."""

    host: str
    reason: str


HOSTS: tuple[MarkedEnd, ...] = (
    MarkedEnd(host="api.openai.com", reason="its API reference; all 99 recorded streams end with it"),
    MarkedEnd(host=".openai.azure.com", reason="the same API, served by Azure; all 3 recorded streams end with it"),
    MarkedEnd(host="openrouter.ai", reason="all 41 recorded streams end with it"),
    MarkedEnd(host="api.groq.com", reason="all 9 recorded streams end with it"),
    MarkedEnd(host="api.mistral.ai", reason="all 19 recorded streams end with it"),
    MarkedEnd(host="api.deepseek.com", reason="all 13 recorded streams end with it"),
    MarkedEnd(host="api.x.ai", reason="all 18 recorded streams end with it"),
)
