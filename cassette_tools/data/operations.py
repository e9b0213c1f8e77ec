"""Operations with one payload: where each API has them, and what its page says of it."""

from __future__ import annotations

from cassette_tools._record import record

_OPENAI = "https://platform.openai.com/docs/api-reference"
_BEDROCK = "https://docs.aws.amazon.com/bedrock/latest/userguide"


@record
class Endpoint:
    """One API: `ends` maps the end of a path to the operation; `asked` are the members of the request that say what
    went in, and `consumed` those of the answer that say what came out. `shape` is by what an answer is known, and
    `becomes` what is made of it.
    """

    name: str
    title: str
    ends: dict[str, str]
    asked: tuple[str, ...]
    consumed: tuple[str, ...]
    shape: str
    becomes: str
    sources: tuple[tuple[str, str], ...]


EMBEDDINGS: tuple[Endpoint, ...] = (
    Endpoint(
        name="openai.embeddings",
        title="OpenAI Embeddings",
        ends=dict.fromkeys(("/embeddings",), "embeddings"),
        asked=("input",),
        consumed=("data",),
        shape="`data[]` of objects with an `embedding`",
        becomes="`generic` of kind embedding: count, dimensions, type",
        sources=(("OpenAI API reference: Embeddings", f"{_OPENAI}/embeddings"),),
    ),
    Endpoint(
        name="gemini.embed",
        title="Gemini Embeddings",
        ends=dict.fromkeys((":embedContent", ":batchEmbedContents", ":embedText"), "embeddings"),
        asked=("content", "requests", "instances"),
        consumed=("embedding", "embeddings", "predictions"),
        shape="`embedding.values` or `embeddings[].values`",
        becomes="`generic` of kind embedding: count, dimensions, type",
        sources=(("Gemini API: Embeddings", "https://ai.google.dev/api/embeddings"),),
    ),
    Endpoint(
        name="cohere.embed",
        title="Cohere Embed",
        ends=dict.fromkeys(("/v1/embed", "/v2/embed"), "embeddings"),
        asked=("texts", "images", "inputs"),
        consumed=("embeddings", "texts"),
        shape="`response_type` of embeddings",
        becomes="`generic` of kind embedding: count, dimensions, type",
        sources=(("Cohere API reference: Embed", "https://docs.cohere.com/reference/embed"),),
    ),
    Endpoint(
        name="ollama.embed",
        title="Ollama Embeddings",
        ends=dict.fromkeys(("/api/embed", "/api/embeddings"), "embeddings"),
        asked=("input", "prompt"),
        consumed=("embedding", "embeddings"),
        shape="`embeddings[]` beside `total_duration`",
        becomes="`generic` of kind embedding: count, dimensions, type",
        sources=(("Ollama API", "https://github.com/ollama/ollama/blob/main/docs/api.md#generate-embeddings"),),
    ),
    Endpoint(
        name="bedrock.embed",
        title="Amazon Bedrock embedding models",
        ends=dict.fromkeys(("/invoke",), "embeddings"),
        asked=("inputText", "texts", "inputImage", "singleEmbeddingParams"),
        consumed=("embedding", "embeddings", "embeddingsByType", "texts", "inputTextTokenCount"),
        shape="an `embedding` or `embeddings`, answered by InvokeModel",
        becomes="`generic` of kind embedding: count, dimensions, type",
        sources=(
            ("Amazon Titan Text Embeddings", f"{_BEDROCK}/model-parameters-titan-embed-text.html"),
            ("Cohere Embed on Bedrock", f"{_BEDROCK}/model-parameters-embed.html"),
        ),
    ),
)
MEDIA: tuple[Endpoint, ...] = (
    Endpoint(
        name="openai.images",
        title="OpenAI Images",
        ends={
            "/images/generations": "image_generation",
            "/images/edits": "image_edit",
            "/images/variations": "image_variation",
        },
        asked=("prompt",),
        consumed=("data", "output_format"),
        shape="its own answer",
        becomes="`blob` or `uri` of modality image, and the revised prompt as `text`",
        sources=(("OpenAI API reference: Images", f"{_OPENAI}/images"),),
    ),
    Endpoint(
        name="openai.audio",
        title="OpenAI Audio",
        ends={
            "/audio/speech": "speech",
            "/audio/transcriptions": "transcription",
            "/audio/translations": "translation",
        },
        asked=("input", "text", "url", "prompt"),
        consumed=("text", "audio"),
        shape="its own answer",
        becomes="`text` of a transcript, `blob` of modality audio",
        sources=(("OpenAI API reference: Audio", f"{_OPENAI}/audio"),),
    ),
    Endpoint(
        name="deepgram.audio",
        title="Deepgram",
        ends={"/v1/speak": "speech", "/v1/listen": "transcription"},
        asked=("text", "url"),
        consumed=("results",),
        shape="its own answer",
        becomes="`text` of a transcript, `blob` of modality audio",
        sources=(("Deepgram API reference", "https://developers.deepgram.com/reference/deepgram-api-overview"),),
    ),
    Endpoint(
        name="openai.moderations",
        title="OpenAI Moderations",
        ends={"/moderations": "moderation", "/chat/moderations": "moderation"},
        asked=("input",),
        consumed=("results",),
        shape="its own answer",
        becomes="`generic` of kind moderation: flagged, and the categories that were hit",
        sources=(("OpenAI API reference: Moderations", f"{_OPENAI}/moderations"),),
    ),
    Endpoint(
        name="gemini.predict",
        title="Vertex AI and Gemini predictions (Imagen)",
        ends={":predict": "image_generation", ":predictLongRunning": "video_generation"},
        asked=("instances",),
        consumed=("predictions",),
        shape="its own answer",
        becomes="`blob` of each prediction",
        sources=(("Gemini API: Imagen", "https://ai.google.dev/gemini-api/docs/imagen"),),
    ),
    Endpoint(
        name="cohere.rerank",
        title="Rerank",
        ends={"/v1/rerank": "rerank", "/v2/rerank": "rerank", "/rerank": "rerank"},
        asked=("query", "documents"),
        consumed=("results", "data"),
        shape="its own answer",
        becomes="`generic` of kind ranking: the documents' indexes in the order of the answer",
        sources=(("Cohere API reference: Rerank", "https://docs.cohere.com/reference/rerank"),),
    ),
    Endpoint(
        name="mistral.ocr",
        title="Mistral OCR",
        ends={"/v1/ocr": "ocr"},
        asked=(),
        consumed=("pages",),
        shape="its own answer",
        becomes="`text` of each page",
        sources=(("Mistral API: OCR", "https://docs.mistral.ai/capabilities/document_ai/basic_ocr/"),),
    ),
)


@record
class ReadOff:
    """An operation whose answer is the words of the page or the sound that was sent."""

    operation: str
    reason: str


READ_OFF = (
    ReadOff(operation="ocr", reason="the words on a page: nobody can search or quote one that is lost"),
    ReadOff(operation="transcription", reason="the words that were spoken: a subtitle, minutes, a command"),
)
"""Translation has no row: the same speech has many good translations."""
