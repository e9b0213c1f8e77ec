"""The events of YAML: made in one step, they are what `ruamel.yaml` makes in three."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import sys
text = "a: &x [1, {b: !t 'c'}]\\nd: *x\\ne: |\\n  f\\ng: !!binary aGk=\\n"
NAMES = ("anchor", "ctag", "implicit", "value", "start_mark", "end_mark", "style", "flow_style", "nr_items", "comment")

def shown(event):
    values = [getattr(event, name, "none") for name in NAMES]
    return type(event).__name__, [(each.index, each.line) if hasattr(each, "line") else str(each) for each in values]

def events(parser):
    while type(event := parser.get_event()).__name__ != "StreamEndEvent":
        yield shown(event)

if sys.argv[1] == "ours":
    from cassette_tools.source._libyaml import CParser
else:
    from _ruamel_yaml import CParser
print(*events(CParser(text)), sep="\\n")
"""


def test_they_have_the_same_fields() -> None:
    ours, theirs = (
        subprocess.run([sys.executable, "-c", SCRIPT, whose], capture_output=True, text=True, check=True).stdout
        for whose in ("ours", "theirs")
    )
    assert ours == theirs
    assert ours.count("ScalarEvent") == 9
