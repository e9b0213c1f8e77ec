"""What in a recorded request no later request can meet, under what the player compares."""

from __future__ import annotations

import re

from cassette_tools._record import record
from cassette_tools.data.matchers import CHANGING_FIELDS, CHANGING_HEADERS
from cassette_tools.matchers import content, is_multipart, json_of
from cassette_tools.model import Place
from cassette_tools.places import header_place, length_place, url_place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.matchers import Matching
    from cassette_tools.model import Interaction, Json, Request

_FIELDS = {row.name: row.reason for row in CHANGING_FIELDS}
_HEADERS = {row.name: row.reason for row in CHANGING_HEADERS}

_BOUNDARY = re.compile(r"boundary=(?:\"([^\"]*)\"|([^;\s]*))", re.IGNORECASE)
_EXAMPLE = "7MA4YWxkTrZu0gW"  # the boundary of many a manual: chosen once
_HEXADECIMAL = re.compile(r"(?<![0-9a-f])(?=[a-f]*[0-9])(?=[0-9]*[a-f])[0-9a-f]{16,}", re.IGNORECASE)
_MIXED = re.compile(r"[A-Za-z0-9'()+_,./:=?-]{16,}")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d|\d{8}T\d{6}Z")
# What redactors write and nobody chooses for a test's own key or host. (``<…>`` a player may have put back.)
_TAKEN_OUT = re.compile(r"(?i)redacted|\[filtered\]|\*{4,}|scrubbed|%5bfiltered%5d")


@record
class Obstacle:
    """Something that keeps every request from this recording: `what` it is, why no request has it, and the `mend`."""

    __uncompared__ = ("place",)

    what: str
    mend: str
    place: Place


class Obstacles:
    """One cassette, recording by recording in the order of the file: what an earlier answer said, a later request may
    say again.
    """

    def __init__(self, matching: Matching) -> None:
        self._matching = matching
        self._on = set(matching.on)
        self._said: list[str] = []  # the answers so far

    def of(self, interaction: Interaction) -> Iterator[Obstacle]:
        """What no request can meet."""
        request = interaction.request
        if not request.url:
            yield Obstacle(
                what="the request has no URL, so that no request can be for it",
                mend="record the interaction again",
                place=Place(route=request.route),
            )
            return
        if "headers" in self._on:
            yield from self._of_headers(request)
        if self._matching.looks_at_bodies():
            yield from self._of_body(interaction)
        if "content_length" in self._on:
            yield from _of_length(request)
        if self._matching.is_configured and self._matching.player.repeats == "ReplayableInteractions":
            yield from self._taken_out(request)
        if self._matching.looks_at_bodies() and interaction.response.body.text:
            self._said.append(interaction.response.body.text)

    def _of_headers(self, request: Request) -> Iterator[Obstacle]:
        for position, (name, value) in enumerate(request.headers):
            reason = _HEADERS.get(name.lower())
            if reason is not None and (is_random(value) or _TIME.search(value) or name.lower() == "date"):
                yield Obstacle(
                    what=f"the header field {name} is new with every request ({reason}), and "
                    f"{self._matching.player.title} compares it",
                    mend="take it out before it is compared and recorded",
                    place=header_place(request, position),
                )

    def _of_body(self, interaction: Interaction) -> Iterator[Obstacle]:
        request = interaction.request
        if is_multipart(request):
            yield from self._of_boundary(request)
            return
        document = json_of(request.body)
        if isinstance(document, dict):
            for pointer, name, value in _fields(document):
                reason = _FIELDS.get(name.lower().replace("_", "").replace("-", ""))
                if reason is not None and _is_new(value, interaction) and not self._was_said(value):
                    yield Obstacle(
                        what=f"`{name}` in the body is new with every request ({reason}), and "
                        f"{self._matching.player.title} compares bodies",
                        mend="give it a fixed value in the test, or have the matcher leave it out",
                        place=request.body.place(pointer=pointer),
                    )

    def _of_boundary(self, request: Request) -> Iterator[Obstacle]:
        for position, (name, value) in enumerate(request.headers):
            found = _BOUNDARY.search(value) if name.lower() == "content-type" else None
            boundary = found[1] or found[2] if found else ""
            if boundary and is_random(boundary) and _EXAMPLE not in boundary and _is_used(boundary, request):
                yield Obstacle(
                    what="the body is multipart with a random boundary, which is another one in every request, and "
                    f"{self._matching.player.title} compares bodies",
                    mend="set the boundary in the test, or have the matcher compare the parts",
                    place=header_place(request, position),
                )
                return

    def _was_said(self, value: Json) -> bool:
        return isinstance(value, str) and any(value in answer for answer in self._said)

    def _taken_out(self, request: Request) -> Iterator[Obstacle]:
        """go-vcr (whose word for repeating this is) runs its hooks on what it records, not on what it looks for."""
        mend = "let the matcher put the same in place of it, or give the test this value"
        if _TAKEN_OUT.search(request.url):
            yield Obstacle(
                what="a part of the URL was taken out of the recording, and the request that looks for it still has it",
                mend=mend,
                place=url_place(request),
            )
        if "headers" in self._on:
            for position, (name, value) in enumerate(request.headers):
                if _TAKEN_OUT.search(value):
                    yield Obstacle(
                        what=f"the value of the header field {name} was taken out of the recording, and the request "
                        "that looks for it still has it",
                        mend=mend,
                        place=header_place(request, position),
                    )


def is_random(text: str) -> bool:
    """Whether a text holds a word that was drawn by lot, as far as looks tell."""
    if _UUID.search(text):
        return len(set(text) - {"-"}) > 6
    for word in (*_HEXADECIMAL.findall(text), *_MIXED.findall(text)):
        digits = sum(map(str.isdigit, word))
        if digits >= 3 and len(set(word.lower())) >= 9 and not word.isdecimal():
            return True
    return False


def _is_new(value: Json, interaction: Interaction) -> bool:
    """Whether a value is one of this run: random, or the time of the recording."""
    if isinstance(value, bool) or value is None:
        return False
    if isinstance(value, str) and not _TIME.search(value):
        return is_random(value)
    moment, recorded = _moment(value), _recorded_at(interaction)
    return moment is not None and recorded is not None and abs(moment - recorded) < 86_400


def _moment(value: Json) -> float | None:
    """Seconds since 1970 that a value tells."""
    if isinstance(value, int | float):
        seconds = float(value)
        return seconds / 1000 if seconds > 1e11 else seconds
    from datetime import UTC, datetime

    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _recorded_at(interaction: Interaction) -> float | None:
    from email.utils import parsedate_to_datetime

    told = interaction.response.headers.get("Date")
    if told is not None:
        try:
            return parsedate_to_datetime(told).timestamp()
        except ValueError:
            pass
    return _moment(interaction.recorded_at) if interaction.recorded_at else None


def _is_used(boundary: str, request: Request) -> bool:
    """Whether the boundary stands in the body as it was recorded; a player's filter may have replaced it there."""
    return boundary.encode("latin-1", "replace") in (content(request.body) or b"")


def _of_length(request: Request) -> Iterator[Obstacle]:
    real = content(request.body) or b""
    if request.content_length is not None and request.content_length != len(real):
        yield Obstacle(
            what=f"the noted length of the body is {request.content_length:,} bytes, and it has {len(real):,}: no "
            "request has both",
            mend=f"write {len(real)}",
            place=length_place(request),
        )


def _fields(document: Json) -> Iterator[tuple[str, str, Json]]:
    """Every named scalar of a document, with its pointer."""
    left: list[tuple[str, str, Json]] = [("", "", document)]
    while left:
        pointer, name, value = left.pop()
        if isinstance(value, dict):
            inner = [
                (f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}", str(key), each)
                for key, each in value.items()
            ]
        elif isinstance(value, list):
            inner = [(f"{pointer}/{index}", "", each) for index, each in enumerate(value)]
        else:
            if name:
                yield pointer, name, value
            continue
        left += reversed(inner)
