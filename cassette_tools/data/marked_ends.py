"""Who ends each stream of chat completions with ``data: [DONE]``: without it the end of a recording is gone.

Others speak the same API and leave it out (Perplexity, Writer), so that nobody is here who was not seen to send it
always.
"""

from __future__ import annotations

from cassette_tools._record import record


@record
class MarkedEnd:
    """A host; one that begins with a dot stands for all hosts below it."""

    host: str
    reason: str


HOSTS: tuple[MarkedEnd, ...] = (
    MarkedEnd(host="api.openai.com", reason="API reference: the stream is terminated by a data: [DONE] message"),
    MarkedEnd(host=".openai.azure.com", reason="Azure OpenAI reference: the same words"),
    MarkedEnd(host="openrouter.ai", reason="every recorded stream"),
    MarkedEnd(host="api.groq.com", reason="API reference: terminated by a data: [DONE] message"),
    MarkedEnd(host="api.mistral.ai", reason="API reference: terminated by a data: [DONE] message"),
    MarkedEnd(host="api.deepseek.com", reason="API reference: terminated by a data: [DONE] message"),
    MarkedEnd(host="api.x.ai", reason="every recorded stream"),
)
