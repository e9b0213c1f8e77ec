"""A cookie was recorded.

Why it matters: a cookie can be a session, and then it is a credential. Those of a content delivery network
(``__cf_bm``, ``_cfuvid``) are not, but they mark one machine, and they change with every recording, so that each
diff shows them.

How to mend it: let the recorder remove ``Cookie`` and ``Set-Cookie`` before it writes (go-vcr: a
``BeforeSaveHook``; VCR.py: ``filter_headers`` and ``before_record_response``).

Not reported: placeholders, and cookies that are being deleted. There is one finding for each request and response,
however many cookies.
"""

from __future__ import annotations

from cassette_tools.finding import Observation
from cassette_tools.places import header_place
from cassette_tools.rules import RULES, Rule
from cassette_tools.secrets import is_placeholder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.model import Interaction, Place

SHOWN = 4  # names of cookies


def check(interaction: Interaction) -> Iterator[Observation]:
    for side, field, message in (
        ("request", "cookie", interaction.request),
        ("response", "set-cookie", interaction.response),
    ):
        found: dict[str, Place] = {}
        for position, (name, value) in enumerate(message.headers.pairs):
            if len(name) == len(field) and name.lower() == field:
                for cookie in _cookies(field, value):
                    found.setdefault(cookie, header_place(message, position))
        if not found:
            continue
        names = ", ".join(f"`{name}`" for name in list(found)[:SHOWN]) + (", …" if len(found) > SHOWN else "")
        count = "a cookie" if len(found) == 1 else f"{len(found)} cookies"
        first, *others = dict.fromkeys(found.values())
        yield Observation(
            message=f"the {side} holds {count} ({names}): let the recorder remove `{field.title()}` before it writes",
            place=first,
            related=tuple(others),
        )


def _cookies(field: str, value: str) -> Iterator[str]:
    """The names of the cookies with a value that is no placeholder (RFC 6265 §4)."""
    for pair in value.split(";")[: None if field == "cookie" else 1]:
        name, equals, content = pair.strip().partition("=")
        if equals and content.strip('"') and not is_placeholder(content) and "deleted" not in content[:8]:
            yield name


RULES.register(
    Rule(
        name="cookie-recorded",
        category="secrets",
        level="warning",
        summary="a cookie was recorded",
        doc=__doc__,
        check=check,
    )
)
