"""Who ends each stream of chat completions with ``data: [DONE]``: without it the end of a recording is gone.

Others speak the same API and leave it out (Perplexity, Writer), so that only those are here that were seen to send it
always. What was counted are streams as a server sent them; recorders that keep what an SDK made of a stream lose it.
"""

from __future__ import annotations

from cassette_tools._record import record


@record
class MarkedEnd:
    """A host; one that begins with a dot stands for all hosts below it."""

    host: str
    reason: str


HOSTS: tuple[MarkedEnd, ...] = (
    MarkedEnd(host="api.openai.com", reason="API reference of chat completions, `stream`; all 99 recorded streams"),
    MarkedEnd(host=".openai.azure.com", reason="the same API, served by Azure; all 3 recorded streams"),
    MarkedEnd(host="openrouter.ai", reason="all 41 recorded streams"),
    MarkedEnd(host="api.groq.com", reason="all 9 recorded streams"),
    MarkedEnd(host="api.mistral.ai", reason="all 19 recorded streams"),
    MarkedEnd(host="api.deepseek.com", reason="all 13 recorded streams"),
    MarkedEnd(host="api.x.ai", reason="all 18 recorded streams"),
)
