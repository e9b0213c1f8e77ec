"""Errors that were recorded by accident, and scenarios that are about them: by name, by request, by what follows."""

from __future__ import annotations

import pytest
from rule_cases import observations

from cassette_tools.model import Body, CallError, Headers, Interaction, LLMCall, Message, Request, Response, Text
from cassette_tools.rules._models import unknown_words
from cassette_tools.rules._scenario import Scenario, words_of

DATE = "Thu, 08 Jan 2026 04:%s GMT"


def call(
    status: int = 200,
    *,
    said: str = "",
    code: str | None = None,
    model: str = "gpt-4o-mini",
    asked: str = "{}",
    in_stream: bool = False,
    method: str = "POST",
    url: str = "https://api.example/v1/chat/completions",
    at: str = "",
    user: str = "",
) -> Interaction:
    failed = status >= 400 or in_stream
    error = CallError(type=None, code=code, message=said, in_stream=in_stream) if failed else None
    said_by_user = Message(role="user", parts=(Text(content=user, pointer=""),), pointer="")
    llm = LLMCall(
        provider_name="openai",
        dialect="openai.chat",
        operation_name="chat",
        request_model=model,
        input_messages=(said_by_user,) if user else (),
        error=error,
    )
    return Interaction(
        index=0,
        request=Request(method=method, url=url, body=Body(text=asked)),
        response=Response(status_code=status, headers=Headers(pairs=(("Date", DATE % at),) if at else ())),
        llm=llm,
    )


# --- names -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("bad_model", ["bad", "model"]),
        ("TestClient_RunInference", ["test", "client", "run", "inference"]),
        ("HTTPError429", ["http", "error", "429"]),
        ("stream-rate-limited-1.json", ["stream", "rate", "limited", "1", "json"]),
    ],
)
def test_words_of_a_name(name: str, words: list[str]) -> None:
    assert words_of(name) == words


@pytest.mark.parametrize(
    ("path", "status", "expected"),
    [
        ("/p/error_matrix/embeddings_input.yaml", 500, True),
        ("/p/errors/bad_model/GenSync.yaml", 500, True),
        ("/p/multimodal/unfetchable_image.yaml", 500, True),
        ("/p/tests/handles_params_without_a_plan.yaml", 500, False),
        ("/p/tests/TestAsRetriever.yaml", 500, False),
        ("/p/tests/994675a9a4b0456488a4e4bad002da9d.json", 500, False),
        ("/p/tests/prompt_too_long.yaml", 500, True),
        ("/p/tests/GenerateImagesCanParseServiceError.json", 401, True),
        ("/p/tests/test_openrouter_errors_raised.yaml", 429, True),
        ("/p/tests/retries_on_503.yaml", 503, True),
        ("/p/tests/status_429.yaml", 429, True),
        ("/p/tests/rate_limit.yaml", 429, True),
        ("/p/tests/rate_limit.yaml", 500, True),
        ("/p/tests/exchange_rate.yaml", 429, False),
        ("/p/tests/test_video_file.yaml", 429, False),
        ("/p/tests/test_tool_not_found.yaml", 404, True),
        ("/p/tests/notes.yaml", 500, False),
        ("/p/tests/terror.yaml", 500, False),
        ("/p/tests/test_context_length.yaml", 400, True),
        ("/p/tests/test_context_manager.yaml", 400, False),
        ("/errors/a/b/c/hello.yaml", 500, False),  # too far up to be about this one
        ("/p/chat_real_error_scenarios_azure_handles_context_length_exceeded_errors.yml", 429, False),
        ("/p/chat_real_error_scenarios_azure_handles_context_length_exceeded_errors.yml", 400, True),
        ("/p/raises_appropriate_auth_error.yml", 429, False),
        ("/p/raises_rate_limit_error_with_auth.yml", 429, True),
    ],
)
def test_what_a_name_expects(path: str, status: int, expected: bool) -> None:
    assert Scenario(path).expects(status) is expected


# --- error-status-recorded -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "interactions",
    [
        (call(501),),
        (call(505),),
        (call(500, said="image input is not supported"),),
        (call(500, said="tools param requires --jinja flag"),),
        (call(500, model="no-such-model-nonexistent"),),
        (call(500, url="https://httpbin.example/status/500"),),
        (call(429), call(200)),
        (call(429), call(503), call(200)),
        (call(429), call(200), call(429), call(200), call(429), call(200)),
    ],
)
def test_failures_that_are_meant_or_passed(interactions: tuple[Interaction, ...]) -> None:
    assert observations("error-status-recorded", *interactions) == []


@pytest.mark.parametrize(
    ("interactions", "count"),
    [
        ((call(429),), 1),
        ((call(200), call(429)), 1),
        ((call(429), call(200, asked="{ }")), 1),
        ((call(429), call(429)), 1),  # one request: told once
        ((call(429), call(429, asked="{ }")), 2),
        ((call(429), call(503)), 2),
        ((call(429), call(429), call(429), call(200)), 1),
        ((call(500, said="unknown error in the model backend"),), 1),
    ],
)
def test_failures_that_nothing_explains(interactions: tuple[Interaction, ...], count: int) -> None:
    assert len(observations("error-status-recorded", *interactions)) == count


def test_a_quota_that_is_used_up_does_not_come_back() -> None:
    about = ": record the interaction again, or say in an ignore comment that the scenario is about it"
    said = "You exceeded your current quota, please check your plan and billing details."
    found = observations("error-status-recorded", call(429, code="insufficient_quota", said=said))
    found += observations("error-status-recorded", call(429, code="RESOURCE_EXHAUSTED", said=said))
    assert [seen.message.removesuffix(about) for seen in found] == [
        "the answer is a failure that no waiting ends, 429 Too Many Requests (the quota of the account is used up)",
        "the answer is a failure that passes by itself, 429 Too Many Requests",
    ]


# --- stream-error-event ----------------------------------------------------------------------------------------------


def test_a_stream_that_fails_where_its_name_says_so() -> None:
    failed = call(in_stream=True, said="overloaded")
    assert len(observations("stream-error-event", failed)) == 1
    assert observations("stream-error-event", failed, path="/p/stream-unknown-error-1.json") == []
    assert observations("stream-error-event", call(in_stream=True, model="bad_model")) == []


# --- client-error-recorded -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "interaction",
    [
        call(401, said="Incorrect API key provided: test."),
        call(403),
        call(404, said="The model `claude-4-5-haiku` does not exist", model="claude-4-5-haiku"),
        call(404, said="model: gemini-1.5-flash is not found", model="gemini-1.5-flash"),
        call(400, said="API key not valid. Please pass a valid API key."),
        call(400, code="model_not_found", said="The model is gone", model="gpt-4-vision-preview"),
        call(400, said="Missing call_id in content of type function_result."),
        call(400, said="Malformed input request: #/messages/0: required key [toolUse] not found"),
        call(400, said="messages.0.cache: Extra inputs are not permitted"),
        call(400, said="Unsupported parameter: 'stop' is not supported with this model."),
        call(400, said="Unsupported value: 'temperature' does not support 0.2 with this model."),
        call(400, said="Invalid schema for function 'look': In context=(), 'required' has to name every key."),
        call(400, said="tools.0.custom.input_schema: JSON schema is invalid"),
        call(400, said="This model's maximum context length is 4097 tokens. However, you requested 5000 tokens."),
        call(400, said="prompt is too long: 210000 tokens > 200000 maximum"),
        call(400, said="Your credit balance is too low to access the API."),
        call(402, said="Insufficient credits"),
    ],
)
def test_refusals_in_scenarios_of_success(interaction: Interaction) -> None:
    assert len(observations("client-error-recorded", interaction)) == 1
    assert observations("client-error-recorded", interaction, path="/p/test_invalid_key.yaml") == []
    assert observations("client-error-recorded", interaction, call(200)) == []  # a client that falls back
    assert observations("client-error-recorded", interaction, call(422)) == []  # failures of several kinds


def test_a_malformed_request_is_to_be_mended() -> None:
    assert [seen.message for seen in observations("client-error-recorded", call(422, said="Field required"))] == [
        "the call was refused with 422 Unprocessable Content: “Field required”, in a scenario whose name speaks of no "
        "failure; record the interaction again with a request that is accepted, or say in an ignore comment that the "
        "scenario is about it"
    ]


@pytest.mark.parametrize(
    "interaction",
    [
        call(200),
        call(400, said="max_tokens is too large"),
        call(409),
        call(422),
        call(422, said="the model does not take images"),
        call(400, said="Image input is not enabled for this model"),
        call(429),
        call(500),
        call(401, said="Incorrect API key provided: fake_key."),
        call(401, said="Incorrect API key provided: <not-a-r****key>. You can find"),
        call(404, said="model 'bad_model' not found", model="bad_model"),
        call(404, said="The model does not exist", model="gpt-5.2-proo"),
        call(404, said="The model does not exist", model="gpt-4-nonexistent-99999"),
        call(401, said="Incorrect API key provided: abc. You can find your API key at your account."),
        call(401, said="Incorrect API key provided: abc.", method="GET"),
    ],
)
def test_refusals_that_are_meant_and_other_statuses(interaction: Interaction) -> None:
    assert observations("client-error-recorded", interaction) == []


GONE = "model: claude-4-5-haiku"


@pytest.mark.parametrize(
    ("interactions", "count"),
    [
        ((call(), call(400, said="the image cannot be read")), 1),  # the very same request, with or without dates
        ((call(), call(401), call(404)), 2),  # told once for each status, however many ways there are
        ((call(), call(404), call(404)), 1),
        ((call(), call(429)), 0),  # `error-status-recorded` tells of it
        ((call(), call(500)), 0),
        ((call(), call(401, said="Incorrect API key provided: fake_key.")), 0),  # meant
        # a trial in a form that no client falls back from, and settings that clients leave out or shorten at once
        ((call(400, said="Invalid schema for function 'look'", asked="{ }"), call()), 1),
        ((call(400, said="Unsupported parameter: 'stop'", asked="{ }"), call()), 0),
        ((call(400, said="prompt is too long: 9 tokens > 8 maximum", asked="{ }"), call()), 0),
        ((call(401), call()), 0),  # a new token, and the same request again
        ((call(method="GET"), call(403, method="GET")), 1),
        ((call(method="GET"), call(404, method="GET")), 0),  # it was deleted
    ],
)
def test_refusals_beside_an_answer(interactions: tuple[Interaction, ...], count: int) -> None:
    assert len(observations("client-error-recorded", *interactions)) == count


@pytest.mark.parametrize(
    ("answered", "refused", "is_left_over"),
    [
        ("00:00", "10:00", True),
        ("00:00", "00:21", True),
        ("00:00", "00:20", False),  # a client that falls back does so at once
        ("", "10:00", False),  # nobody knows
    ],
)
def test_refusals_of_another_run(answered: str, refused: str, is_left_over: bool) -> None:
    """The same is said to another model, with other settings; which of the two came first is no matter."""
    bad = call(404, said=GONE, model="claude-4-5-haiku", at=refused, asked="{ }", user="Say hello")
    expected = [
        "the call was refused with 404 Not Found: “model: claude-4-5-haiku”, but interaction 0 has an answer to the same "
        "question: the refusal is left over from another run; take it out, or record the scenario again"
    ]
    good = call(at=answered, user="Say hello")
    assert [seen.message for seen in observations("client-error-recorded", bad, good)] == expected * is_left_over
    unknown = "Unsupported parameter: 'stop' is not supported with this model."
    before = call(400, said=unknown, at=refused, asked="{ }", user="Say hello")
    assert len(observations("client-error-recorded", before, good)) == is_left_over
    other = call(at=answered, user="Say goodbye")
    assert observations("client-error-recorded", bad, other) == []


THREAD = "https://api.example/v1/threads/thread_7"


@pytest.mark.parametrize(
    ("interactions", "count"),
    [
        # a test that looks whether the thing is gone
        ((call(method="DELETE", url=THREAD), call(404, method="DELETE", url=THREAD)), 0),
        ((call(method="DELETE", url=THREAD), call(410, url=f"{THREAD}/messages?limit=2")), 0),
        ((call(method="DELETE", url=THREAD), call(404, url=f"{THREAD}5")), 1),  # another one
        ((call(method="DELETE", url=THREAD), call(401, method="DELETE", url=THREAD)), 1),
        ((call(url=THREAD), call(404, url=THREAD)), 1),
    ],
)
def test_what_a_request_before_deleted(interactions: tuple[Interaction, ...], count: int) -> None:
    assert len(observations("client-error-recorded", *interactions)) == count


def test_what_is_no_call_of_a_model_may_be_refused() -> None:
    asked = Interaction(index=0, request=Request(method="POST", url="/x"), response=Response(status_code=404))
    assert observations("client-error-recorded", asked) == []


@pytest.mark.parametrize(
    ("model", "words"),
    [
        ("gpt-5.2-proo", ("proo",)),
        ("claude-3-5-sonnet-20241022", ()),
        ("us.anthropic.claude-3-haiku-48k-20240307-v1:0", ()),
        ("meta-llama/Llama-3.3-70B-Instruct", ()),
        ("my-deployment", ()),  # of no known family: nothing is said
    ],
)
def test_words_that_no_model_has(model: str, words: tuple[str, ...]) -> None:
    assert unknown_words(model) == words
