"""The body of a request, or of a response that is no stream, holds a secret.

Looked for are keys that their issuers have marked so that they can be found (``sk-…``, ``AIza…``, ``ghp_…``),
tokens (JWT), and private keys. Streams have a rule of their own, `secret-in-stream`.

Why it matters: a cassette is committed and published. Whoever reads it can use the key until it is revoked.

How to mend it: revoke the key first; it is in the history of the repository too. Then record again without it, or
put a placeholder in its place.

Not reported: placeholders (``REDACTED``, ``sk-...``, ``<token>``, keys that repeat or count up), and what only
looks random: ids, signatures, base64.
"""

from __future__ import annotations

from cassette_tools.finding import Observation
from cassette_tools.rules import RULES, Rule
from cassette_tools.secrets import secrets_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.model import Interaction


def check(interaction: Interaction) -> Iterator[Observation]:
    for side, body in (("request", interaction.request.body), ("response", interaction.response.body)):
        if not body.text or (body.stream and side == "response"):
            continue
        for secret in secrets_in(body.text):
            yield Observation(
                message=f"the {side}'s body holds {secret.describe()}: revoke it, and put a placeholder in its place",
                place=body.place(secret.start, secret.end - secret.start),
                key=secret.name,
            )


RULES.register(
    Rule(
        name="secret-in-body",
        category="secrets",
        level="error",
        summary="a body holds a secret",
        doc=__doc__,
        check=check,
    )
)
