"""Amazon Bedrock's InvokeModel for model families whose native format no other dialect knows: ``bedrock.invoke``.

Titan, Llama, Mistral's text models, Cohere's Command, AI21's Jurassic and the first Claudes each have a format of their
own, which a row of `FAMILIES` describes. Claude on Bedrock speaks ``anthropic.messages`` since, Nova
``bedrock.converse``, and others ``openai.chat``: these are recognised by their shapes. Pointers are those of
`openai_chat`.
"""

from __future__ import annotations

from cassette_tools._record import record
from cassette_tools.decoding.ending import ending, finish_of, is_streamed
from cassette_tools.decoding.errors import error_in, error_of, failure_in, is_failure, typed_by_header
from cassette_tools.decoding.trace import Trace, joined
from cassette_tools.decoding.urls import model_in_path, path_of
from cassette_tools.decoding.values import count, escaped, leftovers, mapping, sequence
from cassette_tools.dialects import DIALECTS, LIKELY, Dialect, Folded
from cassette_tools.dialects._bedrock_fold import METRICS, provider_of
from cassette_tools.model import ABSENT, CallError, LLMCall, Message, Problem, Text, Usage

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.decoding.trace import Runs
    from cassette_tools.model import Event, Interaction, Json

    Settings = dict[str, Json]
    Path = tuple[str | int, ...]

NAME = "bedrock.invoke"
PATHS = ("/invoke", "/invoke-with-response-stream")
# A guardrail that blocks the question answers in the place of the model, and gives no other reason.
GUARDRAIL, BLOCKED = "amazon-bedrock-guardrailAction", "INTERVENED"


@record
class Family:
    """One model family: what its model ids begin with (after a region), and where its format has what.

    `results` leads to the list of answers, ``()`` for a single one at the top; `words`, `reason` and the counts are
    within an answer or at the top. `piece` is the text of a streamed object. `settings` are request keys by our names.
    """

    prefix: str
    title: str
    prompt: str
    results: Path
    words: Path
    reason: Path
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
        results=("results",),
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
        results=(),
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
        results=("outputs",),
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
        results=("generations",),
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
        results=("completions",),
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
        results=(),
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
_LOOK_AHEAD = 5  # events
_NOT_TEXT = ("embed", "image")
_OF_OTHERS = ("messages", "message", "chat_history", "anthropic_version")  # request keys of dialects that chat


# --- recognising -----------------------------------------------------------------------------------------------------


def recognize(interaction: Interaction) -> int:
    """2: an InvokeModel path with a model of one of the families, or where the model's name tells nothing, a request
    and an answer of one; what has another dialect's shape is surer there.
    """
    request = interaction.request
    if not path_of(request.url).endswith(PATHS) or "/model/" not in request.url:
        return 0
    asked, body = request.body.json, interaction.response.body
    if type(asked) is dict and any(key in asked for key in _OF_OTHERS):
        return 0
    model = model_in_path(request.url)
    if model is None or any(word in model for word in _NOT_TEXT):
        return 0
    if family_of(model) is not None:
        return LIKELY
    answers = [body.json] if not body.events else [event.json for event in body.events[:_LOOK_AHEAD]]
    return LIKELY if any(_family_by_shape(asked, answer) is not None for answer in answers) else 0


def family_of(model: str | None) -> Family | None:
    """The family of a model id such as ``us.meta.llama3-…``; ``None`` for those that have a dialect of their own, and
    for the ARN of an inference profile, of an imported or a provisioned model.
    """
    if model is None or any(word in model for word in _NOT_TEXT):
        return None
    name = model.rpartition("/")[2]
    for family in FAMILIES:
        if name.startswith(family.prefix) or f".{family.prefix}" in name:
            return family
    return None


def _family_by_shape(asked: Json, answer: Json) -> Family | None:
    """The family whose prompt the request has, and whose words the answer, or an object of the stream."""
    prompted = mapping(asked)
    for family in FAMILIES:
        if family.prompt in prompted:
            results = _at(answer, (*family.results, 0)) if family.results else answer
            if type(_at(results, family.words)) is str or type(_at(answer, family.piece)) is str:
                return family
    return None


# --- streams ---------------------------------------------------------------------------------------------------------


def fold(events: tuple[Event, ...]) -> Folded:
    """Join the objects of one stream: each has a piece of the text where its family has it. Never raises."""
    body: Settings = {}
    runs: Runs = []
    error: CallError | None = None
    spoken: Family | None = None
    ended = False
    for number, event in enumerate(events):
        value = event.json
        if is_failure(event.event):
            error = error or failure_in(event, number)
            continue
        if type(value) is not dict:
            continue
        family = next((each for each in FAMILIES if type(_at(value, each.piece)) is str), None)
        if family is not None:
            *route, key = family.piece
            runs.append((number, "".join(f"/{step}" for step in route), _at(value, family.piece)))
            ended = ended or bool(_at(value, (*family.piece[:-1], *family.reason)) or _at(value, family.reason))
            spoken = family
        for key, inner in value.items():
            if inner is not None or key not in body:
                body[key] = inner
        ended = ended or METRICS in value or value.get("is_finished") is True or value.get(GUARDRAIL) == BLOCKED
    trace = Trace()
    if spoken is not None:
        _placed(body, spoken, joined(runs))
        pointer = "".join(f"/{step}" for step in (*spoken.results, *((0,) if spoken.results else ()), *spoken.words))
        trace.note(pointer, runs, str(spoken.piece[-1]))
    complete = ended or error is not None
    return Folded(body=body, trace=trace, complete=complete, cut=None if complete else "no reason to stop", error=error)


def _placed(body: Settings, family: Family, words: str) -> None:
    """Put the whole text where the answer without streaming has it, and beside it what belongs to it."""
    answer: Settings = body
    if family.results:
        last = _at(body, (*family.results, -1))  # Mistral's objects are answers already
        answer = dict(mapping(last))
        body[str(family.results[0])] = [answer]
        for key in (str(family.reason[0]), family.made, str(family.piece[0]), "index"):
            if key and key in body and key != str(family.results[0]):
                answer[key] = body.pop(key)
        if "totalOutputTextTokenCount" in body:  # Titan names the sum otherwise than the count of one result
            answer["tokenCount"] = body.pop("totalOutputTextTokenCount")
    holder = answer
    for step in family.words[:-1]:  # the events keep theirs
        inner = holder[str(step)] = dict(mapping(holder.get(str(step))))
        holder = inner
    holder[str(family.words[-1])] = words


# --- decoding --------------------------------------------------------------------------------------------------------


def decode(interaction: Interaction, folded: Folded) -> LLMCall:
    """The call that an interaction is. Never raises, whatever the bodies hold."""
    request, response = interaction.request, interaction.response
    model = model_in_path(request.url)
    whole = mapping(request.body.json)
    family = family_of(model) or _family_by_shape(whole, folded.body) or FAMILIES[0]
    extra: Settings = {}
    parameters = _parameters(whole, family, extra)
    prompt = whole.get(family.prompt)
    asked = (
        (Message(role="user", parts=(Text(content=prompt, pointer=f"/{family.prompt}"),), pointer=f"/{family.prompt}"),)
        if isinstance(prompt, str)
        else ()
    )
    body = mapping(folded.body)
    problems = list(folded.problems)
    error = folded.error or _error(interaction, body, family)
    outputs = tuple(_outputs(body, family, problems, extra)) if error is None or folded.error is not None else ()
    stream = is_streamed(interaction, asked=path_of(request.url).endswith(PATHS[1]))
    if stream or path_of(request.url).endswith(PATHS[1]):
        parameters["stream"] = True
    complete, cut = ending(interaction, folded, error, stream=stream)
    return LLMCall(
        provider_name=provider_of(request.url, body),
        dialect=NAME,
        operation_name="text_completion",
        request_model=model,
        input_messages=asked,
        output_messages=outputs,
        parameters=parameters,
        stream=stream,
        usage=_usage(body, family, interaction),
        finish_reasons=tuple([message.finish_reason for message in outputs]),
        error=error,
        complete=complete,
        cut=cut,
        problems=tuple(problems),
        extra=extra,
        body=folded.body if folded.body is not ABSENT or response.body.events else response.body.json,
        trace=folded.trace,
    )


def _parameters(whole: Settings, family: Family, extra: Settings) -> Settings:
    known = dict(family.settings)
    parameters: Settings = {}
    nested = mapping(whole.get("textGenerationConfig"))  # Titan's
    for where, settings in (("", whole), ("/textGenerationConfig", nested)):
        for key, value in settings.items():
            if key in known:
                parameters[known[key]] = value
            elif key not in (family.prompt, "textGenerationConfig"):
                extra[f"/request{where}/{escaped(key)}"] = value
    return parameters


def _outputs(body: Settings, family: Family, problems: list[Problem], extra: Settings) -> list[Message]:
    if not body:
        return []
    answers = sequence(_at(body, family.results)) if family.results else [body]
    messages = []
    for index, answer in enumerate(answers):
        pointer = "".join(f"/{step}" for step in (*family.results, *((index,) if family.results else ())))
        words, native = _at(answer, family.words), _at(answer, family.reason)
        if native is None and body.get(GUARDRAIL) == BLOCKED:
            native = BLOCKED
        own: Settings = {}
        place = pointer + "".join(f"/{step}" for step in family.words)
        canonical = finish_of(NAME, native, calls=False)
        if canonical is None and native:
            message = f"the answer ends with {family.reason[-1]} {native!r}, which {family.title} is not known to send"
            problems.append(Problem(kind="finish-reason-unknown", message=message))
            own["/" + str(family.reason[-1])] = native
        if family.results:
            leftovers(mapping(answer), (str(family.words[0]), str(family.reason[0]), family.made, "index"), "", own)
        for path in (family.words, family.reason):
            if len(path) > 1:
                where = "".join(f"/{step}" for step in path[:-1])
                leftovers(mapping(_at(answer, path[:-1])), (str(path[-1]),), where, own)
        messages.append(
            Message(
                role="assistant",
                parts=(Text(content=words, pointer=place),) if isinstance(words, str) and words else (),
                index=index,
                finish_reason=canonical,
                native_finish_reason=native if isinstance(native, str) else None,
                extra=own,
                pointer=pointer,
            )
        )
    known = (
        str(family.results[0]) if family.results else str(family.words[0]),
        str(family.reason[0]),
        family.given,
        family.made,
        "index",  # of an answer among several: their order says it
    )
    leftovers(body, known, "/response", extra)
    return messages


def _usage(body: Settings, family: Family, interaction: Interaction) -> Usage | None:
    """The counts of the body; failing these, of Amazon's measure in the stream, or of the headers."""
    answers = sequence(_at(body, family.results)) if family.results else [body]
    given = count(body.get(family.given)) if family.given else None
    made = None
    if family.made:
        counts = [count(mapping(answer).get(family.made)) for answer in answers]
        made = sum(each for each in counts if each is not None) if any(each is not None for each in counts) else None
    metrics = mapping(body.get(METRICS))
    headers = interaction.response.headers
    if given is None:
        given = count(metrics.get("inputTokenCount"))
        given = _header(headers.get("x-amzn-bedrock-input-token-count")) if given is None else given
    if made is None:
        made = count(metrics.get("outputTokenCount"))
        made = _header(headers.get("x-amzn-bedrock-output-token-count")) if made is None else made
    if given is None and made is None:
        return None
    total = given + made if given is not None and made is not None else None
    return Usage(input_tokens=given, output_tokens=made, total_tokens=total, native=metrics or None, pointer="")


def _header(value: str | None) -> int | None:
    return int(value) if value is not None and len(value) < 19 and value.isdecimal() else None


def _error(interaction: Interaction, body: Settings, family: Family) -> CallError | None:
    response = interaction.response
    if response.body.events or response.status_code < 400:
        return None
    found = error_in(body) or error_of(response.body.json, response.body.text, response.status_code)
    return typed_by_header(found, response.headers)


def _at(value: Json, path: Path) -> Json:
    for step in path:
        if type(step) is int:
            value = value[step] if type(value) is list and len(value) > max(step, 0) else None
        else:
            value = mapping(value).get(str(step))
    return value


SOURCES = (
    (
        "Amazon Bedrock: InvokeModel",
        "https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html",
    ),
    *((f"Amazon Bedrock: {family.title}", family.source) for family in FAMILIES),
)
RECOGNITION = (
    (
        LIKELY,
        "a path `/model/{id}/invoke` or `/invoke-with-response-stream` with a model of "
        + ", ".join(f"`{family.prefix}…`" for family in FAMILIES),
    ),
    (
        LIKELY,
        "such a path with a model that tells no family (an ARN), where prompt and answer have the places of one",
    ),
)
MAPPING = tuple(
    row
    for family in FAMILIES
    for row in (
        (f"`{family.prompt}`", "`input_messages`", family.title),
        (f"`{'.'.join(map(str, (*family.results, *family.words)))}`", "`text`", family.title),
        (f"`{'.'.join(map(str, (*family.results, *family.reason)))}`", "`finish_reason`", family.title),
        *((f"`{wire}`", f"`{ours}`", family.title) for wire, ours in family.settings),
    )
)

DIALECTS.register(
    Dialect(
        name=NAME,
        title="Amazon Bedrock InvokeModel (native formats)",
        recognize=recognize,
        fold=fold,
        decode=decode,
        sources=SOURCES,
        recognition=RECOGNITION,
        mapping=MAPPING,
    )
)
