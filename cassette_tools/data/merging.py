"""In what words several findings of one kind are one line: a row for each rule that has words for many.

Findings merge when they have one rule, level, cause and origin. Those that say the very same merge whatever their rule
("in 4 calls"); for all else there must be a row. `words` are what a person reads: ``{count}`` things, ``{list}`` their
names or notes, ``{note}`` a summary of the numbers.
"""

from __future__ import annotations

from cassette_tools._record import record

NAMES, NOTES, COUNTS, LIKENESS, RENAMES = "names", "notes", "counts", "likeness", "renames"  # what is listed
MOST = 8  # names in one line; then "and N more"
MOST_NOTES = 5  # notes in one line: they are longer
MOST_PLACED = 4  # of those that name their place too
_NEVER = 10**9  # different things that are one line


@record
class Merging:
    """One row: `way` is what is listed, and `least` from how many different things on they are one line. A row that
    says how words begin speaks of the findings of these words alone.
    """

    rule: str
    way: str
    words: str
    reason: str
    least: int = 2
    origin: str | None = None
    begins: str = ""


def _names(rule: str, words: str, reason: str, least: int = 2, origin: str | None = None, begins: str = "") -> Merging:
    return Merging(rule=rule, way=NAMES, words=words, reason=reason, least=least, origin=origin, begins=begins)


def _notes(rule: str, words: str, reason: str, least: int = 3, begins: str = "") -> Merging:
    return Merging(rule=rule, way=NOTES, words=words, reason=reason, least=least, begins=begins)


_A_SHAPE = "fields come and go together, with a version of the API"
_ONE_EDIT = "the same edit of several; edits that differ have a line each"
_A_FEW = "what was said is the point: a few are told in full"

# How a sentence begins that is about calls which had, or now have, requests of their own.
IN_PARALLEL = "the model {} makes its calls in parallel"

MERGING = (
    # --- fields, headers, counts: by their names ---
    _names("wire-field-added", "{count} new fields: {list}", _A_SHAPE),
    _names("wire-field-removed", "{count} fields are gone: {list}", _A_SHAPE),
    *(
        _names(
            f"wire-field-{way}",
            f"{{count}} fields stand in {what} now: {{list}}",
            "an event repeats what another one says",
            begins="the event ",
        )
        for way, what in (("added", "one more event"), ("removed", "one event fewer"))
    ),
    _names("wire-null-field-removed", "{count} fields, always null or empty, are gone: {list}", _A_SHAPE),
    _names("wire-volatile-field-removed", "{count} fields are gone: {list}", _A_SHAPE),
    _names("wire-field-nulled", "{count} fields are null now: {list}", _A_SHAPE),
    _names("wire-volatile-field-nulled", "{count} fields are null now: {list}", _A_SHAPE),
    _names("wire-field-filled", "{count} fields that were null have a value: {list}", _A_SHAPE),
    _names("wire-type-changed", "{count} fields have another type: {list}", _A_SHAPE),
    _names("wire-detail-changed", "{count} fields changed: {list}", "of one object, which they belong to"),
    _names(
        "finish-reason-changed",
        "{count} reasons for the end changed: {list}",
        "a word of the wire, filled in every call",
    ),
    _names("event-value-changed", "{count} values changed in the events: {list}", _A_SHAPE),
    _names("event-type-added", "{count} new kinds of event: {list}", _A_SHAPE),
    _names("event-type-removed", "{count} kinds of event are no longer sent: {list}", _A_SHAPE),
    _names(
        "event-presence-changed",
        "only the last event now has {count} fields that every event had before: {list}",
        _A_SHAPE,
        begins="only the last event now has",
    ),
    _names(
        "event-presence-changed",
        "every event now has {count} fields that only the last one had before: {list}",
        _A_SHAPE,
        begins="every event now has",
    ),
    *(
        _notes(
            f"response-field-{way}",
            f"{{count}} list items are {what}: {{list}}",
            "the items matter, not that the list exists",
            least=2,
            begins="the list ",
        )
        for way, what in (("added", "new"), ("removed", "gone"))
    ),
    _names("response-field-added", "the response now has {list}", _A_SHAPE),
    _names("response-field-removed", "the response no longer has {list}", _A_SHAPE),
    _names(
        "response-body-changed", "{count} values changed: {list}", "of an API that is not known every field is told"
    ),
    _names("score-changed", "{count} scores are far from what they were: {list}", "one call rates several things"),
    _names("serving-changed", "the call is served otherwise: {list}", "a tier and a region are said side by side"),
    _names("unclassified-change", "{count} values changed: {list}", "what no row speaks of is told by its name"),
    _names("usage-detail-added", "{count} counts are now reported: {list}", "counts come with a version of the API"),
    _names("usage-detail-removed", "{count} counts are no longer reported: {list}", "as they came"),
    _names("header-added", "{count} new request headers: {list}", "an SDK sends several", origin="request"),
    _names("header-removed", "{count} request headers are gone: {list}", "as they came", origin="request"),
    _names("header-changed", "{count} request headers changed: {list}", "as they came", origin="request"),
    _names("header-added", "{count} new response headers: {list}", "a server sends several"),
    _names("header-removed", "{count} response headers are gone: {list}", "as they came"),
    _names("header-changed", "{count} response headers changed: {list}", "as they came"),
    _names("request-field-added", "the request now has {list}", "one edit of a client", least=4),
    _names("request-field-removed", "the request no longer has {list}", "one edit of a client", least=4),
    _names("request-type-changed", "sent as another type: {list}", "one edit of a client", least=4),
    _names(
        "request-serialization-changed",
        "the request means the same but is written differently: {list}",
        "one edit of a client",
    ),
    _names("request-parameter-changed", "{count} settings changed: {list}", "each is something else to ask", least=4),
    _names("part-added", "the answers now hold {list}", "one kind of part in many answers"),
    _names("part-removed", "the answers no longer hold {list}", "one kind of part in many answers"),
    Merging(
        rule="request-field-renamed",
        way=RENAMES,
        words="{count} fields are sent under other names: {list}",
        reason="one edit of a client",
    ),
    Merging(
        rule="wire-field-renamed", way=RENAMES, words="{count} fields have other names now: {list}", reason=_A_SHAPE
    ),
    # --- numbers ---
    Merging(
        rule="usage-changed",
        way=COUNTS,
        words="token counts changed in {count} calls: {note}",
        reason="a prompt that grows grows in every call",
    ),
    Merging(
        rule="cost-changed", way=COUNTS, words="the cost changed in {count} calls: {note}", reason="as the tokens do"
    ),
    Merging(
        rule="text-reworded",
        way=LIKENESS,
        words="the texts of {count} answers have other words",
        reason="no model says the same twice; of one or two, one wants to see the words",
        least=3,
    ),
    # --- what was said: by its notes ---
    _notes("text-facts-changed", "the texts of {count} answers say other things: {list}", _A_FEW),
    _notes("text-changed", "{count} answers are others: {list}", _A_FEW),
    _notes("text-appeared", "text where there was none, in {count} answers: {list}", _A_FEW),
    _notes("text-vanished", "there is no text any more in {count} answers: {list}", _A_FEW),
    _notes("text-whitespace-changed", "only whitespace differs, in {count} answers: {list}", _A_FEW),
    _notes("prompt-changed", "{count} messages changed: {list}", _ONE_EDIT, least=_NEVER),
    _notes("tool-result-changed", "{count} tool results changed: {list}", _A_FEW),
    _notes("tool-arguments-changed", "the arguments of {count} calls changed: {list}", _A_FEW),
    _notes("tool-arguments-shape-changed", "the arguments of {count} calls have another shape: {list}", _A_FEW),
    _notes("tool-call-added", "the model makes {count} more calls: {list}", _A_FEW),
    _notes("tool-call-removed", "the model makes {count} fewer calls: {list}", _A_FEW),
    _notes(
        "tool-call-added",
        f"{IN_PARALLEL.format('now')}: {{count}} of them no longer have a request of their own: {{list}}",
        "the number of requests that are saved",
        least=2,
        begins=IN_PARALLEL.format("now"),
    ),
    _notes(
        "tool-call-removed",
        f"{IN_PARALLEL.format('no longer')}: {{count}} of them now have a request of their own: {{list}}",
        "the number of additional requests",
        least=2,
        begins=IN_PARALLEL.format("no longer"),
    ),
    _notes("server-tool-call-changed", "{count} calls of the provider's tools changed: {list}", _A_FEW),
    _notes("citation-changed", "the citations of {count} answers changed: {list}", _A_FEW),
    _notes("tool-definition-changed", "{count} tools changed: {list}", _ONE_EDIT, least=_NEVER),
    _notes("tool-definition-widened", "{count} tools accept more than before: {list}", _ONE_EDIT, least=_NEVER),
    _notes("tool-definition-narrowed", "{count} tools accept less than before: {list}", _ONE_EDIT, least=_NEVER),
    _notes("id-topology-changed", "{count} ids changed what they belong to: {list}", "dull beyond the second", least=2),
    _notes("interaction-added", "{count} more requests: {list}", "a loop that runs longer", least=2),
    _notes("interaction-removed", "{count} requests are no longer made: {list}", "a loop that ends earlier", least=2),
    *(
        _notes(
            rule,
            f"the client asks {{count}} times {many} how far the job is: {{list}}",
            "how long a job takes",
            least=2,
            begins="the client asks ",
        )
        for rule, many in (("interaction-added", "more"), ("interaction-removed", "less"))
    ),
    _notes("interaction-reordered", "{count} requests come in another order: {list}", "one shuffle", least=2),
)

INSIDE = 2
"""From how many names on they are one line inside of one list (the messages, the tools): there it is one edit."""


@record
class Noun:
    """What a person calls the elements of a list, by its name."""

    list: str
    singular: str
    plural: str


NOUNS = (
    Noun(list="input_messages", singular="message", plural="messages"),
    Noun(list="messages", singular="message", plural="messages"),
    Noun(list="contents", singular="message", plural="messages"),
    Noun(list="system_instructions", singular="part", plural="parts"),
    Noun(list="content", singular="part", plural="parts"),
    Noun(list="parts", singular="part", plural="parts"),
    Noun(list="tools", singular="tool", plural="tools"),
    Noun(list="tool_calls", singular="call", plural="calls of tools"),
    Noun(list="results", singular="result", plural="results"),
    Noun(list="output_messages", singular="answer", plural="answers"),
    Noun(list="choices", singular="answer", plural="answers"),
    Noun(list="finish_reasons", singular="answer", plural="answers"),
    Noun(list="", singular="item", plural="items"),
)
"""The last row is for every other list."""
