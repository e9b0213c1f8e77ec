"""What a file that is no cassette of a known format looks like, so that its refusal can name it.

Each row: what to call it, the keys that the top level (or the first element of its list) must have, and where that is
known from. Rows for formats that become readable are deleted.
"""

from __future__ import annotations

MAPPINGS: tuple[tuple[str, frozenset[str], str], ...] = (
    ("a HAR file", frozenset({"log"}), "HAR 1.2: one top-level member, log"),
    ("an httpmock-rs recording", frozenset({"when", "then"}), "httpmock crate, one document an interaction"),
    ("an Azure SDK test proxy recording", frozenset({"Entries", "Variables"}), "Azure SDK tools, test-proxy"),
    ("a seinfeld recording", frozenset({"entries", "meta"}), "seinfeld's file layout"),
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

ITEMS: tuple[tuple[str, frozenset[str], str], ...] = (
    ("a WebSocket transcript", frozenset({"kind", "direction"}), "pydantic-ai's recordings of Realtime sessions"),
)

LISTS: tuple[tuple[str, frozenset[str], str], ...] = (
    ("a VCR.py cassette, version 0", frozenset({"request", "response"}), "VCR.py before version 1: a bare list"),
    ("a nock-back fixture", frozenset({"scope", "path"}), "nock's recorder"),
)

PREFIXES: tuple[tuple[bytes, str, str], ...] = (
    (b"\x1f\x8b", "a gzip-compressed file", "RFC 1952 magic bytes"),
    (b"httprr trace v1", "an httprr trace", "golang.org/x/oscar httprr, first line"),
    (b"-- ", "a txtar archive", "golang.org/x/tools/txtar file marker"),
    (b"data:", "a bare event stream", "WHATWG server-sent events"),
    (b"event:", "a bare event stream", "WHATWG server-sent events"),
)
