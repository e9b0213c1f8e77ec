"""What a recorder's filter wrote in place of a value: nobody knows what stood there; and what it no longer does."""

from __future__ import annotations

import re

from cassette_tools.diff.changes.change import Change
from cassette_tools.model import ABSENT
from cassette_tools.secrets import header_secret, secrets_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.diff.pairing.align import Pair
    from cassette_tools.model import Json, Place


def is_mask(value: Json) -> bool:
    """Whether a recorder's filter wrote it: ``[REDACTED]``, ``<API_KEY>``, ``X-ID-XXX``. Nobody on the wire did."""
    return isinstance(value, str) and len(value) <= _LONGEST and _MASK.fullmatch(value) is not None


_LONGEST = 60  # characters
_MASK = re.compile(
    r"[\[<{(*_]{1,3} ?[A-Z][A-Z0-9 _-]{2,} ?[\]>})*_]{1,3}|\W{0,3}(?i:redacted|scrubbed|sanitized|masked)\W{0,3}"
    r"|REDACTED[\w-]*|X-[A-Z-]+-XXX|[xX*]{4,}"
)


def mask_change(
    pair: Pair, path: str, origin: str, old: Json, new: Json, places: tuple[Place | None, Place | None]
) -> Change | None:
    """The change of a value that is masked on one side; ``None`` where neither is."""
    masks = is_mask(old), is_mask(new)
    if not any(masks) or ABSENT in (old, new) or old == new:
        return None
    bare = old if masks[1] else new
    known = secrets_in(bare) if isinstance(bare, str) and not all(masks) else ()
    rule = "mask-changed" if not known else "secret-masked" if masks[1] else "secret-unmasked"
    return _change(pair, rule, path, origin, path, known[0].describe() if known else "", (old, new), places)


def stripped(
    pair: Pair, path: str, origin: str, values: tuple[Json, Json], places: tuple[Place | None, Place | None]
) -> Change:
    """The noise that a value is which a recorder took away on one side."""
    return _change(pair, "mask-changed", path, origin, path, "", values, places)


def appears_in_header(name: str, old: str, new: str) -> bool:
    """Whether a header field holds a secret for which the old recording has a placeholder."""
    return old != new and header_secret(name, old) is None and header_secret(name, new) is not None


def header_mask_change(
    pair: Pair, side: str, name: str, values: tuple[str | None, str | None], hidden: tuple[Json, Json]
) -> Change | None:
    """The same for a header field: one that was masked, or left out, and holds what `lint` calls a secret now."""
    secrets = [None if value is None else header_secret(name, value) for value in values]
    if (secrets[0] is None) == (secrets[1] is None):
        return None
    rule = "secret-masked" if secrets[1] is None else "secret-unmasked"
    path, subject = f"{side}.headers.{name}", f"the header {name}"
    return _change(pair, rule, path, side, subject, secrets[0] or secrets[1] or "", hidden, (None, None))


def _change(
    pair: Pair,
    rule: str,
    path: str,
    origin: str,
    subject: str,
    note: str,
    values: tuple[Json, Json],
    places: tuple[Place | None, Place | None],
) -> Change:
    return Change(
        rule=rule,
        path=path,
        origin=origin,
        pair=pair,
        old=values[0],
        new=values[1],
        subject=subject,
        note=note,
        old_place=places[0],
        new_place=places[1],
    )
