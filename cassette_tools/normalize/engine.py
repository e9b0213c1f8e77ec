"""One recording normalised: its names first, then every interaction with them, then the file as a whole."""

from __future__ import annotations

from cassette_tools._record import record, replace
from cassette_tools.errors import FormatNotRewritable, NotRewritable, SourceError
from cassette_tools.formats import FORMATS
from cassette_tools.load import load_source, understood
from cassette_tools.normalize.bodies import change_bodies
from cassette_tools.normalize.draft import Draft
from cassette_tools.normalize.naming import keep_brought, register_ids
from cassette_tools.normalize.notes import put_notes, put_top
from cassette_tools.normalize.ordering import with_sorted_keys
from cassette_tools.normalize.placing import put_body, put_headers, put_lists
from cassette_tools.normalize.proof import prove_same, refusal
from cassette_tools.normalize.rechunk import rechunked
from cassette_tools.normalize.redaction import secret_stretches
from cassette_tools.normalize.work import Work, file_of
from cassette_tools.secrets.placeholders import use_own
from cassette_tools.source import Source
from cassette_tools.source.rewrite import alias_line, has_aliases, has_comments

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from cassette_tools.formats import Format
    from cassette_tools.model import Interaction, Recording
    from cassette_tools.normalize.work import Settings
    from cassette_tools.source.plain_file import PlainFile
    from cassette_tools.source.rewrite import Rewriting


@record
class Normalized:
    """The new content of a file, how many values each step changed, and what could not be done (for people)."""

    content: bytes
    changes: Mapping[str, int]
    remarks: tuple[str, ...] = ()


@record
class _Reading:
    """A text that was read to its end, and what it was read as. Every text is read once: what is written from here,
    compared with here, and normalised again from here.
    """

    source: Source
    recording: Recording


def normalized(source: Source, settings: Settings) -> Normalized:
    """Normalise the recording of `source`, which nobody has read yet. Raises NotRewritable when the file cannot be
    written again, and SourceError, also when the new one does not say what the old one did.
    """
    use_own(settings.placeholders)
    secret_stretches.cache_clear()
    done = _once(_read(source), settings)
    content, work = _content(done.new), done.work
    if content != source.content:
        prove_same(done.old.recording, done.new.recording, work)
        again = _once(done.new, settings)
        if _content(again.new) != content:
            left = ", ".join(step for step, count in again.work.changes.items() if count) or "its layout"
            raise refusal(f"done again it would change again ({left})", source.path)
    changes = {step: count for step, count in work.changes.items() if count}
    return Normalized(content=content, changes=changes, remarks=tuple(work.remarks))


def _read(source: Source) -> _Reading:
    source.keeps_items = True
    return _Reading(source=source, recording=load_source(source))


def _read_again(old: _Reading, content: bytes) -> _Reading:
    """The new content of a file, read for the proof and for who writes it once more. What calls mean in it is asked
    when all is written.
    """
    if content == old.source.content:
        return old
    path = old.source.path
    source = Source.from_bytes(content, path)
    source.keeps_items = True
    try:
        return _Reading(source=source, recording=load_source(source, calls=False))
    except SourceError as error:
        raise refusal(f"the new text cannot be read again ({error.message})", path) from error


def _content(reading: _Reading) -> bytes:
    assert reading.source.content is not None
    return reading.source.content


@record
class _Done:
    """A file before all steps and after them, and how it was changed; not proved yet."""

    old: _Reading
    new: _Reading
    work: Work


def _once(old: _Reading, settings: Settings) -> _Done:
    layout = _rewritable(old.recording)
    if has_aliases(old.source):
        old = _spelled_out(old, layout)
    work = Work(old.source, layout, settings)
    if not settings.requests and any(layout.hashed in each.extra for each in old.recording.interactions):
        _keep_hashed(work)
    try:
        new = _rewritten(work, old)
        if work.takes("sort-headers"):
            new = _with_sorted_headers(work, new)
        if work.takes("layout"):
            new = _laid_out(work, new)
        return _Done(old=old, new=_with_calls(new) if new is not old else old, work=work)
    except RecursionError as error:
        raise NotRewritable("a body of it is nested too deep to be rewritten") from error


def _with_calls(new: _Reading) -> _Reading:
    recording = new.recording
    return replace(
        new, recording=replace(recording, interactions=tuple(understood(each) for each in recording.interactions))
    )


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


def _spelled_out(old: _Reading, layout: Format) -> _Reading:
    """The file without YAML aliases, which stand for several values at once. Raises NotRewritable."""
    writer = layout.writers.get(layout.name)
    if writer is not None and not has_comments(old.source):
        plain = _read_again(old, writer.write(old.recording).content)
        if plain.source.data == old.source.data:
            return _with_calls(plain)
    raise NotRewritable(
        "it has YAML aliases (`*name`), one text for several values, which cannot be changed one by one: dump it "
        "without them (PyYAML: `Dumper.ignore_aliases`)",
        line=alias_line(old.source),
    )


def _rewritten(work: Work, old: _Reading) -> _Reading:
    """The file with the changes of all interactions."""
    interactions = old.recording.interactions
    cut = [_recut(work, each) for each in interactions]
    drafts = [(Draft(each.request.body, "request"), Draft(each.response.body)) for each in cut]
    _learn(work, cut, drafts)
    for was, now, (asked, answered) in zip(interactions, cut, drafts, strict=True):
        put_headers(work, was.request, was.index, work.asked_steps)
        put_headers(work, was.response, was.index, work.steps)
        if work.takes("lists"):
            put_lists(work, was)
        change_bodies(work, now, asked, answered)
        contents = {
            "request": put_body(work, asked, was.request.body),
            "response": put_body(work, answered, was.response.body),
        }
        put_notes(work, was, contents)
    put_top(work)
    return _written(work.file, old)


def _written(file: Rewriting | PlainFile, old: _Reading) -> _Reading:
    """The file with the changes that were asked of it: read again, it is what it should be."""
    if file.is_empty:
        return old
    new = _read_again(old, file.text())
    file.prove(new.source.data)
    return new


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


def _with_sorted_headers(work: Work, old: _Reading) -> _Reading:
    file = file_of(old.source, work.layout)
    for interaction in old.recording.interactions:
        for message in (interaction.request, interaction.response):
            file.sort((*message.route, "headers"))
    new = _written(file, old)
    work.changes["sort-headers"] += new is not old
    return new


def _laid_out(work: Work, old: _Reading) -> _Reading:
    """The file as the format's writer writes it, where that says the same to the last key; comments would be lost, so
    that a file with comments stays.
    """
    name = work.layout.name
    writer = work.layout.writers.get(f"{name}-json" if old.source.is_json else name) or work.layout.writers.get(name)
    if writer is None:
        return old
    written = writer.write(old.recording).content
    if _content(old).partition(b"\n")[0].endswith(b"\r"):
        written = written.replace(b"\n", b"\r\n")  # recorders write LF; a checkout on Windows has CRLF
    if written == old.source.content or has_comments(old.source):
        return old
    new = _read_again(old, written)
    if new.source.data != old.source.data:
        return old
    work.changes["layout"] += 1
    return new
