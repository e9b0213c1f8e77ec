"""Tool calls that a model writes as text, and an agent parses (ReAct)."""

from __future__ import annotations

import re

from cassette_tools._record import record
from cassette_tools.diff.changes.change import Change
from cassette_tools.diff.messages.parts import in_texts, joined_text
from cassette_tools.diff.texts.text import json_document
from cassette_tools.diff.values.freeform import json_changes
from cassette_tools.model import ABSENT
from cassette_tools.words import short, unquoted_pair

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from cassette_tools.diff.changes.scene import Scene
    from cassette_tools.model import Part


@record
class Written:
    """The tool that both texts call ("" for none), and what is left of the texts beside their calls."""

    name: str
    rest: tuple[str, str]


def written_call_changes(
    scene: Scene, parts: tuple[Sequence[Part], Sequence[Part]], at: str
) -> Generator[Change, None, Written]:
    """What became of the call that both texts make, and of the result that a model makes up instead of waiting."""
    left, right = map(joined_text, parts)
    old, new = _call_in(left), _call_in(right)
    if old is None or new is None:
        return Written(name="", rest=(left, right))
    if old[0] != new[0]:
        yield in_texts(scene, _call_change(old, new, at, (left.strip(), right.strip())), parts)
    left, right = left.replace(old[0], "", 1), right.replace(new[0], "", 1)
    invented = _observation(left), _observation(right)
    if bool(invented[0]) != bool(invented[1]):
        yield in_texts(scene, _observation_change(invented, at), parts)
        left, right = left.replace(invented[0], "", 1).rstrip(), right.replace(invented[1], "", 1).rstrip()
    return Written(name=new["name"], rest=(left, right))


_CALL = re.compile(
    r"^Action:[ \t]*+(?P<name>[^\n]*[^ \t\n])[ \t]*\n+Action Input:[ \t]*"
    r"(?P<input>.*?)(?=\n(?:Observation|Thought):|```|\Z)",
    re.MULTILINE | re.DOTALL,
)


def _call_in(text: str) -> re.Match[str] | None:
    return _CALL.search(text) if "Action Input:" in text else None


def _call_change(old: re.Match[str], new: re.Match[str], at: str, said: tuple[str, str]) -> Change:
    inputs = old["input"].rstrip(), new["input"].rstrip()
    documents = json_document(inputs[0]), json_document(inputs[1])
    is_same = not any(json_changes(*documents)) if None not in documents else inputs[0] == inputs[1]
    is_layout = is_same and old["name"] == new["name"]
    named = f"Action {old['name']} → {new['name']}" if old["name"] != new["name"] else ""
    return Change(
        rule="json-formatting-changed" if is_layout else "tool-arguments-changed",
        path=f"{at}.text.action",
        origin="response",
        old=old[0],
        new=new[0],
        subject=f"{new['name']} (a call written as text)",
        note=", ".join(filter(None, (named, "" if is_same else _input_note(*inputs)))),
        echo=("text", *said),
    )


def _input_note(old: str, new: str) -> str:
    if not old or not new:
        return f"Action Input {old or new} is {'gone' if old else 'new'}"
    before, after = unquoted_pair(old, new)
    return f"Action Input {before} → {after}"


_OBSERVATION = re.compile(r"(?<!\s)\s*^Observation:[^\n]*", re.MULTILINE)


def _observation(text: str) -> str:
    """What a model that calls a tool in its text makes up as the result, instead of waiting for it; "" for nothing."""
    found = _OBSERVATION.search(text)
    return found[0] if found else ""


def _observation_change(said: tuple[str, str], at: str) -> Change:
    verb = "now writes" if said[1] else "no longer writes"
    return Change(
        rule="text-changed",
        path=f"{at}.text.observation",
        origin="response",
        old=said[0].strip() or ABSENT,
        new=said[1].strip() or ABSENT,
        subject="the result of the call",
        note=f"the model {verb} the result of its call itself, {short((said[0] or said[1]).strip())}",
    )
