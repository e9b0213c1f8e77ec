"""Recorded text in Markdown, where it can be no markup, no mention and no link."""

from __future__ import annotations

import re

from cassette_tools.printable import printable

LIMIT = 60_000  # characters; GitHub takes 65,536, and a bot may want to add a line
_LONGEST = 2000  # characters of one message


def code(text: str) -> str:
    """A code span (CommonMark §6.1) that holds the text whatever backticks it has, also in a table's cell."""
    clean = printable(text).replace("|", "\\|") if "|" in text else printable(text)
    ticks = "`" * (1 + max((len(run) for run in re.findall("`+", clean)), default=0))
    padded = f" {clean} " if clean.startswith("`") or clean.endswith("`") else clean
    return f"{ticks}{padded}{ticks}" if clean else ""


def plain(text: str) -> str:
    """Text that is no markup: what Markdown or HTML would act on is escaped; the words of a message stay readable."""
    clean = printable(text if len(text) <= _LONGEST else text[:_LONGEST] + "…")
    clean = clean.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("@", "@\u200b")
    clean = re.sub(r"([\\*_\[\]|~#!])", r"\\\1", clean)
    return clean.replace("://", ":\u200b//")


def html(text: str) -> str:
    """Text within HTML."""
    return printable(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
