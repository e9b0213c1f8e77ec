"""What `cassette match` found, for a person: the nearest recording, what keeps it away with lines, and what to do."""

from __future__ import annotations

from cassette_tools.hiding import hiding_of
from cassette_tools.match.differences import same_start
from cassette_tools.model import ABSENT
from cassette_tools.printable import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import TypeVar

    from cassette_tools.finding import Region
    from cassette_tools.match.differences import Difference
    from cassette_tools.match.search import Answer, Candidate, Fate, Replay
    from cassette_tools.matchers import Matching
    from cassette_tools.model import Interaction, Json, Place, Recording, Request
    from cassette_tools.reporters import Style

    Locate = Callable[[Place], Region]
    T = TypeVar("T", Answer, Replay)

SHOWN = 12  # differences
LONGEST = 100  # characters of a value
_BEFORE = 24  # of them before the first that differs
NOT_RECORDED, NOT_SENT = "(not recorded)", "(not sent)"
_CODES = {"bad": "1;31", "good": "1;32", "dim": "2", "title": "1"}


def paint(kind: str, text: str, style: Style) -> str:
    """`text` in the colour of its kind, when there are colours."""
    return f"\x1b[{_CODES[kind]}m{text}\x1b[0m" if style.color else text


_NO_WORDS = frozenset(
    ("place", "route", "url_route", "query_routes", "matching", "response", "llm", "body", "extra", "problems")
)
"""What is not shown of a request and its differences."""


def without_secrets(found: T, recording: Recording) -> T:
    """What was found, as it may be shown."""
    given = getattr(found, "given", None)
    return hiding_of(recording, requests=() if given is None else (given,)).record(found, _NO_WORDS)


def answer_text(found: Answer, recording: Recording, locate: Locate, style: Style) -> str:
    """Whether the request is answered, by what, and if not, why not."""
    return "\n".join(_answer(without_secrets(found, recording), recording, locate, style))


def _answer(found: Answer, recording: Recording, locate: Locate, style: Style) -> Iterator[str]:
    asked = request_words(found.given)
    if not found.nearest:
        yield paint("bad", f"{asked} has no match: no request is recorded in {printable(recording.path)}", style)
        return
    nearest = found.nearest[0]
    where = f"{printable(recording.path)}:{_line(nearest.interaction, locate)}"
    if found.found is not None:
        yield paint("good", f"{asked} matches interaction {nearest.interaction.index}, {where}", style)
        yield from _further(found)
    elif not nearest.failing:
        yield paint("bad", f"{asked} matches interaction {nearest.interaction.index}, {where}, which was played", style)
        yield "a recording is played once: record the request once more, or let the player repeat it"
    else:
        count = "the one recorded request" if found.count == 1 else f"none of {found.count} recorded requests"
        doubt = "does not match" if found.count == 1 else "matches"
        yield paint("bad", f"{asked} {doubt} {count}", style)
        yield ""
        yield paint("title", f"nearest: interaction {nearest.interaction.index}, {where}", style)
        yield f"  {request_words(nearest.interaction.request)}"
        yield from _differing(nearest.compared, locate)
        if not nearest.compared:
            yield f"  {', '.join(nearest.failing)}: written otherwise"
    yield ""
    yield from _rest(found, nearest, locate, style)


def _further(found: Answer) -> Iterator[str]:
    if found.further:
        numbers = _numbers(each.index for each in found.further)
        yield f"the same request, when it comes again, plays interaction{'s' * (len(found.further) > 1)} {numbers}"


def _differing(seen: tuple[Difference, ...], locate: Locate) -> Iterator[str]:
    for each in seen[:SHOWN]:
        note = f"  ({each.note})" if each.note else ""
        yield f"  {printable(each.path)}  {_place(each, locate)}{note}"
        recorded, given = value_words(each)
        yield f"    - {recorded}"
        yield f"    + {given}"
    if len(seen) > SHOWN:
        yield f"  … and {len(seen) - SHOWN} more"


def _place(each: Difference, locate: Locate) -> str:
    """Bodies are long lines: there the column helps."""
    region = locate(each.place)
    return f"line {region.line}, column {region.column}" if each.part == "body" else f"line {region.line}"


def _rest(found: Answer, nearest: Candidate, locate: Locate, style: Style) -> Iterator[str]:
    if nearest.others:
        yield paint("dim", f"differs and is not compared: {_summary(nearest.others, locate)}", style)
    yield paint("dim", matching_words(found.matching, found.matching.names_for(found.given)), style)


def _summary(seen: tuple[Difference, ...], locate: Locate) -> str:
    """``body (3 values, from line 12), headers user-agent and accept``."""
    told = []
    for part in dict.fromkeys(each.part for each in seen):
        of_part = [each for each in seen if each.part == part]
        if part == "body":
            count = f"{len(of_part)} values, from line" if len(of_part) > 1 else "line"
            told.append(f"body ({count} {min(locate(each.place).line for each in of_part)})")
        elif part in ("headers", "query"):
            names = ", ".join(printable(each.path.partition(".")[2] or each.path) for each in of_part[:6])
            told.append(f"{part} ({names}{', …' * (len(of_part) > 6)})")
        else:
            told.append(part)
    return ", ".join(told)


def matching_words(matching: Matching, names: tuple[str, ...]) -> str:
    """``matcher: VCR.py, which compares method, host, …``."""
    return f"matcher: {matching.player.name}, which compares {', '.join(names)}"


def request_words(request: Request) -> str:
    """Method and URL, without what is secret in it."""
    return f"{printable(request.method)} {printable(_shortened(without_keys(request.url), 160))}"


def without_keys(url: str) -> str:
    """The URL without the values of parameters that are credentials, and without a user."""
    import re

    from cassette_tools.match.differences import is_secret_name

    def parameter(found: re.Match[str]) -> str:
        return f"{found[1]}{found[2]}=…" if is_secret_name(found[2]) else found[0]

    url = re.sub(r"^([a-z][a-z0-9+.-]*://)[^/?#@]*@", r"\1…@", url, flags=re.IGNORECASE)
    return re.sub(r"([?&])([^=&#?]*)=[^&#]*", parameter, url)


def value_words(each: Difference) -> tuple[str, str]:
    """What was recorded and what is given, cut to where they differ."""
    if each.is_secret:
        return tuple(
            absent if value is ABSENT else "another value, which is not shown"
            for value, absent in ((each.recorded, NOT_RECORDED), (each.given, NOT_SENT))
        )  # type: ignore[return-value]
    recorded, given = _text(each.recorded, NOT_RECORDED), _text(each.given, NOT_SENT)
    if recorded == given:
        return "(differs in a secret, which is not shown)", "(differs in a secret, which is not shown)"
    if ABSENT in (each.recorded, each.given):
        return _shortened(recorded, LONGEST), _shortened(given, LONGEST)
    start = max(0, same_start(recorded, given) - _BEFORE)
    if max(len(recorded), len(given)) <= LONGEST:
        start = 0
    return _from(recorded, start), _from(given, start)


def _text(value: Json, absent: str) -> str:
    if value is ABSENT:
        return absent
    from json import dumps

    text = value if isinstance(value, str) else dumps(value, ensure_ascii=False)
    return printable(f'"{text}"' if isinstance(value, str) and (not text or text != text.strip()) else text)


def _from(text: str, start: int) -> str:
    return ("…" if start else "") + _shortened(text[start:], LONGEST)


def _shortened(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most]}…"


def _line(interaction: Interaction, locate: Locate) -> int:
    from cassette_tools.model import Place

    return locate(Place(route=interaction.route)).line


def _numbers(indices: Iterable[int]) -> str:
    numbers = [str(index) for index in indices]
    return ", ".join(numbers[:8]) + (f" and {len(numbers) - 8} more" if len(numbers) > 8 else "")


# --- --all ------------------------------------------------------------------------------------------------------------


def replay_text(found: Replay, recording: Recording, locate: Locate, style: Style) -> str:
    """What becomes of every recording: those in trouble, and in a line the rest."""
    return "\n".join(_replay(without_secrets(found, recording), recording, locate, style))


def _replay(found: Replay, recording: Recording, locate: Locate, style: Style) -> Iterator[str]:
    for fate in found.fates:
        if fate.status != "own" and not fate.is_harmless:
            yield from _fate(fate, recording, locate, style)
    for group in found.confused:
        first = group[0]
        yield (
            f"{printable(recording.path)}:{_line(first, locate)}: "
            f"interactions {_numbers(each.index for each in group)} ask for different things, "
            f"and are one request to the player: {_which(found)}"
        )
    count = len(found.fates)
    own = sum(fate.status == "own" for fate in found.fates)
    harmless = sum(fate.is_harmless for fate in found.fates)
    words = f"{own} of {count} recorded requests find their own answer"
    if harmless:
        words += f", {harmless} the same answer at another place"
    yield paint("good" if own + harmless == count else "bad", words, style)
    yield paint("dim", matching_words(found.matching, found.matching.on), style)


def _which(found: Replay) -> str:
    again = found.matching.again
    if again == "next":
        return "their order alone says which answer each gets"
    return f"all of them get the {again} one's answer"


def _fate(fate: Fate, recording: Recording, locate: Locate, style: Style) -> Iterator[str]:
    at = f"{printable(recording.path)}:{_line(fate.interaction, locate)}: interaction {fate.interaction.index}"
    if fate.by is not None:
        by = f"interaction {fate.by.index}, line {_line(fate.by, locate)}"
        yield f"{paint('bad', at, style)} is never played: its request gets the answer of {by}"
    for obstacle in fate.obstacles:
        place = f"{printable(recording.path)}:{locate(obstacle.place).line}: interaction {fate.interaction.index}"
        yield f"{paint('bad', place, style)} cannot be found: {obstacle.what}; {obstacle.mend}"
