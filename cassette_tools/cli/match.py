"""``cassette match``."""

from __future__ import annotations

from cassette_tools import budgets
from cassette_tools._record import record, replace
from cassette_tools.cli.output import remark, style_for, write
from cassette_tools.cli.reading import one_file, source_from, standard_input
from cassette_tools.config import load_config
from cassette_tools.errors import SourceError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.config import MatchSettings
    from cassette_tools.matchers import Matching
    from cassette_tools.model import Recording, Request


@record
class MatchOptions:
    """What the command line says; ``None`` and empty mean "as configured"."""

    path: str
    curl: tuple[str, ...] = ()
    request: str | None = None
    profile: str | None = None
    match_on: tuple[str, ...] = ()
    repeats: bool = False
    all: bool = False
    format: str = "text"
    output: str | None = None
    config: str | None = None
    color: str = "auto"


def match(options: MatchOptions) -> int:
    """Look for the request, or for all of them; 0 when it is found. Raises CassetteError."""
    from cassette_tools.load import load_source
    from cassette_tools.match import as_json, as_text
    from cassette_tools.match.search import answer, replay

    config = load_config(options.config)
    budgets.use(config.budgets)
    given = _given(options)
    settings = _settings(options, config.lint.match)
    style = style_for(options.color, to_file=options.output is not None)
    with one_file(options.path):
        source = source_from(options.path)
        recording = load_source(source)
        matching = _matching(recording, options, settings)
        if given is None:
            every = replay(recording, matching)
            status = int(any(fate.status != "own" and not fate.is_harmless for fate in every.fates))
            text = (
                as_json.replay_json(every, recording, source.region)
                if options.format == "json"
                else as_text.replay_text(every, recording, source.region, style)
            )
        else:
            found = answer(recording, given, matching)
            status = int(found.found is None)
            text = (
                as_json.answer_json(found, recording, source.region)
                if options.format == "json"
                else as_text.answer_text(found, recording, source.region, style)
            )
    write(text, options.output, colored=style.color)
    return status


def _given(options: MatchOptions) -> Request | None:
    """The request in question; ``None`` for all that are recorded."""
    from cassette_tools.match.given import request_from, request_from_curl

    ways = [options.all, bool(options.curl), options.request is not None]
    if sum(ways) != 1:
        raise UsageError("say which request: --request FILE, a curl command after the cassette, or --all")
    if options.all:
        return None
    if options.curl:
        return request_from_curl(list(options.curl))
    assert options.request is not None
    if options.request == "-":
        if options.path == "-":
            raise UsageError("the cassette and the request are both -; only one of them can be standard input")
        return request_from(standard_input())
    from cassette_tools.regular import read

    try:
        return request_from(read(options.request))
    except SourceError as error:
        raise UsageError(f"--request {options.request}: {error.message}") from error


def _settings(options: MatchOptions, configured: MatchSettings) -> MatchSettings:
    """The command line over the configuration."""
    from cassette_tools.data.matchers import MATCHER_NAMES

    names = tuple(name.strip() for word in options.match_on for name in word.split(",") if name.strip())
    for name in names:
        if name not in MATCHER_NAMES:
            raise UsageError(f"--match-on: {name!r} is no matcher; expected some of {', '.join(MATCHER_NAMES)}")
    return replace(
        configured,
        profile=options.profile or configured.profile,
        match_on=names or (() if options.profile else configured.match_on),
        repeats=options.repeats or configured.repeats,
    )


def _matching(recording: Recording, options: MatchOptions, settings: MatchSettings) -> Matching:
    from cassette_tools.data.matchers import GENERAL, NO_PLAYER
    from cassette_tools.matchers import chosen, matching_for, player_named

    if options.profile is not None:
        found: Matching | None = chosen(player_named(options.profile), settings)
    else:
        if settings.profile == NO_PLAYER:
            settings = replace(settings, profile=None)
        found = matching_for(recording.format, settings)
    if found is None:
        remark(
            f"cassette: no player of {recording.format} is known here: compared by {GENERAL}; --profile names another"
        )
        found = chosen(player_named(GENERAL), settings)
    missing = [name for name in settings.match_on if name not in found.on]
    if missing and options.match_on:
        raise UsageError(
            f"--match-on: {found.player.name} has no matcher {missing[0]!r}; expected some of "
            f"{', '.join(found.player.names)}"
        )
    return found
