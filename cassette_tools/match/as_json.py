"""What `cassette match` found, for programs: `schemas/match-report.schema.json`. Secrets are left out."""

from __future__ import annotations

from cassette_tools.match.as_text import request_words, without_keys, without_secrets
from cassette_tools.model import ABSENT, Place
from cassette_tools.printable import json_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from cassette_tools.finding import Region
    from cassette_tools.match.differences import Difference
    from cassette_tools.match.search import Answer, Candidate, Fate, Replay
    from cassette_tools.matchers import Matching
    from cassette_tools.model import Interaction, Json, Recording

    Locate = Callable[[Place], Region]

VERSION = 1


def answer_json(found: Answer, recording: Recording, locate: Locate) -> str:
    """One request, and the recordings that come nearest to it."""
    found = without_secrets(found, recording)
    return json_text(
        {
            **_head(found.matching, recording),
            "request": {"method": found.given.method, "url": without_keys(found.given.url)},
            "matched": found.found is not None,
            "interaction": None if found.found is None else found.found.index,
            "further": [each.index for each in found.further],
            "nearest": [_candidate(each, recording, locate) for each in found.nearest],
        }
    )


def replay_json(found: Replay, recording: Recording, locate: Locate) -> str:
    """Every recording, and what its request finds."""
    found = without_secrets(found, recording)
    statuses = [fate.status for fate in found.fates]
    return json_text(
        {
            **_head(found.matching, recording),
            "summary": {name: statuses.count(name) for name in ("own", "shadowed", "unmatchable")},
            "interactions": [_fate(each, recording, locate) for each in found.fates],
            "confused": [[each.index for each in group] for group in found.confused],
        }
    )


def _head(matching: Matching, recording: Recording) -> dict[str, Any]:
    return {
        "schema_version": VERSION,
        "source": {"path": recording.path, "format": recording.format, "format_version": recording.format_version},
        "profile": {"name": matching.player.name, "match_on": list(matching.on), "repeats": matching.repeats},
    }


def _candidate(each: Candidate, recording: Recording, locate: Locate) -> dict[str, Any]:
    compared = [_difference(seen, True, recording, locate) for seen in each.compared]
    others = [_difference(seen, False, recording, locate) for seen in each.others]
    return {
        **_named(each.interaction, recording, locate),
        "failing": list(each.failing),
        "differences": compared + others,
    }


def _named(interaction: Interaction, recording: Recording, locate: Locate) -> dict[str, Any]:
    return {
        "interaction": interaction.index,
        "location": _location(Place(route=interaction.route), recording, locate),
        "request": request_words(interaction.request),
    }


def _difference(each: Difference, compared: bool, recording: Recording, locate: Locate) -> dict[str, Any]:
    return {
        "part": each.part,
        "path": each.path,
        "compared": compared,
        "given": _value(each.given, each.is_secret),
        "recorded": _value(each.recorded, each.is_secret),
        "note": each.note or None,
        "location": _location(each.place, recording, locate),
    }


def _value(value: Json, is_secret: bool) -> Json:
    """The value, null for none. Of a secret only that there is one."""
    if value is ABSENT:
        return None
    return "…" if is_secret else value


def _fate(fate: Fate, recording: Recording, locate: Locate) -> dict[str, Any]:
    return {
        **_named(fate.interaction, recording, locate),
        "status": fate.status,
        "by": None if fate.by is None else fate.by.index,
        "same_answer": fate.is_harmless or fate.status == "own",
        "obstacles": [
            {"message": f"{each.what}: {each.mend}", "location": _location(each.place, recording, locate)}
            for each in fate.obstacles
        ],
    }


def _location(place: Place, recording: Recording, locate: Locate) -> dict[str, Any]:
    region = locate(place)
    return {
        "path": recording.path,
        "line": region.line,
        "column": region.column,
        "end_line": region.end_line,
        "end_column": region.end_column,
    }
