"""From a path to a `Recording`: find the format, read the interactions, decode the calls in them."""

from __future__ import annotations

import os
from functools import partial

from cassette_tools import budgets
from cassette_tools._record import replace
from cassette_tools.dialects import CERTAIN, DIALECTS, Folded
from cassette_tools.errors import MergeConflict, SyntaxFault, UnknownFormat, UnsafeInput
from cassette_tools.formats import FORMATS, STREAMED, Format, Item, Whole, clues
from cassette_tools.model import Place, Problem, Recording
from cassette_tools.one_file import failure, is_failure
from cassette_tools.source import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cassette_tools.dialects import Dialect
    from cassette_tools.errors import SourceError
    from cassette_tools.model import Interaction, Json, LLMCall, Route


class Reading:
    """A cassette being read, once. Iterate `entries`; `format`, `version` and `problems` are whole when it is
    exhausted.

    It exists so that one interaction of a large cassette can be looked at and forgotten; `load` is for all the rest.
    Without `calls` no dialect is asked what the interactions mean: who only writes them need not know.
    """

    def __init__(self, source: Source, *, calls: bool = True) -> None:
        self.source = source
        self._calls = calls
        self.format: Format | None = None
        self.version = ""
        self.count = 0
        self._at: Route | None = None  # the interaction that is being read

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the file as a whole."""
        return tuple(self.source.problems)

    def entries(self) -> Iterator[tuple[Interaction, Json]]:
        """Each interaction, decoded, beside its plain data. Raises SourceError."""
        budgets.begin()
        try:
            yield from self._entries()
        except (SyntaxFault, UnknownFormat) as error:
            conflict = _conflict(self.source)
            if conflict is None or isinstance(error, MergeConflict):
                raise
            raise conflict from error
        except UnsafeInput as error:
            raise self._placed(error) from error.__cause__
        except Exception as error:
            if not is_failure(error):
                raise
            raise self._placed(failure(error)) from error

    def _placed(self, error: SourceError) -> SourceError:
        """The error, at the interaction that was being read where it has no place of its own."""
        error.path = error.path or self.source.path
        if error.line is None and self._at is not None:
            region = self.source.region(Place(route=self._at))
            error.line, error.column = region.line, region.column
        return error

    def _entries(self) -> Iterator[tuple[Interaction, Json]]:
        source = self.source
        if source.content is not None and _is_text(source.content):
            yield from self._text_entries()
            return
        waiting: list[Json] = []  # until the format is known: its mark may stand after the interactions
        try:
            yield from self._streamed_entries(waiting)
        except SyntaxFault:
            if self.count or source.path.endswith((".yaml", ".yml", ".json")):
                raise
            yield from self._text_entries()
            return
        if self.format is None:
            yield from self._whole_entries(waiting)
            yield from self._read_streamed(waiting)
        elif self.format.layout is not None:
            yield from self._laid_out()
        self._look_again()
        _refuse_conflict(source)  # within a text in quotation marks, which goes on in any column
        self._count_again()

    def _streamed_entries(self, waiting: list[Json]) -> Iterator[tuple[Interaction, Json]]:
        """The interactions in the sequence that is read piece by piece, as soon as the format is known."""
        for node in self.source.items(*STREAMED):
            waiting.append(node)
            if self.format is not None or self._is_known(self.source.top, waiting[0], streamed=True):
                yield from self._read_streamed(waiting)

    def _read_streamed(self, waiting: list[Json]) -> Iterator[tuple[Interaction, Json]]:
        assert self.format is not None
        for node in waiting:
            yield self._read((*self.format.items, self.count), node)
        waiting.clear()

    def _count_again(self) -> None:
        """What is odd about how many interactions or documents the file has."""
        source = self.source
        if not self.count:
            source.problems.append(_empty(source.top))
        elif source.documents > 1 and self.format is not None and self.format.items:
            source.problems.append(_further_documents(source.documents))

    def _look_again(self) -> None:
        """The version, which may stand after the interactions (Ruby VCR's ``recorded_with``)."""
        if self.format is not None and not self.version and isinstance(self.source.top, dict):
            self.version = self.format.sniff(self.source.top, None) or ""

    def _whole_entries(self, waiting: list[Json]) -> Iterator[tuple[Interaction, Json]]:
        """The interactions of a file that has none, or has them elsewhere than in a streamed sequence."""
        source = self.source
        top = source.top
        if waiting:
            top = {**top, next(key for key in STREAMED if key in top): list(waiting)}
        first = next(iter(waiting or (top if isinstance(top, list) else ())), None)
        if self._is_known(top, first):
            assert self.format is not None
            if self.format.layout is not None:
                waiting.clear()
                yield from self._laid_out(top)
        elif isinstance(top, str | None) and source.content:
            yield from self._text_entries()
        else:
            raise _refusal(_looks_like(top, first), source.path)

    def _laid_out(self, top: Json = None) -> Iterator[tuple[Interaction, Json]]:
        """The interactions that a format finds for itself in the file, whose `top` may be completed."""
        source = self.source
        assert self.format is not None
        assert self.format.layout is not None
        folder = os.path.dirname(source.path) or "." if os.path.exists(source.path) else None
        whole = Whole(top=source.top if top is None else top, further=tuple(source.further), folder=folder)
        for route, node in self.format.layout(whole):
            yield self._read(route, node, folder)

    def _text_entries(self) -> Iterator[tuple[Interaction, Json]]:
        """The interactions of a file that is neither YAML nor JSON."""
        source = self.source
        content = source.content or b""
        source.as_text()
        for candidate in FORMATS.likeliest_first(""):
            found = candidate.text(content, source.mark) if candidate.text is not None else None
            if found is not None:
                self.format, (self.version, items) = candidate, found
                for route, node in items:
                    yield self._read(route, node)
                _refuse_conflict(source)
                if not items:
                    source.problems.append(_empty(None))
                return
        raise _refusal(_look_of(content), source.path)

    def _read(self, route: Route, node: Json, folder: str | None = None) -> tuple[Interaction, Json]:
        assert self.format is not None
        spelling, scalars = partial(self._spelling, route), partial(self._scalars, route)
        item = Item(node=node, index=self.count, route=route, spelling=spelling, scalars=scalars, folder=folder)
        self.count += 1
        self._at = route
        interaction = self.format.read(item, self.version)
        if self._calls:
            interaction = understood(interaction)
        self._at = None
        return interaction, node

    def _spelling(self, item: Route, inner: Route) -> str | None:
        return self.source.spelling((*item, *inner))

    def _scalars(self, item: Route, inner: Route) -> Iterator[str]:
        return self.source.scalars((*item, *inner))

    def _is_known(self, top: Json, first: Json, *, streamed: bool = False) -> bool:
        """Whether a format takes the file; a `streamed` one only if its interactions are the elements at hand."""
        head = top if isinstance(top, dict) else {}
        for candidate in FORMATS.likeliest_first(_hint(head, first), others=not streamed):
            version = candidate.sniff(head, first) if candidate.items or not streamed else None
            if version is not None:
                self.format, self.version = candidate, version
                return True
        return False


def _refuse_conflict(source: Source) -> None:
    """Refuse a file that can be read although a merge was not finished in it."""
    conflict = _conflict(source) if source.content is not None and b"\n<<<<<<< " in source.content else None
    if conflict is not None:
        raise conflict


def _conflict(source: Source) -> MergeConflict | None:
    """A merge that was not finished: the likeliest reason why a file in a repository is not readable."""
    from cassette_tools.source._conflict import conflict_in

    lines = conflict_in(source.content) if source.content is not None else None
    if lines is None:
        return None
    words = f"a merge was not finished: both versions stand between here and line {lines[1]}"
    advice = "keep one of them, or record the file again"
    return MergeConflict(f"{words}; {advice}", path=source.path, line=lines[0], column=1)


# Which module to ask first for what a file looks like: a wrong guess costs time, never the answer.
def _hint(top: Mapping[str, Json], first: Json) -> str:
    request = first.get("request") if isinstance(first, dict) else None
    asked = request if isinstance(request, dict) else {}
    for key, modules in clues().typical.items():
        if key in top or (key.startswith("request.") and key[len("request.") :] in asked):
            return modules
    return ""


def load(path: str) -> Recording:
    """Read one cassette whole. Raises SourceError when it cannot be read or is no cassette."""
    return load_source(Source.from_path(path))


def load_source(source: Source, *, calls: bool = True) -> Recording:
    """`load` for a source that is already open, which afterwards answers for regions; `calls` as for `Reading`."""
    source.hold()
    reading = Reading(source, calls=calls)
    interactions = tuple(interaction for interaction, _node in reading.entries())
    assert reading.format is not None
    return Recording(
        path=source.path,
        format=reading.format.name,
        format_version=reading.version or None,
        interactions=interactions,
        problems=reading.problems,
    )


def understood(interaction: Interaction) -> Interaction:
    """The interaction with its `llm` call, when a dialect recognises one."""
    call = decode(interaction)
    return interaction if call is None else replace(interaction, llm=call)


def decode(interaction: Interaction) -> LLMCall | None:
    """The call that the surest dialect reads in an interaction; ``None`` for traffic that is no LLM call."""
    dialect = _surest(interaction)
    if dialect is None:
        return None
    body = interaction.response.body
    call = dialect.decode(interaction, dialect.fold(body.events) if body.stream else Folded(body=body.json))
    if not call.complete and interaction.response.status_code == 0 and not body.size:
        return replace(call, complete=True, cut=None)  # nothing of the answer was recorded, so nothing of it was cut
    return call


def _surest(interaction: Interaction) -> Dialect | None:
    """A response has the shape of one dialect only, so the first that knows it is asked no further."""
    best: Dialect | None = None
    certainty = 0
    for dialect in DIALECTS.likeliest_first(interaction.request.url):
        sure = dialect.recognize(interaction)
        if sure > certainty or (sure == certainty and best is not None and dialect.name < best.name):
            best, certainty = dialect, sure
            if sure == CERTAIN:
                break
    return best


def _is_text(content: bytes) -> bool:
    """Whether a file is no YAML by how it begins. Events may begin with their id, and so may a stub of WireMock."""
    return content.startswith(clues().text_starts) or (content.startswith(b"id:") and b"\ndata:" in content[:4096])


def _looks_like(top: Json, first: Json) -> str:
    from cassette_tools.data.lookalikes import MAPPINGS

    if isinstance(first, dict):
        return "interactions with unknown keys: " + _keys(first)
    if isinstance(top, dict):
        return next(
            (name for name, keys, _reason in MAPPINGS if keys <= top.keys()),
            "a mapping with unknown keys: " + _keys(top),
        )
    if isinstance(top, list):
        return "a list"
    return (
        "plain text" if isinstance(top, str) else "an empty file" if top is None else f"a single {type(top).__name__}"
    )


def _look_of(content: bytes) -> str:
    """What a file is that is neither YAML nor JSON and does not call itself so."""
    if b"\n-- " in content and b" --\n" in content:
        return "a txtar archive"
    return (
        "a binary file"
        if b"\0" in content or content[:4096].decode("utf-8", "replace").count("\ufffd") > 8
        else "text that is neither YAML nor JSON"
    )


def _keys(top: dict[str, Json]) -> str:
    names = [str(key) for key in top]
    return ", ".join(repr(name[:30]) for name in names[:4]) + (" …" if len(names) > 4 else "")


def _refusal(seen: str, path: str) -> UnknownFormat:
    known = ", ".join(FORMATS.names())
    message = f"not a supported cassette: it looks like {seen}; supported: {known}"
    return UnknownFormat(message, path=path, seen=seen)


def _empty(top: Json) -> Problem:
    at = ("interactions",) if isinstance(top, dict) and "interactions" in top else ()
    return Problem(
        kind="empty-cassette",
        message="no interaction is recorded here: right for a test that makes no request; where the test makes some, "
        "record it again",
        place=Place(route=at, on_key=True),
    )


def _further_documents(count: int) -> Problem:
    return Problem(
        kind="schema-violation",
        message=f"{count} YAML documents in one file; the recorder reads only the first: delete the lines from "
        "the second --- on",
        place=Place(route=()),
    )
