"""Pictures, sound, judgement and ranking: operations with one payload.

The dialects ``openai.images``, ``openai.audio`` (speech, transcription, translation; also Deepgram's two endpoints),
``openai.moderations``, ``gemini.predict`` (Imagen), ``cohere.rerank`` (also Voyage, Jina and Bedrock) and
``mistral.ocr``. Pictures and sound are told by media type and size; scores are left out, they differ every time.
"""

from __future__ import annotations

from cassette_tools._record import record
from cassette_tools.decoding import Folded
from cassette_tools.decoding.assembly import Decoding
from cassette_tools.decoding.media import joined_base64
from cassette_tools.decoding.trace import Trace, joined
from cassette_tools.decoding.urls import path_of
from cassette_tools.decoding.values import mapping, sequence, text
from cassette_tools.dialects import CERTAIN, DIALECTS, LIKELY, Dialect
from cassette_tools.dialects.operations.summary import asked_texts, call_of, content_of, media, media_type_of_base64
from cassette_tools.model import ABSENT, Blob, Generic, Text, Uri
from cassette_tools.wire.body import media_type

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cassette_tools.decoding.trace import Runs
    from cassette_tools.model import Event, Interaction, Json, LLMCall, Part

    Settings = dict[str, Json]


@record
class Api:
    """One API: `ends` maps the end of a path to the operation, `parts` reads the payload, `asked` what was given."""

    name: str
    title: str
    ends: dict[str, str]
    asked: tuple[str, ...]
    consumed: tuple[str, ...]
    parts: Callable[[Decoding], Iterator[Part]]
    is_answer: Callable[[Settings], bool]
    becomes: str
    sources: tuple[tuple[str, str], ...]


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
    body, response = decoding.body, decoding.interaction.response
    if isinstance(body.get("text"), str):
        yield Text(content=body["text"], pointer="/text")
    elif body:
        yield from _channels(body)
        audio = body.get("audio")
        stored = mapping(audio).get("data") if isinstance(audio, dict) else audio
        if isinstance(stored, str):
            yield Blob(modality="audio", mime_type=media_type_of_base64(stored), content=stored, pointer="/audio")
    elif response.status_code < 400 and response.body.json is ABSENT and not response.body.events:
        label = media_type(response.headers)
        content = content_of(response.body)
        if response.body.text and label.startswith(("text/plain", "text/vtt", "text/srt", "application/x-subrip")):
            yield Text(content=response.body.text, pointer="")
        elif content:
            yield media(content, "audio", label or None)


def _channels(body: Settings) -> Iterator[Part]:
    """Deepgram: the likeliest transcript of each channel."""
    for channel in sequence(mapping(body.get("results")).get("channels")):
        for option in sequence(mapping(channel).get("alternatives"))[:1]:
            words = mapping(option).get("transcript")
            if isinstance(words, str):
                yield Text(content=words, pointer="/results/channels/0/alternatives/0/transcript")


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


def _has(*keys: str) -> Callable[[Settings], bool]:
    return lambda body: all(key in body for key in keys)


APIS = (
    Api(
        name="openai.images",
        title="OpenAI Images",
        ends={
            "/images/generations": "image_generation",
            "/images/edits": "image_edit",
            "/images/variations": "image_variation",
        },
        asked=("prompt",),
        consumed=("data", "output_format"),
        parts=_pictures,
        is_answer=lambda body: any(mapping(item).keys() & {"b64_json", "url"} for item in sequence(body.get("data"))),
        becomes="`blob` or `uri` of modality image, and the revised prompt as `text`",
        sources=(("OpenAI API reference: Images", "https://platform.openai.com/docs/api-reference/images"),),
    ),
    Api(
        name="openai.audio",
        title="OpenAI Audio",
        ends={
            "/audio/speech": "speech",
            "/audio/transcriptions": "transcription",
            "/audio/translations": "translation",
            "/v1/speak": "speech",
            "/v1/listen": "transcription",
        },
        asked=("input", "text", "url", "prompt"),
        consumed=("text", "results", "audio"),
        parts=_sound,
        is_answer=lambda body: False,
        becomes="`text` of a transcript, `blob` of modality audio",
        sources=(
            ("OpenAI API reference: Audio", "https://platform.openai.com/docs/api-reference/audio"),
            ("Deepgram API reference", "https://developers.deepgram.com/reference/deepgram-api-overview"),
        ),
    ),
    Api(
        name="openai.moderations",
        title="OpenAI Moderations",
        ends={"/moderations": "moderation", "/chat/moderations": "moderation"},
        asked=("input",),
        consumed=("results",),
        parts=_judgement,
        is_answer=lambda body: any("categories" in mapping(item) for item in sequence(body.get("results"))),
        becomes="`generic` of kind moderation: flagged, and the categories that were hit",
        sources=(("OpenAI API reference: Moderations", "https://platform.openai.com/docs/api-reference/moderations"),),
    ),
    Api(
        name="gemini.predict",
        title="Vertex AI and Gemini predictions (Imagen)",
        ends={":predict": "image_generation", ":predictLongRunning": "video_generation"},
        asked=("instances",),
        consumed=("predictions",),
        parts=_predictions,
        is_answer=_has("predictions"),
        becomes="`blob` of each prediction",
        sources=(("Gemini API: Imagen", "https://ai.google.dev/gemini-api/docs/imagen"),),
    ),
    Api(
        name="cohere.rerank",
        title="Rerank",
        ends={"/v1/rerank": "rerank", "/v2/rerank": "rerank", "/rerank": "rerank"},
        asked=("query", "documents"),
        consumed=("results", "data"),
        parts=_ranking,
        is_answer=lambda body: any("relevance_score" in mapping(item) for item in sequence(body.get("results"))),
        becomes="`generic` of kind ranking: the documents' indexes in the order of the answer",
        sources=(("Cohere API reference: Rerank", "https://docs.cohere.com/reference/rerank"),),
    ),
    Api(
        name="mistral.ocr",
        title="Mistral OCR",
        ends={"/v1/ocr": "ocr"},
        asked=(),
        consumed=("pages",),
        parts=_pages,
        is_answer=_has("pages", "usage_info"),
        becomes="`text` of each page",
        sources=(("Mistral API: OCR", "https://docs.mistral.ai/capabilities/document_ai/basic_ocr/"),),
    ),
)


# --- recognising and decoding ----------------------------------------------------------------------------------------


def _recognizer(api: Api) -> Callable[[Interaction], int]:
    ends = tuple(api.ends)

    def recognize(interaction: Interaction) -> int:
        """3: the path, and an answer of this API; 2: the path and the method."""
        request = interaction.request
        if not path_of(request.url).endswith(ends) or request.method.upper() not in ("POST", ""):
            return 0
        body = interaction.response.body.json
        if type(body) is dict and api.is_answer(body):
            return CERTAIN
        return LIKELY if "embeddings" not in str(mapping(body).get("predictions"))[:200] else 0

    return recognize


def _decoder(api: Api) -> Callable[[Interaction, Folded], LLMCall]:
    def decode(interaction: Interaction, folded: Folded) -> LLMCall:
        """The call that an interaction is. Never raises, whatever the bodies hold."""
        decoding = Decoding(api.name, interaction, folded)
        path = path_of(interaction.request.url)
        operation = next((name for end, name in api.ends.items() if path.endswith(end)), next(iter(api.ends.values())))
        given: list[Part] = []
        model = None
        if mapping(interaction.request.body.json):
            for key in api.asked:
                given.extend(asked_texts(decoding.request.take(key), f"/{key}"))
        else:
            given.extend(_form(interaction))
            named = next((each for each in given if isinstance(each, Generic) and _names_model(each.content)), None)
            if named is not None:
                given.remove(named)
                model = named.content["value"]
        parts = tuple(api.parts(decoding))
        for key in api.consumed:
            decoding.response.take(key)
        return call_of(decoding, operation, tuple(given), parts, model)

    return decode


def _names_model(field: Json) -> bool:
    """Whether a field of a form is the model."""
    return mapping(field).get("name") == "model" and isinstance(field.get("value"), str)


def _form(interaction: Interaction) -> Iterator[Part]:
    """A multipart form (RFC 7578), or sound sent as it is: what was given, without the boundary that is new each
    time.
    """
    request = interaction.request
    kind = request.headers.get("Content-Type") or ""
    content = content_of(request.body)
    if not content:
        return
    if not kind.startswith("multipart/form-data"):
        yield Generic(kind="upload", content={"media_type": media_type(request.headers) or None, "size": len(content)})
        return
    from email.parser import BytesParser
    from email.policy import HTTP

    whole = BytesParser(policy=HTTP).parsebytes(
        b"Content-Type: " + kind.encode("latin-1", "replace") + b"\r\n\r\n" + content
    )
    for part in whole.iter_parts() if whole.is_multipart() else ():
        name = part.get_param("name", header="content-disposition")
        payload = part.get_payload(decode=True)
        size = len(payload) if isinstance(payload, bytes) else 0
        if part.get_filename():
            field = {"name": name, "filename": part.get_filename(), "media_type": part.get_content_type(), "size": size}
        else:
            words = payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
            field = {"name": name, "value": words}
        yield Generic(kind="form_field", content=field)


def fold(events: tuple[Event, ...]) -> Folded:
    """Speech and transcripts that stream, joined; partial pictures, of which the last is the picture. Never raises."""
    body: Settings = {}
    runs: Runs = []
    sound: list[str] = []
    ended = False
    for number, event in enumerate(events):
        value = event.json
        if type(value) is not dict:
            continue
        kind = str(value.get("type") or "")
        if kind == "transcript.text.delta" and type(value.get("delta")) is str:
            runs.append((number, "", value["delta"]))
        elif kind == "speech.audio.delta" and type(value.get("audio")) is str:
            sound.append(value["audio"])
        elif kind.startswith("image_") and type(value.get("b64_json")) is str:
            body["data"] = [{"b64_json": value["b64_json"]}]
        ended = ended or kind.endswith((".done", ".completed"))
        for key, inner in value.items():
            if key not in ("type", "delta", "audio", "b64_json", "text"):
                body[key] = inner
    trace = Trace()
    if runs:
        body["text"] = joined(runs)
        trace.note("/text", runs, "delta")
    if sound:
        body["audio"] = {"data": joined_base64(sound)}
    return Folded(body=body, trace=trace, complete=ended, cut=None if ended else "no event that ends with .done")


for _api in APIS:
    DIALECTS.register(
        Dialect(
            name=_api.name,
            title=_api.title,
            recognize=_recognizer(_api),
            fold=fold,
            decode=_decoder(_api),
            sources=_api.sources,
            recognition=(
                (CERTAIN, f"a path that ends with {', '.join(f'`{end}`' for end in _api.ends)}, and its own answer"),
                (LIKELY, "the same path, whatever the answer"),
            ),
            mapping=(
                (", ".join(f"`{key}`" for key in _api.asked) or "the request", "`input_messages`", ""),
                (", ".join(f"`{key}`" for key in _api.consumed), _api.becomes, ""),
                ("every other short member of the request", "`parameters`, under its own name", ""),
            ),
        )
    )
