"""The sources that an answer lists beside its choices: Perplexity's `citations` and `search_results`, two lists of the
same pages.
"""

from __future__ import annotations

from cassette_tools._record import replace
from cassette_tools.data.drift import SAME_SOURCES
from cassette_tools.diff.changes.places import response_place
from cassette_tools.diff.comparing.choices import document_of
from cassette_tools.diff.messages.parts import texts
from cassette_tools.diff.messages.sources import source_changes
from cassette_tools.model import ABSENT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.diff.changes.change import Change
    from cassette_tools.diff.changes.scene import Scene
    from cassette_tools.model import Interaction, Json, LLMCall, Place

_NAMES = ("search_results", "citations")


def sources_beside(scene: Scene, old: LLMCall, new: LLMCall) -> Iterator[Change]:
    """Other sources; and a list that is gone, or new, while the other one names sources on both sides."""
    documents = [each if isinstance(each, dict) else {} for each in map(document_of, (scene.old, scene.new))]
    for name, other in (_NAMES, _NAMES[::-1]):
        sent = [document.get(name, ABSENT) for document in documents]
        places = (response_place(scene.old, f"/{name}"), response_place(scene.new, f"/{name}"))
        if all(document.get(other) for document in documents) and _is_one_sided(sent):
            yield from _told_alone(scene, name, other, sent, places)
            continue
        sides = [call.extra.get(f"/response/{name}") or () for call in (old, new)]
        if any(map(_is_of_the_text, sent, sides)):
            continue
        if all(isinstance(side, list | tuple) for side in sides):
            yield from source_changes(scene, f"response.{name}", sides[0], sides[1], places)


def _is_of_the_text(sent: Json, left: Json) -> bool:
    """Whether the list is what the text cites, which is compared there."""
    return bool(sent) and not left


def _is_one_sided(sent: list[Json]) -> bool:
    """Whether only one of the answers has sources under the name."""
    return sorted(bool(side) and isinstance(side, list) for side in sent) == [False, True]


def _told_alone(
    scene: Scene, name: str, other: str, sent: list[Json], places: tuple[Place | None, Place | None]
) -> Iterator[Change]:
    """A list that is there on one side: the field came or went, or has nothing in it."""
    old, new = sent
    if ABSENT not in sent:
        yield from source_changes(scene, f"response.body.{name}", old or (), new or (), places)
        return
    yield scene.change(
        rule="wire-field-removed" if new is ABSENT else "wire-field-added",
        path=f"response.body.{name}",
        origin="stream" if scene.new.response.body.stream else "response",
        old=old,
        new=new,
        subject=name,
        note=other,
        circumstance=SAME_SOURCES,
        old_place=None if old is ABSENT else places[0],
        new_place=None if new is ABSENT else places[1],
    )


def at_its_text(scene: Scene, change: Change) -> Change:
    """A change of what a text cites at that text, where no field of the sources has the place."""
    if change.rule != "citation-changed" or not change.path.startswith(_CITED) or any(change.places):
        return change
    index = int(change.path[len(_CITED) :].partition("]")[0])
    old, new = (_place_of_text(each, index) for each in (scene.old, scene.new))
    return replace(change, old_place=old, new_place=new)


_CITED = "response.output_messages["


def _place_of_text(interaction: Interaction, index: int) -> Place | None:
    said = interaction.llm.output_messages if interaction.llm is not None else ()
    pointer = next((part.pointer for message in said[index : index + 1] for part in texts(message.parts)), "")
    return response_place(interaction, pointer) if pointer else None
