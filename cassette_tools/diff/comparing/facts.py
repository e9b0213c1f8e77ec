"""All that changed between two recordings, without a word on how grave it is."""

from __future__ import annotations

from collections import Counter
from itertools import chain

from cassette_tools._record import record, replace
from cassette_tools.data.drift import ACCESS, INDEPENDENT, POLL
from cassette_tools.diff.changes.change import Change, as_expected
from cassette_tools.diff.changes.scene import Scene
from cassette_tools.diff.comparing.naming import (
    distinct_names,
    hosts_of_models,
    is_for_access,
    kind_of_thing,
    request_line,
)
from cassette_tools.diff.comparing.request import request_changes
from cassette_tools.diff.comparing.response import response_changes
from cassette_tools.diff.comparing.uploads import upload_changes, uploads_of
from cassette_tools.diff.http.transport import recorder_changes
from cassette_tools.diff.messages.checks import swaps_of, told_as_steps
from cassette_tools.diff.messages.parts import joined_text, tool_calls
from cassette_tools.diff.pairing.align import Pair, align_interactions
from cassette_tools.diff.pairing.asked import part_key, url_path
from cassette_tools.diff.values.ids import Correlation
from cassette_tools.diff.values.on_its_way import is_on_its_way
from cassette_tools.model import ABSENT, Place, Reasoning, ServerToolCallResponse
from cassette_tools.words import opening

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
    from typing import TypeAlias

    from cassette_tools.model import Interaction, LLMCall, Part, Recording

    _Kinds: TypeAlias = dict[Hashable, list[Interaction]]


def recording_changes(old: Recording, new: Recording, profile: str) -> Iterator[Change]:
    """Every change, interaction by interaction, in the order of the new recording; then what SDKs upload beside."""
    yield from format_changes(old, new)
    ids = Correlation()
    ids.recordings = (_without_uploads(old), _without_uploads(new))
    pairs = _in_their_order(align_interactions(*ids.recordings), old, new)
    names, swaps = _names(pairs), swaps_of(pairs)
    kinds: tuple[_Kinds, _Kinds] | None = None
    for pair in pairs:
        yield from told_as_steps(pair_changes(pair, ids, profile, names), pair, pairs, swaps)
        if pair.old is None or pair.new is None:
            kinds = kinds or (_by_kind(old), _by_kind(new))
            yield from _twin_changes(pair, kinds[pair.new is None], profile)
        if old.format == new.format:  # another recorder notes other things
            yield from noted_changes(pair, ids, profile)
    yield from _telemetry_changes(uploads_of(old), uploads_of(new), profile)


def _in_their_order(pairs: tuple[Pair, ...], old: Recording, new: Recording) -> tuple[Pair, ...]:
    """The pairs, of which none moved where a file does not keep the order of the requests."""
    if not any(pair.moved for pair in pairs) or (_has_order(old) and _has_order(new)):
        return pairs
    return tuple(replace(pair, moved=False) for pair in pairs)


def _without_uploads(recording: Recording) -> list[Interaction]:
    uploads = {id(each) for each in uploads_of(recording)}
    return [each for each in recording.interactions if id(each) not in uploads]


def _telemetry_changes(old: Sequence[Interaction], new: Sequence[Interaction], profile: str) -> Iterator[Change]:
    """What is uploaded, as one change; and a secret that stands there now, or no longer does."""
    yield from upload_changes(old, new)
    for pair in align_interactions(old, new):
        if pair.old is not None and pair.new is not None:
            told = pair_changes(pair, Correlation(), profile)
            yield from (each for each in told if each.rule.startswith("secret-"))


def _has_order(recording: Recording) -> bool:
    """Whether the order of the file is that of the requests."""
    from cassette_tools.formats import FORMATS

    return recording.format not in FORMATS or FORMATS[recording.format].ordered


def format_changes(old: Recording, new: Recording) -> Iterator[Change]:
    """The layout of the files; another version of one recorder is that recorder's business."""
    before, after = (" ".join(filter(None, (each.format, each.format_version))) for each in (old, new))
    if before != after:
        rule = "recorder-field-changed" if old.format == new.format else "format-changed"
        yield Change(rule=rule, path="format", origin="transport", old=before, new=after, subject="format")


@record
class Called:
    """What an interaction that came, went or moved is called: by itself, and, of a thing that has an id, by its kind
    with how many requests of this kind there are.
    """

    line: str
    kind: str = ""
    count: int = 0


def _names(pairs: Sequence[Pair]) -> dict[int, Called]:
    """What each is called, so that no two are taken for one."""
    olds, news = _there(pair.old for pair in pairs), _there(pair.new for pair in pairs)
    gone = _there(pair.old for pair in pairs if pair.new is None)
    come = _there(pair.new for pair in pairs if pair.old is None or pair.moved)
    serving = hosts_of_models([*olds, *news])
    return dict([*_called(gone, olds, serving), *_called(come, news, serving)])


def _there(sides: Iterable[Interaction | None]) -> list[Interaction]:
    return [each for each in sides if each is not None]


def _called(
    side: Sequence[Interaction], every: Sequence[Interaction], serving: frozenset[str]
) -> Iterator[tuple[int, Called]]:
    kinds = Counter(map(kind_of_thing, every)) if side else Counter[str]()
    lines = distinct_names(side, serving)
    for each in side:
        kind = kind_of_thing(each)
        yield id(each), Called(line=lines[id(each)], kind=kind, count=kinds[kind])


def pair_changes(
    pair: Pair, ids: Correlation, profile: str, names: Mapping[int, Called] | None = None
) -> Iterator[Change]:
    """The changes of one interaction, or its coming or going; `names` are those of interactions, by `id()`."""
    if pair.old is None or pair.new is None:
        yield from _lone_changes(pair, names or {})
        return
    scene = Scene(pair=pair, old=pair.old, new=pair.new, ids=ids, profile=profile, alone=set(), couples={})
    if pair.moved:
        yield _moved(scene, _called_by(names or {}, pair.new).line)
    yield from request_changes(scene)
    yield from response_changes(scene)
    _note_answers(scene)


def _moved(scene: Scene, name: str) -> Change:
    return scene.change(
        rule="interaction-reordered",
        path="",
        origin="request",
        old=scene.old.index,
        new=scene.new.index,
        subject=name,
        circumstance=INDEPENDENT if scene.pair.free else None,
        old_place=Place(route=scene.old.route),
        new_place=Place(route=scene.new.route),
    )


def _note_answers(scene: Scene) -> None:
    """Note what later requests may give back: texts, thoughts, and calls of tools."""
    ids = scene.ids
    if scene.old.llm is not None and scene.new.llm is not None:
        ids.answered(_answer(scene.old.llm), _answer(scene.new.llm))
    ids.thought.extend(zip(_thought(scene.old), _thought(scene.new), strict=False))
    for side, interaction in enumerate((scene.old, scene.new)):
        said = () if interaction.llm is None else interaction.llm.output_messages
        ids.given[side].update(name for message in said for name in _results(message.parts))
        ids.called[side].update(part_key(part) for message in said for part in tool_calls(message.parts))


def _results(parts: Sequence[Part]) -> Iterator[str]:
    """The tools of the provider whose results an answer holds."""
    return (part.name or "" for part in parts if isinstance(part, ServerToolCallResponse))


def _answer(call: LLMCall) -> str:
    return joined_text([part for message in call.output_messages for part in message.parts]).strip()


def _thought(interaction: Interaction) -> list[str]:
    """What each message of an answer thought, where it did."""
    said = () if interaction.llm is None else interaction.llm.output_messages
    thought = ("".join(part.content for part in message.parts if isinstance(part, Reasoning)) for message in said)
    return [*filter(None, thought)]


def noted_changes(pair: Pair, ids: Correlation, profile: str) -> Iterator[Change]:
    """What the recorder notes beside the traffic of one interaction."""
    if pair.old is not None and pair.new is not None:
        scene = Scene(pair=pair, old=pair.old, new=pair.new, ids=ids, profile=profile, alone=set(), couples={})
        noted = recorder_changes(scene)
        yield from as_expected(noted) if scene.is_cross_provider else noted


def _lone_changes(pair: Pair, names: Mapping[int, Called]) -> Iterator[Change]:
    for interaction, rule in ((pair.old, "interaction-removed"), (pair.new, "interaction-added")):
        if interaction is not None:
            place = Place(route=interaction.route)
            called = _called_by(names, interaction)
            line = called.line
            gone = pair.new is None
            answered = f"answered with {interaction.response.status_code}"
            why = pair.why if answered in pair.why else ", ".join(filter(None, (pair.why, answered)))
            why = why.replace(answered, f"{answered}{_reason(interaction)}")
            yield Change(
                rule=rule,
                path="",
                origin="request",
                pair=pair,
                old=line if gone else ABSENT,
                new=ABSENT if gone else line,
                subject=f"{line} ({why})",
                note=called.kind,
                size=called.count if called.kind else None,
                circumstance=_circumstance(pair, interaction),
                old_place=place if gone else None,
                new_place=None if gone else place,
            )


def _called_by(names: Mapping[int, Called], interaction: Interaction) -> Called:
    return names.get(id(interaction)) or Called(line=request_line(interaction))


def _circumstance(pair: Pair, interaction: Interaction) -> str | None:
    """Why a request that stands alone says little: it only gets a token, or asks once more how far a job is."""
    if is_for_access(interaction):
        return ACCESS
    asks = interaction.request.method == "GET" and pair.twin is not None
    return POLL if asks and is_on_its_way(interaction) else None


def _reason(interaction: Interaction) -> str:
    """What an API said when it refused a call, in short: `` "Service tier capacity exceeded"``."""
    error = None if interaction.llm is None else interaction.llm.error
    return f" {opening(error.message, _SHORT)}" if error is not None and error.message else ""


_SHORT = 48  # characters of a refusal


def _twin_changes(pair: Pair, others: _Kinds, profile: str) -> Iterator[Change]:
    """The fields that an answer has, or has not, beside the answers that the same request, or one of its kind, got in
    the other recording: what an API brings is told even where all old calls stayed as they were. Another kind of answer
    has fields of its own; of that there is nothing to compare.
    """
    compared = (_changes_of_the_api(old, new, profile) for old, new in _twins(pair, others))
    found = [changes for changes in compared if changes is not None]
    shared = [{(each.rule, each.path) for each in changes} for changes in found]
    yield from (each for each in chain(*found[:1]) if all((each.rule, each.path) in side for side in shared))


def _changes_of_the_api(old: Interaction, new: Interaction, profile: str) -> list[Change] | None:
    """The fields that came or went between two answers; ``None`` where these are of two kinds."""
    pair = Pair(old=old, new=new)
    scene = Scene(pair=pair, old=old, new=new, ids=Correlation(), profile=profile, alone=set(), couples={})
    changes = [*response_changes(scene)]
    if any(each.rule.startswith(_OF_ANOTHER_KIND) for each in changes):
        return None
    return [each for each in changes if each.rule.startswith(_OF_THE_API)]


def _twins(pair: Pair, kinds: _Kinds) -> list[tuple[Interaction, Interaction]]:
    """A call that stands alone beside the same request of the other recording, or some of its kind: to the same
    address and model, with the same settings.
    """
    alone = pair.old or pair.new
    if alone is None or alone.llm is None:
        return []
    if pair.twin is not None:
        others = [pair.twin] if _outcome(pair.twin) == _outcome(alone) else []
    else:
        others = kinds.get(_kind_of_call(alone), [])[:_SEVERAL]
    return [(alone, each) if pair.new is None else (each, alone) for each in others]


_SEVERAL = 4  # calls of a kind that are looked at


def _by_kind(recording: Recording) -> _Kinds:
    kinds: _Kinds = {}
    for each in recording.interactions:
        kinds.setdefault(_kind_of_call(each), []).append(each)
    return kinds


def _outcome(interaction: Interaction) -> tuple[int, str]:
    return interaction.response.status_code, "" if interaction.llm is None else interaction.llm.dialect


def _kind_of_call(interaction: Interaction) -> Hashable:
    """What decides which fields an answer has. What is false or empty is as good as not sent."""
    body = interaction.request.body.json
    settings = frozenset(key for key, value in body.items() if value) if isinstance(body, dict) else None
    model = None if interaction.llm is None else interaction.llm.request_model
    address = url_path(interaction.request.url)
    return _outcome(interaction), address, model, settings, interaction.response.body.stream


_OF_ANOTHER_KIND = ("reasoning-", "tool-call-", "part-", "refusal-", "text-appeared", "text-vanished", "finish-")
_OF_THE_API = ("wire-field-added", "wire-field-removed", "wire-null-", "wire-volatile-field-removed", "usage-detail-")
