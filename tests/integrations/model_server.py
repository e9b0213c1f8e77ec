"""A server on 127.0.0.1 that answers as OpenAI's chat completions do: each time with other ids, moments, header fields
and cuts of the stream.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

# Invented, and of the form that a real one has.
SECRET = "sk-proj-9hTz3KqLm8Wv2XcB7nRd5YfG1sJp4UeA6oQi0ZtVxEbCyHuMkN"
TEXT = f"The key that you gave me is {SECRET}, and it rains in Lisbon."


class Model:
    """What the server answers next; a test changes it. `calls` is how often it was asked."""

    def __init__(self) -> None:
        self.url = ""
        self.text = TEXT
        self.finish_reason = "stop"
        self.tool: str | None = None
        self.is_cut = False
        self.calls = 0
        self.asked: list[tuple[str, dict[str, str], bytes]] = []

    def answer(self, request: dict[str, Any]) -> tuple[str, bytes]:
        """Media type and body."""
        self.calls += 1
        head = {
            "id": f"chatcmpl-Bx7Kq9ZtLm2Wv5Rd8Yf{self.calls:04d}Gs",
            "created": 1_750_000_000 + 97 * self.calls,
            "model": "gpt-4o-2024-08-06",
            "system_fingerprint": f"fp_{self.calls:010x}",
        }
        if request.get("stream"):
            return "text/event-stream; charset=utf-8", self._stream(head)
        message: dict[str, Any] = {"role": "assistant", "content": self.text}
        if self.tool is not None:
            message = {"role": "assistant", "content": None, "tool_calls": [self._call()]}
        usage = {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}
        choice = {"index": 0, "message": message, "finish_reason": self.finish_reason}
        body = {**head, "object": "chat.completion", "choices": [choice], "usage": usage}
        return "application/json", json.dumps(body).encode()

    def _call(self) -> dict[str, Any]:
        name = self.tool
        return {
            "id": f"call_q7Zt9Kx2Lm5Wv8Rd{self.calls:04d}YfGs",
            "type": "function",
            "function": {"name": name, "arguments": '{"city": "Lisbon"}'},
        }

    def _stream(self, head: dict[str, Any]) -> bytes:
        deltas: list[dict[str, Any]] = [{"role": "assistant", "content": ""}]
        if self.tool is not None:
            deltas.append({"tool_calls": [{"index": 0, **self._call()}]})
        else:
            size = 5 + self.calls % 4
            deltas += [{"content": self.text[at : at + size]} for at in range(0, len(self.text), size)]
        choices: list[dict[str, Any]] = [{"index": 0, "delta": each, "finish_reason": None} for each in deltas]
        choices.append({"index": 0, "delta": {}, "finish_reason": self.finish_reason})
        head["object"] = "chat.completion.chunk"
        events = [json.dumps({**head, "choices": [choice]}, separators=(",", ":")) for choice in choices]
        if self.is_cut:
            events = events[: len(events) // 2]
        else:
            events.append("[DONE]")
        return "".join(f"data: {event}\n\n" for event in events).encode()


@contextmanager
def serving() -> Iterator[Model]:
    """A model that can be asked at `url` while the block runs."""
    model = Model()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            model.asked.append((self.path, dict(self.headers), content))
            kind, body = model.answer(json.loads(content))
            if "gzip" in self.headers.get("X-Packed", ""):
                import gzip

                body = gzip.compress(body)
            self.send_response(200)  # sends Date
            self.send_header("Content-Type", kind)
            if "gzip" in self.headers.get("X-Packed", ""):
                self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("x-request-id", f"req_7Kq9ZtLm2Wv5Rd8Yf{model.calls:04d}")
            self.send_header("x-ratelimit-remaining-requests", str(9_999 - model.calls))
            self.send_header("openai-processing-ms", str(300 + 17 * model.calls))
            self.send_header("openai-organization", "acme-corporation-r4nd0m")
            self.send_header("Set-Cookie", f"sid=zX9qL7mT{model.calls:04d}wB2vK5nR8; path=/; HttpOnly")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    model.url = f"http://127.0.0.1:{server.server_port}/v1/chat/completions"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield model
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
