"""A server on 127.0.0.1 in the place of the APIs of GitHub and GitLab: lists, to which entries are added, and which are
edited by their number.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "of-the-job"  # what every call must bring along
LONGEST = 65_536  # characters of a text, as GitHub has it


class Api:
    """What the server holds: `lists` by path. `asked` are method and path of every call; `failing` is the status that
    is answered to writing, and `refusing` that to editing.
    """

    def __init__(self) -> None:
        self.url = ""
        self.lists: dict[str, list[dict[str, Any]]] = {}
        self.asked: list[tuple[str, str]] = []
        self.failing: int | None = None
        self.refusing: int | None = None
        self.answer: bytes | None = None  # in the place of every other one
        self.page_size = 100

    def add(self, path: str, **fields: Any) -> dict[str, Any]:
        """A new entry, as the API stores it."""
        number = 1 + sum(map(len, self.lists.values()))
        bot = {"user": {"type": "Bot"}, "author_association": "NONE"}
        entry = {**bot, **fields, "id": number, "iid": number, "number": number}
        self.lists.setdefault(path, []).append({**entry, "html_url": f"{self.url}/{number}"})
        return self.lists[path][-1]

    def texts(self, path: str, field: str = "body") -> list[str]:
        return [entry[field] for entry in self.lists.get(path, [])]

    def writing(self) -> list[tuple[str, str]]:
        """The calls that were to change something."""
        return [(method, path) for method, path in self.asked if method != "GET"]


@contextmanager
def serving() -> Iterator[Api]:
    """The server, until the block ends."""
    api = Api()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            url, query = urlsplit(self.path), parse_qs(urlsplit(self.path).query)
            if self._is_refused():
                return
            found = [entry for entry in api.lists.get(url.path, []) if self._is_meant(entry, query)]
            page = int(query.get("page", ["1"])[0])
            rest = found[page * api.page_size :]
            shown = found[(page - 1) * api.page_size : page * api.page_size]
            following = f'<{api.url}{url.path}?page={page + 1}>; rel="next", <{api.url}/x>; rel="last"'
            self._answer(200, shown, following if rest else "")

        def do_POST(self) -> None:
            fields = self._fields()
            if not self._is_refused(api.failing):
                self._store(201, api.add(self.path, **fields), fields)

        def do_PATCH(self) -> None:
            fields = self._fields()
            if self._is_refused(api.failing or api.refusing):
                return
            number = int(self.path.rpartition("/")[2])
            found = [entry for entries in api.lists.values() for entry in entries if entry["id"] == number]
            if found:
                found[0].update(fields)
                self._store(200, found[0], fields)
            else:
                self._answer(404, {"message": "Not Found"})

        do_PUT = do_PATCH

        @staticmethod
        def _is_meant(entry: dict[str, Any], query: dict[str, list[str]]) -> bool:
            head = query.get("head", [""])[0].partition(":")[2]
            branch = head or query.get("source_branch", [""])[0]
            return not branch or branch in (entry.get("head"), entry.get("source_branch"))

        def _fields(self) -> dict[str, Any]:
            return json.loads(self.rfile.read(int(self.headers["Content-Length"])))

        def _store(self, status: int, entry: dict[str, Any], fields: dict[str, Any]) -> None:
            if any(len(text) > LONGEST for text in fields.values()):
                self._answer(422, {"message": "Validation Failed"})
            else:
                self._answer(status, entry)

        def _is_refused(self, status: int | None = None) -> bool:
            api.asked.append((self.command, self.path))
            if TOKEN not in [*(self.headers["Authorization"] or "").split(), self.headers["PRIVATE-TOKEN"]]:
                status = 401
            if status is not None:
                self._answer(status, {"message": "no"})
            elif api.answer is not None:
                self._answer(200, None)
            return status is not None or api.answer is not None

        def _answer(self, status: int, entry: Any, link: str = "") -> None:
            body = api.answer or json.dumps(entry).encode()
            self.send_response(status)
            if link:
                self.send_header("Link", link)
            if 300 <= status < 400:
                self.send_header("Location", f"{api.url}/stolen")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_words: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    api.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield api
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
