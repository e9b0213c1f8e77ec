"""Recordings made for a test, and the tables of a dataset as plain data."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from cassette_tools.dataset import engines
from cassette_tools.dataset.engines import processes
from cassette_tools.dataset.index import Indexed
from cassette_tools.dataset.index import index as run_index
from cassette_tools.dataset.reader import read_part
from cassette_tools.dataset.schema import files_schema, interactions_schema
from cassette_tools.dataset.store import Manifest, existing_manifest, store_at

Rows = list[dict[str, Any]]


def recording(text: str = "Hello", *, model: str = "gpt-4o", calls: int = 1, id: str = "chatcmpl-1") -> bytes:
    """A recording of some chats, all alike, as go-vcr has it."""
    request = {"model": model, "messages": [{"role": "user", "content": "Say it"}]}
    message = {"role": "assistant", "content": text}
    response = {
        "id": id,
        "object": "chat.completion",
        "model": model,
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 10, "completion_tokens": 2, "total_tokens": 12},
    }
    exchange = {
        "request": {
            "method": "POST",
            "url": "https://api.openai.com/v1/chat/completions",
            "headers": {"Content-Type": ["application/json"]},
            "body": json.dumps(request),
        },
        "response": {
            "code": 200,
            "headers": {"Content-Type": ["application/json"]},
            "body": json.dumps(response),
        },
    }
    return json.dumps({"version": 2, "interactions": [{"id": at, **exchange} for at in range(calls)]}).encode()


def write(path: str | Path, content: bytes) -> None:
    """A file, in folders that are made."""
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_bytes(content)


def index(*paths: str, output: str = "ds", run: engines.Run | None = None, **more: Any) -> Indexed:
    """`index` in this process, or by another engine."""
    return run_index(paths, output, run or processes.engine(1, lambda _doing: None), **more)


def manifest(output: str = "ds") -> Manifest:
    """That of the dataset."""
    return existing_manifest(store_at(output))


def interactions(output: str = "ds") -> Rows:
    """The table `interactions`, in the order of the parts."""
    return _rows(output, "interactions")


def files(output: str = "ds") -> Rows:
    """The table of files."""
    return _rows(output, "files")


def paths(output: str = "ds") -> list[tuple[str, int]]:
    """Which interactions there are, sorted."""
    return sorted((row["path"], row["interaction"]) for row in interactions(output))


def contents(output: str = "ds") -> tuple[Rows, Rows]:
    """Both tables without what tells of the moment, sorted: what two datasets of the same files have in common."""
    about = [{name: value for name, value in row.items() if name != "stamp"} for row in files(output)]
    by_place = sorted(interactions(output), key=lambda row: (row["path"], row["interaction"]))
    return by_place, sorted(about, key=lambda row: str(row["path"]))


def _rows(output: str, table: str) -> Rows:
    store, found = store_at(output), existing_manifest(store_at(output))
    schema = interactions_schema() if table == "interactions" else files_schema()
    return [row for name in found.names(table) for row in read_part(store, name, schema).to_pylist()]
