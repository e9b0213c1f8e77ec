"""What all events of a stream, all elements of a list, or an answer that is no text have in common, and what is said of
it when it changes while the answer itself has other words.
"""

import json

import pytest

from cassette_tools.diff import compare
from cassette_tools.diff.messages.sources import _address, _named
from cassette_tools.words import item_in_words
from tests.diff.drift_cases import answer, exchange, question, recording


def told(old, new):
    """Level, rule and words of what is no noise."""
    return [(each.level, each.rule, each.message) for each in compare(old, new).findings if each.level != "noise"]


# --- a field of every event ------------------------------------------------------------------------------------------


def streamed(*deltas, **choice):
    """A stream of these deltas; `choice` is what each event has beside its own."""
    head = {"id": "chatcmpl-Zz9", "object": "chat.completion.chunk", "created": 1700000000, "model": "gpt-9-mini-2030"}
    events = [{**head, "choices": [{"index": 0, "delta": delta, "finish_reason": None, **choice}]} for delta in deltas]
    events[-1]["choices"][0]["finish_reason"] = "stop"
    return recording(exchange(question(stream=True), [*map(json.dumps, events), "[DONE]"]))


WORDS = [{"role": "assistant", "content": ""}, {"content": "It "}, {"content": "is warm."}, {"content": ""}]
OTHER = [
    {"role": "assistant", "content": ""},
    {"content": "It "},
    {"content": "is "},
    {"content": "quite warm."},
    {"content": ""},
]
THOUGHT = [{"role": "assistant", "content": None}, *[{"content": None, "reasoning_content": "Hm. "}] * 3, *WORDS[1:]]


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        (streamed(*WORDS, text="x"), streamed(*OTHER), ("breaking", "wire-field-removed", "choices[].text is gone")),
        (streamed(*WORDS), streamed(*OTHER, text="x"), ("shape", "wire-field-added", "a new field choices[].text")),
        (
            streamed(*WORDS, text="x"),
            streamed(*OTHER, text=None),
            ("breaking", "wire-field-nulled", "choices[].text is null now"),
        ),
        (
            streamed(*WORDS),
            streamed(*THOUGHT),
            ("breaking", "wire-field-nulled", "delta.content, which was never null, is null in 4 of 7 events now"),
        ),
        (
            streamed(*THOUGHT),
            streamed(*WORDS),
            ("shape", "wire-field-filled", "delta.content, which was null in 4 of 7 events, is never null now"),
        ),
    ],
)
def test_what_every_event_lacks_is_told_beside_other_words(old, new, rule) -> None:
    level, name, words = rule
    assert [each for each in told(old, new) if each[:2] == (level, name) and words in each[2]]


def test_one_event_that_is_null_is_no_drift() -> None:
    once = [*WORDS[:1], {"content": None}, *[{"content": "so "}] * 6, *WORDS[1:]]
    assert [each[1] for each in told(streamed(*WORDS), streamed(*once))] == ["text-reworded"]


# --- answers that are no text ----------------------------------------------------------------------------------------


def embedded(*vectors, **settings):
    body = {"object": "list", "model": "text-embedding-3-small", "usage": {"prompt_tokens": 5, "total_tokens": 5}}
    body["data"] = [{"object": "embedding", "index": n, "embedding": vector} for n, vector in enumerate(vectors)]
    asked = {"model": "text-embedding-3-small", "input": ["a lighthouse"] * len(vectors), **settings}
    return recording(exchange(asked, body, url="https://api.openai.com/v1/embeddings"))


VECTOR = [0.25, -0.25] * 8 + [0.125]
JITTER = [each + 0.0001 for each in VECTOR]
OTHER_VECTOR = [each + 0.1 for each in VECTOR]
AT_A_RIGHT_ANGLE = [0.25, 0.25] * 8 + [0.0]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ([VECTOR], [JITTER], []),
        ([VECTOR], [OTHER_VECTOR], ["the vector data[0].embedding differs: cosine similarity 0.927"]),
        (
            [VECTOR, VECTOR],
            [OTHER_VECTOR, OTHER_VECTOR],
            ["2 vectors differ, starting at data[0].embedding: cosine similarity 0.927"],
        ),
        (
            [VECTOR, VECTOR],
            [AT_A_RIGHT_ANGLE, AT_A_RIGHT_ANGLE],
            ["2 vectors differ, starting at data[0].embedding: cosine similarity 0.000"],
        ),
        ([VECTOR, VECTOR], [JITTER, OTHER_VECTOR], ["the vector data[1].embedding differs: cosine similarity 0.927"]),
    ],
)
def test_a_vector_is_the_same_but_for_its_last_digits(old, new, said) -> None:
    assert [each[2] for each in told(embedded(*old), embedded(*new))] == said


def listed(*items):
    url = "https://api.openai.com/v1/conversations/conv_1/items"
    return recording(exchange({}, {"object": "list", "data": [*items], "has_more": False}, url=url))


def message(number, role, words):
    return {"id": f"msg_{number}", "type": "message", "role": role, "content": [{"type": "text", "text": words}]}


def test_an_item_more_is_no_field() -> None:
    old, new = message(1, "user", "Hello!"), message(2, "assistant", "Hi! How can I help you today?")
    more = (
        "behavior",
        "response-field-added",
        'the message assistant "Hi! How can I help you today?" is new in the list',
    )
    assert told(listed(old), listed(old, new)) == [more]


@pytest.mark.parametrize(
    ("item", "words"),
    [
        ({"role": "user", "content": "Hello!"}, 'user "Hello!"'),
        ({"object": "trace.span", "span_data": {"type": "function", "name": "add"}}, 'trace.span function "add"'),
        ({"object": "trace", "id": "trace_1"}, "trace"),
        ({"request": {"contents": [{"parts": [{"text": "Where?"}]}]}}, '"Where?"'),
        ({"x": 1}, '{"x": 1}'),
        (3, "3"),
    ],
)
def test_an_element_in_words(item, words) -> None:
    assert item_in_words(item) == words


# --- names that a server makes up ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "is_noise"),
    [
        ("65d970df-aa7b-43f8-91c5-ce5f5d879b99", "e9478953-f971-0afc-2538-9c985841ddc0", True),
        ("batches/gpv3pjje0g931jdh", "batches/snw6kcli8d834srr", True),
        ("batches/gpv3pjje0g931jdh", "files/snw6kcli8d834srr", False),
        ("models/warm-days-2030", "models/cold-days-2031", False),
        ("warm", "cold", False),
    ],
)
def test_a_made_up_name_is_an_id(old, new, is_noise) -> None:
    sides = (recording(exchange(question(), answer("It is warm.", handle=name))) for name in (old, new))
    assert (told(*sides) == []) is is_noise


@pytest.mark.parametrize(("old", "new"), [(None, "fp_1"), ("fp_1", None), ("fp_1", "fp_2")])
def test_the_name_of_a_build_is_noise(old, new) -> None:
    sides = (recording(exchange(question(), answer("It is warm.", system_fingerprint=name))) for name in (old, new))
    assert told(*sides) == []


ROUTER = "https://openrouter.ai/api/v1/chat/completions"
BUILD_IS_NEW = "a new field system_fingerprint: null"


@pytest.mark.parametrize(
    ("fields", "lines"),
    [
        ({"system_fingerprint": None}, [("wire-field-added", BUILD_IS_NEW)]),
        (
            {"system_fingerprint": None, "provider": "Beta"},
            [("wire-field-added", BUILD_IS_NEW)],
        ),  # null is the gateway's
        ({"system_fingerprint": "fp_1", "provider": "Beta"}, []),  # another upstream names its builds, or not
        (
            {"system_fingerprint": None, "model": "gpt-9-mini-2030-02-02"},
            [
                (
                    "response-model-changed",
                    "the model that answered changed: gpt-9-mini-2030-01-01 → gpt-9-mini-2030-02-02",
                ),
                ("wire-field-added", BUILD_IS_NEW),
            ],
        ),  # it follows from no model
        (
            {"system_fingerprint": None, "usage": {"prompt_tokens": 50, "completion_tokens": 9, "audio_tokens": 0}},
            [("usage-detail-added", f"usage.audio_tokens is now reported: 0; {BUILD_IS_NEW}")],
        ),  # beside other fields it has no line of its own
    ],
)
def test_that_answers_name_their_build_is_one_with_their_other_fields(fields, lines) -> None:
    said = answer("It is warm.", provider="Alpha", usage=(50, 9))
    said["usage"].pop("total_tokens", None)
    sides = (recording(exchange(question(), each, url=ROUTER)) for each in (said, {**said, **fields}))
    assert [(rule, words) for _, rule, words in told(*sides)] == lines


# --- sources and thinking --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            {"start": 11, "end": 17, "text": "green.", "sources": [{"id": "doc-0", "document": {"text": "Green."}}]},
            {"start": 38, "end": 44, "text": "green.", "sources": [{"id": "doc-0", "document": {"text": "Green."}}]},
        ),
        ({"url": "https://a.example/x", "title": "X"}, {"url": "https://a.example/x?utm_source=y", "title": "Z"}),
    ],
)
def test_a_source_is_known_by_its_document(old, new) -> None:
    assert _address(old) == _address(new)


def test_a_source_is_named_in_short() -> None:
    source = {"content": {"text": "Task decomposition. " * 200}}
    assert len(_named([_address(source)] * 9, "gone", [source])) < 300


# --- the calls beside ------------------------------------------------------------------------------------------------

COUNTED = {"prompt_tokens": 50, "completion_tokens": 9, "total_tokens": 59}
CACHED = {**COUNTED, "prompt_tokens_details": {"cached_tokens": 32}}


def calls(*usages, model="gpt-9-mini"):
    """One call after the other, each with its counts."""
    return recording(
        *(
            exchange(
                question({"role": "user", "content": f"And {number}?"}, model=model),
                {**answer("It is warm."), "usage": usage},
            )
            for number, usage in enumerate(usages)
        )
    )


@pytest.mark.parametrize(
    ("old", "new", "lines"),
    [
        ((COUNTED, CACHED), (CACHED, CACHED), []),  # another call of the old recording has it: it is left out at will
        ((CACHED, CACHED), (COUNTED, CACHED), []),
        (
            (COUNTED, COUNTED),
            (CACHED, COUNTED),
            ['usage.prompt_tokens_details is now reported: {"cached_tokens": 32}'],
        ),  # none of the old recording has it
    ],
)
def test_a_count_that_other_calls_have_is_no_news(old, new, lines) -> None:
    assert [each[2] for each in told(calls(*old), calls(*new))] == lines


def test_one_count_that_is_left_out_hides_no_other() -> None:
    thought = {**COUNTED, "completion_tokens_details": {"reasoning_tokens": 0}}
    assert [each[2] for each in told(calls(thought, CACHED), calls(CACHED, CACHED))] == [
        'usage.completion_tokens_details is no longer reported; it was {"reasoning_tokens": 0}'
    ]


def asked(words, said, **settings):
    return exchange(question({"role": "user", "content": words}, **settings), said)


ANNOTATED = answer("It is cold.")
ANNOTATED["choices"][0]["message"]["annotations"] = []
NEW_FIELD = ("shape", "wire-field-added", "a new field choices[].message.annotations: []")


@pytest.mark.parametrize(
    ("added", "lines"),
    [
        ([asked("And in Oslo?", ANNOTATED)], [NEW_FIELD]),
        (
            [asked("And in Oslo?", ANNOTATED), asked("And in Rome?", ANNOTATED)],
            [(*NEW_FIELD[:2], f"{NEW_FIELD[2]}, in 2 calls")],
        ),
        ([asked("And in Oslo?", ANNOTATED, stream=False)], [NEW_FIELD]),  # which is as good as not sent
        ([asked("And in Oslo?", ANNOTATED, seed=7)], []),  # another setting may bring another field
        ([asked("And in Oslo?", ANNOTATED, model="gpt-8")], []),  # so may another model
        ([asked("And in Oslo?", answer("It is cold."))], []),
    ],
)
def test_what_an_api_brings_is_seen_in_added_calls(added, lines) -> None:
    old = asked("And in Turin?", answer("It is warm."))
    found = told(recording(old), recording(old, *added))
    assert [each for each in found if each[1] != "interaction-added"] == lines


def test_what_an_old_call_had_is_not_new_in_an_added_one() -> None:
    old = [asked("And in Turin?", answer("It is warm.")), asked("And in Bari?", ANNOTATED)]
    found = told(recording(*old), recording(*old, asked("And in Oslo?", ANNOTATED)))
    assert [each[1] for each in found] == ["interaction-added"]


# --- where it was sent -----------------------------------------------------------------------------------------------


def with_last(**fields):
    """A stream whose counts stand in the event that ends the answer, or in one of their own."""
    head = {"id": "chatcmpl-Zz9", "object": "chat.completion.chunk", "created": 1700000000, "model": "gpt-9-mini-2030"}
    choices = [{"index": 0, "delta": delta, "finish_reason": None} for delta in WORDS]
    choices[-1]["finish_reason"] = "stop"
    events = [{**head, "choices": [each]} for each in choices]
    apart = fields.pop("apart", False)
    events = [*events, {**head, "choices": [], **fields}] if apart else [*events[:-1], {**events[-1], **fields}]
    return recording(exchange(question(stream=True), [*map(json.dumps, events), "[DONE]"]))


FAIL = "with an empty list `choices`: clients that read its first element fail"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            with_last(usage=COUNTED, timings={"ms": 4}),
            with_last(usage=COUNTED, timings={"ms": 5}, apart=True),
            f"usage and timings moved to a separate event {FAIL}",
        ),
        (
            with_last(usage=COUNTED),
            with_last(usage=COUNTED, apart=True),
            f"usage moved to a separate event {FAIL}",
        ),
        (with_last(), with_last(usage=COUNTED, apart=True), f"an event now has an empty list {FAIL[19:]}"),
    ],
)
def test_what_an_event_without_choices_holds(old, new, words) -> None:
    assert [each[2] for each in told(old, new) if each[1] == "event-without-choices"] == [words]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (streamed(*WORDS), streamed(*WORDS, delta={"content": "It is warm.", "refusal": None}), "delta"),
        (
            recording(exchange(question(), answer("It is warm."))),
            recording(exchange(question(), {**answer("It is warm."), "choices": [
                {"index": 0, "message": {"role": "assistant", "content": "It is warm.", "refusal": None},
                 "finish_reason": "stop"}]})),
            "message",
        ),
    ],
)  # fmt: skip
def test_a_field_is_called_as_it_was_sent(old, new, words) -> None:
    [line] = [each[2] for each in told(old, new) if "refusal" in each[2]]
    assert line == f"a new field choices[].{words}.refusal: null"


def test_a_message_is_called_as_it_was_sent() -> None:
    """The system prompt is the first of the messages, and none of those of the canonical call."""
    old = question({"role": "user", "content": [{"type": "text", "text": "Hello!"}]})
    new = json.loads(json.dumps(old))
    new["messages"][-1]["content"][0]["cache_control"] = {"type": "ephemeral"}
    number = len(new["messages"]) - 1
    [(_, _, words)] = told(*(recording(exchange(each, answer("Hello."))) for each in (old, new)))
    assert words == f'the request now has messages[{number}].content[0].cache_control: {{"type": "ephemeral"}}'


def test_the_version_of_a_client_in_its_telemetry_is_noise() -> None:
    sides = (
        recording(exchange({"source": {"clientVersion": version}}, {"ok": True}, url="https://example.com/graphql"))
        for version in ("1.2.1", "1.2.2")
    )
    assert told(*sides) == []


def test_what_a_list_is_asked_for_decides_whether_there_is_more() -> None:
    url = "https://api.openai.com/v1/conversations/conv_1/items?limit="
    items = [message(1, "user", "Hello!"), message(2, "assistant", "Hi!")]
    sides = (
        recording(exchange({}, {"object": "list", "data": items, "has_more": more}, url=f"{url}{limit}"))
        for limit, more in ((5, False), (2, True))
    )
    assert told(*sides) == [
        (
            "behavior",
            "request-parameter-changed",
            "the query parameter limit 5 became 2 (1 consequence folded: has_more)",
        )
    ]
