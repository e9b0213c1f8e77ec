"""What reading a file and decoding its bodies met: rules without a `check`, each reporting the `Problem`s of its
own name."""

from __future__ import annotations

from cassette_tools.rules import RULES, Rule

YAML_SYNTAX = """The file is not well-formed YAML (or JSON), so nothing in it can be used.

Why it matters: no recorder can replay it. What usually did it is a merge conflict, a hand edit that broke the
indentation, a tab, or a file that was cut off. The rule also reports files that no program should read: aliases
that multiply without end, and nesting thousands deep.

How to mend it: open the file at the line that is named; if the damage is more than a slip, record it again.
"""

MERGE_CONFLICT = """The file holds an unresolved merge conflict.

Why it matters: no recorder can replay it; what it holds is two recordings, with git's markers between them.

How to mend it: keep one side (``git checkout --ours FILE`` or ``--theirs``); a recording that is put together from two
was never made. Best is to record the file again. ``cassette diff`` of both sides says what is at stake.
"""

DUPLICATE_KEY = """A mapping has the same key twice.

Why it matters: YAML forbids it. Some readers refuse the file, the others keep the first or the last value, so that
what is replayed depends on who reads it.

How to mend it: remove one of the two, or make a list of both values where the format has lists (header fields).
"""

UNKNOWN_FORMAT = """The file is well-formed, but no cassette format that is known here.

Why it matters: it was named as a cassette, and nothing in it was checked.

How to mend it: see whether the top of the file is whole (``version`` and ``interactions`` for go-vcr); if it is no
cassette, leave it out with ``exclude``.
"""

INVALID_UTF8 = """The file holds bytes that are not UTF-8.

Why it matters: YAML and JSON are UTF-8 (or UTF-16). Readers stop at such a byte, or put a question mark in its
place, and then the body that is replayed is not the one that was recorded.

How to mend it: convert the file to UTF-8, or record it again; a recorder writes a binary body as ``!!binary``
(base64).
"""

EMPTY_CASSETTE = """The cassette holds no interaction.

Why it matters: recorders write such a file for a test that makes no request (one of validation, say), and players that
only replay want it there. But it is also left behind when a test was interrupted while it recorded, or when its
requests never passed through the recorder; then the test fails at its first request.

How to mend it: where the test makes requests, record it again. Else leave the file: without it, some players fail.

Nothing in the file tells one from the other, so this is a note. Where the tests of a suite are as meant, take it out of
the way with ``ignore = ["empty-cassette"]``.
"""

SCHEMA_VIOLATION = """The file contradicts the JSON Schema of its own format.

Why it matters: a field that is missing or of the wrong type is read as an empty one, silently. Fields that the
schema does not know are kept and are no violation.

How to mend it: write the field as the schema says (``cassette schema`` prints it), or record the file again.
"""

BODY_NOT_JSON = """A body is said to be JSON (``Content-Type: application/json``), and does not parse.

Why it matters: the client will fail where it parses the body. What usually did it is a hand edit (a quotation mark,
a comma), a redaction that went too far, or a body that was cut off.

How to mend it: repair the JSON at the place that is named, or record the interaction again.
"""

UNREADABLE_BODY = """A body is compressed, and cannot be decompressed.

Why it matters: the client will fail where it reads the body, and nothing in the body was checked here. What usually did
it is a recorder that stored bytes as text, a body that was cut off, or data that would inflate without end.

How to mend it: record the interaction again, best with a recorder that decodes bodies before it writes them.
"""

STREAM_EVENT_NOT_JSON = """An event of a stream whose other events are JSON does not parse.

Why it matters: clients parse each event and fail at this one. What usually did it is a hand edit, or a long line
that was broken.

How to mend it: repair the event, or record the interaction again. Ends of streams such as ``[DONE]`` are known and
no finding.
"""


def _register(name: str, category: str, level: str, summary: str, doc: str) -> None:
    RULES.register(Rule(name=name, category=category, level=level, summary=summary, doc=doc))


_register("yaml-syntax", "format", "error", "the file is not well-formed YAML or JSON", YAML_SYNTAX)
_register("merge-conflict", "format", "error", "the file holds an unresolved merge conflict", MERGE_CONFLICT)
_register("duplicate-key", "format", "error", "a mapping has the same key twice", DUPLICATE_KEY)
_register("unknown-format", "format", "error", "the file is no cassette of a known format", UNKNOWN_FORMAT)
_register("invalid-utf8", "format", "error", "the file holds bytes that are not UTF-8", INVALID_UTF8)
_register("empty-cassette", "format", "note", "the cassette holds no interaction", EMPTY_CASSETTE)
_register("schema-violation", "format", "error", "the file contradicts the schema of its format", SCHEMA_VIOLATION)
_register("body-not-json", "http", "error", "a body that is said to be JSON does not parse", BODY_NOT_JSON)
_register("unreadable-body", "http", "error", "a compressed body does not decompress", UNREADABLE_BODY)
_register("stream-event-not-json", "stream", "error", "an event of a JSON stream does not parse", STREAM_EVENT_NOT_JSON)
