"""Another model answers: the provider is the cause only where model, address, version of the API and region are equal."""

import pytest

from cassette_tools.diff import compare
from tests.diff.drift_cases import answer, exchange, question, recording

AZURE = "https://{}.openai.azure.com/openai/deployments/{}/chat/completions?api-version={}"
OPENAI = "https://api.openai.com/v1/chat/completions"
LOCAL = "http://localhost:{}/v1/chat/completions"
CLAUDE = "https://api.anthropic.com/v1/messages"


def azure(answered, host="acme", deployment="chat", version="2030-01-01", region=None, model="chat"):
    made = exchange(
        question(model=model), answer("It is warm.") | {"model": answered}, url=AZURE.format(host, deployment, version)
    )
    if region:
        made["response"]["headers"]["X-Ms-Region"] = [region]
    return recording(made)


def chat(answered, url=OPENAI, region=None):
    made = exchange(question(), answer("It is warm.") | {"model": answered}, url=url)
    if region:
        made["response"]["headers"]["x-groq-region"] = [region]
    return recording(made)


def claude(answered, version="2023-06-01", url=CLAUDE):
    body = {"model": "claude-9", "max_tokens": 9, "messages": [{"role": "user", "content": "Hello"}]}
    told = {"id": "msg_01", "type": "message", "role": "assistant", "model": answered, "stop_reason": "end_turn"}
    told |= {"content": [{"type": "text", "text": "Hi."}], "usage": {"input_tokens": 5, "output_tokens": 7}}
    made = exchange(body, told, url=url)
    made["request"]["headers"]["anthropic-version"] = [version]
    return recording(made)


GROQ = "https://api.groq.com/openai/v1/chat/completions"
OLD, NEW = "gpt-4o-mini-2024-07-18", "gpt-4-32k"


@pytest.mark.parametrize(
    ("old", "new", "cause", "words"),
    [
        # all is the same
        (chat(OLD), chat(NEW), "provider", "provider"),
        (azure(OLD, region="East US"), azure(NEW, region="East US"), "provider", "provider"),
        (claude("claude-9-0101"), claude("claude-8"), "provider", "provider"),
        # the address
        (azure(OLD), azure(NEW, host="umbrella"), "prompt", "request (the URL)"),
        (azure(OLD), azure(NEW, version="2031-01-01"), "prompt", "request (the query parameter api-version)"),
        (chat("gemma:4b", LOCAL.format(8000)), chat("qwen-9", LOCAL.format(9000)), "prompt", "request (the URL)"),
        # the region that answered
        (
            azure(OLD, region="East US"),
            azure(NEW, region="Switzerland North"),
            "unknown",
            "another deployment (region East US → Switzerland North)",
        ),
        (
            chat("llama-9", GROQ, "us-east"),
            chat("llama-8", GROQ, "eu-west"),
            "unknown",
            "another deployment (region us-east → eu-west)",
        ),
        # several
        (
            azure(OLD, version="2030-01-01", region="East US", model="gpt-4o-mini"),
            azure(NEW, version="2031-01-01", region="West US", model="unused"),
            "unknown",
            "request (model, the query parameter api-version) or another deployment (region East US → West US)",
        ),
        # on Azure the deployment names the model, and the name in the body nothing
        (azure(OLD, model="gpt-4o-mini"), azure(NEW, model="unused"), "provider", "provider"),
    ],
)
def test_the_cause_of_another_answering_model(old, new, cause, words) -> None:
    [told] = [each for each in compare(old, new).findings if each.rule == "response-model-changed"]
    assert (told.cause, told.evidence) == (cause, words)
