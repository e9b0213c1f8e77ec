"""The administrative endpoints of LLM APIs: models, files, batches, assistants, caches and the like.

The dialect ``resources``: what is done to a thing that the provider keeps. The provider says whose it is, the operation
what is done; the summary is the kind of thing, how many, and in which state. Ids and times are volatile and stay in
the body.
"""

from __future__ import annotations

from cassette_tools._record import record
from cassette_tools.data.endpoints import UNKNOWN, provider_for
from cassette_tools.decoding import Folded
from cassette_tools.decoding.assembly import Decoding
from cassette_tools.decoding.values import mapping, text
from cassette_tools.dialects import CERTAIN, DIALECTS, LIKELY, Dialect
from cassette_tools.dialects.operations.summary import call_of, content_of
from cassette_tools.model import Generic, Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.model import Event, Interaction, Json, LLMCall, Part

NAME = "resources"


@record
class Resource:
    """A collection at the end of a path. `thing` names its elements in operations: ``file`` gives file_list,
    file_create, file_retrieve, file_delete; `steps` are what can follow an element's id, and the operation's name.
    """

    path: str
    thing: str
    source: str
    create: str = "create"
    steps: tuple[tuple[str, str], ...] = ()


_OLLAMA = "https://github.com/ollama/ollama/blob/main/docs/api.md"
_OPENAI = "https://platform.openai.com/docs/api-reference"
_GEMINI = "https://ai.google.dev/api"
RESOURCES: tuple[Resource, ...] = (
    Resource(
        path="chat/completions",
        thing="stored_completion",
        source=f"{_OPENAI}/chat/list",
        steps=(("messages", "messages"),),
    ),
    Resource(path="models", thing="model", source=f"{_OPENAI}/models"),
    Resource(path="files", thing="file", source=f"{_OPENAI}/files", create="upload", steps=(("content", "content"),)),
    Resource(
        path="uploads",
        thing="upload",
        source=f"{_OPENAI}/uploads",
        steps=(("parts", "add_part"), ("complete", "complete"), ("cancel", "cancel")),
    ),
    Resource(
        path="batches",
        thing="batch",
        source=f"{_OPENAI}/batch",
        steps=(("cancel", "cancel"), ("results", "results"), ("requests", "requests")),
    ),
    Resource(
        path="messages/batches",
        thing="batch",
        source="https://docs.anthropic.com/en/api/creating-message-batches",
        steps=(("cancel", "cancel"), ("results", "results")),
    ),
    Resource(
        path="fine_tuning/jobs",
        thing="fine_tuning_job",
        source=f"{_OPENAI}/fine-tuning",
        steps=(("cancel", "cancel"), ("events", "events"), ("checkpoints", "checkpoints")),
    ),
    Resource(
        path="fine-tunes",
        thing="fine_tuning_job",
        source=f"{_OPENAI}/fine-tuning",
        steps=(("cancel", "cancel"), ("events", "events")),
    ),
    Resource(path="assistants", thing="assistant", source=f"{_OPENAI}/assistants"),
    Resource(path="threads", thing="thread", source=f"{_OPENAI}/threads"),
    Resource(path="messages", thing="thread_message", source=f"{_OPENAI}/messages"),
    Resource(
        path="runs",
        thing="run",
        source=f"{_OPENAI}/runs",
        steps=(("submit_tool_outputs", "submit_tool_outputs"), ("cancel", "cancel")),
    ),
    Resource(path="steps", thing="run_step", source=f"{_OPENAI}/run-steps"),
    Resource(
        path="vector_stores", thing="vector_store", source=f"{_OPENAI}/vector-stores", steps=(("search", "search"),)
    ),
    Resource(
        path="file_batches",
        thing="vector_store_file_batch",
        source=f"{_OPENAI}/vector-stores-file-batches",
        steps=(("cancel", "cancel"),),
    ),
    Resource(path="containers", thing="container", source=f"{_OPENAI}/containers"),
    Resource(path="conversations", thing="conversation", source=f"{_OPENAI}/conversations"),
    Resource(path="items", thing="conversation_item", source=f"{_OPENAI}/conversations"),
    Resource(path="evals", thing="eval", source=f"{_OPENAI}/evals"),
    Resource(
        path="videos", thing="video", source=f"{_OPENAI}/videos", steps=(("content", "content"), ("remix", "remix"))
    ),
    Resource(path="skills", thing="skill", source="https://docs.anthropic.com/en/api/skills"),
    Resource(path="realtime/sessions", thing="realtime_session", source=f"{_OPENAI}/realtime-sessions"),
    Resource(path="realtime/client_secrets", thing="realtime_secret", source=f"{_OPENAI}/realtime-sessions"),
    Resource(
        path="realtime/calls",
        thing="realtime_call",
        source=f"{_OPENAI}/realtime-calls",
        steps=(("hangup", "hangup"), ("accept", "accept"), ("refer", "refer")),
    ),
    Resource(path="cachedContents", thing="cached_content", source=f"{_GEMINI}/caching"),
    Resource(path="fileSearchStores", thing="file_search_store", source=f"{_GEMINI}/file-search"),
    Resource(path="operations", thing="operation", source=f"{_GEMINI}/batch-mode"),
    Resource(path="tokenize", thing="tokens", source="https://docs.cohere.com/reference/tokenize", create="tokenize"),
    Resource(path="tokenize-text", thing="tokens", source="https://docs.x.ai/docs/api-reference", create="tokenize"),
    Resource(
        path="detokenize", thing="tokens", source="https://docs.cohere.com/reference/detokenize", create="detokenize"
    ),
    Resource(path="tags", thing="model", source=_OLLAMA),
    Resource(path="show", thing="model", source=_OLLAMA, create="show"),
    Resource(path="ps", thing="running_model", source=_OLLAMA),
    Resource(path="pull", thing="model", source=_OLLAMA, create="pull"),
)
# What `object` or `type` calls things of this kind, in answers.
OBJECTS = frozenset(
    (
        "file", "file.deleted", "batch", "model", "assistant", "assistant.deleted", "thread", "thread.deleted",
        "thread.message", "thread.run", "thread.run.step", "vector_store", "vector_store.deleted", "vector_store.file",
        "vector_store.files_batch", "fine_tuning.job", "container", "conversation", "conversation.deleted", "eval",
        "message_batch", "message_batch_deleted", "file_deleted", "upload", "video", "realtime.session",
        "vector_store.search_results.page", "fine-tune",
    )
)  # fmt: skip
CALLS = ("chat/completions",)  # what is created here is a call, and another dialect's
_BY_PATH = {resource.path: resource for resource in RESOURCES}
_AMBIGUOUS = ("messages", "items", "runs", "steps", "tags", "show", "ps", "pull", "operations", "skills")
_STATES = ("status", "processing_status", "state", "deleted")


def recognize(interaction: Interaction) -> int:
    """3: the path of a collection, and an answer that calls itself so; 2: the path, at the host of a provider."""
    request = interaction.request
    found = find(request.method, request.url)
    if found is None:
        return 0
    body = mapping(interaction.response.body.json)
    kind = body.get("object") or body.get("type")
    if isinstance(kind, str) and kind in OBJECTS:
        return CERTAIN
    provider = provider_for(request.url, body)
    listed = kind == "list" or isinstance(body.get("data"), list) or isinstance(body.get("models"), list)
    if found[0].path in _AMBIGUOUS and not listed and provider in (UNKNOWN, ""):
        return 0
    return LIKELY if _is_provider(provider, request.url) or listed else 0


def _is_provider(provider: str, url: str) -> bool:
    """Whether a known provider is asked. Recorders that are mocks keep no host: then the path has to do."""
    if "://" not in url:
        return True
    host = url.partition("://")[2].partition("/")[0].partition(":")[0]
    return provider not in (UNKNOWN, "", host)


def find(method: str, url: str) -> tuple[Resource, str] | None:
    """The collection that a URL leads to, and the operation: the last collection of the path counts."""
    path = url.partition("?")[0]
    rest = path.partition("://")[2].partition("/")[2] if "://" in path else path
    steps = [step for step in rest.split("/") if step]
    if steps and steps[-1].partition(":")[1]:  # Google's custom methods: models/x:generateContent are calls
        name, _, verb = steps[-1].rpartition(":")
        if verb not in ("batchGenerateContent", "asyncBatchEmbedContent", "cancel"):
            return None
        steps[-1:] = [name, verb]
        if verb != "cancel":
            return _BY_PATH["batches"], "batch_create"
    verb = method.upper() or "GET"
    for at in range(len(steps) - 1, -1, -1):
        for size in (2, 1):
            resource = _BY_PATH.get("/".join(steps[at : at + size])) if at + size <= len(steps) else None
            if resource is not None:
                return _operation(resource, verb, steps[at + size :])
    return None


def _operation(resource: Resource, verb: str, rest: list[str]) -> tuple[Resource, str] | None:
    thing = resource.thing
    if resource.create not in ("create", "upload"):
        return (resource, f"{thing}_{resource.create}") if not rest and verb == "POST" else None
    if not rest and resource.create == "create" and verb == "POST" and resource.path in CALLS:
        return None
    if not rest:
        names = {"GET": "list", "POST": resource.create, "PUT": resource.create, "DELETE": "delete"}
        return (resource, f"{thing}_{names[verb]}") if verb in names else None
    known = dict(resource.steps)
    if rest[-1] in known:
        return resource, f"{thing}_{known[rest[-1]]}"
    if len(rest) > 2 and resource.path != "models":  # a model's name may have slashes
        return None
    names = {"GET": "retrieve", "POST": "update", "PATCH": "update", "PUT": "update", "DELETE": "delete"}
    return (resource, f"{thing}_{names[verb]}") if verb in names else None


def decode(interaction: Interaction, folded: Folded) -> LLMCall:
    """The call that an interaction is. Never raises, whatever the bodies hold."""
    request = interaction.request
    resource, operation = find(request.method, request.url) or (RESOURCES[0], "unknown")
    decoding = Decoding(NAME, interaction, folded)
    parts = tuple(_answered(resource, operation, decoding))
    for key in ("data", "models", *_STATES):
        decoding.response.take(key)
    return call_of(decoding, operation, tuple(_asked(interaction)), parts, text(decoding.body.get("model")))


def _asked(interaction: Interaction) -> list[Part]:
    """What was uploaded, by its size; JSON is in the parameters."""
    request = interaction.request
    if isinstance(request.body.json, dict) or request.method.upper() == "GET":
        return []
    content = content_of(request.body)
    if not content:
        return []
    kind = (request.headers.get("Content-Type") or "").partition(";")[0] or None
    return [Generic(kind="upload", content={"media_type": kind, "size": len(content)})]


def _answered(resource: Resource, operation: str, decoding: Decoding) -> list[Part]:
    """How many things are listed, what they hold, or in which state one is."""
    response, whole = decoding.interaction.response, decoding.body
    listed = _listed(resource, decoding.folded.body)
    if listed is not None and not operation.endswith(("_retrieve", "_create")):
        return [Generic(kind=f"{resource.thing}_list", content={"count": len(listed)}, pointer="/data")]
    if operation.endswith(("_content", "_results")) and response.status_code < 400:
        if response.body.events:
            return [Generic(kind=f"{resource.thing}_results", content={"count": len(response.body.events)})]
        return [Text(content=response.body.text, pointer="")] if response.body.text else []
    if not whole or response.status_code >= 400:
        return []
    state = {key: whole[key] for key in _STATES if isinstance(whole.get(key), (str, bool, dict))}
    return [Generic(kind=resource.thing, content=state, pointer="")]


def _listed(resource: Resource, body: Json) -> list[Json] | None:
    if isinstance(body, list):
        return body
    members = (mapping(body).get(key) for key in ("data", "models", "files", "batches", "items", resource.path))
    return next((value for value in members if isinstance(value, list)), None)


def fold(events: tuple[Event, ...]) -> Folded:
    """Results are lines of JSON, kept in their order."""
    return Folded(body={"events": sum(isinstance(event.json, dict) for event in events)})


DIALECTS.register(
    Dialect(
        name=NAME,
        title="Models, files, batches and other resources",
        recognize=recognize,
        fold=fold,
        decode=decode,
        sources=tuple(
            dict.fromkeys(
                (f"{resource.thing.replace('_', ' ').capitalize()}", resource.source) for resource in RESOURCES
            )
        ),
        recognition=(
            (CERTAIN, "a path of the table, and an `object` or `type` of the API's own in the answer"),
            (LIKELY, "a path of the table at the host of a known provider, or with a list as its answer"),
        ),
        mapping=tuple(
            (f"`…/{resource.path}`", f"operations `{resource.thing}_…`", "; ".join(step for step, _ in resource.steps))
            for resource in RESOURCES
        ),
    )
)
