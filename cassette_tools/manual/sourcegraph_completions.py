"""What the page of ``sourcegraph.completions`` says."""

from __future__ import annotations

from cassette_tools.data.settings import SOURCEGRAPH
from cassette_tools.dialects import LIKELY
from cassette_tools.dialects.sourcegraph_completions import PATHS

SOURCES = (("Sourcegraph: Cody, stream API", "https://sourcegraph.com/docs/cody/clients/install-vscode"),)
RECOGNITION = tuple((LIKELY, f"a POST to a path that ends with `{path}`") for path in PATHS)
MAPPING = (
    ("`messages[].speaker`, `.text`", "`system_instructions`, `input_messages`", "human is user"),
    *((f"`{wire}`", f"`{ours}`", "") for wire, ours in SOURCEGRAPH.items()),
    ("`deltaText`, `completion`", "`text`", "deltas since API version 2"),
    ("`stopReason`", "`finish_reason`", "the model's own word"),
)
