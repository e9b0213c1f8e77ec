"""Regular expressions that are compiled when they are first asked. A command imports some sixty of them, of which most
files need a third, and to compile one takes as long as to import a small module.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Later:
    """Has the methods of a compiled pattern; the first that is asked for compiles it."""

    def __init__(self, text: str, flags: int = 0) -> None:
        self.text = text
        self.given = flags

    def __getattr__(self, name: str) -> Any:
        method = getattr(re.compile(self.text, self.given), name)
        setattr(self, name, method)  # found at once from now on
        return method


def regex(text: str, flags: int = 0) -> re.Pattern[str]:
    """``re.compile``, later."""
    return Later(text, flags)  # type: ignore[return-value]
