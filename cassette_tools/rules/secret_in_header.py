"""A header field holds a credential.

Looked at are the fields whose value *is* a credential (``Authorization``, ``x-api-key``, and whatever else is called
``…-api-key``, ``…-token`` or ``…-secret``), and every other field for what `secret-in-body` looks for.

Why it matters: a cassette is committed and published. Whoever reads it can use the key until it is revoked.

How to mend it: revoke the key first; it is in the history of the repository too. Then let the recorder remove the
field before it writes (go-vcr: a ``BeforeSaveHook``; VCR.py: ``filter_headers``), and record again or put a
placeholder in its place.

Not reported: placeholders (``REDACTED``, ``<API_KEY>``, ``AUTHORIZATION-XXX``: words, what repeats or counts up, and
your own patterns in the setting `placeholders`), signatures of a single request (AWS Signature Version 4) with the key
of a session, and tokens that open nothing: those of pages, of lists and against forged requests. The id of a long-lived
key (``AKIA…``) beside such a signature is reported: it names an account for years. Cookies have a rule of their own,
`cookie-recorded`, but for one that is a JSON Web Token: that is sure to be a credential.
"""

from __future__ import annotations

from cassette_tools.finding import Observation
from cassette_tools.places import header_place
from cassette_tools.rules import RULES, Rule
from cassette_tools.rules._secrets import SHORTEST, is_passing, is_suspect
from cassette_tools.secrets import is_secret_header, secret_of_header

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.model import Interaction

MEND = "let the recorder remove it before it writes"


def check(interaction: Interaction) -> Iterator[Observation]:
    suspect = is_suspect(interaction)
    for message in (interaction.request, interaction.response):
        for position, (name, value) in enumerate(message.headers.pairs):
            if len(value) < SHORTEST or not (suspect or is_secret_header(name)):
                continue
            secret = secret_of_header(name, value)
            if secret is not None and not is_passing(secret, interaction):
                yield Observation(
                    message=f"the header field `{name}` holds {secret.advise(MEND)}",
                    place=header_place(message, position),
                    key=name.lower(),
                )


RULES.register(
    Rule(
        name="secret-in-header",
        category="secrets",
        level="error",
        summary="a header field holds a credential",
        doc=__doc__,
        check=check,
    )
)
