"""Invented recordings in any number, the same ones for the same words of the command line.

    python bench/recordings.py FOLDER --count 100000             the recordings of a first night
    python bench/recordings.py FOLDER --count 100000 --night 1   of the next: some drift, some are gone, some are new

Each scenario is recorded with each model of `MODELS`, by the recorder that the model's project uses: streams and whole
answers of five APIs, in three formats. A scenario may call a tool, fail, or be cut. Of each night all ids and times
are others; what differs in meaning is said by `DRIFT`.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from invented_calls import APIS, Api, Call, dumped

# API, model, format
MODELS = (
    ("openai", "compass-5-mini", "vcrpy"),
    ("openai", "compass-5", "har"),
    ("responses", "compass-6", "go-vcr"),
    ("responses", "compass-6-mini", "vcrpy"),
    ("anthropic", "sonata-4", "go-vcr"),
    ("anthropic", "sonata-4-small", "vcrpy"),
    ("gemini", "twin-3-flash", "go-vcr"),
    ("gemini", "twin-3", "har"),
    ("ollama", "meadow:8b", "vcrpy"),
    ("openai", "compass-4-old", "go-vcr"),
)
KINDS = ("answer", "story", "weather", "answer", "failing", "answer", "story", "weather", "cut", "answer")
CITIES = ("Évora", "Lagos", "Quito", "Turku", "Hobart", "Da Nang", "Gdańsk", "Cusco")
WORDS = (
    *(
        "the",
        "tide",
        "leaves",
        "early",
        "and",
        "a",
        "heron",
        "waits",
        "among",
        "reeds",
        "while",
        "boats",
        "rest",
        "upon",
    ),
    *("warm", "sand", "near", "quiet", "houses", "where", "old", "nets", "dry", "between", "poles", "until", "evening"),
    *("wind", "brings", "rain", "over", "hills", "toward", "fields", "of", "barley"),
)
FIRST = datetime(2026, 5, 1, 8, tzinfo=UTC)

DRIFT = {  # of a million recordings of a night after the first
    "text": 400,
    "length": 200,
    "tokens": 300,
    "field": 300,
    "argument": 200,
    "gone": 100,
    "failed": 100,
}


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """A request with its response, before a recorder writes it down."""

    url: str
    user_agent: str
    asked: str
    status: int
    media_type: str
    answer: str
    when: datetime
    duration: float


def exchanges(number: int, seed: int = 1, night: int = 0, drift: str | None = None) -> list[Exchange]:
    """Those of one recording; none where it is gone in this night. What drifts is left to chance, or said."""
    scenario = number // len(MODELS)
    api_name, model, _ = MODELS[number % len(MODELS)]
    kind = KINDS[scenario % len(KINDS)]
    lasting, fresh = Random(f"{seed}:{number}"), Random(f"{seed}:{number}:{night}")
    if drift is None:
        drift = _drift(fresh) if night else ""
    if drift == "gone":
        return []
    size = {"story": 120, "cut": 60}.get(kind, 16) + scenario % 8
    call = Call(
        model=model,
        prompt=f"Question {scenario}: what happens in {CITIES[scenario % len(CITIES)]} at dusk?",
        words=tuple(lasting.choices(WORDS, k=size)),
        stamp=f"{fresh.getrandbits(96):024x}",
        seconds=int((FIRST + timedelta(days=night)).timestamp()) + number % 60_000,
        streamed=lasting.random() < 0.5,
        has_tools=kind == "weather",
        finish="length" if kind == "cut" else "stop",
        tokens=(20 + scenario % 9, size + 3),
    )
    if drift in _CHANGED:
        call = _CHANGED[drift](call, fresh)
    api = APIS[api_name]
    fails = drift == "failed" or (kind == "failing" and lasting.random() < 0.2)
    calls = _with_tool(call, scenario + (drift == "argument")) if kind == "weather" else [call]
    return [exchange(api, each, fresh, fails=fails) for each in calls]


def _drift(random: Random) -> str:
    at = random.randrange(1_000_000)
    for name, share in DRIFT.items():
        at -= share
        if at < 0:
            return name
    return ""


_CHANGED: dict[str, Callable[[Call, Random], Call]] = {
    "text": lambda call, random: replace(call, words=(*call.words[:-3], *random.choices(WORDS, k=9))),
    "length": lambda call, _random: replace(call, words=call.words[: len(call.words) // 2], finish="length"),
    "tokens": lambda call, _random: replace(call, tokens=(call.tokens[0] * 3, call.tokens[1] * 2)),
    "field": lambda call, _random: replace(call, extra={"service_region": "north"}),
}


def _with_tool(call: Call, city: int) -> list[Call]:
    """The call of the tool, and the answer that its result leads to."""
    where = CITIES[city % len(CITIES)]
    asks = replace(call, words=(), city=where, finish="tool_call", tokens=(call.tokens[0], 12))
    return [asks, replace(call, city="", result=f"17 degrees in {where}")]


def exchange(api: Api, call: Call, random: Random, *, fails: bool = False) -> Exchange:
    """What goes over the wire for a call."""
    # What was called stands in the history of the next request, under the id that it had.
    history = replace(call, city=call.result.rpartition(" in ")[2]) if call.result else call
    sent = replace(call, streamed=False) if fails else call
    return Exchange(
        url=api.url(call),
        user_agent=api.user_agent,
        asked=dumped(api.asked(history)),
        status=503 if fails else 200,
        media_type=api.media_type(sent),
        answer=dumped(api.error("The service is busy. Try again later.")) if fails else api.answer(sent),
        when=datetime.fromtimestamp(call.seconds, UTC),
        duration=round(0.3 + len(call.words) * random.uniform(0.01, 0.03), 6),
    )


# --- how recorders write them ----------------------------------------------------------------------------------------


def _vcrpy(each: list[Exchange]) -> str:
    return "interactions:\n" + "".join(map(_vcrpy_one, each)) + "version: 1\n"


def _vcrpy_one(each: Exchange) -> str:
    return f"""\
- request:
    body: {json.dumps(each.asked)}
    headers:
      content-type:
      - application/json
      user-agent:
      - {each.user_agent}
    method: POST
    uri: {each.url}
  response:
    body:
      string: {json.dumps(each.answer)}
    headers:
      content-type:
      - {each.media_type}
      date:
      - {_http_date(each.when)}
    status:
      code: {each.status}
      message: {"OK" if each.status == 200 else "Service Unavailable"}
"""


def _go_vcr(each: list[Exchange]) -> str:
    return "---\nversion: 2\ninteractions:\n" + "".join(map(_go_vcr_one, range(len(each)), each))


def _go_vcr_one(index: int, each: Exchange) -> str:
    return f"""\
- id: {index}
  request:
    proto: HTTP/1.1
    proto_major: 1
    proto_minor: 1
    content_length: {len(each.asked)}
    host: ""
    body: {json.dumps(each.asked)}
    headers:
      Content-Type:
      - application/json
      User-Agent:
      - {each.user_agent}
    url: {each.url}
    method: POST
  response:
    proto: HTTP/2.0
    proto_major: 2
    proto_minor: 0
    content_length: -1
    uncompressed: true
    body: {json.dumps(each.answer)}
    headers:
      Content-Type:
      - {each.media_type}
      Date:
      - {_http_date(each.when)}
    status: {"200 OK" if each.status == 200 else "503 Service Unavailable"}
    code: {each.status}
    duration: {each.duration}s
"""


def _har(each: list[Exchange]) -> str:
    creator = {"name": "Invented", "version": "1"}
    return json.dumps({"log": {"version": "1.2", "creator": creator, "entries": list(map(_har_entry, each))}})


def _har_entry(each: Exchange) -> object:
    kind = {"name": "Content-Type", "value": "application/json"}
    return {
        "startedDateTime": each.when.isoformat().replace("+00:00", "Z"),
        "time": each.duration * 1000,
        "request": {
            "method": "POST",
            "url": each.url,
            "httpVersion": "HTTP/2",
            "cookies": [],
            "headers": [kind, {"name": "User-Agent", "value": each.user_agent}],
            "queryString": [],
            "postData": {"mimeType": "application/json", "text": each.asked},
            "headersSize": -1,
            "bodySize": len(each.asked),
        },
        "response": {
            "status": each.status,
            "statusText": "OK",
            "httpVersion": "HTTP/2",
            "cookies": [],
            "headers": [{"name": "Content-Type", "value": each.media_type}],
            "content": {"size": len(each.answer.encode()), "mimeType": each.media_type, "text": each.answer},
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": -1,
        },
        "cache": {},
        "timings": {"send": 0, "wait": each.duration * 1000, "receive": 0},
    }


def _http_date(when: datetime) -> str:
    return when.strftime("%a, %d %b %Y %H:%M:%S GMT")


FORMATS = {"vcrpy": (".yaml", _vcrpy), "go-vcr": (".yaml", _go_vcr), "har": (".har", _har)}


# --- files -----------------------------------------------------------------------------------------------------------


def recordings(count: int, seed: int = 1, night: int = 0) -> Iterator[tuple[str, str]]:
    """The path and the text of each recording. A night after the first has a few more than were asked for."""
    more = count * DRIFT["gone"] // 1_000_000 if night else 0
    for number in range(count + more):
        found = exchanges(number, seed, night)
        if found:
            suffix, text = FORMATS[MODELS[number % len(MODELS)][2]]
            yield path_of(number) + suffix, text(found)


def path_of(number: int) -> str:
    """The path of a recording, without its suffix: ``sonata-4/003/story-00301``; a thousand of a model in a folder."""
    scenario = number // len(MODELS)
    model = MODELS[number % len(MODELS)][1].replace(":", "-")
    return f"{model}/{scenario // 1000:03}/{KINDS[scenario % len(KINDS)]}-{scenario:06}"


def write(folder: Path, count: int, seed: int = 1, night: int = 0) -> int:
    """Write them below a folder; how many there are."""
    written = 0
    made: set[str] = set()
    for path, text in recordings(count, seed, night):
        parent = os.path.dirname(path)
        if parent not in made:
            (folder / parent).mkdir(parents=True, exist_ok=True)
            made.add(parent)
        (folder / path).write_text(text, encoding="utf-8")
        written += 1
    return written


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--night", type=int, default=0)
    asked = parser.parse_args(argv)
    print(f"{write(asked.folder, asked.count, asked.seed, asked.night):,} recordings in {asked.folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
