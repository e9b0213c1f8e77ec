"""An address was recorded that is signed for a week or less.

Providers give out generated images so, and uploads go to such addresses: whoever has one may use it until it ends,
and it says itself when that is.

Why it matters: hardly. When the cassette is read the address opens nothing, and there is nothing to revoke; so this
rule must be asked for. It differs with every recording, and it names the storage and the key that signed.

How to mend it: `cassette normalize --select secrets` puts placeholders in the place of signatures.

Not reported: addresses that stay open for longer, or say no end. These are secrets: `secret-in-url`, `secret-in-body`.
"""

from __future__ import annotations

from cassette_tools.finding import Observation
from cassette_tools.rules import RULES, Rule
from cassette_tools.rules._secrets import found_in, is_passing
from cassette_tools.rules.secret_in_url import place_in_url

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.model import Interaction

MEND = "`cassette normalize --select secrets` removes it"


def check(interaction: Interaction) -> Iterator[Observation]:
    request = interaction.request
    for secret in found_in(interaction, request.url):
        if is_passing(secret, interaction):
            yield Observation(
                message=f"the URL holds {secret.describe()}: {MEND}",
                place=place_in_url(request, secret),
                key=secret.key,
            )
    for side, body in (("request", request.body), ("response", interaction.response.body)):
        for secret in found_in(interaction, body.text or ""):
            if is_passing(secret, interaction):
                yield Observation(
                    message=f"the {side}'s body holds {secret.describe()}: {MEND}",
                    place=body.place(secret.start, secret.end - secret.start),
                    key=secret.key,
                )


RULES.register(
    Rule(
        name="signed-url-recorded",
        category="secrets",
        level="note",
        summary="an address is recorded that is signed for a week or less",
        doc=__doc__,
        check=check,
        default=False,
    )
)
