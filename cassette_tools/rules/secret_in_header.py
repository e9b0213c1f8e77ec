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
from cassette_tools.secrets import header_secret

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.model import Interaction


def check(interaction: Interaction) -> Iterator[Observation]:
    for message in (interaction.request, interaction.response):
        for position, (name, value) in enumerate(message.headers.pairs):
            what = header_secret(name, value)
            if what is not None:
                yield Observation(
                    message=f"the header field `{name}` holds {what}: revoke it, and let the recorder remove it before "
                    "it writes",
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
