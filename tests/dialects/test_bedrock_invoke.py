"""Bedrock's InvokeModel with the native formats of model families: streams, settings, failures. One test a fact."""

from __future__ import annotations

from typing import Any

import pytest
from plain_calls import call, events

from cassette_tools.data.bedrock_families import FAMILIES
from cassette_tools.dialects import LIKELY
from cassette_tools.dialects.bedrock.invoke import family_of, recognize
from cassette_tools.load import decode as decoded_by_any
from cassette_tools.model import Body, CallError, Interaction, Message, Request, Response, Text

HOST = "https://bedrock-runtime.eu-west-1.amazonaws.com/model/"
STREAM = "/invoke-with-response-stream"
METRICS = {"inputTokenCount": 6, "outputTokenCount": 4, "invocationLatency": 300, "firstByteLatency": 200}
MEASURED = {"amazon-bedrock-invocationMetrics": METRICS}
PROFILE = "arn%3Aaws%3Abedrock%3Aeu-west-1%3A111122223333%3Aapplication-inference-profile%2Fheron"

# Of each family: the model, the prompt's key, the objects of a stream, the same answer whole, the reason to stop.
STREAMS: dict[str, tuple[str, str, tuple[dict[str, Any], ...], dict[str, Any], str, tuple[int, int]]] = {
    "titan": (
        "amazon.titan-text-heron-v1",
        "inputText",
        (
            {"outputText": "A he", "index": 0, "totalOutputTextTokenCount": None, "completionReason": None, "inputTextTokenCount": 5},
            {"outputText": "ron.", "index": 0, "totalOutputTextTokenCount": 4.0, "completionReason": "FINISH", "inputTextTokenCount": None, **MEASURED},
        ),
        {"inputTextTokenCount": 5, "results": [{"tokenCount": 4, "outputText": "A heron.", "completionReason": "FINISH"}]},
        "stop",
        (5, 4),
    ),
    "llama": (
        "us.meta.llama9-8b-v1%3A0",
        "prompt",
        (
            {"generation": "A he", "prompt_token_count": 5, "generation_token_count": 1, "stop_reason": None},
            {"generation": "ron.", "prompt_token_count": None, "generation_token_count": 4, "stop_reason": "length", **MEASURED},
        ),
        {"generation": "A heron.", "prompt_token_count": 5, "generation_token_count": 4, "stop_reason": "length"},
        "length",
        (5, 4),
    ),
    "mistral": (
        "mistral.mistral-9b-v0%3A2",
        "prompt",
        (
            {"outputs": [{"text": "A he", "stop_reason": None}]},
            {"outputs": [{"text": "ron.", "stop_reason": "stop"}], **MEASURED},
        ),
        {"outputs": [{"text": "A heron.", "stop_reason": "stop"}]},
        "stop",
        (6, 4),
    ),
    "command": (
        "cohere.command-light-text-v9",
        "prompt",
        (
            {"text": "A he", "is_finished": False, "index": 0},
            {"text": "ron.", "is_finished": False, "index": 0},
            {"is_finished": True, "finish_reason": "MAX_TOKENS", "index": 0, **MEASURED},
        ),
        {"generations": [{"text": "A heron.", "finish_reason": "MAX_TOKENS"}]},
        "length",
        (6, 4),
    ),
    "jurassic": (
        "ai21.j2-heron-v1",
        "prompt",
        (
            {"data": {"text": "A he"}, "finishReason": None},
            {"data": {"text": "ron."}, "finishReason": {"reason": "endoftext"}, **MEASURED},
        ),
        {"completions": [{"data": {"text": "A heron."}, "finishReason": {"reason": "endoftext"}}]},
        "stop",
        (6, 4),
    ),
    "claude": (
        "anthropic.claude-v2%3A1",
        "prompt",
        (
            {"completion": "A he", "stop_reason": None, "stop": None},
            {"completion": "ron.", "stop_reason": "stop_sequence", "stop": "\n\nHuman:", **MEASURED},
        ),
        {"completion": "A heron.", "stop_reason": "stop_sequence", "stop": "\n\nHuman:"},
        "stop",
        (6, 4),
    ),
}  # fmt: skip
each_family = pytest.mark.parametrize("family", STREAMS)


def streamed(family: str, *, events_of_it: int | None = None, model: str | None = None) -> Any:
    name, prompt, objects, _, _, _ = STREAMS[family]
    stream = events(*objects[:events_of_it], names=("chunk",) * len(objects))
    return call(f"{HOST}{model or name}{STREAM}", {prompt: "Name a wader."}, stream=stream, kind="eventstream")


@each_family
def test_a_stream_says_what_the_whole_says(family: str) -> None:
    name, prompt, _, whole, finish, counts = STREAMS[family]
    found = streamed(family)
    plain = call(f"{HOST}{name}/invoke", {prompt: "Name a wader."}, whole)
    assert found.output_messages == plain.output_messages
    assert [part for message in found.output_messages for part in message.parts] == [Text(content="A heron.")]
    assert found.finish_reasons == (finish,)
    assert (found.dialect, found.stream, found.complete, found.error) == ("bedrock.invoke", True, True, None)
    assert (found.usage.input_tokens, found.usage.output_tokens, found.usage.total_tokens) == (*counts, sum(counts))
    assert found.problems == plain.problems == ()
    assert found.input_messages == (Message(role="user", parts=(Text(content="Name a wader."),)),)
    (pointer,) = found.trace
    pieces = [piece for piece in found.trace[pointer] if piece.start < len("A heron.")]
    assert [(piece.start, piece.event_index) for piece in pieces] == [(0, 0), (4, 1)]


@each_family
def test_a_stream_that_is_cut_says_so(family: str) -> None:
    found = streamed(family, events_of_it=1)
    assert [part for message in found.output_messages for part in message.parts] == [Text(content="A he")]
    assert (found.complete, found.cut, found.finish_reasons) == (False, "no reason to stop", (None,))


@each_family
def test_behind_an_inference_profile_the_shape_tells_the_family(family: str) -> None:
    _, prompt, _, whole, finish, _ = STREAMS[family]
    found = call(f"{HOST}{PROFILE}/invoke", {prompt: "Name a wader."}, whole)
    assert (found.dialect, found.finish_reasons) == ("bedrock.invoke", (finish,))
    assert found.request_model == "arn:aws:bedrock:eu-west-1:111122223333:application-inference-profile/heron"
    assert streamed(family, model=PROFILE).output_messages == found.output_messages


@each_family
def test_an_exception_ends_the_stream(family: str) -> None:
    name, prompt, objects, _, _, _ = STREAMS[family]
    stream = events(objects[0], {"message": "slow"}, names=("chunk", "throttlingException"))
    found = call(f"{HOST}{name}{STREAM}", {prompt: "Name a wader."}, stream=stream, kind="eventstream")
    assert found.error == CallError(
        type="throttlingException", code=None, message="slow", in_stream=True, raw={"message": "slow"}, event_index=1
    )
    assert found.output_messages[0].parts == (Text(content="A he"),)
    assert found.complete is True


@pytest.mark.parametrize(
    ("model", "asked", "parameters"),
    [
        (
            "amazon.titan-text-heron-v1",
            {"inputText": "x", "textGenerationConfig": {"maxTokenCount": 9, "temperature": 0, "topP": 1, "stopSequences": ["|"]}},
            {"max_tokens": 9, "temperature": 0, "top_p": 1, "stop_sequences": ["|"]},
        ),
        ("meta.llama9-8b-v1", {"prompt": "x", "max_gen_len": 9, "temperature": 0, "top_p": 1}, {"max_tokens": 9, "temperature": 0, "top_p": 1}),
        ("mistral.mistral-9b", {"prompt": "x", "max_tokens": 9, "stop": ["|"], "top_k": 2}, {"max_tokens": 9, "stop_sequences": ["|"], "top_k": 2}),
        ("cohere.command-text-v9", {"prompt": "x", "p": 0.5, "k": 2, "max_tokens": 9}, {"top_p": 0.5, "top_k": 2, "max_tokens": 9}),
        ("ai21.j2-heron", {"prompt": "x", "maxTokens": 9, "topP": 1, "stopSequences": []}, {"max_tokens": 9, "top_p": 1, "stop_sequences": []}),
        ("anthropic.claude-v2", {"prompt": "x", "max_tokens_to_sample": 9, "top_k": 2}, {"max_tokens": 9, "top_k": 2}),
    ],
)  # fmt: skip
def test_settings(model: str, asked: dict[str, Any], parameters: dict[str, Any]) -> None:
    found = call(f"{HOST}{model}/invoke", asked, {"message": "no"}, status=400)
    assert (found.parameters, found.extra) == (parameters, {})


def test_what_has_no_place_is_kept() -> None:
    answer = {
        "id": 7,
        "completions": [
            {
                "data": {"text": "Hi", "tokens": [1]},
                "finishReason": {"reason": "length", "length": 9},
                "likelihood": 0.5,
            }
        ],
    }
    found = call(f"{HOST}ai21.j2-heron/invoke", {"prompt": "x", "countPenalty": {"scale": 0}}, answer)
    assert found.extra == {"/request/countPenalty": {"scale": 0}, "/response/id": 7}
    (message,) = found.output_messages
    assert (message.parts, message.finish_reason) == ((Text(content="Hi"),), "length")
    assert message.extra == {"/likelihood": 0.5, "/data/tokens": [1], "/finishReason/length": 9}


def test_several_answers() -> None:
    answer = {
        "generations": [{"text": "a", "finish_reason": "COMPLETE"}, {"text": "b", "finish_reason": "ERROR_TOXIC"}]
    }
    found = call(f"{HOST}cohere.command-text-v9/invoke", {"prompt": "x", "num_generations": 2}, answer)
    assert [(message.index, message.parts, message.finish_reason) for message in found.output_messages] == [
        (0, (Text(content="a"),), "stop"),
        (1, (Text(content="b"),), "content_filter"),
    ]


def test_an_unknown_reason_to_stop_is_told() -> None:
    found = call(f"{HOST}meta.llama9/invoke", {"prompt": "x"}, {"generation": "a", "stop_reason": "bored"})
    assert [(problem.kind, problem.message) for problem in found.problems] == [
        ("finish-reason-unknown", "the answer ends with stop_reason 'bored', which Meta Llama is not known to send")
    ]
    assert found.output_messages[0].extra == {"/stop_reason": "bored"}


def test_an_empty_body_where_a_stream_was_asked_for() -> None:
    interaction = Interaction(
        index=0,
        request=Request(method="POST", url=f"{HOST}meta.llama9{STREAM}", body=Body(text="", json={"prompt": "x"})),
        response=Response(status_code=200, body=Body(text="")),
    )
    found = decoded_by_any(interaction)
    assert found is not None
    assert (found.dialect, found.stream, found.complete, found.cut) == (
        "bedrock.invoke",
        True,
        False,
        "the body is empty",
    )


def test_http_errors() -> None:
    headers = (("x-amzn-ErrorType", "AccessDeniedException"),)
    found = call(f"{HOST}meta.llama9/invoke", {"prompt": "x"}, {"message": "no"}, status=403, headers=headers)
    assert found.error is not None
    assert (found.error.type, found.error.message, found.output_messages) == ("AccessDeniedException", "no", ())


@pytest.mark.parametrize("digits", ["", "x", "9" * 5000, "-1"])
def test_counts_in_headers_that_are_none(digits: str) -> None:
    headers = (("X-Amzn-Bedrock-Input-Token-Count", digits),)
    found = call(f"{HOST}mistral.mistral-9b/invoke", {"prompt": "x"}, {"outputs": [{"text": "Hi"}]}, headers=headers)
    assert found.usage is None


# --- whose it is -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "asked", "answer", "dialect"),
    [
        ("anthropic.claude-9-v1", {"anthropic_version": "bedrock-2023-05-31", "messages": []}, {"type": "message", "role": "assistant", "content": [], "stop_reason": "end_turn"}, "anthropic.messages"),
        ("anthropic.claude-v2", {"prompt": "x"}, {"type": "completion", "completion": "a", "stop_reason": "stop_sequence"}, "anthropic.messages"),
        ("mistral.mistral-large-9", {"messages": [{"role": "user", "content": "x"}]}, {"choices": [{"message": {"role": "assistant", "content": "a"}}]}, "openai.chat"),
        ("openai.gpt-oss-9b-1", {"messages": [{"role": "user", "content": "x"}]}, {"object": "chat.completion", "choices": [{"message": {"content": "a"}}]}, "openai.chat"),
        ("deepseek.r9-v1", {"prompt": "x"}, {"choices": [{"text": "a", "stop_reason": "stop"}]}, "openai.completions"),
        ("cohere.command-r-v9", {"message": "x"}, {"generation_id": "g", "text": "a", "finish_reason": "COMPLETE"}, "cohere.chat"),
        ("amazon.nova-micro-v9", {"messages": []}, {"output": {"message": {"role": "assistant", "content": []}}, "stopReason": "end_turn"}, "bedrock.converse"),
        ("amazon.titan-embed-text-v9", {"inputText": "x"}, {"embedding": [0.1], "inputTextTokenCount": 1}, "bedrock.embed"),
    ],
)  # fmt: skip
def test_other_dialects_on_the_same_path(model: str, asked: Any, answer: Any, dialect: str) -> None:
    assert call(f"{HOST}{model}/invoke", asked, answer).dialect == dialect


def test_the_chunks_of_a_chat_model_end_with_an_exception_too() -> None:
    chunk = {"object": "chat.completion.chunk", "choices": [{"index": 0, "delta": {"content": "A "}}]}
    stream = events(chunk, {"message": "slow"}, names=("chunk", "throttlingException"))
    found = call(f"{HOST}openai.gpt-oss-9b-1{STREAM}", {"messages": []}, stream=stream, kind="eventstream")
    assert found.error is not None
    assert (found.dialect, found.error.type, found.error.message) == ("openai.chat", "throttlingException", "slow")
    assert found.output_messages[0].parts == (Text(content="A "),)


@pytest.mark.parametrize(
    ("model", "prefix"),
    [
        ("amazon.titan-text-lite-v1", "amazon.titan"),
        ("us.meta.llama4-scout-v1:0", "meta."),
        ("arn:aws:bedrock:us-east-1::foundation-model/mistral.mixtral-8x7b-instruct-v0:1", "mistral."),
        ("amazon.titan-image-generator-v2:0", None),
        ("cohere.embed-english-v3", None),
        (None, None),
    ],
)
def test_families_by_their_models(model: str | None, prefix: str | None) -> None:
    found = family_of(model)
    assert (found.prefix if found is not None else None) == prefix


def test_a_path_without_a_known_family_is_not_taken() -> None:
    interaction = Interaction(
        index=0,
        request=Request(method="POST", url=f"{HOST}writer.quill-v9/invoke", body=Body(json={"prompt": "x"})),
        response=Response(status_code=200, body=Body(json={"pages": []})),
    )
    assert recognize(interaction) == 0
    assert LIKELY == 2
    assert len({family.prefix for family in FAMILIES}) == len(FAMILIES)
