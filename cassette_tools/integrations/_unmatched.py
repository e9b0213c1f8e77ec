"""Why VCR.py found no recording for a request, told from the cassette's file with its lines."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from cassette_tools.match.search import Answer
    from cassette_tools.matchers import Matching
    from cassette_tools.model import Recording, Request


def explanation(error: BaseException, shown: Callable[[str], str]) -> str | None:
    """What `cassette match` says of the request, when VCR.py's refusal of one is behind an error: clients wrap what
    their transport raises. ``None`` when there is none, or nothing to add. `shown` gives the name of a path.
    """
    errors = sys.modules.get("vcr.errors")
    if errors is None:
        return None
    for each in _chain(error):
        if isinstance(each, errors.CannotOverwriteExistingCassetteException) and each.failed_request is not None:
            return _explained(each.cassette, each.failed_request, shown)
    return None


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error, what it came from, and the members of groups."""
    left, seen = [error], set()
    while left:
        each = left.pop(0)
        if id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        left += [other for other in (each.__cause__, each.__context__) if other is not None]
        left += getattr(each, "exceptions", ())


def _explained(cassette: Any, failed: Any, shown: Callable[[str], str]) -> str | None:
    from cassette_tools.errors import CassetteError
    from cassette_tools.load import load_source
    from cassette_tools.match.as_text import answer_text
    from cassette_tools.match.search import answer
    from cassette_tools.reporters import Style
    from cassette_tools.source import Source

    path = str(cassette._path)
    try:
        source = Source.from_path(path)
        source.path = shown(path)
        recording = load_source(source)
    except CassetteError:  # VCR.py says of itself that there is no cassette
        return None
    given = _given(cassette.filter_request(failed))
    if given is None:
        return None
    matching, own = _matching(cassette)
    found = answer(recording, given, matching, _played(cassette, recording))
    if found.found is not None:
        return _but(found, own)
    text = answer_text(found, recording, source.region, Style())
    return f"{text}\nmatchers of the project, which are not explained here: {', '.join(own)}" if own else text


def _but(found: Answer, own: tuple[str, ...]) -> str | None:
    """For matchers of the project only they can say it; else hooks changed what the file says."""
    if not own or found.found is None:
        return None
    return f"interaction {found.found.index} would match, but for the project's own matchers: {', '.join(own)}"


def _given(request: Any) -> Request | None:
    """The request as VCR.py has it, after the project's filters."""
    from cassette_tools.integrations._exchange import Stream, text_of
    from cassette_tools.model import Headers, Request
    from cassette_tools.wire.body import read_body

    if not request:
        return None
    fields = text_of(request.headers)
    headers = Headers(pairs=tuple((name, value) for name, values in fields.items() for value in values))
    content = Stream(request.body).content
    if isinstance(content, dict):
        from json import dumps

        content = dumps(content)
    return Request(
        method=str(request.method), url=str(request.uri), headers=headers, body=read_body(content, headers, ())
    )


def _matching(cassette: Any) -> tuple[Matching, tuple[str, ...]]:
    """What the cassette compares, and the names of matchers that are not VCR.py's."""
    from importlib import import_module

    from cassette_tools.matchers import Matching, player_named

    theirs = import_module("vcr.matchers")
    player = player_named("vcrpy")
    on: list[str] = []
    own: list[str] = []
    for matcher in cassette._match_on:
        name = getattr(matcher, "__name__", repr(matcher))
        (on if name in player.names and getattr(theirs, name, None) is matcher else own).append(name)
    repeats = bool(getattr(cassette, "allow_playback_repeats", False))
    return Matching(player=player, on=tuple(on), is_configured=True, repeats=repeats), tuple(own)


def _played(cassette: Any, recording: Recording) -> frozenset[int]:
    """The recordings that were played, where the cassette still is what the file says."""
    if len(cassette.data) != len(recording.interactions):
        return frozenset()
    return frozenset(index for index, count in cassette.play_counts.items() if count)
