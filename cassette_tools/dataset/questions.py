"""Questions that have names: what each answers, and the SQL that asks it. A new one is a new row."""

from __future__ import annotations

from cassette_tools._record import record


@record
class Question:
    """A question to the table `interactions`; `answers` says it in words."""

    name: str
    answers: str
    sql: str


QUESTIONS = {
    each.name: each
    for each in (
        Question(
            name="cost-by-model",
            answers="what each model cost: calls, tokens, and dollars where a gateway reported them",
            sql="""\
SELECT provider_name, coalesce(request_model, response_model) AS model, count(*) AS calls,
       sum(input_tokens) AS input_tokens, sum(output_tokens) AS output_tokens,
       round(sum(cost), 10) AS cost, count(cost) AS calls_with_cost
FROM interactions
WHERE dialect IS NOT NULL
GROUP BY ALL
ORDER BY sum(cost) DESC NULLS LAST, sum(output_tokens) DESC NULLS LAST, provider_name, model""",
        ),
        Question(
            name="drift-by-field",
            answers="of the requests that were recorded more than once: for how many each field of the answer differs",
            sql="""\
WITH asked AS (
  SELECT request_digest,
         count(DISTINCT status) > 1 AS status,
         count(DISTINCT coalesce(response_model, '')) > 1 AS response_model,
         count(DISTINCT coalesce(finish_reason, '')) > 1 AS finish_reason,
         count(DISTINCT tools) > 1 AS tools,
         count(DISTINCT coalesce(text_digest, '')) > 1 AS text,
         count(DISTINCT shape_digest) > 1 AS shape,
         count(DISTINCT coalesce(input_tokens, -1)) > 1 AS input_tokens,
         count(DISTINCT coalesce(output_tokens, -1)) > 1 AS output_tokens,
         count(DISTINCT is_complete) > 1 AS is_complete,
         count(DISTINCT coalesce(error, '')) > 1 AS error
  FROM interactions
  WHERE dialect IS NOT NULL
  GROUP BY request_digest
  HAVING count(*) > 1
), fields AS (
  UNPIVOT asked ON COLUMNS(* EXCLUDE request_digest) INTO NAME field VALUE differs
)
SELECT field, count(*) FILTER (differs) AS requests_that_differ, count(*) AS requests_recorded_again
FROM fields
GROUP BY field
ORDER BY requests_that_differ DESC, field""",
        ),
        Question(
            name="slowest-streams",
            answers="the streams that took longest, and how many tokens came in a second",
            sql="""\
SELECT round(duration, 3) AS seconds, output_tokens, round(output_tokens / duration, 1) AS tokens_per_second,
       provider_name, coalesce(response_model, request_model) AS model, path, line
FROM interactions
WHERE stream IS NOT NULL AND duration IS NOT NULL
ORDER BY duration DESC, path, interaction
LIMIT 20""",
        ),
        Question(
            name="finish-reasons",
            answers="how the answers of each model end",
            sql="""\
WITH ended AS (
  SELECT provider_name, coalesce(request_model, response_model) AS model,
         CASE WHEN has_failed THEN 'error' ELSE finish_reason END AS finish_reason, count(*) AS calls
  FROM interactions
  WHERE dialect IS NOT NULL
  GROUP BY ALL
)
SELECT *, round(100 * calls / sum(calls) OVER (PARTITION BY provider_name, model), 1) AS percent_of_model
FROM ended
ORDER BY provider_name, model, calls DESC, finish_reason""",
        ),
        Question(
            name="unknown-fields",
            answers="fields that no decoder reads: who sends them, how often, since when, and where one is",
            sql="""\
WITH unread AS (
  SELECT unnest(unknown_fields) AS field, dialect, provider_name, path, day FROM interactions
)
SELECT field, dialect, provider_name, count(*) AS interactions, count(DISTINCT path) AS recordings,
       min(day) AS first_day, max(day) AS last_day, min(path) AS example
FROM unread
GROUP BY ALL
ORDER BY interactions DESC, field, dialect, provider_name""",
        ),
        Question(
            name="sdk-versions",
            answers="which SDKs asked, in which versions, from when to when",
            sql="""\
SELECT sdk, provider_name, count(*) AS calls, count(DISTINCT path) AS recordings,
       count(*) FILTER (has_failed) AS failed, min(day) AS first_day, max(day) AS last_day
FROM interactions
WHERE dialect IS NOT NULL
GROUP BY ALL
ORDER BY calls DESC, sdk, provider_name""",
        ),
        Question(
            name="tool-usage",
            answers="which tools the models call, how often, and in how many recordings",
            sql="""\
WITH called AS (
  SELECT unnest(tools) AS tool, path, provider_name, coalesce(request_model, response_model) AS model
  FROM interactions
)
SELECT tool, provider_name, model, count(*) AS calls, count(DISTINCT path) AS recordings
FROM called
GROUP BY ALL
ORDER BY calls DESC, tool, provider_name, model""",
        ),
    )
}
