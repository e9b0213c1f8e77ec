"""What a program writes anew into a prompt for every run is no other prompt; what somebody asks for is one."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cassette_tools.diff import compare
from cassette_tools.diff.texts.made import made_apart
from tests.diff.drift_cases import answer, exchange, recording

AROUND = "You help at a desk.\nThe case: %s, and no other.\nAnswer briefly."


def openai(
    words: str, said: str = "Done.", *, system: bool = False, more: tuple[Any, ...] = (), **settings: Any
) -> Any:
    messages = [{"role": "system" if system else "user", "content": words}, *more]
    messages += [{"role": "user", "content": "Go on."}] if system else []
    return exchange({"model": "gpt-9-mini", "messages": messages, **settings}, answer(said))


def anthropic(words: str, said: str = "Done.", *, system: bool = False) -> Any:
    asked: dict[str, Any] = {"model": "claude-9", "max_tokens": 99}
    asked["messages"] = [{"role": "user", "content": "Go on." if system else words}]
    given_back = {"id": "msg_1", "type": "message", "role": "assistant", "model": "claude-9", "stop_reason": "end_turn"}
    given_back |= {"content": [{"type": "text", "text": said}], "usage": {"input_tokens": 9, "output_tokens": 2}}
    url = "https://api.anthropic.com/v1/messages"
    return exchange(asked | ({"system": words} if system else {}), given_back, url=url)


# fmt: off
IDS = {
    "under a key, in JSON": ('{"toolCallId":"%s"}', "J7OakaGuA3dcCqDE", "o94xaqsXTpODju3h", "toolCallId"),
    "under a key, in JSON in JSON": (r'{\"run_id\": \"%s\"}', "x7k2p9qa", "b81mzo3e", "run_id"),
    "with a prefix": ("the call %s", "call_GU2n9xBsLCeZttRXrUPOFro7", "call_aQ26eYCvSSac3TUHJNb0SIyf", "call_…"),
    "with a prefix that people use": ("the file %s", "file-8Kd2mQ0xT4bW", "file-Zp7Lr3vN9cY1", "file-…"),
    "with a prefix of one's own": ("the job %s", "wibble_8Kd2mQ0xT4bW", "wibble_Zp7Lr3vN9cY1", "wibble_…"),
    "UUID": ("run %s", "0b9e7c11-2d53-4c8e-9a77-1f0c6f8a2b4d", "5d2f8a90-7c1b-4e3a-8f66-90ab12cd34ef", "a UUID"),
    "UUID with a prefix": (
        "run %s", "run-0b9e7c11-2d53-4c8e-9a77-1f0c6f8a2b4d", "run-5d2f8a90-7c1b-4e3a-8f66-90ab12cd34ef", "a UUID",
    ),
    "ULID": ("the session %s", "01J8Z0F4T6N3QK9XV2B7R5MHCD", "01K2A7WQ9E5YH3RX8D0N6TJVBM", "a ULID"),
    "hexadecimal": ("the trace %s", "00f067aa0ba902b7", "4bf92f3577b34da6", "hexadecimal digits"),
    "nanoid": ("the thread %s", "V1StGXR8_Z5jdHi6B-myT", "5Tq9dKw_xY-3mLpZ0RbNe", "a random word"),
    "a temporary directory": ("see /tmp/tmp%s/data.csv", "x7k2p9qa", "b81mzo3e", "a temporary path"),
    "a directory of pytest": ("see /tmp/pytest-of-ann/%s/a", "pytest-3", "pytest-412", "a temporary path"),
    "a temporary directory of macOS": ("see /var/folders/zz/%s/a", "k_1f/T/tmpab12cd34", "q9_x/T/tmpzz98yy76", "a temporary path"),
}
TIMES = {
    "a date": ("Today is %s.", "2031-05-27", "2031-07-14"),
    "a date in words": ("The current date is %s.", "Tuesday, May 27, 2031", "Monday, July 14, 2031"),
    "a date, the day first": ("As of %s.", "27 May 2031", "3rd June 2031"),
    "a date with a clock": ("Today is %s.", "27 May 2031, 17:16 UTC", "1 June 2031, 09:02 UTC"),
    "a day of the week": ("Today is %s.", "Tuesday", "Friday"),
    "a clock": ("It is now %s.", "5:16 PM", "9:02 AM"),
    "a line of its own": ("\nDate: %s\n", "2031-05-27", "2031-07-14"),
    "a moment read from a clock": ("[%s] started", "2031-05-27T21:06:39.765Z", "2031-07-14T17:16:36.785Z"),
    "as C prints it": ("[%s] started", "Tue May 27 21:06:39 2031", "Mon Jul 14 17:16:36 2031"),
    "under a key": ('{"created_at": "%s"}', "2031-05-27", "2031-07-14"),
    "in seconds": ('{"createdAt": %s}', "1718000000", "1719000123"),
}
OTHERS = {
    "a number": ("room %s", "12", "13"),
    "a date that is asked for": ("the weather of %s", "2031-05-27", "2031-07-14"),
    "an appointment": ("book it at %s", "2031-05-27T10:00:00Z", "2031-05-28T11:00:00Z"),
    "a day that is asked for": ("meet me on %s", "Tuesday", "Friday"),
    "a number of an order": ('{"orderId": "%s"}', "A-1001", "A-1002"),
    "an operation": ('{"operationId": "%s"}', "listUsers", "getUserById2"),
    "a model under a key": ('{"modelId": "%s"}', "Qwen2.5-7B-Instruct", "Qwen2.5-14B-Instruct"),
    "a model": ("ask %s", "gpt-4o-mini-2024-07-18", "gpt-4o-2024-08-06"),
    "a user": ("write to %s", "user_ann2", "user_bob3"),
    "a name in code": ("call %s", "getS3ObjectV2FromEC2", "putS3ObjectV2FromEC2"),
    "a file": ("read /tmp/%s.csv", "report-2030", "report-2031"),
    "few hexadecimal digits": ("the commit %s", "a1b2c3d", "d4e5f6a"),
    "digits": ("the card %s", "4111111111111111", "4000056655665556"),
    "a word": ("say %s", "hello", "goodbye"),
}
# fmt: on


def of_prompt(old: Any, new: Any) -> list[tuple[str, str]]:
    return [
        (each.level, each.message)
        for each in compare(recording(old), recording(new)).findings
        if each.rule in ("prompt-changed", "system-prompt-changed")
    ]


@pytest.mark.parametrize("case", IDS)
@pytest.mark.parametrize("system", [True, False])
@pytest.mark.parametrize("api", [openai, anthropic])
def test_an_id_is_noise(api: Any, system: bool, case: str) -> None:
    template, *values, name = IDS[case]
    old, new = (api(AROUND % (template % value), system=system) for value in values)
    words = f"the {'system prompt' if system else 'user message'} differs only in an id ({name})"
    assert of_prompt(old, new) == of_prompt(new, old) == [("noise", words)]


@pytest.mark.parametrize("case", TIMES)
@pytest.mark.parametrize("system", [True, False])
@pytest.mark.parametrize("api", [openai, anthropic])
def test_the_time_of_the_run_is_cosmetic(api: Any, system: bool, case: str) -> None:
    template, *values = TIMES[case]
    old, new = (api(AROUND % (template % value), system=system) for value in values)
    for sides in ((old, new), (new, old)):
        [(level, words)] = of_prompt(*sides)
        assert level == "cosmetic"
        assert " differs only in the time (" in words


@pytest.mark.parametrize("case", OTHERS)
@pytest.mark.parametrize("api", [openai, anthropic])
def test_what_one_asks_for_is_told(api: Any, case: str) -> None:
    template, *values = OTHERS[case]
    old, new = (api(AROUND % (template % value)) for value in values)
    for sides in ((old, new), (new, old)):
        assert [level for level, _ in of_prompt(*sides)] == ["behavior"]


def test_more_than_an_id_is_told() -> None:
    old, new = (AROUND % f"run {IDS['ULID'][which]}" for which in (1, 2))
    assert of_prompt(openai(old), openai(f"{new}\nBe kind."))[0][0] == "behavior"
    assert of_prompt(openai(old), openai(new.replace("briefly", "at length")))[0][0] == "behavior"


ONE, TWO, THREE = "00f067aa0ba902b7", "4bf92f3577b34da6", "9c8e7d6f5a4b3c2d"
# fmt: off
NO_RENAMING = {
    "two change places": (f"first {ONE}, then {TWO}", f"first {TWO}, then {ONE}"),
    "two become one": (f"first {ONE}, then {TWO}", f"first {THREE}, then {THREE}"),
    "one becomes two": (f"first {ONE}, then {ONE}", f"first {TWO}, then {THREE}"),
    "one stays at another place": (f"first {ONE}\nthen {ONE}", f"first {TWO}\nthen {ONE}"),
}
# fmt: on


@pytest.mark.parametrize("case", NO_RENAMING)
def test_who_refers_to_whom_must_stay(case: str) -> None:
    old, new = NO_RENAMING[case]
    assert made_apart(old, new) is None
    assert made_apart(new, old) is None


def test_an_id_that_stands_for_something_else_in_the_same_recording_is_told() -> None:
    calls = [openai(f"make {ONE}"), openai(f"make {TWO}"), openai(f"now delete {ONE}")]
    other = [openai(f"make {ONE}"), openai(f"make {THREE}"), openai(f"now delete {THREE}")]
    levels = [each.level for each in compare(recording(*calls), recording(*other)).findings]
    assert levels == ["behavior", "noise"]


def causes(old: Any, new: Any) -> list[tuple[str, str]]:
    findings = compare(recording(old), recording(new)).findings
    return [(each.cause, each.evidence or "") for each in findings if each.rule.startswith("text-")]


ANSWERS = ("The sky is blue today.", "Nobody knows, dear friend.")


@pytest.mark.parametrize("system", [True, False])
def test_an_id_is_no_cause_and_the_time_only_where_there_is_no_better_one(system: bool) -> None:
    name = "the system prompt" if system else "the user message"
    for row, cause in ((IDS["ULID"], ("unknown", "")), (TIMES["a date"], ("prompt", f"prompt ({name})"))):
        prompts = [AROUND % (row[0] % value) for value in row[1:3]]
        old, new = (openai(*each, system=system) for each in zip(prompts, ANSWERS, strict=True))
        assert causes(old, new) == [cause]
        warmer = openai(prompts[1], ANSWERS[1], system=system, temperature=0.9)
        assert causes(old, warmer) == [("prompt", "request (temperature)")]


def test_an_id_and_the_time_are_told_together() -> None:
    old, new = (AROUND % f"run {run}. Today is {day}." for run, day in ((ONE, "2031-05-27"), (TWO, "2031-07-14")))
    words = "the user message differs only in an id (hexadecimal digits) and the time (2031-05-27 → 2031-07-14)"
    assert of_prompt(openai(old), openai(new)) == [("cosmetic", words)]


def test_a_time_in_every_call_is_one_line() -> None:
    sides = [
        recording(*(openai(AROUND % f"Today is {day}.", more=({"role": "user", "content": each},)) for each in "abc"))
        for day in ("2031-05-27", "2031-07-14")
    ]
    told = [each for each in compare(*sides).findings if each.level != "noise"]
    assert [each.message for each in told] == [
        "the user message differs only in the time (2031-05-27 → 2031-07-14), in 3 calls"
    ]


@given(st.text(max_size=300), st.text(max_size=300))
def test_two_texts_never_raise_and_both_ways_say_alike(old: str, new: str) -> None:
    there, back = made_apart(old, new), made_apart(new, old)
    assert (there is None) == (back is None)
    assert there is None or there.ids == tuple(pair[::-1] for pair in back.ids)


@given(st.text(max_size=100).filter(lambda text: "\0" not in text), st.uuids(), st.uuids())
def test_a_uuid_anywhere_on_its_own(around: str, one: Any, other: Any) -> None:
    old, new = (f"{around}\n{each}\n{around}" for each in (one, other))
    found = made_apart(old, new)
    assert (found is None) == (one == other)
    assert found is None or found.ids == ((str(one), str(other)),)


@pytest.mark.parametrize(
    ("old", "new", "rules", "why"),
    [
        ("nightly_201e8f705b86eb67", "nightly_7c4b19d2e05fa836", [], "drawn for each run"),
        ("1b4e28ba-2fa1-4d3b-9f2a-8c1d0e5f7a61", "6fa459ea-ee8a-4ca4-894e-db77e160355e", [], "a UUID"),
        ("nightly_summer", "nightly_winter", ["request-parameter-changed"], "somebody's words"),
        ("nightly_201e8f705b86eb67", "hourly_7c4b19d2e05fa836", ["request-parameter-changed"], "of another kind"),
        ("nightly_201e8f705b86eb67", "nightly", ["request-parameter-changed"], "no longer drawn"),
    ],
)
@pytest.mark.parametrize("setting", ["prompt_cache_key", "safety_identifier"])
def test_a_name_that_the_client_draws_for_each_run_says_nothing(
    setting: str, old: str, new: str, rules: list[str], why: str
) -> None:
    sides = (recording(openai("Go on.", **{setting: value})) for value in (old, new))
    assert [each.rule for each in compare(*sides).findings if each.level != "noise"] == rules, why
