"""What an answer says again of the address that was asked: the version of the API, a model, a project, a link."""

from __future__ import annotations

import re

from cassette_tools.data.endpoints import public_host_of
from cassette_tools.diff.judging.sides import interactions_of
from cassette_tools.diff.pairing.asked import url_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.diff.changes.change import Change
    from cassette_tools.model import Json


def of_the_address(change: Change, mates: list[Change]) -> Change | None:
    """The change of the address, where the answer has nothing but that: ``meta.api_version.version`` 1 became 2."""
    if change.origin == "request" or not _is_word(change.old) or not _is_word(change.new):
        return None
    steps = _exchanged(str(change.old), str(change.new))
    told = (root for root in mates if _is_of_address(root) and bool(steps))
    return next((root for root in told if all(_is_said(change, pair, root) for pair in steps)), None)


def _is_word(value: Json) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool)


def _is_of_address(root: Change) -> bool:
    return root.rule == "request-url-changed" or root.path.startswith(_PARAMETERS)


_PARAMETERS = ("request.query.", "request.headers.")


def _exchanged(old: str, new: str) -> set[tuple[str, str]]:
    """The steps of two addresses that were put one for another; nothing where the one has more of them."""
    before, after = (re.split(_STEP, side) for side in (old, new))
    if len(before) != len(after):
        return set()
    return {(one, other) for one, other in zip(before, after, strict=True) if one != other}


_STEP = r"[/?&=:#]"


def is_default_host(change: Change) -> bool:
    """Whether only the host changed, from one default host of a provider to another: the SDK chooses it, and both serve
    the same API.
    """
    before, after = interactions_of(change)
    if change.rule != "request-url-changed" or before is None or after is None:
        return False
    urls = before.request.url, after.request.url
    providers = {public_host_of(url) for url in urls}
    return url_path(urls[0]) == url_path(urls[1]) and len(providers) == 1 and None not in providers


def _is_said(change: Change, pair: tuple[str, str], root: Change) -> bool:
    """Whether two words are those that the address exchanged: a version with its letter or without."""
    asked = _exchanged(str(root.old), str(root.new))
    if pair in asked:
        return min(map(len, pair)) >= _TELLING or pair[0].startswith("v")
    versions = {(old[1:], new[1:]) for old, new in asked if old[:1] == new[:1] == "v"}
    return pair in versions and "version" in change.path.lower()


_TELLING = 4  # letters of a word that two places have in common by no chance
