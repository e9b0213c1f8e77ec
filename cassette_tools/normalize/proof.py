"""What `normalize` promises, tried on each file before it is handed out: `cassette diff` tells nothing above noise of
it, and normalised again it stays the same. A file that does not pass is a defect of ours, and is not written.

Some steps change what a recording says because somebody asked them to: `secrets`, `mojibake`, `headers`, `user-agents`,
`sort-keys`; and `ids` renames in texts what `diff` cannot know for an id. Where that is seen in the difference, it is
done to the old recording by itself (`as_meant`), and the rest must be noise.
"""

from __future__ import annotations

from cassette_tools._record import replace
from cassette_tools.errors import SourceError
from cassette_tools.load import understood
from cassette_tools.model import Headers
from cassette_tools.normalize.bodies import repaired
from cassette_tools.normalize.draft import Draft
from cassette_tools.normalize.headers import cleaned, header_action, without_versions
from cassette_tools.normalize.notes import request_url
from cassette_tools.normalize.ordering import with_sorted_keys
from cassette_tools.normalize.placing import with_boundaries
from cassette_tools.normalize.plainly import plainly_same
from cassette_tools.normalize.redaction import secret_stretches
from cassette_tools.normalize.signed_urls import unsigned
from cassette_tools.normalize.split import loose_edits, split_edits
from cassette_tools.secrets import redacted
from cassette_tools.wire.body import read_body

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cassette_tools.finding import Drift
    from cassette_tools.model import Body, Interaction, Recording, Request, Response, Route
    from cassette_tools.normalize.work import Work

_NAMED = 3  # changes that a refusal names


def prove_same(old: Recording, new: Recording, work: Work) -> None:
    """Raise SourceError unless the new recording says what the old one did."""
    if plainly_same(old, new, work.names):
        return
    if not work.names.are_distinct or _who_is_whom(old) != _who_is_whom(new):
        raise refusal("calls and results would no longer belong together as they did", old.path)
    meant = as_meant(old, work)
    if plainly_same(meant, new, work.names):
        return
    told = _told(old, new, work) and _told(meant, new, work)
    if told:
        named = [f"{each.rule} at {each.path}" for each in told[:_NAMED]]
        more = f" and {len(told) - _NAMED} more" if len(told) > _NAMED else ""
        raise refusal(f"`cassette diff` would tell {', '.join(named)}{more}", old.path)


def _who_is_whom(recording: Recording) -> list[int]:
    """The ids of answers, calls and results in their order, numbered: `diff` does not tell two that became one."""
    numbers: dict[str, int] = {}
    found = []
    for call in (each.llm for each in recording.interactions if each.llm is not None):
        parts = (part for message in (*call.input_messages, *call.output_messages) for part in message.parts)
        names = (call.response_id, *(getattr(part, "id", None) for part in parts))
        found += [numbers.setdefault(name, len(numbers)) if name else -1 for name in names]
    return found


def _told(old: Recording, new: Recording, work: Work) -> list[Drift]:
    """What `diff` tells above noise; a length is stale where nobody wants it mended."""
    from cassette_tools.diff.compare import compare

    stale = () if work.takes("lengths") else ("content-length-stale",)
    findings = compare(old, new, merge=False).findings
    return [each for each in findings if each.level != "noise" and each.rule not in stale]


def refusal(reason: str, path: str) -> SourceError:
    """What the user is told of a file that does not pass."""
    return SourceError(
        f"normalised, it would not say the same: {reason}; it was left as it is. This is a defect of cassette: please "
        "report it, with the steps and, where it can be shown, the file",
        path=path,
    )


def as_meant(recording: Recording, work: Work) -> Recording:
    """The recording after the steps alone that change what it says."""
    return replace(recording, interactions=tuple(_as_meant(each, work) for each in recording.interactions))


def _as_meant(interaction: Interaction, work: Work) -> Interaction:
    now = with_sorted_keys(interaction, request=work.is_free) if work.takes("sort-keys") else interaction
    asked, answered = now.request, now.response
    asked = replace(
        asked,
        method=work.text(asked.method),
        url=request_url(work, asked.url),
        headers=_headers(asked.headers, work.asked_steps, work),
        body=_redone(now, Draft(asked.body, "request"), work),
    )
    answered = replace(
        answered,
        reason=None if answered.reason is None else work.text(answered.reason),
        headers=_headers(answered.headers, work.steps, work),
        body=_redone(now, Draft(answered.body), work),
    )
    return understood(replace(now, request=asked, response=answered, llm=None))


def _headers(headers: Headers, steps: frozenset[str], work: Work) -> Headers:
    """The fields that stay, without the versions, secrets and ids that stand in any text."""
    pairs: list[tuple[str, str]] = []
    routes: list[Route] = []
    for position, (name, value) in enumerate(headers):
        if "headers" in steps and name.lower() not in work.selected:
            continue
        action = header_action(name)
        if action is not None and action.action == "version" and action.step in steps:
            value = without_versions(value)
        value = cleaned(name, value, steps)
        pairs.append((name, work.names.in_text(value) if "ids" in steps else value))
        routes += headers.routes[position : position + 1]
    return Headers(pairs=tuple(pairs), routes=tuple(routes))


def _redone(interaction: Interaction, draft: Draft, work: Work) -> Body:
    body = draft.body
    if not draft.segments and body.raw is not None:
        return replace(body, raw=with_boundaries(work, body.raw))
    is_answer = draft.side == "response"
    if is_answer and work.takes("secrets"):
        split_edits(interaction, draft, secret_stretches)
        loose_edits(interaction, draft, secret_stretches)
        draft.apply()
    for change in _changes(work, changes_all=work.is_free or is_answer):
        draft.replace_all(change)
    if not draft.is_changed:
        return body
    message = interaction.response if is_answer else interaction.request
    return read_body(draft.frames() if body.stream == "eventstream" else draft.segments[0], _plain(message), body.route)


def _plain(message: Request | Response) -> Headers:
    """The header fields of a message whose body is not compressed."""
    return Headers(pairs=tuple(pair for pair in message.headers if pair[0].lower() != "content-encoding"))


def _changes(work: Work, *, changes_all: bool) -> Iterator[Callable[[str], str]]:
    """What the steps do to any text of a body; to one that players compare (not `changes_all`) the least."""
    if work.takes("mojibake") and changes_all:
        yield repaired
    if work.takes("ids"):
        yield work.names.in_text
    unsign = unsigned if changes_all else work.said.unsigned
    yield lambda text: unsign(text, work.steps)
    if work.takes("secrets") and changes_all:
        yield redacted
