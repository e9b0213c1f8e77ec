"""A comment ``# cassette: ignore[rule]`` silences nothing.

Why it matters: what it accepted is gone, or it never stood where it had to. When the same thing comes back, nobody is
told. A name that no rule has is mostly a slip of the pen.

How to mend it: take the comment out, or the name from its brackets. A comment speaks for the key it stands at and all
that is indented under it; above ``- id: 3`` for the interaction; before the first key for the file.

Not reported: comments for rules that did not run, by ``--select``, ``--ignore`` or the configuration.
"""

from __future__ import annotations

from cassette_tools.rules import RULES, Rule

RULES.register(
    Rule(
        name="unused-suppression",
        category="format",
        level="note",
        summary="a comment that silences nothing",
        doc=__doc__,
    )
)
