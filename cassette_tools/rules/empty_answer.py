"""A call of a model succeeded, and its answer holds nothing of a model.

No body was recorded; or the body is a page of HTML, as proxies and walls against robots send it, an empty value
(``{}``, ``null``), an answer without a choice (``"choices": []``), a stream that holds nothing but its end
(``data: [DONE]``), or a message without content for which the provider counted tokens.

Why it matters: no API of a model answers so. The recorder lost the body (a stream that was read before the recorder saw
it, a response that was closed too early), somebody took the content out, or another server answered. A client that
replays the recording fails where it reads the answer, or takes it for one that says nothing.

How to mend it: record the interaction again, with a recorder that sees the body. If the empty answer *is* the scenario,
say so in an ignore comment.

Not reported: calls whose answer is in another file, statuses without a body (204), a page that is said to be JSON
(`body-not-json`), answers that were filtered, or cut at a limit or a stop sequence, messages without content that cost
next to nothing (a model that has nothing to add), and a scenario that is about it, as the name of the file says
(``test_empty_response``).
"""

from __future__ import annotations

from cassette_tools.finding import Observation
from cassette_tools.model import ABSENT
from cassette_tools.places import event_place
from cassette_tools.rules import RULES, Rule
from cassette_tools.rules._scenario import Scenario

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.model import Body, Interaction, LLMCall, Message
    from cassette_tools.rules import Check, FileFacts

    Fault = tuple[str, str]  # what is wrong with the answer, and the JSON pointer to it

ANSWERS = frozenset(("chat", "text_completion", "generate_content", "embeddings"))
FRAMED = ("json", "event-stream", "ndjson")  # what the types of answers have in their names
PAGES = ("<!doctype html", "<html")
TITLE = 80  # characters of a page's title
CHOICES = ("choices", "candidates")  # where answers stand, one for each that was asked for
FILTERED = ("promptFeedback", "prompt_feedback", "prompt_filter_results", "content_filter_results")
LONGEST = 19  # digits of a length that a body can have
FEW = 8  # tokens that an answer without a word may cost: the marks around it


def begin(file: FileFacts) -> Check:
    scenario = Scenario(file.path)

    def check(interaction: Interaction) -> Iterator[Observation]:
        for observation, is_lost in _seen(interaction):
            if is_lost or not scenario.expects_nothing():
                yield observation

    return check


def _seen(interaction: Interaction) -> Iterator[tuple[Observation, bool]]:
    """What is wrong with an answer, and whether it was lost: then nobody can have meant it."""
    llm, body = interaction.llm, interaction.response.body
    if llm is None or body.text is None or not _is_answered(interaction, llm):
        return
    fault = _fault(interaction, llm, body.text) if body.text.strip() else None
    if fault is not None:
        message = (
            f"the call succeeded, and {fault[0]}: record the interaction again, or say in an ignore comment that the "
            "scenario is about it"
        )
        place = body.place(pointer=fault[1]) if fault[1] and not body.stream else event_place(interaction, -1)
        yield Observation(message=message, place=place), False
    elif not body.text.strip() and _is_lost(interaction):
        length = _said_length(interaction)
        had = f" (of {length:,} bytes, as its length says)" if length else ""
        message = (
            f"the call succeeded, and nothing of its answer{had} was recorded: record the interaction again, with a "
            "recorder that sees the body"
        )
        yield Observation(message=message, place=body.place()), True


def _is_answered(interaction: Interaction, llm: LLMCall) -> bool:
    """Whether a model was asked for something that it answers with content, and succeeded."""
    if interaction.response.status_code not in (200, 201) or interaction.request.method.upper() != "POST":
        return False
    return llm.operation_name in ANSWERS and llm.error is None


def _is_lost(interaction: Interaction) -> bool:
    """Whether an empty body is one that the recorder lost. A type that is not on record says nothing against it:
    hooks take header fields out.
    """
    body, kind = interaction.response.body, _content_type(interaction)
    if body.raw or body.problems or body.codings:
        return False
    return not kind or any(word in kind for word in FRAMED) or _said_length(interaction) > 0


def _said_length(interaction: Interaction) -> int:
    """How many bytes the answer had, where that is written down; 0 where it is not (go-vcr notes -1)."""
    response = interaction.response
    said = (response.headers.get("content-length") or "").strip()
    return int(said) if said.isdecimal() and len(said) < LONGEST else max(response.content_length or 0, 0)


def _fault(interaction: Interaction, llm: LLMCall, text: str) -> Fault | None:
    body = interaction.response.body
    if body.stream:
        is_over = bool(body.events) and all(event.data.strip() == "[DONE]" for event in body.events)
        return ("its stream holds nothing but its end, `[DONE]`", "") if is_over else _unsaid(llm, body)
    if body.json is ABSENT:
        return None if "json" in _content_type(interaction) else _page(text)
    if not body.json:
        is_none = body.json is None and body.tree  # so formats that hold parsed bodies say that there is none
        return None if is_none else (f"its answer is `{text.strip()[:TITLE]}`, nothing of a model's", "")
    return _without_choice(llm, body) or _unsaid(llm, body)


def _content_type(interaction: Interaction) -> str:
    return (interaction.response.headers.get("content-type") or "").lower()


def _without_choice(llm: LLMCall, body: Body) -> Fault | None:
    """An empty list where the answers stand, and nothing that says why."""
    if type(body.json) is not dict or llm.output_messages or any(name in body.json for name in FILTERED):
        return None
    empty = next((key for key in CHOICES if body.json.get(key) == []), None)
    return None if empty is None else (f"its answer has no choice (`{empty}` is empty)", f"/{empty}")


def _page(text: str) -> Fault | None:
    """A page of HTML, by its title."""
    if not text[:200].lstrip().lower().startswith(PAGES):
        return None
    import re

    found = re.search(r"<title[^>]{0,200}>([^<]{1,200})", text[:4000], re.IGNORECASE)
    title = " ".join(found[1].split())[:TITLE] if found is not None else ""
    return (
        f"its answer is a page of HTML{f' (“{title}”)' if title.isprintable() and title else ''}, none of a model's",
        "",
    )


def _unsaid(llm: LLMCall, body: Body) -> Fault | None:
    """A message without content, for which more tokens were counted than that of an empty one takes."""
    usage = llm.usage
    if usage is None or usage.output_tokens is None or len(llm.output_messages) != 1 or not llm.complete:
        return None
    message = llm.output_messages[0]
    counted = usage.output_tokens - (usage.reasoning_output_tokens or 0)
    if counted <= FEW or not _says_nothing(message):
        return None
    return (
        f"its message is empty, although {counted} tokens were counted for it",
        "" if body.stream else message.pointer,
    )


def _says_nothing(message: Message) -> bool:
    """Whether an answer that came to its own end has no content of any kind, not even a thought."""
    if message.finish_reason != "stop" or message.native_finish_reason == "stop_sequence":
        return False
    if any(message.extra.values()):
        return False
    return all(part.type == "text" and not getattr(part, "content", "") for part in message.parts)


RULES.register(
    Rule(
        name="empty-answer",
        category="message",
        level="error",
        summary="a call of a model succeeded, and its answer is empty",
        doc=__doc__,
        about="call",
        begin=begin,
    )
)
