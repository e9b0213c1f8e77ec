"""Drift that was accepted: in the configuration, in a baseline, as learned noise."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cassette_tools.cli import main
from cassette_tools.config import Ignore, load_config
from cassette_tools.diff.judging.accepted import by_configuration, expired, pattern
from cassette_tools.diff.suites.learn import KINDS, Noise, by_noise, kind_of, learned, noise_text, read_noise
from cassette_tools.errors import ConfigError
from cassette_tools.finding import Drift, Location, Region

TODAY = date(2026, 5, 17)


def drift(rule: str = "usage-changed", path: str = "interactions[3].response.usage", **more: object) -> Drift:
    place = Location(path="t/a.yaml", region=Region(line=1, column=1, end_line=1, end_column=1))
    fields = {"level": "behavior", "message": "m", "origin": "response", "new_location": place, **more}
    return Drift(rule=rule, path=path, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("row", "accepted"),
    [
        (Ignore(reason="r", rule="usage-changed"), True),
        (Ignore(reason="r", rule="cost-changed"), False),
        (Ignore(reason="r", path="interactions[*].response.usage"), True),
        (Ignore(reason="r", path="interactions[0].response.usage"), False),
        (Ignore(reason="r", path="*.usage"), True),
        (Ignore(reason="r", path="interactions"), False),
        (Ignore(reason="r", files="t/*"), True),
        (Ignore(reason="r", files="u/*"), False),
        (Ignore(reason="r", rule="usage-changed", until=date(2026, 5, 17)), True),
        (Ignore(reason="r", rule="usage-changed", until=date(2026, 5, 16)), False),
    ],
)
def test_what_a_row_accepts(row: Ignore, accepted: bool) -> None:
    assert by_configuration((row,), TODAY)(drift()) == ("ignored: r" if accepted else None)


def test_expired_rows_are_told() -> None:
    rows = (Ignore(reason="a", until=date(2026, 1, 1)), Ignore(reason="b"), Ignore(reason="c", until=TODAY))
    assert expired(rows, TODAY) == [rows[0]]


@given(st.text(alphabet="ab.[]*0(+", max_size=12))
def test_a_path_without_stars_is_itself(path: str) -> None:
    assert bool(pattern(path).fullmatch(path)) or "*" in path or not path
    if "*" not in path and path:
        assert not pattern(path).fullmatch(path + "x")


CONFIGURATION = """
[[diff.ignore]]
rule = "request-parameter-changed"
path = "interactions[*].request.parameters.*"
reason = "the answers are short on Mondays"
until = 2999-12-31

[[diff.ignore]]
rule = "finish-reason-changed"
reason = "known"
until = 2020-01-01
"""


def test_the_configuration(samples: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "c.toml").write_text(CONFIGURATION, encoding="utf-8")
    pair = (str(samples / "readme" / "old.yaml"), str(samples / "readme" / "new.yaml"))
    assert main(["diff", "--config", str(tmp_path / "c.toml"), "--format", "json", *pair]) == 1
    said = capsys.readouterr()
    found = {each["rule"]: (each["level"], each["message"]) for each in reversed(json.loads(said.out)["findings"])}
    assert found["request-parameter-changed"][0] == "noise"
    assert found["request-parameter-changed"][1].endswith("(ignored: the answers are short on Mondays)")
    assert found["finish-reason-changed"][0] == "breaking"
    assert said.err == (
        f"cassette: {tmp_path}/c.toml: the ignore of finish-reason-changed expired on 2020-01-01: known\n"
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("diff.ignore = 3", "diff.ignore is a number; expected tables [[…diff.ignore]]"),
        ("[[diff.ignore]]\nrule = 'x'", "diff.ignore[0] has no reason; say why this is accepted"),
        ("[[diff.ignore]]\nreason = 'x'", "diff.ignore[0] would ignore everything; say which rule, path or files"),
        (
            "[[diff.ignore]]\nrule = 'x'\nreason = 'y'\nuntil = '2027-01-01'",
            "diff.ignore[0].until is '2027-01-01'; expected a date (2027-01-31, without quotes)",
        ),
        (
            "[[diff.ignore]]\nrulle = 'x'",
            "diff.ignore[0].rulle is no setting; expected rule, path, files, reason or until",
        ),
        ("[[diff.ignore]]\nrule = 3", "diff.ignore[0].rule is a number; expected a string"),
    ],
)
def test_a_wrong_row_is_an_error(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "cassette.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_config(str(tmp_path / "cassette.toml"))
    assert caught.value.message == message


# --- baseline --------------------------------------------------------------------------------------------------------


def test_a_baseline_accepts_what_was_there_and_nothing_else(
    samples: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    base = str(tmp_path / "base.json")
    old, new = str(samples / "readme" / "old.yaml"), str(samples / "readme" / "new.yaml")
    assert main(["diff", old, new, "--write-baseline", base]) == 0
    assert main(["diff", old, new, "--baseline", base]) == 0
    assert main(["diff", new, old, "--baseline", base]) == 1
    rules = [each["rule"] for each in json.loads(Path(base).read_text(encoding="utf-8"))["accepted"]]
    assert rules == ["request-parameter-changed", "finish-reason-changed"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "the baseline cannot be read: No such file or directory"),
        ("[", "the baseline is no JSON: Expecting value: line 1 column 2 (char 1)"),
        ("[]", "this is no baseline; expected an object with `accepted`, a list of objects with a `fingerprint` "
               "(`--write-baseline` writes one)"),
    ],
)  # fmt: skip
def test_a_wrong_baseline_is_an_error(
    samples: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str | None, message: str
) -> None:
    base = tmp_path / "base.json"
    if content is not None:
        base.write_text(content, encoding="utf-8")
    pair = (str(samples / "readme" / "old.yaml"), str(samples / "readme" / "new.yaml"))
    assert main(["diff", *pair, "--baseline", str(base)]) == 2
    assert capsys.readouterr().err == f"cassette: error: {base}: {message}\n"


# --- noise -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        (12, 30.5, "measure"),
        ({"a": 1}, {"a": 2, "b": 3}, "measure"),
        (1_700_000_000, 1_700_000_009, "time"),
        ("2026-01-01T10:00:00Z", "2026-01-01T10:00:01Z", "time"),
        ("call_8x1", "call_9y2", "id"),
        ("a" * 70, "b" * 70, "opaque"),
        ("It rains.", "It does not rain.", "prose"),
        ("stop", "length", "prose"),
        (None, 5, "measure"),
        ([1], [2], "prose"),
    ],
)
def test_kinds(old: object, new: object, kind: str) -> None:
    assert kind_of(old, new) == kind


def test_what_varies_is_learned_within_its_bounds() -> None:
    rows = learned(
        [
            [drift(old={"output_tokens": 20}, new={"output_tokens": 40})],
            [drift(old={"output_tokens": 20}, new={"output_tokens": 30})],
            [],
        ]
    )
    assert rows == (
        Noise(
            rule="usage-changed",
            path="interactions[*].response.usage",
            kind="measure",
            reason="differed in 2 of 3 comparisons",
            bounds=(("output_tokens", 20, 40),),
        ),
    )
    accept = by_noise(rows)
    assert accept(drift(old={"output_tokens": 11}, new={"output_tokens": 79})) == "learned noise: measure"
    assert accept(drift(old={"output_tokens": 20}, new={"output_tokens": 900})) is None
    assert accept(drift(old={"input_tokens": 20}, new={"input_tokens": 21})) is None
    assert accept(drift(rule="cost-changed", old={"output_tokens": 20}, new={"output_tokens": 21})) is None


names = st.text(max_size=20)
noises = st.builds(
    Noise,
    rule=names,
    path=names,
    kind=st.sampled_from(KINDS),
    reason=names,
    bounds=st.dictionaries(names, st.tuples(st.integers(-9, 9), st.floats(-9, 9)), max_size=2).map(
        lambda bounds: tuple((name, *pair) for name, pair in bounds.items())
    ),
)


@given(st.lists(noises, max_size=4).map(tuple), st.lists(names, max_size=2))
def test_a_noise_file_says_what_was_learned(rows: tuple[Noise, ...], sources: list[str]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as top:
        path = Path(top) / "noise.toml"
        path.write_text(noise_text(rows, sources), encoding="utf-8", newline="")
        assert read_noise(str(path)) == rows


def test_learning_and_applying(samples: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, new = str(samples / "readme" / "old.yaml"), str(samples / "readme" / "new.yaml")
    noise = str(tmp_path / "noise.toml")
    assert main(["diff", "--learn", old, new, old, "--output", noise]) == 0
    assert main(["diff", old, new, "--noise", noise]) == 0
    assert main(["diff", "--learn", old]) == 2
    assert capsys.readouterr().err == (
        "cassette: error: --learn needs at least two recordings of the same scenario, better more\n"
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x = 1", "this is no noise file; expected tables [[noise]] and nothing else"),
        ("[[noise]]\nrule = 'a'", "noise row 1 has no path; expected a string"),
        (
            "[[noise]]\nrule='a'\npath='b'\nkind='c'",
            "noise row 1 has kind 'c'; expected one of id, time, opaque, prose, measure",
        ),
        (
            "[[noise]]\nrule='a'\npath='b'\nkind='id'\nbounds={x=1}",
            "noise row 1: the bounds of 'x' are not two numbers",
        ),
    ],
)
def test_a_wrong_noise_file_is_an_error(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "noise.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        read_noise(str(path))
    assert caught.value.message == message
