"""How grave each kind of drift is: one row per rule, with the reason for the level.

`message` is what a person reads; in it ``{old}``, ``{new}``, ``{change}`` (what became of the value: ``1 became 2``,
``1 is new``), ``{subject}`` (the thing that changed) and ``{note}`` (what the comparison has to add) are filled in;
`none` stands for a value that is not there. `profiles` are those in which the rule counts; in the others the change
is expected, and noise. `origin` narrows a row to changes of that origin, `circumstance` to those that the comparison
says it of; a row without them speaks for the rest.
"""

from __future__ import annotations

from cassette_tools._record import record

LEVELS = ("breaking", "behavior", "shape", "cosmetic", "noise")  # the gravest first
RERECORD, SDK_UPGRADE, CROSS_PROVIDER = "rerecord", "sdk-upgrade", "cross-provider"
PROFILES = (RERECORD, SDK_UPGRADE, CROSS_PROVIDER)

_EVERYWHERE = PROFILES
_SAME_PROVIDER = (RERECORD, SDK_UPGRADE)
_SAME_SDK = (RERECORD,)


@record
class Judgement:
    """One row: the rule, its level, why, the words, and where it counts."""

    name: str
    level: str
    reason: str
    message: str
    origin: str | None = None
    profiles: tuple[str, ...] = _EVERYWHERE
    circumstance: str | None = None
    none: str = ""


BESIDE_CALL, WHITESPACE, SUCCESS = "beside a call", "whitespace only", "success now"
WHOLE_AGAIN, AFTER_FAILURE = "whole again", "after a failure"
HTML_PAGE, CALL_BROKEN, OPTIONAL = "an HTML page", "breaks a call on record", "left out by others, too"
MOVED_APART, REPEATED = "moved to a separate event", "said by another event as well"
END_MARK = "an end mark beside the API's own end event"
WITHIN_TOLERANCE, THINKING, LEFT_OUT = "within tolerance", "thinking", "left out where it is nought"
TRIVIAL = "less than a hundredth of a cent"
EMPTY, VECTOR, ITEM, LONE_MEDIUM = "without words", "a vector", "an element of a list", "a file or an image"
ELEMENT = "an element of a list within an answer"
LISTED, RENAMED = "offered, or no longer", "under another name"
OF_A_BATCH = "of a request of a batch"
CUT_OFF, BROKEN_OFF = "cut off", "after a part of the answer"
BOTH_CUT, MADE_UP = "both cut off", "made up anew"
THINGS, OF_SETTING = "things that have names", "of a setting that is not known"
SIZE, FEWER, BLANK = "a vector of another size", "more or fewer of a kind", "a text of blanks alone"
OTHER_TYPE = "of another date"
OF_CLIENT, SHIFTED, DEFAULT = "in both answers", "something else is in its place", "a default"
FILTERED, OTHER_VERSION = "by a filter", "another version of the API"
LEAKED, AS_TEXT, ENCODED = "in the content", "only its text", "encoded once more or less"
LEFT_NULL = "in the content, which is null without it"
PARTLY, RESULTS = "only a part", "results of a search"
INDEPENDENT, IDENTICAL = "independent calls", "identical calls"
BESIDE_OTHERS, QUESTION, SEVERAL = "beside other calls", "another question", "several tools"
ACCESS, AGAIN, POLL = "a token or a role", "called before", "asks how far a job is"
INSTEAD, LAST_CHECK, STEP = "one offered tool for another", "a look at what is done", "a step on the way"
APART, FORM, OTHER_SHAPE = "in requests of their own", "another form", "JSON of another shape"
OF_FAILURES, OFFERED, SDK_METHOD = "two failures", "a tool that is offered now", "another method of the SDK"
IN_SOME_EVENTS, MOVED = "in some events", "at another element"
IN_EVERY_EVENT, IN_LAST_EVENT = "now in every event", "now only in the last event"
TOLD_NOW, KNOWN, MOVED_API = "told now", "known from other calls", "the same provider"
READ_OFF = "words that OCR or a transcription read"
OTHER_LANGUAGE = "in another language"
OTHER_NORMAL = "one normal end for another"
SUMMED_UP = "a summary of it"
SPOKEN, SETTING, CHOSEN = "words for a person", "a setting of both", "chosen by the user"
WARNING = "a warning of the service"
MADE, STAMPED = "an id made anew", "the time of the run"
SAME_ITEMS = "the same things under other ids"
WRAPPED = "a text alone in a list"
MOVED_COUNT = "a count in another object"
SAME_SOURCES = "another list names the same sources"
DONE, JOB_FAILS = "done on one side", "fails now"
OTHER_UNIT = "in another unit"
OTHER_SUM = "a count that includes another one, or no longer"
BEFORE_TEXT = "before any text"
ANOTHER_VERDICT = "far from what it was"
OTHER_SCALE = "on another scale"
OF_A_CALL = "what a client needs to run a call"
IN_SESSION = "in a session"
EMPTIED, SPARE = "an empty list on one side", "a field of no use to clients"


def _row(
    name: str,
    level: str,
    reason: str,
    message: str,
    profiles: tuple[str, ...] = _EVERYWHERE,
    origin: str | None = None,
    circumstance: str | None = None,
    none: str = "",
) -> Judgement:
    return Judgement(
        name=name,
        level=level,
        reason=reason,
        message=message,
        origin=origin,
        profiles=profiles,
        circumstance=circumstance,
        none=none,
    )


UNCLASSIFIED = "unclassified-change"

# What is said of a whole recording, which no pair shows.
OF_SUITES = (
    _row(
        "recording-removed",
        "behavior",
        "nothing says any more whether the scenario works",
        "the recording is gone",
    ),
    _row(
        "recording-added",
        "shape",
        "a new scenario changes no other",
        "the recording is new",
    ),
)

JUDGEMENTS = (
    # --- breaking: a client that worked with the old recording can fail on the new ---
    _row(
        "status-class-changed",
        "breaking",
        "a client branches on success and failure",
        "status {old} became {new}{more}",
    ),
    _row(
        "error-appeared",
        "breaking",
        "the call that used to succeed fails",
        "the call now fails: {note}",
    ),
    _row(
        "error-appeared",
        "breaking",
        "the status said success, and a part of the answer may be shown already",
        "the stream now breaks off: {note}",
        circumstance=BROKEN_OFF,
    ),
    _row("error-appeared", "breaking", "who reads the results finds none", "{note}", circumstance=OF_A_BATCH),
    _row("error-vanished", "behavior", "what used to fail is answered", "{note}", circumstance=OF_A_BATCH),
    _row(
        "error-appeared",
        "breaking",
        "a session goes on after an error, without what was asked for",
        "the session now has an error: {note}",
        circumstance=IN_SESSION,
    ),
    _row(
        "job-state-changed",
        "breaking",
        "a client waits for a result that never comes",
        "the job does not succeed: {subject} {change}",
        circumstance=JOB_FAILS,
    ),
    _row(
        "refusal-appeared",
        "breaking",
        "the answer is no longer given",
        "the model now refuses: {new}",
    ),
    _row(
        "stream-truncated",
        "breaking",
        "a client waits for an end that does not come",
        "the new stream is cut short: {note}",
    ),
    _row(
        "stream-mode-changed",
        "breaking",
        "a client that reads events cannot read one JSON body, nor the other way round",
        "the answer came as {old} and now comes as {new}",
    ),
    _row(
        "dialect-changed",
        "breaking",
        "another API answers",
        "the API was {old} and is now {new}",
        _SAME_PROVIDER,
        none="none that is known",
    ),
    _row(
        "dialect-changed",
        "breaking",
        "the same provider is asked by another of its APIs: other addresses, fields and events",
        "the API was {old} and is now {new}",
        circumstance=MOVED_API,
        none="none that is known",
    ),
    _row(
        "protocol-changed",
        "breaking",
        "a client of the one version of an API cannot read the other",
        "another version of {subject} answers: {note}",
        _SAME_PROVIDER,
    ),
    _row(
        "request-parameter-changed",
        "breaking",
        "a client of the one version of an API cannot read the other",
        "another version of the API is asked for: {subject} {change}",
        circumstance=OTHER_VERSION,
    ),
    _row(
        "finish-reason-changed",
        "breaking",
        "the rest of the answer is held back",
        "the output ended with {old} and now ends with {new}{note}",
        circumstance=FILTERED,
        none="no reason given",
    ),
    _row(
        "finish-reason-changed",
        "breaking",
        "agent loops branch on it",
        "the output ended with {old} and now ends with {new}",
        none="no reason given",
    ),
    _row(
        "finish-reason-changed",
        "breaking",
        "the reader gets nothing",
        "the output ended with {old} and now ends with {new}, before any text",
        circumstance=BEFORE_TEXT,
        none="no reason given",
    ),
    _row(
        "finish-reason-changed",
        "behavior",
        "the answer was cut, and is whole now: that breaks nobody",
        "the output ended with {old} and now ends with {new}",
        circumstance=WHOLE_AGAIN,
        none="no reason given",
    ),
    _row(
        "finish-reason-changed",
        "behavior",
        "it was empty: nobody can have acted on it, and whoever reads it can now",
        "{subject} was empty and is now {new}",
        circumstance=TOLD_NOW,
    ),
    _row(
        "finish-reason-changed",
        "behavior",
        "the answer is whole with both, and an agent loop ends with both",
        "the output ended with {old} and now ends with {new}",
        circumstance=OTHER_NORMAL,
    ),
    _row(
        "tool-call-added",
        "breaking",
        "the client must run a tool that it did not have to run",
        "the model now calls {subject} with {note}",
    ),
    _row(
        "tool-call-removed",
        "breaking",
        "the client waits for a call that does not come",
        "the model no longer calls {subject} with {note}",
    ),
    *(
        _row(
            name,
            "behavior",
            "the same call is made as well, another number of times",
            "the model makes {note} of {subject}",
            circumstance=IDENTICAL,
        )
        for name in ("tool-call-added", "tool-call-removed")
    ),
    *(
        _row(name, "behavior", "the client has run the very call before", words, circumstance=AGAIN)
        for name, words in (
            ("tool-call-added", "the model now repeats its call to {subject} with {note}"),
            ("tool-call-removed", "the model no longer repeats its call to {subject} with {note}"),
        )
    ),
    *(
        _row(
            name,
            "behavior",
            "tools are called all the same: the client runs one more or less of them",
            words,
            circumstance=BESIDE_OTHERS,
        )
        for name, words in (
            ("tool-call-added", "the model makes one more call: {subject} with {note}"),
            ("tool-call-removed", "the model makes one call fewer: {subject} with {note}"),
        )
    ),
    _row(
        "tool-call-added",
        "behavior",
        "who offers a tool that it did not offer before runs it",
        "the model calls the new tool {subject} with {note}",
        circumstance=OFFERED,
    ),
    *(
        _row(
            name,
            "behavior",
            "the loop ends a call earlier or later, and the answer says nothing that the call found out",
            words,
            circumstance=LAST_CHECK,
        )
        for name, words in (
            (
                "tool-call-added",
                "the model answers one request later, after one more call, {subject} with {note}",
            ),
            (
                "tool-call-removed",
                "the model answers one request earlier, without its last call, {subject} with {note}",
            ),
        )
    ),
    *(
        _row(
            name,
            "behavior",
            "tools are called all the same, and the loop goes on as before, a request later or earlier",
            words,
            circumstance=STEP,
        )
        for name, words in (
            ("tool-call-added", "the model now calls {note}"),
            ("tool-call-removed", "the model no longer calls {note}"),
        )
    ),
    _row(
        "tool-call-renamed",
        "breaking",
        "the client runs another tool with the same arguments",
        "the model called {old} and now calls {new}",
    ),
    _row(
        "tool-call-renamed",
        "behavior",
        "the client offers both tools and runs either",
        "the model now calls {note}",
        circumstance=INSTEAD,
    ),
    _row(
        "tool-definition-narrowed",
        "breaking",
        "a call on record is no longer valid",
        "the tool {subject} accepts less than before: {note}",
        circumstance=CALL_BROKEN,
    ),
    _row(
        "tool-arguments-shape-changed",
        "breaking",
        "the tool gets arguments of other names or types",
        "the arguments of {subject} have another shape: {note}",
    ),
    _row(
        "tool-arguments-shape-changed",
        "breaking",
        "no client can run a call with the beginning of its arguments",
        "the arguments of {subject} are cut off after {note}",
        circumstance=CUT_OFF,
    ),
    _row(
        "structured-output-invalid",
        "breaking",
        "the client cannot parse what it asked to be JSON",
        "the answer is no longer the JSON that the request asked for: {note}",
    ),
    _row(
        "structured-output-invalid",
        "breaking",
        "the client cannot parse the beginning of JSON",
        "the JSON that the request asked for is cut off after {note}",
        circumstance=CUT_OFF,
    ),
    _row(
        "text-facts-changed",
        "breaking",
        "JSON whose members have other types, or lack what the schema promised, cannot be read by who reads the old",
        "the JSON of the answer has another shape: {note}",
        circumstance=OTHER_SHAPE,
    ),
    _row(
        "text-appeared",
        "behavior",
        "the reader gets words where there were none; whoever reads them reads an empty text as well",
        "the answer now has text: {new}",
    ),
    _row(
        "text-vanished",
        "breaking",
        "the reader gets nothing",
        "the answer no longer has text; it was {old}",
    ),
    _row(
        "usage-vanished",
        "breaking",
        "who adds up the one finds none of it",
        "the usage is counted {note}",
        circumstance=OTHER_UNIT,
    ),
    _row(
        "usage-vanished",
        "breaking",
        "budgets and bills are computed from it",
        "token counts are no longer reported; they were {old}",
    ),
    _row(
        "wire-field-removed",
        "breaking",
        "a client that reads the field fails",
        "the field {subject} is gone; it was {old}",
        _SAME_PROVIDER,
    ),
    _row(
        "wire-type-changed",
        "breaking",
        "a typed client cannot parse the field",
        "the field {subject} was {old} and is now {new}",
        _SAME_PROVIDER,
    ),
    _row(
        "wire-field-renamed",
        "breaking",
        "a client that reads the field under its old name fails",
        "the field {old} is now called {new}",
        _SAME_PROVIDER,
    ),
    _row(
        "wire-field-renamed",
        "shape",
        "the field never said anything that a client could use: a build, a route, padding, a duration",
        "the field {old} is now called {new}",
        _SAME_PROVIDER,
        circumstance=SPARE,
    ),
    _row(
        "wire-field-renamed",
        "behavior",
        "a part of the bill is told elsewhere: who reads it finds none, as if it were no longer told",
        "{old} is now reported as {new}",
        _SAME_PROVIDER,
        circumstance=MOVED_COUNT,
    ),
    _row(
        "wire-field-nulled",
        "breaking",
        "a client that reads the value fails",
        "the field {subject} is null now; it was {old}",
        _SAME_PROVIDER,
    ),
    _row(
        "wire-field-nulled",
        "breaking",
        "a client that reads the first element fails",
        "the list {subject} is empty now; it was {old}",
        _SAME_PROVIDER,
        circumstance=EMPTIED,
    ),
    _row(
        "wire-field-nulled",
        "breaking",
        "a client that adds up the values of the events fails",
        "the field {subject}, which was never null, is null in {note} now",
        _SAME_PROVIDER,
        circumstance=IN_SOME_EVENTS,
    ),
    *(
        _row(
            name,
            "breaking",
            "without its id, its name or readable arguments no client can run a call, whoever made it",
            words,
            circumstance=OF_A_CALL,
        )
        for name, words in (
            ("wire-field-removed", "the {subject}: missing now; before {old}"),
            ("wire-field-nulled", "the {subject}: null now; before {old}"),
            ("wire-type-changed", "the {subject}: {new} now; before {old}"),
        )
    ),
    *(
        _row(name, "shape", "who ran the calls without it is not hindered by it", words, circumstance=OF_A_CALL)
        for name, words in (
            ("wire-field-added", "the {subject}: {new} now; before missing"),
            ("wire-field-filled", "the {subject}: {new} now; before null"),
        )
    ),
    _row(
        "event-type-renamed",
        "breaking",
        "a client that waits for the event by its old name hangs",
        "{note}",
        _SAME_PROVIDER,
    ),
    _row(
        "event-type-removed",
        "breaking",
        "a client that waits for the event hangs",
        "no event {subject} is sent any more",
        _SAME_PROVIDER,
    ),
    _row(
        "event-type-removed",
        "shape",
        "no client can rely on it: other streams of the old recording end without it, too",
        "no event {subject} is sent any more",
        _SAME_PROVIDER,
        circumstance=OPTIONAL,
    ),
    _row(
        "event-type-removed",
        "shape",
        "the API has its own event for the end of a stream",
        "no event {subject} is sent any more",
        _SAME_PROVIDER,
        circumstance=END_MARK,
    ),
    _row(
        "event-without-choices",
        "breaking",
        "a client that reads the first element in every event fails",
        "an event now has an empty list `{subject}`: clients that read its first element fail",
        _SAME_PROVIDER,
    ),
    _row(
        "event-without-choices",
        "breaking",
        "a client that reads the first element in every event fails",
        "{note} moved to a separate event with an empty list `{subject}`: clients that read its first element fail",
        _SAME_PROVIDER,
        circumstance=MOVED_APART,
    ),
    _row(
        "content-type-changed",
        "breaking",
        "a page for people is sent where a program reads: most often an error, or another server",
        "content type {old} became {new}: an HTML page",
        _SAME_PROVIDER,
        circumstance=HTML_PAGE,
    ),
    # --- behavior: same contract, other behaviour ---
    _row(
        "wire-field-removed",
        "breaking",
        "a client that reads the field of this event fails",
        "the event {note} no longer repeats {subject}; it was {old}",
        _SAME_PROVIDER,
        circumstance=REPEATED,
    ),
    _row(
        "wire-field-removed",
        "behavior",
        "the API leaves it out as it likes: clients had to expect that",
        "the field {subject} is gone; it was {old}",
        _SAME_PROVIDER,
        circumstance=OPTIONAL,
    ),
    _row(
        "wire-field-removed",
        "breaking",
        "a client that reads this list of sources fails, whatever the other one names",
        "the field {subject} is gone, beside which {note} still names sources; it was {old}",
        _SAME_PROVIDER,
        circumstance=SAME_SOURCES,
    ),
    _row(
        "request-parameter-changed",
        "behavior",
        "something else is asked for",
        "{subject} {change}",
    ),
    _row(
        "request-field-added",
        "behavior",
        "something more is asked for",
        "the request now has {subject}: {new}",
        _SAME_PROVIDER,
    ),
    *(
        _row(
            name,
            "behavior",
            "one server finds the call by its id, another refuses what it does not know",
            words,
            circumstance=OF_A_CALL,
        )
        for name, words in (
            ("request-field-added", "the request now has {subject}: {new}"),
            ("request-field-removed", "the request no longer has {subject}; it was {old}"),
        )
    ),
    _row(
        "request-field-removed",
        "behavior",
        "something is no longer asked for",
        "the request no longer has {subject}; it was {old}",
        _SAME_PROVIDER,
    ),
    _row(
        "request-field-renamed",
        "behavior",
        "what is marked so is another element now",
        "{old} moved to {new}",
        _SAME_PROVIDER,
        circumstance=MOVED,
    ),
    _row(
        "request-field-renamed",
        "behavior",
        "the API is asked with another field, which it may read otherwise",
        "{old} is now sent as {new}",
        _SAME_PROVIDER,
    ),
    _row(
        "request-type-changed",
        "behavior",
        "the API is asked with a value of another type, which it may read otherwise",
        "{subject} was sent as {old} and is now sent as {new}",
        _SAME_PROVIDER,
    ),
    _row(
        "response-schema-changed",
        "behavior",
        "the answer is asked for in another shape",
        "the schema that the answer must satisfy changed: {note}",
    ),
    _row(
        "response-schema-changed",
        "behavior",
        "something is asked for in another shape",
        "the schema {subject} changed: {note}",
        circumstance=OF_SETTING,
    ),
    _row(
        "request-url-changed",
        "behavior",
        "another resource is asked",
        "{note}",
        _SAME_PROVIDER,
    ),
    _row(
        "system-prompt-changed",
        "behavior",
        "the model is told something else",
        "the system prompt changed: {note}",
    ),
    _row(
        "prompt-changed",
        "behavior",
        "the model is asked something else",
        "{subject} changed: {note}",
    ),
    _row(
        "prompt-changed",
        "behavior",
        "the model is shown something else",
        "{note}",
        circumstance=LONE_MEDIUM,
    ),
    _row(
        "tool-definition-widened",
        "behavior",
        "the model may call the tool in ways that it could not before",
        "the tool {subject} accepts more than before: {note}",
    ),
    _row(
        "tool-definition-narrowed",
        "behavior",
        "the model, which fills it in, may no longer call the tool in ways that it could before",
        "the tool {subject} accepts less than before: {note}",
    ),
    *(
        _row(name, "behavior", "the same edit of several tools is one", words, circumstance=SEVERAL)
        for name, words in (
            ("tool-definition-widened", "the tools {subject} accept more than before: {note}"),
            ("tool-definition-narrowed", "the tools {subject} accept less than before: {note}"),
            ("tool-definition-changed", "the tools {subject}: {note}"),
        )
    ),
    _row(
        "tool-definition-changed",
        "behavior",
        "the vendor's tool has other actions and limits in each version",
        "the tool {subject} is another version: {note}",
        circumstance=OTHER_TYPE,
    ),
    _row(
        "tool-definition-changed",
        "behavior",
        "the model is offered other tools",
        "the tool {subject} is {note}",
        circumstance=LISTED,
    ),
    _row(
        "tool-definition-changed",
        "behavior",
        "the model calls it by that name",
        "the tool {note}",
        circumstance=RENAMED,
    ),
    _row(
        "tool-definition-changed",
        "behavior",
        "the model is offered other tools, or told something else of them",
        "the tool {subject}: {note}",
    ),
    _row(
        "tool-result-changed",
        "behavior",
        "the tool gave the model something else",
        "the result of {subject} changed: {note}",
    ),
    _row(
        "tool-arguments-changed",
        "behavior",
        "the tool is asked something else",
        "the arguments of {subject} changed: {note}",
    ),
    _row(
        "tool-arguments-changed",
        "behavior",
        "the call could not be run, and can be now",
        "the arguments of {subject} are whole now: {note}",
        circumstance=WHOLE_AGAIN,
    ),
    _row(
        "server-tool-call-changed",
        "behavior",
        "the provider's own tool did something else",
        "the provider's {subject} changed: {note}",
        _SAME_PROVIDER,
    ),
    _row(
        "response-model-changed",
        "behavior",
        "another model answers",
        "the model that answered changed: {old} → {new}",
    ),
    _row(
        "serving-changed",
        "behavior",
        "another tier has another price and speed, another region another law",
        "the call is served otherwise: {note}",
        _SAME_PROVIDER,
    ),
    _row(
        "text-facts-changed",
        "behavior",
        "numbers, addresses, names or code in the answer differ",
        "the text changed: {note}",
    ),
    _row(
        "text-changed",
        "behavior",
        "another answer, and not the same one in other words: who asserts on the text is told of it",
        "another answer: {note}",
    ),
    _row(
        "text-changed",
        "behavior",
        "a client that finds its answer by a mark in the text does not find it",
        "the answer has another form: {note}",
        circumstance=FORM,
    ),
    _row(
        "text-changed",
        "behavior",
        "the exact words of the page or the sound were asked for: nobody can search or quote a word that is lost",
        "other words were read: {note}",
        circumstance=READ_OFF,
    ),
    _row(
        "text-changed",
        "behavior",
        "the same question is answered in another language",
        "the answer is in another language, {note}",
        circumstance=OTHER_LANGUAGE,
    ),
    _row(
        "text-facts-changed",
        "behavior",
        "a client that finds its answer by a mark in the text does not find it",
        "the answer has another form: {note}",
        circumstance=FORM,
    ),
    _row(
        "status-class-changed",
        "behavior",
        "the call that used to fail succeeds: nobody breaks",
        "status {old} became {new}: the call no longer fails{more}",
        circumstance=SUCCESS,
    ),
    _row(
        "reasoning-appeared",
        "behavior",
        "the model now thinks aloud, which costs tokens and time",
        "the answer now has reasoning, in {note}",
    ),
    _row(
        "reasoning-appeared",
        "shape",
        "the model thought before as well: it counted the tokens and did not show the words",
        "the reasoning is now given as text ({note})",
        circumstance=AS_TEXT,
    ),
    _row(
        "reasoning-vanished",
        "behavior",
        "the client loses on the way what the model thought; thinking that is signed no longer fits its signature",
        "the client gives back only a part of the reasoning that arrived: {note} is missing",
        origin="request",
        circumstance=PARTLY,
    ),
    _row(
        "reasoning-appeared",
        "behavior",
        "the client used to lose on the way what the model thought",
        "the client gives back all of the reasoning that arrived: {note} was missing",
        origin="request",
        circumstance=PARTLY,
    ),
    _row(
        "reasoning-vanished",
        "behavior",
        "the client gives the model its thinking back without a word of it",
        "the client gives the reasoning back without the text that arrived: {note}",
        origin="request",
        circumstance=EMPTY,
    ),
    _row(
        "reasoning-appeared",
        "behavior",
        "the client used to give the model its thinking back without a word of it",
        "the client gives the reasoning back with the text that arrived, which was left out: {note}",
        origin="request",
        circumstance=EMPTY,
    ),
    _row(
        "reasoning-appeared",
        "behavior",
        "what was hidden is shown to whoever shows thinking",
        "the reasoning now has text; it was empty",
        circumstance=EMPTY,
    ),
    _row(
        "reasoning-appeared",
        "shape",
        "models sum their thinking up in some answers and not in others",
        "the answer now has a summary of its reasoning, which was empty",
        circumstance=SUMMED_UP,
    ),
    _row(
        "reasoning-vanished",
        "shape",
        "models sum their thinking up in some answers and not in others",
        "the summary of the reasoning is empty now{note}",
        circumstance=SUMMED_UP,
    ),
    _row(
        "reasoning-vanished",
        "behavior",
        "who shows the thinking has nothing to show",
        "the reasoning is empty now{note}",
        circumstance=EMPTY,
    ),
    _row(
        "reasoning-vanished",
        "shape",
        "the model still thinks: it counts the tokens and does not show the words",
        "the reasoning is no longer given as text ({note}), only counted",
        circumstance=AS_TEXT,
    ),
    _row(
        "reasoning-kind-changed",
        "behavior",
        "who reads the content gets the thinking with it, or no longer does",
        "{note}",
        _SAME_PROVIDER,
        circumstance=LEAKED,
    ),
    _row(
        "reasoning-kind-changed",
        "breaking",
        "who reads the content finds null where a string was",
        "{note}",
        _SAME_PROVIDER,
        circumstance=LEFT_NULL,
    ),
    _row(
        "reasoning-appeared",
        "behavior",
        "the client now gives the model its thinking back",
        "the history now carries reasoning: {note}",
        origin="request",
    ),
    _row(
        "reasoning-vanished",
        "behavior",
        "the client no longer gives the model its thinking back",
        "the history no longer carries reasoning; it was {note}",
        origin="request",
    ),
    _row(
        "reasoning-vanished",
        "behavior",
        "the model no longer shows its thinking",
        "the answer no longer has reasoning, which was in {note}",
    ),
    _row(
        "choice-count-changed",
        "behavior",
        "another number of answers is given",
        "the number of choices changed: {old} → {new}",
    ),
    _row(
        "choice-count-changed",
        "behavior",
        "the model answers more often, or less",
        "the number of responses in the session changed: {old} → {new}",
        circumstance=IN_SESSION,
    ),
    _row(
        "part-added",
        "behavior",
        "the answer holds something more",
        "the answer now holds {subject}",
    ),
    _row(
        "media-changed",
        "behavior",
        "another image or sound is given",
        "the {subject} in the answer changed: {note}",
    ),
    *(
        _row(
            rule,
            "behavior",
            "whoever goes through them meets more or fewer",
            "the answer holds {note}",
            circumstance=FEWER,
        )
        for rule in ("part-added", "part-removed")
    ),
    _row(
        "part-removed",
        "behavior",
        "the answer no longer holds something",
        "the answer no longer holds {subject}",
    ),
    _row(
        "refusal-vanished",
        "behavior",
        "the model now answers what it refused",
        "the model no longer refuses; the refusal was {old}",
    ),
    _row(
        "error-vanished",
        "behavior",
        "the call that used to fail succeeds",
        "the call no longer fails; the error was: {note}",
    ),
    _row(
        "error-changed",
        "behavior",
        "clients tell errors apart by type and code",
        "the error changed: {note}",
    ),
    _row(
        "finish-reason-changed",
        "behavior",
        "there was no answer at all; the one that is there now is not whole",
        "the new answer is incomplete: it ended with {note}",
        circumstance=AFTER_FAILURE,
    ),
    _row(
        "status-changed",
        "behavior",
        "same class of outcome, other code",
        "status {old} became {new}",
    ),
    _row(
        "status-changed",
        "breaking",
        "SDKs raise another exception for each code, which a client that catches the one does not catch",
        "status {old} became {new}: typed SDKs raise another exception{more}",
        circumstance=OF_FAILURES,
    ),
    _row(
        "job-state-changed",
        "behavior",
        "what is done can be used at once, and for what is on its way a client asks again",
        "the state of the job changed: {subject} {change}",
        circumstance=DONE,
    ),
    _row(
        "interaction-added",
        "behavior",
        "the client makes a request more",
        "one more request: {subject}",
    ),
    _row(
        "interaction-removed",
        "behavior",
        "the client makes a request less",
        "a request is no longer made: {subject}",
    ),
    *(
        _row(name, "behavior", "a token that is kept is not asked for again", words, circumstance=ACCESS)
        for name, words in (
            ("interaction-added", "one more request is recorded: {subject}"),
            ("interaction-removed", "a request is no longer recorded: {subject}"),
        )
    ),
    *(
        _row(
            name,
            "cosmetic",
            "a client asks until the job is done: how often is a matter of when",
            words,
            circumstance=POLL,
        )
        for name, words in (
            ("interaction-added", "the client asks once more how far the job is: {subject}"),
            ("interaction-removed", "the client asks one time less how far the job is: {subject}"),
        )
    ),
    _row(
        "interaction-reordered",
        "behavior",
        "the same requests in another order",
        "{subject} was interaction {old} and is now interaction {new}",
    ),
    _row(
        "interaction-reordered",
        "noise",
        "calls of which none is asked what another answered may run at the same time",
        "{subject} was interaction {old} and is now interaction {new}",
        circumstance=INDEPENDENT,
    ),
    _row(
        "attempts-changed",
        "behavior",
        "a failure that the gateway made good, and that another answered in its place",
        "behind the gateway {note}",
    ),
    _row(
        "call-order-changed",
        "behavior",
        "the client runs one tool before the other knows what it gave",
        "the model now calls {note}",
        circumstance=APART,
    ),
    _row(
        "citation-changed",
        "behavior",
        "the answer rests on other sources",
        "the citations changed: {note}",
    ),
    _row(
        "usage-changed",
        "behavior",
        "the call needs another number of tokens, and neither its prompt nor its answer explains that",
        "token counts changed: {note}",
    ),
    _row(
        "usage-detail-removed",
        "behavior",
        "a part of the bill is no longer told",
        "{subject} is no longer reported; it was {old}",
        _SAME_PROVIDER,
    ),
    _row(
        "cost-changed",
        "behavior",
        "the call costs another sum, and its tokens do not explain that",
        "the cost changed: {note}",
    ),
    _row(
        "id-topology-changed",
        "behavior",
        "one server finds the call by its id, another refuses an empty one",
        "{subject}: {note}",
        circumstance=OF_A_CALL,
    ),
    _row(
        "id-topology-changed",
        "behavior",
        "an id is missing or leads elsewhere: what belonged together no longer does",
        "{subject}: {note}",
        _SAME_PROVIDER,
    ),
    _row(
        "secret-unmasked",
        "behavior",
        "a recording is published with the repository, and its recorder no longer masks what must not be",
        "{subject} was masked or left out, and now holds {note}: revoke it, and record again without it",
    ),
    _row(
        "content-length-stale",
        "behavior",
        "the recorded length no longer is the body's: the file was edited by hand",
        "the {subject} body has {new} bytes, but {old} were recorded: it was edited by hand",
        _SAME_PROVIDER,
    ),
    _row(
        "content-type-changed",
        "behavior",
        "clients choose their parser by it",
        "content type {old} became {new}",
        _SAME_PROVIDER,
    ),
    _row(
        "problem-appeared",
        "behavior",
        "the new recording holds something that cannot be read as it should",
        "{note}",
    ),
    _row(
        "response-body-changed",
        "behavior",
        "another API found other things, which the model then reads",
        "{note}",
        circumstance=RESULTS,
    ),
    _row(
        "response-body-changed",
        "behavior",
        "what is near to what is another thing now; two runs of a model differ in the last digits",
        "{subject}: cosine similarity {note}",
        circumstance=VECTOR,
    ),
    *(
        _row(
            name,
            "behavior",
            "whoever looks for a thing by its name finds others",
            "{note}",
            _SAME_PROVIDER,
            circumstance=THINGS,
        )
        for name in ("response-field-added", "response-field-removed", "response-body-changed")
    ),
    _row(
        "response-field-added",
        "behavior",
        "whoever goes through the list meets one more",
        "the list {subject} has one more item: {note}",
        _SAME_PROVIDER,
        circumstance=ITEM,
    ),
    _row(
        "response-field-removed",
        "behavior",
        "whoever goes through the list meets one less",
        "the list {subject} has one item fewer: {note}",
        _SAME_PROVIDER,
        circumstance=ITEM,
    ),
    _row(
        "response-field-added",
        "shape",
        "clients that iterate over a list accept any number of items",
        "the list {subject} has one more item: {note}",
        _SAME_PROVIDER,
        circumstance=ELEMENT,
    ),
    _row(
        "response-field-removed",
        "behavior",
        "cassette does not know this API, and a client may need what is gone",
        "the list {subject} has one item fewer: {note}",
        _SAME_PROVIDER,
        circumstance=ELEMENT,
    ),
    _row(
        "response-body-changed",
        "behavior",
        "another order, and a client that sets a threshold decides otherwise",
        "{subject} {change}, and the scores are on another scale: {note}",
        circumstance=OTHER_SCALE,
    ),
    _row(
        "response-body-changed",
        "behavior",
        "another answer",
        "{subject} {change}",
    ),
    _row(
        "event-value-changed",
        "behavior",
        "a client that reads the events sees another value, although the joined answer is the same",
        "{subject} in the events: {old} became {new}",
        _SAME_PROVIDER,
    ),
    _row(
        "response-field-added",
        "shape",
        "clients ignore fields that they do not know",
        "the response now has {subject}: {new}",
        _SAME_PROVIDER,
    ),
    _row(
        "response-field-removed",
        "behavior",
        "cassette does not know this API, and a client may need what is gone",
        "the response no longer has {subject}; it was {old}",
        _SAME_PROVIDER,
    ),
    _row(
        UNCLASSIFIED,
        "breaking",
        "vectors of another size cannot be compared with those that are stored",
        "the vector {subject} has {new} numbers, not {old}",
        circumstance=SIZE,
    ),
    _row(
        "response-body-changed",
        "breaking",
        "vectors of another size cannot be compared with those that are stored",
        "the vector {subject} has {new} numbers, not {old}",
        circumstance=SIZE,
    ),
    _row(
        UNCLASSIFIED,
        "behavior",
        "no row speaks of it, and what is unknown is loud",
        "{subject} {change}",
    ),
    # --- shape: new things on the wire that old clients ignore ---
    _row(
        "wire-field-added",
        "shape",
        "clients ignore fields that they do not know",
        "a new field {subject}: {new}",
        _SAME_PROVIDER,
    ),
    _row(
        "wire-field-added",
        "shape",
        "the answer said it before, in another event",
        "the event {note} now repeats {subject}: {new}",
        _SAME_PROVIDER,
        circumstance=REPEATED,
    ),
    _row(
        "wire-field-added",
        "shape",
        "who reads the sources has them already, under another name",
        "a new field {subject}, beside {note}: {new}",
        _SAME_PROVIDER,
        circumstance=SAME_SOURCES,
    ),
    _row(
        "job-state-changed",
        "cosmetic",
        "a job goes on while it is recorded: which state is met is a matter of when",
        "the state of the job changed: {subject} {change}",
    ),
    _row(
        "wire-null-field-removed",
        "shape",
        "the field was always null, or always empty: no client can have used its value",
        "the field {subject}, always {old}, is gone",
        _SAME_PROVIDER,
    ),
    _row(
        "wire-volatile-field-removed",
        "shape",
        "the field never said anything that a client could use: a build, a route, padding, a duration",
        "the field {subject} is gone; it was {old}",
        _SAME_PROVIDER,
    ),
    _row(
        "wire-field-filled",
        "shape",
        "clients had to expect a value in the place of null",
        "the field {subject} was null and is now {new}",
        _SAME_PROVIDER,
    ),
    _row(
        "wire-field-filled",
        "shape",
        "clients had to expect elements in a list",
        "the list {subject} was empty and is now {new}",
        _SAME_PROVIDER,
        circumstance=EMPTIED,
    ),
    _row(
        "wire-field-filled",
        "shape",
        "clients had to expect a value in the place of null",
        "the field {subject}, which was null in {note}, is never null now",
        _SAME_PROVIDER,
        circumstance=IN_SOME_EVENTS,
    ),
    _row(
        "wire-volatile-field-nulled",
        "shape",
        "the field never said anything that a client could use: a build, a route, padding, a duration",
        "the field {subject} is null now; it was {old}",
        _SAME_PROVIDER,
    ),
    _row(
        "wire-detail-changed",
        "shape",
        "which of these fields there are varies from call to call",
        "{subject} {change}",
        _SAME_PROVIDER,
    ),
    _row(
        "wire-detail-changed",
        "behavior",
        "the model thinks more or less than it did, without being asked to",
        "the default of {subject} is {new} now, and was {old}",
        circumstance=DEFAULT,
    ),
    *(
        _row(
            f"request-field-{way}",
            "behavior",
            "both providers know the setting: the client asks only one of them for it",
            words,
            circumstance=SETTING,
        )
        for way, words in (
            ("added", "the request now has {subject}: {new}"),
            ("removed", "the request no longer has {subject}; it was {old}"),
        )
    ),
    _row(
        "request-field-renamed",
        "behavior",
        "one API of one provider is asked with another field, whoever made the model",
        "{old} is now sent as {new}",
        circumstance=SETTING,
    ),
    *(
        _row(
            f"request-field-{way}",
            "cosmetic",
            "it says what holds without it: the same request, spelled otherwise",
            words,
            _SAME_PROVIDER,
            circumstance=DEFAULT,
        )
        for way, words in (
            ("added", "the request now says {subject}: {new}, which is the default"),
            ("removed", "the request no longer says {subject}: {old}, which is the default"),
        )
    ),
    _row(
        "event-type-added",
        "shape",
        "clients ignore events that they do not know",
        "a new event type {subject}",
        _SAME_PROVIDER,
    ),
    _row(
        "event-type-added",
        "shape",
        "the API has its own event for the end of a stream",
        "a new event type {subject}",
        _SAME_PROVIDER,
        circumstance=END_MARK,
    ),
    _row(
        "header-added",
        "shape",
        "an SDK chooses its own headers",
        "a new request header {subject}: {new}",
        _SAME_SDK,
        "request",
    ),
    _row(
        "header-removed",
        "shape",
        "an SDK chooses its own headers",
        "the request header {subject} is gone; it was {old}",
        _SAME_SDK,
        "request",
    ),
    _row(
        "header-added",
        "shape",
        "only those that clients act on are told",
        "a new response header {subject}: {new}",
        _SAME_PROVIDER,
    ),
    _row(
        "header-removed",
        "shape",
        "only those that clients act on are told",
        "the response header {subject} is gone; it was {old}",
        _SAME_PROVIDER,
    ),
    *(
        _row(
            name,
            "shape",
            "no SDK sends it by itself",
            words,
            _SAME_PROVIDER,
            "request",
            CHOSEN,
        )
        for name, words in (
            ("header-added", "a new request header {subject}: {new}"),
            ("header-removed", "the request header {subject} is gone; it was {old}"),
            ("header-changed", "the request header {subject} {change}"),
        )
    ),
    *(
        _row(
            rule,
            "shape",
            "what the service announces is to be acted on, whatever else changed",
            words,
            circumstance=WARNING,
        )
        for rule, words in (
            ("header-added", "the service warns: {note}"),
            ("header-changed", "the service warns otherwise: {note}"),
            ("header-removed", "the service no longer warns: {note}"),
        )
    ),
    _row(
        "header-changed",
        "shape",
        "an SDK chooses its own headers",
        "the request header {subject} {change}",
        _SAME_SDK,
        "request",
    ),
    _row(
        "header-changed",
        "cosmetic",
        "what is asked, and answered, tells whether it matters",
        "another method of the SDK is called: {change} (the header {subject})",
        _SAME_PROVIDER,
        "request",
        SDK_METHOD,
    ),
    _row(
        "header-changed",
        "shape",
        "only those that clients act on are told",
        "the response header {subject} {change}",
        _SAME_PROVIDER,
    ),
    _row(
        "usage-detail-added",
        "shape",
        "a part of the bill that was not told before",
        "{subject} is now reported: {new}",
        _SAME_PROVIDER,
    ),
    _row(
        "usage-appeared",
        "shape",
        "clients that did not count on it ignore it",
        "token counts are now reported: {new}",
    ),
    _row(
        "reasoning-kind-changed",
        "behavior",
        "the client gives the model its thinking back in another form",
        "the history carried reasoning as {old} and now carries it as {new}",
        _SAME_PROVIDER,
        origin="request",
    ),
    _row(
        "usage-detail-removed",
        "shape",
        "clients had to do without it: other calls of the old recording have none either",
        "{subject} is no longer reported; it was {old}",
        _SAME_PROVIDER,
        circumstance=OPTIONAL,
    ),
    _row(
        "reasoning-kind-changed",
        "shape",
        "thinking is shown in another form (text, summary, sealed)",
        "reasoning was {old} and is now {new}",
        _SAME_PROVIDER,
    ),
    _row(
        "event-without-choices-gone",
        "shape",
        "a client that could read the event can read the others",
        "there is no event with an empty list `{subject}` any more",
        _SAME_PROVIDER,
    ),
    # --- cosmetic: same meaning, other wording or packaging ---
    _row(
        "text-reworded",
        "cosmetic",
        "the same facts in other words",
        "the text is reworded: {note}",
    ),
    _row(
        "text-reworded",
        "cosmetic",
        "a few words that the same limit cut off are no answer: what would follow is not known",
        "the text begins otherwise; both are cut at {note}",
        circumstance=BOTH_CUT,
    ),
    _row(
        "text-reworded",
        "cosmetic",
        "the same request asks the same model for a poem, a joke or the like: nobody is given the same one twice",
        "made up anew: {note}",
        circumstance=MADE_UP,
    ),
    *(
        _row(
            rule,
            level,
            "it is the beginning of what was said",
            "the text is cut off after {note}",
            circumstance=CUT_OFF,
        )
        for rule, level in (
            ("text-reworded", "cosmetic"),
            ("text-changed", "behavior"),
            ("text-facts-changed", "behavior"),
        )
    ),
    _row(
        "text-reworded",
        "cosmetic",
        "what a model says before it calls a tool is a courtesy; the call is compared by itself",
        "the text before the call to {subject} is reworded: {note}",
        circumstance=BESIDE_CALL,
    ),
    _row(
        "text-appeared",
        "behavior",
        "the tool is called all the same; the model says now what it is about to do, and people read it",
        "there is now text before the call to {subject}: {new}",
        circumstance=BESIDE_CALL,
    ),
    _row(
        "text-vanished",
        "behavior",
        "the tool is called all the same; the model no longer says what it is about to do, which people read",
        "there is no longer text before the call to {subject}; it was {old}",
        circumstance=BESIDE_CALL,
    ),
    _row(
        "text-vanished",
        "behavior",
        "whoever reads the elements by their number finds the call where the text was",
        "there is no longer text before the call to {subject}; it was {old}{note}",
        circumstance=SHIFTED,
    ),
    _row(
        "text-appeared",
        "behavior",
        "whoever reads the elements by their number finds the text where the call was",
        "there is now text before the call to {subject}: {new}{note}",
        circumstance=SHIFTED,
    ),
    _row(
        "text-vanished",
        "behavior",
        "whoever reads the elements by their number finds something else at each",
        "the answer no longer begins with the text {old}{note}",
        circumstance=BLANK,
    ),
    _row(
        "text-appeared",
        "behavior",
        "whoever reads the elements by their number finds something else at each",
        "the answer now begins with the text {new}{note}",
        circumstance=BLANK,
    ),
    _row(
        "usage-changed",
        "behavior",
        "who adds up the two counts a part twice, or not at all",
        "{subject} {note}",
        circumstance=OTHER_SUM,
    ),
    _row(
        "usage-changed",
        "behavior",
        "thinking that is many times as long is paid, and waited for",
        "token counts changed: {note}",
        circumstance=THINKING,
    ),
    _row(
        "tool-arguments-changed",
        "cosmetic",
        "a blank behind a comma: whoever runs the tool reads the same words",
        "the arguments of {subject} are spaced otherwise: {note}",
        circumstance=WHITESPACE,
    ),
    _row(
        "tool-arguments-changed",
        "cosmetic",
        "the tool does the same; the model describes to a person in other words what that is",
        "the model says otherwise what the call to {subject} is for: {note}",
        circumstance=SPOKEN,
    ),
    _row(
        "prompt-changed",
        "cosmetic",
        "a model reads the same words",
        "{subject} changed: {note}",
        circumstance=WHITESPACE,
    ),
    _row(
        "system-prompt-changed",
        "cosmetic",
        "a model reads the same words",
        "the system prompt changed: {note}",
        circumstance=WHITESPACE,
    ),
    *(
        _row(rule, level, reason, f"{subject} differs only in {{note}}", circumstance=circumstance)
        for rule, subject in (("prompt-changed", "{subject}"), ("system-prompt-changed", "the system prompt"))
        for level, circumstance, reason in (
            ("noise", MADE, "a program makes ids anew in every run; a model only repeats them"),
            ("cosmetic", STAMPED, "every run has another time; it may steer an answer that speaks of it"),
        )
    ),
    _row(
        "refusal-reworded",
        "cosmetic",
        "a refusal in other words is the same refusal",
        "the refusal is reworded: {old} → {new}",
    ),
    _row(
        "telemetry-changed",
        "cosmetic",
        "what an SDK uploads in the background, and in how many pieces, is a matter of time; no answer depends on it",
        "{note}",
    ),
    _row(
        "telemetry-changed",
        "noise",
        "ids and times are others in every upload",
        "{note}",
        circumstance=SAME_ITEMS,
    ),
    _row(
        "text-whitespace-changed",
        "cosmetic",
        "only spaces and line ends differ",
        "only whitespace changed: {old} → {new}",
    ),
    _row(
        "request-serialization-changed",
        "cosmetic",
        "the API reads a text and a list of that text alone as the same",
        "the request means the same but is written differently: {subject} is sent as {new} now, not as {old}",
        _SAME_PROVIDER,
        circumstance=WRAPPED,
    ),
    _row(
        "request-serialization-changed",
        "cosmetic",
        "the same request, spelled otherwise",
        "the request means the same but is written differently: {subject} {change}",
        _SAME_SDK,
    ),
    _row(
        "stream-mended",
        "cosmetic",
        "the old recording was cut short, the new one is whole",
        "the old stream was cut short; the new one is whole",
    ),
    _row(
        "structured-output-mended",
        "cosmetic",
        "the old answer was not the JSON that was asked for",
        "the answer is now the JSON that the request asked for",
    ),
    _row(
        "content-length-mended",
        "noise",
        "the old recording was edited by hand, the new one was not: nobody need act",
        "the recorded length of the {subject} body is right again",
        _SAME_PROVIDER,
    ),
    _row(
        "problem-vanished",
        "cosmetic",
        "the old recording held something that could not be read",
        "a problem of the old recording is gone: {note}",
    ),
    _row(
        "format-changed",
        "cosmetic",
        "another recorder, the same traffic",
        "the cassette format {old} became {new}",
    ),
    # --- noise: expected to differ in any two recordings ---
    _row(
        "call-order-changed",
        "noise",
        "calls that are made together may run in any order: each result names its call",
        "the calls of one message come in another order: {old} → {new}",
    ),
    _row(
        "recorder-field-changed",
        "noise",
        "what the recorder notes beside the traffic",
        "the recorder's field {subject} {change}",
    ),
    _row(
        "http-version-changed",
        "noise",
        "negotiated anew by every connection; clients do not see it",
        "the HTTP version: {change}",
    ),
    _row(
        "transport-changed",
        "noise",
        "no client of these APIs acts on it",
        "{subject} {note}",
    ),
    _row(
        "event-chunking-changed",
        "noise",
        "a server cuts its stream by its own load; any cut of the same stream says the same",
        "{old} events became {new}",
    ),
    _row(
        "event-presence-changed",
        "noise",
        "which events of a kind carry the field varies; there are such events on both sides",
        "{subject} stands in other events of its kind",
    ),
    _row(
        "event-presence-changed",
        "shape",
        "a client that reads it from an earlier event no longer finds it there",
        "only the last event now has {subject}; every event had it before",
        _SAME_PROVIDER,
        circumstance=IN_LAST_EVENT,
    ),
    _row(
        "event-presence-changed",
        "shape",
        "it comes earlier, and its value before the last event may not be final",
        "every event now has {subject}; only the last one had it before",
        _SAME_PROVIDER,
        circumstance=IN_EVERY_EVENT,
    ),
    _row(
        "wire-null-field-removed",
        "noise",
        "which events carry a field is chance, as long as some do",
        "the field {subject}, null in {note}, is no longer sent there",
        circumstance=IN_SOME_EVENTS,
    ),
    _row(
        "wire-field-added",
        "noise",
        "which events carry a field is chance, as long as some do",
        "the field {subject} is null in {note} now, where it was not sent",
        circumstance=IN_SOME_EVENTS,
    ),
    _row(
        "interim-value-changed",
        "noise",
        "a count in the middle of a stream, which the last one supersedes, or the number of a part that came or went",
        "{subject} in the events: {old} became {new}",
    ),
    _row(
        "json-formatting-changed",
        "noise",
        "the order of keys and the spaces of JSON mean nothing (RFC 8259)",
        "the JSON of {subject} is formatted differently",
    ),
    _row(
        "reasoning-reworded",
        "noise",
        "a model never thinks the same words twice",
        "the reasoning is reworded ({note})",
    ),
    _row(
        "user-agent-changed",
        "noise",
        "provenance, said above all findings",
        "User-Agent {change}",
    ),
    _row(
        "usage-changed",
        "noise",
        "counts follow the prompt and the answer, and what a cache held depends on who asked before",
        "token counts changed: {note}",
        circumstance=WITHIN_TOLERANCE,
    ),
    _row(
        "cost-changed",
        "noise",
        "the cost varies as the tokens do",
        "the cost changed: {note}",
        circumstance=WITHIN_TOLERANCE,
    ),
    _row(
        "cost-changed",
        "cosmetic",
        "no bill shows it, and another upstream or other token counts can explain it",
        "the cost changed: {note}",
        circumstance=TRIVIAL,
    ),
    *(
        _row(
            f"usage-detail-{way}",
            "noise",
            "calls of both recordings have it: it is left out where it is nought",
            f"{{subject}} is {words}",
            circumstance=LEFT_OUT,
        )
        for way, words in (("added", "reported here: {new}"), ("removed", "not reported here; it was {old}"))
    ),
    *(
        _row(
            name,
            "noise",
            "other calls of the recording without it have it: which have it varies",
            f"{{subject}} stands in other answers now: {{{side}}}",
            circumstance=KNOWN,
        )
        for name, side in (
            ("wire-field-added", "new"),
            ("wire-field-removed", "old"),
            ("wire-null-field-removed", "old"),
            ("wire-volatile-field-removed", "old"),
        )
    ),
    _row("id-changed", "noise", "renamed consistently", "{subject} {change}"),
    _row("time-changed", "noise", "a moment", "{subject} {change}"),
    _row("opaque-changed", "noise", "sealed", "{subject} changed"),
    _row("measure-changed", "noise", "a duration or a size", "{subject} {change}"),
    _row(
        "score-changed",
        "noise",
        "a vector, a probability: no two runs compute the same",
        "{subject} {change}",
    ),
    _row(
        "score-changed",
        "behavior",
        "the model rates the same otherwise, and a client that sets a threshold decides otherwise",
        "{subject} {change}",
        circumstance=ANOTHER_VERDICT,
    ),
    _row(
        "score-changed",
        "behavior",
        "a client that keeps what is above a threshold keeps all of it now, or nothing",
        "{subject} are on another scale: {note}",
        _SAME_PROVIDER,
        circumstance=OTHER_SCALE,
    ),
    _row("padding-changed", "noise", "filler", "{subject} changed"),
    _row("fingerprint-changed", "noise", "the build that answered", "{subject} {change}"),
    _row("route-changed", "noise", "the machine or the upstream that answered", "{subject} {change}"),
    _row("ratelimit-changed", "noise", "a quota's state", "{subject} {change}"),
    _row("trace-changed", "noise", "leads to the provider's logs", "{subject} changed"),
    _row("mask-changed", "noise", "nobody knows what a recorder's filter wrote over", "{subject} {change}"),
    _row(
        "secret-masked",
        "noise",
        "the recorder masks what must not be published",
        "{subject} held {note}, and is masked",
    ),
    _row("account-changed", "noise", "says who pays", "{subject} changed"),
)

OPTIONAL_FIELDS = (
    ("avgLogprobs", "Gemini: models from 2.5 on do not compute it"),
    ("finishMessage", "Gemini: a sentence on the finish reason, with some answers"),
)
"""Fields of answers that an API leaves out as it likes, and why one knows."""

SPOKEN_ARGUMENTS = ("description", "explanation", "justification", "rationale", "reason", "thought")
"""Arguments in which a model says to a person what a call is for: the tool does nothing with them."""

ACTING_ARGUMENTS = ("command", "cmd", "code", "script", "file_path", "path", "pattern", "prompt", "query", "sql", "url")
"""Arguments by which a tool acts, in any of the agents on record: beside one of them, a description is for a person."""


@record
class Consequence:
    """`effect` (a rule, or a prefix ending in ``*``) says nothing new beside `root` in the same interaction.

    `reason` says why it follows. The rest are conditions: `only_lost` asks that the new recording has nothing in the
    old one's place, or only its beginning; `words` that the effect's path holds one of them; `ends` that it is the
    change from one of two finish reasons to the other; `by_name` that its path names what the root speaks of;
    `only_calls` that one of the two answers calls no tool at all. `requests` says that changes of the request follow
    too. `between_outcomes` is a failure on one side: what is wrong with the answer that is there now (`SHORTCOMINGS`)
    follows from nothing. `held` asks that the root's value holds what the effect says, and `within` that the root lies
    inside of what the effect speaks of; `fields` that its path ends with one of them; `end` that the output now ends,
    or ended, with this finish reason; `dialect` that the API is one whose name begins so; `wordless` that on one side
    there are no words at all, nor thinking in the place of the words.
    """

    root: str
    effects: tuple[str, ...]
    reason: str
    only_lost: bool = False
    only_gained: bool = False
    words: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    by_name: bool = False
    only_calls: bool = False
    requests: bool = False
    between_outcomes: bool = False
    held: bool = False
    within: bool = False
    end: str = ""
    dialect: str = ""
    wordless: bool = False


@record
class Decision:
    """A setting of the request (`asked`, one of the steps of its path) that decides `effects` (rules, or prefixes
    ending in ``*``), at paths that hold one of `words` if there are any: what was ordered is no news of its own.
    `named` is what the setting's own values must name; `more` says that they ask for more or less of it, so that an
    effect of the other direction is none.
    """

    asked: tuple[str, ...]
    effects: tuple[str, ...]
    reason: str
    words: tuple[str, ...] = ()
    named: str = ""
    more: bool = False


@record
class Shortcoming:
    """A rule that speaks of an answer that is no good one."""

    rule: str
    reason: str


@record
class Failure:
    """A word near the beginning of a tool's result, in small letters."""

    word: str
    reason: str


@record
class Kind:
    """The beginning of a rule, and the plain words for all rules that begin so."""

    rule: str
    words: str


_OF_CALLS = (
    "tool_call",
    "tool_use",
    "toolUse",
    "functionCall",
    "function_call",
    "content_block.id",
    "content_block.name",
    "content_block.input",
    "content[].id",
    "content[].name",
    "content[].input",
    "partial_json",
    "content[tool_use]",
    "item.call_id",
    "item.arguments",
    "item.name",
)

_OUTPUT = (
    "text-*",
    "tool-*",
    "finish-reason-changed",
    "usage-*",
    "cost-changed",
    "reasoning-*",
    "refusal-*",
    "wire-*",
    "event-*",
    "response-*",
    "part-*",
    "citation-changed",
    "choice-count-changed",
    "structured-output-*",
    "problem-*",
    "unclassified-change",
    "stream-*",
    "content-type-changed",
    "header-*",
    "error-*",
    "status-*",
    "id-topology-changed",
)

LABELS: tuple[tuple[str, str], ...] = (
    ("Thought", "LlamaIndex takes the whole output for the answer where it is missing"),
    ("Action", "names the tool that ReAct agents run"),
    ("Action Input", "what ReAct agents give to the tool"),
    ("Observation", "ReAct agents cut the output here"),
    ("Final Answer", "LangChain and CrewAI end their loop here"),
)
"""Labels at the beginning of a line that clients look for in an answer, and why."""

PAGE_TAGS = (
    "html", "head", "body", "div", "p", "span", "ul", "ol", "table", "svg", "a", "b", "i", "em", "strong", "pre",
    "code", "h1", "h2", "h3", "details", "script", "style", "section", "article", "button", "form",
)  # fmt: skip
"""Tags of an answer that is a page: nobody waits for just these."""

OF_TEXT = (
    *("output_tokens", "completion_tokens", "text_tokens", "eval_count"),
    *("candidates_token_count", "candidates_tokens_details", "response_token_count", "response_tokens_details"),
    *("outputTokens", "candidatesTokenCount", "candidatesTokensDetails", "responseTokenCount", "responseTokensDetails"),
)
"""Counts of the text of an answer: there are none where there is no text. Any other count is one of its own."""

_CARRIED = (
    *("request.input_messages", "request.messages", "request.system", "request.tools", "request.documents"),
    *("request.message", "request.chat_history", "request.preamble", "request.prompt", "request.tool_results"),
)
"""Where a request holds what a model is told, and what it may call."""

CONSEQUENCES = (
    *(
        Consequence(
            root=root, effects=_OUTPUT, reason="an error has another body than an answer", between_outcomes=True
        )
        for root in ("status-class-changed", "error-appeared", "error-vanished")
    ),
    Consequence(
        root="protocol-changed",
        effects=(
            "wire-*",
            "event-*",
            "content-type-changed",
            "stream-mode-changed",
            "usage-detail-*",
            "header-*",
            "unclassified-change",
            "request-field-renamed",
            "request-type-changed",
            "request-serialization-changed",
            "request-url-changed",
        ),
        reason="another version of an API has other addresses, fields and events",
        requests=True,
    ),
    Consequence(
        root="protocol-changed",
        effects=("request-field-*",),
        reason="another version of an API takes the conversation, its documents and tools otherwise; a setting is news",
        requests=True,
        words=_CARRIED,
    ),
    Consequence(root="stream-truncated", effects=_OUTPUT, reason="what came after the cut is missing", only_lost=True),
    Consequence(
        root="stream-truncated",
        effects=("unclassified-change", "event-value-changed"),
        reason="an answer that is not whole says so",
        words=(".status",),
    ),
    Consequence(
        root="stream-mended",
        effects=("unclassified-change", "event-value-changed"),
        reason="an answer that is whole says so",
        words=(".status",),
    ),
    Consequence(
        root="stream-mended", effects=_OUTPUT, reason="what came after the cut is there again", only_gained=True
    ),
    Consequence(
        root="error-appeared",
        effects=("finish-reason-changed",),
        reason="the chunk that holds the error ends the output with it",
        dialect="openai.chat",
    ),
    Consequence(
        root="refusal-appeared",
        effects=("text-vanished", "structured-output-invalid", "tool-call-removed"),
        reason="the refusal replaces the answer, or a call",
    ),
    Consequence(
        root="refusal-vanished",
        effects=("text-appeared", "structured-output-mended"),
        reason="an answer stands in the place of the refusal",
    ),
    Consequence(
        root="stream-mode-changed",
        effects=("content-type-changed", "wire-*", "event-*", "usage-appeared", "usage-vanished", "usage-detail-*"),
        reason="events and a body have other fields, and often only one of them has counts",
    ),
    Consequence(
        root="stream-mode-changed",
        effects=("request-field-*", "request-parameter-changed"),
        reason="the client asks for events, or for counts at their end: one switch",
        words=("parameters.stream", "include_usage", "stream_options", "request.query.alt"),
        requests=True,
    ),
    Consequence(
        root="status-changed",
        effects=("error-changed",),
        reason="another error has another status",
    ),
    Consequence(
        root="error-changed",
        effects=("header-*",),
        reason="another error has other headers (www-authenticate, retry-after)",
    ),
    Consequence(
        root="error-changed",
        effects=("wire-*", "unclassified-change"),
        reason="another error has other details",
        words=("response.body.error.details", "response.body.details", "response.body.error.metadata"),
    ),
    *(
        row
        for root in ("tool-call-removed", "tool-call-added")
        for row in (
            Consequence(
                root=root,
                effects=("finish-reason-changed",),
                reason="the output ends with the call, or without it",
                ends=("tool_call", "stop"),
            ),
            Consequence(
                root=root,
                effects=("wire-*", "event-type-*"),
                reason="a call has fields of its own",
                words=_OF_CALLS,
                only_calls=True,
            ),
            Consequence(
                root=root,
                effects=("unclassified-change", "event-value-changed"),
                reason="the item in a call's place is of another type",
                words=(".type",),
                only_calls=True,
            ),
            Consequence(
                root=root,
                effects=("text-reworded", "text-changed", "text-facts-changed"),
                reason="who calls a tool announces it, and who calls none answers",
                only_calls=True,
            ),
            Consequence(
                root=root,
                effects=("reasoning-appeared", "reasoning-vanished"),
                reason="Cohere's `tool_plan` goes with the call",
                only_calls=True,
                dialect="cohere",
            ),
        )
    ),
    *(
        Consequence(
            root="finish-reason-changed",
            effects=(
                *("text-*", "usage-*", "wire-*", "tool-call-*", "reasoning-*", "structured-output-*"),
                *("citation-changed", "unclassified-change"),
            ),
            reason="an answer that is held back is not there, cites nothing, is not counted, and says why",
            end="content_filter",
            words=words,
        )
        for words in (("output_messages", "response.usage"), ("afety", "filter", "blocked"))
    ),
    *(
        Consequence(
            root="finish-reason-changed",
            effects=("unclassified-change", "wire-*", "event-value-changed", "event-presence-changed"),
            reason="the status of an answer and its details are the finish reason, in other fields",
            words=(".status", ".incomplete_details"),
            dialect=dialect,
        )
        for dialect in ("openai.responses", "openai.realtime")
    ),
    Consequence(
        root="finish-reason-changed",
        effects=("text-reworded", "text-changed"),
        reason="an output that was cut says less",
        end="length",
    ),
    *(
        Consequence(
            root="finish-reason-changed",
            effects=("structured-output-*", "tool-arguments-*"),
            reason="an output that was cut has only the beginning of its JSON",
            end="length",
            only_lost=lost,
            only_gained=not lost,
        )
        for lost in (True, False)
    ),
    Consequence(
        root="structured-output-invalid", effects=("text-*",), reason="the text is what is no longer the JSON asked for"
    ),
    Consequence(
        root="structured-output-mended", effects=("text-*",), reason="the text is what is now the JSON asked for"
    ),
    *(
        Consequence(
            root="finish-reason-changed",
            effects=(effect,),
            reason="an output that was cut before its first word has none, which is said with it",
            end="length",
            only_lost=effect == "text-vanished",
            only_gained=effect == "text-appeared",
        )
        for effect in ("text-vanished", "text-appeared")
    ),
    *(
        Consequence(
            root=root,
            effects=("wire-*",),
            reason="no words, nothing that a filter runs over",
            words=("content_filter_results",),
            wordless=True,
        )
        for root in ("text-vanished", "text-appeared")
    ),
    Consequence(
        root="tool-arguments-shape-changed",
        effects=("wire-*",),
        reason="an argument is the model's, and no field of the API",
        words=(".input.", ".arguments.", ".args."),
    ),
    *(
        Consequence(
            root=root,
            effects=("wire-*", "event-type-*"),
            reason="thinking has fields of its own",
            words=("reasoning", "thinking", "thought", "Thought", "encrypted_content", "signature"),
        )
        for root in ("reasoning-appeared", "reasoning-vanished", "reasoning-kind-changed")
    ),
    *(
        Consequence(
            root=root,
            effects=("wire-*", "unclassified-change"),
            reason="thinking that is sealed as a whole is a block of another type, with its own field",
            words=("content[].data", "].type"),
            dialect="anthropic",
        )
        for root in ("reasoning-appeared", "reasoning-vanished")
    ),
    *(
        Consequence(
            root=root,
            effects=("usage-detail-*",),
            reason="what is not thought is not counted as thought",
            words=("reasoning", "thoughts"),
        )
        for root in ("reasoning-appeared", "reasoning-vanished", "reasoning-kind-changed")
    ),
    *(
        Consequence(
            root=root,
            effects=("wire-*", "event-type-*"),
            reason="an item of the answer has fields and events of its own",
            by_name=True,
        )
        for root in ("part-removed", "part-added")
    ),
    Consequence(
        root="request-url-changed",
        effects=("request-field-*", "request-parameter-changed"),
        reason="one address: what is asked in the query is told with the path",
        words=("request.query.",),
        requests=True,
    ),
    Consequence(
        root="content-type-changed",
        effects=("response-body-changed",),
        reason="a body of another type is another body",
        words=("response.body",),
    ),
    *(
        Consequence(
            root=root,
            effects=("request-field-added", "request-field-removed", "request-type-changed"),
            reason="a text that is sent as one part more is told as the text that it is",
            held=True,
            requests=True,
        )
        for root in ("system-prompt-changed", "prompt-changed")
    ),
    *(
        Consequence(
            root=root,
            effects=("request-type-changed",),
            reason="a text is sent as parts so that something may stand beside it",
            within=True,
            requests=True,
        )
        for root in ("request-field-added", "request-field-removed", "prompt-changed")
    ),
    *(
        Consequence(
            root=root,
            effects=("wire-field-*",),
            reason="the count under the name that this API has for it",
            held=True,
            words=("count", "tokens"),
        )
        for root in ("usage-appeared", "usage-vanished")
    ),
    *(
        Consequence(
            root=root,
            effects=(root,),
            reason="a part of what came or went with it",
            held=True,
            requests=True,
        )
        for root in ("wire-field-added", "wire-field-removed", "request-field-added", "request-field-removed")
    ),
    *(
        Consequence(
            root=f"response-field-{way}",
            effects=(f"wire-field-{way}", f"response-field-{way}"),
            reason="a part of what came or went with it",
            held=True,
        )
        for way in ("added", "removed")
    ),
    Consequence(
        root="tool-call-removed",
        effects=("text-appeared",),
        reason="the answer stands where the call stood",
        only_calls=True,
    ),
    Consequence(
        root="tool-call-added",
        effects=("text-vanished",),
        reason="the call stands where the answer stood",
        only_calls=True,
    ),
    *(
        Consequence(
            root=f"text-{was}",
            effects=(f"usage-detail-{way}",),
            reason="what is not there is not counted",
            fields=OF_TEXT,
        )
        for was, way in (("vanished", "removed"), ("appeared", "added"))
    ),
    *(
        Consequence(
            root=root,
            effects=("text-facts-changed", "text-changed", "text-reworded"),
            reason="the one text is the answer, the other leads up to a call",
            only_calls=True,
        )
        for root in ("tool-call-removed", "tool-call-added")
    ),
    Consequence(
        root="response-body-changed",
        effects=("wire-field-filled", "wire-field-nulled"),
        reason="OpenAI: the file of the requests of a batch that failed, of which the counts speak",
        fields=("error_file_id",),
    ),
    Consequence(
        root="attempts-changed",
        effects=("wire-detail-changed",),
        reason="another upstream says of itself what it likes",
        words=("provider_metadata",),
    ),
    Consequence(
        root="citation-changed",
        effects=("event-*", "wire-*", "unclassified-change"),
        reason="what is cited has its own fields and events",
        words=("annotation", "citation"),
    ),
    *(
        Consequence(
            root="finish-reason-changed",
            effects=("text-reworded", "text-changed", "text-facts-changed"),
            reason="an output that was cut has only the beginning of the text",
            only_lost=lost,
            only_gained=not lost,
        )
        for lost in (True, False)
    ),
)

_THOUGHT = ("reasoning", "thinking", "thought", "Thought")

DECISIONS = (
    Decision(
        asked=("include_usage", "stream_options"),
        effects=("usage-appeared", "usage-vanished", "event-without-choices-gone"),
        reason="asks for the counts; that they come in an event without choices, at which clients fail, is told beside",
    ),
    Decision(
        asked=("include_usage", "stream_options"),
        effects=("wire-field-added", "wire-field-removed", "wire-field-nulled", "wire-field-filled", "wire-null-*"),
        reason="it adds the counts, which are null in all events but one; it removes no field from the choices",
        words=("usage",),
    ),
    Decision(
        asked=("stream",),
        effects=("request-field-added", "request-field-removed"),
        reason="only a stream has a setting of how its counts come: OpenAI refuses it beside a whole answer",
        words=("include_usage", "stream_options"),
        more=True,
    ),
    Decision(
        asked=("include",),
        effects=("wire-*", "request-field-*"),
        reason="asks for the sealed thinking",
        words=("encrypted_content",),
        named="encrypted_content",
    ),
    Decision(
        asked=("include",),
        effects=("reasoning-kind-changed", "reasoning-appeared", "reasoning-vanished"),
        reason="asks for the sealed thinking, which the client can give back only then",
        named="encrypted_content",
    ),
    Decision(
        asked=("requests",),
        effects=("unclassified-change", "response-field-*"),
        reason="how many calls a batch has",
        words=("equestCount", "request_counts"),
    ),
    Decision(
        asked=("limit", "page_size", "pageSize", "after", "before", "after_id", "before_id"),
        effects=("unclassified-change",),
        reason="which part of a list is sent, and whether there is more of it",
        words=("has_more",),
    ),
    Decision(
        asked=("diarize",),
        effects=("unclassified-change", "wire-*"),
        reason="Deepgram: says who speaks, of each word and in the transcript by paragraphs",
        words=("paragraphs.transcript", ".speaker"),
    ),
    Decision(
        asked=("dimensions", "output_dimension", "outputDimensionality", "embedding_types"),
        effects=("wire-*", "unclassified-change", "part-*", "response-field-*"),
        reason="how many numbers a vector has, and of which kinds there is one",
        words=("embedding", "vector"),
    ),
    Decision(
        asked=(
            *("reasoning", "thinking", "think", "reasoning_effort", "thinkingConfig", "enable_thinking"),
            "include_reasoning",
        ),
        effects=("reasoning-appeared", "reasoning-vanished", "usage-detail-*"),
        reason="switches thinking on or off",
        words=_THOUGHT,
        more=True,
    ),
)
"""What a setting of the request decides: its effects are told with it."""

SHORTCOMINGS = (
    Shortcoming(rule="refusal-appeared", reason="the answer is not given"),
    Shortcoming(rule="stream-truncated", reason="the answer is cut short"),
    Shortcoming(rule="structured-output-invalid", reason="the answer is not what was asked for"),
)
"""What is told of the new answer even when there was an error in its place. So is an output that was cut (its finish
reason), and an answer that holds nothing but reasoning."""

INFERRED = {
    (
        "tool-result-changed",
        "tool-arguments-changed",
    ): "arguments that are only written differently give the same result",
}
"""Changes (the first rule) that may follow from an earlier change (the second) without repeating it: they count as its
consequence only if it is at least as grave."""

OF_A_QUESTION = (
    "text-reworded",
    "text-changed",
    "text-facts-changed",
    "text-whitespace-changed",
    "tool-call-*",
    "tool-arguments-*",
    "tool-result-*",
    "server-tool-call-*",
    "part-*",
    "media-*",
    "citation-*",
)
"""What another question explains. Counts follow from the texts; an error, a refusal, another end, no answer at all and
other fields are told beside it."""

ANSWERS = ("text-*", "tool-call-*", "refusal-*", "part-*", "media-*")
"""What a reader gets from an answer: one without any of these is reasoning at most."""

FAILURES = (
    Failure(word="error", reason="most tools and all frameworks"),
    Failure(word="fail", reason="failed to, failure"),
    Failure(word="exception", reason="Java, .NET, Python"),
    Failure(word="traceback", reason="Python"),
    Failure(word="panic", reason="Go, Rust"),
    Failure(word="invalid", reason="arguments that the tool's schema does not take"),
    Failure(word="denied", reason="permissions, and people who were asked"),
    Failure(word="not found", reason="files, rows, tools"),
    Failure(word="timed out", reason="networks"),
)
"""How the result of a tool that failed begins, where it does not say so by a flag."""

FIELDS = "fields"

KINDS = (
    Kind(rule="text-", words="text"),
    Kind(rule="finish-reason-", words="finish reason"),
    Kind(rule="usage-detail-", words="counts"),
    Kind(rule="usage-", words="usage"),
    Kind(rule="cost-", words="cost"),
    Kind(rule="tool-call-", words="tool call"),
    Kind(rule="call-order-", words="order of calls"),
    Kind(rule="tool-arguments-", words="arguments"),
    Kind(rule="tool-result-", words="tool result"),
    Kind(rule="tool-definition-", words="tool definition"),
    Kind(rule="server-tool-", words="the provider's tool"),
    Kind(rule="prompt-", words="history"),
    Kind(rule="system-prompt-", words="system prompt"),
    Kind(rule="reasoning-", words="reasoning"),
    Kind(rule="refusal-", words="refusal"),
    Kind(rule="structured-output-", words="structured output"),
    Kind(rule="citation-", words="citations"),
    Kind(rule="part-", words="parts"),
    Kind(rule="media-", words="media"),
    Kind(rule="choice-count-", words="number of choices"),
    Kind(rule="response-model-", words="model"),
    Kind(rule="response-schema-", words="schema"),
    Kind(rule="response-", words=FIELDS),
    Kind(rule="request-", words="request"),
    Kind(rule="error-", words="error"),
    Kind(rule="status-", words="status"),
    Kind(rule="problem-", words="problem"),
    Kind(rule="stream-", words="stream"),
    Kind(rule="event-", words="events"),
    Kind(rule="wire-", words=FIELDS),
    Kind(rule="header-", words="headers"),
    Kind(rule="content-type-", words="content type"),
    Kind(rule="content-length-", words="length"),
    Kind(rule="id-", words="ids"),
    Kind(rule="interaction-", words="requests"),
    Kind(rule="unclassified-", words=FIELDS),
    Kind(rule="protocol-", words="version of the API"),
    Kind(rule="job-", words="state of a job"),
    Kind(rule="secret-", words="secrets"),
    Kind(rule="score-", words="scores"),
    Kind(rule="serving-", words="how it was served"),
    Kind(rule="", words="other changes"),
)
"""What a person calls that which follows from a change, by the beginning of its rule; the first that fits."""
