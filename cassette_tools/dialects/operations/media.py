"""Pictures, sound, judgement and ranking: operations with one payload.

The dialects ``openai.images``, ``openai.audio`` (speech, transcription, translation), ``deepgram.audio``,
``openai.moderations``, ``gemini.predict`` (Imagen), ``cohere.rerank`` (also Voyage, Jina and Bedrock) and
``mistral.ocr``. A picture or a sound is described by its media type and size. Scores are left out: they differ in every
run.
"""

from __future__ import annotations

from cassette_tools.data.operations import MEDIA
from cassette_tools.decoding.forms import content_of, form_fields
from cassette_tools.decoding.media import joined_base64, media, media_type_of_base64
from cassette_tools.decoding.streams import Stream, folded
from cassette_tools.decoding.trace import Trace, joined
from cassette_tools.decoding.urls import model_in_query
from cassette_tools.decoding.values import mapping, sequence, text
from cassette_tools.dialects.operations.endpoint import Api, listed, register
from cassette_tools.dialects.operations.summary import asked_texts
from cassette_tools.model import ABSENT, Blob, Generic, Text, Uri
from cassette_tools.wire.body import media_type

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from cassette_tools.data.operations import Endpoint
    from cassette_tools.decoding import Folded
    from cassette_tools.decoding.assembly import Decoding
    from cassette_tools.decoding.members import Settings
    from cassette_tools.decoding.streams import Block
    from cassette_tools.dialects.operations.endpoint import Given
    from cassette_tools.model import Event, Json, Part, Response


# --- what came -------------------------------------------------------------------------------------------------------


def _pictures(decoding: Decoding) -> Iterator[Part]:
    for index, item in enumerate(sequence(decoding.body.get("data"))):
        whole = mapping(item)
        stored, address = whole.get("b64_json"), whole.get("url")
        if isinstance(stored, str):
            kind = text(decoding.body.get("output_format"))
            mime = f"image/{kind}" if kind else media_type_of_base64(stored)
            yield Blob(modality="image", mime_type=mime, content=stored, pointer=f"/data/{index}/b64_json")
        elif isinstance(address, str):
            yield Uri(uri=address, modality="image", pointer=f"/data/{index}/url")
        if text(whole.get("revised_prompt")):
            yield Text(content=whole["revised_prompt"], pointer=f"/data/{index}/revised_prompt")


def _predictions(decoding: Decoding) -> Iterator[Part]:
    for index, item in enumerate(sequence(decoding.body.get("predictions"))):
        whole = mapping(item)
        stored, mime = whole.get("bytesBase64Encoded"), text(whole.get("mimeType"))
        pointer = f"/predictions/{index}"
        if isinstance(stored, str):
            modality = (mime or "image").partition("/")[0]
            yield Blob(modality=modality, mime_type=mime, content=stored, pointer=f"{pointer}/bytesBase64Encoded")
        else:
            yield Generic(kind="prediction", content=item, pointer=pointer)


def _sound(decoding: Decoding) -> Iterator[Part]:
    """A transcript in JSON or as plain text, or the sound itself."""
    body = decoding.body
    if isinstance(body.get("text"), str):
        yield Text(content=body["text"], pointer="/text")
    elif body:
        yield from _channels(body)
        yield from _stored(body.get("audio"))
    else:
        yield from _bare(decoding.interaction.response)


def _stored(audio: Json) -> Iterator[Part]:
    """Sound as base64: itself, or in an object."""
    stored = mapping(audio).get("data") or audio
    if isinstance(stored, str):
        yield Blob(modality="audio", mime_type=media_type_of_base64(stored), content=stored, pointer="/audio")


def _bare(response: Response) -> Iterator[Part]:
    """A body that is no JSON."""
    body = response.body
    if response.status_code >= 400 or body.json is not ABSENT or body.events:
        return
    label, content = media_type(response.headers), content_of(body)
    if body.text and label.startswith(_WORDS):
        yield Text(content=body.text, pointer="")
    elif content:
        yield media(content, "audio", label or None)


_WORDS = ("text/plain", "text/vtt", "text/srt", "application/x-subrip")  # media types of transcripts


def _channels(body: Settings) -> Iterator[Part]:
    """Deepgram: the likeliest transcript of each channel."""
    for number, channel in enumerate(sequence(mapping(body.get("results")).get("channels"))):
        for option in sequence(mapping(channel).get("alternatives"))[:1]:
            words = mapping(option).get("transcript")
            if isinstance(words, str):
                yield Text(content=words, pointer=f"/results/channels/{number}/alternatives/0/transcript")


def _judgement(decoding: Decoding) -> Iterator[Part]:
    """What was flagged, by category; scores differ every time."""
    for index, item in enumerate(sequence(decoding.body.get("results"))):
        whole = mapping(item)
        named = sorted(str(name) for name, hit in mapping(whole.get("categories")).items() if hit)
        flagged = whole.get("flagged")
        content = {"flagged": bool(named) if flagged is None else flagged, "categories": named}
        yield Generic(kind="moderation", content=content, pointer=f"/results/{index}")


def _ranking(decoding: Decoding) -> Iterator[Part]:
    """Which document came first, second, …: their indexes in the request."""
    listed = sequence(decoding.body.get("results")) or sequence(decoding.body.get("data"))
    ranked = [mapping(item).get("index") for item in listed]
    if ranked:
        yield Generic(kind="ranking", content={"count": len(ranked), "order": ranked}, pointer="/results")


def _pages(decoding: Decoding) -> Iterator[Part]:
    for _, page in decoding.response.entries("pages"):
        words = page.string("markdown")
        if words is not None:
            yield Text(content=words, pointer=page.at("markdown"))
        page.take("index")
        page.keep()


# --- what went in ----------------------------------------------------------------------------------------------------


def _given(decoding: Decoding, asked: tuple[str, ...]) -> Given:
    """The members `asked` of a request in JSON; of a form its fields, without the model. The URL may name it, too."""
    request = decoding.interaction.request
    if mapping(request.body.json):
        parts = [part for key in asked for part in asked_texts(decoding.request.take(key), f"/{key}")]
        return tuple(parts), model_in_query(request.url)
    fields = [*form_fields(request)]
    named = next((field for field in fields if _names_model(field.content)), None)
    if named is None:
        return tuple(fields), model_in_query(request.url)
    return tuple([field for field in fields if field is not named]), named.content["value"]


def _names_model(field: Json) -> bool:
    """Whether a field of a form is the model."""
    return mapping(field).get("name") == "model" and isinstance(field.get("value"), str)


# --- streams ---------------------------------------------------------------------------------------------------------

_PIECES = {"transcript.text.delta": "delta", "speech.audio.delta": "audio"}  # an event, and the key of its piece
_JOINED = ("type", "delta", "audio", "b64_json", "text")  # what is joined of an event, or says what it is


def fold(events: tuple[Event, ...]) -> Folded:
    """Speech and transcripts that stream, joined; partial pictures, of which the last is the picture. Never raises."""
    stream = Stream()
    pieces = stream.block(0, 0)
    for number, event in enumerate(events):
        _add(stream, pieces, mapping(event.json), number)
    trace = Trace()
    if "delta" in pieces.runs:
        stream.body["text"] = joined(pieces.runs["delta"])
        trace.note("/text", pieces.runs["delta"], "delta")
    if "audio" in pieces.runs:
        stream.body["audio"] = {"data": joined_base64([run[2] for run in pieces.runs["audio"]])}
    return folded(stream.body, trace, None if stream.ended else "no event that ends with .done")


def _add(stream: Stream, pieces: Block, value: Settings, number: int) -> None:
    kind = str(value.get("type") or "")
    key = _PIECES.get(kind, "b64_json" if kind.startswith("image_") else "")
    piece = value.get(key)
    if key == "b64_json" and type(piece) is str:
        stream.body["data"] = [{key: piece}]
    elif key and type(piece) is str:
        pieces.append(key, piece, number, "")
    stream.ended = stream.ended or kind.endswith((".done", ".completed"))
    stream.body.update({key: inner for key, inner in value.items() if key not in _JOINED})


# --- the APIs --------------------------------------------------------------------------------------------------------


def _each_has(key: str, *marks: str) -> Callable[[Settings], bool]:
    """Whether an element of the list under `key` has one of the marks."""
    return lambda body: any(not mapping(item).keys().isdisjoint(marks) for item in sequence(body.get(key)))


def _has(*keys: str) -> Callable[[Settings], bool]:
    return lambda body: all(key in body for key in keys)


_READERS: dict[str, tuple[Callable[[Decoding], Iterable[Part]], Callable[[Settings], bool]]] = {
    "openai.images": (_pictures, _each_has("data", "b64_json", "url")),
    "openai.audio": (_sound, lambda _body: False),
    "deepgram.audio": (_sound, lambda _body: False),
    "openai.moderations": (_judgement, _each_has("results", "categories")),
    "gemini.predict": (_predictions, _has("predictions")),
    "cohere.rerank": (_ranking, _each_has("results", "relevance_score")),
    "mistral.ocr": (_pages, _has("pages", "usage_info")),
}


def _api(row: Endpoint) -> Api:
    parts, is_answer = _READERS[row.name]
    return Api(
        row=row,
        given=lambda decoding: _given(decoding, row.asked),
        parts=parts,
        is_answer=is_answer,
        is_foreign=lambda url, body: "embeddings" in str(body.get("predictions"))[:200],
        fold=fold,
        mapping=(
            (listed(row.asked) or "the request", "`input_messages`", ""),
            (listed(row.consumed), row.becomes, ""),
        ),
    )


for _row in MEDIA:
    register(_api(_row))
