"""One recording normalised: its names first, then every interaction with them, then the file as a whole."""

from __future__ import annotations

from cassette_tools._record import record
from cassette_tools.errors import FormatNotRewritable, NotRewritable, SourceError
from cassette_tools.formats import FORMATS
from cassette_tools.load import load_source
from cassette_tools.normalize.bodies import change_bodies
from cassette_tools.normalize.draft import Draft
from cassette_tools.normalize.naming import keep_brought, register_ids
from cassette_tools.normalize.notes import put_notes
from cassette_tools.normalize.ordering import with_sorted_keys
from cassette_tools.normalize.placing import put_body, put_headers
from cassette_tools.normalize.proof import prove_same, refusal
from cassette_tools.normalize.rechunk import rechunked
from cassette_tools.normalize.work import Work, file_of
from cassette_tools.secrets.placeholders import use_own
from cassette_tools.source import Source
from cassette_tools.source.rewrite import alias_line, documents, has_aliases, has_comments

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from cassette_tools.formats import Format
    from cassette_tools.model import Interaction, Recording
    from cassette_tools.normalize.work import Settings
    from cassette_tools.source.plain_file import PlainFile
    from cassette_tools.source.rewrite import Proved, Rewriting


@record
class Normalized:
    """The new content of a file, how many values each step changed, and what could not be done (for people)."""

    content: bytes
    changes: Mapping[str, int]
    remarks: tuple[str, ...] = ()


def normalized(source: Source, settings: Settings) -> Normalized:
    """Normalise the recording of `source`, which nobody has read yet. Raises NotRewritable when the file cannot be
    written again, and SourceError, also when the new one does not say what the old one did.
    """
    use_own(settings.placeholders)
    done, old, work = _once(source, settings)
    if done.content != source.content:
        try:
            again, new, _work = _once(Source.from_bytes(done.content, source.path), settings, work.proved)
        except SourceError as error:
            raise refusal(f"the new text cannot be read again ({error.message})", source.path) from error
        prove_same(old, new, work)
        if again.content != done.content:
            left = ", ".join(step for step, count in again.changes.items() if count) or "its layout"
            raise refusal(f"done again it would change again ({left})", source.path)
    return done


def _once(source: Source, settings: Settings, proved: Proved | None = None) -> tuple[Normalized, Recording, Work]:
    """The new content, not proved yet, beside what was read and how it was changed."""
    recording = load_source(source)
    layout = _rewritable(recording)
    if has_aliases(source):
        source, recording = _spelled_out(source, recording, layout)
    work = Work(source, layout, settings, proved)
    if not settings.requests and any(layout.hashed in each.extra for each in recording.interactions):
        _keep_hashed(work)
    try:
        content = _rewritten(work, recording)
        if work.takes("sort-headers"):
            content = _with_sorted_headers(work, *_read_again(content, source, recording))
        if work.takes("layout"):
            content = _laid_out(work, *_read_again(content, source, recording))
    except RecursionError as error:
        raise NotRewritable("a body of it is nested too deep to be rewritten") from error
    changes = {step: count for step, count in work.changes.items() if count}
    return Normalized(content=content, changes=changes, remarks=tuple(work.remarks)), recording, work


def _rewritable(recording: Recording) -> Format:
    """The format of a recording. Raises NotRewritable where its files cannot be written again."""
    layout = FORMATS[recording.format]
    if layout.noted is None:
        known = ", ".join(sorted(each.name for each in FORMATS if each.noted is not None))
        raise FormatNotRewritable(
            f"files of {recording.format} cannot be normalised, only those of {known}; `cassette convert` makes them"
        )
    return layout


def _keep_hashed(work: Work) -> None:
    """Leave the requests, which the player finds by a hash."""
    work.keep_requests()
    if work.takes("ids", "accounts", "request-ids"):
        work.remark(
            f"its player finds a request by `{work.layout.hashed}`, a hash of it, so that requests and the ids they "
            "repeat stay; --requests renames them, and the recording must then be made to match"
        )


def _spelled_out(source: Source, recording: Recording, layout: Format) -> tuple[Source, Recording]:
    """The file without YAML aliases, which stand for several values at once. Raises NotRewritable."""
    writer = layout.writers.get(layout.name)
    plain = writer.write(recording).content if writer is not None else b""
    if (
        writer is None
        or has_comments(source)
        or documents(source.path, plain) != documents(source.path, source.content or b"")
    ):
        raise NotRewritable(
            "it has YAML aliases (`*name`), one text for several values, which cannot be changed one by one: dump it "
            "without them (PyYAML: `Dumper.ignore_aliases`)",
            line=alias_line(source),
        )
    again = Source.from_bytes(plain, source.path)
    return again, load_source(again)


def _rewritten(work: Work, recording: Recording) -> bytes:
    """The file with the changes of all interactions."""
    cut = [_recut(work, each) for each in recording.interactions]
    drafts = [(Draft(each.request.body, "request"), Draft(each.response.body)) for each in cut]
    _learn(work, cut, drafts)
    for old, now, (asked, answered) in zip(recording.interactions, cut, drafts, strict=True):
        put_headers(work, old.request, old.index, work.asked_steps)
        put_headers(work, old.response, old.index, work.steps)
        change_bodies(work, now, asked, answered)
        contents = {
            "request": put_body(work, asked, old.request.body),
            "response": put_body(work, answered, old.response.body),
        }
        put_notes(work, old, contents)
    return _written(work, work.file)


def _written(work: Work, file: Rewriting | PlainFile) -> bytes:
    """The file with the changes that were asked of it, and what is known of it from now on."""
    content = file.original if file.is_empty else file.content()
    work.proved = getattr(file, "proved", None)
    return content


def _read_again(content: bytes, source: Source, recording: Recording) -> tuple[Source, Recording]:
    """A content as it is read, for who writes it again. Nothing is read twice."""
    if content == source.content:
        return source, recording
    again = Source.from_bytes(content, source.path)
    return again, load_source(again, calls=False)


def _learn(work: Work, interactions: list[Interaction], drafts: list[tuple[Draft, Draft]]) -> None:
    """The ids of the file, and the signed addresses that answers gave."""
    for interaction, (asked, answered) in zip(interactions, drafts, strict=True):
        register_ids(work, interaction, asked, answered)
        for segment in (interaction.response.headers.get("Location") or "", *answered.segments):
            work.said.learn(segment, interaction.index)
    keep_brought(work, (asked for asked, _answered in drafts))
    for interaction, (asked, _answered) in zip(interactions, drafts, strict=True):
        for text in (interaction.request.url, *asked.segments):
            work.said.forget_brought(text, interaction.index)


def _recut(work: Work, interaction: Interaction) -> Interaction:
    """The interaction in another order and cut: what comes first counts first."""
    now = interaction
    if work.takes("sort-keys"):
        now = with_sorted_keys(now, request=work.is_free)
        work.changes["sort-keys"] += now is not interaction
    if work.takes("rechunk"):
        again = rechunked(now)
        work.changes["rechunk"] += again is not now
        now = again
    return now


def _with_sorted_headers(work: Work, source: Source, recording: Recording) -> bytes:
    file = file_of(source, work.layout, work.proved)
    for interaction in recording.interactions:
        for message in (interaction.request, interaction.response):
            file.sort((*message.route, "headers"))
    again = _written(work, file)
    work.changes["sort-headers"] += again != source.content
    return again


def _laid_out(work: Work, source: Source, recording: Recording) -> bytes:
    """The file as the format's writer writes it, where that says the same to the last key; comments would be lost, so
    that a file with comments stays.
    """
    content = source.content
    assert content is not None
    name = work.layout.name
    writer = work.layout.writers.get(f"{name}-json" if source.is_json else name) or work.layout.writers.get(name)
    if writer is None:
        return content
    written = writer.write(recording).content
    if content.partition(b"\n")[0].endswith(b"\r"):
        written = written.replace(b"\n", b"\r\n")  # recorders write LF; a checkout on Windows has CRLF
    if written == content or has_comments(source):
        return content
    is_known = work.proved is not None and work.proved[0] == content
    before = work.proved[1] if work.proved is not None and is_known else documents(source.path, content)
    after = documents(source.path, written)
    if before != after:
        return content
    work.proved = written, after
    work.changes["layout"] += 1
    return written
