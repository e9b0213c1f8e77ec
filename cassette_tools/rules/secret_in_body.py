"""The body of a request, or of a response that is no stream, holds a secret; or what the recorder keeps beside it.

Looked for are keys that their issuers have marked so that they can be found (``sk-…``, ``AIza…``, ``ghp_…``), tokens
(JWT), private keys, passwords in addresses of databases, and what the name of a field or of a parameter calls a
credential (``api_key``, ``refresh_token``, ``client_secret``, ``password``), in JSON of any depth, in forms, and
where a text quotes one; also in base64 that stands in JSON or in a ``data:`` address, where what it holds is ASCII.
Streams have a rule of their own, `secret-in-stream`. Beside the bodies a recorder may keep the fields of a form
(go-vcr's ``form``), the query (HAR's ``queryString``) or the variables of a test, which a filter of bodies and URLs
does not change; what the body or the URL holds as well is told there. The same is looked for at the top of the file.

Why it matters: a cassette is committed and published. Whoever reads it can use the key until it is revoked.

How to mend it: revoke the key first; it is in the history of the repository too. Then record again without it, or
put a placeholder in its place (`cassette normalize --select secrets` does that). What ends by itself within hours the
message says; there is nothing to revoke.

Not reported: placeholders (``REDACTED``, ``sk-...``, ``<token>``, ``MY-API-KEY-XXX``: words, what repeats or counts
up, and your own patterns in the setting `placeholders`), a name with a value that is no random word (schemas,
documentation, code), tokens whose claims say that they speak for nobody, what only looks random (ids, signatures,
base64), the id of a key that only says who signed something, the ``key`` or ``token`` in an address of another host
that a response gives out (an embedded player, a result of a search), a password that an answer repeats from its
request (which is where it is told), and addresses that are signed for a week or less (`signed-url-recorded`).
"""

from __future__ import annotations

from cassette_tools.finding import Observation
from cassette_tools.model import Place
from cassette_tools.rules import RULES, Rule
from cassette_tools.rules._aside import asides, asides_at_top
from cassette_tools.rules._secrets import found_in, is_asked, is_given_out, is_suspect, lasting
from cassette_tools.secrets import secrets_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.model import Interaction, Json, Route
    from cassette_tools.secrets import Secret


def check(interaction: Interaction) -> Iterator[Observation]:
    for side, body in (("request", interaction.request.body), ("response", interaction.response.body)):
        if not body.text or (body.stream and side == "response"):
            continue
        for secret in lasting(found_in(interaction, body.text), interaction):
            if side == "response" and _is_known(secret, body.text, interaction):
                continue
            yield Observation(
                message=f"the {side}'s body holds {secret.advise('put a placeholder in its place')}",
                place=body.place(secret.start, secret.end - secret.start),
                key=secret.key,
            )
    if is_suspect(interaction):
        yield from _beside(interaction)


def _is_known(secret: Secret, text: str, interaction: Interaction) -> bool:
    return is_given_out(secret, interaction) or is_asked(secret, text, interaction)


def _beside(interaction: Interaction) -> Iterator[Observation]:
    request, response = interaction.request, interaction.response
    told = "\n".join((request.url, request.body.text or "", response.body.text or ""))
    for aside in asides(interaction):
        spelled = aside.spelled
        for secret in lasting(secrets_in(spelled), interaction):
            if spelled[secret.start : secret.end] not in told:
                yield Observation(
                    message=f"`{aside.field}`, which the recorder keeps beside the exchange, holds "
                    f"{secret.advise('put a placeholder in its place')}",
                    place=Place(route=aside.route),
                    key=f"{aside.field} {secret.key}",
                )


def in_file(top: Json, items: Route) -> Iterator[Observation]:
    """The secrets that stand beside the interactions, at the top of the file; `items` is where these are."""
    if not items or not isinstance(top, dict):
        return
    for aside in asides_at_top(top, items):
        for secret in secrets_in(aside.spelled):
            if not secret.companion:
                yield Observation(
                    message=f"`{aside.field}`, beside the interactions, holds "
                    f"{secret.advise('put a placeholder in its place')}",
                    place=Place(route=aside.route),
                    key=f"{aside.field} {secret.key}",
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
