"""The events of each stream, one a line, with the line of the file that holds it."""

from __future__ import annotations

import json

from cassette_tools.conversation._paint import paint, title
from cassette_tools.hiding import NOTHING, hiding_of
from cassette_tools.model import ABSENT, Event
from cassette_tools.printable import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cassette_tools.finding import Region
    from cassette_tools.hiding import Hiding
    from cassette_tools.model import Body, Comment, Place, Recording
    from cassette_tools.reporters import Style


def show_events(recording: Recording, style: Style, region: Callable[[Place], Region], *, secrets: bool = False) -> str:
    """Every interaction with a stream; of the others the first line alone. Without `secrets` these are masked."""
    hiding = NOTHING if secrets else hiding_of(recording)
    blocks = []
    for interaction in recording.interactions:
        lines = [title(interaction, style, hiding)]
        body = interaction.response.body
        if body.stream is None:
            lines.append("  " + paint("dim", "no stream", style))
        elif not body.events:
            lines.append("  " + paint("dim", "no events", style))
        lines.extend(_lines(body, style, region, hiding))
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)


def _lines(body: Body, style: Style, region: Callable[[Place], Region], hiding: Hiding) -> Iterator[str]:
    """Events and comments in the order of the stream."""
    number = 0
    everything: list[Event | Comment] = sorted((*body.events, *body.comments), key=lambda each: each.offset)
    for each in everything:
        line = region(body.place(each.offset)).line if body.verbatim else None
        where = paint("dim", f"line {line:<5} " if line is not None else "", style)
        if isinstance(each, Event):
            yield f"  {number:>4}  {where}{_event(each, style, hiding)}"
            number += 1
        else:
            said = hiding.text(f"{each.field}: {each.text}")
            yield f"     -  {where}" + paint("dim", printable(said), style)


def _event(event: Event, style: Style, hiding: Hiding) -> str:
    name = paint("role", printable(hiding.text(event.event)), style) + "  " if event.event else ""
    said = event.data if event.json is ABSENT else json.dumps(event.json, ensure_ascii=False, separators=(",", ":"))
    unfinished = paint("alarm", "  (no blank line ends it)", style) if not event.terminated else ""
    return name + printable(hiding.text(said)) + unfinished
