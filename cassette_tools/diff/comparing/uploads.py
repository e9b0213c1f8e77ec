"""What SDKs upload in the background: traces, metrics, events. Which of it stands in which request is a matter of time,
so that requests are not compared with each other, but all of one recording with all of the other.
"""

from __future__ import annotations

from collections import Counter

from cassette_tools.data.drift import SAME_ITEMS
from cassette_tools.diff.changes.change import Change
from cassette_tools.diff.pairing.align import Pair
from cassette_tools.diff.pairing.asked import url_path
from cassette_tools.telemetry import host_of, items_of, upload_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

    from cassette_tools.data.telemetry import Upload
    from cassette_tools.model import Interaction, Json, Recording

    Uploads = dict[str, list[Interaction]]  # by their address


def uploads_of(recording: Recording) -> list[Interaction]:
    """The interactions in which an SDK uploads telemetry."""
    return [each for each in recording.interactions if each.llm is None and upload_of(each.request) is not None]


def upload_changes(old: Sequence[Interaction], new: Sequence[Interaction]) -> Iterator[Change]:
    """One change for all that is uploaded, if it differs."""
    other = [*_other_uploads(_by_address(old), _by_address(new))]
    if not other:
        return
    pair = Pair(old=next(iter(old), None), new=next(iter(new), None))
    yield Change(
        rule="telemetry-changed",
        path="request.body",
        origin="request",
        pair=pair,
        old=len(old),
        new=len(new),
        subject="telemetry",
        note="; ".join(note for note, _ in other),
        circumstance=SAME_ITEMS if all(same for _, same in other) else None,
        old_place=pair.old.request.body.place() if pair.old is not None else None,
        new_place=pair.new.request.body.place() if pair.new is not None else None,
    )


def _other_uploads(old: Uploads, new: Uploads) -> Iterator[tuple[str, bool]]:
    """What is uploaded otherwise to each address, in words, and whether it holds the same things even so."""
    for address in dict.fromkeys((*old, *new)):
        before, after = old.get(address, []), new.get(address, [])
        if [each.request.body.text for each in before] != [each.request.body.text for each in after]:
            same = len(before) == len(after) and _held(before) == _held(after)
            yield _in_words(address, before, after, same=same), same


def _by_address(uploads: Sequence[Interaction]) -> Uploads:
    found: Uploads = {}
    for each in uploads:
        url = each.request.url
        found.setdefault(f"{host_of(url)}{url_path(url)}".rstrip("/"), []).append(each)
    return found


def _in_words(address: str, old: Sequence[Interaction], new: Sequence[Interaction], *, same: bool) -> str:
    """``the telemetry sent to example.com/v1/traces holds other spans (5 → 8)``."""
    subject, what = f"the telemetry sent to {address}", _row(new or old).what
    if not old or not new:
        amount = _amount(new or old, what)
        return f"{subject} is new: {amount}" if new else f"{subject} is gone; it was {amount}"
    if same:
        return f"{subject} holds the same {what} under other ids"
    before, after = _held(old).total(), _held(new).total()
    counts = [] if before == after == 0 else [str(before) if before == after else f"{before} → {after}"]
    counts += [] if len(old) == len(new) else [f"in {len(old)} → {len(new)} requests"]
    return f"{subject} holds other {what} ({' '.join(counts)})"


def _amount(uploads: Sequence[Interaction], what: str) -> str:
    count = _held(uploads).total()
    return _counted(count, what) if count else _counted(len(uploads), "requests")


def _counted(count: int, what: str) -> str:
    return f"{count} {what if count > 1 else what.removesuffix('s')}"


def _row(uploads: Sequence[Interaction]) -> Upload:
    row = upload_of(uploads[0].request)
    assert row is not None
    return row


def _held(uploads: Sequence[Interaction]) -> Counter[Hashable]:
    """What is uploaded, by what each thing is called."""
    return Counter(_called(item) for each in uploads for item in items_of(each.request, _row([each])))


def _called(item: Json) -> Hashable:
    """The names of a thing and of what it holds, whatever its ids and times are."""
    inner = [each for each in item.values() if isinstance(each, dict)] if isinstance(item, dict) else []
    named = [(key, each.get(key)) for each in (item, *inner) if isinstance(each, dict) for key in _NAMES]
    return tuple((key, name) for key, name in named if isinstance(name, str))


_NAMES = ("object", "type", "name", "event", "kind")
