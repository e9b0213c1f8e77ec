"""Which recording answers a request, which comes nearest, and what becomes of every recording when all are asked."""

from __future__ import annotations

from cassette_tools._record import record, replace
from cassette_tools.match.differences import Difference, differences, parts_of, same_start
from cassette_tools.matchers import content
from cassette_tools.model import ABSENT
from cassette_tools.replay import Obstacle, Obstacles
from cassette_tools.text_diff import words_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cassette_tools.matchers import Matching
    from cassette_tools.model import Interaction, Json, Recording, Request

NEAREST = 3  # that are told, at most
_LOOKED_INTO = 60  # recordings whose bodies are compared, the likeliest first

# How far a request is from another one that differs in a part, where the player compares it; else a twentieth.
_WEIGHTS: Mapping[str, float] = {
    "method": 3,
    "scheme": 1,
    "user": 0.5,
    "host": 3,
    "port": 1,
    "path": 4,
    "query": 2,
    "fragment": 0.5,
    "headers": 1,
    "body": 2,
    "length": 0.5,
}
_UNCOMPARED = 0.05
_READ = 4000  # characters of a text, to say how alike two are


@record
class Candidate:
    """A recorded request beside the given one. `failing` are the matchers that it fails; `compared` is what they see,
    `others` what the player does not look at.
    """

    interaction: Interaction
    failing: tuple[str, ...]
    compared: tuple[Difference, ...]
    others: tuple[Difference, ...]
    distance: float


@record
class Answer:
    """What the player makes of a request. `found` is the recording that it plays, `further` are the ones that it would
    play for the same request after that. `nearest` begins with `found`, or with the one that comes nearest.
    """

    matching: Matching
    given: Request
    count: int
    found: Interaction | None
    further: tuple[Interaction, ...]
    nearest: tuple[Candidate, ...]


def answer(recording: Recording, given: Request, matching: Matching, played: frozenset[int] = frozenset()) -> Answer:
    """`played` are the indices of recordings that were played before."""
    fitting = [each for each in recording.interactions if matching.matches(given, each.request)]
    if matching.again == "last":
        fitting = fitting[-1:]
    elif matching.again == "first":
        fitting = fitting[:1]
    else:
        fitting = [each for each in fitting if each.index not in played]
    nearest = _nearest(recording, given, matching)
    if fitting:
        nearest = (candidate(fitting[0], given, matching),)
    return Answer(
        matching=matching,
        given=given,
        count=len(recording.interactions),
        found=fitting[0] if fitting else None,
        further=tuple(fitting[1:]),
        nearest=nearest,
    )


def candidate(interaction: Interaction, given: Request, matching: Matching) -> Candidate:
    """The recording beside the request, in all that differs."""
    recorded = interaction.request
    failing = matching.failing(given, recorded)
    seen = tuple(_differences(given, recorded, failing))
    parts = {part for name in failing for part in parts_of(name)}
    looked_at = {part for name in matching.names_for(given) for part in parts_of(name)}
    return Candidate(
        interaction=interaction,
        failing=failing,
        compared=tuple(each for each in seen if each.part in parts),
        others=tuple(each for each in seen if each.part not in looked_at),
        distance=_distance(seen, given, recorded, looked_at),
    )


def _differences(given: Request, recorded: Request, failing: tuple[str, ...]) -> Iterator[Difference]:
    yield from differences(given, recorded)
    if "content_length" in failing and recorded.content_length is not None:
        from cassette_tools.places import length_place

        length = len(content(given.body) or b"")
        yield Difference(
            part="length",
            path="content_length",
            given=length,
            recorded=recorded.content_length,
            place=length_place(recorded),
        )


def _nearest(recording: Recording, given: Request, matching: Matching) -> tuple[Candidate, ...]:
    looked_at = {part for name in matching.names_for(given) for part in parts_of(name)}
    bare = replace(given, body=type(given.body)())
    likely = sorted(
        recording.interactions,
        key=lambda each: (_quick_distance(bare, each.request, looked_at), _strangeness(given, each.request)),
    )[:_LOOKED_INTO]
    near = sorted(
        (candidate(each, given, matching) for each in likely), key=lambda each: (bool(each.failing), each.distance)
    )
    return tuple(near[:NEAREST])


def _quick_distance(given: Request, recorded: Request, looked_at: set[str]) -> float:
    """Without the bodies."""
    bare = replace(recorded, body=type(recorded.body)())
    return _distance(differences(given, bare), given, bare, looked_at)


def _strangeness(given: Request, recorded: Request) -> float:
    """How much of two bodies stands between what they begin with and what they end with alike: cheap, and conversations
    mostly differ in one place.
    """
    one, other = given.body.text or "", recorded.body.text or ""
    longest = max(len(one), len(other))
    if not longest:
        return 0.0
    start = same_start(one, other)
    end = same_start(one[start:][::-1], other[start:][::-1])
    return 1 - (start + end) / longest


def _distance(seen: tuple[Difference, ...], given: Request, recorded: Request, looked_at: set[str]) -> float:
    total = 0.0
    for part in dict.fromkeys(each.part for each in seen):
        weight = _WEIGHTS[part] * (1 if part in looked_at else _UNCOMPARED)
        of_part = [each for each in seen if each.part == part]
        total += weight * _share(part, of_part, given, recorded)
    return total


def _share(part: str, of_part: list[Difference], given: Request, recorded: Request) -> float:
    """How much of a part differs, from more than 0 to 1."""
    if part in ("path", "body") and len(of_part) == 1 and of_part[0].path == part:
        return _unlikeness(of_part[0].given, of_part[0].recorded)
    if part == "body":
        leaves = max(_leaves(given.body.json), _leaves(recorded.body.json), 1)
        unlike = sum(_unlikeness(each.given, each.recorded) for each in of_part)
        return min(1.0, max(unlike / leaves, 0.01))
    if part == "headers":
        return min(1.0, len(of_part) / max(len(recorded.headers.pairs), 1))
    return min(1.0, 0.25 + len(of_part) / 8) if part == "query" else 1.0


def _unlikeness(one: Json, other: Json) -> float:
    if not isinstance(one, str) or not isinstance(other, str):
        return 1.0
    from collections import Counter

    words = [Counter(word for word in words_of(text[:_READ]) if not word.isspace()) for text in (one, other)]
    count = words[0].total() + words[1].total()
    return max(0.01, 1 - 2 * (words[0] & words[1]).total() / count) if count else 0.01


def _leaves(value: Json) -> int:
    count, left = 0, [value]
    while left:
        each = left.pop()
        if isinstance(each, dict | list):
            left += each.values() if isinstance(each, dict) else each
        elif each is not ABSENT:
            count += 1
    return count


# --- all of them ------------------------------------------------------------------------------------------------------


@record
class Fate:
    """What becomes of a recording when the requests are made as they were recorded. `status` is ``own`` (its request
    finds it), ``shadowed`` (its request finds `by`; `is_harmless` when that has the same answer) or ``unmatchable``.
    """

    interaction: Interaction
    status: str
    by: Interaction | None = None
    is_harmless: bool = False
    obstacles: tuple[Obstacle, ...] = ()


@record
class Replay:
    """The fates of all, and the groups of recordings whose requests differ and are one to the player: which answer
    they get is a matter of their order.
    """

    matching: Matching
    fates: tuple[Fate, ...]
    confused: tuple[tuple[Interaction, ...], ...]


def replay(recording: Recording, matching: Matching) -> Replay:
    """Ask for every recording, in the order of the file."""
    groups: dict[tuple[Json, ...], list[Interaction]] = {}
    for interaction in recording.interactions:
        groups.setdefault(matching.key(interaction.request), []).append(interaction)
    obstacles = Obstacles(matching)
    fates = []
    for interaction in recording.interactions:
        seen = tuple(obstacles.of(interaction))
        alike = groups[matching.key(interaction.request)]
        fates.append(_fate(interaction, seen, alike, matching.again))
    confused = tuple(tuple(group) for group in groups.values() if _is_confused(group))
    return Replay(matching=matching, fates=tuple(fates), confused=confused)


def _fate(interaction: Interaction, seen: tuple[Obstacle, ...], alike: list[Interaction], again: str) -> Fate:
    if seen:
        return Fate(interaction=interaction, status="unmatchable", obstacles=seen)
    played = interaction if again == "next" else alike[0] if again == "first" else alike[-1]
    if played is interaction:
        return Fate(interaction=interaction, status="own")
    same = _answered(played) == _answered(interaction)
    return Fate(interaction=interaction, status="shadowed", by=played, is_harmless=same)


def _is_confused(group: list[Interaction]) -> bool:
    """Whether requests of a group ask for different things. Header fields and lengths ask for nothing."""
    asked = {_asked(each.request) for each in group}
    return len(asked) > 1


def _asked(request: Request) -> tuple[str, str, Json]:
    return request.method.upper(), request.url, content(request.body) or b""


def _answered(interaction: Interaction) -> tuple[int, Json]:
    """Status and body: what the client acts upon."""
    return interaction.response.status_code, content(interaction.response.body) or b""
