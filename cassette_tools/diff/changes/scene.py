"""What a comparison of two interactions works with, and the few moves that all comparisons share."""

from __future__ import annotations

from cassette_tools._record import record, replace
from cassette_tools.data.drift import ANOTHER_VERDICT, CROSS_PROVIDER, OF_A_CALL
from cassette_tools.data.volatile import DRAWN, FAR_RATING, NAMED_BY_CLIENT, RATINGS, Volatile
from cassette_tools.diff.changes.change import Change
from cassette_tools.diff.changes.jobs import is_progress
from cassette_tools.diff.changes.masks import mask_change
from cassette_tools.diff.changes.serving import serving_change
from cassette_tools.diff.values.freeform import are_of_one_type
from cassette_tools.diff.values.on_its_way import is_on_its_way
from cassette_tools.diff.values.sdp import is_same_session
from cassette_tools.later import regex
from cassette_tools.made_names import form_of, is_drawn
from cassette_tools.model import ABSENT
from cassette_tools.volatile import jitter_of, volatile_field, volatile_header

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from cassette_tools.diff.pairing.align import Pair
    from cassette_tools.diff.values.ids import Correlation
    from cassette_tools.model import Interaction, Json, Place


@record
class Scene:
    """Two interactions that ask the same, the ids met so far, and the profile."""

    pair: Pair
    old: Interaction
    new: Interaction
    ids: Correlation
    profile: str
    alone: set[tuple[str, bool, str]]
    couples: dict[str, str]
    """What the comparison of meaning found out: which element of a list of the old bodies became which of the new one,
    by JSON pointer, with the side before it (``request/messages/2``)."""

    def couple(self, side: str, old: str, new: str) -> None:
        """Note that the value at `old` of the old body became the one at `new`, and so did the elements of lists that
        they lie in.
        """
        before, after = old.split("/"), new.split("/")
        if len(before) != len(after):
            return
        for end, (left, right) in enumerate(zip(before, after, strict=True), 1):
            if left.isdecimal() and right.isdecimal():
                self.couples.setdefault(side + "/".join(before[:end]), "/".join(after[:end]))
            elif left != right:
                return

    def stands_alone(self, side: str, pointer: str, *, added: bool) -> None:
        """Note that the element of a list that the value at `pointer` lies in came, or went, and became no other."""
        steps = pointer.split("/")
        while len(steps) > 1 and not steps[-1].isdecimal():
            steps.pop()
        if len(steps) > 1:
            self.alone.add((side, added, "/".join(steps)))

    def coupled(self, side: str) -> dict[str, str]:
        """The couples of one side, by their pointers alone."""
        return {key[len(side) :]: new for key, new in self.couples.items() if key.startswith(side + "/")}

    def change(
        self,
        rule: str,
        path: str,
        origin: str,
        *,
        old: Json = ABSENT,
        new: Json = ABSENT,
        subject: str = "",
        note: str = "",
        size: float | None = None,
        echo: Hashable = None,
        circumstance: str | None = None,
        old_place: Place | None = None,
        new_place: Place | None = None,
        sent: tuple[Json, Json] | None = None,
        also: tuple[tuple[str, ...], tuple[str, ...]] = ((), ()),
        facts: tuple[tuple[str, ...], tuple[str, ...]] = ((), ()),
    ) -> Change:
        """A change between these two interactions."""
        return Change(
            rule=rule,
            path=path,
            origin=origin,
            pair=self.pair,
            old=old,
            new=new,
            subject=subject,
            note=note,
            size=size,
            echo=echo,
            circumstance=circumstance,
            old_place=old_place,
            new_place=new_place,
            sent=sent,
            also=also,
            facts=facts,
        )

    @property
    def is_of_one_api(self) -> bool:
        """Whether both bodies are of one API, so that their fields can be compared one by one."""
        calls = self.old.llm, self.new.llm
        return calls[0] is not None and calls[1] is not None and calls[0].dialect == calls[1].dialect

    @property
    def is_cross_provider(self) -> bool:
        """Only canonical meaning is compared then."""
        return self.profile == CROSS_PROVIDER


def noise(
    scene: Scene,
    row: Volatile,
    path: str,
    origin: str,
    old: Json,
    new: Json,
    places: tuple[Place | None, Place | None] = (None, None),
) -> Change:
    """A change of something volatile, under the name of its class."""
    verdict = _is_another_verdict(row, old, new)
    return scene.change(
        rule=f"{row.kind}-changed",
        path=path,
        origin=origin,
        old=_rounded(old) if verdict else old,
        new=_rounded(new) if verdict else new,
        subject=path.removeprefix("response.body.") if verdict else path,
        note=row.reason,
        circumstance=ANOTHER_VERDICT if verdict else None,
        old_place=places[0],
        new_place=places[1],
    )


def _rounded(score: Json) -> Json:
    return float(f"{score:.3g}")


def _is_another_verdict(row: Volatile, old: Json, new: Json) -> bool:
    """Whether a rating from 0 to 1 is far from what it was."""
    if row.match not in RATINGS or not isinstance(old, int | float) or not isinstance(new, int | float):
        return False
    return min(old, new) >= 0 and max(old, new) <= 1 and abs(new - old) >= FAR_RATING


def volatile_changes(
    scene: Scene, path: str, origin: str, old: Json, new: Json, places: tuple[Place | None, Place | None] = (None, None)
) -> Iterator[Change] | None:
    """The noise (or the broken id) that another value at `path` is; ``None`` when the field is not volatile, and when
    it came, went, or has another type: that is no matter of its value.
    """
    masked = mask_change(scene.pair, path, origin, old, new, places)
    if masked is not None:
        return iter((masked,))
    if is_same_session(old, new):
        return id_changes(scene, path, "response", old, new, places)
    row = volatile_field(path, origin) or _row_of_values(scene, path, origin, old, new)
    if row is _GIVEN_BACK:
        return iter((given_back(scene, path, old, new, places),))
    if row is None or not are_of_one_type(old, new):
        return None
    if row.kind == "id" and isinstance(old, str):
        if origin == "request" and _is_named_otherwise(scene, path, old, str(new)):
            return iter((_other_name(scene, path, old, str(new), places),))
        return id_changes(scene, path, origin, old, new, places)
    served = serving_change(scene, row, path, old, new, places) if origin == "response" else None
    return iter((served or noise(scene, row, path, origin, old, new, places),))


def _is_named_otherwise(scene: Scene, path: str, old: str, new: str) -> bool:
    """Whether a client chose both names, of which no other request told yet."""
    if path.rpartition(".")[2] not in _NAMED_BY_CLIENT or old == new or scene.ids.are_coupled(old, new):
        return False
    return not any(form_of(name) or is_drawn(name) or _COUNTED.search(name) for name in (old, new))


_NAMED_BY_CLIENT = frozenset(row.match for row in NAMED_BY_CLIENT)

_COUNTED = regex(r"\d{6}")  # a moment, or drawn


def _other_name(scene: Scene, path: str, old: str, new: str, places: tuple[Place | None, Place | None]) -> Change:
    """What a client calls a thing otherwise; what the service calls it after that follows."""
    scene.ids.define(old, new)
    return scene.change(
        rule="request-parameter-changed",
        path=path,
        origin="request",
        old=old,
        new=new,
        subject=path.removeprefix("request."),
        old_place=places[0],
        new_place=places[1],
    )


def _row_of_values(scene: Scene, path: str, origin: str, old: Json, new: Json) -> Volatile | None:
    """The row of a field that is volatile for what it holds on both sides."""
    if origin == "request":
        return _GIVEN_BACK if is_given_back(scene, old, new) else None
    if origin != "response":
        return None
    return _as_header(path) or _drawn(scene, path) or _jitter(path, old, new) or _progress(scene, path, old, new)


def _as_header(path: str) -> Volatile | None:
    """The row of a header that the body gives once more, in an object of headers."""
    holder, _, name = path.rpartition(".")
    return volatile_header(name) if holder.lower().endswith("headers") else None


def _jitter(path: str, old: Json, new: Json) -> Volatile | None:
    """The row of a number that is computed, and never twice the same."""
    jitter = jitter_of(path, old, new)
    return None if jitter is None else Volatile(match=path, kind="score", reason=jitter.reason)


def _progress(scene: Scene, path: str, old: Json, new: Json) -> Volatile | None:
    """The row of a number that says how much of a job is done, which is on its way in both recordings."""
    if not is_progress(path, old, new) or not all(map(is_on_its_way, (scene.old, scene.new))):
        return None
    return Volatile(match=path, kind="measure", reason="how much is done of a job that goes on while it is recorded")


def _drawn(scene: Scene, path: str) -> Volatile | None:
    """The row of a value that the server drew, since neither request sends one."""
    row = next((row for row in DRAWN if path.endswith(f".{row.match}")), None)
    if row is None or any(_sends(side.request.body.json, row.match) for side in (scene.old, scene.new)):
        return None
    return row


def _sends(body: Json, name: str) -> bool:
    pending = [body]
    while pending:
        node = pending.pop()
        if isinstance(node, dict):
            if node.get(name) is not None:
                return True
            pending.extend(node.values())
        elif isinstance(node, list):
            pending.extend(node)
    return False


def is_given_back(scene: Scene, old: Json, new: Json) -> bool:
    """Whether a client sends what earlier answers of each recording gave, in the same place."""
    return isinstance(old, str) and isinstance(new, str) and scene.ids.are_renamed(old, new)


def given_back(
    scene: Scene, path: str, old: Json, new: Json, places: tuple[Place | None, Place | None] = (None, None)
) -> Change:
    """The noise that such a value is."""
    return noise(scene, _GIVEN_BACK, path, "request", old, new, places)


_GIVEN_BACK = Volatile(match="", kind="id", reason="an earlier answer gave it, and gives another each time")


def _led_elsewhere(scene: Scene, change: Change, old: str, new: str) -> Change:
    """An id of the request that is not the one of what belongs to it: of something else, or of nothing."""
    before = scene.ids.common_name(new, new=True)
    if before is not None:
        return _broken(change, f"{old} became {new}, which stands for what was {before}", old, new)
    subject = next((words for mark, words in _ANSWERED if mark in change.path), change.subject)
    return _broken(replace(change, subject=subject), f"{old} became {new}", old, new)


_ANSWERED = (  # by what the path of the id says that it is of
    (".results[", "the request answers a tool call under another id than that call has"),
    (".tool_calls[", "the request repeats a tool call under another id than it had"),
    ("", "the request names something by another id than it had"),
)


def id_changes(
    scene: Scene,
    path: str,
    origin: str,
    old: str | None,
    new: str | None,
    places: tuple[Place | None, Place | None] = (None, None),
) -> Iterator[Change]:
    """Nothing for a consistent renaming but noise at its first sight; a finding for an id that is empty or leads
    elsewhere. One that is not sent is no matter of ids: `diff.reconcile` tells it.
    """
    if old is None or new is None or not (old or new):
        return
    masked = mask_change(scene.pair, path, origin, old, new, places)
    if masked is not None:
        yield masked
        return
    change = scene.change(
        rule="id-changed",
        path=path,
        origin=origin,
        old=old or ABSENT,
        new=new or ABSENT,
        subject=path,
        old_place=places[0],
        new_place=places[1],
    )
    yield from _of_two_ids(scene, change, old, new) if old and new else _of_one_id(change, old, new)


def _of_one_id(change: Change, old: str, new: str) -> Iterator[Change]:
    note = f"the id {old} is missing" if old else f"an id {new} where there was none"
    yield _broken(change, note, old, new, OF_A_CALL if change.origin == "request" else None)


def _of_two_ids(scene: Scene, change: Change, old: str, new: str) -> Iterator[Change]:
    """What of a change of ids is to be told: the first sight of a renaming, or one that leads elsewhere."""
    ids = scene.ids
    if ids.are_coupled(old, new):
        return
    if change.origin == "request" and not ids.refer(old, new):
        yield _led_elsewhere(scene, change, old, new)
        return
    ids.define(old, new)
    if old != new:
        yield change


def _broken(change: Change, note: str, old: str, new: str, circumstance: str | None = None) -> Change:
    echo = ("text", old, new)
    return replace(change, rule="id-topology-changed", note=note, echo=echo, circumstance=circumstance)
