"""The URL of a request holds a secret.

Looked for are parameters whose names call them so (``key``, ``api_key``, ``access_token``, ``token``), a password
before the host, signatures of addresses that stay open (``sig``, ``X-Amz-Signature``, ``Signature``), and whatever
`secret-in-body` finds in a text.

Why it matters: a cassette is committed and published. Whoever reads it can use the key until it is revoked; URLs also
stand in the logs of every server on the way.

How to mend it: revoke the key first; it is in the history of the repository too. Then let the recorder put a
placeholder there (VCR.py: ``filter_query_parameters``; go-vcr: a ``BeforeSaveHook``; Ruby VCR:
``filter_sensitive_data``), since players compare URLs. If the service takes it, send the key in a header field
instead.

Not reported: placeholders, as for `secret-in-header`; and addresses that are signed for a week or less: when the
cassette is read they open nothing (`signed-url-recorded` tells of them).
"""

from __future__ import annotations

from cassette_tools.finding import Observation
from cassette_tools.model import Place
from cassette_tools.places import query_place, url_place
from cassette_tools.rules import RULES, Rule
from cassette_tools.rules._secrets import SHORTEST, found_in, lasting

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.model import Interaction, Request
    from cassette_tools.secrets import Secret

VERBATIM = ("url", "uri", "RequestUri")  # the last step of a route that leads to the URL as it is
MEND = "let the recorder put a placeholder there before it writes"


def check(interaction: Interaction) -> Iterator[Observation]:
    request = interaction.request
    if len(request.url) < SHORTEST:
        return
    for secret in lasting(found_in(interaction, request.url), interaction):
        yield Observation(
            message=f"the URL holds {secret.advise(MEND)}",
            place=place_in_url(request, secret),
            related=places_beside(request, secret),
            key=secret.key,
        )


def place_in_url(request: Request, secret: Secret) -> Place:
    """Where the file has it: within the URL, or apart from it where only the parameters are written."""
    place = url_place(request)
    if place.route[-1] in VERBATIM:
        return Place(route=place.route, offset=secret.start, length=secret.end - secret.start)
    return query_place(request, secret.field) if secret.field in request.query_routes else place


def places_beside(request: Request, secret: Secret) -> tuple[Place, ...]:
    """Where it stands again: HAR lists the parameters beside the URL."""
    place = url_place(request)
    if place.route[-1] not in VERBATIM or secret.field not in request.query_routes:
        return ()
    return (query_place(request, secret.field),)


RULES.register(
    Rule(
        name="secret-in-url",
        category="secrets",
        level="error",
        summary="the URL of a request holds a secret",
        doc=__doc__,
        check=check,
    )
)
