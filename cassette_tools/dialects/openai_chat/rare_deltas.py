"""What few streams of Chat Completions hold: content as a list, thinking blocks, sound, legacy functions, server tools.

Imported when a delta has one of them. Sources: Mistral's and Databricks' API references (content), the documentation of
LiteLLM ("Reasoning content": thinking blocks), the OpenAI API reference (audio, functions), Groq's ("Compound":
executed tools).
"""

from __future__ import annotations

from cassette_tools.decoding.media import joined_base64
from cassette_tools.decoding.merging import merged
from cassette_tools.decoding.trace import joined
from cassette_tools.decoding.values import mapping, sequence, text
from cassette_tools.dialects.openai_chat.calls import Call

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from cassette_tools.decoding.trace import Runs, Trace
    from cassette_tools.model import Json, Object

    Item = tuple[int, str, str, Json]  # event, pointer, kind, words (or the whole item)


class Rare:
    """What few streams gather of a choice, beside the strings and values of all: a content that is a list, thinking
    blocks, the ``function_call``, sound.
    """

    __slots__ = ("blocks", "items", "legacy", "sound", "strings", "transcript", "values")

    def __init__(self, strings: dict[str, Runs], values: Object) -> None:
        self.strings = strings
        self.values = values
        self.items: list[Item] = []
        self.blocks: list[tuple[Object, Runs]] = []
        self.legacy: Call | None = None
        self.sound: list[str] = []
        self.transcript: Runs = []

    def fold_into(self, message: Object, pointer: str, trace: Trace) -> None:
        """Put what was gathered here into the message."""
        self._fold_audio(message.get("audio"), f"{pointer}/audio", trace)
        if self.items:
            message["content"] = _folded_items(self, f"{pointer}/content", trace)
        if self.blocks:
            message["thinking_blocks"] = _folded_blocks(self, f"{pointer}/thinking_blocks", trace)
        if self.legacy is not None:
            message["function_call"] = {**self.legacy.function, "arguments": joined(self.legacy.runs)}
            if self.legacy.runs:
                trace.note(f"{pointer}/function_call/arguments", self.legacy.runs, "arguments")

    def _fold_audio(self, audio: Json, pointer: str, trace: Trace) -> None:
        if type(audio) is dict and self.transcript:
            audio["transcript"] = joined(self.transcript)
            trace.note(f"{pointer}/transcript", self.transcript, "transcript")
        if type(audio) is dict and self.sound:
            audio["data"] = joined_base64(self.sound)


# --- content as a list -----------------------------------------------------------------------------------------------

# Kinds of items that come in pieces, and the key that their words have in the folded item; the type of such a piece.
_WORDS = {"text": "text", "thinking": "thinking", "reasoning": "summary"}
_PIECES = {"thinking": "text", "reasoning": "summary_text"}


def _add_items(rare: Rare, value: list[Json], number: int, where: str) -> None:
    """Mistral's content, and Databricks': words and thoughts come in pieces, anything else whole."""
    for position, entry in enumerate(value):
        _add_item(rare, entry, number, f"{where}/content/{position}")


def _add_item(rare: Rare, entry: Json, number: int, where: str) -> None:
    item = mapping(entry)
    kind = item.get("type")
    if kind == "text" and type(item.get("text")) is str:
        rare.items.append((number, where + "/text", "text", item["text"]))
    elif type(kind) is str and kind in _PIECES and type(item.get(_WORDS[kind])) is list:
        for position, piece in enumerate(item[_WORDS[kind]]):
            _add_piece(rare, kind, piece, number, (where, position))
        _add_signature(rare, item, number, where)
    else:
        rare.items.append((number, where, "", entry))


def _add_piece(rare: Rare, kind: str, piece: Json, number: int, place: tuple[str, int]) -> None:
    """A piece of a thought: words, or Mistral's reference to a source, in the middle of it."""
    (where, position), key = place, _WORDS[kind]
    words = mapping(piece).get("text")
    if type(words) is str:
        rare.items.append((number, f"{where}/{key}/{position}/text", kind, words))
    else:
        rare.items.append((number, where, "", {"type": kind, key: [piece]}))
    _add_signature(rare, mapping(piece), number, where)


def _add_signature(rare: Rare, holder: Object, number: int, where: str) -> None:
    signature = text(holder.get("signature"))
    if signature is not None:
        rare.items.append((number, where, "signature", signature))


def _folded_items(rare: Rare, pointer: str, trace: Trace) -> list[Json]:
    """Content items in the order of arrival, with the plain strings among them; neighbours of one kind are one item."""
    strings = rare.strings.get("content", ())
    plain: list[Item] = [(number, where + "/content", "text", words) for number, where, words in strings if words]
    folded: list[Json] = []
    runs: Runs = []
    before = ""
    for number, where, kind, words in sorted([*rare.items, *plain], key=lambda item: item[0]):
        if kind == "signature":
            _sign(folded, before, words)
        elif not kind:
            folded.append(words)
        elif kind == before:
            runs.append((number, where, words))
        else:
            runs = [(number, where, words)]
            folded.append({"type": kind, _WORDS[kind]: runs})  # joined once, when it is whole
            place = f"{pointer}/{len(folded) - 1}"
            trace.note(place + ("/text" if kind == "text" else f"/{_WORDS[kind]}/0/text"), runs, "")
        before = kind if kind in _WORDS else ""
    return [_joined_item(item) for item in folded]


def _sign(folded: list[Json], before: str, signature: Json) -> None:
    """A signature ends the thought before it, or stands alone."""
    if before in _PIECES:
        folded[-1]["signature"] = signature
    else:
        folded.append({"type": "thinking", "thinking": [], "signature": signature})


def _joined_item(item: Json) -> Json:
    for kind, key in _WORDS.items():
        runs = mapping(item).get(key)
        if type(runs) is list and runs and type(runs[0]) is tuple:
            words = joined(runs)
            item[key] = words if kind == "text" else [{"type": _PIECES[kind], "text": words}]
            if kind == "reasoning" and "signature" in item:
                item[key][0]["signature"] = item.pop("signature")
    return item


# --- thinking blocks -------------------------------------------------------------------------------------------------


def _add_blocks(rare: Rare, value: list[Json], number: int, where: str) -> None:
    """LiteLLM gives Anthropic's thinking blocks beside ``reasoning_content``; a block ends with its signature."""
    for position, entry in enumerate(value):
        _add_block(rare, mapping(entry), number, f"{where}/thinking_blocks/{position}")


def _add_block(rare: Rare, block: Object, number: int, where: str) -> None:
    if not rare.blocks or _begins(block, rare.blocks[-1][0]):
        rare.blocks.append(({}, []))
    latest, runs = rare.blocks[-1]
    for key, item in block.items():
        if key == "thinking" and type(item) is str:
            runs.append((number, where, item))
            latest.setdefault(key, "")
        elif item or key not in latest:
            latest[key] = item


def _begins(block: Object, latest: Object) -> bool:
    """Whether a piece begins a new block: its type is another, or it has words after a signature."""
    return latest.get("type") != block.get("type") or bool(block.get("thinking") and latest.get("signature"))


def _folded_blocks(rare: Rare, pointer: str, trace: Trace) -> list[Json]:
    """The blocks, each with the whole of its words."""
    for place, (block, runs) in enumerate(rare.blocks):
        if runs:
            block["thinking"] = joined(runs)
            trace.note(f"{pointer}/{place}/thinking", runs, "thinking")
    return [block for block, _ in rare.blocks]


# --- functions, sound, server tools ----------------------------------------------------------------------------------


def _add_function(rare: Rare, value: Json, number: int, where: str) -> None:
    """The legacy ``function_call``."""
    if rare.legacy is None:
        rare.legacy = Call(number, 0)
        rare.values.setdefault("function_call", None)
    rare.legacy.add(value, number, f"{where}/function_call")


def _add_audio(rare: Rare, value: Json, number: int, where: str) -> None:
    """OpenAI's spoken answer: the transcript in pieces, and sound of which each piece is base64 for itself."""
    audio = rare.values.get("audio")
    if type(audio) is not dict:
        audio = rare.values["audio"] = {}
    for key, item in value.items():
        if key == "transcript" and type(item) is str:
            rare.transcript.append((number, where + "/audio", item))
        elif key == "data" and type(item) is str:
            rare.sound.append(item)
        elif item is not None:
            audio[key] = item


def _add_runs_of_tools(rare: Rare, value: Json, number: int, where: str) -> None:
    """Groq sends a tool run twice, the second time with its output: the later of one index stands."""
    whole = rare.values["executed_tools"] = list(sequence(rare.values.get("executed_tools")))
    for entry in value:
        index = mapping(entry).get("index")
        for place, before in enumerate(whole):
            if index is not None and mapping(before).get("index") == index:
                whole[place] = merged(before, entry)
                break
        else:
            whole.append(entry)


# What the value of a key must be, and who reads it.
READERS: dict[str, tuple[type, Callable[[Rare, Json, int, str], None]]] = {
    "content": (list, _add_items),
    "thinking_blocks": (list, _add_blocks),
    "function_call": (dict, _add_function),
    "audio": (dict, _add_audio),
    "executed_tools": (list, _add_runs_of_tools),
}
