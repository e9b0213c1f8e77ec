"""The native formats of Amazon Bedrock's InvokeModel: one row for each model family."""

from __future__ import annotations

from cassette_tools._record import record

TYPE_CHECKING = False
if TYPE_CHECKING:
    Path = tuple[str | int, ...]

NOT_TEXT = ("embed", "image")  # in the names of models that write no text


@record
class Family:
    """One model family: what its model ids begin with (after a region), and where its format has what.

    `results` is the key of the list of answers, ``""`` for a single one at the top; `words`, `reason` and the counts
    are within an answer or at the top. `piece` is the text of a streamed object. `settings` are our names for keys of
    the request.
    """

    prefix: str
    title: str
    prompt: str
    results: str
    words: tuple[str, ...]
    reason: tuple[str, ...]
    given: str
    made: str
    piece: Path
    settings: tuple[tuple[str, str], ...]
    source: str


_COMMON = (("temperature", "temperature"), ("top_p", "top_p"), ("top_k", "top_k"), ("max_tokens", "max_tokens"))
_USERGUIDE = "https://docs.aws.amazon.com/bedrock/latest/userguide"
FAMILIES: tuple[Family, ...] = (
    Family(
        prefix="amazon.titan",
        title="Amazon Titan Text",
        prompt="inputText",
        results="results",
        words=("outputText",),
        reason=("completionReason",),
        given="inputTextTokenCount",
        made="tokenCount",
        piece=("outputText",),
        settings=(
            ("maxTokenCount", "max_tokens"),
            ("temperature", "temperature"),
            ("topP", "top_p"),
            ("stopSequences", "stop_sequences"),
        ),
        source=f"{_USERGUIDE}/model-parameters-titan-text.html",
    ),
    Family(
        prefix="meta.",
        title="Meta Llama",
        prompt="prompt",
        results="",
        words=("generation",),
        reason=("stop_reason",),
        given="prompt_token_count",
        made="generation_token_count",
        piece=("generation",),
        settings=(("max_gen_len", "max_tokens"), ("temperature", "temperature"), ("top_p", "top_p")),
        source=f"{_USERGUIDE}/model-parameters-meta.html",
    ),
    Family(
        prefix="mistral.",
        title="Mistral AI text completion",
        prompt="prompt",
        results="outputs",
        words=("text",),
        reason=("stop_reason",),
        given="",
        made="",
        piece=("outputs", 0, "text"),
        settings=(*_COMMON, ("stop", "stop_sequences")),
        source=f"{_USERGUIDE}/model-parameters-mistral-text-completion.html",
    ),
    Family(
        prefix="cohere.command",
        title="Cohere Command",
        prompt="prompt",
        results="generations",
        words=("text",),
        reason=("finish_reason",),
        given="",
        made="",
        piece=("text",),
        settings=(
            ("max_tokens", "max_tokens"),
            ("temperature", "temperature"),
            ("p", "top_p"),
            ("k", "top_k"),
            ("stop_sequences", "stop_sequences"),
        ),
        source=f"{_USERGUIDE}/model-parameters-cohere-command.html",
    ),
    Family(
        prefix="ai21.j2",
        title="AI21 Labs Jurassic-2",
        prompt="prompt",
        results="completions",
        words=("data", "text"),
        reason=("finishReason", "reason"),
        given="",
        made="",
        piece=("data", "text"),
        settings=(
            ("maxTokens", "max_tokens"),
            ("temperature", "temperature"),
            ("topP", "top_p"),
            ("stopSequences", "stop_sequences"),
        ),
        source=f"{_USERGUIDE}/model-parameters-jurassic2.html",
    ),
    Family(
        prefix="anthropic.claude-v",
        title="Anthropic Claude text completions",
        prompt="prompt",
        results="",
        words=("completion",),
        reason=("stop_reason",),
        given="",
        made="",
        piece=("completion",),
        settings=(
            ("max_tokens_to_sample", "max_tokens"),
            ("temperature", "temperature"),
            ("top_p", "top_p"),
            ("top_k", "top_k"),
            ("stop_sequences", "stop_sequences"),
        ),
        source=f"{_USERGUIDE}/model-parameters-anthropic-claude-text-completion.html",
    ),
)
