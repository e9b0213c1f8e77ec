"""What a URL says: some APIs name the model nowhere else."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.model import Request

# What stands before the model's name, what ends it, and whose path it is.
_NAMED = (
    ("/deployments/", "/", "Azure OpenAI names the deployment, and a client need not repeat it in the body"),
    ("/model/", "/", "Amazon Bedrock: /model/{id}/converse, percent-encoded or not"),
    ("/serving-endpoints/", "/invocations", "Databricks: /serving-endpoints/{name}/invocations"),
    ("/engines/", "/", "OpenAI until 2022, and GitHub Copilot: /engines/{model}/completions"),
    ("/models/", ":", "Gemini and Vertex AI: /models/{model}:generateContent"),
    ("/tunedModels/", ":", "Gemini: /tunedModels/{model}:generateContent"),
    ("/endpoints/", ":", "Vertex AI: a model deployed to an endpoint of one's own"),
)


def is_post(request: Request) -> bool:
    """Whether something is asked with a body. (A recorder that keeps no method is believed.)"""
    return request.method.upper() in ("POST", "")


def path_of(url: str) -> str:
    """The path of a URL, without its query and without slashes at its end; the host stays before it."""
    return url.partition("?")[0].partition("#")[0].rstrip("/")


def model_in_path(url: str) -> str | None:
    """The model that the path names, decoded (RFC 3986 §2.1); ``None`` when it names none."""
    path = path_of(url)
    for before, end, _ in _NAMED:
        _, found, rest = path.partition(before)
        name, ended, _ = rest.partition(end)
        if found and name and ended:
            return _decoded(name)
    return None


def model_in_query(url: str) -> str | None:
    """``?model=`` of OpenAI and Deepgram, ``?deployment=`` of Azure."""
    if "?" not in url:
        return None
    from urllib.parse import parse_qs

    query = parse_qs(url.partition("?")[2].partition("#")[0])
    return next((query[key][0] for key in ("model", "deployment") if key in query), None)


def _decoded(name: str) -> str:
    if "%" not in name:
        return name
    from urllib.parse import unquote

    return unquote(name)
