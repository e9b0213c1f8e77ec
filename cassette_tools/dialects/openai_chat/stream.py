"""Chat Completions streams, folded into the body of the same answer without streaming.

A chunk is a body whose ``message`` is a ``delta``. Sources: the OpenAI API reference ("The chat completion chunk
object") and the providers' own.
"""

from __future__ import annotations

from cassette_tools.decoding.errors import error_from, error_in, failure_in, is_failure
from cassette_tools.decoding.merging import merged
from cassette_tools.decoding.streams import Making, folded, is_done
from cassette_tools.decoding.trace import Trace
from cassette_tools.decoding.values import index_of, mapping, sequence
from cassette_tools.dialects.openai_chat.choice import Choice, folded_message
from cassette_tools.model import CallError, Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.decoding import Folded
    from cassette_tools.model import Event, Json, Object


# Keys of a chunk whose first word counts. Azure's and Copilot's first chunk has them empty; some servers vary them.
FIRST = ("id", "object", "created", "model", "provider", "system_fingerprint", "service_tier")
# Random text that OpenAI (`obfuscation`) and Mistral (`p`) add so that a chunk's size does not tell its content.
PADDING = frozenset(("obfuscation", "p"))


class _Stream(Making):
    """A stream in the making: the chunks, the members of the last of them that has each, and the choices."""

    def __init__(self) -> None:
        super().__init__()
        self.chunks: list[Object] = []
        self.last: Object = {}
        self.choices: dict[int, Choice] = {}

    def add(self, chunk: Object, event: Event, number: int) -> None:
        if chunk.get("error") or is_failure(event.event) or chunk.get("object") == "error":  # the last: Mistral, vLLM
            self.fail(failure_in(event, number) or _chunk_error(chunk, number))
        self.chunks.append(chunk)
        self.last.update(chunk)
        for position, piece in enumerate(sequence(chunk.get("choices"))):
            if type(piece) is dict:
                self._choice(piece.get("index"), position).add(piece, number, position)

    def add_words(self, event: Event, number: int) -> None:
        """An event whose data are no object: the end, Google's list of one error, or words under ``event: error``."""
        self.ended = self.ended or is_done(event)
        if self.error is None and type(event.json) is list:
            self.error = error_in(event.json, event_index=number)
        elif self.error is None and event.event == "error":
            self.error = failure_in(event, number)

    def _choice(self, index: Json, position: int) -> Choice:
        index = index_of(index, position if index is None else 0)
        choice = self.choices.get(index)
        if choice is None:
            choice = self.choices[index] = Choice()
        return choice

    def folded(self) -> Folded:
        trace = Trace()
        problems: list[Problem] = []
        body = _top(self.chunks, self.last)
        ordered = sorted(self.choices)
        choices = [
            _folded_choice(index, self.choices[index], f"/choices/{place}", trace, problems)
            for place, index in enumerate(ordered)
        ]
        if choices or "choices" in self.last:
            body["choices"] = choices or self.last["choices"] or []
        errors = (choice.error for choice in self.choices.values() if choice.error is not None)
        error = self.error or next(errors, None) or _groq_error(self.chunks, body)
        return folded(body, trace, None if self.ended else _missing(self.choices), error, problems)


def fold(events: tuple[Event, ...]) -> Folded:
    """Join the chunks of one stream. Never raises, whatever the events hold."""
    stream = _Stream()
    for number, event in enumerate(events):
        if type(event.json) is dict:
            stream.add(event.json, event, number)
        else:
            stream.add_words(event, number)
    return stream.folded()


# --- the end, and failure --------------------------------------------------------------------------------------------


def _missing(choices: dict[int, Choice]) -> str | None:
    """What a stream without ``[DONE]`` lacks: Cerebras, Perplexity and others end with the finish reasons alone."""
    if not choices:
        return "no choice and no [DONE]"
    open_ones = [str(index) for index in sorted(choices) if not any(choices[index].finishes)]
    if not open_ones:
        return None
    return f"no finish_reason for choice {' and '.join(open_ones)} and no [DONE]"


def _chunk_error(chunk: Object, number: int) -> CallError | None:
    """OpenRouter and OpenAI put ``error`` beside the choices; Groq sends it as an event of that name."""
    return error_in(chunk, event_index=number) or error_from(chunk, chunk, "", number)


def _groq_error(chunks: list[Object], body: Object) -> CallError | None:
    """Groq tells under ``x_groq`` why it stopped a stream early."""
    inner = mapping(body.get("x_groq")).get("error")
    if not inner:
        return None
    number = next((at for at, chunk in enumerate(chunks) if mapping(chunk.get("x_groq")).get("error")), 0)
    return error_from(inner, {}, "/x_groq/error", number)


# --- chunks ----------------------------------------------------------------------------------------------------------


def _top(chunks: list[Object], last: Object) -> Object:
    """The keys of the body beside its choices."""
    body = {
        key: _top_value(chunks, key, value) for key, value in last.items() if key not in PADDING and key != "choices"
    }
    if isinstance(body.get("object"), str):
        body["object"] = "chat.completion"
    return body


def _top_value(chunks: list[Object], key: str, value: Json) -> Json:
    """The first word of the one, the last of the others; objects are merged. A null says nothing."""
    if key in FIRST:
        return next((chunk[key] for chunk in chunks if chunk.get(key)), value)
    if key == "usage":
        return _last_usage(chunks, value)
    said = [chunk[key] for chunk in chunks if chunk.get(key) is not None]
    if type(value) is not dict:
        return said[-1] if said else None
    whole: Object = {}
    for each in said:
        whole = merged(whole, mapping(each))
    return whole


def _last_usage(chunks: list[Object], value: Json) -> Json:
    """The last usage that says anything: some servers send a running one in every chunk, Databricks an empty one."""
    for chunk in reversed(chunks):
        usage = chunk.get("usage")
        if type(usage) is dict and any(item is not None for item in usage.values()):
            return usage
    return value


def _folded_choice(index: int, choice: Choice, pointer: str, trace: Trace, problems: list[Problem]) -> Object:
    message = folded_message(choice, pointer + "/message", trace)
    words = [word for word in choice.finishes if word]
    if len(words) > 1:
        reasons = " and then ".join(repr(word) for word in words)
        problems.append(Problem(kind="finish-reason-changed", message=f"choice {index} says finish_reason {reasons}"))
    finish = words[-1] if words else (choice.finishes[-1] if choice.finishes else None)
    folded: Object = {"index": index, "message": message, "finish_reason": finish}
    if choice.logprobs is not None:
        folded["logprobs"] = choice.logprobs
    folded.update(choice.others)
    return folded
