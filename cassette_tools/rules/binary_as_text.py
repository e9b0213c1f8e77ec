"""A binary body (an image, sound, an archive) was written as text, and some of its bytes are lost.

Bytes that are not UTF-8 were put into a text, each as a character or as a question mark in a box (U+FFFD), while those
that happen to be UTF-8 became the characters that they mean: two things that cannot be told apart any more.

Why it matters: what is replayed is not what was sent; the client gets a picture that does not open, or of another
length.

How to mend it: record the interaction again with a recorder that writes bytes as base64: VCR.py and Ruby VCR write
``!!binary`` (Ruby: ``preserve_exact_body_bytes``); with go-vcr, let a ``BeforeSaveHook`` put base64 or a short text in
the place of the body.

Not reported: text of any language, JSON, event streams, and bytes that are all there (``!!binary``, base64, a character
for each).
"""

from __future__ import annotations

from cassette_tools.finding import Observation
from cassette_tools.rules import RULES, Rule
from cassette_tools.rules._binary import is_binary
from cassette_tools.wire.body import media_type

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.model import Interaction


def check(interaction: Interaction) -> Iterator[Observation]:
    for side, message in (("request", interaction.request), ("response", interaction.response)):
        body = message.body
        if not body.text or not is_binary(body) or _is_whole(body.text):
            continue
        kind = media_type(message.headers)
        yield Observation(
            message=f"the {side}'s body{f' ({kind})' if kind else ''} is binary, and was written as text: bytes of "
            "it are lost; record the interaction again, with bodies in base64",
            place=body.place(),
            key=side,
        )


def _is_whole(text: str) -> bool:
    """Whether each character is one byte: then nothing is lost."""
    try:
        text.encode("latin-1")
    except UnicodeEncodeError:
        return False
    return True


RULES.register(
    Rule(
        name="binary-as-text",
        category="text",
        level="warning",
        summary="a binary body was written as text, and bytes of it are lost",
        doc=__doc__,
        check=check,
    )
)
