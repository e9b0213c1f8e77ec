"""What the rules on secrets share: a first glance at an interaction, and what of it is worth a finding."""

from __future__ import annotations

from cassette_tools.rules._aside import asides
from cassette_tools.secrets import secrets_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.model import Interaction
    from cassette_tools.secrets import Secret

SHORTEST = 12  # characters of a value that is looked at: a scheme and the shortest password
_SMALL = 8000  # characters of a body that is glanced at with the rest
_WEEK = 7 * 24 * 3600  # seconds
_DAY = 24 * 3600
_last: list[tuple[Interaction, bool]] = []


def found_in(interaction: Interaction, text: str) -> tuple[Secret, ...]:
    """The secrets in one of the texts of an interaction: its URL, the value of a header field, a body.

    Most have none. So all the short ones are searched at once, and each by itself only where that found something.
    """
    if len(text) <= _SMALL and not is_suspect(interaction):
        return ()
    return secrets_in(text)


def is_suspect(interaction: Interaction) -> bool:
    """Whether one of the short texts of an interaction holds a secret."""
    if not _last or _last[0][0] is not interaction:
        # What each begins with may be a parameter, as at the beginning of a form.
        _last[:] = [(interaction, bool(secrets_in("\n?".join(_short_texts(interaction)))))]
    return _last[0][1]


def _short_texts(interaction: Interaction) -> Iterator[str]:
    request, response = interaction.request, interaction.response
    yield request.url
    for headers in (request.headers, response.headers):
        yield from [value for _, value in headers.pairs if len(value) >= SHORTEST]
    yield from [body.text for body in (request.body, response.body) if body.text and len(body.text) <= _SMALL]
    yield from [aside.spelled for aside in asides(interaction)]


def lasting(found: tuple[Secret, ...], interaction: Interaction) -> Iterator[Secret]:
    """Those that open something when the recording is read: no signature that ends within a week."""
    for secret in found:
        if not secret.companion and not is_passing(secret, interaction):
            yield secret


def is_given_out(secret: Secret, interaction: Interaction) -> bool:
    """Whether it is a key in an address of somebody else's host, in a response: the server gives it to whoever asks (a
    player that a page embeds, what a search found). Addresses of its own host may repeat what it was asked.
    """
    return bool(secret.host) and _site(secret.host) != _site(interaction.request.url.partition("://")[2])


def is_asked(secret: Secret, text: str, interaction: Interaction) -> bool:
    """Whether it is a password that an answer repeats from its own request, where it is told if it is one: a riddle or
    a dialogue that somebody made up has words that are called so.
    """
    asked = interaction.request.body.text
    return secret.name == "password" and asked is not None and text[secret.start : secret.end] in asked


def _site(host: str) -> list[str]:
    """The last two names of a host; that is the site of most."""
    return host.partition("/")[0].partition("?")[0].partition(":")[0].lower().split(".")[-2:]


def is_passing(secret: Secret, interaction: Interaction) -> bool:
    """Whether it signs an address that ends within a week of the signing, or of the recording: providers give out
    images so. Until somebody reads a cassette it opens nothing, and there is nothing to revoke.
    """
    term = secret.term
    if term is None or term.until is None:
        return False
    from cassette_tools.rules._left_over import moment

    since = term.since if term.since is not None else moment(interaction)
    if since is None:
        return term.is_narrow
    return term.until - since <= _WEEK + _DAY
