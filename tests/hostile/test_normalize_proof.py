"""`normalize` proves itself: ids are renamed at once, and a file that would say something else is not written."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from effort import examples
from hypothesis import given
from hypothesis import strategies as st

from cassette_tools.cli import main
from cassette_tools.data.normal import REPAIRS, STEPS
from cassette_tools.diff import compare
from cassette_tools.errors import NotRewritable, SourceError
from cassette_tools.load import load_source
from cassette_tools.model import Interaction, Recording, ToolCall, ToolCallResponse
from cassette_tools.normalize import Settings, engine, normalized, proof
from cassette_tools.normalize.names import Names
from cassette_tools.normalize.plainly import plainly_same
from cassette_tools.source import Source
from cassette_tools.source.rewrite import documents

USUAL = frozenset(step.name for step in STEPS if step.default)
ALL = frozenset(step.name for step in STEPS) - REPAIRS


def read(content: bytes, path: str = "a.json") -> Recording:
    return load_source(Source.from_bytes(content, path))


def rewritten(content: bytes, steps: frozenset[str] = USUAL, *, path: str = "a.json", requests: bool = False) -> bytes:
    return normalized(Source.from_bytes(content, path), Settings(steps=steps, requests=requests)).content


# --- a conversation: two calls of a tool, whose results go back ------------------------------------------------------


def call(name: str, number: int) -> dict[str, Any]:
    arguments = json.dumps({"n": number})
    return {"id": name, "type": "function", "function": {"name": "get", "arguments": arguments}}


def exchange(number: int, messages: list[Any], answer: dict[str, Any], url: str = "") -> dict[str, Any]:
    asked = {"model": "example-1", "messages": messages}
    answered = {
        "id": f"chatcmpl-Zq8wE4rT6yU1iO3pA5s{number}",
        "object": "chat.completion",
        "created": 1700000000,
        "model": "example-1",
        "choices": [
            {"index": 0, "message": answer, "finish_reason": "tool_calls" if "tool_calls" in answer else "stop"}
        ],
    }
    headers = {"Content-Type": ["application/json"]}
    return {
        "id": number,
        "request": {
            "url": url or "https://api.openai.com/v1/chat/completions",
            "method": "POST",
            "body": json.dumps(asked),
            "headers": headers,
        },
        "response": {
            "body": json.dumps(answered),
            "headers": headers,
            "status": "200 OK",
            "code": 200,
            "duration": "1ms",
        },
    }


def conversation(names: list[str]) -> bytes:
    asked = [{"role": "user", "content": "x"}]
    calls = {"role": "assistant", "content": None, "tool_calls": [call(name, at) for at, name in enumerate(names)]}
    results = [{"role": "tool", "tool_call_id": name, "content": f"result {at}"} for at, name in enumerate(names)]
    last = {"role": "assistant", "content": "done"}
    both = [exchange(0, asked, calls), exchange(1, [*asked, calls, *results], last)]
    return json.dumps({"version": 2, "interactions": both}).encode()


def paired(content: bytes) -> list[str | None]:
    """The ids of calls and of results in the order in which they stand, of all that is asked and answered."""
    found: list[str | None] = []
    for each in read(content).interactions:
        assert each.llm is not None
        for message in (*each.llm.input_messages, *each.llm.output_messages):
            found += [part.id for part in message.parts if isinstance(part, ToolCall | ToolCallResponse)]
    return found


def numbered(names: list[str | None]) -> list[int]:
    """Who is whom, whatever they are called."""
    return [names.index(name) for name in names]


NAMES = st.one_of(
    st.sampled_from(
        ("call_1", "call_2", "call_3", "tooluse_1", "tooluse_2", "chatcmpl-1", "toolu_1", "id_1", "000000001")
    ),
    st.from_regex(r"(call_|tooluse_|toolu_|)[A-Za-z0-9]{9,24}", fullmatch=True),
    st.uuids().map(str),
    st.integers(1, 9).map(lambda number: f"00000000-0000-4000-8000-{number:012x}"),
)


@examples(60)
@given(names=st.lists(NAMES, unique=True, min_size=1, max_size=5), requests=st.booleans())
def test_who_is_whom_stays_and_twice_is_once(names: list[str], requests: bool) -> None:
    content = conversation(names)
    new = rewritten(content, requests=requests)
    assert numbered(paired(new)) == numbered(paired(content))
    assert [each.rule for each in compare(read(content), read(new)).findings if each.level != "noise"] == []
    assert rewritten(new, requests=requests) == new


@pytest.mark.parametrize(
    "names",
    [
        ["call_k3Vd8QmTabcdefghijklmnop", "call_1"],
        ["tooluse_k3Vd8QmTabcdefghijklmnop", "tooluse_1"],
        ["call_2", "call_1"],
        ["call_3", "call_1", "call_2"],
    ],
)
def test_a_new_name_may_be_the_old_one_of_another(names: list[str]) -> None:
    prefix = names[0].partition("_")[0]
    expected: list[str | None] = [f"{prefix}_{at + 1}" for at in range(len(names))]
    assert paired(rewritten(conversation(names))) == expected * 3


def test_a_name_that_stays_is_not_given_to_another_although_it_stands_behind_it() -> None:
    first = {"role": "assistant", "content": None, "tool_calls": [call("call_k3Vd8QmTabcdefghijklmnop", 0)]}
    brought = {"role": "assistant", "content": None, "tool_calls": [call("call_1", 0)]}
    result = {"role": "tool", "tool_call_id": "call_1", "content": "none"}
    asked = [{"role": "user", "content": "x"}]
    exchanges = [
        exchange(0, asked, first),
        exchange(1, [*asked, brought, result], {"role": "assistant", "content": "done"}),
    ]
    new = rewritten(json.dumps({"version": 2, "interactions": exchanges}).encode())
    assert paired(new) == ["call_2", "call_1", "call_1"]


def test_what_a_request_says_before_any_answer_keeps_its_name() -> None:
    """The client will send it again, whatever the answer calls by it."""
    brought = "file-Zq8wE4rT6yU1iO3pA5sD7fG9"
    answer = {"role": "assistant", "content": "done", "annotations": [{"file_id": brought}]}
    content = json.dumps({"version": 2, "interactions": [exchange(0, [{"role": "user", "content": brought}], answer)]})
    new = read(rewritten(content.encode())).interactions[0]
    assert new.request.body.json["messages"][0]["content"] == brought
    assert new.response.body.json["choices"][0]["message"]["annotations"] == [{"file_id": brought}]


# --- a file that would say something else ----------------------------------------------------------------------------


def test_another_text_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = engine.change_bodies

    def and_lies(work: Any, interaction: Interaction, asked: Any, answered: Any) -> None:
        whole(work, interaction, asked, answered)
        answered.replace_all(lambda text: text.replace('"done"', '"not done"'))

    monkeypatch.setattr(engine, "change_bodies", and_lies)
    path = tmp_path / "a.json"
    before = conversation(["call_2", "call_1"])
    path.write_bytes(before)
    assert main(["normalize", str(path)]) == 2
    assert path.read_bytes() == before
    said = capsys.readouterr().err
    assert said.splitlines()[0] == (
        f"cassette: error: {path}: normalised, it would not say the same: `cassette diff` would tell text-changed at "
        "interactions[1].response.output_messages[0].text; it was left as it is. This is a defect of cassette: please "
        "report it, with the steps and, where it can be shown, the file"
    )


def test_ids_that_become_one_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Names, "_made", lambda _names, _old: "call_1")
    with pytest.raises(SourceError, match="calls and results would no longer belong together as they did"):
        rewritten(conversation(["call_2", "call_1"]))


def test_what_is_not_stable_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    again = engine.put_notes

    def and_counts(work: Any, interaction: Interaction, contents: Any) -> None:
        again(work, interaction, contents)
        work.changes["durations"] += 1
        work.file.put(
            (*interaction.route, "response", "duration"),
            f"{work.file.value(interaction.route)['response']['duration']}0",
        )

    monkeypatch.setattr(engine, "put_notes", and_counts)
    with pytest.raises(SourceError, match=r"done again it would change again \(durations\)"):
        rewritten(conversation(["call_2", "call_1"]))


def test_a_file_that_is_normal_pays_for_no_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    new = rewritten(conversation(["call_2", "call_1"]))
    monkeypatch.setattr(engine, "prove_same", pytest.fail)
    assert rewritten(new) == new


LIES: tuple[Callable[[str], str], ...] = (
    lambda text: text,
    lambda text: text.replace('"done"', '"not done"'),
    lambda text: text.replace('"stop"', '"length"'),
    lambda text: text.replace('"created": ', '"created": 1'),
    lambda text: text.replace('"done"', '"done "'),
    lambda text: f"{text} ",  # another one each time
    lambda text: text[:-1],  # no JSON
)


def verdict(way: Callable[[bytes, Settings], bytes], content: bytes, settings: Settings) -> tuple[bytes, str]:
    try:
        return way(content, settings), ""
    except (SourceError, NotRewritable) as error:
        return b"", error.message


def by_the_whole_way(content: bytes, settings: Settings) -> bytes:
    """What `normalized` does, every text read anew wherever it is looked at."""
    first = engine._once(engine._read(Source.from_bytes(content, "a.json")), settings)
    new = engine._content(first.new)
    if new != content:
        proof.prove_same(read(content), read(new), first.work)
        second = engine._once(engine._read(Source.from_bytes(new, "a.json")), settings)
        if engine._content(second.new) != new:
            left = ", ".join(step for step, count in second.work.changes.items() if count) or "its layout"
            raise proof.refusal(f"done again it would change again ({left})", "a.json")
    return new


@examples(60)
@given(st.lists(NAMES, unique=True, min_size=1, max_size=3), st.sampled_from(LIES), st.sampled_from((USUAL, ALL)))
def test_what_is_read_once_is_judged_as_what_is_read_anew(
    names: list[str], lie: Callable[[str], str], steps: frozenset[str]
) -> None:
    whole = engine.change_bodies

    def and_lies(work: Any, interaction: Interaction, asked: Any, answered: Any) -> None:
        whole(work, interaction, asked, answered)
        answered.replace_all(lie)

    content, settings = conversation(names), Settings(steps=steps)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(engine, "change_bodies", and_lies)
        short = verdict(lambda text, chosen: rewritten(text, chosen.steps), content, settings)
        assert short == verdict(by_the_whole_way, content, settings)


@pytest.mark.parametrize("steps", [USUAL, ALL], ids=["usual", "all"])
def test_nobody_changes_what_is_shared(steps: frozenset[str]) -> None:
    """Reading, plan, proof and the second run look at the same data."""
    content = conversation(["call_2", "call_1"])
    done = engine._once(engine._read(Source.from_bytes(content, "a.json")), Settings(steps=steps))
    new = engine._content(done.new)
    engine._once(done.new, Settings(steps=steps))
    for reading, text in ((done.old, content), (done.new, new)):
        assert reading.source.data == documents("a.json", text)
        assert reading.recording == read(text)


def test_a_secret_that_goes_is_plainly_what_was_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    key = "gsk_Qm7ZtW4vLr9XbK2nPcY8hGdJ6sFuE3aRiT5oVwNqMyBxUzHk"
    content = json.dumps({"version": 2, "interactions": [exchange(0, [], {"role": "assistant", "content": key})]})
    monkeypatch.setattr(proof, "_told", pytest.fail)  # `diff` of two recordings takes longer than all the rest
    assert key.encode() not in rewritten(content.encode())


# --- the quick look --------------------------------------------------------------------------------------------------


def leaves(node: Any, route: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(node, dict | list):
        items = node.items() if isinstance(node, dict) else enumerate(node)
        return [each for key, value in items for each in leaves(value, (*route, key))]
    return [route]


OTHERS: tuple[Callable[[Any], Any], ...] = (
    lambda old: f"{old}x" if isinstance(old, str) else 7,
    lambda _old: "call_1",
    lambda _old: None,
    lambda _old: [],
)


@examples(200)
@given(data=st.data())
def test_what_is_plainly_the_same_is_noise(data: st.DataObject) -> None:
    """Any value of a recording that somebody changes is told by the quick look, or is noise to `diff`."""
    old = conversation(["call_1", "call_2"])
    tree = json.loads(old)
    message = data.draw(
        st.sampled_from([each[side] for each in tree["interactions"] for side in ("request", "response")])
    )
    body = json.loads(message["body"])
    for _ in range(data.draw(st.integers(1, 2))):
        route = data.draw(st.sampled_from(leaves(body)))
        holder = body
        for step in route[:-1]:
            holder = holder[step]
        holder[route[-1]] = data.draw(st.sampled_from(OTHERS))(holder[route[-1]])
    message["body"] = json.dumps(body)
    one, other = read(old), read(json.dumps(tree).encode())
    if plainly_same(one, other, Names()):
        assert [each.rule for each in compare(one, other).findings if each.level != "noise"] == []


# --- what fuzzing found ----------------------------------------------------------------------------------------------


def test_a_key_in_a_header_field_of_another_kind_goes() -> None:
    content = json.loads(conversation(["call_1"]))
    key = "sk-proj-Zq8wE4rT6yU1iO3pA5sD7fG9hJ2kL4zX6cV8bN0mQ1wE3rT5"
    content["interactions"][0]["response"]["headers"] = {"Date": [key], "Content-Type": ["application/json"]}
    assert key.encode() not in rewritten(json.dumps(content).encode())


def test_a_length_that_another_spelling_explains_is_settled_at_once() -> None:
    content = json.loads(conversation(["call_1"]))
    request = content["interactions"][0]["request"]
    request["content_length"] = len(request["body"])
    request["body"] = " " + request["body"]
    new = rewritten(json.dumps(content).encode(), requests=True)
    changed = json.loads(new)["interactions"][0]["request"]
    assert changed["content_length"] == len(changed["body"])


def test_a_head_of_lines_that_end_otherwise_keeps_its_end() -> None:
    asked = b"POST /v1/chat/completions HTTP/1.1\nHost: api.example.com\nCookie: a=b\r\n\r\n{}"
    answered = b"HTTP/1.1 200 OK\r\n\r\n{}"
    content = b"httprr trace v1\n%d %d\n%b%b" % (len(asked), len(answered), asked, answered)
    asked = asked.replace(b"\nCookie: a=b", b"")
    assert rewritten(content, path="a.httprr") == b"httprr trace v1\n%d %d\n%b%b" % (
        len(asked),
        len(answered),
        asked,
        answered,
    )


@pytest.mark.parametrize("steps", [USUAL, USUAL | {"rechunk", "layout"}, ALL], ids=["usual", "canonical", "all"])
def test_what_fell_once_holds(shared: Path, steps: frozenset[str]) -> None:
    """Each is refused as what cannot be written, or passes the proof."""
    hostile = shared / "hostile"
    found = [
        *hostile.glob("cases/ids-*"),
        *hostile.glob("fuzzed/*idempotent*"),
        *hostile.glob("fuzzed/*noise*"),
        *hostile.glob("fuzzed/after-*"),
    ]
    assert len(found) == 9
    for path in found:
        for requests in (False, True):
            try:
                rewritten(path.read_bytes(), steps, path=str(path), requests=requests)
            except NotRewritable:
                assert path.name.startswith("not-idempotent--headers")
