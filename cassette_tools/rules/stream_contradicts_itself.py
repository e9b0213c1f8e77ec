"""A stream says the same thing more than once, and not the same.

The Responses API sends each text and each call's arguments in pieces, whole when they are done, and once more in the
response with which the stream ends. Here these differ.

Why it matters: some clients read the pieces, some the whole, so that each sees another answer. What did it is an edit
by hand, or a redaction that was made in one place and not in the others: the other places may still hold what was to
go.

How to mend it: record the interaction again, or edit all places alike.
"""

from __future__ import annotations

from cassette_tools.rules import RULES, Rule

RULES.register(
    Rule(
        name="stream-contradicts-itself",
        category="stream",
        level="warning",
        summary="the pieces of a stream do not make what its end says",
        doc=__doc__,
    )
)
