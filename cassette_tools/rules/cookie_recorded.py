"""A cookie was recorded that may be a session.

Why it matters: a session is a credential: who has the cookie is the user.

How to mend it: ``cassette normalize --select cookies`` takes it out of the file. Let the recorder remove ``Cookie`` and
``Set-Cookie`` before it writes (go-vcr: a ``BeforeSaveHook``; VCR.py: ``filter_headers`` and
``before_record_response``), and end the session where it is one.

Not reported: placeholders, cookies that are being deleted, tokens against forged requests, and cookies of networks and
load balancers in front of the server (``__cf_bm``, ``AWSALB``), of which `cdn-cookie-recorded` speaks. There is one
finding for each request and response, however many cookies; those in HAR's list `cookies` count, too.
"""

from __future__ import annotations

from cassette_tools.data.cookies import owner_of
from cassette_tools.finding import Observation
from cassette_tools.rules import RULES, Rule
from cassette_tools.rules._cookies import cookies_in, listed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.model import Interaction, Place


AGAINST_FORGERY = ("csrf-token", "csrftoken", "xsrf-token")  # belong to one page of one session


def check(interaction: Interaction) -> Iterator[Observation]:
    found: dict[tuple[str, str], dict[str, Place]] = {}
    for side, field, cookie, place in cookies_in(interaction):
        if owner_of(cookie) is None and not cookie.lower().endswith(AGAINST_FORGERY):
            found.setdefault((side, field), {}).setdefault(cookie, place)
    for (side, field), places in found.items():
        what = "a cookie that may be a session" if len(places) == 1 else f"{len(places)} cookies that may be sessions"
        first, *others = dict.fromkeys(places.values())
        yield Observation(
            message=f"the {side} holds {what} ({listed(list(places))}): let the "
            f"recorder remove `{field.title()}` before it writes",
            place=first,
            related=tuple(others),
        )


RULES.register(
    Rule(
        name="cookie-recorded",
        category="secrets",
        level="warning",
        summary="a cookie was recorded that may be a session",
        doc=__doc__,
        about="cookies",
        check=check,
    )
)
