"""A request that only one recording makes, and its reason: a call, a result, a job or an answer."""

from __future__ import annotations

from cassette_tools.data.drift import STEP
from cassette_tools.diff.judging.sides import call_of, interactions_of, latest_of
from cassette_tools.diff.messages.parts import echo_of_part
from cassette_tools.diff.pairing.asked import part_key
from cassette_tools.places import value_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.diff.changes.change import Change
    from cassette_tools.diff.judging.memory import Memory
    from cassette_tools.model import LLMCall, Part


LONE = ("interaction-added", "interaction-removed")
CALLS = ("tool-call-added", "tool-call-removed")


OUTCOMES = ("status-class-changed", "error-appeared", "error-vanished")


def lone_call(change: Change) -> LLMCall | None:
    """The call that only one recording makes."""
    return call_of(latest_of(change)) if change.rule in LONE else None


def called_apart(change: Change, memory: Memory) -> Change | None:
    """The call that was made together with others and now has a request of its own, or the reverse."""
    call = lone_call(change)
    parts = [part for message in (call.output_messages if call is not None else ()) for part in message.parts]
    made = next((part for part in parts if part.type == "tool_call"), None)
    if made is None:
        return None
    root = memory.said.get(("echo", echo_of_part(made, added=change.rule == "interaction-removed")))
    is_apart = root is not None and root.rule.startswith("tool-call-") and root.origin == "response"
    return root if is_apart else None


def sent_for(change: Change, memory: Memory) -> Change | None:
    """The added or removed tool call whose result this added or removed request sends."""
    call = lone_call(change)
    if call is None or not call.input_messages:
        return None
    if [part.type for part in call.input_messages[-1].parts[-1:]] != ["tool_call_response"]:
        return None
    calls = [part for message in call.input_messages for part in message.parts if part.type == "tool_call"]
    return _call_for(calls[-1], memory, added=change.rule == "interaction-added") if calls else None


def _call_for(call: Part, memory: Memory, *, added: bool) -> Change | None:
    """The change that reports a tool call, preferably as a step."""
    root = memory.said.get(("half", "call", 2 if added else 1, part_key(call)))
    if root is None or root.circumstance != STEP:
        root = memory.said.get(("echo", echo_of_part(call, added=added)))
    return root if root is not None and root.rule.startswith("tool-call-") else None


def goes_on(change: Change, memory: Memory) -> Change | None:
    """The changed outcome of an earlier call whose answer this added or removed request sends back: after that call the
    session now goes on, or ends.
    """
    call = lone_call(change)
    said = [message for message in (call.input_messages if call is not None else ()) if message.role == "assistant"]
    added = change.rule == "interaction-added"
    for part in (part for message in reversed(said) for part in message.parts):
        root = memory.said.get(("echo", echo_of_part(part, added=added)))
        if root is not None and root.rule in OUTCOMES:
            return root
    return None


def asked_again(change: Change, memory: Memory) -> Change | None:
    """The job whose state this added or removed request asks for: the job was not done yet."""
    asking = latest_of(change) if change.rule in LONE else None
    if asking is None or asking.request.method != "GET":
        return None
    added = change.rule == "interaction-added"
    jobs = reversed(memory.jobs[-_LAST:])
    return next((root for job, root in jobs if _name_of_job(job, new=added) in asking.request.url), None)


def _name_of_job(job: Change, *, new: bool) -> str:
    """The id, or the name, beside a state."""
    side, place = interactions_of(job)[new], job.new_place if new else job.old_place
    if side is None or place is None or place.folded is None:
        return _NOWHERE
    whole = value_at(side.response.body.json, place.folded.rpartition("/")[0])
    names = [whole.get(key) for key in ("id", "name")] if isinstance(whole, dict) else []
    return next((name for name in names if isinstance(name, str) and len(name) >= _NAME), _NOWHERE)


_LAST = 200  # jobs before a request that are checked
_NAME = 8  # characters of the name of a job
_NOWHERE = "\0"  # in no address
