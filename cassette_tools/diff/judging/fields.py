"""Rules by their beginnings, and fields by their places in an answer, whichever event, choice or call says them."""

from __future__ import annotations

from cassette_tools.diff.changes.change import opened


def setting_of(path: str) -> str:
    """``tools`` of ``tools[web_search]``; deeper paths keep their steps."""
    return ".".join(step.partition("[")[0] for step in path.split("."))


def first_index(path: str) -> str:
    return path.partition("[")[2].partition("]")[0]


def fits_rule(effect: str, rule: str) -> bool:
    return rule.startswith(effect[:-1]) if effect.endswith("*") else rule == effect


def wire_name(path: str) -> str:
    """A field by its place in the answer, whichever event says it: those of one call's life (created, completed)
    repeat the call, and an item that is announced stands in the whole answer later.
    """
    bare = opened(whatever_event(path).removeprefix("response.").removeprefix("body.").replace("[]", "[0]"))
    for prefix in ("item.", "output["):
        if bare.startswith(prefix):
            bare = f"output[*].{bare.partition(']' if '[' in prefix else '.')[2].lstrip('.')}"
    return bare.replace("].delta", "].message") if bare.startswith("choices[") else bare


def whatever_event(path: str) -> str:
    """A field by its place in an event of any kind."""
    return path.partition("].")[2] if path.startswith("response.events[") else path


def field_of(path: str) -> str:
    """A field, whichever event, choice or block it is in: ``content_block.caller``."""
    steps = [step.partition("[")[0] for step in path.rpartition('"]')[2].split(".")]
    return ".".join(steps[-2:])
