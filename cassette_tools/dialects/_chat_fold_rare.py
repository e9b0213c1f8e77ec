"""What few streams of Chat Completions hold: content as a list, thinking blocks, sound, legacy functions, server tools.

Imported by `_chat_fold` when a delta has one of them. Sources: Mistral's and Databricks' API references (content), the
documentation of LiteLLM ("Reasoning content": thinking blocks), the OpenAI API reference (audio, functions), Groq's
("Compound": executed tools).
"""

from __future__ import annotations

from cassette_tools.decoding.trace import joined
from cassette_tools.decoding.values import mapping, sequence, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from cassette_tools.decoding.trace import Runs, Trace
    from cassette_tools.dialects._chat_fold import Choice
    from cassette_tools.model import Json

    Merge = dict[str, Json]
    Item = tuple[int, str, str, Json]  # event, pointer, kind, words (or the whole item)

LEGACY = -(2**70)  # where the legacy ``function_call`` stands among the calls: an index that no server sends


# --- content as a list -----------------------------------------------------------------------------------------------

# Kinds of items that come in pieces, and the key that their words have in the folded item.
_WORDS = {"text": "text", "thinking": "thinking", "reasoning": "summary"}


def add_items(choice: Choice, value: list[Json], number: int, where: str) -> None:
    """Mistral's content, and Databricks': words and thoughts come in pieces, anything else whole."""
    for position, entry in enumerate(value):
        _add_item(choice, entry, number, f"{where}/content/{position}")


def _add_item(choice: Choice, entry: Json, number: int, where: str) -> None:
    item = mapping(entry)
    kind = item.get("type")
    pieces = item.get(_WORDS[kind]) if kind == "thinking" or kind == "reasoning" else None
    if kind == "text" and type(item.get("text")) is str:
        choice.items.append((number, where + "/text", "text", item["text"]))
    elif type(pieces) is list:
        key = _WORDS[str(kind)]
        for position, chunk in enumerate(pieces):
            words = mapping(chunk).get("text")
            if type(words) is str:
                choice.items.append((number, f"{where}/{key}/{position}/text", str(kind), words))
            else:  # Mistral: a reference to a source, in the middle of a thought
                choice.items.append((number, where, "", {"type": kind, key: [chunk]}))
            signature = text(mapping(chunk).get("signature"))
            if signature is not None:
                choice.items.append((number, where, "signature", signature))
        signature = text(item.get("signature"))
        if signature is not None:
            choice.items.append((number, where, "signature", signature))
    else:
        choice.items.append((number, where, "", entry))


def folded_items(choice: Choice, pointer: str, trace: Trace) -> list[Json]:
    """Content items in the order of arrival, with the plain strings among them; neighbours of one kind are one item."""
    items: list[Item] = list(choice.items)
    for number, where, words in choice.strings.get("content", ()):
        if words:
            items.append((number, where + "/content", "text", words))
    items.sort(key=lambda item: item[0])
    folded: list[Json] = []
    runs: Runs = []
    before = ""
    for number, where, kind, words in items:
        if not kind:
            folded.append(words)
            before = ""
        elif kind == "signature":
            if before in ("thinking", "reasoning"):
                folded[-1]["signature"] = words
            else:
                folded.append({"type": "thinking", "thinking": [], "signature": words})
            before = ""
        else:
            if kind != before:
                runs, before = [], kind
                # The runs of an item are joined once, when it is whole.
                folded.append({"type": kind, _WORDS[kind]: runs})
                place = f"{pointer}/{len(folded) - 1}"
                trace.note(place + ("/text" if kind == "text" else f"/{_WORDS[kind]}/0/text"), runs, "")
            runs.append((number, where, words))
    return [_joined_item(item) for item in folded]


def _joined_item(item: Json) -> Json:
    for kind, key in _WORDS.items():
        runs = mapping(item).get(key)
        if type(runs) is list and runs and type(runs[0]) is tuple:
            words = joined(runs)
            item[key] = words if kind == "text" else [{"type": _PIECES[kind], "text": words}]
            if kind == "reasoning" and "signature" in item:
                item[key][0]["signature"] = item.pop("signature")
    return item


_PIECES = {"thinking": "text", "reasoning": "summary_text"}


# --- thinking blocks -------------------------------------------------------------------------------------------------


def _add_blocks(choice: Choice, value: Json, number: int, where: str) -> None:
    """LiteLLM gives Anthropic's thinking blocks beside ``reasoning_content``; a block ends with its signature."""
    for position, entry in enumerate(sequence(value)):
        block = mapping(entry)
        words = block.get("thinking")
        latest = choice.blocks[-1][0] if choice.blocks else None
        if latest is None or latest.get("type") != block.get("type") or (words and latest.get("signature")):
            latest = {}
            choice.blocks.append((latest, []))
        for key, item in block.items():
            if key == "thinking" and type(item) is str:
                choice.blocks[-1][1].append((number, f"{where}/thinking_blocks/{position}", item))
                latest.setdefault(key, "")
            elif item or key not in latest:
                latest[key] = item


def folded_blocks(choice: Choice, pointer: str, trace: Trace) -> list[Json]:
    """The blocks, each with the whole of its words."""
    for place, (block, runs) in enumerate(choice.blocks):
        if runs:
            block["thinking"] = joined(runs)
            trace.note(f"{pointer}/{place}/thinking", runs, "thinking")
    return [block for block, _ in choice.blocks]


# --- functions, sound, server tools ----------------------------------------------------------------------------------


def _add_function(choice: Choice, value: Json, number: int, where: str) -> None:
    """The legacy ``function_call``."""
    from cassette_tools.dialects._chat_fold import Call

    call = choice.by_index.get(LEGACY)
    if call is None:
        call = choice.by_index[LEGACY] = Call(number)
        choice.values.setdefault("function_call", None)
    for key, item in value.items():
        if key == "arguments" and type(item) is str:
            call.runs.append((number, f"{where}/function_call", item))
        elif item and not call.function.get(key):
            call.function[key] = item


def _add_audio(choice: Choice, value: Json, number: int, where: str) -> None:
    """OpenAI's spoken answer: the transcript in pieces, and sound of which each piece is base64 for itself."""
    audio = choice.values.get("audio")
    if type(audio) is not dict:
        audio = choice.values["audio"] = {}
    for key, item in value.items():
        if key == "transcript" and type(item) is str:
            choice.strings.setdefault("audio/transcript", []).append((number, where + "/audio", item))
        elif key == "data" and type(item) is str:
            choice.sound.append(item)
        elif item is not None:
            audio[key] = item


def _add_runs_of_tools(choice: Choice, value: Json, number: int, where: str) -> None:
    """Groq sends a tool run twice, the second time with its output: the later of one index stands."""
    from cassette_tools.dialects._chat_fold import merged

    whole = choice.values["executed_tools"] = list(sequence(choice.values.get("executed_tools")))
    for entry in value:
        index = mapping(entry).get("index")
        for place, before in enumerate(whole):
            if index is not None and mapping(before).get("index") == index:
                whole[place] = merged(before, entry)
                break
        else:
            whole.append(entry)


# What the value of a key must be, and who reads it.
READERS: dict[str, tuple[type, Callable[[Choice, Json, int, str], None]]] = {
    "content": (list, add_items),
    "thinking_blocks": (list, _add_blocks),
    "function_call": (dict, _add_function),
    "audio": (dict, _add_audio),
    "executed_tools": (list, _add_runs_of_tools),
}


def joined_sound(pieces: list[str]) -> str:
    """Pieces of base64 as one; padding in the middle means that they must be decoded to be joined."""
    if not any("=" in piece for piece in pieces[:-1]):
        return "".join(pieces)
    import binascii

    try:
        return binascii.b2a_base64(b"".join([binascii.a2b_base64(piece) for piece in pieces]), newline=False).decode()
    except (ValueError, binascii.Error):
        return "".join(pieces)
