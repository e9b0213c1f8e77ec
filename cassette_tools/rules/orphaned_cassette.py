"""No test names the recording.

Without rows ``[[tests]]`` in the configuration the rule says nothing: how tests name their recordings differs from
project to project. For `pytest-recording` and `vcrpy`'s test cases:

    [[tool.cassette.tests]]
    cassettes = "{dir}cassettes/{module}/{test}.yaml"
    tests = "{dir}{module}.py"
    text = "def {test}("

for go-vcr in the way of `t.Name()`, and for Ruby's ``VCR.use_cassette("…")``:

    [[tool.cassette.tests]]
    cassettes = "{dir}testdata/{test}.yaml"
    tests = "{dir}*_test.go"

    [[tool.cassette.tests]]
    cassettes = "spec/fixtures/vcr_cassettes/{dir}{name}.yml"
    tests = "spec/**/*_spec.rb"
    text = "{dir}{name}"

Why it matters: nobody replays it. It was left behind when its test was renamed or deleted; it is reviewed, searched and
recorded again in vain, and tells of an API that no test asks any more.

How to mend it: delete the recording, or let the test have its name again.

``{name}`` stands for any text without a slash, ``{dir}`` for any folders, and parameters of a test (``test_a[gpt-4o]``)
are left out. A recording that fits no row is nobody's, and not reported; of several rows that fit, one with such a test
is enough.
"""

from __future__ import annotations

from cassette_tools.rules import RULES, Rule

RULES.register(
    Rule(
        name="orphaned-cassette",
        category="replay",
        level="warning",
        summary="no test names the recording",
        doc=__doc__,
    )
)
