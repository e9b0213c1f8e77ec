"""The marks in an answer by which a client finds what it wants: a client that parses them fails without them.

They are the labels of agents that write their steps as text (ReAct), XML tags, labels that the prompt asks for, and the
form of JSON: bare, in a fence, or among words.
"""

from __future__ import annotations

import re
from functools import lru_cache

from cassette_tools.data.drift import LABELS, PAGE_TAGS
from cassette_tools.diff.texts.text import json_document

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_LABEL = re.compile(r"(?m)^[ \t]*(?P<name>[A-Za-z][\w ]{0,30}?):")
_TEMPLATE = re.compile(
    r"(?m)^[ \t]*(?:[-*][ \t]*)?(?P<name>[A-Z][\w ]{0,30}?):[ \t]*(?:<[^<>\n]+>|\[[^\[\]\n]+\]|\{[^{}\n]+\}|\.\.\.|…)"
)
_TAG = re.compile(r"<(?P<end>/?)(?P<name>[A-Za-z][\w.-]*)>")
_FENCED = re.compile(r"(?ms)^[ \t]*```[\w-]*[ \t]*\n(?P<inside>.*?)(?:\n|(?<![ \t]))[ \t]*```")
_THINKING = ("think", "thinking")  # told as thinking

BARE, FENCED, AMONG_WORDS = "JSON and nothing else", "JSON in a fence", "JSON among words"


def marks_note(old: str, new: str, asked: tuple[str, str]) -> str:
    """Which marks of `old` an answer no longer has, or has now; "" for none. `asked` is all that was asked on either
    side, which says for what tags and labels a client waits.
    """
    both = "\n".join(asked)
    before, after = _marks(old, both), _marks(new, both)
    gone, come = _only_in(before, after, asked[1]), _only_in(after, before, asked[0])
    said = [_listed(marks, which) for marks, which in ((gone, "gone"), (come, "new")) if marks]
    forms = _form_of_json(old), _form_of_json(new)
    if forms[0] != forms[1] and all(forms):
        said.append(f"it was {forms[0]} and is now {forms[1]}")
    return "; ".join(said)


def _only_in(marks: tuple[str, ...], others: tuple[str, ...], asked: str) -> list[str]:
    """The marks that the other answer does not have, but for those that it was given."""
    return [mark for mark in marks if mark not in others and not _is_given(mark, asked)]


def _is_given(mark: str, asked: str) -> bool:
    """Whether the prompt ends with a label, so that the model need not repeat it."""
    return asked.rstrip().endswith(mark.strip('"'))


def _listed(marks: list[str], which: str) -> str:
    names = " and ".join(filter(None, (", ".join(marks[:-1]), marks[-1])))
    return f"{names} {'is' if len(marks) == 1 else 'are'} {which}"


def _marks(text: str, asked: str) -> tuple[str, ...]:
    """The marks of a text, the labels before the tags, each once."""
    prose = _FENCED.sub("", text)
    labels = {name for name, _ in LABELS} | {found["name"] for found in _TEMPLATE.finditer(asked)}
    found = [f'"{each["name"]}:"' for each in _LABEL.finditer(prose) if each["name"] in labels]
    return tuple(dict.fromkeys((*found, *_tags(prose, asked))))


def _tags(prose: str, asked: str) -> Iterator[str]:
    """The tags that are closed, and with which the text begins, or for which it was asked."""
    ends = {found["name"]: found.start() for found in _TAG.finditer(prose) if found["end"]}
    first = len(prose) - len(prose.lstrip())
    for found in _TAG.finditer(prose):
        name = found["name"]
        if found["end"] or ends.get(name, -1) < found.start() or name in _THINKING:
            continue
        if f"<{name}>" in asked or (found.start() == first and name.lower() not in PAGE_TAGS):
            yield f"<{name}>"


@lru_cache(maxsize=256)
def _form_of_json(text: str) -> str:
    """How a text that is, or holds, one JSON document holds it; "" for any other."""
    if json_document(text) is not None:
        return FENCED if text.strip().startswith("```") else BARE
    inside = [found["inside"] for found in _FENCED.finditer(text)]
    found = inside[0] if len(inside) == 1 else text[text.find("{") : text.rfind("}") + 1]
    return AMONG_WORDS if json_document(found) is not None else ""
