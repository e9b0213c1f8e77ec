"""The administrative endpoints of LLM APIs: models, files, batches, assistants, caches and the like.

The dialect ``resources``: what is done to a thing that the provider keeps. The provider says whose it is, the operation
what is done; the summary is the kind of thing, how many, and in which state. Ids and times are volatile and stay in
the body.
"""

from __future__ import annotations

from cassette_tools.data.endpoints import UNKNOWN, provider_for
from cassette_tools.data.resources import OBJECTS, RESOURCES
from cassette_tools.decoding import Folded
from cassette_tools.decoding.assembly import Decoding
from cassette_tools.decoding.forms import content_of
from cassette_tools.decoding.values import mapping, text
from cassette_tools.dialects import CERTAIN, DIALECTS, LIKELY, Dialect
from cassette_tools.dialects.operations.summary import call_of
from cassette_tools.model import Generic, Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.data.resources import Resource
    from cassette_tools.model import Body, Event, Interaction, Json, LLMCall, Part

NAME = "resources"


CALLS = ("chat/completions",)  # what is created here is a call, and another dialect's
_BY_PATH = {resource.path: resource for resource in RESOURCES}
_AMBIGUOUS = ("messages", "items", "runs", "steps", "tags", "show", "ps", "pull", "operations", "skills")
_BATCHING = ("batchGenerateContent", "asyncBatchEmbedContent")  # Google's custom methods that make a batch
_ELEMENT = {"GET": "retrieve", "POST": "update", "PATCH": "update", "PUT": "update", "DELETE": "delete"}
_STATES = ("status", "processing_status", "state", "deleted")


def recognize(interaction: Interaction) -> int:
    """3: the path of a collection, and an answer that calls itself so; 2: the path, at the host of a provider."""
    request = interaction.request
    found = find(request.method, request.url)
    if found is None:
        return 0
    body = mapping(interaction.response.body.json)
    kind = text(body.get("object") or body.get("type"))
    if kind in OBJECTS:
        return CERTAIN
    if kind == "list" or isinstance(body.get("data"), list) or isinstance(body.get("models"), list):
        return LIKELY
    provider = provider_for(request.url, body)
    is_doubtful = found[0].path in _AMBIGUOUS and provider in (UNKNOWN, "")
    return LIKELY if _is_provider(provider, request.url) and not is_doubtful else 0


def _is_provider(provider: str, url: str) -> bool:
    """Whether a known provider is asked. Recorders that are mocks keep no host: then the path has to do."""
    if "://" not in url:
        return True
    host = url.partition("://")[2].partition("/")[0].partition(":")[0]
    return provider not in (UNKNOWN, "", host)


def find(method: str, url: str) -> tuple[Resource, str] | None:
    """The collection that a URL leads to, and the operation: the last collection of the path counts."""
    steps = _steps(url)
    name, colon, custom = steps[-1].rpartition(":") if steps else ("", "", "")
    if custom in _BATCHING and colon:
        return _BY_PATH["batches"], "batch_create"
    if colon and custom != "cancel":
        return None  # Google's custom methods: models/x:generateContent are calls
    steps = [*steps[:-1], name, custom] if colon else steps
    resource, rest = _last_collection(steps)
    done = None if resource is None else _done(resource, method.upper() or "GET", rest)
    return None if resource is None or done is None else (resource, f"{resource.thing}_{done}")


def _last_collection(steps: list[str]) -> tuple[Resource | None, list[str]]:
    """The last collection of a path, and the steps after it."""
    for at in reversed(range(len(steps))):
        for size in (2, 1):
            resource = _BY_PATH.get("/".join(steps[at : at + size]))
            if resource is not None:
                return resource, steps[at + size :]
    return None, []


def _steps(url: str) -> list[str]:
    path = url.partition("?")[0]
    rest = path.partition("://")[2].partition("/")[2] if "://" in path else path
    return [step for step in rest.split("/") if step]


def _done(resource: Resource, verb: str, rest: list[str]) -> str | None:
    """What is done: to the collection, or, after an id, to one of its elements."""
    if resource.create not in ("create", "upload"):
        return resource.create if not rest and verb == "POST" else None
    if not rest:
        return _done_to_all(resource, verb)
    step = dict(resource.steps).get(rest[-1])
    if step is not None:
        return step
    if resource.path == "models":  # whose names may have slashes; who posts to one asks it something
        return None if verb == "POST" else _ELEMENT.get(verb)
    return _ELEMENT.get(verb) if len(rest) < 3 else None


def _done_to_all(resource: Resource, verb: str) -> str | None:
    if verb == "POST" and resource.path in CALLS:
        return None
    return {"GET": "list", "POST": resource.create, "PUT": resource.create, "DELETE": "delete"}.get(verb)


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
    if response.status_code >= 400:
        return []
    if operation.endswith(("_content", "_results")):
        return _contained(resource, response.body)
    state = {key: whole[key] for key in _STATES if isinstance(whole.get(key), (str, bool, dict))}
    return [Generic(kind=resource.thing, content=state, pointer="")] if whole else []


def _contained(resource: Resource, body: Body) -> list[Part]:
    if body.events:
        return [Generic(kind=f"{resource.thing}_results", content={"count": len(body.events)})]
    return [Text(content=body.text, pointer="")] if body.text else []


def _listed(resource: Resource, body: Json) -> list[Json] | None:
    if isinstance(body, list):
        return body
    members = (mapping(body).get(key) for key in ("data", "models", "files", "batches", "items", resource.path))
    return next((value for value in members if isinstance(value, list)), None)


def fold(events: tuple[Event, ...]) -> Folded:
    """Results are lines of JSON, kept in their order."""
    return Folded(body={"events": sum(isinstance(event.json, dict) for event in events)})


_TITLE = "Models, files, batches and other resources"
DIALECTS.register(Dialect(name=NAME, title=_TITLE, recognize=recognize, fold=fold, decode=decode))
