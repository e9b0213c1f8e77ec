"""What a file that is no cassette looks like, so that its refusal can name it: near misses of the known formats.

Each row: what to call it, the keys that the top level must have, and where that is known from.
"""

from __future__ import annotations

MAPPINGS: tuple[tuple[str, frozenset[str], str], ...] = (
    ("a HAR file", frozenset({"log"}), "HAR 1.2: one top-level member, log"),
    ("an httpmock-rs recording", frozenset({"when", "then"}), "httpmock crate, one document an interaction"),
    ("an Azure SDK test proxy recording", frozenset({"Entries", "Variables"}), "Azure SDK tools, test-proxy"),
    ("a seinfeld recording", frozenset({"entries", "meta"}), "seinfeld's file layout"),
    ("a recording of Mastra's llm-recorder", frozenset({"meta", "recordings"}), "the recorder's `RecordingFile`"),
    ("a split VCR.py cassette", frozenset({"requests", "responses"}), "langchain's compressing serializer"),
    (
        "a single recorded exchange (llama-stack, ddtrace, WireMock or req_llm)",
        frozenset({"request", "response"}),
        "their file layouts",
    ),
    (
        "a cassette of another recorder, without interactions",
        frozenset({"interactions"}),
        "go-vcr and VCR.py share the key",
    ),
)
