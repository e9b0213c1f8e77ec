"""A message has U+FFFD (�) where a letter was: bytes were lost before the recording was written.

Who decodes a body piece by piece, or with another encoding than it has, puts U+FFFD in the place of each byte that
makes no sense alone.

Why it matters: the recording says what nobody said, and what stood there cannot be got back.

How to mend it: record the interaction again; let the recorder keep the bytes of a body, or decode it as a whole. Where
the provider itself has sent U+FFFD, ignore this.

All places in one body are one finding. Not reported: U+FFFD that stands alone or in an escape (``\\ufffd``: the server
has sent it), pages of the Web, and bytes that were written as text (`binary-as-text`).
"""

from __future__ import annotations

from cassette_tools.finding import Observation
from cassette_tools.later import regex
from cassette_tools.rules import RULES, Rule
from cassette_tools.rules._binary import is_binary

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.model import Interaction

LOST = "\ufffd"
_WORD = regex(r"[^\W\d_]{1,40}\ufffd{1,40}[^\W\d_]{0,40}|\ufffd{1,40}[^\W\d_]{1,40}")
MOST = 10  # places that are named


def check(interaction: Interaction) -> Iterator[Observation]:
    if interaction.llm is None:
        return
    for side, body in (("request", interaction.request.body), ("response", interaction.response.body)):
        if not body.text or LOST not in body.text or is_binary(body):
            continue
        words = list(_WORD.finditer(body.text))
        if words:
            first, *others = [body.place(word.start(), len(word[0])) for word in words[:MOST]]
            yield Observation(
                message=f"`{words[0][0]}` has U+FFFD in the place of bytes that are lost: the {side} was decoded in "
                "pieces, or in another encoding than its own; record the interaction again",
                place=first,
                related=tuple(others),
                key=side,
            )


RULES.register(
    Rule(
        name="characters-lost",
        category="text",
        level="warning",
        summary="a message has U+FFFD in the place of letters",
        doc=__doc__,
        about="beyond-ascii",
        check=check,
    )
)
