"""The things that providers keep: the paths of their collections, and what answers call them."""

from __future__ import annotations

from cassette_tools._record import record


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
