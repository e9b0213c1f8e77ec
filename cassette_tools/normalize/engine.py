"""One recording normalised: what each step changes, and the file written again with these changes."""

from __future__ import annotations

import json
from collections import Counter

from cassette_tools._record import record
from cassette_tools.data.normal import HELD_HEADERS, KEPT_HEADERS, NOTES
from cassette_tools.errors import NotRewritable
from cassette_tools.formats import FORMATS
from cassette_tools.load import load_source
from cassette_tools.model import ABSENT
from cassette_tools.normalize import headers as header_fields
from cassette_tools.normalize import signed_urls
from cassette_tools.normalize.draft import Draft
from cassette_tools.normalize.lengths import new_lengths
from cassette_tools.normalize.names import Names, accounts_in, is_made_up, replaced
from cassette_tools.normalize.ordering import with_sorted_keys
from cassette_tools.normalize.rechunk import rechunked
from cassette_tools.normalize.redaction import (
    is_secret_field,
    is_secret_parameter,
    redacted_form,
    redacted_url,
)
from cassette_tools.normalize.split import split_edits
from cassette_tools.normalize.storing import stored
from cassette_tools.normalize.times import base_of, moved, seconds_of, spelled
from cassette_tools.normalize.volatile_json import blank, volatile_in, zero
from cassette_tools.rules._places import header_place
from cassette_tools.secrets import REDACTED, redacted, secrets_in
from cassette_tools.source.json_tree import end_of, leaves
from cassette_tools.source.rewrite import Rewriting, documents, has_comments
from cassette_tools.wire.body import media_type

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cassette_tools.model import Body, Interaction, Json, Recording, Request, Response, Route
    from cassette_tools.normalize.draft import Document
    from cassette_tools.normalize.volatile_json import Volatile
    from cassette_tools.source import Source
    from cassette_tools.source.plain_file import PlainFile

_FORM = "application/x-www-form-urlencoded"
_MULTIPART = "multipart/"


@record
class Settings:
    """Which steps are taken; `requests` says that bodies and fields of requests may change although players of the
    format compare them.
    """

    steps: frozenset[str]
    requests: bool = False
    headers: tuple[str, ...] = KEPT_HEADERS


@record
class Normalized:
    """The new content of a file, how many values each step changed, and what could not be done (for people)."""

    content: bytes
    changes: Mapping[str, int]
    remarks: tuple[str, ...] = ()


def normalized(source: Source, settings: Settings) -> Normalized:
    """Normalise the recording of `source`, which nobody has read yet. Raises SourceError, and NotRewritable when
    the file cannot be written again.
    """
    recording = load_source(source)
    layout = FORMATS[recording.format]
    if layout.noted is None:
        known = ", ".join(sorted(each.name for each in FORMATS if each.noted is not None))
        raise NotRewritable(
            f"files of {recording.format} cannot be normalised, only those of {known}; `cassette convert` makes them"
        )
    return _Normalization(source, recording, settings).result()


class _Normalization:
    """The work on one file: names first, then every interaction with them."""

    def __init__(self, source: Source, recording: Recording, settings: Settings) -> None:
        self._steps = settings.steps
        self._selected = frozenset(name.lower() for name in (*settings.headers, *HELD_HEADERS))
        self._layout = FORMATS[recording.format]
        self._free = settings.requests or not self._layout.matched  # nobody compares the bodies of requests
        self._recording = recording
        self._file = self._rewriting(source)
        self._source = source
        self._is_json = source.is_json and self._layout.rewriting is None
        self._changes: Counter[str] = Counter()
        self._remarks: list[str] = []
        self._kept: set[str] = set()
        self._names = Names(self._kept.__contains__)
        self._boundaries: dict[str, str] = {}

    def _rewriting(self, source: Source) -> Rewriting | PlainFile:
        return Rewriting(source) if self._layout.rewriting is None else self._layout.rewriting(source)

    def result(self) -> Normalized:
        """The new content."""
        cut = [self._recut(each) for each in self._recording.interactions]
        drafts = [(Draft(each.request.body), Draft(each.response.body)) for each in cut]
        for interaction, (asked, answered) in zip(cut, drafts, strict=True):
            self._meet(interaction, asked, answered)
        for old, now, (asked, answered) in zip(self._recording.interactions, cut, drafts, strict=True):
            self._interaction(old, now, asked, answered)
        original = self._file.original
        content = original if self._file.is_empty else self._file.content()
        if "sort-headers" in self._steps:
            content = self._with_sorted_headers(content)
        if "layout" in self._steps:
            content = self._laid_out(content)
        return Normalized(
            content=content,
            changes={step: count for step, count in self._changes.items() if count},
            remarks=tuple(dict.fromkeys(self._remarks)),
        )

    def _recut(self, interaction: Interaction) -> Interaction:
        """The interaction in another order and cut: what comes first counts first."""
        now = interaction
        if "sort-keys" in self._steps:
            now = with_sorted_keys(now, request=self._free)
            self._changes["sort-keys"] += now is not interaction
        if "rechunk" in self._steps:
            again = rechunked(now)
            self._changes["rechunk"] += again is not now
            now = again
        return now

    def _with_sorted_headers(self, content: bytes) -> bytes:
        source = type(self._source).from_bytes(content, self._source.path)
        recording = load_source(source)
        file = self._rewriting(source)
        for interaction in recording.interactions:
            for message in (interaction.request, interaction.response):
                file.sort((*message.route, "headers"))
        again = content if file.is_empty else file.content()
        self._changes["sort-headers"] += again != content
        return again

    def _laid_out(self, content: bytes) -> bytes:
        """The file as the format's writer writes it, where that says the same to the last key; comments would be lost,
        so that a file with comments stays.
        """
        name = f"{self._layout.name}-json" if self._is_json else self._layout.name
        writer = self._layout.writers.get(name) or self._layout.writers.get(self._layout.name)
        source = type(self._source).from_bytes(content, self._source.path)
        if writer is None or self._layout.rewriting is not None:
            return content
        recording = load_source(source)
        written = writer.write(recording).content
        if (
            written == content
            or has_comments(source)
            or documents(self._source.path, written) != documents(self._source.path, content)
        ):
            return content
        self._changes["layout"] += 1
        return written

    # --- names ------------------------------------------------------------------------------------------------------

    def _meet(self, interaction: Interaction, asked: Draft, answered: Draft) -> None:
        """Name the ids of an interaction in the order in which they stand: what was asked, then what was answered.

        Those that the client brought keep their names where players compare them: it will bring them again.
        """
        if not self._steps & {"ids", "request-ids", "signatures", "accounts"}:
            return
        request, response = interaction.request, interaction.response
        self._keep(_tokens_of(request.url))
        for value in header_fields.ids_in(request.headers, self._steps):
            self._names.meet(value)
        boundary = _boundary(request)
        if boundary is not None and self._free and "ids" in self._steps:
            self._boundaries[boundary] = self._names.meet_as(boundary, "boundary")
        for _document, found in volatile_in(asked):
            self._meet_value(found, brought=True)
        for value in header_fields.ids_in(response.headers, self._steps):
            self._names.meet(value)
        for _document, found in volatile_in(answered):
            self._meet_value(found, brought=False)
        if "accounts" in self._steps:
            for segment in answered.segments:
                for name in accounts_in(segment):
                    self._names.meet(name)
        if "ids" in self._steps:
            for segment in answered.segments:
                for name in signed_urls.ids_in(segment):
                    self._names.meet(name)

    def _keep(self, tokens: Iterator[str]) -> None:
        self._kept.update(token for token in tokens if self._names.get(token) is None)

    def _meet_value(self, found: Volatile, *, brought: bool) -> None:
        deed, value = found.deed, found.value
        if deed.step not in self._steps or not isinstance(value, str) or not value:
            return
        if deed.deed == "seal" and (self._free or not brought):
            self._names.meet_as(value, "signature")
        elif deed.deed == "rename":
            if value in self._kept or self._names.get(value) is not None:
                return
            if is_made_up(value) and (self._free or not brought):
                self._names.meet(value)
            else:
                self._kept.add(value)

    # --- one interaction --------------------------------------------------------------------------------------------

    def _interaction(self, old: Interaction, now: Interaction, asked: Draft, answered: Draft) -> None:
        index = old.index
        self._headers(old.request, index)
        self._headers(old.response, index)
        self._request_body(old, now, asked)
        self._values(answered, index)
        if "secrets" in self._steps or "ids" in self._steps:
            self._changes["secrets"] += split_edits(now, answered, self._stretches)
        answered.settle()
        self._whole_texts(answered, now.response, index)
        new = {
            "request": self._store(old.request, asked, old.request.body),
            "response": self._store(old.response, answered, old.response.body),
        }
        self._notes(old, new)

    def _request_body(self, old: Interaction, now: Interaction, asked: Draft) -> None:
        if self._free:
            self._values(asked, old.index)
            asked.settle()
            self._whole_texts(asked, now.request, old.index)
            return
        if "ids" in self._steps:  # what the client says back after an answer
            asked.replace_all(self._names.in_text)
        if "secrets" in self._steps and any(redacted(segment) != segment for segment in asked.segments):
            self._remarks.append(
                f"the request body of interaction {old.index} holds a secret, and stays: {self._layout.name} compares "
                "the bodies of requests; --requests redacts it, and the test must then send the same placeholder"
            )

    def _stretches(self, text: str) -> list[tuple[int, int, str]]:
        """The secrets and ids in a text, with what is put in their places; none overlaps another."""
        found = [(each.start, each.end, REDACTED) for each in secrets_in(text)] if "secrets" in self._steps else []
        if "ids" in self._steps:
            found += [
                each for each in self._names.found_in(text) if not any(s < each[1] and each[0] < e for s, e, _ in found)
            ]
        return found

    def _text(self, text: str) -> str:
        """Any text with secrets redacted and ids renamed."""
        return replaced(text, self._stretches(text))

    def _values(self, draft: Draft, index: int) -> None:
        """The volatile scalars of a body."""
        found = volatile_in(draft)
        moments = {
            each.start: seconds_of(each.value)
            for _document, each in found
            if each.deed.deed == "time" and each.deed.step in self._steps
        }
        shift = moved((moment for moment in moments.values() if moment is not None), base_of(index))
        if "padding" in self._steps and draft.body.stream:
            for document in draft.documents:
                self._fill(draft, document)
        for document, each in found:
            if each.deed.step not in self._steps:
                continue
            spelling = draft.segments[document.segment][each.start : each.end]
            moment = seconds_of(each.value) if each.deed.deed == "time" else None
            new = self._done(each, spelling, shift.get(moment) if moment is not None else None)
            if new is not None and new != spelling:
                draft.replace(document.segment, each.start, each.end, new)
                self._changes[each.deed.step] += 1

    def _fill(self, draft: Draft, document: Document) -> None:
        """The spaces before the last brace of an event, with which Anthropic hides its length."""
        text = draft.segments[document.segment]
        end = end_of(text, document.start) - 1
        start = end
        while start > document.start and text[start - 1] == " ":
            start -= 1
        if start < end and text[start - 1] != "\n":
            draft.replace(document.segment, start, end, "")
            self._changes["padding"] += 1

    def _done(self, found: Volatile, spelling: str, moment: int | None) -> str | None:
        """The new spelling of a volatile value; ``None`` leaves it."""
        deed, value = found.deed.deed, found.value
        if deed in ("rename", "seal"):
            name = self._names.get(value) if isinstance(value, str) else None
            return None if name is None else json.dumps(name)
        if deed == "time":
            return None if moment is None else json.dumps(spelled(moment, value))
        if deed == "zero":
            return zero(spelling, value)
        if deed == "blank":
            return None if found.path.lower().endswith("cost") else blank(spelling, value)
        if not isinstance(value, str) or not value:
            return None
        return json.dumps(REDACTED if deed == "redact" else deed)

    def _whole_texts(self, draft: Draft, message: Request | Response, index: int) -> None:
        """What can stand anywhere in a body: secrets, ids; and what fills it up around its JSON."""
        if not draft.segments:
            return
        draft.replace_all(lambda text: signed_urls.unsigned(text, index, self._steps))
        before = list(draft.segments)
        if "secrets" in self._steps:
            is_form = media_type(message.headers) == _FORM
            draft.replace_all(redacted_form if is_form else redacted)
            draft.replace_all(_without_secret_fields)
            self._count("secrets", before, draft.segments)
        if self._steps & {"ids", "accounts"}:
            before = list(draft.segments)
            draft.replace_all(self._names.in_text)
            self._count("ids", before, draft.segments)
        if "padding" in self._steps and draft.body.stream is None and isinstance(draft.body.json, dict | list):
            before = list(draft.segments)
            draft.replace_all(_without_padding)
            self._count("padding", before, draft.segments)

    def _count(self, step: str, before: list[str], after: list[str]) -> None:
        self._changes[step] += sum(one != other for one, other in zip(before, after, strict=True))

    # --- into the file ----------------------------------------------------------------------------------------------

    def _headers(self, message: Request | Response, index: int) -> None:
        gone: dict[Route, list[Route]] = {}  # by what holds the values of one field
        for position, step, new in header_fields.changes(
            message.headers, index, self._names, self._steps, self._selected
        ):
            name, value = message.headers.pairs[position]
            route = header_place(message, position).route
            self._changes[step] += 1
            if new is None:
                gone.setdefault(route[:-1], []).append(route)
            elif self._file.value(route) == f"{name}: {value}":  # old VCR.py: a line
                self._put(route, f"{name}: {new}")
            else:
                self._put(route, new)
        for holder, routes in gone.items():
            for route in self._without(holder, routes):
                self._file.drop(route)

    def _without(self, holder: Route, routes: list[Route]) -> list[Route]:
        """What must go so that header values go: in a mapping of names to values or lists of them, in a list of
        mappings (HAR), of pairs, or of lines.
        """
        values = self._file.value(holder)
        if isinstance(values, dict):
            return [holder]  # {name, value}
        if not isinstance(values, list):
            return [holder] if values is not ABSENT else []  # the one value under its name
        if isinstance(holder[-1], str) and holder[-1] != "headers":
            return [holder] if len(routes) == len(values) else routes
        beside = self._file.value(holder[:-1])
        if isinstance(beside, list) and len(beside) == 2 and isinstance(beside[0], str) and holder[-1] == 1:
            return [holder[:-1]] if len(routes) == len(values) else routes  # [name, [value, …]]
        return [holder] if len(values) == 2 and routes[0][-1] == 1 else routes  # [name, value], else lines

    def _put(self, route: Route, text: str) -> None:
        """Text in place of a scalar; a number where a number stood."""
        while (old := self._file.value(route)) is ABSENT and route:
            route = route[:-1]
        if isinstance(old, bytes):
            self._file.put(route, text.encode("latin-1", "replace"))
        elif isinstance(old, int | float) and not isinstance(old, bool) and text.isdecimal():
            self._file.put(route, type(old)(text))
        elif isinstance(old, str | int | float) and str(old) != text:
            self._file.put(route, text)

    def _store(self, message: Request | Response, draft: Draft, body: Body) -> bytes | str | None:
        """Write the new body into the file; its new content, or ``None`` when it stays."""
        new: str | bytes | None
        if draft.body.stream == "eventstream":
            if not draft.is_changed and draft.body.raw == body.raw and "padding" not in self._steps:
                return None
            if body.problems:
                return None
            new = draft.frames(blank=("p",) if "padding" in self._steps else ())
            if new == Draft(body).frames():
                return None
        elif draft.segments:
            new = draft.text()
            if new is None or new == body.text:
                return None
        else:
            new = self._with_boundaries(body.raw or b"")
            if new == (body.raw or b""):
                return None
        route = body.route
        old = self._file.value(route)
        try:
            if isinstance(old, dict | list):
                self._put_tree(route, old, json.loads(new))
            elif isinstance(old, str | bytes):
                self._file.put(route, stored(old, body, new))
            else:
                raise NotRewritable("its body is kept in a way that cannot be written here")
        except (NotRewritable, ValueError) as error:
            self._remarks.append(f"a body could not be changed: {error}")
            return None
        return new

    def _with_boundaries(self, content: bytes) -> bytes:
        """A multipart body of bytes with its boundary renamed; the new one has the length of the old."""
        for old, new in self._boundaries.items():
            content = content.replace(old.encode(), new.encode())
        return content

    def _put_tree(self, route: Route, old: Json, new: Json) -> None:
        """A body that the file holds as a tree: its scalars one by one."""
        members = old.items() if isinstance(old, dict) else enumerate(old)
        for key, value in members:
            other = new[key if isinstance(new, list) or key in new else str(key)]
            if isinstance(value, dict | list):
                self._put_tree((*route, key), value, other)
            elif other != value and isinstance(value, str) == isinstance(other, str):
                self._file.put((*route, key), other)

    def _notes(self, old: Interaction, new: Mapping[str, bytes | str | None]) -> None:
        """What the recorder keeps beside the exchange."""
        for noted in self._layout.noted or ():
            for route in self._file.routes((*old.route, *noted.route)):
                self._note(noted.kind, route, old)
        if "lengths" in self._steps:
            for route, length in new_lengths(old, new, self._layout.noted or (), self._file.value):
                self._put(route, str(length))
                self._changes["lengths"] += 1
        self._sweep(old)

    def _note(self, kind: str, route: Route, old: Interaction) -> None:
        value = self._file.value(route)
        if kind == "url":
            self._url(route, value, old)
            return
        deed = NOTES.get(kind)
        if deed is None or deed.step not in self._steps:
            return
        if kind == "cookies":
            for position in range(len(value) if isinstance(value, list) else 0):
                self._file.drop((*route, position))
                self._changes["cookies"] += 1
            return
        new: Json = value
        if kind == "time" and seconds_of(value):  # the start of Unix time stands for a time that nobody knows
            new = spelled(base_of(old.index), value)
        elif kind == "duration" and not isinstance(value, bool):
            new = _no_duration(value)
        elif kind == "address" and isinstance(value, str):
            new = ""
        if new != value and not isinstance(value, bool):
            self._file.put(route, new)
            self._changes[deed.step] += 1

    def _url(self, route: Route, value: Json, old: Interaction) -> None:
        if not isinstance(value, str):
            return
        new = redacted_url(value) if "secrets" in self._steps else value
        if new != value:
            self._changes["secrets"] += 1
            self._remarks.append(
                f"the URL of interaction {old.index} held a secret, and players compare URLs: let the recorder put "
                f"{REDACTED} there too (VCR.py: filter_query_parameters)"
            )
        if "ids" in self._steps:
            new = self._names.in_text(new)
        if new != value:
            self._file.put(route, new)

    def _sweep(self, old: Interaction) -> None:
        """Every other scalar of the interaction: secrets and ids stand in what recorders note twice, too."""
        done = {
            old.request.body.route,
            old.response.body.route,
            (*old.request.route, "headers"),
            (*old.response.route, "headers"),
        }
        for noted in self._layout.noted or ():
            done.update(self._file.routes((*old.route, *noted.route)))
        for route, value in _scalars(self._file.value(old.route), old.route, done):
            new = self._text(value)
            if "secrets" in self._steps and is_secret_parameter(_name_of(route, self._file.value), value):
                new = REDACTED
            if new != value:
                self._file.put(route, new)


def _tokens_of(url: str) -> Iterator[str]:
    """The pieces of a URL that may be ids."""
    for piece in url.replace("?", "/").replace("&", "/").replace("=", "/").split("/"):
        if is_made_up(piece):
            yield piece


def _boundary(request: Request) -> str | None:
    """The boundary of a multipart body (RFC 2046 §5.1)."""
    kind = request.headers.get("Content-Type") or ""
    if not kind.lower().startswith(_MULTIPART):
        return None
    for parameter in kind.split(";")[1:]:
        name, _, value = parameter.strip().partition("=")
        if name.lower() == "boundary" and len(value) >= 8:
            return value.strip('"')
    return None


def _without_padding(text: str) -> str:
    """JSON without the lines of spaces around it with which a gateway kept the connection open."""
    return text.strip(" \t\r\n") if text[:1] in " \t\r\n" else text


def _without_secret_fields(text: str) -> str:
    if not any(f'{name}"' in text for name in ("ey", "oken", "ecret", "assword", "uthorization")):
        return text
    if text.lstrip()[:1] not in ("{", "["):
        return text
    edits = []
    try:
        for leaf in leaves(text, len(text) - len(text.lstrip())):
            if text[leaf.start] == '"' and is_secret_field(
                leaf.path.rpartition(".")[2], text[leaf.start + 1 : leaf.end - 1]
            ):
                edits.append((leaf.start, leaf.end))
    except (ValueError, IndexError):
        return text
    for start, end in reversed(edits):
        text = f'{text[:start]}"{REDACTED}"{text[end:]}'
    return text


def _no_duration(value: Json) -> Json:
    """No time: 0 of its type, Go's ``0s``; -1 means unknown and stays."""
    if isinstance(value, str):
        return "0s" if value[:1].isdigit() or value[:1] == "-" else value
    if isinstance(value, int | float) and value > 0:
        return type(value)(0)
    return value


def _scalars(node: Json, route: Route, done: set[Route]) -> Iterator[tuple[Route, str]]:
    """The texts below a node, except where somebody else has looked."""
    if route in done:
        return
    if isinstance(node, str):
        yield route, node
    elif isinstance(node, dict):
        for key, value in node.items():
            yield from _scalars(value, (*route, key), done)
    elif isinstance(node, list):
        for position, value in enumerate(node):
            yield from _scalars(value, (*route, position), done)


def _name_of(route: Route, value_at: Json) -> str:
    """What a value is called: by the `name` beside it, or by its key (that of the list it stands in)."""
    if route[-1] == "value":
        name = value_at((*route[:-1], "name"))
        return name if isinstance(name, str) else ""
    return str(next((step for step in reversed(route) if isinstance(step, str)), ""))
