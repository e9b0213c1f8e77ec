"""A header field holds a credential.

Looked at are the fields whose value *is* a credential (``Authorization``, ``x-api-key``, ``api-key`` and the like),
and every other field for keys that their issuers have marked (``sk-…``, ``AIza…``).

Why it matters: a cassette is committed and published. Whoever reads it can use the key until it is revoked.

How to mend it: revoke the key first; it is in the history of the repository too. Then let the recorder remove the
field before it writes (go-vcr: a ``BeforeSaveHook``; VCR.py: ``filter_headers``), and record again or put a
placeholder in its place.

Not reported: placeholders (``REDACTED``, ``<API_KEY>``, ``test-key``), and signatures of a single request (AWS
Signature Version 4).
"""

from __future__ import annotations

from cassette_tools.finding import Observation
from cassette_tools.places import header_place
from cassette_tools.rules import RULES, Rule
from cassette_tools.secrets import SECRET_HEADERS, credential, secrets_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.model import Interaction

COOKIES = ("cookie", "set-cookie")  # these have a rule of their own


def check(interaction: Interaction) -> Iterator[Observation]:
    for message in (interaction.request, interaction.response):
        marked = secrets_in("\n".join([value for _, value in message.headers.pairs]))
        for position, (name, value) in enumerate(message.headers.pairs):
            if len(value) < 16:
                continue
            field = name.lower()
            what = _credential_in(value) if field in SECRET_HEADERS else _key_in(value) if marked else None
            if what is not None and field not in COOKIES:
                yield Observation(
                    message=f"the header field `{name}` holds {what}: revoke it, and let the recorder remove it before "
                    "it writes",
                    place=header_place(message, position),
                    key=field,
                )


def _credential_in(value: str) -> str | None:
    token = credential(value)
    return None if token is None else _key_in(token) or f"a credential of {len(token)} characters"


def _key_in(value: str) -> str | None:
    known = secrets_in(value)
    return known[0].describe() if known else None


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
