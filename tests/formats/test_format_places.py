"""Where a format has the URL, the status, header fields and what it notes: findings point there."""

from __future__ import annotations

import pytest
from format_samples import SAMPLES

from cassette_tools import places
from cassette_tools.load import load_source
from cassette_tools.model import Headers, Place, Request
from cassette_tools.source import Source

# fmt: off
LINES: tuple[tuple[str, int, int, list[int], list[int], dict[str, int], list[int | None]], ...] = (
    # of the last interaction: the URL, the status, the fields of the request, those of the response, the parameters of
    # the query that stand apart, and the version of HTTP, the duration, the moment
    ("azure_test_proxy/recording.json", 50, 65, [53], [67], {}, [None, None, None]),
    ("cassetter/recording.yaml", 44, 57, [47], [60], {}, [None, None, 72]),
    ("cassetter/recording.toml", 32, 40, [37], [54], {}, [None, None, 28]),
    ("cassetter/odd.yaml", 72, 79, [75], [], {}, [None, None, 89]),  # a gRPC call: the method is the URL, the metadata are the fields
    ("ddtrace/chat.json", 4, 13, [6, 7], [17, 18], {}, [None, None, None]),
    ("go_vcr/v1.yaml", 28, 37, [], [35], {}, [None, None, None]),
    ("go_vcr/v2.yaml", 86, 101, [], [97, 99], {}, [89, 102, None]),
    ("har/chat.har", 67, 89, [77], [96], {}, [91, 64, 63]),
    ("har/odd.yaml", 32, 35, [], [], {}, [None, None, None]),
    ("har/polly.json", 15, 37, [25], [44, 48], {}, [39, 12, 11]),
    ("httpmock/recording.yaml", 19, 27, [24], [30], {}, [None, None, None]),
    ("httpmock/odd.yaml", 39, 41, [], [], {}, [None, None, None]),  # no URL: the nearest thing around it
    ("httprr/chat.httprr", 12, 17, [13, 14, 15], [18], {}, [17, None, None]),  # the start line has URL, status and version
    ("httprr/packed.httprr.gz", 3, 8, [4, 5, 6], [9], {}, [8, None, None]),
    ("llama_stack/odd-http.json", 4, 14, [], [13], {}, [None, None, None]),
    ("llama_stack/odd-tool.json", 6, 11, [], [11], {}, [None, None, None]),  # a tool has a name and no URL; status and type go without saying
    ("mastra/chat.json", 58, 73, [], [76], {}, [None, 83, 70]),
    ("mastra/odd.json", 67, 73, [], [76], {}, [None, None, 70]),
    ("nock/recording.json", 50, 61, [], [65], {}, [None, None, None]),
    ("nock/odd.json", 86, 88, [], [], {}, [None, None, None]),
    ("raw_body/answer.json", 1, 1, [], [], {}, [None, None, None]),  # nothing but a body
    ("req_llm/chat.json", 28, 61, [20, 22, 24], [54, 57, 58], {}, [None, None, 2]),
    ("ruby_vcr/chat.yml", 32, 41, [38], [45], {}, [None, None, 55]),
    ("ruby_vcr/betamax.json", 16, 33, [12], [26, 29], {}, [None, None, 4]),
    ("ruby_vcr/ropensci.yml", 19, 25, [], [], {}, [None, None, 27]),
    ("seinfeld/chat.cassette.json", 71, 88, [], [91], {}, [None, None, 68]),
    ("txtar/chat.txtar", 4, 13, [], [], {}, [None, None, None]),  # nothing but bodies
    ("vcrpy/chat.yaml", 31, 49, [29], [47], {}, [None, None, None]),
    ("vcrpy/chat.json", 7, 12, [9], [13], {}, [None, None, None]),
    ("vcrpy/httpx-before-6.yaml", 8, 14, [6], [12], {}, [13, None, None]),
    ("vcrpy/parsed-body.yaml", 12, 33, [5], [16], {}, [None, None, None]),
    ("vcrpy_other/list.yaml", 7, 13, [4], [12, 12], {}, [None, None, None]),
    ("vcrpy_other/split.yaml.gz", 7, 15, [5], [13], {}, [None, None, None]),
    ("websocket/session.yaml", 1, 1, [], [], {}, [None, None, None]),  # nothing but messages
    ("wiremock/documents.yaml", 37, 44, [], [], {"b": 40}, [None, None, None]),  # the query stands apart
    ("wiremock/mappings/chat.json", 5, 22, [9], [25, 27, 28], {}, [None, None, None]),
    ("xai_proto/chat.xai.yaml", 46, 46, [], [], {}, [None, None, None]),  # nothing but messages
    ("wiremock/several.json", 58, 80, [], [], {"limit": 62, "tag": 70}, [None, None, None]),  # the query stands apart
)
# fmt: on


@pytest.mark.parametrize(
    ("name", "url", "status", "asked", "answered", "query", "noted"), LINES, ids=[row[0] for row in LINES]
)
def test_each_has_a_line_of_its_own(
    name: str,
    url: int,
    status: int,
    asked: list[int],
    answered: list[int],
    query: dict[str, int],
    noted: list[int | None],
) -> None:
    source = Source.from_path(str(SAMPLES / name))
    interaction = load_source(source).interactions[-1]
    request, response = interaction.request, interaction.response

    def line(place: Place) -> int:
        return source.region(place).line

    assert line(places.url_place(request)) == url
    assert line(places.status_place(response)) == status
    assert [line(places.header_place(request, at)) for at in range(len(request.headers.pairs))] == asked
    assert [line(places.header_place(response, at)) for at in range(len(response.headers.pairs))] == answered
    assert {key: line(places.query_place(request, key)) for key in request.query_routes} == query
    assert [
        line(places.version_place(response)) if response.http_version else None,
        line(places.duration_place(interaction)) if interaction.duration else None,
        line(places.time_place(interaction)) if interaction.recorded_at else None,
    ] == noted


def test_every_format_has_a_row() -> None:
    assert {row[0].partition("/")[0] for row in LINES} == {path.name for path in SAMPLES.iterdir()}


def test_a_line_holds_what_it_is_said_to_hold() -> None:
    seen = 0
    for name, *_ in LINES:
        source = Source.from_path(str(SAMPLES / name))
        recording = load_source(source)
        lines = source.all_lines()
        for interaction in recording.interactions:
            for message in (interaction.request, interaction.response):
                for at, (_, value) in enumerate(message.headers):
                    text = lines[source.region(places.header_place(message, at)).line - 1]
                    if recording.format != "llama-stack":  # its header fields are ours
                        assert value.partition('"')[0] in text, (name, value)
                        seen += 1
    assert seen > 60


HAR = """{"log": {"version": "1.2", "entries": [{
  "request": {"method": "GET", "url": "https://h/a?x=1&y=2", "headers": [],
    "queryString": [
      {"name": "x", "value": "1"},
      {"name": "y",
       "value": "2"}]},
  "response": {"status": 200, "headers": [], "content": {}}
}]}}
"""
QUERIES = (("x", 4), ("y", 6), ("z", 2))


@pytest.mark.parametrize(("name", "line"), QUERIES)
def test_a_parameter_of_har_has_a_line_of_its_own_and_an_unlisted_one_that_of_the_url(name: str, line: int) -> None:
    source = Source.from_bytes(HAR.encode(), "x.har")
    request = load_source(source).interactions[0].request
    assert source.region(places.query_place(request, name)).line == line


TXTAR = """-- request --
{"model": "example-1", "messages": []}
-- non-streaming --
HTTP/1.1 503 Service Unavailable
Content-Type: application/json
Retry-After: 7

{"error": {"message": "later"}}
"""


def test_an_answer_with_its_head() -> None:
    source = Source.from_bytes(TXTAR.encode(), "x.txtar")
    response = load_source(source).interactions[0].response
    assert response.headers.pairs == (("Content-Type", "application/json"), ("Retry-After", "7"))
    assert [source.region(places.header_place(response, at)).line for at in (0, 1)] == [5, 6]
    assert source.region(places.status_place(response)).line == 4


def test_routes_take_no_part_in_equality() -> None:
    plain = Request(method="GET", url="https://h/", headers=Headers())
    routed = Request(method="GET", url="https://h/", url_route=("a",), query_routes={"x": ("b",)})
    assert plain == routed
