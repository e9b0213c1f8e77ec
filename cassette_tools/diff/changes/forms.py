"""Where a field of a form stands in it: of several parts (RFC 7578), or as a query is written."""

from __future__ import annotations

import re

from cassette_tools.model import ABSENT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.model import Body


def field_offset(body: Body, name: str) -> int | None:
    """At which character, or byte, the value of a field begins; ``None`` where the body is no form that has it."""
    content = body.text if body.text is not None else body.raw
    if not content or body.stream or body.json is not ABSENT:
        return None
    found = _search(content, name)
    return None if found is None else found.end()


def _search(content: str | bytes, name: str) -> re.Match[str] | re.Match[bytes] | None:
    """The head of a part, up to its blank line; else the name with its sign."""
    for pattern in _FORMS:
        wanted = pattern.format(re.escape(name))
        found = re.search(wanted, content) if isinstance(content, str) else re.search(wanted.encode("utf-8"), content)
        if found is not None:
            return found
    return None


_FORMS = (r'[; ]name="?{}"?(?=[;\r\n])[^\r\n]*\r?\n(?:[^\r\n]+\r?\n)*\r?\n', r"(?:^|&){}=")
